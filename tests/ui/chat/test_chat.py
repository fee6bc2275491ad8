"""The conversation: sending, streaming, stopping, reloading, failures."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from tests.standin import Standin, call, calls, cut_after, error, hang, hold_after, text
from tests.ui.visitor import Visit, Visitor

POEM = "One word after the other comes, and each of them arrives alone."


def poem(pieces: int = 6) -> dict[str, object]:
    return text(POEM, pieces=pieces)


async def enter_sends_and_shift_enter_breaks_the_line(visitor: Visitor) -> None:
    await visitor.message_box.fill("add buy milk")
    await visitor.message_box.press("Shift+Enter")
    await visitor.message_box.press_sequentially("and add buy bread")
    await expect(visitor.user_messages).to_have_count(0)
    await visitor.message_box.press("Enter")
    await expect(visitor.user_messages).to_contain_text("add buy milk\nand add buy bread")
    await expect(visitor.message_box).to_have_value("")
    await visitor.expect_answer("Buy bread")


async def enter_that_ends_a_composition_does_not_send(visitor: Visitor) -> None:
    await visitor.message_box.fill("にほんご")
    for options in ({"isComposing": True, "keyCode": 13}, {"isComposing": False, "keyCode": 229}):
        event = {"key": "Enter", "code": "Enter", "bubbles": True, "cancelable": True, **options}
        await visitor.message_box.dispatch_event("keydown", event)
    await expect(visitor.message_box).to_have_value("にほんご")
    await visitor.message_box.press("Enter")
    await expect(visitor.message_box).to_have_value("")
    await expect(visitor.user_messages).to_have_count(1)
    await visitor.expect_answer("")


async def an_answers_text_appears_while_it_is_written_also_after_a_reload(visitor: Visitor, gemini: Standin) -> None:
    gemini.script([calls(call("create_task", {"title": "Buy milk"})), hold_after(hold_after(poem(), 3), 1)])
    await visitor.send("Tell me a poem")
    written = visitor.answers.locator(".markdown")
    await expect(written).to_have_text(re.compile("^One word"))
    await expect(written).not_to_contain_text("each of them")
    gemini.release()
    await expect(written).to_contain_text("comes")
    await expect(written).not_to_contain_text("alone")
    await visitor.page.reload()
    await expect(written).to_contain_text("comes")
    await expect(visitor.answers).to_have_count(1)
    await expect(visitor.page.get_by_role("button", name="Stop")).to_be_visible()
    gemini.release()
    await visitor.expect_answer(POEM)
    await expect(visitor.user_messages).to_have_count(1)
    await expect(visitor.answers.locator("[data-tool]")).to_have_count(1)


async def a_finished_answer_has_the_users_time_of_day(visitor: Visitor) -> None:
    zone = ZoneInfo("Asia/Kolkata")
    await visitor.api("PATCH", "/api/auth/me", json={"timezone": zone.key})
    begun = datetime.now(zone)
    await visitor.ask("help", "buy milk")
    clock = await visitor.answers.locator(".message-time").inner_text()
    assert clock in {f"{moment:%H:%M}" for moment in (begun, datetime.now(zone))}


async def a_tool_call_shows_its_progress_and_result(visitor: Visitor, gemini: Standin) -> None:
    gemini.script([calls(call("create_task", {"title": "Buy milk"})), hold_after(text("Added it."), 0)])
    await visitor.send("Add milk")
    card = visitor.answers.locator("[data-tool=create_task]")
    await expect(card).to_have_attribute("data-status", "done")
    await expect(card).to_contain_text("Added #1 Buy milk")
    await expect(visitor.checkbox("Complete #1 Buy milk")).to_be_visible()
    await card.locator("summary").click()
    await expect(card).to_contain_text("title: Buy milk")
    gemini.release()
    await visitor.expect_answer("Added it.")
    await expect(card.get_by_text("title: Buy milk", exact=True)).to_be_visible()


async def stop_keeps_the_text_so_far(visitor: Visitor, gemini: Standin) -> None:
    gemini.script([hold_after(poem(), 2), text("Here again.")])
    await visitor.send("Tell me a poem")
    await expect(visitor.answers).to_contain_text("One word after")
    await visitor.page.get_by_role("button", name="Stop").click()
    await visitor.expect_answer("One word after")
    await visitor.page.reload()
    await expect(visitor.answers).to_contain_text("One word after")
    await expect(visitor.alert).to_have_count(0)
    await visitor.ask("And now?", "Here again.")


async def an_answer_stopped_before_its_first_word_can_be_asked_for_again(visitor: Visitor, gemini: Standin) -> None:
    gemini.script([hang(), text("Here again.")])
    await visitor.send("Tell me a poem")
    other = await visitor.open_tab(await visitor.conversation_path())
    await visitor.page.get_by_role("button", name="Stop").click()
    for tab in (visitor, other):
        await tab.expect_answer("Stopped.")
    await visitor.page.reload()
    for tab in (visitor, other):
        await tab.expect_answer("Stopped.")
        await expect(tab.answers.locator("[data-receipt]")).to_have_attribute("data-receipt", "Nothing changed")
        await expect(tab.alert).to_have_count(0)
    await visitor.answers.get_by_role("button", name="Answer again").click()
    for tab in (visitor, other):
        await tab.expect_answer("Here again.")
        await expect(tab.answers).to_have_count(1)
        await expect(tab.log).not_to_contain_text("Stopped.")


async def another_tab_shows_the_answer_as_it_is_written_and_sends_nothing(visitor: Visitor, gemini: Standin) -> None:
    gemini.script([text("Hello."), hold_after(poem(), 2)])
    await visitor.ask("Hello", "Hello.")
    other = await visitor.open_tab(await visitor.conversation_path())
    sent: list[str | bytes] = []
    other.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    await other.page.reload()
    await expect(other.answers).to_have_count(1)
    await visitor.send("Tell me a poem")
    await expect(other.user_messages.last).to_contain_text("Tell me a poem")
    await expect(other.answers.last).to_contain_text("One word after")
    gemini.release()
    await other.expect_answer(POEM)
    await visitor.expect_answer(POEM)
    await expect(other.answers).to_have_count(2)
    assert sent
    assert not any("chat_state.send" in str(frame) for frame in sent)


async def switching_conversations_during_an_answer_neither_leaks_nor_loses_text(visitor: Visitor, gemini: Standin):
    gemini.script([hold_after(poem(), 2), text("Second answer.")])
    await visitor.send("Sing to me")
    await expect(visitor.answers).to_contain_text("One word after")
    await visitor.page.get_by_role("button", name="New conversation").click()
    await expect(visitor.page).to_have_url(f"{visitor.server.origin}/")
    await expect(visitor.answers).to_have_count(0)
    await visitor.ask("Something else", "Second answer.")
    await expect(visitor.answers).to_have_count(1)
    gemini.release()
    await expect(visitor.log).not_to_contain_text("One word")
    conversations = visitor.conversations
    # Its answer moves it up: a click meanwhile would hit another one.
    await expect(conversations.get_by_role("listitem").first).to_contain_text("Sing to me")
    await conversations.get_by_role("link", name="Sing to me").click()
    await visitor.expect_answer(POEM)
    await expect(visitor.answers).to_have_count(1)
    await expect(visitor.log).not_to_contain_text("Second")
    await conversations.get_by_role("link", name="Something else").click()
    await expect(visitor.answers).to_have_text(re.compile("Second answer."))


async def a_failure_says_what_to_do_and_retry_answers(visitor: Visitor, gemini: Standin) -> None:
    gemini.script([cut_after(poem(), 2), text("Now it works.")])
    await visitor.send("Hello")
    await expect(visitor.alert).to_be_visible()
    await expect(visitor.answers).to_contain_text("One word after")
    await visitor.alert.get_by_role("button", name="Retry").click()
    await visitor.expect_answer("Now it works.")
    await expect(visitor.alert).to_have_count(0)
    await expect(visitor.user_messages).to_have_count(1)


async def a_dismissed_failure_is_in_its_answer_which_can_be_asked_for_again(visitor: Visitor, gemini: Standin) -> None:
    gemini.script([error(400, "Something is wrong"), text("Here again."), error(400), text("And again.")])
    await visitor.send("Hello")
    await expect(visitor.alert).to_be_visible()
    await expect(visitor.alert).not_to_contain_text("400")
    sentence = await visitor.alert.inner_text()
    await visitor.page.reload()
    await expect(visitor.alert).to_have_text(sentence, use_inner_text=True)
    await expect(visitor.answers).to_have_count(0)
    await visitor.alert.get_by_role("button", name="Dismiss").click()
    await expect(visitor.answers.locator(".notice")).to_contain_text(sentence.split(".")[0])
    await visitor.answers.get_by_role("button", name="Answer again").click()
    await visitor.expect_answer("Here again.")
    await expect(visitor.answers.locator(".notice")).to_have_count(0)
    await visitor.send("Tell me a poem")
    await expect(visitor.alert).to_be_visible()
    await visitor.ask("Are you there?", "And again.")  # without dismissing it
    await expect(visitor.alert).to_have_count(0)


async def a_refused_message_returns_to_the_composer(visitor: Visitor) -> None:
    await visitor.send("a" * 10_001)
    await expect(visitor.alert).to_contain_text("10,000")
    await expect(visitor.message_box).to_have_value("a" * 10_001)
    await expect(visitor.user_messages).to_have_count(0)
    await visitor.ask("hello", "")
    await expect(visitor.answers).to_have_count(1)


async def a_draft_survives_a_reload(visitor: Visitor) -> None:
    await visitor.message_box.fill("not yet sent")
    await visitor.page.reload()
    await expect(visitor.message_box).to_have_value("not yet sent")
    await expect(visitor.message_box).to_be_editable()
    await visitor.message_box.press("Enter")
    await visitor.expect_answer("not yet sent")
    await visitor.conversation_path()
    await visitor.page.reload()
    await expect(visitor.answers).to_have_count(1)
    await expect(visitor.message_box).to_have_value("")


async def a_draft_stays_while_another_tab_sends_another_message(visitor: Visitor) -> None:
    await visitor.ask("hello", "")
    other = await visitor.open_tab(await visitor.conversation_path())
    await expect(other.message_box).to_be_editable()
    await visitor.message_box.fill("not yet sent")
    await other.message_box.fill("add milk")
    for tab, draft in ((visitor, "not yet sent"), (other, "add milk")):
        await tab.page.reload()
        await expect(tab.message_box).to_have_value(draft)
        await expect(tab.message_box).to_be_editable()
    await other.message_box.press("Enter")
    await other.expect_answer("Milk")
    await other.page.reload()
    await expect(other.message_box).to_have_value("not yet sent")
    await expect(other.message_box).to_be_editable()
    await visitor.message_box.fill("still not sent")
    await expect(other.message_box).to_have_value("still not sent")  # a draft that a tab only shows is not its own
    await other.ask("add bread", "Bread")
    await visitor.page.reload()
    await expect(visitor.message_box).to_have_value("still not sent")


async def test_a_message_is_written(visitor: Visitor):
    await visitor.go_through(
        enter_sends_and_shift_enter_breaks_the_line,
        a_refused_message_returns_to_the_composer,
        a_draft_survives_a_reload,
    )


@pytest.mark.soak
async def test_a_draft_is_written_by_an_input_method_and_in_two_tabs(visitor: Visitor):
    await visitor.go_through(
        enter_that_ends_a_composition_does_not_send,
        a_draft_stays_while_another_tab_sends_another_message,
        a_finished_answer_has_the_users_time_of_day,
    )


async def test_another_users_conversation_is_not_found(visit: Visit):
    owner = await visit()
    await owner.ask("add a secret task", "secret")
    await expect(owner.page).to_have_url(re.compile("/c/"))
    stranger = await visit()
    await stranger.open(owner.page.url.removeprefix(owner.server.origin))
    await expect(stranger.alert).to_be_visible()
    await expect(stranger.log).not_to_contain_text("secret task")
    await stranger.send("hello")
    await expect(stranger.answers).to_have_count(1)


async def test_an_answer_is_written_or_fails(visitor: Visitor, gemini: Standin):
    await visitor.go_through(
        a_tool_call_shows_its_progress_and_result,
        an_answers_text_appears_while_it_is_written_also_after_a_reload,
        stop_keeps_the_text_so_far,
        a_failure_says_what_to_do_and_retry_answers,
        given=[gemini],
    )


@pytest.mark.soak
async def test_an_answer_is_stopped_early_followed_elsewhere_or_dismissed(visitor: Visitor, gemini: Standin):
    await visitor.go_through(
        an_answer_stopped_before_its_first_word_can_be_asked_for_again,
        another_tab_shows_the_answer_as_it_is_written_and_sends_nothing,
        switching_conversations_during_an_answer_neither_leaks_nor_loses_text,
        a_dismissed_failure_is_in_its_answer_which_can_be_asked_for_again,
        given=[gemini],
    )
