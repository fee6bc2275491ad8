"""What is kept only for a while, and forgotten when its time is over."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select, tuple_
from sqlmodel import col

from taskchat_app.domain import idempotency
from taskchat_app.domain.database import now, system_transaction
from taskchat_app.domain.models import IdempotencyKey, LimitWindow, Login, Ring, Task, Thread
from taskchat_app.domain.reminders import KEPT_FOR
from taskchat_app.domain.task_search import RESTORABLE_FOR

BATCH = 1_000
SLACK = timedelta(hours=1)
"""Rows go this much later than anybody may still count on them, so that nothing goes from under a running request."""
LONGEST_LIMIT = timedelta(days=1)
"""The longest period that a limit can have."""


async def forget_old() -> None:
    """Delete what nobody can ask for any more: what was deleted 30 days ago, old keys, expired logins, past limits.

    Works in short transactions and passes over rows that somebody holds, so it may run on several instances at once.
    """
    at = now() - SLACK
    await _forget(Task, (Task.user_id, Task.number), col(Task.deleted_at) < at - RESTORABLE_FOR)
    await _forget(Thread, (Thread.id,), col(Thread.deleted_at) < at - RESTORABLE_FOR)
    await _forget(
        IdempotencyKey,
        (IdempotencyKey.user_id, IdempotencyKey.key),
        col(IdempotencyKey.created_at) < at - idempotency.KEPT_FOR,
    )
    await _forget(Login, (Login.id,), col(Login.expires_at) < at)
    await _forget(Ring, (Ring.user_id, Ring.task_number), col(Ring.rang_at) < at - KEPT_FOR)
    await _forget(
        LimitWindow, (LimitWindow.scope, LimitWindow.subject), col(LimitWindow.starts_at) < at - LONGEST_LIMIT
    )


async def _forget(table: type[Any], key: Sequence[Any], is_old: ColumnElement[bool]) -> None:
    """Delete the table's old rows, some at a time."""
    old = select(*key).where(is_old).limit(BATCH).with_for_update(skip_locked=True)
    while True:
        async with system_transaction() as session:
            gone = await session.exec(delete(table).where(tuple_(*key).in_(old)))
        if gone.rowcount < BATCH:
            return
