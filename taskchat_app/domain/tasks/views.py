"""A task as callers read it: view, JSON, and the snapshot stored in the change log."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from taskchat_app.domain.storage.models import Task

PRIORITIES = {"low": 1, "medium": 2, "high": 3}
PRIORITY_NAMES = {level: name for name, level in PRIORITIES.items()}

MOMENTS = ("due_at", "completed_at", "created_at", "updated_at")


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as people, tools and programs see it; times are aware UTC, `overdue` holds for the moment of reading."""

    number: int
    title: str
    description: str
    priority: str
    tags: tuple[str, ...]
    due_at: datetime | None
    recurrence: str | None
    completed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    overdue: bool


def view_of(task: Task, now: datetime) -> TaskView:
    return TaskView(
        number=task.number,
        title=task.title,
        description=task.description,
        priority=PRIORITY_NAMES[task.priority],
        tags=tuple(task.tags),
        due_at=task.due_at,
        recurrence=task.recurrence,
        completed_at=task.completed_at,
        created_at=task.created_at,
        updated_at=task.updated_at,
        overdue=_is_overdue(task.due_at, task.completed_at, now),
    )


def as_json(view: TaskView) -> dict[str, Any]:
    """The task of the HTTP contract."""
    fields = asdict(view)
    return fields | {"tags": list(view.tags)} | {name: utc_text(fields[name]) for name in MOMENTS}


def snapshot(task: Task) -> dict[str, Any]:
    """All that is stored of a task, as JSON: enough to put it back exactly as it was."""
    return {
        "number": task.number,
        "position": task.position,
        "title": task.title,
        "description": task.description,
        "priority": PRIORITY_NAMES[task.priority],
        "tags": list(task.tags),
        "due_at": utc_text(task.due_at),
        "recurrence": task.recurrence,
        "recurrence_start": utc_text(task.recurrence_start),
        "repeats_number": task.repeats_number,
        "remind_before": task.remind_before,
        "remind_at": utc_text(task.remind_at),
        "completed_at": utc_text(task.completed_at),
        "created_at": utc_text(task.created_at),
        "updated_at": utc_text(task.updated_at),
        "deleted_at": utc_text(task.deleted_at),
    }


def view_of_snapshot(kept: dict[str, Any], now: datetime) -> TaskView:
    """The task as it was when the snapshot was taken; only `overdue` is asked anew."""
    times = {name: datetime.fromisoformat(kept[name]) if kept[name] else None for name in MOMENTS}
    fields = {name: kept[name] for name in ("number", "title", "description", "priority", "recurrence")}
    overdue = _is_overdue(times["due_at"], times["completed_at"], now)
    return TaskView(**fields, **times, tags=tuple(kept["tags"]), overdue=overdue)  # pyright: ignore[reportArgumentType]: created_at and updated_at are never None


def utc_text(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC with a Z, with milliseconds where it has any; None stays None.

    Nothing is lost: due dates are kept to the second, everything else to the millisecond.
    """
    if moment is None:
        return None
    in_utc = moment.astimezone(UTC).replace(tzinfo=None)
    return in_utc.isoformat(timespec="milliseconds" if in_utc.microsecond else "seconds") + "Z"


def _is_overdue(due_at: datetime | None, completed_at: datetime | None, now: datetime) -> bool:
    return completed_at is None and due_at is not None and due_at < now
