"""Statements that tasks are done: what they complete, and what they only ask about."""

import pytest

from tests.assistant.offline.everyday.conftest import TASKS
from tests.assistant.offline.task_list import Conversation
from tests.assistant.understanding.lists import conversation_with
from tests.assistant.understanding.outcomes import (
    ASKS,
    COMPLETES_ALL,
    UNCHANGED,
    Outcome,
    add,
    done,
    each,
    is_met,
    offers,
    shows,
    update,
)

OPEN = (1, 2, 3, 4, 5, 7, 8)


@pytest.mark.parametrize(
    "sentence",
    [
        "finished the report and got the milk",
        "finished the report and bought milk",
        "I finished the report and bought milk",
        "report done, milk bought",
    ],
)
async def test_two_things_that_were_done_are_both_completed(conversation: Conversation, sentence: str) -> None:
    assert await is_met(conversation, sentence, Outcome("calls", [*done(4).calls, *done(1).calls]))


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("finished the dentist and the rent", (2, 3)),
        ("I finished the dentist and the rent", (2, 3)),
        ("finished write report and pay the rent", (4, 3)),
        ("I finished 1 and the rent", (1, 3)),
        ("finished 1 and the rent", (1, 3)),
        ("finished the rent and task 1", (3, 1)),
        ("done with 1, 2 and the rent", (1, 2, 3)),
        ("complete 1 and the milk", (1,)),
        ("ich habe 1 und Dentist geschafft", (1, 2)),
        ("erledige 1 und Dentist", (1, 2)),
        # no such task, a number of another thing, or a task that is still to be done
        ("finished the dentist and the flight", ()),
        ("finished 1 and the flight", ()),
        ("finished 99 and the rent", ()),
        ("finished chapter 1 and 2", ()),
        ("finished level one and 2", ()),
        ("complete part II and 1", ()),
        ("I finished chapter 1 and 2", ()),
        ("finished the dentist and call mum", ()),
        ("finished early and happy", ()),
    ],
)
async def test_of_several_parts_each_names_a_task_by_its_words_or_number(said: str, numbers: tuple[int, ...]) -> None:
    conversation = conversation_with([*TASKS, ("Call mum about the party", {})])
    await conversation.say(said)
    assert conversation.calls == [call for number in numbers for call in done(number).calls]


async def test_several_parts_are_moved_by_number_and_words(conversation: Conversation) -> None:
    moved = each(update(4, due_date="friday"), update(1, due_date="friday"))
    assert await is_met(conversation, "move 4 and the milk to friday", moved)


async def test_an_exact_title_with_a_number_and_a_joint_is_one_task() -> None:
    conversation = conversation_with([("Read 1984 and Brave New World", {}), ("Watch 1917 and Dunkirk", {})])
    assert await is_met(conversation, "finished 1984 and Brave New World", done(1))


async def test_a_part_with_a_number_may_be_a_title_of_its_own() -> None:
    conversation = conversation_with([("Chapter", {}), ("Read chapter 1 and 2", {})])
    assert await is_met(conversation, "complete chapter 1 and 2", done(2))


async def test_a_german_past_with_a_part_before_it_names_its_verb() -> None:
    conversation = conversation_with([("Müll rausbringen", {}), ("Müllbeutel kaufen", {})])
    assert await is_met(conversation, "ich habe den Müll rausgebracht", done(1))


@pytest.mark.parametrize(
    "title",
    [
        "Call Anna once the rent is paid and the report is finished",
        "Call Anna when the rent is paid and the report is finished",
    ],
)
async def test_what_is_done_inside_a_new_task_completes_nothing(conversation: Conversation, title: str) -> None:
    assert await is_met(conversation, f"add {title}", add(title))


async def test_a_title_that_begins_like_a_command_can_be_done() -> None:
    conversation = conversation_with([("Create invoice", {})])
    assert await is_met(conversation, "create invoice is done", done(1))


