"""Turns that fail: time limits, errors of the model, lost leases, answers that cannot be stored."""

import asyncio
import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from chatkit.types import ErrorEvent
from sqlalchemy import update
from sqlmodel import col, select

from taskchat_app.assistant.agent import agent
from taskchat_app.assistant.core.tool_call_workflow import ToolCall
from taskchat_app.assistant.gemini.failures import ATTEMPTS
from taskchat_app.assistant.threads import conversations, turn_storage
from taskchat_app.assistant.threads.turn_storage import TurnOverError
from taskchat_app.assistant.tools.execution import record_failure
from taskchat_app.assistant.turns import turns
from taskchat_app.assistant.turns.failures import ENDED_EARLY, NOT_SAVED, TIMED_OUT, TOO_MANY_ROUNDS, TURN_OVER
from taskchat_app.assistant.turns.undo_command import run_undo_command
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Busy
from taskchat_app.domain.storage.models import Change, Thread, ThreadItem, ToolExecution
from taskchat_app.domain.storage.models import Turn as TurnRow
from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import gettext
from tests.assistant.turns.turn_state import COUNTING, MILK, end_held, is_free, refused_rows, status_of
from tests.chatting import Chat, answer_of, ended_turn, events_of, follow_to_end, follow_until, rows, start, write
from tests.evidence import Step
from tests.standin import (
    Reply,
    Standin,
    call,
    calls,
    chunk,
    chunks,
    cut_after,
    empty,
    error,
    hang,
    hang_after,
    hold_after,
    last_user_text,
    text,
)
from tests.waiting import until_async


async def test_a_turn_that_times_out_ends_with_an_error_and_stores_the_partial_answer(
    person: Person, gemini: Standin, configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch
):
    configure(TURN_TIMEOUT_SECONDS="1234")
    limits: list[asyncio.Timeout] = []
    timeout = asyncio.timeout

    def noted(seconds: float | None) -> asyncio.Timeout:
        limit = timeout(seconds)
        if seconds == 1234:
            limits.append(limit)
        return limit

    monkeypatch.setattr(asyncio, "timeout", noted)
    gemini.script([hang_after(COUNTING, 2), text("Here.")])
    turn = await start(person, "count", until="two")
    [limit] = limits
    limit.reschedule(asyncio.get_running_loop().time())  # the time is over
    answer = await follow_to_end(turn)
    assert answer.error == TIMED_OUT.with_values(seconds="1234")
    assert answer.errors[0]["allow_retry"] is True
    assert answer.text.startswith("one two")
    assert await status_of(answer.turn_id) == "failed"
    assert (await follow_to_end(await start(person, "well?", answer.thread_id))).text == "Here."


