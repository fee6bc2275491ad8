"""Repairs requests for Gemini's endpoint: tools, signatures, pairing of calls and results."""

from collections.abc import Mapping
from typing import Any, cast

from openai import Omit

from taskchat_app.assistant.gemini.response_state import was_refused

Json = dict[str, Any]
_NO_BODY = ("extra_headers", "extra_query", "extra_body")
INTERRUPTED = '{"status": "error", "message": "This call was interrupted; whether it took effect is unknown."}'


def body_of(parameters: Json) -> Json:
    """Return the body of a request with the parameters that the SDK passes."""
    given = {name: value for name, value in parameters.items() if not isinstance(value, Omit) and name not in _NO_BODY}
    extra: Json = parameters.get("extra_body") or {}
    return given | extra


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


def send_signatures_back(body: Json, signatures: Mapping[str, str]) -> None:
    """Add the signature to each call; the SDK does so only if the model's name contains "gemini"."""
    for message in cast("list[Json]", body["messages"]):
        for call in cast("list[Json]", message.get("tool_calls") or []):
            if signature := signatures.get(call["id"]):
                call["extra_content"] = {"google": {"thought_signature": signature}}


def has_refused_call(body: Json) -> bool:
    """Return whether a call of the current turn had unreadable arguments."""
    for message in reversed(cast("list[Json]", body["messages"])):
        if message["role"] == "user":  # the turn began with it
            return False
        for call in cast("list[Json]", message.get("tool_calls") or []):
            if was_refused(call["function"]["arguments"]):
                return True
    return False


def pair_calls_with_results(body: Json, _signatures: Mapping[str, str]) -> None:
    """Put one result after each call; add one for a call without result (killed turn), drop results without call."""
    messages = cast("list[Json]", body["messages"])
    results = {message["tool_call_id"]: message for message in messages if message["role"] == "tool"}
    paired: list[Json] = []
    for message in messages:
        if message["role"] == "tool":
            continue
        if message["role"] == "assistant" and not message.get("content") and not message.get("tool_calls"):
            continue
        paired.append(message)
        for call in cast("list[Json]", message.get("tool_calls") or []):
            lost: Json = {"role": "tool", "tool_call_id": call["id"], "content": INTERRUPTED}
            paired.append(results.pop(call["id"], lost))
    body["messages"] = paired


def leave_out_detail(body: Json, _signatures: Mapping[str, str]) -> None:
    """Remove `detail` of pictures, which the endpoint does not document."""
    for message in cast("list[Json]", body["messages"]):
        for part in cast("list[Json]", message["content"] if isinstance(message.get("content"), list) else []):
            part.get("image_url", {}).pop("detail", None)


def leave_out_strict(body: Json, _signatures: Mapping[str, str]) -> None:
    for tool in cast("list[Json]", body.get("tools") or []):
        tool["function"].pop("strict", None)


REQUEST_REPAIRS = (send_signatures_back, pair_calls_with_results, leave_out_detail, leave_out_strict)
