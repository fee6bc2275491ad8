"""Sentences as people write them: all tasks except some, tasks of a day, two times, lists by a single word."""

from typing import Any

import pytest

from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.tools.deletion_consent import targets_to_delete
from tests.assistant.offline.task_list import BERLIN, WEDNESDAY, Conversation
from tests.assistant.understanding.lists import conversation_with
from tests.assistant.understanding.outcomes import (
    ASKS,
    OUTSIDE,
    UNCHANGED,
    Outcome,
    add,
    completes,
    delete,
    done,
    is_met,
    offers,
    proposes,
    shows,
    update,
)


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
        ("remind me on monday and call mum", add("Call mum", due_date="2026-11-23")),
        ("remind me tomorrow at 5 and buy bread", add("Buy bread", due_date="2026-11-19T17:00")),
        ("erinnere mich am Montag und Mama anrufen", add("Mama anrufen", due_date="2026-11-23")),
        ("add and call mum tomorrow", add("And call mum", due_date="2026-11-19")),
        ("remind me on monday and mum's birthday", add("And mum's birthday", due_date="2026-11-23")),
        ("remind me to call mum on monday and buy bread", add("Call mum and buy bread", due_date="2026-11-23")),
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
