"""Handles the user's answer to a ChatKit question: which of several tasks is meant.

The question and the card (tools/task_choices.py) have the same id: an answer to one also answers the other. An answer
is the value of an option, or skipped (None), or words of the user's own, which become a message.
"""

from collections.abc import Sequence
from dataclasses import replace

from chatkit.types import (
    InferenceOptions,
    StructuredInputAnswer,
    StructuredInputItem,
    StructuredInputMultipleChoice,
    ThreadAddStructuredInputParams,
    ThreadItem,
    ThreadItemReplacedEvent,
    UserMessageInput,
    UserMessageTextContent,
)
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.threads import store
from taskchat_app.assistant.threads.turn_storage import held_transaction
from taskchat_app.assistant.tools import task_choices
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage import models
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.storage.errors import BadRequest
from taskchat_app.i18n.messages import gettext


async def is_message(person: Person, submitted: ThreadAddStructuredInputParams) -> bool:
    """Return whether the answer is none of the options but words of the user's own, which get an answer."""
    async with reading(person.id) as session:
        _, item = await _access(session, person.id, submitted)
    value = _value_of(item, submitted)
    return value is not None and value not in _options_of(item)


def message_of(submitted: ThreadAddStructuredInputParams) -> UserMessageInput:
    """Return the user's own words as a message."""
    values = [answer.values[0] for answer in submitted.input.answers.values() if answer.values]
    content = [UserMessageTextContent(text=values[0])] if values else []
    return UserMessageInput(content=[*content], attachments=[], inference_options=InferenceOptions())


async def answer(
    session: AsyncSession, person: Person, by: Cause, submitted: ThreadAddStructuredInputParams
) -> Sequence[ThreadItem]:
    """Do what was asked to the chosen task, or nothing if the question was skipped; return question and card.

    A question that is settled already changes nothing. Words of the user's own do not come here (is_message). Raises
    NotFound if the task is gone.
    """
    row, item = await _access(session, person.id, submitted)
    if item.status != "pending":
        return [item]
    card_row = await store.access_item(session, person.id, submitted.thread_id, _question(item).id)
    by = replace(by, turn_id=row.turn_id)
    value = _value_of(item, submitted)
    if value is None:
        card = task_choices.skip(card_row)
    else:
        number = task_choices.numbers_of(card_row)[_options_of(item).index(value)]
        card = await task_choices.pick(session, person, by, card_row, number)
    return await store.store_items(session, by, _answered(item, value), card)


async def answer_in_words(
    session: AsyncSession, by: Cause, submitted: ThreadAddStructuredInputParams
) -> StructuredInputItem:
    """Mark the question as answered in the user's own words, which are stored as a message; BadRequest if settled."""
    row, item = await _access(session, by.user_id, submitted)
    if item.status != "pending":
        raise BadRequest(gettext("This question is answered already. Write a message instead."))
    answered = _answered(item, _value_of(item, submitted))
    await store.store_items(session, replace(by, turn_id=row.turn_id), answered)
    return answered


async def close_question(
    session: AsyncSession, by: Cause, card: models.ThreadItem, number: int
) -> Sequence[ThreadItem]:
    """Mark the question of a card as answered by a click on this task; return it if it was open."""
    questions = store.items_of_type(by.user_id, card.thread_id, "structured_input")
    row = (await session.exec(questions.where(models.ThreadItem.turn_id == card.turn_id))).one_or_none()
    item = store.as_item(row) if row else None
    if not isinstance(item, StructuredInputItem) or item.status != "pending":
        return []
    value = _options_of(item)[task_choices.numbers_of(card).index(number)]
    return await store.store_items(session, by, _answered(item, value))


async def close_card(turn: TurnContext) -> None:
    """Show the conversation's last card as decided if the user has answered it by a message: "the second one"."""
    succeeded = [call for call in turn.workflow.calls.values() if call.result.get("status") == "ok"]
    calls = [call for call in succeeded if "task" in call.result]
    if not calls:
        return
    async with held_transaction(turn) as session:
        cards = store.items_of_type(turn.person.id, turn.thread_id, "widget")
        row = (await session.exec(cards.order_by(col(models.ThreadItem.seq).desc()).limit(1))).one_or_none()
        line = task_choices.line_done_by(row, calls) if row else None
        if row is None or line is None:
            return
        by = turn.person.cause("person", turn.thread_id, row.turn_id)
        card = task_choices.decided_by_calls(row, line)
        questions = await close_question(session, by, row, line.number)
        await store.store_items(session, by, card)
    for item in (card, *questions):
        await turn.publish(ThreadItemReplacedEvent(item=item), is_stored=True)


async def _access(
    session: AsyncSession, user_id: str, submitted: ThreadAddStructuredInputParams
) -> tuple[models.ThreadItem, StructuredInputItem]:
    row = await store.access_item(session, user_id, submitted.thread_id, submitted.item_id)
    item = store.as_item(row)
    if not isinstance(item, StructuredInputItem):
        raise BadRequest(gettext("This item asks nothing. Write a message instead."))
    return row, item


def _question(item: StructuredInputItem) -> StructuredInputMultipleChoice:
    """Return the only question of a choice (task_choices.question_of)."""
    [question] = item.inputs
    assert isinstance(question, StructuredInputMultipleChoice)
    return question


def _value_of(item: StructuredInputItem, submitted: ThreadAddStructuredInputParams) -> str | None:
    """Return the submitted value; None if the question was skipped."""
    given = submitted.input.answers.get(_question(item).id)
    if submitted.input.status == "skipped" or given is None or given.skipped or not given.values:
        return None
    return given.values[0]


def _options_of(item: StructuredInputItem) -> list[str]:
    """Return the values of the options, in the order of the card's lines."""
    return [option.value for option in _question(item).options]


def _answered(item: StructuredInputItem, value: str | None) -> StructuredInputItem:
    given = StructuredInputAnswer(skipped=True) if value is None else StructuredInputAnswer(values=[value])
    question = _question(item).model_copy(update={"answer": given})
    return item.model_copy(update={"status": "skipped" if value is None else "answered", "inputs": [question]})
