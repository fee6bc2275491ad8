"""Fields, dates and reminders for the task that a sentence names."""

import pytest

from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.offline.plan_parts import PlannedCall, Question
from taskchat_app.assistant.offline.task_questions import or_new
from taskchat_app.assistant.tools.deletion_consent import targets_to_delete
from tests.assistant.offline.task_list import BERLIN, WEDNESDAY
from tests.assistant.understanding.lists import Field, conversation_with
from tests.assistant.understanding.outcomes import (
    ASKS,
    OUTSIDE,
    Outcome,
    add,
    delete,
    done,
    each,
    is_met,
    offers,
    update,
)

THERE: list[tuple[str, Field]] = [
    ("Report", {"due": "2026-11-20", "tags": ["work"]}),
    ("Dentist", {"due": "2026-11-23T10:00"}),
    ("Do the laundry", {}),
    ("Bericht", {"due": "2026-11-20"}),
    ("Zahnarzt", {"due": "2026-11-23T10:00"}),
    ("Sport", {}),
    ("Call mum", {}),
]
"""Tasks that a sentence may be about, which else is about a new one."""


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("add note to report ask Bob", ASKS),
        ("add a note to the report that bob needs it", ASKS),
        ("add a note to the report: bob needs it", update(1, description="bob needs it")),
        ('add note "bring card" to dentist', update(2, description="bring card")),
        ("add note to self buy milk", add("Note to self buy milk")),
        ("add a note to mum about christmas", add("A note to mum about christmas")),
        ("add a note to the landlord that the heating is broken",
         add("A note to the landlord that the heating is broken")),
        ("add a note to call mum", add("A note to call mum")),
        ("add write a note to mum", add("Write a note to mum")),
        ("füge dem Bericht eine Notiz hinzu: Bob fragen", update(4, description="Bob fragen")),
        ("füge Notiz zu Bericht hinzu: Bob fragen", update(4, description="Bob fragen")),
        ("füge der 4 die Notiz hinzu: Bob fragen", update(4, description="Bob fragen")),
        ("füge Notizbuch kaufen hinzu", add("Notizbuch kaufen")),
        ("füge Notiz an Bob hinzu", add("Notiz an Bob")),
    ],
)  # fmt: skip
async def test_a_note_is_for_the_task_that_it_names(sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation_with(THERE), sentence, outcome)


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("add a due date to laundry: friday", update(3, due_date="friday")),
        ("add due date friday to laundry", update(3, due_date="friday")),
        ("add a due date to the laundry on friday", update(3, due_date="friday")),
        ("add deadline for taxes on friday", add("Deadline for taxes", due_date="2026-11-20")),
        ("bring the dentist forward to thursday", update(2, due_date="thursday")),
        ("bring the cake to the party on friday", add("Bring the cake to the party", due_date="2026-11-20")),
        ("put dentist on friday at 3", update(2, due_date="2026-11-20T15:00")),
        ("put laundry on friday", update(3, due_date="friday")),
        ("put dentist and laundry on friday",
         each(update(2, due_date="friday"), update(3, due_date="friday"))),
        ("put yoga on thursday at 6", add("Put yoga", due_date="2026-11-19T18:00")),
        ("put sunscreen on friday", offers("Put sunscreen", due_date="2026-11-20")),
        ("put call on friday", offers("Put call", due_date="2026-11-20")),
        ("mach Sport wöchentlich", update(6, recurrence="FREQ=WEEKLY")),
        ("mach Yoga wöchentlich", add("Mach Yoga", recurrence="FREQ=WEEKLY")),
        ("make laundry weekly", update(3, recurrence="FREQ=WEEKLY")),
        ("make the bed every day", offers("Make the bed", recurrence="FREQ=DAILY")),
    ],
)  # fmt: skip
async def test_a_date_or_a_recurrence_is_for_the_task_that_it_names(sentence: str, outcome: Outcome) -> None:
    conversation = conversation_with(THERE)
    if outcome.kind == "offers":
        assert "A click below, or “yes”, adds it as a task." in await conversation.say(sentence)
        await conversation.say("yes")
        assert conversation.calls == [("create_task", outcome.given)]
    else:
        assert await is_met(conversation, sentence, outcome)


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("add a reminder to laundry", update(3)),
        ("add a reminder for the dentist", update(2)),
        ("set a reminder for the laundry tomorrow at 9", update(3, due_date="2026-11-19T09:00")),
        ("set a reminder for the laundry tomorrow", update(3, due_date="2026-11-19")),
        ("set a reminder for the dentist at 9", ASKS),
        ("create reminder for report tomorrow", ASKS),
        ("set a reminder for the flight tomorrow at 9", add("The flight", due_date="2026-11-19T09:00")),
        ("set a reminder to call mum", add("Call mum")),
        ("set a reminder for sport every day", add("Sport", recurrence="FREQ=DAILY")),
        ("set a reminder for milk today and bread tomorrow",
         each(add("Milk", due_date="2026-11-18"), add("Bread", due_date="2026-11-19"))),
        ("stell eine Erinnerung für den Zahnarzt", update(5)),
        ("stell eine Erinnerung für den Zahnarzt morgen um 8", ASKS),
        ("erstelle eine Erinnerung an die Reinigung", add("Reinigung")),
        ("neue Erinnerung: Zahnarzt", add("Zahnarzt")),
    ],
)  # fmt: skip
async def test_a_reminder_is_of_the_task_that_it_names(sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation_with(THERE), sentence, outcome)


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("mark report urgent and due tomorrow", update(1, due_date="due tomorrow", priority="high")),
        ("set report to high priority and due friday", update(1, due_date="due friday", priority="high")),
        ("make the report urgent, due friday and tag it home",
         each(update(1, due_date="due friday", priority="high"), update(1, tags=["work", "home"]))),
        ("setz Bericht auf hohe Priorität und bis Freitag", update(4, due_date="bis Freitag", priority="high")),
        ("verschiebe den Zahnarzt auf Freitag und mach ihn dringend",
         update(5, due_date="Freitag", priority="high")),
        ("move the dentist to 4pm and the report to tuesday",
         each(update(2, due_date="4pm"), update(1, due_date="tuesday"))),
        ("verschiebe den Zahnarzt auf 16 Uhr und den Bericht auf Dienstag",
         each(update(5, due_date="16 Uhr"), update(4, due_date="Dienstag"))),
        ("mark the report done and the dentist urgent", each(done(1), update(2, priority="high"))),
        ("move dentist and report to friday", each(update(2, due_date="friday"), update(1, due_date="friday"))),
        ("mark report and dentist urgent", each(update(1, priority="high"), update(2, priority="high"))),
        ("rename report to plan and due date", update(1, title="Plan and due date")),
        ("change 1 to wash and dry", update(1, title="Wash and dry")),
        ("move the dentist on monday and the report to friday", ASKS),
        ("move dentist to friday or saturday", ASKS),
        ("add mark report urgent and due tomorrow", add("Mark report urgent and due tomorrow")),
        ("mark report urgent and due tomorrow?", OUTSIDE),
    ],
)  # fmt: skip
async def test_a_verb_holds_two_changes_together(sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation_with(THERE), sentence, outcome)


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("set priority of 3 to high and due date to friday", update(3, priority="high", due_date="friday")),
        ("set priority of 3 to high and due date friday", update(3, priority="high", due_date="friday")),
        ("mark the report urgent and the deadline friday", update(1, priority="high", due_date="friday")),
        ("make 2 high priority, due date friday and tag home",
         each(update(2, priority="high", due_date="friday"), update(2, tags=["home"]))),
        ("move 1 to friday and the priority low", update(1, due_date="friday", priority="low")),
        ("setze die Priorität von 4 auf hoch und das Datum Freitag", update(4, priority="high", due_date="Freitag")),
        ("mark 1 urgent and date night friday", OUTSIDE),
        ("set the priority of the report to low and its date to monday",
         update(1, priority="low", due_date="monday")),
        ("set 1's priority to high, its due date to friday", update(1, priority="high", due_date="friday")),
        ("change the due date of 1 to friday and the priority to high",
         update(1, due_date="friday", priority="high")),
        ("set due date of 1 to friday and priority to high", update(1, due_date="friday", priority="high")),
        ("move the dentist to friday and its priority to high", update(2, due_date="friday", priority="high")),
        ("set the priority of 2 to high, the due date to friday and tag it home",
         each(update(2, priority="high", due_date="friday"), update(2, tags=["home"]))),
        ("set the priority of 2 to high and the time to 4pm", update(2, priority="high", due_date="4pm")),
        ("setze die Priorität von 4 auf hoch und das Datum auf Freitag",
         update(4, priority="high", due_date="Freitag")),
        ("setze die Fälligkeit von 4 auf Freitag und ihre Priorität auf hoch",
         update(4, due_date="Freitag", priority="high")),
        ("ändere die Priorität von 4 auf niedrig und die Frist auf Montag",
         update(4, priority="low", due_date="Montag")),
        # another task, a title, or no field
        ("set priority of 3 to high and 1 to low", each(update(3, priority="high"), update(1, priority="low"))),
        ("rename 1 to priority to high and due date to friday",
         update(1, title="Priority to high and due date to friday")),
        ("change 1 to call Bob and the date to friday", update(1, title="Call Bob and the date to friday")),
        ("add set priority of 3 to high and call mum", add("Set priority of 3 to high and call mum")),
        ("set priority of the report to high and the due date of the dentist to friday",
         each(update(1, priority="high"), update(2, due_date="friday"))),
        ("set priority of 3 to high and due date to nevermore", OUTSIDE),
        ("set the table and the due date to friday", ASKS),
        ("set priority of 3 to high and date night to friday", ASKS),
    ],
)  # fmt: skip
async def test_a_second_field_is_of_the_same_task(sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation_with(THERE), sentence, outcome)


