"""Sentences as people write them: all tasks except some, tasks of a day, two times, lists by a single word."""

from typing import Any

import pytest

from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import Target, UserClock
from taskchat_app.assistant.offline.memory import Memory
from taskchat_app.assistant.tools.deletion_consent import targets_to_delete
from tests.assistant.offline.task_list import BERLIN, WEDNESDAY, Conversation
from tests.assistant.understanding.lists import conversation_with
from tests.assistant.understanding.outcomes import (
    ASKS,
    COMPLETES_ALL,
    OUTSIDE,
    PROPOSES_ALL,
    Outcome,
    add,
    delete,
    done,
    is_met,
    offers,
    proposes,
    shows,
    update,
)

TASKS: list[tuple[str, dict[str, Any]]] = [
    ("Buy milk", {"tags": ["shopping"]}),
    ("Dentist", {"due": "2026-11-18T15:30"}),
    ("Pay the rent", {"due": "2026-11-18"}),
    ("Write report", {"tags": ["work"]}),
    ("Buy eggs", {"tags": ["shopping"]}),
]

UNCHANGED = OUTSIDE
"""Whatever the answer says, nothing is changed."""
OPEN = (1, 2, 3, 4, 5, 7, 8)


@pytest.fixture
def conversation() -> Conversation:
    return conversation_with(TASKS)


def completes(*numbers: int) -> Outcome:
    return Outcome("calls", [("bulk_complete_tasks", {"task_ids": [*numbers]})])


def adds(*tasks: tuple[str, dict[str, Any]]) -> Outcome:
    return Outcome("calls", [("create_task", {"title": title, **fields}) for title, fields in tasks])


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("complete everything except 3", completes(1, 2, 4, 5)),
        ("complete all but 3 and 4", completes(1, 2, 5)),
        ("mark everything as done except the dentist", completes(1, 3, 4, 5)),
        ("tick off everything but the rent", completes(1, 2, 4, 5)),
        ("complete all shopping tasks except 5", done(1)),
        ("move everything due today to friday except 2", update(3, due_date="friday")),
        ("erledige alles außer dem Dentist", completes(1, 3, 4, 5)),
        ("delete everything except 3", proposes(1, 2, 4, 5)),
        ("lösche alles außer 3", proposes(1, 2, 4, 5)),
        ("complete everything except 9", ASKS),
        ("complete everything except the flights", ASKS),
        ("complete everything except work", completes(1, 2, 3, 5)),
        ("complete all but the shopping tasks", completes(2, 3, 4)),
        ("complete everything except buy", ASKS),
        ("alles außer Milch kaufen", add("Alles außer Milch kaufen")),
        ("add everything but the kitchen sink", add("Everything but the kitchen sink")),
    ],
)
async def test_excluded_tasks_are_left_as_they_are(conversation: Conversation, sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation, sentence, outcome)


async def test_an_excluded_tag_spares_also_the_task_of_that_title() -> None:
    tasks = [("Groceries", {}), ("Bread", {"tags": ["groceries"]}), ("Dentist", {})]
    assert await is_met(conversation_with(tasks), "complete everything except groceries", done(3))


