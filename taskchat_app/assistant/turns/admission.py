"""Admits a turn: one transaction stores the message and takes the lease, or refuses (409 while one runs, 429)."""

from collections.abc import Iterable

from chatkit.types import (
    InferenceOptions,
    StreamingReq,
    ThreadAddUserMessageParams,
    ThreadCreatedEvent,
    ThreadCreateParams,
    ThreadItemDoneEvent,
    ThreadItemReplacedEvent,
    ThreadsAddStructuredInputReq,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsCustomActionReq,
    ThreadsRetryAfterItemReq,
    UserMessageContent,
    UserMessageInput,
    UserMessageItem,
    UserMessageTextContent,
)
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.agent import history
from taskchat_app.assistant.core import items
from taskchat_app.assistant.core.context import TurnContext, thread_without_items
from taskchat_app.assistant.core.items import new_id
from taskchat_app.assistant.core.widgets import payload_of
from taskchat_app.assistant.threads import leases, store, thread_rows, turn_storage
from taskchat_app.assistant.threads.attachment_store import as_attachment
from taskchat_app.assistant.threads.thread_rows import title_of
from taskchat_app.assistant.tools import deletion_proposals
from taskchat_app.assistant.turns import retry, structured_inputs, turn_status
from taskchat_app.assistant.turns.remote_turn import RemoteTurn
from taskchat_app.assistant.turns.retry import RetryCleanup
from taskchat_app.domain.accounts import idempotency_keys
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.idempotency_keys import RequestKey
from taskchat_app.domain.accounts.message_limits import refuse_exhausted_limits, take_message
from taskchat_app.domain.attachments import attachments
from taskchat_app.domain.log.changes import Entry, task_changes
from taskchat_app.domain.storage.database import locking_transaction, now
from taskchat_app.domain.storage.errors import BadRequest, Busy, EmptyMessage, MessageTooLong
from taskchat_app.domain.storage.models import IdempotencyKey, Thread
from taskchat_app.domain.storage.storable_values import is_storable
from taskchat_app.domain.storage.user_lock import in_queue
from taskchat_app.i18n.messages import gettext

MESSAGE_MAX = 10_000
"""Characters in one message."""
OPTIONS_MAX_CHARACTERS = 500
"""Characters of `inference_options` as JSON; taskchat keeps them for the client and reads none."""
NewMessage = ThreadsCreateReq | ThreadsAddUserMessageReq | ThreadsAddStructuredInputReq
TurnRequest = NewMessage | ThreadsRetryAfterItemReq | ThreadsCustomActionReq
"""A custom action is one of these when it edits a message, a structured input when it is in the user's own words."""


def message_request(
    text: str, thread_id: str | None, tags: Iterable[UserMessageContent] = (), files: Iterable[str] = ()
) -> ThreadsCreateReq | ThreadsAddUserMessageReq:
    """Return the request of a message with these tags and attachments; without a thread it starts one."""
    content = [UserMessageTextContent(text=text), *tags]
    message = UserMessageInput(content=content, attachments=[*files], inference_options=InferenceOptions())
    if thread_id is None:
        return ThreadsCreateReq(params=ThreadCreateParams(input=message))
    return ThreadsAddUserMessageReq(params=ThreadAddUserMessageParams(thread_id=thread_id, input=message))


async def begins_turn(person: Person, request: StreamingReq) -> TurnRequest | None:
    """Return the request if it asks for an answer; the others are clicks, or not offered."""
    if isinstance(request, ThreadsAddStructuredInputReq):
        return request if await structured_inputs.is_message(person, request.params) else None
    if isinstance(request, ThreadsCustomActionReq):
        return request if request.params.action.type == retry.EDIT else None
    return request if isinstance(request, TurnRequest) else None


async def admit(person: Person, request: TurnRequest, key: RequestKey | None = None) -> TurnContext | RemoteTurn:
    """Store the message, count it against each limit and take the thread's lease, all or nothing.

    A request that was admitted with this key before changes nothing, whatever would refuse it now: it gets its turn.
    Raises BadRequest, EmptyMessage, MessageTooLong, KeyReused, NotFound, Busy, DailyLimit or BurstLimit, and then
    nothing has changed and no quota is used.
    """
    _check_message(request)
    async with in_queue(person.id), locking_transaction(person.id, history.PLANNING) as session:
        kept = await idempotency_keys.stored_response(session, person.id, key) if key else None
        if kept is not None:
            return await _previous_turn(session, kept)
        cleanup: RetryCleanup | None = None
        if isinstance(request, NewMessage):
            context = await _admit_message(session, person, request)
        else:
            context, cleanup = await _admit_retry_or_edit(session, person, request)
        if key is not None:
            taken = cleanup.encode() if cleanup else None
            await idempotency_keys.store_response(session, person.id, key, body=taken, turn_id=context.turn_id)
    return context


async def _previous_turn(session: AsyncSession, kept: IdempotencyKey) -> RemoteTurn:
    turn = await turn_status.access_turn(session, kept.user_id, kept.turn_id or "")
    await thread_rows.access_thread(session, kept.user_id, turn.thread_id)
    return RemoteTurn(turn.user_id, turn.id, turn.thread_id, RetryCleanup.decode(kept.body) if kept.body else None)


def _check_message(request: TurnRequest) -> None:
    """Raise EmptyMessage, MessageTooLong or BadRequest (characters, tags) for the message in the request."""
    if isinstance(request, ThreadsCustomActionReq):
        _check_text(payload_of(retry.MessageEdit, request.params.action).text)
    if not isinstance(request, NewMessage):
        return
    message = _message_of(request)
    items.check_tags(message.content)
    if len(message.inference_options.model_dump_json()) > OPTIONS_MAX_CHARACTERS:
        refusal = gettext("The inference_options hold at most {count} characters. Send less in them.")
        raise BadRequest(refusal.with_values(count=OPTIONS_MAX_CHARACTERS))
    _check_text(items.text_of(message), message.quoted_text or "", has_files=bool(message.attachments))


