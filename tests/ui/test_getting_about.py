"""A conversation beyond the list, and the keys that lead about the page."""

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
