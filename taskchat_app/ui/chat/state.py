"""Events of the open conversation: sending a message of the browser, stopping, retrying, editing."""

import functools
import operator
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import reflex as rx
from chatkit import types
from chatkit.actions import Action
from reflex.vars import ArrayVar

from taskchat_app.assistant.core.items import ListOrder, order_tags, selection_tags
from taskchat_app.assistant.turns import turns
from taskchat_app.assistant.turns.admission import TurnRequest, message_request
from taskchat_app.assistant.turns.retry import EDIT
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.idempotency_keys import request_key
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Busy, DailyLimit, Draining
from taskchat_app.domain.tasks.queries import ORDERS
from taskchat_app.domain.tasks.sorted_pages import SORTS
from taskchat_app.i18n.date_style import clock_text
from taskchat_app.reflex_patches.tab_states import forget_address
from taskchat_app.ui.chat.open_conversation import OpenConversation, SendOutcome
from taskchat_app.ui.chat.quota_note import quota_note
from taskchat_app.ui.chat_messages.message_list import RECENT
from taskchat_app.ui.chat_messages.messages import ChatMessage, calls_in, user_message
from taskchat_app.ui.core.error_messages import error_sentence
from taskchat_app.ui.core.session import current_user, redirect_to_login, signed_in
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import current_language, say
from taskchat_app.ui.task_detail.state import DetailState
from taskchat_app.ui.task_list_state.state import TasksState

T = TypeVar("T")


@dataclass(frozen=True)
class SentMessage:
    """A message from the browser, under its `key`, with another `attempt` each time that it is sent."""

    account: str
    """The id of the user who wrote it."""
    key: str
    attempt: str
    text: str
    thread_id: str
    """"" for a new conversation."""
    here: bool
    """Whether the browser shows the conversation of the message."""
    own: bool
    """Whether it was written in this tab."""
    selected: tuple[int, ...]
    """The numbers of the tasks that were selected for it."""
    list_order: ListOrder
    files: tuple[str, ...]
    """The ids of the attachments."""

    @classmethod
    def of(cls, data: dict[str, Any]) -> "SentMessage":
        """Read the browser's data leniently: a client may send anything over the socket."""
        texts = {name: str(data.get(name) or "") for name in ("account", "key", "attempt", "text", "thread_id")}
        sort, order = str(data.get("sort") or ""), str(data.get("order") or "")
        return cls(
            **texts,
            here=bool(data.get("here")),
            own=bool(data.get("own")),
            selected=_elements(data.get("selected"), int),
            list_order=ListOrder(sort if sort in SORTS else "", order if order in ORDERS else ""),
            files=_elements(data.get("files"), str),
        )

    def request(self) -> TurnRequest:
        tags = [*selection_tags(self.selected), *order_tags(self.list_order)]
        return message_request(self.text, self.thread_id or None, tags, self.files)


def _elements(value: object, kind: type[T]) -> tuple[T, ...]:
    """Return the list's elements of this type; none if it is no list."""
    elements = cast(list[Any], value) if isinstance(value, list) else []
    return tuple(element for element in elements if type(element) is kind)


class ChatState(OpenConversation, rx.State):
    @rx.event
    @signed_in
    async def load_older(self, person: Person) -> None:
        await self.load_back(person)

    @rx.event(background=True)
    async def send(self, told: dict[str, Any]) -> AsyncIterator[Any]:
        """Store the browser's message, once for its key, and follow its turn if its conversation is open."""
        forget_address()
        async for event in send_message(self, SentMessage.of(told)):
            yield event
        yield ChatState.follow_running

    @rx.event(background=True)
    async def retry(self) -> AsyncIterator[Any]:
        """Answer the user's last message again; the changes of its answer are undone first."""
        forget_address()
        async for event in retry_turn(self):
            yield event

    @rx.event(background=True)
    async def edit(self, form: dict[str, Any]) -> AsyncIterator[Any]:
        """Replace the text of the message `editing`, and answer it again; the messages after it are deleted.

        An empty text ends the editing.
        """
        forget_address()
        text = str(form.get("edited", "")).strip()
        async with self:
            if not text:
                self.editing = ""
            turn_id = self.editing
        if turn_id:
            async for event in retry_turn(self, turn_id, text):
                yield event

    @rx.event
    def begin_edit(self, key: str) -> None:
        """Edit this message of the user, unless an answer is running."""
        is_own = any(message.mine and message.key == key for message in self.all())
        self.editing = key if is_own and not self.answering else ""

    @rx.event
    def drop_edit(self) -> None:
        self.editing = ""

    @rx.event
    @signed_in
    async def stop(self, person: Person) -> None:
        """Stop the answer; its text so far stays."""
        if self._followed_turn_id:
            await turns.stop(person.id, self._followed_turn_id)

    @rx.event(background=True)
    async def follow_running(self) -> None:
        """Follow the answer that is being written to the open conversation, if this tab does not follow it yet.

        Sent when the page has been opened, after `send`, and by LiveState when the conversation has changed.
        """
        async with self:
            person = await current_user(self)
            turn = self.turn_to_follow(person) if person else None
            if person is None or turn is None or not await self.start_following(turn, person):
                return
        await self.follow_to_end(turn, person)


for _name in RECENT:  # of which each has one message
    ChatState.add_var(_name, list[ChatMessage], [])


