"""Conversations: the functions that the page calls to read and change them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import insert, update
from sqlmodel import col, select

from taskchat_app.assistant.threads import conversations, thread_rows
from taskchat_app.assistant.threads.thread_rows import TITLE_LENGTH, title_of
from taskchat_app.assistant.turns import turns
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.retention import delete_expired
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import BadRequest, NotFound
from taskchat_app.domain.storage.models import Change, MessageWords, Thread, ThreadItem
from tests.assistant.turns.turn_state import end_held
from tests.chatting import Chat, follow_to_end, rows, start, write
from tests.standin import Standin, call, calls, cut_after, error, hang, hang_after, hold_after, text
from tests.statements import sent_statements


async def change(person: Person, verb: Callable[..., Awaitable[object]], *arguments: str) -> None:
    """Change a conversation as the page does."""
    await conversations.change_conversations(person.id, lambda session, by: verb(session, by, *arguments))


async def test_conversations_are_paged_in_order_of_their_last_answer(person: Person, chat: Chat):
    chat.script([text("Hello.")], repeat=True)
    ids = [(await chat.send(f"number {number}")).thread_id for number in range(5)]
    await chat.send("once more", ids[0])
    first = await conversations.list_conversations(person.id, limit=3)
    rest = await conversations.list_conversations(person.id, limit=3, after=first.after)
    assert [item.id for item in (*first.items, *rest.items)] == [ids[0], *ids[:0:-1]]
    assert [item.title for item in first.items] == ["number 0", "number 4", "number 3"]
    assert rest.after is None


async def test_items_are_paged_from_the_newest_with_their_tool_calls(person: Person, chat: Chat):
    chat.script([calls(call("create_task", {"title": "Milk"}, call_id="one")), text("Added."), text("Bye.")])
    answer = await chat.send("add milk")
    await chat.send("thanks", answer.thread_id)
    newest = await conversations.load_items(person.id, answer.thread_id, limit=2)
    assert [item["type"] for item in newest.items] == ["user_message", "assistant_message"]
    older = await conversations.load_items(person.id, answer.thread_id, limit=10, before=newest.before)
    assert [item["type"] for item in older.items] == ["user_message", "workflow", "assistant_message"]
    assert older.before is None
    assert newest.interrupted is None
    [shown] = older.items[1]["calls"]
    assert set(shown) == {"call_id", "tool", "status", "title", "arguments", "result"}
    assert (shown["call_id"], shown["status"], shown["title"]) == ("one", "done", "Added #1 Milk")


async def test_the_endings_of_failed_turns_are_read_with_their_items(person: Person, chat: Chat):
    chat.script([text("Hello."), cut_after(text("One two", pieces=2), 1), text("Again."), error(400)])
    whole = await chat.send("hello")
    cut, answered, last = [await chat.send(said, whole.thread_id) for said in ("count", "again", "once more")]
    page = await conversations.load_items(person.id, whole.thread_id)
    assert answered.errors == []
    failures = {turn_id: ending.failure for turn_id, ending in page.endings.items()}
    told = {turn_id: failure and failure["message"] for turn_id, failure in failures.items()}
    assert told == {cut.turn_id: cut.error, last.turn_id: last.error}
    assert page.interrupted == last.turn_id
    assert None not in [ending.at for ending in page.endings.values()]


async def test_the_ending_of_a_stopped_turn_is_read_with_its_message(person: Person, gemini: Standin):
    gemini.script([hang()])
    turn = await start(person, "count")
    await turns.stop(person.id, turn.id)
    page = await conversations.load_items(person.id, turn.thread_id)
    assert [item["type"] for item in page.items] == ["user_message"]
    assert [(turn_id, ending.is_stopped) for turn_id, ending in page.endings.items()] == [(turn.id, True)]
    assert page.interrupted is None


async def test_renaming_a_conversation_is_recorded_in_the_log(person: Person, chat: Chat):
    thread_id = (await chat.send("hello", replies=[text("Hello.")])).thread_id
    await change(person, thread_rows.rename_thread, thread_id, "  Shopping ")
    for title in ("", "x" * 256):
        with pytest.raises(BadRequest):
            await change(person, thread_rows.rename_thread, thread_id, title)
    assert (await conversations.list_conversations(person.id)).items[0].title == "Shopping"
    renamed = select(Change).where(Change.user_id == person.id, Change.kind == "thread", Change.action == "renamed")
    assert len(await rows(renamed)) == 1


async def unread(person: Person) -> list[bool]:
    return [item.is_unread for item in (await conversations.list_conversations(person.id)).items]


async def actions(person: Person, kind: str = "thread") -> list[str]:
    logged = select(Change.action).where(Change.user_id == person.id, Change.kind == kind).order_by(col(Change.id))
    return await rows(logged)


async def test_a_deleted_conversation_is_not_found_keeps_its_tasks_and_can_be_restored(person: Person, chat: Chat):
    chat.script([calls(call("create_task", {"title": "Milk"})), text("Added."), text("Hello.")])
    deleted = await chat.send("add milk")
    before = await chat.items(deleted.thread_id)
    await chat.send("another")
    await change(person, thread_rows.delete_thread, deleted.thread_id)
    for attempt in (
        conversations.load_items(person.id, deleted.thread_id),
        change(person, thread_rows.rename_thread, deleted.thread_id, "Back"),
        change(person, thread_rows.delete_thread, deleted.thread_id),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await chat.try_to_send("hello", deleted.thread_id)).status_code == 404
    assert await conversations.starting_messages(person.id, [deleted.turn_id]) == {}
    listed = await conversations.list_conversations(person.id)
    assert [(item.title, listed.unread) for item in listed.items] == [("another", 1)]
    assert await chat.titles() == {1: "Milk"}
    for _ in range(2):
        await change(person, thread_rows.restore_thread, deleted.thread_id)
    assert [item.title for item in (await conversations.list_conversations(person.id)).items] == ["another", "add milk"]
    assert await chat.items(deleted.thread_id) == before
    assert (await actions(person))[2:] == ["deleted", "restored"]


async def test_a_conversation_deleted_30_days_ago_is_deleted_permanently(person: Person, chat: Chat):
    chat.script([text("Hello.")], repeat=True)
    old, late = [(await chat.send("hello")).thread_id for _ in range(2)]
    for thread_id, days in ((old, 30.1), (late, 29.9)):
        await change(person, thread_rows.delete_thread, thread_id)
        past = {"deleted_at": now() - timedelta(days=days)}
        await write(update(Thread).where(col(Thread.id) == thread_id).values(past))
    with pytest.raises(NotFound):
        await change(person, thread_rows.restore_thread, old)
    await delete_expired()
    assert await rows(select(Thread.id).where(Thread.user_id == person.id)) == [late]
    assert set(await rows(select(ThreadItem.thread_id).where(ThreadItem.user_id == person.id))) == {late}
    assert len(await rows(select(MessageWords.item_id).where(MessageWords.user_id == person.id))) == 2
    await change(person, thread_rows.restore_thread, late)


async def test_deleting_stops_the_turn_and_restoring_shows_its_partial_answer(
    person: Person, gemini: Standin, caplog: pytest.LogCaptureFixture
):
    gemini.script([hang_after(text("OneTwoTri", pieces=3), 2)])
    turn = await start(person, "count", until="Two")
    await change(person, thread_rows.delete_thread, turn.thread_id)
    async with asyncio.timeout(60):
        assert (await follow_to_end(turn)).errors == []
    assert turns.running(person.id, turn.thread_id) is None
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    await change(person, thread_rows.restore_thread, turn.thread_id)
    page = await conversations.load_items(person.id, turn.thread_id)
    assert [item["type"] for item in page.items] == ["user_message", "assistant_message"]
    assert (page.interrupted, await actions(person, "turn")) == (None, ["started", "stopped"])


async def test_an_answer_is_unread_until_its_turn_is_marked_as_read(person: Person, chat: Chat):
    chat.script([text("Hello.")], repeat=True)
    first = await chat.send("hello")
    second = await chat.send("and again", first.thread_id)
    assert await unread(person) == [True]
    await change(person, thread_rows.mark_read, first.thread_id, first.turn_id)
    assert await unread(person) == [True]
    for _ in range(2):
        await change(person, thread_rows.mark_read, first.thread_id, second.turn_id)
    assert (await unread(person), await actions(person)) == ([False], ["created", "read", "read"])
    await change(person, thread_rows.mark_read, first.thread_id, first.turn_id)
    assert await unread(person) == [False]
    await chat.send("once more", first.thread_id)
    assert await unread(person) == [True]


async def test_an_unfinished_answer_is_not_unread(person: Person, gemini: Standin):
    gemini.script([calls(call("create_task", {"title": "Milk"})), hold_after(text("one two", pieces=2), 1)])
    turn = await start(person, "count", until="one")
    assert await unread(person) == [False]
    await end_held(gemini, turn)
    assert await unread(person) == [True]


async def test_conversations_are_listed_with_two_queries(person: Person, chat: Chat):
    at = now()
    common = {"user_id": person.id, "status": {"type": "active"}, "details": {}, "created_at": at, "updated_at": at}
    await write(insert(Thread).values([{**common, "id": f"thr_{person.id}_{number:03}"} for number in range(300)]))
    with sent_statements("SELECT") as queries:
        page = await conversations.list_conversations(person.id, limit=200)
    assert (len(page.items), len(queries)) == (200, 2)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("  Buy\n milk ", "Buy milk"),
        ("x" * TITLE_LENGTH, "x" * TITLE_LENGTH),
        ("x" * (TITLE_LENGTH + 1), "x" * (TITLE_LENGTH - 1) + "…"),
        ("word " * 20, " ".join(["word"] * 11) + "…"),
        ("Plan my move: \n- boxes\n- van on friday", "Plan my move"),
        (":\nmilk", ": milk"),
        ("Milk:", "Milk:"),
        ("word, " * 20, ", ".join(["word"] * 9) + "…"),
    ],
)
def test_a_title_is_the_heading_of_a_list_or_the_message_on_one_line_cut_at_a_word(text: str, title: str):
    assert title_of(text) == title
    assert len(title) <= TITLE_LENGTH
