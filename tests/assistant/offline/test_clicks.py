"""What the rules read of clicks in the cards of earlier answers."""

import pytest

from taskchat_app.assistant.agent.history import UNDONE_SINCE
from taskchat_app.assistant.core.message_tags import click_note
from tests.assistant.offline.task_list import Conversation
from tests.assistant.offline.test_refusals import STANDS


def click(conversation: Conversation, told: str) -> None:
    """Add the note of a click behind the last turn, as agent/history.py does."""
    conversation.items = [*conversation.items, {"type": "message", "role": "user", "content": click_note(told)}]


async def test_a_click_that_changes_a_task_and_its_reminder_leaves_the_list_shown() -> None:
    conversation = Conversation(["Weekly report", "Buy milk", "Yearly report"])
    await conversation.say("list my tasks")
    await conversation.say("move the report to tomorrow")
    click(conversation, "clicked: changed #1, set a reminder for #1")
    await conversation.say("complete the second one")
    assert conversation.calls == [("complete_task", {"task_id": 3})]


async def test_a_yes_after_a_clicked_question_does_it_no_second_time() -> None:
    conversation = Conversation(["Buy milk", "Mop the bathroom floor"])
    await conversation.say("postpone mopping the floor by a week")
    assert conversation.calls == []
    click(conversation, "clicked: changed #2")
    await conversation.say("yes")
    assert conversation.calls == []


async def test_the_other_one_after_a_clicked_question_is_the_task_that_was_not_clicked() -> None:
    conversation = Conversation(["Weekly report", "Buy milk", "Yearly report"])
    await conversation.say("complete the report")
    click(conversation, "clicked: completed #1")
    conversation.list.tasks[1]["done"] = True
    await conversation.say("and the other one too")
    assert conversation.calls == [("complete_task", {"task_id": 3})]


@pytest.mark.parametrize(
    "told",
    [
        "did not confirm, so none of the proposed tasks was deleted",
        "confirmed, and taskchat deleted nothing",
        "confirmed, and taskchat deleted #1",
        UNDONE_SINCE,
    ],
)
async def test_a_no_after_a_decided_proposal_tells_how_to_undo_what_its_message_has_changed(told: str) -> None:
    conversation = Conversation(["Buy milk"])
    await conversation.say("add bread and delete all done tasks")
    click(conversation, told)
    assert await conversation.say("no") == STANDS


async def test_a_no_after_a_click_tells_how_to_undo_it_while_it_stands() -> None:
    for told, answer in (
        ("clicked: completed #1", STANDS),
        ("clicked, and it was undone since", "All right. Nothing was changed."),
    ):
        conversation = Conversation(["Weekly report", "Yearly report"])
        await conversation.say("complete the report")
        click(conversation, told)
        assert await conversation.say("no") == answer


async def test_a_yes_after_an_undone_click_on_a_single_task_does_it_no_second_time() -> None:
    conversation = Conversation(["Buy milk", "Mop the bathroom floor"])
    await conversation.say("postpone mopping the floor by a week")
    click(conversation, "clicked, and it was undone since")
    await conversation.say("yes")
    assert conversation.calls == []


@pytest.mark.parametrize("said", ["yearly", "the second one", "2"])
async def test_one_of_several_can_be_chosen_after_an_undone_click_on_another(said: str) -> None:
    conversation = Conversation(["Weekly report", "Yearly report"])
    await conversation.say("complete the report")
    click(conversation, "clicked, and it was undone since")
    await conversation.say(said)
    assert conversation.calls == [("complete_task", {"task_id": 2})]
