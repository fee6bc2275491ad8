"""The connection: what it costs, what the page says of it, and what happens when it comes back."""

from playwright.async_api import expect

from tests.serving import Server
from tests.standin import Standin, text
from tests.ui.conftest import Proxied
from tests.ui.visitor import Visit

NOTICED_MS = 10_000
"""A stall of the server is seen on the page within this."""
BYTES_PER_CHARACTER = 20
LONG = "All of these words are sent and shown one after the other, in small steps. "


async def test_a_silent_server_is_noticed_and_the_page_comes_back_by_itself(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server)
    await person.add_task("Before")
    status = person.page.get_by_role("status", name="Connection")
    offline_server.pause()
    try:
        await expect(status).to_have_text("Reconnecting", timeout=NOTICED_MS)
    finally:
        offline_server.resume()
    await expect(status).to_have_text("Connected", timeout=30_000)
    await person.api("POST", "/api/tasks", json={"title": "After"})
    await expect(person.tasks).to_have_count(2)
    person.forgive("WebSocket")


async def test_a_browser_without_network_says_so(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.context.set_offline(True)
    await expect(person.page.get_by_role("status", name="Connection")).to_have_text("Offline")
    await person.context.set_offline(False)
    await expect(person.page.get_by_role("status", name="Connection")).to_have_text("Connected")
    person.forgive("WebSocket", "net::ERR")


async def test_a_long_reply_costs_in_proportion_to_its_length(
    visit: Visit, gemini_server: Server, gemini: Standin
) -> None:
    cost = {length: await cost_of(length, visit, gemini_server, gemini) for length in (4_000, 16_000)}
    assert cost[4_000] < BYTES_PER_CHARACTER * 4_000, cost
    assert cost[16_000] < BYTES_PER_CHARACTER * 16_000, cost


async def cost_of(length: int, visit: Visit, server: Server, gemini: Standin) -> int:
    """Bytes received over the socket for a reply of so many characters that comes in 300 pieces over some seconds."""
    gemini.reset()
    gemini.script([text((LONG * (length // len(LONG) + 1))[:length], pieces=300, delay=0.01)])
    person = await visit(server)
    received: list[int] = []
    person.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))))
    await person.page.reload()
    await expect(person.page.get_by_role("status", name="Connection")).to_have_text("Connected")
    received.clear()
    await person.say("Tell me all")
    await expect(person.page.get_by_role("button", name="Stop")).to_be_visible()
    await expect(person.page.get_by_role("button", name="Send")).to_be_visible(timeout=30_000)
    await expect(person.answers).to_contain_text("small steps")
    return sum(received)


async def test_behind_a_proxy_on_another_port_the_page_works(visit: Visit, proxied: Proxied) -> None:
    person = await visit(proxied.server)
    await person.add_task("Through the proxy")
    await expect(person.checkbox("Complete #1 Through the proxy")).to_be_visible()
    await person.page.close()
