"""The list shows the tasks that the user asked for in the chat."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.standin import Standin, call, calls, hold_after, text
from tests.ui.visitor import Visitor

DAY = timedelta(days=1)


async def with_tasks(visitor: Visitor) -> None:
    today = datetime.now(UTC).date()
    await visitor.post_tasks(
        {"title": "Pay rent", "due_at": str(today - DAY), "tags": ["home"], "priority": "high"},
        {"title": "Call mum", "due_at": str(today + DAY), "tags": ["home"]},  # not overdue at midnight either
        {"title": "Paint the wall", "tags": ["home"], "priority": "high"},
        {"title": "Write the report"},
    )
    await expect(visitor.tasks).to_have_count(4)


async def test_tasks_asked_for_in_the_chat_are_shown_in_this_tabs_list_in_the_chosen_order(visitor: Visitor):
    await with_tasks(visitor)
    await visitor.ask("Show my overdue work", "Pay rent")
    await expect(visitor.page).to_have_url(re.compile(r"/c/\w+\?view=overdue&asked=1$"))
    await expect(visitor.tasks).to_have_count(1)
    await expect(visitor.checkbox("Complete #1 Pay rent")).to_be_visible()
    other = await visitor.open_tab(visitor.page.url.removeprefix(visitor.server.origin).partition("?")[0])
    await expect(other.answers).to_have_count(1)
    await visitor.send("show high priority tasks tagged home")
    await expect(visitor.page).to_have_url(re.compile(r"\?tag=home&priority=high&asked=1$"))
    await expect(visitor.tasks).to_have_count(2)
    await visitor.send("what is due this week?")
    await expect(visitor.page).to_have_url(re.compile(r"\?due_after=[-\d]+&due_before=[-\d]+&asked=1$"))
    await visitor.ask("complete the report", "#4")
    await expect(visitor.page).to_have_url(re.compile("due_after"))
    await expect(visitor.answers.last.get_by_role("button", name="Show in list")).to_have_count(0)
    await visitor.page.go_back()
    await expect(visitor.page).to_have_url(re.compile("priority=high"))
    await expect(visitor.tasks).to_have_count(2)
    await expect(visitor.answers).to_have_count(4)
    await expect(other.answers).to_have_count(4)
    assert "?" not in other.page.url
    await expect(other.tasks).to_have_count(3)
    await other.page.reload()
    await other.answers.first.get_by_role("button", name="Show in list").click()
    await expect(other.page).to_have_url(re.compile(r"\?view=overdue&asked=1$"))
    await expect(other.tasks).to_have_count(1)

    await visitor.open("/?sort=title")
    await expect(visitor.tasks.first).to_contain_text("Call mum")
    await visitor.ask("show my tasks tagged home", "Pay rent")
    await expect(visitor.page).to_have_url(re.compile(r"\?tag=home&sort=title&asked=1$"))
    for shown in (visitor.tasks, visitor.answers.last.get_by_role("listitem")):
        await expect(shown).to_contain_text(["Call mum", "Paint the wall", "Pay rent"])
    await visitor.send("delete the second one")
    await expect(visitor.tasks).to_contain_text(["Call mum", "Pay rent"])


@pytest.mark.soak
async def test_an_answers_list_keeps_what_is_typed_and_is_behind_a_link_on_a_phone(visitor: Visitor, gemini: Standin):
    high = {"tag": "home", "priority": "high"}
    gemini.script(
        [
            *(calls(call("list_tasks", {"tag": "home"})), hold_after(text("Three are for home."), 0)),
            *(calls(call("list_tasks", high)), text("Two: #1 and #3. Not #99.")),
        ]
    )
    await with_tasks(visitor)
    await visitor.send("What is to do at home?")
    panel = await visitor.open_task("Call mum")
    await panel.get_by_role("button", name="Add a description").click()
    await panel.get_by_role("textbox", name="Description").fill("Her number has changed")
    gemini.release()
    await expect(visitor.tasks).to_have_count(3)
    await visitor.open_task("Call mum")
    await expect(panel.get_by_text("Her number has changed", exact=True)).to_be_visible()

    await visitor.open("/")
    await visitor.page.set_viewport_size({"width": 375, "height": 812})
    await visitor.ask("What matters at home?", "Two")
    await expect(visitor.page).to_have_url(re.compile(r"\?tag=home&priority=high&asked=1$"))
    await expect(visitor.tasks.first).to_be_hidden()
    await visitor.answers.get_by_role("button", name="Show in list").click()
    await expect(visitor.tasks).to_have_count(2)
    await expect(visitor.checkbox("Complete #3 Paint the wall")).to_be_visible()
    await visitor.show_pane("Chat")
    await expect(visitor.answers.get_by_role("link", name="#3")).to_be_visible()
    await expect(visitor.answers.get_by_role("link", name="#99")).to_have_count(0)


@pytest.mark.soak
async def test_a_list_shown_for_a_question_names_it_and_leads_back_and_hides_no_new_task(visitor: Visitor):
    await with_tasks(visitor)
    tasks = visitor.page.get_by_role("region", name="Tasks")
    bar = tasks.get_by_role("status").filter(has_text="Shown for your question")
    back = visitor.page.get_by_role("button", name="Back to Open")

    await visitor.send("show high priority tasks tagged home")
    await expect(visitor.tasks).to_have_count(2)
    await expect(bar).to_be_visible()
    await expect(visitor.page).to_have_url(re.compile(r"/c/thr_\w+\?.*asked=1"))  # the last address
    await visitor.page.reload()
    await expect(bar).to_be_visible()
    await back.click()
    await expect(visitor.tasks).to_have_count(4)
    await expect(bar).to_have_count(0)

    await visitor.send("show my overdue work")
    await expect(visitor.tasks).to_have_count(1)
    await visitor.add_task("Sweep the yard")
    await expect(visitor.tasks).to_have_count(5)
    await expect(visitor.checkbox("Complete #5 Sweep the yard")).to_be_visible()
    await expect(bar).to_have_count(0)
    assert (await visitor.api("GET", "/api/tasks/5")).json()["tags"] == []

    await visitor.send("show my overdue work")
    await expect(visitor.tasks).to_have_count(1)
    await visitor.send("add feed the cat")
    await expect(visitor.checkbox("Complete #6 Feed the cat")).to_be_visible()

    await visitor.send("show high priority tasks tagged home")
    await expect(visitor.tasks).to_have_count(2)
    await visitor.page.get_by_role("button", name="Today 1").click()
    await expect(visitor.page).to_have_url(re.compile(r"\?view=today$"))
    await expect(bar).to_have_count(0)
