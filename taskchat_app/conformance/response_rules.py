"""Rules on every response: media types, the format of streams, the SDK's types, refusals without internals."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any, cast

from chatkit.types import Attachment, Page, SyncCustomActionResponse, Thread, ThreadItem, TranscriptionResult
from pydantic import TypeAdapter, ValidationError

from taskchat_app.conformance.checks import IS_STREAM, IS_WHOLE_STREAM, rule
from taskchat_app.conformance.http_client import EVENT, STREAMING, Exchange, Json, loaded, parse_event

RESPONSES: dict[str, TypeAdapter[Any]] = {
    "threads.get_by_id": TypeAdapter(Thread),
    "threads.list": TypeAdapter(Page[Thread]),
    "threads.update": TypeAdapter(Thread),
    "items.list": TypeAdapter(Page[ThreadItem]),
    "attachments.create": TypeAdapter(Attachment),
    "input.transcribe": TypeAdapter(TranscriptionResult),
    "threads.sync_custom_action": TypeAdapter(SyncCustomActionResponse),
}
"""What chatkit.server.ChatKitServer._process_non_streaming returns; the others return an object, an empty one."""
HIDDEN = ("hidden_context_item", "sdk_hidden_context")
SSE = "WHATWG HTML, 9.2 Server-sent events"
DEFAULT_TYPE = re.compile(r"event(: ?(message)?)?\Z")  # "event: message", "event:message", "event:"
FIELD = re.compile(r"(data|event|id|retry)(:|$)|:")  # a field as in "data: {}", or a comment as in ": ping"
INTERNALS = ("Traceback (most recent call last)", "<html", "<!doctype")


def _is_json(exchange: Exchange) -> bool:
    return exchange.status == HTTPStatus.OK and exchange.kind not in STREAMING


def _is_error(exchange: Exchange) -> bool:
    return exchange.status >= 400


def _media_type(exchange: Exchange) -> str:
    return exchange.headers.get("Content-Type", "").partition(";")[0].strip().lower()


@rule("stream.media_type", f"{SSE}, 9.2.3 and 9.2.5", IS_STREAM)
def stream_media_type(exchange: Exchange) -> Iterator[str]:
    """Streams are text/event-stream, in UTF-8."""
    sent = exchange.headers.get("Content-Type", "no Content-Type")
    charset = re.search(r"charset=\"?([\w-]+)", sent)
    if _media_type(exchange) != "text/event-stream" or (charset and charset[1].lower() != "utf-8"):
        yield sent


@rule(
    "stream.not_cached",
    "RFC 9111, 5.2.2.4 and 5.2.2.5; WHATWG HTML, 9.2.2: EventSource reads with the cache mode no-store",
    IS_STREAM,
)
def not_cached(exchange: Exchange) -> Iterator[str]:
    """Streams are sent with Cache-Control: no-cache or no-store."""
    sent = exchange.headers.get("Cache-Control", "")
    if not {"no-cache", "no-store"} & {part.strip().lower() for part in sent.split(",")}:
        yield f"Cache-Control: {sent}" if sent else "no Cache-Control"


@rule("stream.format", f"{SSE}, 9.2.5 and 9.2.6; chatkit.server.ChatKitServer._process_streaming", IS_WHOLE_STREAM)
def stream_format(exchange: Exchange) -> Iterator[str]:
    """Streams hold lines of server-sent events in UTF-8, each event ended by an empty line, of the default type."""
    try:
        text = exchange.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield str(error)
        return
    lines = re.split(r"\r\n|\r|\n", text)
    for line in lines:
        is_of_other_type = line.startswith("event") and not DEFAULT_TYPE.match(line)
        if line and (is_of_other_type or not FIELD.match(line)):
            yield f"the line {line[:60]!r}"
    without_comments = [line for line in lines if not line.startswith(":")]
    # The last two are the empty line, and what follows its end: nothing.
    if any(without_comments[-2:]):
        yield f"the last event is not ended by an empty line: {text[-60:]!r}"


@rule("stream.json", "chatkit.server.ChatKitServer._serialize", IS_WHOLE_STREAM)
def stream_json(exchange: Exchange) -> Iterator[str]:
    """The data of each event is a JSON object."""
    for data in exchange.data:
        if not isinstance(loaded(data), dict):
            yield repr(data[:80])


@rule("stream.types", "chatkit.types.ThreadStreamEvent", IS_STREAM)
def stream_types(exchange: Exchange) -> Iterator[str]:
    """Each event is of a type of the SDK, without coercion."""
    for data in exchange.data:
        if isinstance(loaded(data), dict) and parse_event(data) is None:
            yield f"{_first_error(EVENT, data)} in {data[:120]}"


@rule("stream.ends", "RFC 9112, 8; chatkit.server.StreamingResult", IS_STREAM)
def stream_ends(exchange: Exchange) -> Iterator[str]:
    """Each stream ends by itself."""
    if exchange.end in ("broken", "timeout"):
        how = "the connection broke off" if exchange.end == "broken" else "it did not end in time"
        yield f"{how} after {[event.type for event in exchange.events][-3:]}"


@rule("json.media_type", "chatkit.server.NonStreamingResult; RFC 8259, 11", _is_json)
def json_media_type(exchange: Exchange) -> Iterator[str]:
    """What is not streamed is application/json."""
    if _media_type(exchange) != "application/json":
        yield exchange.headers.get("Content-Type", "no Content-Type")


@rule("json.types", "chatkit.server.ChatKitServer._process_non_streaming", _is_json)
def json_types(exchange: Exchange) -> Iterator[str]:
    """Each answer is of the SDK's type for its request, without coercion."""
    if exchange.kind in RESPONSES:
        found = _first_error(RESPONSES[exchange.kind], exchange.body)
        if found:
            yield f"{found} in {exchange.summary}"
    elif not exchange.is_object:
        yield exchange.summary


