"""Reads and repairs the chunks of Gemini's event stream; refuses answers that are empty, cut off or malformed.

A garbled end is forgiven in two cases: an event that breaks off at the end of the stream, and any after finish_reason.
"""

import json
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, cast

from openai.types import CompletionUsage

from taskchat_app.assistant.gemini.failures import ATTEMPTS, GeminiFailure, error_of, failure_of_error
from taskchat_app.assistant.gemini.response_state import (
    Json,
    ResponseState,
    give_calls_unique_ids,
    google_extra,
    place_signatures,
    replace_unreadable_arguments,
    separate_calls,
    write_arguments_as_text,
)
from taskchat_app.domain.storage.storable_values import storable

Chunk = SimpleNamespace
"""A chunk with the attributes that the Agents SDK reads: the openai client's types take ten times as long to build."""

EVENT_STREAM = "text/event-stream"
DONE = b"[DONE]"
LINE_MAX = 4 * 1024 * 1024
"""Bytes in one line of a stream, and in one event; Gemini's token limit for an answer is far below."""
SAFETY_WORDS = (
    "content_filter", "safety", "recitation", "blocklist", "prohibited_content", "spii", "image_safety", "language",
)  # fmt: skip
BAD_CALL_WORDS = ("function_call_filter", "malformed_function_call", "unexpected_tool_call", "malformed_response")
NO_USAGE = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
log = logging.getLogger(__name__)


def is_event_stream(headers: Mapping[str, str]) -> bool:
    """Return whether a response is a stream of server-sent events; one that names no type counts as such."""
    return headers.get("content-type", EVENT_STREAM).partition(";")[0].strip().lower() == EVENT_STREAM


