"""GET /api/events: the user's changes as server-sent events, those after Last-Event-ID first, or `resync`."""

import asyncio
import json
import re
from collections import OrderedDict
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Annotated, NamedTuple
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Header, Query, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from taskchat_app.api.core.credentials import Reader
from taskchat_app.api.routes.activity import change_json, steps_of_changes
from taskchat_app.api.streams.sse import stream, stream_place
from taskchat_app.domain.accounts.accounts import Person, stored_zone
from taskchat_app.domain.log import changes
from taskchat_app.domain.storage.models import Change
from taskchat_app.domain.tasks.task_view import StepCounts

router = APIRouter(tags=["Events"])

OPENED = b": connected\n\n"
"""Sent at once, since some servers and proxies hold the headers back until the first byte."""


class _Encoded(NamedTuple):
    """A change as a server-sent event."""

    event: bytes
    change: Change
    """Kept, since the key of the event has its id(), which another object may get once it is gone."""


_encoding_locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
"""By user: held by the follower that encodes."""
_encoded: OrderedDict[tuple[int, str], _Encoded] = OrderedDict()
"""The newest events by the id() of their change and the zone, which all followers in this process share.

As many as one read of the log returns, since followers encode these one after the other.
"""


@router.get("/api/events", response_class=EventSourceResponse, responses={200: {"content": {"text/event-stream": {}}}})
async def events(
    request: Request,
    person: Reader,
    last_event_id: Annotated[str | None, Header()] = None,
    last_event_id_query: Annotated[str | None, Query(alias="last_event_id")] = None,
) -> EventSourceResponse:
    """`event: change` for each change; `Last-Event-ID` replays what was missed since.

    `event: resync` means that the missed changes are no longer known: read everything again. The changes go on after
    its `id`.
    """
    seen = last_event_id or last_event_id_query
    with stream_place(request, person) as place:
        newest = await changes.last_change_id(person.id)
        if seen is not None and re.fullmatch(r"[0-9]{1,18}", seen) and int(seen) <= newest:
            batches = _events(person, int(seen), is_resync=False)
        else:
            batches = _events(person, newest, is_resync=seen is not None)
        return stream(batches, person, place)


async def _events(person: Person, after: int, *, is_resync: bool) -> AsyncGenerator[list[bytes], None]:
    """Yield the changes after this number, with `resync` before them if the client is to read everything again."""
    zone = person.zone
    yield [OPENED]
    if is_resync:
        yield [ServerSentEvent(json.dumps({"id": after}), event="resync", id=str(after), sep="\n").encode()]
    async with aclosing(changes.follow_log(person.id, after)) as batches:
        async for batch in batches:
            # The user's first follower encodes for all, the others wait: a thousand that asked for the steps of one
            # change at once held all database connections for 5 s.
            async with _encoding_locks.setdefault(person.id, asyncio.Lock()):
                if any(change.kind == "person" for change in batch):
                    zone = await stored_zone(person.id) or zone
                unencoded = [change for change in batch if (id(change), zone.key) not in _encoded]
                steps = await steps_of_changes(person.id, unencoded)
                # Changes of the kind "person" are for our own pages only.
                encoded = [_encode(change, zone, steps) for change in batch if change.kind != "person"]
            yield encoded


def _encode(change: Change, zone: ZoneInfo, steps: Mapping[int, StepCounts]) -> bytes:
    """Return the change as a server-sent event, encoded once for all followers."""
    key = (id(change), zone.key)
    if key not in _encoded:
        fields = {name: value for name, value in change_json(change, zone, steps).items() if value is not None}
        event = ServerSentEvent(json.dumps(fields), event="change", id=str(change.id), sep="\n")
        _encoded[key] = _Encoded(event.encode(), change)
        if len(_encoded) > changes.PAGE:
            _encoded.popitem(last=False)
    return _encoded[key].event
