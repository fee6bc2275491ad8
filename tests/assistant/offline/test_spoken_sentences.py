"""Sentences as people say them: hours and days in words, questions about the calendar, placeholders, other lists."""

from typing import Any

import pytest

from tests.assistant.offline.task_list import Conversation
from tests.assistant.understanding.lists import ENGLISH, GERMAN, conversation_with
from tests.assistant.understanding.outcomes import ASKS, OUTSIDE, Outcome, add, delete, is_met, proposes, shows, update

TODAY = "2026-11-18"


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("remind me to call mum at five", add("Call mum", due_date=f"{TODAY}T17:00")),
        ("add dinner at six thirty", add("Dinner", due_date=f"{TODAY}T18:30")),
        ("add lunch at five guys", add("Lunch at five guys")),
        ("remind me to water the plants at ten tonight", add("Water the plants", due_date=f"{TODAY}T22:00")),
        ("add swim at 5 tomorrow morning", add("Swim", due_date="2026-11-19T05:00")),
        ("add tea at half past three tomorrow", add("Tea", due_date="2026-11-19T15:30")),
        ("add party on the fifth of march", add("Party", due_date="2027-03-05")),
        ("add call Bob on fifth march of every year",
         add("Call Bob", recurrence="FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5")),
        ("remind me to pay on the first of every month", add("Pay", recurrence="FREQ=MONTHLY;BYMONTHDAY=1")),
        ("add dinner on thursday the 14th", add("Dinner", due_date="2027-01-14")),
        ("what's my upcoming week look like", shows(3, 13)),
        ("am I free at four", shows(14)),
        ("when is my next meeting", shows(14)),
        ("what time does the board meeting start", shows(14)),
        ("my weekly plan", shows(4, 7, 8, 10, 14, 15)),
        ("does my calendar show anything for saturday", shows(15)),
        ("i really want to know my todo list for today", shows(14)),
        ("can you see if milk is on my shopping list", shows(2)),
        ("show me my tasks friday afternoon", shows(8)),
        ("what do i have on 3/5", OUTSIDE),
        ("add bob to my list of contacts", OUTSIDE),
        ("add this song to my playlist", OUTSIDE),
        ("add the following date and time to my calendar", ASKS),
        ("please create an event with only these people", ASKS),
        ("set repeating reminder for every sunday", ASKS),
        ("i need to set a reminder on the fifteenth of march", ASKS),
        ("i need a reminder to alert me to feed the cat", add("Feed the cat")),
        ("help me to remember to feed the cat", add("Feed the cat")),
        ("mark my calendar that i will be meeting steven on march 5", add("Meeting steven", due_date="2027-03-05")),
        ("schedule an event in my calendar for the pool party this saturday",
         add("The pool party", due_date="2026-11-21")),
        ("i don't need apples on my shopping list anymore", delete(5)),
        ("delete the meeting at one o'clock tomorrow", delete(4)),
        ("delete the board meeting at two o'clock today", ASKS),
        ("remove all data from my calendar", Outcome("calls", [("bulk_delete_tasks", {"status": "all"})])),
        ("remind me about my next meeting", update(14)),
        ("on friday please put swimming on my list", add("Swimming", due_date="2026-11-20")),
        ("on friday i need to call Greg about our trip", add("Call Greg about our trip", due_date="2026-11-20")),
        ("send me a reminder to feed the cat tomorrow", add("Feed the cat", due_date="2026-11-19")),
        ("i don't want to forget to feed the cat", add("Feed the cat")),
        ("upcoming events", shows(*range(1, 16))),
        ("empty the contents of my to do list", Outcome("calls", [("bulk_delete_tasks", {"status": "all"})])),
    ],
)  # fmt: skip
async def test_spoken_english_is_understood(sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation_with(ENGLISH), sentence, outcome)


@pytest.mark.parametrize(
    ("sentence", "outcome"),
    [
        ("wann beginnt die nächste Besprechung", shows(9)),
        ("Sag mir, was auf deiner Liste für heute steht.", shows(9)),
        ("Geben Sie mir den Terminplan für morgen.", shows(4)),
        ("bin ich morgen um neun frei", shows(4)),
        ("Erinnern Sie mich im Voraus an meine nächste Besprechung.", update(9)),
        ("Erinnern Sie mich daran, dass ich morgen um 15 Uhr eine Besprechung habe.",
         add("Besprechung", due_date="2026-11-19T15:00")),
        ("Erinnere mich daran, dass ich mich morgen mit Joe treffe.", add("Mit Joe treffen", due_date="2026-11-19")),
        ("Jeden Tag um 12 Uhr eine Erinnerung an meine Yogapraxis einrichten",
         add("Yogapraxis", due_date="2026-11-18T12:00", recurrence="FREQ=DAILY")),
        ("Erinnere mich am fünften März an Oma", add("Oma", due_date="2027-03-05")),
        ("neue Checkliste hinzufügen", ASKS),
        ("Ein neues Ereignis zu meinem Kalender hinzufügen", ASKS),
        ("mich an meine nächste Besprechung erinnern", update(9)),
        ("wann die Besprechung mit John beginnt", shows(4)),
        ("ich habe morgen um 14 Uhr einen Termin beim Arzt", add("Termin beim Arzt", due_date="2026-11-19T14:00")),
        ("Ein neues Ereignis in meinem Kalender erstellen", ASKS),
        ("Öffne meine Einkaufsliste", shows(2, 5, 7)),
        ("alles mit dem Schlagwort einkauf löschen", proposes(2, 5, 7)),
    ],
)  # fmt: skip
async def test_spoken_german_is_understood(sentence: str, outcome: Outcome) -> None:
    assert await is_met(conversation_with(GERMAN), sentence, outcome)


@pytest.mark.parametrize(
    ("tasks", "sentence"),
    [(ENGLISH, "delete everything tagged shopping"), (GERMAN, "alles mit dem Schlagwort einkauf löschen")],
)
async def test_a_command_about_a_tag_looks_up_only_what_it_finds(
    tasks: list[tuple[str, dict[str, Any]]], sentence: str
) -> None:
    conversation: Conversation = conversation_with(tasks)
    await conversation.say(sentence)
    assert [name for name, _ in conversation.list.calls] == ["list_tasks", "bulk_delete_tasks"]


async def test_the_other_one_is_the_task_of_the_list_that_was_not_touched() -> None:
    conversation = Conversation(["Old"])
    await conversation.say("add these tasks: milk, eggs, bread")
    await conversation.say("complete 2 and 3")
    await conversation.say("and the other one too")
    assert conversation.calls == [("complete_task", {"task_id": 4})]
