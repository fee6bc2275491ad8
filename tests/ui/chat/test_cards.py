"""Cards: choices, plans, and proposals to delete, of the assistant or over MCP: the user decides."""

import re

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult
from playwright.async_api import Locator, expect

from tests.standin import Standin, call, calls, hold_after, text
from tests.ui.chat.test_attachments import chips, choose
from tests.ui.visitor import Visit, Visitor, box_of


async def a_click_or_a_yes_adds_the_task_that_a_doubtful_wish_is_offered_as(visitor: Visitor) -> None:
    card, added = visitor.page.get_by_role("group", name="Add this task?"), re.compile(r"Added #\d Choir practice")
    for place, is_clicked in enumerate((True, False)):
        await visitor.api("POST", "/api/tasks/bulk-delete", json={"filter": {"status": "all"}})
        await visitor.send("choir practice every monday #fun")
        await expect(card).to_be_visible()
        await expect(visitor.tasks).to_have_count(0)
        if is_clicked:
            await card.get_by_role("button", name="Choir practice (repeats every Monday, #fun)").click()
        else:
            await visitor.send("yes")
        await expect(visitor.tasks).to_have_count(1)
        await expect(visitor.checkbox("Choir practice")).to_be_visible()
        await expect(visitor.answers.nth(place).get_by_text(added)).to_be_visible()
        await expect(card).to_have_count(0)
    answers = await visitor.answers.count()
    await visitor.page.reload()
    await expect(visitor.answers).to_have_count(answers)
    await expect(visitor.answers.nth(1).get_by_text(added)).to_be_visible()
    await expect(card).to_have_count(0)


async def clicks_add_lines_of_an_attached_list(visitor: Visitor) -> None:
    await choose(visitor, "list.txt", "text/plain", b"- milk\n- bread\n- eggs")
    await expect(chips(visitor)).to_contain_text("1 kB")
    await visitor.page.get_by_role("button", name="Send").click()
    card = visitor.page.get_by_role("group", name="Which of these lines are tasks?")
    await card.get_by_role("button", name="2. bread").click()
    await expect(visitor.tasks).to_have_count(1)
    await expect(card.get_by_role("button", name="Added 2. bread")).to_be_visible()
    await expect(visitor.announcement).to_have_text(re.compile(r"Added #\d"))
    first = (await visitor.task())["number"]
    await card.get_by_role("button", name="1. milk").click()
    await expect(visitor.announcement).to_have_text(re.compile(rf"Added #{first + 1}"))
    await visitor.page.reload()
    await card.get_by_role("button", name="Add the others").click()
    await expect(visitor.tasks).to_have_count(3)
    await expect(visitor.page.get_by_role("group", name="All lines are added")).to_be_visible()


async def test_a_click_chooses_one_of_several_tasks(visit: Visit) -> None:
    visitor = await visit("Weekly report", "Yearly report")
    await visitor.send("delete the report")
    card = visitor.page.get_by_role("group", name="Delete which one?")
    await card.get_by_role("button", name="Yearly report").click()
    await expect(visitor.tasks).to_have_count(1)
    await expect(visitor.announcement).to_have_text(re.compile(r"Deleted #\d+ Yearly report"))
    await expect(card).to_have_count(0)
    await expect(visitor.answers.get_by_role("group")).to_contain_text(["What was asked"])  # it alone, folded
    await expect(visitor.answers.get_by_text(re.compile(r"Deleted #\d+ Yearly report"))).to_be_visible()
    await expect(visitor.answers.locator("[data-receipt]")).to_contain_text("Deleted #")
    await expect(visitor.checkbox("Weekly report")).to_be_visible()


@pytest.mark.soak
async def test_a_card_is_clicked(visitor: Visitor):
    await visitor.go_through(
        a_click_or_a_yes_adds_the_task_that_a_doubtful_wish_is_offered_as, clicks_add_lines_of_an_attached_list
    )


async def test_a_plan_is_edited_in_two_tabs_added_once_and_undone(visitor: Visitor):
    await visitor.ask("Plan my move:\n- Book a van by 1 March 2027\n- Pack\n- Say goodbye", "Here is the plan.")
    other = await visitor.open_tab(await visitor.conversation_path())
    plan, its_twin = (tab.page.get_by_role("group", name="my move") for tab in (visitor, other))
    await plan.get_by_role("checkbox", name="Include “Say goodbye”").uncheck()
    await expect(its_twin.get_by_role("button", name="Add 2 tasks")).to_be_visible()
    await its_twin.get_by_role("textbox", name="Title of “Pack”").fill("Pack boxes")
    await its_twin.get_by_role("textbox", name="Title of “Pack”").press("Tab")
    await expect(plan.get_by_role("textbox", name="Title of “Pack boxes”")).to_have_value("Pack boxes")
    await plan.get_by_role("button", name="Move “Pack boxes” up").click()
    await expect(its_twin.get_by_role("textbox").first).to_have_value("Pack boxes")
    await visitor.page.reload()
    await expect(plan.get_by_role("textbox").first).to_have_value("Pack boxes")
    await expect(visitor.tasks).to_have_count(0)
    await plan.get_by_role("button", name="Add 2 tasks").click()
    for tab in (visitor, other):
        await expect(tab.tasks).to_have_count(2)
        await expect(tab.page.get_by_role("group", name="my move")).to_contain_text("Added 2 tasks")
    await visitor.answers.get_by_role("button", name="Undo").first.click()
    await expect(other.tasks).to_have_count(0)


