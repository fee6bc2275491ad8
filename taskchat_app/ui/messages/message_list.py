"""The message list of the open conversation."""

from dataclasses import replace

import reflex as rx

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.messages.answer_builder import AnswerBuilder
from taskchat_app.ui.messages.messages import ChatMessage, Part, with_message, with_part
from taskchat_app.ui.messages.receipts import with_receipts

RECENT_MAX = 12
"""How many messages Reflex sends again with each new one; older ones are in a var of their own."""


class ShownMessages(rx.State, mixin=True):
    """The messages of the open conversation: `history` holds the earlier ones, `recent` the latest."""

    history: rx.Field[list[ChatMessage]] = rx.field(default_factory=list)
    recent: rx.Field[list[ChatMessage]] = rx.field(default_factory=list)
    has_older: rx.Field[bool] = rx.field(False)

    @rx.var  # pyright: ignore[reportUnknownMemberType]  # Reflex types its dependencies with Var[Unknown]
    def last_turn_id(self) -> str:
        """The key of the user's last message, which is the id of the last turn."""
        messages = [*self.history, *self.recent]
        return next((message.key for message in reversed(messages) if message.mine), "")

    @property
    def first_item_id(self) -> str:
        """Return the id of the earliest shown item; "" if none is shown."""
        first = next(iter(self.all()), None)
        if first is None:
            return ""
        return first.key if first.mine else next((part.key for part in first.parts if part.kind != "notice"), "")

    @internal
    def all(self) -> list[ChatMessage]:
        return [*self.history, *self.recent]

    @internal
    def shows(self, item_id: str | None) -> bool:
        """Return whether an answer contains the part with this id."""
        return any(part.key == item_id for message in self.all() for part in message.parts)

    @internal
    def has_answered(self, turn_id: str | None) -> bool:
        """Return whether the finished answer of this turn is shown."""
        return any(message.turn_id == turn_id and not message.mine for message in self.all())

    @internal
    def show_all(self, messages: list[ChatMessage]) -> None:
        """Replace all messages. Keep the notices of messages read again: only an answer's events contain them."""
        notices = {message.key: _notices(message) for message in self.all()}
        self.history = [
            replace(message, parts=(*notices[message.key], *message.parts)) if notices.get(message.key) else message
            for message in messages
        ]
        self.recent = []

    @internal
    def drop(self, key: str) -> None:
        """Remove the message with this key."""
        history, recent = ([one for one in messages if one.key != key] for messages in (self.history, self.recent))
        self._show(history, recent)

    @internal
    def add(self, message: ChatMessage) -> None:
        self.recent = [*self.recent, message]
        if len(self.recent) > RECENT_MAX:
            self.history, self.recent = [*self.history, *self.recent], []

    @internal
    def put(self, message: ChatMessage) -> None:
        """Replace the message with the same key."""
        self._show(with_message(self.history, message), with_message(self.recent, message))

    @internal
    def replace_parts(self, answer: AnswerBuilder) -> None:
        """Replace parts of earlier answers that a turn or a click has changed."""
        for part in answer.replaced:
            self._show(with_part(self.history, part), with_part(self.recent, part))
        answer.replaced = []

    @internal
    def remove_after(self, key: str) -> None:
        """Remove all messages after the one with this key."""
        messages = self.all()
        places = [index for index, message in enumerate(messages) if message.key == key]
        if places:
            self.history, self.recent = messages[: places[0] + 1], []

    @internal
    async def renew_receipts(self, person: Person) -> None:
        """Read the receipts again after an undo or a click that changed more."""
        renewed = await with_receipts(person, self.all())
        self._show(renewed[: len(self.history)], renewed[len(self.history) :])

    def _show(self, history: list[ChatMessage], recent: list[ChatMessage]) -> None:
        """Set the lists that change: Reflex sends every var that is set."""
        if history != self.history:
            self.history = history
        if recent != self.recent:
            self.recent = recent


def _notices(message: ChatMessage) -> tuple[Part, ...]:
    return tuple(part for part in message.parts if part.kind == "notice")
