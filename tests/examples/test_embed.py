"""The ChatKit widget on another site: examples/embed with a stand-in for the widget's script and a real server."""

import re
import secrets
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass

import httpx
import jwt
import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.browsers import PATIENCE_MS
from tests.examples.embed_site import EmbedSite
from tests.failures.support.instances import Instance
from tests.serving import NO_CERTIFICATES
from tests.ui.conftest import browser as browser
from tests.ui.visitor import PASSWORD
from tests.widget import refuse_widget, serve_widget

JWT_SECRET = secrets.token_hex(32)
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 375, "height": 812}
Open = Callable[..., Awaitable["Host"]]


pytestmark = pytest.mark.soak  # npm and Vite build the page for a minute


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> EmbedSite:
    return EmbedSite(tmp_path_factory.mktemp("embed") / "site")


@pytest.fixture(scope="module")
def taskchat(site: EmbedSite) -> Iterator[Instance]:
    """A server that may be embedded by the site, which is built for it."""
    with Instance(ALLOWED_ORIGINS=site.origin, JWT_SECRET=JWT_SECRET) as instance:
        site.build(instance.origin)
        yield instance


@dataclass
class Host:
    """A person on the page of the site."""

    page: Page
    api: httpx.AsyncClient
    errors: list[str]
    answers_of_chat: list[int]
    """The statuses of POST /api/chatkit."""

    def listen(self, chat: str) -> None:
        """Record the page's errors, and the statuses of its requests to the chat's address."""
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        self.page.on(
            "response",
            lambda answer: (
                self.answers_of_chat.append(answer.status)
                if (answer.url, answer.request.method) == (chat, "POST")
                else None
            ),
        )

    @property
    def tasks(self) -> Locator:
        return self.page.get_by_role("complementary").get_by_role("listitem")

    @property
    def answers(self) -> Locator:
        return self.page.get_by_role("article", name="Assistant")

    async def send(self, words: str) -> None:
        await self.page.get_by_role("textbox", name="Message").fill(words)
        await self.page.get_by_role("button", name="Send").click()

    async def expect_answer(self, words: str) -> None:
        await expect(self.answers.last).to_contain_text(words)
        await expect(self.page.get_by_role("button", name="Send")).to_be_visible()


@pytest.fixture
async def open_site(browser: Browser, site: EmbedSite, taskchat: Instance) -> AsyncIterator[Open]:
    """Factory of pages, each for a new account; the test fails if a page has logged an error."""
    async with httpx.AsyncClient(base_url=taskchat.origin, verify=NO_CERTIFICATES, timeout=30) as api:
        account = {"email": f"{uuid.uuid4().hex}@example.org", "password": PASSWORD, "timezone": "Europe/Berlin"}
        registered = (await api.post("/api/auth/register", json=account)).raise_for_status()
        api.cookies.clear()
        api.headers["Authorization"] = f"Bearer {registered.json()['token']}"
        errors: list[str] = []
        contexts: list[BrowserContext] = []

        async def open_page(*, has_script: bool = True, **options: object) -> Host:
            context = await browser.new_context(**{"viewport": WIDE, "locale": "en-GB", **options})  # pyright: ignore[reportArgumentType]  # options of new_context by name
            contexts.append(context)
            context.set_default_timeout(PATIENCE_MS)
            host = Host(await context.new_page(), api, errors, [])
            await (serve_widget if has_script else refuse_widget)(host.page)
            host.listen(f"{taskchat.origin}/api/chatkit")
            await host.page.goto(site.origin)
            return host

        with site.serving(account["email"], PASSWORD):
            yield open_page
            for context in contexts:
                await context.close()
        assert errors == []


async def test_an_answer_streams_in_the_widget_and_the_list_beside_it_follows(open_site: Open):
    host = await open_site()
    await expect(host.page.get_by_text("What is there to do?")).to_be_visible()
    await expect(host.page.get_by_text("No open tasks.")).to_be_visible()
    await host.send("add buy milk tomorrow")
    await host.expect_answer("Buy milk")
    assert int(await host.answers.last.get_attribute("data-deltas") or 0) > 1
    await expect(host.tasks).to_contain_text(["Buy milk"])
    (await host.api.post("/api/tasks", json={"title": "Call mum"})).raise_for_status()
    await expect(host.tasks).to_contain_text(["Buy milk", "Call mum"])