def test_an_order_to_delete_all_except_some_consents_to_no_single_deletion() -> None:
    clock = UserClock(BERLIN, WEDNESDAY)
    assert targets_to_delete("delete all shopping except 3", clock) == []


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("complete today's tasks", completes(2, 3)),
        ("erledige die heutigen Aufgaben", completes(2, 3)),
        ("delete today's tasks", proposes(2, 3)),
        ("what do I have later today", shows(2, 3)),
        ("show shopping", shows(1, 5)),
        ("show my work", shows(4)),
        ("zeige shopping", shows(1, 5)),
        ("show errands", shows()),
        ("show help", offers("Show help")),
        ("the rent is not urgent", update(3, priority="low")),
        ("the rent isn't important any more", update(3, priority="low")),
        ("note on 2: bring the card", update(2, description="bring the card")),
        ("note to landlord: heating is broken", offers("Note to landlord: heating is broken")),
        ("I'm done", ASKS),
        ("fertig", ASKS),
        ("all done", ASKS),
        ("add call Bob, not urgent", add("Call Bob", priority="low")),
        ("add call Bob, urgent", add("Call Bob", priority="high")),
        ("put the dentist on friday", update(2, due_date="friday")),
        ("put the milk on the table", offers("Put the milk on the table")),
        ("put the bins out on friday", offers("Put the bins out", due_date="2026-11-20")),
        ("urgent: fix the sink", add("Fix the sink", priority="high")),
        ("wichtig: Steuer machen bis Freitag", add("Steuer machen", due_date="2026-11-20", priority="high")),
        ("neue dringende Aufgabe: Steuer machen", add("Steuer machen", priority="high")),
        ("urgent: delete 3", offers("Urgent: delete 3")),
        ("put the washing on tomorrow", offers("Put the washing", due_date="2026-11-19")),
        ("put the bins to the curb on friday", offers("Put the bins to the curb", due_date="2026-11-20")),
        ("put the house on the market on monday", offers("Put the house on the market", due_date="2026-11-23")),
        ("urgent: change the filter", add("Change the filter", priority="high")),
        ("2 Liter Milch nicht vergessen", add("2 Liter Milch")),
        ("urgent: postpone 3 to friday", offers("Urgent: postpone 3 to", due_date="2026-11-20")),
        ("sort by due date", Outcome("shows", shown=[frozenset({1, 2, 3, 4, 5})])),
        ("sortiere meine Aufgaben nach Priorität", Outcome("shows", shown=[frozenset({1, 2, 3, 4, 5})])),
        ("sort photos by date", add("Sort photos by date")),
        (
            "gym every tuesday and thursday at 6pm",
            add("Gym", due_date="2026-11-19T18:00", recurrence="FREQ=WEEKLY;BYDAY=TU,TH"),
        ),
        ("Sport jeden Dienstag", add("Sport", recurrence="FREQ=WEEKLY;BYDAY=TU")),
        ("the gym every tuesday", offers("The gym", recurrence="FREQ=WEEKLY;BYDAY=TU")),
        ("Notiz zu 2: Karte mitbringen", update(2, description="Karte mitbringen")),
        ("füge bei 2 das Tag Gesundheit hinzu", update(2, tags=["Gesundheit"])),
        ("zeig mir die wichtigen Aufgaben", shows()),
        ("Geburtstag von Oma am 3. März nicht vergessen", add("Geburtstag von Oma", due_date="2027-03-03")),
        ("das Rezept nicht vergessen", add("Das Rezept")),
        ("Mama hat den Geburtstag nicht vergessen", offers("Mama hat den Geburtstag nicht vergessen")),
        ("2 nicht vergessen", offers("2 nicht vergessen")),
        ("Zaun streichen nicht vergessen, am besten am Freitag", add("Zaun streichen", due_date="2026-11-20")),
        ("sharpen the knives tomorrow, don't forget", add("Sharpen the knives", due_date="2026-11-19")),
        ("I said don't forget", UNCHANGED),
        ("2 is low priority", update(2, priority="low")),
        ("the dentist has high priority now", update(2, priority="high")),
        ("der Dentist hat hohe Priorität", update(2, priority="high")),
        ("nothing is high priority", offers("Nothing is", priority="high")),
        ("ugh, I forgot: call the plumber friday 9am", add("Call the plumber", due_date="2026-11-20T09:00")),
        ("oh, and call the plumber", add("Call the plumber")),
        ("btw what is due tomorrow?", shows()),
        ("füge Zaun streichen hinzu für morgen", add("Zaun streichen", due_date="2026-11-19")),
        ("trag Zahnarzt ein, Freitag um 9", add("Zahnarzt", due_date="2026-11-20T09:00")),
        ("füge Milch hinzu !hoch", add("Milch", priority="high")),
        ("what should I focus on today?", shows(2, 3)),
        ("damn yankees tickets", offers("Damn yankees tickets")),
        ("wait, what?", UNCHANGED),
        ("Anna has training every tuesday", offers("Anna has training", recurrence="FREQ=WEEKLY;BYDAY=TU")),
        ("egal", ASKS),
        ("set a reminder: call mum", add("Call mum")),
        ("set the date of 2 to friday", update(2, due_date="friday")),
        ("add a note: bring the card", ASKS),
        ("add call Bob who bought milk and called mum", add("Call Bob who bought milk and called mum")),
        ("remind me when I get home", ASKS),
        ("remind me if it rains to take the umbrella", ASKS),
        ("remind me next time I see Bob", ASKS),
        ("remind me again later", ASKS),
        ("erinnere mich später nochmal", ASKS),
        ("erinnere mich, wenn ich zu Hause bin", ASKS),
        ("remind me to feed the cat when I get home", add("Feed the cat when I get home")),
        ("remind me once a week to feed the cat", add("Feed the cat", recurrence="FREQ=WEEKLY")),
        ("remind me when I get home at 6pm", add("When I get home", due_date="2026-11-18T18:00")),
        ("remind me if it rains tomorrow", add("If it rains", due_date="2026-11-19")),
        ("erinnere mich wenn ich morgen zu Hause bin", add("Wenn ich morgen zu Hause bin")),
        ("remind me when the dentist is", shows(2)),
        ("erinnere mich später an den Dentist", update(2)),
    ],
)
async def test_a_sentence_has_its_outcome(conversation: Conversation, sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation, sentence, outcome)


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        (
            "take pills at 8am and 8pm every day",
            adds(
                ("Take pills", {"due_date": "2026-11-19T08:00", "recurrence": "FREQ=DAILY"}),
                ("Take pills", {"due_date": "2026-11-18T20:00", "recurrence": "FREQ=DAILY"}),
            ),
        ),
        (
            "Tabletten nehmen um 8 und 20 Uhr",
            adds(
                ("Tabletten nehmen", {"due_date": "2026-11-19T08:00"}),
                ("Tabletten nehmen", {"due_date": "2026-11-18T20:00"}),
            ),
        ),
        (
            "brush teeth every morning and evening",
            adds(
                ("Brush teeth", {"due_date": "2026-11-19T09:00", "recurrence": "FREQ=DAILY"}),
                ("Brush teeth", {"due_date": "2026-11-18T18:00", "recurrence": "FREQ=DAILY"}),
            ),
        ),
        (
            "jeden Morgen und Abend um 8 Zähne putzen",
            adds(
                ("Zähne putzen", {"due_date": "2026-11-19T08:00", "recurrence": "FREQ=DAILY"}),
                ("Zähne putzen", {"due_date": "2026-11-18T20:00", "recurrence": "FREQ=DAILY"}),
            ),
        ),
        (
            "take pills daily at 8am and 8pm until friday",
            adds(
                ("Take pills", {"due_date": "2026-11-19T08:00", "recurrence": "FREQ=DAILY;UNTIL=20261120"}),
                ("Take pills", {"due_date": "2026-11-18T20:00", "recurrence": "FREQ=DAILY;UNTIL=20261120"}),
            ),
        ),
        (
            "Tabletten jeden Tag um 8 und 20 Uhr nehmen",
            adds(
                ("Tabletten nehmen", {"due_date": "2026-11-19T08:00", "recurrence": "FREQ=DAILY"}),
                ("Tabletten nehmen", {"due_date": "2026-11-18T20:00", "recurrence": "FREQ=DAILY"}),
            ),
        ),
        (
            "um 8 und 20 Uhr Tabletten nehmen",
            adds(
                ("Tabletten nehmen", {"due_date": "2026-11-19T08:00"}),
                ("Tabletten nehmen", {"due_date": "2026-11-18T20:00"}),
            ),
        ),
        (
            "erinnere mich jeden Tag um 10 und 16 Uhr ans Trinken",
            adds(
                ("Trinken", {"due_date": "2026-11-19T10:00", "recurrence": "FREQ=DAILY"}),
                ("Trinken", {"due_date": "2026-11-18T16:00", "recurrence": "FREQ=DAILY"}),
            ),
        ),
        ("read every morning and evening paper", add("Read and evening paper", recurrence="FREQ=DAILY")),
        ("pick up kids at 3pm, 5pm gym", add("Pick up kids, 5pm gym", due_date="2026-11-18T15:00")),
        ("take pills at 8am and 2pm and 8pm", add("Take pills and 8pm", due_date="2026-11-19T08:00")),
        ("buy milk at 9am and 2 eggs", add("Buy milk and 2 eggs", due_date="2026-11-19T09:00")),
    ],
)
async def test_two_times_of_one_task_are_two_tasks(conversation: Conversation, sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation, sentence, outcome)


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("tick off 1 and delete the flights", "I found no task that fits “flights”, so nothing else was changed."),
        ("tick off the flights and delete 1", "I found no open task that fits “flights”, so nothing else was changed."),
        ("hake 1 ab und lösche die Flüge", "Ich finde keine Aufgabe, die zu „Flüge“ passt, also wurde sonst nichts"),
        ("tick off the flights and delete the car", "I found no open task that fits “flights”, so nothing was"),
    ],
)
async def test_nothing_else_was_changed_beside_a_change(conversation: Conversation, sentence: str, told: str) -> None:
    assert told in await conversation.say(sentence)


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


