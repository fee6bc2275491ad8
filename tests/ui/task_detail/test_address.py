"""Back, Forward, a reload and a link follow the open task."""

import asyncio
import re

import pytest
from playwright.async_api import Locator, Route, expect

from tests.standin import Standin, text
from tests.ui.conftest import Proxied
from tests.ui.visitor import PASSWORD, PHONE, Visit, Visitor, fill_account_form

PRESS_CONVERSATIONS_AT_ONCE = """
new MutationObserver((_, observer) => {
  const button = [...document.querySelectorAll("button.tab")].find((tab) => tab.textContent.includes("Conversations"));
  if (!document.querySelector("article[aria-label='Task details']") || !button || button.disabled) return;
  observer.disconnect();
  button.click();
}).observe(document, { subtree: true, childList: true, attributes: true });
"""


async def entries(visitor: Visitor) -> int:
    return await visitor.page.evaluate("history.length")


@pytest.mark.soak
async def test_back_closes_the_task_and_forward_and_a_reload_open_it(visit: Visit):
    visitor = await visit("Milk", "Bread", at="/?view=all")
    before = await entries(visitor)
    await visitor.open_task("Milk")
    await expect(visitor.page).to_have_url(re.compile(r"/\?view=all&task=1$"))
    await visitor.page.go_back()
    await expect(visitor.panel).to_have_count(0)
    await expect(visitor.page).to_have_url(re.compile(r"/\?view=all$"))
    await visitor.page.go_forward()
    await expect(visitor.panel).to_contain_text("Milk")
    await visitor.page.reload()
    await expect(visitor.panel).to_contain_text("Milk")
    await visitor.page.keyboard.press("Escape")
    await expect(visitor.panel).to_have_count(0)
    await expect(visitor.page).to_have_url(re.compile(r"/\?view=all$"))
    for _ in range(3):
        await visitor.open_task("Bread")
        await visitor.panel.get_by_role("button", name="Back").click()
        await expect(visitor.panel).to_have_count(0)
        await expect(visitor.page).to_have_url(re.compile(r"/\?view=all$"))
    assert await entries(visitor) == before + 1
    await visitor.open_task("Bread")
    await visitor.page.get_by_role("button", name="Done 0").click()
    await expect(visitor.page).to_have_url(re.compile(r"/\?view=done$"))
    await visitor.page.go_back()
    await expect(visitor.page).to_have_url(re.compile(r"/\?view=all$"))
    await expect(visitor.tasks).to_have_count(2)


@pytest.mark.soak
async def test_a_quick_step_back_and_forward_opens_the_task(visit: Visit, proxied: Proxied, gemini: Standin):
    gemini.script([text("Of course.")])
    visitor = await visit("Milk")
    proxied.network.stall()
    await visitor.tasks.get_by_role("button", name="Task details").click()
    await visitor.message_box.press_sequentially("Hel")
    await proxied.network.restore()
    await expect(visitor.panel).to_contain_text("Milk")
    await visitor.page.keyboard.type("lo")  # where the focus is
    await expect(visitor.message_box).to_have_value("Hello")
    proxied.network.stall()
    await visitor.page.go_back()
    await visitor.page.go_forward()
    await proxied.network.restore()
    await visitor.page.keyboard.press("Enter")  # so that the answer comes when the server has read both steps
    await visitor.expect_answer("Of course.")
    await expect(visitor.panel).to_contain_text("Milk")
    await expect(visitor.page).to_have_url(re.compile(r"/c/.*\?task=1$"))


@pytest.mark.soak
async def test_a_conversation_that_begins_while_a_slow_page_is_left_gets_its_address(visit: Visit, gemini: Standin):
    gemini.script([text("Of course.")])
    visitor = await visit("Milk")
    await visitor.open_task("Milk")
    held = asyncio.Event()

    async def hold(route: Route) -> None:
        await held.wait()
        await route.continue_()

    await visitor.page.route("**/assets/*settings*.js", hold)
    async with visitor.page.expect_request("**/assets/*settings*.js"):
        await visitor.page.get_by_role("link", name="Settings").click()
    await visitor.send("Hello")
    await visitor.expect_answer("Of course.")
    await visitor.page.go_back()
    await expect(visitor.page).to_have_url(re.compile(r"/c/thr_\w+$"))
    await visitor.expect_answer("Of course.")
    held.set()


