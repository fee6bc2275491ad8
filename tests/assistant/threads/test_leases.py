"""Leases: which turn may write to a thread, who ends a lease, and turns that lost theirs."""

import asyncio
import sys
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import text as sql
from sqlalchemy import update
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.tool_call_workflow import ToolCall, running_title
from taskchat_app.assistant.threads import conversations, leases, turn_storage
from taskchat_app.assistant.threads.leases import TurnOverError
from taskchat_app.assistant.threads.store import put_item
from taskchat_app.assistant.turns import running_turn, turn_status
from taskchat_app.assistant.turns.killed_turns import end_killed_turns, expired_leases
from taskchat_app.assistant.turns.running_turn import RunningTurn
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.announcements import TURNS, announce
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.errors import Busy
from taskchat_app.domain.storage.models import Change, Task, Thread, ThreadItem, User
from taskchat_app.domain.storage.models import Turn as TurnRow
from taskchat_app.domain.storage.user_lock import lock_user
from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import decode, gettext
from tests.chatting import Chat, follow_to_end, follow_until, rows, start, write
from tests.standin import Standin, call, calls, hold_after, text
from tests.waiting import end_connection_that_waits, until_async

COUNTING = text("one two six ", pieces=3)


@pytest.fixture
def no_renewal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Disable the renewal of leases, so that a turn does not notice changes of its lease by itself."""
    monkeypatch.setattr(leases, "until_renewal", lambda: 60.0)


async def turn_in_answer(person: Person, gemini: Standin) -> RunningTurn:
    """Start a turn whose model has sent its first word and waits to be released."""
    gemini.script([hold_after(COUNTING, 1)])
    turn = await start(person, "count")
    await follow_until(turn, "thread.item.updated", "one")
    return turn


async def row(turn: RunningTurn) -> TurnRow:
    [turn_row] = await rows(select(TurnRow).where(TurnRow.id == turn.id))
    return turn_row


async def thread(turn: RunningTurn) -> Thread:
    [thread_row] = await rows(select(Thread).where(Thread.id == turn.thread_id))
    return thread_row


async def change_thread(turn: RunningTurn, **values: object) -> None:
    await write(update(Thread).where(col(Thread.id) == turn.thread_id).values(values))


async def stored_answers(turn: RunningTurn) -> list[str]:
    of_answers = (ThreadItem.thread_id == turn.thread_id, ThreadItem.type == "assistant_message")
    return [body["content"][0]["text"] for body in await rows(select(ThreadItem.body).where(*of_answers))]


async def ensure_held(turn: RunningTurn) -> None:
    assert turn.context is not None
    async with transaction() as session:
        await leases.ensure_held(session, turn.context)


async def test_a_requested_stop_prevents_writes_of_tools(no_renewal: None, person: Person, gemini: Standin) -> None:
    turn = await turn_in_answer(person, gemini)
    await ensure_held(turn)
    await change_thread(turn, stop_requested=True)
    with pytest.raises(TurnOverError):
        await ensure_held(turn)
    gemini.release()
    await follow_to_end(turn)
    assert await stored_answers(turn) == ["one two six "]  # what there is of the answer is still stored
    with pytest.raises(TurnOverError):
        await ensure_held(turn)


@pytest.mark.parametrize("how", ["stop", "deletion"])
async def test_a_stop_that_a_tool_finds_before_it_is_announced_is_no_failure(
    how: str, no_renewal: None, person: Person, gemini: Standin
) -> None:
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
async def test_a_turn_without_its_lease_writes_nothing(taken_by: str | None, person: Person, gemini: Standin) -> None:
    turn = await turn_in_answer(person, gemini)
    await change_thread(turn, lease_turn_id=taken_by)
    with pytest.raises(TurnOverError):
        await ensure_held(turn)
    gemini.release()
    await follow_to_end(turn)
    assert (await thread(turn)).lease_turn_id == taken_by
    assert await stored_answers(turn) == []


async def test_an_older_run_of_the_same_turn_writes_nothing(person: Person, gemini: Standin) -> None:
    turn = await turn_in_answer(person, gemini)
    assert turn.context is not None
    later = TurnRow.first_change_id + 5  # pyright: ignore[reportOperatorIssue]  # a column, typed as its value
    await write(update(TurnRow).where(col(TurnRow.id) == turn.id).values(first_change_id=later))
    with pytest.raises(TurnOverError):
        await ensure_held(turn)
    assert await leases.renew(turn.context) is None
    gemini.release()
    await follow_to_end(turn)
    assert (await row(turn)).status == "running"  # the status belongs to the other run
    assert (await thread(turn)).lease_turn_id == turn.id


async def test_a_valid_lease_is_not_ended(person: Person, gemini: Standin) -> None:
    turn = await turn_in_answer(person, gemini)
    assert await leases.end_expired(person.id, turn.thread_id, turn.id) is False
    assert ((await row(turn)).status, (await thread(turn)).lease_turn_id) == ("running", turn.id)
    gemini.release()
    assert (await follow_to_end(turn)).text == "one two six "
    assert (await row(turn)).status == "done"


async def test_an_expired_lease_is_ended_once_and_only_for_its_turn(person: Person, gemini: Standin) -> None:
    gemini.script([text("Hello."), text("Hello."), text("Here again.")])
    elsewhere = await start(person, "hello")
    await follow_to_end(elsewhere)
    await write(update(TurnRow).where(col(TurnRow.id) == elsewhere.id).values(status="running", ended_at=None))
    before = await start(person, "hello")
    await follow_to_end(before)
    turn = await start(person, "hello?", before.thread_id)
    await follow_to_end(turn)
    await write(update(TurnRow).where(col(TurnRow.id) == turn.id).values(status="running", ended_at=None))
    past = now() - timedelta(seconds=1)
    await change_thread(turn, lease_turn_id=turn.id, lease_until=past, stop_requested=True)
    assert await leases.end_expired(person.id, turn.thread_id, "msg_of_another_turn") is False
    assert await leases.end_expired(person.id, turn.thread_id, turn.id) is True
    assert await leases.end_expired(person.id, turn.thread_id, turn.id) is False
    freed = await thread(turn)
    assert (freed.lease_turn_id, freed.lease_until, freed.stop_requested) == (None, None, False)
    ended = await row(turn)
    assert (ended.status, ended.ended_at is not None) == ("failed", True)
    logged = select(Change.action).where(Change.user_id == person.id, Change.kind == "turn").order_by(col(Change.id))
    assert await rows(logged) == ["started", "done"] * 3 + ["failed"]
    assert (await row(before)).status == "done"
    assert (await row(elsewhere)).status == "running"  # in another conversation


async def test_a_call_that_a_killed_server_had_begun_is_shown_as_not_carried_out(
    person: Person, chat: Chat, gemini: Standin
) -> None:
    gemini.script([text("Hello.")])
    turn = await start(person, "add milk, call mum")
    await follow_to_end(turn)
    calls_made = [
        ToolCall(
            f"call_{title}", "create_task", {"title": title}, 1, None, running_title("create_task", {"title": title})
        )
        for title in ("Buy milk", "Call mum")
    ]
    for one in calls_made:
        await turn.context.workflow.add_call(one)
    added = gettext("Added {task}", task="#1 Buy milk")
    turn.context.workflow.record_result(calls_made[0], status="done", title=added, result={}, tally=Counter(created=1))
    workflow = turn.context.workflow.current()
    assert workflow is not None
    async with transaction(person.id) as session:
        await put_item(session, person.id, workflow, turn_id=turn.id)
    await write(update(TurnRow).where(col(TurnRow.id) == turn.id).values(status="running", ended_at=None))
    await change_thread(turn, lease_turn_id=turn.id, lease_until=now() - timedelta(seconds=1))
    assert await leases.end_expired(person.id, turn.thread_id, turn.id) is True
    [stored] = [item["workflow"] for item in await chat.items(turn.thread_id) if item["type"] == "workflow"]
    assert [task["title"] for task in stored["tasks"]] == [
        "Added #1 Buy milk",
        "Adding “Call mum”: not carried out",
    ]
    assert [task["status_indicator"] for task in stored["tasks"]] == ["complete", "complete"]
    assert stored["summary"] == {"title": "Added 1"}
    page = await conversations.load_items(person.id, turn.thread_id)
    assert render(decode(page.items[-1]["messages"]["/tasks/1/title"]), "de").endswith(": nicht ausgeführt")


async def test_a_turn_of_this_process_is_not_ended_when_its_renewal_is_late(
    no_renewal: None, person: Person, gemini: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    gemini.script([text("Hello.")])
    killed = await start(person, "hello")
    await follow_to_end(killed)
    turn = await turn_in_answer(person, gemini)
    past = now() - timedelta(seconds=1)
    await change_thread(turn, lease_until=past)
    await write(update(TurnRow).where(col(TurnRow.id) == killed.id).values(status="running", ended_at=None))
    await change_thread(killed, lease_turn_id=killed.id, lease_until=past)
    over, end_expired = asyncio.Event(), leases.end_expired

    async def end(user_id: str, thread_id: str, turn_id: str) -> bool:
        if user_id != person.id:  # the twin's lease ran out on a slow machine
            return False
        has_ended = await end_expired(user_id, thread_id, turn_id)
        over.set()
        return has_ended

    monkeypatch.setattr(leases, "end_expired", end)
    ending = asyncio.create_task(end_killed_turns())
    async with asyncio.timeout(15):
        await over.wait()
    ending.cancel()
    assert (await row(killed)).status == "failed"
    assert ((await row(turn)).status, (await thread(turn)).lease_turn_id) == ("running", turn.id)
    gemini.release()
    assert (await follow_to_end(turn)).text == "one two six "


async def test_renewing_extends_the_lease_and_returns_a_requested_stop(
    no_renewal: None, person: Person, gemini: Standin
) -> None:
    turn = await turn_in_answer(person, gemini)
    assert turn.context is not None
    await change_thread(turn, lease_until=now() + timedelta(seconds=1))
    assert await leases.renew(turn.context) == (False, "count")
    until = (await thread(turn)).lease_until
    assert until is not None
    assert timedelta(seconds=8) < until - now() <= leases.LEASE
    await change_thread(turn, stop_requested=True)
    assert await leases.renew(turn.context) == (True, "count")
    gemini.release()
    await follow_to_end(turn)


async def test_a_renewal_that_waited_for_a_lock_lasts_a_whole_lease(
    no_renewal: None, person: Person, gemini: Standin
) -> None:
    turn = await turn_in_answer(person, gemini)
    async with transaction(person.id) as session:
        await leases.ensure_held(session, turn.context)
        renewing = asyncio.create_task(leases.renew(turn.context))
        await until_async(lambda: is_waited_for(1), 10)
        released = (await (await session.connection()).execute(sql("SELECT clock_timestamp()"))).scalar_one()
    assert await renewing == (False, "count")
    until = (await thread(turn)).lease_until
    assert until is not None
    assert until >= released + leases.LEASE
    gemini.release()
    await follow_to_end(turn)


async def test_leases_of_several_turns_are_renewed_in_one_statement_that_waits_for_no_lock(
    no_renewal: None, person: Person, gemini: Standin
) -> None:
    running = [await turn_in_answer(person, gemini) for _ in range(3)]
    free, lost, locked = running
    soon = now() + timedelta(seconds=1)
    for turn in running:
        await change_thread(turn, lease_until=soon)
    await change_thread(lost, lease_turn_id=None, lease_until=None)
    async with transaction(person.id) as session:
        await leases.ensure_held(session, locked.context)
        renewed = await leases.renew_free([turn.context for turn in running])
    assert renewed == {free.id: (False, "count")}
    [until, _, unchanged] = [(await thread(turn)).lease_until for turn in running]
    assert until is not None
    assert until > soon
    assert unchanged == soon
    for _ in running:
        gemini.release()
    for turn in running:
        await follow_to_end(turn)


async def test_a_locked_thread_delays_the_renewal_of_no_other_and_its_error_concerns_it_alone(
    no_renewal: None, person: Person, gemini: Standin
) -> None:
    running = [await turn_in_answer(person, gemini) for _ in range(3)]
    locked = running[0]
    soon = now() + timedelta(seconds=5)
    for turn in running:
        await change_thread(turn, lease_until=soon)
    async with transaction(person.id) as session:
        await leases.ensure_held(session, locked.context)
        renewing = [asyncio.create_task(leases._renew(turn.context)) for turn in running]
        async with asyncio.timeout(5):
            assert await asyncio.gather(*renewing[1:]) == [(False, "count")] * 2
        await end_connection_that_waits()
        with pytest.raises(OperationalError):
            await renewing[0]
    for turn in running[1:]:
        until = (await thread(turn)).lease_until
        assert until is not None
        assert until > soon
    for _ in running:
        gemini.release()
    for turn in running:
        await follow_to_end(turn)


async def test_two_locked_threads_are_waited_for_at_once(no_renewal: None, person: Person, gemini: Standin) -> None:
    running = [await turn_in_answer(person, gemini) for _ in range(2)]
    async with transaction(person.id) as session:
        await leases.ensure_held(session, running[0].context)
        async with transaction(person.id) as other:
            await leases.ensure_held(other, running[1].context)
            renewing = [asyncio.create_task(leases._renew(turn.context)) for turn in running]
            await until_async(lambda: is_waited_for(2), 10)
        async with asyncio.timeout(5):
            assert await renewing[1] == (False, "count")
        assert not renewing[0].done()
    assert await renewing[0] == (False, "count")
    for _ in running:
        gemini.release()
    for turn in running:
        await follow_to_end(turn)


async def is_waited_for(count: int) -> bool:
    """Return whether so many connections wait for locked rows."""
    return await rows(sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'transactionid'")) == [(count,)]


async def test_turns_that_are_due_together_are_renewed_and_the_lost_one_ends(person: Person, gemini: Standin) -> None:
    running = [await turn_in_answer(person, gemini) for _ in range(2)]
    soon = now() + timedelta(seconds=5)
    kept, lost = running
    await change_thread(kept, lease_until=soon)
    await change_thread(lost, lease_turn_id=None, lease_until=None)
    async with transaction() as session:
        for turn in running:
            await announce(session, TURNS, turn.id)
    async with asyncio.timeout(15):
        await follow_to_end(lost)
    until = (await thread(kept)).lease_until
    assert until is not None
    assert until > soon
    for _ in running:
        gemini.release()
    await follow_to_end(kept)
    assert (kept.context.ending, lost.context.ending) == ("done", "failed")


async def test_a_turn_that_lost_its_lease_ends_without_waiting_for_the_model(person: Person, gemini: Standin) -> None:
    turn = await turn_in_answer(person, gemini)
    await change_thread(turn, lease_turn_id=None, lease_until=None)
    async with transaction() as session:
        await announce(session, TURNS, turn.id)  # makes the turn check its lease now, not after RENEW_SECONDS
    async with asyncio.timeout(15):
        await follow_to_end(turn)  # the model still waits
    assert turn.context is not None
    assert turn.context.ending == "failed"
    gemini.release()


async def test_storing_the_end_of_a_turn_is_retried_after_an_outage(person: Person, gemini: Standin) -> None:
    gemini.script([text("Hello.")])
    turn = await start(person, "hello")
    await follow_to_end(turn)
    assert turn.context is not None
    await write(update(TurnRow).where(col(TurnRow.id) == turn.id).values(status="running", ended_at=None))
    await change_thread(turn, lease_turn_id=turn.id, lease_until=now() + leases.LEASE)
    async with transaction() as session:
        await session.exec(select(User).where(User.id == person.id).with_for_update())
        storing = asyncio.create_task(running_turn._store_end(turn.context))
        await end_connection_that_waits()
        await asyncio.sleep(0.05)
        assert not storing.done()
    await storing
    ended = await row(turn)
    assert (ended.status, ended.ended_at is not None) == ("done", True)
    assert (await thread(turn)).lease_turn_id is None


@pytest.mark.parametrize("stop_requested", [False, True])
async def test_the_last_words_are_stored_once_the_locked_user_is_free_and_the_lease_is_kept_meanwhile(
    person: Person, chat: Chat, gemini: Standin, monkeypatch: pytest.MonkeyPatch, stop_requested: bool
) -> None:
    monkeypatch.setattr(leases, "until_renewal", lambda: 0.05)
    turn = await turn_in_answer(person, gemini)
    async with transaction(person.id) as importing:
        await lock_user(importing, person.id)
        gemini.release()
        await end_connection_that_waits()
        soon = now() + timedelta(seconds=1)
        await change_thread(turn, lease_until=soon, stop_requested=stop_requested)
        if stop_requested:
            await asyncio.sleep(0.2)  # a renewal meanwhile, which finds the request
            soon = now() + timedelta(seconds=1)
            await change_thread(turn, lease_until=soon)

        async def is_renewed() -> bool:
            until = (await thread(turn)).lease_until
            return until is not None and until > soon

        await until_async(is_renewed, 10)
    answer = await follow_to_end(turn)
    assert (answer.errors, answer.text) == ([], "one two six ")
    assert ((await row(turn)).status, (await thread(turn)).lease_turn_id) == ("done", None)
    [stored] = [item for item in await chat.items(turn.thread_id) if item["type"] == "assistant_message"]
    assert stored["content"][0]["text"] == "one two six "


async def test_an_end_that_was_stored_though_its_connection_broke_is_no_error(
    person: Person, gemini: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_turn, tries = turn_storage.end_turn, list[bool]()

    async def end_and_break(turn: TurnContext) -> bool:
        tries.append(await end_turn(turn))
        if len(tries) == 1:
            raise OperationalError("COMMIT", None, Exception("the connection is lost"))
        return tries[-1]

    monkeypatch.setattr(turn_storage, "end_turn", end_and_break)
    gemini.script([COUNTING])
    turn = await start(person, "count")
    answer = await follow_to_end(turn)
    assert (answer.errors, answer.text, tries) == ([], "one two six ", [True, False])
    assert (await row(turn)).status == "done"


async def test_a_user_can_stop_only_own_turns(person: Person, other_person: Person, gemini: Standin) -> None:
    turn = await turn_in_answer(person, gemini)
    async with transaction() as session:
        await leases.request_stop(session, other_person.id, turn.id)
    assert (await thread(turn)).stop_requested is False
    gemini.release()
    assert (await follow_to_end(turn)).text == "one two six "
    assert running_turn.running_turn(person.id, turn.id) is None


async def test_ensure_held_locks_the_lease_until_the_transaction_ends(person: Person, gemini: Standin) -> None:
    turn = await turn_in_answer(person, gemini)
    assert turn.context is not None
    locked = select(Thread).where(Thread.id == turn.thread_id).with_for_update(nowait=True)
    async with transaction() as session:
        await leases.ensure_held(session, turn.context)
        with pytest.raises(OperationalError):
            await write(locked)
    await write(locked)
    gemini.release()
    await follow_to_end(turn)


async def killed_turn(person: Person, gemini: Standin) -> RunningTurn:
    """Return a turn whose server was killed a moment ago."""
    gemini.script([text("Hello.")])
    turn = await start(person, "hello")
    await follow_to_end(turn)
    await write(update(TurnRow).where(col(TurnRow.id) == turn.id).values(status="running", ended_at=None))
    await change_thread(turn, lease_turn_id=turn.id, lease_until=now() - timedelta(seconds=1))
    return turn


async def has_failed(turn: RunningTurn) -> bool:
    return (await row(turn)).status == "failed"


async def test_a_killed_turn_is_ended_under_its_users_lock_and_waits_for_no_other(
    person: Person, gemini: Standin
) -> None:
    killed = await killed_turn(person, gemini)
    async with transaction(person.id) as session:
        await lock_user(session, person.id)
        async with asyncio.timeout(5):
            assert await leases.end_expired(person.id, killed.thread_id, killed.id) is False
        assert not await has_failed(killed)
    assert await leases.end_expired(person.id, killed.thread_id, killed.id) is True
    assert await has_failed(killed)


@pytest.mark.changes_all_users
async def test_a_locked_user_delays_the_end_of_no_other_users_killed_turn(
    person: Person, other_person: Person, gemini: Standin
) -> None:
    locked, other = await killed_turn(person, gemini), await killed_turn(other_person, gemini)

    async with transaction(person.id) as session:
        await lock_user(session, person.id)
        ending = asyncio.create_task(end_killed_turns())
        await until_async(lambda: has_failed(other), 10)
        assert not await has_failed(locked)
    await until_async(lambda: has_failed(locked), 10)
    ending.cancel()


@pytest.mark.changes_all_users
async def test_an_error_with_one_killed_turn_delays_no_other(
    person: Person, other_person: Person, gemini: Standin
) -> None:
    failing, other = await killed_turn(person, gemini), await killed_turn(other_person, gemini)

    async with transaction(person.id) as session:
        await session.exec(select(Thread).where(Thread.id == failing.thread_id).with_for_update())
        ending = asyncio.create_task(end_killed_turns())
        await end_connection_that_waits()
        await until_async(lambda: has_failed(other), 10)
    await until_async(lambda: has_failed(failing), 10)
    ending.cancel()


@pytest.mark.changes_all_users
async def test_a_killed_turn_that_cannot_be_ended_keeps_no_other_one_running(
    person: Person,
    other_person: Person,
    gemini: Standin,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    failing, end_expired = await killed_turn(person, gemini), leases.end_expired
    tried = asyncio.Event()

    async def end(user_id: str, thread_id: str, turn_id: str) -> bool:
        if user_id == person.id:
            tried.set()
            raise TypeError("Secret")
        return await end_expired(user_id, thread_id, turn_id)

    monkeypatch.setattr(leases, "end_expired", end)
    ending = asyncio.create_task(end_killed_turns())
    async with asyncio.timeout(15):
        await tried.wait()
    other = await killed_turn(other_person, gemini)
    await until_async(lambda: has_failed(other), 10)
    ending.cancel()
    [told] = [message for message in caplog.messages if failing.id in message]
    assert "TypeError" in told
    assert "Secret" not in caplog.text
    monkeypatch.undo()
    assert await leases.end_expired(person.id, failing.thread_id, failing.id) is True


async def test_a_lease_is_released_under_the_users_lock_which_prevents_deadlocks(
    no_renewal: None, person: Person, gemini: Standin
) -> None:
    turn = await turn_in_answer(person, gemini)
    assert turn.context is not None
    async with transaction(person.id) as session:
        await lock_user(session, person.id)
        task = asyncio.create_task(turn_storage.end_turn(turn.context))
        await asyncio.sleep(0.2)
        assert not task.done()
        await write(select(Thread).where(Thread.id == turn.thread_id).with_for_update(nowait=True))
    await task
    assert (await thread(turn)).lease_turn_id is None
    gemini.release()
    await follow_to_end(turn)


@pytest.mark.parametrize("seconds", [-60, 60])
async def test_a_lease_does_not_depend_on_the_clock_of_a_process(
    no_renewal: None, person: Person, gemini: Standin, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    skewed = [module for name, module in sys.modules.items() if name.startswith("taskchat_app.")]
    for module in skewed:
        if getattr(module, "now", None) is now:
            monkeypatch.setattr(module, "now", lambda: now() + timedelta(seconds=seconds))
    turn = await turn_in_answer(person, gemini)
    for renew in (None, leases.renew, lambda one: leases.renew_free([one])):
        if renew is not None:
            await change_thread(turn, lease_until=now() + timedelta(seconds=1))
            await renew(turn.context)
        until = (await thread(turn)).lease_until
        assert until is not None
        assert timedelta(seconds=5) < until - now() <= leases.LEASE
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
    gemini.release()
    await follow_to_end(turn)


async def test_a_thread_is_answering_while_its_lease_is_valid(person: Person, gemini: Standin) -> None:
    gemini.script([text("Hello.")])
    turn = await start(person, "hello")
    await follow_to_end(turn)
    for seconds, turn_id, expected in ((60, turn.id, True), (-1, turn.id, False), (60, None, False)):
        await change_thread(turn, lease_turn_id=turn_id, lease_until=now() + timedelta(seconds=seconds))
        async with reading(person.id) as session:
            assert await leases.is_answering(session, await thread(turn)) is expected
    await change_thread(turn, lease_turn_id=None, lease_until=None)


def test_a_lease_is_invalid_at_its_end_time() -> None:
    at = now()
    thread = Thread(id="thr", user_id="user", status={}, details={}, lease_turn_id="msg", lease_until=at)
    assert not leases.is_leased(thread, at)
    thread.lease_until = at + timedelta(microseconds=1)
    assert leases.is_leased(thread, at)
    thread.lease_until = None
    assert not leases.is_leased(thread, at)
    thread.lease_turn_id, thread.lease_until = None, at + timedelta(seconds=1)
    assert not leases.is_leased(thread, at)
