"""An account with a task that has a value in every column, and another value of each column."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from typing import Any, get_args, get_origin
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import Table, select, update
from sqlmodel import col

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.dates.due_dates import Reading, with_reading
from taskchat_app.domain.dates.local_time import Due, Start
from taskchat_app.domain.storage.database import reading, transaction
from taskchat_app.domain.storage.models import Task
from taskchat_app.domain.tasks import task_rows
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.search_words import search_vector
from taskchat_app.domain.tasks.task_dates import compute_remind_at
from taskchat_app.domain.tasks.task_rows import position_of_new

ZONE = ZoneInfo("Europe/Berlin")
PLAIN = "Plain"
"""The title of a task without other fields."""
FIRST, NUMBER, OTHER_PARENT = 1, 2, 3
"""The task with a value in every column has NUMBER, and repeats and copies FIRST, of which it is a step."""
ROW: Table = Task.__table__  # type: ignore[attr-defined]  # pyright: ignore
COLUMNS = [name for name in Task.model_fields if name not in ("user_id", "number", "search")]
"""The columns with a value of their own; `search` follows from the texts."""
AT, LATER = datetime(2030, 6, 7, 8, 9, 10, tzinfo=UTC), datetime(2030, 7, 8, 9, 10, 11, tzinfo=UTC)
DUE, START = Due.of_day(date(2031, 3, 4), ZONE), Due.of_day(date(2031, 2, 4), ZONE)
BEGINS = Start.of_day(date(2031, 1, 4), ZONE)
VALUES: dict[str, tuple[Any, Any]] = {
    "position": (position_of_new(7), position_of_new(8)),
    "priority": (3, 2),
    "due_at": (DUE.at, None),
    "due_day": (DUE.day, None),
    "due_reading": (
        with_reading(
            DUE, "next spoken words", "this_week", [Reading(Due(LATER), "week_after")], zone=ZONE, now=AT
        ).reading,
        None,
    ),
    "start_at": (BEGINS.at, None),
    "start_day": (BEGINS.day, None),
    "recurrence": ("FREQ=WEEKLY;COUNT=9", None),
    "recurrence_start": (START.at, None),
    "recurrence_start_day": (START.day, None),
    "repeats_number": (FIRST, None),
    "copy_of_number": (FIRST, None),
    "parent_number": (FIRST, None),
    "remind_before": (60, None),
    "remind_at": (compute_remind_at(DUE, 60, ZONE), None),
    "completed_at": (None, AT),
    "deleted_at": (None, AT),
}
"""A value that is not the default, and another one, where those of the type make no sense."""
OF_TYPE: dict[type, tuple[Any, Any]] = {
    str: ("{} words", ""), list: (["{} one", "{} two"], []), int: (3, 4), bool: (True, False),
    date: (date(2031, 5, 6), date(2031, 5, 7)), datetime: (AT, LATER),
}  # fmt: skip


def values_of(column: str) -> tuple[Any, Any]:
    """Return two values of the column; the first one is not the default."""
    return VALUES[column] if column in VALUES else values_of_type(Task.model_fields[column].annotation, column)


def values_of_type(annotation: Any, name: str) -> tuple[Any, Any]:
    """Return two values of the type, or of that beside None; a text and a list name the field."""
    kind: Any = (
        get_origin(annotation) if get_origin(annotation) in OF_TYPE else (get_args(annotation) or (annotation,))[0]
    )
    value, other = OF_TYPE[kind]
    named = [one.format(name) for one in value] if kind is list else value.format(name) if kind is str else value
    return named, other


FULL, OTHER = ({name: values_of(name)[place] for name in COLUMNS} for place in (0, 1))
TEXTS = [name for name, value in FULL.items() if name not in VALUES and isinstance(value, str | list)]
"""The columns that hold what people write."""

FIELDS = [field.name for field in fields(TaskDraft)]
"""The fields that people can set."""
GIVEN: dict[str, Any] = {
    "title": "Another title",
    "priority": "low",
    "tags": ["home", "work"],
    "due_at": "2031-05-06",
    "start_at": "2031-01-06",
    "recurrence": "FREQ=WEEKLY",
    "reminder": "10_minutes",
    "parent_number": OTHER_PARENT,
}


def given(field: str) -> Any:
    """Return a value of the field as people and programs write it; it differs from that in FULL if GIVEN has it."""
    return GIVEN[field] if field in GIVEN else f"Another {field}" if isinstance(FULL[field], str) else OTHER[field]


@dataclass(frozen=True)
class Account:
    """A user in ZONE, with the tasks FIRST, NUMBER and OTHER_PARENT."""

    person: Person
    api: httpx.AsyncClient

    async def run(self, verb: Callable[..., Awaitable[Any]], *arguments: Any, **options: Any) -> Any:
        async with transaction(self.person.id) as session:
            return await verb(session, self.person.cause("api"), *arguments, **options)

    async def add(self, **draft: Any) -> int:
        draft = {"title": PLAIN} | draft
        return (await self.run(task_rows.create_task, TaskDraft(**draft), zone=ZONE)).number

    async def write(self, **columns: Any) -> Task:
        """Store FULL with these values as task NUMBER, past the functions of the domain; return the task."""
        values = FULL | columns
        words = search_vector(values["title"], values["description"], values["tags"])
        own = (col(Task.user_id) == self.person.id, col(Task.number) == NUMBER)
        async with transaction(self.person.id) as session:
            await session.exec(update(Task).where(*own).values(**values, search=words))
        return Task(user_id=self.person.id, number=NUMBER, **values)

    async def row(self, number: int = NUMBER) -> dict[str, Any]:
        """Return all columns of the task but its keys."""
        query = select(*(ROW.c[name] for name in (*COLUMNS, "search")))
        async with reading(self.person.id) as session:
            own = query.where(ROW.c.user_id == self.person.id, ROW.c.number == number)
            return dict((await (await session.connection()).execute(own)).mappings().one())


def lost(place: str, before: dict[str, Any], after: dict[str, Any], without: str = "") -> list[str]:
    """Return a line for each column that did not come through a place as it was; those `without` may differ."""
    return [
        f"{place}: {name} is {after[name]!r}, not {before[name]!r}"
        for name in before
        if name not in without.split() and after[name] != before[name]
    ]
