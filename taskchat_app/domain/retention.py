"""Deletes expired data: deleted items, old keys, logins and limit windows."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select, tuple_
from sqlmodel import col

from taskchat_app.domain.accounts import idempotency
from taskchat_app.domain.reminders.reminders import KEPT_FOR
from taskchat_app.domain.storage.database import now, system_transaction
from taskchat_app.domain.storage.models import IdempotencyKey, LimitWindow, Login, Ring, Task, Thread
from taskchat_app.domain.tasks.queries import RESTORABLE_FOR

BATCH = 1_000
SLACK = timedelta(hours=1)
"""Delay after a row's expiry before it is deleted, so that a running request never loses a row that it uses."""
LIMIT_PERIOD_MAX = timedelta(days=1)
"""The longest possible period of a limit."""


async def delete_expired() -> None:
    """Delete expired data: tasks and threads deleted 30 days ago, old keys, logins, rings and limit windows.

    Uses short transactions and skips locked rows, so several instances may run it at once.
    """
    at = now() - SLACK
    await _delete_old_rows(Task, (Task.user_id, Task.number), col(Task.deleted_at) < at - RESTORABLE_FOR)
    await _delete_old_rows(Thread, (Thread.id,), col(Thread.deleted_at) < at - RESTORABLE_FOR)
    await _delete_old_rows(
        IdempotencyKey,
        (IdempotencyKey.user_id, IdempotencyKey.key),
        col(IdempotencyKey.created_at) < at - idempotency.KEPT_FOR,
    )
    await _delete_old_rows(Login, (Login.id,), col(Login.expires_at) < at)
    await _delete_old_rows(Ring, (Ring.user_id, Ring.task_number), col(Ring.rang_at) < at - KEPT_FOR)
    await _delete_old_rows(
        LimitWindow, (LimitWindow.scope, LimitWindow.subject), col(LimitWindow.starts_at) < at - LIMIT_PERIOD_MAX
    )


async def _delete_old_rows(table: type[Any], key: Sequence[Any], is_old: ColumnElement[bool]) -> None:
    """Delete the table's old rows, BATCH per transaction."""
    old = select(*key).where(is_old).limit(BATCH).with_for_update(skip_locked=True)
    while True:
        async with system_transaction() as session:
            deleted = await session.exec(delete(table).where(tuple_(*key).in_(old)))
        if deleted.rowcount < BATCH:
            return
