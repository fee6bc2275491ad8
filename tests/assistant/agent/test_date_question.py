"""A date in numbers that can be read in two ways is asked about once."""

from datetime import datetime

import pytest

from taskchat_app.domain.dates.local_time import DateSettings, Due, user_zone
from taskchat_app.domain.preferences import set_preferences
from taskchat_app.domain.storage.database import now
from taskchat_app.ui.task_list_state.add_line_parser import draft_of
from tests.chatting import Chat
from tests.conftest import SignedInPerson

pytestmark = pytest.mark.usefixtures("offline")


async def due_days(chat: Chat) -> dict[str, str]:
    tasks = (await chat.http.get("/api/tasks")).json()["tasks"]
    return {task["title"]: task["due_at"][5:10] for task in tasks if task["due_at"]}


async def order_of(chat: Chat) -> str:
    return (await chat.http.get("/api/auth/settings")).json()["date_order"]


async def test_the_answer_is_remembered_and_its_message_carried_out(chat: Chat, signed_in: SignedInPerson):
    for answer, order, day in (("month first", "month", "03-05"), ("the 3 May one", "", ""), ("3 May", "day", "05-03")):
        await set_preferences(signed_in.person, date_order="")
        title = {"month": "Call Ann", "day": "Call Bob"}.get(order, "Call nobody")
        asked = await chat.send(f"add {title} 3/5")
        assert "“3/5”" in asked.text
        assert "(month first)" in asked.text
        assert title not in (await chat.titles()).values()
        await chat.send(answer, asked.thread_id)
        assert await order_of(chat) == order
        assert (await due_days(chat)).get(title, "") == day
    await chat.send("add Call again 3/5")
    assert (await due_days(chat))["Call again"] == "05-03"


async def test_an_existing_tasks_date_is_asked_about_and_a_fraction_is_not(chat: Chat):
    await chat.add_task("Milk")
    moved = await chat.send("move 1 to 12/3")
    assert "12 March" in moved.text
    await chat.send("day first", moved.thread_id)
    assert (await due_days(chat))["Milk"] == "03-12"


async def test_numbers_of_a_title_are_not_asked_about(chat: Chat):
    for text in ("add buy 1/2 pound butter", 'add read "3/5"', "add buy milk on 2027-05-03"):
        assert "month first" not in (await chat.send(text)).text
    assert len(await chat.titles()) == 3
    assert await order_of(chat) == ""


async def test_german_is_asked_and_answered_in_german(chat: Chat):
    asked = await chat.send("erstelle eine Aufgabe Zahnarzt am 3/5")
    assert "Tag zuerst" in asked.text
    await chat.send("Tag zuerst", asked.thread_id)
    assert (await due_days(chat))["Zahnarzt"] == "05-03"


async def test_an_answer_names_a_reading_and_a_yes_repeats_the_question(chat: Chat, signed_in: SignedInPerson):
    for name, answer, day in (
        ("Ann", "the first", "03-05"),
        ("Bob", "march", "03-05"),
        ("Cem", "March 5", "03-05"),
        ("Dan", "the second one", "05-03"),
        ("Eve", "May", "05-03"),
        ("Fay", "Mai", "05-03"),
    ):
        await set_preferences(signed_in.person, date_order="")
        asked = await chat.send(f"add Call {name} 3/5")
        assert (await chat.send("yes", asked.thread_id)).text == asked.text, answer
        assert f"Call {name}" not in (await chat.titles()).values()
        await chat.send(answer, asked.thread_id)
        assert (await due_days(chat))[f"Call {name}"] == day, answer


async def test_american_dates_and_times_are_read_where_the_order_is_known(chat: Chat, signed_in: SignedInPerson):
    await set_preferences(signed_in.person, date_order="month", timezone="UTC")
    for number, (said, at) in enumerate(
        (("12/18", "-12-18T"), ("12/3 12:30pm", "-12-03T12:30"), ("6:15a", "T06:15")), 1
    ):
        await chat.send(f"add Call {said}")
        task = await chat.task(number)
        assert (task["title"], at in task["due_at"]) == ("Call", True), said
        draft = draft_of(f"Call {said}", zone=user_zone("UTC", DateSettings(month_first=True)), now=now())
        assert isinstance(draft.due_at, Due)
        assert (draft.title, draft.due_at.at) == ("Call", datetime.fromisoformat(task["due_at"]))
