"""State of the open task: its fields, edits and history."""

import re
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import reflex as rx
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.activity import list_activity
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import DATABASE_AWAY, now, reading, transaction
from taskchat_app.domain.storage.errors import NotFound, PersonError
from taskchat_app.domain.tasks import queries, task_rows, tasks
from taskchat_app.domain.tasks.edits import TaskEdit
from taskchat_app.domain.tasks.snapshots import in_zone, view_of_snapshot
from taskchat_app.domain.tasks.task_view import TaskView
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.activity.rows import ChangeRows
from taskchat_app.ui.core.error_messages import log_away
from taskchat_app.ui.core.session import current_user, redirect_to_login, signed_in
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_due, format_moment, format_rule
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.reminders.state import RemindersState
from taskchat_app.ui.task_detail.field_edits import FIELDS, edit_of
from taskchat_app.ui.task_detail.steps import Family, named_parent, read_family
from taskchat_app.ui.task_list_state.add_line_parser import draft_of
from taskchat_app.ui.task_list_state.list_address import fields_of
from taskchat_app.ui.task_list_state.row_state import RowState, Write
from taskchat_app.ui.task_list_state.rows import OtherDate, TaskRow, due_written, other_dates, row_of, steps_words
from taskchat_app.ui.task_list_state.state import TasksState
from taskchat_app.ui.task_list_state.title_edit import retitle

TASK_FIELD = "task"
"""The field of the address's query that names the open task."""
TASK_NUMBER = re.compile(r"[0-9]{1,9}")
NEW_TAG, NEW_STEP = "new-tag", "new-step"
"""The ids of the text fields for a new tag and a new step."""


@dataclass(frozen=True)
class DetailTag:
    """A tag; `removal` is the name of the button that removes it."""

    name: str
    removal: str


@dataclass(frozen=True)
class TaskDetail:
    """A whole task in the user's zone and language; `due` and `repeats` are also the initial texts for editing."""

    number: int = 0
    title: str = ""
    tick: str = ""
    description: str = ""
    done: bool = False
    deleted: bool = False
    overdue: bool = False
    due: str = ""
    due_written: str = ""
    due_from: str = ""
    """The words that the due date was read from."""
    others: tuple[OtherDate, ...] = ()
    start: str = ""
    repeats: str = ""
    priority: str = ""
    tags: tuple[DetailTag, ...] = ()
    created: str = ""
    parent: int = 0
    parent_text: str = ""
    """The number and title of the task that it is a step of."""
    steps: tuple[TaskRow, ...] = ()
    step_numbers: tuple[int, ...] = ()
    steps_done: str = ""
    """In words, "2 of 5"; empty without steps."""


@dataclass(frozen=True)
class FieldResult:
    """The result of the latest edit of a field; `problem` is empty if it succeeded.

    `token` is new each time, so that the page also notices a result that equals the one before.
    """

    field: str = ""
    token: str = ""
    problem: str = ""


