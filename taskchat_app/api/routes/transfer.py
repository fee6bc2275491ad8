"""Routes to take data out and in: GET /api/export, GET /api/tasks.csv, POST /api/import, Markdown."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, ExitStack, aclosing
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from taskchat_app.api.core.credentials import Reader, Writer, uses_bearer
from taskchat_app.api.core.request_language import request_language
from taskchat_app.api.schemas.bodies import Body, Sentence
from taskchat_app.api.schemas.task_bodies import SortedListing
from taskchat_app.api.streams.progress_lines import MEDIA_TYPE, answer_with_progress
from taskchat_app.api.streams.sse import stream_place
from taskchat_app.api.streams.uploads import uploaded
from taskchat_app.assistant.account_data.account_export import PIECE_BYTES, export_account
from taskchat_app.assistant.account_data.file_import import ACCOUNT, FORMATS, import_file
from taskchat_app.assistant.threads.conversation_markdown import markdown_of
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits.open_connections import Bound, OpenCounts
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.storable_values import LAST_TASK_NUMBER
from taskchat_app.domain.transfer.report import ImportReport
from taskchat_app.domain.transfer.tasks_csv import csv_of_tasks
from taskchat_app.i18n.messages import gettext

router = APIRouter(prefix="/api", tags=["transfer"])

MB = 1024 * 1024
ACCOUNT_MAX_BYTES = 512 * MB
"""100,000 tasks with their history have some 150 MB."""
FILE_MAX_BYTES = 20 * MB
EXPORTS_OF_PERSON = 2
EXPORTS_MAX = 6
"""At once in this process: each holds one of 15 database connections until its file is made."""
IMPORTS_OF_PERSON = 2
IMPORTS_MAX = 100
"""At once in this process: each takes some 250 kB of memory while its file arrives."""
ARRIVED = Bound("imports", 8 * ACCOUNT_MAX_BYTES)
"""Bytes on the disk at once, without the first FILE_MAX_BYTES of each file."""
FILE_REQUEST_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file to import, in the format of `format`.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_NUMBER = {"type": "integer"}
_PROGRESS = {"part": {"type": "string"}, "done": _NUMBER, "total": _NUMBER, "share": {"type": ["number", "null"]}}
_LINE: dict[str, Any] = {
    "type": "object",
    "description": "A line of the response; each line has one of these members.",
    "properties": {
        "progress": {"type": "object", "properties": _PROGRESS},
        "result": {"$ref": "#/components/schemas/ImportBody"},
        "problem": {"type": "object"},
    },
}
NDJSON_RESPONSE = {MEDIA_TYPE: {"schema": _LINE}}

_exports = OpenCounts()
_imports = OpenCounts()


class CsvListing(SortedListing):
    """Filters and order as in GET /api/tasks."""

    limit: Annotated[int | None, Field(ge=1, le=LAST_TASK_NUMBER)] = None


class RemarkBody(Body):
    line: int
    reason: Sentence


class PreviewBody(BaseModel):
    """A task as it is imported. `number` is null where it is not decided before the import."""

    line: int
    number: int | None = None
    title: str
    priority: str
    tags: list[str]
    due_at: str | None
    all_day: bool
    recurrence: str | None
    completed_at: str | None


class ImportBody(Body):
    """Result of an import: what it wrote, or with `dry_run` would write.

    `created` is the number of tasks, `conversations` that of conversations; `settings` is true if the file's settings
    were taken. `skipped` lists what was not imported, `notes` tasks that were imported with a change, for example
    without a part, and `tasks` the first of the tasks. `turn_id` names the import for
    `POST /api/turns/{turn_id}/undo`; it is null if nothing was written.
    """

    created: int
    conversations: int
    settings: bool
    skipped: list[RemarkBody]
    notes: list[RemarkBody]
    turn_id: str | None
    tasks: Annotated[list[PreviewBody], Field(validation_alias="preview")]


@router.get("/export", response_class=StreamingResponse)
async def export(person: Reader, request: Request) -> Response:
    """Export everything of this user as one JSON file: tasks with their history, conversations, settings.

    Without the password, logins and tokens. docs/export.md describes the format.
    """
    name = f"taskchat-{now():%Y-%m-%d}.json"
    return await _download(request, person, export_account(person.id), "application/json", name)


@router.get("/tasks.csv", response_class=StreamingResponse)
async def tasks_csv(person: Reader, request: Request, listing: Annotated[CsvListing, Query()]) -> Response:
    """Export tasks as CSV in UTF-8, with the filters of GET /api/tasks. Without `limit`, all of them.

    A cell that a spreadsheet would calculate has a ' before it; POST /api/import takes it away.
    """
    content = csv_of_tasks(person.id, listing.query(person), listing.limit)
    return await _download(request, person, content, "text/csv", f"tasks-{now():%Y-%m-%d}.csv")


@router.get("/conversations/{thread_id}/markdown", response_class=StreamingResponse)
async def conversation_markdown(thread_id: str, person: Reader, request: Request) -> Response:
    """Export the conversation as Markdown, with times in the user's zone."""
    content = markdown_of(person.id, thread_id, request_language.get(), person.zone)
    return await _download(request, person, content, "text/markdown", "conversation.md")


