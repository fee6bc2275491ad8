"""Idempotency-Key on POST /api/chatkit: one effect, one response."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from chatkit.types import ThreadsCreateReq
from sqlalchemy import update
from sqlmodel import col, select

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.turns import turns
from taskchat_app.assistant.turns.admission import admit
from taskchat_app.assistant.turns.failures import INTERRUPTED
from taskchat_app.domain.accounts import idempotency_keys
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.idempotency_keys import RequestKey
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import Thread, ThreadItem, Turn
from tests.api.responses import code_of, count_stored_rows
from tests.chatting import Answer, Chat, Configure, answer_of, follow_to_end, follow_until, message, rows, write
from tests.evidence import Step
from tests.standin import Standin, call, calls, error, hold_after, text
from tests.waiting import until_async

MILK = calls(call("create_task", {"title": "Buy milk"}))
HELD = hold_after(text("one two six ", pieces=3), 1)


async def send(chat: Chat, body: dict[str, Any], key: str = "key-1") -> httpx.Response:
    return await chat.http.post("/api/chatkit", json=body, headers={"Idempotency-Key": key})


async def send_and_parse(chat: Chat, body: dict[str, Any], key: str = "key-1") -> Answer:
    return answer_of(await send(chat, body, key))


def retry(answer: Answer) -> dict[str, Any]:
    params = {"thread_id": answer.thread_id, "item_id": answer.turn_id}
    return {"type": "threads.retry_after_item", "params": params}


def click(thread_id: str, kind: str, **payload: Any) -> dict[str, Any]:
    action = {"type": kind, "payload": payload}
    return {"type": "threads.custom_action", "params": {"thread_id": thread_id, "action": action}}


async def running_turn(person: Person) -> turns.RunningTurn:
    """Return the user's running turn once the model is answering."""
    await until_async(lambda: any(turn.user_id == person.id for turn in turns.all_running()), 60)
    [turn] = [turn for turn in turns.all_running() if turn.user_id == person.id]
    await follow_until(turn, "thread.item.updated", "one")
    return turn


def items_of(answer: Answer) -> list[dict[str, Any]]:
    return [event["item"] for event in answer.events if event["type"] == "thread.item.done"]


@pytest.mark.parametrize("in_thread", [False, True])
async def test_of_ten_equal_messages_one_is_answered_for_all(in_thread: bool, chat: Chat, person: Person):
    chat.script([text("Hello."), MILK, HELD] if in_thread else [MILK, HELD])
    thread_id = (await chat.send("hello")).thread_id if in_thread else None
    used, asked = await chat.quota_used(), len(chat.asked)
    sending = [asyncio.create_task(send(chat, message("add milk", thread_id)))]
    turn = await running_turn(person)
    sending += [asyncio.create_task(send(chat, message("add milk", thread_id))) for _ in range(9)]
    await until_async(lambda: turn.context.events.subscribers == 10, 60)
    chat.gemini.release()
    responses = await asyncio.gather(*sending)
    assert {response.status_code for response in responses} == {200}
    assert len({response.content for response in responses}) == 1
    answer = answer_of(responses[0])
    assert (answer.event_types[0] == "thread.created", answer.text) == (not in_thread, "one two six ")
    assert await chat.titles() == {1: "Buy milk"}
    kinds = [item["type"] for item in await chat.items(turn.thread_id)]
    assert kinds[-3:] == ["user_message", "workflow", "assistant_message"]
    assert (await chat.quota_used(), len(chat.asked)) == (used + 1, asked + 2)


