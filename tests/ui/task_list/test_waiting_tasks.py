"""Tasks of the add line are kept and added once, in order, on any network."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.serving import Server
from tests.ui.conftest import Proxied
from tests.ui.visitor import Visit, Visitor

CUT_MS, BACK_MS = 5_000, 20_000
FOR_CONNECTION = "Waiting for the connection"
# A reload would end the wait with an error.
STAYS_ON_502 = """() => {
    self.fetch = async () => new Response(null, {status: 502});
    dispatchEvent(new Event("online"));
    return new Promise((end) => setTimeout(end, 500));
}"""


def waiting(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("list", name="Not added yet").get_by_role("listitem")


async def titles(visitor: Visitor) -> list[str]:
    """Return the titles of all tasks, oldest first."""
    tasks = (await visitor.api("GET", "/api/tasks", params={"sort": "created", "order": "asc"})).json()["tasks"]
    return [task["title"] for task in tasks]


@pytest.mark.soak
async def test_tasks_typed_while_disconnected_are_added_once_and_in_order(visit: Visit, proxied: Proxied):
    visitor = await visit(at="/?tag=home")
    await expect(visitor.add_line).to_be_editable()
    await proxied.network.cut()
    await expect(visitor.connection).to_have_text("Reconnecting", timeout=CUT_MS)
    for title in ("One", "Not this", "Two tomorrow", "Three"):
        await visitor.add_task(title)
    await expect(waiting(visitor).filter(has_text=FOR_CONNECTION)).to_have_count(4)
    await waiting(visitor).filter(has_text="Not this").get_by_role("button", name="Remove").click()
    await waiting(visitor).filter(has_text="Three").get_by_role("button", name="Edit").click()
    await expect(visitor.add_line).to_have_value("Three")
    await visitor.add_line.press("Enter")
    await proxied.network.restore()
    await expect(visitor.connection).to_have_text("Connected", timeout=BACK_MS)
    await expect(visitor.tasks).to_have_count(3)
    await expect(waiting(visitor)).to_have_count(0)
    assert await titles(visitor) == ["One", "Two", "Three"]
    assert (await visitor.api("GET", "/api/tasks/2")).json()["tags"] == ["home"]
    visitor.ignore_network_errors()


@pytest.mark.soak
async def test_waiting_tasks_survive_a_reload_and_a_lost_answer(proxied: Proxied, visit: Visit):
    visitor = await visit(service_workers="allow")
    await visitor.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    proxied.network.mute()
    await visitor.add_task("Stored, and nobody says so")
    await expect(waiting(visitor)).to_have_count(1)
    await proxied.network.cut()
    await visitor.add_task("Not sent")
    await expect(waiting(visitor)).to_have_count(2)
    await visitor.page.reload()  # the service worker answers with its page
    await expect(visitor.page.get_by_role("main").get_by_role("status")).to_contain_text("No connection")
    await visitor.page.evaluate(STAYS_ON_502)
    await proxied.network.restore()
    await visitor.open("/")
    await expect(visitor.tasks).to_have_count(2)
    await expect(waiting(visitor)).to_have_count(0)
    assert await titles(visitor) == ["Stored, and nobody says so", "Not sent"]
    visitor.ignore_network_errors()


@pytest.mark.soak
@pytest.mark.timeout(180)
async def test_waiting_tasks_are_added_once_when_the_server_restarts(visit: Visit):
    with Server() as server:
        visitor = await visit("Before", server=server)
        await expect(visitor.tasks).to_have_count(1)
        server.end()
        await visitor.add_task("During")
        await visitor.add_task("Also during")
        await expect(waiting(visitor).filter(has_text=FOR_CONNECTION)).to_have_count(2)
        server.start()
        await expect(visitor.tasks).to_have_count(3, timeout=BACK_MS)
        assert await titles(visitor) == ["Before", "During", "Also during"]
        await visitor.page.close()
    visitor.ignore_network_errors()


@pytest.mark.soak
async def test_a_refused_task_waits_beside_other_text_with_the_reason(visit: Visit):
    visitor = await visit(offline=False)
    await visitor.page.evaluate("navigator.__proto__.__defineGetter__('onLine', () => true)")
    await visitor.set_offline(True)
    await visitor.add_task(f"{'a' * 256} !high")
    await visitor.add_task("Fine")
    await visitor.add_line.fill("Still typing")
    await visitor.set_offline(False)
    await expect(visitor.tasks).to_have_count(1)
    await expect(waiting(visitor)).to_have_text(re.compile("255"))
    await expect(visitor.add_line).to_have_value("Still typing")
    await visitor.add_line.fill("")
    await waiting(visitor).get_by_role("button", name="Edit").click()
    await expect(visitor.add_line).to_have_value(f"{'a' * 256} !high")
    await expect(visitor.page.locator(".add-line .chip")).to_have_text("High")
    await expect(waiting(visitor)).to_have_count(0)
    assert await titles(visitor) == ["Fine"]


PASTE = """(field, text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    field.focus();
    field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


async def test_pasted_lines_are_shown_in_the_line_and_added_together(visitor: Visitor) -> None:
    await expect(visitor.add_line).to_be_editable()
    lines = "\r\n".join([*(f"- [ ] Thing {number}" for number in range(25)), "", "Milk tomorrow"])
    await visitor.add_line.evaluate(PASTE, lines)
    await expect(visitor.add_line).to_have_value(re.compile("^- \\[ \\] Thing 0 ⏎ .* ⏎ Milk tomorrow$"))
    await visitor.add_line.press("Enter")
    await expect(visitor.tasks).to_have_count(26)
    assert await titles(visitor) == [*(f"Thing {number}" for number in range(25)), "Milk"]
    await visitor.page.get_by_role("button", name="Undo").first.click()
    await expect(visitor.tasks).to_have_count(0)


async def indented_lines_that_are_pasted_become_steps_of_the_line_above(visitor: Visitor) -> None:
    await expect(visitor.add_line).to_be_editable()
    await visitor.add_line.evaluate(PASTE, "- Move\n\t- Pack boxes tomorrow\n\t\t- Tape\n- Party\n  - Cake")
    await expect(visitor.add_line).to_have_value("- Move ⏎ ↳ - Pack boxes tomorrow ⏎ ↳ - Tape ⏎ - Party ⏎ ↳ - Cake")
    await expect(visitor.page.locator(".chips")).to_contain_text("5 tasks, 3 steps")
    await visitor.add_line.press("Enter")
    await expect(visitor.notice).to_contain_text("Added 5 tasks")
    tasks = (await visitor.api("GET", "/api/tasks", params={"sort": "created", "order": "asc"})).json()["tasks"]
    found = [(task["title"], task["parent_number"]) for task in tasks]
    assert found == [("Move", None), ("Pack boxes", 1), ("Tape", 1), ("Party", None), ("Cake", 4)]
    many = [f"{'↳ ' if number % 60 else ''}Thing {number}" for number in range(130)]
    await visitor.add_task(" ⏎ ".join(many))
    await expect(waiting(visitor)).to_have_count(0)
    await expect(visitor.notice).to_contain_text("Added 70 tasks")
    found = (await visitor.api("GET", "/api/tasks", params={"q": "Thing", "limit": "200"})).json()["tasks"]
    assert [task["steps"]["open"] for task in found if task["parent_number"] is None] == [59, 59, 9]


async def more_pasted_lines_than_are_added_at_once_are_all_added_and_arrow_keys_reach_the_next_page(visitor: Visitor):
    await expect(visitor.add_line).to_be_editable()
    await visitor.add_task(" ⏎ ".join(f"Thing {number}" for number in range(130)))
    await expect(waiting(visitor)).to_have_count(0)
    await expect(visitor.notice).to_contain_text("Added 30 tasks")
    found = (await visitor.api("GET", "/api/tasks", params={"limit": "200"})).json()
    assert found["counts"]["open"] == 130
    await visitor.open("/?sort=created")
    await expect(visitor.tasks).to_have_count(50)
    await visitor.page.get_by_role("searchbox", name="Search tasks").press("ArrowDown")
    await visitor.page.keyboard.press("End")
    await visitor.page.keyboard.press("ArrowDown")
    await expect(visitor.checkbox("Thing 79")).to_be_focused()


@pytest.mark.soak
async def test_many_lines_are_pasted(visitor: Visitor):
    await visitor.go_through(
        indented_lines_that_are_pasted_become_steps_of_the_line_above,
        more_pasted_lines_than_are_added_at_once_are_all_added_and_arrow_keys_reach_the_next_page,
    )
