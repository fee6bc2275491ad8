"""The socket accepts only our page's own events, with arguments within their limits."""

import json
import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from reflex_base.registry import RegistrationContext

from taskchat_app import ui
from taskchat_app.ui.socket import events

STATE = "reflex___state____state"
UNDERSTAND = f"{STATE}.taskchat_app___ui___task_list_state___add_state____add_state.understand"
COMPLETE = f"{STATE}.taskchat_app___ui___task_list_state___bulk_state____bulk_state.complete"
ANSWER = f"{STATE}.taskchat_app___ui___core___pending_controls____sync_state.answer"
LOAD_MORE = f"{STATE}.taskchat_app___ui___task_list_state___state____tasks_state.load_more"
SEND = f"{STATE}.taskchat_app___ui___chat___state____chat_state.send"
ADDRESS = {"pathname": "/", "asPath": "/", "query": {}}


@pytest.fixture(scope="module", autouse=True)
def _all_states() -> None:  # pyright: ignore[reportUnusedFunction]  # a fixture
    for module in pkgutil.walk_packages(ui.__path__, f"{ui.__name__}."):
        import_module(module.name)
    events._handlers.cache_clear()  # pyright: ignore[reportPrivateUsage]  # what Reflex's events are checked against


def event(name: Any, payload: Any = None, **more: Any) -> str:
    return "42/_event," + json.dumps(["event", {"name": name, "payload": payload, "router_data": ADDRESS, **more}])


def admitted(text: str) -> events.Frame:
    return events.checked(events.frame_of(text))


def test_every_event_of_our_states_is_allowed():
    ours = [
        name
        for name, registered in RegistrationContext.get().event_handlers.items()
        if registered.handler.fn.__module__.startswith("taskchat_app.")
    ]
    assert len(ours) > 80
    assert set(ours) <= set(events._handlers())  # pyright: ignore[reportPrivateUsage]  # what Reflex's events are checked against


def test_what_is_not_reported_after_a_lost_connection_are_events_of_the_page():
    script = Path("assets/page/pending/unconfirmed_actions.js").read_text()
    [listed] = re.findall(r"const UNREPORTED_EVENTS = new Set\((\[[^]]+\])\)", script)
    names = re.findall(r'"([^"]+)"', listed)
    assert len(names) > 50
    allowed = [*events._handlers(), events.ON_LOAD, events.BROWSER_ERROR]  # pyright: ignore[reportPrivateUsage]  # what Reflex's events are checked against
    assert set(names) <= {name.rpartition("____")[2] for name in allowed}


def test_no_handler_takes_the_user_from_the_client():
    found = events._handlers()  # pyright: ignore[reportPrivateUsage]  # what Reflex's events are checked against
    assert [name for name, handler in found.items() if "person" in handler] == []


def test_only_two_of_reflexs_own_events_are_allowed():
    registered = RegistrationContext.get().event_handlers
    own = [name for name, one in registered.items() if not one.handler.fn.__module__.startswith("taskchat_app.")]
    assert any(name.endswith(".setvar") for name in own)
    let_in: list[str] = []
    for name in own:
        try:
            admitted(event(name, {}))
        except events.Refused:
            continue
        let_in.append(name)
    assert let_in == [events.ON_LOAD]
    boot = {"name": events.BOOT, "payload": {"hashes": ["a"]}, "router_data": ADDRESS}
    assert events.text_of(admitted("40/_event," + json.dumps({"event": boot, "state_schema": "b"})))


@pytest.mark.parametrize(
    "text",
    [
        *("", "2", "5", "40", "40/admin,", "40/_event,[]", "42/_event,", "42/_event,[]", '42/_event,["event"]'),
        *('42/_event,["event",[]]', '42/_event,["event",{},{}]', '42/_event,["connect",{}]', '42/_event,["ping"]'),
        *('42/_event,["disconnect",{}]', '42["event",{}]', '42/_event,7["event",{}]', '42/_event?a=1,["event",{}]'),
        *('451-/_event,["event",{"_placeholder":true,"num":0}]', "43/_event,1[]", '44/_event,{"message":"a"}'),
        "42/_event,[" + "[" * 100_000,
        "42/_event," + "[" * 20 + "]" * 20,
        '42/_event,["event",{"name":' + "1" * 10_000 + "}]",
        '42/_event,["event",{"name":1e999}]',
        "42/_event," + json.dumps(["event", {str(number): 0 for number in range(20_000)}]),
        "42/_event," + json.dumps(["event", {"name": "a" * events.FRAME_MAX}]),
        "40/_event," + json.dumps({"event": {"name": UNDERSTAND, "payload": {"sentence": "a"}}}),
        "40/_event," + json.dumps({"state_schema": "a" * 1000}),
    ],
    ids=range(28),
)
def test_frames_that_no_page_sends_are_refused(text: str):
    with pytest.raises(events.Refused):
        admitted(text)


