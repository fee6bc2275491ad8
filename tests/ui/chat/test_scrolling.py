"""Scrolling: the log follows its end while the person is there, and stays where the person has gone."""

from playwright.async_api import expect

from tests.serving import Server
from tests.ui.visitor import Visit

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


async def test_the_end_stays_in_view_when_more_follows_at_once(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    for number in range(5):
        await person.say(f"add paint wall {number}")
        await person.hear(f"Paint wall {number}")
    assert await person.page.evaluate(GROW_AGAIN_BEFORE_THE_SCROLL_IS_TOLD) < 2
    await expect(person.page.get_by_role("button", name="Jump to latest")).to_have_count(0)


async def test_who_scrolls_up_stays_there_until_they_jump_to_the_latest(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    for number in range(6):
        await person.say(f"add paint wall {number}")
        await person.hear(f"Paint wall {number}")
    await person.log.hover()
    await person.page.mouse.wheel(0, -2000)
    await expect(person.mine.first).to_be_in_viewport()
    jump = person.page.get_by_role("button", name="Jump to latest")
    await expect(jump).to_be_visible()
    await jump.click()
    await expect(person.answers.last).to_be_in_viewport()
    await expect(jump).to_have_count(0)
