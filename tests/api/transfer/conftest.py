"""Fixtures of the tests of exports and imports."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import httpx
import pytest

from taskchat_app.domain.accounts.accounts import Person
from tests.api.responses import Api, add
from tests.api.routes.test_attachments import attach, sent
from tests.chatting import Chat
from tests.conftest import SignedInPerson, client
from tests.pictures import photo


@pytest.fixture(scope="package")
async def full(
    asgi: httpx.ASGITransport, announcements: None, new_person: Callable[[], Awaitable[SignedInPerson]]
) -> AsyncIterator[Api]:
    """The API of a user with one of everything, whose account no test changes."""
    async with client(asgi, **(await new_person()).bearer) as api:
        await _fill(api)
        yield api


@pytest.fixture
async def own_full(api: Api, announcements: None) -> Api:
    """The API of `person`, who has one of everything."""
    await _fill(api)
    return api


async def _fill(api: Api) -> None:
    await api.patch("/api/auth/me", json={"timezone": "Asia/Tokyo"})
    await add(api, title="Milk", tags=["home", "café"], description="two\nlines “quoted”", priority="high")
    await add(api, title="Rent", due_at="2027-01-01", recurrence="FREQ=MONTHLY")
    await add(api, title="Call", due_at="2027-01-02T09:00:00Z")
    await add(api, title="Gone")
    await api.delete("/api/tasks/4")
    await api.post("/api/tasks/2/complete", json={})
    await api.put("/api/tasks/3/reminder", json={"before": "1_hour"})
    await api.post("/api/tasks/1/move", json={"after": 3})
    changed = await api.patch("/api/tasks/1", json={"title": "Oat milk"})
    newest = (await api.get("/api/activity", params={"limit": 1})).json()["changes"][0]
    assert changed.status_code == 200
    await api.post(f"/api/activity/{newest['id']}/undo")
    chat = Chat(api)
    await chat.send("add buy bread tomorrow")
    await chat.send("delete all tasks")
    picture = await attach(api, photo(), "board.jpg")
    await sent(chat, picture["id"], (await attach(api, b"milk\n" * 600_000))["id"])


@pytest.fixture
async def new_account(
    asgi: httpx.ASGITransport, new_person: Callable[..., Awaitable[SignedInPerson]]
) -> AsyncIterator[Callable[[], Awaitable[tuple[Api, Person]]]]:
    """Factory of new users with their APIs, for imports of many files."""
    async with AsyncExitStack() as stack:

        async def make() -> tuple[Api, Person]:
            signed_in = await new_person()
            return await stack.enter_async_context(client(asgi, **signed_in.bearer)), signed_in.person

        yield make
