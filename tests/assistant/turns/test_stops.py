"""Stops of turns: before, during and after text, tool calls and database writes."""

import asyncio

import pytest
from chatkit.types import Annotation
from sqlmodel import select

from taskchat_app.assistant.agent import turn_model
from taskchat_app.assistant.threads import conversations, leases
from taskchat_app.assistant.turns import turns
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import last_change_id
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.errors import NotFound
from taskchat_app.domain.storage.models import Thread, ThreadItem, ToolExecution
from tests.assistant.threads.leased_turns import is_waited_for
from tests.assistant.turns.turn_state import COUNTING, MILK, is_free, status_of
from tests.chatting import Chat, events_of, follow_to_end, rows, start
from tests.standin import Standin, call, calls, hang_after, hold_after, text
from tests.waiting import until_async

ALL = calls(call("bulk_delete_tasks", {"status": "all"}))


async def test_a_stop_during_text_stores_the_partial_answer_and_releases_the_thread(person: Person, gemini: Standin):
    gemini.script([hang_after(COUNTING, 2), text("Yes?")])
    turn = await start(person, "count", until="two")
    await asyncio.gather(turns.stop(person.id, turn.id), turns.stop(person.id, turn.id))
    answer = await follow_to_end(turn)
    assert answer.errors == []
    assert answer.text.startswith("one two")
    assert answer.event_types[-1] == "thread.item.done"
    before = await last_change_id(person.id)
    await turns.stop(person.id, turn.id)
    assert await last_change_id(person.id) == before, "a second stop has no effect"
    assert await status_of(turn.id) == "stopped"
    assert await is_free(turn.thread_id)
    stored = await conversations.load_items(person.id, turn.thread_id)
    assert stored.items[-1]["content"][0]["text"] == answer.text
    assert stored.interrupted is None

    assert (await follow_to_end(await start(person, "go on", turn.thread_id))).text == "Yes?"
    told = [(one["role"], one["content"]) for one in gemini.requests[-1]["messages"][1:]]
    assert told == [("user", "count"), ("assistant", answer.text), ("user", "go on")]
    kinds = {row.type for row in await rows(select(ThreadItem).where(ThreadItem.thread_id == turn.thread_id))}
    assert kinds == {"user_message", "assistant_message"}


async def test_a_stop_before_the_first_step_prevents_the_request_to_the_model(person: Person, gemini: Standin):
    turn = await start(person, "count")
    await turns.stop(person.id, turn.id)
    answer = await follow_to_end(turn)
    assert answer.errors == []
    assert gemini.requests == []
    assert await status_of(turn.id) == "stopped"
    turn = await start(person, "count")
    while turn.context.work is None:  # noqa: ASYNC110 -- the very moment in which it is there
        await asyncio.sleep(0)
    turn.context.end_early("stopped")
    async with asyncio.timeout(60):
        assert (await follow_to_end(turn)).errors == []
    assert await status_of(turn.id) == "stopped"


async def test_another_users_turn_cannot_be_stopped(person: Person, other_person: Person, gemini: Standin):
    gemini.script([hold_after(COUNTING, 1)])
    turn = await start(person, "count")
    for stranger, turn_id in ((other_person, turn.id), (person, "msg_absent")):
        with pytest.raises(NotFound):
            await turns.stop(stranger.id, turn_id)
    assert turns.running(other_person.id, turn.thread_id) is None
    assert turns.running(person.id, turn.thread_id) is turn
    assert turns.running(person.id, "thr_absent") is None
    assert turns.running_turn(person.id, turn.id) is turn
    assert turns.running_turn(other_person.id, turn.id) is None
    gemini.release()
    assert (await follow_to_end(turn)).text == "one two six "
    assert turns.running(person.id, turn.thread_id) is None


