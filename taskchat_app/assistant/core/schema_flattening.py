"""Flattens the JSON schemas of the tools' models to what Gemini accepts, also for agents that use Gemini over MCP."""

from typing import Any

Json = dict[str, Any]
# The keys that Gemini's endpoint accepts, of those that pydantic writes; others are answered with 400 "Unknown name".
SCHEMA_KEYS = {
    *("type", "description", "enum", "items", "properties", "required", "anyOf"),
    *("minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength", "pattern"),
}


def flat_schema(schema: Json) -> Json:
    """Return a model's JSON schema with `$ref` expanded, and without null branches and unknown keys."""
    return _flat(schema, schema.get("$defs", {}))


def _flat(schema: Json, definitions: dict[str, Json]) -> Json:
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        schema = definitions[name] | schema
    flat: Json = {key: value for key, value in schema.items() if key in SCHEMA_KEYS}
    if "anyOf" in flat:
        branches = [_flat(branch, definitions) for branch in flat.pop("anyOf") if branch.get("type") != "null"]
        if len(branches) == 1:
            flat = branches[0] | flat
        else:
            flat["anyOf"] = branches
    if "items" in flat:
        flat["items"] = _flat(flat["items"], definitions)
    if "properties" in flat:
        flat["properties"] = {name: _flat(part, definitions) for name, part in flat["properties"].items()}
    return flat
