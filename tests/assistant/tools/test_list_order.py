"""Which tasks list_tasks finds, and in which order: that of the page."""

from typing import Any

import httpx
import pytest
from sqlalchemy import text as sql
from sqlmodel import select

from taskchat_app.domain.storage.database import system_transaction
from taskchat_app.domain.storage.models import ToolExecution
from tests.chatting import Answer, Chat, answer_of, message, rows

pytestmark = pytest.mark.usefixtures("offline")


def shown(answer: str) -> list[int]:
    return [int(line.split()[1].lstrip("#")) for line in answer.split("\n") if line.startswith("- #")]


async def test_the_day_begins_with_what_is_overdue_then_goes_by_time_and_priority(chat: Chat):
    low = await chat.add_task("Low", due_at="today", priority="low")
    high = await chat.add_task("High", due_at="today", priority="high")
    late = await chat.add_task("Late", due_at="2026-01-05")
    await chat.add_task("Tomorrow", due_at="tomorrow")
    whenever = await chat.add_task("Whenever")
    assert shown((await chat.send("what should I do today?")).text) == [late, high, low]
    assert (await chat.send("how many open tasks?")).text == "5 open tasks. 1 of them is overdue."
    await chat.add_task("Buy paint", due_at="2026-01-05", parent_number=whenever)
    await chat.add_task("Buy brushes", due_at="2026-01-05", parent_number=late)
    await chat.add_task("In a year", start_at="in 8 weeks")
    assert (await chat.send("how many open tasks?")).text == "5 open tasks. 2 of them are overdue."


async def test_open_tasks_are_in_the_order_of_the_page_and_the_second_one_is_the_second_that_is_seen(chat: Chat):
    undated = await chat.add_task("Undated")
    later, sooner = await chat.add_task("Later", due_at="in 6 days"), await chat.add_task("Sooner", due_at="in 4 days")
    answer = await chat.send("list my tasks")
    assert shown(answer.text) == [sooner, later, undated]
    await chat.send("delete the second one", answer.thread_id)
    assert set(await chat.titles()) == {undated, sooner}
    for number in (undated, sooner):
        await chat.http.post(f"/api/tasks/{number}/complete", json={"completed": True})
    assert shown((await chat.send("show done tasks")).text) == [sooner, undated]


async def test_what_begins_later_is_listed_when_its_day_its_words_or_its_number_is_asked_for(chat: Chat):
    now, late = await chat.add_task("Rent"), await chat.add_task("Roses", due_at="in 9 weeks", start_at="in 8 weeks")
    assert shown((await chat.send("list my tasks")).text) == [now]
    assert shown((await chat.send("what's due in 9 weeks?")).text) == [late]
    assert str(late) in (await chat.send("find roses")).text
    await chat.add_tasks("Call mum", "Buy 2 eggs", "Pay rent")
    assert shown((await chat.send("what is #4?")).text) == [4]
    assert shown((await chat.send("what is #9?")).text) == []


async def try_to_ask(chat: Chat, words: str, thread_id: str | None = None, **shown: Any) -> httpx.Response:
    """Send a message beside a list that the person has sorted."""
    body = message(words, thread_id)
    tag = {"type": "input_tag", "id": "order", "text": "order", "group": "order", "data": shown}
    body["params"]["input"]["content"].append(tag)
    return await chat.http.post("/api/chatkit", json=body)


async def ask(chat: Chat, words: str, thread_id: str | None = None, **shown: str) -> Answer:
    return answer_of(await try_to_ask(chat, words, thread_id, **shown))


async def test_the_order_that_the_person_chose_for_the_page_is_that_of_the_chat(chat: Chat):
    for title, priority in (("Beans", "low"), ("Apples", "high"), ("Carrots", "medium")):
        await chat.add_task(title, priority=priority, due_at="today")
    answer = await ask(chat, "list my tasks", sort="title", order="desc")
    assert shown(answer.text) == [3, 1, 2]
    [result] = await rows(select(ToolExecution.result).where(ToolExecution.turn_id == answer.turn_id))
    assert (result["sorted"], result["counts"]["done"]) == ({"sort": "title", "order": "desc"}, 0)
    await ask(chat, "delete the second one", answer.thread_id, sort="title", order="desc")
    assert set(await chat.titles()) == {2, 3}
    assert shown((await ask(chat, "list my tasks", sort="priority", order="")).text) == [2, 3]
    assert shown((await ask(chat, "what should I do today?", sort="title", order="desc")).text) == [2, 3]
    await chat.http.post("/api/tasks/3/move", json={"before": 2})
    assert shown((await ask(chat, "list my tasks", sort="manual", order="")).text) == [3, 2]


async def test_an_unknown_order_of_the_page_is_refused(chat: Chat):
    unknown_ones: list[dict[str, Any]] = [{"sort": "colour"}, {"sort": "title", "order": "up"}, {"sort": 3}]
    for unknown in unknown_ones:
        response = await try_to_ask(chat, "list my tasks", **unknown)
        assert (response.status_code, response.json()["code"]) == (400, "bad_request"), unknown


async def test_what_was_done_today_is_told_by_when_it_was_done(chat: Chat):
    numbers = [await chat.add_task(title, due_at=due) for title, due in (("A", "in 9 days"), ("B", None), ("C", None))]
    for number in numbers:
        await chat.http.post(f"/api/tasks/{number}/complete", json={"completed": True})
    async with system_transaction() as session:
        await session.exec(sql("UPDATE tasks SET completed_at = completed_at - interval '3 days' WHERE title = 'C'"))  # pyright: ignore[reportCallIssue, reportArgumentType]  # SQLModel types only its own statements
    answer = (await chat.send("what have I done today?")).text
    assert answer.startswith("2 tasks done.")
    assert shown(answer) == [2, 1]


async def test_many_lines_are_added_by_one_message_and_put_back_by_one_undo(chat: Chat):
    answer = await chat.send("add these tasks:\n" + "\n".join(f"* [ ] thing {number}" for number in range(60)))
    assert len(await chat.titles()) == 60
    await chat.send("undo", answer.thread_id)
    assert await chat.titles() == {}
