"""Creates, uploads, loads, attaches and deletes files: each belongs to one user, and to one message once it is sent."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from math import ceil

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.attachments.file_conversion import convert_file
from taskchat_app.domain.attachments.media_types import checked_name, declared_type, type_of
from taskchat_app.domain.attachments.picture_and_pdf_conversion import Parts
from taskchat_app.domain.limits.account_bytes import MB, add_bytes, forget_refusal
from taskchat_app.domain.limits.rate_limits import Limit, take_or_refuse
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.errors import BadRequest, Invalid, NotFound, TooLarge
from taskchat_app.domain.storage.models import Attachment, AttachmentContent, ThreadItem
from taskchat_app.domain.storage.storable_values import is_storable
from taskchat_app.domain.storage.user_lock import lock_user
from taskchat_app.i18n.messages import gettext

FILE_MAX_BYTES = 10 * MB
PER_MESSAGE_MAX = 10
UNSENT_MAX = 30
"""Files of one user that are in no message; one more takes the place of the oldest."""
UNSENT_FOR = timedelta(days=1)
KILOBYTES_PER_DAY = Limit("attachment_kilobytes", 300_000, timedelta(days=1))

TOO_LARGE = gettext("A file has at most {most} MB. Make it smaller, or attach a part of it.", most=FILE_MAX_BYTES // MB)
NO_SUCH_FILE = gettext("This file does not exist, or not any more. Attach it again.")


@dataclass(frozen=True, slots=True)
class LoadedFile:
    name: str
    mime_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class FileForModel:
    """A file as it is sent to the model: a picture (JPEG), or its text, which may be empty."""

    name: str
    picture: bytes
    text: str


async def create(session: AsyncSession, user_id: str, name: str, mime_type: str, size: int) -> Attachment:
    """Store that a file of this size in bytes is to be uploaded. Raises Invalid, TooLarge or UnsupportedType."""
    declared = declared_type(mime_type)
    if size < 0:
        raise Invalid(gettext("Give the file's size in bytes."), field="size")
    check_size(size)
    await lock_user(session, user_id)
    await _remove_oldest_unsent(session, user_id)
    new_id = f"atc_{uuid.uuid4().hex}"
    row = Attachment(user_id=user_id, id=new_id, name=checked_name(name), mime_type=declared, size=size)
    row.created_at = now()
    session.add(row)
    return row


def check_size(size: int) -> None:
    """Raise TooLarge for more bytes than a file may have."""
    if size > FILE_MAX_BYTES:
        raise TooLarge(TOO_LARGE, most=FILE_MAX_BYTES)


async def add(user_id: str, name: str, content: bytes) -> Attachment:
    """Store a whole file. Raises Invalid, TooLarge, UnsupportedType, AccountFull or BurstLimit."""
    name = checked_name(name)
    mime_type, parts = await _read(user_id, content, name)
    async with transaction(user_id) as session:
        row = await create(session, user_id, name, mime_type, len(content))
        await session.flush()
        await _store(session, row, mime_type, parts)
    return row


async def upload(user_id: str, attachment_id: str, content: bytes) -> Attachment:
    """Store the content of a file that is not sent yet; a second upload replaces the first.

    Raises NotFound, and what add() raises.
    """
    async with reading(user_id) as session:
        name = (await access_unsent(session, user_id, attachment_id)).name
    mime_type, parts = await _read(user_id, content, name)
    async with transaction(user_id) as session:
        await lock_user(session, user_id)
        row = await access_unsent(session, user_id, attachment_id)
        await session.exec(delete(AttachmentContent).where(_is_content_of(user_id, [attachment_id])))
        await _store(session, row, mime_type, parts)
    return row


async def _read(user_id: str, content: bytes, name: str) -> tuple[str, Parts]:
    check_size(len(content))
    if not content:
        raise Invalid(gettext("The file is empty. Attach another one."), field="file")
    mime_type = type_of(content, name)
    parts = await convert_file(user_id, content, mime_type)
    check_size(len(parts.content))  # a picture that is saved again may be larger
    return mime_type, parts


async def _store(session: AsyncSession, row: Attachment, mime_type: str, parts: Parts) -> None:
    size = len(parts.content)
    refusal = gettext("You attached too much today. Try again tomorrow.")
    await take_or_refuse(session, KILOBYTES_PER_DAY, row.user_id, refusal, uses=ceil(size / 1000))
    row.mime_type, row.size, row.uploaded_at = mime_type, size, now()
    session.add(row)
    session.add(
        AttachmentContent(
            user_id=row.user_id,
            attachment_id=row.id,
            content=parts.content,
            preview=parts.preview,
            for_model=parts.for_model,
            text=parts.text.decode(),
        )
    )
    await session.flush()
    await add_bytes(session, row.user_id, sum(map(len, parts)))


async def access(session: AsyncSession, user_id: str, attachment_id: str) -> Attachment:
    """Return the user's attachment; raise NotFound if it is absent or another user's."""
    query = select(Attachment).where(Attachment.user_id == user_id, Attachment.id == attachment_id)
    row = (await session.exec(query)).one_or_none() if is_storable(attachment_id) else None
    if row is None:
        raise NotFound(NO_SUCH_FILE)
    return row


async def access_unsent(session: AsyncSession, user_id: str, attachment_id: str) -> Attachment:
    """Return the user's attachment if it is in no message; raise NotFound otherwise."""
    row = await access(session, user_id, attachment_id)
    if row.item_id is not None:
        raise NotFound(NO_SUCH_FILE)
    return row


