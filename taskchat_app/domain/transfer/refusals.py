"""Refusals of files: written as JSON by the process that reads a file (limits/file_reading.py), or for its status."""

from typing import Any

from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.messages import UNREADABLE, decode, encode, gettext
from taskchat_app.runtime.limited_child import TOO_SLOW

TOO_COSTLY = gettext(
    "Reading this file takes too much time or memory. Split it into several files, and import one after the other."
)
BUSY = gettext(
    "The server was too busy to read this file in time. Try again later, or split it into several files: a smaller one "
    "is read sooner."
)


def check_status(status: int) -> None:
    """Raise Invalid if the process ended with this status before it could read the file."""
    if status != 0:
        raise Invalid(BUSY if status == TOO_SLOW else TOO_COSTLY)


def refusal_of(error: Invalid) -> dict[str, Any]:
    """Return the error as JSON that `invalid_of` reads; of its facts, the line."""
    return {"refused": encode(error.detail), "line": error.facts.get("line")}


def invalid_of(stored: dict[str, Any]) -> Invalid:
    """Return the error that was written as this JSON; for anything else, Invalid(TOO_COSTLY)."""
    try:
        line = stored.get("line")
        return Invalid(decode(stored["refused"]), **({"line": line} if isinstance(line, int) else {}))
    except UNREADABLE:
        return Invalid(TOO_COSTLY)
