"""Flattens JSON schemas of tools for Gemini's endpoint."""

from typing import Any, cast

Json = dict[str, Any]


# The keys of JSON schema that Gemini's endpoint takes; anything else answers 400 "Unknown name".
SCHEMA_KEYS = {
    *("type", "description", "enum", "items", "properties", "required", "anyOf", "nullable"),
    *("minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength", "pattern", "format"),
}


# "only 'enum' and 'date-time' are supported for STRING type" (Gemini's own 400); the others name number widths.
FORMATS = {"enum", "date-time", "int32", "int64", "float", "double"}


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
