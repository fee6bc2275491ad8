"""Renders the API documentation as one static HTML page."""

import json
from html import escape
from typing import Any, cast

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
    """Return the documentation as HTML, rendered from the OpenAPI description."""
    openapi = _without_described_patterns(openapi)
    routes = [
        _route(method, path, operation)
        for path, operations in openapi["paths"].items()
        for method, operation in operations.items()
    ]
    schemas = [
        _schema_section(name, schema) for name, schema in openapi.get("components", {}).get("schemas", {}).items()
    ]
    return PAGE.format(routes="\n".join(routes), schemas="\n".join(schemas))


def _without_described_patterns(part: Any) -> Any:
    """Leave out each pattern beside a description, which says the same in words: some have 2,000 characters."""
    if isinstance(part, list):
        return [_without_described_patterns(one) for one in cast("list[Any]", part)]
    if not isinstance(part, dict):
        return part
    fields = cast("dict[str, Any]", part)
    return {
        name: _without_described_patterns(value)
        for name, value in fields.items()
        if not (name == "pattern" and "description" in fields and isinstance(value, str))
    }


def _route(method: str, path: str, operation: dict[str, Any]) -> str:
    parts = [f"<h2><code>{method.upper()} {escape(path)}</code></h2>"]
    parts.append(f"<p>{escape(operation.get('description') or operation.get('summary', ''))}</p>")
    for parameter in operation.get("parameters", ()):
        about = f"{parameter['in']}, {_schema_link(parameter.get('schema', {}))}"
        parts.append(f"<p><code>{escape(parameter['name'])}</code> ({about})</p>")
    if body := operation.get("requestBody"):
        parts.append(f"<p>Takes {_contents(body['content'])}</p>")
    for status, response in operation["responses"].items():
        if status[0] == "2":
            parts.append(f"<p>Answers {status} {_contents(response.get('content', {}))}</p>")
    return "\n".join(parts)


def _contents(content: dict[str, Any]) -> str:
    return ", ".join(
        f"{escape(media_type)}: {_schema_link(about.get('schema', {}))}" for media_type, about in content.items()
    )


def _schema_link(schema: dict[str, Any]) -> str:
    """Return a link to a named schema, or the JSON schema itself."""
    if reference := schema.get("$ref"):
        name = escape(reference.rsplit("/", 1)[-1])
        return f'<a href="#{name}">{name}</a>'
    return f"<code>{escape(json.dumps(schema))}</code>" if schema else "anything"


def _schema_section(name: str, schema: dict[str, Any]) -> str:
    return f'<h3 id="{escape(name)}">{escape(name)}</h3><pre>{escape(json.dumps(schema, indent=2))}</pre>'
