"""The command palette finds tasks, conversations and commands."""

import re
from dataclasses import replace

import pytest
from playwright.async_api import expect

from tests.ui.visitor import Visit, Visitor, enter

pytestmark = pytest.mark.soak

TYPE_FAST = """async (field, text) => {
  const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
  for (let length = 1; length <= text.length; length++) {
    const next = new Promise((resolve) => setTimeout(resolve, 10));
    set.call(field, text.slice(0, length));
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await next;
  }
}"""
"""Type with 10 ms between letters. The page's timers of the search are later ones, also on a busy machine."""
LONGER_THAN_A_DRAWER_IS_LEFT = "() => new Promise((resolve) => setTimeout(resolve, 600))"
GO_BACK_ONCE_THE_TASK_IS_SHOWN = """() => {
    const { setTimeout } = window, back = history.back.bind(history);
    window.setTimeout = (call, ms, ...given) => ms === 300 ? call() : setTimeout(call, ms, ...given);
    history.back = () => {
        const wait = () => (document.querySelector("article[aria-label='Task details']") ? setTimeout(back, 100)
            : setTimeout(wait, 10));
        wait();
    };
    window.addEventListener("popstate", () => setTimeout(() => (window.wentBack = true), 200), { once: true });
}"""
"""The page leaves the conversations at once, before the server opens the task; the browser goes back after it."""
OPEN_BEFORE_THE_EVENT_CLOSE = """palette => new Promise((resolve) => {
    palette.addEventListener("close", () => setTimeout(resolve, 100));
    palette.close();
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true, bubbles: true }));
})"""
"""The browser sends the event "close" later than the dialog closes."""


async def it_opens_tasks_and_conversations_and_runs_commands(visitor: Visitor) -> None:
    await visitor.page.get_by_role("button", name="New conversation").click()
    await visitor.ask("help me", "buy milk")
    talk = await visitor.conversation_path()
    palette = visitor.page.get_by_role("dialog", name="Search or command")
    field, options = palette.get_by_role("combobox"), palette.get_by_role("option")

    await visitor.page.keyboard.press("Control+k")
    await expect(field).to_be_focused()
    await expect(options.filter(has_text="Call the dentist")).to_be_visible()
    await expect(palette.get_by_role("group", name="Conversations")).to_contain_text("help me")
    await visitor.page.keyboard.press("Escape")
    await expect(palette).to_have_count(0)
    await expect(visitor.message_box).to_be_focused()

    await visitor.page.get_by_role("button", name="Search or command").click()
    await field.fill("#1")
    await expect(options.first).to_contain_text("Buy stamps")
    chosen = palette.get_by_role("option", selected=True)
    await expect(chosen).to_contain_text("Buy stamps")
    await expect(field).to_have_attribute("aria-activedescendant", await chosen.get_attribute("id") or "none")
    await field.press("Enter")
    await expect(visitor.panel).to_contain_text("Buy stamps")

    await visitor.page.keyboard.press("Control+k")
    await enter(field, "new conv")
    await expect(visitor.page.get_by_role("heading", name="What needs doing?")).to_be_visible()
    await expect(visitor.message_box).to_be_focused()

    await visitor.page.keyboard.press("Control+k")
    await field.fill("help me")
    await expect(options.first).to_contain_text("help me")
    await expect(options.filter(has_not_text=re.compile("^(Add|Ask) “"))).to_have_count(1)
    await field.press("Enter")
    await expect(visitor.page).to_have_url(re.compile(re.escape(talk)))

    await visitor.page.keyboard.press("Control+k")
    await enter(field, "new ta")  # the add line is behind the open task
    await expect(visitor.add_line).to_be_focused()
    await visitor.page.keyboard.press("Control+k")
    await enter(field, "dark")
    await expect(visitor.page.locator("html")).to_have_class(re.compile("dark"))
    await visitor.page.keyboard.press("Control+k")
    await enter(field, "show done")
    await expect(visitor.page).to_have_url(re.compile("view=done"))


async def it_finds_a_task_behind_the_settings_and_signs_out(visitor: Visitor) -> None:
    palette = visitor.page.get_by_role("dialog", name="Search or command")
    field, options = palette.get_by_role("combobox"), palette.get_by_role("option")
    await visitor.page.keyboard.press("Control+k")
    await field.fill("#2")
    await expect(options.first).to_contain_text("Call the dentist")
    await field.press("Enter")
    await expect(visitor.panel).to_contain_text("Call the dentist")
    await visitor.page.keyboard.press("Control+k")
    await field.fill("nothing like this")
    await expect(palette.get_by_role("status")).to_have_text("Nothing has these words.")
    await enter(field, "sign out")
    await expect(visitor.page.get_by_role("button", name="Sign in")).to_be_visible()


async def fast_typing_searches_once(visitor: Visitor) -> None:
    sent: list[str] = []
    tab = await visitor.context.new_page()
    tab.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(str(frame))))
    await replace(visitor, page=tab).open("/")
    await tab.keyboard.press("Control+k")
    palette = tab.get_by_role("dialog", name="Search or command")
    await expect(palette.get_by_role("option", name="water the plants")).to_be_visible()
    await palette.get_by_role("combobox").evaluate(TYPE_FAST, "plants")
    await tab.keyboard.press("Enter")  # at once, before the answer
    await expect(tab.get_by_role("article", name="Task details")).to_contain_text("water the plants")
    assert len([frame for frame in sent if "palette_state.search" in frame]) <= 2
    await tab.close()


