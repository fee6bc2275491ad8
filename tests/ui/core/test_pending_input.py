"""On a slow network input stays as entered until the server has processed it."""

import re

import pytest
from playwright.async_api import JSHandle, Locator, Page, WebSocket, expect

from tests.chatting import message
from tests.serving import Server
from tests.ui.visitor import Visit, Visitor, choose_in_menu, enter

pytestmark = pytest.mark.soak

SLOW_SOCKET = """(() => {
  const later = (act) => setTimeout(act, window.late ?? 200);
  window.WebSocket = class extends WebSocket {
    send(data) { later(() => this.readyState === WebSocket.OPEN && super.send(data)); }
    set onmessage(take) { super.onmessage = take && ((event) => later(() => take(event))); }
    get onmessage() { return super.onmessage; }
  };
})()"""
"""Each frame in either direction takes 200 ms, or `window.late` ms; one is lost if the socket closes meanwhile."""

SHOWN = """(element, read) => {
  const shown = [];
  const look = () => {
    const now = new Function("element", `return ${read}`)(element);
    if (now !== undefined && now !== shown.at(-1)) shown.push(now);
    requestAnimationFrame(look);
  };
  look();
  return shown;
}"""


@pytest.fixture
async def slow(visit: Visit) -> tuple[Visitor, WebSocket]:
    visitor = await visit("Milk", "Bread", bypass_csp=True)
    await visitor.context.add_init_script(SLOW_SOCKET)
    async with visitor.page.expect_websocket() as connecting:
        await visitor.open("/")
    await expect(visitor.tasks).to_have_count(2)
    return visitor, await connecting.value


@pytest.fixture
def visitor(slow: tuple[Visitor, WebSocket]) -> Visitor:
    return slow[0]


@pytest.fixture
def socket(slow: tuple[Visitor, WebSocket]) -> WebSocket:
    """The visitor's socket, with frames sent and received, before the page processes them."""
    return slow[1]


async def shown(place: Locator, read: str) -> JSHandle:
    """Record each different value shown from now on; `read` is a JavaScript expression about `element`."""
    return await place.evaluate_handle(SHOWN, read)


async def until(page: Page, seen: JSHandle, last: str) -> None:
    """Wait until this is the last recorded value; values are recorded once per frame."""
    await page.wait_for_function("([seen, last]) => seen.at(-1) === last", arg=[seen, last])


async def settled(visitor: Visitor) -> None:
    """Wait until the server has processed all events; it does so in order."""
    search = visitor.page.get_by_role("searchbox", name="Search tasks")
    await search.fill("none such")
    await expect(visitor.tasks).to_have_count(0)
    await search.fill("")
    await expect(visitor.tasks).to_have_count(2)


async def test_quick_input_on_a_slow_network_is_never_reverted(visitor: Visitor):
    page = visitor.page
    tick = visitor.checkbox("Complete #1 Milk")
    ticks = await shown(tick, "element.checked")
    await tick.click()
    await tick.click()
    row = visitor.tasks.filter(has=visitor.checkbox("Complete #2"))
    titles = await shown(row, "element.querySelector('.task-title')?.textContent")
    for before, title in (("Bread", "Rye"), ("Rye", "Toast")):
        await row.locator(".task-title").click()
        await expect(row.get_by_role("textbox", name="Title")).to_have_value(before)
        await page.keyboard.type(title)
        await page.keyboard.press("Enter")
    await choose_in_menu(page, "Filter and sort")
    sort = page.get_by_label("Sort by")
    sorts = await shown(sort, "element.value")
    await sort.select_option("title")
    await settled(visitor)
    assert await ticks.json_value() == [False, True, False]
    assert await titles.json_value() == ["Bread", "Rye", "Toast"]
    assert await sorts.json_value() == ["due", "title"]
    # Going back quickly leaves the way forward.
    for view in ("today", "upcoming", "done"):
        await page.get_by_role("button", name=re.compile(f"^{view.title()} ")).click()
        await expect(page).to_have_url(re.compile(f"view={view}$"))
    for _ in range(3):
        await page.evaluate("history.back()")
    await expect(visitor.tasks).to_have_count(2)
    await expect(page).to_have_url(re.compile(r"/\?sort=title$"))
    await page.evaluate("history.go(3)")
    await expect(page.get_by_role("button", name=re.compile("^Done "))).to_have_attribute("aria-pressed", "true")


