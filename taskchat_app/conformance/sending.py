"""Checks of messages: what is stored of them, sending twice, leaving, and asking again."""

import asyncio
import secrets
from dataclasses import replace
from typing import Any

from chatkit.types import AssistantMessageItem, ThreadItemAddedEvent, ThreadItemDoneEvent, ThreadItemUpdatedEvent

from taskchat_app.conformance.checks import Skip, check, demand, demand_refusal
from taskchat_app.conformance.conversations import (
    eventually,
    item_ids,
    items,
    message_ids,
    new_thread,
    sent_message,
    talk,
    thread_ids,
)
from taskchat_app.conformance.http_client import ABSENT, Exchange, Session, message
from taskchat_app.conformance.stream_rules import thread_of
from taskchat_app.conformance.stream_state import StreamState, text_of

UNUSUAL = "Grüße “quoted” \\ \t two\nlines, العربية, 漢字, 👩‍👩‍👧, \u2028 and é"
IDEMPOTENCY = "draft-ietf-httpapi-idempotency-key-header-07"


@check("messages.text", "chatkit.server.ChatKitServer._build_user_message_item")
async def text(session: Session) -> None:
    """The text of a message is kept as it was sent, in any language."""
    exchange = await session.send(message(UNUSUAL))
    await _expect_kept(session, exchange, "content", [{"type": "input_text", "text": UNUSUAL}])


@check(
    "messages.parts", "chatkit.types.UserMessageItem; @openai/chatkit sendUserMessage, UserMessageContent, Entity.data"
)
async def parts(session: Session) -> None:
    """Tags with their data, the quoted text, the chosen tool and model are kept with the message."""
    tag = {
        "type": "input_tag",
        "id": "conformance",
        "text": "Ada",
        "data": {"number": "3"},
        "group": "People",
        "interactive": True,
    }
    content = [{"type": "input_text", "text": "Hello "}, tag]
    more: dict[str, Any] = {
        "content": content,
        "quoted_text": "as said before",
        "inference_options": {"tool_choice": {"id": "conformance"}, "model": "conformance"},
    }
    exchange = await session.send(message("", **more))
    for name, value in more.items():
        await _expect_kept(session, exchange, name, value)


async def _expect_kept(session: Session, exchange: Exchange, name: str, value: object) -> None:
    said = sent_message(exchange)
    streamed = said.model_dump(mode="json", exclude_none=True).get(name)
    demand(streamed == value, f"{name} was streamed as {streamed!r}")
    stored = [item.get(name) for item in await items(session, said.thread_id) if item["id"] == said.id]
    demand(stored == [value], f"{name} is stored as {stored!r}")


@check("sending.thread_count", "chatkit.server.ChatKitServer._process_streaming_impl")
async def thread_count(session: Session) -> None:
    """Each threads.create made one thread."""
    before = set(await thread_ids(session))
    thread_id = await new_thread(session)
    new = set(await thread_ids(session)) - before
    demand(new == {thread_id}, f"new threads {sorted(new)}, told was {thread_id}")


@check("sending.same_key", f"{IDEMPOTENCY}, 2.6")
async def same_key(session: Session) -> None:
    """A message sent again with its Idempotency-Key is stored once and answered as before."""
    request, key = message(session.prompts["say"][0]), secrets.token_hex(16)
    first = await session.send(request, key=key)
    second = await session.send(request, key=key, is_repeat=True)
    said, again = sent_message(first), sent_message(second)
    demand(said.id == again.id, f"the messages {said.id} and {again.id}")
    demand(_answer(first) == _answer(second), f"first {_answer(first)!r}, then {_answer(second)!r}")
    stored = [item["id"] for item in await items(session, said.thread_id) if item["type"] == "user_message"]
    demand(stored == [said.id], f"stored are the messages {stored}")


@check("sending.same_key_at_once", f"{IDEMPOTENCY}, 2.6")
async def same_key_at_once(session: Session) -> None:
    """A message sent twice at once with one Idempotency-Key is stored once."""
    thread_id = await new_thread(session)
    request, key = message(session.prompts["say"][0], thread_id), secrets.token_hex(16)
    session.unpredictable.add(thread_id)
    # Either may be the one that is answered, the other one its repeat.
    both = await asyncio.gather(*(session.send(request, key=key, is_repeat=True) for _ in range(2)))
    demand(any(one.is_stream for one in both), "; ".join(one.summary for one in both))
    stored = [item["id"] for item in await items(session, thread_id) if item["type"] == "user_message"]
    demand(len(stored) == 2, f"{len(stored)} messages are stored, the thread's first and one more are expected")


@check("sending.key_reused", f"{IDEMPOTENCY}, 2.7")
async def key_reused(session: Session) -> None:
    """Another message with a used Idempotency-Key is refused."""
    key = secrets.token_hex(16)
    await session.send(message("Hello"), key=key)
    demand_refusal(await session.send(message("Hello again"), key=key, is_repeat=True))


