"""Formats a task as a row of the list for its reader, and the headings above rows, such as "Tomorrow · Fri 27 Nov"."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.local_time import Due, local_due
from taskchat_app.domain.dates.readings import other_dues
from taskchat_app.domain.tasks.task_view import StepCounts, TaskView
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import clock_words, format_due, format_rule, format_short, format_weekday_and_day
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.task_list_state.list_address import OPEN, TaskFilters, sort_of

TAGS_SHOWN = 6
"""A task may have 20 tags; the open task shows all."""
GROUPED = (OPEN, "today", "upcoming")
"""The views grouped by day while they are sorted by due date."""
DAYS_NAMED = 7
"""Days from today on that the list of all open tasks names one by one; "Later" stands above the days after them."""


@dataclass(frozen=True)
class OtherDate:
    """Another date that the words of a due date could mean."""

    date: str
    """As local ISO text."""
    text: str
    label: str
    """The name of the button that takes it."""


@dataclass(frozen=True)
class StepsButton:
    """The button that shows or hides the steps of a task."""

    text: str
    """How many are done: "2 of 5"."""
    label: str
    act: str
    """What it does: "fold" or "unfold"."""


@dataclass(frozen=True)
class TaskRow:
    """A row; `group` is the heading of its group, `glows` whether the assistant has just changed the task."""

    number: int
    title: str
    tick: str
    done: bool
    due: str
    """The date as rows show it: "Tomorrow 09:00"."""
    due_rest: str
    """The part of it that the heading of the group does not say: "09:00"."""
    due_exactly: str
    due_written: str
    """The date in an editor: "2026-11-21 09:00"."""
    overdue: bool
    other: OtherDate | None
    begins: str
    """When it begins, if that is later."""
    repeats: str
    priority: str
    priority_word: str
    tags: tuple[str, ...]
    """At most TAGS_SHOWN."""
    more_tags: int
    group: str = ""
    in_overdue: bool = False
    """Whether its heading says that it is overdue."""
    glows: bool = False
    steps: StepsButton | None = None
    parent: int = 0
    """The number of the task that it is a step of."""
    parent_title: str = ""
    """Empty for a step below its task."""


@dataclass(frozen=True)
class Place:
    """Where a row stands in the list."""

    group: str = ""
    """The heading above it."""
    unfolded: bool = False
    """Whether its steps are shown below it."""
    parent_title: str = ""
    """The title of its task, if it is a step that is not shown below that."""


def row_of(task: TaskView, zone: ZoneInfo, now: datetime, *, place: Place = Place(), glows: bool = False) -> TaskRow:
    group = place.group
    others = other_dates(task, zone, now)
    return TaskRow(
        number=task.number,
        title=task.title,
        tick=say(words.TICK, number=task.number, title=task.title),
        done=task.completed_at is not None,
        due=format_short(task.due, zone, now) if task.due else "",
        due_rest=_due_rest(task.due, zone, now, group) if task.due else "",
        due_exactly=format_due(task.due, zone) if task.due else "",
        due_written=due_written(task.due, zone) if task.due else "",
        overdue=task.overdue,
        other=others[0] if others else None,
        begins=_begins(task, zone, now),
        repeats=format_rule(task.recurrence) if task.recurrence else "",
        priority=task.priority,
        priority_word=say(words.PRIORITIES[task.priority]) if task.priority != "medium" else "",
        tags=task.tags[:TAGS_SHOWN],
        more_tags=len(task.tags[TAGS_SHOWN:]),
        group=group,
        in_overdue=group == say(words.VIEW_NAMES["overdue"]),
        glows=glows,
        steps=_steps_button(task, place.unfolded),
        parent=task.parent_number or 0,
        parent_title=place.parent_title,
    )


def _steps_button(task: TaskView, unfolded: bool) -> StepsButton | None:
    done, total = task.steps.done, task.steps.open + task.steps.done
    if not total:
        return None
    label = say(words.STEPS_OF, number=task.number, done=done, total=total)
    return StepsButton(steps_words(task.steps), label, "fold" if unfolded else "unfold")


def steps_words(steps: StepCounts) -> str:
    """Return "2 of 5", "" without steps."""
    total = steps.open + steps.done
    return say(words.STEPS_DONE, done=steps.done, total=total) if total else ""


def other_dates(task: TaskView, zone: ZoneInfo, now: datetime) -> tuple[OtherDate, ...]:
    """Return the other dates that the words of an open task's due date could mean."""
    if task.completed_at or not task.due_reading:
        return ()
    others: list[OtherDate] = []
    for due in other_dues(task.due, zone, now):
        text = format_due(due, zone)
        label = say(words.OTHER_READING, words=task.due_reading["words"], date=text)
        others.append(OtherDate(local_due(due, zone), text, label))
    return tuple(others)


def _begins(task: TaskView, zone: ZoneInfo, now: datetime) -> str:
    if task.start is None or task.start.at <= now or task.completed_at:
        return ""
    return say(words.BEGINS, start=format_short(task.start, zone, now))


def _due_rest(due: Due, zone: ZoneInfo, now: datetime, group: str) -> str:
    """Return the date, without the day if the heading `group` says it; "Overdue", above all past days, does not."""
    is_past = due.local_day(zone) < now.astimezone(zone).date()
    is_day_in_heading = not is_past and group == day_heading(due, zone, now)
    return clock_words(due, zone) if is_day_in_heading else format_short(due, zone, now)


def due_written(due: Due, zone: ZoneInfo) -> str:
    """Return the date in a form that parse_due reads: "2026-11-21 09:00"."""
    return local_due(due, zone).replace("T", " ")


def is_grouped(filters: TaskFilters) -> bool:
    return filters.view in GROUPED and sort_of(filters)[0] == "due"


def heading_in(filters: TaskFilters, due: Due | None, zone: ZoneInfo, now: datetime) -> str:
    """Return the heading above a task of the list with these filters, "" if the list has no groups."""
    return day_heading(due, zone, now, has_later=filters.view == OPEN) if is_grouped(filters) else ""


def day_heading(due: Due | None, zone: ZoneInfo, now: datetime, *, has_later: bool = False) -> str:
    """Return the heading above the tasks of a day: "Overdue" for all past days, "No date" for tasks without one.

    With `has_later`, "Later" stands above all days after the next six.
    """
    if due is None:
        return say(words.NO_DUE_DATE)
    day, today = due.local_day(zone), now.astimezone(zone).date()
    days = (day - today).days
    if days < 0:
        return say(words.VIEW_NAMES["overdue"])
    if has_later and days >= DAYS_NAMED:
        return say(words.LATER)
    date = format_weekday_and_day(day, today)
    return f"{say(words.NEAR_DAYS[days])} · {date}" if days in words.NEAR_DAYS else date
