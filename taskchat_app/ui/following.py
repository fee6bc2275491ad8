"""Following an answer: a turn is begun anew, or watched from its first event to its end."""

import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from taskchat_app.assistant import turns
from taskchat_app.domain.accounts import Person
from taskchat_app.domain.database import DATABASE_AWAY
from taskchat_app.ui import chat_requests, words
from taskchat_app.ui.answer import Answer
from taskchat_app.ui.batches import batches
from taskchat_app.ui.detail_state import DetailState
from taskchat_app.ui.failures import sentence_of
from taskchat_app.ui.messages import Message, answer_of
from taskchat_app.ui.receipts import with_receipts
from taskchat_app.ui.reply_state import ReplyState
from taskchat_app.ui.signed_in import signed_in, to_login
from taskchat_app.ui.tasks_state import TasksState

if TYPE_CHECKING:
    from taskchat_app.ui.chat_state import ChatState

log = logging.getLogger(__name__)

FRAME_SECONDS = 0.04
"""Words of the answer are shown in steps of this length."""


async def answer_again(chat: "ChatState", text: str | None) -> AsyncIterator[Any]:
    """Answer the person's last message once more, with these words where there are any."""
    async with chat:
        person = await signed_in(chat)
        turn_id = chat.last_turn_id
        if person is None or not turn_id or chat.answering:
            if person is None:
                yield to_login()
            return
        thread_id = chat.thread_id
        chat.begin()
    try:
        request = chat_requests.retry(thread_id, turn_id)
        if text is not None:
            request = chat_requests.edit(thread_id, turn_id, text)
        turn = await turns.start(person, request)
    except Exception as error:
        async with chat:
            chat.refuse(error)
            chat.can_retry = text is None
        return
    async with chat:
        if chat.thread_id == thread_id:
            chat.cut_after(turn_id)
    for event in in_list(await watch(chat, turn, person)):
        yield event


def in_list(answer: Message | None) -> list[Any]:
    """What shows the tasks that the person asked to see in the list beside the chat, in this tab."""
    if answer is None or not answer.listed:
        return []
    return [DetailState.close, TasksState.follow_address(answer.listed)]


async def watch(chat: "ChatState", turn: turns.Turn, person: Person) -> Message | None:
    """Show a turn from its first event to its end, for as long as its conversation is the open one.

    The answer, where it was shown to its end and nothing went wrong.
    """
    answer = Answer(person.zone)
    async with chat:
        if chat.thread_id != turn.thread_id or chat.follows(turn):
            return None
        chat.begin_following(turn)
    try:
        async for batch in batches(turn.follow(), FRAME_SECONDS):
            for event in batch:
                answer.apply(event.event, event.call)
            async with chat:
                if not chat.follows(turn):
                    return None
                chat.take_in(answer)
                (await chat.get_state(ReplyState)).show(answer)
    except Exception as error:  # the page must not stay frozen, whatever happens to it
        answer.error, answer.allow_retry = sentence_of(error), True
    answer.close()
    whole = await _with_receipt(person, answer_of(turn.id, answer.parts, words.NOW))
    async with chat:
        if not chat.follows(turn):
            return None
        (await chat.get_state(ReplyState)).clear()
        chat.settle(answer, whole)
        await chat.catch_up(person)
    return None if answer.error else whole


async def _with_receipt(person: Person, answer: Message) -> Message:
    """The answer with its receipt; without one where the database is away, for an answer must end whatever happens."""
    try:
        [answer] = await with_receipts(person, [answer])
    except DATABASE_AWAY as error:
        log.warning("The receipt of an answer could not be read: %s", str(error).splitlines()[:1])
    return answer
