"""Sentences in other words than the rules', things that are reported as done, and what is said of new tasks."""

import pytest

from tests.assistant.offline.task_list import Conversation
from tests.assistant.understanding.lists import ENGLISH, GERMAN, Field, conversation_with
from tests.assistant.understanding.outcomes import (
    ASKS,
    OUTSIDE,
    PROPOSES_ALL,
    Outcome,
    add,
    delete,
    done,
    each,
    is_met,
    offers,
    proposes,
    shows,
    update,
)


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
