"""Cards with choices: a click does what the message asked for."""

import re

import pytest
from playwright.async_api import expect

from tests.ui.chat.test_attachments import chips, choose
from tests.ui.visitor import Visitor


async def a_click_adds_the_task_that_a_doubtful_wish_is_offered_as(visitor: Visitor) -> None:
    await visitor.send("choir practice every monday #fun")
    card = visitor.page.get_by_role("group", name="Add this task?")
    await expect(card).to_be_visible()
    await expect(visitor.tasks).to_have_count(0)
    await card.get_by_role("button", name="Choir practice (repeats every Monday, #fun)").click()
    await expect(visitor.tasks).to_have_count(1)
    await expect(visitor.checkbox("Choir practice")).to_be_visible()
    await expect(visitor.answers.first.get_by_text(re.compile(r"Added #\d Choir practice"))).to_be_visible()
    await expect(card).to_have_count(0)


async def a_yes_adds_the_offered_task_and_closes_its_card(visitor: Visitor) -> None:
    await visitor.send("choir practice every monday #fun")
    card = visitor.page.get_by_role("group", name="Add this task?")
    await expect(card).to_be_visible()
    await visitor.send("yes")
    await expect(visitor.checkbox("Choir practice")).to_be_visible()
    await expect(visitor.answers.first.get_by_text(re.compile(r"Added #\d Choir practice"))).to_be_visible()
    await expect(card).to_have_count(0)
    answers = await visitor.answers.count()
    await visitor.page.reload()
    await expect(visitor.answers).to_have_count(answers)
    await expect(visitor.answers.first.get_by_text(re.compile(r"Added #\d Choir practice"))).to_be_visible()
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


async def test_a_click_chooses_one_of_several_tasks(visitor: Visitor) -> None:
    for title in ("Weekly report", "Yearly report"):
        await visitor.add_task(title)
        await expect(visitor.tasks.filter(has_text=title)).to_be_visible()
    await visitor.send("delete the report")
    card = visitor.page.get_by_role("group", name="Delete which one?")
    await card.get_by_role("button", name="Yearly report").click()
    await expect(visitor.tasks).to_have_count(1)
    await expect(visitor.announcement).to_have_text(re.compile(r"Deleted #\d+ Yearly report"))
    await expect(card).to_have_count(0)
    await expect(visitor.answers.get_by_role("group")).to_have_count(0)
    await expect(visitor.answers.get_by_text(re.compile(r"Deleted #\d+ Yearly report"))).to_be_visible()
    await expect(visitor.answers.locator("[data-receipt]")).to_contain_text("Deleted #")
    await expect(visitor.checkbox("Weekly report")).to_be_visible()


@pytest.mark.soak
async def test_a_card_is_clicked(visitor: Visitor):
    await visitor.go_through(
        a_click_adds_the_task_that_a_doubtful_wish_is_offered_as,
        a_yes_adds_the_offered_task_and_closes_its_card,
        clicks_add_lines_of_an_attached_list,
    )
