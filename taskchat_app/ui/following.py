"""Following an answer: a turn is begun anew, or watched from its first event to its end."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from taskchat_app.assistant import turns
from taskchat_app.domain.accounts import Person
from taskchat_app.ui import chat_requests
from taskchat_app.ui.answer import Answer
from taskchat_app.ui.batches import batches
from taskchat_app.ui.failures import sentence_of
from taskchat_app.ui.reply_state import ReplyState
from taskchat_app.ui.signed_in import signed_in, to_login

if TYPE_CHECKING:
    from taskchat_app.ui.chat_state import ChatState

FRAME_SECONDS = 0.04
"""Words of the answer are shown in steps of this length."""
SENDING = "sending"
"""The key of the person's message until it is stored."""


async def answer_again(chat: "ChatState", text: str | None) -> AsyncIterator[Any]:
    """Answer the person's last message once more, with these words where there are any."""
    async with chat:
        person = await signed_in(chat)
        turn_id = chat.last_turn_id
        if person is None or not turn_id or turn_id == SENDING or chat.answering:
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
    await watch(chat, turn, person)


async def watch(chat: "ChatState", turn: turns.Turn, person: Person) -> None:
    """Show a turn from its first event to its end, for as long as its conversation is the open one."""
    answer = Answer(person.zone)
    async with chat:
        if chat.thread_id != turn.thread_id or chat.follows(turn):
            return
        chat.begin_following(turn)
    try:
        async for batch in batches(turn.follow(), FRAME_SECONDS):
            for event in batch:
                answer.apply(event.event, event.call)
            async with chat:
                if not chat.follows(turn):
                    return
                chat.take_in(answer)
                (await chat.get_state(ReplyState)).show(answer)
    except Exception as error:  # the page must not stay frozen, whatever happens to it
        answer.error, answer.allow_retry = sentence_of(error), True
    async with chat:
        if chat.follows(turn):
            answer.close()
            (await chat.get_state(ReplyState)).clear()
            await chat.settle(answer, turn, person)
