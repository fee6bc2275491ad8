"""Checks what Postgres can store: texts without NUL and lone surrogates, numbers within the range of their column."""

import json
import re
from collections.abc import Iterable
from typing import Any, cast

LAST_TASK_NUMBER = 2**31 - 1
"""The largest task number (integer column)."""
LAST_CHANGE_ID = 2**63 - 1
"""The largest change id (bigint column)."""
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Return whether a text is free of NUL and lone surrogates (halves of a character)."""
    return _UNSTORABLE.search(text) is None


def storable_text(text: str) -> str:
    """Return the text without NUL and lone surrogates."""
    return _UNSTORABLE.sub("", text)


def storable(value: Any) -> Any:
    """Return the JSON value with storable texts and names only."""
    match value:
        case str():
            return storable_text(value)
        case list():
            return [storable(element) for element in cast("list[Any]", value)]
        case dict():
            pairs = cast("dict[str, Any]", value).items()
            return {storable_text(name): storable(element) for name, element in pairs}
        case _:
            return value


def is_json_object(text: str) -> bool:
    """Return whether the text is a JSON object that can be encoded again as JSON in UTF-8, as Postgres stores it."""
    try:
        read = json.loads(text, parse_constant=refuse_constant)
        # Fails for lone surrogates, and for numbers such as 1e999, which Python reads as infinite.
        json.dumps(read, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):  # RecursionError: nested too deep for Python
        return False
    return isinstance(read, dict)


def refuse_constant(name: str) -> None:
    """Raise ValueError for NaN and Infinity, which Python parses and Postgres cannot store."""
    raise ValueError(f"{name} is no JSON")


def task_numbers(numbers: Iterable[int]) -> list[int]:
    """Return the numbers within the range of task numbers; Postgres rejects queries for others."""
    return [number for number in numbers if 0 < number <= LAST_TASK_NUMBER]
