"""Shows the answer of the turn that a tab follows, from the turn's events."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

from taskchat_app.assistant.turns.turns import FollowableTurn
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.login_end import wait_for_login_end
from taskchat_app.runtime.broadcaster import until
from taskchat_app.ui.chat.open_conversation import OpenConversation
from taskchat_app.ui.chat_messages.answer_builder import AnswerBuilder, ReplyState
from taskchat_app.ui.chat_messages.messages import ChatMessage, answer_of
from taskchat_app.ui.core.error_messages import error_sentence

FRAME_SECONDS = 0.04
"""The answer's text is shown in steps of this length."""


async def follow_turn(chat: OpenConversation, turn: FollowableTurn, person: Person) -> ChatMessage | None:
    """Show the followed turn from its first event to its end, unless the tab follows another one or its login ends.

    Return the answer if it was shown to its end without an error.
    """
    answer = AnswerBuilder(person.zone)
    try:
        if not await _show_events(chat, turn, person, answer):
            return None
    except Exception as error:  # whatever happens, the page must not show a running answer forever
        answer.error, answer.allow_retry = error_sentence(error), True
    answer.close()
    message = replace(answer_of(turn.id, answer.parts, answer.at), ending=answer.ending)
    async with chat:
        if not chat.follows(turn.id):
            return None
        await chat.finish_answer(answer, message, person)
    return None if answer.error else message


async def _show_events(chat: OpenConversation, turn: FollowableTurn, person: Person, answer: AnswerBuilder) -> bool:
    """Show the turn's events to the last; return False if the login ends or another turn is followed before that."""
    login_end = asyncio.create_task(wait_for_login_end(person))
    try:
        async with aclosing(until(turn.follow(FRAME_SECONDS), login_end)) as batches:
            async for batch in batches:
                for event in batch:
                    answer.apply(event)
                async with chat:
                    if not chat.follows(turn.id):
                        return False
                    (await chat.get_state(ReplyState)).show(answer)
        return not login_end.done()
    finally:
        login_end.cancel()
