"""Refusals of POST /api/chatkit before the stream: status, and no stored data."""

import asyncio
import json
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import jwt
import pytest
from sqlalchemy import update
from sqlmodel import col, select

from taskchat_app.assistant.turns import turns
from taskchat_app.config import jwt_secret
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import LimitWindow, Thread, ThreadItem
from tests.api.responses import code_of, count_stored_rows
from tests.chatting import Chat, Configure, Drain, answer_of, message, rows, write
from tests.conftest import SignedInPerson, client
from tests.evidence import Step
from tests.standin import hold_after, text


async def test_an_invalid_credential_is_401(
    chat: Chat, asgi: httpx.ASGITransport, signed_in: SignedInPerson, step: Step
):
    claims = jwt.decode(signed_in.token, options={"verify_signature": False})
    past = {**claims, "exp": int(now().timestamp()) - 60}
    await chat.http.post("/api/auth/logout")
    for name, header in (
        ("none", None),
        ("empty", "Bearer "),
        ("no token", "Bearer nonsense"),
        ("another scheme", "Basic YTpi"),
        ("forged", f"Bearer {jwt.encode(claims, 'x' * 32, 'HS256')}"),
        ("expired", f"Bearer {jwt.encode(past, jwt_secret(), 'HS256')}"),
        ("revoked", f"Bearer {signed_in.token}"),
    ):
        step(name)
        async with client(asgi, **({"Authorization": header} if header else {})) as stranger:
            refused = await stranger.post("/api/chatkit", json=message("hello"))
        assert code_of(refused) == (401, "not_signed_in")
    assert (await count_stored_rows(signed_in.person))[:3] == [0, 0, 0]


async def test_a_message_is_refused_while_the_server_drains_and_taken_later(chat: Chat, drain: Drain, person: Person):
    chat.script([text("Hello.")])
    await drain(0)
    before = await count_stored_rows(person)
    sent = {"json": message("hello"), "headers": {"Idempotency-Key": "once"}}
    refused = await chat.http.post("/api/chatkit", **sent)
    assert code_of(refused) == (503, "draining")
    assert refused.headers["retry-after"] == "5"
    assert await count_stored_rows(person) == before
    assert await chat.quota_used() == 0
    turns.draining.clear()
    assert answer_of(await chat.http.post("/api/chatkit", **sent)).text == "Hello."


def said(words: str = "hello", *content: dict[str, Any], **more: Any) -> bytes:
    """Return the body of a message with this further content and input."""
    body = message(words)
    body["params"]["input"] |= more
    body["params"]["input"]["content"] += content
    return json.dumps(body).encode()


