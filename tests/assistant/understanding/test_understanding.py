"""The share of the sentences that is understood, as the README states it."""

import re
from pathlib import Path

import pytest

from taskchat_app.assistant.grammar.parser import is_question
from taskchat_app.assistant.offline.plan_parts import listed
from tests.assistant.understanding import own
from tests.assistant.understanding.lists import ENGLISH, Field, conversation_with
from tests.assistant.understanding.measure import CORPORA, measure
from tests.assistant.understanding.outcomes import ASKS, OUTSIDE, Call, Outcome, Row, add, counts, delete, is_met, shows

README = Path(__file__).parents[3] / "README.md"
STATED = re.compile(
    r"understands (?P<understood>\d+) % of (?P<inside>\d+) English and German sentences .*?"
    r"refuses (?P<refused>\d+) % of (?P<outside>\d+) about something else",
    re.DOTALL,
)


async def test_the_readme_states_how_many_sentences_are_understood() -> None:
    found = await measure()
    stated = STATED.search(README.read_text())
    assert stated is not None
    numbers = {name: int(number) for name, number in stated.groupdict().items()}
    measured = {name: getattr(found, name) for name in numbers}
    assert measured == numbers, "\n".join(sentence for sentence, _ in (*found.misunderstood, *found.dishonest))


def test_no_sentence_is_counted_twice() -> None:
    sentences = [sentence.lower() for _, rows in CORPORA for sentence, _ in rows]
    assert len(sentences) > 300
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize(
    ("sentence", "outcome", "is_right"),
    [
        ("add bread", add("Bread"), True),
        ("add bread", add("Butter"), False),
        ("add bread", OUTSIDE, False),
        ("list my tasks", shows(*range(1, 16)), True),
        ("list my tasks", shows(1), False),
        ("list my tasks", OUTSIDE, False),
        ("find mum", shows(1), True),
        ("find unicorn", shows(), True),
        ("what's the weather?", shows(), False),
        ("what's the weather?", ASKS, False),
        ("what's the weather?", OUTSIDE, True),
        ("what's the weather?", counts(15), False),
        ("delete the unicorn", ASKS, True),
        ("delete the meeting", delete(4), False),
        ("delete the meeting", ASKS, True),
    ],
)
async def test_the_checker_accepts_only_the_stated_outcome(sentence: str, outcome: Outcome, is_right: bool) -> None:
    assert await is_met(conversation_with(ENGLISH), sentence, outcome) is is_right


@pytest.mark.parametrize(("tasks", "row"), own.SENTENCES)
async def test_free_words_are_understood(tasks: list[tuple[str, Field]], row: Row) -> None:
    assert await is_met(conversation_with(tasks), *row)


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("Können Sie Milch löschen?", False),
        ("Können sie Milch löschen?", True),
        ("Warum können Sie Milch löschen?", True),
    ],
)
def test_only_the_polite_form_makes_a_question_a_command(said: str, asks: bool) -> None:
    assert is_question(said) is asks


def test_tasks_without_a_date_are_not_told_if_there_are_more_than_are_read() -> None:
    steps = listed({"undated": True})
    next(steps)
    with pytest.raises(StopIteration) as end:
        steps.send([{"status": "ok", "message": "", "tasks": [{"number": 1, "due": None}], "more": True}])
    assert "tasks" not in end.value.value


@pytest.mark.parametrize(
    ("said", "calls"),
    [
        (["add tea", "move the unicorn to friday", "saturday"], []),
        (["add tea", "hello", "saturday"], []),
        (["add tea", "tomorrow?"], []),
        (["which tasks have no date", "tomorrow"], []),
        (["add tea", "and mark the apples done too"], [("complete_task", {"task_id": 5})]),
        (
            ["add tea #shopping", "and jam on friday too"],
            [("create_task", {"title": "Jam", "due_date": "2026-11-20", "tags": ["shopping"]})],
        ),
    ],
)
async def test_a_follow_up_changes_only_what_it_is_about(said: list[str], calls: list[Call]) -> None:
    conversation = conversation_with(ENGLISH)
    answer = [await conversation.say(message) for message in said][-1]
    assert [call for call in conversation.list.calls if call[0] != "list_tasks"] == calls
    assert ("#4 Meeting with Sean" in answer) is said[-1].startswith("tomorrow")


@pytest.mark.parametrize(
    ("first", "then", "calls"),
    [
        ("add call the vet tomorrow", "actually make that 3pm", [("update_task", {"task_id": 17, "due_date": "3pm"})]),
        ("add call the vet tomorrow", "um 15 uhr bitte", [("update_task", {"task_id": 17, "due_date": "um 15 uhr"})]),
        ("Mama anrufen am Freitag", "doch lieber samstag", [("update_task", {"task_id": 17, "due_date": "samstag"})]),
        ("add call the vet", "and tag it pets", [("update_task", {"task_id": 17, "tags": ["pets"]})]),
        ("what is due today", "and on friday?", []),
        ("delete the unicorn", "friday", []),
    ],
)
async def test_a_date_alone_is_for_what_was_said_before(first: str, then: str, calls: list[Call]) -> None:
    conversation = conversation_with(ENGLISH)
    await conversation.say(first)
    answer = await conversation.say(then)
    assert [call for call in conversation.list.calls if call[0] != "list_tasks"] == calls
    assert calls or "#8 Standup" in answer  # due on friday
