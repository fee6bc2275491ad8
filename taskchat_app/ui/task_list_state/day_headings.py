"""Chooses the heading above a task in lists that are grouped by day: "Overdue", "Tomorrow", "Later", "No date"."""

from datetime import datetime
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.local_time import Due
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_weekday_and_day
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.task_list_state.list_address import OPEN, TaskFilters, sort_of

GROUPED = (OPEN, "today", "upcoming")
"""The views grouped by day while they are sorted by due date."""
DAYS_NAMED = 7
"""Days from today on that the list of all open tasks names one by one; "Later" stands above the days after them."""


def is_grouped(filters: TaskFilters) -> bool:
    return filters.view in GROUPED and sort_of(filters)[0] == "due"


def heading_in(filters: TaskFilters, due: Due | None, zone: ZoneInfo, now: datetime) -> str:
    """Return the heading above a task of the list with these filters, "" if the list has no groups."""
    return day_heading(due, zone, now, is_week=filters.view == OPEN) if is_grouped(filters) else ""


def day_heading(due: Due | None, zone: ZoneInfo, now: datetime, *, is_week: bool = False) -> str:
    """Return the heading above the tasks of a day: "Overdue" for all past days, "No date" for tasks without one.

    With `is_week`, "Later" stands above all days after the next six.
    """
    if due is None:
        return say(words.NO_DUE_DATE)
    day, today = due.local_day(zone), now.astimezone(zone).date()
    days = (day - today).days
    if days < 0:
        return say(words.VIEW_NAMES["overdue"])
    if is_week and days >= DAYS_NAMED:
        return say(words.LATER)
    date = format_weekday_and_day(day, today)
    return f"{say(words.NEAR_DAYS[days])} · {date}" if days in words.NEAR_DAYS else date
