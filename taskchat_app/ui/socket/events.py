"""Allowed socket events and limits on their arguments."""

import functools
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

from reflex_base.constants import CompileVars, RouteVar
from reflex_base.registry import RegistrationContext

from taskchat_app.ui.socket.frames import Frame, Refused, values_in

TEXT_MAX = 10_000
"""Characters of one argument: as many as a message may have."""
CUT_TEXT_MAX = 20_002
"""Characters of a message that is too long: `pending_messages.js` sends so much, and the refusal then names the
message."""
NUMBER_MAX = 2**31 - 1
"""What a column for numbers holds."""
MOMENT_MAX = 2**53 - 1
"""What a browser can count to."""
MOMENTS = ("question", "seen")
"""Arguments that are numbered by the clock: a question of `pending_input.js`, and the last patch that `task_rows.js`
took in."""
PATH_MAX = 255
"""Characters of a path, as for a page over HTTP (page_paths.py); Reflex keeps the 4,096 newest paths."""
ADDRESS_MAX = 32_768
"""Characters of a path with its query: 20 tags, a search and bounds, each character written as `%F0%9F%98%80`."""
ADDRESS = re.compile(rf"(?=.{{1,{ADDRESS_MAX}}}\Z)/(?![/\\])[^?#\x00-\x1f]{{0,{PATH_MAX - 1}}}([?#][^\x00-\x1f]*)?")
"""An address within our origin; urllib leaves tabs and line ends out, and might then find a host in it."""
NO_PAGE = "/404"
NAME_MAX = 300
"""Characters of an event's name, or of a key."""
REPORT_MAX = 300
"""Characters of a browser's report of an error that are logged."""

NOT_STORABLE = re.compile(r"[\x00\ud800-\udfff]")
ROOT = "reflex___state____state"
BOOT = f"{ROOT}.{CompileVars.HYDRATE_AND_LOAD}"
ON_LOAD = f"{ROOT}.{CompileVars.ON_LOAD_INTERNAL}"
BROWSER_ERROR = f"{ROOT}.reflex___state____frontend_event_exception_state.handle_frontend_exception"
"""What React's boundary sends when a component throws: logged here in short, for Reflex's handler takes hours."""

Check = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Handler:
    """What a handler takes: a check for each argument."""

    arguments: Mapping[str, Check]


def checked(frame: Frame) -> Frame:
    """The frame as Reflex may read it; Refused where it asks for what no page of ours asks for.

    NUL and halves of characters, which the database cannot keep, are left out, and an address that no page of ours has
    is that of the page for such addresses.
    """
    if frame.kind == "connect":
        return _checked_boot(frame)
    if frame.kind == "event":
        event = checked_event(frame.data)
        return frame if event is frame.data else Frame("event", event)
    return frame


def checked_event(event: dict[str, Any]) -> dict[str, Any]:
    """The event, a copy where something in it is mended."""
    name, payload = event.get("name"), _object(event.get("payload"))
    handler = _handlers().get(name) if isinstance(name, str) else None
    if not isinstance(name, str) or handler is None:
        raise Refused("an event that no page sends")
    if payload.keys() != handler.arguments.keys():
        raise Refused(f"other arguments than {_short(name)} takes")
    for argument, check in handler.arguments.items():
        if not check(payload[argument]):
            raise Refused(f"{_short(name)} with an argument {argument} that it does not take")
    return _with_address(_storable(event))


def browser_error(frame: Frame) -> str | None:
    """What the browser reports to have gone wrong, in short and in one line; None where it reports nothing."""
    told: Any = None
    if frame.kind == "error":
        told = frame.data.get("message")
    elif frame.kind == "event" and frame.data.get("name") == BROWSER_ERROR:
        told = _object(frame.data.get("payload")).get("info")
    else:
        return None
    return ascii(str(told or "")[:REPORT_MAX]) if isinstance(told, str) else "an error without words"


def _checked_boot(frame: Frame) -> Frame:
    """CONNECT carries the page's first event; browser storage, which no state of ours uses, is none of it."""
    schema, event = frame.data.get(CompileVars.CONNECT_AUTH_STATE_SCHEMA), frame.data.get("event")
    if schema is not None and not _is_name(schema):
        raise Refused("no schema")
    known = {"state_schema": schema} if schema is not None else {}
    if event is None:
        return Frame("connect", known)
    if _object(event).get("name") != BOOT:
        raise Refused("another first event than the page's")
    hashes: Any = _object(_object(event).get("payload")).get("hashes")
    if hashes is not None and not (isinstance(hashes, list) and all(map(_is_name, cast(list[Any], hashes)))):
        raise Refused("no hashes")
    first: dict[str, Any] = {**_object(event), "payload": {"hashes": hashes} if hashes else {}}
    return Frame("connect", {**known, "event": _with_address(_storable(first))})


