"""Flattens the tools' JSON schemas to the keywords that Gemini accepts, also for agents that use Gemini over MCP."""

from typing import Any, cast

Json = dict[str, Any]
# The keys of JSON Schema that Gemini's endpoint accepts; others are answered with 400 "Unknown name".
SCHEMA_KEYS = {
    *("type", "description", "enum", "items", "properties", "required", "anyOf", "nullable"),
    *("minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength", "pattern", "format"),
}
# "only 'enum' and 'date-time' are supported for STRING type" (Gemini's own 400); the others name number widths.
FORMATS = {"enum", "date-time", "int32", "int64", "float", "double"}


def flat_schema(schema: Json) -> Json:
    """Return a tool's JSON schema as Gemini accepts it: `$ref` expanded, null branches and unknown keys removed.

    A property that may be null becomes optional, since strict schemas list it as required.
    """
    definitions = cast(Json, schema.get("$defs") or schema.get("definitions") or {})
    return _flat(schema, definitions, ())


def _flat(schema: Json, definitions: Json, ancestors: tuple[str, ...]) -> Json:
    if "$ref" in schema:
        name = str(schema["$ref"]).rsplit("/", 1)[-1]
        # A recursive schema cannot be expanded.
        target = {"type": "object"} if name in ancestors else cast(Json, definitions.get(name) or {})
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        return _flat({**target, **rest}, definitions, (*ancestors, name))
    for part in cast("list[Json]", schema.get("allOf") or []):
        schema = {**_flat(part, definitions, ancestors), **schema}
    flat = {key: value for key, value in schema.items() if key in SCHEMA_KEYS}
    branches = cast("list[Json]", schema.get("anyOf") or schema.get("oneOf") or [])
    flat.pop("anyOf", None)
    if branches:
        kept = [_flat(branch, definitions, ancestors) for branch in branches if branch.get("type") != "null"]
        flat = {**kept[0], **flat} if len(kept) == 1 else {**flat, "anyOf": kept}
    return _with_flat_parts(flat, schema, definitions, ancestors)


def _with_flat_parts(flat: Json, schema: Json, definitions: Json, ancestors: tuple[str, ...]) -> Json:
    if isinstance(flat.get("type"), list):
        flat["type"] = next(name for name in flat["type"] if name != "null")
    if "const" in schema:
        flat["enum"] = [schema["const"]]
    if "enum" in flat:
        flat["enum"] = [value for value in flat["enum"] if value is not None]
    if flat.get("format") not in FORMATS:
        flat.pop("format", None)
    if "items" in flat:
        flat["items"] = _flat(flat["items"], definitions, ancestors)
    if "properties" in flat:
        properties = cast("dict[str, Json]", flat["properties"])
        flat["properties"] = {name: _flat(part, definitions, ancestors) for name, part in properties.items()}
        optional = {name for name, part in properties.items() if _may_be_null(part)}
        flat["required"] = [name for name in cast("list[str]", flat.get("required") or []) if name not in optional]
        if not flat["required"]:
            del flat["required"]
    return flat


def _may_be_null(schema: Json) -> bool:
    branches = cast("list[Json]", schema.get("anyOf") or schema.get("oneOf") or [])
    return "null" in (schema.get("type") or []) or any(branch.get("type") == "null" for branch in branches)
