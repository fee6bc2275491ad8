"""Reads and writes thread rows in the caller's transaction: access check, title, delete, restore, unread."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from chatkit.types import ThreadMetadata
from sqlalchemy import ColumnElement, and_, bindparam, desc, func, or_, tuple_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from taskchat_app.assistant.core.items import new_id
from taskchat_app.domain.limits.account_bytes import forget_refusal
from taskchat_app.domain.log.announcements import TURNS, announce
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.restore_period import RESTORABLE_FOR
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import BadRequest, NotFound
from taskchat_app.domain.storage.models import Thread, ThreadItem
from taskchat_app.domain.storage.storable_values import is_storable, storable_text
from taskchat_app.domain.tasks.search_words import search_vector
from taskchat_app.i18n.messages import gettext

ANSWERS = ("assistant_message", "workflow", "widget")
"""The types of items in an answer."""
GONE_FOR_GOOD = gettext("This conversation does not exist, or was deleted more than {days} days ago.")
TITLE_MAX = 255
"""Characters of a title that a user gives."""
TITLE_LENGTH = 60
"""Characters of a title that is made of a conversation's first message."""

_THREAD = select(Thread).where(
    Thread.user_id == bindparam("user_id"), Thread.id == bindparam("id"), col(Thread.deleted_at).is_(None)
)
_THREAD_LOCKED = _THREAD.with_for_update()


def new_thread(user_id: str, title: str) -> Thread:
    """Return a new conversation, not attached to a session."""
    at = now()
    return Thread(
        id=new_id("thread"),
        user_id=user_id,
        title=title,
        status={"type": "active"},
        details={},
        created_at=at,
        updated_at=at,
    )


async def access_thread(session: AsyncSession, user_id: str, thread_id: str, *, lock: bool = False) -> Thread:
    """Return the user's thread, for all access to threads; raise NotFound if absent, deleted or another user's."""
    if is_storable(thread_id):
        query = _THREAD_LOCKED if lock else _THREAD
        row = (await session.exec(query, params={"user_id": user_id, "id": thread_id})).one_or_none()
        if row is not None:
            return row
    raise NotFound(gettext("This conversation does not exist, or not any more. Start a new one."))


async def is_answering(session: AsyncSession, thread: Thread) -> bool:
    """Return whether a turn holds the thread's lease now."""
    if thread.lease_turn_id is None:
        return False
    return is_leased(thread, (await session.exec(select(func.clock_timestamp()))).one())


def is_leased(thread: Thread, at: datetime) -> bool:
    """Return whether a turn holds the thread's lease at this time of the clock of Postgres."""
    return thread.lease_turn_id is not None and thread.lease_until is not None and thread.lease_until > at


def as_metadata(row: Thread) -> ThreadMetadata:
    return ThreadMetadata.model_validate(
        {
            "id": row.id,
            "title": row.title,
            "created_at": row.created_at,
            "status": row.status,
            "allowed_image_domains": row.allowed_image_domains,
            "metadata": row.details,
        }
    )


async def threads_after(
    session: AsyncSession, user_id: str, *, after: str | None, limit: int, order: str
) -> list[tuple[Thread, bool]]:
    """Return limit + 1 threads after `after` or fewer, by their last answer, each with whether it has an unread one."""
    place = (col(Thread.updated_at), col(Thread.id))
    query = select(Thread, is_unread()).where(Thread.user_id == user_id, col(Thread.deleted_at).is_(None))
    if after is not None:
        mark = await access_thread(session, user_id, after)
        bound = tuple_(mark.updated_at, mark.id)
        query = query.where(tuple_(*place) > bound if order == "asc" else tuple_(*place) < bound)
    query = query.order_by(*(place if order == "asc" else map(desc, place)))
    return [(row, unread) for row, unread in (await session.exec(query.limit(limit + 1))).all()]


async def count_unread(session: AsyncSession, user_id: str) -> int:
    own = and_(col(Thread.user_id) == user_id, col(Thread.deleted_at).is_(None))
    return (await session.exec(select(func.count()).select_from(Thread).where(own, is_unread()))).one()


def is_unread() -> ColumnElement[bool]:
    """Return the condition that a thread has an unread answer; a running answer does not count."""
    is_free = or_(col(Thread.lease_turn_id).is_(None), col(Thread.lease_until) < func.clock_timestamp())
    return and_(is_free, _answers_after(col(Thread.id), col(Thread.read_seq)).exists()).label("is_unread")


