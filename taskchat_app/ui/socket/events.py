"""Parses Socket.IO frames and checks the events in them: passes on only what our page sends."""

import functools
import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

from reflex_base.constants import CompileVars, RouteVar
from reflex_base.registry import RegistrationContext

from taskchat_app.domain.storage.storable_values import storable

FRAME_MAX = 131_072
"""Characters of one frame. The largest that the page sends: a selection of 10,000 tasks with its address, 110,000."""
DEPTH_MAX = 8
"""Nesting of lists and objects; the page's deepest event is a form in its packet, 6."""
VALUES_MAX = 25_000
"""Values in one frame, keys included: a selection of 10,000 tasks, twice over."""
NAMESPACE = "/_event,"
CONNECT, DISCONNECT, EVENT = f"40{NAMESPACE}", f"41{NAMESPACE}", f"42{NAMESPACE}"
"""How frames begin: a message of Engine.IO (4) and the kind of Socket.IO's packet in it."""
TEXT_MAX = 10_000
"""Characters of one argument: the limit of a message."""
CUT_TEXT_MAX = 20_002
"""Characters that `pending_messages.js` sends of a message that is too long, so that the handler can refuse it."""
NUMBER_MAX = 2**31 - 1
"""The maximum of an integer column."""
CLOCK_ID_MAX = 2**53 - 1
"""The largest safe integer of JavaScript."""
CLOCK_IDS = ("question", "seen")
"""Arguments that are ids made from the clock, in milliseconds (pending_input.js, list_patches.py)."""
PATH_MAX = 255
"""Characters of a path, as for a page over HTTP (page_paths.py); Reflex keeps the 4,096 newest paths."""
ADDRESS_MAX = 32_768
"""Characters of a path with its query: 20 tags, a search and bounds, each character written as `%F0%9F%98%80`."""
ADDRESS = re.compile(rf"/(?![/\\])[^?#\x00-\x1f]{{0,{PATH_MAX - 1}}}([?#][^\x00-\x1f]*)?")
"""An address within our origin, such as "/c/7?view=done#item", and not "//host": browsers read that as a host.

Without control characters: urllib drops tabs and newlines and may then find a host.
"""
NO_CONVERSATION = {RouteVar.PATH: "/c/-", RouteVar.ORIGIN: "/c/-", RouteVar.QUERY: {"area": "c", "thread_id": "-"}}
"""The address of a conversation that does not exist: with it, a page whose address is too long says so."""
NAME_MAX = 300
"""Characters of an event's name, or of a key."""
REPORT_MAX = 300
"""Characters of a browser's report of an error that are logged."""

ROOT = "reflex___state____state"
BOOT = f"{ROOT}.{CompileVars.HYDRATE_AND_LOAD}"
ON_LOAD = f"{ROOT}.{CompileVars.ON_LOAD_INTERNAL}"
BROWSER_ERROR = f"{ROOT}.reflex___state____frontend_event_exception_state.handle_frontend_exception"
"""Sent by React's error boundary. Logged here in short: Reflex's own handler takes hours on hostile input."""

Kind = Literal["connect", "event", "error", "disconnect", "pong", "close"]
KINDS_OF_TEXT: dict[str, Kind] = {"3": "pong", "1": "close", DISCONNECT: "disconnect"}
KINDS_OF_PACKET: dict[str, Kind] = {"event": "event", "client_error": "error"}

Check = Callable[[Any], bool]
Arguments = Mapping[str, Check]
"""The arguments of a handler, each with its check."""


class Refused(Exception):
    """Input that the page does not send. str() is a short reason and contains none of the input."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A parsed frame; `data` is the payload of CONNECT, the event, or the page's report of an error."""

    kind: Kind
    data: dict[str, Any]


