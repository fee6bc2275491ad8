"""One task as callers read it: an object, JSON, the snapshot in the change log (views of the list: list_views.py)."""

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks.reminder_times import reminder_choice

PRIORITIES = {"low": 1, "medium": 2, "high": 3}
PRIORITY_NAMES = {level: name for name, level in PRIORITIES.items()}

MOMENTS = ("due_at", "completed_at", "created_at", "updated_at")


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task for the page, the tools and the API; times are aware UTC, `overdue` was computed when it was read."""

    number: int
    title: str
    description: str
    priority: str
    tags: tuple[str, ...]
    due_at: datetime | None
    due_day: date | None
    recurrence: str | None
    reminder: str
    """How long before its due date the task rings: a name of reminder_times.BEFORE, or NONE."""
    completed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    overdue: bool

    @property
    def due(self) -> Due | None:
        return None if self.due_at is None else Due(self.due_at, self.due_day)


def view_of(task: Task, now: datetime) -> TaskView:
    return TaskView(
        number=task.number,
        title=task.title,
        description=task.description,
        priority=PRIORITY_NAMES[task.priority],
        tags=tuple(task.tags),
        due_at=task.due_at,
        due_day=task.due_day,
        recurrence=task.recurrence,
        completed_at=task.completed_at,
        created_at=task.created_at,
        updated_at=task.updated_at,
        overdue=_is_overdue(task.due_at, task.completed_at, now),
        reminder=reminder_choice({"remind_before": task.remind_before, "remind_at": task.remind_at}),
    )


def as_json(view: TaskView) -> dict[str, Any]:
    """Return the task as the HTTP API sends it."""
    fields = {"all_day" if name == "due_day" else name: value for name, value in asdict(view).items()}
    fields["all_day"] = view.due_day is not None
    return fields | {"tags": list(view.tags)} | {name: utc_text(fields[name]) for name in MOMENTS}


def snapshot(task: Task) -> dict[str, Any]:
    """Return the task's stored fields as JSON, complete enough to restore it exactly."""
    return {
        "number": task.number,
        "position": task.position,
        "title": task.title,
        "description": task.description,
        "priority": PRIORITY_NAMES[task.priority],
        "tags": list(task.tags),
        "due_at": utc_text(task.due_at),
        "due_day": _day_text(task.due_day),
        "recurrence": task.recurrence,
        "recurrence_start": utc_text(task.recurrence_start),
        "recurrence_start_day": _day_text(task.recurrence_start_day),
        "repeats_number": task.repeats_number,
        "remind_before": task.remind_before,
        "remind_at": utc_text(task.remind_at),
        "completed_at": utc_text(task.completed_at),
        "created_at": utc_text(task.created_at),
        "updated_at": utc_text(task.updated_at),
        "deleted_at": utc_text(task.deleted_at),
    }


def view_of_snapshot(snapshot: dict[str, Any], now: datetime) -> TaskView:
    """Return the task of a snapshot; only `overdue` is computed for `now`."""
    times = {name: datetime.fromisoformat(snapshot[name]) if snapshot[name] else None for name in MOMENTS}
    due = due_of(snapshot, "due")
    fields = {name: snapshot[name] for name in ("number", "title", "description", "priority", "recurrence")}
    overdue = _is_overdue(times["due_at"], times["completed_at"], now)
    fields |= {"tags": tuple(snapshot["tags"]), "reminder": reminder_choice(snapshot)}
    return TaskView(**fields, **times, overdue=overdue, due_day=due and due.day)  # pyright: ignore[reportArgumentType]  # created_at and updated_at are never None


def due_of(snapshot: dict[str, Any], name: Literal["due", "recurrence_start"]) -> Due | None:
    """Return the due date or the start of the series of a snapshot, as it was then."""
    moment, day = snapshot.get("due_at" if name == "due" else name), snapshot.get(f"{name}_day")
    return Due(datetime.fromisoformat(moment), date.fromisoformat(day) if day else None) if moment else None


def utc_text(moment: datetime | None) -> str | None:
    """Return the time as ISO 8601 in UTC with a Z, with milliseconds unless they are 0; None for None.

    Exact, since due dates are stored in seconds and all other times in milliseconds.
    """
    if moment is None:
        return None
    in_utc = moment.astimezone(UTC).replace(tzinfo=None)
    return in_utc.isoformat(timespec="milliseconds" if in_utc.microsecond else "seconds") + "Z"


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _is_overdue(due_at: datetime | None, completed_at: datetime | None, now: datetime) -> bool:
    return completed_at is None and due_at is not None and due_at < now
