"""The ChatKit protocol over HTTP: everything that can be refused is refused before the stream begins."""

import json
import re
from collections.abc import AsyncIterator

from chatkit.server import NonStreamingResult
from chatkit.types import (
    ChatKitReq,
    ItemsFeedbackReq,
    ItemsListReq,
    ThreadsDeleteReq,
    ThreadsGetByIdReq,
    ThreadsListReq,
    ThreadsUpdateReq,
    is_streaming_req,
)
from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter, ValidationError

from taskchat_app.api.credentials import ChatClient
from taskchat_app.api.sse import stream
from taskchat_app.assistant import turns
from taskchat_app.assistant.context import Asking
from taskchat_app.assistant.turns import Turn
from taskchat_app.domain.accounts import Person
from taskchat_app.domain.errors import BadRequest

router = APIRouter(tags=["Chat"])

OFFERED = (ThreadsGetByIdReq, ThreadsListReq, ThreadsUpdateReq, ThreadsDeleteReq, ItemsListReq, ItemsFeedbackReq)
NUL_OR_SURROGATE = re.compile(r"[\x00\ud800-\udfff]")

_request: TypeAdapter[ChatKitReq] = TypeAdapter(ChatKitReq)


@router.post("/api/chatkit")
async def chatkit(request: Request, person: ChatClient) -> Response:
    """One ChatKit request: streaming ones answer with server-sent events, the others with JSON."""
    parsed = _parsed(await request.body())
    if is_streaming_req(parsed):
        turn = await turns.start(person, parsed)
        return stream(_wire(turn, person), person)
    if not isinstance(parsed, OFFERED):
        raise BadRequest(f"taskchat does not offer {parsed.type}.")
    result = await turns.server.process(parsed.model_dump_json(), Asking(person))
    assert isinstance(result, NonStreamingResult)
    return Response(result.json, media_type="application/json")


def _parsed(body: bytes) -> ChatKitReq:
    """The request; BadRequest when it is no JSON in UTF-8, or no request of ChatKit's."""
    try:
        loaded = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("The body is not JSON. Send a ChatKit request as JSON in UTF-8.") from error
    if NUL_OR_SURROGATE.search(json.dumps(loaded, ensure_ascii=False)):
        raise BadRequest("The request holds a NUL character or half of a character (a lone surrogate). Remove it.")
    try:
        return _request.validate_python(loaded)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "type"
        raise BadRequest(f"This is not a ChatKit request: {place}: {first['msg']}.") from error


async def _wire(turn: Turn, person: Person) -> AsyncIterator[bytes]:
    """The turn's events as they go over the wire; a client that goes away alone stops its turn, like the widget."""
    finished = False
    try:
        async for event in turn.follow():
            yield event.wire + b"\n\n"
        finished = True
    finally:
        if not finished and turn.followers <= 1 and turn.context is not None:
            await turns.stop(person.id, turn.id)
