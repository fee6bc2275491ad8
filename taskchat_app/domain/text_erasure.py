"""Erases the texts of tasks that are deleted for good, wherever else they are stored.

Of the change log, recorded tool calls and cards, everything but the texts stays: ids, numbers, dates. What was written
in a conversation stays as long as the conversation.
"""

import re
from collections.abc import AsyncGenerator, Collection
from datetime import datetime
from typing import Any, TypeVar, cast

import sqlalchemy
from sqlalchemy import ColumnElement, Text, bindparam, func, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from taskchat_app.domain.storage.models import Change, Thread, ThreadItem, ToolExecution, is_any
from taskchat_app.domain.tasks.snapshots import ERASED_TEXTS

PIECE = 50
"""Rows read and changed at once."""
TITLE = "/title"
"""The path of a call's title among its messages (i18n/messages.py)."""
_LABEL = re.compile(r"#([0-9]{1,10})\b")
Row = TypeVar("Row")
CARDS = ("workflow", "widget")
"""Types of items that show tasks; the others are messages."""


async def erase_texts(session: AsyncSession, user_id: str, numbers: Collection[int], before: datetime) -> None:
    """Erase the texts of the user's tasks with these numbers, of which the last was deleted at `before`."""
    erased = bindparam("erased", ERASED_TEXTS, JSONB)
    of_user = (col(Change.user_id) == user_id) & (col(Change.kind) == "task")
    snapshots = (Change.stored_before, Change.stored_after)
    with_empty_texts = {snapshot: col(snapshot).op("||")(erased) for snapshot in snapshots}  # NULL stays NULL
    await session.exec(update(Change).where(of_user, is_any(col(Change.task_number), numbers)).values(with_empty_texts))
    texts = _TaskTexts(numbers)
    calls = select(ToolExecution).join(Thread).where(Thread.user_id == user_id, ToolExecution.at < before)
    calls = calls.where(texts.are_in(ToolExecution.title, ToolExecution.arguments, ToolExecution.result))
    async for call in _rows(session, calls, ToolExecution.id):
        call.arguments = texts.erased(_without_texts(call.arguments))
        call.title, call.result = texts.erased(call.title), texts.erased(call.result)
        # Only the title's message stays: the others hold texts in values of their own.
        messages = {path: message for path, message in (call.messages or {}).items() if path == TITLE}
        call.messages = texts.erased(messages) or None
    cards = select(ThreadItem).join(Thread).where(Thread.user_id == user_id, ThreadItem.created_at < before)
    cards = cards.where(col(ThreadItem.type).in_(CARDS), texts.are_in(ThreadItem.body))
    async for card in _rows(session, cards, ThreadItem.seq):
        card.body = texts.erased(card.body)


async def _rows(session: AsyncSession, query: SelectOfScalar[Row], number: Any) -> AsyncGenerator[Row]:
    """Yield the rows of the query, ordered by the column `number`, and store what the caller changes in them."""
    after = 0
    while rows := (await session.exec(query.where(number > after).order_by(number).limit(PIECE))).all():
        after = getattr(rows[-1], number.key)
        for row in rows:
            yield row
        await session.flush()


def _without_texts(fields: dict[str, Any]) -> dict[str, Any]:
    return fields | {name: ERASED_TEXTS[name] for name in fields.keys() & ERASED_TEXTS.keys()}


class _TaskTexts:
    """Finds the texts of tasks in JSON by the numbers of the tasks, and erases them.

    Of {"line": "#7 Milk", "tasks": [{"number": 7, "title": "Milk", "tags": ["home"]}]} and the number 7 it makes
    {"line": "#7", "tasks": [{"number": 7, "title": "", "tags": []}]}.
    """

    def __init__(self, numbers: Collection[int]) -> None:
        self._numbers = frozenset(numbers)
        number = "|".join(map(str, sorted(numbers)))
        # '#7', '"task_id": 7' and '"numbers": [3, 7'; in Postgres \M is the end of a word.
        self._mention = rf'(#|"(number|task_id)": |"(numbers|task_ids)": \[([0-9]+, )*)({number})\M'

    def are_in(self, *columns: Any) -> ColumnElement[bool]:
        """Return the condition that one of the columns, text or JSON, mentions one of the tasks."""
        return func.concat(*(sqlalchemy.cast(column, Text) for column in columns)).regexp_match(self._mention)

    def erased(self, value: Any) -> Any:
        """Return the text or JSON without the texts of the tasks; of a line, what follows a label is cut off."""
        match value:
            case str():
                return "\n".join(map(self._cut_off, value.split("\n")))
            case list():
                return [self.erased(part) for part in cast("list[Any]", value)]
            case dict():
                fields = self._fields_without_texts(cast("dict[str, Any]", value))
                return {name: self.erased(part) for name, part in fields.items()}
            case _:
                return value

    def _fields_without_texts(self, fields: dict[str, Any]) -> dict[str, Any]:
        match fields.get("values"):
            case {"task": str(line), "facts": _} if self._cut_off(line) != line:
                # A message about a task with further texts of it: of "#7 Milk, tagged home" it leaves "#7".
                return {"id": "{task}", "values": {"task": self._cut_off(line)}}
            case _:
                pass
        own_numbers = (fields.get("number"), fields.get("task_id"))
        if any(isinstance(number, int) and number in self._numbers for number in own_numbers):
            fields = _without_texts(fields)
        if "titles" in fields:  # of the tasks in its `numbers`
            fields = fields | {"titles": []}
        return fields

    def _cut_off(self, line: str) -> str:
        """Return the line up to the first label of one of the tasks: "Added #7" for "Added #7 Milk"."""
        for label in _LABEL.finditer(line):
            if int(label[1]) in self._numbers:
                return line[: label.end()]
        return line
