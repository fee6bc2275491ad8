"""Writes everything of one user as the account file (docs/export.md), list by list in one read-only transaction."""

import base64
import json
from array import array
from bisect import bisect_left
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, and_, func, or_, select, text
from sqlmodel import SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.account_data.record_types import FORMAT, VERSION, id_suffix
from taskchat_app.domain.accounts.accounts import SETTINGS
from taskchat_app.domain.log.effective_changes import IMPORTED
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.storage.models import (
    Attachment,
    AttachmentContent,
    Change,
    Proposal,
    Ring,
    Task,
    Thread,
    ThreadItem,
    ToolExecution,
    Turn,
    User,
)
from taskchat_app.domain.tasks.fields import PRIORITY_NAMES
from taskchat_app.domain.tasks.task_dates import utc_text

ROWS_AT_ONCE = 200
PIECE_BYTES = 64 * 1024
LEFT_OUT = {"user_id", "search", "seq", "read_seq", "lease_turn_id", "lease_until", "stop_requested"}
"""Columns that mean nothing in another account, or follow from others."""
FILE_PART_BYTES = 2_000_000
"""A record of a file has at most 4 million characters (json_stream.RECORD_MAX)."""
FILE_PARTS = text("""
    -- one row for each part of a file's content, in order
    SELECT thread_items.thread_id, attachments.id AS attachment_id,
        substring(content FROM number * :size + 1 FOR :size) AS data
    FROM attachments
    JOIN attachment_contents ON attachment_id = id AND attachment_contents.user_id = attachments.user_id
    JOIN thread_items ON thread_items.id = item_id
    CROSS JOIN generate_series(0, (octet_length(content) - 1) / :size) AS number
    WHERE attachments.user_id = :user_id
    ORDER BY thread_items.seq, attachments.created_at, attachments.id, number
""")


@dataclass(frozen=True, slots=True)
class _List:
    """A list of the file: what reads its rows, and what makes a record of a row."""

    name: str
    query: Any
    record_of: Callable[[dict[str, Any]], dict[str, Any]] = dict
    rows_at_once: int = ROWS_AT_ONCE


async def export_account(user_id: str) -> AsyncGenerator[bytes]:
    """Yield the file in pieces. The same account gives the same bytes; an imported one gives those of its file."""
    suffix = id_suffix(user_id).encode()  # ids of conversations that were copied from another account end in it
    piece = bytearray()
    async with reading(user_id) as session:
        async for line in _lines(session, user_id):
            piece += line.encode().replace(suffix, b"")
            if len(piece) >= PIECE_BYTES:
                yield bytes(piece)
                piece.clear()
    yield bytes(piece)


async def _lines(session: AsyncSession, user_id: str) -> AsyncGenerator[str]:
    user = await session.get_one(User, user_id)
    settings = {name: getattr(user, name) for name in (*SETTINGS, "last_task_number")}
    yield f'{{\n"format": "{FORMAT}",\n"version": {VERSION},\n"settings": {_json(settings)}'
    change_ids = _ChangeIds()
    proposals = _rows_of_user(Proposal, user_id).order_by(col(Proposal.created_at), col(Proposal.id))
    turns = _rows_of_user(Turn, user_id).order_by(col(Turn.started_at), col(Turn.id))
    file_parts = FILE_PARTS.bindparams(user_id=user_id, size=FILE_PART_BYTES)
    lists = (
        _List("tasks", _tasks(user_id), lambda row: row | {"priority": PRIORITY_NAMES[row["priority"]]}),
        _List("changes", _changes(user_id), change_ids.record_of),  # before the turns, which name their ids
        _List("conversations", _conversations(user_id)),
        _List("items", _rows_of_user(ThreadItem, user_id).order_by(col(ThreadItem.seq))),
        _List("tool_calls", _rows_of_user(ToolExecution, user_id, "id").order_by(col(ToolExecution.id))),
        _List("proposals", proposals),
        _List("turns", turns, lambda row: row | {"first_change_id": change_ids.first_from(row["first_change_id"])}),
        _List("files", _files(user_id), _in_base64, rows_at_once=1),  # a row in Base64 has up to 2 MB
        _List("file_parts", file_parts, _in_base64, rows_at_once=1),
    )
    for of_file in lists:
        yield f',\n"{of_file.name}": ['
        async for line in _records(session, of_file):
            yield line
        yield "\n]"
    yield "\n}\n"


