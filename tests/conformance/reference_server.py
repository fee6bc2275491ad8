"""A ChatKit server in memory that keeps every rule and offers everything, for the conformance checks to pass."""

import asyncio
import json
import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from chatkit import types
from chatkit.actions import Action, ActionConfig
from chatkit.errors import CustomStreamError
from chatkit.server import ChatKitServer, NonStreamingResult, StreamingResult
from chatkit.store import AttachmentStore, NotFoundError, Store
from chatkit.widgets import DynamicWidgetRoot
from pydantic import TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

TOKENS = {"owner-token": "owner", "other-token": "other"}
PROMPTS = {
    "say": ["Hello", "Fail", "Thanks"],
    "widget": ["Show a card"],
    "client_tool": ["Call a tool"],
    "structured_input": ["Ask me"],
}
HEADERS = {"Cache-Control": "no-cache"}
REQUEST: TypeAdapter[types.ChatKitReq] = TypeAdapter(types.ChatKitReq)
WORDS = ["One", " two", " three."]


@dataclass
class StoredThread:
    """A thread of a user, with its items in their order."""

    user: str
    metadata: types.ThreadMetadata
    items: dict[str, types.ThreadItem] = field(default_factory=dict[str, types.ThreadItem])


class MemoryStore(Store[str], AttachmentStore[str]):
    """Threads in memory; the context is the name of the user."""

    def __init__(self) -> None:
        self.threads: dict[str, StoredThread] = {}
        self.attachments: dict[str, tuple[str, types.Attachment]] = {}

    def thread(self, thread_id: str, user: str) -> StoredThread:
        thread = self.threads.get(thread_id)
        if thread is None or thread.user != user:
            raise NotFoundError
        return thread

    def generate_item_id(self, item_type: Any, thread: types.ThreadMetadata, context: str) -> str:
        return uuid.uuid4().hex

    async def load_thread(self, thread_id: str, context: str) -> types.ThreadMetadata:
        return self.thread(thread_id, context).metadata.model_copy(deep=True)

    async def save_thread(self, thread: types.ThreadMetadata, context: str) -> None:
        metadata = types.ThreadMetadata(**thread.model_dump(exclude={"items"}))
        stored = self.threads.setdefault(thread.id, StoredThread(context, metadata))
        stored.metadata = metadata

    async def load_thread_items(
        self, thread_id: str, after: str | None, limit: int, order: str, context: str
    ) -> types.Page[types.ThreadItem]:
        return _page(list(self.thread(thread_id, context).items.values()), after, limit, order)

    async def load_threads(
        self, limit: int, after: str | None, order: str, context: str
    ) -> types.Page[types.ThreadMetadata]:
        own = [thread.metadata for thread in self.threads.values() if thread.user == context]
        return _page(own, after, limit, order)

    async def add_thread_item(self, thread_id: str, item: types.ThreadItem, context: str) -> None:
        await self.save_item(thread_id, item, context)

    async def save_item(self, thread_id: str, item: types.ThreadItem, context: str) -> None:
        self.thread(thread_id, context).items[item.id] = item

    async def load_item(self, thread_id: str, item_id: str, context: str) -> types.ThreadItem:
        items = self.thread(thread_id, context).items
        if item_id not in items:
            raise NotFoundError
        return items[item_id]

    async def delete_thread(self, thread_id: str, context: str) -> None:
        self.thread(thread_id, context)
        del self.threads[thread_id]

    async def delete_thread_item(self, thread_id: str, item_id: str, context: str) -> None:
        del self.thread(thread_id, context).items[item_id]

    async def create_attachment(self, input: types.AttachmentCreateParams, context: str) -> types.Attachment:  # noqa: A002 -- the SDK's name
        return types.FileAttachment(id=uuid.uuid4().hex, name=input.name, mime_type=input.mime_type)

    async def save_attachment(self, attachment: types.Attachment, context: str) -> None:
        self.attachments[attachment.id] = (context, attachment)

    async def load_attachment(self, attachment_id: str, context: str) -> types.Attachment:
        user, attachment = self.attachments.get(attachment_id, ("", None))
        if attachment is None or user != context:
            raise NotFoundError
        return attachment

    async def delete_attachment(self, attachment_id: str, context: str) -> None:
        if self.attachments.get(attachment_id, ("", None))[0] == context:
            del self.attachments[attachment_id]


def _page(found: list[Any], after: str | None, limit: int, order: str) -> types.Page[Any]:
    if limit < 0:
        raise ValueError("The limit is negative.")
    ordered = found if order == "asc" else found[::-1]
    ids = [one.id for one in ordered]
    if after is not None:
        if after not in ids:
            raise ValueError("There is no such cursor.")
        ordered = ordered[ids.index(after) + 1 :]
    shown = ordered[:limit]
    return types.Page(data=shown, has_more=len(shown) < len(ordered), after=shown[-1].id if shown else None)


