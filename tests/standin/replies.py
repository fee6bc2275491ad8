"""Builders for the replies of the stand-in: each one is plain JSON, so that it can be sent over HTTP or kept in a file.

A reply is ``{"status", "headers", "body"}`` for an error, or ``{"steps": [...], "expects": [...]}`` for a stream, which
may have ``headers`` too.
A step is one of ``{"chunk": {...}}``, ``{"raw": "text after data:"}``, ``{"delay": seconds}``, ``{"hold": true}``
(waits for ``release()``), ``{"hang": true}`` (until the client goes away), ``{"cut": "reset"}`` (the connection breaks)
and ``{"cut": "clean"}`` (the stream ends there without ``[DONE]``). ``expects`` names the calls of the reply with their
signatures, for the check of what comes back.
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
    """One tool call; without an id it gets a new one. `calls` signs the first call of a reply unless it is signed."""
    new_id = f"function-call-{uuid.uuid4().int % 10**18}"
    return {
        "id": new_id if call_id is None else call_id,
        "name": name,
        "arguments": json.dumps(arguments or {}),
        "signature": signature,
    }


def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> Step:
    """One step that sends `delta` as Gemini wraps it; `more` goes beside `choices`."""
    choice: dict[str, Any] = {"index": 0, "delta": delta}
    if finish:
        choice["finish_reason"] = finish
    return {
        "chunk": {
            "id": "xx1",
            "object": "chat.completion.chunk",
            "created": 1763622000,
            "model": "gemini",
            "choices": [choice],
            **more,
        }
    }


def chunks(*steps: Step, done: bool = True, expects: Sequence[ToolCall] = ()) -> Reply:
    """A stream of hand-made steps, for what the other builders cannot say."""
    return {"steps": [*steps, *([DONE] if done else [])], "expects": list(expects)}


def text(words: str, *, pieces: int = 1, delay: float = 0.0, finish: str = "stop") -> Reply:
    """An answer in words, in so many pieces with `delay` seconds between them."""
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
    """Tool calls as Gemini streams them: a chunk for each, no index, the first one signed, finish_reason "stop".

    `pieces` cuts the arguments: all but the first piece come without id, name and index. `signature_in` moves the
    signature into a delta of its own after its call ("own_call_delta" inside `tool_calls`, "own_delta" beside it).
    """
    if signed and tool_calls and not any(one["signature"] for one in tool_calls):
        first: ToolCall = {**tool_calls[0], "signature": f"signature-{uuid.uuid4().hex}"}
        tool_calls = (first, *tool_calls[1:])
    steps = [chunk({"role": "assistant", "content": words})] if words else []
    for number, one in enumerate(tool_calls):
        place = {"none": {}, "zero": {"index": 0}, "right": {"index": number}}[index]
        steps += _call_steps(one, place, pieces, signature_in)
    return chunks(*steps, chunk({"role": "assistant", "content": ""}, finish), expects=tool_calls)


def _call_steps(one: ToolCall, place: dict[str, int], pieces: int, signature_in: str) -> list[Step]:
    extra = {"extra_content": {"google": {"thought_signature": one["signature"]}}} if one["signature"] else {}
    head, *tail = _cut(one["arguments"], pieces)
    function = {"name": one["name"], "arguments": head}
    entry: dict[str, Any] = {"id": one["id"], "type": "function", "function": function, **place}
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
    """An HTTP error with Gemini's body, a JSON array; `body` replaces it."""
    names = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}
    names |= {429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}
    told = {"code": status, "message": message or f"Error {status}.", "status": name or names.get(status, "UNKNOWN")}
    return {"status": status, "headers": headers or {}, "body": [{"error": told}] if body is None else body}


def empty() -> Reply:
    """A success without a single chunk."""
    return {"steps": [], "expects": []}


def hang(*, mute: bool = False) -> Reply:
    """The headers of a success, or with `mute` not even these, then silence until the client goes away."""
    return {"steps": [{"hang": True}], "expects": [], "mute": mute}


def step_after(reply: Reply, number: int, *steps: Step) -> Reply:
    """The same reply with `steps` put in after its first `number` steps."""
    return {**reply, "steps": [*reply["steps"][:number], *steps, *reply["steps"][number:]]}


def hang_after(reply: Reply, number: int) -> Reply:
    return step_after(reply, number, {"hang": True})


def hold_after(reply: Reply, number: int) -> Reply:
    """The same reply, waiting after its first `number` steps until the test calls `release()`."""
    return step_after(reply, number, {"hold": True})


def cut_after(reply: Reply, number: int, how: Literal["reset", "clean"] = "reset") -> Reply:
    """The same reply, broken off after its first `number` steps."""
    return step_after(reply, number, {"cut": how})


def said_by_user(request: dict[str, Any]) -> str:
    """The person's last words in a request, for scripts that are functions."""
    said = [message["content"] for message in request["messages"] if message["role"] == "user"][-1]
    return said if isinstance(said, str) else "".join(part.get("text", "") for part in said)


def tool_results(request: dict[str, Any]) -> list[str]:
    """The results of the tools called since the person last spoke, for scripts that are functions."""
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
