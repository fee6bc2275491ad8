"""Imports the conversations of an account file, with their items, calls, proposals, files and turns.

Conversations that are here already are left as they are. Ids of another account's conversations get a suffix, numbers
of tasks become those that the tasks have here (renumbering.py).
"""

from collections.abc import AsyncGenerator, Callable, Sequence
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
from taskchat_app.assistant.account_data.renumbering import Json, Renumbering
from taskchat_app.assistant.account_data.rows_import import TAKEN_ID, Batch
from taskchat_app.assistant.account_data.tasks_import import ImportedTasks
from taskchat_app.assistant.threads.store import item_of
from taskchat_app.assistant.threads.thread_rows import in_thread
from taskchat_app.assistant.threads.turn_storage import words_of
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.log.effective_changes import IMPORTED
from taskchat_app.domain.storage import models
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.search_words import search_vector
from taskchat_app.i18n.messages import UNREADABLE, Message, gettext

APPEND_PART = text("""
    UPDATE attachment_contents SET content = content || :data
    WHERE user_id = :user_id AND attachment_id = :attachment_id
        AND octet_length(content) + octet_length(:data)
            <= (SELECT size FROM attachments WHERE user_id = :user_id AND id = :attachment_id)
""")
"""Adds a part to the content of a file, unless the content would be longer than the file's size."""
CONTENT_COLUMNS = ("preview", "for_model", "text")
"""The fields of a FileRecord that are columns of attachment_contents; the others are columns of attachments."""
KNOWN_ALREADY = gettext("The conversation “{title}” is here already.")
NO_CONVERSATION = gettext("This part belongs to no conversation of the file.")
MARK_READ = text("""
    UPDATE threads SET read_seq = COALESCE((
        SELECT seq FROM thread_items WHERE thread_id = threads.id ORDER BY seq OFFSET :read_items - 1 LIMIT 1
    ), 0) WHERE id = :id AND user_id = :user_id
""")
"""Marks the first :read_items items of a conversation as read; none if it has fewer."""
INSERT_THREAD = insert(models.Thread).on_conflict_do_nothing().returning(col(models.Thread.id))
Part = TypeVar("Part", bound=PartRecord)


