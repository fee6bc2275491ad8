"""Appends the changes of an account file to the log, as they were, with the numbers and ids that they get here."""

from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.account_data.conversations_import import ConversationsImport
from taskchat_app.assistant.account_data.record_reader import Read, RecordReader
from taskchat_app.assistant.account_data.record_types import ChangeRecord
from taskchat_app.assistant.account_data.rows_import import Batch
from taskchat_app.assistant.account_data.tasks_import import DEFAULTS, RELATIONS, ImportedTasks
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import execute
from taskchat_app.domain.storage.models import Change, User
from taskchat_app.domain.storage.stored_snapshots import shortened_snapshots
from taskchat_app.domain.tasks.positions import parse_position
from taskchat_app.domain.webhooks.webhooks import skip_history
from taskchat_app.i18n.messages import gettext

COUNT_CHANGES = text("UPDATE users SET last_change_id = last_change_id + :count WHERE id = :user_id")


@dataclass(slots=True)
class ImportedChanges:
    """The imported changes: in the log they follow each other from `first_id` on."""

    first_id: int
    file_ids: "array[int]" = field(default_factory=lambda: array("q"))
    """Their ids in the file, ascending."""

    @property
    def next_id(self) -> int:
        """The log's id of the change that is imported next."""
        return self.first_id + len(self.file_ids)

    def id_from(self, file_id: int) -> int:
        """Return the log's id of the first imported change with this id in the file or a higher one."""
        return self.first_id + bisect_left(self.file_ids, file_id)

    def id_of(self, file_id: int | None) -> int | None:
        """Return the log's id of the change with this id in the file; None if it was not imported."""
        if file_id is None:
            return None
        index = bisect_left(self.file_ids, file_id)
        is_imported = index < len(self.file_ids) and self.file_ids[index] == file_id
        return self.first_id + index if is_imported else None


async def import_changes(
    session: AsyncSession, by: Cause, reader: RecordReader, tasks: ImportedTasks, conversations: ConversationsImport
) -> ImportedChanges:
    """Append the changes of imported tasks, and those of turns ("undone") in imported conversations."""
    last_id = (await session.exec(select(User.last_change_id).where(User.id == by.user_id))).one()
    imported = ImportedChanges(first_id=last_id + 1)
    batch = Batch(session, Change)
    async for read in reader.records("changes", ChangeRecord):
        if not _is_imported(read.record, tasks, conversations):
            continue
        if imported.file_ids and read.record.id <= imported.file_ids[-1]:
            reader.report.skip(read.line, gettext("The ids of changes must ascend, so this one does not come."))
            continue
        await batch.add({"user_id": by.user_id, **_columns(read, imported, tasks, conversations)})
        imported.file_ids.append(read.record.id)  # only now: a change cannot undo itself
    await batch.flush()
    count = len(imported.file_ids)
    await execute(session, COUNT_CHANGES, {"user_id": by.user_id, "count": count})
    await skip_history(session, by.user_id, last_id, last_id + count)
    return imported


def _is_imported(change: ChangeRecord, tasks: ImportedTasks, conversations: ConversationsImport) -> bool:
    if change.kind == "task":
        return tasks.is_new_account or change.task_number in tasks.numbers
    return change.thread_id in conversations.new_ids


def _columns(
    read: Read[ChangeRecord], imported: ImportedChanges, tasks: ImportedTasks, conversations: ConversationsImport
) -> dict[str, Any]:
    """Return the columns of the change, with the numbers and ids of this account."""
    change = read.record
    # From `fields`, not from the record, which would add the defaults of fields that the file does not have.
    before = _snapshot(read.fields.get("before"), tasks)
    after = _snapshot(read.fields.get("after"), tasks)
    columns: dict[str, Any] = change.model_dump(exclude={"before", "after"}) | {
        "id": imported.next_id,
        "task_number": change.task_number and tasks.number(change.task_number),
        "cause_number": tasks.related_number(change.cause_number),
        "undoes": imported.id_of(change.undoes),
        **shortened_snapshots(imported.next_id, before, after),
    }
    if change.thread_id and conversations.is_renamed(change.thread_id):
        for name in ("thread_id", "turn_id", "item_id"):
            if columns[name]:
                columns[name] += conversations.suffix
    return columns


def _snapshot(in_file: dict[str, Any] | None, tasks: ImportedTasks) -> dict[str, Any] | None:
    """Return the snapshot with the numbers and the position that its task has in this account."""
    if in_file is None:
        return None
    number = tasks.number(in_file["number"])
    here: dict[str, Any] = DEFAULTS | in_file | {"number": number}
    for name in RELATIONS:
        here[name] = tasks.related_number(here[name])
    if not tasks.is_new_account:  # a new account keeps the positions of the file
        position = parse_position(here["position"]) if here.get("position") else None
        here["position"] = tasks.position(position, in_file["number"], number)
    return here
