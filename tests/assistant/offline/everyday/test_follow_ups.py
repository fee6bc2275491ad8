"""Messages about those before: answers to a question, tasks just shown, corrections."""

import pytest

from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import Target, UserClock
from taskchat_app.assistant.offline.memory import Memory
from tests.assistant.offline.everyday.conftest import TASKS
from tests.assistant.offline.task_list import BERLIN, WEDNESDAY, Conversation
from tests.assistant.understanding.lists import conversation_with
from tests.assistant.understanding.outcomes import (
    ASKS,
    COMPLETES_ALL,
    PROPOSES_ALL,
    UNCHANGED,
    Outcome,
    add,
    completes,
    delete,
    done,
    is_met,
    offers,
    proposes,
    update,
)


@pytest.mark.parametrize("answer", ["milk", "the milk", "Buy milk", "the milk one"])
async def test_words_of_a_title_answer_which_one(conversation: Conversation, answer: str) -> None:
    assert "Which one do you mean?" in await conversation.say("complete buy")
    assert await is_met(conversation, answer, done(1))


@pytest.mark.parametrize(
    "answer",
    ["buy", "rent", "call mum", "not the milk", "no milk", "is it milk?", "milk?", "milk tomorrow", "nicht milk"],
)
async def test_words_that_name_none_of_them_or_several_complete_nothing(
    conversation: Conversation, answer: str
) -> None:
    await conversation.say("complete buy")
    await conversation.say(answer)
    assert [task["done"] for task in conversation.list.tasks.values() if task["number"] <= len(TASKS)] == [False] * 5


@pytest.mark.parametrize("between", ["no", "never mind", "thanks", "what can you do"])
async def test_words_after_another_message_answer_no_question(conversation: Conversation, between: str) -> None:
    await conversation.say("complete buy")
    await conversation.say(between)
    assert await is_met(conversation, "buy milk", add("Buy milk"))


async def test_a_question_about_an_excluded_task_has_no_answer_that_completes_it(conversation: Conversation) -> None:
    assert "- #1 Buy milk" in await conversation.say("complete everything except buy")
    for answer in ("the milk", "both", "1"):
        await conversation.say(answer)
        assert conversation.calls == []


async def test_all_but_one_answers_which_ones(conversation: Conversation) -> None:
    await conversation.say("complete buy")
    assert await is_met(conversation, "all but the milk", done(5))


async def test_words_after_a_question_that_was_answered_are_a_new_message(conversation: Conversation) -> None:
    await conversation.say("complete buy")
    await conversation.say("milk")
    await conversation.say("the eggs")
    assert conversation.calls == []


async def test_words_of_a_field_are_about_no_task_after_a_list(conversation: Conversation) -> None:
    await conversation.say("show tasks")
    for words in ("high priority", "done", "every week"):
        await conversation.say(words)
        assert [tool for tool, _ in conversation.calls if tool != "list_tasks"] == []


@pytest.mark.parametrize("question", ["what's the note on 6?", "tell me about 6", "was steht in der Notiz zu 6"])
async def test_the_answer_about_one_task_has_its_description(conversation: Conversation, question: str) -> None:
    conversation.list.add("Haircut", due="2026-11-19", description="Ask for Ann\nBring the card")
    assert (await conversation.say(question)).endswith("\n\n> Ask for Ann\n> Bring the card")


SHOWN_TWO = "This is about the 2 tasks shown last."
THE_WHOLE_LIST = "This is about the whole list: 5 tasks."


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("bis morgen!", "Bis dann."),
        ("danke, bis Montag!", "Bis dann."),
        ("tschüss", "Bis dann."),
        ("till monday!", "Goodbye."),
        ("see you tomorrow", "Goodbye."),
        ("Morgen!", "Hallo."),
    ],
)
async def test_a_goodbye_or_a_greeting_dates_no_task(conversation: Conversation, said: str, answer: str) -> None:
    await conversation.say("add call mum")
    assert (await conversation.say(said)).startswith(answer)
    assert not conversation.list.calls


@pytest.mark.parametrize("said", ["bis Montag", "until monday", "lieber bis Montag!", "by monday!", "monday!"])
async def test_a_day_without_the_mark_of_a_goodbye_is_a_date(conversation: Conversation, said: str) -> None:
    await conversation.say("add call mum")
    await conversation.say(said)
    assert [tool for tool, _ in conversation.list.calls] == ["update_task"]


