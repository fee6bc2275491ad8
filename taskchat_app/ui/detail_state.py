"""One task in full, there or deleted, with its own history."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import reflex as rx

from taskchat_app.domain import task_search, tasks
from taskchat_app.domain.accounts import Person
from taskchat_app.domain.activity import list_activity
from taskchat_app.domain.changes import Cause
from taskchat_app.domain.database import now, reading, transaction
from taskchat_app.domain.dates import say_due
from taskchat_app.domain.errors import NotFound, PersonError
from taskchat_app.domain.recurrence_words import say_rule
from taskchat_app.domain.task_fields import TaskEdit
from taskchat_app.domain.task_views import TaskView, view_of_snapshot
from taskchat_app.ui import words
from taskchat_app.ui.change_rows import ChangeRow, change_page, moment_words
from taskchat_app.ui.signed_in import signed_in, to_login
from taskchat_app.ui.tasks_state import TasksState

PAGE = 30


@dataclass(frozen=True)
class TaskDetail:
    """A task in full, in the person's zone and words."""

    number: int = 0
    title: str = ""
    tick: str = ""
    description: str = ""
    done: bool = False
    deleted: bool = False
    overdue: bool = False
    due: str = ""
    repeats: str = ""
    priority: str = ""
    tags: str = ""
    created: str = ""
    version: str = ""


class DetailState(rx.State):
    """The task that is open beside the chat, if one is; else the list is there."""

    is_open: rx.Field[bool] = rx.field(False)
    task: rx.Field[TaskDetail] = rx.field(default_factory=TaskDetail)
    rows: rx.Field[list[ChangeRow]] = rx.field(default_factory=list)
    has_more: rx.Field[bool] = rx.field(False)
    lit: rx.Field[str] = rx.field("")
    describing: rx.Field[bool] = rx.field(False)

    _next: str | None = None

    async def load(self, person: Person) -> None:
        """Read the open task again, if one is open."""
        if self.is_open:
            await self._open(person, self.task.number)

    @rx.event
    async def show(self, number: int) -> Any:
        """Light the task's row up where the list has it; else open the task."""
        shown = await self.get_state(TasksState)
        if not self.is_open and number in {row.number for row in shown.rows}:
            self.lit = f"{number} {uuid.uuid4().hex}"
            return None
        return DetailState.open(number)

    @rx.event
    async def open(self, number: int) -> Any:
        person = await signed_in(self)
        if person is None:
            return to_login()
        self.describing = False
        try:
            await self._open(person, number)
        except PersonError as error:
            (await self.get_state(TasksState)).error = error.detail
        return None

    @rx.event
    def close(self) -> None:
        self.is_open, self.task, self.rows, self.describing = False, TaskDetail(), [], False

    @rx.event
    async def load_more(self) -> Any:
        person = await signed_in(self)
        if person is None:
            return to_login()
        if self._next is None:
            return None
        page = await change_page(person, task=self.task.number, cursor=self._next, limit=PAGE)
        self.rows = [*self.rows, *page.rows]
        self._next, self.has_more = page.next, page.next is not None
        return None

    @rx.event
    def begin_describing(self) -> None:
        self.describing = True

    @rx.event
    def drop_description(self) -> None:
        self.describing = False

    @rx.event
    async def describe(self, form: dict[str, Any]) -> Any:
        person = await signed_in(self)
        if person is None:
            return to_login()
        try:
            async with transaction() as session:
                edit = TaskEdit(description=str(form.get("description", "")))
                by = Cause(person.id, "person")
                await tasks.update_task(session, by, self.task.number, edit, zone=person.zone)
            self.describing = False
            await self.load(person)
        except PersonError as error:
            (await self.get_state(TasksState)).error = error.detail
        return None

    async def _open(self, person: Person, number: int) -> None:
        view, deleted = await _read(person, number)
        page = await change_page(person, task=number, limit=PAGE)
        self.is_open, self.task = True, _detail_of(view, deleted, person, now())
        self.rows, self._next, self.has_more = page.rows, page.next, page.next is not None


async def _read(person: Person, number: int) -> tuple[TaskView, bool]:
    """The task, and whether it is deleted: then as it was last; NotFound when there never was one."""
    async with reading() as session:
        try:
            return await task_search.get_task(session, person.id, number), False
        except NotFound:
            newest = (await list_activity(session, person.id, task=number, limit=1)).changes
            kept = (newest[0].before or newest[0].after) if newest else None
            if kept is None:
                raise
            return view_of_snapshot(kept, now()), True


def _detail_of(task: TaskView, deleted: bool, person: Person, at: datetime) -> TaskDetail:
    return TaskDetail(
        number=task.number,
        title=task.title,
        tick=words.TICK.format(number=task.number, title=task.title),
        description=task.description,
        done=task.completed_at is not None,
        deleted=deleted,
        overdue=task.overdue,
        due=say_due(task.due_at, person.zone) if task.due_at else words.NONE,
        repeats=say_rule(task.recurrence) if task.recurrence else words.NONE,
        priority=words.PRIORITIES[task.priority],
        tags=" ".join(f"#{tag}" for tag in task.tags) or words.NONE,
        created=moment_words(task.created_at, person.zone, at),
        version=f"{task.updated_at.isoformat()} {task.completed_at}",
    )