async def rename_thread(session: AsyncSession, by: Cause, thread_id: str, title: str | None) -> Thread:
    """Rename the thread; raise BadRequest for an invalid title."""
    thread = await access_thread(session, by.user_id, thread_id, lock=True)
    title = checked_title(title)
    if thread.title != title:
        thread.title, thread.search = title, search_vector(title or "", "", ())
        session.add(thread)
        await record(session, in_thread(by, thread_id), [Entry("thread", "renamed")])
        await _announce_to_turn(session, thread)
    return thread


async def delete_thread(session: AsyncSession, by: Cause, thread_id: str) -> None:
    """Delete the thread, which can be restored for 30 days; stop its running turn, keep tasks."""
    thread = await access_thread(session, by.user_id, thread_id, lock=True)
    thread.stop_requested = await is_answering(session, thread)
    thread.deleted_at = now()
    await _announce_to_turn(session, thread)
    session.add(thread)
    await record(session, in_thread(by, thread_id), [Entry("thread", "deleted")])
    forget_refusal(by.user_id)


async def _announce_to_turn(session: AsyncSession, thread: Thread) -> None:
    """Tell the running turn of the thread, if there is one, that the thread has changed."""
    if await is_answering(session, thread):
        await announce(session, TURNS, thread.lease_turn_id or "")


async def restore_thread(session: AsyncSession, by: Cause, thread_id: str) -> None:
    """Restore a thread deleted in the last 30 days, unchanged; no effect if it is not deleted."""
    restorable = or_(col(Thread.deleted_at).is_(None), col(Thread.deleted_at) > now() - RESTORABLE_FOR)
    query = select(Thread).where(Thread.user_id == by.user_id, Thread.id == thread_id, restorable)
    thread = (await session.exec(query.with_for_update())).one_or_none() if is_storable(thread_id) else None
    if thread is None:
        raise NotFound(GONE_FOR_GOOD.with_values(days=RESTORABLE_FOR.days))
    if thread.deleted_at is not None:
        thread.deleted_at = None
        session.add(thread)
        await record(session, in_thread(by, thread_id), [Entry("thread", "restored")])


async def mark_read(session: AsyncSession, by: Cause, thread_id: str, turn_id: str | None = None) -> None:
    """Mark the thread as read up to the end of this turn, or up to its end if `turn_id` is None."""
    thread = await access_thread(session, by.user_id, thread_id, lock=True)
    last = select(func.max(ThreadItem.seq)).where(ThreadItem.thread_id == thread_id)
    if turn_id is not None:
        last = last.where(ThreadItem.turn_id == turn_id)
    read_seq = (await session.exec(last)).one_or_none() or 0
    if read_seq <= thread.read_seq:
        return
    has_new_answers = select(_answers_after(thread_id, thread.read_seq, read_seq).exists())
    if (await session.exec(has_new_answers)).one():
        await record(session, in_thread(by, thread_id), [Entry("thread", "read")])
    thread.read_seq = read_seq
    session.add(thread)


def _answers_after(thread_id: Any, seq: Any, until: int | None = None) -> SelectOfScalar[int]:
    """Return the query of answer items in the thread after `seq`, up to `until`."""
    query = select(ThreadItem.seq).where(ThreadItem.thread_id == thread_id, ThreadItem.seq > seq)
    query = query.where(col(ThreadItem.type).in_(ANSWERS))
    return query if until is None else query.where(ThreadItem.seq <= until)


def in_thread(by: Cause, thread_id: str) -> Cause:
    return replace(by, thread_id=thread_id)


def title_of(text: str) -> str:
    """Return a conversation's title from its first message, on one line, cut at a word.

    Of lines below a heading ("Shopping:") it is the heading, without the colon.
    """
    first, _, below = text.strip().partition("\n")
    heading = first.rstrip().removesuffix(":")
    has_heading = below and heading.strip() and first.rstrip().endswith(":")
    line = " ".join((heading if has_heading else text).split())
    if len(line) <= TITLE_LENGTH:
        return line
    return line[: TITLE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(",.;:") + "…"


def checked_title(title: str | None) -> str | None:
    """Return the title trimmed and without NUL; raise BadRequest if it is empty or too long."""
    if title is None:
        return None
    cleaned = storable_text(title).strip()
    if not 1 <= len(cleaned) <= TITLE_MAX:
        refusal = gettext("A conversation's title has 1 to {most} characters. Give it another one.", most=TITLE_MAX)
        raise BadRequest(refusal)
    return cleaned