async def test_a_silent_model_is_ended_by_the_timeout_which_is_said_in_the_readers_language_on_each_instance(
    person: Person, gemini: Standin, configure: Callable[..., None], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(agent, "MODEL_SHARE", 100)  # else its own limit may end the answer first
    configure(TURN_TIMEOUT_SECONDS="0.3")
    gemini.script([hang(mute=True)])
    turn = await start(person, "hello")
    answer = await follow_to_end(turn)
    assert (answer.error, answer.text) == (TIMED_OUT.with_values(seconds="0.3"), "")
    assert await is_free(turn.thread_id)
    for followed in (turn, turns.RemoteTurn(person.id, turn.id, turn.thread_id)):
        failed = (await events_of(followed))[-1].event
        assert isinstance(failed, ErrorEvent)
        assert failed.message is not None
        assert render(failed.message, "de").startswith("Die Antwort dauerte länger als 0.3 Sekunden")


FAILED: list[tuple[str, Reply, str, set[str], int]] = [
    ("before the first word", error(401), "API key", {""}, 1),
    ("during the text", cut_after(COUNTING, 2), "broke off", {"one ", "one two "}, 1),
    ("at the token limit", text("You have these tasks: #1 Buy mi", finish="length"), "broke off",
     {"You have these tasks: #1 Buy mi"}, 1),
    ("without an answer", empty(), "answered with nothing", {""}, ATTEMPTS),
]  # fmt: skip
"""How a turn fails: the reply, words of the error, the text that was said until then, and the requests to the model."""


async def test_a_failed_turn_stores_what_was_said_and_may_be_retried(person: Person, gemini: Standin, step: Step):
    thread_id = None
    for name, reply, told, said, requests in FAILED:
        step(name)
        gemini.reset()
        gemini.script([reply], repeat=True)
        answer = await follow_to_end(await start(person, "hello", thread_id))
        thread_id = answer.thread_id
        assert told in answer.error
        assert answer.errors[0]["allow_retry"] is True
        assert (answer.text in said, len(gemini.requests)) == (True, requests)
        assert await status_of(answer.turn_id) == "failed"
        stored = await conversations.load_items(person.id, thread_id)
        assert stored.interrupted == answer.turn_id
        if answer.text:
            assert answer.event_types[-2:] == ["thread.item.done", "error"]
            assert stored.items[-1]["content"][0]["text"] == answer.text
    gemini.script([text("Hello.")])
    assert (await follow_to_end(await start(person, "hello?", thread_id))).text == "Hello."


@pytest.mark.parametrize("said", [{}, {"content": "\n"}], ids=["nothing", "white space"])
async def test_an_empty_answer_after_a_tool_is_asked_for_once_more(said: dict[str, str], person: Person, chat: Chat):
    chat.script([MILK, chunks(chunk({"role": "assistant", **said}, "stop")), text("Added.")])
    answer = await follow_to_end(await start(person, "add milk"))
    assert (answer.errors, answer.text, await status_of(answer.turn_id)) == ([], "Added.", "done")
    assert await chat.titles() == {1: "Buy milk"}
    assert chat.gemini.refusals == []


async def test_a_failure_after_a_tool_keeps_the_tools_effect_and_its_card(person: Person, chat: Chat):
    chat.script([MILK, error(400, "no")])
    answer = await follow_to_end(await start(person, "add milk"))
    assert len(answer.errors) == 1
    assert await chat.titles() == {1: "Buy milk"}
    assert [task["title"] for task in answer.tasks] == ["Added #1 Buy milk"]
    stored = await conversations.load_items(person.id, answer.thread_id)
    assert [call_["title"] for call_ in stored.items[-1]["calls"]] == ["Added #1 Buy milk"]


async def test_endless_calls_of_a_tool_are_ended_and_the_thread_stays_usable(person: Person, gemini: Standin):
    limits = itertools.count(1)

    def script(request: dict[str, Any]) -> dict[str, Any]:
        is_asked = last_user_text(request) == "loop"
        return calls(call("list_tasks", {"limit": next(limits)})) if is_asked else text("Fine.")

    gemini.script(script)
    answer = await follow_to_end(await start(person, "loop"))
    assert answer.error == TOO_MANY_ROUNDS
    assert len(gemini.requests) == 12
    assert await status_of(answer.turn_id) == "failed"
    assert (await follow_to_end(await start(person, "stop that", answer.thread_id))).text == "Fine."


async def test_a_killed_servers_turn_is_marked_failed_and_releases_the_thread(person: Person, gemini: Standin):
    gemini.script([text("Hello."), text("Here again.")])
    answer = await follow_to_end(await start(person, "hello"))
    # What a kill -9 leaves behind: the lease and a turn that says it runs.
    held = {"lease_turn_id": answer.turn_id, "lease_until": now() + turn_storage.LEASE}
    await write(update(Thread).where(col(Thread.id) == answer.thread_id).values(held))
    await write(update(TurnRow).where(col(TurnRow.id) == answer.turn_id).values(status="running", ended_at=None))
    with pytest.raises(Busy):
        await start(person, "hello?", answer.thread_id)
    past = {"lease_until": now() - timedelta(seconds=1)}
    await write(update(Thread).where(col(Thread.id) == answer.thread_id).values(past))
    stored = await conversations.load_items(person.id, answer.thread_id)
    assert (stored.interrupted, stored.endings[answer.turn_id].failure) == (answer.turn_id, None)
    again = await follow_to_end(await start(person, "hello?", answer.thread_id))
    assert again.text == "Here again."
    assert await status_of(answer.turn_id) == "failed"
    noted = select(Change.action).where(Change.turn_id == answer.turn_id, Change.kind == "turn")
    assert await rows(noted.order_by(col(Change.id))) == ["started", "done", "failed"]


@pytest.mark.parametrize("by", ["another turn", "another run of the same message"])
async def test_a_turn_that_lost_its_lease_writes_nothing(by: str, person: Person, chat: Chat):
    chat.script([hold_after(MILK, 0), text("I have added it.")])
    turn = await start(person, "add milk")
    await follow_until(turn, "stream_options")
    if by == "another turn":
        await write(update(Thread).where(col(Thread.id) == turn.thread_id).values(lease_turn_id="msg_another"))
    else:
        await write(update(TurnRow).where(col(TurnRow.id) == turn.id).values(first_change_id=10**6))
    chat.gemini.release()
    assert (await follow_to_end(turn)).error in (TURN_OVER, ENDED_EARLY)
    assert await chat.titles() == {}
    assert await rows(select(ToolExecution).where(ToolExecution.turn_id == turn.id)) == []
    assert await rows(select(ThreadItem.type).where(ThreadItem.thread_id == turn.thread_id)) == ["user_message"]
    assert not await is_free(turn.thread_id)
    assert await status_of(turn.id) == "running"


async def test_undo_and_failed_calls_of_a_turn_that_lost_its_lease_write_nothing(person: Person, chat: Chat):
    chat.script([MILK, text("Added."), hold_after(COUNTING, 1)])
    added = await ended_turn(person, "add milk")
    turn = await start(person, "count", added.thread_id, until="one")
    await write(update(Thread).where(col(Thread.id) == turn.thread_id).values(lease_turn_id="msg_other"))
    called = ToolCall("call_1", "list_tasks", {}, 1, None, gettext("Listed tasks"), item_id="wf_1")
    with pytest.raises(TurnOverError):
        await run_undo_command(turn.context, "undo")
    with pytest.raises(TurnOverError):
        await record_failure(turn.context, called, gettext("Invalid."), None)
    assert await rows(select(ToolExecution).where(ToolExecution.turn_id == turn.id)) == []
    assert await chat.titles() == {1: "Buy milk"}
    await end_held(chat.gemini, turn)


async def test_the_old_run_of_a_retried_turn_writes_nothing(person: Person, chat: Chat):
    chat.script([hold_after(calls(call("create_task", {"title": "From the old run"})), 0), text("Newly answered.")])
    old = await start(person, "add milk")
    await follow_until(old, "stream_options")
    await until_async(lambda: chat.asked, 60)
    # Its server hung for so long that the lease ran out, and the person tried again elsewhere.
    past = {"lease_until": now() - timedelta(seconds=1)}
    await write(update(Thread).where(col(Thread.id) == old.thread_id).values(past))
    again = answer_of(await chat.request("threads.retry_after_item", thread_id=old.thread_id, item_id=old.id))
    assert again.text == "Newly answered."
    chat.gemini.release()
    assert (await follow_to_end(old)).error in (TURN_OVER, ENDED_EARLY)
    assert await chat.titles() == {}
    assert await status_of(old.id) == "done"
    stored = await chat.items(old.thread_id)
    assert [item["type"] for item in stored] == ["user_message", "assistant_message"]


@pytest.mark.parametrize("how", ["complete", "stopped"])
async def test_an_answer_that_cannot_be_stored_fails_the_turn_with_an_error(how: str, person: Person, gemini: Standin):
    gemini.script([hold_after(COUNTING, 2), text("Better.")])
    turn = await start(person, "count", until="two")
    async with refused_rows("thread_items", "type <> 'assistant_message'"):
        if how == "stopped":
            await turns.stop(person.id, turn.id)
        else:
            gemini.release()
        answer = await follow_to_end(turn)
    assert answer.error == NOT_SAVED
    assert answer.errors[0]["allow_retry"] is True
    assert await status_of(turn.id) == "failed"
    assert turn.context.work is not None
    assert turn.context.work.done()
    assert (await follow_to_end(await start(person, "well?", turn.thread_id))).text == "Better."


async def test_a_stream_cut_by_the_end_of_the_loop_keeps_what_was_said_without_a_note(person: Person, gemini: Standin):
    gemini.script([hang_after(COUNTING, 2), text("Three.")])
    turn = await start(person, "count", until="two")
    assert turn.task is not None
    turn.task.cancel()
    await asyncio.wait([turn.task])
    assert turn.context.events.is_over
    stored = await rows(select(ThreadItem).where(ThreadItem.thread_id == turn.thread_id).order_by(col(ThreadItem.seq)))
    assert [row.type for row in stored] == ["user_message", "assistant_message"]
    assert stored[1].body["content"][0]["text"] == "one two "
    assert await status_of(turn.id) == "failed"
    await follow_to_end(await start(person, "go on", turn.thread_id))
    said = [one["content"] for one in gemini.requests[-1]["messages"][1:]]
    assert said == ["count", "one two ", "go on"]


async def test_a_turn_whose_text_cannot_be_stored_calls_no_tool(person: Person, chat: Chat):
    chat.script([calls(call("create_task", {"title": "Milk"}), words="Let me see."), text("Added.")])
    async with refused_rows("thread_items", "type <> 'assistant_message'"), asyncio.timeout(60):
        answer = await follow_to_end(await start(person, "add milk"))
    assert answer.error == NOT_SAVED
    assert await chat.titles() == {}
    assert await is_free(answer.thread_id)
    assert len(chat.asked) == 1
