"""Adds receipts to answers."""

import re
from collections.abc import Iterable
from dataclasses import replace

from taskchat_app.assistant.turns.receipts import Receipt, receipts_of_turns
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.ui.core.task_links import TASK_ADDRESS
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.messages.messages import Message, ReceiptPiece, ReceiptRow

_NUMBER = re.compile(r"(#\d+)")


def row_of(receipt: Receipt) -> ReceiptRow:
    text = say(receipt.text)
    pieces = tuple(
        ReceiptPiece(piece, f"{TASK_ADDRESS}{piece[1:]}" if _NUMBER.fullmatch(piece) else "")
        for piece in _NUMBER.split(text)
        if piece
    )
    return ReceiptRow(text, pieces, receipt.changed, receipt.stands)


async def with_receipts(person: Person, messages: Iterable[Message]) -> list[Message]:
    """Return the messages, each answer with its turn's present receipt; reads all receipts in one query."""
    messages = list(messages)
    receipts = await receipts_of_turns(person.id, {message.turn_id for message in messages if not message.mine})
    rows = {turn_id: row_of(receipt) for turn_id, receipt in receipts.items()}
    return [
        message if message.mine else replace(message, receipt=rows.get(message.turn_id, message.receipt))
        for message in messages
    ]