@pytest.mark.soak
async def test_on_a_phone_the_titles_of_a_plan_have_room(visitor: Visitor):
    await visitor.page.set_viewport_size({"width": 390, "height": 844})
    await visitor.send("Plan my move:\n- Book a van by 1 March 2027\n- Pack")
    title = visitor.page.get_by_role("group", name="my move").get_by_role("textbox").first
    await expect(title).to_have_value("Book a van")
    await visitor.expect_answer("Here is the plan.")  # a whole answer is shown by other elements than a running one
    assert (await box_of(title))["width"] > 200


def proposal(tab: Visitor) -> Locator:
    return tab.page.get_by_role("group", name="Confirm")


async def propose(visitor: Visitor) -> None:
    """Have a proposal made to delete the two open tasks."""
    await visitor.send("delete all open tasks")
    await expect(proposal(visitor)).to_contain_text("Buy milk")
    await expect(visitor.page.get_by_role("button", name="Send")).to_be_visible()
    await expect(visitor.tasks).to_have_count(2)


async def test_a_proposal_is_cancelled_and_another_one_confirmed_which_deletes_exactly_the_shown_tasks(visit: Visit):
    visitor = await visit("Buy milk", "Call mum")
    await propose(visitor)
    await visitor.page.get_by_role("button", name="Cancel").click()
    await expect(proposal(visitor)).to_have_count(0)
    await expect(visitor.announcement).to_have_text("Cancelled, nothing was deleted")
    await expect(visitor.page.locator(".decided")).to_be_visible()
    await expect(visitor.answers.first.get_by_text("deletes them")).to_be_hidden()  # it is no longer true
    await visitor.answers.first.get_by_text("What was asked").click()
    await expect(visitor.answers.first.get_by_text("deletes them")).to_be_visible()
    await expect(visitor.tasks).to_have_count(2)

    await propose(visitor)
    await visitor.add_task("Added meanwhile")
    await expect(visitor.tasks).to_have_count(3)
    await visitor.page.get_by_role("button", name="Confirm").click()
    await expect(visitor.tasks).to_have_count(1)
    await expect(visitor.checkbox("Added meanwhile")).to_be_visible()
    await expect(proposal(visitor)).to_have_count(0)
    await expect(visitor.announcement).to_have_text("Deleted 2 tasks")
    await visitor.page.reload()
    await expect(visitor.tasks).to_have_count(1)
    await expect(visitor.page.get_by_role("button", name="Confirm")).to_have_count(0)


async def test_a_proposal_is_confirmed_after_the_words_behind_it(visit: Visit, gemini: Standin):
    visitor = await visit("Buy milk")
    gemini.script([calls(call("delete_task", {"task_id": 1})), hold_after(text("Shall I?"), 0)])
    await visitor.send("is the milk sour?")
    confirm = visitor.page.get_by_role("button", name="Confirm")
    await expect(confirm).to_be_disabled()
    await expect(visitor.page.get_by_role("button", name="Cancel")).to_be_disabled()
    gemini.release()
    await confirm.click()
    await expect(visitor.tasks).to_have_count(0)


@pytest.mark.soak
async def test_another_tab_and_a_typed_word_decide(visit: Visit):
    visitor = await visit("Buy milk", "Call mum")
    await propose(visitor)
    other = await visitor.open_tab(await visitor.conversation_path())
    await expect(proposal(other)).to_be_visible()
    await other.page.get_by_role("button", name="Cancel").click()
    await expect(proposal(visitor)).to_have_count(0)
    for words, left in (("no, leave them", 2), ("yes", 0)):
        await propose(visitor)
        answers = await visitor.answers.count()
        await visitor.send(words)
        await expect(visitor.answers).to_have_count(answers + 1)
        await visitor.expect_answer("")
        await expect(proposal(visitor)).to_have_count(0)
        await expect(visitor.tasks).to_have_count(left)


async def test_the_user_confirms_what_a_program_proposes_to_delete(visit: Visit):
    visitor = await visit("Old", "Older")
    new = (await visitor.api("POST", "/api/tokens", json={"name": "Claude", "scopes": ["write"]})).json()
    async with (
        httpx2.AsyncClient(headers={"Authorization": f"Bearer {new['token']}"}) as http,
        Client(streamable_http_client(f"{visitor.server.origin}/mcp", http_client=http)) as client,
    ):
        result = await client.call_tool("delete-tasks", {"status": "open"})
    assert isinstance(result, CallToolResult)
    address: str = result.structured_content["confirm_url"]
    assert (await visitor.api("GET", "/api/tasks")).json()["counts"]["open"] == 2

    await visitor.page.goto(visitor.server.origin + address[address.index("/c/") :])
    group = visitor.page.get_by_role("group", name="Confirm")
    await expect(group).to_contain_text("#1 Old")
    await expect(visitor.conversations).to_contain_text("Claude: #1 #2")
    await expect(visitor.tasks).to_have_count(2)
    await group.get_by_role("button", name="Confirm").click()
    await expect(visitor.tasks).to_have_count(0)
    assert (await visitor.api("GET", "/api/tasks")).json()["counts"]["open"] == 0
