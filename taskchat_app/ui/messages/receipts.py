"""Adds receipts to answers."""

from collections.abc import Iterable
from dataclasses import replace

from taskchat_app.assistant.turns.receipts import Receipt, receipts_of_turns
from taskchat_app.config import settings
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.messages.messages import ChatMessage, ReceiptRow


def row_of(receipt: Receipt, answer: ChatMessage) -> ReceiptRow:
    is_shown = not receipt.changed and may_change(answer)
    return ReceiptRow(say(receipt.text), receipt.changed, receipt.stands, is_shown)


def may_change(answer: ChatMessage) -> bool:
    """Return whether an answer that changed nothing could have, or could claim that it did.

    Lists, questions and proposals change nothing and say so themselves; the offline assistant says what the tools did.
    """
    if settings().gemini_api_key is None or any(part.kind in ("proposal", "choice") for part in answer.parts):
        return False
    calls = [call for part in answer.parts for call in part.calls]
    return not calls or any(call.tool != "list_tasks" for call in calls)


async def with_receipts(person: Person, messages: Iterable[ChatMessage]) -> list[ChatMessage]:
    """Return the messages, each answer with its turn's present receipt; reads all receipts in one query."""
    messages = list(messages)
    receipts = await receipts_of_turns(person.id, {message.turn_id for message in messages if not message.mine})
    return [
        replace(message, receipt=row_of(receipts[message.turn_id], message))
        if not message.mine and message.turn_id in receipts
        else message
        for message in messages
    ]