INVALID: list[tuple[Any, list[Any]]] = [
    (UNDERSTAND, [None, {}, [], {"sentence": "a", "self": "b"}]),
    (UNDERSTAND, [{"sentence": value} for value in (None, 7, ["a"], {"a": "b"}, "a" * (events.TEXT_MAX + 1))]),
    (
        COMPLETE,
        [{"numbers": numbers} for numbers in ("12", [1, "2"], [True], [1.5], [2**31], [-(2**63)], [[1]], [None])],
    ),
    (ANSWER, [{"question": -1}, {"question": 2**53}]),
    (SEND, [{"told": "a"}, {"told": {"account": "a" * 10_001}}, {"told": {"text": "a" * 20_003}}]),
    (SEND, [{"told": {"a" * 301: "b"}}, {"told": {"selected": [2**40]}}]),
    (f"{STATE}.setvar", [{"var_name": "is_hydrated", "value": True}]),
    ("_redirect", [{"path": "/"}]),
    *((None, [{}]), (["a"], [{}])),
]
"""Names of events, and their payloads."""


@pytest.mark.parametrize(
    ("name", "payload"), [(name, payload) for name, payloads in INVALID for payload in payloads], ids=range(28)
)
def test_invalid_arguments_of_handlers_are_refused(name: Any, payload: Any):
    with pytest.raises(events.Refused):
        admitted(event(name, payload))


def largest() -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the largest events that the page sends, as JSON.stringify writes them."""
    yield UNDERSTAND, {"sentence": "😀" * events.TEXT_MAX}
    yield COMPLETE, {"numbers": list(range(10_000))}
    told = {"account": "a" * 32, "key": "k" * 60, "attempt": "a" * 36, "text": "\x01" * 10_000, "thread_id": "t" * 40}
    yield SEND, {"told": {**told, "selected": list(range(1, 1001)), "here": True, "own": False}}
    yield SEND, {"told": {**told, "text": "a" * 20_002, "selected": []}}
    yield ANSWER, {"question": 1_800_000_000_000}
    yield LOAD_MORE, {"seen": 1_800_000_000_000}


@pytest.mark.parametrize(("name", "payload"), list(largest()))
def test_the_pages_largest_events_pass_unchanged(name: str, payload: dict[str, Any]):
    where = {"pathname": "/", "asPath": "/?q=" + "%F0%9F%98%80" * 500, "query": {"q": "😀" * 500}}
    packet = ["event", {"name": name, "payload": payload, "router_data": where}]
    frame = events.frame_of("42/_event," + json.dumps(packet, ensure_ascii=False, separators=(",", ":")))
    assert events.checked(frame) == frame


@pytest.mark.parametrize(
    "where",
    [
        {"pathname": "/" + "a" * events.PATH_MAX, "asPath": "/"},
        {"pathname": "/", "asPath": "/" + "a" * events.PATH_MAX},
        {"pathname": "/" + "a" * 300_000, "asPath": "/" + "a" * 300_000},
        {"pathname": "/", "asPath": "/?q=" + "a" * events.ADDRESS_MAX},
        {"pathname": "/", "asPath": "//[", "query": {}},
        {"pathname": "/", "asPath": "/\t/[", "query": {}},
        {"pathname": "/", "asPath": "http://[", "query": {}},
        {"pathname": 7, "asPath": "/", "query": {}},
        {"pathname": "/", "asPath": "/", "query": [1]},
        {"pathname": "/", "asPath": "/", "query": {"q": {"a": 7}}},
        {},
    ],
    ids=range(11),
)
def test_an_invalid_address_is_replaced(where: dict[str, Any]):
    mended = events.checked_event({"name": ANSWER, "payload": {"question": 1}, "router_data": where})
    assert mended["router_data"] == events.NO_CONVERSATION
    boot = events.Frame("connect", {"event": {"name": events.BOOT, "router_data": where}})
    assert events.checked(boot).data["event"]["router_data"] == events.NO_CONVERSATION


def test_unknown_fields_of_an_events_address_are_removed():
    told = {**ADDRESS, "headers": {"cookie": "auth_token=a"}, "sid": "b", "ip": "c", "token": "d"}
    mended = events.checked_event({"name": ANSWER, "payload": {"question": 1}, "router_data": told})
    assert mended["router_data"] == ADDRESS


def test_browser_storage_is_removed_from_the_first_event():
    boot = {"name": events.BOOT, "payload": {"vars": {"a" * 1000: "b"}, "hashes": ["c"]}, "router_data": ADDRESS}
    assert events.checked(events.Frame("connect", {"event": boot})).data["event"]["payload"] == {"hashes": ["c"]}


def test_nul_and_lone_surrogates_are_removed_from_texts():
    mended = admitted(event(UNDERSTAND, {"sentence": "a\0b\ud83dc"}))
    assert mended.data["payload"] == {"sentence": "abc"}
    assert events.frame_of(events.text_of(mended)) == mended


def test_a_pages_error_is_logged_in_one_short_line():
    hostile = events.frame_of(event(events.BROWSER_ERROR, {"info": "a\n\x1b[31m" * 10_000, "component_stack": ""}))
    told = events.browser_error(hostile)
    assert told is not None
    assert len(told) < 2000
    assert told.isascii()
    assert told.isprintable()
    reported = events.browser_error(events.frame_of('42/_event,["client_error",{"message":"no dispatch"}]'))
    assert reported == "'no dispatch'"
    assert events.browser_error(events.frame_of(event(ANSWER, {"question": 1}))) is None
