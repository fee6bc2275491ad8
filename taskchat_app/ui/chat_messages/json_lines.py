"""Formats the arguments and the result of a call, which are JSON, as lines of text."""

import json
from typing import Any, cast

SHOWN_ORDER = (
    "status", "message", "task", "tasks", "numbers", "titles", "task_id", "task_ids", "number", "title",
    "description", "priority", "tags", "due", "due_in_words", "due_date", "start_date", "all_day", "due_could_be",
    "begins", "begins_in_words", "recurrence", "rings", "open", "done", "completed", "overdue", "more", "counts",
)  # fmt: skip
"""The order of a call's arguments and results; others follow by name. The stored JSON does not keep the order in which
they were written, so a call would look different after a reload."""


def lines_of(value: Any) -> list[str]:
    """Format JSON as lines: {"title": "Buy", "tags": ["home"]} as "title: Buy", "tags:", "  - home"; None as none."""
    if isinstance(value, dict):
        fields = cast(dict[str, Any], value)
        names = [name for name in sorted(fields, key=_place) if fields[name] not in (None, "", [], {})]
        parts = [(f"{name}:", fields[name]) for name in names]
    elif isinstance(value, list):
        parts = [("-", content) for content in cast(list[Any], value)]
    elif value is None:
        return []
    else:
        return [_word(value)]
    lines: list[str] = []
    for start, content in parts:
        if isinstance(content, dict | list):
            lines += [start, *(f"  {line}" for line in lines_of(content))]
        else:
            lines.append(f"{start} {_word(content)}")
    return lines


def _place(name: str) -> tuple[int, str]:
    place = SHOWN_ORDER.index(name) if name in SHOWN_ORDER else len(SHOWN_ORDER)
    return place, name


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
