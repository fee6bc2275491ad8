"""Sentences in other words than the rules', things that are reported as done, and several things at once."""

import pytest

from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.offline.call_rounds import PlannedCall, Question
from taskchat_app.assistant.offline.task_questions import or_new
from taskchat_app.assistant.tools.deletion_consent import targets_to_delete
from tests.assistant.offline.task_list import BERLIN, WEDNESDAY, Conversation
from tests.assistant.understanding.lists import ENGLISH, GERMAN, Field, conversation_with
from tests.assistant.understanding.outcomes import (
    ASKS,
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


def each(*outcomes: Outcome) -> Outcome:
    return Outcome("calls", [call for outcome in outcomes for call in outcome.calls])


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("on my to do list, i need cleaning added", add("Cleaning")),
        ("set a remainder to pick up jo", add("Pick up jo")),
        ("set a reminder that i have to visit my father tomorrow",
         add("Visit my father", due_date="2026-11-19")),
        ("set meeting with jack on ten march", add("Meeting with jack", due_date="2027-03-10")),
        ("make sure there is no events on my calendar", PROPOSES_ALL),
        ("wipe calendar clean", PROPOSES_ALL),
        ("i want to take the standup off my calendar", delete(8)),
        ("take everything off the shopping list", proposes(2, 5, 6)),
        ("check everything off my shopping list",
         Outcome("calls", [("bulk_complete_tasks", {"task_ids": [2, 5, 6]})])),
        ("tell me what is showing on my calendar for tomorrow", shows(4, 7)),
        ("are there any upcoming events on my calendar", shows(*range(1, 16))),
        ("plan for tomorrow", shows(4, 7)),
        ("got the milk", done(2)),
        ("i already called mum", done(1)),
        ("standup is over", done(8)),
        ("i paid the water bill", done(10)),
        ("i called the board", ASKS),
        ("i bought the bread bin", ASKS),
        ("is the bread bought?", shows(6)),
        ("any meetings tomorrow?", shows(4)),
        ("make the board meeting 4pm instead", update(14, due_date="4pm")),
        ("has the water bill been paid?", shows(10)),
        ("make sure my to do list is completely clear please", PROPOSES_ALL),
        ("set reminder for tomorrow for this item", ASKS),
        ("take out the milk from the shopping list", delete(2)),
        ("apples: done", done(5)),
        ("i need to know if milk is on my shopping list", shows(2)),
        ("i already got bread and milk", each(done(6), done(2))),
        ("show only shopping", shows(2, 5, 6)),
        ("set an event for friday", ASKS),
        ("what's planned in december", shows(9)),
        ("add plant tulips in march", add("Plant tulips in march")),
        ("remove item three", delete(3)),
        ("get rid of my to do list", PROPOSES_ALL),
        ("get rid of everything on my calendar for tomorrow", proposes(4, 7)),
        ("remove all my meetings for the rest of the week", proposes(4, 14)),
        ("i want to know my reminders", shows(*range(1, 16))),
        ("set a reminder for later", ASKS),
        ("i would like to have the 5k added to my calendar", add("The 5k")),
        ("add this to a list", ASKS),
        ("add to calendar and repeat", ASKS),
        ("write down appointment for tomorrow on my calendar", ASKS),
        ("do i still need to call mum?", shows(1)),
        ("bump the dentist to friday", update(3, due_date="friday")),
        ("put the bins out on friday", offers("Put the bins out", due_date="2026-11-20")),
        ("transfer money to savings by friday", offers("Transfer money to savings", due_date="2026-11-20")),
        ("fix the class schedule", add("Fix the class schedule")),
        ("remove the birthday event", ASKS),
        ("push the board meeting back an hour", update(14, due_date="2026-11-18T16:00")),
        ("postpone the doctors appointment by a week", update(13, due_date="2026-12-01")),
        ("move the dentist two days earlier", update(3, due_date="2026-11-21T10:00")),
        ("put eggs, butter and flour on the shopping list",
         each(*(add(title, tags=["shopping"]) for title in ("Eggs", "Butter", "Flour")))),
        ("add mac and cheese to my shopping list", add("Mac and cheese", tags=["shopping"])),
        ("add call mum and dad to my list", add("Call mum and dad")),
        ("add dinner at seven with Ann", add("Dinner with Ann", due_date="2026-11-18T19:00")),
        ("add practice on feb four", add("Practice", due_date="2027-02-04")),
        ("add the gala on july four two thousand twenty eight", add("The gala", due_date="2028-07-04")),
        ("add read march three chapters", add("Read march three chapters")),
        ("i already deleted the milk", OUTSIDE),
        ("i added milk", OUTSIDE),
        ("i did not wash the car", OUTSIDE),
        ("i did not do the car wash", ASKS),
        ("i did the car wash", done(12)),
        ("tell me about the bathroom", shows(11)),
        ("tell me about task 3", shows(3)),
        ("tell me to call Ann tomorrow", add("Call Ann", due_date="2026-11-19")),
        ("remind me what I have to do tomorrow", shows(4, 7)),
        ("remind me which tasks are due tomorrow", shows(4, 7)),
        ("remind me what to buy", OUTSIDE),
        ("clean up done tasks", Outcome("calls", [("bulk_delete_tasks", {"status": "done"})])),
        ("clean up the garage", add("Clean up the garage")),
    ],
)  # fmt: skip
async def test_english_in_other_words_is_understood(sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation_with(ENGLISH), sentence, outcome)


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("Zerstöre alle Ereignisse.", PROPOSES_ALL),
        ("die Liste der zu erledigenden Dinge entfernen", PROPOSES_ALL),
        ("räume die Küche auf", add("Räume die Küche auf")),
        ("Bitte teilen Sie mir die ausstehenden Erinnerungen mit.", shows(*range(1, 11))),
        ("was ist morgen los?", shows(4)),
        ("die Bananen hab ich", done(5)),
        ("Stromrechnung ist bezahlt", done(8)),
        ("ich habe Mama angerufen", done(1)),
        ("ist die Milch gekauft?", shows(2)),
        ("die Party ist abgesagt", delete(10)),
        ("die Party ist verschoben", OUTSIDE),
        ("morgen muss ich das Paket abholen", add("Das Paket abholen", due_date="2026-11-19")),
        ("was passiert morgen?", shows(4)),
        ("Bitte fügen Sie der Lebensmittelliste Milch hinzu", add("Milch", tags=["lebensmittel"])),
        ("Anruf bei Gebert", offers("Anruf bei Gebert")),
        ("Welche Ereignisse sind in meinem Kalender im März aufgeführt?", shows(6)),
        ("trag Friseur am Montag um 10 ein", add("Friseur", due_date="2026-11-23T10:00")),
        ("Benachrichtigung über das Treffen am Mittwoch", add("Treffen", due_date="2026-11-25")),
        ("dieses Ereignis in meinen Kalender schreiben", ASKS),
        ("verschiebe den Zahnarzttermin um eine Woche", update(3, due_date="2026-11-27T09:00")),
        ("ich habe am Freitag um 15 Uhr einen Friseurtermin", add("Friseurtermin", due_date="2026-11-20T15:00")),
        ("ich habe die Milch gelöscht", OUTSIDE),
        ("ich habe die Milch hinzugefügt", OUTSIDE),
        ("ich habe mit der Milch angefangen", OUTSIDE),
        ('füge der Milch die Notiz "zwei Liter" hinzu', update(2, description="zwei Liter")),
        ("füge zu 2 eine Notiz: zwei Liter hinzu", update(2, description="zwei Liter")),
        ("füge eine Notiz für Anna hinzu", add("Eine Notiz für Anna")),
        ("nicht vergessen: Müll rausbringen", add("Müll rausbringen")),
        ("vergiss die Milch nicht", add("Die Milch")),
        ("vergiss bitte den Einkauf morgen nicht!", add("Den Einkauf", due_date="2026-11-19")),
        ("vergessen Sie die Milch nicht wieder", add("Die Milch")),
        ("vergiss die Milch", delete(2)),
        ("vergiss mich nicht", offers("Vergiss mich nicht")),
        ("lösch die Milch und die Eier", each(delete(2), delete(7))),
        ("setz Brot und Butter auf die Einkaufsliste", each(add("Brot", tags=["einkauf"]),
                                                           add("Butter", tags=["einkauf"]))),
    ],
)  # fmt: skip
async def test_german_in_other_words_is_understood(sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation_with(GERMAN), sentence, outcome)


