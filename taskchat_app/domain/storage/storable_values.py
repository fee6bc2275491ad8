"""Checks texts and numbers before they are stored: their length, and what Postgres can store."""

import json
import re
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from typing import Any, cast

from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.messages import gettext, pgettext

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


_FIELDS = (
    pgettext("field", "title"), pgettext("field", "description"), pgettext("field", "tag"), pgettext("field", "date"),
    pgettext("field", "search"), pgettext("field", "password"), pgettext("field", "new password"),
    pgettext("field", "current password"), pgettext("field", "email"), pgettext("field", "recurrence"),
    pgettext("field", "cursor"), pgettext("field", "turn"), pgettext("field", "status"), pgettext("field", "sort"),
    pgettext("field", "order"), pgettext("field", "priority"), pgettext("field", "name"),
)  # fmt: skip
_NAMES = {field.id: field for field in _FIELDS}


def field_name(field: str) -> str:
    """Return the name of a field for an error message."""
    return _NAMES.get(field, field)


def checked_text(text: str, field: str) -> str:
    """Return the text unchanged; raise Invalid if it contains NUL or a surrogate, which Postgres cannot store."""
    if not is_storable(text):
        sentence = gettext(
            "The {what} holds a NUL character or half of a character. Remove it.", what=field_name(field)
        )
        raise Invalid(sentence, field=field)
    return text


def check_length(text: str, field: str, most: int) -> None:
    """Raise Invalid if the text of a field has more than `most` characters."""
    if len(text) > most:
        sentence = gettext("The {what} has {count} characters. Shorten it to {most} or fewer.")
        raise Invalid(sentence.with_values(what=field_name(field), count=len(text), most=most), field=field)


@contextmanager
def error_field(field: str) -> Generator[None]:
    """Context manager: attributes every Invalid raised inside to this field."""
    try:
        yield
    except Invalid as error:
        raise Invalid(error.detail, **error.facts | {"field": field}) from error
