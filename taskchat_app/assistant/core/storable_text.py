"""Removes characters that neither Postgres nor UTF-8 can store."""

import json
import re
from typing import Any, cast

UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")
"""Characters that Postgres does not keep: NUL, and halves of a character (lone surrogates)."""


def storable_text(text: str) -> str:
    """The text without what cannot be kept."""
    return UNSTORABLE.sub("", text)


def storable(value: Any) -> Any:
    """The JSON value with such texts and names alone."""
    match value:
        case str():
            return storable_text(value)
        case list():
            return [storable(one) for one in cast("list[Any]", value)]
        case dict():
            pairs = cast("dict[str, Any]", value).items()
            return {storable_text(name): storable(one) for name, one in pairs}
        case _:
            return value


def is_json_object(text: str) -> bool:
    """Whether the text is a JSON object that can be written again as JSON in UTF-8."""
    try:
        read = json.loads(text, parse_constant=_refuse_constant)
        json.dumps(read, ensure_ascii=False).encode()  # half of a character cannot be
    except (ValueError, RecursionError):  # nested too deep for Python
        return False
    return isinstance(read, dict)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")  # NaN and Infinity, which Python reads and Postgres does not keep
