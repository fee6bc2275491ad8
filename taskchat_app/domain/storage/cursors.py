"""Opaque pagination cursors, valid only for the query that produced them."""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any, cast


def encode(query: object, position: Sequence[Any]) -> str:
    """Encode a position as text that `decode` accepts only for the same query."""
    parts = json.dumps([_fingerprint(query), *position])
    return base64.urlsafe_b64encode(parts.encode()).decode().rstrip("=")


def decode(cursor: str, query: object) -> list[Any]:
    """Return the position in a cursor; raise ValueError if `encode` cannot have produced it for this query.

    Cursors are not signed: the caller must validate the values of the position.
    """
    try:
        parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(parts, list) or cast("list[Any]", parts)[:1] != [_fingerprint(query)]:
        raise ValueError("cursor of another query")
    return cast("list[Any]", parts)[1:]


def _fingerprint(query: object) -> str:
    return hashlib.sha256(json.dumps(query).encode()).hexdigest()[:12]
