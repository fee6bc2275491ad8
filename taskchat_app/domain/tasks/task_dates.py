"""The dates of a task and the time of its reminder, as columns of its row and fields of its snapshots.

A date is a pair of columns: an instant, and the local day if the date is a whole day. The day is what was chosen; the
instant is derived from the day and the user's zone, for sorting, filtering and ringing. The due date has a third
column, how it was read from words, which is set and emptied with the date. `remind_at` is the due time minus the
chosen offset; domain/reminders/scheduler.py rings then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.dates.local_time import WHOLE_DAY_RINGS, Due, Start, at_local_time, format_near
from taskchat_app.domain.log.announcements import REMINDERS, announce
from taskchat_app.domain.log.changes import Entry
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.storage.storable_values import error_field
from taskchat_app.i18n.messages import gettext


@dataclass(frozen=True, slots=True)
class DatePair:
    """The columns of a date, which have the same names in a snapshot; `kind` gives a whole day its instant."""

    at: str
    day: str
    kind: type[Due] = Due
    reading: str | None = None
    """The column of a DueReading, if the date can have one."""

    def columns(self, value: Due | None) -> dict[str, Any]:
        """Return the columns that store this date; each is None without one."""
        at, day, reading = (value.at, value.day, value.reading) if value else (None, None, None)
        columns: dict[str, Any] = {self.at: at, self.day: day}
        return columns | {self.reading: reading} if self.reading else columns

    def of_row(self, task: Task) -> Due | None:
        return self.after(task, {})

    def after(self, task: Task, columns: Mapping[str, Any]) -> Due | None:
        """Return the date that the task has once these columns are set: all columns of the date, or none of them."""
        if self.at not in columns:
            columns = {name: getattr(task, name) for name in (self.at, self.day, self.reading) if name}
        moment = columns[self.at]
        reading = columns.get(self.reading) if self.reading else None
        return None if moment is None else self.kind(moment, columns[self.day], reading)

    def of_snapshot(self, snapshot: Mapping[str, Any]) -> Due | None:
        """Return the date as it was in the user's zone then; None without one, as in old snapshots."""
        moment, day = snapshot.get(self.at), snapshot.get(self.day)
        if not moment:
            return None
        local_day = date.fromisoformat(day) if day else None
        reading = snapshot.get(self.reading) if self.reading else None
        return self.kind(datetime.fromisoformat(moment), local_day, reading)

    def texts_of_row(self, task: Task) -> dict[str, Any]:
        """Return the date as a snapshot has it."""
        day: date | None = getattr(task, self.day)
        at = utc_text(getattr(task, self.at))
        texts: dict[str, Any] = {self.at: at, self.day: None if day is None else day.isoformat()}
        return texts | {self.reading: getattr(task, self.reading)} if self.reading else texts


DUE = DatePair("due_at", "due_day", reading="due_reading")
SERIES_START = DatePair("recurrence_start", "recurrence_start_day")
START = DatePair("start_at", "start_day", Start)
DATE_PAIRS = (DUE, START, SERIES_START)


def utc_text(moment: datetime | None) -> str | None:
    """Return the time as ISO 8601 in UTC with a Z, with milliseconds unless they are 0; None for None.

    Exact, since due dates are stored in seconds and all other times in milliseconds.
    """
    if moment is None:
        return None
    in_utc = moment.astimezone(UTC).replace(tzinfo=None)
    return in_utc.isoformat(timespec="milliseconds" if in_utc.microsecond else "seconds") + "Z"


BEFORE = {"at_due_time": 0, "10_minutes": 10, "1_hour": 60, "1_day": 1440}
"""The choices, in minutes before the due date.

Another one needs words in ui/i18n/words.py and assistant/tools/reminders.py, and is a change of the account file
(account_data/field_types.py)."""
_BEFORE_NAMES = {minutes: name for name, minutes in BEFORE.items()}
NONE = "none"
SILENT = -1
"""Stored in `remind_before` if the user chose that the task does not ring."""
REMINDER_COLUMNS = frozenset(("remind_before", "remind_at", "rung_until"))
"""The choice (minutes, SILENT, or None for the default), when it rings (None: never), and the time up to which
reminders have rung, or were past when the date, the choice or the task's state was set."""


