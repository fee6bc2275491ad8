"""Conversations as the page reads and changes them, each call in a transaction of its own (see thread_rows.py)."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.events import Failure, decode_failure
from taskchat_app.assistant.core.items import text_of_stored
from taskchat_app.assistant.threads import store, thread_rows
from taskchat_app.assistant.threads.thread_rows import is_answering
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import reading, transaction
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Thread, ThreadItem, ToolExecution, Turn
from taskchat_app.domain.storage.storable_values import is_storable
from taskchat_app.domain.storage.user_lock import lock_user
from taskchat_app.i18n.messages import with_messages

PAGE_MAX = 200
"""Items of one page where many are read."""
HIDDEN = ("hidden_context_item", "sdk_hidden_context", "end_of_turn")


@dataclass(frozen=True, slots=True)
class ConversationView:
    id: str
    title: str
    created_at: datetime
    updated_at: datetime
    is_unread: bool


@dataclass(frozen=True, slots=True)
class Conversations:
    """One page of conversations, newest first. `after` is the last one if more follow, `unread` counts all unread."""

    items: list[ConversationView]
    after: str | None
    unread: int


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a turn that was stopped or failed; `at` is None until the end of a killed server's turn is stored."""

    failure: Failure | None
    """Why it failed; None if it was stopped or its server was killed."""
    at: datetime | None
    is_stopped: bool = False


@dataclass(frozen=True, slots=True)
class ItemPage:
    """ChatKit items as JSON, oldest first; `before` is the id of the first one if there are older ones.

    Each has its turn under "turn_id" and the user's rating under "feedback"; a workflow also has its calls under
    "calls", in the form of ToolCall.view().
    """

    title: str
    items: list[dict[str, Any]]
    before: str | None
    running: str | None
    """The id of the newest message while any instance answers it."""
    interrupted: str | None
    """The id of the newest message if its answer was interrupted (it failed, or its server was killed)."""
    endings: dict[str, Ending]
    """The endings of those of the items' turns that were stopped or failed, `interrupted` included, by turn id."""

    def has(self, item_id: str) -> bool:
        return any(item["id"] == item_id for item in self.items)


async def list_conversations(user_id: str, *, limit: int = 30, after: str | None = None) -> Conversations:
    """Return a page of the user's conversations, ordered by their last answer, newest first."""
    async with reading(user_id) as session:
        rows = await thread_rows.threads_after(session, user_id, after=after, limit=limit, order="desc")
        unread = await thread_rows.count_unread(session, user_id)
    views: list[ConversationView] = []
    for row, is_unread in rows[:limit]:
        views.append(ConversationView(row.id, row.title or "", row.created_at, row.updated_at, is_unread))
    return Conversations(views, views[-1].id if len(rows) > limit else None, unread)


async def load_items(user_id: str, thread_id: str, *, limit: int = 40, before: str | None = None) -> ItemPage:
    """Return the conversation's items before `before`; raise NotFound if it is absent or another user's."""
    async with reading(user_id) as session:
        thread = await thread_rows.access_thread(session, user_id, thread_id)
        rows = await store.items_after(session, thread_id, after=before, limit=limit, order="desc")
        shown = rows[:limit][::-1]
        calls = await calls_of_workflows(session, thread, shown)
        newest = await _newest_turn(session, thread) if before is None else _NewestTurn()
        turn_ids = {row.turn_id for row in shown if row.turn_id}
        endings = await _endings(session, thread, turn_ids, newest.interrupted)
    items = [_as_page_item(row, calls.get(row.id, [])) for row in shown if row.type not in HIDDEN]
    first = shown[0].id if len(rows) > limit else None
    return ItemPage(thread.title or "", items, first, newest.running, newest.interrupted, endings)


async def extended_back(user_id: str, thread_id: str, page: ItemPage, item_id: str) -> ItemPage:
    """Return the page with all older items back to this one; the page itself if the conversation does not have it."""
    may_be_older = bool(item_id) and page.before is not None and not page.has(item_id)
    if not may_be_older or not await has_item(user_id, thread_id, item_id):
        return page
    while page.before is not None and not page.has(item_id):
        older = await load_items(user_id, thread_id, before=page.before, limit=PAGE_MAX)
        endings = {**older.endings, **page.endings}
        page = replace(page, items=[*older.items, *page.items], before=older.before, endings=endings)
    return page


