"""Recognizes tasks of a file that are here already, since the same file was imported before."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.storage.models import Change, Task
from taskchat_app.domain.tasks.field_tables.date_pairs import utc_text
from taskchat_app.domain.transfer.foreign_task import ForeignTask, own_key

READ_AT_ONCE = 200
SOURCE = "source"
"""Where the log keeps which task of a file a task was made of: a hash."""


@dataclass(slots=True)
class KnownTasks:
    """The sources of the tasks that are here with their numbers, and of those that were added from this file with 0."""

    sources: dict[str, int]
    seen: Counter[str] = field(default_factory=Counter[str])

    def add(self, task: ForeignTask) -> str | int:
        """Return the source of a task that is new, and know it from then on; the number of one that is here already."""
        source, *earlier = self._sources(task)
        for known in (source, *earlier):
            if known in self.sources:
                return self.sources[known]
        self.sources[source] = 0
        return source

    def _sources(self, task: ForeignTask) -> list[str]:
        """Return what names this task of the file, also when it is imported again; then its names in older imports."""
        if task.key:
            return [_hashed(task.key)]
        texts = (task.title, task.former_description or task.description, task.tags)
        as_read = self._counted((*texts, str(task.due_at), task.recurrence, task.is_done))
        return [self._counted((*texts, task.written, task.is_done)), as_read] if task.written else [as_read]

    def _counted(self, parts: tuple[Any, ...]) -> str:
        """Return the hash of the parts, with the count of tasks that look the same so far."""
        named = _hashed(repr(parts))
        self.seen[named] += 1
        return f"{named}-{self.seen[named]}"


async def read_known_tasks(session: AsyncSession, user_id: str) -> KnownTasks:
    """Read the sources of the user's tasks that are not deleted."""
    own = select(Task.created_at, Task.number).where(Task.user_id == user_id, col(Task.deleted_at).is_(None))
    tasks = await session.stream(own.execution_options(yield_per=READ_AT_ONCE))
    numbers = {_hashed(own_key(utc_text(created_at), number)): number async for created_at, number in tasks}
    # Not joined by Postgres: right after a large import it has no statistics, and compares each change with each task.
    present = set(numbers.values())
    source = col(Change.after)[SOURCE].as_string()
    query = select(source, Change.task_number).where(Change.user_id == user_id, Change.action == "created")
    rows = await session.stream(query.where(source.is_not(None)).execution_options(yield_per=READ_AT_ONCE))
    return KnownTasks({found: number async for found, number in rows if number in present} | numbers)


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]
