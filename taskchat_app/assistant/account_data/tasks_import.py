"""Imports the tasks of an account file; changes_import.py has their history.

Numbers are kept where they are free. A task is here already if one with its number was created in the same millisecond.
In the manual order, the imported tasks come first, as they were in the file; the tasks of the account stay as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.account_data.record_reader import Read, RecordReader
from taskchat_app.assistant.account_data.record_types import Settings, TaskRecord
from taskchat_app.assistant.account_data.rows_import import ROWS_AT_ONCE, Batch
from taskchat_app.domain.log.changes import Cause, Entry
from taskchat_app.domain.log.effective_changes import IMPORTED
from taskchat_app.domain.storage.database import execute
from taskchat_app.domain.storage.models import Change, Ring, Task, User
from taskchat_app.domain.tasks.fields import TaskDraft, checked_draft
from taskchat_app.domain.tasks.positions import position_among, position_within, prefix_of_imported
from taskchat_app.domain.tasks.queries import stored_tasks, tasks_where
from taskchat_app.domain.tasks.snapshots import columns_of, in_zone
from taskchat_app.domain.tasks.task_dates import utc_text
from taskchat_app.domain.tasks.task_rows import check_room, flush_and_record, now_in_milliseconds, position_of_new
from taskchat_app.domain.tasks.task_view import snapshot
from taskchat_app.i18n.messages import gettext
from taskchat_app.runtime.event_loop import in_pieces

KNOWN_ALREADY = gettext("#{number} “{title}” is here already.")
TWICE = gettext("#{number} is in the file twice. The first one came.")
RENUMBERED = gettext("#{number} “{title}” becomes #{new}, since another task has its number.")
RECORDED = "recorded"
"""The part of an import that records its tasks, after all lists are read."""
SOURCE = "source"
"""Where the log keeps the creation and number of a task that got another number."""
COUNT_ON = text("UPDATE users SET last_task_number = GREATEST(last_task_number, :number) WHERE id = :user_id")
MOVE_OUT_ORPHANS = text("""
    UPDATE tasks AS step SET parent_number = NULL
    WHERE user_id = :user_id AND parent_number IS NOT NULL AND deleted_at IS NULL AND parent_number NOT IN (
        SELECT number FROM tasks WHERE user_id = :user_id AND parent_number IS NULL AND deleted_at IS NULL
    )
