"""/api/events: live changes, replay without gaps, end with the login."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, ExitStack
from datetime import timedelta

import httpx
import pytest
from sqlmodel import col, update

from taskchat_app.api.routes import events
from taskchat_app.api.routes.activity import steps_of_changes
from taskchat_app.api.streams import sse
from taskchat_app.domain.accounts import login_end, sign_in
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log import changes
from taskchat_app.domain.log.changes import Cause, Entry
from taskchat_app.domain.preferences import set_preferences
from taskchat_app.domain.storage.database import now, system_transaction
from taskchat_app.domain.storage.models import Change, Login
from taskchat_app.domain.tasks.task_view import StepCounts
from tests.api.open_stream import PATIENCE_SECONDS, Stream, open_stream, send_without_reading
from tests.api.responses import Api
from tests.chatting import write
from tests.conftest import SignedInPerson

pytestmark = pytest.mark.usefixtures("announcements")

Follow = Callable[..., AbstractAsyncContextManager[Stream]]


@pytest.fixture
def follow(asgi: httpx.ASGITransport, signed_in: SignedInPerson) -> Follow:
    """Open the user's events: `follow(after="3")` sends a Last-Event-ID, `follow("?last_event_id=3")` a query."""

    def open_events(query: str = "", after: str | None = None) -> AbstractAsyncContextManager[Stream]:
        known = {} if after is None else {"Last-Event-ID": after}
        return open_stream(asgi.app, f"/api/events{query}", signed_in.bearer | known)

    return open_events


async def record_changes(person: Person, *entries: Entry) -> list[int]:
    by = Cause(person.id, "assistant", thread_id="thr_1", turn_id="msg_1")
    async with system_transaction() as session:
        return await changes.record(session, by, entries or [Entry("turn", "started")])


async def read_ids(stream: Stream, count: int) -> list[int]:
    return [int(event["id"]) for event in await stream.first(count)]


async def test_a_task_created_over_the_api_is_sent_as_the_contract_specifies(api: Api, follow: Follow):
    async with follow() as stream:
        made = (await api.post("/api/tasks", json={"title": "Buy milk"})).json()
        [event] = await stream.first(1)
    data = json.loads(event["data"])
    assert (event["event"], event["id"]) == ("change", "1")
    assert data.pop("at").endswith("Z")
    assert data == {"id": 1, "kind": "task", "action": data["action"], "actor": "api", "task": 1, "after": made}


async def test_an_idle_stream_sends_comments_and_is_not_cached(follow: Follow, monkeypatch: pytest.MonkeyPatch):
    assert sse.COMMENT_SECONDS < 15
    monkeypatch.setattr(sse, "COMMENT_SECONDS", 0.05)
    async with follow() as stream:
        assert stream.status == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-cache, no-transform"
        assert stream.headers["x-accel-buffering"] == "no"
        pieces = stream.text()
        assert [(await anext(pieces))[0] for _ in range(3)] == [":", ":", ":"]


async def test_without_an_id_only_new_changes_of_tasks_are_sent(person: Person, other_person: Person, follow: Follow):
    await record_changes(person)
    async with follow() as stream:
        await record_changes(other_person)
        await set_preferences(person, timezone="Asia/Tokyo")
        await record_changes(person)
        assert await read_ids(stream, 1) == [3]


async def test_steps_of_a_change_are_read_once_for_all(api: Api, follow: Follow, monkeypatch: pytest.MonkeyPatch):
    read: list[int] = []

    async def steps_of(user_id: str, new: Sequence[Change]) -> dict[int, StepCounts]:
        read.extend(change.id for change in new)
        return await steps_of_changes(user_id, new)

    monkeypatch.setattr(events, "steps_of_changes", steps_of)
    async with AsyncExitStack() as opened:
        streams = [await opened.enter_async_context(follow()) for _ in range(5)]
        await api.post("/api/tasks", json={"title": "Buy milk"})
        assert [await read_ids(stream, 1) for stream in streams] == [[1]] * 5
        assert read == [1]
        await api.post("/api/tasks", json={"title": "Go to the shop", "parent_number": 1})
        await api.patch("/api/tasks/1", json={"title": "Buy oat milk"})
        _, changed = await streams[0].first(2)
    assert json.loads(changed["data"])["after"]["steps"] == {"open": 1, "done": 0}


async def test_whole_days_end_in_the_present_time_zone_in_all_events(person: Person, api: Api, follow: Follow):
    await api.post("/api/tasks", json={"title": "Rent", "due_at": "2027-01-31"})
    async with follow() as live:
        await set_preferences(person, timezone="Asia/Tokyo")
        await api.post("/api/tasks", json={"title": "Pay", "due_at": "2027-01-31"})
        async with follow(after="0") as replay:
            events = [*await replay.first(2), *await live.first(1)]
    due = [json.loads(event["data"])["after"]["due_at"] for event in events]
    assert due == ["2027-01-31T14:59:59Z"] * 3


@pytest.mark.parametrize("way", ["header", "query"])
async def test_a_known_id_replays_missed_changes_and_continues_live(person: Person, follow: Follow, way: str):
    await record_changes(person, *(Entry("turn", "started") for _ in range(5)))
    async with follow(after="2") if way == "header" else follow("?last_event_id=2") as stream:
        assert await read_ids(stream, 3) == [3, 4, 5]
        await record_changes(person)
        assert await read_ids(stream, 1) == [6]


