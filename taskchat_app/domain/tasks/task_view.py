"""One task as callers read it: an object with its steps, JSON, the snapshot in the change log.

A step is a task with a `parent_number`, one level deep. Views of the list are in list_views.py.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.dates.local_time import Due, DueReading, Start
from taskchat_app.domain.storage.database import execute, now
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Task, is_any, is_open
from taskchat_app.domain.storage.storable_values import error_field, task_numbers
from taskchat_app.domain.tasks.fields import shown_values
from taskchat_app.domain.tasks.task_dates import DUE, SERIES_START, START, reminder_choice, utc_text
from taskchat_app.i18n.messages import gettext


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
    """Counted by views_of; views of snapshots (snapshots.py) have none."""

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


Families = dict[int, int | None]
"""By the number of each task that is not deleted, the number of its parent; None for a task that is no step."""
FAMILIES = text("""
    SELECT number, parent_number FROM tasks
    WHERE user_id = :user_id AND number = ANY(CAST(:numbers AS int[])) AND deleted_at IS NULL
    UNION ALL -- and some steps of each
    SELECT step.number, step.parent_number FROM unnest(CAST(:numbers AS int[])) AS sought (number), LATERAL (
        SELECT number, parent_number FROM tasks
        WHERE user_id = :user_id AND parent_number = sought.number AND deleted_at IS NULL LIMIT :most
    ) AS step
""")


async def read_families(session: AsyncSession, user_id: str, numbers: Iterable[int], most_steps: int = 1) -> Families:
    """Return those of these tasks that exist, and some steps of each: at most `most_steps` of up to 100,000.

    One is enough for check_parent to know that a task has steps. The caller must hold the user's lock.
    """
    sought = task_numbers({*numbers})
    if not sought:
        return {}
    await session.flush()
    rows = await execute(session, FAMILIES, {"user_id": user_id, "numbers": sought, "most": most_steps})
    return {row.number: row.parent_number for row in rows}


@error_field("parent_number")
def check_parent(families: Families, parent: int | None, number: int | None = None) -> None:
    """Raise Invalid unless the task with this number, or a new one, can be a step of `parent`; None always can."""
    if parent is None:
        return
    if parent == number:
        raise Invalid(gettext("A task cannot be a step of itself. Choose another task."))
    if parent not in families:
        raise Invalid(gettext("There is no task {number}.", number=f"#{parent}"))
    above = families[parent]
    if above is not None:
        sentence = gettext("#{number} is a step of #{parent}, and steps have no steps.", number=parent, parent=above)
        raise Invalid(sentence)
    if number is not None and number in families.values():
        raise Invalid(gettext("#{number} has steps, so it cannot be a step. Move them out first.", number=number))


def can_be_step(families: Families, parent: int | None, number: int) -> bool:
    """Return whether check_parent raises nothing."""
    try:
        check_parent(families, parent, number)
    except Invalid:
        return False
    return True


async def views_of(session: AsyncSession, user_id: str, tasks: Sequence[Task]) -> list[TaskView]:
    """Return the tasks as callers read them, with the steps that each has now."""
    counted = await count_steps(session, user_id, [task.number for task in tasks])
    at = now()
    return [view_of(task, at, counted.get(task.number, NO_STEPS)) for task in tasks]


async def finished_parents(session: AsyncSession, user_id: str, steps: Iterable[TaskView]) -> list[tuple[int, str]]:
    """Return number and title of these steps' parents that are open although all their steps are done now."""
    parents = {step.parent_number for step in steps if step.parent_number is not None}
    if not parents:
        return []
    counted = await count_steps(session, user_id, parents)
    finished = [number for number in parents if counted.get(number, NO_STEPS).open == 0]
    if not finished:
        return []
    is_finished = (is_any(col(Task.number), finished), is_open())
    tasks = select(Task.number, Task.title).where(Task.user_id == user_id, *is_finished).order_by(col(Task.number))
    return [(number, title) for number, title in (await session.exec(tasks)).all()]


async def count_steps(session: AsyncSession, user_id: str, numbers: Collection[int]) -> dict[int, StepCounts]:
    """Return how many steps these tasks have now, deleted ones excluded; tasks without steps are left out."""
    if not numbers:
        return {}
    is_done = col(Task.completed_at).is_not(None)
    is_step = (col(Task.deleted_at).is_(None), is_any(col(Task.parent_number), numbers))
    counts = select(Task.parent_number, func.count().filter(~is_done), func.count().filter(is_done))
    counts = counts.where(Task.user_id == user_id, *is_step).group_by(col(Task.parent_number))
    return {parent: StepCounts(opened, done) for parent, opened, done in await execute(session, counts)}
