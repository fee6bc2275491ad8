"""Messages that make a change depend on something, ask about it or doubt it: nothing is changed by them."""

import pytest

from tests.assistant.offline.task_list import Conversation

TITLES = ["Buy milk", "Dentist", "Pay rent", "Call mum", "Write report", "Team meeting", "Water the plants"]
CONDITIONS = [
    "when I am home, tick off milk",
    "If Anna calls, mark 4 as done",
    "Hi! If Anna calls, mark 4 as done",
    "Unless it rains, tick off 7",
    "In case Anna calls, mark 4 as done",
    "Assuming it rains, tick off 7",
    "Suppose it rains, move 7 to monday and tick off 4",
    "When I get paid, move the rent to friday",
    "Wenn Anna anruft, markiere 4 als erledigt",
    "Sobald ich zuhause bin, erledige 7",
    "Wenn es regnet, verschiebe 7 auf Montag",
]
QUESTIONS = [
    "should I complete 3 and tick off 4?",
    "should I complete 3 and tick off 4",
    "Did you delete 3 and mark 4 as done?",
    "What happens if I delete 3 and complete 4?",
    "Why did you move the dentist to friday and complete 3?",
    "Should we move the meeting to friday and tick off 3?",
    "I'm not sure if I should delete 3 and mark 4 as done",
    "Soll ich 3 erledigen und erledige 4?",
    "Hast du 3 gelöscht und markiere 4 als erledigt?",
]
BOTH = [("complete_task", {"task_id": 3}), ("complete_task", {"task_id": 4})]


@pytest.fixture
def conversation() -> Conversation:
    return Conversation(TITLES)


@pytest.mark.parametrize("message", CONDITIONS + QUESTIONS)
async def test_a_condition_or_question_changes_nothing(conversation: Conversation, message: str) -> None:
    answer = await conversation.say(message)
    assert conversation.list.calls == []
    assert answer.count("nothing was changed") + answer.count("nichts geändert") == 1


async def test_what_precedes_a_condition_is_done(conversation: Conversation) -> None:
    await conversation.say("tick off 3. If it rains, move 7 to monday")
    assert all(name == "list_tasks" or arguments["task_id"] == 3 for name, arguments in conversation.list.calls)


@pytest.mark.parametrize(
    "message",
    [
        "could you complete 3 and tick off 4?",
        "kannst du erledige 3 und erledige 4?",
        "if you can, complete 3 and tick off 4",
        "wenn du Zeit hast, erledige 3 und erledige 4",
    ],
)
async def test_a_polite_request_is_carried_out(conversation: Conversation, message: str) -> None:
    await conversation.say(message)
    assert [call for call in conversation.calls if call[0] == "complete_task"] == BOTH
