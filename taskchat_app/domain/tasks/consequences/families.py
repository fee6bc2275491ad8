"""The steps that are completed, reopened, deleted and restored with their tasks."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.storage.models import Change, Task, is_any
from taskchat_app.domain.tasks.queries import plain_steps
from taskchat_app.domain.tasks.task_dates import utc_text


async def steps_of(
    session: AsyncSession, user_id: str, parents: Sequence[Task], *conditions: ColumnElement[bool]
) -> list[Task]:
    """Return the steps of these tasks that meet the conditions, without the tasks themselves."""
    numbers = {task.number for task in parents}
    steps = await plain_steps(session, user_id, list(numbers), *conditions)
    return [step for step in steps if step.number not in numbers]


async def steps_completed_with(session: AsyncSession, user_id: str, parents: Sequence[Task]) -> list[Task]:
    """Return the steps that the completion of these done tasks completed, and that were not reopened since."""
    completed_at = {task.number: task.completed_at for task in parents}
    is_done = col(Task.deleted_at).is_(None), col(Task.completed_at).is_not(None)
    done = await steps_of(session, user_id, parents, *is_done)
    at_same_moment = [step for step in done if (step.parent_number, step.completed_at) in completed_at.items()]
    if not at_same_moment:
        return []
    # A step may have been completed by itself at that moment: then its completion in the log has no cause.
    moment = col(Change.after)["completed_at"].as_string()
    completions = select(Change.task_number, Change.cause_number, moment).where(
        Change.user_id == user_id,
        Change.kind == "task",
        Change.action == "completed",
        is_any(col(Change.task_number), [step.number for step in at_same_moment]),
        is_any(col(Change.cause_number), list(completed_at)),
    )
    logged = {(number, cause, at) for number, cause, at in (await session.exec(completions)).all()}
    return [step for step in at_same_moment if (step.number, step.parent_number, utc_text(step.completed_at)) in logged]
