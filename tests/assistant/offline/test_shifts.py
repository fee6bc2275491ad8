"""A task moved by a difference ("2 back by a week"), which must lead to a year that a task can have."""

import json
import logging
from typing import Any

import pytest

from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.offline.engine import decide_reply
from tests.assistant.offline.task_list import BERLIN, WEDNESDAY, Conversation

CLOCK = UserClock(BERLIN, WEDNESDAY)


def called(tool: str, result: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a call of a tool with its result, as the conversation keeps them."""
    return [
        {"type": "function_call", "name": tool, "arguments": "{}", "call_id": "call_1"},
        {"type": "function_call_output", "call_id": "call_1", "output": json.dumps(result)},
    ]


@pytest.mark.parametrize(
    ("message", "amount"),
    [
        ("move 1 back 9000 years", "9000 years"),
        ("move 1 forward by 2000 years", "2000 years"),
        ("verschiebe 1 um 9999 Jahre", "9999 Jahre"),
    ],
)
async def test_a_shift_out_of_range_changes_nothing_and_says_so(message: str, amount: str) -> None:
    conversation = Conversation(["Call mum"])
    answer = await conversation.say(message)
    assert conversation.calls == []
    assert f"“{amount}”" in answer or f"„{amount}“" in answer


async def test_the_conversation_goes_on_after_a_shift_out_of_range() -> None:
    conversation = Conversation(["Call mum"])
    await conversation.say("move 1 back 9000 years")
    await conversation.say("move 1 back by a week")
    assert conversation.calls == [("update_task", {"task_id": 1, "due_date": "2026-11-25"})]


def test_an_earlier_turn_that_cannot_be_read_again_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    numberless = {"status": "ok", "tasks": [{"title": "Buy milk"}]}
    items = [{"role": "user", "content": "tick off milk"}, *called("list_tasks", numberless)]
    with caplog.at_level(logging.ERROR):
        answer = decide_reply([*items, {"role": "user", "content": "hello"}], CLOCK)
    assert str(answer).startswith("Hello.")
    assert "An earlier turn could not be read again" in caplog.text
