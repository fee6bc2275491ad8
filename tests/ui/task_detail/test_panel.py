"""The panel of one task: everything of it is edited where it stands."""

from playwright.async_api import Locator, expect

from tests.serving import Server
from tests.ui.visitor import Visit, Visitor


def panel(person: Visitor) -> Locator:
    return person.page.get_by_role("article", name="Task details")


def value(person: Visitor, name: str) -> Locator:
    """The button that shows a field and begins to edit it."""
    return panel(person).get_by_role("button", name=name)


def line(person: Visitor, name: str) -> Locator:
    return panel(person).get_by_role("textbox", name=name)


async def stored(person: Visitor, number: int = 1) -> dict[str, object]:
    return (await person.api("GET", f"/api/tasks/{number}")).json()


async def open_task(person: Visitor, title: str) -> Locator:
    row = person.tasks.filter(has_text=title)
    await row.hover()
    await row.get_by_role("button", name="Task details").click()
    await expect(panel(person)).to_be_focused()
    return panel(person)


async def test_every_field_is_edited_where_it_stands(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.api("POST", "/api/tasks", json={"title": "Book the hotel", "tags": ["travel"]})
    detail = await open_task(person, "Book the hotel")

    await value(person, "Book the hotel").click()
    await line(person, "Title").fill("Book the hostel")
    await line(person, "Title").press("Enter")
    await expect(value(person, "Book the hostel")).to_be_focused()
    await value(person, "Book the hostel").press("Enter")
    await line(person, "Title").fill("Dropped")
    await line(person, "Title").press("Escape")
    await expect(value(person, "Book the hostel")).to_be_focused()

    await value(person, "Due No date").click()
    await line(person, "Due date").fill("1 may 2031 9am")
    await line(person, "Due date").press("Enter")
    await value(person, "Due Thursday 1 May 2031 at 09:00").click()
    await detail.get_by_label("Day").fill("2031-05-02")
    await detail.get_by_label("Day").press("Enter")
    await expect(value(person, "Due Friday 2 May 2031 at 09:00")).to_be_visible()

    await value(person, "Repeats Does not repeat").click()
    await line(person, "Repetition").fill("every 2 weeks")
    await line(person, "Repetition").press("Enter")
    await expect(value(person, "Repeats every 2 weeks")).to_be_visible()
    await detail.get_by_role("group", name="Priority").get_by_role("button", name="High").click()
    await expect(detail.get_by_role("button", name="High", pressed=True)).to_be_visible()
    await line(person, "New tag").fill("#spring")
    await line(person, "New tag").press("Enter")
    await expect(value(person, "Remove the tag spring")).to_be_visible()
    await expect(line(person, "New tag")).to_have_value("")
    await value(person, "Remove the tag travel").click()
    await expect(value(person, "Remove the tag travel")).to_have_count(0)
    await expect(line(person, "New tag")).to_be_focused()

    await value(person, "Add a description").click()
    await line(person, "Description").fill("Ask for **two** beds\n\n| a |\n|---|\n| [b](https://example.org) |")
    await line(person, "Description").press("Control+Enter")
    await expect(detail.locator("strong")).to_have_text("two")
    await expect(detail.get_by_role("cell").get_by_role("link", name="b")).to_have_attribute("target", "_blank")
    await expect(value(person, "Edit description")).to_be_focused()

    told = await stored(person)
    assert (told["title"], told["priority"], told["tags"]) == ("Book the hostel", "high", ["spring"])
    assert (told["due_at"], told["recurrence"]) == ("2031-05-02T09:00:00Z", "FREQ=WEEKLY;INTERVAL=2")
    await value(person, "Stop repeating").click()
    await expect(value(person, "Repeats Does not repeat")).to_be_visible()
    await value(person, "Clear the date").click()
    await expect(value(person, "Due No date")).to_be_visible()
    history = detail.get_by_role("list", name="History").get_by_role("listitem")
    await expect(history).to_have_count(11)
    await history.first.get_by_role("button", name="Undo").click()
    await expect(value(person, "Due Friday 2 May 2031 at 09:00")).to_be_visible()
    assert (await stored(person))["recurrence"] is None


async def test_what_cannot_be_kept_stays_as_it_was_typed_and_says_why(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.api(
        "POST", "/api/tasks", json={"title": "Pay rent", "due_at": "2031-05-01", "recurrence": "FREQ=DAILY"}
    )
    detail = await open_task(person, "Pay rent")
    await value(person, "Due Thursday 1 May 2031").click()
    await line(person, "Due date").fill("the day after never")
    await value(person, "Add a description").click()
    await expect(detail.get_by_role("alert")).to_contain_text("is not a date")
    await expect(line(person, "Due date")).to_have_value("the day after never")
    await line(person, "Description").fill("Written meanwhile")
    await line(person, "Due date").fill("2 may 2031")
    await line(person, "Due date").press("Enter")
    await expect(value(person, "Due Friday 2 May 2031")).to_be_visible()
    await expect(detail.get_by_role("alert")).to_have_count(0)
    await expect(detail.get_by_text("Written meanwhile", exact=True)).to_be_visible()
    await value(person, "Clear the date").click()
    await expect(detail.get_by_role("alert")).to_contain_text("A repeating task needs a date.")
    await line(person, "New tag").fill("x" * 51)
    await line(person, "New tag").press("Enter")
    await expect(detail.get_by_role("alert")).to_contain_text("has 51 characters")
    await expect(line(person, "New tag")).to_have_value("x" * 51)
    told = await stored(person)
    assert (told["description"], told["tags"], told["due_at"]) == ("Written meanwhile", [], "2031-05-02T23:59:59Z")


async def test_two_tabs_edit_one_task_and_neither_undoes_the_other(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.api("POST", "/api/tasks", json={"title": "Pay rent", "tags": ["home"]})
    other = await person.tab()
    await open_task(person, "Pay rent")
    await open_task(other, "Pay rent")
    await value(person, "Add a description").click()
    await line(person, "Description").fill("By transfer")
    await value(other, "Pay rent").click()
    await line(other, "Title").fill("Pay the rent")
    await line(other, "Title").press("Enter")
    await line(other, "New tag").fill("bank")
    await line(other, "New tag").press("Enter")
    await expect(value(person, "Pay the rent")).to_be_visible()
    await expect(line(person, "Description")).to_have_value("By transfer")
    await value(person, "Remove the tag home").click()
    await expect(panel(other).get_by_text("By transfer", exact=True)).to_be_visible()
    await expect(value(other, "Remove the tag home")).to_have_count(0)
    told = await stored(person)
    assert (told["title"], told["description"], told["tags"]) == ("Pay the rent", "By transfer", ["bank"])

    await value(person, "Pay the rent").click()
    await line(person, "Title").fill("Too late")
    await other.api("DELETE", "/api/tasks/1")
    await expect(panel(person).get_by_role("alert")).to_contain_text("This task is deleted.")
    await line(person, "Title").press("Enter")
    await expect(panel(person).get_by_role("alert").filter(has_text="There is no task #1.")).to_be_visible()
    await expect(line(person, "Title")).to_have_value("Too late")
    await panel(person).get_by_role("button", name="Restore").click()
    await expect(panel(person)).not_to_contain_text("This task is deleted.")
    await line(person, "Title").press("Enter")
    await expect(value(person, "Too late")).to_be_visible()
    assert (await stored(person))["title"] == "Too late"


async def test_the_focus_comes_back_to_where_it_was(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    for title in ("Call mum", "Pay rent"):
        await person.api("POST", "/api/tasks", json={"title": title})
    await open_task(person, "Call mum")
    await person.page.keyboard.press("Escape")
    await expect(panel(person)).to_have_count(0)
    row = person.tasks.filter(has_text="Call mum")
    await expect(row.locator(":focus")).to_have_count(1)

    await row.get_by_role("button", name="Task details").press("Enter")
    await expect(panel(person)).to_be_focused()
    await panel(person).get_by_role("button", name="Back to the list").press("Enter")
    await expect(row.locator(":focus")).to_have_count(1)
    await person.message_box.focus()
    await person.page.keyboard.press("Escape")
    await expect(person.message_box).to_be_focused()


async def test_on_a_phone_the_open_task_fills_the_pane(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server, has_touch=True, is_mobile=True)
    await person.page.set_viewport_size({"width": 375, "height": 700})
    await person.api("POST", "/api/tasks", json={"title": "Pay rent " + "very " * 20 + "soon", "tags": ["x" * 50]})
    await person.page.get_by_role("navigation", name="Panes").get_by_role("button", name="Tasks").click()
    await person.tasks.get_by_role("button").first.focus()
    await person.tasks.get_by_role("button", name="Task details").click()
    box = await panel(person).bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"]) == (0, 0, 375)
    assert await person.page.evaluate("document.documentElement.scrollWidth") == 375
    assert await panel(person).evaluate("panel => panel.querySelector('.detail-body').scrollWidth") == 375
    for name in ("Back to the list", "Due No date", "Low", f"Remove the tag {'x' * 50}"):
        box = await value(person, name).bounding_box()
        assert box is not None
        assert box["height"] >= (36 if "tag" in name else 44), name
    await value(person, "Back to the list").click()
    await expect(person.tasks).to_have_count(1)
