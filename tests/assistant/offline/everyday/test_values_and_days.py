"""Changes that name a field by its value alone ("change 3 to every monday"), and several days in one sentence."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from tests.assistant.offline.task_list import Conversation
from tests.assistant.understanding.outcomes import Outcome, add, each, is_met, update

CLOCK = UserClock(ZoneInfo("Europe/Berlin"), datetime(2026, 11, 18, 10, tzinfo=UTC))
TWICE_A_WEEK = "FREQ=WEEKLY;BYDAY=TU,TH"


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("change 3 to every monday", update(3, recurrence="FREQ=WEEKLY;BYDAY=MO")),
        ("change the report to weekly", update(4, recurrence="FREQ=WEEKLY")),
        (
            "change the report to every sunday at 6pm",
            update(4, due_date="2026-11-22T18:00", recurrence="FREQ=WEEKLY;BYDAY=SU"),
        ),
        ("change 3 to tuesdays and thursdays", update(3, recurrence=TWICE_A_WEEK)),
        ("set 3 to repeat every tuesday and thursday", update(3, recurrence=TWICE_A_WEEK)),
        ("make the report repeat every tuesday and thursday", update(4, recurrence=TWICE_A_WEEK)),
        ("move the report to every tuesday", update(4, recurrence="FREQ=WEEKLY;BYDAY=TU")),
        ("ändere 3 auf jeden Montag", update(3, recurrence="FREQ=WEEKLY;BYDAY=MO")),
        ("verschiebe 3 auf jeden Dienstag und Donnerstag", update(3, recurrence=TWICE_A_WEEK)),
        ("edit the report to be due friday", update(4, due_date="due friday")),
        ("update the report: due friday, high priority", update(4, due_date="due friday", priority="high")),
        ("change 3 to Weekly report", update(3, title="Weekly report")),
        ("change 3 to “every monday”", update(3, title="every monday")),
        ("change 3 to be kind", update(3, title="Be kind")),
        ("remove the shopping tag from buy milk", update(1, clear=["tags"])),
        (
            "move 3 to friday and 4 to monday",
            each(update(3, due_date="friday"), update(4, due_date="monday")),
        ),
    ],
)
async def test_a_value_alone_changes_its_field_and_not_the_title(
    conversation: Conversation, sentence: str, outcome: Outcome
) -> None:
    assert await is_met(conversation, sentence, outcome)


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        (
            "water plants every monday and thursday, feed the cat daily",
            each(
                add("Water plants", recurrence="FREQ=WEEKLY;BYDAY=MO,TH"), add("Feed the cat", recurrence="FREQ=DAILY")
            ),
        ),
        (
            "call bob on monday and on tuesday call anna",
            each(add("Call bob", due_date="2026-11-23"), add("Call anna", due_date="2026-11-24")),
        ),
    ],
)
async def test_the_days_of_a_repetition_are_not_split(
    conversation: Conversation, sentence: str, outcome: Outcome
) -> None:
    assert await is_met(conversation, sentence, outcome)


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        (
            "remind me on monday and wednesday to send invoices",
            each(add("Send invoices", due_date="2026-11-23"), add("Send invoices", due_date="2026-11-25")),
        ),
        (
            "erinnere mich am Montag und Mittwoch daran, Rechnungen zu schicken",
            each(add("Rechnungen schicken", due_date="2026-11-23"), add("Rechnungen schicken", due_date="2026-11-25")),
        ),
        ("remind me on friday and friday to stretch", add("Stretch", due_date="2026-11-20")),
        ("remind me every monday about the trash", add("The trash", recurrence="FREQ=WEEKLY;BYDAY=MO")),
        ("remind me on monday of the party", add("The party", due_date="2026-11-23")),
    ],
)
async def test_a_reminder_on_days_before_its_words_is_called_by_these(
    conversation: Conversation, sentence: str, outcome: Outcome
) -> None:
    assert await is_met(conversation, sentence, outcome)


@pytest.mark.parametrize(
    "question",
    [
        *("what tags do I have?", "what tags have I got?", "which tags exist?", "how many tags do I have?"),
        *("tell me what tags do I have", "welche Tags habe ich?", "was für Schlagwörter habe ich?"),
    ],
)
async def test_a_question_for_all_tags_is_not_one_for_a_tag_of_this_name(
    conversation: Conversation, question: str
) -> None:
    await conversation.say(question)
    assert conversation.list.calls == []


@pytest.mark.parametrize(
    ("sentence", "kind", "tag"),
    [
        ("show tasks tagged do", "list", "do"),
        ("zeige alle aufgaben mit tag haben", "list", "haben"),
        ("which tasks have the tag exist?", "list", "exist"),
    ],
)
def test_a_tag_may_be_called_as_a_word_of_a_question(sentence: str, kind: str, tag: str) -> None:
    (command,) = read_message(sentence, CLOCK)
    assert (command.kind, command.given["tag"]) == (kind, tag)


def test_tasks_with_a_tag_that_is_a_word_of_a_question_are_deleted_by_this_tag() -> None:
    (command,) = read_message("delete all tasks with the tag are", CLOCK)
    assert (command.kind, command.target.filters, command.target.every) == ("delete", {"tag": "are"}, True)
