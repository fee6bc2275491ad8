"""Rules on every stream of events: the order of events, and the state of items that they tell."""

from collections import defaultdict
from collections.abc import Iterator

from chatkit.types import (
    ErrorEvent,
    StreamOptionsEvent,
    ThreadCreatedEvent,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadStreamEvent,
    ThreadUpdatedEvent,
    UserMessageItem,
)

from taskchat_app.conformance.checks import IS_WHOLE_STREAM, Check, Skip, fail_on, rule
from taskchat_app.conformance.http_client import Exchange, Session
from taskchat_app.conformance.stream_state import StateCheck, StreamState

MESSAGES = ("threads.create", "threads.add_user_message")
PROCESS = "chatkit.server.ChatKitServer._process_streaming_impl"
EVENTS = "chatkit.server.ChatKitServer._process_events"


def _is_message(exchange: Exchange) -> bool:
    return exchange.is_whole_stream and exchange.kind in MESSAGES and not exchange.is_refusal


def _is_failure(exchange: Exchange) -> bool:
    return exchange.is_whole_stream and any(isinstance(event, ErrorEvent) for event in exchange.events)


def item_of(event: ThreadStreamEvent) -> str | None:
    """Return the id of the item that the event is about."""
    if isinstance(event, ThreadItemAddedEvent | ThreadItemDoneEvent | ThreadItemReplacedEvent):
        return event.item.id
    return getattr(event, "item_id", None)


def thread_of(exchange: Exchange) -> str | None:
    """Return the thread that the request is about."""
    for event in exchange.events:
        if isinstance(event, ThreadCreatedEvent):
            return event.thread.id
        if isinstance(event, ThreadItemAddedEvent | ThreadItemDoneEvent):
            return event.item.thread_id
    return exchange.params.get("thread_id")


@rule("stream.thread_created", PROCESS, IS_WHOLE_STREAM)
def thread_created(exchange: Exchange) -> Iterator[str]:
    """threads.create streams thread.created first, no other request does."""
    positions = [index for index, event in enumerate(exchange.events) if event.type == "thread.created"]
    expected = [0] if exchange.kind == "threads.create" else []
    if positions != expected:
        yield f"thread.created at positions {positions} of {[event.type for event in exchange.events][:6]}"


@rule("stream.user_message", "chatkit.server.ChatKitServer._process_new_thread_item_respond", _is_message)
def user_message(exchange: Exchange) -> Iterator[str]:
    """A message streams the user's message once, as done, before any item of the answer."""
    about_items = [event for event in exchange.events if item_of(event) is not None]
    about_message = [
        event
        for event in about_items
        if isinstance(event, ThreadItemAddedEvent | ThreadItemDoneEvent) and isinstance(event.item, UserMessageItem)
    ]
    types = [event.type for event in about_message]
    if types != ["thread.item.done"]:
        yield f"{len(types)} events about user messages: {types}"
    elif about_items[0] is not about_message[0]:
        yield f"{about_items[0].type} of another item came first"


@rule("stream.one_thread", "chatkit.types.ThreadItemBase, ThreadUpdatedEvent", IS_WHOLE_STREAM)
def one_thread(exchange: Exchange) -> Iterator[str]:
    """All items and updates of a stream belong to its thread."""
    its_own = exchange.params.get("thread_id", thread_of(exchange))
    for event in exchange.events:
        if isinstance(event, ThreadUpdatedEvent):
            thread_id = event.thread.id
        elif isinstance(event, ThreadItemAddedEvent | ThreadItemDoneEvent | ThreadItemReplacedEvent):
            thread_id = event.item.thread_id
        else:
            continue
        if thread_id != its_own:
            yield f"{event.type} of thread {thread_id} in the stream of {its_own}"


@rule(
    "stream.options",
    f"{EVENTS}, chatkit.types.StreamOptionsEvent",
    lambda exchange: _is_message(exchange) and not exchange.is_repeat,
)
def options(exchange: Exchange) -> Iterator[str]:
    """A new answer streams stream_options before its first item."""
    for event in exchange.events:
        if isinstance(event, StreamOptionsEvent):
            return
        is_item = isinstance(event, ThreadItemAddedEvent | ThreadItemDoneEvent)
        if is_item and not isinstance(event.item, UserMessageItem):
            yield f"{event.type} came before"
            return
    yield "no stream_options"