class ReferenceServer(ChatKitServer[str]):
    """Answers with what the message asks for."""

    pause_seconds = 0.0
    """Between two words."""
    store_type = MemoryStore

    def __init__(self) -> None:
        self.memory = self.store_type()
        super().__init__(self.memory, self.memory)

    async def process(self, request: str | bytes | bytearray, context: str) -> StreamingResult | NonStreamingResult:
        """Do the same as the SDK, which builds the type's validator for each request and logs each refusal."""
        parsed = REQUEST.validate_json(request)
        if types.is_streaming_req(parsed):
            return StreamingResult(self._encoded(parsed, context))
        return NonStreamingResult(await self._process_non_streaming(parsed, context))

    async def _encoded(self, request: types.StreamingReq, context: str) -> AsyncGenerator[bytes, None]:
        async for event in self._process_streaming_impl(request, context):
            yield b"data: " + self._serialize(event) + b"\n\n"

    async def respond(
        self, thread: types.ThreadMetadata, input_user_message: types.UserMessageItem | None, context: str
    ) -> AsyncIterator[types.ThreadStreamEvent]:
        words = "".join(part.text for part in input_user_message.content) if input_user_message else ""
        base: dict[str, Any] = {"thread_id": thread.id, "created_at": datetime.now(UTC)}
        match words:
            case "Show a card":
                yield types.ThreadItemDoneEvent(item=_card(base))
            case "Call a tool":
                call = types.ClientToolCallItem(id=uuid.uuid4().hex, call_id="call", name="find", arguments={}, **base)
                yield types.ThreadItemDoneEvent(item=call)
            case "Ask me":
                options = [types.StructuredInputMultipleChoiceOption(value=value) for value in ("Tea", "Coffee")]
                question = types.StructuredInputMultipleChoice(id="drink", question="Which one?", options=options)
                yield types.ThreadItemDoneEvent(
                    item=types.StructuredInputItem(id=uuid.uuid4().hex, inputs=[question], **base)
                )
            case "Fail":
                raise CustomStreamError("The model is away. Try again.", allow_retry=True)
            case _:
                async for event in _workflow(base):
                    yield event
                async for event in _message(base, self.pause_seconds):
                    yield event

    async def action(
        self, thread: types.ThreadMetadata, action: Action[str, Any], sender: types.WidgetItem | None, context: str
    ) -> AsyncIterator[types.ThreadStreamEvent]:
        if action.type == "noop":
            return
        if action.type != "pick" or sender is None:
            raise CustomStreamError("There is no such action.")
        yield types.ThreadItemReplacedEvent(item=sender.model_copy(update={"copy_text": "Picked"}))

    async def sync_action(
        self, thread: types.ThreadMetadata, action: Action[str, Any], sender: types.WidgetItem | None, context: str
    ) -> types.SyncCustomActionResponse:
        if action.type != "noop":
            raise ValueError("There is no such action.")
        return types.SyncCustomActionResponse()

    async def add_feedback(
        self, thread_id: str, item_ids: list[str], feedback: types.FeedbackKind, context: str
    ) -> None:
        for item_id in item_ids:
            await self.memory.load_item(thread_id, item_id, context)

    async def transcribe(self, audio_input: types.AudioInput, context: str) -> types.TranscriptionResult:
        if not audio_input.data:
            raise ValueError("There is no audio.")
        return types.TranscriptionResult(text="Hello")


def _card(base: dict[str, Any]) -> types.WidgetItem:
    action = ActionConfig(type="pick").model_dump()
    widget = {"type": "Card", "children": [{"type": "Button", "label": "Pick", "onClickAction": action}]}
    return types.WidgetItem(id=uuid.uuid4().hex, widget=DynamicWidgetRoot.model_validate(widget), **base)


async def _workflow(base: dict[str, Any]) -> AsyncIterator[types.ThreadStreamEvent]:
    item = types.WorkflowItem(id=uuid.uuid4().hex, workflow=types.Workflow(type="custom", tasks=[]), **base)
    task = types.CustomTask(title="Looking", status_indicator="loading")
    yield types.ThreadItemAddedEvent(item=item)
    yield types.ThreadItemUpdatedEvent(item_id=item.id, update=types.WorkflowTaskAdded(task_index=0, task=task))
    done = types.CustomTask(title="Found", status_indicator="complete")
    yield types.ThreadItemUpdatedEvent(item_id=item.id, update=types.WorkflowTaskUpdated(task_index=0, task=done))
    workflow = types.Workflow(type="custom", tasks=[done])
    yield types.ThreadItemDoneEvent(item=item.model_copy(update={"workflow": workflow}))