async def test_a_german_genitive_names_the_task_of_a_priority() -> None:
    conversation = conversation_with([("Steuer", {})])
    assert await is_met(conversation, "ändere die Priorität der Steuer auf hoch", update(1, priority="high"))
    assert await is_met(conversation, "ändere die Priorität der Aufgabe 3 auf niedrig", update(3, priority="low"))


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("remove note from report", update(1, clear=["description"])),
        ("remove the note of 1", update(1, clear=["description"])),
        ("remove the tag from report", update(1, clear=["tags"])),
        ("delete label of report", update(1, clear=["tags"])),
        ("remove due date from report", update(1, clear=["due_date"])),
        ("remove the date and time from report", update(1, clear=["due_date"])),
        ("remove time from dentist", update(2, due_date="2026-11-23")),
        ("delete the time of the dentist", update(2, due_date="2026-11-23")),
        ("remove priority from report", update(1, priority="medium")),
        ("lösche die Notiz vom Bericht", update(4, clear=["description"])),
        ("lösche das Datum vom Bericht", update(4, clear=["due_date"])),
        ("entferne die Uhrzeit vom Zahnarzt", update(5, due_date="2026-11-23")),
        ("lösche die Zeit vom Zahnarzt", update(5, due_date="2026-11-23")),
        ("lösche das Datum und die Uhrzeit vom Zahnarzt", update(5, clear=["due_date"])),
        ("remove the time from the laundry", update(3, clear=["due_date"])),
        ("lösche Notiz vom Bericht", update(4, clear=["description"])),
        ("entferne tags vom bericht", update(4, clear=["tags"])),
        ("datum vom bericht löschen", update(4, clear=["due_date"])),
        ("kannst du die Notiz von 4 löschen", update(4, clear=["description"])),
        ("Uhrzeit vom Zahnarzt entfernen", update(5, due_date="2026-11-23")),
        ("neue Aufgabe: Datum vom Bericht löschen", add("Datum vom Bericht löschen")),
        ("lösche die Priorität vom Bericht", update(4, priority="medium")),
        ("lösche das Schlagwort arbeit von 1", update(1, tags=["work"])),
        ("entferne Schlagwort work vom Report", update(1, clear=["tags"])),
        ("delete the report", delete(1)),
        ("remove note to Bob", ASKS),
        ("remove date from my list", ASKS),
        ("lösche den Termin vom Freitag", ASKS),
        ("lösche Termin bei Anna", ASKS),
        ("lösche das Datum aus meiner Liste", ASKS),
    ],
)
async def test_a_field_is_cleared_and_its_task_stays(sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation_with(THERE), sentence, outcome)


