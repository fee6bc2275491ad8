"""Writes tasks as an iCalendar file (RFC 5545, RFC 7986): the same tasks give the same bytes."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, cast, get_args
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Todo
from icalendar.prop import vCategory, vRecur, vText

from taskchat_app.domain.calendar_feeds.calendar_rules import CalendarSeries, calendar_series
from taskchat_app.domain.calendar_feeds.clock_changes import clock_changes
from taskchat_app.domain.calendar_feeds.own_properties import DONE_MARK, OWN_COMPLETED, OWN_RULE, PRODUCT
from taskchat_app.domain.dates.local_time import FIRST_YEAR, WHOLE_DAY_OFFSET, Due
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks.fields import PRIORITY_NAMES
from taskchat_app.domain.tasks.task_dates import DUE, SERIES_START, SILENT, START, compute_remind_at
from taskchat_app.runtime.event_loop import in_pieces

FeedKind = Literal["event", "todo"]
KINDS: tuple[FeedKind, ...] = get_args(FeedKind)
EVENT_MINUTES = 30
"""The length of the event of a task with a time."""
REFRESH = timedelta(minutes=15)
PRIORITIES = {"high": 1, "medium": 5, "low": 9}
"""RFC 5545, 3.8.1.9: 1 is the highest, 0 means none."""
WRITTEN_AT_ONCE = 100
"""Tasks that a thread writes at once; other requests get their turn in between."""


@dataclass(frozen=True, slots=True)
class CalendarHead:
    """The properties of a file as a whole: the user's zone, name, description, and the page that shows its tasks."""

    zone: ZoneInfo
    name: str
    description: str
    page: str


class _Text(vText):
    r"""A text that keeps its "\N", as in "C:\New": vText writes that as a line break."""

    def to_ical(self) -> bytes:
        escaped = rb"\\N"  # the backslash is escaped, the N is not
        return escaped.join(vText(part).to_ical() for part in self.split(r"\N"))


async def calendar_file(
    tasks: Sequence[Task], kind: FeedKind, head: CalendarHead, made_for: Mapping[int, datetime]
) -> bytes:
    """Return the file with one event or to-do for each task; for events each has a due date.

    `made_for`: by task number, the due date with which a task was created that follows another one in a series
    (tasks/consequences/series.dates_made_for); its user may have moved it since.
    """
    calendar = _empty_calendar(head)
    years = [at.year for task in tasks for at in (task.due_at, task.start_at) if at]
    if years and head.zone.key != "UTC":
        first_year = min(years) - 1  # the local one, of a date in the first hours of a year in UTC
        calendar.add_component(clock_changes(head.zone.key, max(first_year, FIRST_YEAR)))
    # The tasks go before the end.
    opening, _, closing = calendar.to_ical(sorted=False).rpartition(b"END:VCALENDAR")
    pieces = in_pieces(tasks, WRITTEN_AT_ONCE)
    written = [await asyncio.to_thread(_components, piece, kind, head, made_for) async for piece in pieces]
    return b"".join([opening, *written, b"END:VCALENDAR", closing])


def _components(tasks: Sequence[Task], kind: FeedKind, head: CalendarHead, made_for: Mapping[int, datetime]) -> bytes:
    return b"".join(_component(task, kind, head, made_for.get(task.number)).to_ical(sorted=False) for task in tasks)


def _empty_calendar(head: CalendarHead) -> Any:
    calendar = cast(Any, Calendar())
    properties = {
        "prodid": PRODUCT, "version": "2.0", "calscale": "GREGORIAN", "method": "PUBLISH",
        "name": head.name, "x-wr-calname": head.name, "description": head.description,
        "x-wr-caldesc": head.description, "x-wr-timezone": head.zone.key,
    }  # fmt: skip
    for name, value in properties.items():
        calendar.add(name, _Text(value))
    calendar.add("refresh-interval", REFRESH, {"VALUE": "DURATION"})
    calendar.add("x-published-ttl", f"PT{REFRESH.seconds // 60}M")
    return calendar


