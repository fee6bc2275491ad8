"""The offline assistant in conversations over the API: several messages in a row, with the real tools."""

import pytest

from tests.chatting import Chat

pytestmark = pytest.mark.usefixtures("offline")


async def test_a_conversation_in_german_from_adding_to_taking_back(chat: Chat) -> None:
    added = await chat.send("Neue Aufgabe: Bericht schreiben am 27. November 2099 um 9 Uhr mit Erinnerung")
    assert added.text == (
        "#1 Bericht schreiben hinzugefügt, fällig Fr., 27. Nov. 2099, 09:00 Uhr. Dann meldet sie sich."
    )
    assert added.tasks[0]["title"] == "Added #1 Bericht schreiben"
    there = added.thread_id
    reminded = await chat.send("erinnere mich eine Stunde vor 1", there)
    assert "Sie meldet sich Fr., 27. Nov. 2099, 08:00 Uhr (1 Stunde vorher)." in reminded.text
    assert (await chat.send("zeige meine Aufgaben", there)).text == (
        "- #1 Bericht schreiben (fällig Fr., 27. Nov. 2099, 09:00 Uhr)"
    )
    await chat.send("Neue Aufgabe: Milch", there)
    assert (await chat.send("erledige alle Aufgaben", there)).text == "#1 Bericht schreiben, #2 Milch erledigt."
    assert (await chat.send("rückgängig", there)).text == "#1, #2 wiederhergestellt."
    proposal = await chat.send("lösche alle Aufgaben", there)
    assert proposal.text == "Der Knopf der Karte oder ein „Ja“ löscht sie."
    assert proposal.cards[0]["widget"]["status"]["text"] == "Delete 2 tasks?"
    assert (await chat.send("ok", there)).text == "#1, #2 gelöscht."
    assert await chat.titles("open") == {}


async def test_english_commands_get_the_answers_that_they_always_got(chat: Chat) -> None:
    added = await chat.send("add write the report on 27 November 2099 at 9:00")
    assert added.text.startswith("Added #1 Write the report, due Fri 27 Nov 2099, 09:00.")
    await chat.send("add milk every monday", added.thread_id)
    done = await chat.send("complete all my tasks", added.thread_id)
    assert done.text.startswith("Completed #1 Write the report, #2 Milk. The next one is #3, due ")
    assert (await chat.send("undo", added.thread_id)).text == "Took back #3. Put back #1, #2."


CHANGES = [
    ("add pay rent !high #home", "Added #1 Pay rent, high priority, tagged #home."),
    ("setze die Priorität von 1 auf niedrig", "#1 Pay rent geändert, Priorität niedrig."),
    ("set the priority of 1 to medium", "Changed #1 Pay rent, medium priority."),
    ("tagge 1 mit geld", "#1 Pay rent geändert, Schlagwörter #home #geld."),
    ("remove all tags from 1", "Changed #1 Pay rent, no tags."),
    ("add a note to 1: by bank transfer", "Changed #1 Pay rent, with a description."),
    ("lösche die Wiederholung von 1", "Nichts zu ändern: #1 Pay rent."),
    ("move 1 to 27 November 2099", "Changed #1 Pay rent, due Fri 27 Nov 2099."),
    ("repeat 1 every friday", "Changed #1 Pay rent, due Fri 27 Nov 2099, repeats every Friday."),
    ("beende die Wiederholung von 1", "#1 Pay rent geändert, fällig Fr., 27. Nov. 2099, wiederholt sich nicht mehr."),
    ("entferne das Datum von 1", "#1 Pay rent geändert, ohne Fälligkeit."),
    ("rename 1 to Pay the rent", "Changed #1 Pay the rent."),
]


async def test_an_answer_says_what_a_task_was_given_and_what_it_lost(chat: Chat) -> None:
    thread_id = None
    for said, told in CHANGES:
        answer = await chat.send(said, thread_id)
        thread_id = answer.thread_id
        assert answer.text == told


async def test_what_is_overdue_can_be_moved_at_once_and_nothing_else(chat: Chat) -> None:
    answer = await chat.send("add pay rent on 1 May 2020")
    await chat.send("add milk", answer.thread_id)
    moved = await chat.send("move all overdue tasks to 27 November 2099", answer.thread_id)
    assert moved.text == "Changed #1 Pay rent, due Fri 27 Nov 2099."
    again = await chat.send("verschiebe alle überfälligen Aufgaben auf morgen", answer.thread_id)
    assert again.text == "Nichts ist überfällig, also wurde nichts geändert."


async def test_a_yes_to_an_offered_task_is_answered_in_the_language_of_the_conversation(chat: Chat) -> None:
    for yes, what in (("ja", "Bericht"), ("yes", "Antrag"), ("ok", "Vertrag")):
        offered = await chat.send(f"erledige den {what} bis zum 27. November 2099")
        assert "nimmt es als Aufgabe auf" in offered.text
        assert f"Erledige den {what} hinzugefügt" in (await chat.send(yes, offered.thread_id)).text
