"""A task as a row of the list: what is shown, in the person's own zone and words."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates import is_date_only
from taskchat_app.domain.task_views import TaskView
from taskchat_app.ui import words
from taskchat_app.ui.spoken import say_day, say_due, say_rule


@dataclass(frozen=True)
class TaskRow:
    """One row; `glows` when the assistant has just changed it, `leaves` when it goes from this view in a moment."""

    number: int
    title: str
    tick: str
    done: bool
    due: str
    due_exactly: str
    overdue: bool
    repeats: str
    priority: str
    priority_word: str
    tags: tuple[str, ...]
    version: str
    glows: bool = False
    leaves: bool = False


def row_of(task: TaskView, zone: ZoneInfo, now: datetime, *, glows: bool = False, leaves: bool = False) -> TaskRow:
    return TaskRow(
        number=task.number,
        title=task.title,
        tick=words.TICK.format(number=task.number, title=task.title),
        done=task.completed_at is not None,
        due=due_words(task.due_at, zone, now) if task.due_at else "",
        due_exactly=say_due(task.due_at, zone) if task.due_at else "",
        overdue=task.overdue,
        repeats=say_rule(task.recurrence) if task.recurrence else "",
        priority=task.priority,
        priority_word=words.PRIORITIES[task.priority] if task.priority != "medium" else "",
        tags=task.tags,
        version=task.updated_at.isoformat(),
        glows=glows,
        leaves=leaves,
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
