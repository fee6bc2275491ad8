"""Two instances on one database: events, stop and limits of one apply on the other."""

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.chatting import Answer, Chat, answer_of, message
from tests.failures.instances import (
    Instance,
    chat_client,
    events_until,
    open_stream,
    remaining_events,
    started_together,
)
from tests.failures.postgres import Postgres
from tests.standin import Standin, call, calls, error, hold_after, text

DAILY_LIMIT = 30
LEASE_RELEASED_SECONDS = 15


@pytest.fixture(scope="module")
def model() -> Iterator[Standin]:
    with Standin() as standin:
        yield standin


@pytest.fixture(scope="module")
def pair(model: Standin) -> Iterator[tuple[Instance, ...]]:
    with Postgres() as postgres:
        shared = {
            "DATABASE_URL": postgres.url,
            "JWT_SECRET": secrets.token_hex(32),
            "CHAT_DAILY_LIMIT": str(DAILY_LIMIT),
        }
        shared |= {"GEMINI_API_KEY": model.api_key, "GEMINI_BASE_URL": model.base_url}
        with started_together(Instance(**shared), Instance(**shared)) as both:
            yield both


@pytest.fixture
async def chats(pair: tuple[Instance, ...]) -> AsyncIterator[tuple[Chat, Chat]]:
    """A client of each instance, for the same new user."""
    async with chat_client(pair[0]) as here:
        token = here.http.headers["Authorization"].removeprefix("Bearer ")
        async with chat_client(pair[1], token=token) as there:
            yield here, there


async def test_a_change_on_one_instance_is_an_event_on_the_other(chats: tuple[Chat, Chat]):
    here, there = chats
    async with open_stream(there.http, "/api/events") as events:
        await here.add_task("Buy milk")
        [change] = await events_until(events, "Buy milk")
    assert (change["id"], change["kind"], change["action"], change["after"]["number"]) == (1, "task", "created", 1)


async def test_thread_message_and_turn_changes_on_one_instance_are_events_on_the_other(
    chats: tuple[Chat, Chat], model: Standin
):
    here, there = chats
    model.script([calls(call("list_tasks")), text("Nothing yet."), error(400), hold_after(text("One"), 0)])
    async with open_stream(there.http, "/api/events") as events:
        answer = await here.send("what is there?")
        told = [(event["kind"], event["action"]) for event in await events_until(events, '"done"')]
        assert told == [
            ("thread", "created"),
            ("message", "created"),
            ("turn", "started"),
            *[("message", "stored")] * 3,  # the call, all calls, and the answer
            ("turn", "done"),
        ]
        await here.send("and now?", answer.thread_id)
        failed = (await events_until(events, '"failed"'))[-1]
        assert (failed["kind"], failed["thread_id"]) == ("turn", answer.thread_id)
        async with open_stream(here.http, "/api/chatkit", json=message("count", answer.thread_id)):
            started = (await events_until(events, '"started"'))[-1]
            assert (await here.http.post(f"/api/turns/{started['turn_id']}/stop")).status_code == 204
            assert (await events_until(events, '"stopped"'))[-1]["turn_id"] == started["turn_id"]
        await here.request("threads.update", thread_id=answer.thread_id, title="Plans")
        await here.request("threads.delete", thread_id=answer.thread_id)
        ended = await events_until(events, '"deleted"')
    assert [(event["kind"], event["action"], event["thread_id"]) for event in ended] == [
        ("thread", "renamed", answer.thread_id),
        ("thread", "deleted", answer.thread_id),
    ]


async def test_a_turn_can_be_followed_on_the_other_instance_call_by_call_to_its_end(
    chats: tuple[Chat, Chat], model: Standin
):
    here, there = chats
    asked = call("list_tasks"), call("create_task", {"title": "Buy milk"})
    model.script([calls(*asked), calls(call("complete_task", {"task_id": 1})), hold_after(text("All is done."), 0)])
    async with open_stream(here.http, "/api/chatkit", json=message("do it")) as answer:
        begun = await events_until(answer, '"user_message"')
        turn_id = begun[-1]["item"]["id"]
        async with open_stream(there.http, f"/api/turns/{turn_id}/events") as events:
            seen = await events_until(events, "Completed #1")
            kinds = [event["type"] for event in seen]
            assert kinds[:3] == ["thread.created", "thread.item.done", "thread.item.added"]
            assert set(kinds[3:]) <= {"thread.item.updated"}
            model.release()
            ended = await remaining_events(events)
        told = Answer(begun + await remaining_events(answer))
    assert [event["type"] for event in ended] == ["thread.item.done"] * 2, ended
    assert [event["item"] for event in ended] == [*told.items("workflow"), *told.items("assistant_message")]
    finished = answer_of(await there.http.get(f"/api/turns/{turn_id}/events"))
    assert finished.text == told.text == "All is done."