async def test_a_repeated_message_gets_the_stored_items_or_the_error_of_its_turn(chat: Chat, person: Person):
    chat.script([MILK, text("Added it."), MILK, text("Added another."), error(401)])
    first = await send_and_parse(chat, message("add milk"), "key-1")
    second = await send_and_parse(chat, message("one more", first.thread_id), "key-2")
    failed = await send_and_parse(chat, message("hello"), "key-3")
    before, used, asked = await count_stored_rows(person), await chat.quota_used(), len(chat.asked)
    again = await send_and_parse(chat, message("add milk"), "key-1")
    assert again.event_types == ["thread.created", *["thread.item.done"] * 3, "client_effect"]
    assert again.events[0] == first.events[0]
    assert items_of(again) == items_of(first)
    again = await send_and_parse(chat, message("one more", first.thread_id), "key-2")
    assert again.event_types == [*["thread.item.done"] * 3, "client_effect"]
    assert items_of(again) == items_of(second)
    again = await send_and_parse(chat, message("hello"), "key-3")
    assert (items_of(again), again.errors) == (items_of(failed), failed.errors)
    assert again.errors
    assert (await count_stored_rows(person), await chat.quota_used(), len(chat.asked)) == (before, used, asked)


async def test_an_invalid_key_and_one_used_for_another_message_are_refused(chat: Chat, person: Person):
    for key in ("", "x" * 256, "two words", "schlüssel"):
        headers = {b"Idempotency-Key": key.encode()}
        refused = await chat.http.post("/api/chatkit", json=message("hello"), headers=headers)
        assert code_of(refused) == (400, "bad_request"), key
    assert (await count_stored_rows(person))[:3] == [0, 0, 0]
    chat.script([text("Hello.")])
    answer = await send_and_parse(chat, message("hello"))
    before = await count_stored_rows(person)
    for other in (message("hello!"), message("hello", answer.thread_id), retry(answer)):
        assert code_of(await send(chat, other)) == (422, "key_reused")
    assert await count_stored_rows(person) == before
    assert await chat.quota_used() == 1


async def test_a_key_is_looked_up_before_busy_limit_and_not_found(chat: Chat, person: Person, configure: Configure):
    configure(CHAT_DAILY_LIMIT="2")
    thread_id = (await chat.send("hello", replies=[text("Hello."), HELD])).thread_id
    first = asyncio.create_task(send(chat, message("count", thread_id)))
    turn = await running_turn(person)
    assert code_of(await chat.try_to_send("more", thread_id)) == (409, "busy")
    again = asyncio.create_task(send(chat, message("count", thread_id)))
    await until_async(lambda: turn.context.events.subscribers == 2, 60)
    chat.gemini.release()
    assert (await again).content == (await first).content
    assert code_of(await chat.try_to_send("more", thread_id)) == (429, "daily_limit")
    assert items_of(await send_and_parse(chat, message("count", thread_id))) == items_of(answer_of(await first))


async def test_a_refused_message_stores_no_key(chat: Chat, person: Person, configure: Configure):
    chat.script([text("Hello.")], repeat=True)
    thread_id = (await chat.send("hello")).thread_id
    before = await count_stored_rows(person)
    configure(CHAT_DAILY_LIMIT="1")
    assert code_of(await send(chat, message("more", thread_id))) == (429, "daily_limit")
    held = {"lease_turn_id": "msg_other", "lease_until": now() + timedelta(minutes=1)}
    await write(update(Thread).where(col(Thread.id) == thread_id).values(held))
    assert code_of(await send(chat, message("more", thread_id))) == (409, "busy")
    assert code_of(await send(chat, message("more", "thr_absent"))) == (404, "not_found")
    assert code_of(await send(chat, message("", thread_id))) == (400, "empty_message")
    assert await count_stored_rows(person) == before
    configure(CHAT_DAILY_LIMIT="10")
    await write(update(Thread).where(col(Thread.id) == thread_id).values(lease_turn_id=None, lease_until=None))
    assert (await send_and_parse(chat, message("more", thread_id))).text == "Hello."


async def test_messages_without_a_key_or_of_another_user_are_separate_a_deleted_one_404(chat: Chat, other_chat: Chat):
    chat.script([text("Hello.")], repeat=True)
    answers = [await send_and_parse(chat, message("hello")), await send_and_parse(other_chat, message("hello"))]
    answers += [await chat.send("hello"), await chat.send("hello")]
    assert len({answer.thread_id for answer in answers}) == 4
    await chat.request("threads.delete", thread_id=answers[0].thread_id)
    assert code_of(await send(chat, message("hello"))) == (404, "not_found")
    assert len(chat.asked) == 4