async def load(user_id: str, attachment_id: str, *, preview: bool) -> LoadedFile:
    """Return the file or its preview; raise NotFound if there is none."""
    async with reading(user_id) as session:
        row = await access(session, user_id, attachment_id)
        part = AttachmentContent.preview if preview else AttachmentContent.content
        content = (await session.exec(select(part).where(_is_content_of(user_id, [attachment_id])))).one_or_none()
    if not content:
        raise NotFound(NO_SUCH_FILE)
    return LoadedFile(row.name, "image/webp" if preview else row.mime_type, content)


async def of_message(session: AsyncSession, user_id: str, attachment_ids: Sequence[str]) -> list[Attachment]:
    """Return the attachments of a message that is about to be stored, in its order.

    Raises BadRequest for too many or one that is named twice, not uploaded or already sent, NotFound for absent ones.
    """
    if len(attachment_ids) > PER_MESSAGE_MAX:
        raise BadRequest(gettext("A message has at most {most} files. Send the others after it.", most=PER_MESSAGE_MAX))
    rows = [await access(session, user_id, attachment_id) for attachment_id in attachment_ids]
    if len(set(attachment_ids)) < len(rows) or any(row.item_id is not None for row in rows):
        raise BadRequest(gettext("A file can be sent once only. Attach it again."))
    if missing := [row.name for row in rows if row.uploaded_at is None]:
        raise BadRequest(gettext("{name} is not uploaded yet. Wait for it, or remove it.", name=missing[0]))
    return rows


async def attach(session: AsyncSession, user_id: str, attachment_ids: Sequence[str], item_id: str) -> None:
    """Make the attachments those of the stored message."""
    its = (col(Attachment.user_id) == user_id) & col(Attachment.id).in_(attachment_ids)
    await session.exec(update(Attachment).where(its).values(item_id=item_id))


async def remove(session: AsyncSession, by: Cause, attachment_id: str, *, unsent: bool = False) -> None:
    """Delete the attachment. Raises NotFound if it is absent or, with `unsent`, in a message."""
    await lock_user(session, by.user_id)
    access_row = access_unsent if unsent else access
    row = await access_row(session, by.user_id, attachment_id)
    if row.item_id is not None:
        message = await session.get_one(ThreadItem, row.item_id, with_for_update=True)
        left = [file for file in message.body.get("attachments", ()) if file["id"] != attachment_id]
        message.body = {**message.body, "attachments": left}
        in_thread = replace(by, thread_id=message.thread_id)
        await record(session, in_thread, [Entry("message", "updated", item_id=message.id)])
    await session.delete(row)
    forget_refusal(by.user_id)


async def files_for_model(user_id: str, attachment_ids: Sequence[str]) -> list[FileForModel]:
    """Return what the model gets of these files, in their order; files that are gone are left out."""
    columns = select(Attachment.id, Attachment.name, AttachmentContent.for_model, AttachmentContent.text)
    found = columns.join(AttachmentContent, col(Attachment.id) == col(AttachmentContent.attachment_id))
    found = found.where(Attachment.user_id == user_id, _is_content_of(user_id, attachment_ids))
    async with reading(user_id) as session:
        rows = (await session.exec(found)).all()
    files = {file_id: FileForModel(name, picture, text) for file_id, name, picture, text in rows}
    return [files[attachment_id] for attachment_id in attachment_ids if attachment_id in files]


def _is_content_of(user_id: str, attachment_ids: Sequence[str]) -> ColumnElement[bool]:
    return (col(AttachmentContent.user_id) == user_id) & col(AttachmentContent.attachment_id).in_(attachment_ids)


async def _remove_oldest_unsent(session: AsyncSession, user_id: str) -> None:
    """Make room for one more file that is in no message."""
    unsent = select(Attachment.id).where(Attachment.user_id == user_id, col(Attachment.item_id).is_(None))
    newest_first = unsent.order_by(col(Attachment.created_at).desc(), col(Attachment.id))
    if too_many := (await session.exec(newest_first.offset(UNSENT_MAX - 1))).all():
        its = (col(Attachment.user_id) == user_id) & col(Attachment.id).in_(too_many)
        await session.exec(delete(Attachment).where(its))
