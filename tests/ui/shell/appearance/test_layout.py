"""The page's layout on wide, tablet and phone screens."""

import re
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.async_api import expect

from tests.serving import Server
from tests.ui.shell.test_accessibility import NARROW, states
from tests.ui.visitor import PHONE, Visit, Visitor, box_of
from tests.widget import SCRIPT_URL

STYLES = Path(__file__).parents[4] / "assets" / "styles"
A_SIZE_OR_COLOUR = re.compile(r"(?<![\w-])\d+(\.\d+)?(px|rem)\b|#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(", re.IGNORECASE)

TOO_SMALL = """() => {
    const top = document.querySelector("dialog[open]") ?? document;
    const touched = "a[href], button, input:not([type=hidden]), select, textarea, summary, [role=option]";
    const shown = [...top.querySelectorAll(touched)]
        .filter((element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
        // A link in a sentence is as high as its line.
        .filter((element) => getComputedStyle(element).display !== "inline");
    const small = shown.filter((element) => {
        // What lies in a label is touched by it.
        const { width, height, right } = (element.closest("label") ?? element).getBoundingClientRect();
        return right > 0 && (width < 43.5 || height < 43.5);
    });
    const written = "input:not([type=checkbox], [type=radio]), select, textarea";
    const zooms = shown.filter((element) => element.matches(written)
        && parseFloat(getComputedStyle(element).fontSize) < 16);
    return [...small, ...zooms].map((element) => element.outerHTML.slice(0, 100));
}"""


def test_stylesheets_use_tokens_instead_of_colours_and_pixels():
    for sheet in set(STYLES.glob("*.css")) - {STYLES / "tokens.css"}:
        no_rules = ("/*", "@media", "@container")
        rules = [line for line in sheet.read_text().splitlines() if not line.lstrip().startswith(no_rules)]
        assert [line for line in rules if A_SIZE_OR_COLOUR.search(line)] == [], sheet.name


@pytest.mark.soak
async def test_on_a_phone_nothing_scrolls_sideways_and_touch_targets_are_large_enough(visit: Visit):
    visitor = await visit(has_touch=True, is_mobile=True)
    await visitor.page.set_viewport_size(NARROW)
    await expect(visitor.message_box).to_be_visible()
    await expect(visitor.page.get_by_role("list", name="Tasks")).not_to_be_visible()
    wrong: dict[str, list[str]] = {}
    async for state in states(visitor):
        wrong[state] = await visitor.page.evaluate(TOO_SMALL)
        assert await visitor.page.evaluate("document.documentElement.scrollWidth") == 375, state
    assert {state: elements for state, elements in wrong.items() if elements} == {}
    visitor.ignore_errors(f"asked {SCRIPT_URL}", "ERR_CONNECTION_REFUSED")


async def test_the_page_can_be_installed(offline_server: Server):
    async with httpx.AsyncClient(base_url=offline_server.origin) as client:
        for path in ("/login", "/register"):
            page = (await client.get(path)).text
            assert re.search(r'<link[^>]*href="/manifest.webmanifest"', page)
            assert "interactive-widget=resizes-content" in page
        manifest = await client.get("/manifest.webmanifest")
        assert manifest.headers["content-type"] == "application/manifest+json"
        told = manifest.json()
        assert (told["start_url"], told["scope"], told["display"]) == ("/", "/", "standalone")
        assert {icon.get("purpose", "any") for icon in told["icons"]} == {"any", "maskable"}
        for icon in [*told["icons"], {"src": "/apple-touch-icon.png", "sizes": "180x180", "type": "image/png"}]:
            drawn = await client.get(icon["src"])
            assert drawn.headers["content-type"] == icon["type"]
            if icon["type"] == "image/png":
                # https://www.w3.org/TR/png/#11IHDR
                assert icon["sizes"] == "{}x{}".format(*struct.unpack(">II", drawn.content[16:24]))


