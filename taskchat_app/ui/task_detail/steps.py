"""The steps and the parent of the open task, read for its panel."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.tasks import page_queries
from taskchat_app.domain.tasks.task_view import TaskView
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import due_words
from taskchat_app.ui.i18n.language import say


@dataclass(frozen=True)
class DetailStep:
    """A step of the open task."""

    number: int
    title: str
    tick: str
    done: bool
    due: str
    overdue: bool


@dataclass(frozen=True)
class Family:
    """The steps of a task in the order by hand, and the title of the task that it is a step of."""

    steps: tuple[TaskView, ...] = ()
    parent_title: str = ""


NO_FAMILY = Family()


async def read_family(session: AsyncSession, person: Person, number: int) -> Family:
    """Return the steps and the parent of the task."""
    listed = (await page_queries.read_listed_steps(session, person.id, [number])).get(number, [])
    views = {
        view.number: view for view in await page_queries.read_tasks(session, person.id, [s.number for s in listed])
    }
    parents = await page_queries.read_parents(session, person.id, [number])
    title = parents[number][1] if number in parents else ""
    return Family(tuple(views[step.number] for step in listed if step.number in views), title)


def step_of(task: TaskView, person: Person, at: datetime) -> DetailStep:
    """Return the row of the step."""
    return DetailStep(
        number=task.number,
        title=task.title,
        tick=say(words.TICK, number=task.number, title=task.title),
        done=task.completed_at is not None,
        due=due_words(task.due, person.zone, at) if task.due else "",
        overdue=task.overdue,
    )
