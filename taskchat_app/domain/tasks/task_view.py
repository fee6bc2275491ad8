"""One task as callers read it: an object, JSON, the snapshot in the change log (views of the list: list_views.py)."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from taskchat_app.domain.dates.local_time import Due, DueReading, Start
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks.fields import shown_values
from taskchat_app.domain.tasks.task_dates import DUE, SERIES_START, START, reminder_choice, utc_text


@dataclass(frozen=True, slots=True)
class StepCounts:
    open: int = 0
    done: int = 0


NO_STEPS = StepCounts()
MOMENTS = ("due_at", "start_at", "completed_at", "created_at", "updated_at")
SNAPSHOT_VALUES = ("recurrence", "repeats_number", "copy_of_number", "parent_number", "remind_before")
"""Columns that are in snapshots as they are; older snapshots lack some."""
SNAPSHOT_TIMES = ("remind_at", "completed_at", "created_at", "updated_at", "deleted_at")
"""Columns that are in snapshots as ISO text (see utc_text)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """A task for the page, the tools and the API; times are aware UTC.

    `overdue` and `rings_at` were computed when it was read.
    """

    number: int
    title: str
    description: str
    priority: str
    tags: tuple[str, ...]
    due_at: datetime | None
    due_day: date | None
    start_at: datetime | None
    start_day: date | None
    recurrence: str | None
    reminder: str
    """How long before its due date the task rings: a name of task_dates.BEFORE, or NONE."""
    completed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    overdue: bool
    rings_at: datetime | None = field(default=None, compare=False)
    """When it rings; None if it does not, or not again."""
    due_reading: DueReading | None = None
    parent_number: int | None = None
    steps: StepCounts = NO_STEPS
    """Counted by steps.views_of; views of snapshots (snapshots.py) have none."""

    @property
    def due(self) -> Due | None:
        return None if self.due_at is None else Due(self.due_at, self.due_day, self.due_reading)

    @property
    def start(self) -> Start | None:
        return None if self.start_at is None else Start(self.start_at, self.start_day)


@dataclass(frozen=True, slots=True)
class WriteResult:
    """The selected tasks, ordered by number, and the numbers of the changed ones.

    `next` are the tasks created by completing repeating tasks, `steps` the numbers of the steps that were completed,
    reopened or deleted with their tasks. `changes` are the ids of the changes of the selected tasks and these steps;
    undo_changes undoes them together.
    """

    tasks: list[TaskView]
    changed: list[int]
    next: list[TaskView] = field(default_factory=list[TaskView])
    steps: list[int] = field(default_factory=list[int])
    changes: list[int] = field(default_factory=list[int])

    @property
    def changed_tasks(self) -> list[TaskView]:
        changed = set(self.changed)
        return [task for task in self.tasks if task.number in changed]


def view_of(task: Task, now: datetime, steps: StepCounts = NO_STEPS) -> TaskView:
    # Each is read once: to read an attribute calls functions of SQLAlchemy.
    due_at, completed_at, remind_at = task.due_at, task.completed_at, task.remind_at
    is_open = completed_at is None and task.deleted_at is None
    plain: dict[str, Any] = {**shown_values(task), "tags": tuple(task.tags)}
    return TaskView(
        number=task.number,
        **plain,
        due_at=due_at,
        due_day=task.due_day,
        due_reading=task.due_reading,
        start_at=task.start_at,
        start_day=task.start_day,
        recurrence=task.recurrence,
        parent_number=task.parent_number,
        steps=steps,
        completed_at=completed_at,
        created_at=task.created_at,
        updated_at=task.updated_at,
        overdue=completed_at is None and due_at is not None and due_at < now,
        reminder=reminder_choice(DUE.of_row(task), task.remind_before),
        rings_at=remind_at if is_open and remind_at is not None and remind_at > now else None,
    )


def as_json(view: TaskView) -> dict[str, Any]:
    """Return the task as the HTTP API sends it."""
    sent_otherwise = ("due_day", "start_day", "due_reading", "rings_at")
    fields = {name: value for name, value in asdict(view).items() if name not in sent_otherwise}
    fields |= {name: utc_text(fields[name]) for name in MOMENTS}
    return {**fields, "tags": list(view.tags), "all_day": view.due_day is not None, **reading_fields(view.due_reading)}


def reading_fields(reading: DueReading | None) -> dict[str, Any]:
    """Return the words of the due date and its other readings, as programs read them."""
    if reading is None:
        return {"due_words": None, "due_readings": []}
    return {"due_words": reading["words"], "due_readings": reading["others"]}


def snapshot(task: Task) -> dict[str, Any]:
    """Return the task's stored fields as JSON, complete enough to restore it exactly."""
    return {
        "number": task.number,
        "position": task.position,
        **shown_values(task),
        **DUE.texts_of_row(task),
        **START.texts_of_row(task),
        **SERIES_START.texts_of_row(task),
        **{name: getattr(task, name) for name in SNAPSHOT_VALUES},
        **{name: utc_text(getattr(task, name)) for name in SNAPSHOT_TIMES},
    }
