"""Assembles one response: its text without thoughts, and its tool calls, made of their deltas.

Arguments that cannot be read are replaced by an object with their beginning: {"unreadable": "…"} or {"too_long": "…"}.
The tool refuses these (tools/execution.py); the model reads that, and may call again.
"""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

from taskchat_app.assistant.gemini.failures import GeminiFailure
from taskchat_app.domain.storage.storable_values import is_json_object, storable, storable_text
from taskchat_app.i18n.messages import Message, gettext

Json = dict[str, Any]
ARGUMENTS_MAX_CHARACTERS = 50_000
"""Characters of the arguments of one call, several times what the largest call of a tool needs."""
REFUSALS = {
    "unreadable": gettext("The arguments are no JSON object. Call again with a complete one."),
    "too_long": gettext(
        "The arguments have more than {count:#,##0} characters. Call again with fewer.", count=ARGUMENTS_MAX_CHARACTERS
    ),
}
"""What a tool answers, by the only name in the object that replaces the arguments."""
UNCHECKED_SIGNATURE = "skip_thought_signature_validator"
"""Accepted with a call that is not as the model sent it (Gemini API, "Thought signatures")."""
_GEMINI_END = "</thought>"
_END_TAGS = {"<thought>": _GEMINI_END, "<think>": "</think>"}
"""The end tag of a thought by its first tag: Gemini's, and that of many models that run locally."""


class ThoughtFilter:
    """Takes the thoughts out of the text of one answer: those within tags, and those that Gemini marks.

    Thoughts within tags come before all text: "<think>Two tasks.</think>\\nAdded two." A marked one may come later, and
    its end tag, without a mark, after it. What may be the beginning of a tag is held until the next piece comes.
    """

    def __init__(self) -> None:
        self._held = ""
        self._tags = [*_END_TAGS]
        """The tags with which the next text may begin."""
        self._end_tag = ""
        """The end tag of the thought in which the answer is now; empty outside of one."""
        self._had_tags = False
        """True if there was a thought within tags."""
        self._has_text = False
        """True once the answer has text that is not white space."""

    def visible_part(self, piece: str, *, is_marked: bool, is_last: bool) -> str:
        """Return the text of the next piece, and of what was held before it, without thoughts.

        The last piece may be empty; what is held at the end is text, unless a thought has not ended.
        """
        text = self._read(piece, is_marked=is_marked) if piece else ""
        if not is_last:
            return text
        held, self._held = self._held, ""
        return text if self._end_tag else held or text  # while something is held, no text of the piece is visible

    def _read(self, piece: str, *, is_marked: bool) -> str:
        if is_marked:
            self._tags = [_GEMINI_END]
            self._end_tag = ""
            return ""
        text = self._held + piece
        self._held = ""
        text = self._after_end_tag(text) if self._end_tag else self._without_thought(text)
        self._has_text = self._has_text or bool(text.strip())
        if not self._held:  # what is held is read again with the same tags
            self._tags = [] if self._has_text else [*_END_TAGS]
        return text

    def _without_thought(self, text: str) -> str:
        """Return the text without a tag at its beginning and the thought that follows it."""
        start = text.lstrip()
        for tag in self._tags:
            if start and start != tag and tag.startswith(start):  # a part of it, such as "<thi"
                self._held = text
                return ""
            if start.startswith(tag) and tag == _GEMINI_END:
                return start.removeprefix(tag).lstrip("\n")
            if start.startswith(tag):
                self._had_tags = True
                self._end_tag = _END_TAGS[tag]
                return self._after_end_tag(start.removeprefix(tag))
        return text.lstrip("\n") if self._had_tags and not self._has_text else text

    def _after_end_tag(self, text: str) -> str:
        """Return the text after the end tag; "" while the thought goes on."""
        _, end, rest = text.partition(self._end_tag)
        if not end:
            self._held = text[-len(self._end_tag) :]  # it may end with a part of the tag, such as "</thi"
            return ""
        self._end_tag = ""
        return rest.lstrip("\n")


@dataclass
class StreamedCall:
    """A tool call that may have arrived only in part."""

    index: int  # Its place among the calls; the SDK receives it.
    received_id: str
    received_index: int | None
    id: str = ""  # The id that the SDK receives.
    name: str = ""
    arguments: str = ""
    signature: str = ""

    def is_complete(self) -> bool:
        return is_json_object(self.arguments or "{}")


@dataclass
class ResponseState:
    """The contents of one response so far; shared by all repairs."""

    model: str = ""  # The model that was asked for.
    used_ids: set[str] = field(default_factory=set[str])  # Of the calls in the request.
    accepts_unreadable_calls: bool = False  # No call of this turn was refused yet.
    calls: list[StreamedCall] = field(default_factory=list[StreamedCall])
    unsent_text: str = ""  # Visible text that was not passed on yet.
    usage: Json | None = None
    has_output: bool = False  # A call, or visible text that is not blank, was received: no retry any more.
    finish_reason: str = ""
    done_received: bool = False  # [DONE] was received.
    pending_signature: str = ""
    thoughts: ThoughtFilter = field(default_factory=ThoughtFilter)


def write_arguments_as_text(_state: ResponseState, chunk: Json) -> None:
    """Replace arguments that are a JSON object by its text: some local servers send objects."""
    for delta in call_deltas(chunk):
        function: Json = delta.get("function") or {}
        if isinstance(function.get("arguments"), dict):
            function["arguments"] = json.dumps(function["arguments"], ensure_ascii=False)


