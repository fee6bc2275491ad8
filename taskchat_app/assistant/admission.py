"""What is decided before a turn begins: one transaction that stores the message and takes the lease, or refuses."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import chatkit.types
from chatkit.types import (
    Page,
    ThreadCreatedEvent,
    ThreadItem,
    ThreadItemDoneEvent,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsRetryAfterItemReq,
    UserMessageInput,
    UserMessageItem,
)
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant import proposals, store
from taskchat_app.assistant.context import TurnContext
from taskchat_app.assistant.identifiers import new_id
from taskchat_app.domain import limits
from taskchat_app.domain.accounts import Person, chat_burst_limit, chat_daily_limit
from taskchat_app.domain.changes import Actor, Cause, Entry, lock_user, record
from taskchat_app.domain.database import now, transaction
from taskchat_app.domain.errors import BadRequest, BurstLimit, Busy, DailyLimit, EmptyMessage, MessageTooLong
from taskchat_app.domain.models import Thread, Turn

MESSAGE_MAX = 10_000
"""Characters in one message."""
TITLE_LENGTH = 60
LEASE = timedelta(seconds=10)
"""How long a thread stays taken after its server was killed; a running turn renews it every LEASE / 3."""

TurnRequest = ThreadsCreateReq | ThreadsAddUserMessageReq | ThreadsRetryAfterItemReq


@dataclass(frozen=True, slots=True)
class _Message:
    """A message that may be sent: its item's id and text."""

    id: str
    text: str


async def admit(person: Person, actor: Actor, request: TurnRequest) -> TurnContext:
    """Store the message, take one of each limit and the thread's lease, all or nothing.

    Raises BadRequest, EmptyMessage, MessageTooLong, NotFound, Busy, DailyLimit or BurstLimit, and then nothing
    has changed and no quota is used.
    """
    if isinstance(request, ThreadsRetryAfterItemReq):
        return await _admit_retry(person, actor, request)
    text = checked_text(request.params.input)
    async with transaction() as session:
        await lock_user(session, person.id)
        if isinstance(request, ThreadsCreateReq):
            thread = await _create_thread(session, person, actor, text)
        else:
            thread = await _free_thread(session, person, request.params.thread_id)
        await _take_limits(session, person)
        item = _user_message(thread.id, request.params.input)
        await store.put_item(session, person.id, item, turn_id=item.id)
        context = await _begin(session, person, actor, thread, _Message(item.id, text))
    if isinstance(request, ThreadsCreateReq):
        shown = chatkit.types.Thread(**store.as_metadata(thread).model_dump(), items=Page[ThreadItem]())
        context.opening.append(ThreadCreatedEvent(thread=shown))
    context.opening.append(ThreadItemDoneEvent(item=item))
    return context


def checked_text(message: UserMessageInput) -> str:
    """The message's text; raises EmptyMessage, MessageTooLong or BadRequest (attachments, unusable characters)."""
    if message.attachments:
        raise BadRequest("taskchat takes no attachments. Paste the text instead.")
    text = "".join(part.text for part in message.content)
    if len(text) > MESSAGE_MAX or len(message.quoted_text or "") > MESSAGE_MAX:
        raise MessageTooLong(f"A message has at most {MESSAGE_MAX:,} characters. Shorten it or send it in parts.")
    if "\x00" in text or "\x00" in (message.quoted_text or ""):
        raise BadRequest("The message contains a NUL character. Remove it and send the message again.")
    if not text.strip():
        raise EmptyMessage("The message is empty. Write what is to be done.")
    return text


async def _admit_retry(person: Person, actor: Actor, request: ThreadsRetryAfterItemReq) -> TurnContext:
    """Answer a message again: what followed it is removed in the same transaction."""
    async with transaction() as session:
        await lock_user(session, person.id)
        thread = await _free_thread(session, person, request.params.thread_id)
        row = await store.access_item(session, person.id, thread.id, request.params.item_id)
        if row.type != "user_message":
            raise BadRequest("Only a message of yours can be answered again.")
        await _take_limits(session, person)
        removed = await store.remove_items_after(session, thread.id, row.seq)
        by = Cause(person.id, actor, thread.id, row.id)
        await record(session, by, [Entry("message", "removed", item_id=item_id) for item_id in removed])
        return await _begin(session, person, actor, thread, _Message(row.id, item_text(row.body)))