@pytest.mark.parametrize(
    ("tasks", "sentence"),
    [
        (ENGLISH, "i removed the milk"),
        (ENGLISH, "i renamed 2 to cream"),
        (ENGLISH, "the milk was deleted"),
        (ENGLISH, "i did not do the car wash"),
        (GERMAN, "ich habe die Milch entfernt"),
        (GERMAN, "ich habe die Stromrechnung angefangen"),
    ],
)
async def test_saying_that_a_task_was_removed_or_renamed_never_completes_it(
    tasks: list[tuple[str, Field]], sentence: str
) -> None:
    conversation = conversation_with(tasks)
    await conversation.say(sentence)
    await conversation.say("ja" if tasks is GERMAN else "yes")
    assert "complete_task" not in [name for name, _ in conversation.calls]


ONE_NOUN: list[tuple[str, Field]] = [
    ("Lunch", {}),
    ("Monday report", {}),
    ("Sport", {}),
    ("Zahnarzt", {}),
    ("Bericht", {}),
    ("Confirm dinner", {}),
    ("Müll", {}),
]


@pytest.mark.parametrize(
    "sentence",
    [
        "i skipped lunch", "i postponed lunch", "lunch is postponed", "lunch is planned", "lunch was confirmed",
        "the monday report is required", "the monday report was rejected", "i ignored the monday report",
        "monday report was damaged", "lunch and the monday report are expected",
        "sport ausgefallen", "sport war ausgefallen", "sport verpasst", "ich habe den zahnarzt verpasst",
        "zahnarzt versäumt", "sport vertagt", "sport ist vertagt", "sport geplant", "sport abgebrochen",
        "bericht verschimmelt", "bericht gesucht", "der bericht wurde abgelehnt", "ich habe sport geschwänzt",
    ],
)  # fmt: skip
async def test_only_a_verb_of_a_task_or_of_its_title_completes_it(sentence: str) -> None:
    conversation = conversation_with(ONE_NOUN)
    await conversation.say(sentence)
    assert "complete_task" not in [name for name, _ in conversation.calls]


