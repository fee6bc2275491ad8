"""Undoes an import: its tasks, its conversations, and the settings that it brought."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.threads.thread_rows import in_thread
from taskchat_app.domain.activity.undo import UndoOutcome, undo_large_turn
from taskchat_app.domain.limits.rate_limits import take_writes
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.log.effective_changes import IMPORTED
from taskchat_app.domain.preferences import store_preferences
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Change, Thread, User, is_any
from taskchat_app.domain.storage.storable_values import is_storable
from taskchat_app.domain.storage.user_lock import locked_user
from taskchat_app.i18n.messages import Message, gettext

CONTINUED = gettext("The conversation “{title}” was continued since, so it was left as it is.")
RESTORED = gettext("The conversation “{title}” was restored since, so it was left as it is.")


async def undo_import(session: AsyncSession, by: Cause, turn_id: str) -> UndoOutcome:
    """Undo what the import did, except what was changed since, as one write. Raises NotFound if there is none."""
    user = await locked_user(session, by.user_id)
    if not is_storable(turn_id) or not await is_logged(session, by.user_id, turn_id):
        raise NotFound(gettext("This import does not exist, or not any more."))
    await take_writes(session, by.user_id)
    by = replace(by, counted=False)
    others = await _other_changes(session, by.user_id, turn_id)
    threads = [change for change in others if change.kind == "thread"]
    reasons_to_keep = await _reasons_to_keep(session, by.user_id, threads)
    outcome = await undo_large_turn(session, by, turn_id)
    titles = await titles_of(session, by.user_id, [change.thread_id for change in threads if change.thread_id])
    for change in threads:
        thread_id = change.thread_id
        if thread_id is None or thread_id not in titles:  # deleted already
            continue
        if reason := reasons_to_keep.get(thread_id):
            outcome.left.append(reason.with_values(title=titles[thread_id] or ""))
            continue
        deletion = update(Thread).where(col(Thread.user_id) == by.user_id, col(Thread.id) == thread_id)
        await session.exec(deletion.values(deleted_at=now()))
        await record(session, in_thread(by, thread_id), [Entry("thread", "deleted", undoes=change.id)])
    for change in others:
        if change.kind == "person":
            await _put_back_settings(session, by, user, change)
    return outcome


async def is_logged(session: AsyncSession, user_id: str, import_id: str) -> bool:
    entries = select(Change.id).where(Change.user_id == user_id, Change.turn_id == import_id).limit(1)
    return (await session.exec(entries)).first() is not None


async def _other_changes(session: AsyncSession, user_id: str, turn_id: str) -> Sequence[Change]:
    """Return the import's conversations and settings that are not undone yet."""
    undone = select(Change.undoes).where(
        Change.user_id == user_id, Change.kind != "task", col(Change.undoes).is_not(None)
    )
    query = select(Change).where(Change.user_id == user_id, Change.turn_id == turn_id, col(Change.id).not_in(undone))
    threads = (col(Change.kind) == "thread") & col(Change.action).in_((IMPORTED, "restored"))
    return (await session.exec(query.where(threads | (col(Change.kind) == "person")).order_by(col(Change.id)))).all()


async def _reasons_to_keep(session: AsyncSession, user_id: str, threads: Sequence[Change]) -> dict[str, Message]:
    """Return why conversations stay, by their ids: each was continued or restored since, whichever came first.

    All that an import itself writes to the log of its conversations comes before the last of `threads`.
    """
    if not threads:
        return {}
    is_restored = (col(Change.kind) == "thread") & (col(Change.action) == "restored")
    later = select(Change.thread_id, Change.kind).where(
        Change.user_id == user_id,
        Change.id > threads[-1].id,
        col(Change.thread_id).is_not(None),
        col(Change.kind).in_(("message", "turn")) | is_restored,
    )
    first = later.ext(distinct_on(col(Change.thread_id))).order_by(col(Change.thread_id), col(Change.id))
    rows = (await session.exec(first)).all()
    return {thread_id or "": RESTORED if kind == "thread" else CONTINUED for thread_id, kind in rows}


async def titles_of(session: AsyncSession, user_id: str, thread_ids: Sequence[str]) -> dict[str, str | None]:
    """Return the titles of those conversations that are not deleted; there may be more than a query has parameters."""
    which = (Thread.user_id == user_id, is_any(col(Thread.id), thread_ids), col(Thread.deleted_at).is_(None))
    return dict((await session.exec(select(Thread.id, Thread.title).where(*which))).all())


async def _put_back_settings(session: AsyncSession, by: Cause, user: User, change: Change) -> None:
    before, after = change.before or {}, change.after or {}
    if {name: getattr(user, name) for name in after} != after:
        return  # chosen again since
    undo = Entry("person", "updated", before=after, after=before, undoes=change.id)
    await store_preferences(session, by, user, before, undo)
