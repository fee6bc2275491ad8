"""Stores translatable sentences beside the JSON that contains them: the JSON itself holds only their English text."""

from collections.abc import Mapping
from typing import Any, cast

from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import Message, decode, encode


def messages_in(value: Any, path: str = "") -> dict[str, Any]:
    """Return the messages within a JSON value, encoded, by their paths, such as "/children/0/value"."""
    if isinstance(value, Message):
        return {path: encode(value)}
    found: dict[str, Any] = {}
    for name, part in _parts(value):
        found |= messages_in(part, f"{path}/{name}")
    return found


def with_messages(value: Any, messages: Mapping[str, Any] | None, path: str = "") -> Any:
    """Return the JSON value with the messages that `messages_in` found in it; without any, as it is."""
    if not messages:
        return value
    if path in messages:
        return decode(messages[path])
    parts = {name: with_messages(part, messages, f"{path}/{name}") for name, part in _parts(value)}
    if isinstance(value, dict):
        return parts
    return list(parts.values()) if isinstance(value, list) else value


def rendered(value: Any, language: str) -> Any:
    """Return the JSON value with its messages in the language."""
    if isinstance(value, dict):
        return {name: rendered(part, language) for name, part in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [rendered(part, language) for part in cast("list[Any]", value)]
    return render(value, language) if isinstance(value, Message) else value


def _parts(value: Any) -> list[tuple[Any, Any]]:
    if isinstance(value, dict):
        return list(cast("dict[str, Any]", value).items())
    return list(enumerate(cast("list[Any]", value))) if isinstance(value, list) else []
