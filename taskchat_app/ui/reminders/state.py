"""State of reminders: what is shown, and the open task's choice."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import reflex as rx

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.reminders import reminders
from taskchat_app.domain.reminders.reminders import Reminder, RungReminder
from taskchat_app.domain.storage.database import DATABASE_AWAY, now, reading
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Change
from taskchat_app.domain.tasks.task_dates import NONE
from taskchat_app.i18n.date_style import clock_text
from taskchat_app.reflex_patches.changed_vars import OnlyChanges
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.core.error_messages import log_away
from taskchat_app.ui.core.session import current_user, redirect_to_login, signed_in
from taskchat_app.ui.core.undo_state import UndoState
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_short
from taskchat_app.ui.i18n.language import say

AGAIN_SECONDS = 10.0
"""When a tab asks again after the database was unavailable."""
NOTIFIED_FOR = timedelta(minutes=1)
"""For how long after it rang a page that opens still shows the system's notification of a reminder."""


@dataclass(frozen=True)
class RungRow:
    number: int
    title: str
    text: str
    label: str


@dataclass(frozen=True)
class ReminderRow:
    """The open task's reminder: `before` is the choice, `text` its time in words or why there is none."""

    number: int = 0
    before: str = NONE
    can_ring: bool = False
    text: str = ""


class RemindersState(OnlyChanges, rx.State):
    """The rung reminders, which every tab shows until they are seen, and the reminder of the open task."""

    rung: rx.Field[list[RungRow]] = rx.field(default_factory=list)
    """The newest first."""
    poll_request: rx.Field[str] = rx.field("")
    """A new token makes the browser call `poll`."""
    polled: rx.Field[str] = rx.field("")
    """A new token after each `poll`: the browser then reads `fresh` and `again`."""
    fresh: rx.Field[list[RungRow]] = rx.field(default_factory=list)
    """Those that have just rung: all tabs notify of them under one name, so that the system shows one notification."""
    again: rx.Field[float] = rx.field(0.0)
    """Seconds after which the browser polls again; 0 for none."""
    row: rx.Field[ReminderRow] = rx.field(default_factory=ReminderRow)

    @internal
    def poll_if_affected(self, batch: Sequence[Change]) -> None:
        """Make the browser poll again if a reminder rang, or if a shown one may have been seen elsewhere."""
        of_tasks = [change for change in batch if change.kind == "task"]
        if any(change.action == "reminded" for change in of_tasks) or (of_tasks and self.rung):
            self.poll_request = uuid.uuid4().hex

    @internal
    def renew(self) -> None:
        """Make the browser poll again if reminders are shown: they name the day of their tasks."""
        if self.rung:
            self.poll_request = uuid.uuid4().hex

    @internal
    async def read(self, person: Person, number: int) -> None:
        """Read the open task's reminder; a deleted task has none."""
        try:
            async with reading(person.id) as session:
                self._show(await reminders.get_reminder(session, person.id, number), person)
        except NotFound:
            self.row = ReminderRow()

    @rx.event
    async def poll(self) -> Any:
        """Show the reminders that rang and were not seen on any device."""
        try:
            person = await current_user(self)
            if person is None:
                return redirect_to_login()
            async with reading(person.id) as session:
                shown = await reminders.list_rung(session, person.id)
        except DATABASE_AWAY as error:
            # Keep what is shown. The user learns that the database is unavailable at the next action.
            log_away("A tab could not poll for reminders", error)
            self.fresh, self.again, self.polled = [], AGAIN_SECONDS, uuid.uuid4().hex
            return None
        at, shown_before = now(), {row.number for row in self.rung}
        just_rung = {reminder.number for reminder in shown if reminder.rang_at > at - NOTIFIED_FOR}
        self.rung = [_row_of(reminder, person, at) for reminder in reversed(shown)]
        self.fresh = [row for row in self.rung if row.number in just_rung - shown_before]
        self.again, self.polled = 0.0, uuid.uuid4().hex
        return None

    @rx.event
    @signed_in
    async def see(self, person: Person, number: int) -> None:
        """Mark the reminder as seen: no device shows it any more. If that is refused, its task is gone."""
        undo = await self.get_state(UndoState)
        await undo.write(person, lambda session, by: reminders.mark_seen(session, by, number))
        self._drop(number)

    @rx.event
    @signed_in
    async def snooze(self, person: Person, number: int) -> None:
        undo = await self.get_state(UndoState)
        reminder = await undo.write(person, lambda session, by: reminders.snooze(session, by, number))
        if reminder is not None and reminder.remind_at is not None:
            clock = clock_text(reminder.remind_at.astimezone(person.zone))
            undo.tell(say(words.SNOOZED, number=number, title=reminder.title, clock=clock))
        self._drop(number)

    @rx.event
    @signed_in
    async def choose(self, person: Person, number: int, before: str) -> None:
        """Set the task's reminder to this choice, a time before its due date."""
        undo = await self.get_state(UndoState)
        reminder = await undo.write(
            person, lambda session, by: reminders.set_reminder(session, by, number, before, zone=person.zone)
        )
        if reminder is None:
            await self.read(person, number)
        else:
            self._show(reminder, person)

    def _show(self, reminder: Reminder, person: Person) -> None:
        text = "" if reminder.due else say(words.NO_REMINDER)
        if reminder.remind_at is not None:
            text = say(words.RINGS, when=format_short(Due(reminder.remind_at), person.zone, now()))
        self.row = ReminderRow(reminder.number, reminder.before, reminder.due is not None, text)

    def _drop(self, number: int) -> None:
        self.rung = [row for row in self.rung if row.number != number]


def _row_of(rung: RungReminder, person: Person, at: datetime) -> RungRow:
    when = format_short(rung.due, person.zone, at) if rung.due else say(words.NONE)
    text = say(words.RANG, number=rung.number, when=when)
    if rung.late_from is not None:
        text = say(words.RANG_LATE, moment=format_short(Due(rung.late_from), person.zone, at), about=text)
    label = say(words.REMINDER_OF, number=rung.number, title=rung.title)
    return RungRow(rung.number, rung.title, text, label)
