"""Conversations as the page reads and changes them, in-process."""

import pytest
from sqlmodel import select

from taskchat_app.assistant import conversations
from taskchat_app.domain.accounts import Person
from taskchat_app.domain.errors import BadRequest, NotFound
from taskchat_app.domain.models import Change, Thread
from tests.chatting import Chat, rows
from tests.standin import Standin, call, calls, text


async def test_conversations_are_listed_by_page_the_last_answered_first(
    person: Person, chat: Chat, gemini: Standin
) -> None:
    gemini.script([text("Hello.")], repeat=True)
    ids = [(await chat.send(f"number {number}")).thread_id for number in range(5)]
    await chat.send("once more", ids[0])
    first = await conversations.list_conversations(person.id, limit=3)
    rest = await conversations.list_conversations(person.id, limit=3, after=first.after)
    assert [item.id for item in (*first.items, *rest.items)] == [ids[0], *ids[:0:-1]]
    assert [item.title for item in first.items] == ["number 0", "number 4", "number 3"]
    assert rest.after is None


async def test_items_come_by_page_from_the_newest_back_with_their_calls(
    person: Person, chat: Chat, gemini: Standin
) -> None:
    gemini.script([calls(call("create_task", {"title": "Milk"}, call_id="one")), text("Added."), text("Bye.")])
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


async def test_another_persons_conversation_is_absent(
    person: Person, other_person: Person, chat: Chat, gemini: Standin
) -> None:
    gemini.script([text("Hello.")])
    thread_id = (await chat.send("hello")).thread_id
    for attempt in (
        conversations.load_items(other_person.id, thread_id),
        conversations.rename(other_person.id, thread_id, "Taken"),
        conversations.delete_conversation(other_person.id, thread_id),
        conversations.list_conversations(other_person.id, after=thread_id),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await conversations.list_conversations(person.id)).items[0].title == "hello"


async def test_a_conversation_is_renamed_with_a_line_in_the_log(person: Person, chat: Chat, gemini: Standin) -> None:
    gemini.script([text("Hello.")])
    thread_id = (await chat.send("hello")).thread_id
    await conversations.rename(person.id, thread_id, "  Shopping ")
    for title in ("", "x" * 256):
        with pytest.raises(BadRequest):
            await conversations.rename(person.id, thread_id, title)
    assert (await conversations.list_conversations(person.id)).items[0].title == "Shopping"
    renamed = select(Change).where(Change.user_id == person.id, Change.kind == "thread", Change.action == "renamed")
    assert len(await rows(renamed)) == 1


async def test_a_deleted_conversation_is_gone_and_its_tasks_stay(person: Person, chat: Chat, gemini: Standin) -> None:
    gemini.script([calls(call("create_task", {"title": "Milk"})), text("Added.")])
    thread_id = (await chat.send("add milk")).thread_id
    await conversations.delete_conversation(person.id, thread_id)
    assert await rows(select(Thread).where(Thread.user_id == person.id)) == []
    assert await chat.titles() == {1: "Milk"}