@pytest.mark.soak
async def test_the_drawer_takes_the_focus_closes_by_escape_and_gives_the_focus_back(visit: Visit):
    visitor = await visit(viewport={"width": 900, "height": 700})
    await visitor.ask("help", "buy milk")
    page, keyboard = visitor.page, visitor.page.keyboard
    drawer = page.get_by_role("complementary", name="Conversations")
    menu, new = (page.get_by_role("button", name=name) for name in ("Show conversations", "New conversation"))
    await expect(new).not_to_be_visible()
    await menu.click()
    await expect(new).to_be_in_viewport()
    await page.get_by_role("button", name="Close").click()
    await expect(new).not_to_be_visible()
    await menu.press("Enter")
    await expect(drawer.get_by_role("button").first).to_be_focused()
    search = drawer.get_by_role("searchbox", name="Search conversations")
    await search.press_sequentially("help")
    await keyboard.press("Escape")
    await expect(search).to_have_value("")
    await drawer.get_by_role("link", name="help").press("F2")
    await expect(drawer.get_by_role("textbox", name="Title of the conversation")).to_be_focused()
    await keyboard.press("Escape")
    await expect(drawer.get_by_role("link", name="help")).to_be_focused()
    await keyboard.press("Escape")
    await expect(drawer).to_be_hidden()
    await expect(menu).to_be_focused()
    await keyboard.press("Enter")
    await expect(drawer.get_by_role("button").first).to_be_focused()
    await drawer.get_by_role("link", name="help").press("Enter")
    await expect(drawer).to_be_hidden()
    await expect(visitor.message_box).to_be_focused()
    await menu.click()
    await expect(drawer.get_by_role("button").first).to_be_focused()
    await page.mouse.click(700, 300)
    await expect(drawer).to_be_hidden()
    await expect(menu).to_be_focused()


@pytest.mark.soak
async def test_a_drawer_that_is_opened_again_while_the_browser_goes_back_stays_open(visit: Visit):
    page = (await visit(viewport={"width": 900, "height": 700})).page
    drawer = page.get_by_role("complementary", name="Conversations")
    menu = page.get_by_role("button", name="Show conversations")
    await menu.click()
    await expect(drawer.get_by_role("button").first).to_be_focused()
    entries = await page.evaluate("history.length")
    await page.evaluate("() => { window.goesBack = new Promise((done) => { history.back = done; }); }")
    await page.keyboard.press("Escape")
    await expect(drawer).to_be_hidden()
    await page.evaluate("window.goesBack")
    await menu.press("Enter")
    await expect(drawer.get_by_role("button").first).to_be_focused()
    await page.evaluate("""() => {
      const gone = new Promise((done) => window.addEventListener("popstate", () => setTimeout(done), { once: true }));
      delete history.back;
      history.back();
      return gone;
    }""")
    await expect(drawer.get_by_role("button").first).to_be_focused()
    assert await page.evaluate("history.length") == entries
    await page.go_back()
    await expect(drawer).to_be_hidden()


@pytest.mark.soak
async def test_the_theme_follows_the_system_until_the_user_chooses_and_is_stored(visit: Visit):
    visitor = await visit(color_scheme="dark")
    root = visitor.page.locator("html")
    await expect(root).to_have_class(re.compile("dark"))
    await visitor.page.get_by_role("button", name="Switch between light and dark").click()
    await expect(root).to_have_class(re.compile("light"))
    bars = visitor.page.locator("meta[name=theme-color]")
    await expect(bars.first).to_have_attribute("content", "#ffffff")
    await expect(bars.last).to_have_attribute("content", "#ffffff")
    assert await root.evaluate("element => getComputedStyle(element).colorScheme") == "light"
    # Before the first script of the page runs, its ground is the chosen one already.
    await visitor.page.route("**/assets/*.js", lambda route: route.abort())
    await visitor.page.reload(wait_until="commit")
    ground = visitor.page.locator(".radix-themes").first
    await expect(ground).to_have_css("background-color", "rgb(255, 255, 255)")
    await visitor.page.unroute_all()
    await visitor.page.reload()
    await expect(root).to_have_class(re.compile("light"))
    visitor.ignore_errors("ERR_FAILED")


SLID_IN = "Promise.allSettled(document.getAnimations().map((one) => one.finished))"
"""Wait until rows and notices have slid in."""
ROWS_IN_VIEW = """() => {
    const end = document.querySelector(".tab-bar").getBoundingClientRect().top;
    const places = [...document.querySelectorAll(".task")].map((row) => row.getBoundingClientRect());
    return places.filter(({ top, bottom }) => top >= 0 && bottom <= end + 1).length;
}"""