async def test_without_the_events_the_list_follows_by_the_effects_of_the_chat(open_site: Open, site: EmbedSite):
    host = await open_site()
    unanswered: list[Route] = []
    await host.page.route(f"{site.origin}/backend/events", lambda route: unanswered.append(route))
    await host.page.reload()
    await expect(host.page.get_by_text("No open tasks.")).to_be_visible()
    await host.send("add buy milk")
    await expect(host.tasks).to_contain_text(["Buy milk"])
    await host.page.close()
    for route in unanswered:  # else their tasks are reported as pending in a later test
        await route.abort()


async def test_while_the_list_cannot_be_read_the_page_says_so_and_recovers(open_site: Open, site: EmbedSite):
    host = await open_site()
    (await host.api.post("/api/tasks", json={"title": "Buy milk"})).raise_for_status()
    requests = f"{site.origin}/backend/**"
    await host.page.route(requests, lambda route: route.fulfill(status=502))
    await host.page.reload()
    await expect(host.page.get_by_text("The list cannot be read just now.")).to_be_visible()
    await host.page.unroute(requests)
    await expect(host.tasks).to_contain_text(["Buy milk"])
    await expect(host.page.get_by_text("The list cannot be read just now.")).to_be_hidden()
    host.errors[:] = [line for line in host.errors if "502" not in line]


async def test_a_reload_and_the_history_show_the_conversation_again(open_site: Open):
    host = await open_site()
    await host.page.get_by_role("button", name="Add buy milk tomorrow").click()
    await host.expect_answer("Buy milk")
    told = await host.answers.last.locator("p").inner_text()
    await host.page.reload()
    await expect(host.answers.last.locator("p")).to_have_text(told)
    await host.page.get_by_role("button", name="New chat").click()
    await expect(host.page.get_by_text("What is there to do?")).to_be_visible()
    await host.page.get_by_role("button", name="History").click()
    await host.page.get_by_role("list", name="History").get_by_role("button").click()
    await expect(host.answers.last.locator("p")).to_have_text(told)


async def test_feedback_retry_and_the_buttons_of_a_card_reach_the_server(open_site: Open):
    host = await open_site()
    await host.send("add buy milk")
    await host.expect_answer("Buy milk")
    await host.page.get_by_role("button", name="Good answer").click()
    await expect(host.page.get_by_role("status").filter(has_text="Good answer.")).to_be_visible()
    await host.page.get_by_role("button", name="Retry").click()
    await expect(host.tasks).to_contain_text(["#2"])
    await host.expect_answer("Buy milk")
    await host.send("delete all tasks")
    await host.page.get_by_role("region", name="Card").get_by_role("button", name=re.compile("Delete")).click()
    await expect(host.tasks).to_have_count(0)
    assert set(host.answers_of_chat) == {200}


async def test_a_listed_task_is_completed_and_a_question_answered_where_they_are_shown(open_site: Open):
    host = await open_site()
    for title in ("Write the report", "Print the report"):
        (await host.api.post("/api/tasks", json={"title": title})).raise_for_status()
    await host.send("complete the report")
    question = host.page.get_by_role("group", name="Question")
    await question.get_by_role("button", name="#1 Write the report").click()
    await expect(host.tasks).to_have_text([re.compile("Print the report")])
    await expect(question.get_by_role("button")).to_have_count(0)
    await host.send("list my tasks")
    await host.page.get_by_role("region", name="Card").last.get_by_role("button", name="Done").click()
    await expect(host.tasks).to_have_count(0)
    await expect(host.page.get_by_role("region", name="Card").last.get_by_role("button", name="Reopen")).to_be_visible()