class _ChangeIds:
    """The ids of changes in the file: 1, 2, 3 and so on, in the order of the log."""

    def __init__(self) -> None:
        self._in_log = array("q")  # of the changes in the file, ascending

    def first_from(self, change_id: int) -> int:
        """Return the id in the file of the first change with this id of the log or a higher one."""
        return bisect_left(self._in_log, change_id) + 1

    def record_of(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return the next change with its ids in the file; `undoes` is None if the undone change is not in the file."""
        self._in_log.append(row["id"])
        undoes: int | None = None
        if row["undoes"]:
            first = self.first_from(row["undoes"])
            undoes = first if self._in_log[first - 1] == row["undoes"] else None
        return row | {"id": len(self._in_log), "undoes": undoes}


async def _records(session: AsyncSession, read: _List) -> AsyncGenerator[str]:
    """Yield a line for each row of the list; rows that are not read yet stay in Postgres."""
    connection = await session.connection()
    rows = await connection.stream(read.query.execution_options(yield_per=read.rows_at_once))
    comma = ""
    async for row in rows.mappings():
        record = read.record_of(dict(cast("Mapping[str, Any]", row)))
        yield f"{comma}\n{_json(record)}"
        comma = ","


def _rows_of_user(model: type[SQLModel], user_id: str, *left_out: str) -> Any:
    table = cast("Table", cast(Any, model).__table__)
    columns = [column for column in table.columns if column.name not in LEFT_OUT.union(left_out)]
    return select(*columns).where(table.c.user_id == user_id)


def _tasks(user_id: str) -> Any:
    rings = and_(col(Ring.user_id) == col(Task.user_id), col(Ring.task_number) == col(Task.number))
    return _rows_of_user(Task, user_id).add_columns(col(Ring.rang_at)).outerjoin(Ring, rings).order_by(col(Task.number))


def _changes(user_id: str) -> Any:
    """Return the query of changes of tasks and of undone turns, without entries that only say what an import added."""
    of_tasks = and_(col(Change.kind) == "task", col(Change.action) != IMPORTED)
    undone_turns = and_(col(Change.kind) == "turn", col(Change.action) == "undone")
    snapshots: list[Any] = [col(getattr(Change, name)).label(name) for name in ("before", "after")]
    query = _rows_of_user(Change, user_id, "before", "after", "base_id").add_columns(*snapshots)
    return query.where(or_(of_tasks, undone_turns)).order_by(col(Change.id))


def _conversations(user_id: str) -> Any:
    read = select(func.count()).where(
        col(ThreadItem.thread_id) == col(Thread.id), col(ThreadItem.seq) <= col(Thread.read_seq)
    )
    query = _rows_of_user(Thread, user_id).add_columns(read.scalar_subquery().label("read_items"))
    return query.order_by(col(Thread.created_at), col(Thread.id))


def _files(user_id: str) -> Any:
    content = AttachmentContent
    content_join = and_(
        col(content.user_id) == col(Attachment.user_id), col(content.attachment_id) == col(Attachment.id)
    )
    parts = (col(ThreadItem.thread_id), col(content.preview), col(content.for_model), col(content.text))
    query = _rows_of_user(Attachment, user_id).add_columns(*parts).join(content, content_join)
    query = query.join(ThreadItem, col(ThreadItem.id) == col(Attachment.item_id))
    return query.order_by(col(ThreadItem.seq), col(Attachment.created_at), col(Attachment.id))


def _in_base64(row: dict[str, Any]) -> dict[str, Any]:
    texts = {name: base64.b64encode(value).decode() for name, value in row.items() if isinstance(value, bytes)}
    return row | texts


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_date_text)


def _date_text(value: date) -> str | None:
    if isinstance(value, datetime) and value.microsecond % 1000 == 0:  # not so in the log and in conversations
        return utc_text(value)
    return value.isoformat().replace("+00:00", "Z")
