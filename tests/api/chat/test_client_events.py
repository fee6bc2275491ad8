"""Events for the embedding page: client effects after commits, progress, and the title of a conversation."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest
from chatkit.types import ErrorEvent, ThreadUpdatedEvent
from sqlmodel import col, select

from taskchat_app.assistant.core.context import TurnEvent
from taskchat_app.assistant.gemini import client
from taskchat_app.assistant.turns import turns
from taskchat_app.assistant.turns.answer import ANSWERS_AT_ONCE
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.models import Change
from tests.chatting import Answer, Chat, answer_of, follow_to_end, follow_until, message, rows, start
from tests.standin import Standin, call, calls, error, hold_after, text
from tests.waiting import PATIENCE_SECONDS, until_async


def effects(answer: Answer) -> list[list[int]]:
    """Return the numbers in each effect of the answer."""
    found = [event for event in answer.events if event["type"] == "client_effect"]
    assert all(effect["name"] == "taskchat.changed" for effect in found)
    return [effect["data"]["numbers"] for effect in found]


def titles(answer: Answer) -> list[str]:
    return [event["thread"]["title"] for event in answer.events if event["type"] == "thread.updated"]


def progress(answer: Answer) -> list[str]:
    return [event["text"] for event in answer.events if event["type"] == "progress_update"]


async def last_change_id(person: Person) -> int:
    log = select(Change.id).where(Change.user_id == person.id, Change.kind == "task").order_by(col(Change.id).desc())
    return (await rows(log.limit(1)))[0]


async def test_each_commit_and_no_other_call_is_followed_by_an_effect_with_its_tasks(chat: Chat, person: Person):
    added = [call("create_task", {"title": title}) for title in ("Milk", "Bread")]
    chat.script([calls(*added), calls(call("bulk_complete_tasks", {"task_ids": [2, 1]})), text("Done.")])
    answer = await chat.send("add milk and bread, and complete them")
    assert [sorted(numbers) for numbers in effects(answer)] == [[1], [2], [1, 2]]
    last = [event["data"]["last_change_id"] for event in answer.events if event["type"] == "client_effect"]
    assert last == sorted(last)
    assert last[-1] == await last_change_id(person)
    chat.script([calls(call("list_tasks"), call("complete_task", {"task_id": 9})), text("There is none.")])
    assert effects(await chat.send("complete 9")) == []


async def test_a_confirmed_proposal_and_an_undo_have_their_effect(chat: Chat):
    await chat.add_tasks("Milk", "Bread")
    chat.script([calls(call("bulk_delete_tasks", {"status": "all"})), text("Shall I?")], repeat=True)
    asked = await chat.send("delete everything")
    assert effects(asked) == []
    assert effects(await chat.send("yes", asked.thread_id)) == [[1, 2]]
    assert [sorted(numbers) for numbers in effects(await chat.send("undo", asked.thread_id))] == [[1, 2]]
    asked = await chat.send("delete everything")
    accept = asked.cards[0]["widget"]["confirm"]["action"]
    assert effects(answer_of(await chat.act(accept["type"], accept["payload"], asked.thread_id))) == [[1, 2]]


async def test_another_instance_gets_the_effects_of_a_turn_and_of_what_its_retry_puts_back(chat: Chat, person: Person):
    milk = calls(call("create_task", {"title": "Milk"}))
    first = await chat.send("add milk", replies=[milk, text("Added."), text("Hm.")])
    assert effects(await follow_to_end(turns.RemoteTurn(person.id, first.turn_id, first.thread_id))) == [[1]]
    again = await chat.request("threads.retry_after_item", thread_id=first.thread_id, item_id=first.turn_id)
    assert effects(answer_of(again)) == [[1]]


Remote = AsyncGenerator[Sequence[TurnEvent], None]
"""The batches of a turn's events that another instance yields."""


async def followed_elsewhere(gemini: Standin, person: Person) -> tuple[turns.RunningTurn, Remote]:
    """Begin an answer that is held back; return its turn, and what another instance yields of it from now on."""
    gemini.script([hold_after(text("One two ", pieces=2), 1)])
    turn = await start(person, "count", until="One")
    remote = turns.RemoteTurn(person.id, turn.id, turn.thread_id).follow()
    assert await anext(remote)
    return turn, remote


@pytest.mark.parametrize("by", ["the conversation's route", "ChatKit"])
async def test_a_new_title_during_an_answer_is_on_all_its_streams(by: str, chat: Chat, gemini: Standin, person: Person):
    turn, remote = await followed_elsewhere(gemini, person)
    if by == "ChatKit":
        await chat.request("threads.update", thread_id=turn.thread_id, title="Numbers")
    else:
        await chat.http.patch(f"/api/conversations/{turn.thread_id}", json={"title": "Numbers"})
    await follow_until(turn, "thread.updated", "Numbers")
    async with asyncio.timeout(PATIENCE_SECONDS):
        there = [numbered.event for numbered in await anext(remote)]
    assert [event.type for event in there] == ["thread.updated"]  # at once, not with the end of the turn
    gemini.release()
    assert titles(await follow_to_end(turn)) == ["count", "Numbers"]
    there += [numbered.event async for batch in remote for numbered in batch]
    assert [event.thread.title for event in there if isinstance(event, ThreadUpdatedEvent)] == ["Numbers"]


async def test_a_follower_on_another_instance_reads_of_the_deletion(chat: Chat, gemini: Standin, person: Person):
    turn, remote = await followed_elsewhere(gemini, person)
    reading = asyncio.create_task(anext(remote))
    await chat.http.delete(f"/api/conversations/{turn.thread_id}")
    async with asyncio.timeout(PATIENCE_SECONDS):
        [told] = await reading
    assert isinstance(told.event, ErrorEvent)
    assert told.event.allow_retry is False
    await remote.aclose()
    gemini.release()
    await follow_to_end(turn)


async def test_a_call_for_many_tasks_and_a_retry_of_the_model_tell_their_progress(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
):
    await chat.add_task("Milk")
    many = call("bulk_complete_tasks", {"all_open": True}), call("bulk_delete_tasks", {"status": "all"})
    assert progress(await chat.run(*many)) == ["Completing tasks", "Collecting tasks to delete"]
    monkeypatch.setattr(client, "FIRST_PAUSE_SECONDS", 0.005)
    answer = await chat.send("hello", replies=[error(503), text("Hello.")])
    assert progress(answer) == ["Gemini did not answer. Asking again"]
    assert answer.text == "Hello."


async def test_a_turn_that_waits_for_others_tells_it(chat: Chat, person: Person):
    chat.script([hold_after(text("Done.", pieces=2), 1)], repeat=True)
    running = [await start(person, f"message {number}") for number in range(ANSWERS_AT_ONCE)]
    for turn in running:
        await follow_until(turn, "thread.item.added")
    waiting = asyncio.create_task(chat.http.post("/api/chatkit", json=message("one more")))
    await until_async(lambda: len(turns.all_running()) > len(running), PATIENCE_SECONDS)
    [more] = [turn for turn in turns.all_running() if turn not in running]
    await follow_until(more, "progress_update", "Waiting for your other answers")
    for _ in range(ANSWERS_AT_ONCE + 1):
        chat.gemini.release()
    answer = answer_of(await waiting)
    assert (progress(answer), answer.text) == (["Waiting for your other answers", "Writing the answer"], "Done.")
    for turn in running:
        assert (await follow_to_end(turn)).text == "Done."
