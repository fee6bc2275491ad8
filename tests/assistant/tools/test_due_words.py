"""The words of a message from which a tool's due date is, without a model and beside one."""

from datetime import datetime, timedelta

import pytest

from tests.chatting import Chat
from tests.standin import call, calls, text


async def test_the_built_in_assistant_keeps_the_words_and_reads_the_preferred_meaning(chat: Chat, offline: None):
    for number, (said, words) in enumerate(
        (
            ("add call Ann tomorrow at 8", "tomorrow at 8"),
            ("remind me to call Bob on saturday at 3", "on saturday at 3"),
            ("füge Cem anrufen am Samstag um 3 hinzu", "am Samstag um 3"),
        ),
        1,
    ):
        await chat.send(said)
        added = await chat.task(number)
        assert (added["due_words"], [one["all_day"] for one in added["due_readings"]]) == (words, [False])
    await chat.send("add milk tomorrow and bread on saturday at 3")
    assert [(await chat.task(number))["due_words"] for number in (4, 5)] == ["tomorrow", "on saturday at 3"]
    await chat.add_task("Call Ann", due_at="2031-05-06")
    await chat.send("move 6 to tomorrow at 8")
    assert (await chat.task(6))["due_words"] == "tomorrow at 8"
    await chat.send("move 6 to 4pm")
    moved = await chat.task(6)
    assert (moved["due_words"], moved["due_readings"]) == ("4pm", [])
    await chat.http.patch("/api/auth/me", json={"due_meanings": "20h"})
    await chat.send("add call Ann tomorrow at 8")
    added = await chat.task(7)
    assert (added["due_at"][11:16], [one["meaning"] for one in added["due_readings"]]) == ("20:00", ["08h"])


async def test_a_date_of_a_model_has_the_words_of_the_message_read_as_preferred(chat: Chat):
    for number, (said, due_date, words, meanings) in enumerate(
        (
            ("Call Ann tomorrow at 8", "tomorrow 8:00", "tomorrow at 8", ["20h"]),
            ("Call Ann tomorrow at 8", "tomorrow 20:00", "tomorrow at 8", ["08h"]),
            ("Call Ann when the week is nearly over", "next friday", None, []),
        ),
        1,
    ):
        await chat.run(call("create_task", {"title": "Call Ann", "due_date": due_date}), said=said)
        added = await chat.task(number)
        assert (added["due_words"], [one["meaning"] for one in added["due_readings"]]) == (words, meanings), due_date
    await chat.http.patch("/api/auth/me", json={"due_meanings": "week_after 20h"})
    chat.script([calls(call("create_task", {"title": "Call Ann", "due_date": "tomorrow at 8"})), text("Done.")])
    await chat.send("Call Ann tomorrow at 8")
    assert (await chat.task(4))["due_at"][11:16] == "20:00"
    told = chat.asked[-1]["messages"][0]["content"]
    assert "“at 8” is 20:00. For the person, “next friday” and “next weekend” are a week after" in told


async def test_another_date_of_a_model_stands_and_that_of_the_words_is_its_other_reading(chat: Chat):
    await chat.run(call("create_task", {"title": "Call Ann", "due_date": "2031-05-06"}), said="Call Ann tomorrow")
    added = await chat.task(1)
    tomorrow = (datetime.fromisoformat(added["created_at"]) + timedelta(days=1)).date().isoformat()
    assert (added["due_at"][:10], added["due_words"]) == ("2031-05-06", "tomorrow")
    assert added["due_readings"] == [{"due_at": tomorrow, "all_day": True, "meaning": "words"}]
    await chat.http.patch("/api/tasks/1", json={"due_reading": 1})
    chosen = await chat.task(1)
    assert (chosen["due_at"][:10], chosen["due_readings"][0]["meaning"]) == (tomorrow, "assistant")


@pytest.mark.parametrize(("month", "day", "other"), [(3, 5, "day_first"), (5, 3, "month_first")])
async def test_a_models_order_of_3_5_has_the_other_date_beside_it(chat: Chat, month: int, day: int, other: str):
    # No rule reads this message with either date, so that it is not asked about.
    said = "Could you maybe do something about calling Ann, 3/5 or so, what do you think?"
    due = f"2031-{month:02}-{day:02}"
    await chat.run(call("create_task", {"title": "Call Ann", "due_date": due}), said=said.replace("3/5", "3/5/31"))
    added = await chat.task(1)
    assert (added["due_at"][:10], added["due_words"]) == (due, "3/5/31")
    assert [(one["due_at"], one["meaning"]) for one in added["due_readings"]] == [(f"2031-{day:02}-{month:02}", other)]
