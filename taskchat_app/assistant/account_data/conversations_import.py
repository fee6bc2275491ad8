"""Imports the conversations of an account file, with their items, calls, proposals and turns.

Conversations that are here already are left as they are. Ids of another account's conversations get a suffix.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.account_data.field_types import check_messages
from taskchat_app.assistant.account_data.record_reader import OTHER, Read, RecordReader, parse
from taskchat_app.assistant.account_data.record_types import (
    ConversationRecord,
    FilePartRecord,
    FileRecord,
    ItemRecord,
    PartRecord,
    ProposalRecord,
    ToolCallRecord,
    TurnRecord,
    id_suffix,
    with_suffix,
)
from taskchat_app.assistant.account_data.rows_import import TAKEN_ID, Batch
from taskchat_app.assistant.core.items import MESSAGES, SEARCHED_MAX, text_of
from taskchat_app.assistant.threads.store import item_of
from taskchat_app.assistant.threads.thread_rows import in_thread
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.log.effective_changes import IMPORTED
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import (
    Attachment,
    AttachmentContent,
    MessageWords,
    Proposal,
    Thread,
    ThreadItem,
    ToolExecution,
    Turn,
)
from taskchat_app.domain.tasks.search_words import search_vector, search_words_of
from taskchat_app.i18n.messages import UNREADABLE, Message, gettext

APPEND = text("""
    UPDATE attachment_contents SET content = content || :data
    WHERE user_id = :user_id AND attachment_id = :attachment_id
        AND octet_length(content) + octet_length(:data)
            <= (SELECT size FROM attachments WHERE user_id = :user_id AND id = :attachment_id)
""")
"""Adds a part to the content of a file, unless the content would be longer than the file's size."""
OF_CONTENT = ("preview", "for_model", "text")

HERE = gettext("The conversation “{title}” is here already.")
NO_CONVERSATION = gettext("This part belongs to no conversation of the file.")
READ_ITEMS = text("""
    UPDATE threads SET read_seq = COALESCE((
        SELECT seq FROM thread_items WHERE thread_id = threads.id ORDER BY seq OFFSET :read_items - 1 LIMIT 1
    ), 0) WHERE id = :id AND user_id = :user_id
""")
"""Marks the first :read_items items of a conversation as read; none if it has fewer."""
INSERT_THREAD = insert(Thread).on_conflict_do_nothing().returning(col(Thread.id))
Part = TypeVar("Part", bound=PartRecord)


@dataclass(slots=True)
class ImportedConversations:
    """The imported conversations: their ids by those in the file."""

    suffix: str
    """What an id gets that another account uses."""
    ids: dict[str, str] = field(default_factory=dict[str, str])
    known: set[str] = field(default_factory=set[str])
    """Ids of all conversations of the file, skipped ones included."""

    def is_renamed(self, thread_id: str) -> bool:
        return self.ids[thread_id] != thread_id


async def import_conversations(session: AsyncSession, by: Cause, reader: RecordReader) -> ImportedConversations:
    """Import conversations, items, tool calls and proposals."""
    imported = ImportedConversations(id_suffix(by.user_id))
    read_items = await _threads(session, by, reader, imported)
    await _items(session, by, reader, imported)
    calls, proposals = Batch(session, ToolExecution), Batch(session, Proposal)
    async for read in of_imported(reader, "tool_calls", ToolCallRecord, imported):
        await calls.add({"user_id": by.user_id, **read.record.model_dump()})
    await calls.flush()
    async for read in of_imported(reader, "proposals", ProposalRecord, imported):
        await proposals.add({"user_id": by.user_id, **read.record.model_dump()})
    await proposals.flush()
    connection = await session.connection()
    for thread_id, count in read_items.items():
        await connection.execute(READ_ITEMS, {"id": thread_id, "user_id": by.user_id, "read_items": count})
    return imported


async def import_turns(
    session: AsyncSession,
    by: Cause,
    reader: RecordReader,
    imported: ImportedConversations,
    first_ids: Callable[[int], int],
) -> None:
    """Import the turns; `first_ids` maps the file's ids of changes to those of the log."""
    batch = Batch(session, Turn)
    async for read in of_imported(reader, "turns", TurnRecord, imported):
        fields = read.record.model_dump() | {"first_change_id": first_ids(read.record.first_change_id)}
        await batch.add({"user_id": by.user_id, **fields})
    await batch.flush()


async def announce_conversations(session: AsyncSession, by: Cause, imported: ImportedConversations) -> None:
    """Record each imported conversation, by which an undo finds it and pages show it."""
    for thread_id in imported.ids.values():
        await record(session, in_thread(by, thread_id), [Entry("thread", IMPORTED)])


