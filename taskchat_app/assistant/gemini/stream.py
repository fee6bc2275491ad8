"""Repairs Gemini's chunk stream into what the Agents SDK expects."""

import json
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from taskchat_app.assistant.core.storable_text import is_json_object, storable
from taskchat_app.assistant.gemini.failures import GeminiFailure, error_of, failure_of_status

Json = dict[str, Any]

DONE = b"[DONE]"
THOUGHT_BEGINS, THOUGHT_ENDS = "<thought>", "</thought>"
LINE_MAX = 4 * 1024 * 1024
"""Bytes in one line of a stream: an answer has its limit of tokens, far below."""
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
    """One tool call as far as it has arrived."""

    index: int
    sent_id: str
    sent_index: int | None
    id: str = ""  # The id that we hand on.
    name: str = ""
    arguments: str = ""
    signed: bool = False

    def is_whole(self) -> bool:
        return is_json_object(self.arguments or "{}")


@dataclass
class ResponseState:
    """What one response has contained so far; shared by all repairs."""

    used_ids: set[str] = field(default_factory=set[str])
    calls: list[StreamedCall] = field(default_factory=list[StreamedCall])
    said: bool = False  # Text or a call was handed on: from here on nothing may be retried.
    words: bool = False  # Some of the text is more than white space.
    finish: str = ""
    closed: bool = False  # [DONE] came.
    waiting_signature: str = ""
    thinking: Literal["", "marked", "tagged"] = ""
    held_text: str = ""  # Text that may turn out to be a tag cut in two.


ChunkRepair = Callable[[ResponseState, Json], None]
EndCheck = Callable[[ResponseState], None]


