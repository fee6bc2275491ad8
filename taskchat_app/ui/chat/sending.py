"""Stores a message that the browser sent, once, and reports the outcome."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx

from taskchat_app.assistant.turns import turns
from taskchat_app.domain.storage.errors import Busy
from taskchat_app.ui.chat import requests
from taskchat_app.ui.chat.open_conversation import OpenConversation
from taskchat_app.ui.chat.sent_messages import SendOutcome, SentMessage
from taskchat_app.ui.chat.turn_follower import follow_turn, list_events
from taskchat_app.ui.core.error_messages import error_sentence
from taskchat_app.ui.core.session import CONVERSATIONS, current_user, redirect_to_login
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.messages.messages import Message, about


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
                chat.end_sending(SendOutcome(sent.key, sent.attempt, "busy"))
                return
            here = sent.here and chat.thread_id == sent.thread_id
            if here:
                chat.begin_sending(sent.key)
        request = requests.message(sent.thread_id, sent.text, sent.selected)
        turn = await turns.start(person, request, key=requests.key_of(request, sent.key))
    except Exception as error:
        async with chat:
            _reject(chat, sent, error)
            if person is not None and isinstance(error, Busy):
                await chat.reload_if_behind(person)
        return
    async with chat:
        chat.end_sending(SendOutcome(sent.key, sent.attempt, "taken", turn.thread_id))
        if here and chat.thread_id == sent.thread_id:
            await chat.reload_if_behind(person)
        watching = here and chat.thread_id == sent.thread_id and _show(chat, sent, turn)
        query = chat.router.url.query
    if watching:
        if not sent.thread_id:
            yield rx.redirect(f"{CONVERSATIONS}{turn.thread_id}{query and f'?{query}'}", replace=True)
        answer = await follow_turn(chat, turn, person)
        for event in list_events(answer) if sent.own else ():
            yield event


def _reject(chat: OpenConversation, sent: SentMessage, error: Exception) -> None:
    """Report a message that was not stored: it waits for another answer, or returns to the composer with the reason."""
    busy = isinstance(error, Busy)
    chat.end_sending(SendOutcome(sent.key, sent.attempt, "busy" if busy else "refused"))
    if not busy:
        chat.show_failure(error_sentence(error))


def _show(chat: OpenConversation, sent: SentMessage, turn: turns.FollowableTurn) -> bool:
    """Show the message, if it is not shown yet. Returns whether its answer is still to come."""
    chat.thread_id = turn.thread_id
    if turns.running_turn(turn.user_id, turn.id) is None and chat.has_answered(turn.id):
        return False
    chat.remove_after(turn.id)
    if not any(message.key == turn.id for message in chat.all()):
        chat.recent = [*chat.recent, Message(turn.id, True, turn.id, say(words.NOW), sent.text, **about(sent.selected))]
    chat.start_answering()
    return True
