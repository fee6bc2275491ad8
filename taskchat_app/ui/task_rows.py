"""A task as a row of the list: what is shown, in the person's own zone and words."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates import is_date_only, local_due
from taskchat_app.domain.task_views import TaskView
from taskchat_app.ui import words
from taskchat_app.ui.spoken import say_day, say_due, say_rule

TAGS_SHOWN = 6
"""Of twenty tags the others are in the open task."""


@dataclass(frozen=True)
class TaskRow:
    """One row; `group` is the heading that it stands under, and it `glows` when the assistant has just changed it."""

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
    """The first ones, as many as a row has room for."""
    more_tags: int
    group: str = ""
    glows: bool = False


def row_of(task: TaskView, zone: ZoneInfo, now: datetime, *, grouped: bool = False, glows: bool = False) -> TaskRow:
    return TaskRow(
        number=task.number,
        title=task.title,
        tick=words.TICK.format(number=task.number, title=task.title),
        done=task.completed_at is not None,
        due=due_words(task.due_at, zone, now) if task.due_at else "",
        due_exactly=say_due(task.due_at, zone) if task.due_at else "",
        due_written=_due_written(task.due_at, zone) if task.due_at else "",
        overdue=task.overdue,
        repeats=say_rule(task.recurrence) if task.recurrence else "",
        priority=task.priority,
        priority_word=words.PRIORITIES[task.priority] if task.priority != "medium" else "",
        tags=task.tags[:TAGS_SHOWN],
        more_tags=len(task.tags[TAGS_SHOWN:]),
        group=day_heading(task.due_at, zone, now) if grouped and task.due_at else "",
        glows=glows,
    )


def due_words(due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """ "Today", "Tomorrow 09:00", "Fri 09:00" within the week, "21 Nov" after it; the year when it is another."""
    local, today = due_at.astimezone(zone), now.astimezone(zone).date()
    days = (local.date() - today).days
    if days in words.NEAR_DAYS:
        day = words.NEAR_DAYS[days]
    elif 0 < days < 7:
        day = words.WEEKDAYS[local.weekday()]
    else:
        day = say_day(local)
        if local.year != today.year:
            day += f" {local.year}"
    return day if is_date_only(due_at, zone) else f"{day} {local:%H:%M}"


def day_heading(due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """What stands above the tasks of a day: "Overdue" above all days that are past."""
    day, today = due_at.astimezone(zone).date(), now.astimezone(zone).date()
    if day < today:
        return words.VIEW_NAMES["overdue"]
    date = f"{words.WEEKDAYS[day.weekday()]} {say_day(day)}"
    if day.year != today.year:
        date += f" {day.year}"
    days = (day - today).days
    return f"{words.NEAR_DAYS[days]} · {date}" if days in words.NEAR_DAYS else date


def _due_written(due_at: datetime, zone: ZoneInfo) -> str:
    """The date as a person would write it, and as parse_due reads it: "2026-11-21 09:00"."""
    return local_due(due_at, zone).replace("T", " ")
