"""Every write takes the user's lock before it reads what it changes."""

from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

import pytest
from psycopg.errors import LockNotAvailable
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.undo import undo_changes, undo_turn
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.reminders import reminders
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.user_lock import lock_user
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.fields import TaskEdit

UTC = ZoneInfo("UTC")
ABSENT = 99
Write = Callable[[AsyncSession, Cause], Awaitable[object]]

WRITES: dict[str, Write] = {
    "update_task": lambda session, by: tasks.update_task(session, by, ABSENT, TaskEdit(title="Milk"), zone=UTC),
    "bulk_update": lambda session, by: tasks.bulk_update(session, by, [ABSENT], TaskEdit(priority="high"), zone=UTC),
    "move_task": lambda session, by: tasks.move_task(session, by, ABSENT),
    "complete_task": lambda session, by: tasks.complete_task(session, by, ABSENT),
    "bulk_complete": lambda session, by: tasks.bulk_complete(session, by, [ABSENT]),
    "delete_task": lambda session, by: tasks.delete_task(session, by, ABSENT),
    "bulk_delete": lambda session, by: tasks.bulk_delete(session, by, [ABSENT]),
    "restore_task": lambda session, by: tasks.restore_task(session, by, ABSENT),
    "undo_changes": lambda session, by: undo_changes(session, by, [ABSENT]),
    "undo_turn": lambda session, by: undo_turn(session, by, "absent"),
    "set_reminder": lambda session, by: reminders.set_reminder(session, by, ABSENT, "1_hour", zone=UTC),
    "snooze": lambda session, by: reminders.snooze(session, by, ABSENT),
}


async def run(write: Write, person: Person) -> None:
    async with transaction(person.id) as session:
        await session.exec(text("SET LOCAL lock_timeout = '50ms'"))  # pyright: ignore[reportCallIssue, reportArgumentType]  # SQLModel types only its own statements
        await write(session, Cause(person.id, "person"))


@pytest.mark.parametrize("name", WRITES)
async def test_every_write_takes_the_users_lock_before_it_reads(
    name: str, person: Person, other_person: Person
) -> None:
    async with transaction(person.id) as session:
        await lock_user(session, person.id)
        with pytest.raises(OperationalError) as refused:
            await run(WRITES[name], person)
        assert isinstance(refused.value.orig, LockNotAvailable)
        if name == "undo_turn":
            await run(WRITES[name], other_person)
        else:
            with pytest.raises(NotFound):
                await run(WRITES[name], other_person)
