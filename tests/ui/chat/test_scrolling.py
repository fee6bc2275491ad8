"""The log follows its end until the user scrolls up, stays in place then, and loses none of many messages."""

import pytest
from playwright.async_api import expect

from tests.ui.visitor import Visitor

pytestmark = pytest.mark.soak

GROW_AGAIN_BEFORE_THE_SCROLL_IS_TOLD = """async () => {
    const log = document.querySelector("[role=log]");
    const grow = () => {
        const more = document.createElement("div");
        more.style.height = "300px";
        log.querySelector(".log-inner").append(more);
    };
    grow();
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    grow();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
    return log.scrollHeight - log.scrollTop - log.clientHeight;
}"""
SHRINK_AND_GROW_BEFORE_THE_SCROLL_IS_TOLD = """async () => {
    const log = document.querySelector("[role=log]");
    const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const more = document.createElement("div");
    more.style.minHeight = "100px";
    log.querySelector(".log-inner").append(more);
    await frame().then(frame);
    more.style.minHeight = 0;
    log.scrollHeight; // the browser lays it out, and scrolls up
    more.style.minHeight = "400px";
    await frame().then(frame);
    return log.scrollHeight - log.scrollTop - log.clientHeight;
}"""
TO_THE_END = "(log) => log.scrollHeight - log.scrollTop - log.clientHeight"
SIZES = [(390, 844), (640, 400), (1280, 800)]
"""A phone, a window at 200 %, and a desktop."""


async def the_log_follows_its_end_when_text_grows_quickly_and_stays_after_scrolling_up(visitor: Visitor) -> None:
    for number in range(6):
        await visitor.ask(f"add paint wall {number}", f"Paint wall {number}")
    jump = visitor.page.get_by_role("button", name="Jump to latest")
    assert await visitor.page.evaluate(GROW_AGAIN_BEFORE_THE_SCROLL_IS_TOLD) < 2
    await expect(jump).to_have_count(0)
    await visitor.page.reload()  # without what has grown
    await expect(visitor.answers.last).to_be_in_viewport()
    await visitor.log.hover()
    await visitor.page.mouse.wheel(0, -2000)
    await expect(visitor.user_messages.first).to_be_in_viewport()
    await expect(jump).to_be_visible()
    await jump.click()
    await expect(visitor.answers.last).to_be_in_viewport()
    await expect(jump).to_have_count(0)


async def sending_several_lines_shows_them_and_follows_the_answer(visitor: Visitor) -> None:
    await visitor.ask("\n".join(f"add paint wall {number}" for number in range(12)), "12 tasks")
    assert await visitor.page.evaluate(SHRINK_AND_GROW_BEFORE_THE_SCROLL_IS_TOLD) < 2
    for width, height in SIZES:
        await visitor.page.set_viewport_size({"width": width, "height": height})
        await visitor.ask("\n".join(f"add seed {width} bag {number}" for number in range(6)), f"Seed {width} bag 5")
        await expect(visitor.answers.last).to_be_in_viewport()
        assert await visitor.log.evaluate(TO_THE_END) < 2
    await expect(visitor.page.get_by_role("button", name="Jump to latest")).to_have_count(0)


async def test_the_log_scrolls(visitor: Visitor):
    await visitor.go_through(
        the_log_follows_its_end_when_text_grows_quickly_and_stays_after_scrolling_up,
        sending_several_lines_shows_them_and_follows_the_answer,
    )


MANY = 45
LOST = """() => {
  const log = document.querySelector("[role=log]");
  const seen = new Set();
  window.lost = new Set();
  const look = () => {
    const shown = new Set([...log.querySelectorAll("article .part[id], article.mine[id]")].map(({ id }) => id));
    shown.forEach((id) => seen.add(id));
    seen.forEach((id) => shown.has(id) || window.lost.add(id));
    requestAnimationFrame(look);
  };
  look();
}"""
"""Record in `window.lost` the messages that were shown in an earlier frame and are not in a later one."""
STILL = """async (log) => {
  for (let top = NaN; top !== log.scrollTop; ) {
    top = log.scrollTop;
    await new Promise(requestAnimationFrame);
  }
}"""
"""Wait until the log no longer scrolls."""
STAYS = """(element) => {
  const top = element.getBoundingClientRect().top;
  window.moved = 0;
  const id = element.id;
  const look = () => {
    window.moved = Math.max(window.moved, Math.abs(document.getElementById(id).getBoundingClientRect().top - top));
    requestAnimationFrame(look);
  };
  look();
}"""
"""Record in `window.moved` how far the element moves from its place, in pixels."""


@pytest.mark.timeout(240)
async def test_messages_written_in_one_go_all_stay_shown_where_the_user_reads(visitor: Visitor):
    await visitor.page.evaluate(LOST)
    for number in range(MANY):
        await visitor.send(f"what is due on 2031-01-{number % 28 + 1:02}? ({number})")
    await expect(visitor.answers.nth(5)).to_be_attached()
    await visitor.log.hover()
    await visitor.page.mouse.wheel(0, -20_000)
    await expect(visitor.user_messages.nth(1)).to_be_in_viewport()
    await visitor.log.evaluate(STILL)
    await visitor.user_messages.nth(1).evaluate(STAYS)
    try:
        await expect(visitor.answers).to_have_count(MANY, timeout=150_000)
    except AssertionError as error:
        shown = await visitor.log.get_by_role("article").all_inner_texts()
        await visitor.page.reload()
        await expect(visitor.user_messages.last).to_be_visible()
        raise AssertionError(f"{await visitor.answers.count()} after a reload; before it: {shown}") from error
    await expect(visitor.user_messages).to_have_count(MANY)
    assert await visitor.page.evaluate("[...window.lost]") == []
    assert await visitor.page.evaluate("window.moved") < 2


async def test_messages_written_as_soon_as_a_page_opens_all_go_to_its_conversation(visitor: Visitor):
    for _ in range(4):  # the tab's former conversation, and the address of the new one, arrive meanwhile
        await visitor.open("/")
        questions = [f"what is due on 2031-01-{day:02}?" for day in (1, 2, 3)]
        for question in questions:
            await visitor.send(question)
        await expect(visitor.answers).to_have_count(3)
        await expect(visitor.user_messages).to_contain_text(questions)
