"""Dictation: what was said comes into the composer, and is never sent by itself."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, FilePayload, expect

from tests.pictures import photo
from tests.serving import Server
from tests.standin import Standin, error, text
from tests.ui.conftest import visits
from tests.ui.contexts import Contexts
from tests.ui.visitor import Visit, Visitor

pytestmark = pytest.mark.soak

COUNT_RECORDED = """() => {
  window.recorded = 0;
  window.MediaRecorder = class extends MediaRecorder {
    constructor(...args) {
      super(...args);
      this.addEventListener("dataavailable", ({ data }) => { window.recorded += data.size; });
    }
  };
}"""
"""Count the recorded bytes in `window.recorded`: nothing on the page tells when the recorder has its first."""
ASK_LATER = """() => {
  const { mediaDevices } = navigator;
  const ask = mediaDevices.getUserMedia.bind(mediaDevices);
  const allowed = new Promise((resolve) => { window.allow = resolve; });
  window.asked = 0;
  window.tracks = [];
  mediaDevices.getUserMedia = async (wanted) => {
    window.asked += 1;
    await allowed;
    const stream = await ask(wanted);
    window.tracks.push(...stream.getTracks());
    return stream;
  };
}"""
"""Give the microphone once `window.allow` is called; collect the tracks that it was given as in `window.tracks`."""
ALL_ENDED = "() => window.tracks.length > 0 && window.tracks.every(({ readyState }) => readyState === 'ended')"


@pytest.fixture
async def visit_speaking(browser_with_microphone: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Visit]:
    """The fixture `visit`, with a microphone."""
    async with visits(Contexts(browser_with_microphone), request) as make:
        yield make


async def dictate(visitor: Visitor) -> None:
    await visitor.page.evaluate(COUNT_RECORDED)
    await visitor.page.get_by_role("button", name="Dictate").click()
    await expect(visitor.page.get_by_text("Recording. Escape cancels.")).to_be_visible()
    await visitor.page.wait_for_function("() => window.recorded > 0")
    await visitor.page.get_by_role("button", name="Stop recording").click()


async def test_speech_comes_into_the_composer_and_a_failure_says_what_to_do(visit_speaking: Visit, gemini: Standin):
    gemini.script([text("Buy milk tomorrow."), error(400)])
    visitor = await visit_speaking(permissions=["microphone"])
    await visitor.message_box.fill("Also:")
    async with visitor.page.expect_request("**/api/chatkit") as sent:
        await dictate(visitor)
    assert await (await sent.value).header_value("Accept-Language") == "en"
    await expect(visitor.message_box).to_have_value("Also: Buy milk tomorrow.")
    await expect(visitor.message_box).to_be_focused()
    await expect(visitor.user_messages).to_have_count(0)
    [request] = gemini.requests
    [part] = request["messages"][-1]["content"]
    assert (part["type"], part["input_audio"]["format"]) == ("input_audio", "ogg")
    button = visitor.page.get_by_role("button", name="Dictate")
    await button.click()
    await expect(visitor.page.get_by_text("Recording. Escape cancels.")).to_be_visible()
    await visitor.page.keyboard.press("Escape")
    await expect(button).to_be_visible()
    assert gemini.requests == [request]
    await dictate(visitor)
    await expect(visitor.page.get_by_text("Gemini refused the request")).to_be_visible()
    visitor.ignore_errors("503")


OVERLAPPING = """() => {
    const [note, ...others] = [".dictation-note", ".file-chip", ".files-note:not(:empty)", ".message-box"]
        .map((name) => document.querySelector(name).getBoundingClientRect());
    return others.filter(({ top, bottom }) => top < note.bottom && note.top < bottom).length;
}"""


async def test_the_note_beside_the_microphone_lies_over_nothing_and_ends_when_the_user_goes_on(visitor: Visitor):
    page, note = visitor.page, visitor.page.get_by_text("Dictation needs Gemini. Set GEMINI_API_KEY")
    button = page.get_by_role("button", name="Dictate")
    picture: FilePayload = {"name": "cat.png", "mimeType": "image/png", "buffer": photo()}
    await page.locator("input[type=file]").set_input_files(picture)
    await expect(page.get_by_text("cannot see pictures")).to_be_visible()
    await button.click()
    await expect(note).to_be_visible()
    assert await page.evaluate(OVERLAPPING) == 0
    await page.keyboard.press("Escape")
    await expect(note).to_have_count(0)
    await button.click()
    await visitor.message_box.press_sequentially("a")
    await expect(note).to_have_count(0)
    await button.click()
    await expect(note).to_be_visible()
    await visitor.message_box.press("Enter")
    await expect(note).to_have_count(0)
    await button.click()
    await expect(note).to_be_visible()
    page_file: FilePayload = {"name": "page.html", "mimeType": "text/html", "buffer": b"<html><p>Hello"}
    await page.locator("input[type=file]").set_input_files(page_file)
    await expect(note).to_have_count(0)
    await expect(visitor.alert).to_contain_text("Only PNG")
    visitor.ignore_errors("422", "415")


async def test_without_permission_the_page_says_so(visit: Visit, gemini_server: Server):
    visitor = await visit(server=gemini_server)
    await visitor.page.get_by_role("button", name="Dictate").click()
    await expect(visitor.page.get_by_text("The browser gives no microphone")).to_be_visible()


async def test_the_microphone_is_off_after_stop_and_after_the_user_has_left(visit_speaking: Visit, gemini: Standin):
    gemini.script([text("Buy milk.")])
    visitor = await visit_speaking(permissions=["microphone"])
    await visitor.page.evaluate(ASK_LATER)
    await visitor.page.evaluate(COUNT_RECORDED)
    await visitor.page.get_by_role("button", name="Dictate").dblclick()
    await visitor.page.evaluate("window.allow()")
    await visitor.page.wait_for_function("() => window.recorded > 0")
    await visitor.page.get_by_role("button", name="Stop recording").click()
    await expect(visitor.message_box).to_have_value("Buy milk.")
    await visitor.page.wait_for_function(ALL_ENDED)
    assert await visitor.page.evaluate("window.asked") == 1, "the button was pressed twice"
    await visitor.open("/")
    await visitor.page.evaluate(ASK_LATER)
    await visitor.page.get_by_role("button", name="Dictate").click()
    await visitor.page.get_by_role("link", name="Settings").click()
    await expect(visitor.page.get_by_role("heading", name="Settings")).to_be_visible()
    await visitor.page.evaluate("window.allow()")
    await visitor.page.wait_for_function(ALL_ENDED)