@pytest.mark.parametrize(
    ("sentence", "number"),
    [
        ("i cooked lunch", 1), ("lunch is over", 1), ("i attended the lunch", 1), ("monday report was mailed", 2),
        ("i confirmed dinner", 6), ("sport getrieben", 3), ("zahnarzt besucht", 4), ("zahnarzt ist vorbei", 4),
        ("bericht fertig gemacht", 5), ("ich habe den bericht abgeschickt", 5), ("müll rausgebracht", 7),
    ],
)  # fmt: skip
async def test_a_verb_of_a_task_or_of_its_title_completes_it(sentence: str, number: int) -> None:
    assert await is_met(conversation_with(ONE_NOUN), sentence, done(number))


@pytest.mark.parametrize(
    "statement", ["It's done", "it’s finished now", "that's done", "it is done", "er ist erledigt"]
)
async def test_its_done_completes_the_task_of_the_last_answer(statement: str) -> None:
    conversation = conversation_with(ENGLISH)
    await conversation.say("mark 3 as urgent")
    await conversation.say(statement)
    assert conversation.calls == [("complete_task", {"task_id": 3})]


async def test_the_assistant_tells_about_itself_by_its_help() -> None:
    conversation = conversation_with(ENGLISH)
    assert await conversation.say("tell me about yourself") == await conversation.say("help")
    assert conversation.calls == []


async def test_a_yes_does_what_a_question_about_one_task_asked() -> None:
    conversation = conversation_with(ENGLISH)
    assert "mopping the floor" in await conversation.say("cross off mopping the floor")
    await conversation.say("yes")
    assert conversation.calls == [("complete_task", {"task_id": 11})]


async def test_many_tasks_of_one_message_are_told_in_one_sentence() -> None:
    conversation = Conversation(["Milk"])
    titles = "\n".join(f"- task {count}" for count in range(100))
    assert await conversation.say(f"add these tasks:\n{titles}") == "Added 100 tasks: #2 to #101."


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


