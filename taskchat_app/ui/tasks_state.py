"""The task list: one view of it at a time, page by page, and what the person does with its rows."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import reflex as rx
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain import task_search, tasks
from taskchat_app.domain.accounts import Person
from taskchat_app.domain.activity import list_activity
from taskchat_app.domain.changes import Cause
from taskchat_app.domain.database import now, reading, transaction
from taskchat_app.domain.errors import PersonError
from taskchat_app.domain.task_fields import TaskEdit
from taskchat_app.domain.task_search import TaskQuery
from taskchat_app.domain.task_views import TaskView
from taskchat_app.ui import words
from taskchat_app.ui.activity_state import ActivityState
from taskchat_app.ui.quick_add import Chip, chips_of, draft_of
from taskchat_app.ui.signed_in import signed_in, to_login
from taskchat_app.ui.spoken import say_sentence
from taskchat_app.ui.task_rows import TaskRow, row_of
from taskchat_app.ui.undo_state import UndoState

PAGE = 50
LEAVING_SECONDS = 2.5
"""How long a ticked task stays in the open view."""
VIEWS = {
    "open": TaskQuery(status="open", sort="created", order="desc"),
    "done": TaskQuery(status="done", sort="created", order="desc"),
    "deleted": TaskQuery(status="deleted"),
}
ACTIVITY = "activity"
"""The view that is no list of tasks."""


class TasksState(rx.State):
    """The rows of the view that is chosen."""

    view: rx.Field[str] = rx.field("open")
    rows: rx.Field[list[TaskRow]] = rx.field(default_factory=list)
    open_count: rx.Field[int] = rx.field(0)
    done_count: rx.Field[int] = rx.field(0)
    overdue_count: rx.Field[int] = rx.field(0)
    has_more: rx.Field[bool] = rx.field(False)
    ready: rx.Field[bool] = rx.field(False)
    error: rx.Field[str] = rx.field("")
    chips: rx.Field[list[Chip]] = rx.field(default_factory=list)
    editing: rx.Field[int] = rx.field(0)
    q: rx.Field[str] = rx.field("")

    _next: str | None = None

    async def load(self, person: Person, glowing: frozenset[int] = frozenset()) -> None:
        """Read the view again, as many rows as are shown; what the assistant changed glows.

        A task that was just ticked keeps its place in the open view until `let_go` comes.
        """
        if self.view == ACTIVITY:
            await (await self.get_state(ActivityState)).load(person)
            async with reading() as session:
                self._count(await task_search.count_tasks(session, person.id))
            self.ready = True
            return
        length = max(PAGE, min(len(self.rows), task_search.LIMIT_MOST))
        async with reading() as session:
            page = await task_search.list_tasks(session, person.id, replace(self._query(), limit=length))
        at = now()
        rows = [row_of(task, person.zone, at, glows=task.number in glowing) for task in page.tasks]
        self.rows = _with_leaving(rows, self.rows) if self.view == "open" else rows
        self._next, self.has_more = page.next, page.next is not None
        self._count(page.counts)
        self.ready = True

    def mark_ticked(self, numbers: frozenset[int]) -> None:
        """Let tasks that were ticked elsewhere be seen as done before they leave the open view."""
        if self.view == "open":
            self.rows = [replace(row, done=True, leaves=True) if row.number in numbers else row for row in self.rows]

    @rx.event
    async def load_more(self) -> Any:
        person = await signed_in(self)
        if person is None:
            return to_login()
        if self._next is None:
            return None
        query = replace(self._query(), limit=PAGE, cursor=self._next)
        async with reading() as session:
            page = await task_search.list_tasks(session, person.id, query)
        at, shown = now(), {row.number for row in self.rows}
        self.rows = [
            *self.rows,
            *(row_of(task, person.zone, at) for task in page.tasks if task.number not in shown),
        ]
        self._next, self.has_more = page.next, page.next is not None
        return None

    @rx.event
    async def choose_view(self, view: str) -> Any:
        person = await signed_in(self)
        if person is None:
            return to_login()
        if view in VIEWS or view == ACTIVITY:
            self.view, self.rows, self.editing, self.has_more = view, [], 0, False
            await self.load(person)
        return None

    @rx.event
    async def search(self, words_: str) -> Any:
        """Show only the tasks of this view that have the words."""
        person = await signed_in(self)
        if person is None:
            return to_login()
        self.q, self.rows = words_[: task_search.Q_LONGEST], []
        await self.load(person)
        return None

    @rx.event
    async def understand(self, sentence: str) -> Any:
        """Show what the add line would make of the sentence."""
        person = await signed_in(self)
        if person is None:
            return to_login()
        self.error = ""
        self.chips = chips_of(sentence, zone=person.zone, now=now()) if sentence.strip() else []
        return None

    @rx.event
    async def add(self, form: dict[str, Any]) -> Any:
        person = await signed_in(self)
        if person is None:
            return to_login()
        sentence = str(form.get("task", "")).strip()
        if not sentence:
            return None
        try:
            draft = draft_of(sentence, zone=person.zone, now=now())
            async with transaction() as session:
                await tasks.create_task(session, Cause(person.id, "person"), draft, zone=person.zone)
        except PersonError as error:
            self.error = say_sentence(error.detail)
            return rx.set_value("add-task", sentence)
        self.chips, self.error, self.view, self.q = [], "", "open", ""
        await self.load(person)
        return None

    @rx.event
    async def tick(self, number: int, done: bool) -> Any:
        person = await signed_in(self)
        if person is None:
            return to_login()
        try:
            async with transaction() as session:
                before = await _newest_change(session, person, number)
                task = await tasks.complete_task(session, Cause(person.id, "person"), number, done)
                changed = await _newest_change(session, person, number)
            if done and changed != before:
                await self._offer_undo(words.COMPLETED, task, changed)
        except PersonError as error:
            self.error = say_sentence(error.detail)
        if done:
            self.mark_ticked(frozenset({number}))
        else:
            self.rows = [replace(row, leaves=False) if row.number == number else row for row in self.rows]
        await self.load(person)
        return TasksState.let_go if done else None

    @rx.event
    def edit(self, number: int) -> None:
        self.editing = number

    @rx.event
    async def rename(self, number: int, title: str) -> Any:
        person = await signed_in(self)
        if person is None:
            return to_login()
        self.editing = 0
        if title.strip():
            await self._change(person, number, TaskEdit(title=title))
        return None

    @rx.event
    async def delete(self, number: int) -> Any:
        person = await signed_in(self)
        if person is None:
            return to_login()
        try:
            async with transaction() as session:
                task = await tasks.delete_task(session, Cause(person.id, "person"), number)
                changed = await _newest_change(session, person, number)
            await self._offer_undo(words.DELETED, task, changed)
        except PersonError as error:
            self.error = say_sentence(error.detail)
        await self.load(person)
        return None

    @rx.event
    async def restore(self, number: int) -> Any:
        """Bring a deleted task back."""
        person = await signed_in(self)
        if person is None:
            return to_login()
        try:
            async with transaction() as session:
                task = await tasks.restore_task(session, Cause(person.id, "person"), number)
            told = words.RESTORED.format(number=number, title=task.title)
            (await self.get_state(UndoState)).tell(told)
        except PersonError as error:
            self.error = say_sentence(error.detail)
        await self.load(person)
        return None

    @rx.event(background=True)
    async def let_go(self) -> AsyncIterator[Any]:
        """Take the ticked tasks out of the open view after a moment."""
        await asyncio.sleep(LEAVING_SECONDS)
        async with self:
            person = await signed_in(self)
            if person is None:
                return
            self.rows = [row for row in self.rows if not row.leaves]
            await self.load(person)
        return
        yield

    @rx.event
    def dismiss_error(self) -> None:
        self.error = ""

    async def _change(self, person: Person, number: int, edit: TaskEdit) -> None:
        try:
            async with transaction() as session:
                await tasks.update_task(session, Cause(person.id, "person"), number, edit, zone=person.zone)
        except PersonError as error:
            self.error = say_sentence(error.detail)
        await self.load(person)

    async def _offer_undo(self, sentence: str, task: TaskView, change_id: int) -> None:
        told = sentence.format(number=task.number, title=task.title)
        (await self.get_state(UndoState)).tell(told, change_id=change_id)

    def _query(self) -> TaskQuery:
        return replace(VIEWS[self.view], q=self.q or None)

    def _count(self, counts: task_search.TaskCounts) -> None:
        self.open_count, self.done_count, self.overdue_count = counts.open, counts.done, counts.overdue


async def _newest_change(session: AsyncSession, person: Person, number: int) -> int:
    """The number of the task's newest change; 0 when there is none."""
    found = (await list_activity(session, person.id, task=number, limit=1)).changes
    return found[0].id if found else 0


def _with_leaving(rows: list[TaskRow], before: list[TaskRow]) -> list[TaskRow]:
    """The rows, with those that are about to leave still at their old places."""
    present = {row.number for row in rows}
    merged = list(rows)
    for index, row in enumerate(before):
        if row.leaves and row.number not in present:
            merged.insert(min(index, len(merged)), row)
    return merged
