"""The assistant over HTTP: one message with its whole answer, and ChatKit, whose refusals precede the stream."""

import json
import math
from collections.abc import AsyncGenerator
from contextlib import ExitStack
from http import HTTPStatus
from typing import Annotated, Any, Literal, cast

from chatkit.types import (
    ChatKitReq,
    InputTranscribeReq,
    ItemsListReq,
    NonStreamingReq,
    StreamingReq,
    ThreadsAddClientToolOutputReq,
    ThreadsGetByIdReq,
    ThreadsListReq,
    ThreadsSyncCustomActionReq,
    ThreadStreamEvent,
    TranscriptionResult,
    is_streaming_req,
)
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from taskchat_app.api.core.credentials import ChatClient, Chatter
from taskchat_app.api.core.idempotency import OptionalKey, answer_once
from taskchat_app.api.core.problems import problem
from taskchat_app.api.core.request_language import request_language
from taskchat_app.api.routes.activity import ChangeBody, changes_json
from taskchat_app.api.schemas.bodies import StrictBody
from taskchat_app.api.schemas.openapi_fields import MessageText
from taskchat_app.api.streams.sse import encode, encoded_events, stream, stream_place
from taskchat_app.assistant.agent.dictation import transcribe
from taskchat_app.assistant.core.context import RequestContext
from taskchat_app.assistant.core.items import json_in
from taskchat_app.assistant.turns import actions, turns, whole_answer
from taskchat_app.assistant.turns.actions import Click, Outcome
from taskchat_app.assistant.turns.admission import begins_turn
from taskchat_app.assistant.turns.chatkit_server import chat_server
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.idempotency_keys import RequestKey
from taskchat_app.domain.storage.errors import BadRequest
from taskchat_app.domain.storage.storable_values import is_storable
from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import ENGLISH, gettext
from taskchat_app.i18n.validation_messages import complaint

router = APIRouter(tags=["Chat"])

ReadingReq = ThreadsGetByIdReq | ThreadsListReq | ItemsListReq
DEPTH_MAX = 64
"""Levels of lists and objects in a request."""

STREAM_EXAMPLE = """\
data: {"type": "thread.item.done", "item": {"type": "user_message", "id": "msg_1", "thread_id": "thr_1", …}}

data: {"type": "thread.item.added", "item": {"type": "assistant_message", "id": "msg_2", "content": [], …}}

data: {"type": "thread.item.updated", "item_id": "msg_2", "update": {
  "type": "assistant_message.content_part.text_delta", "content_index": 0, "delta": "Added #7"}}

data: {"type": "thread.item.done", "item": {"type": "assistant_message", "id": "msg_2", …}}

: still here
"""
"""A streamed answer, in which the JSON of each event is really one line."""
STREAM = {
    "schema": {"type": "string", "description": "Server-sent events: one ChatKit event as JSON in each `data:` line."},
    "example": STREAM_EXAMPLE,
}

_chatkit_request: TypeAdapter[ChatKitReq] = TypeAdapter(ChatKitReq)


class QuestionBody(StrictBody):
    """One message to the assistant, in the conversation with this id, or in a new one."""

    text: MessageText
    conversation: Annotated[
        str | None, Field(description="`conversation` of an earlier answer; without it a new one is begun.")
    ] = None


class AnswerBody(BaseModel):
    """The assistant's answer, and the changes of tasks that it made.

    `needs`: `proposal` if it asks whether to delete tasks, which “yes” as the next message in the conversation does,
    within 10 minutes; `choice` if it asks which of several tasks is meant, which a message with its number answers.
    """

    answer: str
    changes: list[ChangeBody]
    conversation: str
    needs: Literal["proposal", "choice"] | None


@router.post("/api/assistant", response_model=AnswerBody, response_model_exclude_unset=True)
async def ask(asked: QuestionBody, request: Request, person: Chatter, key: OptionalKey) -> Any:
    """Send one message to the assistant, and get its answer once it is complete, after TURN_TIMEOUT_SECONDS at most.

    The limits of messages and the refusals are those of `/api/chatkit`. An answer that fails after it has begun is 503
    `answer_failed`, with `conversation`, `allow_retry` and the `changes` that were made. A client that goes away does
    not stop the answer: it is in the conversation.
    """
    with stream_place(request, person):
        speaking = person.speaking(request_language.get())
        answered = await whole_answer.answer(speaking, asked.text, asked.conversation, key)
    changes = await changes_json(person, answered.changes)
    if (failure := answered.failure) is not None:
        facts = {"conversation": answered.thread_id, "changes": changes, "allow_retry": failure.allow_retry}
        return problem(HTTPStatus.SERVICE_UNAVAILABLE, "answer_failed", failure.message or "", None, **facts)
    return {
        "answer": render(answered.text, speaking.language),
        "changes": changes,
        "conversation": answered.thread_id,
        "needs": answered.needs,
    }


