"""The last action: the changes of one click or one turn, without undone ones."""

from collections.abc import AsyncIterator

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity import last_action as last_action_module
from taskchat_app.domain.activity.last_action import LastAction, last_action
from taskchat_app.domain.activity.undo import undo_changes
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.tasks import task_rows, tasks
from taskchat_app.domain.tasks.edits import TaskEdit
from taskchat_app.domain.tasks.fields import TaskDraft
from tests.twins import Twins, rolled_back_session

MANY = 50


@pytest.fixture
async def session(postgres: Twins) -> AsyncIterator[AsyncSession]:
    """A session that is rolled back at the end of the test."""
    async with rolled_back_session() as session:
        yield session


async def _undo(session: AsyncSession, person: Person) -> list[int]:
    """Undo the last action; return the numbers of its tasks, ascending."""
    action = await last_action(session, person.id)
    if action is None:
        return []
    return (await undo_changes(session, Cause(person.id, "person"), action.change_ids)).undone


async def test_repeated_undo_goes_back_by_actions_of_the_user_alone(session: AsyncSession, person: Person):
    by, turn = Cause(person.id, "person"), Cause(person.id, "assistant", None, "turn-1")
    for title in ("One", "Two"):
        await task_rows.create_task(session, turn, TaskDraft(title), zone=person.zone)
    await task_rows.create_task(session, by, TaskDraft("Three"), zone=person.zone)
    await task_rows.create_task(session, Cause(person.id, "api"), TaskDraft("Four"), zone=person.zone)
    await tasks.bulk_complete(session, by, [1, 2], True)
    assert [await _undo(session, person) for _ in range(4)] == [[1, 2], [3], [1, 2], []]


async def test_a_bulk_change_is_one_action_even_if_it_leaves_tasks(session: AsyncSession, person: Person):
    by, numbers = Cause(person.id, "person"), list(range(1, MANY + 1))
    for number in numbers:
        priority = "high" if number == 3 else "medium"
        await task_rows.create_task(session, by, TaskDraft(f"Task {number}", priority=priority), zone=person.zone)
    await tasks.bulk_update(session, by, numbers, TaskEdit(priority="high"), zone=person.zone)
    await tasks.bulk_delete(session, by, numbers)
    changed = [number for number in numbers if number != 3]
    assert [await _undo(session, person) for _ in range(3)] == [numbers, changed, [MANY]]


async def test_a_long_action_is_found_whole(session: AsyncSession, person: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(last_action_module, "READ_AT_ONCE", 7)
    by, turn = Cause(person.id, "person"), Cause(person.id, "assistant", None, "turn-1")
    await task_rows.create_tasks(session, by, [TaskDraft(f"Task {number}") for number in range(21)], zone=person.zone)
    await tasks.bulk_complete(session, turn, list(range(1, 11)))
    await tasks.update_task(session, by, 21, TaskEdit(title="Between"), zone=person.zone)
    await tasks.bulk_complete(session, turn, list(range(11, 21)))
    action = await last_action(session, person.id)
    assert action == LastAction([*range(42, 32, -1), *range(31, 21, -1)], "turn-1")
    assert [await _undo(session, person) for _ in range(3)] == [list(range(1, 21)), [21], list(range(1, 22))]
