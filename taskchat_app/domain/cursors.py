"""Opaque cursors: where a page ended, as a text that is good only for the question that it answered."""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any, cast


def sealed(question: object, place: Sequence[Any]) -> str:
    """A text that `opened` reads back for the same question; question and place as JSON holds them."""
    told = json.dumps([_mark(question), *place])
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def opened(cursor: str, question: object) -> list[Any]:
    """The place that was sealed; ValueError for anything that `sealed` did not make for the same question.

    Anybody can write a cursor: what its parts hold is for the caller to check.
    """
    try:
        told = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(told, list) or cast("list[Any]", told)[:1] != [_mark(question)]:
        raise ValueError("another question")
    return cast("list[Any]", told)[1:]


def _mark(question: object) -> str:
    return hashlib.sha256(json.dumps(question).encode()).hexdigest()[:12]
