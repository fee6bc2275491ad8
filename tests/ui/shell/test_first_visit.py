"""From an empty account to tasks that survive a restart."""

import re
import uuid

import httpx
import pytest
from playwright.async_api import expect

from tests.serving import NO_CERTIFICATES, Server
from tests.standin import Standin, call, calls, text
from tests.ui.visitor import PASSWORD, Visit, fill_account_form

FIRST_FILES_MAX_BYTES = 200_000
"""With all of Radix's components it would be 80 KB more."""
SENTENCE = "add a task to buy milk tomorrow and mark call mum as done"


@pytest.mark.parametrize("assistant", ["offline", pytest.param("gemini", marks=pytest.mark.soak)])
async def test_tasks_survive_a_restart(assistant: str, visit: Visit, request: pytest.FixtureRequest, standin: Standin):
    server: Server = request.getfixturevalue(f"{assistant}_server")
    standin.script(
        [
            calls(
                call("create_task", {"title": "Buy milk", "due_date": "tomorrow"}),
                call("complete_task", {"task_id": 1}),
            ),
            text("Added #2 Buy milk and completed #1 Call mum.", pieces=6),
        ]
    )
    newcomer = await visit(server=server, signed_in=False)
    page = newcomer.page
    await page.goto(f"{server.origin}/")
    await expect(page).to_have_url(f"{server.origin}/login")
    await page.get_by_role("link", name="Create account").click()
    await expect(page).to_have_url(f"{server.origin}/register")
    await fill_account_form(page, f"{uuid.uuid4().hex}@example.org", PASSWORD, "Create account")
    await expect(page).to_have_url(f"{server.origin}/")
    note = page.get_by_text("Offline assistant")
    await expect(page.get_by_text("What needs doing?")).to_be_visible()
    await expect(note).to_have_count(int(assistant == "offline"))
    await newcomer.add_task("Call mum")
    await expect(newcomer.checkbox("Complete #1 Call mum")).to_be_visible()

    await newcomer.send(SENTENCE)
    await expect(newcomer.user_messages).to_have_text(re.compile(SENTENCE))
    await newcomer.expect_answer("#2")
    await expect(newcomer.answers.locator("[data-tool=create_task][data-status=done]")).to_contain_text("Buy milk")
    await expect(newcomer.answers.locator("[data-tool=complete_task][data-status=done]")).to_contain_text("#1")
    await expect(page).to_have_url(re.compile("/c/"))

    async def everything_is_there() -> None:
        await expect(newcomer.checkbox("Complete #2 Buy milk")).to_be_visible()
        await expect(newcomer.tasks).to_have_count(1)
        await expect(newcomer.user_messages).to_have_count(1)
        await expect(newcomer.answers).to_have_count(1)
        await expect(newcomer.answers).to_contain_text("#2")
        await expect(newcomer.answers.locator("[data-tool=create_task]")).to_have_count(1)

    await everything_is_there()
    await page.reload()
    await everything_is_there()
    server.end()
    await expect(page.get_by_role("status", name="Connection")).to_have_text("Reconnecting")
    server.start()
    await expect(page.get_by_role("status", name="Connection")).to_have_text("Connected")
    await everything_is_there()
    await page.reload()
    await everything_is_there()
    await expect(note).to_have_count(0)
    await page.get_by_role("button", name="New conversation").click()
    if assistant == "offline":
        await note.get_by_role("link", name="How to use Gemini").click()
        await expect(page.get_by_role("region", name="Assistant")).to_contain_text("GEMINI_API_KEY")
    newcomer.ignore_errors("WebSocket", "net::ERR")


async def test_the_files_of_the_sign_in_page_are_small(offline_server: Server):
    async with httpx.AsyncClient(base_url=offline_server.origin, verify=NO_CERTIFICATES) as client:
        files = set(re.findall(r"/assets/[^\"\\]+\.(?:js|css)", (await client.get("/login")).text))
        answers = [await client.head(file, headers={"Accept-Encoding": "br"}) for file in files]
    assert {answer.status_code for answer in answers} == {200}
    sizes = {answer.url.path: int(answer.headers["content-length"]) for answer in answers}
    assert any("/root-" in path for path in sizes)
    assert sum(sizes.values()) < FIRST_FILES_MAX_BYTES, sizes
