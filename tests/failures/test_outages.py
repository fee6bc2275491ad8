"""A silent, exhausted or full database: 503 or waiting, no partial writes, recovery."""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest

from taskchat_app.assistant.threads.store import NOT_SAVED
from tests.chatting import Answer, Chat, message
from tests.failures.followers import Follower
from tests.failures.instances import Instance, rest, streamed, together, until, visitor
from tests.failures.postgres import Postgres
from tests.standin import Reply, Standin, call, calls, chunk, hold_after, last_user_text, step_after, text

OUTAGE_SECONDS = 10
PAUSE_SECONDS = 0.1
LOAD = 5
CROWD = 60
IMPATIENT = "options=-c%20statement_timeout%3D2000%20-c%20timezone%3DUTC"
"""For the URL of a database: what waits for a lock ends soon."""
ANSWERED_WITHIN_SECONDS = 30
RECOVERED_WITHIN_SECONDS = 10


@pytest.fixture(scope="module")
def model() -> Iterator[Standin]:
    with Standin() as found:
        yield found


@pytest.fixture(scope="module")
def pairs(model: Standin) -> Iterator[list[tuple[Instance, Postgres]]]:
    """Two installations, each with a database of its own."""
    with Postgres() as first, Postgres() as second:
        databases = [first, second]
        shared = {"JWT_SECRET": secrets.token_hex(32), "GEMINI_API_KEY": model.api_key}
        shared |= {"GEMINI_BASE_URL": model.base_url}
        instances = [Instance(DATABASE_URL=f"{one.url}?{IMPATIENT}", **shared) for one in databases]
        with together(*instances):
            yield list(zip(instances, databases, strict=True))


@pytest.fixture
def instance(pairs: list[tuple[Instance, Postgres]]) -> Instance:
    return pairs[0][0]


@pytest.fixture
def postgres(pairs: list[tuple[Instance, Postgres]]) -> Postgres:
    return pairs[0][1]


@pytest.fixture
async def chat(instance: Instance) -> AsyncIterator[Chat]:
    async with visitor(instance) as found:
        yield found


async def added(chat: Chat, title: str, **fields: str) -> tuple[str, int, float]:
    """The title, the status and the seconds of one request that adds a task."""
    began = time.monotonic()
    response = await chat.http.post("/api/tasks", json={"title": title, **fields})
    if response.status_code == 503:
        assert response.json()["code"] == "unavailable"
        assert response.headers["retry-after"]
    return title, response.status_code, time.monotonic() - began


async def recovered(chat: Chat) -> None:
    """Returns once a change can be made again."""
    async with asyncio.timeout(RECOVERED_WITHIN_SECONDS):
        while True:
            if (await added(chat, "recovered"))[1] == 201:
                return
            await asyncio.sleep(0.2)


async def titles(chat: Chat) -> Counter[str]:
    """All that there are, over all pages."""
    found: Counter[str] = Counter()
    page = {"next": ""}
    while page["next"] is not None:
        asked = {"status": "all", "limit": 200} | ({"cursor": page["next"]} if page["next"] else {})
        page = (await chat.http.get("/api/tasks", params=asked)).json()
        found.update(task["title"] for task in page["tasks"])
    return found


async def check_written(chat: Chat, found: list[tuple[str, int, float]]) -> None:
    """What was acknowledged is there once, and nothing is there that was refused; no request waited for ever."""
    there = await titles(chat)
    assert {status for _, status, _ in found} <= {201, 503}
    assert max(seconds for _, _, seconds in found) < ANSWERED_WITHIN_SECONDS
    for title, status, _ in found:
        assert there[title] == (status == 201), (title, status)


async def under_load(chat: Chat, name: str, over: asyncio.Event) -> list[tuple[str, int, float]]:
    """What came of adding tasks, one after the other."""
    found: list[tuple[str, int, float]] = []
    while not over.is_set():
        found.append(await added(chat, f"{name} {len(found)}"))
        await asyncio.sleep(PAUSE_SECONDS)
    return found


async def survived(
    instance: Instance, model: Standin, begin: Callable[[], None], end: Callable[[], None]
) -> dict[int, int]:
    """An outage in the middle of an answer, under load; the statuses that there were during it, counted."""
    over = asyncio.Event()
    async with visitor(instance) as chat, Follower(chat.http) as follower:
        async with streamed(chat.http, "/api/chatkit", json=message("count")) as answer:
            begun = Answer(await until(answer, "text_delta"))
            asked = [asyncio.create_task(under_load(chat, f"load {number}", over)) for number in range(LOAD)]
            await follower.caught_up(LOAD)
            await asyncio.to_thread(begin)
            assert (await chat.http.get("/api/health")).status_code == 503
            await asyncio.sleep(OUTAGE_SECONDS)
            await asyncio.to_thread(end)
            await recovered(chat)
            over.set()
            found = [one for several in await asyncio.gather(*asked) for one in several]
            model.release()
            assert (await rest(answer))[-1]["type"] in ("thread.item.done", "error")
        assert (await chat.send("and now?", begun.thread_id)).text == "Go on."
        await check_written(chat, found)
        await follower.caught_up(await newest(chat))
        assert follower.wrong == []
        assert sorted(task["title"] for task in follower.tasks.values() if task) == sorted(
            (await titles(chat)).elements()
        )
    return Counter(status for _, status, _ in found)


async def newest(chat: Chat) -> int:
    """The number of a change that is made now."""
    number = await chat.add_task("The last one")
    return (await chat.http.get(f"/api/activity?task={number}")).json()["changes"][0]["id"]


