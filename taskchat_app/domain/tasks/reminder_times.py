"""Computes remind_at: due time minus the chosen offset.

domain/reminders rings (scheduler.py).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.dates.due_dates import format_near
from taskchat_app.domain.dates.local_time import WHOLE_DAY_RINGS, Due, at_local_time
from taskchat_app.domain.log.announcements import REMINDERS, announce
from taskchat_app.domain.log.changes import Entry
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Task
from taskchat_app.i18n.messages import gettext

BEFORE = {"at_due_time": 0, "10_minutes": 10, "1_hour": 60, "1_day": 1440}
"""The choices, in minutes before the due date.

Another one needs words in ui/i18n/words.py and assistant/tools/reminders.py, and is a change of the account file
(account_data/field_types.py)."""
NONE = "none"
SILENT = -1
"""Stored in `remind_before` if the user chose that the task does not ring."""
POLL_SECONDS = 30.0
"""Maximum interval between two queries for the next reminder; earlier reminders are announced."""
ALL_USERS = "all"
"""The subject of announcements to the scheduler of each process."""

COLUMNS = frozenset(("remind_before", "remind_at", "rung_until"))
_NAMES = {minutes: name for name, minutes in BEFORE.items()}
_DAY_MINUTES = 24 * 60


def compute_remind_at(due: Due | None, before: int | None, zone: ZoneInfo) -> datetime | None:
    """Return the time of the reminder, or None; `before` is in minutes, SILENT, or None for the default.

    By default a task with a time rings at that time, a task for a whole day does not ring. One day before 09:00 is
    09:00 local time, also across a clock change.
    """
    if due is None or before == SILENT:
        return None
    if before is None:
        return None if due.day else due.at
    days, minutes = divmod(before, _DAY_MINUTES)
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


def chosen_columns(
    due: Due | None, before: str, *, zone: ZoneInfo, at: datetime, current: tuple[int | None, datetime | None] | None
) -> dict[str, Any]:
    """Return the reminder columns of a choice, a name of BEFORE or NONE; none if it is `current`.

    `current` are remind_before and remind_at of an existing task. Raises Invalid for another name, for a task without
    a due date and for a reminder in the past.
    """
    minutes = SILENT if before == NONE else BEFORE.get(before)
    if minutes is None:
        raise Invalid(
            gettext("A reminder is {choices} or {none}. Choose one of them.", choices=", ".join(BEFORE), none=NONE)
        )
    if due is None and minutes != SILENT:
        raise Invalid(gettext("There is no due date to be reminded of. Give the task one first."))
    columns = reminder_columns(due, minutes, zone=zone, at=at)
    moment: datetime | None = columns["remind_at"]
    if (columns["remind_before"], moment) == current:
        return {}
    if moment is not None and moment <= at:
        raise Invalid(
            gettext(
                "{moment} has passed. Choose a later reminder, or a later due date.",
                moment=format_near(Due(moment), zone, now=at),
            )
        )
    return columns


def restored_reminder_columns(columns: dict[str, Any]) -> dict[str, ColumnElement[Any]]:
    """Return remind_at and rung_until for an undo that restores `columns`: unchanged if their inputs are unchanged."""
    setting = ("due_at", "due_day", "remind_before", "completed_at", "deleted_at")
    same = and_(*(getattr(Task, name).is_not_distinct_from(columns[name]) for name in setting))
    return {name: case((same, getattr(Task, name)), else_=columns[name]) for name in ("remind_at", "rung_until")}


def reminder_choice(due: Due | None, before: int | None) -> str:
    """Return the name of the effective choice, which a snooze does not change; `before` as in compute_remind_at."""
    is_silent = due is None or before == SILENT or (before is None and due.day is not None)
    return NONE if is_silent else _NAMES[before or 0]


async def announce_soon(session: AsyncSession, entries: Sequence[Entry], at: datetime) -> None:
    """Wake the schedulers when a new reminder is due before their next poll."""
    horizon = at + timedelta(seconds=POLL_SECONDS + 1)
    moments = [entry.after.get("remind_at") for entry in entries if entry.after]
    if any(at < datetime.fromisoformat(moment) < horizon for moment in moments if moment):
        await announce(session, REMINDERS, ALL_USERS)