async def test_typing_ahead_on_a_slow_network_reaches_the_right_field(visitor: Visitor, socket: WebSocket):
    page = visitor.page
    for text in ("Older", "Newer"):
        (await visitor.api("POST", "/api/chatkit", json=message(text))).raise_for_status()
    await visitor.add_line.click()
    await page.keyboard.type("Plants friday")
    await page.keyboard.press("Enter")
    chips = await shown(page.locator("#add-line"), "element.querySelector('.chips')?.textContent ?? ''")
    await page.keyboard.type("Garden")
    await expect(visitor.checkbox("Complete #3 Plants")).to_be_visible()
    await visitor.ask("list my tasks", "Plants")
    await page.get_by_role("button", name="New conversation").click()
    await page.keyboard.type("next, I do this")
    await expect(visitor.message_box).to_have_value("next, I do this")
    assert await chips.json_value() == [""]
    talks = visitor.conversations
    talk, title = talks.get_by_role("link").first, "element.querySelector('.conversation-title')?.textContent"
    names = await shown(talks.get_by_role("listitem").first, title)
    await talk.focus()
    await page.keyboard.press("F2")
    await page.keyboard.type("Named")
    await page.keyboard.press("Enter")
    await expect(talk).to_be_focused()
    other = await visitor.open_tab()
    await expect(other.page.get_by_role("link", name="Named")).to_be_visible()
    assert await names.json_value() == ["list my tasks", "Named"]
    current = await shown(talks, "element.querySelector('[aria-current=page] .conversation-title')?.textContent")
    await page.keyboard.press("Alt+ArrowDown")
    await until(page, current, "Named")
    await expect(page.get_by_role("heading", name="Named")).to_be_visible()
    await page.evaluate("window.late = 1000")  # to go on takes a moment, too
    # The server has opened the next one, and its word on it is still on its way.
    path = await talks.get_by_role("link", name="Newer").evaluate("link => link.pathname")
    opening = re.compile(rf"[0-9a-f]{{32}} {path}")
    async with socket.expect_event("framereceived", lambda frame: bool(opening.search(str(frame)))):
        await page.keyboard.press("Alt+ArrowDown")
        await until(page, current, "Newer")
    await page.keyboard.press("Alt+ArrowDown")
    await until(page, current, "Older")
    await expect(page.get_by_role("heading", name="Older")).to_be_visible()
    assert await current.json_value() == ["Named", "Newer", "Older"]


async def test_a_typed_date_filter_is_shown_at_once(visitor: Visitor):
    page = visitor.page
    await choose_in_menu(page, "Filter and sort")
    bound = page.locator(".filter-row").filter(has_text="Due until")
    bounds = await shown(bound, "element.querySelector('.filter-value').textContent")
    for day in ("tomorrow", ""):
        await bound.get_by_role("button").click()
        await enter(bound.get_by_role("textbox"), day)
    await settled(visitor)
    assert await bounds.json_value() == ["Any day", "tomorrow", "Any day"]


async def test_a_late_refusal_does_not_take_the_focus_of_a_user_who_has_moved_on(visitor: Visitor):
    page = visitor.page
    await page.evaluate("window.late = 1500")  # the focus moves before the refusal
    await visitor.checkbox("Complete #1 Milk").press("e")
    field = page.get_by_role("textbox", name="Title")
    await enter(field, "a" * 300)
    await visitor.message_box.focus()
    await expect(field).to_have_value("a" * 300)
    await expect(visitor.message_box).to_be_focused()
    await visitor.checkbox("Complete #2 Bread").press("d")
    line = page.get_by_role("textbox", name="Due date")
    await enter(line, "blursday")
    await visitor.message_box.focus()
    await expect(visitor.alert).to_contain_text("is not a date")
    await expect(visitor.message_box).to_be_focused()
    await visitor.checkbox("Complete #2 Bread").press("d")
    await expect(line).to_have_value("blursday")
    await expect(line).to_have_accessible_description(re.compile("is not a date"))


async def test_the_refusal_of_a_date_does_not_return_over_a_newer_one(visitor: Visitor):
    page = visitor.page
    await page.evaluate("window.late = 1000")  # the second date is sent before the first one is refused
    row = visitor.tasks.filter(has_text="Bread")
    line = page.get_by_role("textbox", name="Due date")
    for phrase in ("blursday", "tomorrow"):
        await visitor.checkbox("Complete #2 Bread").press("d")
        await enter(line, phrase)
    await expect(row).to_contain_text("Tomorrow")
    await settled(visitor)
    await expect(line).to_have_count(0)


async def test_a_click_after_a_sync_shows_the_slow_notice(visitor: Visitor, socket: WebSocket, offline_server: Server):
    page = visitor.page
    waiting = page.get_by_role("status").filter(has_text="The server has not answered yet")
    async with socket.expect_event("framesent", lambda frame: "sync_state.answer" in str(frame)):
        await page.get_by_role("button", name=re.compile("^Today ")).click()
    with offline_server.suspended_postgres():
        await page.get_by_role("button", name=re.compile("^Done ")).click()
        await expect(waiting).to_be_visible()
    await expect(waiting).to_have_count(0)
    await expect(visitor.tasks).to_have_count(0)