async def test_a_database_that_is_away_for_a_while_makes_requests_wait_or_fail_and_all_recovers(
    pairs: list[tuple[Instance, Postgres]], model: Standin
):
    """Once it says nothing, once it is stopped; followers and what listens come back without a restart."""
    (first, silent), (second, stopped) = pairs

    def counting(request: dict[str, Any]) -> Reply:
        return text("Go on.") if last_user_text(request) != "count" else hold_after(text("OneTwoTri", pieces=3), 1)

    model.script(counting)
    counted = await asyncio.gather(
        survived(first, model, silent.freeze, silent.thaw), survived(second, model, stopped.stop, stopped.start)
    )
    assert all(statuses[201] for statuses in counted)
    assert counted[1][503]


async def test_more_requests_than_connections_wait_or_are_refused_and_all_recovers(
    chat: Chat, instance: Instance, postgres: Postgres, model: Standin
):
    """Somebody holds this person's row, so that each request holds its connection; an answer is under way."""
    limits = httpx.Limits(max_connections=200)
    user = (await chat.http.get("/api/auth/me")).json()["user"]["id"]
    add = calls(call("create_task", {"title": "By the assistant"}))
    model.script([step_after(hold_after(add, 0), 0, chunk({"content": "Let me see. "})), text("Go on.")])
    async with (
        httpx.AsyncClient(
            base_url=instance.origin, headers=chat.http.headers, timeout=ANSWERED_WITHIN_SECONDS, limits=limits
        ) as crowd,
        streamed(chat.http, "/api/chatkit", json=message("note it")) as answer,
    ):
        begun = Answer(await until(answer, "text_delta"))
        async with await psycopg.AsyncConnection.connect(postgres.conninfo()) as holder:
            await holder.execute("SELECT 1 FROM users WHERE id = %s FOR UPDATE", [user])
            model.release()
            asked = [asyncio.create_task(added(Chat(crowd), f"crowd {number}")) for number in range(CROWD)]
            ended = (await until(answer, '"error"'))[-1]
            await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)  # refused, since the row is still held
        found = await asyncio.gather(*asked)
        assert await rest(answer) == []
    assert ended["message"] == NOT_SAVED
    assert ended["allow_retry"]
    assert {status for _, status, _ in found} == {201, 503}
    await recovered(chat)
    await check_written(chat, found)
    assert "By the assistant" not in await titles(chat)
    assert (await chat.send("and now?", begun.thread_id)).text == "Go on."


MOST_REQUESTS = 1000
REFUSED = 3
"""So many in a row, since what is left in the file may still hold another one."""
SEGMENT_BYTES = 16 * 2**20
"""The size of Postgres's log segments, which are made whole: a limit of this size leaves the log alone."""


def fill(postgres: Postgres, limit: int) -> None:
    """Make the change log's file larger than the limit, so that it cannot grow any more."""
    with psycopg.connect(postgres.conninfo(), autocommit=True) as operator:
        operator.execute(
            "INSERT INTO users (id, email, password_hash, timezone, last_task_number, last_change_id, created_at)"
            " VALUES ('large', 'large', '', 'UTC', 0, 0, now())"
        )
        operator.execute(
            "INSERT INTO changes (user_id, id, at, actor, kind, action, after)"
            " SELECT 'large', number, now(), 'api', 'task', 'updated', to_jsonb(repeat(md5(number::text), 50))"
            " FROM generate_series(1, %s) AS number",
            [limit // 1600 + 1000],
        )
        operator.execute("VACUUM changes")  # so that the free places of its last pages are known


async def test_a_full_disk_is_a_clear_refusal_and_leaves_nothing_half_written(
    chat: Chat, postgres: Postgres, model: Standin
):
    large = secrets.token_hex(700)
    add = calls(call("create_task", {"title": "By the assistant", "description": large}))
    model.script([step_after(hold_after(add, 0), 0, chunk({"content": "Let me see. "})), text("Go on.")])
    fill(postgres, SEGMENT_BYTES)
    async with streamed(chat.http, "/api/chatkit", json=message("note it")) as answer:
        begun = Answer(await until(answer, "text_delta"))
        postgres.limit_files(SEGMENT_BYTES)
        try:
            found: list[tuple[str, int, float]] = []
            while len(found) < MOST_REQUESTS and [status for _, status, _ in found[-REFUSED:]] != [503] * REFUSED:
                found.append(await added(chat, f"full {len(found)}", description=large))
            assert found[-1][1] == 503
            assert (await chat.http.get("/api/tasks")).status_code == 200
            model.release()
            ended = (await until(answer, '"error"'))[-1]
        finally:
            postgres.limit_files(None)
        assert ended["message"] == NOT_SAVED
        assert ended["allow_retry"]
        await rest(answer)
    await recovered(chat)
    await check_written(chat, found)
    assert "By the assistant" not in await titles(chat)
    assert (await chat.send("and now?", begun.thread_id)).text == "Go on."


async def test_a_database_whose_log_cannot_grow_ends_and_is_used_again_once_it_is_back(chat: Chat, postgres: Postgres):
    found = [await added(chat, "Before")]
    postgres.limit_files(8192)
    found += [await added(chat, f"without a log {number}") for number in range(5)]
    assert {status for _, status, _ in found[1:]} == {503}
    postgres.restart()
    await recovered(chat)
    await check_written(chat, found)
