"""A database that is silent, exhausted or full: requests wait or get a 503, nothing is half written, all recovers."""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import httpx
import psycopg
import pytest

from tests.chatting import Answer, Chat, answer_of, message
from tests.failures.instances import Instance, rest, streamed, until, visitor
from tests.failures.postgres import Postgres
from tests.standin import Standin, call, calls, hold_after, text

SILENT_SECONDS = 10
ANSWERED_WITHIN_SECONDS = 30
RECOVERED_WITHIN_SECONDS = 10


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with Postgres() as found:
        yield found


@pytest.fixture(scope="module")
def model() -> Iterator[Standin]:
    with Standin() as found:
        yield found


@pytest.fixture(scope="module")
def instance(postgres: Postgres, model: Standin) -> Iterator[Instance]:
    shared = {"DATABASE_URL": postgres.url, "JWT_SECRET": secrets.token_hex(32)}
    with Instance(GEMINI_API_KEY=model.api_key, GEMINI_BASE_URL=model.base_url, **shared) as found:
        yield found


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


async def test_a_silent_database_makes_requests_wait_or_fail_and_all_recovers(
    chat: Chat, instance: Instance, postgres: Postgres, model: Standin
):
    model.script([hold_after(text("OneTwoTri", pieces=3), 1), text("Go on.")])
    async with (
        streamed(chat.http, "/api/events") as events,
        streamed(chat.http, "/api/chatkit", json=message("count")) as answer,
    ):
        begun = Answer(await until(answer, "text_delta"))
        postgres.freeze()
        asked = [asyncio.create_task(added(chat, f"silent {number}")) for number in range(30)]
        health = await chat.http.get("/api/health")
        assert health.status_code == 503
        await asyncio.sleep(SILENT_SECONDS)
        postgres.thaw()
        found = await asyncio.gather(*asked)
        await recovered(chat)
        await check_written(chat, found)
        await until(events, '"recovered"')
        model.release()
        ended = (await rest(answer))[-1]
        assert ended["type"] in ("thread.item.done", "error")
    assert (await chat.send("and now?", begun.thread_id)).text == "Go on."


async def test_more_requests_than_connections_wait_or_are_refused_and_all_recovers(
    chat: Chat, instance: Instance, postgres: Postgres
):
    """Somebody holds this person's row, so that each request holds its connection."""
    limits = httpx.Limits(max_connections=200)
    user = (await chat.http.get("/api/auth/me")).json()["user"]["id"]
    async with httpx.AsyncClient(
        base_url=instance.origin, headers=chat.http.headers, timeout=ANSWERED_WITHIN_SECONDS, limits=limits
    ) as crowd:
        async with await psycopg.AsyncConnection.connect(postgres.conninfo()) as holder:
            await holder.execute("SELECT 1 FROM users WHERE id = %s FOR UPDATE", [user])
            asked = [asyncio.create_task(added(Chat(crowd), f"crowd {number}")) for number in range(120)]
            await asyncio.sleep(3)
        found = await asyncio.gather(*asked)
    await recovered(chat)
    await check_written(chat, found)


MOST_REQUESTS = 1000
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
    model.script([calls(call("create_task", {"title": "By the assistant"})), text("Go on.")])
    fill(postgres, SEGMENT_BYTES)
    postgres.limit_files(SEGMENT_BYTES)
    try:
        found: list[tuple[str, int, float]] = []
        while not found or (found[-1][1] == 201 and len(found) < MOST_REQUESTS):
            found.append(await added(chat, f"full {len(found)}", description=secrets.token_hex(700)))
        assert found[-1][1] == 503
        assert (await chat.http.get("/api/tasks")).status_code == 200
        asked = await chat.try_to_send("note it")  # small enough for what is left in the file, or not
        assert asked.status_code in (200, 503)
        by_assistant = int(asked.status_code == 200 and not answer_of(asked).errors)
    finally:
        postgres.limit_files(None)
    await recovered(chat)
    await check_written(chat, found)
    assert by_assistant <= (await titles(chat))["By the assistant"] <= 1
    model.script([text("Go on.")])
    assert (await chat.send("and now?")).text == "Go on."


async def test_a_database_whose_log_cannot_grow_ends_and_is_used_again_once_it_is_back(chat: Chat, postgres: Postgres):
    found = [await added(chat, "Before")]
    postgres.limit_files(8192)
    found += [await added(chat, f"without a log {number}") for number in range(5)]
    assert {status for _, status, _ in found[1:]} == {503}
    postgres.restart()
    await recovered(chat)
    await check_written(chat, found)