""")
"""Not with EXISTS: without statistics, after an import, Postgres compared each step with each task."""
DEFAULTS: dict[str, Any] = {
    "description": "",
    "priority": "medium",
    "tags": [],
    "due_at": None,
    "recurrence": None,
    "repeats_number": None,
    "copy_of_number": None,
    "parent_number": None,
    "completed_at": None,
}
"""The values of fields that a file may leave out."""
RELATIONS = ("repeats_number", "copy_of_number", "parent_number")
"""The columns with the number of another task."""


@dataclass(slots=True)
class ImportedTasks:
    """The numbers and positions here of the tasks of the file, as far as it is read."""

    is_new_account: bool
    """True if the account had no tasks: it keeps the numbers and the order of the file."""
    prefix: str = ""
    """The beginning of all positions in another account: before its own tasks."""
    last_of_file: int = 0
    """In a new account: the highest number that the file ever used."""
    positions: set[str] = field(default_factory=set[str])
    """The positions in a new account."""
    numbers: dict[int, int] = field(default_factory=dict[int, int])
    """The numbers here of the imported tasks, by their numbers in the file."""
    existing: dict[int, int] = field(default_factory=dict[int, int])
    """As `numbers`, of the tasks of the file that the account had already."""

    def known_number(self, number: int) -> int | None:
        """Return the number here of a task of the file; None if it is not in the file, or comes later."""
        return self.numbers.get(number) or self.existing.get(number)

    def number(self, number: int) -> int:
        """Return the number here of a task of the file; the same number if the file has only changes of the task."""
        return self.known_number(number) or number

    def related_number(self, number: int | None) -> int | None:
        """Return known_number of a task that another one names; in a new account all numbers stay as they are."""
        return number if number is None or number <= self.last_of_file else self.known_number(number)

    def position(self, in_file: str | None, number: int, number_here: int) -> str:
        """Return the position here of a task that has this position and this number in the file."""
        position = in_file or position_of_new(number)
        if not self.is_new_account:
            return position_within(self.prefix, position, number_here)
        position = position_among(position, number_here, self.positions)
        self.positions.add(position)
        return position


class _StoredTask(NamedTuple):
    created_at: datetime
    deleted_at: datetime | None
    position: str


class TasksImport:
    def __init__(self, session: AsyncSession, by: Cause, reader: RecordReader, user: User, zone: ZoneInfo) -> None:
        self._session, self._by, self._reader, self._user, self._zone = session, by, reader, user, zone
        self._at = now_in_milliseconds()
        self._tasks = Batch(session, Task)
        self._rings = Batch(session, Ring, after=self._tasks)
        self._last_number = user.last_task_number
        """New numbers begin after it."""
        self._stored: dict[int, _StoredTask] = {}
        """The account's tasks by their numbers."""
        self._renumbered: dict[str, int] = {}
        """The numbers that earlier imports gave to tasks instead of their own, by their `_source`."""
        self._to_restore: dict[int, dict[str, Any]] = {}
        """The columns of each task that is deleted here and not in the file, by its number here."""
        self._to_relate: dict[str, dict[int, int]] = {name: {} for name in RELATIONS}
        """Relations to tasks that come later in the file, as {"parent_number": {number here: number in the file}}."""
        self.imported = ImportedTasks(is_new_account=user.last_task_number == 0)

    async def import_tasks(self, settings: Settings) -> None:
        """Insert the tasks that are not here, and restore those that are deleted here but not in the file."""
        await self._read_account()
        # New numbers begin after all of the file: a task further down may keep its own.
        self._last_number = max(self._last_number, settings.last_task_number)
        if self.imported.is_new_account:  # all tasks keep their numbers
            self.imported.last_of_file = settings.last_task_number
        else:
            async for read in self._reader.records("tasks", TaskRecord, quietly=True):
                self._last_number = max(self._last_number, read.record.number)
            self.imported.prefix = await prefix_of_imported(self._session, self._by.user_id)
        in_file: set[int] = set()
        async for read in self._reader.records("tasks", TaskRecord):
            number = read.record.number
            if number in in_file:
                self._reader.report.skip(read.line, TWICE.with_values(number=number))
            elif (existing := self._number_here(read.record)) is not None:
                self._keep_existing(read, existing)
            else:
                await self._add(read)
            in_file.add(number)
        await self._rings.flush()
        await self._relate()
        await self._restore()
        connection, user_id = await self._session.connection(), self._by.user_id
        await connection.execute(MOVE_OUT_ORPHANS, {"user_id": user_id})
        last = max([self._last_number, *self.imported.numbers.values()])
        await connection.execute(COUNT_ON, {"user_id": user_id, "number": last})
        await check_room(self._session, self._by.user_id)

    async def record_import(self) -> None:
        renumbered = {new: number for number, new in self.imported.numbers.items() if new != number}
        self._reader.report.begin(RECORDED, len(self.imported.numbers))
        async for numbers in in_pieces(sorted(self.imported.numbers.values())):
            tasks = (await self._session.exec(tasks_where(self._by.user_id, [col(Task.number).in_(numbers)]))).all()
            entries: list[Entry] = []
            for task in tasks:
                after = snapshot(task)
                if task.number in renumbered:
                    after[SOURCE] = _source(task.created_at, renumbered[task.number])
                entries.append(Entry("task", IMPORTED, task.number, after=after))
            await flush_and_record(self._session, self._by, entries)
            self._reader.report.done += len(numbers)

    async def _read_account(self) -> None:
        table = select(Task.number, Task.created_at, Task.deleted_at, Task.position)
        table = table.where(Task.user_id == self._by.user_id).execution_options(yield_per=ROWS_AT_ONCE)
        async for number, created_at, deleted_at, position in await self._session.stream(table):
            self._stored[number] = _StoredTask(created_at, deleted_at, position)
        source = col(Change.after)[SOURCE].as_string()
        renumbered = select(source, Change.task_number).where(
            Change.user_id == self._by.user_id, Change.action == IMPORTED, source.is_not(None)
        )
        rows = await self._session.stream(renumbered.execution_options(yield_per=ROWS_AT_ONCE))
        self._renumbered = {found: number async for found, number in rows if number in self._stored}

    def _number_here(self, record: TaskRecord) -> int | None:
        """Return the number that the task has in the account; None if it is not there."""
        here = self._stored.get(record.number)
        if here is not None and here.created_at == record.created_at:
            return record.number
        return self._renumbered.get(_source(record.created_at, record.number))

    def _keep_existing(self, read: Read[TaskRecord], number: int) -> None:
        """Restore the task with this number if it is deleted here but not in the file; else report that it is here."""
        record = read.record
        self.imported.existing[record.number] = number
        if self._stored[number].deleted_at is not None and record.deleted_at is None:
            self._to_restore[number] = self._row(read, number, self._stored[number].position)
        else:
            self._reader.report.skip(read.line, KNOWN_ALREADY.with_values(number=record.number, title=record.title))

    async def _add(self, read: Read[TaskRecord]) -> None:
        """Add the task, which is not here, and its reminder that rang."""
        record, user_id = read.record, self._by.user_id
        new = self.imported.numbers[record.number] = self._new_number(read)
        position = self.imported.position(record.position, record.number, new)
        await self._tasks.add(self._row(read, new, position))
        if record.rang_at:
            await self._rings.add({"user_id": user_id, "task_number": new, "rang_at": record.rang_at})
        self._reader.report.show(read.line, partial(_previewed, read, new))
        self._reader.report.created += 1

    def _new_number(self, read: Read[TaskRecord]) -> int:
        """Return the task's own number if the account never used it; else the next new one, and report that."""
        record = read.record
        if record.number > self._user.last_task_number:
            return record.number
        self._last_number += 1
        named = {"number": record.number, "title": record.title, "new": self._last_number}
        self._reader.report.note(read.line, RENUMBERED.with_values(**named))
        return self._last_number

    def _row(self, read: Read[TaskRecord], number: int, position: str) -> dict[str, Any]:
        """Return the columns of the task under this number and at this position."""
        record = read.record
        draft = TaskDraft(record.title, description=record.description, priority=record.priority, tags=record.tags)
        checked = checked_draft(draft, zone=self._zone, now=self._at)
        fields = {"remind_before": None} | DEFAULTS | read.fields | {"number": number}
        fields |= {name: checked[name] for name in ("title", "description", "tags")}
        for name in RELATIONS:
            related = getattr(record, name)
            fields[name] = self.imported.related_number(related)
            if related and not fields[name]:
                self._to_relate[name][number] = related
        fields["position"] = position
        columns = columns_of(in_zone(fields, self._zone))
        return {"user_id": self._by.user_id, "number": number, **columns, "rung_until": record.rung_until}

    async def _relate(self) -> None:
        """Set the relations of tasks to tasks that came later in the file."""
        for name, numbers_in_file in self._to_relate.items():
            rows: list[dict[str, Any]] = []
            for number, in_file in numbers_in_file.items():
                related = self.imported.related_number(in_file)
                if number in self._to_restore:
                    self._to_restore[number][name] = related
                if related:
                    rows.append({"updated": number, name: related})
            async for piece in in_pieces(rows):
                await self._update(piece)

    async def _restore(self) -> None:
        """Restore the tasks that are deleted here as the file has them."""
        async for piece in in_pieces(list(self._to_restore.items())):
            await self._update([columns | {"updated": number, "rung_until": self._at} for number, columns in piece])
            tasks = await stored_tasks(self._session, self._by.user_id, [number for number, _ in piece])
            entries = [Entry("task", "restored", task.number, after=snapshot(task)) for task in tasks]
            await flush_and_record(self._session, self._by, entries)
        self._reader.report.created += len(self._to_restore)

    async def _update(self, rows: Sequence[dict[str, Any]]) -> None:
        """Update the same columns of all these tasks, whose numbers are "updated"."""
        which = (col(Task.user_id) == self._by.user_id, col(Task.number) == bindparam("updated"))
        values: dict[str, Any] = {name: bindparam(name) for name in rows[0] if name != "updated"}
        await execute(self._session, update(Task).where(*which).values(values), rows)


def _previewed(read: Read[TaskRecord], number: int) -> dict[str, Any]:
    shown = ("title", "priority", "tags", "due_at", "recurrence", "completed_at")
    fields = DEFAULTS | read.fields
    return {name: fields[name] for name in shown} | {"number": number, "all_day": read.record.due_day is not None}


def _source(created_at: datetime, number: int) -> str:
    """Return by what a task that got another number is recognized: "2026-11-21T09:00:00.000Z#7"."""
    return f"{utc_text(created_at)}#{number}"
