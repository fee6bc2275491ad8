"""Follows a turn and shows its events, and starts retries."""

import logging
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from taskchat_app.assistant.turns import turns
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import DATABASE_AWAY
from taskchat_app.ui.chat import requests
from taskchat_app.ui.chat.open_conversation import OpenConversation
from taskchat_app.ui.core.error_messages import error_sentence
from taskchat_app.ui.core.session import current_user, redirect_to_login
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.messages.answer_builder import AnswerBuilder
from taskchat_app.ui.messages.messages import Message, answer_of
from taskchat_app.ui.messages.receipts import with_receipts
from taskchat_app.ui.messages.reply_state import ReplyState
from taskchat_app.ui.task_detail.state import DetailState
from taskchat_app.ui.tasks.state import TasksState

log = logging.getLogger(__name__)

FRAME_SECONDS = 0.04
"""The answer's text is shown in steps of this length."""


async def retry_turn(chat: OpenConversation, text: str | None) -> AsyncIterator[Any]:
    """Answer the user's last message again, with new text if given."""
    async with chat:
        person = await current_user(chat)
        turn_id = chat.last_turn_id
        if person is None or not turn_id or chat.answering:
            if person is None:
                yield redirect_to_login()
            return
        thread_id = chat.thread_id
        chat.start_answering()
    try:
        request = requests.retry(thread_id, turn_id)
        if text is not None:
            request = requests.edit(thread_id, turn_id, text)
        turn = await turns.start(person, request)
    except Exception as error:
        async with chat:
            chat.show_refusal(error)
            chat.can_retry = text is None
        return
    async with chat:
        if chat.thread_id == thread_id:
            chat.remove_after(turn_id)
    for event in list_events(await follow_turn(chat, turn, person)):
        yield event


def list_events(answer: Message | None) -> list[Any]:
    """Return the events that show the answer's listed tasks beside the chat."""
    if answer is None or not answer.listed:
        return []
    return [DetailState.close, TasksState.follow_address(answer.listed)]


async def follow_turn(chat: OpenConversation, turn: turns.FollowableTurn, person: Person) -> Message | None:
    """Show a turn from its first event to its end, as long as its conversation is open.

    Return the answer if it was shown to its end without an error.
    """
    answer, is_broken_off = AnswerBuilder(person.zone), False
    async with chat:
        if chat.thread_id != turn.thread_id or chat.follows(turn):
            return None
        chat.start_following(turn)
    try:
        async with aclosing(turn.follow(FRAME_SECONDS)) as batches:
            async for batch in batches:
                for event in batch:
                    answer.apply(event)
                async with chat:
                    if not chat.follows(turn):
                        return None
                    chat.show_progress(answer)
                    (await chat.get_state(ReplyState)).show(answer)
    except Exception as error:  # whatever happens, the page must not show a running answer forever
        answer.error, answer.allow_retry, is_broken_off = error_sentence(error), True, True
    answer.close()
    message = await _with_receipt(person, answer_of(turn.id, answer.parts, say(words.NOW)))
    async with chat:
        if not chat.follows(turn):
            return None
        (await chat.get_state(ReplyState)).clear()
        await chat.finish_answer(answer, message)
        if is_broken_off:
            chat.forget_turn(turn.id)
        await chat.reload_if_behind(person)
    return None if answer.error else message


async def _with_receipt(person: Person, answer: Message) -> Message:
    """Return the answer with its receipt; without one if the database is unavailable, so that the answer still ends."""
    try:
        [answer] = await with_receipts(person, [answer])
    except DATABASE_AWAY as error:
        log.warning("The receipt of an answer could not be read: %s", str(error).splitlines()[:1])
    return answer