class DetailState(ChangeRows, rx.State):
    is_open: rx.Field[bool] = rx.field(False)
    task: rx.Field[TaskDetail] = rx.field(default_factory=TaskDetail)
    answer: rx.Field[FieldResult] = rx.field(default_factory=FieldResult)

    @internal
    async def load(self, person: Person) -> None:
        """Read the open task again, if there is one, with as many rows of its history as are shown."""
        if self.is_open:
            await self._open(person, self.task.number)

    @internal
    async def open_address(self, person: Person, query: str) -> None:
        """Open the task that the address's query names; without one, close the open task."""
        named = fields_of(query).get(TASK_FIELD, [""])[-1]
        await self._open_or_close(person, int(named) if TASK_NUMBER.fullmatch(named) else 0)

    @rx.event
    @signed_in
    async def follow_address(self, person: Person, number: int) -> None:
        """Open the task that the user went to by Back, Forward or a link; 0 closes the open one."""
        await self._open_or_close(person, number)

    @rx.event
    async def show(self, number: int) -> Any:
        """Highlight the task's row if the list shows it; otherwise open the task."""
        tasks = await self.get_state(TasksState)
        if not self.is_open and tasks.shows(number):
            tasks.highlight(number)
            return None
        return DetailState.open(number)

    @rx.event
    @signed_in
    async def open(self, person: Person, number: int) -> None:
        self.answer = FieldResult()
        await self._try_to_open(person, number)

    @rx.event
    async def duplicate(self) -> Any:
        """Copy the open task with its steps, and open the copy, so that the user can set its date."""
        copy = await (await self.get_state(RowState)).duplicate(self.task.number)
        return DetailState.open(copy) if copy else None

    @rx.event
    def close(self) -> None:
        self.is_open, self.task, self.rows, self.answer = False, TaskDetail(), [], FieldResult()

    @rx.event
    async def keep(self, field: str, number: int, typed: str) -> Any:
        """Save one field of the task; `typed` is its new value as text, "" to clear it."""
        if field not in FIELDS:
            return None

        async def write(session: AsyncSession, person: Person, by: Cause) -> object:
            if field == "title":
                return await retitle(session, by, number, typed, zone=person.zone)
            text = await named_parent(session, person, number, typed) if field == "parent_number" else typed
            edit = edit_of(field, text, zone=person.zone, now=now())
            return await tasks.update_task(session, by, number, edit, zone=person.zone)

        return await self._save(field, number, write)

    @rx.event
    async def add_tag(self, form: dict[str, Any]) -> Any:
        typed = str(form.get("tag", ""))
        tags = [tag for tag in typed.split(",") if tag.strip()]  # "work, home" are two
        if not tags:
            return None
        redirect = await self._retag(self.task.number, TaskEdit(add_tags=tags))
        return redirect or (rx.set_value(NEW_TAG, typed) if self.answer.problem else None)

    @rx.event
    async def remove_tag(self, number: int, tag: str) -> Any:
        return await self._retag(number, TaskEdit(remove_tags=[tag]))

    @rx.event
    async def add_step(self, form: dict[str, Any]) -> Any:
        """Add a step to the open task, as the last one, typed as in the add line: with words for dates and tags."""
        number, text = self.task.number, str(form.get("step", ""))
        if not text.strip():
            return None

        async def write(session: AsyncSession, person: Person, by: Cause) -> object:
            draft = replace(draft_of(text, zone=person.zone, now=now()), parent_number=number)
            return await task_rows.create_task(session, by, draft, zone=person.zone)

        redirect = await self._save("steps", number, write)
        return redirect or (rx.set_value(NEW_STEP, text) if self.answer.problem else None)

    async def _open_or_close(self, person: Person, number: int) -> None:
        """Open the task, or close the open one for 0."""
        if number != self.task.number:
            self.close()
        if number:
            await self._try_to_open(person, number)

    async def _try_to_open(self, person: Person, number: int) -> None:
        """Open the task; if that is refused, say why above the list."""
        try:
            await self._open(person, number)
        except PersonError as error:
            (await self.get_state(TasksState)).error = say(error.detail)

    async def _retag(self, number: int, edit: TaskEdit) -> Any:
        """Add or remove only this tag: another tab may have changed the others."""
        return await self._save(
            "tags", number, lambda session, person, by: tasks.bulk_update(session, by, [number], edit, zone=person.zone)
        )

    async def _save(self, field: str, number: int, write: Write) -> Any:
        """Write to the task in a transaction, read it again, and show at the field whether that succeeded."""
        problem = ""
        try:
            person = await current_user(self)
            if person is None:
                return redirect_to_login()
            async with transaction(person.id) as session:
                await write(session, person, person.cause("person"))
            if number == self.task.number:
                await self.load(person)
        except PersonError as error:
            problem = say(error.detail)
        except DATABASE_AWAY as error:
            log_away("A field could not be kept", error)
            problem = say(words.NOT_KEPT)
        if number == self.task.number:
            self.answer = FieldResult(field, uuid.uuid4().hex, problem)
        elif problem:  # of a task that is closed: no field can show it
            (await self.get_state(TasksState)).error = problem
        return None

    async def _open(self, person: Person, number: int) -> None:
        view, deleted, family = await _read(person, number)
        await (await self.get_state(RemindersState)).read(person, number)
        await self.read_changes(person, number)
        self.is_open, self.task = True, _detail_of(view, deleted, person, now(), family)


async def _read(person: Person, number: int) -> tuple[TaskView, bool, Family]:
    """Return the task, whether it is deleted, and its family. Raises NotFound if it never existed."""
    async with reading(person.id) as session:
        family = await read_family(session, person, number)
        try:
            return await queries.get_task(session, person.id, number), False, family
        except NotFound:
            deleted = await _deleted_task(session, person, number)
            if deleted is None:
                raise
            return deleted, True, family


async def _deleted_task(session: AsyncSession, person: Person, number: int) -> TaskView | None:
    """Return a deleted task as it was last, from its newest change; None if it never existed."""
    changes = (await list_activity(session, person.id, task=number, limit=1)).changes
    snapshot = (changes[0].before or changes[0].after) if changes else None
    return view_of_snapshot(in_zone(snapshot, person.zone), now()) if snapshot is not None else None


def _detail_of(task: TaskView, deleted: bool, person: Person, at: datetime, family: Family) -> TaskDetail:
    return TaskDetail(
        number=task.number,
        title=task.title,
        tick=say(words.TICK, number=task.number, title=task.title),
        description=task.description,
        done=task.completed_at is not None,
        deleted=deleted,
        overdue=task.overdue,
        due=format_due(task.due, person.zone) if task.due else "",
        due_written=due_written(task.due, person.zone) if task.due else "",
        due_from=say(words.READ_FROM, words=task.due_reading["words"]) if task.due_reading else "",
        others=() if deleted else other_dates(task, person.zone, at),
        start=format_due(task.start, person.zone) if task.start else "",
        repeats=format_rule(task.recurrence) if task.recurrence else "",
        priority=task.priority,
        tags=tuple(DetailTag(tag, say(words.REMOVE_TAG, tag=tag)) for tag in task.tags),
        created=format_moment(task.created_at, person.zone, at),
        parent=task.parent_number or 0,
        parent_text=f"#{task.parent_number} {family.parent_title}".rstrip() if task.parent_number else "",
        steps=tuple(row_of(step, person.zone, at) for step in family.steps),
        step_numbers=tuple(step.number for step in family.steps),
        steps_done=steps_words(task.steps),
    )