MEALS: list[tuple[str, Field]] = [
    ("Dinner", {"due": "2026-11-20T19:00"}),
    ("Lunch", {"due": "2026-11-18T12:00"}),
    ("Bread", {"tags": ["shopping"]}),
    ("Brot", {}),
    ("Essen", {}),
    ("Gym", {"due": "2026-11-19T18:00", "recurrence": "FREQ=WEEKLY;BYDAY=TH"}),
]


@pytest.mark.parametrize(
    ("sentence", "number"),
    [
        ("make dinner every friday", 1), ("make lunch daily", 2), ("make lunch every weekday at 12", 2),
        ("make bread every sunday", 3), ("make my lunch daily", 2), ("make gym every tuesday", 6),
        ("mach essen jeden tag", 5), ("mach brot jeden sonntag", 4), ("mache das Essen täglich", 5),
    ],
)  # fmt: skip
async def test_what_one_makes_again_and_again_becomes_a_series_by_choice_only(sentence: str, number: int) -> None:
    conversation = conversation_with(MEALS)
    assert "mach" in sentence or "or a new one?" in await conversation.say(sentence)
    assert conversation.calls == []
    await conversation.say(sentence)
    await conversation.say("yes")
    [(tool, given)] = conversation.calls
    assert (tool, given["task_id"]) == ("update_task", number)


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("make the gym weekly", "FREQ=WEEKLY"),
        ("make gym weekly", "FREQ=WEEKLY"),
        ("make the gym every tuesday", "FREQ=WEEKLY;BYDAY=TU"),
        ('make "Gym" every tuesday', "FREQ=WEEKLY;BYDAY=TU"),
    ],
)
async def test_what_is_no_food_becomes_a_series_at_once(sentence: str, rule: str) -> None:
    assert await is_met(conversation_with(MEALS), sentence, update(6, recurrence=rule))


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


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("set gym 7pm", update(6, due_date="7pm")),
        ("change gym 7pm", update(6, due_date="7pm")),
        ("put dinner at 5", update(1, due_date="at 5")),
        ("push the dinner at 5pm", update(1, due_date="at 5pm")),
        ("put lunch friday 3pm", update(2, due_date="2026-11-20T15:00")),
        ("setze essen morgen 19 Uhr", update(5, due_date="2026-11-19T19:00")),
        ("ändere Essen um 19 Uhr", update(5, due_date="um 19 Uhr")),
        ("skip gym thursday 6pm", OUTSIDE),
        ("missed the dinner friday 7pm", OUTSIDE),
        ("done gym at 6pm", OUTSIDE),
        ("stop gym every thursday", OUTSIDE),
        ("verpasst zahnarzttermin montag 10 uhr", OUTSIDE),
        ("set alarm 7am", offers("Set alarm", due_date="2026-11-19T07:00")),
        ("change yoga 7pm", offers("Change yoga", due_date="2026-11-18T19:00")),
        ("put yoga at 5", add("Put yoga", due_date="2026-11-18T17:00")),
        ("new dentist monday 10am", add("New dentist", due_date="2026-11-23T10:00")),
        ("start yoga every tuesday", add("Start yoga", recurrence="FREQ=WEEKLY;BYDAY=TU")),
        ("put the kids on the bus at 8", offers("Put the kids on the bus", due_date="2026-11-19T08:00")),
        ("put dinner in the oven at 6pm", offers("Put dinner in the oven", due_date="2026-11-18T18:00")),
        ("keep fit class monday 6pm", add("Keep fit class", due_date="2026-11-23T18:00")),
    ],
)
async def test_what_is_told_of_an_event_is_no_new_task(sentence: str, outcome: Outcome) -> None:
    conversation = conversation_with(MEALS)
    if outcome.kind == "offers":
        assert "A click below, or “yes”, adds it as a task." in await conversation.say(sentence)
        await conversation.say("yes")
        assert conversation.calls == [("create_task", outcome.given)]
    elif outcome is OUTSIDE:
        await conversation.say(sentence)
        assert conversation.calls == []
    else:
        assert await is_met(conversation, sentence, outcome)
