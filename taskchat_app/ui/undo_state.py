"""Undo: of one change, of all that a turn did, and the notice that offers it for a moment."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from taskchat_app.assistant.receipts import access_turn
from taskchat_app.assistant.taking_back import sentence_of as sentence_of_outcome
from taskchat_app.domain.changes import Cause
from taskchat_app.domain.database import transaction
from taskchat_app.domain.errors import PersonError
from taskchat_app.domain.undo import UndoOutcome, undo_changes, undo_turn
from taskchat_app.ui.signed_in import signed_in, to_login
from taskchat_app.ui.spoken import say_sentence


@dataclass(frozen=True)
class Toast:
    """A sentence shown for a moment, which may offer to undo the change, or to restore the thread, that it is about."""

    key: str = ""
    text: str = ""
    undoable: bool = False
    change_ids: tuple[int, ...] = ()
    thread_id: str = ""
    is_warning: bool = False


class UndoState(rx.State):
    """What can be taken back, and what came of it."""

    toast: rx.Field[Toast] = rx.field(default_factory=Toast)

    def tell(
        self,
        text: str,
        *,
        change_id: int = 0,
        change_ids: Sequence[int] = (),
        thread_id: str = "",
        is_warning: bool = False,
    ) -> None:
        """Show a sentence for a moment, in place of the one before; its Undo takes all these changes back."""
        ids = tuple(change_ids) or ((change_id,) if change_id else ())
        self.toast = Toast(uuid.uuid4().hex, text, bool(ids), ids, thread_id, is_warning)

    @rx.event
    async def undo_change(self, change_id: int) -> Any:
        return await self.undo_changes([change_id])

    @rx.event
    async def undo_changes(self, change_ids: list[int]) -> Any:
        """Put back all that one action changed."""
        person = await signed_in(self)
        if person is None:
            return to_login()
        try:
            async with transaction() as session:
                ids = [change_id for change_id in change_ids if type(change_id) is int]
                outcome = await undo_changes(session, Cause(person.id, "person"), ids)
        except PersonError as error:
            self.tell(say_sentence(error.detail), is_warning=True)
            return None
        self._told(outcome)
        return None

    @rx.event
    async def undo_turn(self, turn_id: str) -> Any:
        """Put back all that an answer did."""
        person = await signed_in(self)
        if person is None:
            return to_login()
        try:
            async with transaction() as session:
                turn = await access_turn(session, person.id, turn_id)
                by = Cause(person.id, "person", turn.thread_id)
                outcome = await undo_turn(session, by, turn_id, turn.first_change_id)
        except PersonError as error:
            self.tell(say_sentence(error.detail), is_warning=True)
            return None
        self._told(outcome)
        return None

    @rx.event
    def dismiss(self) -> None:
        self.toast = Toast()

    def _told(self, outcome: UndoOutcome) -> None:
        self.tell(say_sentence(sentence_of_outcome(outcome)), is_warning=bool(outcome.conflicts))