async def _message(base: dict[str, Any], pause_seconds: float) -> AsyncIterator[types.ThreadStreamEvent]:
    item = types.AssistantMessageItem(id=uuid.uuid4().hex, content=[], **base)
    empty, whole = types.AssistantMessageContent(text=""), types.AssistantMessageContent(text="".join(WORDS))
    yield types.ThreadItemAddedEvent(item=item)
    updates: list[Any] = [
        types.AssistantMessageContentPartAdded(content_index=0, content=empty),
        *(types.AssistantMessageContentPartTextDelta(content_index=0, delta=word) for word in WORDS),
        types.AssistantMessageContentPartDone(content_index=0, content=whole),
    ]
    for update in updates:
        yield types.ThreadItemUpdatedEvent(item_id=item.id, update=update)
        await asyncio.sleep(pause_seconds)
    yield types.ThreadItemDoneEvent(item=item.model_copy(update={"content": [whole]}))


class Recording:
    """The bytes of one answer, which any number of clients may read."""

    def __init__(self, body: bytes, chunks: AsyncIterator[bytes]) -> None:
        self.body = body
        self._sent: list[bytes] = []
        self._changed = asyncio.Condition()
        self._task = asyncio.create_task(self._record(chunks))

    async def _record(self, chunks: AsyncIterator[bytes]) -> None:
        async for chunk in chunks:
            self._sent.append(chunk)
            async with self._changed:
                self._changed.notify_all()

    async def follow(self) -> AsyncIterator[bytes]:
        read = 0
        while read < len(self._sent) or not self._task.done():
            if read == len(self._sent):
                waiting = asyncio.create_task(self._next(read))
                await asyncio.wait([waiting, self._task], return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
            else:
                yield self._sent[read]
                read += 1

    async def _next(self, read: int) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: len(self._sent) > read)


def problem(status: int, detail: str, **headers: str) -> Response:
    body = {"title": "Refused", "status": status, "detail": detail}
    return Response(json.dumps(body), status, headers, media_type="application/problem+json")


class Endpoint:
    """Answers one HTTP request: who asks, is it a repetition, is the thread free."""

    def __init__(self, server: ReferenceServer) -> None:
        self._server = server
        self._busy: set[str] = set()
        self.recordings: dict[str, Recording] = {}

    async def answer(self, request: Request) -> Response:
        user = TOKENS.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if user is None:
            return problem(401, "Sign in.", **{"WWW-Authenticate": "Bearer"})
        body, key = await request.body(), request.headers.get("Idempotency-Key")
        if key and (kept := self.recordings.get(user + key)):
            if kept.body != body:
                return problem(422, "The key was used for another request.")
            return StreamingResponse(kept.follow(), headers=HEADERS, media_type="text/event-stream")
        try:
            return await self._process(body, user, key)
        except NotFoundError:
            return problem(404, "There is no such thread or item.")
        except (ValidationError, ValueError):
            return problem(400, "This is not a request that can be answered.")

    async def _process(self, body: bytes, user: str, key: str | None) -> Response:
        result = await self._server.process(body, user)
        if not isinstance(result, StreamingResult):
            return Response(result.json, media_type="application/json")
        thread_id = json.loads(body)["params"].get("thread_id", "")
        if thread_id in self._busy:
            return problem(409, "The thread is answering.")
        self._busy |= {thread_id} - {""}
        chunks = self._free_afterwards(aiter(result), thread_id)
        try:
            first = await anext(chunks, b"")
        except BaseException:
            self._busy.discard(thread_id)
            raise
        whole = _after(first, chunks)
        if key:
            recording = self.recordings[user + key] = Recording(body, whole)
            whole = recording.follow()
        return StreamingResponse(whole, headers=HEADERS, media_type="text/event-stream")

    async def _free_afterwards(self, chunks: AsyncIterator[bytes], thread_id: str) -> AsyncIterator[bytes]:
        try:
            async for chunk in chunks:
                yield chunk
        finally:
            self._busy.discard(thread_id)


async def _after(first: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if first:
        yield first
    async for chunk in chunks:
        yield chunk


def build_reference(endpoint: type[Endpoint] = Endpoint, server: type[ReferenceServer] = ReferenceServer) -> Starlette:
    """Return the server as an ASGI app, with one address."""
    return Starlette(routes=[Route("/api/chatkit", endpoint(server()).answer, methods=["POST"])])