@pytest.mark.soak
async def test_a_phone_shows_eight_grouped_tasks_and_its_heads_fold_while_scrolling(visit: Visit):
    today = datetime.now(UTC).date()
    tasks = [
        {"title": f"Task {number}", "tags": ["home"]}
        | ({"due_at": str(today + timedelta(days=number - 1))} if number < 6 else {})
        for number in range(20)
    ]
    phone = await visit(*tasks, **PHONE)
    await phone.page.get_by_role("button", name="Tasks", exact=True).tap()
    await expect(phone.tasks).to_have_count(20)
    await phone.page.evaluate(SLID_IN)
    assert await phone.page.evaluate(ROWS_IN_VIEW) >= 8
    views, box = phone.page.locator(".views"), phone.page.locator(".tasks-scroll")
    top_row = phone.checkbox("Complete #6")
    await box.evaluate("(element) => { element.scrollTop = 300; }")
    await expect(views).to_be_hidden()
    await expect(top_row).to_be_in_viewport()
    await expect(phone.add_line).to_be_visible()
    await box.evaluate("(element) => { element.scrollTop = 0; }")
    await expect(views).to_be_visible()

    await phone.tasks.first.get_by_role("button", name="Task 0").tap()
    detail = phone.panel
    await expect(detail).to_contain_text("Task 0")
    await detail.get_by_role("button", name="Task 0").tap()
    await expect(detail.get_by_role("textbox", name="Title")).to_be_focused()


@pytest.mark.soak
async def test_headings_stick_rows_do_not_repeat_them_and_a_phone_adds_at_the_thumb(visit: Visit):
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    tasks = [{"title": f"Task {number}", "due_at": str(tomorrow)} for number in range(20)]
    phone = await visit({"title": "Call", "due_at": f"{tomorrow}T09:30:00Z"}, *tasks, **PHONE)
    page = phone.page
    await page.get_by_role("button", name="Tasks", exact=True).tap()
    await expect(phone.tasks).to_have_count(21)
    due = phone.tasks.filter(has_text="Call").locator(".task-due")
    await expect(due.locator("span[aria-hidden=true]")).to_have_text("09:30")
    await expect(due.locator(".sr-only")).to_have_text("Tomorrow 09:30")
    details = phone.tasks.filter(has_text="Task 19").locator(".task-details")
    await expect(details).to_contain_text("Tomorrow")
    await expect(details.locator("svg")).to_have_count(0)
    await expect(details.locator(".sr-only")).to_have_css("position", "absolute")  # it takes no room
    for name, count in (("Open 21", "21"), ("Overdue 0", "0")):
        shown = page.get_by_role("button", name=name).get_by_text(count, exact=True)
        await expect(shown).to_have_class("sr-only" if count == "0" else "count")
    await page.locator(".tasks-scroll").evaluate("(element) => { element.scrollTop = 300; }")
    await expect(page.locator(".group-in-view")).to_have_text(re.compile("^Tomorrow"))
    await page.locator(".tasks-scroll").evaluate("(element) => { element.scrollTop = 0; }")
    await expect(page.locator(".group-in-view")).to_have_text("")

    line = page.get_by_role("textbox", name="Add a task")
    before = await box_of(line)
    assert before["width"] == before["height"]
    assert before["x"] > 300
    await line.tap()
    await expect(page.locator(".add-line")).to_have_css("width", "390px")
    tops = await page.evaluate(TOPS_AND_GAP)
    await line.press_sequentially("Pay rent tomorrow 10am every month !high #home")
    await expect(page.locator(".chip")).to_have_count(4)
    await expect(page.locator(".chip").first).to_have_text("Tomorrow 10:00")
    assert await page.evaluate(TOPS_AND_GAP) == tops
    await line.press("Enter")
    await expect(phone.checkbox("Complete #22 Pay rent")).to_be_visible()


TOPS_AND_GAP = """() => {
    const tops = [...document.querySelectorAll(".task")].slice(0, 3).map((row) => row.getBoundingClientRect().top);
    const end = document.querySelector(".tasks-scroll").getBoundingClientRect().bottom;
    const notice = document.querySelector(".toasts").getBoundingClientRect().top;
    return [tops, notice - end];
}"""


@pytest.mark.soak
async def test_a_notice_lies_over_no_task_and_moves_none(visit: Visit):
    for size in ({"width": 390, "height": 800}, {"width": 1280, "height": 800}):
        tasks = (f"Task {number}" for number in range(20))
        visitor = await visit(*tasks, at="/?view=done", viewport=size, has_touch=True)
        if size["width"] < 768:
            await visitor.page.get_by_role("button", name="Tasks", exact=True).tap()
        await visitor.page.get_by_role("button", name="Open 20").tap()
        await expect(visitor.tasks).to_have_count(20)
        await visitor.page.evaluate(SLID_IN)
        before, _ = await visitor.page.evaluate(TOPS_AND_GAP)
        await visitor.checkbox("Complete #5 Task 4").tap()
        await expect(visitor.notice).to_be_visible()
        after, gap = await visitor.page.evaluate(TOPS_AND_GAP)
        assert after == before
        assert gap >= 0