TAG: dict[str, Any] = {"type": "input_tag", "id": "1", "text": "x", "data": {}}
REFUSED: list[tuple[bytes, int, str]] = [
    (b"", 400, "bad_request"),
    (b"hello", 400, "bad_request"),
    (b"[]", 400, "bad_request"),
    (b"null", 400, "bad_request"),
    (b"{}", 400, "bad_request"),
    (b'{"type": "threads.list"', 400, "bad_request"),
    (b'{"type": "threads.create", "params": {}}', 400, "bad_request"),
    (b'{"type": "threads.get_by_id", "params": {"thread_id": 7}}', 400, "bad_request"),
    (b'{"type": 5, "params": {}}', 400, "bad_request"),
    (b'{"type": "threads.explode", "params": {}}', 400, "bad_request"),
    (b'{"type": "threads.get_by_id", "params": {"thread_id": "\\u0000"}}', 400, "bad_request"),
    (b'{"type": "threads.get_by_id", "params": {"thread_id": "\\ud800"}}', 400, "bad_request"),
    (b'{"type": "threads.list", "params": {"after": "\xff"}}', 400, "bad_request"),
    ('{"type": "threads.list", "params": {}}'.encode("utf-16"), 400, "bad_request"),
    (b'{"type": "threads.list", "params": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "bad_request"),
    (b'{"type": "threads.list", "params": {}, "metadata": ' + b'{"a":' * 300 + b"1" + b"}" * 301, 400, "bad_request"),
    (b'{"type": "threads.list", "params": {"limit": ' + b"9" * 5000 + b"}}", 400, "bad_request"),
    (said("a\x00b"), 400, "bad_request"),
    (said("half \ud83d of a character"), 400, "bad_request"),
    (said(""), 400, "empty_message"),
    (said(" \n\t "), 400, "empty_message"),
    (said("x" * 10_001), 400, "message_too_long"),
    (said(attachments=["atc_1"]), 404, "not_found"),
    (said("x" * (1024 * 1024)), 413, "too_large"),
    # overlong data beside a message
    (said("hello", TAG | {"data": {"x": "y" * 300_000}}), 400, "bad_request"),
    (said("hello", TAG | {"id": "1" * 300_000}), 400, "bad_request"),
    (said("hello", TAG | {"group": "g" * 300_000}), 400, "bad_request"),
    (said("hello", *[{"type": "input_text", "text": ""}] * 2_000), 400, "bad_request"),
    (said(inference_options={"model": "m" * 1_000}), 400, "bad_request"),
    (said(inference_options={"tool_choice": {"id": "t" * 1_000}}), 400, "bad_request"),
    (said().replace(b'"input_text"', b'"input_text", "data": NaN'), 400, "bad_request"),
    (said().replace(b'"input_text"', b'"input_text", "data": Infinity'), 400, "bad_request"),
    (said().replace(b'"input_text"', b'"input_text", "data": -1e999'), 400, "bad_request"),
]


async def test_a_refused_body_stores_nothing_and_counts_for_no_limit(chat: Chat, person: Person, step: Step):
    for body, status, code in REFUSED:
        step(f"{body[:300]} … {body[-30:]}")
        refused = await chat.http.post("/api/chatkit", content=body, headers={"Content-Type": "application/json"})
        assert code_of(refused) == (status, code)
    assert (await count_stored_rows(person))[:3] == [0, 0, 0]
    assert await chat.quota_used() == 0
    step("a message of ten thousand characters is accepted")
    assert (await chat.send("ü" * 10_000, replies=[text("That was long.")])).text == "That was long."


def edit_of(item_id: str) -> dict[str, Any]:
    return {"type": "message.edit", "payload": {"item_id": item_id, "text": "other"}}


def requests_about(thread_id: str, item_id: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the requests about a conversation, and about an item of it."""
    thread, click = {"thread_id": thread_id}, {"type": "task.complete", "payload": {"number": 1}}
    return [
        ("threads.get_by_id", thread),
        ("threads.update", thread | {"title": "Mine now"}),
        ("threads.delete", thread),
        ("items.list", thread),
        ("threads.list", {"after": thread_id}),
        ("items.feedback", thread | {"item_ids": [item_id], "kind": "negative"}),
        ("threads.retry_after_item", thread | {"item_id": item_id}),
        ("threads.custom_action", thread | {"action": click}),
        ("threads.custom_action", thread | {"action": edit_of(item_id)}),
        ("threads.sync_custom_action", thread | {"action": click}),
        ("threads.add_user_message", message("hello", thread_id)["params"]),
        ("threads.add_client_tool_output", thread | {"result": {}}),
        ("threads.add_structured_input", thread | {"item_id": item_id, "input": {}}),
    ]


async def test_another_users_conversation_is_404_in_every_request(chat: Chat, other_chat: Chat, person: Person):
    answer = await chat.send("hello", replies=[text("Hello.")])
    await other_chat.add_task("Mine")
    before, items = await count_stored_rows(person), await chat.items(answer.thread_id)
    theirs, absent = (requests_about(thread_id, answer.turn_id) for thread_id in (answer.thread_id, "thr_absent"))
    for (kind, params), (_, absent_params) in zip(theirs, absent, strict=True):
        refused, unknown = await other_chat.request(kind, **params), await other_chat.request(kind, **absent_params)
        assert code_of(refused) == (404, "not_found"), kind
        assert refused.json() == unknown.json(), kind
    assert await count_stored_rows(person) == before
    assert await chat.items(answer.thread_id) == items
    assert await other_chat.titles("open") == {1: "Mine"}
    assert await other_chat.quota_used() == 0


async def test_feedback_retry_and_edit_of_other_conversations_are_404(chat: Chat, other_chat: Chat, person: Person):
    chat.script([text("Hello.")], repeat=True)
    mine, second, foreign = await chat.send("one"), await chat.send("two"), await other_chat.send("three")
    own = mine.items("assistant_message")[0]["id"]
    before, items = await count_stored_rows(person), await chat.items(mine.thread_id)
    for item_id in (second.turn_id, foreign.turn_id, "msg_absent"):
        for kind, params in (
            ("items.feedback", {"item_ids": [own, item_id], "kind": "positive"}),
            ("threads.retry_after_item", {"item_id": item_id}),
            ("threads.custom_action", {"item_id": item_id, "action": {"type": "task.complete", "payload": {}}}),
            ("threads.custom_action", {"item_id": item_id, "action": edit_of(mine.turn_id)}),
            ("threads.custom_action", {"action": edit_of(item_id)}),
            ("items.list", {"after": item_id}),
        ):
            refused = await chat.request(kind, thread_id=mine.thread_id, **params)
            assert code_of(refused) == (404, "not_found"), kind
    assert (await count_stored_rows(person), await chat.items(mine.thread_id)) == (before, items)
    feedback = [row.feedback for row in await rows(select(ThreadItem).where(ThreadItem.thread_id == mine.thread_id))]
    assert feedback == [None, None]


MALFORMED: list[tuple[str, Any]] = [
    ("proposal.confirm", {}),
    ("proposal.confirm", {"proposal_id": 7}),
    ("proposal.confirm", {"proposal_id": "prp_1", "numbers": [1]}),
    ("proposal.cancel", None),
    ("task.complete", {"number": "seven"}),
    ("task.complete", {"number": True}),
    ("task.complete", {"number": "1"}),
    ("choice.pick", {"choice_id": "widget_1", "number": True}),
    ("no.such.action", {}),
]


async def test_an_invalid_request_about_a_conversation_changes_nothing(chat: Chat, step: Step):
    answer = await chat.send("hello", replies=[text("Hello.")])
    thread_id, answered = answer.thread_id, answer.items("assistant_message")[0]["id"]
    for kind, payload in MALFORMED:
        step(f"the malformed action {kind} {payload}")
        assert code_of(await chat.act(kind, payload, thread_id)) == (400, "bad_request")
    for number in (999, 0, -1, 10**12, 10**30):
        step(f"an action on the unknown task {number}")
        assert code_of(await chat.act("task.complete", {"number": number}, thread_id)) == (404, "not_found")
    step("the retry of an answer")
    refused = await chat.request("threads.retry_after_item", thread_id=thread_id, item_id=answered)
    assert code_of(refused) == (400, "bad_request")
    step("feedback on too many messages")
    ids = [f"message_{number}" for number in range(5_000)]
    refused = await chat.request("items.feedback", thread_id=thread_id, item_ids=ids, kind="positive")
    assert code_of(refused) == (400, "bad_request")
    step("a message to a closed conversation")
    await write(update(Thread).where(col(Thread.id) == thread_id).values(status={"type": "locked", "reason": "old"}))
    assert code_of(await chat.try_to_send("more", thread_id)) == (400, "bad_request")
    assert len(await chat.items(thread_id)) == 2


async def test_of_ten_concurrent_messages_one_is_answered_and_nine_are_409_busy_until_its_stream_has_ended(chat: Chat):
    chat.script([text("Hello."), hold_after(text("The one answer.", pieces=2), 1), *[text("Again.")] * 5])
    thread_id = (await chat.send("hello")).thread_id
    sending = {asyncio.create_task(chat.try_to_send(f"number {n}", thread_id)) for n in range(10)}
    done: set[asyncio.Task[httpx.Response]] = set()
    while len(done) < 9:
        finished, sending = await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
        done |= finished
    assert {code_of(task.result()) for task in done} == {(409, "busy")}
    chat.gemini.release()
    [winner] = sending
    assert answer_of(await winner).text == "The one answer."
    assert len(await chat.items(thread_id)) == 4
    assert await chat.quota_used() == 2
    for _ in range(5):
        assert (await chat.send("again", thread_id)).text == "Again."


@pytest.mark.usefixtures("fresh_total")
@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"CHAT_BURST_LIMIT": "20/minute"}, "burst_limit"),
        ({"CHAT_DAILY_LIMIT": "20"}, "daily_limit"),
        ({"CHAT_DAILY_LIMIT_TOTAL": "20"}, "daily_limit"),
    ],
)
async def test_of_thirty_concurrent_messages_exactly_twenty_pass_the_limit_which_ends_in_the_users_zone(
    variables: dict[str, str], code: str, chat: Chat, configure: Configure, person: Person
):
    configure(**variables)
    chat.script([text("Hello.")], repeat=True)
    responses = await asyncio.gather(*(chat.try_to_send(f"number {n}") for n in range(30)))
    refused = [response for response in responses if response.status_code != 200]
    assert len(refused) == 10
    for response in refused:
        assert code_of(response) == (429, code)
        assert response.json()["resets_at"].endswith("Z")
        assert 1 <= int(response.headers["retry-after"]) <= 86_400
        assert ("in a minute." in response.json()["detail"]) is (code == "burst_limit")
    assert (await count_stored_rows(person))[:3] == [20, 40, 20]
    assert len(chat.asked) == 20
    if code == "daily_limit":
        await chat.http.patch("/api/auth/me", json={"timezone": "Asia/Kathmandu"})
        refused_again = await chat.try_to_send("and now?")
        end = datetime.fromisoformat(refused_again.json()["resets_at"])
        zone = ZoneInfo("Asia/Kathmandu")
        day = "" if end.astimezone(zone).date() == now().astimezone(zone).date() else "tomorrow "
        assert f"You can go on {day}at 05:45 (Asia/Kathmandu)." in refused_again.json()["detail"]
        wait = (end - now()).total_seconds()
        assert wait <= int(refused_again.headers["retry-after"]) <= wait + 5


async def test_a_message_refused_by_one_limit_counts_neither_for_the_other_nor_for_another_user(
    chat: Chat, other_chat: Chat, configure: Configure, person: Person
):
    configure(CHAT_DAILY_LIMIT="3", CHAT_BURST_LIMIT="1/minute")
    chat.script([text("Hello.")], repeat=True)
    answer = await chat.send("one")
    before = await count_stored_rows(person)
    for _ in range(5):
        assert code_of(await chat.try_to_send("more", answer.thread_id)) == (429, "burst_limit")
    assert await count_stored_rows(person) == before
    assert await chat.quota_used() == 1
    assert (await other_chat.send("one")).text == "Hello."
    window = update(LimitWindow).where(col(LimitWindow.subject) == person.id, col(LimitWindow.used) == 1)
    await write(window.values(starts_at=now() - timedelta(days=2)))
    assert (await chat.send("two", answer.thread_id)).text == "Hello."


async def test_a_message_beyond_the_turns_that_a_server_runs_is_refused_before_anything_is_stored(
    chat: Chat, person: Person, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(turns, "TURNS_MAX", 1)
    chat.script([hold_after(text("One moment.", pieces=2), 1), text("Hello.")])
    sending = {asyncio.create_task(chat.try_to_send(f"number {n}")) for n in range(2)}
    [done], [running] = await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
    refused = done.result()
    assert code_of(refused) == (503, "overloaded")
    assert 1 <= int(refused.headers["retry-after"]) <= 5
    chat.gemini.release()
    assert answer_of(await running).text == "One moment."
    assert (await count_stored_rows(person))[:3] == [1, 2, 1]
    assert await chat.quota_used() == 1
    assert (await chat.send("again")).text == "Hello."
