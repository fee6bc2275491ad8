"""Repairs Gemini's stream of chunks for the Agents SDK; refuses answers that are empty, cut off or malformed."""

import json
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Literal, cast

from openai.types import CompletionUsage

from taskchat_app.assistant.gemini.failures import GeminiFailure, error_of, failure_of_error
from taskchat_app.domain.storage.storable_values import is_json_object, storable

Json = dict[str, Any]
Chunk = SimpleNamespace
"""A chunk with the attributes that the Agents SDK reads: the openai client's types take ten times as long to build."""

EVENT_STREAM = "text/event-stream"
DONE = b"[DONE]"
THOUGHT_START, THOUGHT_END = "<thought>", "</thought>"
LINE_MAX = 4 * 1024 * 1024
"""Bytes in one line of a stream; Gemini's token limit for an answer is far below."""
SAFETY_WORDS = (
    "content_filter",
    "safety",
    "recitation",
    "blocklist",
    "prohibited_content",
    "spii",
    "image_safety",
    "language",
)
BAD_CALL_WORDS = ("function_call_filter", "malformed_function_call", "unexpected_tool_call", "malformed_response")


@dataclass
class StreamedCall:
    """A tool call that may have arrived only in part."""

    index: int
    received_id: str
    received_index: int | None
    id: str = ""  # The id that the SDK receives.
    name: str = ""
    arguments: str = ""
    signed: bool = False

    def is_complete(self) -> bool:
        return is_json_object(self.arguments or "{}")


@dataclass
class ResponseState:
    """The contents of one response so far; shared by all repairs."""

    used_ids: set[str] = field(default_factory=set[str])
    calls: list[StreamedCall] = field(default_factory=list[StreamedCall])
    attempt: int = 1  # Which attempt of its call it answers.
    has_output: bool = False  # Visible text or a call was passed on: no retry any more.
    has_text: bool = False  # Some text is not white space.
    finish_reason: str = ""
    done_received: bool = False  # [DONE] was received.
    pending_signature: str = ""
    thinking: Literal["", "marked", "tagged"] = ""
    held_text: str = ""  # Text that may be the beginning of a tag.
    accepts_unreadable_calls: bool = False  # Their tools tell the model what is wrong.


ChunkRepair = Callable[[ResponseState, Json], None]
EndCheck = Callable[[ResponseState], None]


def is_event_stream(headers: Mapping[str, str]) -> bool:
    """Return whether a response is a stream of server-sent events; one that names no type counts as such."""
    return headers.get("content-type", EVENT_STREAM).partition(";")[0].strip().lower() == EVENT_STREAM


