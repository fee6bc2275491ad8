"""The message list of the open conversation, and the receipts of its answers."""

from collections.abc import Iterable
from dataclasses import replace

import reflex as rx

from taskchat_app.config import settings
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.receipts import Receipt, receipts_of_turns
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.tasks.page_queries import read_tasks
from taskchat_app.reflex_patches.changed_vars import OnlyChanges
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.chat_messages.calls import LOOK_UP, OutcomeRow, with_due
from taskchat_app.ui.chat_messages.messages import CARDS, ChatMessage, Part, ReceiptRow, calls_in
from taskchat_app.ui.i18n.language import say

RECENT = [f"recent{place}" for place in range(12)]
"""The names of vars that have one of the latest messages each: Reflex sends a var whole. chat/state.py adds them."""


class ShownMessages(OnlyChanges, mixin=True):
    """The messages of the open conversation: `history` holds the earlier ones, those in RECENT the latest."""

    history: rx.Field[list[ChatMessage]] = rx.field(default_factory=list)
    last_turn_id: rx.Field[str] = rx.field("")
    """The key of the user's last message, which is the id of the last turn."""

    @internal
    def show(self, history: list[ChatMessage], recent: list[ChatMessage]) -> None:
        """Show these messages, all of them as earlier ones if `recent` has too many."""
        if len(recent) > len(RECENT):
            history, recent = [*history, *recent], []
        self.history = history
        for place, name in enumerate(RECENT):
            setattr(self, name, recent[place : place + 1])
        self.last_turn_id = next((message.key for message in reversed(self.all()) if message.mine), "")

    @property
    def recent(self) -> list[ChatMessage]:
        return [message for name in RECENT for message in getattr(self, name)]

    @property
    def first_item_id(self) -> str:
        """Return the id of the earliest shown item; "" if none is shown."""
        shown = self.all()
        if not shown:
            return ""
        if shown[0].mine:
            return shown[0].key
        return next((part.key for part in shown[0].parts if part.kind != "notice"), "")

    @internal
    def all(self) -> list[ChatMessage]:
        return [*self.history, *self.recent]

    @internal
    def part(self, item_id: str | None) -> Part | None:
        return next((part for message in self.all() for part in message.parts if part.key == item_id), None)

    @internal
    def has_answered(self, turn_id: str | None) -> bool:
        """Return whether the finished answer of this turn is shown."""
        return any(message.turn_id == turn_id and not message.mine for message in self.all())

    @internal
    def offers_other_date_of(self, number: int | None) -> bool:
        """Return whether a row offers the task another date (OutcomeRow.other)."""
        return any(number in _numbers_with_offered_date(message) for message in self.all())

    @internal
    def show_all(self, messages: list[ChatMessage]) -> None:
        """Replace all messages by these, which were read again; the notices of shown answers stay.

        Notices are in the events of an answer, and not stored. Earlier messages that are the same are not sent again.
        """
        notices = {old.key: [part for part in old.parts if part.kind == "notice"] for old in self.all()}
        shown = [replace(message, parts=(*notices.get(message.key, ()), *message.parts)) for message in messages]
        if shown[: len(self.history)] == self.history:
            self._show_split(shown)
        else:
            self.show(shown, [])

    @internal
    def add(self, message: ChatMessage) -> None:
        """Append the message, without an earlier one that has its key."""
        history = [old for old in self.history if old.key != message.key]
        recent = [old for old in self.recent if old.key != message.key]
        self.show(history, [*recent, message])

    @internal
    def put(self, message: ChatMessage) -> None:
        self._show_split([message if old.key == message.key else old for old in self.all()])

    @internal
    async def renew_receipts(self, person: Person) -> None:
        """Read the receipts again after an undo or a click that changed more."""
        self._show_split(await with_receipts(person, self.all()))

    def _show_split(self, messages: list[ChatMessage]) -> None:
        """Show these messages: the first ones in `history`, as many as are there now, and the others as the latest."""
        self.show(messages[: len(self.history)], messages[len(self.history) :])


async def with_receipts(person: Person, messages: Iterable[ChatMessage]) -> list[ChatMessage]:
    """Return the messages, each answer with its turn's present receipt; reads all receipts in one query."""
    messages = await _with_current_dates(person, list(messages))
    receipts = await receipts_of_turns(person.id, {message.turn_id for message in messages if not message.mine})
    shown: list[ChatMessage] = []
    for message in messages:
        has_receipt = not message.mine and message.turn_id in receipts
        shown.append(with_receipt(message, receipts[message.turn_id]) if has_receipt else message)
    return shown


def with_receipt(answer: ChatMessage, receipt: Receipt) -> ChatMessage:
    """Return the answer with its turn's receipt; without words if nothing changed, unless it must be said."""
    says_unchanged = not receipt.changed and _could_have_changed(answer)
    text = say(receipt.text) if receipt.changed or says_unchanged else ""
    numbers = tuple(sorted(receipt.in_effect))
    shown = ReceiptRow(text, receipt.changed, receipt.can_undo, says_unchanged=says_unchanged, in_effect=numbers)
    return replace(answer, receipt=shown)


def _could_have_changed(answer: ChatMessage) -> bool:
    """Return whether an answer that changed nothing may claim that it did.

    Lists, questions and proposals show that they change nothing; the offline assistant says only what the tools did.
    """
    if settings().gemini_api_key is None or any(part.kind in CARDS for part in answer.parts):
        return False
    return {call.tool for call in calls_in(answer.parts)} != {LOOK_UP}


async def _with_current_dates(person: Person, messages: list[ChatMessage]) -> list[ChatMessage]:
    """Return the messages; rows that offer another date show the one that their task has now."""
    numbers = [number for message in messages for number in _numbers_with_offered_date(message)]
    if not numbers:
        return messages
    async with reading(person.id) as session:
        dues = {task.number: task.due for task in await read_tasks(session, person.id, numbers) if task.due}

    def current_row(row: OutcomeRow) -> OutcomeRow:
        return with_due(row, dues[row.number], person.zone) if row.number in dues else row

    def current_part(part: Part) -> Part:
        calls = [replace(call, rows=tuple(current_row(row) for row in call.rows)) for call in part.calls]
        return replace(part, calls=tuple(calls))

    return [replace(message, parts=tuple(current_part(part) for part in message.parts)) for message in messages]


def _numbers_with_offered_date(message: ChatMessage) -> list[int]:
    """Return the numbers of the tasks to which rows offer another date."""
    return [row.number for call in calls_in(message.parts) for row in call.rows if row.other]