async def test_a_message_of_the_page_with_a_key_is_sent_once(person: Person, gemini: Standin):
    gemini.script([text("Hello.")])
    request = ThreadsCreateReq.model_validate(message("hello"))
    key = idempotency_keys.request_key("client-1", b"hello")
    first, second = await asyncio.gather(*(turns.start(person, request, key=key) for _ in range(2)))
    assert first.id == second.id
    answers = [await follow_to_end(first), await follow_to_end(second)]
    assert [answer.text for answer in answers] == ["Hello."] * 2
    later = await turns.start(person, request, key=key)
    assert (later.id, later.thread_id) == (first.id, first.thread_id)
    assert (await follow_to_end(later)).text == "Hello."
    assert len(gemini.requests) == 1


async def admit_on_other_instance(person: Person, request: ThreadsCreateReq, key: RequestKey) -> turns.RunningTurn:
    """Admit a turn as another instance would: in the database, but not among this process's running turns."""
    context = await admit(person, request, key)
    assert isinstance(context, TurnContext)
    return turns.RunningTurn(context, is_resumable=True)


async def test_a_turn_that_runs_on_another_instance_is_followed_to_its_end(person: Person, gemini: Standin):
    gemini.script([MILK, text("Added it.")])
    request = ThreadsCreateReq.model_validate(message("add milk"))
    key = idempotency_keys.request_key("key-1", b"add milk")
    elsewhere = await admit_on_other_instance(person, request, key)
    again = asyncio.create_task(follow_to_end(await turns.start(person, request, key=key)))
    done, _ = await asyncio.wait([again], timeout=0.3)
    assert not done
    await elsewhere.run()
    async with asyncio.timeout(60):
        told = await again
    in_progress = ("thread.item.added", "thread.item.updated", "client_effect")
    ends = [kind for kind in told.event_types if kind not in in_progress]
    assert ends == ["thread.created", *["thread.item.done"] * 3]
    assert items_of(told) == items_of(await follow_to_end(elsewhere))
    assert len(gemini.requests) == 2


async def test_a_turn_whose_server_was_killed_ends_with_an_error_event(chat: Chat):
    chat.script([MILK, text("Added it.")])
    answer = await send_and_parse(chat, message("add milk"))
    held = {"lease_turn_id": answer.turn_id, "lease_until": now() - timedelta(seconds=1)}
    await write(update(Thread).where(col(Thread.id) == answer.thread_id).values(held))
    await write(update(Turn).where(col(Turn.id) == answer.turn_id).values(status="running", ended_at=None))
    assert (await send_and_parse(chat, message("add milk"))).error == INTERRUPTED
    assert await chat.titles() == {1: "Buy milk"}


async def test_a_retry_with_a_key_runs_once_and_its_response_names_the_removed_items(chat: Chat, person: Person):
    first = await chat.send("add milk", replies=[MILK, text("One."), MILK, text("Two.")])
    again = await send_and_parse(chat, retry(first))
    assert again.text == "Two."
    before, used = await count_stored_rows(person), await chat.quota_used()
    told = await send_and_parse(chat, retry(first))
    assert items_of(told) == items_of(again)
    removed = [event for event in again.events if event["type"] == "thread.item.removed"]
    assert [event for event in told.events if event["type"] == "thread.item.removed"] == removed
    assert len(removed) == 2
    assert (await count_stored_rows(person), await chat.quota_used(), len(chat.asked)) == (before, used, 4)