def frame_of(text: str) -> Frame:
    """Parse a frame; raises Refused if it is too large or the page does not send such frames."""
    if len(text) > FRAME_MAX:
        raise Refused("a frame that is too large")
    if kind := KINDS_OF_TEXT.get(text):
        return Frame(kind, {})
    if text.startswith(CONNECT):
        auth = text.removeprefix(CONNECT)
        return Frame("connect", _checked_object(_loaded(auth)) if auth else {})
    if text.startswith(f"{EVENT}["):
        packet = _loaded(text.removeprefix(EVENT))
        if len(packet) == 2 and isinstance(packet[0], str) and packet[0] in KINDS_OF_PACKET:
            return Frame(KINDS_OF_PACKET[packet[0]], _checked_object(packet[1]))
        raise Refused("an unknown packet")
    raise Refused("an unknown frame")


def text_of(frame: Frame) -> str:
    """Serialize a frame of kind "connect" or "event"."""
    if frame.kind == "connect":
        return f"{CONNECT}{json.dumps(frame.data, ensure_ascii=False)}"
    return f"{EVENT}{json.dumps(['event', frame.data], ensure_ascii=False)}"


def values_in(value: Any) -> Iterator[Any]:
    """Yield all strings, numbers and other scalars in a JSON value, keys included."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, dict | list):
            waiting += _parts_of(current)
        else:
            yield current


def _parts_of(value: Any) -> list[Any]:
    """Return the values directly in an object, its keys included, or in a list; none of anything else."""
    if isinstance(value, dict):
        return [*cast(dict[str, Any], value), *cast(dict[str, Any], value).values()]
    return cast(list[Any], value) if isinstance(value, list) else []


def _loaded(text: str) -> Any:
    try:
        loaded = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused("no JSON") from error
    _check_shape(loaded)
    return loaded


def _check_shape(loaded: Any) -> None:
    """Raise Refused for too many values or too deep a nesting; goes through the levels of nesting one by one."""
    level, count = [loaded], 0
    for _ in range(DEPTH_MAX):
        level = [part for value in level for part in _parts_of(value)]
        count += len(level)
        if count > VALUES_MAX:
            raise Refused("too many values")
        if not level:
            return
    raise Refused("too deep a nesting")


def checked(frame: Frame) -> Frame:
    """Return the frame as Reflex may read it; raises Refused if our page does not send such frames.

    Removes NUL and lone surrogates, which the database cannot store, and replaces an address that is too long, or none
    of ours, by NO_CONVERSATION. Errors of a browser are refused: the caller takes them out by `browser_error`.
    """
    if frame.kind == "connect":
        return _checked_boot(frame)
    if frame.kind == "event":
        return Frame("event", checked_event(frame.data))
    return frame


def checked_event(event: dict[str, Any]) -> dict[str, Any]:
    """Return the event, corrected. Raises Refused."""
    name, payload = event.get("name"), _object(event.get("payload"))
    if not isinstance(name, str) or name not in _handlers():
        raise Refused("an event that no page sends")
    arguments = _handlers()[name]
    if payload.keys() != arguments.keys():
        raise Refused(f"other arguments than {_short(name)} takes")
    for argument, check in arguments.items():
        if not check(payload[argument]):
            raise Refused(f"{_short(name)} with an argument {argument} that it does not take")
    return _with_address(storable(event))


def browser_error(frame: Frame) -> str | None:
    """Return the error that the frame reports, short and in one line; None if it reports none."""
    if frame.kind == "error":
        message = frame.data.get("message")
    elif frame.kind == "event" and frame.data.get("name") == BROWSER_ERROR:
        message = _object(frame.data.get("payload")).get("info")
    else:
        return None
    return ascii(message[:REPORT_MAX]) if isinstance(message, str) else "an error without words"


def _checked_boot(frame: Frame) -> Frame:
    """Return the CONNECT frame with the page's schema and first event, without browser storage, which we do not use."""
    schema, event = frame.data.get(CompileVars.CONNECT_AUTH_STATE_SCHEMA), frame.data.get("event")
    if schema is not None and not _is_name(schema):
        raise Refused("no schema")
    known = {} if schema is None else {CompileVars.CONNECT_AUTH_STATE_SCHEMA: schema}
    if event is None:
        return Frame("connect", known)
    first = _checked_object(event)
    if first.get("name") != BOOT:
        raise Refused("another first event than the page's")
    hashes: Any = _object(first.get("payload")).get("hashes")
    are_hashes = isinstance(hashes, list) and all(map(_is_name, cast(list[Any], hashes)))
    if hashes is not None and not are_hashes:
        raise Refused("no hashes")
    payload = {"hashes": hashes} if hashes else {}
    return Frame("connect", {**known, "event": _with_address(storable({**first, "payload": payload}))})


