"""Idempotency-Key over HTTP: a repeated request gets the same response and has one effect."""

import asyncio
from collections.abc import Awaitable
from itertools import product
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.api.core.idempotency import answer_once
from taskchat_app.domain.accounts import idempotency_keys
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.models import Change, IdempotencyKey, Task, Thread, Turn
from taskchat_app.domain.storage.user_lock import lock_user
from tests.api.responses import Api, code_of
from tests.assistant.threads.leased_turns import is_waited_for
from tests.chatting import rows, write
from tests.waiting import PATIENCE_SECONDS, until_async

KEY = {"Idempotency-Key": "7f3c-1"}

ROUTES = [
    ("POST", "/api/tasks", {"title": "Zoë’s “milk” 🥛", "tags": ["home"]}, 201),
    ("PATCH", "/api/tasks/1", {"title": "Call dad", "priority": "high"}, 200),
    ("DELETE", "/api/tasks/1", None, 204),
    ("POST", "/api/tasks/1/complete", None, 200),
    ("POST", "/api/tasks/1/complete", {"completed": True}, 200),
    ("POST", "/api/tasks/bulk-complete", {"numbers": [1, 2]}, 200),
    ("POST", "/api/tasks/bulk-delete", {"filter": {"tag": "old"}}, 200),
    ("POST", "/api/tasks/bulk-update", {"numbers": [1, 2], "add_tags": ["new"]}, 200),
    ("POST", "/api/tasks/1/move", {"after": None}, 200),
    ("POST", "/api/tasks/3/restore", None, 200),
    ("POST", "/api/activity/1/undo", None, 200),
    ("POST", "/api/turns/TURN/undo", None, 200),
    ("POST", "/api/turns/TURN/stop", None, 204),
    ("POST", "/api/chatkit/session", None, 200),
]
"""Every unsafe route with a request that changes data of the fixture `given`."""


@pytest.fixture
async def given(api: Api, person: Person) -> None:
    """Three tasks, the last one deleted, and a turn that created the first one."""
    for title in ("Call mum", "Buy milk", "Gone"):
        await api.post("/api/tasks", json={"title": title, "tags": ["old"], "recurrence": "FREQ=DAILY"})
    await api.delete("/api/tasks/3")
    thread_id, turn_id, at = f"thread-{person.id}", f"turn-{person.id}", now()
    await write(insert(Thread).values(id=thread_id, user_id=person.id, created_at=at, updated_at=at))
    turn = insert(Turn).values(id=turn_id, user_id=person.id, thread_id=thread_id, status="done", started_at=at)
    await write(turn)
    first = update(Change).where(col(Change.user_id) == person.id, col(Change.id) == 1)
    await write(first.values(turn_id=turn_id))


def send(api: Api, person: Person, method: str, path: str, body: Any) -> Awaitable[httpx.Response]:
    return api.request(method, path.replace("TURN", f"turn-{person.id}"), json=body, headers=KEY)


async def state(person: Person) -> list[Any]:
    """Return all rows that a request could change."""
    tasks = select(Task).where(Task.user_id == person.id).order_by(col(Task.number))
    log = select(Change.id, Change.action).where(Change.user_id == person.id).order_by(col(Change.id))
    return [*await rows(tasks), *await rows(log)]


async def keys(person: Person) -> list[str]:
    return await rows(select(IdempotencyKey.key).where(IdempotencyKey.user_id == person.id))


def answer_of(response: httpx.Response) -> tuple[int, bytes, str | None]:
    return response.status_code, response.content, response.headers.get("content-type")


@pytest.mark.parametrize(("method", "path", "body", "status"), ROUTES)
async def test_ten_concurrent_equal_requests_and_later_ones_get_the_same_response_and_have_one_effect(
    api: Api, person: Person, given: None, method: str, path: str, body: Any, status: int
):
    before = await state(person)
    first, *others = await asyncio.gather(*(send(api, person, method, path, body) for _ in range(10)))
    assert first.status_code == status, first.text
    after = await state(person)
    assert (after != before) == (not path.endswith(("stop", "session")))
    effects = await rows(select(Change.action, Change.task_number).where(Change.user_id == person.id))
    assert len(effects) == len(set(effects))

    for answer in (*others, *[await send(api, person, method, path, body) for _ in range(2)]):
        assert answer_of(answer) == answer_of(first)
    assert await state(person) == after
    assert await keys(person) == ["7f3c-1"]


OTHER_REQUESTS = [
    ("POST", "/api/tasks", {"title": "Another"}),
    ("POST", "/api/tasks", {"title": "Buy milk", "priority": "medium"}),
    ("POST", "/api/tasks?x=1", {"title": "Buy milk"}),
    ("PATCH", "/api/tasks/1", {"title": "Buy milk"}),
    ("DELETE", "/api/tasks/1", None),
    ("POST", "/api/tasks/1/complete", None),
    ("POST", "/api/tasks/bulk-delete", {"numbers": [1]}),
    ("POST", "/api/tasks/1/restore", None),
    ("POST", "/api/activity/1/undo", None),
    ("POST", "/api/turns/TURN/undo", None),
    ("POST", "/api/turns/TURN/stop", None),
    ("POST", "/api/chatkit/session", None),
]


