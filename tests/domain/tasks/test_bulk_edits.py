"""Bulk edits: all tasks or none, in one transaction, undone together."""

from typing import Any

import pytest

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.undo import UndoOutcome, undo_changes
from taskchat_app.domain.dates.due_dates import local_due
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.errors import Invalid, NotFound
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.fields import TaskEdit
from taskchat_app.domain.tasks.queries import TaskQuery, find_tasks
from taskchat_app.domain.tasks.task_view import snapshot
from taskchat_app.domain.tasks.tasks import WriteResult
from tests.domain.tasks.task_writes import add, by, complete, edit, list_all, log, row


async def edit_all(person: Person, which: list[int] | TaskQuery, **fields: Any) -> WriteResult:
    async with transaction(person.id) as session:
        return await tasks.bulk_update(session, by(person), which, TaskEdit(**fields), zone=person.zone)


async def undo(person: Person, changes: list[int]) -> UndoOutcome:
    async with transaction(person.id) as session:
        return await undo_changes(session, by(person), changes)


async def stored(person: Person) -> dict[int, dict[str, Any]]:
    return {view.number: snapshot(await row(person, view.number)) for view in await list_all(person)}


async def test_every_selected_task_is_changed_and_returned(person: Person):
    for tags in (["home"], ["Work", "home"], []):
        await add(person, tags=tags, description="kept")
    outcome = await edit_all(
        person, [3, 1, 2], due_at="2027-05-01", priority="high", add_tags=["#week"], remove_tags=["HOME"]
    )
    views = await list_all(person)
    assert outcome.tasks == views
    assert outcome.changed == [1, 2, 3]
    assert [view.tags for view in views] == [("week",), ("Work", "week"), ("week",)]
    assert {(view.priority, view.description, f"{view.due_at:%m-%d %H:%M}") for view in views} == {
        ("high", "kept", "05-01 23:59")
    }
    changes = (await log(person))[3:]
    assert [(change.id, change.action, change.task_number) for change in changes] == [
        (change_id, "updated", number) for number, change_id in enumerate(outcome.changes, 1)
    ]
    async with transaction(person.id) as session:
        assert len(await find_tasks(session, person.id, "week", 9)) == 3


async def test_tasks_that_the_edit_would_not_change_are_not_recorded(person: Person):
    await add(person, tags=["home"], priority="high")
    await add(person)
    outcome = await edit_all(person, TaskQuery(), priority="high", add_tags=["Home"])
    assert (outcome.changed, [view.number for view in outcome.tasks]) == ([2], [1, 2])
    assert (await list_all(person))[0].tags == ("home",)


async def test_due_dates_and_rules_can_be_cleared_and_set(person: Person):
    await add(person, due_at="2027-05-01", recurrence="FREQ=DAILY")
    await add(person, due_at="2027-05-01")
    await edit_all(person, [1, 2], clear=["due_at", "recurrence"])
    assert {(view.due_at, view.recurrence) for view in await list_all(person)} == {(None, None)}
    await edit_all(person, [1, 2], recurrence="FREQ=WEEKLY")
    assert all(view.due_at and view.recurrence == "FREQ=WEEKLY" for view in await list_all(person))


async def test_a_bulk_move_keeps_the_time_of_each_task(person: Person):
    await add(person, due_at="2027-05-01T09:00")
    await add(person, due_at="2027-05-01")
    await edit_all(person, [1, 2], due_at="5 june 2027", moves=True)
    dues = [local_due(view.due, person.zone) for view in await list_all(person) if view.due]
    assert dues == ["2027-06-05T09:00", "2027-06-05"]
    await edit_all(person, [1, 2], due_at="6 june 2027")
    assert {local_due(view.due, person.zone) for view in await list_all(person) if view.due} == {"2027-06-06"}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"due_at": "never ever"}, "due_at"),
        ({"priority": "urgent"}, "priority"),
        ({"recurrence": "FREQ=NEVER"}, "recurrence"),
        ({"add_tags": ["ok", " "]}, "add_tags"),
        ({"remove_tags": ["x" * 51]}, "remove_tags"),
        ({"add_tags": [str(tag) for tag in range(19)]}, "tags"),
        ({"clear": ["due_at"]}, "due_at"),
        ({"clear": ["title"]}, "title"),
    ],
)
async def test_one_task_that_does_not_permit_the_edit_leaves_all_unchanged(
    person: Person, fields: dict[str, Any], field: str
):
    await add(person)
    await add(person, tags=["a", "b"], due_at="2027-05-01", recurrence="FREQ=DAILY")
    before = await stored(person)
    with pytest.raises(Invalid) as refused:
        await edit_all(person, [1, 2], **fields)
    assert refused.value.facts["field"] == field
    if field in ("tags", "due_at") and "due_at" not in fields:
        assert refused.value.detail.startswith("#2: ")
    assert await stored(person) == before
    assert len(await log(person)) == 2


