"""Turns: started, followed, stopped, timed out, killed; nothing hangs."""

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from chatkit.types import Annotation, ErrorEvent
from reflex.model import get_async_engine
from sqlalchemy import event, update
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from taskchat_app.api.streams.chatkit_events import encode
from taskchat_app.assistant.agent import turn_model
from taskchat_app.assistant.core.tool_call_workflow import ToolCall
from taskchat_app.assistant.gemini import client
from taskchat_app.assistant.threads import conversations, leases
from taskchat_app.assistant.threads.leases import TurnOverError
from taskchat_app.assistant.threads.turn_storage import NOT_SAVED, TURN_OVER
from taskchat_app.assistant.tools.execution import record_failure
from taskchat_app.assistant.turns import answer as answer_module
from taskchat_app.assistant.turns import turns
from taskchat_app.assistant.turns.failures import ENDED_EARLY, TIMED_OUT, TOO_MANY_ROUNDS
from taskchat_app.assistant.turns.running_turn import running
from taskchat_app.assistant.turns.undo_command import run_undo_command
from taskchat_app.config import settings
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits.request_queue import in_queue
from taskchat_app.domain.log.changes import last_change_id
from taskchat_app.domain.storage.database import connection_string, now, transaction
from taskchat_app.domain.storage.errors import Busy, NotFound
from taskchat_app.domain.storage.models import Change, Thread, ThreadItem, ToolExecution
from taskchat_app.domain.storage.models import Turn as TurnRow
from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import gettext
from tests.chatting import Chat, Drain, answer_of, events_of, follow_to_end, follow_until, rows, start, write
from tests.standin import (
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

COUNTING = text("one two six ", pieces=3)
MILK = calls(call("create_task", {"title": "Buy milk"}))
ALL = calls(call("bulk_delete_tasks", {"status": "all"}))


async def status_of(turn_id: str) -> str:
    [status] = await rows(select(TurnRow.status).where(TurnRow.id == turn_id))
    return status


async def is_free(thread_id: str) -> bool:
    [thread] = await rows(select(Thread).where(Thread.id == thread_id))
    return thread.lease_turn_id is None and not thread.stop_requested


async def test_all_followers_of_a_turn_receive_the_same_events(person: Person, gemini: Standin) -> None:
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
    assert turn.is_over
    assert turn.followers == 0


async def test_a_workflow_event_carries_its_tool_call_for_the_page(person: Person, gemini: Standin) -> None:
    gemini.script([calls(call("create_task", {"title": "Buy milk"}, call_id="call-1")), text("Done.")])
    turn = await start(person, "add milk")
    events = await events_of(turn)
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


async def test_the_message_is_stored_before_the_model_is_asked(person: Person, gemini: Standin) -> None:
    stored: list[tuple[Any, ...]] = []

    def script(request: dict[str, Any]) -> dict[str, Any]:
        with psycopg.connect(connection_string(settings())) as connection:
            stored.extend(connection.execute("SELECT id FROM thread_items WHERE user_id = %s", [person.id]).fetchall())
        return text("Hello.")

    gemini.script(script)
    turn = await start(person, "hello")
    assert (await follow_to_end(turn)).text == "Hello."
    assert stored == [(turn.id,)]


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


async def test_a_turn_whose_end_cannot_be_logged_ends_for_all_followers(person: Person, gemini: Standin) -> None:
    class Unwritable(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise OSError("No space left on device")

    gemini.script([text("Hello.")])
    turn = await start(person, "hello")
    log, unwritable = logging.getLogger(running.__module__), Unwritable()
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


async def test_an_answer_is_prepared_but_asked_for_and_shown_only_after_its_commit(
    person: Person, gemini: Standin, held_commit: psycopg.AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    gemini.script([text("Hello.")])
    prepared = asyncio.Event()
    agent_for = answer_module.agent_for
    monkeypatch.setattr(answer_module, "agent_for", lambda *given: (prepared.set(), agent_for(*given))[1])
    starting = asyncio.create_task(start(person, "hello"))
    await wait_for_commit()
    async with asyncio.timeout(60):
        await prepared.wait()
    await asyncio.wait([starting], timeout=0.1)
    assert not starting.done()
    assert gemini.requests == []
    assert turns.all_running() == []
    await held_commit.rollback()
    assert (await follow_to_end(await starting)).text == "Hello."


async def test_a_commit_that_takes_longer_than_a_renewal_of_the_lease_loses_no_turn(
    person: Person, gemini: Standin, held_commit: psycopg.AsyncConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    gemini.script([text("Hello.")])
    monkeypatch.setattr(leases, "until_renewal", lambda: 0.01)
    starting = asyncio.create_task(start(person, "hello"))
    await wait_for_commit()
    await asyncio.wait([starting], timeout=0.3)
    await held_commit.rollback()
    assert (await follow_to_end(await starting)).text == "Hello."


async def test_a_turn_whose_time_ends_during_its_commit_ends_with_an_error(
    person: Person, gemini: Standin, held_commit: psycopg.AsyncConnection, configure: Callable[..., None]
) -> None:
    configure(TURN_TIMEOUT_SECONDS="0.1")
    starting = asyncio.create_task(start(person, "hello"))
    await wait_for_commit()
    await asyncio.wait([starting], timeout=0.5)
    await held_commit.rollback()
    turn = await starting
    answer = await follow_to_end(turn)
    assert answer.error == TIMED_OUT.with_values(seconds="0.1")
    assert await status_of(turn.id) == "failed"
    assert await is_free(turn.thread_id)
    assert turns.all_running() == []


async def test_a_message_whose_commit_fails_is_not_answered(
    person: Person, gemini: Standin, held_commit: psycopg.AsyncConnection
) -> None:
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


async def test_the_model_is_asked_while_no_database_connection_is_held(person: Person, gemini: Standin) -> None:
    gemini.script([hold_after(text("Hello.", pieces=2), 1)])
    turn = await start(person, "hello")
    await follow_until(turn, "thread.item.updated", "Hel")
    open_ones = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
    assert (await rows(sql(open_ones)))[0][0] == 0
    gemini.release()
    await follow_to_end(turn)


async def test_few_sql_statements_run_before_the_model_is_asked(person: Person, gemini: Standin) -> None:
    sent: list[str] = []
    asked_after: list[int] = []

    def note(*arguments: Any) -> None:
        if not arguments[2].startswith("BEGIN"):
            sent.append(arguments[2])

    def script(request: dict[str, Any]) -> dict[str, Any]:
        asked_after.append(len(sent))
        return text("Hello.")

    gemini.script(script)
    answer = await follow_to_end(await start(person, "hello"))
    engine = get_async_engine(None).sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        await follow_to_end(await start(person, "hello again", answer.thread_id))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert asked_after[-1] <= 8, "\n".join(sent)


async def test_a_stop_during_text_stores_the_partial_answer_and_releases_the_thread(
    person: Person, gemini: Standin
) -> None:
    gemini.script([hang_after(COUNTING, 2), text("Yes?")])
    turn = await start(person, "count")
    await follow_until(turn, "thread.item.updated", "two")
    await turns.stop(person.id, turn.id)
    answer = await follow_to_end(turn)
    assert answer.errors == []
    assert answer.text.startswith("one two")
    assert answer.event_types[-1] == "thread.item.done"
    assert await status_of(turn.id) == "stopped"
    assert await is_free(turn.thread_id)
    stored = await conversations.load_items(person.id, turn.thread_id)
    assert stored.items[-1]["content"][0]["text"] == answer.text
    assert stored.interrupted is None

    following = await follow_to_end(await start(person, "go on", turn.thread_id))
    assert following.text == "Yes?"
    said = gemini.requests[-1]["messages"]
    assert [(one["role"], one["content"]) for one in said[1:]] == [
        ("user", "count"),
        ("assistant", answer.text),
        ("user", "go on"),
    ]
    kinds = {row.type for row in await rows(select(ThreadItem).where(ThreadItem.thread_id == turn.thread_id))}
    assert kinds == {"user_message", "assistant_message"}


async def test_a_second_stop_has_no_effect(person: Person, gemini: Standin) -> None:
    gemini.script([hang_after(COUNTING, 1)])
    turn = await start(person, "count")
    await follow_until(turn, "thread.item.updated", "one")
    await asyncio.gather(turns.stop(person.id, turn.id), turns.stop(person.id, turn.id))
    before = await last_change_id(person.id)
    await turns.stop(person.id, turn.id)
    assert await status_of(turn.id) == "stopped"
    assert await last_change_id(person.id) == before
    assert await is_free(turn.thread_id)


async def test_a_stop_before_the_first_step_prevents_the_request_to_the_model(person: Person, gemini: Standin) -> None:
    turn = await start(person, "count")
    await turns.stop(person.id, turn.id)
    answer = await follow_to_end(turn)
    assert answer.errors == []
    assert gemini.requests == []
    assert await status_of(turn.id) == "stopped"


async def test_a_turn_cancelled_before_its_start_ends(person: Person, gemini: Standin) -> None:
    turn = await start(person, "count")
    assert turn.context is not None
    while turn.context.work is None:  # noqa: ASYNC110 -- the very moment in which it is there
        await asyncio.sleep(0)
    turn.context.end_early("stopped")
    async with asyncio.timeout(10):
        assert (await follow_to_end(turn)).errors == []
    assert await status_of(turn.id) == "stopped"


async def test_another_users_turn_cannot_be_stopped(person: Person, other_person: Person, gemini: Standin) -> None:
    gemini.script([hold_after(COUNTING, 1)])
    turn = await start(person, "count")
    for stranger, turn_id in ((other_person, turn.id), (person, "msg_absent")):
        with pytest.raises(NotFound):
            await turns.stop(stranger.id, turn_id)
    assert running(other_person.id, turn.thread_id) is None
    assert running(person.id, turn.thread_id) is turn
    assert running(person.id, "thr_absent") is None
    assert turns.running_turn(person.id, turn.id) is turn
    assert turns.running_turn(other_person.id, turn.id) is None
    gemini.release()
    assert (await follow_to_end(turn)).text == "one two six "
    assert running(person.id, turn.thread_id) is None


async def test_a_stop_reaches_a_turn_through_the_database(
    person: Person, gemini: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        leases, "until_renewal", lambda: 600.0
    )  # it is announced, not found by the next look at the lease
    gemini.script([hang_after(COUNTING, 1)])
    turn = await start(person, "count")
    await follow_until(turn, "thread.item.updated", "one")
    async with transaction() as session:  # what another instance does
        await leases.request_stop(session, person.id, turn.id)
    async with asyncio.timeout(15):
        assert (await follow_to_end(turn)).errors == []
    assert await status_of(turn.id) == "stopped"


async def test_a_stop_right_after_the_last_word_keeps_the_answer(
    person: Person, chat: Chat, gemini: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = asyncio.Event()

    async def mentions(*_: object) -> list[Annotation]:
        begun.set()
        await asyncio.Event().wait()
        return []

    monkeypatch.setattr(turn_model, "mentions", mentions)
    gemini.script([COUNTING])
    turn = await start(person, "count")
    async with asyncio.timeout(10):
        await begun.wait()
    await turns.stop(person.id, turn.id)
    answer = await follow_to_end(turn)
    assert (answer.text, answer.errors, await status_of(turn.id)) == ("one two six ", [], "stopped")
    assert (await chat.items(turn.thread_id))[-1] == answer.items("assistant_message")[0]


async def test_a_stop_during_a_tool_call_lets_it_finish_and_shows_its_result(person: Person, gemini: Standin) -> None:
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


async def test_a_stop_during_a_proposing_call_shows_its_card(person: Person, chat: Chat, gemini: Standin) -> None:
    await chat.add_task("Buy milk")
    gemini.script([hold_after(ALL, 0)])
    turn = await start(person, "clear my list")
    await _stop_during_its_call(turn, gemini)
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
        await _waits_for_a_lock()
        stopping = [asyncio.create_task(turns.stop(turn.user_id, turn.id)) for _ in range(stops)]
        await asyncio.sleep(0)
    await asyncio.gather(*stopping)


async def _waits_for_a_lock() -> None:
    """Until some transaction waits for a row that another one holds."""
    waiting = sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'transactionid'")
    async with asyncio.timeout(10):
        while not (await rows(waiting))[0][0]:  # noqa: ASYNC110 -- Postgres tells nobody
            await asyncio.sleep(0.005)


async def test_calls_that_did_not_run_are_shown_as_not_executed(person: Person, chat: Chat, gemini: Standin) -> None:
    both = calls(call("create_task", {"title": "Buy milk"}), call("create_task", {"title": "Call mum"}))
    gemini.script([hold_after(both, 0)])
    turn = await start(person, "add milk, call mum")
    await _stop_during_its_call(turn, gemini)
    answer = await follow_to_end(turn)
    assert [task["title"] for task in answer.tasks] == ["Added #1 Buy milk", "Adding “Call mum”: not carried out"]
    assert all(task["status_indicator"] == "complete" for task in answer.tasks)
    assert [call_ for event in await events_of(turn) for call_ in event.calls][-1]["status"] == "failed"
    assert await chat.titles() == {1: "Buy milk"}


async def test_a_turn_that_times_out_ends_with_an_error_and_stores_the_partial_answer(
    person: Person, gemini: Standin, configure: Callable[..., None]
) -> None:
    configure(TURN_TIMEOUT_SECONDS="2")
    gemini.script([hang_after(COUNTING, 2), text("Here.")])
    answer = await follow_to_end(await start(person, "count"))
    assert answer.error == TIMED_OUT.with_values(seconds="2")
    assert answer.errors[0]["allow_retry"] is True
    assert answer.text.startswith("one two")
    assert await status_of(answer.turn_id) == "failed"
    configure(TURN_TIMEOUT_SECONDS="30")
    assert (await follow_to_end(await start(person, "well?", answer.thread_id))).text == "Here."


async def test_a_failure_can_be_rendered_in_the_readers_language_here_and_on_another_instance(
    person: Person, gemini: Standin, configure: Callable[..., None]
) -> None:
    configure(TURN_TIMEOUT_SECONDS="0.3")
    gemini.script([hang(mute=True)])
    turn = await start(person, "hello")
    here = (await events_of(turn))[-1].event
    there = (await events_of(turns.RemoteTurn(person.id, turn.id, turn.thread_id)))[-1].event
    for failed in (here, there):
        assert isinstance(failed, ErrorEvent)
        assert failed.message is not None
        assert render(failed.message, "de").startswith("Die Antwort dauerte länger als 0.3 Sekunden")


async def test_a_silent_model_is_ended_by_the_timeout(
    person: Person, gemini: Standin, configure: Callable[..., None]
) -> None:
    configure(TURN_TIMEOUT_SECONDS="0.3")
    gemini.script([hang(mute=True)])
    answer = await follow_to_end(await start(person, "hello"))
    assert answer.error == TIMED_OUT.with_values(seconds="0.3")
    assert answer.text == ""
    assert await is_free(answer.thread_id)


async def test_a_failure_before_the_first_word_is_an_error_event_and_the_thread_stays_usable(
    person: Person, gemini: Standin
) -> None:
    gemini.script([error(401), text("Hello.")])
    answer = await follow_to_end(await start(person, "hello"))
    assert "API key" in answer.error
    assert answer.errors[0]["allow_retry"] is True
    assert await status_of(answer.turn_id) == "failed"
    assert (await conversations.load_items(person.id, answer.thread_id)).interrupted == answer.turn_id
    assert (await follow_to_end(await start(person, "hello?", answer.thread_id))).text == "Hello."


async def test_a_failure_during_text_stores_the_partial_answer(person: Person, gemini: Standin) -> None:
    gemini.script([cut_after(COUNTING, 2)])
    answer = await follow_to_end(await start(person, "count"))
    assert "broke off" in answer.error
    assert answer.errors[0]["allow_retry"] is True
    assert answer.text.startswith("one")
    assert answer.event_types[-2:] == ["thread.item.done", "error"]
    stored = await conversations.load_items(person.id, answer.thread_id)
    assert stored.items[-1]["content"][0]["text"] == answer.text


async def test_an_answer_that_ends_at_the_token_limit_is_stored_and_may_be_retried(
    person: Person, gemini: Standin
) -> None:
    gemini.script([text("You have these tasks: #1 Buy mi", finish="length")])
    answer = await follow_to_end(await start(person, "list"))
    assert answer.errors[0]["allow_retry"] is True
    assert (len(gemini.requests), await status_of(answer.turn_id)) == (1, "failed")
    stored = await conversations.load_items(person.id, answer.thread_id)
    assert stored.items[-1]["content"][0]["text"] == answer.text == "You have these tasks: #1 Buy mi"


async def test_an_empty_answer_is_an_error(person: Person, gemini: Standin) -> None:
    gemini.script([empty()] * 5)
    answer = await follow_to_end(await start(person, "hello"))
    assert answer.errors[0]["allow_retry"] is True
    assert await status_of(answer.turn_id) == "failed"


@pytest.mark.parametrize("said", [{}, {"content": "\n"}], ids=["nothing", "white space"])
async def test_an_empty_answer_after_a_tool_is_asked_for_once_more(
    said: dict[str, str], person: Person, chat: Chat, gemini: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "FIRST_PAUSE_SECONDS", 0.005)
    gemini.script([MILK, chunks(chunk({"role": "assistant", **said}, "stop")), text("Added.")])
    answer = await follow_to_end(await start(person, "add milk"))
    assert (answer.errors, answer.text, await status_of(answer.turn_id)) == ([], "Added.", "done")
    assert await chat.titles() == {1: "Buy milk"}
    assert gemini.refusals == []


async def test_a_failure_after_a_tool_keeps_the_tools_effect_and_its_card(
    person: Person, chat: Chat, gemini: Standin
) -> None:
    gemini.script([MILK, error(400, "no")])
    answer = await follow_to_end(await start(person, "add milk"))
    assert len(answer.errors) == 1
    assert await chat.titles() == {1: "Buy milk"}
    assert [task["title"] for task in answer.tasks] == ["Added #1 Buy milk"]
    stored = await conversations.load_items(person.id, answer.thread_id)
    assert [call_["title"] for call_ in stored.items[-1]["calls"]] == ["Added #1 Buy milk"]


async def test_endless_calls_of_a_tool_are_ended_and_the_thread_stays_usable(person: Person, gemini: Standin) -> None:
    limits = itertools.count(1)

    def script(request: dict[str, Any]) -> dict[str, Any]:
        return (
            calls(call("list_tasks", {"limit": next(limits)})) if last_user_text(request) == "loop" else text("Fine.")
        )

    gemini.script(script)
    answer = await follow_to_end(await start(person, "loop"))
    assert answer.error == TOO_MANY_ROUNDS
    assert len(gemini.requests) == 12
    assert await status_of(answer.turn_id) == "failed"
    assert (await follow_to_end(await start(person, "stop that", answer.thread_id))).text == "Fine."


async def test_a_killed_servers_turn_is_marked_failed_and_releases_the_thread(person: Person, gemini: Standin) -> None:
    gemini.script([text("Hello."), text("Here again.")])
    answer = await follow_to_end(await start(person, "hello"))
    # What a kill -9 leaves behind: the lease and a turn that says it runs.
    held = {"lease_turn_id": answer.turn_id, "lease_until": now() + leases.LEASE}
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
async def test_a_turn_that_lost_its_lease_writes_nothing(by: str, person: Person, chat: Chat, gemini: Standin) -> None:
    gemini.script([hold_after(MILK, 0), text("I have added it.")])
    turn = await start(person, "add milk")
    await follow_until(turn, "stream_options")
    if by == "another turn":
        await write(update(Thread).where(col(Thread.id) == turn.thread_id).values(lease_turn_id="msg_another"))
    else:
        await write(update(TurnRow).where(col(TurnRow.id) == turn.id).values(first_change_id=10**6))
    gemini.release()
    answer = await follow_to_end(turn)
    assert answer.error in (TURN_OVER, ENDED_EARLY)
    assert await chat.titles() == {}
    assert await rows(select(ToolExecution).where(ToolExecution.turn_id == turn.id)) == []
    stored = await rows(select(ThreadItem.type).where(ThreadItem.thread_id == turn.thread_id))
    assert stored == ["user_message"]
    assert not await is_free(turn.thread_id)
    assert await status_of(turn.id) == "running"


async def test_undo_and_failed_calls_of_a_turn_that_lost_its_lease_write_nothing(
    person: Person, chat: Chat, gemini: Standin
) -> None:
    gemini.script([MILK, text("Added."), hold_after(COUNTING, 1)])
    added = await start(person, "add milk")
    await follow_to_end(added)
    turn = await start(person, "count", added.thread_id)
    await follow_until(turn, "thread.item.updated", "one")
    assert turn.context is not None
    await write(update(Thread).where(col(Thread.id) == turn.thread_id).values(lease_turn_id="msg_other"))
    called = ToolCall("call_1", "list_tasks", {}, 1, None, gettext("Listed tasks"), item_id="wf_1")
    with pytest.raises(TurnOverError):
        await run_undo_command(turn.context, "undo")
    with pytest.raises(TurnOverError):
        await record_failure(turn.context, called, gettext("Invalid."), None)
    assert await rows(select(ToolExecution).where(ToolExecution.turn_id == turn.id)) == []
    assert await chat.titles() == {1: "Buy milk"}
    gemini.release()
    await follow_to_end(turn)


async def test_the_old_run_of_a_retried_turn_writes_nothing(person: Person, chat: Chat, gemini: Standin) -> None:
    gemini.script([hold_after(calls(call("create_task", {"title": "From the old run"})), 0), text("Newly answered.")])
    old = await start(person, "add milk")
    await follow_until(old, "stream_options")
    while not gemini.requests:  # noqa: ASYNC110 -- another thread appends to it
        await asyncio.sleep(0.005)
    # Its server hung for so long that the lease ran out, and the person tried again elsewhere.
    past = {"lease_until": now() - timedelta(seconds=1)}
    await write(update(Thread).where(col(Thread.id) == old.thread_id).values(past))
    again = answer_of(await chat.request("threads.retry_after_item", thread_id=old.thread_id, item_id=old.id))
    assert again.text == "Newly answered."
    gemini.release()
    assert (await follow_to_end(old)).error in (TURN_OVER, ENDED_EARLY)
    assert await chat.titles() == {}
    assert await status_of(old.id) == "done"
    stored = await chat.items(old.thread_id)
    assert [item["type"] for item in stored] == ["user_message", "assistant_message"]


async def test_deleting_a_conversation_while_it_answers_stops_the_turn_without_a_traceback(
    person: Person, chat: Chat, gemini: Standin, caplog: pytest.LogCaptureFixture
) -> None:
    gemini.script([hang_after(COUNTING, 2)])
    turn = await start(person, "count")
    await follow_until(turn, "thread.item.updated", "two")
    with caplog.at_level(logging.ERROR):
        assert (await chat.request("threads.delete", thread_id=turn.thread_id)).status_code == 200
        async with asyncio.timeout(15):
            answer = await follow_to_end(turn)
    assert answer.errors == []
    assert caplog.records == []
    assert await status_of(turn.id) == "stopped"
    assert running(person.id, turn.thread_id) is None


async def test_an_answer_that_cannot_be_stored_is_an_error_and_the_turn_fails(person: Person, gemini: Standin) -> None:
    gemini.script([hold_after(COUNTING, 1), text("Better.")])
    turn = await start(person, "count")
    await follow_until(turn, "thread.item.updated", "one")
    refuse = "ALTER TABLE thread_items ADD CONSTRAINT no_answers CHECK (type <> 'assistant_message') NOT VALID"
    await write(sql(refuse))
    try:
        gemini.release()
        answer = await follow_to_end(turn)
    finally:
        await write(sql("ALTER TABLE thread_items DROP CONSTRAINT no_answers"))
    assert answer.error == NOT_SAVED
    assert answer.errors[0]["allow_retry"] is True
    assert await status_of(turn.id) == "failed"
    assert turn.context is not None
    assert turn.context.work is not None
    assert turn.context.work.done()
    assert (await follow_to_end(await start(person, "well?", turn.thread_id))).text == "Better."


async def test_a_partial_answer_that_cannot_be_stored_is_an_error(person: Person, gemini: Standin) -> None:
    gemini.script([hang_after(COUNTING, 2)])
    turn = await start(person, "count")
    await follow_until(turn, "thread.item.updated", "two")
    refuse = "ALTER TABLE thread_items ADD CONSTRAINT no_answers CHECK (type <> 'assistant_message') NOT VALID"
    await write(sql(refuse))
    try:
        await turns.stop(person.id, turn.id)
        answer = await follow_to_end(turn)
    finally:
        await write(sql("ALTER TABLE thread_items DROP CONSTRAINT no_answers"))
    assert answer.error == NOT_SAVED
    assert await status_of(turn.id) == "failed"


async def test_a_stream_that_is_cut_by_the_end_of_the_loop_keeps_what_was_said_without_a_hidden_note(
    person: Person, gemini: Standin
) -> None:
    gemini.script([hang_after(COUNTING, 2), text("Three.")])
    turn = await start(person, "count")
    await follow_until(turn, "thread.item.updated", "two")
    assert turn.task is not None
    turn.task.cancel()
    await asyncio.wait([turn.task])
    assert turn.is_over
    stored = await rows(select(ThreadItem).where(ThreadItem.thread_id == turn.thread_id).order_by(col(ThreadItem.seq)))
    assert [row.type for row in stored] == ["user_message", "assistant_message"]
    assert stored[1].body["content"][0]["text"] == "one two "
    assert await status_of(turn.id) == "failed"
    await follow_to_end(await start(person, "go on", turn.thread_id))
    said = [one["content"] for one in gemini.requests[-1]["messages"][1:]]
    assert said == ["count", "one two ", "go on"]


async def test_a_turn_whose_text_cannot_be_stored_calls_no_tool(person: Person, chat: Chat, gemini: Standin) -> None:
    gemini.script([calls(call("create_task", {"title": "Milk"}), words="Let me see."), text("Added.")])
    refuse = "ALTER TABLE thread_items ADD CONSTRAINT no_answers CHECK (type <> 'assistant_message') NOT VALID"
    await write(sql(refuse))
    try:
        async with asyncio.timeout(10):
            answer = await follow_to_end(await start(person, "add milk"))
    finally:
        await write(sql("ALTER TABLE thread_items DROP CONSTRAINT no_answers"))
    assert answer.error == NOT_SAVED
    assert await chat.titles() == {}
    assert await is_free(answer.thread_id)
    assert len(gemini.requests) == 1


async def test_shutdown_lets_turns_finish_that_need_no_longer(person: Person, gemini: Standin, drain: Drain) -> None:
    gemini.script([hold_after(COUNTING, 1)])
    turn = await start(person, "count")
    await follow_until(turn, "thread.item.updated", "one")
    ending = asyncio.create_task(drain(10))
    gemini.release()
    await ending
    assert turn.is_over
    assert (await follow_to_end(turn)).text == "one two six "
    assert await status_of(turn.id) == "done"


async def test_shutdown_waits_for_a_message_that_is_being_stored(person: Person, gemini: Standin, drain: Drain) -> None:
    gemini.script([text("Yes.")])
    async with in_queue(person.id):
        starting = asyncio.create_task(start(person, "hello"))
        ending = asyncio.create_task(drain(10))
        await asyncio.wait([starting, ending], timeout=0.1)
        assert not starting.done()
        assert not ending.done()
    await ending
    turn = await starting
    assert turn.is_over
    assert await status_of(turn.id) == "done"


async def test_shutdown_stores_the_partial_answers_of_running_turns(
    person: Person, gemini: Standin, drain: Drain
) -> None:
    gemini.script([hang_after(COUNTING, 2)])
    turn = await start(person, "count")
    await follow_until(turn, "thread.item.updated", "two")
    await drain(0.01)
    answer = await follow_to_end(turn)
    assert answer.error == ENDED_EARLY
    assert answer.errors[0]["allow_retry"] is True
    stored = await conversations.load_items(person.id, turn.thread_id)
    assert stored.items[-1]["content"][0]["text"] == answer.text
    assert stored.interrupted == turn.id


async def test_two_threads_of_one_user_run_concurrently(person: Person, gemini: Standin) -> None:
    gemini.script([hold_after(text("First.", pieces=2), 1), hold_after(text("Second.", pieces=2), 1)])
    first = await start(person, "one")
    await follow_until(first, "thread.item.updated", "Fi")
    second = await start(person, "two")
    await follow_until(second, "thread.item.updated", "Se")
    gemini.release()
    gemini.release()
    assert [(await follow_to_end(turn)).text for turn in (first, second)] == ["First.", "Second."]