@router.post("/api/chatkit", responses={200: {"content": {"text/event-stream": STREAM}}})
async def chatkit(request: Request, person: ChatClient, key: OptionalKey) -> Response:
    """Execute one ChatKit request; the response is a stream of server-sent events or JSON, depending on its type."""
    asked = _parsed(await request.body())
    if is_streaming_req(asked):
        with stream_place(request, person) as place:  # a response takes the place over; a refusal releases it here
            return await _stream_answer(person, asked, key, place)
    return await _json_answer(person, asked, key)


async def _stream_answer(person: Person, asked: StreamingReq, key: RequestKey | None, place: ExitStack) -> Response:
    turn_request = await begins_turn(person, asked)
    if turn_request is None:
        outcome = await _perform(person, asked, key)
        return stream(_one_batch(outcome.events()), person, place)
    turn = await turns.start(person.speaking(request_language.get()), turn_request, key=key, shows_widgets=True)
    # A client that disconnects may stop its turn, as the widget's Stop does.
    return stream(encoded_events(turn), person, place, on_disconnect=turn.stop_if_unfollowed)


async def _json_answer(person: Person, asked: NonStreamingReq, key: RequestKey | None) -> Response:
    if isinstance(asked, ThreadsSyncCustomActionReq):
        outcome = await _perform(person, asked, key)
        return Response(json_in(request_language.get(), outcome.response()), media_type="application/json")
    server = chat_server(request_language.get())
    if isinstance(asked, ReadingReq):
        return Response(await server.answer(asked, RequestContext(person)), media_type="application/json")
    if isinstance(asked, InputTranscribeReq):
        text = await transcribe(person, asked.params.audio_base64, asked.params.mime_type)
        return Response(TranscriptionResult(text=text).model_dump_json(), media_type="application/json")
    return await answer_once(
        person, key, 200, json.loads, lambda session, _: server.answer(asked, RequestContext(person, session=session))
    )


async def _perform(person: Person, asked: ChatKitReq, key: RequestKey | None) -> Outcome:
    """Execute a click; raise BadRequest for the output of a client tool, since the assistant calls none."""
    if isinstance(asked, Click):
        return await actions.perform(person, asked, key)
    if isinstance(asked, ThreadsAddClientToolOutputReq):  # first NotFound for another user's conversation
        await chat_server(ENGLISH).store.load_thread(asked.params.thread_id, RequestContext(person))
    raise BadRequest(gettext("No tool of your page was called in this conversation. Write a message instead."))


def _parsed(body: bytes) -> ChatKitReq:
    """Parse a ChatKit request; raise BadRequest if it is not JSON in UTF-8 or not a ChatKit request."""
    try:
        loaded = json.loads(body.decode())
        usable = _is_usable(loaded, depth=0)
    except (ValueError, RecursionError) as error:
        raise BadRequest(gettext("The body is not JSON. Send a ChatKit request as JSON in UTF-8.")) from error
    if not usable:
        sentence = gettext(
            "The request holds a NUL character, half of a character (a lone surrogate), a number that is not finite"
            " or too deep a nesting. Remove it and send the request again."
        )
        raise BadRequest(sentence)
    try:
        return _chatkit_request.validate_python(_with_tag_data(loaded))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "type"
        sentence = gettext("This is not a ChatKit request: {problem}", problem=complaint(place, first))
        raise BadRequest(sentence) from error


def _with_tag_data(request: Any) -> Any:
    """Give tags without data empty data: the widget's types make it optional, the SDK's do not."""
    match request:
        case {"params": {"input": {"content": [*parts]}}}:
            for part in parts:
                if isinstance(part, dict):
                    cast("dict[str, Any]", part).setdefault("data", {})
        case _:
            pass
    return request


def _is_usable(value: Any, *, depth: int) -> bool:
    """Return whether the database can store the JSON value and the SDK can serialize it."""
    if isinstance(value, str):
        return is_storable(value)
    if isinstance(value, float):
        return math.isfinite(value)  # Python's parser accepts NaN and Infinity, Postgres does not
    if not isinstance(value, dict | list):
        return True
    elements = cast("list[Any]", [*value, *value.values()] if isinstance(value, dict) else value)
    return depth < DEPTH_MAX and all(_is_usable(element, depth=depth + 1) for element in elements)


async def _one_batch(events: list[ThreadStreamEvent]) -> AsyncGenerator[list[bytes], None]:
    yield [encode(event) for event in events]