async def test_a_different_request_with_the_same_key_is_refused(api: Api, person: Person):
    first = await api.post("/api/tasks", json={"title": "Buy milk"}, headers=KEY)
    before = await state(person)
    for method, path, body in OTHER_REQUESTS:
        refused = await api.request(method, path, json=body, headers=KEY)
        assert code_of(refused) == (422, "key_reused"), (method, path, body)
    assert await state(person) == before
    assert answer_of(await api.post("/api/tasks", json={"title": "Buy milk"}, headers=KEY)) == answer_of(first)


async def test_an_invalid_key_is_refused_with_the_reason(api: Api, person: Person, given: None):
    before = await state(person)
    invalid = (b"", b" ", b"a b", b"x" * 256, "schlüssel".encode(), "ключ".encode(), b"\xff", b"a\tb", b"a\x7f")
    for key, (method, path, body, _) in product(invalid, ROUTES):
        response = await api.request(method, path, json=body, headers=[(b"Idempotency-Key", key)])
        assert code_of(response) == (400, "bad_request"), (key, method, path)
        assert "1 to 255 visible ASCII characters" in response.json()["detail"]
    assert await state(person) == before


async def test_a_key_is_of_one_user_and_without_one_each_request_acts(api: Api, other_api: Api, person: Person):
    for number in (1, 2):
        assert (await api.post("/api/tasks", json={"title": "Buy milk"})).json()["number"] == number
    assert await keys(person) == []
    longest = {"Idempotency-Key": ("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" * 8)[:255]}
    for client, title, number in ((api, "Mine", 3), (other_api, "Theirs", 1), (api, "Mine", 3)):
        made = await client.post("/api/tasks", json={"title": title}, headers=longest)
        assert (made.status_code, made.json()["title"], made.json()["number"]) == (201, title, number)
    assert [task["title"] for task in (await other_api.get("/api/tasks")).json()["tasks"]] == ["Theirs"]


REFUSED = [
    ("POST", "/api/tasks", {"title": " "}, 422),
    ("POST", "/api/tasks", {"title": "x", "colour": "red"}, 422),
    ("POST", "/api/tasks", {"title": "x", "recurrence": "FREQ=NEVER"}, 422),
    ("PATCH", "/api/tasks/9", {"title": "x"}, 404),
    ("DELETE", "/api/tasks/9", None, 404),
    ("POST", "/api/tasks/9/complete", None, 404),
    ("POST", "/api/tasks/9/restore", None, 404),
    ("POST", "/api/tasks/bulk-complete", {"numbers": [1, 9]}, 404),
    ("POST", "/api/tasks/bulk-delete", {"filter": {"due_before": "never ever"}}, 422),
    ("POST", "/api/activity/99/undo", None, 404),
    ("POST", "/api/turns/none/undo", None, 404),
    ("POST", "/api/turns/none/stop", None, 404),
]


async def test_a_refused_request_stores_no_key(api: Api, person: Person, given: None):
    before = await state(person)
    for method, path, body, status in REFUSED:
        assert (await api.request(method, path, json=body, headers=KEY)).status_code == status, (method, path, body)
        assert (await keys(person), await state(person)) == ([], before), (method, path, body)
    assert (await api.post("/api/tasks", json={"title": "Buy milk"}, headers=KEY)).status_code == 201


async def test_the_stored_response_is_sent_even_if_the_task_was_deleted(api: Api, given: None):
    change = {"title": "Call dad"}
    first = await api.patch("/api/tasks/1", json=change, headers=KEY)
    refused = await api.request("DELETE", "/api/tasks/1", json=change, headers=KEY)
    assert code_of(refused) == (422, "key_reused"), "with another method"
    assert (await api.get("/api/tasks/1")).json() == first.json()
    await api.delete("/api/tasks/1")
    assert answer_of(await api.patch("/api/tasks/1", json=change, headers=KEY)) == answer_of(first)
    assert (await api.get("/api/tasks/1")).status_code == 404


async def test_an_anonymous_request_with_a_stored_key_is_401(anonymous: Api):
    for method, path, body, _ in ROUTES:
        assert (await anonymous.request(method, path, json=body, headers=KEY)).status_code == 401


async def test_a_request_that_waited_for_an_equal_one_of_another_instance_gets_its_response(person: Person):
    key = idempotency_keys.request_key("7f3c-1", b"POST /api/tasks")

    async def work(_session: AsyncSession, _by: Cause) -> dict[str, str]:
        return {"made": "a second time"}

    async with transaction(person.id) as session:
        await lock_user(session, person.id)
        waiting = asyncio.create_task(answer_once(person, key, 200, dict, work))
        await until_async(is_waited_for, PATIENCE_SECONDS)
        assert not waiting.done()
        await idempotency_keys.store_response(session, person.id, key, status=200, body={"json": '{"made": "once"}'})
    assert (await waiting).body == b'{"made": "once"}'
