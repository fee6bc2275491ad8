"""The log follows its end while the user is there, and stays in place after scrolling up."""

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


async def test_the_log_follows_its_end_when_text_grows_quickly(visit: Visit, offline_server: Server) -> None:
    visitor = await visit(offline_server)
    for number in range(5):
        await visitor.send(f"add paint wall {number}")
        await visitor.expect_answer(f"Paint wall {number}")
    assert await visitor.page.evaluate(GROW_AGAIN_BEFORE_THE_SCROLL_IS_TOLD) < 2
    await expect(visitor.page.get_by_role("button", name="Jump to latest")).to_have_count(0)


async def test_after_scrolling_up_the_view_stays_until_jump_to_latest(visit: Visit, offline_server: Server) -> None:
    visitor = await visit(offline_server)
    for number in range(6):
        await visitor.send(f"add paint wall {number}")
        await visitor.expect_answer(f"Paint wall {number}")
    await visitor.log.hover()
    await visitor.page.mouse.wheel(0, -2000)
    await expect(visitor.user_messages.first).to_be_in_viewport()
    jump = visitor.page.get_by_role("button", name="Jump to latest")
    await expect(jump).to_be_visible()
    await jump.click()
    await expect(visitor.answers.last).to_be_in_viewport()
    await expect(jump).to_have_count(0)