def test_to_clear_a_field_is_no_order_to_delete() -> None:
    clock = UserClock(BERLIN, WEDNESDAY)
    cleared = ("remove note from report", "remove priority from report", "lösche das Datum vom Bericht")
    for said in (*cleared, "delete notes from meeting"):
        assert targets_to_delete(said, clock) == []


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("add high priority to report", update(1, priority="high")),
        ("give low priority to the report", update(1, priority="low")),
        ("add priority high to 2", update(2, priority="high")),
        ("add high priority to the tax return", ASKS),
        ("add high priority to call Bob", add("Call Bob", priority="high")),
        ("add high priority task to report", add("Report", priority="high")),
        ("füge den Tag privat zum Bericht hinzu", update(4, tags=["privat"])),
        ("füge das Schlagwort privat beim Bericht hinzu", update(4, tags=["privat"])),
        ("füge Tag der offenen Tür zum Kalender hinzu", add("Tag der offenen Tür")),
        ("trage für Dienstag Zahnarztbesuch ein", add("Zahnarztbesuch", due_date="2026-11-24")),
        ("trage für die Party Kuchen ein", add("Für die Party Kuchen")),
        ("erinner mich um 17 Mama anzurufen", add("Mama anrufen", due_date="2026-11-18T17:00")),
        ("erinner mich um 5 Euro zu bitten", add("Um 5 Euro bitten")),
        ("add reminder letter", add("Reminder letter")),
        ("send reminder letter to tenants friday", add("Send reminder letter to tenants", due_date="2026-11-20")),
        ("set reminder 3pm call Bob", add("Call Bob", due_date="2026-11-18T15:00")),
        ("Notiz an Lehrer schreiben", add("Notiz an Lehrer schreiben")),
        ("call Bob tomorrow evening 7", add("Call Bob", due_date="2026-11-19T19:00")),
        ("call Bob tomorrow evening 7 times", add("Call Bob tomorrow evening 7 times")),
        ("set a reminder for dinner saturday 6pm", add("Dinner", due_date="2026-11-21T18:00")),
        ("remind me in 5 to call Bob", add("Call Bob", due_date="2026-11-18T11:05")),
        ("remind me in 2", ASKS),
    ],
)
async def test_a_plain_request_leaves_no_word_of_it_in_a_title(sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation_with(THERE), sentence, outcome)