def _with_address(event: dict[str, Any]) -> dict[str, Any]:
    """The event with an address that is short enough to be kept: Reflex caches paths, and states hold their address."""
    address = _object(event.get("router_data"))
    path, whole, query = address.get(RouteVar.PATH), address.get(RouteVar.ORIGIN), address.get(RouteVar.QUERY)
    is_ours = (
        isinstance(path, str)
        and isinstance(whole, str)
        and len(path) <= PATH_MAX
        and ADDRESS.fullmatch(whole) is not None
        and (query is None or isinstance(query, dict))
        and all(isinstance(one, str) and len(one) <= ADDRESS_MAX for one in values_in(query or {}))
    )
    if is_ours and address.keys() <= {RouteVar.PATH, RouteVar.ORIGIN, RouteVar.QUERY}:
        return event
    kept: dict[str, Any] = {RouteVar.PATH: path, RouteVar.ORIGIN: whole, RouteVar.QUERY: query or {}}
    return {**event, "router_data": kept if is_ours else {RouteVar.PATH: NO_PAGE, RouteVar.ORIGIN: NO_PAGE}}


def _storable(event: dict[str, Any]) -> dict[str, Any]:
    if all(NOT_STORABLE.search(one) is None for one in values_in(event) if isinstance(one, str)):
        return event
    return _without_unstorable(event)


def _without_unstorable(value: Any) -> Any:
    if isinstance(value, str):
        return NOT_STORABLE.sub("", value)
    if isinstance(value, list):
        return [_without_unstorable(one) for one in cast(list[Any], value)]
    if isinstance(value, dict):
        pairs = cast(dict[str, Any], value).items()
        return {_without_unstorable(key): _without_unstorable(one) for key, one in pairs}
    return value


@functools.cache
def _handlers() -> Mapping[str, Handler]:
    """The handlers of our own states, and the one of Reflex's that a page asks for when its address changes."""
    registered = RegistrationContext.get().event_handlers
    ours = {
        name: _handler_of(one.handler.fn)
        for name, one in registered.items()
        if one.handler.fn.__module__.startswith("taskchat_app.")
    }
    return MappingProxyType({**ours, ON_LOAD: Handler({})})


def _handler_of(function: Callable[..., Any]) -> Handler:
    hints = get_type_hints(function)
    names = list(inspect.signature(function).parameters)[1:]
    return Handler({name: _check_of(hints[name], name) for name in names})


def _check_of(hint: Any, name: str) -> Check:
    """The check of an argument by its type; a type that is not known here stops the tests, not a person."""
    if get_origin(hint) is Literal:
        return lambda value: value in get_args(hint)
    checks: dict[Any, Check] = {
        str: _is_text,
        int: _is_moment if name in MOMENTS else _is_number,
        bool: lambda value: isinstance(value, bool),
        list[int]: lambda value: isinstance(value, list) and all(map(_is_number, cast(list[Any], value))),
        dict[str, Any]: _is_form,
    }
    return checks[hint]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= TEXT_MAX


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= NAME_MAX


def _is_number(value: Any) -> bool:
    return type(value) is int and abs(value) <= NUMBER_MAX


def _is_moment(value: Any) -> bool:
    return type(value) is int and 0 <= value <= MOMENT_MAX


def _is_form(value: Any) -> bool:
    """What `send` tells, or a form: short names, and values that are texts, numbers, signs or lists of numbers."""
    if not isinstance(value, dict):
        return False
    for name, one in cast(dict[str, Any], value).items():
        longest = CUT_TEXT_MAX if name == "text" else TEXT_MAX
        if not _is_name(name) or not all(_is_single(single, longest) for single in values_in(one)):
            return False
    return True


def _is_single(value: Any, longest: int) -> bool:
    if isinstance(value, str):
        return len(value) <= longest
    return value is None or isinstance(value, bool) or _is_number(value)


def _object(value: Any) -> dict[str, Any]:
    """The JSON object, an empty one for null; Refused for anything else."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused("no object")
    return cast(dict[str, Any], value)


def _short(name: str) -> str:
    """The state and the handler, as the code names them; only of a name that is known."""
    return ".".join(part.rpartition("____")[2] for part in name.split(".")[-2:])