async def test_a_task_is_tagged_and_previewed_and_shown_in_the_list_from_an_answer(open_site: Open):
    host = await open_site()
    for title in ("Call mum", "Buy milk"):
        (await host.api.post("/api/tasks", json={"title": title, "due_at": "2036-05-04"})).raise_for_status()
    await expect(host.tasks).to_have_count(2)
    await host.page.get_by_role("textbox", name="Message").fill("complete @milk")
    await host.page.get_by_role("list", name="Tasks").get_by_role("button", name="@Buy milk").click()
    await host.page.get_by_role("button", name="Send").click()
    await expect(host.tasks).to_have_text([re.compile("Call mum")])
    await host.page.get_by_role("textbox", name="Message").fill("rename @")
    await host.page.get_by_role("button", name="@Call mum").click()
    await host.send(" to Call dad")
    await expect(host.tasks).to_contain_text(["Call dad"])
    tag = host.page.get_by_role("article", name="You").get_by_role("button", name="Call mum")
    await tag.hover()
    await expect(host.page.get_by_role("tooltip")).to_contain_text(re.compile("#1 · Sun,? 4 May"))
    await host.answers.last.get_by_role("button", name="Call dad").click()  # a source of the answer
    await expect(host.tasks.and_(host.page.locator("[aria-current]"))).to_contain_text("Call dad")


async def test_an_expired_secret_is_renewed_and_the_request_sent_again(open_site: Open, site: EmbedSite):
    host = await open_site()
    asked = 0

    async def answer_with_an_expired_secret_first(route: Route) -> None:
        nonlocal asked
        asked += 1
        if asked > 1:
            return await route.continue_()
        secret = (await host.api.post("/api/chatkit/session")).raise_for_status().json()["client_secret"]
        claims = jwt.decode(secret, JWT_SECRET, ["HS256"], options={"verify_aud": False})
        expired = jwt.encode({**claims, "exp": claims["iat"] - 1}, JWT_SECRET, "HS256")
        return await route.fulfill(json={"client_secret": expired})

    await host.page.route(f"{site.origin}/backend/chat-secret", answer_with_an_expired_secret_first)
    await host.page.reload()
    await host.send("add buy milk")
    await host.expect_answer("Buy milk")
    assert (asked, host.answers_of_chat) == (2, [401, 200])
    host.errors[:] = [line for line in host.errors if "401" not in line]


async def test_after_the_login_of_the_site_has_ended_it_signs_in_again(open_site: Open):
    host = await open_site()
    await host.send("add buy milk")
    await host.expect_answer("Buy milk")
    (await host.api.post("/api/auth/logout-all")).raise_for_status()
    await host.send("add call mum")
    await host.expect_answer("Call mum")
    await expect(host.tasks).to_contain_text(["Buy milk", "Call mum"])
    assert 401 in host.answers_of_chat
    host.errors[:] = [line for line in host.errors if "401" not in line]


async def test_page_widget_and_answers_are_in_german(open_site: Open):
    host = await open_site(locale="de-DE", viewport=PHONE)
    await expect(host.page.get_by_role("heading", name="Aufgaben")).to_be_visible()
    await host.page.get_by_role("button", name="Milch kaufen morgen hinzufügen").click()
    await expect(host.answers.last).to_contain_text("Milch kaufen")
    await expect(host.answers.last).to_contain_text("hinzugefügt")
    await expect(host.tasks).to_contain_text(["Milch kaufen"])
    await expect(host.page.get_by_role("button", name="Senden")).to_be_visible()


async def test_without_the_script_the_page_says_so_and_tries_again(open_site: Open):
    host = await open_site(has_script=False)
    alert = host.page.get_by_role("alert")
    await expect(alert).to_contain_text("could not be loaded from cdn.platform.openai.com")
    await serve_widget(host.page)
    await alert.get_by_role("button", name="Retry").click()
    await expect(host.page.get_by_text("What is there to do?")).to_be_visible()
    host.errors[:] = [line for line in host.errors if "ERR_CONNECTION_REFUSED" not in line]
