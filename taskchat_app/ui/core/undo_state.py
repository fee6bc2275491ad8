"""State of Undo: reverts changes, and shows the notice (toast) that offers it."""

import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import reflex as rx
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.turns.admission import MESSAGE_MAX
from taskchat_app.assistant.turns.undo_command import sentence_of as sentence_of_outcome
from taskchat_app.assistant.turns.undo_command import undo_action, undo_turn_by_id
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.entry_undo import undo_entry
from taskchat_app.domain.activity.last_action import last_action
from taskchat_app.domain.activity.undo import UndoOutcome, undo_changes
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.log.effective_changes import changes_of_tasks, read_changes
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.errors import PersonError
from taskchat_app.domain.storage.models import Change
from taskchat_app.i18n.messages import Message, joined
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.core.session import set_reader_language, signed_in
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import say

T = TypeVar("T")
NAMED_MAX = 3
"""Up to so many undone changes are named one by one, more are counted."""


@dataclass(frozen=True)
class Toast:
    """A notice shown for a moment, none if its text is "". It has a button for each of the fields that have a value."""

    text: str = ""
    change_ids: tuple[int, ...] = ()
    """What its Undo reverts."""
    thread_id: str = ""
    """The deleted conversation that its Undo restores."""
    is_warning: bool = False
    meaning: str = ""
    """The meaning of words in dates that it offers to prefer from now on (see dates/readings.py)."""
    parent: int = 0
    """The task whose last step is done, which it offers to complete; 0 for none."""
    key: str = ""
    """A token of this notice, set by UndoState.show."""


class UndoState(rx.State):
    toast: rx.Field[Toast] = rx.field(default_factory=Toast)

    @internal
    def show(self, toast: Toast) -> None:
        self.toast = replace(toast, key=uuid.uuid4().hex)

    @internal
    def tell(self, text: str, *, change_ids: Sequence[int] = (), thread_id: str = "", is_warning: bool = False) -> None:
        self.show(Toast(text, tuple(change_ids), thread_id, is_warning))

    @internal
    async def write(self, person: Person, verb: Callable[[AsyncSession, Cause], Awaitable[T]]) -> T | None:
        """Run `verb` in a transaction and return its result; if it is refused, show a notice and return None."""
        try:
            async with transaction(person.id) as session:
                return await verb(session, person.cause("person"))
        except PersonError as error:
            self.tell(say(error.detail), is_warning=True)
            return None

    @rx.event
    async def undo_changes(self, change_ids: list[int]) -> Any:
        return await self._undo(lambda session, by: undo_changes(session, by, change_ids))

    @rx.event
    async def undo_entry(self, change_id: int) -> Any:
        """Revert one entry of the history, field by field where its task was changed again since."""
        return await self._undo(lambda session, by: undo_entry(session, by, change_id))

    @rx.event
    @signed_in
    async def undo_last(self, person: Person) -> None:
        """Revert the last action on tasks that is not undone yet, and name it."""
        try:
            async with transaction(person.id) as session:
                action = await last_action(session, person.id)
                if action is None:
                    self.tell(say(words.NOTHING_TO_UNDO))
                    return
                ids = action.change_ids[: NAMED_MAX + 1]  # with one more there are too many to name
                changes = await read_changes(session, changes_of_tasks(person.id).where(col(Change.id).in_(ids)))
                outcome = await undo_action(session, person.cause("person"), action)
        except PersonError as error:
            self.tell(say(error.detail), is_warning=True)
            return
        if len(changes) <= NAMED_MAX and not outcome.conflicts and not outcome.left:
            self.tell(say(words.UNDID, action=joined(map(_in_words, changes), ", ")))
        else:
            self._tell_outcome(outcome)

    @rx.event
    async def undo_turn(self, turn_id: str) -> Any:
        return await self._undo(lambda session, by: undo_turn_by_id(session, by, turn_id))

    @rx.event
    async def undo_task_of_turn(self, turn_id: str, number: int) -> Any:
        return await self._undo(lambda session, by: undo_turn_by_id(session, by, turn_id, number))

    @rx.event
    def tell_refusal(self) -> None:
        """Tell the user that open_socket.py has refused an event of the page."""
        set_reader_language(self)
        self.tell(say(words.NOT_TAKEN, most=MESSAGE_MAX), is_warning=True)

    @rx.event
    def dismiss(self, key: str) -> None:
        """Remove this notice, unless another one has taken its place since."""
        if self.toast.key == key:
            self.toast = Toast()

    @signed_in
    async def _undo(self, person: Person, verb: Callable[[AsyncSession, Cause], Awaitable[UndoOutcome]]) -> None:
        """Revert all or nothing, and show the outcome."""
        outcome = await self.write(person, verb)
        if outcome is not None:
            self._tell_outcome(outcome)

    def _tell_outcome(self, outcome: UndoOutcome) -> None:
        self.tell(say(sentence_of_outcome(outcome)), is_warning=bool(outcome.conflicts or outcome.left))


def _in_words(change: Change) -> Message:
    snapshot = change.after or change.before or {}
    sentence = words.DONE_TO_TASK.get(change.action, words.CHANGED)
    return sentence.with_values(number=change.task_number or 0, title=snapshot.get("title", ""))