def compute_remind_at(due: Due | None, before: int | None, zone: ZoneInfo) -> datetime | None:
    """Return the time of the reminder, or None; `before` is in minutes, SILENT, or None for the default.

    By default a task with a time rings at that time, a task for a whole day does not ring. One day before 09:00 is
    09:00 local time, also across a clock change.
    """
    if due is None or before == SILENT:
        return None
    if before is None:
        return None if due.day else due.at
    days, minutes = divmod(before, 24 * 60)
    counted_from = due.at
    if due.day or days:
        clock = WHOLE_DAY_RINGS if due.day else due.at.astimezone(zone).time()
        counted_from = at_local_time(due.local_day(zone) - timedelta(days=days), clock, zone)
    return counted_from - timedelta(minutes=minutes)


def reminder_columns(due: Due | None, before: int | None, *, zone: ZoneInfo, at: datetime) -> dict[str, Any]:
    """Return the reminder columns for a task whose date or choice changed at `at`; earlier reminders do not ring."""
    return {
        "remind_before": None if due is None else before,
        "remind_at": compute_remind_at(due, before, zone),
        "rung_until": at,
    }


@error_field("reminder")
def chosen_columns(
    due: Due | None, choice: str | None, *, zone: ZoneInfo, at: datetime, task: Task | None = None
) -> dict[str, Any]:
    """Return the reminder columns of a choice, a name of BEFORE or NONE; `at` is the current time.

    No columns without a choice, or if the task has this reminder already. Raises Invalid for another name, for a task
    without a due date and for a reminder in the past.
    """
    if choice is None:
        return {}
    minutes = SILENT if choice == NONE else BEFORE.get(choice)
    if minutes is None:
        sentence = gettext("A reminder is {choices} or {none}. Choose one of them.")
        raise Invalid(sentence.with_values(choices=", ".join(BEFORE), none=NONE))
    if due is None and minutes != SILENT:
        raise Invalid(gettext("There is no due date to be reminded of. Give the task one first."))
    columns = reminder_columns(due, minutes, zone=zone, at=at)
    moment: datetime | None = columns["remind_at"]
    if task is not None and (task.remind_before, task.remind_at) == (columns["remind_before"], moment):
        return {}
    if moment is not None and moment <= at:
        sentence = gettext("{moment} has passed. Choose a later reminder, or a later due date.")
        raise Invalid(sentence.with_values(moment=format_near(Due(moment), zone, now=at)))
    return columns


def restored_reminder_columns(columns: dict[str, Any]) -> dict[str, ColumnElement[Any]]:
    """Return remind_at and rung_until for an undo that restores `columns`: unchanged if their inputs are unchanged.

    So a reminder that has rung or was snoozed since does not ring again because, say, a title is put back.
    """
    inputs = ("due_at", "due_day", "remind_before", "completed_at", "deleted_at")
    are_unchanged = and_(*(getattr(Task, name).is_not_distinct_from(columns[name]) for name in inputs))
    return {
        name: case((are_unchanged, getattr(Task, name)), else_=columns[name]) for name in ("remind_at", "rung_until")
    }


def reminder_choice(due: Due | None, before: int | None) -> str:
    """Return the name of the effective choice, which a snooze does not change; `before` as in compute_remind_at."""
    if due is None or before == SILENT:
        return NONE
    if before is None:
        return NONE if due.day else "at_due_time"
    return _BEFORE_NAMES[before]


POLL_SECONDS = 30.0
"""Maximum interval between two queries for the next reminder; earlier reminders are announced."""
ALL_USERS = "all"
"""The subject of announcements to the scheduler of each process."""


async def announce_soon(session: AsyncSession, entries: Sequence[Entry], at: datetime) -> None:
    """Wake the schedulers when a new reminder is due before their next poll."""
    # A second more, since a poll may come after `at` and before this transaction's end, and misses the reminder.
    horizon = at + timedelta(seconds=POLL_SECONDS + 1)
    moments = [entry.after.get("remind_at") for entry in entries if entry.after]
    if any(at < datetime.fromisoformat(moment) < horizon for moment in moments if moment):
        await announce(session, REMINDERS, ALL_USERS)
