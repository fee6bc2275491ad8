"""A "no" says that nothing was changed only where the answer before it has changed nothing."""

import pytest

from taskchat_app.assistant.turns.undo_command import parse_undo_command
from tests.assistant.offline.task_list import Conversation

STANDS = "All right. The last change stays; “undo” takes it back."
BLEIBT = "In Ordnung. Die letzte Änderung bleibt; „rückgängig“ nimmt sie zurück."


@pytest.fixture
def conversation() -> Conversation:
    return Conversation(["Call mum", "Buy milk", "Müll rausbringen"])


@pytest.mark.parametrize(
    ("message", "refusal", "answer"),
    [
        ("delete 2", "no", STANDS),
        ("add bread", "never mind", STANDS),
        ("add bread and tick off 1", "no", STANDS),
        ("lösche 2", "doch nicht", BLEIBT),
        ("füge Brot hinzu", "nein", BLEIBT),
    ],
)
async def test_a_refusal_after_a_change_tells_how_to_undo_it(
    conversation: Conversation, message: str, refusal: str, answer: str
) -> None:
    await conversation.say(message)
    assert await conversation.say(refusal) == answer
    assert conversation.calls == []


@pytest.mark.parametrize("message", ["show my tasks", "hello"])
async def test_a_refusal_after_no_change_says_that_nothing_was_changed(
    conversation: Conversation, message: str
) -> None:
    await conversation.say("add bread")
    await conversation.say(message)
    assert await conversation.say("no") == "All right. Nothing was changed."


@pytest.mark.parametrize("word", ["undo", "rückgängig"])
def test_the_words_that_are_told_undo_the_last_change(word: str) -> None:
    assert parse_undo_command(word) == "undo"
