"""The server stays responsive for other clients while hostile texts arrive over every interface."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import psycopg
import pytest

from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.conversations.search import MessageSearchState
from taskchat_app.ui.settings.state import SettingsState
from taskchat_app.ui.shell.command_palette_state import PaletteState
from taskchat_app.ui.task_detail.state import DetailState
from taskchat_app.ui.task_list_state.add_state import AddState
from taskchat_app.ui.task_list_state.bulk_state import BulkState
from taskchat_app.ui.task_list_state.filters_state import FiltersState
from taskchat_app.ui.task_list_state.state import TasksState
from tests.chatting import Chat, message
from tests.failures.support.health_watch import HealthWatch
from tests.failures.support.instances import Instance, chat_client
from tests.failures.support.page_socket import ADDRESS, STATE, PageSocket, name_of, page_socket, send_as_stranger
from tests.linear_time import hostile
from tests.standin import Standin, text

CONCURRENT_INPUTS = 6
"""Inputs sent at the same time; if a group delays the server, its inputs are sent again one by one."""
LONGEST = 10_000
GENERATED_TEXTS = 40
"""Generated texts for each interface, always the same ones."""
TASKS = 1000
BROWSER_ERROR = f"{STATE}.reflex___state____frontend_event_exception_state.handle_frontend_exception"

Act = Callable[[], Awaitable[object]]
pytestmark = pytest.mark.soak

MESSAGES = {
    "400 blanks": "add " + " " * 400 + "x",
    "400 line ends": "add " + "\n" * 400 + "x",
    "5,000 commas": "add " + ", " * 4_990 + "x",
    "blanks and every": "add " + " every" * 1_600,
    "9,900 blanks": "delete " + " " * 9_900 + "x",
    "a tag": "#" + "a" * 9_900 + "#",
}
LINES = {
    "1,600 dashes": "-" * 1_600,
    "3,000 stars": "*" * 3_000,
    "3,000 stars and letters": "*a" * 1_500,
    "a table of dashes": "| a | b |\n|" + "-" * 8_000 + "|" + "-" * 8_000 + "|\n| 1 | 2 |",
    "brackets": "[" * 8_000,
    "links": "[a](" * 4_000,
    "quotes": "> " * 4_000,
    "ticks": "`" * 8_000 + "a",
    "underscores": "_a" * 5_000,
    "one word": "a" * 40_000,
    "short lines": "- a\n" * 5_000,
}


def generated(length: int = LONGEST) -> dict[str, str]:
    """Return GENERATED_TEXTS of the generated texts of this length, by name."""
    texts = list(hostile.texts(length))
    return dict(texts[:: max(1, len(texts) // GENERATED_TEXTS)])


@asynccontextmanager
async def page_of(instance: Instance) -> AsyncIterator[PageSocket]:
    """The open page of a new user, with an empty conversation."""
    async with chat_client(instance) as chat:
        login = chat.http.headers["Authorization"].removeprefix("Bearer ")
        async with page_socket(instance, login=login) as socket:
            await socket.boot()
            await socket.wait_until_idle()
            socket.account = (await chat.http.get("/api/auth/me")).json()["user"]["id"]
            yield socket


async def delays_of(instance: Instance, acts: dict[str, Act]) -> dict[str, float]:
    """Return the inputs that delayed the server's responses to others, with the seconds."""
    delays: dict[str, float] = {}
    inputs = list(acts.items())
    async with HealthWatch(instance) as watch:
        for first in range(0, len(inputs), CONCURRENT_INPUTS):
            group = inputs[first : first + CONCURRENT_INPUTS]

            async def send_group(group: list[tuple[str, Act]] = group) -> None:
                await asyncio.gather(*(act() for _, act in group))

            if await watch.outage_caused_by(send_group):
                delays |= {name: seconds for name, act in group if (seconds := await watch.outage_caused_by(act))}
    return delays


async def test_chat_messages_do_not_delay_the_server(crowded: Instance, killable: Instance, standin: Standin) -> None:
    standin.script([text("All right.")], repeat=True)
    for instance, texts in ((crowded, {**MESSAGES, **generated()}), (killable, MESSAGES)):
        async with chat_client(instance) as chat:
            acts = {name: sending_message(chat, words) for name, words in texts.items()}
            assert await delays_of(instance, acts) == {}


def sending_message(chat: Chat, words: str) -> Act:
    return lambda: chat.http.post("/api/chatkit", json=message(words))


