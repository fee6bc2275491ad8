"""Leases: which turn may write to a thread, until when, and how a turn stores its end."""

import asyncio
import sys
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.threads import conversations, leases, thread_rows, turn_storage
from taskchat_app.assistant.threads.turn_storage import TurnOverError
from taskchat_app.assistant.turns import turn_status, turns
from taskchat_app.assistant.turns.killed_turns import expired_leases
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.errors import Busy
from taskchat_app.domain.storage.models import Task, Thread, ThreadItem, User
from taskchat_app.domain.storage.models import Turn as TurnRow
from taskchat_app.domain.storage.user_lock import lock_user
from tests.assistant.threads.leased_turns import (
    SOON,
    change_thread,
    is_renewed,
    is_waited_for,
    row,
    set_running,
    thread,
)
from tests.assistant.turns.turn_state import COUNTING, end_held, turn_in_answer
from tests.chatting import Chat, ended_turn, follow_to_end, follow_until, rows, start, write
from tests.standin import Standin, call, calls, hold_after, text
from tests.waiting import end_connection_that_waits, until_async


async def stored_answers(turn: turns.RunningTurn) -> list[str]:
    of_answers = (ThreadItem.thread_id == turn.thread_id, ThreadItem.type == "assistant_message")
    return [body["content"][0]["text"] for body in await rows(select(ThreadItem.body).where(*of_answers))]


async def ensure_held(turn: turns.RunningTurn) -> None:
    async with transaction() as session:
        if await turn_storage.lock_lease(session, turn.context):
            raise turn_storage.StopRequestedError(turn.id)


async def test_a_requested_stop_prevents_writes_of_tools(no_renewal: None, person: Person, gemini: Standin):
    turn = await turn_in_answer(person, gemini)
    await ensure_held(turn)
    await change_thread(turn, stop_requested=True)
    with pytest.raises(TurnOverError):
        await ensure_held(turn)
    await end_held(gemini, turn)
    assert await stored_answers(turn) == ["one two six "]  # what there is of the answer is still stored
    with pytest.raises(TurnOverError):
        await ensure_held(turn)


@pytest.mark.parametrize("how", ["stop", "deletion"])
async def test_a_stop_found_by_a_tool_is_no_failure(how: str, no_renewal: None, person: Person, gemini: Standin):
    gemini.script([hold_after(calls(call("create_task", {"title": "Buy milk"})), 0), text("never said")])
    turn = await start(person, "add milk")
    await follow_until(turn, "stream_options")
    await change_thread(turn, stop_requested=True, deleted_at=now() if how == "deletion" else None)
    gemini.release()
    answer = await follow_to_end(turn)
    assert answer.errors == []
    assert [task["title"] for task in answer.tasks] == ["Adding “Buy milk”: not carried out"]
    ended = await row(turn)
    assert (ended.status, ended.error, (await thread(turn)).lease_turn_id) == ("stopped", None, None)
    assert await rows(select(Task).where(Task.user_id == person.id)) == []


@pytest.mark.parametrize("taken_by", [None, "msg_of_another_turn"])
async def test_a_turn_without_its_lease_writes_nothing(taken_by: str | None, person: Person, gemini: Standin):
    turn = await turn_in_answer(person, gemini)
    await change_thread(turn, lease_turn_id=taken_by)
    with pytest.raises(TurnOverError):
        await ensure_held(turn)
    await end_held(gemini, turn)
    assert (await thread(turn)).lease_turn_id == taken_by
    assert await stored_answers(turn) == []


async def test_an_older_run_of_the_same_turn_writes_nothing(person: Person, gemini: Standin):
    turn = await turn_in_answer(person, gemini)
    later = TurnRow.first_change_id + 5  # pyright: ignore[reportOperatorIssue]  # a column, typed as its value
    await write(update(TurnRow).where(col(TurnRow.id) == turn.id).values(first_change_id=later))
    with pytest.raises(TurnOverError):
        await ensure_held(turn)
    assert await leases.renew([turn.context]) == {}
    await end_held(gemini, turn)
    assert (await row(turn)).status == "running"  # the status belongs to the other run
    assert (await thread(turn)).lease_turn_id == turn.id


async def test_a_valid_lease_is_ended_by_nobody_else_and_locked(person: Person, other_person: Person, gemini: Standin):
    turn = await turn_in_answer(person, gemini)
    assert await leases.end_expired(person.id, turn.thread_id, turn.id) is False
    async with transaction() as session:
        await leases.request_stop(session, other_person.id, turn.id)
    leased = await thread(turn)
    assert ((await row(turn)).status, leased.lease_turn_id, leased.stop_requested) == ("running", turn.id, False)
    locked = select(Thread).where(Thread.id == turn.thread_id).with_for_update(nowait=True)
    async with transaction() as session:
        await turn_storage.lock_lease(session, turn.context)
        with pytest.raises(OperationalError):
            await write(locked)
    await write(locked)
    gemini.release()
    assert (await follow_to_end(turn)).text == "one two six "
    assert (await row(turn)).status == "done"
    assert turns.running_turn(person.id, turn.id) is None


async def test_storing_the_end_of_a_turn_is_retried_after_an_outage(person: Person, gemini: Standin):
    gemini.script([text("Hello.")])
    turn = await ended_turn(person, "hello")
    await set_running(turn, lease_until=now() + turn_storage.LEASE)
    async with transaction() as session:
        await session.exec(select(User).where(User.id == person.id).with_for_update())
        storing = asyncio.create_task(turns._try_to_end(turn.context))
        await end_connection_that_waits()
        await until_async(is_waited_for, 60)  # again
        assert not storing.done()
    await storing
    ended = await row(turn)
    assert (ended.status, ended.ended_at is not None) == ("done", True)
    assert (await thread(turn)).lease_turn_id is None


