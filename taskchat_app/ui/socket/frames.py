"""Parses Socket.IO frames; rejects those that the page does not send."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

FRAME_MAX = 131_072
"""Characters of one frame. The largest that the page sends: a selection of 10,000 tasks with its address, 110,000."""
DEPTH_MAX = 8
"""Nesting of lists and objects; the page's deepest event is a form in its packet, 6."""
VALUES_MAX = 25_000
"""Values in one frame, keys included: a selection of 10,000 tasks, twice over."""
NAMESPACE = "/_event,"

Kind = Literal["connect", "event", "error", "disconnect", "pong", "close"]


class Refused(Exception):
    """Input that the page does not send. str() is a short reason and contains none of the input."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A parsed frame: `data` is the payload of CONNECT, an event, or the page's error report."""

    kind: Kind
    data: dict[str, Any]


KINDS_OF_TEXT: dict[str, Kind] = {"3": "pong", "1": "close", f"41{NAMESPACE}": "disconnect"}
KINDS_OF_PACKET: dict[str, Kind] = {"event": "event", "client_error": "error"}


def frame_of(text: str) -> Frame:
    """Parse a frame; raises Refused if it is too large or the page does not send such frames."""
    if len(text) > FRAME_MAX:
        raise Refused("a frame that is too large")
    if kind := KINDS_OF_TEXT.get(text):
        return Frame(kind, {})
    if text.startswith(f"40{NAMESPACE}"):
        auth = text[2 + len(NAMESPACE) :]
        return Frame("connect", _object(_loaded(auth)) if auth else {})
    if text.startswith(f"42{NAMESPACE}["):
        packet = _loaded(text[2 + len(NAMESPACE) :])
        if len(packet) == 2 and isinstance(packet[0], str) and packet[0] in KINDS_OF_PACKET:
            return Frame(KINDS_OF_PACKET[packet[0]], _object(packet[1]))
        raise Refused("an unknown packet")
    raise Refused("an unknown frame")


def text_of(frame: Frame) -> str:
    """Serialize a frame of kind "connect" or "event"."""
    if frame.kind == "connect":
        return f"40{NAMESPACE}{json.dumps(frame.data)}"
    return f"42{NAMESPACE}{json.dumps(['event', frame.data])}"


def values_in(value: Any) -> Iterator[Any]:
    """Return all strings, numbers and other scalars in a JSON value, keys included."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict):
            waiting += [*cast(dict[str, Any], current), *cast(dict[str, Any], current).values()]
        elif isinstance(current, list):
            waiting += cast(list[Any], current)
        else:
            yield current


def _loaded(text: str) -> Any:
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("no JSON") from error
    _check_shape(loaded)
    return loaded


def _check_shape(loaded: Any) -> None:
    level, count = [loaded], 0
    for _ in range(DEPTH_MAX):
        below: list[Any] = []
        for container in level:
            if isinstance(container, dict):
                below += [*cast(dict[str, Any], container), *cast(dict[str, Any], container).values()]
            elif isinstance(container, list):
                below += cast(list[Any], container)
        count += len(below)
        if count > VALUES_MAX:
            raise Refused("too many values")
        if not below:
            return
        level = below
    raise Refused("too deep a nesting")


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refused("no object")
    return cast(dict[str, Any], value)