async def test_id_zero_replays_everything_but_message_text(person: Person, follow: Follow):
    secret = {"text": "the secret words"}
    stored = Entry("message", "stored", before=secret, after=secret, item_id="msg_2")
    async with follow() as live:
        await record_changes(person, Entry("turn", "started"), stored)
        async with follow(after="0") as stream:
            replayed = await stream.first(2)
        assert await live.first(2) == replayed
    events = [json.loads(event["data"]) for event in replayed]
    assert [event["id"] for event in events] == [1, 2]
    expected = {"kind": "message", "actor": "assistant", "thread_id": "thr_1", "item_id": "msg_2", "turn_id": "msg_1"}
    assert {name: events[1].get(name) for name in expected} == expected
    assert "secret" not in replayed[1]["data"]


async def test_an_unknown_id_gets_a_resync_event(person: Person, follow: Follow):
    [*_, last] = await record_changes(person, Entry("turn", "started"), Entry("turn", "ended"))
    for unknown in (str(last + 1), "-1", "x", "1.0", "+1", " 1_0", "\u0661", "9" * 400):
        async with follow(after=unknown) as stream:
            [resync] = await stream.first(1)
            told = (resync["event"], resync["id"], json.loads(resync["data"]))
            assert told == ("resync", str(last), {"id": last}), unknown
            [last] = await record_changes(person)
            assert await read_ids(stream, 1) == [last]


async def test_reconnecting_under_concurrent_writes_has_no_gap_and_no_duplicate(person: Person, follow: Follow):
    writing = asyncio.gather(
        *(record_changes(person, Entry("turn", "started"), Entry("turn", "ended")) for _ in range(60))
    )
    seen: list[int] = []
    while len(seen) < 120:
        async with follow(after=str(seen[-1] if seen else 0)) as stream:
            seen += await read_ids(stream, min(7, 120 - len(seen)))
    await writing
    assert seen == list(range(1, 121))


async def wait_for_end(stream: Stream) -> None:
    """Wait until the server has ended the stream."""
    async for _ in stream.text():
        pass
    await stream.answering


async def test_a_logout_ends_the_open_stream(person: Person, follow: Follow, monkeypatch: pytest.MonkeyPatch):
    assert login_end.CHECK_SECONDS <= 10
    monkeypatch.setattr(login_end, "CHECK_SECONDS", 0.05)
    async with follow() as stream:
        assert (await anext(stream.text())).startswith(":")
        await sign_in.logout(person)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await wait_for_end(stream)


async def test_an_expired_login_ends_its_streams_soon(person: Person, follow: Follow, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(login_end, "CHECK_SECONDS", 600)
    own = update(Login).where(col(Login.id) == person.login_id)
    await write(own.values(expires_at=now() + timedelta(seconds=1)))
    async with follow() as stream, asyncio.timeout(PATIENCE_SECONDS):
        await wait_for_end(stream)


async def test_a_server_shutdown_ends_every_stream(follow: Follow):
    try:
        async with follow() as open_before, asyncio.timeout(PATIENCE_SECONDS):
            sse.drain.set()
            await wait_for_end(open_before)
        async with follow() as opened_after, asyncio.timeout(PATIENCE_SECONDS):
            await wait_for_end(opened_after)
    finally:
        sse.drain.clear()


async def test_a_client_that_does_not_read_is_disconnected(person: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sse, "SEND_TIMEOUT_SECONDS", 0.2)
    made = 0

    async def endless() -> AsyncGenerator[list[bytes]]:
        nonlocal made
        while True:
            made += 1
            yield [b"data: x\n\n"]
            await asyncio.sleep(0)

    await send_without_reading(endless(), person)
    assert made <= 2


async def test_a_long_replay_reaches_a_reading_client_completely_and_a_disconnect_ends_it(person: Person):
    async def replay() -> AsyncGenerator[list[bytes]]:
        for number in range(5_000):
            yield [b"data: %d\n\n" % number]

    async with open_stream(sse.stream(replay(), person, ExitStack()), "/", {}) as stream:
        assert [event["data"] async for event in stream.events()] == [str(number) for number in range(5_000)]
    closed = asyncio.Event()

    async def endless() -> AsyncGenerator[list[bytes]]:
        try:
            while True:
                yield [b": x\n\n"]
                await asyncio.sleep(0)
        finally:
            closed.set()

    async with open_stream(sse.stream(endless(), person, ExitStack()), "/", {}):
        pass
    assert closed.is_set()


async def test_pending_events_of_a_slow_client_do_not_delay_the_end(person: Person):
    reading = asyncio.Event()

    async def many() -> AsyncGenerator[list[bytes]]:
        asyncio.get_running_loop().call_later(0.1, sse.drain.set)
        asyncio.get_running_loop().call_later(0.2, reading.set)
        yield [b": x\n\n"] * 50
        yield [b": x\n\n"] * 50
        await asyncio.Event().wait()

    try:
        assert len(await send_without_reading(many(), person, reads=reading)) < 10
    finally:
        sse.drain.clear()


async def test_a_failing_source_ends_the_stream_and_is_logged_once(person: Person, caplog: pytest.LogCaptureFixture):
    async def failing() -> AsyncGenerator[list[bytes]]:
        yield [b"data: first\n\n"]
        raise RuntimeError("not foreseen")

    async with open_stream(sse.stream(failing(), person, ExitStack()), "/", {}) as stream:
        assert [piece async for piece in stream.text()] == ["data: first\n\n"]
        async with asyncio.timeout(PATIENCE_SECONDS):
            await stream.answering
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == ["A stream failed"]