async def sse_data(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the data of each server-sent event that has some."""
    data: list[bytes] = []
    size = 0
    async for line in _lines(pieces):
        size = size + len(line) if line else 0
        if size > LINE_MAX:
            raise GeminiFailure("garbled", reason=f"an event of more than {LINE_MAX} bytes")
        if line.startswith(b"data:"):
            data.append(line[5:].strip())
        elif not line:
            if any(data):
                yield b"\n".join(data)
            data = []
    last = b"\n".join(data)
    with suppress(GeminiFailure):  # a whole event without its blank line counts, a part of one does not
        if last == DONE or read_chunk(last):
            yield last


async def _lines(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the lines, which end at a line feed, and what follows the last one, if anything does.

    HTTP clients split lines also at U+2028, which JSON may contain.
    """
    begun = bytearray()
    async for piece in pieces:
        *lines, rest = piece.split(b"\n")
        if lines:
            lines[0] = bytes(begun) + lines[0]
            begun.clear()
        begun += rest
        if len(begun) > LINE_MAX:
            raise GeminiFailure("garbled", reason=f"a line of more than {LINE_MAX} bytes")
        for line in lines:
            yield line.rstrip(b"\r")
    if begun:
        yield bytes(begun)


def read_chunk(data: bytes) -> Json:
    """Parse one chunk; an array of errors becomes its first error."""
    chunk: object = None
    with suppress(ValueError, RecursionError):
        chunk = json.loads(data)
    if isinstance(chunk, list):
        chunk = {"error": error_of(cast("list[object]", chunk))}
    if not isinstance(chunk, dict):
        raise GeminiFailure("garbled", reason="a chunk that is no JSON object")
    return cast(Json, chunk)


def read_event(state: ResponseState, data: bytes) -> None:
    """Add an event of the stream to the response; ignored after [DONE], and after finish_reason if it is garbled."""
    if data == DONE:
        state.done_received = True
    if state.done_received:
        return
    try:
        chunk = read_chunk(data)
        for repair in CHUNK_REPAIRS:
            repair(state, chunk)
    except GeminiFailure as failure:
        if failure.code == "garbled" and state.finish_reason:
            return
        raise
    record_progress(state, chunk)


def text_chunk(state: ResponseState) -> Chunk:
    """Return a chunk with the text that arrived since the last one."""
    text, state.unsent_text = state.unsent_text, ""
    return _chunk(text)


def last_chunk(state: ResponseState) -> Chunk:
    """Return the chunk at the end of a response, with its whole calls, finish_reason and usage."""
    calls = [
        Chunk(
            index=call.index,
            id=call.id,
            function=Chunk(name=call.name, arguments=call.arguments),
            extra_content={"google": {"thought_signature": call.signature}} if call.signature else None,
        )
        for call in state.calls
    ]
    counts: Any = NO_USAGE | (state.usage or {})
    usage = CompletionUsage.model_construct(**counts) if state.usage else None
    return _chunk(None, calls, state.finish_reason or None, usage)


def _chunk(
    text: str | None,
    calls: Sequence[Chunk] = (),
    finish_reason: str | None = None,
    usage: CompletionUsage | None = None,
) -> Chunk:
    """Return a chunk as the Agents SDK reads it (agents.models.chatcmpl_stream_handler)."""
    delta = Chunk(content=text, refusal=None, tool_calls=calls)
    choice = Chunk(index=0, finish_reason=finish_reason, logprobs=None, delta=delta)
    return Chunk(usage=usage, choices=[choice])


def drop_unusable_characters(_state: ResponseState, chunk: Json) -> None:
    """Remove NUL and lone surrogates, which the SDK, the next request and Postgres cannot encode."""
    try:
        cleaned = storable(chunk)
    except RecursionError as error:
        raise GeminiFailure("garbled", reason="a chunk that is nested too deep") from error
    chunk.clear()  # else an uncleaned key would stay with its cleaned copy
    chunk.update(cleaned)


def normalize_choices(_state: ResponseState, chunk: Json) -> None:
    """Add `choices` and a choice's `delta` where they are null or missing; keep choices with index 0 or none only.

    Raise a failure for a chunk with another value where the repairs read an object or a list of objects.
    """
    chunk["choices"] = [choice for choice in _objects(chunk.get("choices")) if not choice.get("index")]
    for choice in chunk["choices"]:
        choice["delta"] = delta = _object(choice.get("delta"))
        calls = _objects(delta.get("tool_calls"))
        for call in calls:
            _object(call.get("function"))  # only checked, like the usage
        if "tool_calls" in delta:
            delta["tool_calls"] = calls
    _object(chunk.get("usage"))


_NO_OBJECT = "a chunk with another value than an object"


def _objects(listed: object) -> list[Json]:
    """Return the objects of a list, without nulls; empty for null. Raise a failure for another value."""
    if listed and not isinstance(listed, list):
        raise GeminiFailure("garbled", reason=_NO_OBJECT)
    return [_object(value) for value in cast("list[object]", listed or []) if value]


def _object(value: object) -> Json:
    """Return the object; an empty one for null. Raise a failure for another value."""
    if value and not isinstance(value, dict):
        raise GeminiFailure("garbled", reason=_NO_OBJECT)
    return cast(Json, value or {})


def raise_errors(_state: ResponseState, chunk: Json) -> None:
    """Raise the failure for an error object in a stream whose status is 200."""
    if chunk.get("error"):
        raise failure_of_error(error_of(chunk))


def map_finish_reason(_state: ResponseState, chunk: Json) -> None:
    """Raise a failure for Gemini's finish_reasons of malformed calls and blocked answers; map others to OpenAI's."""
    for choice in chunk["choices"]:
        word = str(choice.get("finish_reason") or "").lower()
        if word.startswith(BAD_CALL_WORDS):
            raise GeminiFailure("malformed_call", reason=f"finish_reason {word}")
        if word.startswith(SAFETY_WORDS):
            raise GeminiFailure("blocked", reason=f"finish_reason {word}")
        if word:
            choice["finish_reason"] = "length" if word == "max_tokens" else word


def log_other_model(state: ResponseState, chunk: Json) -> None:
    """Log once that another model answers than the one that was asked for; a longer name is a version of it."""
    named: object = chunk.get("model")
    if not isinstance(named, str) or not named:
        return
    answered = named.removeprefix("models/")[:200]
    if not answered.startswith(state.model.removeprefix("models/")):
        _warn_of_other_model(state.model, answered)


@lru_cache(maxsize=100)  # each pair of models is logged once
def _warn_of_other_model(asked: str, answered: str) -> None:
    log.warning("The model %s was asked for, and %r answered", asked, answered)


def drop_thoughts(state: ResponseState, chunk: Json) -> None:
    """Remove thoughts from the text (ThoughtFilter); fields of their own, such as `reasoning`, are not read."""
    for choice in chunk["choices"]:
        delta, is_last = choice["delta"], bool(choice.get("finish_reason"))
        is_marked = bool(google_extra(delta).get("thought"))
        piece = str(delta.get("content") or "")
        delta["content"] = state.thoughts.visible_part(piece, is_marked=is_marked, is_last=is_last)


def record_progress(state: ResponseState, chunk: Json) -> None:
    """Note the repaired chunk's text, whether it has any output, its finish_reason and its usage."""
    state.usage = chunk.get("usage") or state.usage
    for choice in chunk["choices"]:
        text = str(choice["delta"].get("content") or "")
        state.unsent_text += text
        state.has_output |= bool(text.strip() or choice["delta"].get("tool_calls"))
        state.finish_reason = str(choice.get("finish_reason") or state.finish_reason)


ATTEMPTS_OF_EMPTY = {"": ATTEMPTS, "stop": 2}
"""How often an answer without output is asked for, by its finish_reason; once for the others."""


def reject_empty_response(state: ResponseState) -> None:
    """Raise a failure for a response without text and calls: Gemini reports malformed calls like this.

    Gemini also ends some turns with nothing ("stop") after tool calls that succeeded, so that one more attempt is made;
    of a stream that broke off ("") all are, and of another reason none, as it would be given again.
    """
    if not state.has_output:
        attempts = ATTEMPTS_OF_EMPTY.get(state.finish_reason, 1)
        raise GeminiFailure("empty", reason=f"finish_reason {state.finish_reason or 'none'}", attempts=attempts)


def reject_cut_off_stream(state: ResponseState) -> None:
    """Raise a failure for a stream that ended without finish_reason and without [DONE]."""
    if not state.finish_reason and not state.done_received:
        raise GeminiFailure("cut_off", reason="no finish_reason and no [DONE]")


def reject_cut_off_text(state: ResponseState) -> None:
    """Raise a failure for text that ends at the token limit; after tool calls the model goes on."""
    if state.finish_reason == "length" and not state.calls:
        raise GeminiFailure("cut_off", reason="the token limit")


def reject_incomplete_calls(state: ResponseState) -> None:
    """Raise a failure for a call without a name, and for one with arguments that end at the token limit."""
    if not all(call.name for call in state.calls):
        raise GeminiFailure("malformed_call", reason="a tool call without name")
    if state.finish_reason == "length" and not all(call.is_complete() for call in state.calls):
        raise GeminiFailure("cut_off", reason="a tool call without its end")


CHUNK_REPAIRS = (
    drop_unusable_characters,
    raise_errors,
    normalize_choices,
    map_finish_reason,
    log_other_model,
    drop_thoughts,
    write_arguments_as_text,
    separate_calls,
    place_signatures,
)
"""In order: whole keys first, then `choices`, which the others read; calls are separated by arguments that are text."""
END_REPAIRS = (
    reject_empty_response,
    reject_cut_off_stream,
    reject_cut_off_text,
    reject_incomplete_calls,
    give_calls_unique_ids,
    replace_unreadable_arguments,
)
"""In order: a stream that broke off without any output is empty, and not cut off (see reject_empty_response)."""