NAMESAKES: list[tuple[str, Field]] = [
    ("Notes from meeting", {}),
    ("Meeting", {"due": "2026-11-18T15:00"}),
    ("Notiz vom Arzt", {}),
    ("Arzt", {}),
    ("Report", {"tags": ["work"], "description": "Ask Bob"}),
    ("Dentist", {}),
    ("Dentist bill", {}),
    ("Bake the cake", {}),
    ("Team lunch", {}),
    ("Sport", {}),
]
"""Tasks whose titles have words of a command, or of a new task."""


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("delete notes from meeting", delete(1)),
        ("delete the notes from the meeting", delete(1)),
        ("lösche die Notiz vom Arzt", delete(3)),
        ("Notiz vom Arzt löschen", delete(3)),
        ("remove due date from meeting", update(2, clear=["due_date"])),
        ("remove note from report", update(5, clear=["description"])),
        ("remove note from 1", update(1, clear=["description"])),
        ("remove note from Bob", ASKS),
        ("remove the due date from work", ASKS),
        ("lösche die Beschreibung von work", ASKS),
    ],
)
async def test_a_field_is_cleared_of_a_task_with_this_title_alone(sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation_with(NAMESAKES), sentence, outcome)


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("add a note to the meeting tomorrow", add("A note to the meeting", due_date="2026-11-19")),
        ("add a note to the meeting every friday", add("A note to the meeting", recurrence="FREQ=WEEKLY;BYDAY=FR")),
        ("add note to dentist bill ask for a copy", ASKS),
        ("add note to dentist bring the card", ASKS),
        ("add note to do sport first", add("Note to do sport first")),
        ("add note to report ask Tim", ASKS),
        ("add a note for lunch that it is late", ASKS),
        ("put a meeting on friday", offers("Put a meeting", due_date="2026-11-20")),
        ("put another meeting on friday", offers("Put another meeting", due_date="2026-11-20")),
        ("put the meeting on friday", update(2, due_date="friday")),
        ("put sport on mondays", update(10, recurrence="FREQ=WEEKLY;BYDAY=MO")),
        ("put sport on every friday", update(10, recurrence="FREQ=WEEKLY;BYDAY=FR")),
        ("make another lunch weekly", add("Make another lunch", recurrence="FREQ=WEEKLY")),
        ("set a reminder for a cake", add("A cake")),
        ("set a reminder for the cake", update(8)),
        ("stell eine Erinnerung für einen Arzt", add("Einen Arzt")),
    ],
)
async def test_what_is_said_of_a_new_task_changes_none(sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation_with(NAMESAKES), sentence, outcome)


