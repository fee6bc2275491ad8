"""Many messages written in one go: none is lost, nothing that was shown disappears, and the view stays."""

import pytest
from playwright.async_api import expect

from tests.ui.visitor import Visitor

pytestmark = pytest.mark.soak

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