HEBREW = "לקנות חלב"
DIRECTIONS = """() => [...document.querySelectorAll("p, span, button, h2, h3, li, div, textarea, input, a")]
    .filter((element) => element.checkVisibility())
    .filter((element) => element.matches("textarea, input") ? element.value.includes("חלב")
        : [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim().startsWith("לקנות")))
    .filter((element) => {
        const { direction, unicodeBidi } = getComputedStyle(element);
        return direction !== "rtl" && unicodeBidi !== "plaintext";
    })
    .map((element) => element.outerHTML.slice(0, 120))"""


@pytest.mark.soak
async def test_texts_of_people_run_in_their_own_direction(visitor: Visitor):
    page, wrong = visitor.page, dict[str, list[str]]()

    async def look(state: str) -> None:
        await expect(page.get_by_text(HEBREW).or_(page.locator(":focus")).first).to_be_visible()
        wrong[state] = await page.evaluate(DIRECTIONS)

    task = {"title": HEBREW, "description": f"{HEBREW}\n\n- {HEBREW}\n\n> {HEBREW}", "tags": ["לקנות-חלב"]}
    await visitor.post_tasks(task)
    await expect(visitor.tasks).to_have_count(1)
    await look("list")
    await page.get_by_role("textbox", name="Add a task").fill(HEBREW)
    await look("add line")
    await visitor.send(f"find {HEBREW}")
    await visitor.conversation_path()
    await expect(page.get_by_role("button", name="Send")).to_be_visible()
    await visitor.message_box.fill(HEBREW)
    await look("conversation")
    await page.get_by_role("searchbox", name="Search tasks").fill(HEBREW)
    await expect(visitor.tasks).to_have_count(1)
    await look("search")
    await visitor.open("/?task=1")
    await expect(visitor.panel.get_by_text(HEBREW).first).to_be_visible()
    await look("task")
    details = visitor.panel
    await expect(details.locator(".markdown ul")).to_have_css("padding-left", "0px")
    await expect(details.locator("blockquote")).to_have_css("border-left-width", "0px")
    await page.get_by_role("button", name="Edit description").click()
    await look("description")
    await visitor.open("/?view=activity")
    await expect(page.get_by_role("list", name="Activity").get_by_text(HEBREW)).to_be_visible()
    await look("activity")
    # A line of an answer with a title has the direction of most of its letters.
    await visitor.api("PATCH", "/api/tasks/1", json={"due_at": "2031-05-15", "priority": "high", "tags": []})
    await visitor.send("list tasks")
    await expect(visitor.answers.last.locator("ul", has_text="May 2031")).to_have_css("direction", "ltr")
    assert {state: elements for state, elements in wrong.items() if elements} == {}


@pytest.mark.soak
async def test_a_notice_beside_the_chat_of_a_phone_lies_over_no_message_and_a_long_one_is_shown_whole(visit: Visit):
    phone = await visit(**PHONE, locale="en-GB")
    await phone.ask("add buy milk", "Buy milk")
    log = await box_of(phone.log)
    await phone.answers.last.get_by_role("button", name="Undo").tap()
    await expect(phone.notice).to_be_visible()
    await phone.page.evaluate(SLID_IN)
    shown = await box_of(phone.notice)
    assert await box_of(phone.log) == log
    assert shown["y"] + shown["height"] <= log["y"]

    for name in ("Ann", "Bob"):
        await phone.ask(f"add call {name} about the garden party tomorrow at 8", name)
        await phone.answers.last.get_by_role("button", name="or 20:00").tap()
        await expect(phone.notice).to_contain_text(f"{name} about the garden party is now due Tomorrow 20:00")
    await expect(phone.notice).to_contain_text("For you, “at 8” is 20:00?")
    hidden = "({ scrollHeight, clientHeight }) => scrollHeight - clientHeight"
    assert await phone.notice.locator(".toast-text").evaluate(hidden) == 0
    shown, log = await box_of(phone.notice), await box_of(phone.log)
    assert shown["height"] > 52
    assert shown["y"] + shown["height"] <= log["y"]