MOVED_BOTH = Outcome("calls", [*update(1, due_date="2026-11-19").calls, *update(5, due_date="2026-11-19").calls])


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("remind me about both tomorrow", MOVED_BOTH),
        ("remind me about them tomorrow", MOVED_BOTH),
        ("remind me about the second at 9", ASKS),
        ("they are done", Outcome("calls", [*done(1).calls, *done(5).calls])),
        ("theyre both done", Outcome("calls", [*done(1).calls, *done(5).calls])),
        ("they are done?", UNCHANGED),
        ("delete the first and complete the second", Outcome("calls", [*delete(1).calls, *done(5).calls])),
        ("add review and complete the first draft", add("Review and complete the first draft")),
    ],
)
async def test_tasks_of_the_list_just_shown_are_named_by_their_place(
    conversation: Conversation, sentence: str, outcome: Outcome
) -> None:
    await conversation.say("show shopping")
    assert await is_met(conversation, sentence, outcome)


def moves(*numbers: int, due_date: str) -> Outcome:
    return Outcome("calls", [call for number in numbers for call in update(number, due_date=due_date).calls])


@pytest.mark.parametrize(
    ("shown", "said", "outcome", "told"),
    [
        ("what's due today", "move all to tomorrow", moves(2, 3, due_date="tomorrow"), SHOWN_TWO),
        ("what's due today", "push everything to tomorrow", moves(2, 3, due_date="tomorrow"), SHOWN_TWO),
        ("what should I do today", "move all to friday", moves(2, 3, due_date="friday"), SHOWN_TWO),
        ("show shopping", "complete all", completes(1, 5), SHOWN_TWO),
        ("show shopping", "tick off everything", completes(1, 5), SHOWN_TWO),
        ("show shopping", "mark all as done", completes(1, 5), SHOWN_TWO),
        ("show shopping", "I did everything", completes(1, 5), SHOWN_TWO),
        ("show shopping", "all done!", completes(1, 5), SHOWN_TWO),
        ("show shopping", "everything is done", completes(1, 5), SHOWN_TWO),
        ("show shopping", "complete all these tasks", Outcome("calls", [*done(1).calls, *done(5).calls]), ""),
        ("show shopping", "all these tasks are done", Outcome("calls", [*done(1).calls, *done(5).calls]), ""),
        ("", "all these tasks are done", ASKS, "I cannot tell which task you mean"),
        ("show shopping", "tick off everything except the first", done(5), ""),
        ("show shopping", "delete all", proposes(1, 5), SHOWN_TWO),
        ("show shopping", "wipe everything", proposes(1, 5), SHOWN_TWO),
        ("show shopping", "tag everything as soon",
         Outcome("calls", [call for n in (1, 5) for call in update(n, tags=["shopping", "soon"]).calls]), SHOWN_TWO),
        ("find report", "delete all", PROPOSES_ALL, ""),
        ("show shopping", "rename everything to Food", ASKS, "I cannot tell which task you mean"),
        ("show unicorns", "complete all", COMPLETES_ALL, ""),
        ("complete buy", "mark all as done", completes(1, 5), ""),
        ("zeig shopping", "alles abhaken", completes(1, 5), "Es geht um die 2 zuletzt gezeigten Aufgaben."),
        ("was ist heute fällig", "verschiebe alle auf morgen", moves(2, 3, due_date="morgen"), ""),
        ("was ist heute fällig", "alles erledigt", completes(2, 3), ""),
        ("was ist heute fällig", "lösche alles", proposes(2, 3), ""),
        # what names the whole list, or a filter of its own
        ("show shopping", "complete all my tasks", COMPLETES_ALL, THE_WHOLE_LIST),
        ("show shopping", "all my tasks are done", COMPLETES_ALL, THE_WHOLE_LIST),
        ("show shopping", "move all tasks to friday", moves(1, 2, 3, 4, 5, due_date="friday"), THE_WHOLE_LIST),
        ("show shopping", "clear my list", PROPOSES_ALL, THE_WHOLE_LIST),
        ("show shopping", "erledige alle Aufgaben", COMPLETES_ALL, "Es geht um die ganze Liste: 5 Aufgaben."),
        ("show shopping", "complete everything due today", completes(2, 3), ""),
        ("show tasks", "complete all", COMPLETES_ALL, ""),
        ("show tasks", "all done", COMPLETES_ALL, ""),
        ("list my tasks by priority", "move all to friday", moves(1, 2, 3, 4, 5, due_date="friday"), ""),
    ],
)  # fmt: skip
async def test_all_means_the_part_of_the_list_that_was_shown(
    conversation: Conversation, shown: str, said: str, outcome: Outcome, told: str
) -> None:
    await conversation.say(shown)
    assert await is_met(conversation, said, outcome)
    assert told in str(conversation.items[-1])