async def test_add_line_does_not_delay_the_server(crowded: Instance) -> None:
    async with page_of(crowded) as page:
        texts = {**MESSAGES, **generated()}

        async def understand(words: str) -> None:
            await page.event(name_of(AddState.understand), {"sentence": words})
            sent = {"account": page.account, "key": uuid.uuid4().hex, "attempt": "1", "text": words}
            await page.event(name_of(AddState.add), {"told": sent})
            await page.wait_until_idle()

        assert await delays_of(crowded, {name: lambda one=one: understand(one) for name, one in texts.items()}) == {}


async def test_fields_and_filters_of_the_page_do_not_delay_the_server(crowded: Instance) -> None:
    async with chat_client(crowded) as chat:
        await chat.add_task("Buy milk")
        login = chat.http.headers["Authorization"].removeprefix("Bearer ")

        async def fill_in(words: str) -> None:
            # One socket for each text: on a shared one, so many events would wait for each other.
            async with page_socket(crowded, login=login) as page:
                await page.boot()
                await fill_in_over(page, words)

        async def fill_in_over(page: PageSocket, words: str) -> None:
            for field in ("title", "description", "due_at", "recurrence"):
                keep = {"field": field, "number": 1, "typed": words}
                await page.event(name_of(DetailState.keep), keep)
            await page.event(name_of(FiltersState.bound), {"name": "due_after", "phrase": words})
            await page.event(name_of(FiltersState.search), {"text": words})
            await page.event(name_of(TasksState.apply_address), {"query": f"?q={words}&tag={words}"})
            await page.event(name_of(PaletteState.search), {"typed": words, "token": "a"})
            await page.event(name_of(MessageSearchState.search), {"q": words})
            await page.event(name_of(SettingsState.set_zone), {"timezone": words, "singles": False})
            await page.event(name_of(BulkState.date), {"numbers": [1], "phrase": words})
            await page.event(name_of(FiltersState.clear))
            await page.wait_until_idle()

        texts = {**MESSAGES, **generated(9_900)}
        assert await delays_of(crowded, {name: lambda one=one: fill_in(one) for name, one in texts.items()}) == {}


async def test_api_requests_do_not_delay_the_server(crowded: Instance) -> None:
    async with chat_client(crowded) as chat:

        async def ask(words: str) -> None:
            body = {"title": words[:255], "description": words[:2000], "due_at": words, "recurrence": words}
            await chat.http.post("/api/tasks", json=body)
            await chat.http.post("/api/tasks", json={**body, "due_at": None, "tags": [words] * 20})
            await chat.http.post("/api/tasks", json={"title": "a", "due_at": words[:100], "recurrence": words[:100]})
            params = {"q": words, "due_after": words, "due_before": words, "cursor": words, "tag": words}
            for name, value in params.items():
                await chat.http.get("/api/tasks", params={name: value})
            await chat.http.patch("/api/auth/me", json={"timezone": words})
            await chat.http.post("/api/auth/login", json={"email": words, "password": words})

        texts = {**MESSAGES, **generated(3_000)}
        assert await delays_of(crowded, {name: lambda one=one: ask(one) for name, one in texts.items()}) == {}


