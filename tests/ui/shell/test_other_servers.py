"""A server that is away, another one, or without its database: the page says so, loses nothing and recovers."""

import re

import pytest
from playwright.async_api import WebSocketRoute, expect

from tests.serving import Server
from tests.ui.visitor import Visit, Visitor

pytestmark = pytest.mark.soak

NOTICE_MS = 12_000
BACK_MS = 30_000


async def test_a_page_that_finds_no_server_at_load_says_so_and_takes_no_input(visitor: Visitor):
    page = await visitor.context.new_page()
    away = [True]
    await page.route_web_socket(
        re.compile("/_event/"), lambda socket: socket.close() if away else socket.connect_to_server() and None
    )
    await page.goto(f"{visitor.server.origin}/")
    notice = page.get_by_role("status").filter(has_text=visitor.server.origin)
    await expect(notice).to_be_visible(timeout=NOTICE_MS)
    await expect(page.get_by_role("status", name="Connection")).to_have_text("Reconnecting")
    for name in ("Message", "Add a task"):
        await expect(page.get_by_role("textbox", name=name)).not_to_be_editable()
    await expect(page.get_by_role("button", name="Send")).to_be_disabled()
    away.clear()
    await expect(page.get_by_role("status", name="Connection")).to_have_text("Connected", timeout=BACK_MS)
    await expect(notice).to_have_count(0)
    await expect(page.get_by_role("textbox", name="Message")).to_be_editable()
    visitor.ignore_network_errors()


@pytest.mark.timeout(240)
async def test_a_page_leaves_another_instance_on_its_port_and_keeps_what_was_written(visit: Visit):
    with Server() as server:
        visitor = await visit(server=server)
        await visitor.add_task("Before")
        await expect(visitor.tasks).to_have_count(1)
        server.end()
        await visitor.send("add milk")
        await visitor.add_task("Bread")
        other = Server(PORT=str(server.port))
        other.port, other.origin = server.port, server.origin
        with other:
            await expect(visitor.page).to_have_url(re.compile("/login"), timeout=BACK_MS)
            await expect(visitor.page.get_by_role("alert")).to_contain_text("signed out")
        server.start()
        await visitor.page.goto(f"{server.origin}/login")  # the login counts here, so it leads to the tasks
        await visitor.expect_answer("Milk")
        await expect(visitor.tasks).to_have_count(3)
        await visitor.page.close()
    visitor.ignore_network_errors()


def _with_another_schema(socket: WebSocketRoute) -> None:
    """Connect the page to its server as if it was built for another version of the app."""
    server = socket.connect_to_server()

    def pass_on(frame: str | bytes) -> None:
        server.send(
            re.sub(r'"state_schema":"\w+"', '"state_schema":"other"', frame) if isinstance(frame, str) else frame
        )

    socket.on_message(pass_on)


async def test_a_page_of_another_version_than_its_server_says_so_and_sends_nothing(visitor: Visitor):
    page = visitor.page
    await page.route_web_socket(re.compile("/_event/"), _with_another_schema)
    await page.goto(f"{visitor.server.origin}/")
    # Reflex reloads the page once.
    await expect(visitor.alert.filter(has_text="another version of taskchat")).to_be_visible(timeout=NOTICE_MS)
    await page.wait_for_timeout(1500)
    await expect(visitor.alert.filter(has_text="another version of taskchat")).to_be_visible()
    await expect(page.get_by_role("status", name="Connection")).to_have_text("Reconnecting")
    await visitor.send("add milk")
    await expect(visitor.user_messages.filter(has_text="Waiting for the connection")).to_have_count(1)
    assert (await visitor.api("GET", "/api/tasks")).json()["tasks"] == []


WAITING = "The server has not answered yet"
UNSURE = "your last change may be missing"
KEEP_CLICKING = """(button) => {
  button.click();
  const clicks = setInterval(() => button.click(), 300);
  return () => clearInterval(clicks);
}"""
LONGER_THAN_A_TICKED_ROW_IS_SEEN = "new Promise((resolve) => setTimeout(resolve, 2700))"


async def test_a_silent_or_lost_database_is_shown_and_the_page_recovers(visitor: Visitor):
    await visitor.add_task("Buy milk")
    row = visitor.checkbox("Complete #1 Buy milk")
    await expect(row).to_be_visible()
    tasks = visitor.page.get_by_role("region", name="Tasks")
    views = tasks.locator(".views")
    waiting = visitor.page.get_by_role("status").filter(has_text=WAITING)

    with visitor.server.suspended_postgres():
        clicks = await views.get_by_role("button", name="Done").evaluate_handle(KEEP_CLICKING)
        await expect(waiting).to_be_visible()
        await clicks.evaluate("stop => stop()")
    await expect(row).to_have_count(0)
    await expect(waiting).to_have_count(0)
    await views.get_by_role("button", name="Open").click()
    await expect(row).to_be_visible()

    done = await views.get_by_role("button", name="Done").element_handle()
    await row.check()
    # Looks at each frame: the row leaves soon.
    await visitor.page.wait_for_function("(done) => done.textContent.endsWith('1')", arg=done)
    with visitor.server.suspended_postgres():
        await row.uncheck()
        await visitor.page.evaluate(LONGER_THAN_A_TICKED_ROW_IS_SEEN)
        await expect(row).not_to_be_checked()
    await expect(waiting).to_have_count(0)
    await expect(row).not_to_be_checked()

    # Once this is shown, the page has read all changes: only the click meets the outage.
    await visitor.api("PATCH", "/api/tasks/1", json={"priority": "high"})
    await expect(visitor.tasks.locator(".task-priority")).to_have_text("High")
    with visitor.server.unstartable_postgres():
        await row.click()
        await expect(visitor.alert.filter(has_text=UNSURE)).to_be_visible()
        await expect(tasks.get_by_role("button", name="Retry")).to_be_visible()
        await expect(row).to_have_count(0)
    await expect(row).not_to_be_checked()
    assert (await visitor.api("GET", "/api/tasks")).json()["counts"]["open"] == 1