async def test_a_link_opens_the_task_back_closes_it_and_an_old_link_opens_a_done_one(visit: Visit):
    visitor = await visit("Milk", at="/?task=1")
    await expect(visitor.panel).to_contain_text("Milk")
    await visitor.page.wait_for_function("() => history.state.opensTask")
    await visitor.page.go_back()
    await expect(visitor.panel).to_have_count(0)
    await expect(visitor.tasks).to_have_count(1)
    await visitor.open("/?task=99")
    await expect(visitor.alert).to_contain_text("99")
    await expect(visitor.page).to_have_url(re.compile(r"/$"))
    await visitor.api("POST", "/api/tasks/1/complete", json={"completed": True})
    await visitor.page.evaluate("location.hash = '#task-1'")
    await expect(visitor.page).to_have_url(re.compile(r"/\?task=1$"))
    await expect(visitor.panel).to_contain_text("Milk")
    await visitor.page.goto("about:blank")
    await visitor.page.goto(f"{visitor.server.origin}/#task-1")
    await expect(visitor.panel).to_contain_text("Milk")


@pytest.mark.soak
async def test_a_link_to_a_deleted_task_offers_to_restore_it_and_one_to_none_says_so(visit: Visit):
    visitor = await visit("Milk")
    for address in ("/?task={}", "/#task-{}"):
        await visitor.api("DELETE", "/api/tasks/1")
        await visitor.page.goto(visitor.server.origin + address.format(1))
        await expect(visitor.panel).to_contain_text("This task is deleted.")
        await visitor.panel.get_by_role("button", name="Restore").click()
        await expect(visitor.panel).not_to_contain_text("This task is deleted.")
        await visitor.page.goto("about:blank")
        await visitor.page.goto(visitor.server.origin + address.format(32))
        await expect(visitor.alert).to_contain_text("There is no task #32.")
        await expect(visitor.panel).to_have_count(0)
        await expect(visitor.page).to_have_url(re.compile(r"/$"))
        await visitor.page.goto("about:blank")


@pytest.mark.soak
async def test_a_signed_out_link_keeps_its_query_through_sign_in(visit: Visit):
    visitor = await visit("Milk")
    email = (await visitor.api("GET", "/api/auth/me")).json()["user"]["email"]
    await visitor.context.clear_cookies()
    await visitor.page.goto(f"{visitor.server.origin}/?view=all&task=1")
    await fill_account_form(visitor.page, email, PASSWORD, "Sign in")
    await expect(visitor.panel).to_contain_text("Milk")
    await expect(visitor.page).to_have_url(re.compile(r"/\?view=all&task=1$"))


@pytest.fixture
async def phone(visit: Visit) -> Visitor:
    return await visit(**PHONE)


async def show(phone: Visitor, pane: str) -> None:
    await phone.page.get_by_role("navigation", name="Panes").get_by_role("button", name=pane).tap()


def shown_pane(phone: Visitor) -> Locator:
    return phone.page.get_by_role("navigation", name="Panes").locator("[aria-current=page]")


@pytest.mark.soak
async def test_on_a_phone_back_closes_the_task_and_the_conversations(phone: Visitor):
    await phone.ask("add milk", "Milk")
    chat = phone.server.origin + await phone.conversation_path()
    await show(phone, "Conversations")
    new = phone.page.get_by_role("button", name="New conversation")
    await expect(new).to_be_visible()
    await phone.page.go_back()
    await expect(new).not_to_be_visible()
    assert phone.page.url == chat
    await show(phone, "Conversations")
    await show(phone, "Chat")
    await expect(phone.message_box).to_be_visible()
    await phone.answers.last.get_by_role("link", name="#1").first.tap()
    await expect(phone.tasks.first).to_be_visible()
    await phone.page.wait_for_function("() => !history.state.layer")  # else this Back aborts what follows
    await phone.page.goto(f"{chat}?task=1")
    await expect(phone.panel).to_be_attached()
    await phone.page.go_back()
    await expect(phone.panel).to_have_count(0)
    await expect(phone.page).to_have_url(chat)