async def test_bodies_of_many_small_values_do_not_delay_the_server(crowded: Instance) -> None:
    many = {"zeros": b"0,", "objects": b"{},", "lists": b"[],", "texts": b'"",', "letters": b'"a",'}
    async with chat_client(crowded) as chat:
        headers = {"Content-Type": "application/json"}

        def sending(method: str, path: str, start: bytes, unit: bytes, end: bytes) -> Act:
            for_units = 1_000_000 - len(start) - len(end)
            body = start + unit * (for_units // len(unit)) + unit.rstrip(b",") + end
            return lambda: chat.http.request(method, path, content=body, headers=headers)

        acts: dict[str, Act] = {}
        for name, unit in many.items():
            said = b'{"type":"threads.create","params":{"input":{"content":['
            acts[f"chat, {name}"] = sending("POST", "/api/chatkit", said, unit, b"]}}}")
            acts[f"tags, {name}"] = sending("POST", "/api/tasks", b'{"title":"a","tags":[', unit, b"]}")
            acts[f"numbers, {name}"] = sending("POST", "/api/tasks/bulk-complete", b'{"numbers":[', unit, b"]}")
            acts[f"alone, {name}"] = sending("POST", "/api/auth/login", b"[", unit, b"]")
        acts["brackets"] = sending("POST", "/api/auth/login", b"[", b"[", b"]")
        assert await delays_of(crowded, acts) == {}


async def test_cookies_do_not_delay_the_server(crowded: Instance) -> None:
    async with httpx.AsyncClient(base_url=crowded.origin, timeout=30) as http:

        def asking(path: str, unit: str, size: int) -> Act:
            return lambda: http.get(path, headers={"Cookie": f'theirs="{unit * (size // len(unit))}"'})

        sizes = {"few": 30_000, "many": 300_000}
        acts = {
            f"{name} of {unit} at {path}": asking(path, unit, size)
            for path in ("/", "/settings", "/login", "/api/auth/me")
            for unit in ("\\a", '\\"')
            for name, size in sizes.items()
        }
        assert await delays_of(crowded, acts) == {}


async def test_anonymous_sockets_do_not_delay_the_server(crowded: Instance) -> None:
    async def send(name: str, payload: dict[str, Any], **more: Any) -> None:
        await send_as_stranger(crowded, name, payload, **more)

    understand = name_of(AddState.understand)
    path = "/" + "p" * 300_000
    acts: dict[str, Act] = {
        "an error of 30 kB": lambda: send(BROWSER_ERROR, {"info": "can't access property \"" * 1_300}),
        "40,000 backslashes": lambda: send(BROWSER_ERROR, {"info": "\\" * 40_000, "component_stack": ""}),
        "a tag of a million": lambda: send(understand, {"sentence": "#" + "a" * 1_000_000 + "#"}),
        "a frame of 8 MB": lambda: send(understand, {"sentence": "a" * 8_000_000}),
        "a path of 300 kB": lambda: send(understand, {"sentence": ""}, router_data={**ADDRESS, "pathname": path}),
        "a search of 60 kB": lambda: send(understand, {}, router_data={**ADDRESS, "asPath": "/?" + "a=b&" * 15_000}),
    }
    async with page_socket(crowded) as broken:

        async def nested() -> None:
            await broken.send("42/_event," + "[" * 1_000_000)

        assert await delays_of(crowded, {**acts, "brackets": nested}) == {}


async def test_answers_of_the_model_do_not_delay_the_server(killable: Instance, standin: Standin) -> None:
    async with chat_client(killable) as chat:
        account = (await chat.http.get("/api/auth/me")).json()["user"]["id"]
        login = chat.http.headers["Authorization"].removeprefix("Bearer ")

        async def answered_with(words: str) -> None:
            standin.script([text(words, pieces=20)], repeat=True)
            # One page for each answer: its conversation must be empty.
            async with page_socket(killable, login=login) as page:
                await page.boot()
                await page.wait_until_idle()
                await follow(page)

        async def follow(page: PageSocket) -> None:
            key = uuid.uuid4().hex
            told = {"account": account, "key": key, "attempt": key, "text": "Hello", "thread_id": ""}
            await page.event(name_of(ChatState.send), {"told": {**told, "here": True, "selected": []}})
            await page.wait_for_frame('"answering_rx_state_":false', after=key)

        texts = {**LINES, **generated(8_000)}
        delays: dict[str, float] = {}
        async with HealthWatch(killable) as watch:
            for name, one in texts.items():
                if seconds := await watch.outage_caused_by(lambda one=one: answered_with(one)):
                    delays[name] = seconds
        assert delays == {}


async def test_bulk_edits_do_not_delay_the_server(crowded: Instance) -> None:
    async with chat_client(crowded) as chat:
        task = {"title": "Buy milk", "description": "d" * 2000, "tags": ["home"]}
        number = (await chat.http.post("/api/tasks", json=task)).json()["number"]
        user_id = (await chat.http.get("/api/auth/me")).json()["user"]["id"]
        await asyncio.to_thread(copy_task, crowded, user_id, number)
        edit = {"priority": "high", "due_at": "tomorrow"}

        async def change() -> None:
            for priority in ("high", "low"):
                body = {"numbers": list(range(1, TASKS + 1)), **edit, "priority": priority}
                answer = await chat.http.post("/api/tasks/bulk-update", json=body)
                assert answer.status_code in (200, 422), answer.text

        async def export() -> None:
            await chat.http.get("/api/tasks", params={"limit": 200})

        assert await delays_of(crowded, {"bulk-update": change, "list": export}) == {}


def copy_task(instance: Instance, user_id: str, number: int) -> None:
    """Create TASKS copies of this task."""
    with psycopg.connect(instance.conninfo) as database:
        database.execute(
            "INSERT INTO tasks"
            " SELECT (jsonb_populate_record(one, jsonb_build_object('number', n, 'position', 'Q' || 9999999999 - n))).*"
            " FROM tasks one, generate_series(2, %s) n WHERE user_id = %s AND number = %s",
            [TASKS, user_id, number],
        )
        database.execute("UPDATE users SET last_task_number = %s WHERE id = %s", [TASKS, user_id])