def call_deltas(chunk: Json) -> Iterator[Json]:
    """Yield the pieces of tool calls in the chunk."""
    for choice in chunk["choices"]:
        yield from choice["delta"].get("tool_calls") or ()


def separate_calls(state: ResponseState, chunk: Json) -> None:
    """Join the deltas of each call, and number the calls: their `index` may be missing, or 0 for all."""
    for delta in call_deltas(chunk):
        function: Json = delta.get("function") or {}
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
    # {"id": "call_1", "function": {"arguments": …}}
    for call in reversed(state.calls):
        if received_id and call.received_id == received_id:
            return None if _is_next_of_same_id(call, name) else call
    # {"id": "call_2", "function": {"name": "add_task"}}: a name or a new id begins a call; but the id of the last call
    # may follow its name: {"function": {"name": …}}, then {"id": "call_1"}.
    if name or not state.calls or (received_id and state.calls[-1].received_id):
        return None
    # {"index": 0, "function": {"arguments": …}}: OpenAI repeats only the index in later deltas; Gemini may repeat
    # nothing.
    with_index = [call for call in state.calls if call.received_index == delta.get("index")] or state.calls
    if not delta.get("function"):  # a signature alone: {"extra_content": {"google": {"thought_signature": …}}}
        return _unsigned(with_index) or with_index[-1]
    return with_index[-1]


def _is_next_of_same_id(last: StreamedCall, name: str) -> bool:
    """Return whether the name begins another call with the same id, which some servers give to several."""
    if not name:
        return False
    return last.name not in ("", name) or (last.arguments != "" and last.is_complete())


def _unsigned(calls: list[StreamedCall]) -> StreamedCall | None:
    return next((call for call in calls if not call.signature), None)


def place_signatures(state: ResponseState, chunk: Json) -> None:
    """Give each signature to its call. Runs after separate_calls, which sets each entry's index.

    Gemini signs the first of several parallel calls, in its delta or in one of its own, before or after the calls: that
    one is of the first call without a signature, or of the next call if there is none.
    """
    for choice in chunk["choices"]:
        delta: Json = choice["delta"]
        if not delta.get("content"):  # with text it belongs to the text
            state.pending_signature = _signature(delta) or state.pending_signature
        for entry in cast("list[Json]", delta.get("tool_calls") or []):
            if signature := _signature(entry):
                state.calls[entry["index"]].signature = signature
                state.pending_signature = ""
        if state.pending_signature and (call := _unsigned(state.calls)):
            call.signature, state.pending_signature = state.pending_signature, ""


def give_calls_unique_ids(state: ResponseState) -> None:
    """Replace ids that are empty or used before, in this or an earlier turn: results refer to calls by id."""
    for call in state.calls:
        taken = not call.received_id or call.received_id in state.used_ids
        call.id = f"call_{uuid.uuid4().hex}" if taken else call.received_id
        state.used_ids.add(call.id)


def replace_unreadable_arguments(state: ResponseState) -> None:
    """Replace arguments that cannot be read, once in a turn; then raise a failure for them."""
    for call in state.calls:
        readable = readable_arguments(call.arguments)
        if was_refused(readable) and not state.accepts_unreadable_calls:
            raise GeminiFailure("malformed_call", reason="unreadable arguments for the second time")
        if readable != call.arguments and call.signature:  # which is valid with the model's own arguments only
            call.signature = UNCHECKED_SIGNATURE
        call.arguments = readable


def readable_arguments(raw: str) -> str:
    """Return a call's arguments unchanged if they are a JSON object, else an object with their beginning."""
    reason = "unreadable"
    if len(raw) > ARGUMENTS_MAX_CHARACTERS:
        reason = "too_long"
    elif is_json_object(raw or "{}"):
        with suppress(RecursionError):  # the JSON parser accepts deeper nesting
            storable(json.loads(raw or "{}"))
            return raw
    return json.dumps({reason: storable_text(raw[:2000])}, ensure_ascii=False)


def refusal_of(arguments: Json) -> Message | None:
    """Return what the tool answers to these arguments if they replace unreadable ones, else None."""
    if len(arguments) != 1:
        return None
    [name] = arguments
    return REFUSALS.get(name)


def was_refused(arguments: str) -> bool:
    """Return whether these arguments replace unreadable ones."""
    return refusal_of(json.loads(arguments or "{}")) is not None


def google_extra(part: Json) -> Json:
    extra: object = part.get("extra_content")
    google: object = cast(Json, extra).get("google") if isinstance(extra, dict) else None
    return cast(Json, google) if isinstance(google, dict) else {}


def _signature(part: Json) -> str:
    return str(google_extra(part).get("thought_signature") or "")


def signature_of(item: object) -> str | None:
    """Return the thought signature of a function call (output item or input item), None without one."""
    data = _field(_field(item, "provider_data"), "thought_signature")
    return data if isinstance(data, str) and data else None


def _field(part: object, name: str) -> object:
    return cast("Mapping[str, object]", part).get(name) if isinstance(part, Mapping) else getattr(part, name, None)


def with_signature(call_item: Json, signature: str | None) -> Json:
    """Return the function_call input item with the signature where the Agents SDK expects it; unchanged for None."""
    if not signature:
        return call_item
    return {**call_item, "provider_data": {**(call_item.get("provider_data") or {}), "thought_signature": signature}}


def has_refused_call(body: Json) -> bool:
    """Return whether a call of the current turn had unreadable arguments."""
    for message in reversed(cast("list[Json]", body["messages"])):
        if message["role"] == "user":  # the turn began with it
            return False
        for call in cast("list[Json]", message.get("tool_calls") or []):
            if was_refused(call["function"]["arguments"]):
                return True
    return False