async def has_item(user_id: str, thread_id: str, item_id: str) -> bool:
    if not is_storable(item_id):
        return False
    try:
        async with reading(user_id) as session:
            await store.access_item(session, user_id, thread_id, item_id)
    except NotFound:
        return False
    return True


@dataclass(frozen=True, slots=True)
class StartingMessage:
    thread_id: str
    text: str


async def starting_messages(user_id: str, turn_ids: Collection[str]) -> dict[str, StartingMessage]:
    """Return the messages that started these turns, except deleted ones."""
    if not turn_ids:
        return {}
    existing = select(ThreadItem).join(Thread).where(col(Thread.deleted_at).is_(None))
    query = existing.where(ThreadItem.user_id == user_id, col(ThreadItem.id).in_(turn_ids))
    async with reading(user_id) as session:
        rows = (await session.exec(query)).all()
    return {row.id: StartingMessage(row.thread_id, text_of_stored(row.body["content"])) for row in rows}


async def change_conversations(user_id: str, verb: Callable[[AsyncSession, Cause], Awaitable[object]]) -> None:
    """Change the user's conversations with a function of thread_rows.py."""
    async with transaction(user_id) as session:
        await lock_user(session, user_id)
        await verb(session, Cause(user_id, "person"))


def _as_page_item(row: ThreadItem, calls: list[dict[str, Any]]) -> dict[str, Any]:
    item = {**row.body, "turn_id": row.turn_id, "feedback": row.feedback}
    return {**item, "calls": calls} if row.type == "workflow" else item


async def calls_of_workflows(
    session: AsyncSession, thread: Thread, items: Sequence[ThreadItem]
) -> dict[str, list[dict[str, Any]]]:
    """Return the recorded calls of the workflows among these items by item id, in order, as ToolCall.view() does."""
    workflows = [row for row in items if row.type == "workflow"]
    if not workflows:
        return {}
    query = select(ToolExecution).where(
        ToolExecution.user_id == thread.user_id,
        ToolExecution.thread_id == thread.id,
        col(ToolExecution.turn_id).in_({row.turn_id for row in workflows}),
        col(ToolExecution.item_id).in_([row.id for row in workflows]),
    )
    query = query.order_by(col(ToolExecution.id))
    calls: dict[str, list[dict[str, Any]]] = {}
    for row in (await session.exec(query)).all():
        calls.setdefault(row.item_id or "", []).append(_as_call(row))
    return calls


def _as_call(row: ToolExecution) -> dict[str, Any]:
    """Convert a row to what ToolCall.view() gives."""
    texts = {"title": row.title, "message": row.result.get("message")}
    words = with_messages({name: text for name, text in texts.items() if text}, row.messages)
    return {
        "call_id": row.call_id,
        "tool": row.tool,
        "status": "failed" if row.outcome == "error" else "done",
        "title": words.pop("title", ""),
        "arguments": row.arguments,
        "result": {**row.result, **words},
    }


class _NewestTurn(NamedTuple):
    """The id of a conversation's newest turn, if that is running or was interrupted (see ItemPage)."""

    running: str | None = None
    interrupted: str | None = None


async def _newest_turn(session: AsyncSession, thread: Thread) -> _NewestTurn:
    query = select(Turn).where(Turn.thread_id == thread.id).order_by(col(Turn.started_at).desc()).limit(1)
    turn = (await session.exec(query)).one_or_none()
    if turn is None or turn.status in ("done", "stopped"):
        return _NewestTurn()
    is_running = thread.lease_turn_id == turn.id and await is_answering(session, thread)
    return _NewestTurn(running=turn.id) if is_running else _NewestTurn(interrupted=turn.id)


async def _endings(
    session: AsyncSession, thread: Thread, turn_ids: Collection[str], interrupted: str | None
) -> dict[str, Ending]:
    """Return the endings of the stopped and failed turns among these; `interrupted` may not be stored as failed."""
    ended = or_(col(Turn.status).in_(("stopped", "failed")), col(Turn.id) == interrupted)  # with a killed server, too
    query = select(Turn).where(Turn.user_id == thread.user_id, col(Turn.id).in_(turn_ids), ended)
    endings: dict[str, Ending] = {}
    for turn in (await session.exec(query)).all():
        failure = decode_failure(turn.error) if turn.error else None
        endings[turn.id] = Ending(failure, turn.ended_at, is_stopped=turn.status == "stopped")
    return endings
