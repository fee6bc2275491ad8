"""Writes to tasks: effects, refusals, change-log entries; deleting and restoring."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.errors import Invalid, NotFound
from taskchat_app.domain.tasks import task_rows, tasks
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.queries import TaskCounts, TaskQuery
from taskchat_app.domain.tasks.snapshots import view_of_snapshot
from taskchat_app.domain.tasks.task_view import WriteResult, snapshot
from tests.task_account import FAR_AWAY, LONG_AGO, Account

# Creating


async def test_a_new_task_has_its_fields_and_the_defaults_and_is_recorded_with_its_turn(me: Account):
    before = now()
    task = await me.add(description="2 litres", priority="high", tags=["home"], due_at=FAR_AWAY, turn="turn")
    assert task == await me.task()
    assert (task.number, task.title, task.description, task.priority) == (1, "Buy milk", "2 litres", "high")
    assert (task.tags, task.due_at, task.recurrence, task.completed_at) == (("home",), FAR_AWAY, None, None)
    assert before - timedelta(milliseconds=1) <= task.created_at == task.updated_at <= now()
    plain = await me.add("Call mum")
    assert (plain.number, plain.description, plain.priority, plain.tags, plain.due_at) == (2, "", "medium", (), None)
    change, by_a_program = await me.log()
    assert (change.kind, change.action, change.task_number) == ("task", "created", 1)
    assert (change.actor, change.thread_id, change.turn_id) == ("assistant", "thread", "turn")
    assert by_a_program.actor == "api"
    assert change.before is None
    assert change.after is not None
    assert change.after == snapshot(await me.row())
    assert view_of_snapshot(change.after, now()) == task


async def test_concurrent_creations_get_numbers_without_gaps_or_duplicates(me: Account):
    made = await asyncio.gather(*(me.add(f"Task {index}") for index in range(30)))
    assert sorted(task.number for task in made) == list(range(1, 31))
    assert [change.id for change in await me.log()] == list(range(1, 31))
    assert {task.number: task.title for task in await me.tasks()} == {task.number: task.title for task in made}


async def test_tasks_created_together_are_in_order_each_recorded_or_none_with_the_invalid_line_named(me: Account):
    with pytest.raises(Invalid, match=r"^Line 32: "):
        await me.add_together(*["Thing"] * 31, "x" * 300)
    assert await me.tasks() == []
    with pytest.raises(Invalid, match=r"^(?!Line)"):
        await me.add_together("x" * 300)
    wanted = [f"Thing {number}" for number in range(45)]
    created = await me.add_together(*wanted)
    assert [task.title for task in await me.tasks()] == wanted == [task.title for task in created.tasks]
    assert created.changed == [task.number for task in created.tasks] == list(range(1, 46))
    changes = await me.log()
    assert [change.id for change in changes] == created.changes
    assert {change.action for change in changes} == {"created"}
    await me.add_all("One", "Two")  # one after the other, in one transaction
    assert [(task.number, task.title) for task in await me.tasks()][-2:] == [(46, "One"), (47, "Two")]


async def test_a_rollback_leaves_no_task_and_no_log_entry(me: Account):
    async def break_off() -> None:
        async with transaction(me.person.id) as session:
            await task_rows.create_task(session, me.by(), TaskDraft("Gone"), zone=me.person.zone)
            await tasks.complete_task(session, me.by(), 1)
            raise RuntimeError

    await me.add("Kept", recurrence="FREQ=DAILY")  # and no next one either
    with pytest.raises(RuntimeError):
        await break_off()
    assert [(task.title, task.completed_at) for task in await me.tasks()] == [("Kept", None)]
    assert len(await me.log()) == 1
    assert (await me.add()).number == 2
    with pytest.raises(NotFound):
        await Account(replace(me.person, id="nobody")).add()


# Changing


async def test_an_edit_changes_only_the_given_fields_and_is_recorded_with_before_and_after(me: Account):
    first = await me.add(description="2 litres", tags=["home"], due_at=FAR_AWAY, priority="high")
    before = snapshot(await me.row())
    task = await me.edit(1, title="Buy oat milk")
    assert task == await me.task()
    assert task == replace(first, title="Buy oat milk", updated_at=task.updated_at)
    assert task.updated_at >= first.updated_at
    change = (await me.log())[-1]
    assert (change.action, change.before, change.after) == ("updated", before, snapshot(await me.row()))


async def test_clear_empties_the_named_fields_that_may_be_empty(me: Account):
    await me.add(description="2 litres", tags=["home"], due_at=FAR_AWAY)
    task = await me.edit(1, clear=["description", "tags", "due_at"])
    assert (task.description, task.tags, task.due_at) == ("", (), None)
    for name, field in (("title", "title"), ("priority", "priority"), ("colour", "clear")):
        with pytest.raises(Invalid) as refused:
            await me.edit(1, clear=[name])
        assert refused.value.facts["field"] == field
    with pytest.raises(Invalid, match="both"):
        await me.edit(1, description="new", clear=["description"])
    assert await me.task() == task


async def test_an_edit_without_a_difference_records_nothing_and_a_task_is_found_only_by_its_present_words(me: Account):
    first = await me.add(description="2 litres", tags=["home"], due_at=FAR_AWAY, recurrence="FREQ=DAILY")
    same = {"title": " Buy milk ", "tags": ["#home"], "due_at": FAR_AWAY, "recurrence": "freq=daily"}
    assert await me.edit(1, **same) == await me.edit(1) == await me.task() == first
    assert len(await me.log()) == 1
    await me.edit(1, priority="low")
    assert await me.numbers(q="milk", tags=["home"]) == [1]
    await me.edit(1, title="Sell cheese", tags=["work"])
    assert await me.numbers(q="cheese work") == [1]
    assert await me.tasks(q="milk") == await me.tasks(tags=["home"]) == []


# Completing


async def test_a_second_completion_changes_nothing_and_a_completed_task_can_be_reopened(me: Account):
    assert (await me.add(due_at=LONG_AGO)).overdue
    done = await me.complete(1)
    assert done.completed_at is not None
    assert (done.completed_at, done.overdue) == (done.updated_at, False)
    assert await me.complete(1) == done == await me.task()
    for _ in range(2):
        assert (await me.complete(1, False)).completed_at is None
    assert ((await me.task()).completed_at, (await me.task()).updated_at > done.updated_at) == (None, True)
    assert not (await me.add(due_at=FAR_AWAY)).overdue
    async with transaction(me.person.id) as session:
        first = await tasks.complete_task(session, me.by(), 2)
        assert await tasks.complete_task(session, me.by(), 2) == first
    assert await me.actions() == ["created", "completed", "reopened", "created", "completed"]


async def test_concurrent_bulk_completions_record_each_task_once(me: Account):
    await me.add_all(*(f"Task {index}" for index in range(12)))
    outcomes = await asyncio.gather(*(me.complete_all([*range(first, first + 6)]) for first in (1, 3, 5, 7, 1, 7)))
    assert sorted(number for outcome in outcomes for number in outcome.changed) == list(range(1, 13))
    assert all(task.completed_at for task in await me.tasks())
    completed = [change.task_number for change in await me.log() if change.action == "completed"]
    assert sorted(number for number in completed if number) == list(range(1, 13))


# Bulk


async def test_a_bulk_write_changes_exactly_the_given_numbers_or_nothing(me: Account, other: Account):
    writes: tuple[tuple[Account, Any, str], ...] = (
        (me, tasks.bulk_complete, "completed"),
        (other, tasks.bulk_delete, "deleted"),
    )
    for account, write, action in writes:
        made = await account.add_all(*(f"Task {index}" for index in range(4)))
        # commits, as a caller does that keeps a record of the refusal
        async with transaction(account.person.id) as session:
            with pytest.raises(NotFound, match=r"There are no tasks #7, #99."):
                await write(session, account.by(), [1, 99, 2, 7])
        assert await account.tasks() == made
        assert len(await account.log()) == 4
        outcome = await account.run(write, [3, 1, 3])
        assert ([task.number for task in outcome.tasks], outcome.changed) == ([1, 3], [1, 3])
        assert await account.numbers(status="open") == [2, 4]
        assert await account.logged(4) == [("api", action, 1), ("api", action, 3)]


async def test_a_bulk_write_ignores_the_page_of_a_filter_and_only_returns_completed_tasks(me: Account, other: Account):
    await me.add_all(*(TaskDraft(f"Task {index}", tags=["home"] if index % 2 else []) for index in range(60)))
    assert (await me.delete_all(TaskQuery(tags=["HOME"], limit=1))).changed == list(range(2, 61, 2))
    assert len(await me.tasks()) == 30
    await other.add_all("One", "Two")
    await other.complete(1)
    outcome = await other.complete_all([1, 2])
    assert ([task.number for task in outcome.tasks], outcome.changed) == ([1, 2], [2])
    assert await other.complete_all([]) == await other.delete_all() == WriteResult([], []), "nothing is open"
    assert await other.actions() == ["created", "created", "completed", "completed"]


# Deleting and restoring

UNKNOWN_NUMBERS = (2, 0, -1, 2**31, 10**20)


async def test_a_deleted_task_is_not_listed_but_stored(me: Account):
    task = await me.add(due_at=LONG_AGO, tags=["home"])
    assert await me.delete(1) == task
    page = await me.page(status="all")
    assert (page.tasks, page.counts) == ([], TaskCounts(0, 0, 0))
    stored = await me.row()
    assert stored.deleted_at is not None
    change = (await me.log())[-1]
    assert (change.action, change.after) == ("deleted", None)
    assert change.before == snapshot(stored) | {"deleted_at": None}


async def test_every_write_to_a_deleted_or_unknown_task_raises_not_found(me: Account, other: Account):
    for account in (me, other):
        await account.add()
        await account.delete(1)
    await other.add_all(*["Theirs"] * 4)
    before = await me.log()
    for attempt in (me.task, me.edit, me.complete, me.delete):
        for number in (1, *UNKNOWN_NUMBERS):
            with pytest.raises(NotFound, match=f"There is no task #{number}"):
                await attempt(number)
    for number in UNKNOWN_NUMBERS:
        with pytest.raises(NotFound, match=f"There is no task #{number}"):
            await me.restore(number)
    assert await me.log() == before


async def test_a_deleted_task_is_restored_exactly_once(me: Account):
    await me.add(description="d", priority="high", tags=["a", "b"], due_at=LONG_AGO, recurrence="FREQ=DAILY")
    await me.complete(1)
    whole = snapshot(await me.row())
    assert await me.restore(1) == await me.task(), "it exists"
    task = await me.delete(1)
    await asyncio.gather(*(me.restore(1) for _ in range(6)))
    assert await me.restore(1) == task == await me.task()
    assert snapshot(await me.row()) == whole
    assert task in await me.tasks(q="milk", tags=["a"])
    assert (await me.actions())[2:] == ["created", "deleted", "restored"]
    change = (await me.log())[-1]
    assert (change.action, change.before, change.after) == ("restored", None, whole)


async def test_a_deleted_task_can_be_restored_for_30_days_by_its_owner(me: Account, other: Account):
    await me.add_all("One", "Two")
    await me.delete(1, 2)
    await me.set_deleted_ago(1, days=29, hours=23)
    await me.set_deleted_ago(2, days=30, minutes=1)
    with pytest.raises(NotFound, match="There is no task #1"):
        await other.restore(1)
    await me.restore(1)
    with pytest.raises(NotFound, match="There is no task #2"):
        await me.restore(2)
    assert await me.numbers() == [1]
