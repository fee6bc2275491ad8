"""Deletes expired data: deleted tasks with their texts, old conversations, unsent files, keys, logins and limits."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy
from sqlalchemy import ColumnElement, and_, delete, func, or_, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.config import settings
from taskchat_app.domain.accounts import access_tokens, idempotency_keys
from taskchat_app.domain.accounts.sign_in_limits import SIGNED_IN
from taskchat_app.domain.attachments.attachments import UNSENT_FOR
from taskchat_app.domain.limits.account_bytes import recount_accounts
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.reminders.reminders import KEPT_FOR as RINGS_KEPT_FOR
from taskchat_app.domain.restore_period import RESTORABLE_FOR
from taskchat_app.domain.storage.database import now, system_reading, system_transaction, transaction
from taskchat_app.domain.storage.models import (
    AccessToken,
    Attachment,
    IdempotencyKey,
    LimitWindow,
    Login,
    Ring,
    Task,
    Thread,
    WebhookDelivery,
)
from taskchat_app.domain.storage.user_lock import try_lock_user
from taskchat_app.domain.text_erasure import erase_texts
from taskchat_app.domain.webhooks.webhooks import DELIVERIES_KEPT_FOR

log = logging.getLogger(__name__)

BATCH = 1_000
BATCH_OF_USER = 100
"""Tasks or conversations deleted at once, since more goes with each; the user's other writes wait that long."""
SLACK = timedelta(hours=1)
"""Delay after a row's expiry before it is deleted, so that a running request never loses a row that it uses."""
LIMIT_PERIOD_MAX = timedelta(days=1)
"""No limit but SIGNED_IN has a longer period."""
RETENTION_LOCK = 0x7461736D
"""Key of the advisory lock that each batch holds: one instance deletes at a time."""


class _AnotherInstance(Exception):
    """Another instance is deleting expired data, and goes on until none are left."""


async def delete_expired() -> None:
    """Delete expired data, in short transactions that skip locked rows; returns early if another instance is at it.

    Deleted tasks and conversations go after RESTORABLE_FOR, conversations without a message for RETENTION_DAYS as well.
    Then counts what accounts store, where that is not known.
    """
    at = now() - SLACK
    try:
        await _delete_of_users(Task, col(Task.deleted_at) < at - RESTORABLE_FOR, _delete_tasks)
        await _delete_of_users(Thread, col(Thread.deleted_at) < at - RESTORABLE_FOR, _delete_threads)
        if days := settings().retention_days:
            await _delete_of_users(Thread, _is_silent(at - timedelta(days=days)), _delete_threads)
        token_end = func.least(AccessToken.revoked_at, AccessToken.expires_at)
        for table, is_old in (
            (IdempotencyKey, col(IdempotencyKey.created_at) < at - idempotency_keys.KEPT_FOR),
            (Login, col(Login.expires_at) < at),
            (AccessToken, token_end < at - access_tokens.KEPT_FOR),
            (Attachment, col(Attachment.item_id).is_(None) & (col(Attachment.created_at) < at - UNSENT_FOR)),
            (WebhookDelivery, col(WebhookDelivery.at) < at - DELIVERIES_KEPT_FOR),
            (Ring, col(Ring.rang_at) < at - RINGS_KEPT_FOR),
            (LimitWindow, _is_over(at)),
        ):
            await _delete_old_rows(table, is_old)
    except _AnotherInstance:
        return
    await recount_accounts()


def _is_over(at: datetime) -> ColumnElement[bool]:
    """Return the condition that a window of a limit has ended; windows of SIGNED_IN last longer than all others."""
    is_network = col(LimitWindow.scope) == SIGNED_IN.scope
    ended = col(LimitWindow.starts_at) < at - LIMIT_PERIOD_MAX
    return and_(ended, or_(~is_network, col(LimitWindow.starts_at) < at - SIGNED_IN.period))


async def _delete_old_rows(table: type[Any], is_old: ColumnElement[bool]) -> None:
    """Delete the table's old rows, BATCH per transaction."""
    key: Sequence[Any] = cast(Any, sqlalchemy.inspect(table)).primary_key
    old = sqlalchemy.select(*key).where(is_old).limit(BATCH).with_for_update(skip_locked=True)
    while True:
        async with system_transaction() as session:
            await _take_lock(session)
            deleted = await session.exec(delete(table).where(tuple_(*key).in_(old)))
        if deleted.rowcount < BATCH:
            return


async def _delete_of_users(
    table: type[Task] | type[Thread],
    is_old: ColumnElement[bool],
    delete_some: Callable[[AsyncSession, str, ColumnElement[bool]], Awaitable[int]],
) -> None:
    """Call `delete_some` for each user with old rows, BATCH_OF_USER per transaction on this user's rows.

    After an error with a user's rows, which is logged without its message (it may quote a text), the others' follow.
    """

    async def delete_batch(user_id: str) -> bool:
        """Delete a batch of the user's old rows; return whether there may be more."""
        async with transaction(user_id) as session:
            await _take_lock(session)
            # While another write has the user's lock, the rows stay until the next time.
            has_lock = await try_lock_user(session, user_id)
            return has_lock and await delete_some(session, user_id, is_old) >= BATCH_OF_USER

    async with system_reading() as session:
        user_ids = (await session.exec(select(table.user_id).where(is_old).distinct())).all()
    for user_id in user_ids:
        try:
            while await delete_batch(user_id):
                pass
        except _AnotherInstance:
            raise
        except Exception as error:
            log.error("What is too old of user %s could not be removed: %s", user_id, type(error).__name__)


async def _take_lock(session: AsyncSession) -> None:
    if not (await session.exec(select(func.pg_try_advisory_xact_lock(RETENTION_LOCK)))).one():
        raise _AnotherInstance


async def _delete_tasks(session: AsyncSession, user_id: str, is_old: ColumnElement[bool]) -> int:
    """Delete old tasks and erase their texts elsewhere; return how many."""
    found = select(Task.number).where(Task.user_id == user_id, is_old).order_by(col(Task.number))
    old = found.limit(BATCH_OF_USER).with_for_update(skip_locked=True)
    gone = delete(Task).where(col(Task.user_id) == user_id, col(Task.number).in_(old))
    rows = (await session.exec(gone.returning(col(Task.number), col(Task.deleted_at)))).all()
    if rows:
        await erase_texts(session, user_id, [row.number for row in rows], max(row.deleted_at for row in rows))
    return len(rows)


async def _delete_threads(session: AsyncSession, user_id: str, is_old: ColumnElement[bool]) -> int:
    """Delete old conversations with all that belongs to them, and return how many; record those not deleted before."""
    found = select(Thread.id).where(Thread.user_id == user_id, is_old)
    old = found.limit(BATCH_OF_USER).with_for_update(skip_locked=True)
    gone = delete(Thread).where(col(Thread.id).in_(old)).returning(col(Thread.id), col(Thread.deleted_at))
    rows = (await session.exec(gone)).all()
    for row in rows:
        if row.deleted_at is None:
            # The cause "repeat": by time and not by the user, so that no limit of the user's own changes applies.
            await record(session, Cause(user_id, "repeat", row.id), [Entry("thread", "deleted")])
    return len(rows)


def _is_silent(since: datetime) -> ColumnElement[bool]:
    """Return the condition that a conversation has had neither message nor answer since then."""
    is_free = or_(col(Thread.lease_turn_id).is_(None), col(Thread.lease_until) < since)
    return (col(Thread.updated_at) < since) & is_free
