"""Imports the files of conversations from an account file; a file's content comes in parts, in order."""

from sqlalchemy import func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.account_data.conversations_import import ImportedConversations, of_imported
from taskchat_app.assistant.account_data.record_reader import RecordReader
from taskchat_app.assistant.account_data.records import FilePartRecord, FileRecord
from taskchat_app.assistant.account_data.rows_import import Batch
from taskchat_app.domain.attachments.attachments import FULL, STORED_MAX_BYTES
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.errors import ListFull
from taskchat_app.domain.storage.models import Attachment, AttachmentContent

APPEND = text("""
    UPDATE attachment_contents SET content = content || :data
    WHERE user_id = :user_id AND attachment_id = :attachment_id
        AND octet_length(content) + octet_length(:data)
            <= (SELECT size FROM attachments WHERE user_id = :user_id AND id = :attachment_id)
""")
OF_CONTENT = {"preview", "for_model", "text"}


async def import_files(session: AsyncSession, by: Cause, reader: RecordReader, imported: ImportedConversations) -> None:
    """Import the files of imported conversations; raises ListFull if the account then has too many."""
    async for read in of_imported(reader, "files", FileRecord, imported):
        # Not model_dump, which writes Base64 again.
        fields = {name: getattr(read.record, name) for name in FileRecord.model_fields}
        row = {name: fields[name] for name in fields.keys() - OF_CONTENT - {"thread_id"}}
        content = {name: fields[name] for name in OF_CONTENT}
        for model, values in (
            (Attachment, row),
            (AttachmentContent, content | {"attachment_id": read.record.id, "content": b""}),
        ):
            batch = Batch(session, model)
            await batch.add({"user_id": by.user_id, **values})
            await batch.flush()
    connection = await session.connection()
    async for read in of_imported(reader, "file_parts", FilePartRecord, imported):
        named = {"user_id": by.user_id, "attachment_id": read.record.attachment_id}
        await connection.execute(APPEND, named | {"data": read.record.data})
    total = select(func.coalesce(func.sum(Attachment.size), 0)).where(col(Attachment.user_id) == by.user_id)
    if (await session.exec(total)).one() > STORED_MAX_BYTES:
        raise ListFull(FULL)