async def test_a_german_past_with_a_part_before_it_names_its_verb() -> None:
    conversation = conversation_with([("Müll rausbringen", {}), ("Müllbeutel kaufen", {})])
    assert await is_met(conversation, "ich habe den Müll rausgebracht", done(1))


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("change it to 4", update(6, due_date="at 4")),
        ("set it to 16:30", update(6, due_date="at 16:30")),
        ("change the time to 4", update(6, due_date="at 4")),
        ("change the date to monday", update(6, due_date="monday")),
        ("ändere es auf 10", update(6, due_date="10 uhr")),
        ("change it to 4 apples", update(6, title="4 apples")),
        ("add a note: bring the card", update(6, description="bring the card")),
        ("füge eine Notiz hinzu: Karte mitbringen", update(6, description="Karte mitbringen")),
        ("umbenennen in Kieferorthopäde", update(6, title="Kieferorthopäde")),
        ("high priority", update(6, priority="high")),
        ("wichtig", update(6, priority="high")),
        ("not urgent", update(6, priority="low")),
        ("every week", update(6, recurrence="FREQ=WEEKLY")),
        ("tag work", update(6, tags=["work"])),
        ("urgent and due friday", update(6, priority="high", due_date="due friday")),
        ("done", done(6)),
        ("did it", done(6)),
        ("ist erledigt", done(6)),
        ("did it?", OUTSIDE),
        ("done?", UNCHANGED),
        ("fertig?", UNCHANGED),
        ("urgent?", OUTSIDE),
        ("top", OUTSIDE),
        ("I'm done", ASKS),
        ("weekly report", offers("Weekly report")),
    ],
)
async def test_what_follows_a_new_task_is_about_it(conversation: Conversation, sentence: str, outcome: Outcome) -> None:
    await conversation.say("add haircut tomorrow at 3")
    assert await is_met(conversation, sentence, outcome)