@check("sending.two_at_once", "chatkit.types.ThreadsAddUserMessageReq; RFC 9110, 15.5.10")
async def two_at_once(session: Session) -> None:
    """Two messages sent to a thread at once: each is refused, or stored once and answered."""
    thread_id = await new_thread(session)
    session.unpredictable.add(thread_id)
    both = await asyncio.gather(*(session.send(message(word, thread_id)) for word in ("Hello", "Thanks")))
    accepted = message_ids(both)
    are_answers = all(one.is_stream or one.is_refusal for one in both)
    demand(bool(accepted) and are_answers, "; ".join(one.summary for one in both))
    found = await item_ids(session, thread_id)
    demand(len(found) == len(set(found)) and set(accepted) <= set(found), f"accepted {accepted}, stored {found}")


@check("disconnect.kept", "chatkit.server.ChatKitServer.handle_stream_cancelled")
async def kept(session: Session) -> None:
    """What a client received before it left is stored, its message included."""
    exchange = await _leave(session)
    thread_id = thread_of(exchange) or ""
    arrived = _answer(exchange)
    said = sent_message(exchange)
    if not arrived:
        raise Skip(f"No text arrived before the end: {exchange.summary}")

    async def is_stored() -> bool:
        stored = await items(session, thread_id)
        answers = [item["content"] for item in stored if item["type"] == "assistant_message"]
        texts = ["".join(part["text"] for part in content) for content in answers]
        return said.id in [item["id"] for item in stored] and any(one.startswith(arrived) for one in texts)

    await eventually(session, is_stored, f"{arrived[:60]!r} arrived and is not stored in {thread_id}")


@check("disconnect.usable", "chatkit.server.ChatKitServer.handle_stream_cancelled")
async def usable(session: Session) -> None:
    """The thread that a client left takes the next message."""
    exchange = await _leave(session)
    again = await session.send(message("Thanks", thread_of(exchange)), while_busy=True)
    demand(again.is_stream and not again.is_refusal, again.summary)


@check("disconnect.resumed", f"{IDEMPOTENCY}, 2.6")
async def resumed(session: Session) -> None:
    """A client that left and sends the message again with its Idempotency-Key gets the whole answer to it."""
    request, key = message(session.prompts["say"][0]), secrets.token_hex(16)
    left = await _leave(session, key)
    again = await session.send(request, key=key, is_repeat=True)
    demand(sent_message(left).id == sent_message(again).id, f"{left.summary}; {again.summary}")
    demand(_answer(again).startswith(_answer(left)), f"{_answer(left)!r} arrived, then {_answer(again)!r}")
    demand(again.end == "complete" and bool(_answer(again)), again.summary)


async def _leave(session: Session, key: str = "") -> Exchange:
    """Send a message and leave once a word of the answer has arrived."""

    def has_begun(exchange: Exchange) -> bool:
        return bool(_answer(replace(exchange)))  # a copy: an exchange reads the events of its body only once

    exchange = await session.send(message(session.prompts["say"][0]), key=key, until=has_begun)
    if (thread_id := thread_of(exchange)) is None:
        raise Skip(f"No thread could be created: {exchange.summary}")
    session.unpredictable.add(thread_id)
    return exchange


def _answer(exchange: Exchange) -> str:
    """Return the text of the answer so far: of its done items, then of the open ones as their deltas leave them."""
    state, done = StreamState(), ""
    for event in exchange.events:
        if isinstance(event, ThreadItemAddedEvent | ThreadItemUpdatedEvent):
            state.follow([event])
        elif isinstance(event, ThreadItemDoneEvent) and isinstance(event.item, AssistantMessageItem):
            state.open.pop(event.item.id, None)
            done += text_of(event.item)
    return done + "".join(text_of(item) for item in state.open.values() if isinstance(item, AssistantMessageItem))


@check("retry.replaces", "chatkit.types.ThreadsRetryAfterItemReq; @openai/chatkit ThreadItemActionsOption.retry")
async def replaces(session: Session) -> None:
    """A retry removes what followed the message, keeps the message and answers it again."""
    first, second = await talk(session, [session.prompts["say"][0], "Thanks"])
    said = sent_message(first)
    sent_message(second)  # Breach if it was not taken
    before = await item_ids(session, said.thread_id)
    params = {"thread_id": said.thread_id, "item_id": said.id}
    exchange = await session.send({"type": "threads.retry_after_item", "params": params}, while_busy=True)
    demand(exchange.is_stream and not exchange.is_refusal, exchange.summary)
    after = await item_ids(session, said.thread_id)
    demand(after[:1] == [said.id], f"the thread begins with {after[:1]} instead of {said.id}")
    demand(not set(before[1:]) & set(after), f"{sorted(set(before[1:]) & set(after))} are still there")
    demand(len(after) > 1, "there is no answer")


@check("retry.refused", "chatkit.server.ChatKitServer._process_streaming_impl: only after a user message")
async def retry_refused(session: Session) -> None:
    """A retry after an answer or an absent item changes nothing."""
    thread_id = await new_thread(session)
    before = await item_ids(session, thread_id)
    for item_id in (before[-1], ABSENT):
        exchange = await session.ask("threads.retry_after_item", thread_id=thread_id, item_id=item_id)
        demand(exchange.is_refusal or (exchange.is_stream and not exchange.events), exchange.summary)
    demand(await item_ids(session, thread_id) == before, "items are gone")