@pytest.mark.parametrize("said", ["its done", "thats done", "its already finished", "they are done"])
async def test_what_is_done_is_the_task_just_shown_without_an_apostrophe(conversation: Conversation, said: str) -> None:
    await conversation.say("find report")
    assert await is_met(conversation, said, done(4))


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("all done!", "Are all open tasks done?"),
        ("everything done", "Are all open tasks done?"),
        ("alles erledigt", "Sind alle offenen Aufgaben erledigt?"),
    ],
)
async def test_a_statement_that_all_is_done_is_asked_about_unless_a_list_was_just_shown(
    conversation: Conversation, said: str, asked: str
) -> None:
    for before in ("show tasks", "complete 4"):
        await conversation.say(before)
    assert asked in await conversation.say(said)
    assert conversation.list.calls == []
    await conversation.say("yes")
    assert conversation.calls == COMPLETES_ALL.calls


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("hide completed", shows(*OPEN)),
        ("hide done tasks", shows(*OPEN)),
        ("erledigte ausblenden", shows(*OPEN)),
        ("blende erledigte Aufgaben aus", shows(*OPEN)),
        ("only open tasks", shows(*OPEN)),
        ("only completed", shows(6)),
        ("filter by completed", shows(6)),
        ("nur erledigte", shows(6)),
        ("zeige nur erledigte Aufgaben", shows(6)),
        ("archive completed", ASKS),
        ("archive all done tasks", ASKS),
        ("erledigte Aufgaben archivieren", ASKS),
        ("fast fertig", UNCHANGED),
        ("halb fertig", UNCHANGED),
        ("noch nicht fertig", UNCHANGED),
        ("noch nicht erledigt", UNCHANGED),
        ("nichts erledigt", UNCHANGED),
        ("noch nichts erledigt", UNCHANGED),
        ("nicht fertig", UNCHANGED),
        ("Bericht fast fertig", UNCHANGED),
        ("Bericht ist fast fertig", UNCHANGED),
        ("Bericht nicht erledigt", UNCHANGED),
        ("bis heute habe ich Dentist fertig", UNCHANGED),
        ("hab ich schon erledigt", ASKS),
        ("show work", shows(4)),
        ("show me work", shows(4)),
        ("show me my work", shows(4)),
        ("list the work", shows(4)),
        # what only looks alike
        ("add hide completed forms", add("Hide completed forms")),
        ("hide the presents", offers("Hide the presents")),
        ("archive the report", offers("Archive the report")),
        ("Write report fertig", done(4)),
        ("show me my work for today", shows(2, 3)),
        ("what work do I have", shows(*OPEN)),
    ],
)
async def test_what_is_said_of_done_tasks_completes_none(said: str, outcome: Outcome) -> None:
    tasks = [*TASKS, ("Old receipts", {"done": True}), ("Fast ein Bericht", {}), ("Nichts vergessen", {})]
    assert await is_met(conversation_with(tasks), said, outcome)


@pytest.mark.parametrize(
    "said", ["hab ich schon erledigt", "habe ich erledigt", "das hab ich schon gemacht", "schon erledigt"]
)
async def test_what_is_done_already_is_the_task_before(conversation: Conversation, said: str) -> None:
    await conversation.say("neue Aufgabe: Altglas")
    assert await is_met(conversation, said, done(6))


@pytest.mark.parametrize(
    ("before", "said", "outcome"),
    [
        ("", "3 habe ich erledigt", done(3)),
        ("", "3 habe ich schon erledigt", done(3)),
        ("", "die Milch ist schon erledigt", done(2)),
        ("", "Milch bereits erledigt", done(2)),
        ("finde Milch", "das ist jetzt erledigt", done(2)),
        ("", "milch habe ich fertig", done(2)),
        ("", "die Milch habe ich bereits abgehakt", done(2)),
        ("zeig Aufgaben", "die erste habe ich erledigt", done(1)),
        ("zeig Aufgaben", "alles habe ich erledigt", COMPLETES_ALL),
        ("finde kaufen", "beide habe ich erledigt", Outcome("calls", [*done(2).calls, *done(4).calls])),
        ("finde Milch", "das habe ich jetzt erledigt", done(2)),
        ("finde Milch", "habe ich schon erledigt", done(2)),
        ("", "Milch nicht erledigt", offers("Milch nicht erledigt")),
        ("", "was habe ich schon erledigt", ASKS),
        ("", "nichts habe ich erledigt", ASKS),
    ],
)
async def test_german_tells_what_is_done_with_the_task_first(before: str, said: str, outcome: Outcome) -> None:
    conversation = conversation_with(
        [("Nichts vergessen", {}), ("Milch kaufen", {}), ("Was schenken", {}), ("Brot kaufen", {})]
    )
    if before:
        await conversation.say(before)
    assert await is_met(conversation, said, outcome)
