"""A task as a row of the list, formatted for its reader, and the heading above it in lists that are grouped by day."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.due_dates import local_due
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.tasks.task_view import TaskView
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import due_words, format_due, format_rule, format_weekday_and_day
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.task_list_state.list_address import OPEN, TaskFilters, sort_of

TAGS_SHOWN = 6
"""A task may have 20 tags; the open task shows all."""
GROUPED = (OPEN, "today", "upcoming")
"""The views grouped by day while they are sorted by due date."""
DAYS_NAMED = 7
"""Days from today on that the list of all open tasks names one by one; "Later" stands above the days after them."""


@dataclass(frozen=True)
class TaskRow:
    """A row; `group` is the heading of its group, `glows` whether the assistant has just changed the task."""

    number: int
    title: str
    tick: str
    done: bool
    due: str
    due_exactly: str
    due_written: str
    overdue: bool
    repeats: str
    priority: str
    priority_word: str
    tags: tuple[str, ...]
    """At most TAGS_SHOWN."""
    more_tags: int
    group: str = ""
    glows: bool = False


def row_of(task: TaskView, zone: ZoneInfo, now: datetime, *, group: str = "", glows: bool = False) -> TaskRow:
    """Return the task's row below this heading."""
    return TaskRow(
        number=task.number,
        title=task.title,
        tick=say(words.TICK, number=task.number, title=task.title),
        done=task.completed_at is not None,
        due=due_words(task.due, zone, now) if task.due else "",
        due_exactly=format_due(task.due, zone) if task.due else "",
        due_written=due_written(task.due, zone) if task.due else "",
        overdue=task.overdue,
        repeats=format_rule(task.recurrence) if task.recurrence else "",
        priority=task.priority,
        priority_word=say(words.PRIORITIES[task.priority]) if task.priority != "medium" else "",
        tags=task.tags[:TAGS_SHOWN],
        more_tags=len(task.tags[TAGS_SHOWN:]),
        group=group,
        glows=glows,
    )


def due_written(due: Due, zone: ZoneInfo) -> str:
    """Return the date in a form that parse_due reads: "2026-11-21 09:00"."""
    return local_due(due, zone).replace("T", " ")


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
