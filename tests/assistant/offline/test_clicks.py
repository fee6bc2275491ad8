"""What the rules read of clicks in the cards of earlier answers."""

from taskchat_app.assistant.core.message_tags import click_note
from tests.assistant.offline.task_list import Conversation


def click(conversation: Conversation, told: str) -> None:
    """Add the note of a click behind the last turn, as agent/history.py does."""
    note = {"type": "message", "role": "user", "content": click_note(told)}
    conversation.items = [*conversation.items, note]  # pyright: ignore[reportAttributeAccessIssue]


async def test_a_click_that_changes_a_task_and_its_reminder_leaves_the_list_shown() -> None:
    conversation = Conversation(["Weekly report", "Buy milk", "Yearly report"])
    await conversation.say("list my tasks")
    await conversation.say("move the report to tomorrow")
    click(conversation, "clicked: changed #1, set a reminder for #1")
    await conversation.say("complete the second one")
    assert conversation.calls == [("complete_task", {"task_id": 3})]
