"""Deleting many tasks: the assistant asks, the person decides."""

import pytest
from playwright.async_api import expect

from tests.serving import Server
from tests.ui.visitor import Visit, Visitor


async def asked(visit: Visit, server: Server) -> Visitor:
    """Somebody with two open tasks whom the assistant asks whether to delete them."""
    person = await visit(server)
    for title in ("Buy milk", "Call mum"):
        await person.add_task(title)
        await expect(person.tasks.filter(has_text=title)).to_be_visible()
    await person.say("delete all open tasks")
    await expect(person.page.get_by_role("group", name="Confirm")).to_contain_text("Buy milk")
    await expect(person.page.get_by_role("button", name="Send")).to_be_visible()
    await expect(person.tasks).to_have_count(2)
    return person


async def test_confirm_deletes_exactly_what_was_shown(visit: Visit, offline_server: Server) -> None:
    person = await asked(visit, offline_server)
    await person.add_task("Added meanwhile")
    await expect(person.tasks).to_have_count(3)
    await person.page.get_by_role("button", name="Confirm").click()
    await expect(person.tasks).to_have_count(1)
    await expect(person.checkbox("Added meanwhile")).to_be_visible()
    await expect(person.page.get_by_role("group", name="Confirm")).to_have_count(0)
    await person.page.reload()
    await expect(person.tasks).to_have_count(1)
    await expect(person.page.get_by_role("button", name="Confirm")).to_have_count(0)


async def test_cancel_deletes_nothing(visit: Visit, offline_server: Server) -> None:
    person = await asked(visit, offline_server)
    await person.page.get_by_role("button", name="Cancel").click()
    await expect(person.page.get_by_role("group", name="Confirm")).to_have_count(0)
    await expect(person.tasks).to_have_count(2)


@pytest.mark.parametrize(("words", "left"), [("yes", 0), ("no, leave them", 2)])
async def test_a_typed_answer_decides_too(visit: Visit, offline_server: Server, words: str, left: int) -> None:
    person = await asked(visit, offline_server)
    await person.say(words)
    await expect(person.answers).to_have_count(2)
    await expect(person.page.get_by_role("group", name="Confirm")).to_have_count(0)
    await expect(person.tasks).to_have_count(left)


async def test_another_tab_sees_the_decision(visit: Visit, offline_server: Server) -> None:
    person = await asked(visit, offline_server)
    other = await person.tab(person.page.url.removeprefix(offline_server.origin))
    await expect(other.page.get_by_role("group", name="Confirm")).to_be_visible()
    await other.page.get_by_role("button", name="Cancel").click()
    await expect(person.page.get_by_role("group", name="Confirm")).to_have_count(0)
