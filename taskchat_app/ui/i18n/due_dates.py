"""Formats due dates for the list: "Today", "Tomorrow 09:00", "21 Nov"."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.local_time import Due
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_day
from taskchat_app.ui.i18n.language import say

DAYS_NAMED = 7
"""Days from today on that a list of all open tasks names one by one."""


def due_words(due: Due, zone: ZoneInfo, now: datetime) -> str:
    """ "Today", "Tomorrow 09:00", "Fri 09:00" within the week, "21 Nov" after it; the year when it is another."""
    date, today = due.local_day(zone), now.astimezone(zone).date()
    days = (date - today).days
    if days in words.NEAR_DAYS:
        day = say(words.NEAR_DAYS[days])
    elif 0 < days < 7:
        day = say(words.WEEKDAYS[date.weekday()])
    else:
        day = format_day(date, today)
    return day if due.day else f"{day} {due.at.astimezone(zone):%H:%M}"


def bound_words(bound: str, now: datetime) -> str:
    """A filter's bound: "Fri 27 Nov" for an ISO date, with the time and another year if it has them.

    Other words ("friday") stay as they were typed.
    """
    try:
        at = datetime.fromisoformat(bound)
    except ValueError:
        return bound
    if at.tzinfo is not None:
        return bound  # an instant of a client
    time = f" {at:%H:%M}" if "T" in bound else ""
    return f"{_with_weekday(at.date(), now)}{time}"


def day_heading(due: Due | None, zone: ZoneInfo, now: datetime, *, is_week: bool = False) -> str:
    """Return the heading above the tasks of a day: "Overdue" for all past days, "No date" for tasks without one.

    With `is_week`, "Later" stands above all days after the next six.
    """
    if due is None:
        return say(words.NO_DUE_DATE)
    day, today = due.local_day(zone), now.astimezone(zone).date()
    if day < today:
        return say(words.VIEW_NAMES["overdue"])
    if is_week and (day - today).days >= DAYS_NAMED:
        return say(words.LATER)
    date = _with_weekday(day, today)
    days = (day - today).days
    return f"{say(words.NEAR_DAYS[days])} · {date}" if days in words.NEAR_DAYS else date


def _with_weekday(day: date, today: date) -> str:
    """ "Fri 27 Nov", with the year unless it is this one."""
    return f"{say(words.WEEKDAYS[day.weekday()])} {format_day(day, today)}"
