"""Undo restores tasks exactly, or names a conflict."""

from collections.abc import AsyncIterator, Sequence
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
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import NotFound, TooManyAtOnce
from taskchat_app.domain.storage.models import Task, User
from taskchat_app.domain.tasks import task_rows, tasks
from taskchat_app.domain.tasks.fields import TaskDraft, TaskEdit
from taskchat_app.domain.tasks.queries import TaskQuery, find_tasks, list_tasks
from taskchat_app.domain.tasks.task_view import snapshot
from tests.soak import budget
from tests.twins import Twins, rolled_back_session


@pytest.fixture
async def session(postgres: Twins, person: Person) -> AsyncIterator[AsyncSession]:
    """A session that is rolled back at the end of the test."""
    async with rolled_back_session(person.id) as session:
        yield session


def cause(person: Person, turn: str | None = None) -> Cause:
    return Cause(person.id, "assistant" if turn else "person", None, turn)


async def add(session: AsyncSession, by: Cause, person: Person, **fields: Any) -> int:
    return (await task_rows.create_task(session, by, TaskDraft(**fields), zone=person.zone)).number


async def snapshots_by_number(session: AsyncSession, user_id: str) -> dict[int, dict[str, Any]]:
    """Return the snapshots of all existing tasks by number."""
    query = select(Task).where(Task.user_id == user_id, col(Task.deleted_at).is_(None))
    rows = (await session.exec(query.execution_options(populate_existing=True))).all()
    return {row.number: snapshot(row) for row in rows}


async def test_undoing_a_bulk_delete_of_200_tasks_restores_each_exactly(session: AsyncSession, person: Person) -> None:
    by = cause(person)
    for index in range(200):
        await add(session, by, person, title=f"Task {index}", tags=["a", "b"], due_at="2027-01-31T09:00:00Z")
    before = await snapshots_by_number(session, person.id)
    await tasks.bulk_delete(session, cause(person, "turn"), list(before))
    assert await snapshots_by_number(session, person.id) == {}

    outcome = await undo_turn(session, by, "turn")

    assert outcome.undone == sorted(before)
    assert outcome.conflicts == []
    assert await snapshots_by_number(session, person.id) == before


async def test_a_second_undo_changes_nothing_and_the_number_is_never_used_again(
    session: AsyncSession, person: Person
) -> None:
    number = await add(session, cause(person, "turn"), person, title="Buy milk")
    await undo_turn(session, cause(person), "turn")
    log = (await list_activity(session, person.id)).changes

    again = await undo_turn(session, cause(person), "turn")

    assert (again.undone, again.conflicts) == ([], [])
    assert (await list_activity(session, person.id)).changes == log
    assert number not in await snapshots_by_number(session, person.id)
    assert await add(session, cause(person), person, title="Another") == number + 1


async def test_a_task_changed_since_is_not_restored_and_named_as_conflict(
    session: AsyncSession, person: Person
) -> None:
    unedited = await add(session, cause(person), person, title="Kept")
    edited = await add(session, cause(person), person, title="Touched")
    turn = cause(person, "turn")
    await tasks.bulk_complete(session, turn, [unedited, edited])
    await tasks.update_task(session, cause(person), edited, TaskEdit(title="By hand"), zone=person.zone)
    by_hand = (await snapshots_by_number(session, person.id))[edited]

    outcome = await undo_turn(session, cause(person), "turn")

    assert outcome.undone == [unedited]
    assert [conflict.number for conflict in outcome.conflicts] == [edited]
    assert f"#{edited}" in outcome.conflicts[0].reason
    assert (await snapshots_by_number(session, person.id))[edited] == by_hand


async def test_a_later_change_that_was_undone_is_no_conflict(session: AsyncSession, person: Person) -> None:
    number = await add(session, cause(person), person, title="Buy milk")
    before = await snapshots_by_number(session, person.id)
    await tasks.complete_task(session, cause(person, "turn"), number)
    await tasks.update_task(session, cause(person), number, TaskEdit(priority="high"), zone=person.zone)
    newest = (await list_activity(session, person.id)).changes[0]
    await undo_changes(session, cause(person), [newest.id])

    outcome = await undo_turn(session, cause(person), "turn")

    assert (outcome.undone, outcome.conflicts) == ([number], [])
    assert await snapshots_by_number(session, person.id) == before


async def test_undoing_a_change_before_the_target_is_a_conflict(session: AsyncSession, person: Person) -> None:
    by = cause(person)
    number = await add(session, by, person, title="One")
    for title in ("Two", "Three"):  # changes 2 and 3
        await tasks.update_task(session, by, number, TaskEdit(title=title), zone=person.zone)
    for change_id in (3, 2):  # by changes 4 and 5
        assert (await undo_changes(session, by, [change_id])).undone == [number]

    outcome = await undo_changes(session, by, [4])

    assert (outcome.undone, [conflict.number for conflict in outcome.conflicts]) == ([], [number])
    assert (await snapshots_by_number(session, person.id))[number]["title"] == "One"


async def test_as_many_changes_as_permitted_are_undone_together_and_no_more(
    session: AsyncSession, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo, "AT_ONCE_MAX", 2)
    numbers = [await add(session, cause(person), person, title="Buy milk") for _ in range(3)]
    with pytest.raises(TooManyAtOnce):
        await undo_changes(session, cause(person), [1, 2, 3])
    assert (await undo_changes(session, cause(person), [1, 3, 3])).undone == [numbers[0], numbers[2]]


