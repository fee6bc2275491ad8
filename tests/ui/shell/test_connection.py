"""The connection: its cost in bytes, its status on the page, and reconnecting."""

import asyncio
import re

import pytest
from playwright.async_api import expect

from tests.standin import Standin, text
from tests.ui.conftest import Proxied
from tests.ui.visitor import Visit, Visitor

pytestmark = pytest.mark.soak

NOTICED_MS = 10_000
"""The page shows a stalled server within this time."""
BYTES_PER_CHARACTER = 20
UNCONFIRMED = "The connection broke off before the server confirmed what you did last."
LONG = "All of these words are sent and shown one after the other, in small steps. "


async def test_the_page_notices_a_silent_server_and_reconnects(visitor: Visitor):
    await visitor.add_task("Before")
    status = visitor.connection
    visitor.server.pause()
    try:
        await expect(status).to_have_text("Reconnecting", timeout=NOTICED_MS)
    finally:
        visitor.server.resume()
    await expect(status).to_have_text("Connected", timeout=30_000)
    await visitor.post_tasks("After")
    await expect(visitor.tasks).to_have_count(2)
    visitor.ignore_errors("WebSocket")


async def test_a_lost_press_is_reported_until_it_is_dismissed_or_made_again(proxied: Proxied, visit: Visit):
    visitor = await visit("Pay rent")
    row = visitor.checkbox("Complete #1 Pay rent")
    unconfirmed = visitor.page.get_by_role("status").filter(has_text=UNCONFIRMED)
    synced = asyncio.Event()
    visitor.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: note_sync(frame, synced)))
    for is_dismissed in (True, False):
        proxied.network.stall()
        await row.press("Delete")
        async with proxied.disconnected(visitor):
            await expect(unconfirmed).to_have_count(0)
        await expect(unconfirmed).to_be_visible()
        await expect(row).to_be_visible()
        for link in ("Settings", "Back to your tasks"):
            synced.clear()
            await visitor.page.get_by_role("link", name=link).click()
            await synced.wait()
            await expect(unconfirmed).to_be_visible()
        await expect(row).to_be_visible()
        if is_dismissed:
            await unconfirmed.get_by_role("button", name="Dismiss").click()
            await expect(unconfirmed).to_have_count(0)
    await row.press("Delete")
    await expect(row).to_have_count(0)
    await expect(unconfirmed).to_have_count(0)


def note_sync(frame: str | bytes, synced: asyncio.Event) -> None:
    """Set `synced` if the frame answers a sync request."""
    if "answered_rx_state_" in str(frame):
        synced.set()


async def test_what_is_sent_again_after_a_cut_is_not_reported(proxied: Proxied, visit: Visit, gemini: Standin):
    visitor = await visit("Milk")
    gemini.script([text("Hello.")])
    proxied.network.stall()
    await visitor.send("Good morning")
    await visitor.add_line.press_sequentially("Pay rent")
    await visitor.page.keyboard.press("Enter")
    await visitor.checkbox("Complete #1 Milk").check()
    await proxied.reconnect(visitor)
    await visitor.expect_answer("Hello.")
    await expect(visitor.checkbox("Complete #2 Pay rent")).to_be_visible()
    await expect(visitor.checkbox("Complete #1 Milk")).to_have_count(0)
    assert (await visitor.task("Milk"))["completed_at"]
    await expect(visitor.page.get_by_text(UNCONFIRMED)).to_have_count(0)


async def test_a_text_of_the_open_task_is_reported_unless_sent_again(visit: Visit, proxied: Proxied, gemini: Standin):
    visitor = await visit({"title": "Pay rent", "due_at": "2031-05-01"}, at="/?task=1")
    details = visitor.panel
    unconfirmed = visitor.page.get_by_text(UNCONFIRMED)
    await details.get_by_role("button", name="Pay rent").click()
    title = details.get_by_role("textbox", name="Title")
    await title.fill("Pay the rent")
    proxied.network.stall()
    await title.press("Enter")
    await proxied.reconnect(visitor)
    await expect(details.get_by_role("button", name="Pay the rent")).to_be_visible()
    assert (await visitor.task())["title"] == "Pay the rent"
    await expect(unconfirmed).to_have_count(0)
    proxied.network.stall()
    await details.get_by_role("button", name="Clear the date").click()
    await proxied.reconnect(visitor)
    await expect(unconfirmed).to_be_visible()


async def test_a_title_lost_with_the_connection_is_reported(proxied: Proxied, visitor: Visitor, gemini: Standin):
    await visitor.add_task("Pay rent")
    title = visitor.page.get_by_role("textbox", name="Title")
    unconfirmed = visitor.page.get_by_role("status").filter(has_text=UNCONFIRMED)
    for leave in (lambda: title.press("Tab"), lambda: visitor.message_box.click(delay=300)):
        await visitor.checkbox("Complete #1 Pay rent").press("e")
        await title.fill("Pay the rent")
        proxied.network.stall()
        await leave()
        await proxied.reconnect(visitor)
        await unconfirmed.get_by_role("button", name="Dismiss").click()