def item_text(body: dict[str, Any]) -> str:
    """The text of a stored user message."""
    return "".join(part.get("text", "") for part in body.get("content", []))


async def _create_thread(session: AsyncSession, person: Person, actor: Actor, text: str) -> Thread:
    at = now()
    thread = Thread(
        id=new_id("thread"),
        user_id=person.id,
        title=title_of(text),
        status={"type": "active"},
        details={},
        created_at=at,
        updated_at=at,
    )
    session.add(thread)
    await session.flush()
    await record(session, Cause(person.id, actor, thread.id), [Entry("thread", "created")])
    return thread


async def _free_thread(session: AsyncSession, person: Person, thread_id: str) -> Thread:
    """The person's thread, locked, that nobody answers now."""
    thread = await store.access_thread(session, person.id, thread_id, lock=True)
    if thread.status.get("type") != "active":
        raise BadRequest("This conversation is closed. Start a new one.")
    if is_answering(thread, now()):
        raise Busy("This conversation is still answering. Wait for the answer, or stop it, then send again.")
    return thread


def is_answering(thread: Thread, at: datetime) -> bool:
    """Whether a turn holds the thread's lease at this moment."""
    return thread.lease_turn_id is not None and thread.lease_until is not None and thread.lease_until > at


async def _take_limits(session: AsyncSession, person: Person) -> None:
    for limit, error, sentence in (
        (chat_daily_limit(), DailyLimit, "You have used all {count} messages of today. They are back at {at}."),
        (chat_burst_limit(), BurstLimit, "That is more than {count} messages at once. Try again at {at}."),
    ):
        resets_at = await limits.take(session, limit, person.id)
        if resets_at is not None:
            moment = f"{resets_at.astimezone(person.zone):%H:%M:%S} ({person.timezone})"
            raise error(sentence.format(count=limit.count, at=moment), resets_at=resets_at)


async def _begin(session: AsyncSession, person: Person, actor: Actor, thread: Thread, message: _Message) -> TurnContext:
    """Give the turn the thread's lease and settle what the message means for open proposals."""
    at = now()
    await _end_interrupted_turns(session, thread.id)
    thread.lease_turn_id, thread.lease_until = message.id, at + LEASE
    thread.stop_requested, thread.updated_at = False, at
    session.add(thread)
    accepted, ended = await proposals.read_message(session, thread.id, message.text)
    by = Cause(person.id, actor, thread.id, message.id)
    entries = [Entry("message", "created", item_id=message.id), Entry("turn", "started")]
    first_change_id, *_ = await record(session, by, entries)
    turn = Turn(id=message.id, user_id=person.id, thread_id=thread.id, started_at=at, first_change_id=first_change_id)
    await session.merge(turn)
    return TurnContext(
        person=person,
        thread_id=thread.id,
        turn_id=message.id,
        message=message.text,
        accepted_proposal_id=accepted,
        ended_proposal_ids=ended,
    )


async def _end_interrupted_turns(session: AsyncSession, thread_id: str) -> None:
    """A turn that lost its lease (its server was killed) is over."""
    running = select(Turn).where(Turn.thread_id == thread_id, Turn.status == "running")
    for turn in (await session.exec(running.order_by(col(Turn.started_at)))).all():
        turn.status, turn.ended_at = "failed", now()
        session.add(turn)


def _user_message(thread_id: str, message: UserMessageInput) -> UserMessageItem:
    return UserMessageItem(
        id=new_id("message"),
        thread_id=thread_id,
        created_at=now(),
        content=message.content,
        quoted_text=message.quoted_text,
        inference_options=message.inference_options,
    )


def title_of(text: str) -> str:
    """A conversation's title from its first message: its first line, cut at a word."""
    line = re.sub(r"\s+", " ", text).strip()
    if len(line) <= TITLE_LENGTH:
        return line
    return line[: TITLE_LENGTH - 1].rsplit(" ", 1)[0].rstrip(",.;:") + "…"