class ConversationsImport:
    """Imports the conversations of one file.

    Its methods are called in this order: import_conversations, import_files, import_turns, announce.
    """

    def __init__(self, session: AsyncSession, by: Cause, reader: RecordReader, tasks: ImportedTasks) -> None:
        self._session, self._by, self._reader = session, by, reader
        self._renumbering = Renumbering(tasks)
        self.suffix = id_suffix(by.user_id)
        """Added to ids that another account uses."""
        self.new_ids: dict[str, str] = {}
        """The ids here of the imported conversations, by their ids in the file."""
        self._all_ids: dict[str, str] = {}
        """As `new_ids`, of all conversations of the file: also of those that were here already."""

    def is_renamed(self, thread_id: str) -> bool:
        return self._all_ids.get(thread_id, thread_id) != thread_id

    async def import_conversations(self) -> None:
        read_items = await self._insert_threads()
        await self._insert_items()
        await self._insert_rows("tool_calls", ToolCallRecord, models.ToolExecution, self._renumbering.fields)
        await self._insert_rows("proposals", ProposalRecord, models.Proposal, self._renumbering.proposal)
        connection = await self._session.connection()
        for thread_id, count in read_items.items():  # once the items are there
            await connection.execute(MARK_READ, {"id": thread_id, "user_id": self._by.user_id, "read_items": count})

    async def import_files(self) -> None:
        async for read in self._records("files", FileRecord):
            # Not model_dump, which writes Base64 again.
            fields = {name: value for name, value in read.record if name != "thread_id"}
            content = {name: fields.pop(name) for name in CONTENT_COLUMNS}
            await self._insert_row(models.Attachment, fields)
            await self._insert_row(models.AttachmentContent, {**content, "attachment_id": fields["id"], "content": b""})
        connection = await self._session.connection()
        async for read in self._records("file_parts", FilePartRecord):
            part = read.record
            values = {"user_id": self._by.user_id, "attachment_id": part.attachment_id, "data": part.data}
            await connection.execute(APPEND_PART, values)

    async def import_turns(self, first_ids: Callable[[int], int]) -> None:
        """Import the turns; `first_ids` maps the file's ids of changes to those of the log."""
        batch = Batch(self._session, models.Turn)
        async for read in self._records("turns", TurnRecord):
            fields: Json = read.record.model_dump() | {"first_change_id": first_ids(read.record.first_change_id)}
            fields["error"] = fields["error"] and self._renumbering.fields(fields["error"])
            await batch.add({"user_id": self._by.user_id, **fields})
        await batch.flush()

    async def announce(self) -> None:
        """Record each imported conversation, by which an undo finds it and pages show it."""
        for thread_id in self.new_ids.values():
            await record(self._session, in_thread(self._by, thread_id), [Entry("thread", IMPORTED)])

    async def _insert_threads(self) -> dict[str, int]:
        """Insert the conversations, and restore those that are deleted here but not in the file.

        Return how many items the user has read, by the ids of the inserted ones.
        """
        query = select(models.Thread.id, models.Thread.deleted_at).where(models.Thread.user_id == self._by.user_id)
        deleted_at: dict[str, datetime | None] = dict((await self._session.exec(query)).all())
        read_items: dict[str, int] = {}
        async for read in self._reader.records("conversations", ConversationRecord):
            conversation = read.record
            ids = (conversation.id, f"{conversation.id}{self.suffix}")
            known = next((thread_id for thread_id in ids if thread_id in deleted_at), None)
            id_here = self._all_ids[conversation.id] = known or await self._insert_thread(conversation, ids)
            if known is None:
                self.new_ids[conversation.id] = id_here
                if conversation.read_items:
                    read_items[id_here] = conversation.read_items
            elif deleted_at[known] is not None and conversation.deleted_at is None:
                await self._restore_thread(known)
            else:
                self._reader.report.skip(read.line, KNOWN_ALREADY.with_values(title=(conversation.title or "")[:100]))
                continue
            deleted_at[id_here] = None  # it is here now: a second record of it in the file is known
            self._reader.report.conversations += 1
        return read_items

    async def _restore_thread(self, thread_id: str) -> None:
        own = (col(models.Thread.user_id) == self._by.user_id, col(models.Thread.id) == thread_id)
        await self._session.exec(update(models.Thread).where(*own).values(deleted_at=None))
        await record(self._session, in_thread(self._by, thread_id), [Entry("thread", "restored")])

    async def _insert_thread(self, conversation: ConversationRecord, ids: Sequence[str]) -> str:
        """Insert the conversation under the first of the ids that no other account uses; return it."""
        connection = await self._session.connection()
        title = conversation.title and self._renumbering.text(conversation.title)
        row = conversation.model_dump(exclude={"read_items"}) | {
            "user_id": self._by.user_id,
            "title": title,
            "search": search_vector(title or "", "", ()),
        }
        for thread_id in ids:
            inserted = await connection.execute(INSERT_THREAD, row | {"id": thread_id})
            if inserted.first() is not None:
                return thread_id
        raise Invalid(TAKEN_ID)

    async def _insert_items(self) -> None:
        items = Batch(self._session, models.ThreadItem)
        words = Batch(self._session, models.MessageWords, after=items)
        async for read in self._records("items", ItemRecord):
            stored = read.record
            try:
                item = item_of(stored.body)  # before numbers in it are changed: that needs an item without faults
                check_messages(stored.body.get("messages") or {})
                body = self._renumbering.item(stored.body)
                item = item_of(body) if body is not stored.body else item
            except UNREADABLE as error:  # a ValidationError is a ValueError
                # A ChatKit item has some fifty forms; whatever does not fit them would break the conversation.
                self._reader.report.skip(read.line, OTHER.with_values(field="body", reason=type(error).__name__))
                continue
            if (item.id, item.thread_id, item.type) != (stored.id, stored.thread_id, stored.type):
                self._reader.report.skip(read.line, OTHER.with_values(field="body", reason="id, thread_id, type"))
                continue
            await items.add({"user_id": self._by.user_id, **stored.model_dump(), "body": body})
            if (search := words_of(item)) is not None:
                await words.add({"item_id": item.id, "user_id": self._by.user_id, "search": search})
        await words.flush()

    async def _insert_rows(
        self, name: str, model: type[PartRecord], table: type[SQLModel], renumbered: Callable[[Json], Json]
    ) -> None:
        batch = Batch(self._session, table)
        async for read in self._records(name, model):
            await batch.add({"user_id": self._by.user_id, **renumbered(read.record.model_dump())})
        await batch.flush()

    async def _insert_row(self, table: type[SQLModel], fields: dict[str, Any]) -> None:
        batch = Batch(self._session, table)
        await batch.add({"user_id": self._by.user_id, **fields})
        await batch.flush()

    async def _records(self, name: str, model: type[Part]) -> AsyncGenerator[Read[Part]]:
        """Yield the records of imported conversations, with their ids here; none of conversations that were here."""
        async for read in self._reader.records(name, model):
            thread_id = read.record.thread_id
            if thread_id in self.new_ids:
                renamed = self._renamed(read, name, model) if self.is_renamed(thread_id) else read
                if isinstance(renamed, Message):
                    self._reader.report.skip(read.line, renamed)
                else:
                    yield renamed
            elif thread_id not in self._all_ids:  # the parts of one that was here are here, too
                self._reader.report.skip(read.line, NO_CONVERSATION)

    def _renamed(self, read: Read[Part], name: str, model: type[Part]) -> Read[Part] | Message:
        """Return the record, parsed again with the suffix at all ids in its text, or why it cannot be imported."""
        renamed = parse(read.line, with_suffix(read.text, self.suffix), model, name)
        if not isinstance(renamed, Message) and renamed.record.thread_id != self.new_ids[read.record.thread_id]:
            return NO_CONVERSATION  # an id of another form than ours ("thread-1") gets no suffix
        return renamed
