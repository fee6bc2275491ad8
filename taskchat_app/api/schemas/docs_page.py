"""Renders the API documentation as one static HTML page."""

import json
from html import escape
from typing import Any

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>taskchat API</title>
<h1>taskchat API</h1>
<p>Every route takes the cookie of the page or <code>Authorization: Bearer &lt;token&gt;</code>. Errors are
<code>application/problem+json</code>. For programs: <a href="/api/openapi.json">openapi.json</a>.</p>
{routes}
<h2>Schemas</h2>
{schemas}
</html>
"""


def docs_page(openapi: dict[str, Any]) -> str:
    routes = [
        _route(method, path, operation)
        for path, operations in openapi["paths"].items()
        for method, operation in operations.items()
    ]
    named = openapi.get("components", {}).get("schemas", {})
    schemas = [_schema_section(name, schema) for name, schema in named.items()]
    return PAGE.format(routes="\n".join(routes), schemas="\n".join(schemas))


def _route(method: str, path: str, operation: dict[str, Any]) -> str:
    parts = [f"<h2><code>{method.upper()} {escape(path)}</code></h2>"]
    parts.append(f"<p>{escape(operation.get('description') or operation.get('summary', ''))}</p>")
    for parameter in operation.get("parameters", ()):
        schema = parameter.get("schema", {})
        about = f"{parameter['in']}, {_type(schema)}"
        parts.append(f"<p><code>{escape(parameter['name'])}</code> ({about}) {_description(schema)}</p>")
    if body := operation.get("requestBody"):
        parts.append(f"<p>Takes {_contents(body['content'])}</p>")
    for status, response in operation["responses"].items():
        if status[0] == "2":
            parts.append(f"<p>Answers {status} {_contents(response.get('content', {}))}</p>")
    return "\n".join(parts)


def _contents(content: dict[str, Any]) -> str:
    return ", ".join(
        f"{escape(media_type)}: {_type(about.get('schema', {}))}{_example(about.get('example'))}"
        for media_type, about in content.items()
    )


def _example(example: str | None) -> str:
    return f", such as</p><pre>{escape(example)}</pre><p>" if example else ""


def _type(schema: dict[str, Any]) -> str:
    """Return a schema in words, with links to named ones. Its pattern is in openapi.json only: some are long."""
    if reference := schema.get("$ref"):
        name = escape(reference.rsplit("/", 1)[-1])
        return f'<a href="#{name}">{name}</a>'
    if "enum" in schema:
        return " or ".join(f"<code>{escape(json.dumps(value))}</code>" for value in schema["enum"])
    if parts := schema.get("anyOf"):
        return " or ".join(map(_type, parts))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if properties := schema.get("properties"):
        return ", ".join(f"<code>{escape(name)}</code>: {_type(about)}" for name, about in properties.items())
    kinds: str | list[str] = schema.get("type", "anything")
    return escape(kinds if isinstance(kinds, str) else " or ".join(kinds)) + _bounds(schema)


def _bounds(schema: dict[str, Any]) -> str:
    """Return the limits of a text's length or of a number, in brackets."""
    for least, most, unit in (("minLength", "maxLength", " characters"), ("minimum", "maximum", "")):
        if most in schema:
            return f" ({schema.get(least, 0)} to {schema[most]}{unit})"
    return ""


def _description(schema: dict[str, Any]) -> str:
    """Return the description and the examples of a schema, or of the first of its branches that has some."""
    for part in (schema, *schema.get("anyOf", ())):
        if part.get("description"):
            examples = ", ".join(f"<code>{escape(str(example))}</code>" for example in part.get("examples", ()))
            return escape(part["description"]) + (f" Such as {examples}." if examples else "")
    return ""


def _schema_section(name: str, schema: dict[str, Any]) -> str:
    parts = [f'<h3 id="{escape(name)}">{escape(name)}</h3>', f"<p>{_description(schema)}</p>"]
    required = schema.get("required", ())
    rows = [
        f"<tr><td><code>{escape(field)}</code>{'' if field in required else ' (optional)'}</td><td>{_type(about)}</td>"
        f"<td>{_description(about)}</td></tr>"
        for field, about in schema.get("properties", {}).items()
    ]
    return "\n".join([*parts, f"<table>{''.join(rows)}</table>" if rows else f"<p>{_type(schema)}</p>"])
