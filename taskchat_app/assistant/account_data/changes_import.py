"""Appends the changes of an account file to the log, as they were, with the numbers and ids that they get here."""

from typing import Any

from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.account_data.conversations_import import ConversationsImport
from taskchat_app.assistant.account_data.imported_tasks import DEFAULTS, RELATIONS, ImportedTasks
from taskchat_app.assistant.account_data.record_reader import Read, RecordReader
from taskchat_app.assistant.account_data.record_types import ChangeRecord
from taskchat_app.assistant.account_data.rows_import import Batch
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.models import Change, User
from taskchat_app.domain.storage.stored_snapshots import shortened_snapshots
from taskchat_app.domain.tasks.positions import parse_position
from taskchat_app.domain.webhooks.webhooks import skip_history
from taskchat_app.i18n.messages import gettext

NOT_ASCENDING = gettext("The ids of changes must ascend, so this one does not come.")
COUNT_CHANGES = text("UPDATE users SET last_change_id = last_change_id + :count WHERE id = :user_id")


async def import_changes(
    session: AsyncSession, by: Cause, reader: RecordReader, tasks: ImportedTasks, conversations: ConversationsImport
) -> None:
    """Append the changes of imported tasks, and the undone turns of imported conversations."""
    query = select(User.last_change_id).where(User.id == by.user_id)
    tasks.last_change_id = (await session.exec(query)).one()
    batch = Batch(session, Change)
    last_file_id, last_id = None, tasks.last_change_id  # of the last imported change: in the file, and here
    async for read in reader.records("changes", ChangeRecord):
        if not _is_imported(read.record, tasks, conversations):
            continue
        if last_file_id is not None and read.record.id <= last_file_id:
            reader.report.skip(read.line, NOT_ASCENDING)
            continue
        last_file_id, last_id = read.record.id, last_id + 1
        await batch.add({"user_id": by.user_id, **_columns(read, last_id, tasks, conversations)})
        tasks.file_changes.append(last_file_id)  # only now: a change cannot undo itself
    await batch.flush()
    count = last_id - tasks.last_change_id
    await (await session.connection()).execute(COUNT_CHANGES, {"user_id": by.user_id, "count": count})
    await skip_history(session, by.user_id, tasks.last_change_id, last_id)


def _is_imported(change: ChangeRecord, tasks: ImportedTasks, conversations: ConversationsImport) -> bool:
    if change.kind == "task":
        return tasks.is_new_account or change.task_number in tasks.numbers
    return change.thread_id in conversations.ids


def _columns(
    read: Read[ChangeRecord], change_id: int, tasks: ImportedTasks, conversations: ConversationsImport
) -> dict[str, Any]:
    change = read.record
    before, after = (_snapshot(read.fields.get(name), tasks) for name in ("before", "after"))
    columns = change.model_dump(exclude={"before", "after"}) | {
        "id": change_id,
        "task_number": change.task_number and tasks.number(change.task_number),
        "cause_number": change.cause_number and tasks.number(change.cause_number),
        "undoes": tasks.undone_id(change.undoes),
        **shortened_snapshots(change_id, before, after),
    }
    if change.thread_id in conversations.ids and conversations.is_renamed(change.thread_id):
        names = ("thread_id", "turn_id", "item_id")
        columns |= {name: f"{columns[name]}{conversations.suffix}" for name in names if columns[name]}
    return columns


def _snapshot(fields: dict[str, Any] | None, tasks: ImportedTasks) -> dict[str, Any] | None:
    if fields is None:
        return None
    fields = DEFAULTS | fields
    number = tasks.number(fields["number"])
    numbers = {name: tasks.related_number(fields[name]) for name in RELATIONS} | {"number": number}
    if tasks.is_new_account:  # it keeps the positions of the file
        return fields | numbers
    position = parse_position(fields["position"]) if fields.get("position") else None
    return fields | numbers | {"position": tasks.position(position, fields["number"], number)}