@router.post(
    "/import", response_model=ImportBody, openapi_extra=FILE_REQUEST_BODY, responses={200: {"content": NDJSON_RESPONSE}}
)
async def import_(
    person: Writer,
    request: Request,
    file_format: Annotated[str, Query(alias="format", json_schema_extra={"enum": list(FORMATS)})] = ACCOUNT,
    dry_run: Annotated[bool, Query()] = False,
) -> Response:
    """Import a file, all or nothing, as one turn that can be undone. Importing a file again creates nothing.

    With `dry_run` the answer is the same, and nothing is written. With `Accept: application/x-ndjson` an import that
    takes longer tells its progress: lines `{"progress": {part, done, total, share}}` (docs/export.md), then one line
    `{"result": …}` or `{"problem": …}`. It goes on if the client goes away.
    """
    most = ACCOUNT_MAX_BYTES if file_format == ACCOUNT else FILE_MAX_BYTES
    actor = "api" if uses_bearer(request) else "person"
    report = ImportReport()
    bounds = (Bound(person.id, IMPORTS_OF_PERSON), Bound("imports", IMPORTS_MAX))
    async with AsyncExitStack() as place:
        refusal = gettext("Other files are being imported. Wait for them, then try again.")
        place.enter_context(_imports.taken(bounds, refusal))
        file = await place.enter_async_context(uploaded(request, most, ARRIVED, free=FILE_MAX_BYTES))
        place_of_work = place.pop_all()  # this `with` then releases nothing: `work` may outlast the client

    async def work() -> bytes:
        async with place_of_work:
            await import_file(person, actor, file, file_format, report, dry_run=dry_run)
        return await asyncio.to_thread(_encoded, report, dry_run)

    if MEDIA_TYPE in request.headers.get("accept", ""):
        return await answer_with_progress(request, work(), lambda: _progress(report))
    return Response(await work(), media_type="application/json")


async def _download(
    request: Request, person: Person, content: AsyncGenerator[bytes], media_type: str, name: str
) -> Response:
    """Write all content to a temporary file, and return the response that downloads it under this name.

    Not sent while it is made, in a database transaction: a slow client would keep the connection, and an error after
    the first byte would leave half a file. Raises TooManyOpen.
    """
    bounds = (Bound(person.id, EXPORTS_OF_PERSON), Bound("exports", EXPORTS_MAX))
    with stream_place(request, person) as place:
        file = place.enter_context(SpooledTemporaryFile(MB))  # noqa: SIM115 -- closed with the place
        with _exports.taken(bounds, gettext("Other exports are being made. Wait for them, then try again.")):
            async with aclosing(content) as pieces:
                async for piece in pieces:
                    file.write(piece)
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(file.tell()),
            "Cache-Control": "no-store",
        }
        return _Download(_pieces(file), place.pop_all(), headers=headers, media_type=media_type)


class _Download(StreamingResponse):
    """A response that releases its place and its file when it is over, also if its client leaves before the start."""

    def __init__(self, pieces: AsyncGenerator[bytes], place: ExitStack, *, headers: dict[str, str], media_type: str):
        super().__init__(pieces, headers=headers, media_type=media_type)
        self._place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._place:
            await super().__call__(scope, receive, send)


async def _pieces(file: SpooledTemporaryFile[bytes]) -> AsyncGenerator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE_BYTES):
        yield piece


def _progress(report: ImportReport) -> dict[str, Any]:
    return {"part": report.part, "done": report.done, "total": report.total, "share": report.share}


def _encoded(report: ImportReport, dry_run: bool) -> bytes:
    """Return the ImportBody as JSON, in the reader's language. An import can have a remark for each of its tasks."""
    body = ImportBody.of(report)
    wrote_nothing = dry_run or not (body.created or body.conversations or body.settings)
    if wrote_nothing:
        body.turn_id = None
    return body.model_dump_json().encode()