async def sse_data(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the data of each server-sent event.

    Lines end at a line feed only: splitting text into lines, as HTTP clients do, also splits at U+2028, which JSON may
    contain. The last event counts without its blank line if it is complete. Events without data are left out.
    """
    begun, size, data = list[bytes](), 0, list[bytes]()
    async for piece in pieces:
        *lines, rest = piece.split(b"\n")
        if lines:
            lines[0] = b"".join([*begun, lines[0]])
            begun, size = [], 0
        begun.append(rest)
        size += len(rest)
        if size > LINE_MAX:
            raise GeminiFailure("garbled", reason=f"a line of more than {LINE_MAX} bytes")
        for line in lines:
            line = line.rstrip(b"\r")
            if line.startswith(b"data:"):
                data.append(line[5:].strip())
            elif not line:
                if any(data):
                    yield b"\n".join(data)
                data = []
    buffer = b"".join(begun)
    if buffer.startswith(b"data:"):
        data.append(buffer[5:].strip())
    if data == [DONE] or _is_json(b"\n".join(data)):
        yield b"\n".join(data)


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def read_chunk(state: ResponseState, data: bytes) -> Json:
    """Parse one chunk; an array of errors becomes its first error. Invalid JSON after finish_reason is ignored."""
    chunk: object
    try:
        chunk = json.loads(data)
    except (ValueError, RecursionError):
        chunk = {} if state.finish_reason else None
    if isinstance(chunk, list):
        chunk = {"error": error_of(cast("list[object]", chunk))}
    if not isinstance(chunk, dict):
        raise GeminiFailure("garbled", reason="a chunk that is no JSON object")
    return cast(Json, chunk)


def as_chunk(chunk: Json) -> Chunk:
    """Return a repaired chunk as the Agents SDK reads it (agents.models.chatcmpl_stream_handler), without reasoning."""
    usage = chunk.get("usage")
    return Chunk(
        usage=CompletionUsage.model_construct(**usage) if usage else None,
        choices=[
            Chunk(
                index=choice["index"],
                finish_reason=choice.get("finish_reason"),
                logprobs=None,
                delta=Chunk(
                    content=choice["delta"].get("content"),
                    refusal=choice["delta"].get("refusal"),
                    tool_calls=[_as_call(call) for call in choice["delta"].get("tool_calls") or ()],
                ),
            )
            for choice in chunk["choices"]
        ],
    )


def _as_call(call: Json) -> Chunk:
    function = cast(Json, call.get("function") or {})
    return Chunk(
        index=call["index"],
        id=call["id"],
        function=Chunk(name=function.get("name"), arguments=function.get("arguments")),
        extra_content=call.get("extra_content"),
    )


def deltas(chunk: Json) -> Iterator[Json]:
    return (choice["delta"] for choice in chunk["choices"])


def call_deltas(chunk: Json) -> Iterator[Json]:
    return (call for delta in deltas(chunk) for call in delta.get("tool_calls") or ())


def drop_unusable_characters(_answer: ResponseState, chunk: Json) -> None:
    """Remove NUL and lone surrogates, which the SDK, the next request and Postgres cannot encode."""
    try:
        cleaned = storable(chunk)
    except RecursionError as error:
        raise GeminiFailure("garbled", reason="a chunk that is nested too deep") from error
    chunk.clear()  # else an uncleaned key would stay beside its cleaned copy
    chunk.update(cleaned)


def normalize_choices(_answer: ResponseState, chunk: Json) -> None:
    """Add `choices`, a choice's `delta` and its `index` where they are null or missing."""
    choices = [choice for choice in cast("list[Json | None]", chunk.get("choices") or []) if choice]
    for choice in choices:
        choice["index"] = choice.get("index") or 0
        choice["delta"] = choice.get("delta") or {}
    chunk["choices"] = choices


def raise_errors(_answer: ResponseState, chunk: Json) -> None:
    """Raise the failure for an error object in a stream whose status is 200."""
    if chunk.get("error"):
        raise failure_of_error(error_of(chunk))


def map_finish_reason(_answer: ResponseState, chunk: Json) -> None:
    """Raise a failure for Gemini's finish_reasons of malformed calls and blocked answers; map others to OpenAI's."""
    for choice in chunk["choices"]:
        word = str(choice.get("finish_reason") or "").lower()
        if word.startswith(BAD_CALL_WORDS):
            raise GeminiFailure("malformed_call", reason=f"finish_reason {word}")
        if word.startswith(SAFETY_WORDS):
            raise GeminiFailure("blocked", reason=f"finish_reason {word}")
        if word:
            choice["finish_reason"] = {"max_tokens": "length"}.get(word, word)


def drop_thoughts(state: ResponseState, chunk: Json) -> None:
    """Remove thoughts: text marked `thought`, or within <thought> at the beginning. Reasoning fields are not read."""
    for choice in chunk["choices"]:
        delta = choice["delta"]
        if delta.get("content"):
            delta["content"] = _without_thought(state, str(delta["content"]), bool(_google(delta).get("thought")))
        if choice.get("finish_reason") and state.held_text and state.thinking != "tagged":
            delta["content"], state.held_text = state.held_text, ""


def _without_thought(state: ResponseState, text: str, marked: bool) -> str:
    if marked:
        state.thinking = "marked"
        return ""
    text, state.held_text = state.held_text + text, ""
    if state.thinking == "tagged":
        _thought, end, rest = text.partition(THOUGHT_END)
        state.thinking, state.held_text = ("", "") if end else ("tagged", text[-len(THOUGHT_END) :])
        return rest.lstrip("\n")
    # After marked text, the first unmarked text may begin with the end tag.
    tag = THOUGHT_END if state.thinking == "marked" else "" if state.has_text else THOUGHT_START
    start = text.lstrip()
    if start and len(start) < len(tag) and tag.startswith(start):
        state.held_text = text
        return ""
    state.thinking = ""
    if not tag or not start.startswith(tag):
        return text
    if tag == THOUGHT_END:
        return start.removeprefix(tag).lstrip("\n")
    state.thinking = "tagged"
    return _without_thought(state, start.removeprefix(tag), marked=False)


def separate_calls(state: ResponseState, chunk: Json) -> None:
    """Number the calls, whose `index` may be missing or always 0; a new id, or a name without an id, begins a call."""
    for delta in call_deltas(chunk):
        function = cast(Json, delta.get("function") or {})
        received_id, name = str(delta.get("id") or ""), str(function.get("name") or "")
        call = _continued_call(state, delta, received_id, name)
        if call is None:
            call = StreamedCall(len(state.calls), received_id, delta.get("index"))
            state.calls.append(call)
        delta["index"] = call.index
        call.received_id, call.name = call.received_id or received_id, call.name or name
        call.arguments += str(function.get("arguments") or "")


def _continued_call(state: ResponseState, delta: Json, received_id: str, name: str) -> StreamedCall | None:
    """Return the call that a delta continues; None if it begins a new one."""
    if received_id and (same := [call for call in state.calls if call.received_id == received_id]):
        last = same[-1]
        repeated = bool(name) and (last.name not in ("", name) or (bool(last.arguments) and last.is_complete()))
        return None if repeated else last
    if name or not state.calls or (received_id and state.calls[-1].received_id):
        return None
    same = [call for call in state.calls if call.received_index == delta.get("index")] or state.calls
    only_signature = not delta.get("function")
    return (_unsigned(same) if only_signature else None) or same[-1]


def _unsigned(calls: list[StreamedCall]) -> StreamedCall | None:
    return next((call for call in calls if not call.signed), None)


def give_calls_unique_ids(state: ResponseState, chunk: Json) -> None:
    """Replace ids that are empty or used before, in this or an earlier turn: results refer to calls by id."""
    for delta in call_deltas(chunk):
        call = state.calls[int(delta["index"])]
        if not call.id:
            taken = not call.received_id or call.received_id in state.used_ids
            call.id = f"call_{uuid.uuid4().hex}" if taken else call.received_id
            state.used_ids.add(call.id)
        delta["id"] = call.id


def place_signatures(state: ResponseState, chunk: Json) -> None:
    """Attach a signature from a separate delta to the first call without one, or to the next call if there is none.

    Gemini signs the first of several parallel calls. A signature beside text belongs to the text.
    """
    for delta in deltas(chunk):
        calls = cast("list[Json]", delta.get("tool_calls") or [])
        if not delta.get("content"):
            state.pending_signature = _signature(delta) or state.pending_signature
        for entry in calls:
            if _signature(entry):
                state.calls[entry["index"]].signed = True
                state.pending_signature = ""
        call = _unsigned(state.calls)
        if state.pending_signature and call:
            extra = {"google": {"thought_signature": state.pending_signature}}
            delta["tool_calls"] = [*calls, {"index": call.index, "id": call.id, "extra_content": extra}]
            call.signed, state.pending_signature = True, ""


def _google(part: Json) -> Json:
    extra: object = part.get("extra_content")
    google: object = cast(Json, extra).get("google") if isinstance(extra, dict) else None
    return cast(Json, google) if isinstance(google, dict) else {}


def _signature(part: Json) -> str:
    return str(_google(part).get("thought_signature") or "")


def record_progress(state: ResponseState, chunk: Json) -> None:
    """Record received output and finish_reason, for the checks at the end."""
    for choice in chunk["choices"]:
        text = str(choice["delta"].get("content") or "")
        state.has_output |= bool(text.strip() or choice["delta"].get("tool_calls"))
        state.has_text |= bool(text.strip())
        state.finish_reason = str(choice.get("finish_reason") or state.finish_reason)


def reject_empty_response(state: ResponseState) -> None:
    """Raise a failure for a response without text and calls: Gemini reports malformed calls like this.

    Gemini also ends some turns with nothing after tool calls that succeeded, so the first attempt may be repeated.
    """
    if not state.has_text and not state.calls:
        transient = not state.finish_reason or (state.finish_reason == "stop" and state.attempt == 1)
        raise GeminiFailure("empty", reason=f"finish_reason {state.finish_reason or 'none'}", transient=transient)


def reject_cut_off_stream(state: ResponseState) -> None:
    """Raise a failure for a stream that ended without finish_reason and without [DONE]."""
    if not state.finish_reason and not state.done_received:
        raise GeminiFailure("cut_off", reason="no finish_reason and no [DONE]")


def reject_cut_off_text(state: ResponseState) -> None:
    """Raise a failure for text that ends at the token limit; after tool calls the model goes on."""
    if state.finish_reason == "length" and not state.calls:
        raise GeminiFailure("cut_off", reason="the token limit")


def reject_incomplete_calls(state: ResponseState) -> None:
    """Raise a failure for a call without a name, cut off at the token limit, or with arguments that are no JSON object.

    The last are accepted once in a turn: the tool's result says what is wrong, and the model may call again.
    """
    unreadable = not all(call.is_complete() for call in state.calls)
    if unreadable and state.finish_reason == "length":
        raise GeminiFailure("cut_off", reason="a tool call without its end")
    if not all(call.name for call in state.calls) or (unreadable and not state.accepts_unreadable_calls):
        raise GeminiFailure("malformed_call", reason="half a tool call")


CHUNK_REPAIRS: tuple[ChunkRepair, ...] = (
    drop_unusable_characters,
    normalize_choices,
    raise_errors,
    map_finish_reason,
    drop_thoughts,
    separate_calls,
    give_calls_unique_ids,
    place_signatures,
)
END_CHECKS: tuple[EndCheck, ...] = (
    reject_empty_response,
    reject_cut_off_stream,
    reject_cut_off_text,
    reject_incomplete_calls,
)
