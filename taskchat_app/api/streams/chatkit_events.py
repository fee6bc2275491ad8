"""Encodes a turn's ChatKit events as server-sent events; sse.py notices a client that goes away."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

from chatkit.types import ErrorEvent, ThreadStreamEvent

from taskchat_app.api.core.request_language import request_language
from taskchat_app.assistant.core.stored_items import json_in
from taskchat_app.assistant.turns.failures import NOT_READ
from taskchat_app.assistant.turns.turns import FollowableTurn
from taskchat_app.domain.storage.database import DATABASE_AWAY

log = logging.getLogger(__name__)


def encode(event: ThreadStreamEvent) -> bytes:
    """Return the event as the ChatKit SDK encodes it, in the reader's language."""
    return b"data: " + json_in(request_language.get(), event, context={"exclude_metadata": True}) + b"\n\n"


async def encoded_events(turn: FollowableTurn) -> AsyncGenerator[list[bytes], None]:
    """Yield the turn's events in batches, encoded, from the first to the last."""
    try:
        async with aclosing(turn.follow()) as batches:
            async for batch in batches:
                yield [encode(numbered.event) for numbered in batch]
    except DATABASE_AWAY as error:
        log.warning("A turn's stored events could not be read: %s", str(error).splitlines()[:1])
        yield [encode(ErrorEvent(code="custom", message=NOT_READ, allow_retry=True))]
