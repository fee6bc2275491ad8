"""A turn that another process runs is followed live, through Redis."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.exceptions import RedisError

from taskchat_app.assistant.core.context import TurnEvent
from taskchat_app.assistant.turns import shared_events
from taskchat_app.assistant.turns.remote_turn import RemoteTurn
from taskchat_app.assistant.turns.turns import RunningTurn
from taskchat_app.config import settings
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.announcements import AnnouncementListener
from tests.assistant.turns.turn_state import COUNTING, end_held, turn_in_answer
from tests.chatting import ended_turn, events_of, follow_to_end, follow_until, start
from tests.programs import needs
from tests.running.support.redis_server import Redis
from tests.standin import Standin, call, calls, error, hold_after, text
from tests.waiting import until_async

pytestmark = needs("redis-server")


@pytest.fixture
async def redis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Redis]:
    server = Redis(tmp_path)
    server.start()
    chosen = settings().model_copy(update={"redis_url": server.url})
    monkeypatch.setattr(shared_events, "settings", lambda: chosen)
    shared_events._redis.cache_clear()
    listener = AnnouncementListener()
    monkeypatch.setattr(shared_events, "announcements", lambda: listener)
    listening = asyncio.create_task(listener.run())
    await listener.listening.wait()
    yield server
    listening.cancel()
    await shared_events._redis().aclose()
    shared_events._redis.cache_clear()
    server.end()


def elsewhere(turn: RunningTurn) -> RemoteTurn:
    """The turn as another process sees it."""
    return RemoteTurn(turn.user_id, turn.id, turn.thread_id)


async def collect(turn: RemoteTurn, events: list[TurnEvent]) -> None:
    """Add the turn's events to the list until it ends."""
    async with asyncio.timeout(60):
        async for batch in turn.follow():
            events.extend(batch)


async def followed(turn: RunningTurn) -> asyncio.Task[list[TurnEvent]]:
    """Follow the turn in another process from now on."""
    following = asyncio.create_task(events_of(elsewhere(turn)))
    await until_async(lambda: shared_events._redis().keys(f"*{turn.id}*"), 60)
    return following


async def test_another_process_gets_the_same_events_with_their_messages(redis: Redis, person: Person, gemini: Standin):
    gemini.script([calls(call("create_task", {"title": "Buy milk"})), hold_after(COUNTING, 1)])
    turn = await start(person, "add milk, and count", until="one")
    there: list[list[TurnEvent]] = [[], []]
    following = [asyncio.create_task(collect(elsewhere(turn), events)) for events in there]
    await until_async(lambda: all(there), 60)
    gemini.release()
    here = await events_of(turn)
    await asyncio.gather(*following)
    assert there == [here, here]
    [key] = await shared_events._redis().keys(f"*{turn.id}*")
    assert 0 < await shared_events._redis().ttl(key) <= shared_events.ENDED_SECONDS
    titles = [next(one.calls[0]["title"] for one in events if one.calls) for events in (here, there[0])]
    assert titles[0].values == titles[1].values == {"title": "Buy milk"}
    assert await events_of(elsewhere(turn))  # of a turn that is over, the stored items


async def test_a_failed_turn_ends_with_its_error_in_another_process(redis: Redis, person: Person, gemini: Standin):
    gemini.script([hold_after(text("One"), 0)])
    turn = await start(person, "count")
    following = await followed(turn)
    gemini.script([error(400)], repeat=True)
    turn.context.end_early("failed")
    await follow_to_end(turn)
    assert [one.event.type for one in (await following)[-1:]] == ["error"]
    gemini.release()


async def is_read() -> bool:
    """Return whether a follower waits for events in Redis."""
    return (await shared_events._redis().info("clients"))["blocked_clients"] > 0


