"""Creates the user's tasks from tasks of other programs; reports what is cut, left out, or imported before."""

import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import lock_in_zone
from taskchat_app.domain.dates.local_time import FIRST_YEAR, LAST_YEAR, Due
from taskchat_app.domain.log.changes import Cause, Entry
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Change, Task
from taskchat_app.domain.storage.storable_values import is_storable, storable_text
from taskchat_app.domain.tasks import fields
from taskchat_app.domain.tasks.fields import TaskDraft, checked_draft, checked_due
from taskchat_app.domain.tasks.positions import position_within, prefix_of_imported
from taskchat_app.domain.tasks.search_words import tag_key
from taskchat_app.domain.tasks.task_dates import BEFORE, reminder_columns, utc_text
from taskchat_app.domain.tasks.task_rows import add_rows, check_room, flush_and_record, now_in_milliseconds
from taskchat_app.domain.tasks.task_view import as_json, can_be_step, read_families, snapshot, view_of
from taskchat_app.domain.transfer.foreign_task import ForeignTask, own_key
from taskchat_app.domain.transfer.report import DATE_LOST, NO_PARENT, ImportReport
from taskchat_app.i18n.messages import gettext

TASKS_AT_ONCE = 20
_DRAFT_FIELDS = (*(field.name for field in fields.PLAIN_FIELDS), "due_at", "start_at", "recurrence")
"""The fields of a draft that the tasks of files have."""
NO_TITLE = gettext("This task has no title, so it does not come.")
KNOWN_ALREADY = gettext("“{title}” is here already.")
RULE_LOST = gettext("“{title}” comes without its recurrence “{rule}”: {reason}")
FIELD_LOST = gettext("“{title}” comes without the field “{field}”: {reason}")
REMINDER_LOST = gettext("“{title}” comes without its reminder {minutes} minutes before: none of the choices fits.")
TITLE_CUT = gettext("The title of “{title}” is too long: the whole is in its description.")
DESCRIPTION_CUT = gettext("The description of “{title}” is cut after {most:#,##0} characters.")
TAGS_CUT = gettext("“{title}” comes without the tags {tags}: there are too many, or they are too long.")
UNSTORABLE = gettext("“{title}” comes without a character that no text can hold.")
READ_AT_ONCE = 200
SOURCE = "source"
"""Where the log keeps which task of a file a task was made of: a hash."""


class _NewTask(NamedTuple):
    task: ForeignTask
    source: str
    columns: dict[str, Any]