@rule("json.nothing_hidden", "chatkit.server.ChatKitServer._to_thread_response; chatkit.types.HiddenContextItem")
def nothing_hidden(exchange: Exchange) -> Iterator[str]:
    """Hidden context items and metadata of threads never leave the server."""
    values = [loaded(data) for data in exchange.data] if exchange.is_stream else [exchange.json]
    for found in _objects(values):
        if found.get("type") in HIDDEN:
            yield f"an item of the type {found['type']}"
        if "items" in found and "status" in found and found.get("metadata"):
            yield f"a thread's metadata {found['metadata']}"


@rule("errors.no_server_error", "RFC 9110, 15.5 and 15.6: what the client did wrong is 4xx")
def no_server_error(exchange: Exchange) -> Iterator[str]:
    """No request is answered with a status of 500 or more, except 501."""
    if exchange.status >= 500 and exchange.status != HTTPStatus.NOT_IMPLEMENTED:
        yield exchange.summary


@rule("errors.problem_json", "RFC 9457, 3 and 3.1", _is_error)
def problem_json(exchange: Exchange) -> Iterator[str]:
    """Refusals are application/problem+json with title, detail and the response's status."""
    if _media_type(exchange) != "application/problem+json":
        yield f"{exchange.status} as {exchange.headers.get('Content-Type', 'no Content-Type')}"
        return
    problem = exchange.document
    for member in ("title", "detail"):
        if not isinstance(problem.get(member), str) or not problem[member].strip():
            yield f"no {member} in {exchange.summary}"
    if problem.get("status") != exchange.status:
        yield f"the member status is {problem.get('status')}, the response's {exchange.status}"
    if not isinstance(problem.get("type", ""), str):
        yield f"type is no text in {exchange.summary}"


@rule("errors.no_internals", "RFC 9457, 5 Security", _is_error)
def no_internals(exchange: Exchange) -> Iterator[str]:
    """Refusals hold neither HTML nor a stack trace."""
    text = exchange.body.decode(errors="replace").lower()
    yield from (f"{mark!r} in {exchange.summary}" for mark in INTERNALS if mark.lower() in text)


def _first_error(kind: TypeAdapter[Any], data: str | bytes) -> str:
    """Return what is wrong with the JSON, empty if it is of this type."""
    try:
        kind.validate_json(data, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return ""


def _objects(value: Any) -> Iterator[Json]:
    """Yield the objects in a JSON value, the value itself included."""
    if isinstance(value, dict):
        yield cast("Json", value)
        value = list(cast("Json", value).values())
    if isinstance(value, list):
        for one in cast("list[Any]", value):
            yield from _objects(one)
