"""Clicks on an answer: deciding a proposal, picking a task, and a thumb up or down."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, Literal

import reflex as rx
from chatkit.types import StreamingReq

from taskchat_app.assistant import turns
from taskchat_app.assistant.context import Asking
from taskchat_app.domain.accounts import Person
from taskchat_app.ui import chat_requests
from taskchat_app.ui.answer import Answer
from taskchat_app.ui.chat_state import ChatState
from taskchat_app.ui.failures import sentence_of
from taskchat_app.ui.signed_in import signed_in, to_login


class ClicksState(rx.State):
    """What a person does with an answer; the answers themselves are in ChatState."""

    @rx.event(background=True)
    async def decide(self, item_id: str, proposal_id: str, confirm: bool) -> AsyncIterator[Any]:
        """The person's own click on Confirm or Cancel."""
        async with self:
            person, thread_id = await signed_in(self), (await self.get_state(ChatState)).thread_id
        if person is None:
            yield to_login()
            return
        await _click(self, person, chat_requests.decision(thread_id, item_id, proposal_id, confirm=confirm))

    @rx.event(background=True)
    async def pick(self, item_id: str, number: int) -> AsyncIterator[Any]:
        """The person's click on the task that was meant."""
        async with self:
            person, thread_id = await signed_in(self), (await self.get_state(ChatState)).thread_id
        if person is None:
            yield to_login()
            return
        await _click(self, person, chat_requests.pick(thread_id, item_id, number))

    @rx.event
    async def rate(self, turn_id: str, feedback: Literal["positive", "negative"]) -> Any:
        """Keep the person's word on an answer with each of its texts; the same word again takes it back."""
        person = await signed_in(self)
        if person is None:
            return to_login()
        chat = await self.get_state(ChatState)
        rated = next((message for message in chat.all() if not message.mine and message.turn_id == turn_id), None)
        if rated is None or feedback not in ("positive", "negative"):
            return None
        texts = [part.key for part in rated.parts if part.kind != "notice"]
        kept = None if rated.feedback == feedback else feedback
        try:
            await turns.server.add_feedback(chat.thread_id, texts, kept, Asking(person, "person"))
        except Exception as error:
            chat.show_failure(sentence_of(error))
            return None
        chat.put(replace(rated, feedback=kept or ""))
        return None


async def _click(clicks: ClicksState, person: Person, request: StreamingReq) -> None:
    """Carry a click out, and show what it changed."""
    answer = Answer(person.zone)
    try:
        turn = await turns.start(person, request)
        async for event in turn.follow():
            answer.apply(event.event, event.call)
    except Exception as error:
        answer.error = sentence_of(error)
    async with clicks:
        chat = await clicks.get_state(ChatState)
        if chat.thread_id == getattr(request.params, "thread_id", ""):
            chat.exchange(answer)
            chat.show_failure(answer.error or "")
            await chat.renew_receipts(person)
