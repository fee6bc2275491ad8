"""Undo restores tasks exactly, or names a conflict."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity import undo
from taskchat_app.domain.activity.activity import list_activity
from taskchat_app.domain.activity.receipts import changes_of_turn, receipt
from taskchat_app.domain.activity.undo import undo_changes, undo_turn
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.errors import TooManyAtOnce
from taskchat_app.domain.storage.models import Task, User
from taskchat_app.domain.tasks import task_rows, tasks
from taskchat_app.domain.tasks.edits import TaskEdit
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.queries import TaskQuery, find_tasks, list_tasks
from taskchat_app.domain.tasks.task_view import snapshot
from tests.soak import budget
from tests.task_account import Account, undone_and_left
from tests.twins import Twins, rolled_back_session


def cause(person: Person, turn: str | None = None) -> Cause:
    return Cause(person.id, "assistant" if turn else "person", None, turn)


async def add(session: AsyncSession, by: Cause, person: Person, **fields: Any) -> int:
    return (await task_rows.create_task(session, by, TaskDraft(**fields), zone=person.zone)).number


async def snapshots_by_number(session: AsyncSession, user_id: str) -> dict[int, dict[str, Any]]:
    """Return the snapshots of all existing tasks by number."""
    query = select(Task).where(Task.user_id == user_id, col(Task.deleted_at).is_(None))
    rows = (await session.exec(query.execution_options(populate_existing=True))).all()
    return {row.number: snapshot(row) for row in rows}


async def test_tasks_are_restored_exactly_200_at_once_or_after_the_cause_of_the_change(me: Account, other: Account):
    due = {"tags": ["a", "b"], "due_at": "2027-01-31T09:00:00Z"}
    await me.add_all(*(TaskDraft(f"Task {index}", **due) for index in range(200)))
    before = await me.snapshots()
    await me.run(tasks.bulk_delete, list(before), turn="turn")
    assert await me.snapshots() == {}
    assert undone_and_left(await me.undo_turn("turn")) == (sorted(before), [])
    assert await me.snapshots() == before
    await other.add("Bins", due_at="2027-01-31T09:00:00Z", recurrence="FREQ=WEEKLY")
    await other.add("Take them out")
    before = await other.snapshots()
    await other.complete(1, turn="turn")  # makes the next one, #3
    await other.edit(2, turn="turn", parent_number=3)
    await other.run(tasks.delete_task, 3, turn="turn")  # deletes #2 as well
    assert undone_and_left(await other.undo_turn("turn")) == ([1, 2, 3], [])
    assert await other.snapshots() == before


async def test_a_second_undo_and_one_after_the_turns_own_change_nothing_and_the_number_is_never_used_again(me: Account):
    await me.add(turn="turn")
    await me.undo_turn("turn")
    await me.add(turn="undoes itself")
    await me.undo((await me.log())[-1].id, turn="undoes itself")
    log = await me.log()
    for turn in ("turn", "undoes itself"):
        assert undone_and_left(await me.undo_turn(turn)) == ([], [])
    assert (await me.log(), await me.numbers()) == (log, [])
    assert (await me.add("Another")).number == 3


async def test_a_task_changed_or_undone_since_is_a_conflict_unless_that_was_undone(me: Account, other: Account):
    await me.add_all("Kept", "Touched")
    before = await me.snapshots()
    await me.complete_all([1, 2], turn="turn")
    await me.edit(2, title="By hand")
    by_hand = (await me.snapshots())[2]
    outcome = await me.undo_turn("turn")
    assert (outcome.undone, [conflict.number for conflict in outcome.conflicts]) == ([1], [2])
    assert "#2" in outcome.conflicts[0].reason
    assert (await me.snapshots())[2] == by_hand
    await me.undo(next(change.id for change in await me.log() if change.action == "updated"))
    assert undone_and_left(await me.undo_turn("turn")) == ([2], [])
    assert await me.snapshots() == before
    await other.add("One")
    for title in ("Two", "Three"):  # changes 2 and 3
        await other.edit(1, title=title)
    for change_id in (3, 2):  # by changes 4 and 5
        assert (await other.undo(change_id)).undone == [1]
    assert undone_and_left(await other.undo(4)) == ([], [1])
    assert (await other.task()).title == "One"


async def test_as_many_changes_as_permitted_are_undone_at_once(me: Account, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(undo, "AT_ONCE_MAX", 2)
    await me.add_all(*["Buy milk"] * 3)
    with pytest.raises(TooManyAtOnce):
        await me.undo(1, 2, 3)
    assert (await me.undo(1, 3, 3)).undone == [1, 3]


async def test_an_undo_and_a_restore_can_be_undone_and_the_users_restore_is_a_conflict(me: Account):
    await me.add(tags=["home"])
    before = await me.snapshots()
    await me.run(tasks.delete_task, 1, turn="deletion")
    await me.undo_turn("deletion")
    assert (await me.undo((await me.log())[-1].id)).undone == [1]
    assert await me.snapshots() == {}
    await me.run(tasks.restore_task, 1, turn="turn")
    assert await me.snapshots() == before
    for undone in ([1], []):
        assert (await me.undo_turn("turn")).undone == undone
        assert await me.snapshots() == {}
    await me.restore(1)
    assert [conflict.number for conflict in (await me.undo_turn("deletion")).conflicts] == [1]
    assert await me.snapshots() == before
    await me.run(tasks.delete_task, 1, turn="again")
    async with transaction(me.person.id) as session:
        await session.exec(delete(Task).where(col(Task.user_id) == me.person.id))
    assert (await me.undo_turn("again")).undone == [1], "though its row was erased"
    assert await me.snapshots() == before


async def test_the_receipt_summarizes_the_turns_changes_and_undo_takes_back_those_of_the_newest_attempt(me: Account):
    await me.add("Old")
    await me.add("First try", turn="turn")
    await me.complete(1, turn="turn")
    assert receipt(await me.get(changes_of_turn, "turn", 0)) == "Added #2, completed #1"
    assert receipt([]) == "Nothing changed"
    [mark] = await me.run(record, [Entry("turn", "started")], turn="turn")
    await me.add("Second try", turn="turn")
    assert receipt(await me.get(changes_of_turn, "turn", mark)) == "Added #3"
    assert (await me.run(undo_turn, "turn", mark)).undone == [3]
    assert [task.number for task in await me.get(find_tasks, "try", 9)] == [2]
    assert (await me.run(undo_turn, "turn", mark + 1)).undone == []


ACTIONS = (
    *("create", "create repeating", "create and delete", "complete", "complete all", "reopen", "rename", "retag"),
    *("delete", "restore", "move", "edit all"),
)


def turns_of(*actions: str) -> st.SearchStrategy[list[list[tuple[str, int]]]]:
    action = st.tuples(st.sampled_from(actions), st.integers(0, 5))
    return st.lists(st.lists(action, min_size=1, max_size=6), max_size=5)


async def run_turn(session: AsyncSession, person: Person, turn: str, actions: Sequence[tuple[str, int]]) -> None:
    """Run a turn of random actions on random existing tasks."""
    for action, pick in actions:
        numbers = sorted(await snapshots_by_number(session, person.id))
        if action.startswith("create") or not numbers:
            await create(session, person, turn, action)
        elif action in ("restore", "undo"):
            await restore_or_undo(session, person, turn, action, pick)
        else:
            await change(session, person, turn, action, numbers[pick % len(numbers)])


async def create(session: AsyncSession, person: Person, turn: str, action: str) -> None:
    by, rule = cause(person, turn), "FREQ=DAILY" if "repeating" in action else None
    number = await add(session, by, person, title=turn, due_at="2027-02-28", recurrence=rule)
    if "delete" in action:
        await tasks.delete_task(session, by, number)


async def restore_or_undo(session: AsyncSession, person: Person, turn: str, action: str, pick: int) -> None:
    """Restore one of the deleted tasks, or undo one of the newest changes."""
    if action == "restore":
        deleted = (await list_tasks(session, person.id, TaskQuery(status="deleted"))).tasks
        if deleted:
            await tasks.restore_task(session, cause(person, turn), deleted[pick % len(deleted)].number)
    else:
        newest = (await list_activity(session, person.id, limit=6)).changes
        await undo_changes(session, cause(person, turn), [newest[pick % len(newest)].id])


async def change(session: AsyncSession, person: Person, turn: str, action: str, number: int) -> None:
    by = cause(person, turn)
    match action:
        case "complete" | "reopen":
            await tasks.complete_task(session, by, number, action == "complete")
        case "complete all":
            await tasks.bulk_complete(session, by, TaskQuery())
        case "delete":
            await tasks.delete_task(session, by, number)
        case "move":
            await tasks.move_task(session, by, number)
        case "edit all":
            edit = TaskEdit(due_at="2027-03-01", add_tags=[turn], remove_tags=["home"])
            await tasks.bulk_update(session, by, TaskQuery(), edit, zone=person.zone)
        case "retag":
            await tasks.update_task(session, by, number, TaskEdit(tags=[turn]), zone=person.zone)
        case _:
            await tasks.update_task(session, by, number, TaskEdit(title=f"{turn} {number}"), zone=person.zone)


async def create_user(session: AsyncSession) -> Person:
    """Create a user in this session only, one for each example."""
    at = now()
    user = User(id=f"undo-{at.timestamp()}", email=f"{at.timestamp()}@example.org", password_hash="", created_at=at)
    session.add(user)
    await session.flush()
    return Person(user.id, user.email, "Europe/Berlin", "", at, "app", registered_at=at)


async def user_with_tasks(session: AsyncSession) -> Person:
    """Create a user with three tasks, the last of which repeats."""
    person = await create_user(session)
    for index in range(3):
        rule = "FREQ=WEEKLY" if index == 2 else None
        await add(session, cause(person), person, title=f"Given {index}", recurrence=rule)
    return person


@pytest.mark.also_soak
@settings(max_examples=budget(3, 50), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=turns_of(*ACTIONS, "undo"))
async def test_undoing_turns_newest_first_restores_every_state(postgres: Twins, turns: list[list[tuple[str, int]]]):
    async with rolled_back_session() as session:
        person = await user_with_tasks(session)
        states = [await snapshots_by_number(session, person.id)]
        for index, actions in enumerate(turns):
            await run_turn(session, person, f"turn{index}", actions)
            states.append(await snapshots_by_number(session, person.id))
        for index in reversed(range(len(turns))):
            assert await snapshots_by_number(session, person.id) == states[index + 1]
            assert (await undo_turn(session, cause(person), f"turn{index}")).conflicts == []
            assert await snapshots_by_number(session, person.id) == states[index]


@pytest.mark.also_soak
@settings(max_examples=budget(3, 50), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=turns_of(*ACTIONS), data=st.data())
async def test_undoing_turns_in_any_order_names_every_task_that_differs(
    postgres: Twins, turns: list[list[tuple[str, int]]], data: st.DataObject
):
    async with rolled_back_session() as session:
        person = await user_with_tasks(session)
        start = await snapshots_by_number(session, person.id)
        for index, actions in enumerate(turns):
            await run_turn(session, person, f"turn{index}", actions)
        named: set[int] = set()
        for index in data.draw(st.permutations(range(len(turns)))):
            outcome = await undo_turn(session, cause(person), f"turn{index}")
            named |= {conflict.number for conflict in outcome.conflicts}
        end = await snapshots_by_number(session, person.id)
        different = {number for number in start.keys() | end.keys() if start.get(number) != end.get(number)}
        assert different <= named
