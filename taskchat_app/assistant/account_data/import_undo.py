"""Undoes an import: its tasks, its conversations, and the settings that it brought."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.threads.thread_rows import in_thread
from taskchat_app.domain.activity.undo import UndoOutcome, undo_large_turn
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.log.effective_changes import IMPORTED
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Change, Thread, User
from taskchat_app.domain.storage.storable_values import is_storable
from taskchat_app.domain.storage.user_lock import locked_user
from taskchat_app.domain.tasks.all_day import follow_time_zone
from taskchat_app.i18n.messages import gettext

NO_IMPORT = gettext("This import does not exist, or not any more.")
CONTINUED = gettext("The conversation “{title}” was continued since, so it was left as it is.")
RESTORED = gettext("The conversation “{title}” was restored since, so it was left as it is.")


async def undo_import(session: AsyncSession, by: Cause, turn_id: str) -> UndoOutcome:
    """Undo what the import did, except what was changed since. Raises NotFound if there is no such import."""
    user = await locked_user(session, by.user_id)
    in_turn = select(Change.id).where(Change.user_id == by.user_id, Change.turn_id == turn_id).limit(1)
    if not is_storable(turn_id) or (await session.exec(in_turn)).first() is None:
        raise NotFound(NO_IMPORT)
    outcome = await undo_large_turn(session, by, turn_id)
    for change in await _other_changes(session, by.user_id, turn_id):
        if change.kind == "thread":
            await _delete_thread(session, by, change, outcome)
        else:
            await _put_back_settings(session, by, user, change)
    return outcome


async def _other_changes(session: AsyncSession, user_id: str, turn_id: str) -> Sequence[Change]:
    """Return the import's conversations and settings that are not undone yet."""
    undone = select(Change.undoes).where(
        Change.user_id == user_id, Change.kind != "task", col(Change.undoes).is_not(None)
    )
    query = select(Change).where(Change.user_id == user_id, Change.turn_id == turn_id, col(Change.id).not_in(undone))
    threads = (col(Change.kind) == "thread") & col(Change.action).in_((IMPORTED, "restored"))
    return (await session.exec(query.where(threads | (col(Change.kind) == "person")).order_by(col(Change.id)))).all()


async def _delete_thread(session: AsyncSession, by: Cause, change: Change, outcome: UndoOutcome) -> None:
    query = select(Thread).where(Thread.user_id == by.user_id, Thread.id == change.thread_id)
    thread = (await session.exec(query.where(col(Thread.deleted_at).is_(None)))).one_or_none()
    if thread is None:
        return
    is_restored = (col(Change.kind) == "thread") & (col(Change.action) == "restored")
    query = select(Change.kind).where(Change.user_id == by.user_id, Change.thread_id == thread.id)
    later = query.where(Change.id > change.id, col(Change.kind).in_(("message", "turn")) | is_restored)
    if kind := (await session.exec(later.order_by(col(Change.id)).limit(1))).first():
        sentence = RESTORED if kind == "thread" else CONTINUED
        outcome.left.append(sentence.with_values(title=thread.title or ""))
        return
    deletion = update(Thread).where(col(Thread.user_id) == by.user_id, col(Thread.id) == thread.id)
    await session.exec(deletion.values(deleted_at=now()))
    await record(session, in_thread(by, thread.id), [Entry("thread", "deleted", undoes=change.id)])


async def _put_back_settings(session: AsyncSession, by: Cause, user: User, change: Change) -> None:
    before, after = change.before or {}, change.after or {}
    if {name: getattr(user, name) for name in after} != after:
        return  # chosen again since
    zone = ZoneInfo(user.timezone)
    for name, value in before.items():
        setattr(user, name, value)
    await session.flush()
    if user.timezone != zone.key:
        await follow_time_zone(session, by.user_id, zone, ZoneInfo(user.timezone))
    await record(session, by, [Entry("person", "updated", before=after, after=before, undoes=change.id)])
