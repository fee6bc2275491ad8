"""Bulk edits: all tasks or none, in one transaction, undone together."""

from typing import Any

import pytest

from taskchat_app.domain.dates.local_time import local_due
from taskchat_app.domain.storage.errors import Invalid, NotFound
from taskchat_app.domain.tasks.queries import TaskQuery, find_tasks
from tests.task_account import Account, undone_and_left


async def test_every_selected_task_is_returned_and_changed_and_recorded_if_it_differs(me: Account, other: Account):
    for tags in (["home"], ["Work", "home"], []):
        await me.add(tags=tags, description="kept")
    edit = {"due_at": "2027-05-01", "priority": "high", "add_tags": ["#week"], "remove_tags": ["HOME"]}
    outcome = await me.edit_all([3, 1, 2], **edit)
    views = await me.tasks()
    assert (outcome.tasks, outcome.changed) == (views, [1, 2, 3])
    assert [view.tags for view in views] == [("week",), ("Work", "week"), ("week",)]
    for view in views:
        assert (view.priority, view.description, f"{view.due_at:%m-%d %H:%M}") == ("high", "kept", "05-01 23:59")
    assert [change.id for change in (await me.log())[3:]] == outcome.changes
    assert await me.logged(3) == [("api", "updated", number) for number in (1, 2, 3)]
    assert len(await me.get(find_tasks, "week", 9)) == 3
    await other.add(tags=["home"], priority="high")
    await other.add()
    outcome = await other.edit_all(TaskQuery(), priority="high", add_tags=["Home"])
    assert (outcome.changed, [view.number for view in outcome.tasks]) == ([2], [1, 2])
    assert (await other.tasks())[0].tags == ("home",)


async def test_due_dates_and_rules_can_be_cleared_and_set_and_a_move_keeps_the_time_of_each_task(me: Account):
    async def dues() -> list[str]:
        return [local_due(view.due, me.person.zone) for view in await me.tasks() if view.due]

    await me.add(due_at="2027-05-01", recurrence="FREQ=DAILY")
    await me.add(due_at="2027-05-01")
    await me.edit_all([1, 2], clear=["due_at", "recurrence"])
    assert {(view.due_at, view.recurrence) for view in await me.tasks()} == {(None, None)}
    await me.edit_all([1, 2], recurrence="FREQ=WEEKLY")
    assert all(view.due_at and view.recurrence == "FREQ=WEEKLY" for view in await me.tasks())
    await me.edit(1, due_at="2027-05-01T09:00")
    await me.edit_all([1, 2], due_at="5 june 2027", moves=True)
    assert await dues() == ["2027-06-05T09:00", "2027-06-05"]
    await me.edit_all([1, 2], due_at="6 june 2027")
    assert await dues() == ["2027-06-06", "2027-06-06"]


INVALID_OF_ANY: list[dict[str, Any]] = [
    {"due_at": "never ever"}, {"priority": "urgent"}, {"recurrence": "FREQ=NEVER"}, {"add_tags": ["ok", " "]},
    {"remove_tags": ["x" * 51]},
]  # fmt: skip


async def test_one_task_that_does_not_permit_the_edit_leaves_all_unchanged(me: Account):
    await me.add()
    await me.add(tags=["a", "b"], due_at="2027-05-01", recurrence="FREQ=DAILY")
    before = await me.snapshots()
    too_many = {"add_tags": [str(tag) for tag in range(19)]}
    for edit, field, named in (
        *((edit, next(iter(edit)), False) for edit in INVALID_OF_ANY),
        (too_many, "tags", True),
        ({"clear": ["due_at"]}, "due_at", True),
        ({"clear": ["title"]}, "title", False),
    ):
        with pytest.raises(Invalid) as refused:
            await me.edit_all([1, 2], **edit)
        assert refused.value.facts["field"] == field
        assert not named or (refused.value.facts["number"], refused.value.detail[:4]) == (2, "#2: ")
        assert await me.snapshots() == before
    for edit in INVALID_OF_ANY[:3]:
        with pytest.raises(Invalid):
            await me.edit_all([], **edit)
    assert len(await me.log()) == 2


async def test_undo_of_a_bulk_edit_restores_all_tasks_exactly_and_names_those_changed_since(me: Account):
    for number in range(1, 6):
        await me.add(f"Task {number}", tags=[f"t{number}"], due_at="2027-05-01")
    before = await me.snapshots()
    outcome = await me.edit_all(TaskQuery(), due_at="2027-06-01", remove_tags=["t3"], add_tags=["new"])
    assert undone_and_left(await me.undo(*outcome.changes)) == ([1, 2, 3, 4, 5], [])
    assert await me.snapshots() == before
    assert undone_and_left(await me.undo(*outcome.changes)) == ([], [])
    outcome = await me.edit_all([1, 2], priority="high")
    await me.edit(2, title="By hand")
    assert undone_and_left(await me.undo(*outcome.changes)) == ([1], [2])
    assert [view.priority for view in await me.tasks()][:2] == ["medium", "high"]


async def test_undo_of_a_bulk_completion_or_deletion_restores_all_tasks_and_removes_the_next_ones(me: Account):
    for rule in ("FREQ=DAILY", None, "FREQ=WEEKLY"):
        await me.add(recurrence=rule)
    await me.complete((await me.add("Done")).number)
    before = await me.snapshots()
    done = await me.complete_all([1, 2, 3])
    assert await me.numbers(status="open") == [5, 6]
    assert undone_and_left(await me.undo(*done.changes)) == ([1, 2, 3, 5, 6], [])
    assert await me.snapshots() == before
    gone = await me.delete_all(TaskQuery(status="all"))
    assert await me.snapshots() == {}
    assert (await me.undo(*gone.changes)).undone == [1, 2, 3, 4]
    assert await me.snapshots() == before


async def test_nothing_is_undone_if_one_change_is_not_the_users(me: Account, other: Account):
    await me.add()
    await other.add_all("Theirs", "Theirs")
    for not_mine in (2, 99, 0, 2**63):
        with pytest.raises(NotFound):
            await me.undo(1, not_mine)
    assert (len(await me.tasks()), len(await other.tasks())) == (1, 2)
