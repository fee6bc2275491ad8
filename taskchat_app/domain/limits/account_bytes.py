"""One account's share of the disk: ACCOUNT_BYTES over its log, conversations, files, tasks and imports.

`users.stored_bytes` is a running count: writes add what they store, and the sizes are read again only where the account
seems full, after an import, where the count is shown, and in the background. So an account stores a little more at
most: what a running answer adds.
"""

import math
import time
from datetime import timedelta

from sqlalchemy import and_, or_, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.config import settings
from taskchat_app.domain.storage.database import execute, now, reading, system_reading, transaction
from taskchat_app.domain.storage.errors import AccountFull
from taskchat_app.domain.storage.models import User
from taskchat_app.domain.storage.user_lock import lock_user, try_lock_user
from taskchat_app.i18n.messages import Message, gettext

MB = 1024 * 1024
"""Bytes of what sentences call a MB."""
ROW_BYTES = 200
"""Of each row, without its long values: its short ones, and its places in indexes."""
COUNT_LASTS = timedelta(minutes=1)
"""The account is counted again where its count is shown and is older than this."""
REFUSAL_SECONDS = 15.0
"""A full account is not counted again for this time, unless it deletes a conversation or a file."""
FULL = gettext(
    "Your account stores {most}, which is all that one account may store. Delete conversations or files, then try again"
    " in a minute."
)
COUNT_BYTES = text("""
    WITH sizes AS ( -- of the values of each kind, `is_deleted` for those of deleted conversations
        SELECT threads.deleted_at IS NOT NULL AS is_deleted, -- messages
            sum(:row_bytes + pg_column_size(body) + COALESCE(pg_column_size(message_words.search), 0)) AS bytes
        FROM thread_items JOIN threads ON threads.id = thread_id
        LEFT JOIN message_words ON message_words.item_id = thread_items.id
        WHERE thread_items.user_id = :user_id GROUP BY 1
        UNION ALL -- files
        SELECT threads.deleted_at IS NOT NULL,
            sum(:row_bytes + pg_column_size(content) + pg_column_size(preview) + pg_column_size(for_model)
                + pg_column_size(attachment_contents.text))
        FROM attachment_contents
        JOIN attachments ON attachments.user_id = attachment_contents.user_id AND attachments.id = attachment_id
        LEFT JOIN thread_items ON thread_items.id = item_id LEFT JOIN threads ON threads.id = thread_id
        WHERE attachment_contents.user_id = :user_id GROUP BY 1
        UNION ALL -- tool calls
        SELECT threads.deleted_at IS NOT NULL, sum(:row_bytes + pg_column_size(arguments) + pg_column_size(result)
            + COALESCE(pg_column_size(messages), 0))
        FROM tool_executions JOIN threads ON threads.id = thread_id
        WHERE tool_executions.user_id = :user_id GROUP BY 1
        UNION ALL -- the change log
        SELECT false, sum(:row_bytes + COALESCE(pg_column_size(before), 0) + COALESCE(pg_column_size(after), 0))
        FROM changes WHERE user_id = :user_id
        UNION ALL -- tasks
        SELECT false, sum(:row_bytes + pg_column_size(title) + pg_column_size(description) + pg_column_size(tags)
            + pg_column_size(search))
        FROM tasks WHERE user_id = :user_id
        UNION ALL -- responses to repeat
        SELECT false, sum(:row_bytes + COALESCE(pg_column_size(body), 0))
        FROM idempotency_keys WHERE user_id = :user_id
    ), total AS (
        SELECT COALESCE(sum(bytes) FILTER (WHERE NOT is_deleted), 0) AS kept,
            COALESCE(sum(bytes) FILTER (WHERE is_deleted), 0) AS deleted
        FROM sizes
    )
    UPDATE users SET counted_at = now(), stored_bytes = kept + GREATEST(deleted - :most, 0) FROM total
    WHERE id = :user_id RETURNING stored_bytes
""")
"""Stores and returns an account's bytes: what can be restored counts only beyond another whole share."""
ADD_BYTES = text("UPDATE users SET stored_bytes = stored_bytes + :bytes WHERE id = :user_id RETURNING stored_bytes")

_refused: dict[str, float] = {}
"""When each account was found full, by user id."""


def max_bytes() -> int:
    return settings().account_bytes


async def add_bytes(session: AsyncSession, user_id: str, count: int) -> None:
    """Add what was written to what the account stores; the caller has locked the user. Raises AccountFull."""
    stored = (await execute(session, ADD_BYTES, {"user_id": user_id, "bytes": count})).scalar_one()
    await check_share(session, user_id, stored)


async def check_share(session: AsyncSession, user_id: str, stored: int) -> None:
    """Raise AccountFull beyond the share; before that the account is counted again, unless it was just refused."""
    if stored <= max_bytes():
        return
    if time.monotonic() - _refused.get(user_id, -math.inf) <= REFUSAL_SECONDS:
        raise _full()
    await check_counted(session, user_id)


async def check_counted(session: AsyncSession, user_id: str) -> None:
    """Count the account's bytes, as after an import; raise AccountFull beyond its share."""
    if await count_bytes(session, user_id) > max_bytes():
        _refused[user_id] = time.monotonic()
        raise _full()


def _full() -> AccountFull:
    return AccountFull(FULL.with_values(most=size_text(max_bytes())), most=max_bytes())


def forget_refusal(user_id: str) -> None:
    """Let the account be counted again at its next write: a conversation or a file is deleted."""
    _refused.pop(user_id, None)


async def count_bytes(session: AsyncSession, user_id: str) -> int:
    """Count what the account stores; the caller has locked the user."""
    values = {"user_id": user_id, "most": max_bytes(), "row_bytes": ROW_BYTES}
    return int((await execute(session, COUNT_BYTES, values)).scalar_one_or_none() or 0)


async def recount_accounts() -> None:
    """Count accounts never counted, and daily those over half full: only counting subtracts what retention deletes."""
    half_full = and_(col(User.stored_bytes) > max_bytes() // 2, col(User.counted_at) < now() - timedelta(days=1))
    async with system_reading() as session:
        users = (await session.exec(select(User.id).where(or_(col(User.counted_at).is_(None), half_full)))).all()
    for user_id in users:
        async with transaction(user_id) as session:
            if await try_lock_user(session, user_id):
                await count_bytes(session, user_id)


async def shown_bytes(user_id: str) -> int:
    """Return what the account stores: the running count if it was counted within COUNT_LASTS, else counted again."""
    async with reading(user_id) as session:
        columns = select(User.stored_bytes, User.counted_at).where(User.id == user_id)
        stored, counted_at = (await session.exec(columns)).one()
    if counted_at is not None and counted_at > now() - COUNT_LASTS:
        return stored
    async with transaction(user_id) as session:
        await lock_user(session, user_id)
        return await count_bytes(session, user_id)


def size_text(count: int) -> Message:
    """Return the size as sentences name it: whole GB, else MB, rounded up."""
    whole, rest = divmod(count, 1024 * MB)
    if whole and not rest:
        return gettext("{size} GB", size=whole)
    return gettext("{size:#,##0} MB", size=math.ceil(count / MB))


def share_text(stored: int) -> Message:
    return gettext("{stored} of {most} used.", stored=size_text(stored), most=size_text(max_bytes()))