@pytest.mark.parametrize(
    ("sentence", "new", "call"),
    [
        ("make lunch every day", {"title": "Make lunch", "recurrence": "FREQ=DAILY"},
         {"task_id": 9, "recurrence": "FREQ=DAILY"}),
        ("add note to report ask Tim", {"title": "Note to report ask Tim"}, {"task_id": 5, "description": "ask Tim"}),
        ("put lunch on friday", {"title": "Put lunch", "due_date": "2026-11-20"}, {"task_id": 9, "due_date": "friday"}),
    ],
)  # fmt: skip
async def test_where_a_task_may_be_meant_the_new_one_is_the_other_choice(
    sentence: str, new: Field, call: Field
) -> None:
    conversation = conversation_with(NAMESAKES)
    assert "or a new one?" in await conversation.say(sentence)
    assert conversation.calls == []
    [command], clock = read_message(sentence, UserClock(BERLIN, WEDNESDAY)), UserClock(BERLIN, WEDNESDAY)
    question = or_new(Question("", [{"number": 9, "title": "Team lunch"}]), command, clock)
    assert question.calls == [PlannedCall("create_task", new)]
    assert question.numbers == [9]
    await conversation.say("yes")
    assert conversation.calls == [("update_task", call)]


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("change dentist to 3", update(2, due_date="at 3")),
        ("change 2 to 4", update(2, due_date="at 4")),
        ("change the dentist to 11 instead", update(2, due_date="at 11")),
        ("ändere Sport auf 8", update(6, due_date="at 8")),
        ("ändere Zahnarzt auf 11", update(5, due_date="at 11")),
        ("change dentist to 30", OUTSIDE),
        ("change the report to #2", OUTSIDE),
        ("ändere Sport auf 2027", OUTSIDE),
        ('change dentist to "3"', update(2, title="3")),
        ("change dentist to room 3", update(2, title="Room 3")),
        ("ändere Sport in 2 Runden laufen", update(6, title="2 Runden laufen")),
        ("rename 2 to 4", update(2, title="4")),
    ],
)
async def test_a_number_alone_is_an_hour_and_no_new_title(sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation_with(THERE), sentence, outcome)


TAGGED: list[tuple[str, Field]] = [
    ("Read war and peace", {"tags": ["fun", "home"]}),
    ("Home office", {"tags": ["work", "home"]}),
    ("Milk", {"tags": ["shopping"]}),
    ("Bread", {"tags": ["shopping", "home"]}),
    ("Bread knife", {"tags": []}),
]


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("untag war and peace home", update(1, tags=["fun"])),
        ("untag read war and peace fun and home", update(1, clear=["tags"])),
        ("untag peace fun", ASKS),
        ("untag 1 home", update(1, tags=["fun"])),
        ("untag 1 #home", update(1, tags=["fun"])),
        ("untag bread home", update(4, tags=["shopping"])),
        ("untag war and peace", update(1, clear=["tags"])),
        ("untag home office", update(2, clear=["tags"])),
        ("untag milk and bread", each(update(3, clear=["tags"]), update(4, clear=["tags"]))),
        ("untag milk", update(3, clear=["tags"])),
        ("untag knife sharp", ASKS),
    ],
)
async def test_a_tag_behind_a_title_is_the_only_one_that_is_removed(sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation_with(TAGGED), sentence, outcome)