@pytest.mark.parametrize("fields", [{"priority": "urgent"}, {"recurrence": "FREQ=NEVER"}, {"due_at": "never ever"}])
async def test_an_invalid_edit_is_refused_of_no_tasks_as_well(person: Person, fields: dict[str, Any]):
    with pytest.raises(Invalid):
        await edit_all(person, [], **fields)


async def test_unknown_numbers_are_named_and_nothing_changes(person: Person, other_person: Person):
    await add(person)
    await add(other_person)
    await add(other_person)
    with pytest.raises(NotFound, match="#2, #9"):
        await edit_all(person, [1, 2, 9], priority="high")
    assert [change.action for change in await log(person)] == ["created"]


async def test_undo_of_a_bulk_edit_restores_all_tasks_exactly(person: Person):
    for number in range(1, 6):
        await add(person, f"Task {number}", tags=[f"t{number}"], due_at="2027-05-01")
    before = await stored(person)
    outcome = await edit_all(person, TaskQuery(), due_at="2027-06-01", remove_tags=["t3"], add_tags=["new"])
    back = await undo(person, outcome.changes)
    assert (back.undone, back.conflicts) == ([1, 2, 3, 4, 5], [])
    assert await stored(person) == before
    again = await undo(person, outcome.changes)
    assert (again.undone, again.conflicts) == ([], [])


async def test_undo_of_a_bulk_edit_names_a_task_changed_since_as_conflict(person: Person):
    await add(person)
    await add(person)
    outcome = await edit_all(person, [1, 2], priority="high")
    await edit(person, 2, title="By hand")
    back = await undo(person, outcome.changes)
    assert (back.undone, [conflict.number for conflict in back.conflicts]) == ([1], [2])
    assert [view.priority for view in await list_all(person)] == ["medium", "high"]


async def test_undo_of_a_bulk_completion_removes_the_next_tasks_it_created(person: Person):
    await add(person, recurrence="FREQ=DAILY")
    await add(person)
    await add(person, recurrence="FREQ=WEEKLY")
    before = await stored(person)
    async with transaction(person.id) as session:
        done = await tasks.bulk_complete(session, by(person), [1, 2, 3])
    assert [view.number for view in await list_all(person, status="open")] == [4, 5]
    back = await undo(person, done.changes)
    assert (back.undone, back.conflicts) == ([1, 2, 3, 4, 5], [])
    assert await stored(person) == before


async def test_undo_of_a_bulk_deletion_restores_all_tasks(person: Person):
    await add(person)
    await add(person)
    await complete(person, 2)
    before = await stored(person)
    async with transaction(person.id) as session:
        gone = await tasks.bulk_delete(session, by(person), TaskQuery(status="all"))
    assert await stored(person) == {}
    assert (await undo(person, gone.changes)).undone == [1, 2]
    assert await stored(person) == before


@pytest.mark.parametrize("others", [[2], [99], [0], [2**63]])
async def test_nothing_is_undone_if_one_change_is_not_the_users(
    person: Person, other_person: Person, others: list[int]
):
    await add(person)
    await add(other_person)
    await add(other_person)
    with pytest.raises(NotFound):
        await undo(person, [1, *others])
    assert len(await list_all(person)) == 1
    assert len(await list_all(other_person)) == 2
