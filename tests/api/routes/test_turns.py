"""The routes under /api/turns: status and changes, events, stop, undo."""

import asyncio
from datetime import timedelta

import httpx
import pytest
from chatkit.types import ThreadRetryAfterItemParams, ThreadsRetryAfterItemReq
from sqlalchemy import update
from sqlmodel import col

from taskchat_app.api.streams.sse import encode
from taskchat_app.assistant.turns import turns
from taskchat_app.assistant.turns.failures import INTERRUPTED
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import Thread, Turn
from tests.api.open_stream import open_stream
from tests.api.responses import Api, check_problem, undo
from tests.assistant.turns.turn_state import turn_in_answer
from tests.chatting import Chat, answer_of, events_of, follow_to_end, follow_until, start, write
from tests.conftest import SignedInPerson
from tests.evidence import Step
from tests.standin import Standin, call, calls, error, hold_after, text

ABSENT = ["none", "%00", "a%00b", "import_%00", "%F0%9F%A5%9B", "1" + "0" * 30, "x" * 5000, "' OR 1=1"]


async def test_a_turn_lists_the_recorded_changes_and_not_what_the_model_claims(chat: Chat, api: Api):
    await api.post("/api/tasks", json={"title": "Water plants", "recurrence": "FREQ=DAILY"})
    answer = await chat.send(
        "do it",
        replies=[
            calls(call("create_task", {"title": "Buy milk"}), call("complete_task", {"task_id": 1})),
            text("I have done everything you ever wanted."),
        ],
    )
    turn = await chat.turn(answer.turn_id)
    assert (turn["turn_id"], turn["thread_id"], turn["status"]) == (answer.turn_id, answer.thread_id, "done")
    assert turn["receipt"] == "Added #2, #3, completed #1"
    told = [(change["actor"], change["action"], change["task"]) for change in turn["changes"]]
    assert told == [("assistant", "created", 2), ("assistant", "completed", 1), ("repeat", "created", 3)]
    assert {change["turn_id"] for change in turn["changes"]} == {answer.turn_id}
    activity = (await api.get("/api/activity", params={"turn": answer.turn_id})).json()["changes"]
    assert activity == turn["changes"][::-1]
    claim = await chat.send("do it", replies=[text("Done! I added #1 and deleted everything else.")])
    turn = await chat.turn(claim.turn_id)
    assert (turn["receipt"], turn["changes"]) == ("Nothing changed", [])


async def test_a_turn_runs_until_it_is_stopped_and_a_repeated_stop_stops_no_later_one(person: Person, chat: Chat):
    chat.script([hold_after(text("one two three", pieces=3), 1)] * 2)
    turn = await start(person, "count", until="one")
    assert (await chat.turn(turn.id))["status"] == "running"
    key = {"Idempotency-Key": "stop-1"}
    for headers in (key, {}):
        assert (await chat.http.post(f"/api/turns/{turn.id}/stop", headers=headers)).status_code == 204
        assert (await chat.turn(turn.id))["status"] == "stopped"
    params = ThreadRetryAfterItemParams(thread_id=turn.thread_id, item_id=turn.id)
    again = await turns.start(person, ThreadsRetryAfterItemReq(params=params))
    await follow_until(again, "thread.item.updated", "one")
    assert (await chat.http.post(f"/api/turns/{turn.id}/stop", headers=key)).status_code == 204
    chat.gemini.release()
    assert (await follow_to_end(again)).text == "one two three"
    assert (await chat.turn(turn.id))["status"] == "done"


async def test_a_stop_has_effect_though_nobody_could_wait_for_the_end_of_its_turn(
    person: Person, gemini: Standin, chat: Chat, announcements: None, monkeypatch: pytest.MonkeyPatch
):
    async def find(*_: str) -> None:
        raise ConnectionError("the database is away")

    turn = await turn_in_answer(person, gemini)
    with monkeypatch.context() as patch:
        patch.setattr(turns, "find", find)
        key = {"Idempotency-Key": "stop-1"}
        assert (await chat.http.post(f"/api/turns/{turn.id}/stop", headers=key)).status_code == 503
    assert (await chat.http.post(f"/api/turns/{turn.id}/stop", headers=key)).status_code == 204
    async with asyncio.timeout(60):
        await follow_to_end(turn)
    assert (await chat.turn(turn.id))["status"] == "stopped"


async def test_a_failed_turn_has_the_status_failed_and_its_events_include_its_error(chat: Chat, api: Api):
    answer = await chat.send("do it", replies=[*[error(400)] * 3])
    assert answer.errors
    assert (await chat.turn(answer.turn_id))["status"] == "failed"
    again = answer_of(await api.get(f"/api/turns/{answer.turn_id}/events"))
    assert again.items("user_message") == answer.items("user_message")
    assert again.errors == answer.errors


