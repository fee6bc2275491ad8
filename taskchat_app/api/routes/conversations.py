"""Routes under /api/conversations: list, rename, delete, restore, search."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from taskchat_app.api.core.credentials import Chatter, Reader
from taskchat_app.api.core.idempotency import OptionalKey, answer_once
from taskchat_app.api.schemas.bodies import Body, StrictBody, UtcTime
from taskchat_app.api.schemas.openapi_fields import Name, Words
from taskchat_app.assistant.threads import conversations, thread_rows
from taskchat_app.assistant.threads.message_search import LIMIT_MAX, search_messages
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.messages import gettext

router = APIRouter(prefix="/api", tags=["conversations"])

PAGE_MAX = 200


class ConversationBody(Body):
    """`unread`: there is an answer that the user has not seen on the page."""

    id: str
    title: str
    created_at: UtcTime
    updated_at: UtcTime
    unread: Annotated[bool, Field(validation_alias="is_unread")]


class ConversationsBody(BaseModel):
    """`next` is the `cursor` of the next page, null on the last page; `unread` counts all unread conversations."""

    conversations: list[ConversationBody]
    next: str | None
    unread: int


class NewTitle(StrictBody):
    title: Name


class PieceBody(Body):
    """A part of a snippet; `match` is true if it is one of the words searched for."""

    text: str
    match: bool


class FoundBody(Body):
    """A message with the words searched for; `item_id` and `by` are null for a conversation's title."""

    thread_id: str
    title: str
    item_id: str | None
    by: Literal["person", "assistant"] | None
    at: UtcTime
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
    return {"messages": page.matches, "next": page.next}


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
    return {"conversations": page.items, "next": page.after, "unread": page.unread}


@router.patch("/conversations/{thread_id}", status_code=204)
async def rename(thread_id: str, person: Chatter, body: NewTitle, key: OptionalKey) -> Response:
    """Rename the conversation."""
    return await answer_once(person, key, 204, None, thread_rows.rename_thread, thread_id, body.title)


@router.delete("/conversations/{thread_id}", status_code=204)
async def delete(thread_id: str, person: Chatter, key: OptionalKey) -> Response:
    """Delete the conversation. It can be restored for 30 days; a running answer is stopped, tasks stay."""
    return await answer_once(person, key, 204, None, thread_rows.delete_thread, thread_id)


@router.post("/conversations/{thread_id}/restore", status_code=204)
async def restore(thread_id: str, person: Chatter, key: OptionalKey) -> Response:
    """Restore a conversation deleted in the last 30 days; an existing one stays unchanged."""
    return await answer_once(person, key, 204, None, thread_rows.restore_thread, thread_id)


@router.post("/conversations/{thread_id}/read", status_code=204)
async def read(thread_id: str, person: Chatter, key: OptionalKey) -> Response:
    """Mark the whole conversation as read. Idempotent."""
    return await answer_once(person, key, 204, None, thread_rows.mark_read, thread_id)
