"""Views, filters and search, and how the address keeps them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Locator, expect

from tests.serving import Server
from tests.ui.visitor import Visit, Visitor


def day(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


async def add(person: Visitor, title: str, **fields: Any) -> None:
    (await person.api("POST", "/api/tasks", json={"title": title, **fields})).raise_for_status()


def view(person: Visitor, name: str) -> Locator:
    return person.page.get_by_role("button", name=re.compile(rf"^{name}( \d+)?$"))


async def go(person: Visitor, name: str) -> None:
    await view(person, name).click()
    await expect(view(person, name)).to_have_attribute("aria-pressed", "true")


async def test_each_view_shows_its_tasks_and_counts_them_also_when_others_change_them(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server)
    await add(person, "Late", due_at=day(-2))
    await add(person, "Now", due_at=day(0))
    await add(person, "Next", due_at=day(1))
    await add(person, "Some day", tags=["home"])
    for name, count in (("Open", 4), ("Today", 2), ("Upcoming", 1), ("Overdue", 1), ("Done", 0)):
        await expect(person.page.get_by_role("button", name=f"{name} {count}")).to_be_visible()
    await go(person, "Today")
    await expect(person.tasks).to_have_count(2)
    await expect(person.tasks.nth(0).get_by_role("heading", name="Overdue")).to_be_visible()
    await expect(person.tasks.nth(0)).to_contain_text("Late")
    await expect(person.tasks.nth(1).get_by_role("heading", name="Today")).to_be_visible()
    await go(person, "Upcoming")
    await expect(person.tasks.get_by_role("heading", name="Tomorrow")).to_be_visible()
    await person.api("POST", "/api/tasks/3/complete")
    await expect(person.tasks).to_have_count(0)
    await expect(person.page.get_by_text("Nothing ahead.")).to_be_visible()
    for name, count in (("Open", 3), ("Upcoming", 0), ("Done", 1)):
        await expect(person.page.get_by_role("button", name=f"{name} {count}")).to_be_visible()
    await go(person, "Done")
    await expect(person.checkbox("Complete #3 Next")).to_be_checked()


async def test_filters_combine_live_in_the_address_and_come_back_with_it(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await add(person, "Buy milk", tags=["home"], priority="high", due_at=day(0))
    await add(person, "Buy paint", tags=["home"], due_at=day(0))
    await add(person, "Milk the cow", tags=["farm"], priority="high", due_at=day(0))
    page, search = person.page, person.page.get_by_role("searchbox", name="Search tasks")
    await go(person, "Today")
    await page.get_by_role("group", name="Tags").get_by_role("button", name="#home").click()
    await expect(person.tasks).to_have_count(2)
    await page.get_by_role("button", name="Filter and sort").click()
    await page.get_by_role("group", name="Priority").get_by_role("button", name="High").click()
    await expect(person.tasks).to_have_count(1)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("group", name="Priority")).to_have_count(0)
    await expect(page.get_by_role("button", name="Filter and sort")).to_be_focused()
    await search.fill("milk")
    await expect(page).to_have_url(re.compile(r"/\?view=today&tag=home&priority=high&q=milk$"))
    await expect(page.get_by_role("group", name="Filters")).to_contain_text("1 task")
    other = await person.tab(page.url.removeprefix(offline_server.origin))
    await expect(other.tasks).to_have_count(1)
    await expect(other.page.get_by_role("searchbox", name="Search tasks")).to_have_value("milk")
    await page.reload()
    await expect(person.tasks).to_have_count(1)
    await expect(search).to_have_value("milk")
    await page.get_by_role("button", name="Remove filter #home").click()
    await expect(person.tasks).to_have_count(2)
    await page.go_back()
    await expect(person.tasks).to_have_count(1)
    await page.go_forward()
    await expect(person.tasks).to_have_count(2)
    await page.get_by_role("button", name="Clear", exact=True).click()
    await expect(person.tasks).to_have_count(3)
    await expect(search).to_have_value("")
    await expect(page).to_have_url(re.compile(r"/\?view=today$"))
    await person.open("/?view=nowhere&tag=&priority=urgent&due_before=someday&sort=colour")
    await expect(person.tasks).to_have_count(3)
    await expect(person.alert).to_have_count(0)


async def test_another_conversation_leaves_the_list_as_it_is(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await add(person, "Late", due_at=day(-2))
    await go(person, "Overdue")
    await person.say("hello")
    await expect(person.page).to_have_url(re.compile(r"/c/[^?]+\?view=overdue$"))
    await person.hear("")
    await person.page.get_by_role("button", name="New conversation").first.click()
    await expect(person.page).to_have_url(re.compile(r"/\?view=overdue$"))
    await expect(person.tasks).to_have_count(1)


async def test_a_date_and_a_priority_are_changed_in_the_row(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await add(person, "Buy milk", tags=["home"])
    await add(person, "Other")
    row = person.tasks.filter(has_text="Buy milk")
    await row.hover()
    await row.get_by_role("button", name="Set a date").press("Enter")
    field = row.get_by_role("textbox", name="Due date")
    await field.fill("tomorrow 9am")
    await field.press("Enter")
    await expect(row).to_contain_text("Tomorrow 09:00")
    await row.get_by_role("button", name="Change the date").click()
    await field.fill("gibberish")
    await field.press("Enter")
    await expect(person.alert).to_contain_text("gibberish")
    await expect(row).to_contain_text("Tomorrow 09:00")
    await row.get_by_role("button", name="Change the date").click()
    await field.press("Escape")
    await expect(row.get_by_role("button", name="Change the date")).to_be_focused()
    await row.get_by_role("button", name="Change the priority").click()
    await row.get_by_role("combobox", name="Priority").select_option("High")
    await expect(row.locator(".task-priority")).to_have_text("High")
    await row.get_by_role("button", name="Change the date").click()
    await field.fill("")
    await field.press("Enter")
    await expect(row).not_to_contain_text("Tomorrow")
    task = (await person.api("GET", "/api/tasks/1")).json()
    assert (task["due_at"], task["priority"]) == (None, "high")
    await row.get_by_role("button", name="#home").click()
    await expect(person.tasks).to_have_count(1)
    await expect(person.page).to_have_url(re.compile(r"\?tag=home$"))


async def test_the_add_line_gives_what_the_view_implies_and_lets_words_stay_in_the_title(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server)
    await person.open("/?view=today&tag=home")
    line = person.page.get_by_role("textbox", name="Add a task")
    await expect(line).to_be_editable()
    await line.press_sequentially("Read tomorrow !high")
    chips = person.page.locator(".add-line .chip")
    await expect(chips).to_have_count(3)
    await chips.first.click()
    await expect(line).to_be_focused()
    await line.press("Enter")
    row = person.tasks.filter(has=person.checkbox("Complete #1 Read tomorrow"))
    for words in ("Today", "High", "#home"):
        await expect(row).to_contain_text(words)
    await line.fill("Elsewhere tomorrow")
    await line.press("Enter")
    await expect(person.page.get_by_role("status", name="Notice")).to_contain_text("Added #2 Elsewhere")
    await expect(person.tasks).to_have_count(1)
    task = (await person.api("GET", "/api/tasks/2")).json()
    assert (task["tags"], task["due_at"][:10]) == (["home"], day(1))


async def test_the_address_that_a_page_opens_with_is_not_written_over_meanwhile(
    visit: Visit, offline_server: Server
) -> None:
    person = await visit(offline_server)
    await person.page.add_init_script(
        "const write = history.replaceState; window.written = [];"
        "history.replaceState = (...how) => (window.written.push(String(how[2])), write.apply(history, how));"
    )
    await person.open("/?view=done")
    await expect(person.page.get_by_role("button", name="Done 0")).to_have_attribute("aria-pressed", "true")
    assert [address for address in await person.page.evaluate("window.written") if address == "/"] == []