async def test_deleting_a_thread_ends_the_followers_of_its_turn_on_the_other_instance(
    chats: tuple[Chat, Chat], model: Standin
):
    here, there = chats
    model.script([hold_after(text("One two", pieces=2), 1)])
    async with open_stream(here.http, "/api/chatkit", json=message("count")) as answer:
        begun = Answer(await events_until(answer, "text_delta"))
        async with open_stream(there.http, f"/api/turns/{begun.turn_id}/events") as events:
            await events_until(events, '"user_message"')
            await there.request("threads.delete", thread_id=begun.thread_id)
            [ended] = await remaining_events(events)
            assert ended["type"] == "error"
        assert [event["type"] for event in await remaining_events(answer)].count("error") == 0


async def test_stop_on_the_other_instance_stops_the_turn_and_stores_the_partial_answer(
    chats: tuple[Chat, Chat], model: Standin
):
    here, there = chats
    model.script([hold_after(text("OneTwoTri", pieces=3), 1), text("Go on.")])
    async with open_stream(here.http, "/api/chatkit", json=message("count")) as answer:
        begun = Answer(await events_until(answer, "text_delta"))
        for chat in chats:
            busy = await chat.try_to_send("and now?", begun.thread_id)
            assert (busy.status_code, busy.json()["code"]) == (409, "busy")
        assert (await there.http.post(f"/api/turns/{begun.turn_id}/stop")).status_code == 204
        assert (await there.http.get(f"/api/turns/{begun.turn_id}")).json()["status"] == "stopped"
        await remaining_events(answer)
    [said] = [item for item in await there.items(begun.thread_id) if item["type"] == "assistant_message"]
    assert said["content"][0]["text"].strip() == "One"
    assert (await there.send("and now?", begun.thread_id)).text == "Go on."


async def test_a_repeated_idempotency_key_on_the_other_instance_waits_and_gets_the_same_answer(
    chats: tuple[Chat, Chat], model: Standin
):
    here, there = chats
    model.script([calls(call("create_task", {"title": "Buy milk"})), hold_after(text("Added it."), 0)])
    sent = {"json": message("add it"), "headers": {"Idempotency-Key": "once"}}
    async with open_stream(here.http, "/api/chatkit", **sent) as answer:
        begun = await events_until(answer, "Added #1")
        again = asyncio.create_task(there.http.post("/api/chatkit", **sent))
        await asyncio.wait([again], timeout=0.5)
        assert not again.done()
        model.release()
        told = Answer(begun + await remaining_events(answer))
    replayed = answer_of(await again)
    assert (replayed.turn_id, replayed.text, replayed.tasks) == (told.turn_id, told.text, told.tasks)
    assert await there.titles() == {1: "Buy milk"}


async def test_the_daily_limit_is_exact_across_both_instances(chats: tuple[Chat, Chat], model: Standin):
    model.script([text("Yes.")], repeat=True)
    answers = await asyncio.gather(*(chat.try_to_send("hello") for chat in chats for _ in range(DAILY_LIMIT)))
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(200), statuses.count(429)) == (DAILY_LIMIT, DAILY_LIMIT)
    me = (await chats[1].http.get("/api/auth/me")).json()
    assert me["quota"]["used"] == DAILY_LIMIT


async def test_a_turn_of_a_killed_instance_fails_once_on_the_other_instance(
    pair: tuple[Instance, ...], chats: tuple[Chat, Chat], model: Standin
):
    here, there = chats
    model.script([calls(call("create_task", {"title": "Buy milk"})), hold_after(text("OneTwo", pieces=2), 1)])
    asked = open_stream(here.http, "/api/chatkit", json=message("add it"))
    async with open_stream(there.http, "/api/events") as events, asked as answer:
        begun = Answer(await events_until(answer, "text_delta"))
        async with open_stream(there.http, f"/api/turns/{begun.turn_id}/events") as followed:
            killed_at = time.monotonic()
            await asyncio.to_thread(pair[0].kill)
            await asyncio.to_thread(pair[0].start_again)
            failed = (await events_until(events, '"failed"'))[-1]
            assert time.monotonic() - killed_at < LEASE_RELEASED_SECONDS
            assert (await remaining_events(followed))[-1]["type"] == "error"
    assert (failed["kind"], failed["thread_id"], failed["turn_id"]) == ("turn", begun.thread_id, begun.turn_id)
    for chat in chats:
        assert (await chat.http.get(f"/api/turns/{begun.turn_id}")).json()["status"] == "failed"
    model.script([text("Here again.")])
    assert (await there.send("and now?", begun.thread_id)).text == "Here again."
    async with open_stream(here.http, "/api/events", headers={"Last-Event-ID": "0"}) as replayed:
        told = [(event.get("turn_id"), event["action"]) for event in await events_until(replayed, '"done"')]
    assert told.count((begun.turn_id, "failed")) == 1
    assert await there.titles() == {1: "Buy milk"}
