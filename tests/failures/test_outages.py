"""A suspended, overloaded or full database: 503 or waiting, no partial writes, recovery."""

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg
import pytest

from taskchat_app.assistant.turns.failures import NOT_SAVED
from tests.chatting import Answer, Chat, message
from tests.failures.support.followers import Follower
from tests.failures.support.instances import (
    Instance,
    chat_client,
    events_until,
    open_stream,
    remaining_events,
    started_together,
)
from tests.failures.support.postgres import Postgres
from tests.standin import Reply, Standin, call, calls, chunk, hold_after, last_user_text, step_after, text
from tests.waiting import PATIENCE_SECONDS, until_async

pytestmark = pytest.mark.soak

OUTAGE_SECONDS = 10
"""How much longer an outage is than until each client waits or was refused."""
PAUSE_SECONDS = 0.1
LOAD = 5
CONCURRENT_REQUESTS = 60
SHORT_STATEMENT_TIMEOUT = "options=-c%20statement_timeout%3D2000%20-c%20timezone%3DUTC"
"""Added to the database's URL: statements that wait for a lock fail soon."""


@pytest.fixture(scope="module")
def model() -> Iterator[Standin]:
    with Standin() as standin:
        yield standin


@pytest.fixture(scope="module")
def pairs(model: Standin) -> Iterator[list[tuple[Instance, Postgres]]]:
    """Two instances, each with its own database."""
    with Postgres() as first, Postgres() as second:
        databases = [first, second]
        shared = {"JWT_SECRET": secrets.token_hex(32), **model.settings}
        instances = [
            Instance(DATABASE_URL=f"{database.url}?{SHORT_STATEMENT_TIMEOUT}", **shared) for database in databases
        ]
        with started_together(*instances):
            yield list(zip(instances, databases, strict=True))


@pytest.fixture
def instance(pairs: list[tuple[Instance, Postgres]]) -> Instance:
    return pairs[0][0]


@pytest.fixture
def postgres(pairs: list[tuple[Instance, Postgres]]) -> Postgres:
    return pairs[0][1]


@pytest.fixture
async def chat(instance: Instance) -> AsyncIterator[Chat]:
    async with chat_client(instance) as client:
        yield client


async def try_to_add(chat: Chat, title: str, **fields: str) -> tuple[str, int]:
    """Try to add a task; return its title and the status."""
    response = await chat.http.post("/api/tasks", json={"title": title, **fields})
    if response.status_code == 503:
        assert response.json()["code"] == "unavailable"
        assert response.headers["retry-after"]
    return title, response.status_code


async def wait_until_writable(chat: Chat) -> None:
    """Return as soon as a task can be added."""

    async def is_added() -> bool:
        return (await try_to_add(chat, "recovered"))[1] == 201

    await until_async(is_added, PATIENCE_SECONDS)


async def titles(chat: Chat) -> Counter[str]:
    """Return the titles of all tasks, counted."""
    counted: Counter[str] = Counter()
    page = {"next": ""}
    while page["next"] is not None:
        params = {"status": "all", "limit": 200} | ({"cursor": page["next"]} if page["next"] else {})
        page = (await chat.http.get("/api/tasks", params=params)).json()
        counted.update(task["title"] for task in page["tasks"])
    return counted


async def check_written(chat: Chat, attempts: list[tuple[str, int]]) -> None:
    """Check that acknowledged tasks exist once, and rejected ones do not."""
    stored = await titles(chat)
    assert {status for _, status in attempts} <= {201, 503}
    for title, status in attempts:
        assert stored[title] == (status == 201), (title, status)


@dataclass
class Load:
    """A client that adds tasks, one after the other, until `over` is set."""

    chat: Chat
    name: str
    over: asyncio.Event
    attempts: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    is_waiting: bool = False

    async def run(self) -> None:
        while not self.over.is_set():
            self.is_waiting = True
            self.attempts.append(await try_to_add(self.chat, f"{self.name} {len(self.attempts)}"))
            self.is_waiting = False
            await asyncio.sleep(PAUSE_SECONDS)

    @property
    def meets_outage(self) -> bool:
        return self.is_waiting or self.attempts[-1][1] == 503


