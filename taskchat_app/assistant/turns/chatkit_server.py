"""Answers ChatKit requests for JSON (lists, items, titles, feedback, attachments); streams begin in turns.start."""

from collections.abc import AsyncIterator
from functools import lru_cache

from chatkit.server import ChatKitServer
from chatkit.types import FeedbackKind, NonStreamingReq, ThreadMetadata, ThreadStreamEvent, UserMessageItem
from pydantic import BaseModel
from sqlalchemy import update
from sqlmodel import col

from taskchat_app.assistant.core.context import RequestContext
from taskchat_app.assistant.core.items import json_in
from taskchat_app.assistant.threads import thread_rows
from taskchat_app.assistant.threads.attachment_store import PostgresAttachmentStore
from taskchat_app.assistant.threads.store import NO_SUCH_ITEM, PostgresStore
from taskchat_app.domain.storage.errors import BadRequest, NotFound
from taskchat_app.domain.storage.models import ThreadItem as ThreadItemRow
from taskchat_app.i18n.messages import gettext

RATED_MAX = 200


class TaskChatServer(ChatKitServer[RequestContext]):
    """The SDK's server for requests without a stream, with its sentences in one language."""

    def __init__(self, language: str) -> None:
        super().__init__(PostgresStore(), PostgresAttachmentStore())
        self._language = language

    async def answer(self, request: NonStreamingReq, context: RequestContext) -> bytes:
        return await self._process_non_streaming(request, context)

    def _serialize(self, obj: BaseModel) -> bytes:
        return json_in(self._language, obj, context={"exclude_metadata": True})

    def respond(
        self, thread: ThreadMetadata, input_user_message: UserMessageItem | None, context: RequestContext
    ) -> AsyncIterator[ThreadStreamEvent]:
        raise TypeError("Messages are answered by turns.start")

    async def add_feedback(
        self, thread_id: str, item_ids: list[str], feedback: FeedbackKind | None, context: RequestContext
    ) -> None:
        """Store a thumb up or down with each item; None removes it.

        Raises NotFound when an item is absent or another user's, BadRequest for more than RATED_MAX.
        """
        if len(item_ids) > RATED_MAX:
            raise BadRequest(gettext("Rate at most {count} messages at once.", count=RATED_MAX))
        async with context.writing() as session:
            await thread_rows.access_thread(session, context.user_id, thread_id)
            rated = update(ThreadItemRow).where(
                col(ThreadItemRow.thread_id) == thread_id, col(ThreadItemRow.id).in_(item_ids)
            )
            found = await session.exec(rated.values(feedback=feedback).returning(col(ThreadItemRow.id)))
            if len(found.all()) < len(set(item_ids)):
                raise NotFound(NO_SUCH_ITEM)


chat_server = lru_cache(TaskChatServer)
