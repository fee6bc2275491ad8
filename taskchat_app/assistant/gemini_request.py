"""What is sent to Gemini: the mends of a request, flat tool schemas, and thought signatures in stored calls."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from openai import AsyncStream, Omit
from openai._base_client import make_request_options
from openai.types.chat import ChatCompletion, ChatCompletionChunk

Json = dict[str, Any]
RequestMend = Callable[[Json, Mapping[str, str]], None]

# The keys of JSON schema that Gemini's endpoint takes; anything else answers 400 "Unknown name".
SCHEMA_KEYS = {
    *("type", "description", "enum", "items", "properties", "required", "anyOf", "nullable"),
    *("minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength", "pattern", "format"),
}
# "only 'enum' and 'date-time' are supported for STRING type" (Gemini's own 400); the others name number widths.
FORMATS = {"enum", "date-time", "int32", "int64", "float", "double"}
INTERRUPTED = '{"status": "error", "message": "This call was interrupted; whether it took effect is unknown."}'


@dataclass(frozen=True, slots=True)
class Completions:
    """The client's own, less its walk over every word of the history for names that would have to be rewritten."""

    post: Callable[..., Awaitable[Any]]

    async def create(self, *, extra_headers: Any, extra_query: Any, extra_body: Any, **request: Any) -> Any:
        """Send what is given."""
        options = make_request_options(
            extra_headers=extra_headers,
            extra_query=extra_query,
            extra_body=extra_body,
            security={"bearer_auth": True},
        )
        return await self.post(
            "/chat/completions",
            body={name: value for name, value in request.items() if not isinstance(value, Omit)},
            cast_to=ChatCompletion,
            options=options,
            stream=True,
            stream_cls=AsyncStream[ChatCompletionChunk],
        )


def signature_of(item: object) -> str | None:
    """The thought signature of a function call: a run item, an output item, or an input item as a dict."""
    raw: object = getattr(item, "raw_item", item)
    data = _field(_field(raw, "provider_data"), "thought_signature")
    return data if isinstance(data, str) and data else None


def _field(part: object, name: str) -> object:
    return cast("Mapping[str, object]", part).get(name) if isinstance(part, Mapping) else getattr(part, name, None)


def with_signature(call_item: Json, signature: str | None) -> Json:
    """The same function_call input item carrying `signature`, where the Agents SDK keeps it; None leaves it bare."""
    if not signature:
        return call_item
    return {**call_item, "provider_data": {**(call_item.get("provider_data") or {}), "thought_signature": signature}}


def flat_schema(schema: Json) -> Json:
    """A tool's JSON schema as Gemini takes it: `$ref` written out, null branches and unknown keys left out.

    A property that may be null becomes optional, since strict schemas list it as required.
    """
    definitions = cast(Json, schema.get("$defs") or schema.get("definitions") or {})
    return _flat(schema, definitions, ())


def _flat(schema: Json, definitions: Json, within: tuple[str, ...]) -> Json:
    if "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[-1]
        # A schema that contains itself cannot be written out.
        target = {"type": "object"} if name in within else cast(Json, definitions.get(name) or {})
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return _flat({**target, **rest}, definitions, (*within, name))
    for part in cast("list[Json]", schema.get("allOf") or []):
        schema = {**_flat(part, definitions, within), **schema}
    flat = {key: value for key, value in schema.items() if key in SCHEMA_KEYS}
    branches = cast("list[Json]", schema.get("anyOf") or schema.get("oneOf") or [])
    flat.pop("anyOf", None)
    if branches:
        kept = [_flat(one, definitions, within) for one in branches if one.get("type") != "null"]
        flat = {**kept[0], **flat} if len(kept) == 1 else {**flat, "anyOf": kept}
    return _with_flat_parts(flat, schema, definitions, within)


def _with_flat_parts(flat: Json, schema: Json, definitions: Json, within: tuple[str, ...]) -> Json:
    if isinstance(flat.get("type"), list):
        flat["type"] = next(one for one in flat["type"] if one != "null")
    if "const" in schema:
        flat["enum"] = [schema["const"]]
    if "enum" in flat:
        flat["enum"] = [one for one in flat["enum"] if one is not None]
    if flat.get("format") not in FORMATS:
        flat.pop("format", None)
    if "items" in flat:
        flat["items"] = _flat(flat["items"], definitions, within)
    if "properties" in flat:
        properties = cast("dict[str, Json]", flat["properties"])
        flat["properties"] = {name: _flat(one, definitions, within) for name, one in properties.items()}
        optional = {name for name, one in properties.items() if _may_be_null(one)}
        flat["required"] = [name for name in cast("list[str]", flat.get("required") or []) if name not in optional]
        if not flat["required"]:
            del flat["required"]
    return flat


def _may_be_null(schema: Json) -> bool:
    branches = cast("list[Json]", schema.get("anyOf") or schema.get("oneOf") or [])
    return "null" in (schema.get("type") or []) or any(one.get("type") == "null" for one in branches)


def flatten_tools(body: Json, _signatures: Mapping[str, str]) -> None:
    """Tool schemas are flat and carry no `strict`."""
    if not isinstance(body.get("tools"), list):
        return
    tools: list[Json] = []
    for tool in cast("list[Json]", body["tools"]):
        function: Json = {key: value for key, value in tool["function"].items() if key != "strict"}
        function["parameters"] = flat_schema(function.get("parameters") or {"type": "object"})
        tools.append({**tool, "function": function})
    body["tools"] = tools


def send_signatures_back(body: Json, signatures: Mapping[str, str]) -> None:
    """Each call goes back with its signature, whatever the model is called: the SDK looks for "gemini" in its name."""
    for message in cast("list[Json]", body["messages"]):
        for call in cast("list[Json]", message.get("tool_calls") or []):
            if signature := signatures.get(call["id"]):
                call["extra_content"] = {"google": {"thought_signature": signature}}


def pair_calls_with_results(body: Json, _signatures: Mapping[str, str]) -> None:
    """Each call is followed by its one result; a call whose turn was killed gets one, a lone result is left out."""
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


REQUEST_MENDS: tuple[RequestMend, ...] = (flatten_tools, send_signatures_back, pair_calls_with_results)