async def it_adds_or_asks_what_it_does_not_find(visitor: Visitor) -> None:
    palette = visitor.page.get_by_role("dialog", name="Search or command")
    field, options = palette.get_by_role("combobox"), palette.get_by_role("option")
    await visitor.page.keyboard.press("Control+k")
    await field.fill("buy bread tomorrow")
    await expect(options.first).to_have_text("Add “buy bread tomorrow”")
    await field.press("Enter")
    await expect(visitor.tasks).to_have_count(3)
    await expect(visitor.tasks.first).to_contain_text("Tomorrow")
    await visitor.page.keyboard.press("Control+k")
    await field.fill("add two stamps")
    await options.filter(has_text="Ask “add two stamps”").click()
    await visitor.expect_answer("Two stamps")
    await visitor.open("/settings")
    await visitor.page.keyboard.press("Control+k")
    await field.fill("water the plants")
    await options.filter(has_text="Add “water the plants”").click()
    await expect(visitor.tasks).to_have_count(5)


async def test_a_task_that_opens_while_the_browser_leaves_the_conversations_stays_open(visit: Visit):
    visitor = await visit("Milk", viewport={"width": 390, "height": 800}, has_touch=True)
    page = visitor.page
    await page.get_by_role("button", name="Conversations", exact=True).tap()
    await page.wait_for_function("() => history.state.layer")
    await page.locator("#open-palette").tap()
    palette = page.get_by_role("dialog", name="Search or command")
    await palette.get_by_role("combobox").fill("Milk")
    await page.evaluate(GO_BACK_ONCE_THE_TASK_IS_SHOWN)
    await palette.get_by_role("option").filter(has_text="Milk").first.tap()
    await page.wait_for_function("() => window.wentBack")
    await expect(page).to_have_url(re.compile(r"\?task=1$"))
    await expect(visitor.panel).to_be_visible()
    await page.go_back()
    await expect(visitor.panel).to_have_count(0)
    await expect(page).to_have_url(f"{visitor.server.origin}/")


@pytest.mark.parametrize(("width", "opener"), [(390, "Conversations"), (900, "Show conversations")])
async def test_a_choice_in_the_palette_stays_open_after_the_conversations(visit: Visit, width: int, opener: str):
    visitor = await visit("Milk", viewport={"width": width, "height": 800}, has_touch=True)
    page = visitor.page
    app, details = page.locator(".app"), visitor.panel
    conversations = page.get_by_role("button", name=opener, exact=True)
    for typed, query in (("Milk", r"\?task=1$"), ("overdue", r"\?view=overdue$")):
        await conversations.tap()
        await expect(app).to_have_attribute("data-pane", "conversations")
        await page.locator("#open-palette").tap()
        palette = page.get_by_role("dialog", name="Search or command")
        await palette.get_by_role("combobox").fill(typed)
        await palette.get_by_role("option").filter(has_text=re.compile(typed, re.IGNORECASE)).first.tap()
        await expect(page).to_have_url(re.compile(query))
        await page.evaluate(LONGER_THAN_A_DRAWER_IS_LEFT)
        await expect(app).to_have_attribute("data-pane", "tasks")
        await expect(page).to_have_url(re.compile(query))
        if typed == "Milk":
            await expect(details).to_be_visible()
            await details.get_by_role("button", name="Back").tap()
            await expect(details).to_have_count(0)
            await expect(app).to_have_attribute("data-pane", "tasks")
    await page.go_back()
    await expect(page).to_have_url(f"{visitor.server.origin}/")


async def it_can_be_opened_again_at_once_and_knows_further_words(visitor: Visitor) -> None:
    page = visitor.page
    palette = page.get_by_role("dialog", name="Search or command")
    await page.keyboard.press("Control+k")
    await expect(palette.get_by_role("combobox")).to_be_focused()
    await palette.evaluate(OPEN_BEFORE_THE_EVENT_CLOSE)
    await palette.get_by_role("combobox").fill("german")
    await expect(palette.get_by_role("option", name="Language", exact=True)).to_be_visible()
    await page.keyboard.press("Escape")
    for typed, name in (
        ("trash", "Show deleted tasks"),
        ("language", "Language"),
        ("deut", "Language"),
        ("german", "Language"),
        ("print", "Print the list"),
        ("export", "Your data"),
    ):
        await page.keyboard.press("Control+k")
        await page.get_by_role("combobox", name="Search or command").fill(typed)
        command = page.get_by_role("option", name=name, exact=True)
        await expect(command).to_be_visible()
        if typed == "print":
            await page.evaluate("() => { window.print = () => { document.title = 'printed'; }; }")
            await command.click()
            await expect(page).to_have_title("printed")
        elif typed != "export":
            await page.keyboard.press("Escape")
    await command.click()
    await expect(page.get_by_role("button", name="Export everything")).to_be_in_viewport()
    index = page.get_by_role("navigation", name="Sections")
    await expect(index.get_by_role("link").last).to_be_in_viewport()
    await index.get_by_role("link", name="Language and time").click()
    await expect(page.get_by_role("combobox", name="Time zone")).to_be_in_viewport()


async def test_the_palette_finds_adds_asks_and_runs_commands(visit: Visit):
    visitor = await visit("Buy stamps", "Call the dentist")
    await visitor.go_through(
        it_adds_or_asks_what_it_does_not_find,
        fast_typing_searches_once,
        it_opens_tasks_and_conversations_and_runs_commands,
        it_can_be_opened_again_at_once_and_knows_further_words,
        it_finds_a_task_behind_the_settings_and_signs_out,
        begins_again=False,
    )
