"""A ChatKit client that disconnects stops its turn unless another client follows it."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import httpx
import pytest
from sqlmodel import select

from taskchat_app.api.app import build_api
from taskchat_app.assistant.turns.turns import RunningTurn, running
from taskchat_app.domain.accounts import accounts, chat_secrets, login_end, sign_in
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.models import Turn as TurnRow
from tests.api.responses import Api
from tests.assistant.turns.turn_state import COUNTING, status_of, turn_in_answer
from tests.chatting import Answer, Chat, answer_of, follow_to_end, message, rows
from tests.conformance.served import served as serve
from tests.conftest import SignedInPerson
from tests.standin import Standin, hang_after, hold_after, text
from tests.waiting import until_async


@pytest.fixture
async def served(signed_in: SignedInPerson, gemini: Standin) -> AsyncIterator[Api]:
    """A client of the API on a real server, in this event loop, to which the database connections are bound."""
    async with serve(build_api()) as url, httpx.AsyncClient(base_url=url, headers=signed_in.bearer) as found:
        yield found


async def disconnect_after(
    served: Api,
    words: str,
    person: Person,
    before: Callable[[RunningTurn], None] = lambda turn: None,
    headers: dict[str, str] | None = None,
) -> RunningTurn:
    """Send a message, disconnect once these words have arrived, and return the turn."""
    async with served.stream("POST", "/api/chatkit", json=message("count"), headers=headers) as response:
        thread_id = ""
        async for line in response.aiter_lines():
            if not line.startswith("data: "):
                continue
            event = json.loads(line[6:])
            thread_id = thread_id or event["thread"]["id"]
            if event.get("update", {}).get("delta") == words:
                break
        turn = running(person.id, thread_id)
        assert turn is not None
        before(turn)
        await asyncio.sleep(0)
    return turn


async def test_events_arrive_while_the_answer_is_being_written(served: Api, gemini: Standin):
    gemini.script([hold_after(COUNTING, 1)])
    async with served.stream("POST", "/api/chatkit", json=message("count")) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = response.aiter_lines()
        before: list[str] = []
        async for line in lines:
            before.append(line)
            if '"one ' in line:
                break
        gemini.release()
        rest = [line async for line in lines]
    assert not any('"six ' in line for line in before)
    assert any('"six ' in line for line in rest)


async def test_a_disconnect_stops_the_turn_and_keeps_the_partial_answer(served: Api, person: Person, chat: Chat):
    chat.script([hang_after(COUNTING, 2), text("Welcome back.")])
    turn = await disconnect_after(served, "two ", person)
    assert turn.task is not None
    async with asyncio.timeout(60):  # without following it: a follower keeps the turn running
        await turn.task
    answer = await follow_to_end(turn)
    assert await status_of(turn.id) == "stopped"
    assert answer.text == "one two "
    stored = await chat.items(turn.thread_id)
    assert [item["type"] for item in stored] == ["user_message", "assistant_message"]
    assert stored[-1]["content"][0]["text"] == "one two "
    assert (await chat.send("hello?", turn.thread_id)).text == "Welcome back."
    said = [one["content"] for one in chat.asked[-1]["messages"][1:]]
    assert said == ["count", "one two ", "hello?"]


async def test_a_disconnect_does_not_stop_a_turn_with_other_followers(served: Api, person: Person, gemini: Standin):
    gemini.script([hold_after(COUNTING, 2)])
    following: list[asyncio.Task[Answer]] = []
    turn = await disconnect_after(
        served, "two ", person, before=lambda turn: following.append(asyncio.create_task(follow_to_end(turn)))
    )
    await until_async(lambda: turn.context.events.subscribers == 1, 60)  # until the server has noticed
    gemini.release()
    answer = await follow_to_end(turn)
    assert answer.text == "one two six "
    assert await status_of(turn.id) == "done"
    assert await asyncio.gather(*following) == [answer]


async def test_a_turn_started_by_the_page_continues_without_followers(person: Person, gemini: Standin):
    turn = await turn_in_answer(person, gemini)
    assert turn.context.events.subscribers == 0
    gemini.release()
    assert (await follow_to_end(turn)).text == "one two six "
    assert await status_of(turn.id) == "done"


async def test_a_client_with_a_key_gets_its_answer_after_a_disconnect(served: Api, person: Person, gemini: Standin):
    gemini.script([hold_after(COUNTING, 2)])
    key = {"Idempotency-Key": "key-1"}
    turn = await disconnect_after(served, "two ", person, headers=key)
    await until_async(lambda: turn.context.events.subscribers == 0, 60)  # until the server has noticed
    assert not turn.context.events.is_over
    coming_back = asyncio.create_task(served.post("/api/chatkit", json=message("count"), headers=key))
    await until_async(lambda: turn.context.events.subscribers, 60)
    gemini.release()
    answer = answer_of(await coming_back)
    assert answer == await follow_to_end(turn)
    assert answer.text == "one two six "
    assert await status_of(turn.id) == "done"
    assert len(gemini.requests) == 1


async def test_a_chat_secret_that_expires_during_an_answer_does_not_end_it(
    served: Api, person: Person, gemini: Standin, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(chat_secrets, "CHAT_SECRET_LIFETIME", timedelta(seconds=4))
    monkeypatch.setattr(login_end, "CHECK_SECONDS", 0.05)
    secret, _ = await chat_secrets.chat_secret(person)
    gemini.script([text("one two six ten ", pieces=4, delay=1.5)])
    headers = {"Authorization": f"Bearer {secret}"}
    answer = answer_of(await served.post("/api/chatkit", json=message("count"), headers=headers))
    assert await accounts.person_of(secret, scopes=("chat",)) is None
    assert answer.text == "one two six ten "
    assert await rows(select(TurnRow.status).where(TurnRow.user_id == person.id)) == ["done"]


async def test_a_sign_out_ends_the_stream_of_a_chat_secret_but_not_its_turn(
    served: Api, person: Person, gemini: Standin, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(login_end, "CHECK_SECONDS", 0.05)
    secret, _ = await chat_secrets.chat_secret(person)
    gemini.script([hold_after(COUNTING, 1)])
    headers = {"Authorization": f"Bearer {secret}"}
    async with served.stream("POST", "/api/chatkit", json=message("count"), headers=headers) as response:
        lines = response.aiter_lines()
        opening = await anext(line async for line in lines if line.startswith("data: "))
        turn = running(person.id, json.loads(opening[6:])["thread"]["id"])
        assert turn is not None
        await sign_in.logout(person)
        async with asyncio.timeout(60):
            assert not [line async for line in lines if '"six ' in line]
    gemini.release()
    assert (await follow_to_end(turn)).text == "one two six "
    assert await status_of(turn.id) == "done"
