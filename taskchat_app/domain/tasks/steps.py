"""Steps: tasks with a `parent_number`, one level deep. Checks parents and counts steps."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.storage.database import execute, now
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Task, is_any, is_open
from taskchat_app.domain.storage.storable_values import error_field, task_numbers
from taskchat_app.domain.tasks.task_view import NO_STEPS, StepCounts, TaskView, view_of
from taskchat_app.i18n.messages import gettext

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