async def expect_stored_parts_elsewhere(turn: RunningTurn, gemini: Standin, *, in_redis: bool) -> None:
    """Follow the turn in another process to its end, and expect the parts that are stored."""
    events: list[TurnEvent] = []
    following = asyncio.create_task(collect(elsewhere(turn), events))
    await until_async(is_read if in_redis else lambda: events, 60)
    await end_held(gemini, turn)
    await following
    types = [one.event.type for one in events]
    assert types == ["thread.created", "thread.item.done", "thread.item.done"]


async def test_without_redis_another_process_gets_the_stored_parts(redis: Redis, person: Person, gemini: Standin):
    turn = await turn_in_answer(person, gemini)
    redis.end()
    await expect_stored_parts_elsewhere(turn, gemini, in_redis=False)
    redis.start()


async def test_nothing_is_shared_while_redis_has_been_away(redis: Redis, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shared_events, "ABANDONED_SECONDS", 0)
    redis.end()
    with pytest.raises(RedisError):
        await asyncio.wait_for(shared_events._append("key", 0, (), 1), 10)
    redis.start()


async def test_if_redis_lost_the_first_events_stored_parts_are_followed(redis: Redis, person: Person, gemini: Standin):
    turn = await turn_in_answer(person, gemini)
    await follow_until(elsewhere(turn), "thread.item.updated", "one")
    await shared_events._redis().flushall()
    await expect_stored_parts_elsewhere(turn, gemini, in_redis=True)


async def test_a_stream_with_a_gap_is_followed_by_the_stored_parts(redis: Redis, person: Person, gemini: Standin):
    turn = await turn_in_answer(person, gemini)
    following = await followed(turn)
    await shared_events._append(shared_events._key(turn.context.run), 1_000, (), shared_events.ENDED_SECONDS)
    await end_held(gemini, turn)
    assert (await following)[-1].event.type == "thread.item.done"


RUBBISH: list[dict[str, str | int]] = [
    {"rubbish": 1},
    {"number": "x", "events": "x", "signature": "x"},
    {"number": 0, "events": "x"},
    {"number": 9 * "9" * 9, "events": ""},
]


async def test_what_another_program_writes_into_a_stream_is_dropped(
    redis: Redis, person: Person, gemini: Standin, caplog: pytest.LogCaptureFixture
):
    turn = await turn_in_answer(person, gemini)
    following = await followed(turn)
    key = shared_events._key(turn.context.run)
    for entry in RUBBISH:
        await shared_events._redis().xadd(key, entry)  # pyright: ignore[reportArgumentType]  # typed invariantly
    gemini.release()
    assert await events_of(turn) == await following
    assert caplog.text.count("Dropped an entry") == len(RUBBISH)


async def test_a_turn_whose_client_left_is_stopped_though_it_is_shared(redis: Redis, person: Person, gemini: Standin):
    turn = await turn_in_answer(person, gemini)
    await follow_until(elsewhere(turn), "thread.item.updated", "one")
    turn.stop_if_unfollowed()
    assert turn.context.ending == "stopped"
    await end_held(gemini, turn)


async def test_a_turn_that_no_other_process_follows_is_not_in_redis(redis: Redis, person: Person, gemini: Standin):
    gemini.script([COUNTING])
    turn = await ended_turn(person, "count")
    assert await shared_events._redis().keys(f"*{turn.id}*") == []


async def test_a_follower_that_asks_for_a_turn_just_ended_reads_what_is_stored(
    redis: Redis, person: Person, gemini: Standin, monkeypatch: pytest.MonkeyPatch
):
    gemini.script([COUNTING])
    turn = await ended_turn(person, "count")
    states = [turn.context.run, None]
    monkeypatch.setattr(RemoteTurn, "_run", lambda _: asyncio.sleep(0, states.pop(0)))
    assert [one.event.type for one in await events_of(elsewhere(turn))][-1] == "thread.item.done"


async def test_a_reconnected_listener_shares_no_turn(redis: Redis, person: Person, gemini: Standin):
    turn = await turn_in_answer(person, gemini)
    shared_events.announcements()._wake_all()
    await end_held(gemini, turn)
    assert await shared_events._redis().keys(f"*{turn.id}*") == []
