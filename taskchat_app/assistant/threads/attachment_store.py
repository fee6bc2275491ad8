"""Attachments over the ChatKit protocol: created before their upload, shown with signed addresses."""

from collections.abc import Sequence

from chatkit.store import AttachmentStore
from chatkit.types import (
    Attachment,
    AttachmentCreateParams,
    AttachmentUploadDescriptor,
    FileAttachment,
    ImageAttachment,
    UserMessageItem,
)
from pydantic import AnyUrl

from taskchat_app.assistant.core.context import RequestContext
from taskchat_app.domain.attachments import attachments
from taskchat_app.domain.attachments.media_types import IMAGES
from taskchat_app.domain.attachments.signed_urls import address_of
from taskchat_app.domain.storage import models


class PostgresAttachmentStore(AttachmentStore[RequestContext]):
    """Two-phase uploads of one user; the client then sends the file to `upload_descriptor.url`."""

    async def create_attachment(self, input: AttachmentCreateParams, context: RequestContext) -> Attachment:  # noqa: A002 -- the SDK's name
        async with context.writing() as session:
            row = await attachments.create(session, context.user_id, input.name, input.mime_type, input.size)
            return as_attachment(row)

    async def delete_attachment(self, attachment_id: str, context: RequestContext) -> None:
        async with context.writing() as session:
            await attachments.remove(session, context.cause(), attachment_id)


def as_attachment(row: models.Attachment, thread_id: str | None = None) -> Attachment:
    """Convert a row to a ChatKit attachment, with the address to upload it to if its content is not here yet."""
    upload = None
    if row.uploaded_at is None:
        url = AnyUrl(address_of(row.user_id, row.id, "upload"))
        upload = AttachmentUploadDescriptor(url=url, method="PUT")
    shown = FileAttachment(
        id=row.id,
        name=row.name,
        mime_type=row.mime_type,
        upload_descriptor=upload,
        thread_id=thread_id,
        metadata={"size": row.size},
    )
    return _with_preview(row.user_id, shown) if row.mime_type in IMAGES else shown


def with_addresses(user_id: str, message: UserMessageItem) -> UserMessageItem:
    """Return the stored message with addresses of its pictures that are valid now."""
    shown: Sequence[Attachment] = [
        _with_preview(user_id, file) if file.mime_type in IMAGES else file for file in message.attachments
    ]
    return message.model_copy(update={"attachments": shown})


def _with_preview(user_id: str, shown: Attachment) -> ImageAttachment:
    preview = AnyUrl(address_of(user_id, shown.id, "load", preview=True))
    fields = {name: getattr(shown, name) for name in FileAttachment.model_fields if name != "type"}
    return ImageAttachment(**fields, preview_url=preview)