@rule("stream.answered", "chatkit.server.ChatKitServer.respond", _is_message)
def answered(exchange: Exchange) -> Iterator[str]:
    """A message is answered with items or an error."""
    has_error = any(isinstance(event, ErrorEvent) for event in exchange.events)
    done = [event.item for event in exchange.events if isinstance(event, ThreadItemDoneEvent)]
    if not has_error and all(isinstance(item, UserMessageItem) for item in done):
        yield exchange.summary


def _breaches(session: Session) -> dict[StateCheck, list[str]]:
    """Return the breaches that StreamState notes in all streams of the session, by check. Skip without a stream."""
    streams = [one for one in session.exchanges if one.is_whole_stream and not one.is_repeat]
    if not streams:
        raise Skip("No stream was received.")
    known: defaultdict[str, set[str]] = defaultdict(set)  # ids of items, by thread
    found: defaultdict[StateCheck, list[str]] = defaultdict(list)
    for exchange in streams:
        thread = thread_of(exchange) or ""
        state = StreamState(known[thread])
        state.follow(exchange.events)
        known[thread] |= state.done | set(state.open)
        for name, breaches in state.breaches.items():
            found[name] += [f"{exchange.kind}: {breach}" for breach in breaches]
    return found


def _state_check(name: StateCheck, expected: str, source: str) -> Check:
    """Return the check of the breaches that StreamState notes under this name."""

    async def judge(session: Session) -> None:
        fail_on(_breaches(session)[name])

    return Check(name, expected, source, judge)


STATE_CHECKS = [
    _state_check(
        "stream.item_ids",
        "No two items of a thread have the same id.",
        "chatkit.types.ThreadItemBase.id, chatkit.store.Store.generate_item_id",
    ),
    _state_check(
        "stream.added_first",
        "An item is added before it is updated.",
        "chatkit.types.ThreadItemAddedEvent, ThreadItemUpdatedEvent",
    ),
    _state_check("stream.done_once", "An item is done once.", "chatkit.types.ThreadItemDoneEvent"),
    _state_check("stream.no_update_after_done", "An item that is done is not updated.", f"{EVENTS}: stored when done"),
    _state_check(
        "stream.every_item_done",
        "Each added item is done or removed when the stream ends, unless with an error.",
        f"{EVENTS}: only what is done is stored",
    ),
    _state_check(
        "stream.deltas",
        "Text deltas and workflow tasks add up to the done item.",
        "chatkit.types.AssistantMessageContentPartTextDelta, WorkflowTaskAdded",
    ),
    _state_check(
        "stream.indexes",
        "Indexes of parts, annotations and tasks are of existing ones or the next one.",
        "chatkit.types.ThreadItemUpdate; chatkit.server.ChatKitServer._update_pending_items",
    ),
    _state_check(
        "stream.updates_fit",
        "An item keeps its type, and its updates are of this type.",
        "chatkit.types.ThreadItemUpdate",
    ),
    _state_check(
        "stream.known_items",
        "Only items of the thread are removed or replaced.",
        "chatkit.types.ThreadItemRemovedEvent, ThreadItemReplacedEvent",
    ),
]


@rule("stream.after_error", f"{EVENTS}: an exception ends the answer", _is_failure)
def after_error(exchange: Exchange) -> Iterator[str]:
    """After an error event no item is added or changed."""
    at = next(index for index, event in enumerate(exchange.events) if isinstance(event, ErrorEvent))
    yield from (f"{event.type} after the error" for event in exchange.events[at:] if item_of(event) is not None)


@rule("stream.error_message", "chatkit.errors.CustomStreamError.message, chatkit.types.ErrorEvent", _is_failure)
def error_message(exchange: Exchange) -> Iterator[str]:
    """An error event with the code custom has a sentence for the user."""
    for event in exchange.events:
        if isinstance(event, ErrorEvent) and event.code == "custom" and not (event.message or "").strip():
            yield "an error without a message"
