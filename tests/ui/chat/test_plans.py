"""Plans: the person edits the lines of a draft on its card, and adds them."""

import pytest
from playwright.async_api import expect

from tests.ui.visitor import Visitor


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
    box = await title.bounding_box()
    assert box
    assert box["width"] > 200
