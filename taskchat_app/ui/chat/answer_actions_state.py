"""Actions on an answer: decide a proposal, choose a task, edit or add a plan, rate it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

import reflex as rx

from taskchat_app.assistant.core.context import RequestContext
from taskchat_app.assistant.tools import attached_line_choices, deletion_proposals, plans, task_choices
from taskchat_app.assistant.turns import actions
from taskchat_app.assistant.turns.chatkit_server import chat_server
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.receipts import receipt_of_added
from taskchat_app.i18n.messages import ENGLISH
from taskchat_app.ui.chat.state import ChatState, request_of_click
from taskchat_app.ui.chat_messages.messages import Part
from taskchat_app.ui.core.error_messages import error_sentence
from taskchat_app.ui.core.session import signed_in
from taskchat_app.ui.i18n.language import say


class AnswerActionsState(rx.State):
    @rx.event(background=True)
    @signed_in
    async def decide(self, person: Person, item_id: str, proposal_id: str, confirm: bool) -> None:
        kind = deletion_proposals.CONFIRM if confirm else deletion_proposals.CANCEL
        await _click(self, person, item_id, kind, {"proposal_id": proposal_id})

    @rx.event(background=True)
    @signed_in
    async def pick(self, person: Person, item_id: str, number: int) -> None:
        await _click(self, person, item_id, task_choices.ACTION, {"choice_id": item_id, "number": number})

    @rx.event(background=True)
    @signed_in
    async def add_line(self, person: Person, item_id: str, line: int) -> None:
        """Add a line of an attached list by a click; 0 means all lines that are left."""
        await _click(self, person, item_id, attached_line_choices.ACTION, {"card_id": item_id, "line": line})

    @rx.event(background=True)
    @signed_in
    async def edit_plan(self, person: Person, plan_id: str, field: str, value: str) -> None:
        """Change a text of a plan's card, such as `title_2`."""
        await _click(self, person, plan_id, plans.EDIT, {"plan_id": plan_id, field: value})

    @rx.event(background=True)
    @signed_in
    async def tick_plan_line(self, person: Person, plan_id: str, key: str, included: bool) -> None:
        await _click(self, person, plan_id, plans.EDIT, {"plan_id": plan_id, f"included_{key}": included})

    @rx.event(background=True)
    @signed_in
    async def move_plan_line(self, person: Person, plan_id: str, key: str) -> None:
        """Exchange a line of a plan with the one above it."""
        async with self:
            order = _keys_of_plan(await self.get_state(ChatState), plan_id)
        if key in order[1:]:
            place = order.index(key)
            order[place - 1], order[place] = key, order[place - 1]
            await _click(self, person, plan_id, plans.EDIT, {"plan_id": plan_id, "order": order})

    @rx.event(background=True)
    @signed_in
    async def apply_plan(self, person: Person, form: dict[str, Any]) -> None:
        """Add a plan's tasks as its card shows them: an unticked box is no part of the form."""
        plan_id = str(form.get("plan_id", ""))
        async with self:
            keys = _keys_of_plan(await self.get_state(ChatState), plan_id)
        ticked = {f"included_{key}": f"included_{key}" in form for key in keys}
        await _click(self, person, plan_id, plans.APPLY, {**form, **ticked})

    @rx.event
    @signed_in
    async def rate(self, person: Person, turn_id: str, feedback: Literal["positive", "negative"]) -> None:
        """Store the user's rating of an answer, with each of its parts; the same rating again removes it."""
        chat = await self.get_state(ChatState)
        answers = [message for message in chat.all() if not message.mine and message.turn_id == turn_id]
        if not answers:
            return
        answer = answers[0]
        item_ids = [part.key for part in answer.parts if part.kind != "notice"]
        new_feedback = None if answer.feedback == feedback else feedback
        try:
            await chat_server(ENGLISH).add_feedback(chat.thread_id, item_ids, new_feedback, RequestContext(person))
        except Exception as error:
            chat.show_failure(error_sentence(error))
            return
        chat.put(replace(answer, feedback=new_feedback or ""))


def _keys_of_plan(chat: ChatState, plan_id: str) -> list[str]:
    part = chat.part(plan_id)
    return [line.key for line in part.plan.lines] if part else []


async def _click(state: AnswerActionsState, person: Person, item_id: str, kind: str, payload: dict[str, Any]) -> None:
    """Run the turn of a click on a card, and show what it changed."""
    failure, changed = "", list[int]()
    async with state:
        thread_id = (await state.get_state(ChatState)).thread_id
    try:
        outcome = await actions.perform(person, request_of_click(thread_id, item_id, kind, payload))
        changed = outcome.numbers
    except Exception as error:
        failure = error_sentence(error)
    async with state:
        chat = await state.get_state(ChatState)
        if chat.thread_id == thread_id:
            await chat.reload_if_possible(person)
            chat.show_failure(failure)
            card = chat.part(item_id)
            if card is not None and not failure:
                chat.announce(_click_in_words(card, changed))


def _click_in_words(card: Part, changed: Sequence[int]) -> str:
    """Return what a click on a card has done; `changed` are the numbers of the tasks that it changed."""
    if card.choice.is_attached_list:  # its headline is still its question while lines are left
        return say(receipt_of_added(changed))
    return card.proposal.headline or card.choice.headline or card.plan.label
