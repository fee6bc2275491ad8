"""The page /embed, with the ChatKit widget on the app's own origin, and the 404 page with a link back."""

import json
import re

import pytest
from playwright.async_api import expect

from taskchat_app.ui.pages.embed import ChatWidget
from tests.serving import PROJECT
from tests.ui.axe import violations_on
from tests.ui.conftest import DOMAIN_KEY
from tests.ui.shell.test_accessibility import NARROW
from tests.ui.visitor import Visitor
from tests.widget import SCRIPT_URL, refuse_widget, serve_widget

LOAD_SCRIPT = f"""() => new Promise((resolve) => {{
    const script = Object.assign(document.createElement("script"), {{ src: "{SCRIPT_URL}" }});
    script.onload = () => resolve("loaded");
    script.onerror = () => resolve("refused");
    document.head.append(script);
}})"""


def test_page_and_example_use_the_same_version_of_the_widgets_package():
    versions = json.loads((PROJECT / "examples" / "embed" / "package.json").read_text())["dependencies"]
    assert ChatWidget.create().lib_dependencies == [f"@openai/chatkit-react@{versions['@openai/chatkit-react']}"]


async def open_widget(visitor: Visitor) -> None:
    await serve_widget(visitor.page)
    await visitor.open("/embed")
    await expect(visitor.page.get_by_text("What needs doing?")).to_be_visible()
    visitor.ignore_errors(f"asked {SCRIPT_URL}")


async def test_the_widget_chats_on_the_apps_own_origin_without_a_violation(visitor: Visitor):
    await open_widget(visitor)
    page = visitor.page
    await expect(page.get_by_text("It can see and change here whatever you can")).to_be_visible()
    await expect(page.locator("openai-chatkit")).to_have_attribute("data-domain-key", DOMAIN_KEY)
    await page.get_by_role("textbox", name="Message").fill("add buy milk")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("article", name="Assistant")).to_contain_text("Buy milk")
    await page.get_by_role("textbox", name="Message").fill("rename @bu")
    await page.get_by_role("list", name="Tasks").get_by_role("button", name="@Buy milk").click()
    await page.get_by_role("textbox", name="Message").fill(" to Buy oat milk")
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("article", name="Assistant").last).to_contain_text("Buy oat milk")
    await page.get_by_role("article", name="You").get_by_role("button", name="Buy milk").click()
    await expect(page).to_have_url(re.compile(r"/\?task=1"))
    await expect(page.get_by_role("article", name="Task details")).to_contain_text("Buy oat milk")


@pytest.mark.soak
async def test_where_the_script_cannot_be_loaded_the_page_says_so(visitor: Visitor):
    await refuse_widget(visitor.page)
    await visitor.open("/embed")
    await expect(visitor.alert).to_contain_text("The widget cannot be loaded from cdn.platform.openai.com.")
    await serve_widget(visitor.page)
    await visitor.alert.get_by_role("button", name="Retry").click()
    await expect(visitor.page.get_by_text("What needs doing?")).to_be_visible()
    visitor.ignore_errors(f"asked {SCRIPT_URL}", "ERR_CONNECTION_REFUSED")


async def test_only_the_widgets_page_may_load_its_script_and_after_the_login_it_leads_to_signing_in(visitor: Visitor):
    await open_widget(visitor)
    await visitor.page.get_by_role("link", name="Back to your tasks").click()
    await expect(visitor.page).to_have_url(f"{visitor.server.origin}/")
    assert await visitor.page.evaluate(LOAD_SCRIPT) == "refused"
    await open_widget(visitor)
    assert (await visitor.api("POST", "/api/auth/logout")).status_code == 204
    await visitor.page.get_by_role("button", name="History").click()
    await expect(visitor.page).to_have_url(re.compile(r"/login\?error=signed_out&next=%2Fembed"))
    visitor.ignore_errors("401", "Content Security Policy", f"asked {SCRIPT_URL}")


async def test_an_unknown_address_links_back_to_the_tasks_and_an_absent_file_is_no_page(visitor: Visitor):
    page = visitor.page
    await page.set_viewport_size(NARROW)
    for unknown in ("/no-such", "/c/a/b"):
        answer = await page.goto(f"{visitor.server.origin}{unknown}")
        assert answer is not None
        assert answer.status == 404
        await expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    assert await violations_on(page) == []
    await page.emulate_media(color_scheme="dark")
    assert await violations_on(page) == []
    await page.get_by_role("link", name="Go to your tasks").click()
    await expect(page.get_by_role("status", name="Connection")).to_have_text("Connected")

    for odd in ("%00", "a" * 5_000):
        await visitor.open("/")
        await expect(visitor.alert).to_have_count(0)
        answer = await page.goto(f"{visitor.server.origin}/c/{odd}")
        assert answer is not None
        assert answer.status == 404
        await expect(visitor.alert).to_contain_text("This conversation does not exist")
    visitor.ignore_errors("404")
    for path in ("/assets/root-OfAnEarlierVersion.js", "/favicon.ico"):
        answer = await visitor.api("GET", path)
        assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-cache")
