"""An answer that is not whole says why, also when the conversation is read again."""

from datetime import UTC, datetime
from typing import Any
from unittest.mock import AsyncMock
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.assistant.core.events import Failure
from taskchat_app.assistant.threads import conversations
from taskchat_app.assistant.threads.conversations import Ending, ItemPage
from taskchat_app.ui.chat_messages.messages import ChatMessage, joined, messages_of, with_endings
from tests.ui.chat_messages.test_answer_builder import assistant_item, call, user_item, workflow_item

ZONE = ZoneInfo("UTC")
CUT = Ending(Failure(message="It was cut.", allow_retry=True), datetime(2010, 1, 1, 8, 30, tzinfo=UTC))
STOPPED = Ending(None, datetime(2010, 1, 1, 8, 30, tzinfo=UTC), is_stopped=True)


def shown(items: list[dict[str, Any]], **endings: Ending) -> list[ChatMessage]:
    messages = messages_of(items, ZONE)
    return with_endings(messages, endings, ZONE, newest=messages[-1].turn_id)


def test_a_failed_turn_without_an_answer_gets_one_and_a_partial_one_says_why_it_is_not_whole():
    items = [user_item("One"), user_item("Two", "mine2"), assistant_item("Second.")]
    _, failed, _, whole = shown(items, mine1=CUT)
    assert (failed.mine, failed.turn_id, failed.at, failed.parts) == (False, "mine1", "1 Jan 2010, 08:30", ())
    assert (failed.ending, whole.ending) == ("It was cut.", "")
    _, failed = shown([user_item("One"), assistant_item("Half")], mine1=CUT)
    assert ([part.text for part in failed.parts], failed.ending) == (["Half"], "It was cut.")


def test_an_answer_that_broke_off_offers_no_list_of_what_it_looked_up():
    listed = {**call("done", "Found 1 task"), "tool": "list_tasks", "arguments": {"priority": "high"}}
    items = [user_item("What is important?"), {**workflow_item(), "calls": [listed]}]
    [_, whole] = shown(items)
    [_, broken] = shown(items, mine1=CUT)
    assert (bool(whole.listed), broken.listed, broken.ending) == (True, "", "It was cut.")
    assert joined([], [broken]) == joined(messages_of(items[:1], ZONE), [broken])[1:] == [broken]


def test_the_ending_of_a_killed_servers_turn_is_known_without_its_failure():
    killed = Ending(None, None)
    _, earlier, _, newest = shown([user_item("One"), user_item("Two", "mine2")], mine1=killed, mine2=killed)
    begin = "The answer broke off. What is shown as done is kept."
    assert earlier.ending == f"{begin} Send the message again to get an answer."  # there is no Retry
    assert newest.ending == f"{begin} Try again to get an answer."


def test_a_stopped_turn_says_so_only_if_nothing_is_left_of_its_answer():
    items = [user_item("One"), user_item("Two", "mine2"), assistant_item("Half")]
    _, stopped, _, partial = shown(items, mine1=STOPPED, mine2=STOPPED)
    assert (stopped.turn_id, stopped.parts, stopped.ending) == ("mine1", (), "Stopped.")
    assert ([part.text for part in partial.parts], partial.ending) == (["Half"], "")


def test_a_failed_answer_split_over_two_pages_is_joined():
    newer = shown([{**assistant_item("Half"), "turn_id": "mine1"}, user_item("Two", "mine2")], mine1=CUT)
    _, failed, _ = joined(shown([user_item("One")], mine1=CUT), newer)
    assert ([part.text for part in failed.parts], failed.ending) == (["Half"], "It was cut.")


async def test_reading_a_long_conversation_again_keeps_the_endings_of_its_older_pages(monkeypatch: pytest.MonkeyPatch):
    older = ItemPage("", [user_item("One")], None, None, None, {"mine1": CUT})
    newest = ItemPage("", [user_item("Two", "mine2")], "mine1", None, None, {"mine2": STOPPED})
    monkeypatch.setattr(conversations, "has_item", AsyncMock(return_value=True))
    monkeypatch.setattr(conversations, "load_items", AsyncMock(return_value=older))
    page = await conversations.extended_back("usr_1", "thr_1", newest, "mine1")
    assert (page.endings, [item["id"] for item in page.items]) == ({"mine1": CUT, "mine2": STOPPED}, ["mine1", "mine2"])
