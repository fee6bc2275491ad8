"""Reminders requested in conversation are set from the user's own words."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from taskchat_app.assistant.agent.agent import INSTRUCTIONS
from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.grammar.phrases.reminder_phrases import ReminderRequest, parse_reminder_request
from taskchat_app.assistant.tools.reminders import reminder_request_for
from taskchat_app.domain.dates.due_dates import parse_due
from taskchat_app.domain.tasks.task_view import TaskView
from tests.assistant.offline.outcomes import text_of_commands
from tests.chatting import Chat
from tests.standin import call, calls, text
from tests.tables import check, read_rows
from tests.task_account import read_at

CLOCK = UserClock(ZoneInfo("UTC"), datetime(2026, 11, 20, 10, tzinfo=UTC))
TABLE = Path(__file__).parent / "tables/reminders.txt"


async def reminder(chat: Chat, number: int) -> dict[str, Any]:
    return (await chat.http.get(f"/api/tasks/{number}/reminder")).json()


def text_of(wish: ReminderRequest | None) -> str | None:
    """Return a request as the table writes it."""
    if wish is None:
        return None
    return wish.before + (" (plain)" if wish.is_plain else "") + (f" (not {wish.unknown})" if wish.unknown else "")


def test_a_message_asks_for_a_reminder_beside_its_commands():
    rows = read_rows(TABLE, "The reminder that a message asks for")
    check(rows, (text_of(parse_reminder_request(row.given)) for row in rows))
    rows = read_rows(TABLE, "The commands beside a reminder")
    check(rows, (text_of_commands(read_message(row.given, CLOCK)) for row in rows))


async def test_a_new_task_gets_the_reminder_of_the_call(chat: Chat):
    made = calls(call("create_task", {"title": "Dentist", "due_date": "2030-03-05T09:00", "reminder": "1_hour"}))
    answer = await chat.send("Hammaslääkäri 5.3.2030 klo 9, muistuta tuntia ennen", replies=[made, text("Done.")])
    [asked] = [one for one in chat.asked[-1]["messages"] if one["role"] == "tool"]
    says = "It rings Tue 5 Mar 2030, 08:00 (1 hour before)."
    assert says in asked["content"]
    found = await reminder(chat, 1)
    assert (found["before"], found["remind_at"]) == ("1_hour", "2030-03-05T08:00:00Z")
    assert await chat.receipt(answer.turn_id) == "Added #1"
    assert (await chat.http.post(f"/api/turns/{answer.turn_id}/undo")).json()["undone"] == [1]
    assert await chat.titles() == {}


async def test_an_existing_task_gets_the_reminder_of_the_call_and_keeps_its_other_fields(chat: Chat):
    await chat.add_task("Call mum", due_at="2030-03-05T09:00")
    await chat.add_task("Dentist", due_at="2030-03-06T09:00")
    answer = await chat.run(call("update_task", {"task_id": 1, "reminder": "1_day"}), said="remind me a day before #1")
    assert (await reminder(chat, 1))["remind_at"] == "2030-03-04T09:00:00Z"
    assert (await reminder(chat, 2))["before"] == "at_due_time"
    assert answer.tasks[0]["title"] == "Reminder changed: #1 Call mum"
    assert await chat.receipt(answer.turn_id) == "Set a reminder for #1"
    chat.script([calls(call("update_task", {"task_id": 1, "reminder": "none"})), text("Done.")])
    answer = await chat.send("don't remind me of it", answer.thread_id)
    assert (await reminder(chat, 1))["before"] == "none"
    assert await chat.receipt(answer.turn_id) == "Removed the reminder of #1"
    await chat.http.post(f"/api/turns/{answer.turn_id}/undo")
    assert (await reminder(chat, 1))["before"] == "1_day"


def test_a_time_beside_a_task_is_an_offset_from_its_date():
    rows = read_rows(TABLE, "A time beside a task is an offset from its date")
    wishes = [reminder_request_for(row.given, task_due(row.expected[0]), CLOCK) for row in rows]
    check(rows, ((row.expected[0], text_of(wish)) for row, wish in zip(rows, wishes, strict=True)))


def task_due(when: str) -> TaskView:
    due = parse_due(when, zone=CLOCK.zone, now=CLOCK.now)
    return read_at(CLOCK.now, due_at=due.at, due_day=due.day)


async def test_each_task_of_a_message_gets_its_own_reminder(chat: Chat, offline: None):
    await chat.send("remind me 10 minutes before to call mum on 5 March 2030 at 17:00; add buy milk 6 March 2030")
    assert (await reminder(chat, 1))["before"] == "10_minutes"
    assert (await reminder(chat, 2))["before"] == "none"
    await chat.add_task("Read", due_at=None)
    assert "cannot ring" not in (await chat.send("remove the reminder of #3")).text


async def test_a_model_decides_by_its_call_alone_and_deleting_a_reminder_never_deletes_its_task(chat: Chat):
    made = call("create_task", {"title": "Call mum", "due_at": "2030-03-05T17:00"})
    chat.script([calls(made), text("Done."), calls(call("delete_task", {"task_id": 1})), text("Done.")])
    await chat.send("call mum on 5 March 2030 at 17:00, remind me an hour before")
    assert (await reminder(chat, 1))["before"] == "at_due_time"
    await chat.send("delete the reminder of #1")
    assert await chat.titles() == {1: "Call mum"}


async def test_the_tool_result_describes_the_reminder(chat: Chat):
    rows: list[tuple[dict[str, str], str | None, str]] = [
        ({"reminder": "1_hour"}, None, "There is no due date to be reminded of. Give the task one first."),
        ({"reminder": "1_day", "due_date": "in 3 hours"}, None, "has passed. Choose a later reminder"),
        ({"reminder": "half_an_hour", "due_date": "2030-03-05T09:00"}, None, "Correct these arguments"),
        ({"reminder": "at_due_time", "due_date": "2030-03-05"}, "at_due_time", "It rings Tue 5 Mar 2030, 09:00."),
        ({"due_date": "2030-03-05T09:00"}, "at_due_time", "due Tue 5 Mar 2030, 09:00. It rings then."),
        ({"due_date": "2030-03-05"}, "none", 'due Tue 5 Mar 2030.",'),
    ]
    wanted = calls(
        *(call("create_task", {"title": f"Call {place}", **given}) for place, (given, *_) in enumerate(rows))
    )
    await chat.send("call everybody", replies=[wanted, text("Done.")])
    told = [one["content"] for one in chat.asked[-1]["messages"] if one["role"] == "tool"]
    for (given, _, tells), result in zip(rows, told, strict=True):
        assert tells in result, given
    made = [f"Call {place}" for place, (_, before, _) in enumerate(rows) if before]
    assert await chat.titles() == dict(enumerate(made, 1))
    assert [(await reminder(chat, number + 1))["before"] for number in range(3)] == [row[1] for row in rows if row[1]]


async def test_the_rules_read_the_reminder_from_the_message(chat: Chat, offline: None):
    rows = [
        ("remind me to call mum", "none", "It has no due date, so it cannot ring."),
        ("remind me to call mum on 5 March 2030", "at_due_time", "It rings"),
        ("add call mum 5 March 2030 9:00, remind me half an hour before it", "at_due_time", "not half an hour before"),
        ("add call mum in 3 hours, remind me the day before", "at_due_time", "has passed. Choose a later reminder"),
    ]
    for number, (said, before, tells) in enumerate(rows, 1):
        assert tells in (await chat.send(said)).text
        assert (await reminder(chat, number))["before"] == before, said
        await chat.http.delete(f"/api/tasks/{number}")


async def test_a_picked_choice_gets_the_reminder(chat: Chat, offline: None):
    await chat.add_task("Dentist for Ann", due_at="2030-03-05T09:00")
    await chat.add_task("Dentist for Bob", due_at="2030-03-06T09:00")
    answer = await chat.send("remind me an hour before the dentist")
    [card] = answer.cards
    payload = {"choice_id": card["id"], "number": 2}
    picked = await chat.act("choice.pick", payload, answer.thread_id, item_id=card["id"])
    assert picked.status_code == 200, picked.text
    assert [(await reminder(chat, number))["before"] for number in (1, 2)] == ["at_due_time", "1_hour"]


async def test_a_listing_contains_reminders(chat: Chat):
    await chat.add_task("Call mum", due_at="2030-03-05T09:00")
    await chat.add_task("Call mum", due_at="2030-03-05")
    await chat.send("when do you remind me?", replies=[calls(call("list_tasks")), text("Done.")])
    [told] = [one for one in chat.asked[-1]["messages"] if one["role"] == "tool"]
    assert told["content"].count('"rings"') == 1
    assert '"rings": "2030-03-05T09:00"' in told["content"]


def test_the_instructions_promise_reminders_on_open_pages_only():
    assert "rings on an open page" in INSTRUCTIONS
    assert "never comes by e-mail" in INSTRUCTIONS
    assert "alarm clock" not in INSTRUCTIONS