async def test_an_undo_can_be_undone(session: AsyncSession, person: Person) -> None:
    number = await add(session, cause(person), person, title="Buy milk")
    await tasks.delete_task(session, cause(person), number)
    deleted = (await list_activity(session, person.id)).changes[0]
    await undo_changes(session, cause(person), [deleted.id])
    undo = (await list_activity(session, person.id)).changes[0]

    outcome = await undo_changes(session, cause(person), [undo.id])

    assert outcome.undone == [number]
    assert await snapshots_by_number(session, person.id) == {}


async def test_a_change_that_the_turn_undid_itself_is_not_undone_again(session: AsyncSession, person: Person) -> None:
    turn = cause(person, "turn")
    await add(session, turn, person, title="Buy milk")
    await undo_changes(session, turn, [(await list_activity(session, person.id)).changes[0].id])
    log = (await list_activity(session, person.id)).changes

    outcome = await undo_turn(session, cause(person), "turn")

    assert (outcome.undone, outcome.conflicts) == ([], [])
    assert await snapshots_by_number(session, person.id) == {}
    assert (await list_activity(session, person.id)).changes == log


async def test_a_restore_can_be_undone_and_the_users_is_a_conflict(session: AsyncSession, person: Person) -> None:
    number = await add(session, cause(person), person, title="Buy milk", tags=["home"])
    before = await snapshots_by_number(session, person.id)
    await tasks.delete_task(session, cause(person, "deletion"), number)
    await tasks.restore_task(session, cause(person, "turn"), number)
    assert await snapshots_by_number(session, person.id) == before
    for undone in ([number], []):
        assert (await undo_turn(session, cause(person), "turn")).undone == undone
        assert await snapshots_by_number(session, person.id) == {}

    await tasks.restore_task(session, cause(person), number)
    outcome = await undo_turn(session, cause(person), "deletion")
    assert [conflict.number for conflict in outcome.conflicts] == [number]
    assert await snapshots_by_number(session, person.id) == before

    await tasks.delete_task(session, cause(person, "again"), number)
    await session.exec(delete(Task).where(col(Task.user_id) == person.id))
    assert (await undo_turn(session, cause(person), "again")).undone == [number], "though its row was erased"
    assert await snapshots_by_number(session, person.id) == before


async def test_a_restored_task_is_found_only_by_its_old_words(session: AsyncSession, person: Person) -> None:
    number = await add(session, cause(person), person, title="Buy milk", tags=["home"])
    turn = cause(person, "turn")
    await tasks.update_task(session, turn, number, TaskEdit(title="Call mum", tags=["phone"]), zone=person.zone)

    await undo_turn(session, cause(person), "turn")

    found = [await find_tasks(session, person.id, words, 9) for words in ("milk", "home", "mum", "phone")]
    assert [len(tasks_found) for tasks_found in found] == [1, 1, 0, 0]


async def test_undoing_an_unknown_change_or_one_of_a_thread_raises_not_found(
    session: AsyncSession, person: Person
) -> None:
    [of_thread] = await record(session, cause(person), [Entry("thread", "created")])
    for change_id in (of_thread, 0, -1, 10**6, 2**63, 10**30):
        with pytest.raises(NotFound):
            await undo_changes(session, cause(person), [change_id])


async def test_the_receipt_summarizes_the_turns_changes(session: AsyncSession, person: Person) -> None:
    old = await add(session, cause(person), person, title="Old")
    turn = cause(person, "turn")
    new = await add(session, turn, person, title="New")
    await tasks.complete_task(session, turn, old)

    assert receipt(await changes_of_turn(session, person.id, "turn", 0)) == f"Added #{new}, completed #{old}"
    assert receipt([]) == "Nothing changed"


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
@settings(max_examples=budget(3, 200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=turns_of(*ACTIONS, "undo"))
async def test_undoing_turns_newest_first_restores_every_state(
    postgres: Twins, turns: list[list[tuple[str, int]]]
) -> None:
    async with rolled_back_session() as session:
        person = await user_with_tasks(session)
        states = [await snapshots_by_number(session, person.id)]
        for index, actions in enumerate(turns):
            await run_turn(session, person, f"turn{index}", actions)
            states.append(await snapshots_by_number(session, person.id))
        for index in reversed(range(len(turns))):
            assert await snapshots_by_number(session, person.id) == states[index + 1]
            outcome = await undo_turn(session, cause(person), f"turn{index}")
            assert outcome.conflicts == []
            assert await snapshots_by_number(session, person.id) == states[index]


@pytest.mark.also_soak
@settings(max_examples=budget(3, 200), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=turns_of(*ACTIONS), data=st.data())
async def test_undoing_turns_in_any_order_names_every_task_that_differs(
    postgres: Twins, turns: list[list[tuple[str, int]]], data: st.DataObject
) -> None:
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


async def test_undo_of_a_retried_turn_undoes_only_the_newest_attempt(session: AsyncSession, person: Person) -> None:
    first = await add(session, cause(person, "turn"), person, title="First try")
    [mark] = await record(session, cause(person, "turn"), [Entry("turn", "started")])
    second = await add(session, cause(person, "turn"), person, title="Second try")
    assert (await undo_turn(session, cause(person), "turn", mark)).undone == [second]
    assert [task.number for task in await find_tasks(session, person.id, "try", 9)] == [first]
    assert (await undo_turn(session, cause(person), "turn", mark + 1)).undone == []
