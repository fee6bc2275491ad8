"""Turns: started, stored, followed; shutdown lets them finish."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from taskchat_app.api.streams.sse import encode
from taskchat_app.assistant.threads import conversations
from taskchat_app.assistant.turns import answer as answer_module
from taskchat_app.assistant.turns import turns
from taskchat_app.assistant.turns.failures import ENDED_EARLY
from taskchat_app.config import settings
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import connection_string
from taskchat_app.domain.storage.models import ThreadItem
from taskchat_app.domain.storage.user_lock import in_queue
from tests.assistant.turns.turn_state import COUNTING, status_of, turn_in_answer
from tests.chatting import Chat, Drain, events_of, follow_to_end, follow_until, rows, start
from tests.standin import Standin, call, calls, hang_after, hold_after, last_user_text, text
from tests.statements import sent_statements
from tests.waiting import PATIENCE_SECONDS


async def test_all_followers_of_a_turn_receive_the_same_events(person: Person, gemini: Standin):
    gemini.script([hold_after(COUNTING, 1)])
    turn = await start(person, "count")

    async def wires() -> list[bytes]:
        return [encode(event.event) for event in await events_of(turn)]

    early = asyncio.create_task(wires())
    await follow_until(turn, "thread.item.updated", "one")
    late = asyncio.create_task(wires())
    gemini.release()
    first, second, after = await early, await late, await wires()
    assert first == second == after
    assert all(wire.startswith(b"data: {") for wire in first)
    assert turn.context.events.is_over
    assert turn.context.events.subscribers == 0


async def test_a_workflow_event_carries_its_tool_call_for_the_page(person: Person, gemini: Standin):
    gemini.script([calls(call("create_task", {"title": "Buy milk"}, call_id="call-1")), text("Done.")])
    events = await events_of(await start(person, "add milk"))
    begun, done = [call_ for event in events for call_ in event.calls]
    assert begun == {
        "call_id": "call-1",
        "tool": "create_task",
        "status": "running",
        "title": "Adding “Buy milk”",
        "arguments": {"title": "Buy milk"},
        "result": {},
    }
    assert set(done) == set(begun)
    assert (done["call_id"], done["status"], done["title"]) == ("call-1", "done", "Added #1 Buy milk")
    assert done["result"]["task"]["number"] == 1
    assert all(event.event.type.startswith("thread.item.") for event in events if event.calls)


async def test_the_message_is_stored_by_few_statements_before_the_model_is_asked(person: Person, gemini: Standin):
    stored, before = list[tuple[Any, ...]](), list[str]()
    added = "SELECT id FROM thread_items WHERE user_id = %s ORDER BY seq OFFSET 2"

    def script(request: dict[str, Any]) -> dict[str, Any]:
        before[:] = [statement for statement in sent if not statement.startswith("BEGIN")]
        with psycopg.connect(connection_string(settings())) as connection:
            stored.extend(connection.execute(added, [person.id]).fetchall())
        return text("Hello.")

    gemini.script([text("Hi.")])
    answer = await follow_to_end(await start(person, "hello"))
    gemini.script(script)
    with sent_statements() as sent:
        turn = await start(person, "hello again", answer.thread_id)
        assert (await follow_to_end(turn)).text == "Hello."
    assert stored == [(turn.id,)]
    assert 0 < len(before) <= 9, "\n".join(before)


@pytest.fixture
async def held_commit(person: Person) -> AsyncIterator[psycopg.AsyncConnection]:
    """A connection that holds back the commit of each message until it ends its transaction."""
    key = 7308011442
    make = f"""
        CREATE FUNCTION hold_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            PERFORM pg_advisory_xact_lock({key});
            IF NEW.body::text LIKE '%unstorable%' THEN RAISE EXCEPTION 'refused'; END IF;
            RETURN NULL;
        END $$;
        CREATE CONSTRAINT TRIGGER hold_commit AFTER INSERT ON thread_items DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION hold_commit()
    """
    async with await psycopg.AsyncConnection.connect(connection_string(settings())) as holder:
        await holder.execute(make.encode())
        await holder.commit()
        await holder.execute("SELECT pg_advisory_xact_lock(%s)", [key])
        yield holder
        await holder.rollback()
        await holder.execute("DROP TRIGGER hold_commit ON thread_items; DROP FUNCTION hold_commit")


async def wait_for_commit() -> None:
    """Wait until a commit is held back."""
    query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    async with asyncio.timeout(60):
        while (await rows(sql(query)))[0][0] == 0:
            pass


async def test_a_turn_whose_end_cannot_be_logged_ends_for_all_followers(person: Person, gemini: Standin):
    class Unwritable(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise OSError("No space left on device")

    gemini.script([text("Hello.")])
    turn = await start(person, "hello")
    log, unwritable = logging.getLogger(turns.__name__), Unwritable()
    log.addHandler(unwritable)
    log.setLevel(logging.INFO)
    try:
        async with asyncio.timeout(60):
            assert (await follow_to_end(turn)).text == "Hello."
            assert turn.task is not None
            with pytest.raises(OSError, match="No space left"):
                await turn.task
    finally:
        log.removeHandler(unwritable)
        log.setLevel(logging.NOTSET)
    assert turns.all_running() == []


async def test_a_turn_begins_after_its_message_is_committed(
    person: Person, chat: Chat, held_commit: psycopg.AsyncConnection, monkeypatch: pytest.MonkeyPatch
):
    chat.script([text("Hello.")])
    prepared: list[str] = []
    agent_for = answer_module.agent_for
    monkeypatch.setattr(answer_module, "agent_for", lambda *given: (prepared.append("agent"), agent_for(*given))[1])
    starting = asyncio.create_task(start(person, "hello"))
    await wait_for_commit()
    assert (await chat.http.get("/api/tasks")).status_code == 200  # what could go on has gone on
    assert not starting.done()
    assert (turns.all_running(), prepared, chat.asked) == ([], [], [])
    await held_commit.rollback()
    assert (await follow_to_end(await starting)).text == "Hello."


async def test_a_message_whose_commit_fails_is_not_answered(
    person: Person, gemini: Standin, held_commit: psycopg.AsyncConnection
):
    gemini.script([text("Hello.")])
    starting = asyncio.create_task(start(person, "unstorable"))
    await wait_for_commit()
    await held_commit.rollback()
    with pytest.raises(DBAPIError):
        await starting
    assert turns.all_running() == []
    assert await rows(select(ThreadItem).where(ThreadItem.user_id == person.id)) == []
    assert (await follow_to_end(await start(person, "hello"))).text == "Hello."
    assert [last_user_text(request) for request in gemini.requests] == ["hello"]


async def test_shutdown_lets_turns_finish_that_need_no_longer(person: Person, gemini: Standin, drain: Drain):
    turn = await turn_in_answer(person, gemini)
    ending = asyncio.create_task(drain(60))
    gemini.release()
    await ending
    assert turn.context.events.is_over
    assert (await follow_to_end(turn)).text == "one two six "
    assert await status_of(turn.id) == "done"


async def test_shutdown_waits_for_a_message_that_is_being_stored(person: Person, chat: Chat, drain: Drain):
    chat.script([text("Yes.")])
    async with in_queue(person.id):
        starting = asyncio.create_task(start(person, "hello"))
        ending = asyncio.create_task(drain(10 * PATIENCE_SECONDS))
        assert (await chat.http.get("/api/tasks")).status_code == 200  # what could go on has gone on
        assert not starting.done()
        assert not ending.done()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await ending
    turn = await starting
    assert turn.context.events.is_over
    assert await status_of(turn.id) == "done"


async def test_shutdown_stores_the_partial_answers_of_running_turns(person: Person, gemini: Standin, drain: Drain):
    gemini.script([hang_after(COUNTING, 2)])
    turn = await start(person, "count", until="two")
    await drain(0.01)
    answer = await follow_to_end(turn)
    assert answer.error == ENDED_EARLY
    assert answer.errors[0]["allow_retry"] is True
    stored = await conversations.load_items(person.id, turn.thread_id)
    assert stored.items[-1]["content"][0]["text"] == answer.text
    assert stored.interrupted == turn.id


async def test_two_threads_of_one_user_run_concurrently_and_hold_no_connection(person: Person, gemini: Standin):
    gemini.script([hold_after(text("First.", pieces=2), 1), hold_after(text("Second.", pieces=2), 1)])
    first = await start(person, "one", until="Fi")
    second = await start(person, "two", until="Se")
    open_ones = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
    assert (await rows(sql(open_ones)))[0][0] == 0
    gemini.release()
    gemini.release()
    assert [(await follow_to_end(turn)).text for turn in (first, second)] == ["First.", "Second."]