async def test_an_action_with_a_key_has_one_effect_and_a_refused_one_stores_no_key(chat: Chat, person: Person):
    thread_id = (await chat.send("hello", replies=[text("Hello.")])).thread_id
    body = click(thread_id, "task.complete", number=1)
    assert code_of(await send(chat, body)) == (404, "not_found")
    await chat.add_task("Buy milk")
    first = await send(chat, body)
    assert (first.status_code, await chat.titles("done")) == (200, {1: "Buy milk"})
    await chat.http.post("/api/tasks/1/complete", json={"completed": False})
    before = await count_stored_rows(person)
    assert (await send(chat, body)).content == first.content
    assert await chat.titles("open") == {1: "Buy milk"}
    assert await count_stored_rows(person) == before
    assert code_of(await send(chat, click(thread_id, "task.complete", number=2))) == (422, "key_reused")


async def test_a_repeated_undo_and_confirmation_get_the_same_answer(chat: Chat):
    answer = await chat.send("add milk", replies=[MILK, text("Added it.")])
    undo = click(answer.thread_id, "turn.undo", turn_id=answer.turn_id)
    first, again = [await send_and_parse(chat, undo, "key-2") for _ in range(2)]
    assert (again.events, first.event_types) == (first.events, ["stream_options", "client_effect", "notice"])
    chat.script([calls(call("bulk_delete_tasks", {"status": "all"})), text("Shall I?")])
    await chat.add_task("Old")
    answer = await chat.send("delete all")
    proposal_id = answer.cards[0]["widget"]["confirm"]["action"]["payload"]["proposal_id"]
    body = click(answer.thread_id, "proposal.confirm", proposal_id=proposal_id)
    responses = await asyncio.gather(*(send(chat, body) for _ in range(5)))
    assert len({response.content for response in responses}) == 1
    [card] = answer_of(responses[0]).cards
    assert card["widget"]["status"]["text"] == "Deleted 1 task"
    assert await chat.titles() == {}


async def test_rename_delete_and_feedback_have_one_effect_per_key(chat: Chat, person: Person, step: Step):
    chat.script([text("Hello.")], repeat=True)
    answer = await chat.send("hello")
    thread_id = answer.thread_id
    step("a refused change stores nothing")
    before = await count_stored_rows(person)
    for kind, params in (
        ("threads.update", {"thread_id": thread_id, "title": " "}),
        ("threads.delete", {"thread_id": "thr_absent"}),
        ("items.feedback", {"thread_id": thread_id, "item_ids": ["msg_absent"], "kind": "positive"}),
    ):
        assert (await send(chat, {"type": kind, "params": params})).status_code in (400, 404)
    assert await count_stored_rows(person) == before

    step("a name")
    rename = {"type": "threads.update", "params": {"thread_id": thread_id, "title": "First"}}
    first = await send(chat, rename, "rename")
    assert first.json()["title"] == "First"
    await chat.request("threads.update", thread_id=thread_id, title="Second")
    again = await send(chat, rename, "rename")
    assert (again.status_code, again.content) == (200, first.content)
    assert (await chat.request("threads.get_by_id", thread_id=thread_id)).json()["title"] == "Second"

    step("feedback")
    rating = {"thread_id": thread_id, "item_ids": [answer.turn_id], "kind": "positive"}
    assert (await send(chat, {"type": "items.feedback", "params": rating}, "rate")).json() == {}
    await chat.request("items.feedback", **{**rating, "kind": "negative"})
    assert (await send(chat, {"type": "items.feedback", "params": rating}, "rate")).json() == {}
    assert await rows(select(ThreadItem.feedback).where(ThreadItem.id == answer.turn_id)) == ["negative"]
    many = {"type": "items.feedback", "params": rating | {"item_ids": 201 * [answer.turn_id]}}
    assert code_of(await send(chat, many, "many")) == (400, "bad_request")

    step("a deletion")
    delete = {"type": "threads.delete", "params": {"thread_id": thread_id}}
    assert code_of(await send(chat, delete, "rename")) == (422, "key_reused")
    for _ in range(2):
        assert (await send(chat, delete, "delete")).json() == {}
    assert code_of(await send(chat, delete, "another")) == (404, "not_found")
