"""The ChatKit protocol over HTTP; every refusal is answered before the stream begins."""

import json
import math
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, cast

from chatkit.types import (
    ChatKitReq,
    ItemsFeedbackReq,
    ItemsListReq,
    ThreadsDeleteReq,
    ThreadsGetByIdReq,
    ThreadsListReq,
    ThreadStreamEvent,
    ThreadsUpdateReq,
    is_streaming_req,
)
from fastapi import APIRouter, Request, Response
from pydantic import TypeAdapter, ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.api.chatkit_events import encode, encoded_events
from taskchat_app.api.credentials import ChatClient
from taskchat_app.api.idempotency import Once, answer_once
from taskchat_app.api.sse import stream
from taskchat_app.api.stream_limits import stream_place
from taskchat_app.assistant.core.context import RequestContext
from taskchat_app.assistant.turns import actions, turns
from taskchat_app.assistant.turns.admission import begins_turn
from taskchat_app.assistant.turns.chatkit_server import server
from taskchat_app.assistant.turns.turns import FollowableTurn
from taskchat_app.domain.storage.errors import BadRequest
from taskchat_app.domain.storage.storable_text import is_storable
from taskchat_app.i18n.messages import gettext

router = APIRouter(tags=["Chat"])

READING = ThreadsGetByIdReq | ThreadsListReq | ItemsListReq
WRITING = ThreadsUpdateReq | ThreadsDeleteReq | ItemsFeedbackReq
DEPTH_MAX = 64

_request: TypeAdapter[ChatKitReq] = TypeAdapter(ChatKitReq)


@router.post("/api/chatkit")
async def chatkit(request: Request, person: ChatClient, once: Once) -> Response:
    """One ChatKit request: streaming ones answer with server-sent events, the others with JSON."""
    parsed = _parsed(await request.body())
    if is_streaming_req(parsed):
        with stream_place(request, person) as place:
            if begins_turn(parsed):
                return stream(_answer(await turns.start(person, parsed, key=once)), person, place)
            return stream(_once(await actions.perform(person, "person", parsed, once)), person, place)
    if isinstance(parsed, READING):
        return Response(await server.answer(parsed, RequestContext(person)), media_type="application/json")
    if not isinstance(parsed, WRITING):
        raise BadRequest(gettext("taskchat does not offer {what}.", what=parsed.type))

    async def work(session: AsyncSession) -> Any:
        return json.loads(await server.answer(parsed, RequestContext(person, session=session)))

    return await answer_once(person, once, work)


def _parsed(body: bytes) -> ChatKitReq:
    """The request; BadRequest when it is no JSON in UTF-8, or no request of ChatKit's."""
    try:
        loaded = json.loads(body.decode())
        usable = _is_usable(loaded, depth=0)
    except (ValueError, RecursionError) as error:
        raise BadRequest(gettext("The body is not JSON. Send a ChatKit request as JSON in UTF-8.")) from error
    if not usable:
        raise BadRequest(
            gettext(
                "The request holds a NUL character, half of a character (a lone surrogate), a number that is not finite"
                " or too deep a nesting. Remove it and send the request again."
            )
        )
    try:
        return _request.validate_python(loaded)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "type"
        raise BadRequest(
            gettext("This is not a ChatKit request: {place}: {msg}.", place=place, msg=first["msg"])
        ) from error


def _is_usable(value: Any, *, depth: int) -> bool:
    """Whether the database can keep the JSON value and the SDK can write it again."""
    if isinstance(value, str):
        return is_storable(value)
    if isinstance(value, float):
        return math.isfinite(value)  # NaN and Infinity, which Python reads and Postgres does not keep
    if not isinstance(value, dict | list):
        return True
    inner = cast("list[Any]", [*value, *value.values()] if isinstance(value, dict) else value)
    return depth < DEPTH_MAX and all(_is_usable(one, depth=depth + 1) for one in inner)


async def _answer(turn: FollowableTurn) -> AsyncGenerator[list[bytes], None]:
    """Yield the turn's encoded events; a client that leaves may stop its turn, as the widget's Stop does."""
    try:
        async with aclosing(encoded_events(turn)) as batches:
            async for batch in batches:
                yield batch
    finally:
        # At once and without waiting: what a closed connection awaits is cancelled again and again.
        turn.stop_if_unfollowed()


async def _once(events: list[ThreadStreamEvent]) -> AsyncGenerator[list[bytes], None]:
    yield [encode(event) for event in events]
