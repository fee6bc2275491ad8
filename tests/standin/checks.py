"""Rejects requests that Gemini would answer with a 400."""

import json
from typing import Any

SIGNATURES = "https://ai.google.dev/gemini-api/docs/thought-signatures"
# Keys of JSON Schema that the endpoint rejects with "Unknown name" or does not understand.
UNKNOWN_KEYS = ("$ref", "$defs", "definitions", "$schema", "additionalProperties", "strict", "const", "oneOf", "allOf")

AUDIO_FORMATS = ("wav", "mp3", "aiff", "aac", "ogg", "flac", "mp4", "m4a")


class SentCalls:
    """The tool calls that the stand-in sent, by name and arguments, since a client may rename their ids."""

    def __init__(self) -> None:
        self._signatures: dict[tuple[str, str], list[str | None]] = {}
        self._groups: dict[tuple[str, str], int] = {}
        self._replies = 0

    def remember(self, expects: list[dict[str, Any]]) -> None:
        self._replies += 1
        for call in expects:
            key = _key(call["name"], call["arguments"])
            self._signatures.setdefault(key, []).append(call["signature"])
            self._groups[key] = self._replies

    def signature_problem(self, name: str, arguments: str, signature: str | None, *, current: bool) -> str | None:
        known = self._signatures.get(_key(name, arguments))
        if known is None or signature in known or (signature is None and not current):
            return None
        if signature is None:
            return f"Function call is missing a thought_signature in functionCall parts: `{name}`. See {SIGNATURES}"
        return f"Thought signature is not valid: `{name}`."

    def group(self, name: str, arguments: str) -> int | None:
        return self._groups.get(_key(name, arguments))


def problem_with(request: dict[str, Any], sent: SentCalls) -> str | None:
    """Return the message of Gemini's 400, or None for a request that it would accept."""
    messages: list[dict[str, Any]] = request.get("messages") or []
    if not messages:
        return "GenerateContentRequest.contents: contents is not specified"
    if not request.get("stream"):
        return "The stand-in only streams."
    return (
        _pairing_problem(messages)
        or _content_problem(messages)
        or _media_problem(messages)
        or _signature_problem(messages, sent)
        or _tools_problem(request.get("tools") or [])
    )


def _pairing_problem(messages: list[dict[str, Any]]) -> str | None:
    waiting: list[str] = []
    for message in messages:
        if message["role"] == "tool":
            if message.get("tool_call_id") not in waiting:
                return "Please ensure that function response turn comes immediately after a function call turn."
            waiting.remove(message["tool_call_id"])
            continue
        if waiting:
            return _count_problem()
        waiting = [call["id"] for call in message.get("tool_calls") or []]
        if len(set(waiting)) != len(waiting) or "" in waiting:
            return "Tool call ids must be unique and not empty."
    return _count_problem() if waiting else None


def _count_problem() -> str:
    return (
        "Please ensure that the number of function response parts is equal to the number of function call parts "
        "of the function call turn."
    )


def _content_problem(messages: list[dict[str, Any]]) -> str | None:
    if any(not message.get("content") and not message.get("tool_calls") for message in messages):
        return "Unable to submit request because it must include at least one parts field."
    for message in messages:
        for call in message.get("tool_calls") or []:
            if _key("", call["function"]["arguments"])[1] == "":
                return f"Invalid arguments of function call `{call['function']['name']}`."
    return None


def _media_problem(messages: list[dict[str, Any]]) -> str | None:
    """Pictures and sound belong to the last message of the user only; taskchat must not send them again."""
    said = [message["content"] for message in messages if isinstance(message.get("content"), list)]
    last = next((message["content"] for message in reversed(messages) if message["role"] == "user"), None)
    for content in said:
        for part in content:
            if part["type"] != "text" and content is not last:
                return f"A part of type {part['type']} of an earlier turn."
            if part["type"] == "image_url" and not _is_picture(part["image_url"]):
                return "Invalid image_url."
            if part["type"] == "input_audio" and part["input_audio"]["format"] not in AUDIO_FORMATS:
                return f"Unsupported MIME type: audio/{part['input_audio']['format']}"
            if part["type"] not in ("text", "image_url", "input_audio"):
                return f"Unknown part {part['type']}."
    return None


def _is_picture(image: dict[str, str]) -> bool:
    return set(image) == {"url"} and image["url"].startswith("data:image/jpeg;base64,/9j/")


def _signature_problem(messages: list[dict[str, Any]], sent: SentCalls) -> str | None:
    last_user_message = max((place for place, message in enumerate(messages) if message["role"] == "user"), default=-1)
    turn_of_group: dict[int, int] = {}
    for place, message in enumerate(messages):
        for call in message.get("tool_calls") or []:
            name, arguments = call["function"]["name"], call["function"]["arguments"]
            signature = ((call.get("extra_content") or {}).get("google") or {}).get("thought_signature")
            problem = sent.signature_problem(name, arguments, signature, current=place > last_user_message)
            if problem:
                return problem
            group = sent.group(name, arguments)
            if group is not None and place > last_user_message and turn_of_group.setdefault(group, place) != place:
                return "Parallel function calls must stay together in one function call turn."
    return None


def _tools_problem(tools: list[dict[str, Any]]) -> str | None:
    for number, tool in enumerate(tools):
        function = tool.get("function") or {}
        if "strict" in function:
            return f"Invalid JSON payload received. Unknown name \"strict\" at 'tools[{number}]': Cannot find field."
        problem = _schema_problem(function.get("parameters") or {})
        if problem:
            return f"Invalid JSON payload received. {problem} at 'tools[{number}].function_declarations'."
    return None


def _schema_problem(schema: dict[str, Any]) -> str | None:
    for key in UNKNOWN_KEYS:
        if key in schema:
            return f'Unknown name "{key}": Cannot find field'
    if isinstance(schema.get("type"), list):
        return "Proto field is not repeating, cannot start list: type"
    if schema.get("type") == "null" or any(option.get("type") == "null" for option in schema.get("anyOf") or []):
        return "anyOf with null is not supported"
    inner = [*(schema.get("properties") or {}).values(), *(schema.get("anyOf") or [])]
    inner += [schema["items"]] if "items" in schema else []
    return next((problem for part in inner if (problem := _schema_problem(part))), None)


def _key(name: str, arguments: str) -> tuple[str, str]:
    """Return name and arguments with sorted keys; the second part is "" if the arguments are no JSON object."""
    try:
        read = json.loads(arguments or "{}")
    except ValueError:
        return (name, "")
    return (name, json.dumps(read, sort_keys=True)) if isinstance(read, dict) else (name, "")