@pytest.mark.parametrize("stop_requested", [False, True])
async def test_the_last_words_are_stored_once_the_locked_user_is_free_and_the_lease_is_kept_meanwhile(
    person: Person, chat: Chat, monkeypatch: pytest.MonkeyPatch, stop_requested: bool
):
    monkeypatch.setattr(leases, "RENEW_SECONDS", 0.05)
    turn = await turn_in_answer(person, chat.gemini)
    async with transaction(person.id) as importing:
        await lock_user(importing, person.id)
        chat.gemini.release()
        await end_connection_that_waits()
        for _ in range(2):  # the first renewal finds the request to stop
            soon = now() + SOON
            await change_thread(turn, lease_until=soon, stop_requested=stop_requested)
            await until_async(partial(is_renewed, turn, soon), 60)
    answer = await follow_to_end(turn)
    assert (answer.errors, answer.text) == ([], "one two six ")
    assert ((await row(turn)).status, (await thread(turn)).lease_turn_id) == ("done", None)
    [stored] = [item for item in await chat.items(turn.thread_id) if item["type"] == "assistant_message"]
    assert stored["content"][0]["text"] == "one two six "


async def test_a_break_after_the_end_is_no_error(person: Person, gemini: Standin, monkeypatch: pytest.MonkeyPatch):
    end_turn, tries = turn_storage.end_turn, list[bool]()

    async def end_and_break(turn: TurnContext, message: Any) -> bool:
        tries.append(await end_turn(turn, message))
        if len(tries) == 1:
            raise OperationalError("COMMIT", None, Exception("the connection is lost"))
        return tries[-1]

    monkeypatch.setattr(turn_storage, "end_turn", end_and_break)
    gemini.script([COUNTING])
    turn = await start(person, "count")
    answer = await follow_to_end(turn)
    assert (answer.errors, answer.text, tries) == ([], "one two six ", [True, False])
    assert (await row(turn)).status == "done"


async def test_a_lease_is_released_under_the_users_lock(no_renewal: None, person: Person, gemini: Standin):
    turn = await turn_in_answer(person, gemini)
    async with transaction(person.id) as session:
        await lock_user(session, person.id)
        task = asyncio.create_task(turn_storage.end_turn(turn.context))
        await until_async(is_waited_for, 60)
        assert not task.done()
        await write(select(Thread).where(Thread.id == turn.thread_id).with_for_update(nowait=True))
    await task
    assert (await thread(turn)).lease_turn_id is None
    await end_held(gemini, turn)


@pytest.mark.parametrize("seconds", [-60, 60])
async def test_a_lease_does_not_depend_on_the_clock_of_a_process(
    no_renewal: None, person: Person, gemini: Standin, monkeypatch: pytest.MonkeyPatch, seconds: int
):
    skewed = [module for name, module in sys.modules.items() if name.startswith("taskchat_app.")]
    for module in skewed:
        if getattr(module, "now", None) is now:
            monkeypatch.setattr(module, "now", lambda: now() + timedelta(seconds=seconds))
    before = now()
    turn = await turn_in_answer(person, gemini)
    for renews in (False, True):
        if renews:
            before = now()
            await change_thread(turn, lease_until=before + SOON)
            await leases.renew([turn.context])
        until = (await thread(turn)).lease_until
        assert until is not None
        assert before + turn_storage.LEASE <= until <= now() + turn_storage.LEASE
    assert turn.id not in {expired.turn_id for expired in await expired_leases()}
    assert await leases.end_expired(person.id, turn.thread_id, turn.id) is False
    with pytest.raises(Busy):
        await start(person, "hello?", turn.thread_id)
    assert (await conversations.load_items(person.id, turn.thread_id)).running == turn.id
    assert (await turn_status.view_turn(person.id, turn.id)).status == "running"
    await change_thread(turn, lease_until=now() - timedelta(seconds=1))
    assert turn.id in {expired.turn_id for expired in await expired_leases()}
    assert (await conversations.load_items(person.id, turn.thread_id)).interrupted == turn.id
    assert (await turn_status.view_turn(person.id, turn.id)).status == "failed"
    assert await leases.end_expired(person.id, turn.thread_id, turn.id) is True
    await end_held(gemini, turn)


async def test_a_thread_is_answering_while_its_lease_is_valid_not_at_its_end_time(person: Person, gemini: Standin):
    gemini.script([text("Hello.")])
    turn = await ended_turn(person, "hello")
    for seconds, turn_id, expected in ((60, turn.id, True), (-1, turn.id, False), (60, None, False)):
        await change_thread(turn, lease_turn_id=turn_id, lease_until=now() + timedelta(seconds=seconds))
        async with reading(person.id) as session:
            assert await thread_rows.is_answering(session, await thread(turn)) is expected
    await change_thread(turn, lease_turn_id=turn.id, lease_until=now() - timedelta(seconds=1), stop_requested=True)
    gemini.script([calls(call("create_task", {"title": "Milk"})), text("Added.")])
    answer = await follow_to_end(await start(person, "add milk", turn.thread_id))
    assert answer.text == "Added.", "a stop of the turn before does not stop it"
    at = now()
    one = Thread(id="thr", user_id="user", status={}, details={}, lease_turn_id="msg", lease_until=at)
    assert not thread_rows.is_leased(one, at)
    one.lease_until = at + timedelta(microseconds=1)
    assert thread_rows.is_leased(one, at)
    one.lease_until = None
    assert not thread_rows.is_leased(one, at)
    one.lease_turn_id, one.lease_until = None, at + timedelta(seconds=1)
    assert not thread_rows.is_leased(one, at)