def _check_text(text: str, quoted: str = "", *, has_files: bool = False) -> None:
    if len(text) > MESSAGE_MAX or len(quoted) > MESSAGE_MAX:
        refusal = gettext("A message has at most {most:#,##0} characters. Shorten it or send it in parts.")
        raise MessageTooLong(refusal.with_values(most=MESSAGE_MAX))
    if not is_storable(text + quoted):
        refusal = gettext("The message holds a NUL character or half of a character. Remove it and send it again.")
        raise BadRequest(refusal)
    if not text.strip() and not has_files:
        raise EmptyMessage(gettext("The message is empty. Write what is to be done."))


def _message_of(request: NewMessage) -> UserMessageInput:
    if isinstance(request, ThreadsAddStructuredInputReq):
        return structured_inputs.message_of(request.params)
    return request.params.input


async def _admit_message(session: AsyncSession, person: Person, request: NewMessage) -> TurnContext:
    """Admit a message: the first of a conversation, one more, or the answer to a question in words of one's own."""
    message = _message_of(request)
    files = await attachments.of_message(session, person.id, message.attachments)
    changed: list[Entry] = []
    if isinstance(request, ThreadsCreateReq):
        thread = thread_rows.new_thread(person.id, title_of(items.text_of(message).strip() or files[0].name))
        changed.append(Entry("thread", "created"))
    else:
        thread = await thread_rows.access_thread(session, person.id, request.params.thread_id, lock=True)
        await _check_free(session, thread)
    item = UserMessageItem(
        id=new_id("message"),
        thread_id=thread.id,
        created_at=now(),
        content=message.content,
        attachments=[as_attachment(row, thread.id) for row in files],
        quoted_text=message.quoted_text,
        inference_options=message.inference_options,
    )
    changed.append(Entry("message", "created", item_id=item.id))
    context = await _create_turn(session, person, thread, item, changed)
    if files:
        await attachments.attach(session, person.id, message.attachments, item.id)
    if isinstance(request, ThreadsCreateReq):
        context.opening_events.append(ThreadCreatedEvent(thread=thread_without_items(context.thread)))
    if isinstance(request, ThreadsAddStructuredInputReq):
        by = person.cause("person", thread.id)
        answered = await structured_inputs.answer_in_words(session, by, request.params)
        context.opening_events.append(ThreadItemReplacedEvent(item=answered))
    context.opening_events.append(ThreadItemDoneEvent(item=item))
    return context


async def _admit_retry_or_edit(
    session: AsyncSession, person: Person, request: ThreadsRetryAfterItemReq | ThreadsCustomActionReq
) -> tuple[TurnContext, RetryCleanup]:
    """Admit an old message again, an edited one with its new text: what followed is removed, and its effects undone."""
    thread = await thread_rows.access_thread(session, person.id, request.params.thread_id, lock=True)
    await _check_free(session, thread)
    if isinstance(request, ThreadsRetryAfterItemReq):
        item_id, new_text = request.params.item_id, None
    else:
        if request.params.item_id is not None:  # what was clicked, which need not be the message
            await store.access_item(session, person.id, thread.id, request.params.item_id)
        edit = payload_of(retry.MessageEdit, request.params.action)
        item_id, new_text = edit.item_id, edit.text
    row = await store.access_item(session, person.id, thread.id, item_id)
    item = store.as_item(row)
    if not isinstance(item, UserMessageItem):
        raise BadRequest(gettext("Only a message of yours can be edited or answered again."))
    await refuse_exhausted_limits(session, person)  # before the work, which a refusal would throw away
    by = person.cause("person", thread.id)
    cleanup = await retry.clear_after(session, by, row, edit=new_text is not None)
    entries = [Entry("message", "removed", item_id=removed) for removed in cleanup.removed]
    if new_text is not None:
        item = item.model_copy(update={"content": items.with_text(item.content, new_text)})
        entries.append(Entry("message", "updated", item_id=item.id))
    context = await _create_turn(session, person, thread, item, entries)
    context.opening_events += cleanup.events(item)
    context.opening_changes = task_changes(session)
    return context, cleanup


async def _check_free(session: AsyncSession, thread: Thread) -> None:
    """Raise Busy if a turn answers the thread, BadRequest if it is closed."""
    if thread.status.get("type") != "active":
        raise BadRequest(gettext("This conversation is closed. Start a new one."))
    if await thread_rows.is_answering(session, thread):
        raise Busy(gettext("This conversation is still answering. Wait for the answer, or stop it, then send again."))


async def _create_turn(
    session: AsyncSession, person: Person, thread: Thread, item: UserMessageItem, changed: list[Entry]
) -> TurnContext:
    """Give the turn the thread's lease, store its message, record what was `changed`, and read what precedes it."""
    if thread.lease_turn_id is not None:
        await leases.end_interrupted(session, person.id, thread.id)
    entries = [*changed, Entry("turn", "started")]
    cause = person.cause("person", thread.id, item.id)
    await take_message(session, person)
    first_change_id, has_proposals = await turn_storage.begin_turn(session, cause, thread, item, entries)
    context = TurnContext(
        person, thread_rows.as_metadata(thread), item, first_change_id, store_item=turn_storage.store_item
    )
    context.conversation, context.rules_conversation = await history.read_conversation(session, cause, item)
    if has_proposals:
        read = await deletion_proposals.accept_or_end(session, context.thread_id, context.message)
        context.accepted_proposal_id, context.ended_proposal_ids = read
    return context
