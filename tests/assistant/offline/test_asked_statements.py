"""Statements with a question mark ("3 done?") ask: they change nothing."""

import pytest

from tests.assistant.offline.task_list import Conversation

TITLES = ["Buy milk", "Dentist", "Pay rent", "Call mum", "Team meeting", "Müll rausbringen", "Steuererklärung abgeben"]


@pytest.fixture
def conversation() -> Conversation:
    conversation = Conversation(TITLES)
    conversation.list.tasks[5]["done"] = True
    return conversation


@pytest.mark.parametrize(
    "message",
    [
        "3 done?",
        "3 and 4 done?",
        "the dentist is done?",
        "Dentist: done?",
        "done with 3?",
        "I'm done with 3?",
        "I finished 3?",
        "5 is not done?",
        "3 is due friday?",
        "the dentist is now on friday?",
        "the rent has been moved to friday?",
        "the dentist was cancelled?",
        "3 erledigt?",
        "Müll erledigt?",
        "3 ist erledigt?",
        "der Müll ist erledigt?",
        "Müll: erledigt?",
        "ich bin mit 3 fertig?",
        "habe 3 erledigt?",
        "5 ist noch offen?",
        "die Steuererklärung ist am Freitag fällig?",
        "der Müll ist jetzt am Freitag?",
    ],
)
async def test_a_statement_with_a_question_mark_changes_nothing(conversation: Conversation, message: str) -> None:
    await conversation.say(message)
    assert conversation.calls == []


@pytest.mark.parametrize(
    "message",
    ["complete 3?", "mark 3 as done?", "can you complete 3?", "erledige 3?", "3 abhaken?", "3 is done."],
)
async def test_a_request_with_a_question_mark_is_carried_out(conversation: Conversation, message: str) -> None:
    await conversation.say(message)
    assert conversation.calls == [("complete_task", {"task_id": 3})]
