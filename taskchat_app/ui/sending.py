"""Sending: a message that waits in the browser is stored once, and the browser is told what came of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast

import reflex as rx

from taskchat_app.assistant import turns
from taskchat_app.domain.errors import Busy
from taskchat_app.ui import chat_requests, words
from taskchat_app.ui.failures import sentence_of
from taskchat_app.ui.following import in_list, watch
from taskchat_app.ui.messages import Message, about
from taskchat_app.ui.signed_in import CONVERSATIONS, signed_in, to_login

if TYPE_CHECKING:
    from taskchat_app.ui.chat_state import ChatState


@dataclass(frozen=True)
class Sent:
    """A message on its way: the browser's own name for it and for this attempt, and whether its conversation is seen.

    `thread_id` is empty for a new conversation; `own` is what was written in this very tab, `account` whose it is.
    """

    account: str
    key: str
    attempt: str
    text: str
    thread_id: str
    here: bool
    own: bool
    selected: tuple[int, ...] = ()

    @classmethod
    def of(cls, told: dict[str, Any]) -> "Sent":
        """What the browser told; anybody on the socket can tell anything."""
        texts = {name: str(told.get(name) or "") for name in ("account", "key", "attempt", "text", "thread_id")}
        selected = cast(list[Any], told["selected"]) if isinstance(told.get("selected"), list) else []
        numbers = tuple(number for number in selected if type(number) is int)
        return cls(**texts, here=bool(told.get("here")), own=bool(told.get("own")), selected=numbers)


@dataclass(frozen=True)
class Outcome:
    """The server's word: the message is stored in this conversation, must wait for another answer, or is refused."""

    key: str
    attempt: str
    kind: Literal["taken", "busy", "refused"]
    thread_id: str = ""


async def deliver(chat: "ChatState", sent: Sent) -> AsyncIterator[Any]:
    """Store the message, once for the browser's key, and follow the answer where its conversation is seen."""
    person = None
    try:
        async with chat:
            person = await signed_in(chat)
            if person is None:
                yield to_login()
                return
            if person.id != sent.account:  # somebody else has signed in, and the page does not know it yet
                chat.end_sending(Outcome(sent.key, sent.attempt, "busy"))
                return
            here = sent.here and chat.thread_id == sent.thread_id
            if here:
                chat.begin_sending(sent.key)
        request = chat_requests.message(sent.thread_id, sent.text, sent.selected)
        turn = await turns.start(person, request, key=chat_requests.key_of(request, sent.key))
    except Exception as error:
        async with chat:
            _turn_away(chat, sent, error)
            if person is not None and isinstance(error, Busy):
                await chat.catch_up(person)
        return
    async with chat:
        chat.end_sending(Outcome(sent.key, sent.attempt, "taken", turn.thread_id))
        if here and chat.thread_id == sent.thread_id:
            await chat.catch_up(person)
        watching = here and chat.thread_id == sent.thread_id and _show(chat, sent, turn)
        query = chat.router.url.query
    if watching:
        if not sent.thread_id:
            yield rx.redirect(f"{CONVERSATIONS}{turn.thread_id}{query and f'?{query}'}", replace=True)
        answer = await watch(chat, turn, person)
        for event in in_list(answer) if sent.own else ():
            yield event


def _turn_away(chat: "ChatState", sent: Sent, error: Exception) -> None:
    """The message is not stored: it waits for another answer, or goes back to the person with the reason."""
    busy = isinstance(error, Busy)
    chat.end_sending(Outcome(sent.key, sent.attempt, "busy" if busy else "refused"))
    if not busy:
        chat.show_failure(sentence_of(error))


def _show(chat: "ChatState", sent: Sent, turn: turns.Turn) -> bool:
    """The message among the others, where it is not there yet; whether its answer is still to come."""
    chat.thread_id = turn.thread_id
    if turns.running_turn(turn.user_id, turn.id) is None and chat.has_answered(turn.id):
        return False
    chat.cut_after(turn.id)
    if not any(message.key == turn.id for message in chat.all()):
        chat.recent = [*chat.recent, Message(turn.id, True, turn.id, words.NOW, sent.text, **about(sent.selected))]
    chat.begin()
    return True