def _component(task: Task, kind: FeedKind, head: CalendarHead, made_for: datetime | None) -> Any:
    component = cast(Any, Event() if kind == "event" else Todo())
    is_done = task.completed_at is not None
    component.add("uid", _uid(task.user_id, task.number, kind))
    if task.parent_number is not None:
        component.add("related-to", _uid(task.user_id, task.parent_number, kind), {"RELTYPE": "PARENT"})
    changed_at = task.updated_at.replace(microsecond=0)
    component.add("dtstamp", changed_at)
    component.add("created", task.created_at.replace(microsecond=0))
    component.add("last-modified", changed_at)
    # Grows with each change, and the same data give the same number.
    component.add("sequence", max(0, int((task.updated_at - task.created_at).total_seconds())))
    component.add("summary", _Text(f"{DONE_MARK}{task.title}" if is_done and kind == "event" else task.title))
    if task.description:
        component.add("description", _Text(task.description))
    if task.tags:
        categories = vCategory([])
        categories.cats.extend(map(_Text, task.tags))  # its constructor makes each a vText
        component.add("categories", categories)
    component.add("priority", PRIORITIES[PRIORITY_NAMES[task.priority]])
    component.add("class", "PRIVATE")
    component.add("url", f"{head.page}?task={task.number}")
    if kind == "event":
        component.add("status", "CONFIRMED")
        component.add("transp", "TRANSPARENT")  # a task does not make its person busy
        if task.completed_at is not None:
            component.add(OWN_COMPLETED, task.completed_at.replace(microsecond=0), {"VALUE": "DATE-TIME"})
    else:
        component.add("status", "COMPLETED" if is_done else "NEEDS-ACTION")
        if task.completed_at is not None:
            component.add("completed", task.completed_at.replace(microsecond=0))
            component.add("percent-complete", 100)
    _add_dates(component, task, kind, head.zone, made_for)
    return component


def _uid(user_id: str, number: int, kind: FeedKind) -> str:
    return str(uuid5(NAMESPACE_URL, f"taskchat:{user_id}/{number}/{kind}"))


def _add_dates(component: Any, task: Task, kind: FeedKind, zone: ZoneInfo, made_for: datetime | None) -> None:
    due = DUE.of_row(task)
    series = CalendarSeries()
    if due and task.recurrence is not None and task.completed_at is None:
        series = calendar_series(task.recurrence, SERIES_START.of_row(task) or due, due, zone, made_for)
    if kind == "todo":
        _add_todo_dates(component, task, due, zone, repeats=bool(series.rule or series.dates))
    elif due:
        component.add("dtstart", _date_value(due, zone))
        if due.day:
            component.add("dtend", due.day + timedelta(days=1))
        else:
            component.add("duration", timedelta(minutes=EVENT_MINUTES))
    if due is None:
        return
    if series.rule:
        component.add("rrule", vRecur.from_ical(series.rule))
    if series.dates:
        component.add("rdate", [_date_value(each, zone) for each in series.dates])
    if series.own_rule:
        component.add(OWN_RULE, vRecur.from_ical(series.own_rule), {"VALUE": "RECUR"})
    if task.completed_at is None and (alarm := _alarm(task, due, zone, kind == "todo")):
        component.add_component(alarm)


def _add_todo_dates(todo: Any, task: Task, due: Due | None, zone: ZoneInfo, *, repeats: bool) -> None:
    start = START.of_row(task)
    if due and repeats:  # a rule counts from dtstart; other calendars write the due date there too
        todo.add("dtstart", _date_value(due, zone))
    elif start:  # RFC 5545, 3.8.2.4: dtstart must be a day if the due date is one, else a time
        is_day = (due or start).day is not None
        todo.add("dtstart", start.local_day(zone) if is_day else _date_value(Due(start.at), zone))
    if due:
        todo.add("due", _date_value(due, zone))


def _date_value(due: Due, zone: ZoneInfo) -> date | datetime:
    """Return a whole day as a date, another due date as local time.

    UTC for a user in UTC, and in the second pass of a repeated hour: its local time means the first pass.
    """
    if due.day:
        return due.day
    local = due.at.astimezone(zone)
    return due.at.astimezone(UTC) if zone.key == "UTC" or local.fold else local


def _alarm(task: Task, due: Due, zone: ZoneInfo, of_todo: bool) -> Any:
    """Return the reminder, relative to the due date so that it moves with a series, or at the time of a snooze."""
    if task.remind_at is None or task.remind_before == SILENT:
        return None
    alarm = cast(Any, Alarm())
    alarm.add("action", "DISPLAY")
    alarm.add("description", _Text(task.title))
    if task.remind_at != compute_remind_at(due, task.remind_before, zone):
        alarm.add("trigger", task.remind_at.replace(microsecond=0), {"VALUE": "DATE-TIME"})
        return alarm
    before = timedelta(minutes=task.remind_before or 0)
    related = {"RELATED": "END"} if of_todo else None
    alarm.add("trigger", (WHOLE_DAY_OFFSET if due.day else timedelta(0)) - before, related)
    return alarm