async def survive_outage(
    instance: Instance, model: Standin, begin: Callable[[], None], end: Callable[[], None]
) -> dict[int, int]:
    """Cause an outage in the middle of an answer under load; return the statuses of the requests, counted."""
    over = asyncio.Event()
    async with chat_client(instance) as chat, Follower(chat.http) as follower:
        async with open_stream(chat.http, "/api/chatkit", json=message("count")) as answer:
            begun = Answer(await events_until(answer, "text_delta"))
            load = [Load(chat, f"load {number}", over) for number in range(LOAD)]
            running = [asyncio.create_task(one.run()) for one in load]
            await follower.catch_up(LOAD)
            await asyncio.to_thread(begin)
            assert (await chat.http.get("/api/health")).status_code == 503
            await until_async(lambda: all(one.meets_outage for one in load), PATIENCE_SECONDS)
            await asyncio.sleep(OUTAGE_SECONDS)
            await asyncio.to_thread(end)
            await wait_until_writable(chat)
            over.set()
            await asyncio.gather(*running)
            attempts = [attempt for one in load for attempt in one.attempts]
            model.release()
            assert (await remaining_events(answer))[-1]["type"] in ("thread.item.done", "error")
        assert (await chat.send("and now?", begun.thread_id)).text == "Go on."
        await check_written(chat, attempts)
        await follower.catch_up(await newest_change(chat))
        assert follower.problems == []
        followed = sorted(task["title"] for task in follower.tasks.values() if task)
        assert followed == sorted((await titles(chat)).elements())
    return Counter(status for _, status in attempts)


async def newest_change(chat: Chat) -> int:
    """Make a change and return its id."""
    number = await chat.add_task("The last one")
    return (await chat.http.get(f"/api/activity?task={number}")).json()["changes"][0]["id"]


async def test_requests_wait_or_fail_in_an_outage_and_recover(pairs: list[tuple[Instance, Postgres]], model: Standin):
    """One database is suspended, the other stopped; followers and listeners reconnect without a restart."""
    (first, suspended), (second, stopped) = pairs

    def counting(request: dict[str, Any]) -> Reply:
        return text("Go on.") if last_user_text(request) != "count" else hold_after(text("OneTwoTri", pieces=3), 1)

    model.script(counting)
    counted = await asyncio.gather(
        survive_outage(first, model, suspended.suspend, suspended.resume),
        survive_outage(second, model, stopped.stop, stopped.start),
    )
    assert all(statuses[201] for statuses in counted)
    assert counted[1][503]


async def test_more_requests_than_connections_wait_or_are_rejected_and_all_recovers(
    chat: Chat, instance: Instance, postgres: Postgres, model: Standin
):
    """Another transaction locks the user's row, so that each request keeps its connection; a turn is running."""
    limits = httpx.Limits(max_connections=200)
    user = (await chat.http.get("/api/auth/me")).json()["user"]["id"]
    add = calls(call("create_task", {"title": "By the assistant"}))
    model.script([step_after(hold_after(add, 0), 0, chunk({"content": "Let me see. "})), text("Go on.")])
    async with (
        httpx.AsyncClient(
            base_url=instance.origin, headers=chat.http.headers, timeout=PATIENCE_SECONDS, limits=limits
        ) as crowd,
        open_stream(chat.http, "/api/chatkit", json=message("note it")) as answer,
    ):
        begun = Answer(await events_until(answer, "text_delta"))
        async with await psycopg.AsyncConnection.connect(postgres.conninfo()) as holder:
            await holder.execute("SELECT 1 FROM users WHERE id = %s FOR UPDATE", [user])
            model.release()
            names = [f"crowd {number}" for number in range(CONCURRENT_REQUESTS)]
            requests = [asyncio.create_task(try_to_add(Chat(crowd), name)) for name in names]
            ended = (await events_until(answer, '"error"'))[-1]
            await asyncio.wait(requests, return_when=asyncio.FIRST_COMPLETED)  # rejected, since the row is still locked
        attempts = await asyncio.gather(*requests)
        assert await remaining_events(answer) == []
    assert ended["message"] == NOT_SAVED
    assert ended["allow_retry"]
    assert {status for _, status in attempts} == {201, 503}
    await wait_until_writable(chat)
    await check_written(chat, attempts)
    assert "By the assistant" not in await titles(chat)
    assert (await chat.send("and now?", begun.thread_id)).text == "Go on."


