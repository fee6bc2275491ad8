"""Routes under /api/attachments: files that go along with messages."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Annotated, Any, NamedTuple, cast
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from taskchat_app.api.core.credentials import Chatter, signed_or
from taskchat_app.api.core.request_bodies import check_form_charset
from taskchat_app.api.streams.uploads import FULL, held_bytes, receive_upload
from taskchat_app.assistant.threads.attachment_store import as_attachment
from taskchat_app.domain.attachments import attachments
from taskchat_app.domain.attachments.attachments import FILE_MAX_BYTES
from taskchat_app.domain.attachments.media_types import SHOWN_BY_BROWSERS
from taskchat_app.domain.attachments.signed_urls import path_of
from taskchat_app.domain.limits.open_connections import Bound, OpenCounts
from taskchat_app.domain.storage import models
from taskchat_app.domain.storage.database import reading, transaction
from taskchat_app.domain.storage.errors import BadRequest
from taskchat_app.domain.storage.user_lock import in_queue
from taskchat_app.i18n.messages import gettext

router = APIRouter(prefix="/api/attachments", tags=["attachments"])

FORM_MAX_BYTES = 64 * 1024
"""The most bytes that a multipart body may have besides the file."""
UPLOADS_OF_PERSON, UPLOADS_MAX = 3, 100
"""The most uploads at once in this process, of one user and of all."""
ARRIVED = Bound("attachments", 16 * FILE_MAX_BYTES)
"""The most bytes of arriving files in memory at once."""
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
BINARY = {"type": "string", "format": "binary"}
FORM = {"type": "object", "required": ["file"], "properties": {"file": BINARY}}
CONTENT = {"multipart/form-data": {"schema": FORM}, "application/octet-stream": {"schema": BINARY}}
BODY: dict[str, Any] = {"requestBody": {"required": True, "content": CONTENT}}
FILE: dict[int | str, dict[str, Any]] = {200: {"content": {"*/*": {"schema": BINARY}}}}

_open = OpenCounts()

Uploader = Annotated[str, signed_or("upload", "chat")]
Loader = Annotated[str, signed_or("load", "read")]


@router.post("", status_code=201, openapi_extra=BODY)
async def create(request: Request, person: Chatter, name: Annotated[str, Query()] = "") -> Response:
    """Upload a file of up to 10 MB, as `file` of a form or as the body with `name`; a message then names its id.

    PNG, JPEG, WebP, GIF, PDF or text in UTF-8, by content. Pictures are stored without their metadata.
    """
    async with _sent_file(request, person.id) as file:
        row = await attachments.add(person.id, name or file.name, file.content)
    return JSONResponse(_json(row), 201)


@router.put("/{attachment_id}", openapi_extra=BODY)
async def upload(attachment_id: str, request: Request, user_id: Uploader) -> Response:
    """Upload the content of a file created by `attachments.create`, to its signed address or with a login."""
    async with reading(user_id) as session:
        await attachments.access_unsent(session, user_id, attachment_id)
    async with _sent_file(request, user_id) as file:
        row = await attachments.upload(user_id, attachment_id, file.content)
    return JSONResponse(_json(row))


@router.get("/{attachment_id}", response_class=Response, responses=FILE)
async def load(attachment_id: str, user_id: Loader, preview: Annotated[bool, Query()] = False) -> Response:
    """Return the file, or the small preview of a picture; with a signed address also without a login."""
    file = await attachments.load(user_id, attachment_id, preview=preview)
    disposition = "inline" if file.mime_type in SHOWN_BY_BROWSERS else "attachment"
    headers = {
        "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(file.name, safe='')}",
        "Content-Security-Policy": FILE_POLICY,
        "Cache-Control": "private, max-age=3600",
    }
    return Response(file.content, headers=headers, media_type=file.mime_type)


@router.delete("/{attachment_id}", status_code=204, response_class=Response)
async def delete(attachment_id: str, person: Chatter, unsent: Annotated[bool, Query()] = False) -> None:
    """Delete the file; the message that it was sent with stays without it. With `unsent`, a sent file is 404."""
    async with in_queue(person.id), transaction(person.id) as session:
        await attachments.remove(session, person.cause("api"), attachment_id, unsent=unsent)


def _upload_place(user_id: str) -> AbstractContextManager[None]:
    """Count one more upload of the user until the context ends; it raises TooManyOpen."""
    return _open.taken((Bound(user_id, UPLOADS_OF_PERSON), Bound("uploads", UPLOADS_MAX)), FULL)


class _SentFile(NamedTuple):
    name: str
    """Empty if the client gave none."""
    content: bytes


@asynccontextmanager
async def _sent_file(request: Request, user_id: str) -> AsyncGenerator[_SentFile]:
    """Yield the file that is the request's body, or in its form; its bytes count as held until the context ends."""
    body = bytearray()
    with _upload_place(user_id), held_bytes(ARRIVED, body.extend) as take:
        size = await receive_upload(request, FILE_MAX_BYTES + FORM_MAX_BYTES, take)
        is_form = request.headers.get("content-type", "").lower().startswith("multipart/form-data")
        attachments.check_size(size - FORM_MAX_BYTES if is_form else size)  # the form's own bytes are not the file's
        file = await _file_in_form(request.headers, bytes(body)) if is_form else _SentFile("", bytes(body))
        body.clear()  # so that the file is in memory once
        yield file


async def _file_in_form(headers: Headers, body: bytes) -> _SentFile:
    """Return the only file of a multipart form; raise BadRequest without one."""
    check_form_charset(headers)

    async def stream() -> AsyncIterator[bytes]:
        yield body

    try:
        form = await MultiPartParser(headers, cast(Any, stream()), max_files=1, max_fields=8).parse()
    except (MultiPartException, KeyError) as error:
        raise BadRequest(gettext("The form cannot be read. Send the file as “file” of multipart/form-data.")) from error
    try:
        file = next((value for value in form.values() if isinstance(value, UploadFile)), None)
        if file is None:
            raise BadRequest(gettext("The form has no file. Send it as “file”."))
        return _SentFile(file.filename or "", await file.read())
    finally:
        await form.close()


def _json(row: models.Attachment) -> dict[str, Any]:
    """Return the attachment as ChatKit has it, and its size and address."""
    shown = as_attachment(row).model_dump(mode="json", exclude_none=True, context={"exclude_metadata": True})
    return {**shown, "size": row.size, "url": path_of(row.user_id, row.id, "load")}
