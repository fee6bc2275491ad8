"""Steps in the list and in the open task: folded under their task, and flat where their task is not in the list."""

from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.serving import Server
from tests.ui.visitor import Visit, Visitor

MOVE, VAN, BOXES, KEYS = 1, 2, 3, 4


async def add(visitor: Visitor, title: str, **fields: Any) -> None:
    (await visitor.api("POST", "/api/tasks", json={"title": title, **fields})).raise_for_status()


@pytest.fixture
async def visitor(visit: Visit, offline_server: Server) -> Visitor:
    """Open a list with Move, its three steps, of which one is done, and another task."""
    someone = await visit(offline_server)
    await add(someone, "Move house")
    await add(someone, "Book a van", parent_number=MOVE, due_at=datetime.now(UTC).date().isoformat())
    await add(someone, "Pack boxes", parent_number=MOVE)
    await add(someone, "Hand over keys", parent_number=MOVE)
    await add(someone, "Water plants")
    (await someone.api("POST", f"/api/tasks/{BOXES}/complete")).raise_for_status()
    await someone.open("/?sort=title")
    return someone


def titles(visitor: Visitor) -> Locator:
    return visitor.tasks.locator(".task-title")


def view(visitor: Visitor, name: str) -> Locator:
    return visitor.page.get_by_role("button", name=name, exact=True)


async def test_steps_are_folded_under_their_task_and_flat_without_it(visitor: Visitor) -> None:
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