async def test_a_lost_request_for_more_rows_is_sent_again_unreported(visit: Visit, proxied: Proxied, gemini: Standin):
    visitor = await visit(*(f"Task {number}" for number in range(1, 121)), at="/?sort=created")
    await expect(visitor.tasks).to_have_count(50)
    more = visitor.page.get_by_role("button", name="Show more")
    unconfirmed = visitor.page.get_by_text(UNCONFIRMED)
    for goes_back, length in ((False, 100), (True, 120)):
        proxied.network.stall()
        await more.click()  # also requested by itself, as it scrolls into view
        if goes_back:
            await visitor.tasks.first.scroll_into_view_if_needed()
            await expect(more).not_to_be_in_viewport()
        async with proxied.disconnected(visitor):
            await expect(more).to_be_visible()
        if goes_back:
            await expect(visitor.tasks).to_have_count(100)
            await more.scroll_into_view_if_needed()
        await expect(visitor.tasks).to_have_count(length)
        await expect(unconfirmed).to_have_count(0)


async def test_the_bytes_of_a_reply_grow_linearly_with_its_length(visit: Visit, gemini: Standin):
    cost = {length: await cost_of(length, visit, gemini) for length in (4_000, 16_000)}
    assert cost[4_000] < BYTES_PER_CHARACTER * 4_000, cost
    assert cost[16_000] < BYTES_PER_CHARACTER * 16_000, cost


async def cost_of(length: int, visit: Visit, gemini: Standin) -> int:
    """Return the bytes received over the socket for a reply of `length` characters in 300 pieces over some seconds."""
    gemini.reset()
    gemini.script([text((LONG * (length // len(LONG) + 1))[:length], pieces=300, delay=0.01)])
    visitor = await visit()
    received: list[int] = []
    visitor.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
    await visitor.page.reload()
    await expect(visitor.connection).to_have_text("Connected")
    received.clear()
    await visitor.send("Tell me all")
    await expect(visitor.page.get_by_role("button", name="Stop")).to_be_visible()
    await expect(visitor.page.get_by_role("button", name="Send")).to_be_visible(timeout=30_000)
    await expect(visitor.answers).to_contain_text("small steps")
    return sum(received)


COVERED = """(line) => {
    const { top, bottom } = line.getBoundingClientRect();
    return [...document.querySelectorAll("textarea, .tasks-scroll, .log, .side-foot, .tab")]
        .filter((one) => one.offsetParent)
        .filter((one) => one.getBoundingClientRect().bottom > top && one.getBoundingClientRect().top < bottom)
        .map((one) => one.className);
}"""


@pytest.mark.parametrize("viewport", [{"width": 390, "height": 844}, {"width": 1280, "height": 800}])
async def test_offline_a_line_says_what_happens_to_messages_and_covers_nothing(visit: Visit, viewport: dict[str, int]):
    visitor = await visit(viewport=viewport)
    line = visitor.page.locator(".unreachable", has_text="Offline. What you write is sent when you are back.")
    status = visitor.page.get_by_role("status", name="Connection", include_hidden=True)
    for is_offline, state in ((False, "Connected"), (True, "Offline")) * 2:
        await visitor.set_offline(is_offline)
        await expect(status).to_have_text(state)
        await expect(status).to_have_css("clip-path", "inset(50%)")  # not shown: the line says it
        await expect(line).to_have_count(int(is_offline))
    await expect(line).to_be_visible()
    assert await line.evaluate(COVERED) == []
    await visitor.send("add buy milk")
    await visitor.set_offline(False)
    await visitor.expect_answer("Buy milk")
    await expect(line).to_have_count(0)


async def test_a_reconnect_on_the_settings_keeps_what_is_behind_them(visit: Visit, proxied: Proxied, gemini: Standin):
    gemini.script([text("Hello.")])
    visitor = await visit({"title": "Pay rent", "priority": "high"}, at="/?priority=high")
    await visitor.ask("Good morning", "Hello.")
    path = await visitor.conversation_path()
    await visitor.open_task("Pay rent")
    await visitor.page.get_by_role("link", name="Settings").click()
    back = visitor.page.get_by_role("link", name="Back to your tasks")
    await expect(back).to_have_attribute("href", f"{path}?priority=high")
    await proxied.reconnect(visitor)
    await expect(back).to_have_attribute("href", f"{path}?priority=high")
    await back.click()
    await expect(visitor.answers).to_have_text(re.compile("Hello"))
    await expect(visitor.panel).to_contain_text("Pay rent")
    await expect(visitor.page).to_have_url(re.compile("priority=high&task=1"))
