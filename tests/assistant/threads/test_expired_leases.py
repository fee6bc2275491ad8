"""Expired leases: who ends the turns of a killed server."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from taskchat_app.assistant.core.tool_call_workflow import ToolCall, running_title
from taskchat_app.assistant.threads import conversations, leases
from taskchat_app.assistant.threads.store import put_item
from taskchat_app.assistant.turns import killed_turns
from taskchat_app.assistant.turns.killed_turns import end_killed_turns
from taskchat_app.assistant.turns.turns import RunningTurn
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.models import Change, Thread
from taskchat_app.domain.storage.user_lock import lock_user
from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import decode, gettext
from tests.assistant.threads.leased_turns import killed_turn, row, set_running, thread
from tests.chatting import Chat, ended_turn, rows
from tests.standin import Standin, text
from tests.waiting import end_connection_that_waits, in_background, until_async


async def test_an_expired_lease_is_ended_once_and_only_for_its_turn(person: Person, gemini: Standin):
    gemini.script([text("Hello."), text("Hello."), text("Here again.")])
    elsewhere = await ended_turn(person, "hello")
    await set_running(elsewhere)
    before = await ended_turn(person, "hello")
    turn = await ended_turn(person, "hello?", before.thread_id)
    await set_running(turn, lease_until=now() - timedelta(seconds=1), stop_requested=True)
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


async def test_a_call_that_a_killed_server_had_begun_is_shown_as_not_carried_out(person: Person, chat: Chat):
    chat.script([text("Hello.")])
    turn = await ended_turn(person, "add milk, call mum")
    made: list[ToolCall] = []
    for title in ("Buy milk", "Call mum"):
        given = {"title": title}
        made.append(ToolCall(f"call_{title}", "create_task", given, 1, None, running_title("create_task", given)))
        await turn.context.workflow.add_call(made[-1])
    added = gettext("Added {task}", task="#1 Buy milk")
    turn.context.workflow.record_result(made[0], status="done", title=added, result={}, tally=Counter(created=1))
    workflow = turn.context.workflow.open_item
    assert workflow is not None
    async with transaction(person.id) as session:
        await put_item(session, person.id, workflow, turn_id=turn.id)
    await set_running(turn, lease_until=now() - timedelta(seconds=1))
    assert await leases.end_expired(person.id, turn.thread_id, turn.id) is True
    [stored] = [item["workflow"] for item in await chat.items(turn.thread_id) if item["type"] == "workflow"]
    assert [(task["title"], task["status_indicator"], task["icon"]) for task in stored["tasks"]] == [
        ("Added #1 Buy milk", "complete", "plus"),
        ("Adding “Call mum”: not carried out", "complete", "info"),
    ]
    assert stored["summary"] == {"title": "Added 1"}
    page = await conversations.load_items(person.id, turn.thread_id)
    assert render(decode(page.items[-1]["messages"]["/tasks/1/title"]), "de").endswith(": nicht ausgeführt")


async def has_failed(turn: RunningTurn) -> bool:
    return (await row(turn)).status == "failed"


@pytest.mark.changes_all_users
async def test_a_users_lock_delays_that_users_killed_turn_alone(person: Person, other_person: Person, gemini: Standin):
    locked, other = await killed_turn(person, gemini), await killed_turn(other_person, gemini)
    async with transaction(person.id) as session:
        await lock_user(session, person.id)
        async with asyncio.timeout(60):
            assert await leases.end_expired(person.id, locked.thread_id, locked.id) is False
        ending = asyncio.create_task(end_killed_turns())
        await until_async(lambda: has_failed(other), 60)
        assert not await has_failed(locked)
    await until_async(lambda: has_failed(locked), 60)
    ending.cancel()


@pytest.mark.changes_all_users
async def test_an_error_with_one_killed_turn_delays_no_other(person: Person, other_person: Person, gemini: Standin):
    failing, other = await killed_turn(person, gemini), await killed_turn(other_person, gemini)
    async with transaction(person.id) as session:
        await session.exec(select(Thread).where(Thread.id == failing.thread_id).with_for_update())
        ending = asyncio.create_task(end_killed_turns())
        await end_connection_that_waits()
        await until_async(lambda: has_failed(other), 60)
    await until_async(lambda: has_failed(failing), 60)
    ending.cancel()


@pytest.mark.changes_all_users
async def test_a_killed_turn_that_cannot_be_ended_keeps_no_other_one_running(
    person: Person,
    other_person: Person,
    gemini: Standin,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    failing, end_expired = await killed_turn(person, gemini), leases.end_expired
    tried = asyncio.Event()

    async def end(user_id: str, thread_id: str, turn_id: str) -> bool:
        if user_id == person.id:
            tried.set()
            raise TypeError("Secret")
        return await end_expired(user_id, thread_id, turn_id)

    monkeypatch.setattr(leases, "end_expired", end)
    async with in_background(end_killed_turns()), asyncio.timeout(60):
        await tried.wait()
        other = await killed_turn(other_person, gemini)
        await until_async(lambda: has_failed(other), 60)
    [told] = [message for message in caplog.messages if failing.id in message]
    assert "TypeError" in told
    assert "Secret" not in caplog.text
    monkeypatch.undo()
    assert await leases.end_expired(person.id, failing.thread_id, failing.id) is True


@pytest.mark.changes_all_users
async def test_a_turn_whose_end_the_database_refused_is_found_twice_again_before_it_is_ended(
    person: Person, gemini: Standin, monkeypatch: pytest.MonkeyPatch
):
    killed, find = await killed_turn(person, gemini), killed_turns.expired_leases
    done: list[str] = []

    async def end(user_id: str, thread_id: str, turn_id: str) -> bool:
        done.append("end")
        raise OperationalError("UPDATE", None, Exception("the database shuts down"))

    async def look() -> set[killed_turns.ExpiredLease]:
        done.append("look")
        return {lease for lease in await find() if lease.turn_id == killed.id}

    monkeypatch.setattr(leases, "end_expired", end)
    monkeypatch.setattr(killed_turns, "expired_leases", look)
    monkeypatch.setattr(killed_turns, "POLL_SECONDS", 0)
    monkeypatch.setattr(killed_turns, "CONFIRM_SECONDS", 0)
    async with in_background(end_killed_turns()):
        await until_async(lambda: done.count("end") >= 2, 60)
    assert done[:6] == ["look", "look", "end", "look", "look", "end"]
    monkeypatch.undo()
    assert await leases.end_expired(person.id, killed.thread_id, killed.id) is True