async def test_an_answer_whose_user_is_locked_for_long_is_stored_later(chat: Chat, postgres: Postgres, model: Standin):
    """Another transaction locks the user's row, as a long import does."""
    user = (await chat.http.get("/api/auth/me")).json()["user"]["id"]
    model.script([hold_after(text("OneTwoTri", pieces=3), 1)])
    async with open_stream(chat.http, "/api/chatkit", json=message("count")) as answer:
        begun = Answer(await events_until(answer, "text_delta"))
        async with (
            await psycopg.AsyncConnection.connect(postgres.conninfo()) as holder,
            await psycopg.AsyncConnection.connect(postgres.conninfo(), autocommit=True) as operator,
        ):
            await holder.execute("SELECT 1 FROM users WHERE id = %s FOR UPDATE", [user])
            model.release()
            tries: set[Any] = set()

            async def is_tried_again() -> bool:
                waiting = "SELECT query_start FROM pg_stat_activity WHERE wait_event = 'transactionid'"
                tries.update(await (await operator.execute(waiting)).fetchall())
                return len(tries) == 2

            await until_async(is_tried_again, PATIENCE_SECONDS)
        assert Answer(await remaining_events(answer)).text == "OneTwoTri"
    items = await chat.items(begun.thread_id)
    assert [item["content"][0]["text"] for item in items] == ["count", "OneTwoTri"]


MOST_REQUESTS = 1000
REJECTIONS = 3
"""Rejections in a row until the disk counts as full, since free space in the file may still hold another row."""
SEGMENT_BYTES = 16 * 2**20
"""The size of Postgres's WAL segments, which are created in full: a limit of this size does not affect the WAL."""


def fill(postgres: Postgres, limit: int) -> None:
    """Make the file of the table `changes` larger than the limit, so that it cannot grow any more."""
    with psycopg.connect(postgres.conninfo(), autocommit=True) as operator:
        operator.execute(
            "INSERT INTO users (id, email, password_hash, timezone, last_task_number, last_change_id, created_at)"
            " VALUES ('large', 'large', '', 'UTC', 0, 0, now())"
        )
        operator.execute(
            "INSERT INTO changes (user_id, id, at, actor, kind, action, after)"
            # Four rows of a page leave no room for another.
            " SELECT 'large', number, now(), 'api', 'task', 'updated', to_jsonb(repeat(md5(number::text), 58))"
            " FROM generate_series(1, %s) AS number",
            [limit // 1600 + 1000],
        )
        operator.execute("VACUUM changes")  # so that Postgres knows the free space of its last pages


async def test_a_full_disk_rejects_writes_and_leaves_no_partial_write(chat: Chat, postgres: Postgres, model: Standin):
    large = secrets.token_hex(600)  # an entry of less than 2 KB, which Postgres does not compress
    add = calls(call("create_task", {"title": "By the assistant", "description": large}))
    model.script([step_after(hold_after(add, 0), 0, chunk({"content": "Let me see. "})), text("Go on.")])
    fill(postgres, SEGMENT_BYTES)
    async with open_stream(chat.http, "/api/chatkit", json=message("note it")) as answer:
        begun = Answer(await events_until(answer, "text_delta"))
        postgres.limit_files(SEGMENT_BYTES)
        try:
            attempts: list[tuple[str, int]] = []
            while (
                len(attempts) < MOST_REQUESTS and [status for _, status in attempts[-REJECTIONS:]] != [503] * REJECTIONS
            ):
                attempts.append(await try_to_add(chat, f"full {len(attempts)}", description=large))
            assert attempts[-1][1] == 503
            assert (await chat.http.get("/api/tasks")).status_code == 200
            model.release()
            ended = (await events_until(answer, '"error"'))[-1]
        finally:
            postgres.limit_files(None)
        assert ended["message"] == NOT_SAVED
        assert ended["allow_retry"]
        await remaining_events(answer)
    await wait_until_writable(chat)
    await check_written(chat, attempts)
    assert "By the assistant" not in await titles(chat)
    assert (await chat.send("and now?", begun.thread_id)).text == "Go on."


async def test_a_database_whose_wal_cannot_grow_is_used_again_after_its_restart(chat: Chat, postgres: Postgres):
    attempts = [await try_to_add(chat, "Before")]
    postgres.limit_files(8192)
    attempts += [await try_to_add(chat, f"without a log {number}") for number in range(5)]
    assert {status for _, status in attempts[1:]} == {503}
    postgres.restart()
    await wait_until_writable(chat)
    await check_written(chat, attempts)
