"""/add: what other apps and bookmarklets share opens the add line or the message, and adds nothing by itself."""

import base64
from urllib.parse import quote

import pytest
from playwright.async_api import expect

from taskchat_app.ui.shell.page_paths import address_of_shared
from tests.pictures import photo
from tests.ui.visitor import PHONE, Visit, Visitor


def test_a_line_goes_into_the_add_line_and_more_into_the_message():
    expected = {
        "text=Buy+milk": "/?add=Buy+milk",
        "title=A+page&url=https%3A%2F%2Fa.example%2F": "/?add=A+page+https%3A%2F%2Fa.example%2F",
        "title=A+page&text=A+page+https%3A%2F%2Fa.example": "/?add=A+page+https%3A%2F%2Fa.example",
        "text=one%0Atwo": "/?ask=one%0Atwo",
        f"text={'x' * 256}": f"/?ask={'x' * 256}",
        "": "/",
        "text=Tickets&files=2": "/?ask=Tickets&files=2",
        "text=%26task%3D1%23x": "/?add=%26task%3D1%23x",
        "text=Milk" + "&a=1" * 200: "/",
    }
    assert {query: address_of_shared(query) for query in expected} == expected


async def a_shared_line_is_in_the_add_line_and_added_by_one_press_and_lines_are_below_the_draft(visitor: Visitor):
    await visitor.open(f"/add?text={quote('Buy milk tomorrow')}")
    field = visitor.add_line
    await expect(field).to_have_value("Buy milk tomorrow")
    await expect(field).to_be_focused()
    assert (await visitor.api("GET", "/api/tasks")).json()["tasks"] == []
    await expect(visitor.page).to_have_url(f"{visitor.server.origin}/")
    await field.press("Enter")
    await expect(visitor.tasks).to_have_count(1)
    await visitor.page.reload()
    await expect(field).to_have_value("")

    await visitor.message_box.fill("Add these:")
    await visitor.open(f"/add?text={quote('Milk' + chr(10) + 'Bread')}")
    await expect(visitor.message_box).to_have_value("Add these:\nMilk\nBread")
    assert (await visitor.api("GET", "/api/conversations")).json()["conversations"] == []


@pytest.mark.soak
async def test_a_shared_line_is_in_the_add_line_of_a_phone_that_showed_a_task(visit: Visit):
    visitor = await visit("Pay rent", **PHONE)
    await visitor.page.goto(f"{visitor.server.origin}/?task=1")
    await expect(visitor.panel).to_contain_text("Pay rent")
    await visitor.page.goto(f"{visitor.server.origin}/add?text=Buy+milk")
    await expect(visitor.page).to_have_url(f"{visitor.server.origin}/")
    await expect(visitor.add_line).to_have_value("Buy milk")


SHARE = """(picture) => {
  const form = document.createElement("form");
  Object.assign(form, {method: "post", enctype: "multipart/form-data", action: "/add"});
  const files = new DataTransfer();
  const bytes = Uint8Array.from(atob(picture), (char) => char.charCodeAt(0));
  files.items.add(new File([bytes], "ticket.png", {type: "image/png"}));
  files.items.add(new File(["BEGIN:VCALENDAR\\r\\nEND:VCALENDAR"], "party.ics", {type: "text/calendar"}));
  const field = Object.assign(document.createElement("input"), {type: "file", name: "files", multiple: true});
  field.files = files.files;
  const texts = Object.entries({title: "Tickets", url: "https://a.example/"});
  form.append(field, ...texts.map(([name, value]) => Object.assign(document.createElement("input"), {name, value})));
  document.body.append(form);
  navigator.serviceWorker.ready.then(() => form.submit());
}"""
"""Shares as another app does: the system posts such a form to the share target."""


async def shared_files_are_attached_to_the_message_and_sent_by_nobody_but_the_user(visitor: Visitor) -> None:
    # A function: the policy of the page forbids the evaluation of text that is looked at again.
    await visitor.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    await visitor.page.evaluate(SHARE, base64.b64encode(photo("PNG")).decode())
    await expect(visitor.message_box).to_have_value("Tickets https://a.example/")
    files = visitor.page.get_by_role("list", name="Files for this message")
    for name in ("ticket.png", "party.ics"):
        await expect(files).to_contain_text(name)
    assert (await visitor.api("GET", "/api/conversations")).json()["conversations"] == []


@pytest.mark.soak
async def test_what_is_shared_is_in_the_add_line_or_the_message(visit: Visit):
    visitor = await visit(service_workers="allow")
    await visitor.go_through(
        shared_files_are_attached_to_the_message_and_sent_by_nobody_but_the_user,
        a_shared_line_is_in_the_add_line_and_added_by_one_press_and_lines_are_below_the_draft,
    )