def recent_messages() -> ArrayVar[list[ChatMessage]]:
    """Return the latest messages: the lists of all vars of RECENT, as one."""
    return functools.reduce(operator.add, [getattr(ChatState, name) for name in RECENT])


async def send_message(chat: OpenConversation, sent: SentMessage) -> AsyncIterator[Any]:
    """Store the message once for the browser's key, and follow its turn if its thread is open."""
    person = None
    try:
        async with chat:
            person = await current_user(chat)
            if person is None:
                yield redirect_to_login()
                return
            if person.id != sent.account:  # another user has signed in, and the page does not know it yet
                await chat.end_sending(None, SendOutcome(sent.key, sent.attempt, "retry"))
                return
            was_open = sent.here and chat.thread_id == sent.thread_id
            if was_open:
                chat.begin_sending(sent.key)
        turn = await _store(sent, person)
    except Exception as error:
        async with chat:
            await _reject(chat, person, sent, error)
        return
    async with chat:
        is_still_open = was_open and chat.thread_id == sent.thread_id  # the user may have opened another meanwhile
        began_to_follow = is_still_open and await _show_stored(chat, sent, turn, person)
        await chat.end_sending(person, SendOutcome(sent.key, sent.attempt, "stored", turn.thread_id))
        # Where the conversation was deleted meanwhile, end_sending has left it.
        if not began_to_follow or not chat.follows(turn.id):
            return
    answer = await chat.follow_to_end(turn, person)
    if sent.own:  # only the tab where it was written changes its list
        for event in list_events(answer):
            yield event


async def _store(sent: SentMessage, person: Person) -> turns.FollowableTurn:
    """Start the turn of the message, which stores it; with a key that was stored before, return its turn."""
    request = sent.request()
    key = request_key(f"page-{sent.key}", request.model_dump_json().encode()) if sent.key else None
    return await turns.start(person.speaking(current_language.get()), request, key=key)


async def _reject(chat: OpenConversation, person: Person | None, sent: SentMessage, error: Exception) -> None:
    """Report a message that was not stored: it waits in the browser, or returns to the composer with the reason."""
    busy = isinstance(error, Busy | Draining)
    await chat.end_sending(person, SendOutcome(sent.key, sent.attempt, "retry" if busy else "refused"))
    if not busy:
        await _show_error(chat, person, error, can_retry=False)


async def _show_error(chat: OpenConversation, person: Person | None, error: Exception, *, can_retry: bool) -> None:
    chat.set_error(error_sentence(error), can_retry=can_retry)
    if person is not None and isinstance(error, DailyLimit):
        chat.quota_note = await quota_note(person)


async def _show_stored(chat: OpenConversation, sent: SentMessage, turn: turns.FollowableTurn, person: Person) -> bool:
    """Show the stored message in its open conversation; return True if this tab now follows the turn."""
    chat.thread_id = turn.thread_id
    runs_here = turns.running_turn(turn.user_id, turn.id) is not None
    if not runs_here and chat.has_answered(turn.id):  # the message was sent again, and its answer is shown already
        return False
    if not any(message.key == turn.id for message in chat.all()):
        at = clock_text(now().astimezone(person.zone))
        chat.add(user_message(turn.id, at, sent.text, sent.selected))
    return await chat.start_following(turn, person)


async def retry_turn(chat: OpenConversation, turn_id: str = "", text: str | None = None) -> AsyncIterator[Any]:
    """Answer the message of the turn again, or the user's last one, with new text if given; follow the new turn."""
    async with chat:
        person = await current_user(chat)
        if person is None:
            yield redirect_to_login()
            return
        turn_id = turn_id or chat.last_turn_id
        if not turn_id or chat.answering:
            if text is not None and chat.follows_any:
                chat.show_failure(say(words.STILL_ANSWERING))
            return
        thread_id = chat.thread_id
        chat.start_answering()
    try:
        if text is None:
            params = types.ThreadRetryAfterItemParams(thread_id=thread_id, item_id=turn_id)
            request = types.ThreadsRetryAfterItemReq(params=params)
        else:
            request = request_of_click(thread_id, None, EDIT, {"item_id": turn_id, "text": text})
        turn = await turns.start(person.speaking(current_language.get()), request)
    except Exception as error:
        async with chat:
            chat.answering = False
            await _show_error(chat, person, error, can_retry=text is None)
        return
    async with chat:
        if chat.thread_id != thread_id:
            return
        if text is not None:
            chat.editing = ""
        await chat.reload_if_possible(person)
        if not await chat.start_following(turn, person):
            return
    answer = await chat.follow_to_end(turn, person)
    for event in list_events(answer):
        yield event


def request_of_click(
    thread_id: str, item_id: str | None, kind: str, payload: dict[str, Any]
) -> types.ThreadsCustomActionReq:
    """Return the request of a custom action, such as a click on a card (the item)."""
    action = Action(type=kind, payload=payload)
    params = types.ThreadCustomActionParams(thread_id=thread_id, item_id=item_id, action=action)
    return types.ThreadsCustomActionReq(params=params)


def list_events(answer: ChatMessage | None) -> list[Any]:
    """Return the events that show the answer's listed tasks beside the chat, or the list with its new tasks."""
    if answer is None:
        return []
    if answer.listed:
        return [DetailState.close, TasksState.apply_address(answer.listed)]
    has_added = any(call.tool == "create_task" and call.status == "done" for call in calls_in(answer.parts))
    return [TasksState.show_open_tasks] if has_added else []
