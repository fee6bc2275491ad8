"""Adds receipts to answers: what the turn changed, and whether it can be undone."""

import re
from collections.abc import Iterable
from dataclasses import replace

from taskchat_app.assistant.turns.receipts import Receipt, receipts_of_turns
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.ui.core.task_links import TASK_ADDRESS
from taskchat_app.ui.i18n.formatting import translate_receipt
from taskchat_app.ui.messages.messages import Message, ReceiptPiece, ReceiptRow

_NUMBER = re.compile(r"(#\d+)")


def row_of(receipt: Receipt) -> ReceiptRow:
    told = translate_receipt(receipt.text)
    pieces = tuple(
        ReceiptPiece(text, f"{TASK_ADDRESS}{text[1:]}" if _NUMBER.fullmatch(text) else "")
        for text in _NUMBER.split(told)
        if text
    )
    return ReceiptRow(told, pieces, receipt.changed, receipt.stands)


async def with_receipts(person: Person, messages: Iterable[Message]) -> list[Message]:
    """The messages, each answer with the receipt of its turn as it is now; all are read together."""
    messages = list(messages)
    found = await receipts_of_turns(person.id, {message.turn_id for message in messages if not message.mine})
    rows = {turn_id: row_of(receipt) for turn_id, receipt in found.items()}
    return [
        message if message.mine else replace(message, receipt=rows.get(message.turn_id, message.receipt))
        for message in messages
    ]
