"""Reads and attaches Gemini's thought signatures of function calls."""

from collections.abc import Mapping
from typing import Any, cast

Json = dict[str, Any]


def signature_of(item: object) -> str | None:
    """Return the thought signature of a function call (run item, output item or input item), None without one."""
    raw: object = getattr(item, "raw_item", item)
    data = _field(_field(raw, "provider_data"), "thought_signature")
    return data if isinstance(data, str) and data else None


def _field(part: object, name: str) -> object:
    return cast("Mapping[str, object]", part).get(name) if isinstance(part, Mapping) else getattr(part, name, None)


def with_signature(call_item: Json, signature: str | None) -> Json:
    """Return the function_call input item with the signature where the Agents SDK expects it; unchanged for None."""
    if not signature:
        return call_item
    return {**call_item, "provider_data": {**(call_item.get("provider_data") or {}), "thought_signature": signature}}