async def _threads(
    session: AsyncSession, by: Cause, reader: RecordReader, imported: ImportedConversations
) -> dict[str, int]:
    """Insert the conversations; return how many items of each were read."""
    query = select(Thread.id, Thread.deleted_at).where(Thread.user_id == by.user_id)
    deleted_at: dict[str, datetime | None] = dict((await session.exec(query)).all())  # of all that are here
    read_items: dict[str, int] = {}
    async for read in reader.records("conversations", ConversationRecord):
        conversation = read.record
        imported.known.add(conversation.id)
        ids = (conversation.id, f"{conversation.id}{imported.suffix}")
        existing = next((thread_id for thread_id in ids if thread_id in deleted_at), None)
        if existing is None:
            inserted = await _insert_thread(session, by, conversation, ids)
            imported.ids[conversation.id] = inserted
            deleted_at[inserted] = None
            if conversation.read_items:
                read_items[inserted] = conversation.read_items
        elif deleted_at[existing] is not None and conversation.deleted_at is None:
            await _restore_thread(session, by, existing)
            deleted_at[existing] = None
        else:
            reader.report.skip(read.line, HERE.with_values(title=(conversation.title or "")[:100]))
            continue
        reader.report.conversations += 1
    return read_items


async def _restore_thread(session: AsyncSession, by: Cause, thread_id: str) -> None:
    deleted = update(Thread).where(col(Thread.user_id) == by.user_id, col(Thread.id) == thread_id)
    await session.exec(deleted.values(deleted_at=None))
    await record(session, in_thread(by, thread_id), [Entry("thread", "restored")])


async def _insert_thread(session: AsyncSession, by: Cause, conversation: ConversationRecord, ids: Sequence[str]) -> str:
    """Insert the conversation under the first of the ids that no other account uses; return it."""
    connection = await session.connection()
    row = conversation.model_dump(exclude={"read_items"}) | {
        "user_id": by.user_id,
        "search": search_vector(conversation.title or "", "", ()),
    }
    for thread_id in ids:
        inserted = await connection.execute(INSERT_THREAD, row | {"id": thread_id})
        if inserted.first() is not None:
            return thread_id
    raise Invalid(TAKEN_ID)


async def _items(session: AsyncSession, by: Cause, reader: RecordReader, imported: ImportedConversations) -> None:
    items = Batch(session, ThreadItem)
    words = Batch(session, MessageWords, after=items)
    async for read in of_imported(reader, "items", ItemRecord, imported):
        stored = read.record
        try:
            item = item_of(stored.body)
            check_messages(stored.body.get("messages") or {})
        except UNREADABLE as error:  # a ValidationError is a ValueError
            # A ChatKit item has some fifty forms; whatever does not fit them would break the conversation.
            reader.report.skip(read.line, OTHER.with_values(field="body", reason=type(error).__name__))
            continue
        if (item.id, item.thread_id, item.type) != (stored.id, stored.thread_id, stored.type):
            reader.report.skip(read.line, OTHER.with_values(field="body", reason="id, thread_id, type"))
            continue
        await items.add({"user_id": by.user_id, **stored.model_dump()})
        if isinstance(item, MESSAGES):
            found = search_words_of(text_of(item)[:SEARCHED_MAX])
            await words.add({"item_id": item.id, "user_id": by.user_id, "search": found})
    await words.flush()


async def of_imported(
    reader: RecordReader, name: str, model: type[Part], imported: ImportedConversations
) -> AsyncGenerator[Read[Part]]:
    """Yield the records of imported conversations, with the ids that these got; without those of skipped ones."""
    async for read in reader.records(name, model):
        thread_id = read.record.thread_id
        if thread_id not in imported.known:
            reader.report.skip(read.line, NO_CONVERSATION)
        elif thread_id in imported.ids:
            found = _with_ids_here(read, name, model, imported)
            if isinstance(found, Message):
                reader.report.skip(read.line, found)
            else:
                yield found


def _with_ids_here(
    read: Read[Part], name: str, model: type[Part], imported: ImportedConversations
) -> Read[Part] | Message:
    """Return the record, with the suffix at its ids if its conversation has it, or why it does not come."""
    thread_id = read.record.thread_id
    if not imported.is_renamed(thread_id):
        return read
    renamed = parse(read.line, with_suffix(read.text, imported.suffix), model, name)
    if not isinstance(renamed, Message) and renamed.record.thread_id != imported.ids[thread_id]:
        return NO_CONVERSATION  # an id of another form than ours gets no suffix
    return renamed


async def import_files(session: AsyncSession, by: Cause, reader: RecordReader, imported: ImportedConversations) -> None:
    async for read in of_imported(reader, "files", FileRecord, imported):
        # Not model_dump, which writes Base64 again.
        fields = {name: getattr(read.record, name) for name in FileRecord.model_fields if name != "thread_id"}
        content = {name: fields.pop(name) for name in OF_CONTENT} | {"attachment_id": read.record.id, "content": b""}
        await _insert_row(session, Attachment, {"user_id": by.user_id, **fields})
        await _insert_row(session, AttachmentContent, {"user_id": by.user_id, **content})
    connection = await session.connection()
    async for read in of_imported(reader, "file_parts", FilePartRecord, imported):
        named = {"user_id": by.user_id, "attachment_id": read.record.attachment_id}
        await connection.execute(APPEND, named | {"data": read.record.data})


async def _insert_row(session: AsyncSession, table: type[SQLModel], values: dict[str, Any]) -> None:
    batch = Batch(session, table)
    await batch.add(values)
    await batch.flush()
