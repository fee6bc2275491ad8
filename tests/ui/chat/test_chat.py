"""The conversation: sending, streaming, stopping, coming back to it, and what goes wrong."""

import re

from playwright.async_api import expect

from tests.serving import Server
from tests.standin import Standin, call, calls, cut_after, error, hold_after, text
from tests.ui.visitor import Visit

POEM = "One word after the other comes, and each of them arrives alone."


def poem(pieces: int = 6) -> dict[str, object]:
    return text(POEM, pieces=pieces)


async def test_enter_sends_and_shift_enter_breaks_the_line(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.message_box.fill("add buy milk")
    await person.message_box.press("Shift+Enter")
    await person.message_box.press_sequentially("and add buy bread")
    await expect(person.mine).to_have_count(0)
    await person.message_box.press("Enter")
    await expect(person.mine).to_contain_text("add buy milk\nand add buy bread")
    await expect(person.message_box).to_have_value("")


async def test_enter_that_ends_a_composition_does_not_send(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.message_box.fill("にほんご")
    for options in ({"isComposing": True, "keyCode": 13}, {"isComposing": False, "keyCode": 229}):
        event = {"key": "Enter", "code": "Enter", "bubbles": True, "cancelable": True, **options}
        await person.message_box.dispatch_event("keydown", event)
    await expect(person.message_box).to_have_value("にほんご")
    await person.message_box.press("Enter")
    await expect(person.message_box).to_have_value("")
    await expect(person.mine).to_have_count(1)


async def test_words_appear_while_the_answer_is_written(visit: Visit, gemini_server: Server, gemini: Standin) -> None:
    gemini.script([hold_after(hold_after(poem(), 3), 1)])
    person = await visit(gemini_server)
    await person.say("Tell me a poem")
    await expect(person.answers).to_have_text(re.compile("^One word"))
    await expect(person.answers).not_to_contain_text("each of them")
    gemini.release()
    await expect(person.answers).to_contain_text("comes")
    await expect(person.answers).not_to_contain_text("alone")
    gemini.release()
    await person.hear(POEM)


async def test_a_tool_call_shows_while_it_runs_and_what_came_of_it(
    visit: Visit, gemini_server: Server, gemini: Standin
) -> None:
    gemini.script([calls(call("create_task", {"title": "Buy milk"})), hold_after(text("Added it."), 0)])
    person = await visit(gemini_server)
    await person.say("Add milk")
    card = person.answers.locator("[data-tool=create_task]")
    await expect(card).to_have_attribute("data-status", "done")
    await expect(card).to_contain_text("Added #1 Buy milk")
    await expect(person.checkbox("Complete #1 Buy milk")).to_be_visible()
    await card.locator("summary").click()
    await expect(card).to_contain_text("title: Buy milk")
    gemini.release()
    await person.hear("Added it.")


async def test_stop_keeps_what_was_said(visit: Visit, gemini_server: Server, gemini: Standin) -> None:
    gemini.script([hold_after(poem(), 2), text("Here again.")])
    person = await visit(gemini_server)
    await person.say("Tell me a poem")
    await expect(person.answers).to_contain_text("One word after")
    await person.page.get_by_role("button", name="Stop").click()
    await person.hear("One word after")
    await person.page.reload()
    await expect(person.answers).to_contain_text("One word after")
    await expect(person.alert).to_have_count(0)
    await person.say("And now?")
    await person.hear("Here again.")


async def test_a_refresh_in_mid_answer_goes_on_with_it(visit: Visit, gemini_server: Server, gemini: Standin) -> None:
    gemini.script([calls(call("create_task", {"title": "Buy milk"})), hold_after(poem(), 2)])
    person = await visit(gemini_server)
    await person.say("Tell me a poem")
    await expect(person.answers).to_contain_text("One word after")
    await person.page.reload()
    await expect(person.answers).to_contain_text("One word after")
    await expect(person.answers).to_have_count(1)
    await expect(person.page.get_by_role("button", name="Stop")).to_be_visible()
    gemini.release()
    await person.hear(POEM)
    await expect(person.mine).to_have_count(1)
    await expect(person.answers.locator("[data-tool]")).to_have_count(1)


async def test_another_tab_shows_the_answer_as_it_is_written(
    visit: Visit, gemini_server: Server, gemini: Standin
) -> None:
    gemini.script([text("Hello."), hold_after(poem(), 2)])
    person = await visit(gemini_server)
    await person.say("Hello")
    await person.hear("Hello.")
    await expect(person.page).to_have_url(re.compile("/c/"))
    other = await person.tab(person.page.url.removeprefix(gemini_server.origin))
    await expect(other.answers).to_have_count(1)
    await person.say("Tell me a poem")
    await expect(other.mine.last).to_contain_text("Tell me a poem")
    await expect(other.answers.last).to_contain_text("One word after")
    gemini.release()
    await other.hear(POEM)
    await person.hear(POEM)
    await expect(other.answers).to_have_count(2)


async def test_changing_conversations_in_mid_answer_neither_leaks_nor_loses(
    visit: Visit, gemini_server: Server, gemini: Standin
) -> None:
    gemini.script([hold_after(poem(), 2), text("Second answer.")])
    person = await visit(gemini_server)
    await person.say("Tell me a poem")
    await expect(person.answers).to_contain_text("One word after")
    await person.page.get_by_role("button", name="New conversation").click()
    await expect(person.page).to_have_url(f"{gemini_server.origin}/")
    await expect(person.answers).to_have_count(0)
    await person.say("Something else")
    await person.hear("Second answer.")
    await expect(person.answers).to_have_count(1)
    gemini.release()
    await expect(person.log).not_to_contain_text("One word")
    conversations = person.page.get_by_role("navigation", name="Conversations")
    await conversations.get_by_role("link", name="Tell me a poem").click()
    await person.hear(POEM)
    await expect(person.answers).to_have_count(1)
    await expect(person.log).not_to_contain_text("Second")
    await conversations.get_by_role("link", name="Something else").click()
    await expect(person.answers).to_have_text(re.compile("Second answer."))


async def test_a_failure_says_what_to_do_and_retry_answers(
    visit: Visit, gemini_server: Server, gemini: Standin
) -> None:
    gemini.script([cut_after(poem(), 2), text("Now it works.")])
    person = await visit(gemini_server)
    await person.say("Hello")
    await expect(person.alert).to_be_visible()
    await expect(person.answers).to_contain_text("One word after")
    await person.alert.get_by_role("button", name="Retry").click()
    await person.hear("Now it works.")
    await expect(person.alert).to_have_count(0)
    await expect(person.mine).to_have_count(1)


async def test_after_a_failure_the_next_message_is_answered(
    visit: Visit, gemini_server: Server, gemini: Standin
) -> None:
    gemini.script([error(400, "Something is wrong")])
    person = await visit(gemini_server)
    await person.say("Tell me a poem")
    await expect(person.alert).to_be_visible()
    await expect(person.alert).not_to_contain_text("400")
    gemini.script([text("Here again.")])
    await person.say("Are you there?")
    await person.hear("Here again.")
    await expect(person.alert).to_have_count(0)


async def test_a_refused_message_goes_back_into_the_composer(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.say("a" * 10_001)
    await expect(person.alert).to_contain_text("10,000")
    await expect(person.message_box).to_have_value("a" * 10_001)
    await expect(person.mine).to_have_count(0)
    await person.say("hello")
    await expect(person.answers).to_have_count(1)


async def test_a_draft_survives_a_refresh(visit: Visit, offline_server: Server) -> None:
    person = await visit(offline_server)
    await person.message_box.fill("not yet sent")
    await person.page.reload()
    await expect(person.message_box).to_have_value("not yet sent")
    await expect(person.message_box).to_be_editable()
    await person.message_box.press("Enter")
    await person.hear("not yet sent")
    await expect(person.page).to_have_url(re.compile("/c/"))
    await person.page.reload()
    await expect(person.answers).to_have_count(1)
    await expect(person.message_box).to_have_value("")


async def test_somebody_elses_conversation_is_not_found(visit: Visit, offline_server: Server) -> None:
    owner = await visit(offline_server)
    await owner.say("add a secret task")
    await owner.hear("secret")
    await expect(owner.page).to_have_url(re.compile("/c/"))
    stranger = await visit(offline_server)
    await stranger.open(owner.page.url.removeprefix(offline_server.origin))
    await expect(stranger.alert).to_be_visible()
    await expect(stranger.log).not_to_contain_text("secret task")
    await stranger.say("hello")
    await expect(stranger.answers).to_have_count(1)


async def test_markdown_is_drawn_and_nothing_in_it_is_loaded_or_run(
    visit: Visit, gemini_server: Server, gemini: Standin
) -> None:
    words = (
        "**Bold** and [a link](https://example.org/x) ![a picture](https://example.org/p.png)\n\n"
        '<img src="https://example.org/q.png" onerror="document.title=1">\n\n'
        "<script>document.title=2</script><mark>raw</mark>\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nprint(1)\n```\n"
    )
    gemini.script([text(words, pieces=20)])
    person = await visit(gemini_server)
    await person.say("Show me markdown")
    await person.hear("print(1)")
    await expect(person.answers.locator("strong")).to_have_text("Bold")
    await expect(person.answers.locator("td").first).to_have_text("1")
    link = person.answers.get_by_role("link", name="a link")
    await expect(link).to_have_attribute("href", "https://example.org/x")
    await expect(link).to_have_attribute("target", "_blank")
    await expect(link).to_have_attribute("rel", re.compile("noopener"))
    await expect(person.answers.locator("img, script, mark")).to_have_count(0)
    assert await person.page.title() not in ("1", "2")