@pytest.mark.parametrize(
    "title",
    [
        "Call Anna once the rent is paid and the report is finished",
        "Call Anna when the rent is paid and the report is finished",
    ],
)
async def test_what_is_done_inside_a_new_task_completes_nothing(conversation: Conversation, title: str) -> None:
    assert await is_met(conversation, f"add {title}", add(title))


async def test_words_of_a_field_are_about_no_task_after_a_list(conversation: Conversation) -> None:
    await conversation.say("show tasks")
    for words in ("high priority", "done", "every week"):
        await conversation.say(words)
        assert [tool for tool, _ in conversation.calls if tool != "list_tasks"] == []


@pytest.mark.parametrize("question", ["what's the note on 6?", "tell me about 6", "was steht in der Notiz zu 6"])
async def test_the_answer_about_one_task_has_its_description(conversation: Conversation, question: str) -> None:
    conversation.list.add("Haircut", due="2026-11-19", description="Ask for Ann\nBring the card")
    assert (await conversation.say(question)).endswith("\n\n> Ask for Ann\n> Bring the card")


async def test_a_title_that_begins_like_a_command_can_be_done() -> None:
    conversation = conversation_with([("Create invoice", {})])
    assert await is_met(conversation, "create invoice is done", done(1))


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


@pytest.mark.parametrize("said", ["its done", "thats done", "its already finished", "they are done"])
async def test_what_is_done_is_the_task_just_shown_without_an_apostrophe(conversation: Conversation, said: str) -> None:
    await conversation.say("find report")
    assert await is_met(conversation, said, done(4))


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


KINDS: list[tuple[str, dict[str, Any]]] = [
    ("Old receipts", {}),
    ("Book restaurant", {}),
    ("Alte Belege", {}),
    ("Write report", {"tags": ["work"]}),
    ("Review open tasks", {}),
    ("Something new", {}),
    ("Buy milk", {}),
    ("Buy bread", {}),
    ("The rest of dinner", {}),
]


