"""Keyboard shortcuts, and a conversation opened from any list."""

from playwright.async_api import expect

from tests.serving import Server
from tests.ui.visitor import Visit


async def test_a_conversation_beyond_the_list_has_its_title(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.say("help")
    await person.hear("add")
    first = person.page.url
    for number in range(31):
        message = {"content": [{"type": "input_text", "text": f"help {number}"}], "attachments": []}
        params = {"input": {**message, "inference_options": {}}}
        await person.api("POST", "/api/chatkit", json={"type": "threads.create", "params": params})
    await person.page.goto(first)
    await expect(person.page.get_by_role("heading", name="help", exact=True)).to_be_visible()


async def test_keys_lead_to_the_fields_and_are_only_letters_inside_them(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    keyboard, page = person.page.keyboard, person.page
    await person.message_box.evaluate("element => element.blur()")
    await keyboard.press("n")
    await expect(page.get_by_role("textbox", name="Add a task")).to_be_focused()
    await keyboard.type("c/n?")
    await expect(page.get_by_role("textbox", name="Add a task")).to_have_value("c/n?")
    await page.get_by_role("textbox", name="Add a task").evaluate("element => element.blur()")
    await keyboard.press("/")
    await expect(page.get_by_role("searchbox", name="Search tasks")).to_be_focused()
    await page.get_by_role("searchbox", name="Search tasks").evaluate("element => element.blur()")
    await keyboard.press("c")
    await expect(person.message_box).to_be_focused()
    await person.message_box.evaluate("element => element.blur()")
    await keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("Search tasks")
    await keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Keyboard")).to_have_count(0)


async def test_one_tab_stop_leads_to_the_list_and_keys_do_everything_in_it(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server)
    for number in range(1, 8):
        await person.api("POST", "/api/tasks", json={"title": f"Task {number}"})
    await expect(person.tasks).to_have_count(7)
    keyboard, page = person.page.keyboard, person.page
    await page.get_by_role("searchbox", name="Search tasks").focus()
    await keyboard.press("ArrowDown")
    await expect(person.checkbox("Complete #7")).to_be_focused()
    await keyboard.press("j")
    await keyboard.press("ArrowDown")
    await keyboard.press("k")
    await expect(person.checkbox("Complete #6")).to_be_focused()
    reached = await page.evaluate(
        """[...document.querySelectorAll(".task")]
        .filter((row) => [...row.querySelectorAll("button, input")].some((control) => control.tabIndex >= 0)).length"""
    )
    assert reached == 1
    await keyboard.press("End")
    await expect(person.checkbox("Complete #1")).to_be_focused()
    await keyboard.press("Home")
    await expect(person.checkbox("Complete #7")).to_be_focused()

    await keyboard.press("Delete")
    await expect(person.checkbox("Complete #6")).to_be_focused()
    assert (await person.api("GET", "/api/tasks/7")).status_code == 404
    await keyboard.press("Space")
    await expect(person.checkbox("Complete #5")).to_be_focused()
    assert (await person.api("GET", "/api/tasks/6")).json()["completed_at"]

    await keyboard.press("e")
    await page.get_by_role("textbox", name="Title").fill("Other words")
    await keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Other words")).to_be_focused()
    await keyboard.press("d")
    await page.get_by_role("textbox", name="Due date").fill("1 may 2031")
    await keyboard.press("Enter")
    row = person.tasks.filter(has_text="Other words")
    await expect(row).to_contain_text("1 May 2031")
    await expect(row.locator(":focus")).to_have_count(1)
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await expect(page.get_by_role("article", name="Task details")).to_contain_text("Task 4")
    await keyboard.press("Escape")
    await expect(person.checkbox("Complete #4")).to_be_focused()


async def test_the_keys_of_the_list_go_on_into_the_next_page(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    for number in range(60):
        await person.api("POST", "/api/tasks", json={"title": f"Task {number}"})
    person = await person.tab()  # the first tab has seen all sixty come
    await expect(person.tasks).to_have_count(50)
    await person.page.get_by_role("searchbox", name="Search tasks").press("ArrowDown")
    await person.page.keyboard.press("End")
    await person.page.keyboard.press("ArrowDown")
    await expect(person.checkbox("Complete #10 ")).to_be_focused()


async def test_letters_do_nothing_while_writing_with_a_modifier_or_under_a_dialog(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server)
    await person.api("POST", "/api/tasks", json={"title": "Stays"})
    await expect(person.checkbox("Complete #1 Stays")).to_be_visible()
    page, keyboard = person.page, person.page.keyboard
    await person.checkbox("Complete #1 Stays").focus()
    for key in ("Control+d", "Alt+e", "Shift+Delete", "Meta+x"):
        await keyboard.press(key)
        await expect(person.checkbox("Complete #1 Stays")).to_be_focused()
    await page.evaluate(
        """document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", { key: "n", isComposing: true, bubbles: true }))"""
    )
    await expect(person.checkbox("Complete #1 Stays")).to_be_focused()
    await keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    for keys in ("Ctrl", "Alt", "F2", "Home", "Space"):
        await expect(dialog.get_by_text(keys, exact=True).first).to_be_visible()
    await keyboard.press("n")
    await expect(dialog.locator(":focus")).to_have_count(1)
    await keyboard.press("Escape")
    await expect(person.checkbox("Complete #1 Stays")).to_be_focused()
    await person.message_box.fill("")
    await person.message_box.press_sequentially("jknx/?")
    await expect(person.message_box).to_have_value("jknx/?")
    assert (await person.api("GET", "/api/tasks/1")).json()["completed_at"] is None


async def test_a_key_leads_to_a_field_that_another_pane_hides(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.page.set_viewport_size({"width": 375, "height": 812})
    await person.message_box.evaluate("element => element.blur()")
    await person.page.keyboard.press("n")
    await expect(person.page.get_by_role("textbox", name="Add a task")).to_be_focused()
    await person.page.get_by_role("textbox", name="Add a task").evaluate("element => element.blur()")
    await person.page.keyboard.press("c")
    await expect(person.message_box).to_be_focused()


async def test_the_first_stop_of_the_tab_key_leads_to_the_composer(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.page.evaluate("document.body.tabIndex = -1, document.body.focus()")
    await person.page.keyboard.press("Tab")
    await expect(person.page.get_by_role("link", name="Write a message")).to_be_focused()
    await person.page.keyboard.press("Enter")
    await expect(person.message_box).to_be_focused()
