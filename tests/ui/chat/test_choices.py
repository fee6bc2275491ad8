"""Cards with choices: a click does what the message asked for."""

from playwright.async_api import expect

from tests.serving import Server
from tests.ui.chat.test_attachments import chips, choose
from tests.ui.visitor import Visit


async def test_a_click_adds_the_task_that_a_doubtful_wish_is_offered_as(visit: Visit, offline_server: Server) -> None:
    visitor = await visit(offline_server)
    await visitor.send("choir practice every monday #fun")
    card = visitor.page.get_by_role("group", name="Add this task?")
    await expect(card).to_be_visible()
    await expect(visitor.tasks).to_have_count(0)
    await card.get_by_role("button", name="Choir practice (repeats every Monday, #fun)").click()
    await expect(visitor.tasks).to_have_count(1)
    await expect(visitor.checkbox("Choir practice")).to_be_visible()
    await expect(visitor.answers.first.get_by_text("Added #1 Choir practice")).to_be_visible()
    await expect(card).to_have_count(0)


async def test_a_yes_adds_the_offered_task_and_closes_its_card(visit: Visit, offline_server: Server) -> None:
    visitor = await visit(offline_server)
    await visitor.send("choir practice every monday #fun")
    card = visitor.page.get_by_role("group", name="Add this task?")
    await expect(card).to_be_visible()
    await visitor.send("yes")
    await expect(visitor.checkbox("Choir practice")).to_be_visible()
    await expect(visitor.answers.first.get_by_text("Added #1 Choir practice")).to_be_visible()
    await expect(card).to_have_count(0)
    await visitor.page.reload()
    await expect(visitor.answers.first.get_by_text("Added #1 Choir practice")).to_be_visible()
    await expect(card).to_have_count(0)


async def test_clicks_add_lines_of_an_attached_list(visit: Visit, offline_server: Server) -> None:
    visitor = await visit(offline_server)
    await choose(visitor, "list.txt", "text/plain", b"- milk\n- bread\n- eggs")
    await expect(chips(visitor)).to_contain_text("1 kB")
    await visitor.page.get_by_role("button", name="Send").click()
    card = visitor.page.get_by_role("group", name="Which of these lines are tasks?")
    await card.get_by_role("button", name="2. bread").click()
    await expect(visitor.tasks).to_have_count(1)
    await expect(card.get_by_role("button", name="Added 2. bread")).to_be_visible()
    await expect(visitor.announcement).to_have_text("Added #1")
    await card.get_by_role("button", name="1. milk").click()
    await expect(visitor.announcement).to_have_text("Added #2")
    await visitor.page.reload()
    await card.get_by_role("button", name="Add the others").click()
    await expect(visitor.tasks).to_have_count(3)
    await expect(visitor.page.get_by_role("group", name="All lines are added")).to_be_visible()


async def test_a_click_chooses_one_of_several_tasks(visit: Visit, offline_server: Server) -> None:
    visitor = await visit(offline_server)
    for title in ("Weekly report", "Yearly report"):
        await visitor.add_task(title)
        await expect(visitor.tasks.filter(has_text=title)).to_be_visible()
    await visitor.send("delete the report")
    card = visitor.page.get_by_role("group", name="Delete which one?")
    await card.get_by_role("button", name="#2 Yearly report").click()
    await expect(visitor.tasks).to_have_count(1)
    await expect(visitor.announcement).to_have_text("Deleted #2 Yearly report")
    await expect(card).to_have_count(0)
    await expect(visitor.answers.get_by_role("group")).to_have_count(0)
    await expect(visitor.answers.get_by_text("Deleted #2 Yearly report")).to_be_visible()
    await expect(visitor.checkbox("Weekly report")).to_be_visible()
