"""Steps: tasks with a parent, one level deep."""

import re
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from taskchat_app.domain.activity.entry_undo import undo_entry
from taskchat_app.domain.dates.local_time import day_end
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks import task_rows
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.list_views import query_of_view
from taskchat_app.domain.tasks.page_queries import (
    COUNT_VIEWS,
    _row_conditions,  # pyright: ignore[reportPrivateUsage]  # their plan is the rule
    count_found,
    count_tags,
    count_views,
    read_listed_steps,
    read_listed_tasks,
    read_parents,
)
from taskchat_app.domain.tasks.queries import TaskQuery
from taskchat_app.domain.tasks.task_view import StepCounts, finished_parents, read_families
from tests.statements import plan_of
from tests.task_account import Account


async def test_a_task_counts_its_steps_which_move_out_and_into_another_task(me: Account):
    await me.add_family(3)
    await me.complete(3)
    await me.delete(4)
    parent, step = await me.task(1), await me.task(2)
    assert (parent.steps, parent.parent_number) == (StepCounts(open=1, done=1), None)
    assert (step.steps, step.parent_number) == (StepCounts(), 1)
    assert (await me.edit(2, clear=["parent_number"])).parent_number is None
    await me.complete(3, False)
    await me.edit(3, parent_number=2)
    assert ((await me.task(1)).steps, (await me.task(2)).steps) == (StepCounts(), StepCounts(open=1))


async def test_only_a_task_without_a_parent_has_steps(me: Account, other: Account):
    await me.add_family()
    await me.add("Deleted")
    await me.delete(4)
    for number in range(1, 9):
        await other.add(f"Theirs {number}")
    refused = {
        1: "#2 is a step of #1, and steps have no steps.",
        4: "There is no task #4.",
        8: "There is no task #8.",
        -1: "There is no task #-1.",
        2**40: f"There is no task #{2**40}.",
    }
    for parent, sentence in refused.items():
        with pytest.raises(Invalid, match=re.escape(sentence)) as error:
            await me.add("Below", parent_number=2 if parent == 1 else parent)
        assert error.value.facts["field"] == "parent_number"
    with pytest.raises(Invalid, match="A task cannot be a step of itself"):
        await me.edit(1, parent_number=1)
    await me.add("Another")
    with pytest.raises(Invalid, match="#1 has steps, so it cannot be a step"):
        await me.edit(1, parent_number=5)
    with pytest.raises(Invalid, match="#1 has steps"):
        await me.edit_all([2, 1], parent_number=5)
    assert (await me.task(2)).parent_number == 1


async def test_of_several_new_tasks_the_line_with_a_wrong_parent_is_named(me: Account):
    await me.add("Move")
    drafts = [TaskDraft("One", parent_number=1), TaskDraft("Two", parent_number=9)]
    with pytest.raises(Invalid, match="Line 2: There is no task #9") as error:
        await me.run(task_rows.create_tasks, drafts, zone=me.person.zone)
    assert error.value.facts == {"field": "parent_number", "line": 2}


async def test_undo_leaves_a_step_without_a_possible_parent_and_a_task_with_new_steps(me: Account, other: Account):
    await me.add_family()
    await me.edit(2, turn="moved", clear=["parent_number"])
    await me.delete(3)
    await me.add("Another")
    await me.edit(1, parent_number=4)
    outcome = await me.undo_turn("moved")
    reason = "#2 was a step of #1, which can have no steps now, so it was left as it is."
    assert (outcome.undone, [(one.number, one.reason) for one in outcome.conflicts]) == ([], [(2, reason)])
    assert (await me.task(2)).parent_number is None
    await other.add("Move", turn="added")
    for title in ("Van", "Boxes", "Keys"):
        await other.add(title, parent_number=1, turn=None if title == "Keys" else "added")
    outcome = await other.undo_turn("added")
    assert sorted(outcome.undone) == [2, 3]
    [conflict] = outcome.conflicts
    assert (conflict.number, conflict.reason) == (1, "#1 has steps now, so it was left as it is.")
    assert (await other.task(4)).parent_number == 1


async def test_undo_of_one_field_leaves_the_parent_that_can_have_no_steps(me: Account):
    await me.add_family()
    await me.edit(2, title="Other", clear=["parent_number"])
    [change] = [one for one in await me.log() if one.task_number == 2][-1:]
    await me.edit(2, priority="high")
    await me.delete(1)
    outcome = await me.run(undo_entry, change.id)
    assert [str(reason) for reason in outcome.left] == ["Left as it is, because it was changed again since: Step of."]
    task = await me.task(2)
    assert (task.title, task.priority, task.parent_number) == ("Step 2", "high", None)


async def test_a_deleted_step_comes_back_to_its_task_or_as_a_task(me: Account):
    await me.add_family()
    await me.delete(2)
    assert (await me.restore(2)).parent_number == 1
    await me.edit(2, clear=["parent_number"])
    [change] = [one for one in await me.log() if one.task_number == 2][-1:]
    for undone in ([2], []):
        assert (await me.undo(change.id)).undone == undone
        assert (await me.task(2)).parent_number == 1, "undone"
    await me.delete(2, 3, 1)
    assert (await me.restore(2)).parent_number is None
    after = (await me.log())[-1].after
    assert after is not None
    assert after["parent_number"] is None


