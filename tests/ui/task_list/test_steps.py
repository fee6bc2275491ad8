"""Steps in the list and in the open task: folded under their task, and flat where their task is not in the list."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import Locator, expect

from tests.ui.visitor import Visit, Visitor, enter

MOVE, VAN, BOXES, KEYS = 1, 2, 3, 4


@pytest.fixture
async def visitor(visit: Visit) -> Visitor:
    """Open a list with Move, its three steps, of which one is done, and another task."""
    steps = [{"title": title, "parent_number": MOVE} for title in ("Book a van", "Pack boxes", "Hand over keys")]
    steps[0]["due_at"] = datetime.now(UTC).date().isoformat()
    someone = await visit("Move house", *steps, "Water plants", at="/?sort=title")
    (await someone.api("POST", f"/api/tasks/{BOXES}/complete")).raise_for_status()
    await expect(someone.page.get_by_role("button", name="Steps of #1: 1 of 3 done")).to_be_visible()
    return someone


def titles(visitor: Visitor) -> Locator:
    return visitor.tasks.locator(".task-title")


def view(visitor: Visitor, name: str) -> Locator:
    return visitor.page.get_by_role("button", name=name, exact=True)


async def steps_are_folded_under_their_task_and_flat_without_it(visitor: Visitor) -> None:
    await expect(titles(visitor)).to_have_text(["Move house", "Water plants"])
    await expect(view(visitor, "Open 2")).to_be_visible()
    await visitor.checkbox("Complete #1 Move house").focus()
    await visitor.page.keyboard.press("ArrowRight")
    family = ["Move house", "Book a van", "Pack boxes", "Hand over keys", "Water plants"]
    await expect(titles(visitor)).to_have_text(family)
    await expect(visitor.checkbox("Complete #3 Pack boxes")).to_be_checked()
    await visitor.page.keyboard.press("j")
    await visitor.page.keyboard.press("Space")
    steps = visitor.page.get_by_role("button", name="Steps of #1: 2 of 3 done")
    await expect(steps).to_have_attribute("aria-expanded", "true")
    await expect(titles(visitor)).to_have_text(family)
    await expect(view(visitor, "Open 2")).to_be_visible()
    await expect(view(visitor, "Done 2")).to_be_visible()

    other = await visitor.open_tab("/?view=done&sort=title")
    await expect(other.tasks).to_have_text(["Book a van#2Step of Move houseToday", "Pack boxes#3Step of Move house"])
    await visitor.page.keyboard.press("ArrowLeft")
    await expect(visitor.checkbox("Complete #1 Move house")).to_be_focused()
    await visitor.page.keyboard.press("ArrowLeft")
    await expect(titles(visitor)).to_have_text(["Move house", "Water plants"])
    await visitor.checkbox("Complete #1 Move house").check()
    await expect(view(visitor, "Done 1")).to_be_visible()
    await expect(titles(other)).to_have_text(["Move house"])
    await other.page.close()
    await visitor.undo()
    await visitor.page.get_by_role("button", name="Steps of #1: 2 of 3 done").click()
    await visitor.checkbox("Complete #2 Book a van").uncheck()
    await expect(visitor.page.get_by_role("button", name="Steps of #1: 1 of 3 done")).to_be_visible()


async def a_task_is_completed_deleted_and_restored_with_its_steps(visitor: Visitor) -> None:
    steps = visitor.page.get_by_role("button", name="Steps of #1")
    await visitor.checkbox("Complete #1 Move house").check()
    await expect(visitor.notice).to_contain_text("Completed #1 Move house, and 2 steps")
    await visitor.undo()
    await expect(steps).to_have_text("1 of 3")
    other = await visitor.open_tab("/?view=done&sort=title")
    await visitor.checkbox("Complete #2 Book a van").check()
    await expect(titles(other)).to_have_text(["Book a van", "Pack boxes"])
    await expect(visitor.notice).to_have_count(1)
    await expect(visitor.notice).not_to_contain_text("All steps")
    await visitor.checkbox("Complete #4 Hand over keys").check()
    await expect(visitor.notice).to_contain_text("Completed #4 Hand over keys. All steps of #1 Move house are done.")
    await expect(visitor.checkbox("Complete #1 Move house")).not_to_be_checked()
    await visitor.notice.get_by_role("button", name="Complete it too").click()
    await expect(titles(other)).to_have_text(["Move house"])
    await expect(visitor.notice).to_have_text("Completed #1 Move houseUndo")

    await other.tasks.first.hover()
    await other.tasks.first.get_by_role("button", name="Delete task").click()
    await expect(other.notice).to_contain_text("Deleted #1 Move house, and 3 steps")
    await expect(titles(other)).to_have_count(0)
    await other.undo()
    await expect(other.page.get_by_role("button", name="Steps of #1")).to_have_text("3 of 3")


async def test_steps_are_folded_and_change_with_their_task(visitor: Visitor):
    await visitor.go_through(
        steps_are_folded_under_their_task_and_flat_without_it,
        a_task_is_completed_deleted_and_restored_with_its_steps,
        begins_again=False,
    )


async def a_step_added_in_the_line_is_shown_and_steps_are_ordered_by_hand_however_the_list_is_sorted(visitor: Visitor):
    await visitor.add_task("Rent boxes, step of 1")
    family = ["Move house", "Book a van", "Pack boxes", "Hand over keys", "Rent boxes", "Water plants"]
    await expect(titles(visitor)).to_have_text(family)
    await visitor.checkbox("Complete #4 Hand over keys").focus()
    await visitor.page.keyboard.press("Alt+ArrowUp")
    family = ["Move house", "Book a van", "Hand over keys", "Pack boxes", "Rent boxes"]
    await expect(titles(visitor)).to_have_text([*family, "Water plants"])
    await expect(visitor.checkbox("Complete #4 Hand over keys")).to_be_focused()

    await visitor.open("/?sort=manual&order=desc")
    await expect(titles(visitor)).to_have_text([*family, "Water plants"])
    await visitor.checkbox("Complete #1 Move house").focus()
    await visitor.page.keyboard.press("Alt+ArrowDown")
    await expect(titles(visitor)).to_have_text(["Water plants", *family])
    await expect(visitor.notice).to_contain_text("Moved #1 Move house")
    await visitor.page.reload()
    await expect(titles(visitor)).to_have_text(["Water plants", *family])


async def the_open_task_has_its_steps_and_a_step_its_task(visitor: Visitor) -> None:
    page, panel = visitor.page, visitor.panel
    steps = panel.get_by_role("list", name="Steps").get_by_role("listitem")
    other = await visitor.open_tab("/?task=1")
    await visitor.open("/?task=1")
    line = panel.get_by_role("textbox", name="Add a step")
    await enter(line, "Call the landlord tomorrow")
    others = ["Pack boxes", "Rent boxes", "Call the landlordTomorrow"]
    await expect(steps).to_have_text(["Book a vanToday", "Hand over keys", *others])
    await expect(line).to_have_value("")
    await expect(line).to_be_focused()
    await steps.get_by_role("checkbox", name="Complete #4 Hand over keys").focus()
    for key in ("Alt+ArrowDown", "Alt+ArrowUp", "Alt+ArrowUp", "Space"):
        await page.keyboard.press(key)
    ordered = ["Hand over keys", "Book a vanToday", *others]
    await expect(steps).to_have_text(ordered)
    await expect(other.page.get_by_role("list", name="Steps").get_by_role("listitem")).to_have_text(ordered)
    await expect(other.page.get_by_role("heading", name="Steps")).to_have_text("Steps2 of 5")

    await panel.get_by_role("button", name="Hand over keys").click()
    await panel.get_by_role("button", name="Make it a task of its own").click()
    await expect(panel.get_by_role("textbox", name="Add a step")).to_be_visible()
    await panel.get_by_role("button", name="Step of No other task").click()
    await enter(panel.get_by_role("textbox", name="Step of"), "plants")
    await panel.get_by_role("button", name="Open the task of this step").click()
    await expect(panel.get_by_role("heading", name="Water plants")).to_be_visible()
    await expect(steps).to_have_text(["Hand over keys"])


@pytest.mark.soak
async def test_steps_are_added_and_ordered_in_the_list_and_in_the_open_task(visitor: Visitor):
    await visitor.go_through(
        a_step_added_in_the_line_is_shown_and_steps_are_ordered_by_hand_however_the_list_is_sorted,
        the_open_task_has_its_steps_and_a_step_its_task,
        begins_again=False,
    )
