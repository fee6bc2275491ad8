"""Every event handler, called anonymously and by another account with hostile arguments."""

import asyncio
import inspect
import json
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, get_type_hints

import httpx
import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from reflex_base.registry import RegistrationContext

from taskchat_app import ui
from taskchat_app.ui.socket.events import Refused, checked_event
from taskchat_app.ui.socket.unfinished_frames import STRANGER_MAX
from tests.failures.support.instances import Instance, chat_client, register_account
from tests.failures.support.page_socket import ADDRESS, page_socket, send_as_stranger
from tests.soak import budget
from tests.waiting import PATIENCE_SECONDS

CONCURRENT_SOCKETS = 6
SHARE = budget(3, 1)
"""Every so manieth call of a handler is sent, not the same ones of each: all of them in `make soak`."""
HANDLERS = budget(10, 4)
"""Of one socket, which may send 200 events at once."""
TEXTS = (
    "", " ", "\0", "\ud83d", "a" * 10_000, "#" + "a" * 9_000 + "#", " " * 10_000, "every " * 1600, "1" * 5_000,
    "‮\u0301\u200d🙂" * 2_000, "../../etc/passwd", "%00%ff{0}{title}", "<script>", "9999-99-99", "-1",
    "title", "due_at", "recurrence", "priority", "tag", "low", "q", "FREQ=DAILY;COUNT=" + "9" * 400,
)  # fmt: skip
NUMBERS = (0, 1, 2, -1, 2**31 - 1, -(2**31 - 1))
LISTS: tuple[list[int], ...] = ([], [1], [1, 1], [0, -1, 2**31 - 1], list(range(1, 10_001)))
WRONG_TYPES: tuple[Any, ...] = (None, [], {}, [[[[]]]], {"a": {"b": []}}, 1.5, 2**63, -(2**63), True, "a" * 100_000)
FORM_NAMES = "task typed day tag edited time-zone current-password new-password delete-password email text".split()


@dataclass(frozen=True)
class Victim:
    """A user whose numbers and ids the attackers send."""

    user_id: str
    thread_id: str
    turn_id: str

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.user_id, self.thread_id, self.turn_id)


@pytest.fixture
async def victim(crowded: Instance) -> Victim:
    async with chat_client(crowded) as chat:
        for title in ("Buy milk", "Pay rent", "Call Ben"):
            await chat.add_task(title, tags=["home"], due_at="tomorrow")
        answer = await chat.send("delete everything")
        me = (await chat.http.get("/api/auth/me")).json()["user"]["id"]
    return Victim(me, answer.thread_id, answer.turn_id)


def handlers() -> dict[str, dict[str, Any]]:
    """Return all registered handlers by name, including Reflex's own, with the types of their arguments."""
    for module in pkgutil.walk_packages(ui.__path__, f"{ui.__name__}."):
        import_module(module.name)
    found: dict[str, dict[str, Any]] = {}
    for name, registered_one in RegistrationContext.get().event_handlers.items():
        function = registered_one.handler.fn
        names = list(inspect.signature(function).parameters)[1:]
        found[name] = {argument: get_type_hints(function).get(argument, Any) for argument in names}
    return found


def values(hint: Any, victim: Victim) -> tuple[Any, ...]:
    """Return hostile values of the type."""
    if hint is int:
        return NUMBERS
    if hint is bool:
        return (True, False)
    if hint == list[int]:
        return LISTS
    if hint == dict[str, Any]:
        texts = (*victim.texts, *TEXTS)
        forms = [dict.fromkeys(FORM_NAMES, text) for text in texts]
        sent = [{"account": text, "key": text[:100], "thread_id": text[:100], "text": text} for text in texts]
        wrapped = {"__reflex_form_data__": [["task", "a"], ["typed", "b"]]}
        odd = {"task": [1, [2]], "selected": [1, 1, -1], "text": None, "here": True}
        return (*forms, *sent, wrapped, odd, {})
    return (*victim.texts, *TEXTS, "positive")


def calls(arguments: dict[str, Any], victim: Victim) -> Iterator[dict[str, Any]]:
    """Yield payloads in which each value of each argument occurs, and payloads of wrong types."""
    lists = {name: values(hint, victim) for name, hint in arguments.items()}
    for number in range(max((len(one) for one in lists.values()), default=1)):
        yield {name: one[number % len(one)] for name, one in lists.items()}
    for odd in WRONG_TYPES:
        yield dict.fromkeys(arguments, odd)
    yield {**{name: one[0] for name, one in lists.items()}, "self": 1}


def rows_of_user(instance: Instance, user_id: str) -> list[str]:
    """Return all rows of the user as text."""
    query = "SELECT table_name FROM information_schema.columns WHERE column_name = %s AND table_schema = %s"
    found: list[str] = []
    with psycopg.connect(instance.conninfo) as database:
        for table in [name for (name,) in database.execute(query, ["user_id", "public"]).fetchall()]:
            rows = SQL("SELECT t::text FROM {} t WHERE user_id = %s").format(Identifier(table))
            found += [f"{table} {text}" for (text,) in database.execute(rows, [user_id]).fetchall()]
    return sorted(found)


def is_admitted(name: str, payload: dict[str, Any]) -> bool:
    try:
        checked_event({"name": name, "payload": payload, "router_data": ADDRESS})
    except Refused:
        return False
    return True


@pytest.mark.also_soak
async def test_no_handler_changes_another_users_data_or_fails(crowded: Instance, victim: Victim) -> None:
    before = rows_of_user(crowded, victim.user_id)
    assert len(before) > 5
    found = {name: list(calls(arguments, victim)) for name, arguments in handlers().items()}
    reached = [name for name in found if any(is_admitted(name, payload) for payload in found[name])]
    assert len(found) > 110
    assert len(reached) > 80
    events = [
        (name, payload)
        for number, name in enumerate(reached)
        for payload in found[name][number % SHARE :: SHARE]
        if is_admitted(name, payload)
    ]
    waiting = asyncio.Semaphore(CONCURRENT_SOCKETS)

    async def attack(number: int, names: list[str], login: str) -> None:
        # Each uses another network: together, their events exceed the rate limit of one network.
        network = {"X-Forwarded-For": f"192.0.2.{number}"}
        async with waiting, page_socket(crowded, login=login, headers=network) as socket:
            await socket.boot()
            for name, payload in events:
                if name not in names:
                    continue
                if not login and len(json.dumps(payload)) > STRANGER_MAX // 2:
                    await send_as_stranger(crowded, name, payload, headers=network)
                    continue
                await socket.event(name, payload)
                if not login:  # what is on its way has a bound for strangers
                    await socket.wait_until_idle()
            await socket.wait_until_idle()

    groups = [reached[first : first + HANDLERS] for first in range(0, len(reached), HANDLERS)]
    async with httpx.AsyncClient(base_url=crowded.origin, timeout=PATIENCE_SECONDS) as http:
        logins = [await register_account(http) for _ in groups]
        for who in (["" for _ in groups], logins):
            await asyncio.gather(*(attack(*each) for each in zip(range(len(groups)), groups, who, strict=True)))
        assert (await http.get("/api/health")).status_code == 200
    assert rows_of_user(crowded, victim.user_id) == before
    assert "Traceback" not in crowded.output, crowded.output[-8000:]