@pytest.mark.parametrize(
    ("dialogue", "outcome"),
    [
        (["when is the dentist", "all done"], ASKS),
        (["when is buy", "all done"], ASKS),
        (["what is 3", "all done!"], ASKS),
        (["what is 3", "complete everything"], COMPLETES_ALL),
        (["show shopping", "what is 3", "complete everything"], COMPLETES_ALL),
        (["complete buy", "the first one", "all done!"], ASKS),
        (["complete buy", "the first one", "complete everything"], COMPLETES_ALL),
        (["show unicorns", "add buy butter today", "mark everything as done"], COMPLETES_ALL),
        (["show shopping", "complete 1", "all done!"], ASKS),
        (["show shopping", "complete 1", "all done!", "yes"], COMPLETES_ALL),
        (["find report", "all done!"], ASKS),
        (["show shopping", "all done!"], completes(1, 5)),
        (["show shopping", "thanks", "all done!"], completes(1, 5)),
    ],
)
async def test_a_question_or_a_look_at_one_task_is_no_part_of_the_list(
    conversation: Conversation, dialogue: list[str], outcome: Outcome
) -> None:
    for said in dialogue[:-1]:
        await conversation.say(said)
    assert await is_met(conversation, dialogue[-1], outcome)


async def test_all_of_a_part_leaves_out_what_is_done_or_gone(conversation: Conversation) -> None:
    for said in ("show shopping", "tick off the first", "thanks"):
        await conversation.say(said)
    assert await is_met(conversation, "move all to friday", update(5, due_date="friday"))
    del conversation.list.tasks[5]
    assert await is_met(conversation, "complete all", ASKS)


async def test_of_a_part_with_more_tasks_than_were_shown_all_means_those_shown() -> None:
    conversation = conversation_with([(f"Task of work {number}", {"tags": ["work"]}) for number in range(1, 61)])
    assert "… and more" in await conversation.say("show work")
    assert await is_met(conversation, "complete all", completes(*range(1, 51)))


@pytest.mark.parametrize(
    ("correction", "outcome"),
    [
        ("sorry, I meant saturday", update(2, due_date="saturday")),
        ("I meant saturday", update(2, due_date="saturday")),
        ("not friday, saturday", update(2, due_date="saturday")),
        ("wrong, it's on saturday", update(2, due_date="on saturday")),
        ("nicht Freitag, sondern Samstag", update(2, due_date="Samstag")),
        ("change that to the afternoon", update(2, due_date="the afternoon")),
        ("verschieb es auf den Abend", update(2, due_date="Abend")),
        ("rename it to the afternoon", update(2, title="The afternoon")),
        ("it's friday", UNCHANGED),
        ("say hello", offers("Say hello")),
        ("make it 8", offers("Make it 8")),  # no time was said, so 8 may be a count
    ],
)
async def test_a_date_is_corrected_in_words_of_its_own(
    conversation: Conversation, correction: str, outcome: Outcome
) -> None:
    await conversation.say("move 2 to friday")
    assert await is_met(conversation, correction, outcome)


@pytest.mark.parametrize("correction", ["make it 8", "let's say 8", "make that 8 instead"])
async def test_a_number_behind_a_time_is_an_hour(conversation: Conversation, correction: str) -> None:
    await conversation.say("move 2 to friday 7pm")
    assert await is_met(conversation, correction, update(2, due_date="at 8"))


@pytest.mark.parametrize(
    "dialogue",
    [
        ["show shopping", "complete 1", "complete 2", "the rest is done"],
        ["complete 1", "move 2 to friday", "move the rest to saturday"],
        ["complete 1", "complete 2", "tick off the others"],
        ["find milk", "complete 2", "delete the others"],
        ["find milk", "complete 2", "delete other tasks"],
        ["add buy eggs", "add buy butter", "complete the rest"],
        ["erledige 1", "erledige 2", "der Rest ist erledigt"],
        ["erledige 1", "erledige 2", "lösche die anderen"],
        ["erledige 1", "erledige 2", "hake die übrigen Aufgaben ab"],
        ["erledige 1", "erledige 2", "verschiebe die restlichen auf morgen"],
    ],
)
async def test_the_rest_is_asked_about(conversation: Conversation, dialogue: list[str]) -> None:
    for said in dialogue[:-1]:
        await conversation.say(said)
    assert await is_met(conversation, dialogue[-1], ASKS)


async def test_all_means_the_selected_tasks() -> None:
    memory = Memory(UserClock(BERLIN, WEDNESDAY), selected=[2, 4])
    assert memory.resolve(Target(pronoun="all")) == [2, 4]


async def test_the_selected_tasks_are_moved_together() -> None:
    [command] = read_message("verschiebe sie auf 10:00", UserClock(BERLIN, WEDNESDAY))
    assert command.target.pronoun == "it or them"