@dataclass(slots=True)
class _Writer:
    session: AsyncSession
    by: Cause
    report: ImportReport
    zone: ZoneInfo
    known: dict[str, int]
    """The number of the user's task made of each source (see _sources_of) by earlier imports."""
    prefix: str
    """The beginning of the positions of the imported tasks: before all others, in the order of the file."""
    at: datetime = field(default_factory=now_in_milliseconds)
    waiting: list[_NewTask] = field(default_factory=list[_NewTask])
    """Tasks that are not inserted yet, at most TASKS_AT_ONCE."""
    added: set[str] = field(default_factory=set[str])
    """The sources of the tasks of this import."""
    numbers: dict[str, int] = field(default_factory=dict[str, int])
    """The numbers of the tasks of the file that the user has now, by their ids in the file."""
    seen: Counter[str] = field(default_factory=Counter[str])
    """How often each text of a source was met in this import."""

    async def add(self, task: ForeignTask) -> None:
        """Have the task created with the next TASKS_AT_ONCE, unless it has no title or is here already."""
        await self.report.step()
        task = _fitted(task, self.report)
        if not task.title:
            self.report.skip_task(task.line, NO_TITLE)
            return
        sources = self._sources_of(task)
        for source in sources:
            if source in self.known and task.id:
                self.numbers.setdefault(task.id, self.known[source])
            if source in self.known or source in self.added:
                self.report.skip_task(task.line, KNOWN_ALREADY.with_values(title=_shortened(task.title)))
                return
        self.added.add(sources[0])
        self.waiting.append(_NewTask(task, sources[0], self._columns(task)))
        if len(self.waiting) >= TASKS_AT_ONCE:
            await self.write()

    def _sources_of(self, task: ForeignTask) -> list[str]:
        """Return the texts by which a task of a file is recognized when the file is imported again.

        The first is stored with the new task; an earlier version of taskchat may have stored the second.
        """
        if task.key:
            return [_hashed(task.key)]
        texts = (task.title, task.former_description or task.description, task.tags)
        of_meaning = self._counted((*texts, str(task.due_at), task.recurrence, task.is_done))
        if not task.written:
            return [of_meaning]
        return [self._counted((*texts, task.written, task.is_done)), of_meaning]

    def _counted(self, parts: tuple[Any, ...]) -> str:
        """Return the hash of the parts and a number that counts the tasks with the same parts so far: "5f3a…-2"."""
        same = _hashed(repr(parts))
        self.seen[same] += 1
        return f"{same}-{self.seen[same]}"

    async def write(self) -> None:
        """Insert the waiting tasks and record them."""
        waiting, self.waiting = self.waiting, []
        parents = {self.numbers[new.task.parent] for new in waiting if new.task.parent in self.numbers}
        families = await read_families(self.session, self.by.user_id, parents)
        rows = await add_rows(self.session, self.by.user_id, [new.columns for new in waiting], self.at)
        entries: list[Entry] = []
        for row, new in zip(rows, waiting, strict=True):
            task = new.task
            row.created_at = task.created_at or self.at
            row.position = position_within(self.prefix, f"{task.line:010d}", row.number)
            if task.id:
                self.numbers.setdefault(task.id, row.number)
                families[row.number] = None
            if task.parent:
                parent = self.numbers.get(task.parent)
                if parent is not None and can_be_step(families, parent, row.number):
                    row.parent_number = parent
                else:  # its task does not come, or is itself a step here by now
                    self.report.note(task.line, NO_PARENT.with_values(title=_shortened(task.title)))
            entries.append(Entry("task", "created", row.number, after=snapshot(row) | {SOURCE: new.source}))
            self.report.created += 1
            self.report.show(task.line, partial(_previewed, row, self.at))
        await flush_and_record(self.session, self.by, entries)
        for row in rows:
            self.session.expunge(row)

    def _columns(self, task: ForeignTask) -> dict[str, Any]:
        """Return the columns of the task; report a field that cannot be read, and read the task again without it."""
        try:
            columns = checked_draft(self._draft(task), zone=self.zone, now=self.at)
        except Invalid as error:
            field = error.facts.get("field", "")
            if field not in _DRAFT_FIELDS:
                raise
            self._note_lost(task, field, error.detail)
            return self._columns(replace(task, **{field: None}))
        if task.remind_before is not None and columns["due_at"]:
            if task.remind_before in BEFORE.values():
                due = Due(columns["due_at"], columns["due_day"])
                columns |= reminder_columns(due, task.remind_before, zone=self.zone, at=self.at)
            else:
                lost = REMINDER_LOST.with_values(title=_shortened(task.title), minutes=task.remind_before)
                self.report.note(task.line, lost)
        return columns | {"completed_at": (task.completed_at or self.at) if task.is_done else None}

    def _note_lost(self, task: ForeignTask, field: str, reason: str) -> None:
        title = _shortened(task.title)
        match field:
            case "due_at":
                lost = DATE_LOST.with_values(title=title, reason=reason)
            case "recurrence":
                lost = RULE_LOST.with_values(title=title, rule=_shortened(task.recurrence or ""), reason=reason)
            case _:
                lost = FIELD_LOST.with_values(title=title, field=fields.FIELD_LABELS[field], reason=reason)
        self.report.note(task.line, lost)

    def _draft(self, task: ForeignTask) -> TaskDraft:
        fields = {name: getattr(task, name) for name in _DRAFT_FIELDS if getattr(task, name) is not None}
        due = task.due_at
        if isinstance(due, Due) and not FIRST_YEAR < due.at.year < LAST_YEAR:
            fields["due_at"] = due.at.isoformat()  # as a text, it is refused for its year
        elif isinstance(due, str) and task.zone is not None:  # a text that cannot be read stays, to be refused
            with suppress(Invalid):
                fields["due_at"] = replace(checked_due(due, zone=task.zone, now=self.at), reading=None)
        return TaskDraft(**fields)


