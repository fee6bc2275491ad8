"""Opaque pagination cursors, valid only for the query that produced them."""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any, cast


def encode(question: object, place: Sequence[Any]) -> str:
    """Encode a position as text that `decode` accepts only for the same query."""
    told = json.dumps([_mark(question), *place])
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def decode(cursor: str, question: object) -> list[Any]:
    """Decode a position; ValueError for text that `encode` did not produce for this query.

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