async def test_counts_are_those_of_the_rows_with_folded_steps(me: Account):
    zone, at = me.person.zone, now()
    dates: list[dict[str, Any]] = [{}, {"due_at": "today"}, {"due_at": "2020-01-01"}, {"due_at": "2100-01-01"}]
    dates.append({"start_at": "2099-01-01", "due_at": "2100-01-01"})
    parents = await me.add_all(
        *(TaskDraft(f"Parent {place}", tags=["Home"], **fields) for place, fields in enumerate(dates * 2))
    )
    lines = [(place, line, fields) for place in range(len(parents)) for line, fields in enumerate(dates * 2)]
    steps = await me.add_all(
        *(
            TaskDraft(f"Step {line}", parent_number=parents[place].number, tags=["home", "shop"][: line % 3], **fields)
            for place, line, fields in lines
        )
    )
    half = len(dates)
    of_lines = [(place, line, step.number) for (place, line, _), step in zip(lines, steps, strict=True)]
    await me.complete_all([number for _, line, number in of_lines if line >= half])
    await me.delete_all([number for place, line, number in of_lines if (line - place) % half == 1])
    await me.complete_all([parent.number for parent in parents[half:]])
    there: dict[int, list[int]] = {parent.number: [] for parent in parents}
    for place, line, number in of_lines:
        there[parents[place].number] += [number] if (line - place) % half != 1 else []
    await me.set_columns(parents[0].number, deleted_at=at)
    listed = await me.get(read_listed_steps, [*there])
    assert {number: [row.number for row in rows] for number, rows in listed.items()} == there
    deleted, [step, *_] = parents[0], there[parents[0].number]
    assert await me.get(read_parents, [deleted.number, step]) == {step: (deleted.number, deleted.title)}
    counts = await me.get(count_views, day_end(at.astimezone(zone).date(), zone))
    for view in ("open", "today", "upcoming", "overdue", "done", "later"):
        query = query_of_view(view, zone=zone, now=at)
        rows = await me.get(read_listed_tasks, query, 200)
        numbers = {row.number for row in rows}
        assert not any(row.parent in numbers for row in rows)
        assert len(rows) == getattr(counts, view) == await me.get(count_found, query), view
        tags = await me.get(count_tags, query)
        assert tags == sorted(tags, key=lambda tag: -tag.count), view
        for tag in tags:
            assert tag.count == len(await me.get(read_listed_tasks, replace(query, tags=[tag.tag]), 200)), (view, tag)


async def test_a_new_step_is_the_last_one_and_one_of_many_is_read_to_check_a_task(me: Account, other: Account):
    await me.add_all("Move", "Another")
    drafts = [TaskDraft(title, parent_number=1) for title in ("Van", "Boxes")]
    await me.run(task_rows.create_tasks, drafts, zone=me.person.zone)
    await me.add("Keys", parent_number=1)
    steps = await me.get(read_listed_steps, [1])
    assert [step.number for step in steps[1]] == [3, 4, 5]
    await other.add_family(5)
    await other.delete(2)
    families = await other.get(read_families, [1, 3, 7])
    assert (families[1], families[3], len(families)) == (None, 1, 3 if {4, 5, 6} & families.keys() else 2)


SEED_STEPS = text("""
    INSERT INTO tasks (
        user_id, number, position, title, description, priority, tags, created_at, updated_at, search, parent_number
    )
    SELECT user_id, given, position || given, title, '', 2, tags, created_at, updated_at, search,
        CASE WHEN given > 200 THEN 2 + given % 198 END
    FROM tasks, generate_series(2, 1000) AS given WHERE user_id = :user_id AND number = 1
""")


async def test_what_is_folded_is_found_without_comparing_each_step_with_each_task(me: Account):
    await me.add("Move", tags=["home"])
    async with transaction(me.person.id) as session:
        await (await session.connection()).execute(SEED_STEPS, {"user_id": me.person.id})
        found: list[str] = []
        for query in (TaskQuery(q="move"), TaskQuery(tags=["home"])):
            assert await count_found(session, me.person.id, query) == 200
            assert [tag.count for tag in await count_tags(session, me.person.id, query)] == [200]
            assert await count_tags(session, me.person.id, TaskQuery(q="!!!")) == []
            rows = select(Task.number).where(Task.user_id == me.person.id, *_row_conditions(me.person.id, query))
            found += await plan_of(session, rows)
        values = {"now": now(), "today_ends": now(), "user_id": me.person.id}
        lines = [line.strip() for line in (*await plan_of(session, f"ANALYZE {COUNT_VIEWS.text}", values), *found)]
    assert [line for line in lines if "Removed by Join Filter" in line] == []
    assert len([line for line in lines if "= ANY ((InitPlan" in line]) == 2
    assert [line.count("hashed SubPlan") for line in lines if "SubPlan" in line and "Filter" in line] == [2, 2]


async def test_only_an_open_task_is_finished_by_its_last_step(me: Account):
    await me.add_family()
    await me.complete_all([2, 3])
    steps = [await me.task(2), await me.task(3)]
    assert await me.get(finished_parents, steps) == [(1, "Move")]
    await me.complete(1)
    assert await me.get(finished_parents, steps) == []