def _with_address(event: dict[str, Any]) -> dict[str, Any]:
    """Return the event with only the parts of its address that Reflex reads, since it caches and stores them.

    An address that is too long, or none of ours, is replaced by NO_CONVERSATION.
    """
    address = _object(event.get("router_data"))
    path, full, query = address.get(RouteVar.PATH), address.get(RouteVar.ORIGIN), address.get(RouteVar.QUERY)
    has_path = isinstance(path, str) and len(path) <= PATH_MAX
    is_ours = isinstance(full, str) and len(full) <= ADDRESS_MAX and ADDRESS.fullmatch(full) is not None
    has_query = query is None or isinstance(query, dict)
    has_short_texts = all(isinstance(value, str) and len(value) <= ADDRESS_MAX for value in values_in(query or {}))
    if not (has_path and is_ours and has_query and has_short_texts):
        return {**event, "router_data": NO_CONVERSATION}
    return {**event, "router_data": {RouteVar.PATH: path, RouteVar.ORIGIN: full, RouteVar.QUERY: query or {}}}


@functools.cache
def _handlers() -> Mapping[str, Arguments]:
    """Return the arguments of each handler of our states, and of Reflex's own for a change of the page's address."""
    registered = RegistrationContext.get().event_handlers
    ours = {
        name: _arguments_of(registration.handler.fn)
        for name, registration in registered.items()
        if registration.handler.fn.__module__.startswith("taskchat_app.")
    }
    return {**ours, ON_LOAD: {}}


def _arguments_of(function: Callable[..., Any]) -> Arguments:
    hints = get_type_hints(function)
    names = list(inspect.signature(function).parameters)[1:]
    return {name: _check_of(hints[name], name) for name in names}


def _check_of(hint: Any, name: str) -> Check:
    """Return the check of an argument by its type hint. Raises KeyError for an unknown type, in the tests already."""
    if get_origin(hint) is Literal:
        return lambda value: value in get_args(hint)
    checks: dict[Any, Check] = {
        str: lambda value: isinstance(value, str) and len(value) <= TEXT_MAX,
        int: _is_clock_id if name in CLOCK_IDS else _is_number,
        bool: lambda value: isinstance(value, bool),
        list[int]: lambda value: isinstance(value, list) and all(map(_is_number, cast(list[Any], value))),
        dict[str, Any]: _is_form,
    }
    return checks[hint]


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= NAME_MAX


def _is_number(value: Any) -> bool:
    return type(value) is int and abs(value) <= NUMBER_MAX


def _is_clock_id(value: Any) -> bool:
    return type(value) is int and 0 <= value <= CLOCK_ID_MAX


def _is_form(value: Any) -> bool:
    """True for a form or the argument of `send`: short names; anywhere else short strings, integers, booleans, null."""
    if not isinstance(value, dict):
        return False
    for name, content in cast(dict[str, Any], value).items():
        text_max = CUT_TEXT_MAX if name == "text" else TEXT_MAX
        if not _is_name(name) or not all(_is_scalar(scalar, text_max) for scalar in values_in(content)):
            return False
    return True


def _is_scalar(value: Any, text_max: int) -> bool:
    if isinstance(value, str):
        return len(value) <= text_max
    return value is None or isinstance(value, bool) or _is_number(value)


def _object(value: Any) -> dict[str, Any]:
    """Return the JSON object, an empty one for null; raises Refused for anything else."""
    return {} if value is None else _checked_object(value)


def _checked_object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refused("no object")
    return cast(dict[str, Any], value)


def _short(name: str) -> str:
    """Return a registered event's name as State.handler."""
    return ".".join(part.rpartition("____")[2] for part in name.split(".")[-2:])
