"""Reads the steps and the parent of the open task, and finds the task that a typed parent names."""

import re
from dataclasses import dataclass

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Task, is_open
from taskchat_app.domain.tasks import page_queries
from taskchat_app.domain.tasks.queries import find_tasks
from taskchat_app.domain.tasks.task_view import TaskView
from taskchat_app.i18n.messages import gettext

NUMBER = re.compile(r"#?\d+", re.ASCII)
FOUND_MAX = 20
NAMED_MAX = 3


@dataclass(frozen=True)
class Family:
    """The steps of a task in the order by hand, and the title of the task that it is a step of."""

    steps: tuple[TaskView, ...] = ()
    parent_title: str = ""


async def read_family(session: AsyncSession, person: Person, number: int) -> Family:
    listed = (await page_queries.read_listed_steps(session, person.id, [number])).get(number, [])
    numbers = [step.number for step in listed]
    views = {view.number: view for view in await page_queries.read_tasks(session, person.id, numbers)}
    parents = await page_queries.read_parents(session, person.id, [number])
    steps = tuple(views[step] for step in numbers if step in views)  # without those that were deleted between the reads
    return Family(steps, parents.get(number, page_queries.NO_PARENT).title)


async def named_parent(session: AsyncSession, person: Person, number: int, typed: str) -> str:
    """Return the number of the open task with this title or these words, as text; a typed number or nothing unchanged.

    Raises Invalid if several tasks, or none, can be meant.
    """
    if not typed.strip() or NUMBER.fullmatch(typed.strip()):
        return typed
    may_be_parent = (is_open(), col(Task.parent_number).is_(None), col(Task.number) != number)
    found = await find_tasks(session, person.id, typed, FOUND_MAX, *may_be_parent)
    with_this_title = [task for task in found if task.title.casefold() == typed.strip().casefold()]
    meant = with_this_title or found
    if len(meant) == 1:
        return str(meant[0].number)
    if not meant:
        refusal = gettext("No open task has these words. Write the number of the task, such as #7.")
        raise Invalid(refusal, field="parent_number")
    names = ", ".join(f"#{task.number} {task.title}" for task in meant[:NAMED_MAX])
    raise Invalid(
        gettext("Several tasks have these words, such as {tasks}. Write the number of one.", tasks=names),
        field="parent_number",
    )
