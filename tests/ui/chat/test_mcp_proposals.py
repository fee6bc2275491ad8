"""A deletion that a program proposes over MCP is decided on the page of its confirm_url."""

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import CallToolResult
from playwright.async_api import expect

from tests.ui.visitor import Visit


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
    await expect(visitor.page.get_by_role("navigation", name="Conversations")).to_contain_text("Claude: #1 #2")
    await expect(visitor.tasks).to_have_count(2)
    await group.get_by_role("button", name="Confirm").click()
    await expect(visitor.tasks).to_have_count(0)
    assert (await visitor.api("GET", "/api/tasks")).json()["counts"]["open"] == 0