@pytest.mark.soak
async def test_on_a_phone_an_address_of_a_list_shows_it_and_a_reload_keeps_the_pane(phone: Visitor):
    await phone.open("/?view=activity")
    await expect(shown_pane(phone)).to_have_text("Tasks")
    await phone.open("/")
    await expect(shown_pane(phone)).to_have_text("Chat")
    await show(phone, "Tasks")
    await phone.page.get_by_role("button", name="Overdue 0").tap()
    await expect(phone.page).to_have_url(re.compile(r"/\?view=overdue$"))
    await phone.page.reload()
    await expect(shown_pane(phone)).to_have_text("Tasks")
    await show(phone, "Chat")
    await phone.page.reload()
    await expect(phone.message_box).to_be_editable()
    await expect(shown_pane(phone)).to_have_text("Chat")
    await phone.send("hello")
    await phone.open(f"{await phone.conversation_path()}?view=overdue")
    await expect(shown_pane(phone)).to_have_text("Chat")
    await show(phone, "Conversations")
    await show(phone, "Tasks")
    await phone.page.wait_for_function("() => !history.state.layer")
    await phone.page.reload()
    await expect(shown_pane(phone)).to_have_text("Tasks")


@pytest.mark.soak
async def test_on_a_phone_a_reload_and_back_lead_to_the_pane_that_was_shown_beside_an_open_task(phone: Visitor):
    await phone.ask("add buy milk", "Buy milk")
    path = await phone.conversation_path()
    await phone.open(f"{path}?task=1")
    await expect(shown_pane(phone)).to_have_text("Tasks")
    await show(phone, "Conversations")
    await expect(shown_pane(phone)).to_have_text("Conversations")
    await phone.page.wait_for_function("() => history.state.layer && history.state.pane === 'conversations'")
    await phone.page.go_back()
    await expect(shown_pane(phone)).to_have_text("Tasks")
    await show(phone, "Chat")
    await phone.page.reload()
    await expect(phone.message_box).to_be_editable()
    await expect(shown_pane(phone)).to_have_text("Chat")

    await phone.page.goto("about:blank")
    await phone.context.add_init_script(PRESS_CONVERSATIONS_AT_ONCE)  # before the address was read
    await phone.page.goto(f"{phone.server.origin}{path}?task=1")
    await expect(shown_pane(phone)).to_have_text("Conversations")
    await expect(phone.page.locator("article[aria-label='Task details']")).to_contain_text("Buy milk")
    await phone.page.wait_for_function("() => history.state.layer && history.state.pane === 'conversations'")
    await phone.page.go_back()
    await expect(shown_pane(phone)).to_have_text("Tasks")
    await phone.page.wait_for_function("() => history.state.opensTask")
    await phone.page.go_back()
    await expect(phone.panel).to_have_count(0)
    await expect(shown_pane(phone)).to_have_text("Tasks")


@pytest.mark.soak
async def test_on_a_phone_the_pane_stays_after_the_page_goes_on_from_a_conversation_that_is_deleted(phone: Visitor):
    await phone.ask("add buy milk", "Buy milk")
    path = await phone.conversation_path()
    await show(phone, "Tasks")
    await expect(shown_pane(phone)).to_have_text("Tasks")
    await phone.api("DELETE", f"/api/conversations/{path.removeprefix('/c/')}")
    await expect(phone.page).to_have_url(re.compile(r"[0-9]/$"))
    await phone.page.wait_for_function("() => history.state.pane === 'tasks'")
    await phone.page.reload()
    await expect(phone.tasks).to_have_count(1)
    await expect(shown_pane(phone)).to_have_text("Tasks")