async def sse_data(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The data of each server-sent event.

    Lines end at a line feed only: splitting text into lines, as HTTP clients do, also cuts at U+2028, which JSON may
    hold. An event whose blank line is missing at the end of the stream counts if it is whole.
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
            elif not line and data:
                yield b"\n".join(data)
                data = []
    buffer = b"".join(begun)
    if buffer.startswith(b"data:"):
        data.append(buffer[5:].strip())
    if data and (data == [DONE] or _is_json(b"\n".join(data))):
        yield b"\n".join(data)


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True


def read_chunk(answer: ResponseState, data: bytes) -> Json:
    """One chunk. An array of errors counts as its first error; garbage after the end is no loss."""
    told: object
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        told = {} if answer.finish else None
    if isinstance(told, list):
        told = {"error": error_of(cast("list[object]", told))}
    if not isinstance(told, dict):
        raise GeminiFailure("garbled", reason="a chunk that is no JSON object")
    return cast(Json, told)


def deltas(chunk: Json) -> Iterator[Json]:
    return (choice["delta"] for choice in chunk["choices"])


def call_deltas(chunk: Json) -> Iterator[Json]:
    return (call for delta in deltas(chunk) for call in delta.get("tool_calls") or ())


def drop_unusable_characters(_answer: ResponseState, chunk: Json) -> None:
    """NUL and halves of a character break whatever writes them again: the SDK, the next request, Postgres."""
    try:
        cleaned = storable(chunk)
    except RecursionError as error:
        raise GeminiFailure("garbled", reason="a chunk that is nested too deep") from error
    chunk.clear()  # a name that holds one would stay beside its clean copy
    chunk.update(cleaned)


def normalize_choices(_answer: ResponseState, chunk: Json) -> None:
    """`choices`, a choice, its `delta` or its `index` may be null or missing."""
    choices = [choice for choice in cast("list[Json | None]", chunk.get("choices") or []) if choice]
    for choice in choices:
        choice["index"] = choice.get("index") or 0
        choice["delta"] = choice.get("delta") or {}
    chunk["choices"] = choices


def raise_errors(_answer: ResponseState, chunk: Json) -> None:
    """An error in the middle of a stream that began with 200."""
    if chunk.get("error"):
        error = error_of(chunk)
        code = error.get("code")
        raise failure_of_status(code if isinstance(code, int) else 500, error)


def map_finish_reason(_answer: ResponseState, chunk: Json) -> None:
    """Gemini's own words in finish_reason: a garbled call and a withheld answer are no success."""
    for choice in chunk["choices"]:
        word = str(choice.get("finish_reason") or "").lower()
        if word.startswith(BAD_CALL_WORDS):
            raise GeminiFailure("malformed_call", reason=f"finish_reason {word}")
        if word.startswith(SAFETY_WORDS):
            raise GeminiFailure("blocked", reason=f"finish_reason {word}")
        if word:
            choice["finish_reason"] = {"max_tokens": "length"}.get(word, word)


def drop_thoughts(answer: ResponseState, chunk: Json) -> None:
    """Thoughts arrive as reasoning fields, as text marked `thought`, or as text within <thought> at the beginning."""
    for choice in chunk["choices"]:
        delta = choice["delta"]
        for name in ("reasoning", "reasoning_content", "thinking_blocks"):
            delta.pop(name, None)
        if delta.get("content"):
            delta["content"] = _without_thought(answer, str(delta["content"]), bool(_google(delta).get("thought")))
        if choice.get("finish_reason") and answer.held_text and answer.thinking != "tagged":
            delta["content"], answer.held_text = answer.held_text, ""


def _without_thought(answer: ResponseState, text: str, marked: bool) -> str:
    if marked:
        answer.thinking = "marked"
        return ""
    text, answer.held_text = answer.held_text + text, ""
    if answer.thinking == "tagged":
        _thought, end, rest = text.partition(THOUGHT_ENDS)
        answer.thinking, answer.held_text = ("", "") if end else ("tagged", text[-len(THOUGHT_ENDS) :])
        return rest.lstrip("\n")
    # What was marked may be closed by a tag at the head of the first text that is not marked.
    tag = THOUGHT_ENDS if answer.thinking == "marked" else "" if answer.words else THOUGHT_BEGINS
    start = text.lstrip()
    if start and len(start) < len(tag) and tag.startswith(start):
        answer.held_text = text
        return ""
    answer.thinking = ""
    if not tag or not start.startswith(tag):
        return text
    if tag == THOUGHT_ENDS:
        return start.removeprefix(tag).lstrip("\n")
    answer.thinking = "tagged"
    return _without_thought(answer, start.removeprefix(tag), marked=False)


def separate_calls(answer: ResponseState, chunk: Json) -> None:
    """Calls come without `index`, or all with 0: a new id, or a name without an id, begins a new call."""
    for delta in call_deltas(chunk):
        function = cast(Json, delta.get("function") or {})
        sent_id, name = str(delta.get("id") or ""), str(function.get("name") or "")
        call = _continued_call(answer, delta, sent_id, name)
        if call is None:
            call = StreamedCall(len(answer.calls), sent_id, delta.get("index"))
            answer.calls.append(call)
        delta["index"] = call.index
        call.sent_id, call.name = call.sent_id or sent_id, call.name or name
        call.arguments += str(function.get("arguments") or "")


def _continued_call(answer: ResponseState, delta: Json, sent_id: str, name: str) -> StreamedCall | None:
    """The call that a delta goes on with; None if it begins a new one."""
    if sent_id and (same := [call for call in answer.calls if call.sent_id == sent_id]):
        last = same[-1]
        repeated = bool(name) and (last.name not in ("", name) or (bool(last.arguments) and last.is_whole()))
        return None if repeated else last
    if name or not answer.calls or (sent_id and answer.calls[-1].sent_id):
        return None
    same = [call for call in answer.calls if call.sent_index == delta.get("index")] or answer.calls
    only_signature = not delta.get("function")
    return (_unsigned(same) if only_signature else None) or same[-1]


def _unsigned(calls: list[StreamedCall]) -> StreamedCall | None:
    return next((call for call in calls if not call.signed), None)


def give_calls_unique_ids(answer: ResponseState, chunk: Json) -> None:
    """Ids may be empty, the same for two calls, or the same as in an earlier turn; a result is found by its id."""
    for delta in call_deltas(chunk):
        call = answer.calls[int(delta["index"])]
        if not call.id:
            taken = not call.sent_id or call.sent_id in answer.used_ids
            call.id = f"call_{uuid.uuid4().hex}" if taken else call.sent_id
            answer.used_ids.add(call.id)
        delta["id"] = call.id


def place_signatures(answer: ResponseState, chunk: Json) -> None:
    """A signature in a delta of its own belongs to the first call without one; one that comes before its call waits.

    Gemini signs the first of several parallel calls. A signature beside text belongs to the text.
    """
    for delta in deltas(chunk):
        calls = cast("list[Json]", delta.get("tool_calls") or [])
        if not delta.get("content"):
            answer.waiting_signature = _signature(delta) or answer.waiting_signature
        for entry in calls:
            if _signature(entry):
                answer.calls[entry["index"]].signed = True
                answer.waiting_signature = ""
        call = _unsigned(answer.calls)
        if answer.waiting_signature and call:
            extra = {"google": {"thought_signature": answer.waiting_signature}}
            delta["tool_calls"] = [*calls, {"index": call.index, "id": call.id, "extra_content": extra}]
            call.signed, answer.waiting_signature = True, ""


def _google(part: Json) -> Json:
    extra: object = part.get("extra_content")
    google: object = cast(Json, extra).get("google") if isinstance(extra, dict) else None
    return cast(Json, google) if isinstance(google, dict) else {}


def _signature(part: Json) -> str:
    return str(_google(part).get("thought_signature") or "")


def record_progress(answer: ResponseState, chunk: Json) -> None:
    """Record what was received and how it ended, for the checks at the end."""
    for choice in chunk["choices"]:
        text = str(choice["delta"].get("content") or "")
        answer.said = answer.said or bool(text) or bool(choice["delta"].get("tool_calls"))
        answer.words = answer.words or bool(text.strip())
        answer.finish = str(choice.get("finish_reason") or answer.finish)


def reject_empty_response(answer: ResponseState) -> None:
    """No text and no call is no success, whatever finish_reason says: so does Gemini report a garbled call."""
    if not answer.words and not answer.calls:
        raise GeminiFailure("empty", reason=f"finish_reason {answer.finish or 'none'}", transient=not answer.finish)


def reject_cut_off_stream(answer: ResponseState) -> None:
    """A stream that just ends, without finish_reason and without [DONE], was cut off."""
    if not answer.finish and not answer.closed:
        raise GeminiFailure("cut_off", reason="no finish_reason and no [DONE]")


def reject_incomplete_calls(answer: ResponseState) -> None:
    """A call without a name or with half its arguments is never run, and would not be taken back by Gemini."""
    if all(call.name and call.is_whole() for call in answer.calls):
        return
    raise GeminiFailure("cut_off" if answer.finish == "length" else "malformed_call", reason="half a tool call")


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
END_CHECKS: tuple[EndCheck, ...] = (reject_empty_response, reject_cut_off_stream, reject_incomplete_calls)
