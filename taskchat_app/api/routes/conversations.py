"""Routes under /api/conversations: list, rename, delete, restore, search."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.responses import Response

from taskchat_app.api.core.credentials import Chatter, Reader
from taskchat_app.api.core.idempotency import OptionalKey, answer_once
from taskchat_app.api.schemas.openapi_fields import Name, Words
from taskchat_app.assistant.threads import conversations, threads
from taskchat_app.assistant.threads.conversations import ConversationView
from taskchat_app.assistant.threads.message_search import LIMIT_MAX, MessageMatch, search_messages
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.views import utc_text
from taskchat_app.i18n.messages import gettext

router = APIRouter(prefix="/api", tags=["conversations"])

PAGE_MAX = 200


class ConversationBody(BaseModel):
    """`unread`: there is an answer that the user has not seen on the page."""

    id: str
    title: str
    created_at: str
    updated_at: str
    unread: bool


class ConversationsBody(BaseModel):
    """`next` is the `cursor` of the next page, null on the last page; `unread` counts all unread conversations."""

    conversations: list[ConversationBody]
    next: str | None
    unread: int


class NewTitle(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    title: Name


class PieceBody(BaseModel):
    """A part of a snippet; `match` is true if it is one of the words searched for."""

    text: str
    match: bool


class FoundBody(BaseModel):
    """A message with the words searched for; `item_id` and `by` are null for a conversation's title."""

    thread_id: str
    title: str
    item_id: str | None
    by: Literal["person", "assistant"] | None
    at: str
    snippet: list[PieceBody]


class MessagesBody(BaseModel):
    """`next` is the `cursor` of the next page, null on the last page."""

    messages: list[FoundBody]
    next: str | None


@router.get("/messages", response_model=MessagesBody)
async def messages(
    person: Reader,
    q: Words,
    cursor: str | None = None,
    limit: Annotated[int, Query(json_schema_extra={"minimum": 1, "maximum": LIMIT_MAX})] = 30,
) -> Any:
    """Search messages and titles, newest first; each word of `q` must be the prefix of a word."""
    page = await search_messages(person.id, q, limit=limit, cursor=cursor)
    return {"messages": [_message_json(match) for match in page.matches], "next": page.next}


@router.get("/conversations", response_model=ConversationsBody)
async def list_of_conversations(
    person: Reader,
    cursor: str | None = None,
    limit: Annotated[int, Query(json_schema_extra={"minimum": 1, "maximum": PAGE_MAX})] = 50,
) -> Any:
    """List the user's conversations, the last answered first."""
    if not 1 <= limit <= PAGE_MAX:
        raise Invalid(gettext("The limit is a number from 1 to {most}.", most=PAGE_MAX), field="limit")
    page = await conversations.list_conversations(person.id, limit=limit, after=cursor)
    return {"conversations": [_json(view) for view in page.items], "next": page.after, "unread": page.unread}


@router.patch("/conversations/{thread_id}", status_code=204)
async def rename(thread_id: str, person: Chatter, body: NewTitle, key: OptionalKey) -> Response:
    """Rename the conversation."""

    async def work(session: AsyncSession) -> None:
        await threads.rename_thread(session, person.cause("api"), thread_id, body.title)

    return await answer_once(person, key, work, status=204)


@router.delete("/conversations/{thread_id}", status_code=204)
async def delete(thread_id: str, person: Chatter, key: OptionalKey) -> Response:
    """Delete the conversation. It can be restored for 30 days; a running answer is stopped, tasks stay."""

    async def work(session: AsyncSession) -> None:
        await threads.delete_thread(session, person.cause("api"), thread_id)

    return await answer_once(person, key, work, status=204)


@router.post("/conversations/{thread_id}/restore", status_code=204)
async def restore(thread_id: str, person: Chatter, key: OptionalKey) -> Response:
    """Restore a conversation deleted in the last 30 days; an existing one stays unchanged."""

    async def work(session: AsyncSession) -> None:
        await threads.restore_thread(session, person.cause("api"), thread_id)

    return await answer_once(person, key, work, status=204)


@router.post("/conversations/{thread_id}/read", status_code=204)
async def read(thread_id: str, person: Chatter, key: OptionalKey) -> Response:
    """Mark the whole conversation as read. Idempotent."""

    async def work(session: AsyncSession) -> None:
        await threads.mark_read(session, person.cause("api"), thread_id)

    return await answer_once(person, key, work, status=204)


def _json(view: ConversationView) -> dict[str, Any]:
    times = {"created_at": utc_text(view.created_at), "updated_at": utc_text(view.updated_at)}
    return {"id": view.id, "title": view.title, **times, "unread": view.is_unread}


def _message_json(match: MessageMatch) -> dict[str, Any]:
    snippet = [{"text": piece.text, "match": piece.match} for piece in match.snippet]
    ids = {"thread_id": match.thread_id, "title": match.title, "item_id": match.item_id}
    return {**ids, "by": match.by, "at": utc_text(match.at), "snippet": snippet}