def _previewed(row: Task, at: datetime) -> dict[str, Any]:
    shown = as_json(view_of(row, at))
    names = ("number", "title", "priority", "tags", "due_at", "all_day", "recurrence", "completed_at")
    return {name: shown[name] for name in names}


async def import_tasks(
    session: AsyncSession,
    by: Cause,
    tasks: AsyncIterator[ForeignTask],
    open_count: int,
    report: ImportReport,
    zone: ZoneInfo,
) -> None:
    """Create the tasks that are not here yet; `by` names the turn. Raises ListFull.

    `open_count`: how many different open tasks the file has; too many are refused before any is written.
    """
    zone = await lock_in_zone(session, by.user_id, zone)
    known = await read_known_tasks(session, by.user_id)
    await check_room(session, by.user_id, more=max(0, open_count - len(known)))
    writer = _Writer(session, by, report, zone, known, await prefix_of_imported(session, by.user_id))
    async for task in tasks:
        await writer.add(task)
    await writer.write()


def _fitted(task: ForeignTask, report: ImportReport) -> ForeignTask:
    """Return the task with texts and tags that fit, and report what was cut."""
    title, description = storable_text(task.title).strip(), storable_text(task.description)
    shown = {"title": _shortened(title)}
    if not all(is_storable(text) for text in (task.title, task.description)):
        report.note(task.line, UNSTORABLE.with_values(**shown))
    if len(title) > fields.TITLE_MAX_CHARACTERS:
        report.note(task.line, TITLE_CUT.with_values(**shown))
        description = f"{title}\n\n{description}".strip()
        title = f"{title[: fields.TITLE_MAX_CHARACTERS - 1].rstrip()}…"
    if len(description) > fields.DESCRIPTION_MAX_CHARACTERS:
        report.note(task.line, DESCRIPTION_CUT.with_values(**shown, most=fields.DESCRIPTION_MAX_CHARACTERS))
        description = f"{description[: fields.DESCRIPTION_MAX_CHARACTERS - 1]}…"
    names = [storable_text(tag).strip().lstrip("#").strip() for tag in task.tags]
    tags = {tag_key(name): name for name in names if name}.values()
    fitting = [tag for tag in tags if len(tag) <= fields.TAG_MAX_CHARACTERS][: fields.TAGS_MAX]
    if lost := [_shortened(tag) for tag in tags if tag not in fitting]:
        report.note(task.line, TAGS_CUT.with_values(**shown, tags=", ".join(lost[: fields.TAGS_MAX])))
    return replace(task, title=title, description=description, tags=tuple(fitting))


def _shortened(text: str) -> str:
    """Return the text as reports show it: 60 characters at most."""
    return text if len(text) <= 60 else f"{text[:59]}…"


async def read_known_tasks(session: AsyncSession, user_id: str) -> dict[str, int]:
    """Return the numbers of the user's tasks that are not deleted, by their sources."""
    own = select(Task.created_at, Task.number).where(Task.user_id == user_id, col(Task.deleted_at).is_(None))
    tasks = await session.stream(own.execution_options(yield_per=READ_AT_ONCE))
    numbers = {_hashed(own_key(utc_text(created_at), number)): number async for created_at, number in tasks}
    # Not joined by Postgres: right after a large import it has no statistics, and compares each change with each task.
    present = set(numbers.values())
    source = col(Change.after)[SOURCE].as_string()
    query = select(source, Change.task_number).where(Change.user_id == user_id, Change.action == "created")
    rows = await session.stream(query.where(source.is_not(None)).execution_options(yield_per=READ_AT_ONCE))
    return {found: number async for found, number in rows if number in present} | numbers


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]
