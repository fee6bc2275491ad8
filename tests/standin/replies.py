"""Builders for the replies of the stand-in, as plain JSON, so that they can be sent over HTTP or stored in a file.

A reply is ``{"status", "headers", "body"}`` for an error, or ``{"steps": [...], "expects": [...]}`` for a stream, which
may have ``headers`` too.
A step is one of ``{"chunk": {...}}``, ``{"raw": "text after data:"}``, ``{"delay": seconds}``, ``{"hold": true}``
(waits for ``release()``), ``{"hang": true}`` (until the client disconnects), ``{"cut": "reset"}`` (breaks connection)
and ``{"cut": "clean"}`` (ends the stream without ``[DONE]``). ``expects`` lists the calls of the reply with their
signatures, to check them in the next request.
"""

import json
import uuid
from collections.abc import Sequence
from typing import Any, Literal, TypedDict

Reply = dict[str, Any]
Step = dict[str, Any]

DONE: Step = {"raw": "[DONE]"}


class ToolCall(TypedDict):
    id: str
    name: str
    arguments: str
    signature: str | None


def call(
    name: str, arguments: dict[str, Any] | None = None, *, call_id: str | None = None, signature: str | None = None
) -> ToolCall:
    """Return one tool call, with a new id by default; `calls` signs the first call of a reply unless one is signed."""
    new_id = f"function-call-{uuid.uuid4().int % 10**18}"
    return {
        "id": new_id if call_id is None else call_id,
        "name": name,
        "arguments": json.dumps(arguments or {}),
        "signature": signature,
    }


def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> Step:
    """Return a step that sends `delta` in Gemini's format; `more` is added beside `choices`."""
    choice: dict[str, Any] = {"index": 0, "delta": delta}
    if finish:
        choice["finish_reason"] = finish
    begin = {"id": "xx1", "object": "chat.completion.chunk", "created": 1763622000, "model": "gemini-3.8-flash"}
    return {"chunk": {**begin, "choices": [choice], **more}}


def chunks(*steps: Step, done: bool = True, expects: Sequence[ToolCall] = ()) -> Reply:
    """Return a stream of any steps, for cases that the other builders do not cover."""
    return {"steps": [*steps, *([DONE] if done else [])], "expects": list(expects)}


def text(words: str, *, pieces: int = 1, delay: float = 0.0, finish: str = "stop") -> Reply:
    """Return a text reply, in so many pieces with `delay` seconds between them."""
    steps: list[Step] = []
    for number, piece in enumerate(_cut(words, pieces)):
        steps += [{"delay": delay}] if number and delay else []
        steps.append(chunk({"role": "assistant", "content": piece}))
    return chunks(*steps, chunk({"role": "assistant"}, finish))


def calls(
    *tool_calls: ToolCall,
    words: str = "",
    index: Literal["none", "zero", "right"] = "none",
    pieces: int = 1,
    signature_in: Literal["call", "own_call_delta", "own_delta"] = "call",
    finish: str = "stop",
    signed: bool = True,
) -> Reply:
    """Return tool calls as Gemini streams them: a chunk each, no index, the first one signed, finish_reason "stop".

    `pieces` cuts the arguments: all but the first piece come without id, name and index. `signature_in` moves the
    signature into a delta of its own after its call ("own_call_delta" inside `tool_calls`, "own_delta" beside it).
    """
    if signed and tool_calls and not any(tool_call["signature"] for tool_call in tool_calls):
        first: ToolCall = {**tool_calls[0], "signature": f"signature-{uuid.uuid4().hex}"}
        tool_calls = (first, *tool_calls[1:])
    steps = [chunk({"role": "assistant", "content": words})] if words else []
    for number, tool_call in enumerate(tool_calls):
        place = {"none": {}, "zero": {"index": 0}, "right": {"index": number}}[index]
        steps += _call_steps(tool_call, place, pieces, signature_in)
    return chunks(*steps, chunk({"role": "assistant", "content": ""}, finish), expects=tool_calls)


def _call_steps(tool_call: ToolCall, place: dict[str, int], pieces: int, signature_in: str) -> list[Step]:
    extra = (
        {"extra_content": {"google": {"thought_signature": tool_call["signature"]}}} if tool_call["signature"] else {}
    )
    head, *tail = _cut(tool_call["arguments"], pieces)
    function = {"name": tool_call["name"], "arguments": head}
    entry: dict[str, Any] = {"id": tool_call["id"], "type": "function", "function": function, **place}
    if signature_in == "call":
        entry |= extra
    steps = [chunk({"role": "assistant", "tool_calls": [entry]})]
    rest = place if place.get("index") else {}
    steps += [chunk({"tool_calls": [{**rest, "function": {"arguments": piece}}]}) for piece in tail]
    if extra and signature_in == "own_call_delta":
        steps.append(chunk({"tool_calls": [{**rest, **extra}]}))
    if extra and signature_in == "own_delta":
        steps.append(chunk({"role": "assistant", "content": "", **extra}))
    return steps


def error(
    status: int, message: str = "", *, body: Any = None, headers: dict[str, str] | None = None, name: str = ""
) -> Reply:
    """Return an HTTP error with a body like Gemini's, a JSON array; `body` replaces it."""
    names = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}
    names |= {429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}
    detail = {"code": status, "message": message or f"Error {status}.", "status": name or names.get(status, "UNKNOWN")}
    return {"status": status, "headers": headers or {}, "body": [{"error": detail}] if body is None else body}


def empty() -> Reply:
    """Return a success without any chunk."""
    return {"steps": [], "expects": []}


def hang(*, mute: bool = False) -> Reply:
    """Return a success that sends headers (none with `mute`) and then nothing until the client disconnects."""
    return {"steps": [{"hang": True}], "expects": [], "mute": mute}


def step_after(reply: Reply, number: int, *steps: Step) -> Reply:
    """Return the reply with `steps` inserted after its first `number` steps."""
    return {**reply, "steps": [*reply["steps"][:number], *steps, *reply["steps"][number:]]}


def hang_after(reply: Reply, number: int) -> Reply:
    return step_after(reply, number, {"hang": True})


def hold_after(reply: Reply, number: int) -> Reply:
    """Return the reply, waiting after its first `number` steps until the test calls `release()`."""
    return step_after(reply, number, {"hold": True})


def cut_after(reply: Reply, number: int, how: Literal["reset", "clean"] = "reset") -> Reply:
    """Return the reply, aborted after its first `number` steps."""
    return step_after(reply, number, {"cut": how})


def last_user_text(request: dict[str, Any]) -> str:
    """Return the text of the last user message of a request, for scripts that are functions."""
    content = [message["content"] for message in request["messages"] if message["role"] == "user"][-1]
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def tool_results(request: dict[str, Any]) -> list[str]:
    """Return the tool results after the last user message of a request, for scripts that are functions."""
    results: list[str] = []
    for message in request["messages"]:
        if message["role"] == "user":
            results = []
        if message["role"] == "tool":
            results.append(message["content"])
    return results


def _cut(words: str, pieces: int) -> list[str]:
    size = max(1, -(-len(words) // max(1, pieces)))
    return [words[start : start + size] for start in range(0, len(words), size)] or [""]