async def test_a_turn_whose_server_was_killed_has_the_status_failed_and_its_events_allow_a_retry(chat: Chat, api: Api):
    answer = await chat.send("do it", replies=[calls(call("create_task", {"title": "Buy milk"})), text("Done.")])
    mine, running = col(Thread.id) == answer.thread_id, col(Turn.id) == answer.turn_id
    await write(update(Turn).where(running).values(status="running", ended_at=None))
    until = {"lease_turn_id": answer.turn_id, "lease_until": now() + timedelta(seconds=5)}
    await write(update(Thread).where(mine).values(until))
    assert (await chat.turn(answer.turn_id))["status"] == "running"
    await write(update(Thread).where(mine).values(lease_until=now() - timedelta(seconds=1)))
    turn = await chat.turn(answer.turn_id)
    assert (turn["status"], turn["receipt"]) == ("failed", "Added #1")
    await write(update(Thread).where(mine).values(lease_turn_id=None, lease_until=None))
    assert (await chat.turn(answer.turn_id))["status"] == "failed"
    await write(update(Turn).where(running).values(status="failed", error=None))
    again = answer_of(await api.get(f"/api/turns/{answer.turn_id}/events"))
    assert again.events[-1] == {"type": "error", "code": "custom", "message": INTERRUPTED, "allow_retry": True}


async def test_events_of_a_finished_turn_come_from_its_stored_items_and_an_undone_one_keeps_its_receipt(
    chat: Chat, api: Api, other_api: Api, step: Step
):
    answer = await chat.send("do it", replies=[calls(call("create_task", {"title": "Buy milk"})), text("Added it.")])
    step("its events")
    response = await api.get(f"/api/turns/{answer.turn_id}/events")
    assert response.headers["cache-control"] == "no-cache, no-transform"
    again = answer_of(response)
    assert again.event_types == ["thread.created"] + ["thread.item.done"] * 3 + ["client_effect"]
    for kind in ("user_message", "workflow", "assistant_message"):
        assert again.items(kind) == answer.items(kind)
    step("another user does not find it")
    absent = check_problem(await other_api.get("/api/turns/none"), 404)
    for method, route in (("GET", ""), ("GET", "/events"), ("POST", "/undo"), ("POST", "/stop")):
        response = await other_api.request(method, f"/api/turns/{answer.turn_id}{route}")
        assert check_problem(response, 404) == absent
    assert await chat.titles() == {1: "Buy milk"}
    assert (await chat.turn(answer.turn_id))["status"] == "done"
    step("its undo is recorded as a change")
    await undo(api, f"turns/{answer.turn_id}")
    assert (await chat.turn(answer.turn_id))["receipt"] == "Added #1"
    newest = (await api.get("/api/activity")).json()["changes"][0]
    assert (newest["actor"], newest["action"], newest["turn_id"]) == ("api", "undone", None)


async def test_events_of_a_running_turn_start_with_the_first_and_continue_live(
    person: Person, signed_in: SignedInPerson, gemini: Standin, asgi: httpx.ASGITransport
):
    turn = await turn_in_answer(person, gemini)
    async with open_stream(asgi.app, f"/api/turns/{turn.id}/events", signed_in.bearer) as stream:
        assert stream.status == 200
        gemini.release()
        seen = [event["data"] async for event in stream.events()]
    assert [line.encode() for line in seen] == [encode(event.event)[6:-2] for event in await events_of(turn)]


async def test_a_confirmed_deletion_is_undone_exactly(api: Api, chat: Chat):
    for title in ("Buy milk", "Water plants"):
        await chat.add_task(title, tags=["a"], recurrence="FREQ=DAILY")
    before = (await api.get("/api/tasks")).json()["tasks"]
    answer = await chat.send("do it", replies=[calls(call("bulk_delete_tasks", {"status": "all"})), text("Shall I?")])
    [card] = answer.cards
    await chat.act("proposal.confirm", card["widget"]["confirm"]["action"]["payload"], answer.thread_id)
    assert await chat.titles() == {}
    assert await chat.receipt(answer.turn_id) == "Deleted #1, #2"
    for undone in ([1, 2], []):
        assert await undo(api, f"turns/{answer.turn_id}") == {"undone": undone, "conflicts": []}
        assert (await api.get("/api/tasks")).json()["tasks"] == before


async def test_a_running_turn_is_undone_after_its_end_only(chat: Chat, person: Person):
    chat.script([calls(call("create_task", {"title": "Buy milk"})), hold_after(text("Added it.", pieces=2), 1)])
    turn = await start(person, "add milk", until="Added")
    assert check_problem(await chat.http.post(f"/api/turns/{turn.id}/undo"), 409)["code"] == "busy"
    assert await chat.titles() == {1: "Buy milk"}
    chat.gemini.release()
    await follow_to_end(turn)
    assert await undo(chat.http, f"turns/{turn.id}") == {"undone": [1], "conflicts": []}


async def test_an_unknown_turn_is_404_in_every_route(api: Api):
    for turn_id in ABSENT:
        found = check_problem(await api.get(f"/api/turns/{turn_id}"), 404)
        assert found["code"] == "not_found", turn_id
        for method, route in (("GET", "events"), ("POST", "undo"), ("POST", "stop")):
            assert check_problem(await api.request(method, f"/api/turns/{turn_id}/{route}"), 404) == found
