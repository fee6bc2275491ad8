"""Files for a message: chosen, dropped, pasted, refused, sent, shown."""

import asyncio
import base64
import re
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Locator, expect

from tests.chatting import message
from tests.pictures import photo
from tests.serving import Server
from tests.standin import Standin, text
from tests.ui.conftest import Proxied
from tests.ui.visitor import Visit, Visitor

TRANSFER = """(element, [kind, name, type, content]) => {
    const data = new DataTransfer()
    const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0))
    data.items.add(new File([bytes], name, { type }))
    const event = kind === "paste"
        ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
        : new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true })
    element.dispatchEvent(event)
}"""


async def hand_over(target: Locator, kind: str, name: str, mime_type: str, content: bytes) -> None:
    """Drop or paste a file on the element."""
    await target.evaluate(TRANSFER, [kind, name, mime_type, base64.b64encode(content).decode()])


def chips(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("list", name="Files for this message").get_by_role("listitem")


async def choose(visitor: Visitor, name: str, mime_type: str, content: bytes) -> None:
    await choose_all(visitor, {"name": name, "mimeType": mime_type, "buffer": content})


async def choose_all(visitor: Visitor, *files: FilePayload) -> None:
    async with visitor.page.expect_file_chooser() as choosing:
        await visitor.page.get_by_role("button", name="Attach files").click()
    await (await choosing.value).set_files(files)


async def begin_upload(visitor: Visitor) -> asyncio.StreamWriter:
    """Begin an upload of the same user; return once the server waits for its content."""
    reader, writer = await asyncio.open_connection("127.0.0.1", visitor.server.port)
    lines = [
        "POST /api/attachments HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {visitor.token}",
        "Content-Length: 1",
        "Expect: 100-continue",
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    assert b" 100 " in await reader.readline()
    return writer


async def test_files_are_chosen_dropped_pasted_sent_and_shown(visitor: Visitor, gemini: Standin, tmp_path: Path):
    gemini.script([text("I see.")])
    picture = photo("PNG", (400, 300))
    await choose(visitor, "notes.txt", "text/plain", b"milk\nbread\n")
    await hand_over(visitor.log, "drop", "whiteboard.png", "image/png", picture)
    await hand_over(visitor.message_box, "paste", "image.png", "image/png", picture)
    await expect(chips(visitor)).to_have_count(3)
    await expect(chips(visitor).locator("img")).to_have_count(2)
    await visitor.page.screenshot(path=tmp_path / "chips.png")
    await chips(visitor).nth(2).get_by_role("button", name="Remove: image.png").click()
    await expect(visitor.message_box).to_be_focused()
    await visitor.ask("What is this?", "I see.")
    await expect(chips(visitor)).to_have_count(0)
    said = visitor.user_messages.first
    await expect(said.get_by_role("img", name="whiteboard.png")).to_be_visible()
    await expect(said.get_by_role("link", name=re.compile("notes.txt"))).to_be_visible()
    await visitor.page.screenshot(path=tmp_path / "sent.png")
    await visitor.page.reload()
    shown = visitor.user_messages.first.get_by_role("img", name="whiteboard.png")
    await expect(shown).to_be_visible()
    assert await shown.evaluate("(img) => img.decode().then(() => img.naturalWidth)") == 400
    async with visitor.context.expect_page() as opening:
        await visitor.user_messages.first.get_by_role("link", name=re.compile("notes.txt")).click()
    await expect((await opening.value).locator("body")).to_contain_text("bread")


async def a_draft_keeps_its_files_over_a_reload_and_a_file_needs_no_words(visitor: Visitor, gemini: Standin) -> None:
    gemini.script([text("I see.")])
    await choose(visitor, "list.txt", "text/plain", b"milk")
    await expect(chips(visitor)).to_contain_text("1 kB")
    await visitor.page.reload()
    await expect(chips(visitor)).to_contain_text("list.txt")
    await visitor.page.get_by_role("button", name="Send").click()
    await visitor.expect_answer("I see.")
    await expect(visitor.page.get_by_role("heading", name="list.txt")).to_be_visible()


@pytest.mark.soak
async def test_a_file_that_cannot_go_says_why_and_keeps_the_message(visit: Visit, gemini_server: Server):
    visitor = await visit(server=gemini_server)
    async with visitor.page.expect_request("**/api/attachments?*") as sent:
        await choose(visitor, "page.html", "text/html", b"<html><p>Hello")
    assert await (await sent.value).header_value("Accept-Language") == "en"
    await expect(chips(visitor).get_by_role("alert")).to_contain_text("Only PNG, JPEG, WebP and GIF")
    await choose(visitor, "film.mp4", "video/mp4", b"x" * (10 * 1024 * 1024 + 1))
    await expect(chips(visitor).nth(1).get_by_role("alert")).to_contain_text("More than 10 MB")
    await visitor.send("Look")
    await expect(visitor.message_box).to_have_value("Look")
    await expect(visitor.page.get_by_text("The message can go once all its files are uploaded")).to_be_visible()
    visitor.ignore_errors("415")


@pytest.mark.soak
async def test_without_a_key_the_page_says_before_sending_that_it_sees_no_pictures(visitor: Visitor):
    await choose(visitor, "notes.txt", "text/plain", b"milk")
    await expect(chips(visitor)).to_contain_text("1 kB")
    note = visitor.page.get_by_text("cannot see pictures")
    await expect(note).to_have_count(0)
    await choose(visitor, "photo.jpg", "image/jpeg", photo())
    await expect(note).to_be_visible()


@pytest.mark.soak
async def test_two_files_are_uploaded_at_a_time_once_other_uploads_end(visit: Visit, gemini_server: Server):
    visitor = await visit(server=gemini_server)
    others = [await begin_upload(visitor) for _ in range(3)]
    async with visitor.page.expect_response(lambda response: response.status == 429):
        await choose(visitor, "notes.txt", "text/plain", b"milk")
    await expect(chips(visitor)).to_have_attribute("data-status", "uploading")
    for other in others:
        other.close()
    await expect(chips(visitor)).to_have_attribute("data-status", "done")
    picture = photo("PNG", (400, 300))
    names = [f"{number}.png" for number in range(6)]
    await choose_all(visitor, *(FilePayload(name=name, mimeType="image/png", buffer=picture) for name in names))
    await expect(chips(visitor).locator("img")).to_have_count(6)
    await expect(chips(visitor)).to_contain_text(["notes.txt", *names])
    visitor.ignore_errors("429")


@pytest.mark.soak
async def test_a_file_waits_for_the_connection(proxied: Proxied, visitor: Visitor):
    async with proxied.disconnected(visitor):
        await choose(visitor, "notes.txt", "text/plain", b"milk")
        await expect(chips(visitor)).to_contain_text("Waiting for the connection")
    await expect(chips(visitor)).to_contain_text("1 kB", timeout=30_000)


async def the_tabs_of_a_draft_share_its_files_until_one_sends_them(visitor: Visitor, gemini: Standin) -> None:
    gemini.script([text("I see.")])
    await choose(visitor, "receipt.txt", "text/plain", b"milk")
    await expect(chips(visitor)).to_contain_text("1 kB")
    other = await visitor.open_tab()
    await expect(chips(other)).to_contain_text("receipt.txt")
    await choose(other, "notes.txt", "text/plain", b"bread")
    for tab in (visitor, other):
        await expect(chips(tab).filter(has_text="1 kB")).to_have_count(2)
    await visitor.send("Look")
    await expect(chips(other)).to_have_count(0)
    await visitor.expect_answer("I see.")
    for name in ("receipt.txt", "notes.txt"):
        await expect(visitor.user_messages.get_by_role("link", name=re.compile(name))).to_be_visible()


async def removing_a_file_from_a_draft_never_takes_it_from_a_message(visitor: Visitor, gemini: Standin) -> None:
    gemini.script([text("I see.")])
    async with visitor.page.expect_response(lambda response: response.request.method == "POST") as uploading:
        await choose(visitor, "receipt.txt", "text/plain", b"milk")
    path = f"/api/attachments/{(await (await uploading.value).json())['id']}"
    said = message("Look")
    said["params"]["input"]["attachments"] = [path.rsplit("/", 1)[1]]
    assert (await visitor.api("POST", "/api/chatkit", json=said)).status_code == 200
    async with visitor.page.expect_response(lambda response: response.request.method == "DELETE"):
        await chips(visitor).get_by_role("button", name="Remove: receipt.txt").click()
    await expect(chips(visitor)).to_have_count(0)
    assert (await visitor.api("GET", path)).status_code == 200
    visitor.ignore_errors("404")


@pytest.mark.soak
async def test_files_go_with_messages(visitor: Visitor, gemini: Standin):
    await visitor.go_through(
        a_draft_keeps_its_files_over_a_reload_and_a_file_needs_no_words,
        the_tabs_of_a_draft_share_its_files_until_one_sends_them,
        removing_a_file_from_a_draft_never_takes_it_from_a_message,
        given=[gemini],
    )