async def test_a_stop_comes_through_the_database(person: Person, gemini: Standin, monkeypatch: pytest.MonkeyPatch):
    # It is announced, not found by the next look at the lease.
    monkeypatch.setattr(leases, "RENEW_SECONDS", 600.0)
    gemini.script([hang_after(COUNTING, 1)])
    turn = await start(person, "count", until="one")
    async with transaction() as session:  # what another instance does
        await leases.request_stop(session, person.id, turn.id)
    async with asyncio.timeout(60):
        assert (await follow_to_end(turn)).errors == []
    assert await status_of(turn.id) == "stopped"


async def test_a_stop_after_the_last_word_keeps_the_answer(person: Person, chat: Chat, monkeypatch: pytest.MonkeyPatch):
    begun = asyncio.Event()

    async def mentions(*_: object) -> list[Annotation]:
        begun.set()
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr(turn_model, "mentions", mentions)
    chat.script([COUNTING])
    turn = await start(person, "count")
    async with asyncio.timeout(60):
        await begun.wait()
    await turns.stop(person.id, turn.id)
    answer = await follow_to_end(turn)
    assert (answer.text, answer.errors, await status_of(turn.id)) == ("one two six ", [], "stopped")
    assert (await chat.items(turn.thread_id))[-1] == answer.items("assistant_message")[0]


async def test_a_stop_during_a_tool_call_lets_it_finish_and_shows_its_result(person: Person, gemini: Standin):
    gemini.script([hold_after(MILK, 0), text("never said")])
    turn = await start(person, "add milk")
    await _stop_during_its_call(turn, gemini, stops=2)
    answer = await follow_to_end(turn)
    assert [task["title"] for task in answer.tasks] == ["Added #1 Buy milk"]
    assert answer.items("workflow")[0]["workflow"]["summary"] == {"title": "Added 1"}
    shown = [call_ for event in await events_of(turn) for call_ in event.calls]
    assert shown[-1]["status"] == "done"
    [execution] = await rows(select(ToolExecution).where(ToolExecution.turn_id == turn.id))
    assert execution.outcome == "ok"
    assert await status_of(turn.id) == "stopped"
    assert len(gemini.requests) == 1


async def test_a_stop_during_a_proposing_call_shows_its_card(person: Person, chat: Chat):
    await chat.add_task("Buy milk")
    chat.script([hold_after(ALL, 0)])
    turn = await start(person, "clear my list")
    await _stop_during_its_call(turn, chat.gemini)
    answer = await follow_to_end(turn)
    [card] = answer.cards
    assert [child["value"] for child in card["widget"]["children"]] == ["#1 Buy milk"]
    assert [item for item in await chat.items(turn.thread_id) if item["type"] == "widget"] == [card]
    assert (answer.errors, await status_of(turn.id)) == ([], "stopped")


async def _stop_during_its_call(turn: turns.FollowableTurn, gemini: Standin, *, stops: int = 1) -> None:
    """Hold back the turn's next tool call by a lock, stop the turn meanwhile, then let the call go on."""
    async with transaction() as session:
        await session.exec(select(Thread).where(Thread.id == turn.thread_id).with_for_update())
        gemini.release()
        await until_async(is_waited_for, 60)
        stopping = [asyncio.create_task(turns.stop(turn.user_id, turn.id)) for _ in range(stops)]
        await asyncio.sleep(0)
    await asyncio.gather(*stopping)


async def test_calls_that_did_not_run_are_shown_as_not_executed(person: Person, chat: Chat):
    both = calls(call("create_task", {"title": "Buy milk"}), call("create_task", {"title": "Call mum"}))
    chat.script([hold_after(both, 0)])
    turn = await start(person, "add milk, call mum")
    await _stop_during_its_call(turn, chat.gemini)
    answer = await follow_to_end(turn)
    assert [task["title"] for task in answer.tasks] == ["Added #1 Buy milk", "Adding “Call mum”: not carried out"]
    assert all(task["status_indicator"] == "complete" for task in answer.tasks)
    assert [call_ for event in await events_of(turn) for call_ in event.calls][-1]["status"] == "failed"
    assert await chat.titles() == {1: "Buy milk"}