@pytest.mark.parametrize(
    "said",
    [
        "delete old tasks",
        "delete old items",
        "complete old tasks",
        "move old tasks to friday",
        "old tasks are done",
        "delete unimportant tasks",
        "delete some tasks",
        "delete other tasks",
        "delete the others",
        "delete the rest",
        "tick off the rest",
        "delete the rest of the tasks",
        "the rest is done",
        "lösche alte Aufgaben",
        "lösche die alten Aufgaben",
        "hake alte Aufgaben ab",
        "lösche die anderen Aufgaben",
        "lösche den Rest",
        "der Rest ist erledigt",
        "alte Aufgaben löschen",
    ],
)
async def test_a_kind_of_tasks_is_no_word_of_one_title(said: str) -> None:
    assert await is_met(conversation_with(KINDS), said, ASKS)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("delete the old task", delete(1)),
        ("delete old receipts", delete(1)),
        ("lösche alte Belege", delete(3)),
        ("complete work tasks", done(4)),
        ("delete work tasks", delete(4)),
        ("complete review open tasks", done(5)),
        ("delete the milk and bread tasks", Outcome("calls", [*delete(7).calls, *delete(8).calls])),
        ("delete the rest of dinner", delete(9)),
        ("add delete old tasks", add("Delete old tasks")),
        ("add sort the rest", add("Sort the rest")),
    ],
)
async def test_what_only_looks_like_a_kind_of_tasks_is_read_as_before(said: str, outcome: Outcome) -> None:
    assert await is_met(conversation_with(KINDS), said, outcome)


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


@pytest.mark.parametrize(
    ("sentence", "kind", "given"),
    [
        ("Aufgabe 3 verschieben", "offer", {"title": "Aufgabe 3 verschieben"}),
        ("kannst du bitte eine Aufgabe anlegen: Küche streichen", "add", {"title": "Anlegen: Küche streichen"}),
        ("kannst du mich daran erinnern, die Küche zu streichen", "offer", None),
        ("vergiss den Termin, ich kann nicht", "delete", {}),
        ("vergiss 3 nicht", "offer", {"title": "Vergiss 3 nicht"}),
        ("Schule Montag von acht bis 13.", "offer", {"title": "Schule Montag von acht bis 13"}),
        ("morgen um 9 vor 3 Leuten sprechen", "wish",
         {"title": "Vor 3 Leuten sprechen", "due_date": "2026-11-19T09:00"}),
        ("Zug am Freitag um 8 nach 1 Stunde Pause", "offer",
         {"title": "Zug nach 1 Stunde Pause", "due_date": "2026-11-20T08:00"}),
        ("every friday night at 1 taxi", "offer",
         {"title": "Taxi", "due_date": "2026-11-21T01:00", "recurrence": "FREQ=WEEKLY;BYDAY=SA"}),
        ("submit form right now", "wish", {"title": "Submit form"}),
        ("show tasks due within 3 days", "list", {"due_before": "2026-11-21"}),
        ("was ist innerhalb von 3 Tagen fällig", "list", {"due_before": "2026-11-21"}),
        ("show tasks 24 dec to 2 jan", "list", {"due_after": "2026-12-24", "due_before": "2027-01-02"}),
        ("Freitag Nacht um 3 aufstehen", "offer", {"title": "Aufstehen", "due_date": "2026-11-21T03:00"}),
        ("kommende Woche Freitag Kino", "offer", {"title": "Kino", "due_date": "2026-11-27"}),
        ("Open house at 10 to 5 on saturday", "offer",
         {"title": "Open house at 10 to 5", "due_date": "2026-11-21"}),
        ("add yoga every friday evening starting 5 december at 8", "add",
         {"title": "Yoga", "due_date": "2026-12-11T20:00", "recurrence": "FREQ=WEEKLY;BYDAY=FR"}),
        ("add every monday night: bins out", "add", {"title": "Bins out", "recurrence": "FREQ=WEEKLY;BYDAY=MO"}),
        ("buy every monday night football ticket", "wish",
         {"title": "Buy night football ticket", "recurrence": "FREQ=WEEKLY;BYDAY=MO"}),
    ],
)  # fmt: skip
def test_words_beside_a_date_or_a_verb_keep_their_meaning(
    sentence: str, kind: str, given: dict[str, Any] | None
) -> None:
    [command] = read_message(sentence, UserClock(BERLIN, WEDNESDAY))
    assert command.kind == kind
    assert given is None or command.given == given
