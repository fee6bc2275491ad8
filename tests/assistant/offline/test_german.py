"""The offline assistant in German: messages, their effects and answers, and the language of answers."""

import re
import string
from typing import Any

import pytest

from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import Language, UserClock
from taskchat_app.assistant.grammar.language_detection import detect_language, reply_language
from taskchat_app.assistant.offline import answer_sentences as sentences
from taskchat_app.assistant.turns.undo_command import parse_undo_command
from taskchat_app.i18n.catalogue import render, translated_template
from tests.assistant.offline.task_list import BERLIN, WEDNESDAY, Conversation
from tests.chatting import Chat

Calls = list[tuple[str, dict[str, Any]]]
TITLES = ["Mama anrufen", "Milch kaufen", "Zahnarzt", "Bericht für Eva", "Bericht für Tom", "Pflanzen gießen"]
OTHERS: tuple[Language, ...] = ("de",)


@pytest.fixture
def conversation() -> Conversation:
    found = Conversation(TITLES)
    found.list.tasks[6] |= {"done": True}
    return found


def create(title: str, **fields: Any) -> Calls:
    return [("create_task", {"title": title, **fields})]


def listed(**filters: Any) -> Calls:
    return [("list_tasks", filters)]


def complete(*numbers: int, **fields: Any) -> Calls:
    return [("complete_task", {"task_id": number, **fields}) for number in numbers]


def update(number: int, **fields: Any) -> Calls:
    return [("update_task", {"task_id": number, **fields})]


def delete(*numbers: int) -> Calls:
    return [("delete_task", {"task_id": number}) for number in numbers]


ALL = "#1 Mama anrufen, #2 Milch kaufen, #3 Zahnarzt, #4 Bericht für Eva, #5 Bericht für Tom, #6 Pflanzen gießen"
FOUND = "- #1 Mama anrufen\n"
TODAY, FRIDAY = "2026-11-18", "2026-11-20"
MONDAYS = "FREQ=WEEKLY;BYDAY=MO"

SENTENCES: list[tuple[str, Calls, str]] = [
    # add
    ("Neue Aufgabe: Brot kaufen morgen", create("Brot kaufen", due_date="2026-11-19"),
     "#7 Brot kaufen hinzugefügt, fällig morgen, Do., 19. Nov."),
    ("füge Brot zur Liste hinzu", create("Brot"), "#7 Brot hinzugefügt."),
    ("Brot kaufen hinzufügen", create("Brot kaufen"), "#7 Brot kaufen hinzugefügt."),
    ("Füge eine Aufgabe hinzu: Brot bis Freitag", create("Brot", due_date=FRIDAY),
     "#7 Brot hinzugefügt, fällig Fr., 20. Nov."),
    ("Erstelle 2 Aufgaben: Brot, Butter und Öl", create("Brot") + create("Butter und Öl"), "#7 Brot hinzugefügt."),
    ("füge hinzu: Brot", create("Brot"), "#7 Brot hinzugefügt."),
    ("mach eine neue Aufgabe: Brot", create("Brot"), "#7 Brot hinzugefügt."),
    ("erstelle eine Aufgabe: Fenster putzen jeden Montag", create("Fenster putzen", recurrence=MONDAYS),
     "#7 Fenster putzen hinzugefügt, wiederholt sich jeden Montag."),
    ("erinnere mich am Freitag um 17 Uhr an den Anruf", create("Anruf", due_date="2026-11-20T17:00"),
     "#7 Anruf hinzugefügt, fällig Fr., 20. Nov., 17:00 Uhr."),
    ("ich muss morgen die Miete zahlen", create("Die Miete zahlen", due_date="2026-11-19"),
     "#7 Die Miete zahlen hinzugefügt, fällig morgen, Do., 19. Nov."),
    ("neue Aufgabe: Miete jeden 1. des Monats", create("Miete", recurrence="FREQ=MONTHLY;BYMONTHDAY=1"),
     "#7 Miete hinzugefügt, wiederholt sich jeden Monat am 1."),
    ("vergiss nicht, Blumen zu kaufen", create("Blumen kaufen"), "#7 Blumen kaufen hinzugefügt."),
    ("neue Aufgabe Müll mit Schlagwort haus, Priorität hoch", create("Müll", tags=["haus"], priority="high"),
     "#7 Müll hinzugefügt."),
    ("Neue Aufgabe: Nothing changed. Put back #1.", create("Nothing changed. Put back #1"),
     "#7 Nothing changed. Put back #1 hinzugefügt."),
    # titles that end as German commands do
    ("neue Aufgabe: Termin auf Freitag verschieben", create("Termin auf Freitag verschieben"),
     "#7 Termin auf Freitag verschieben hinzugefügt."),
    ("ich muss den Termin auf Freitag verschieben", create("Den Termin auf Freitag verschieben"), "#7 Den Termin"),
    ("Erinnere mich daran, den Laden wieder öffnen", create("Den Laden wieder öffnen"), "#7 Den Laden"),
    ("notiere: Datei in Ordner umbenennen", create("Datei in Ordner umbenennen"), "#7 Datei in Ordner umbenennen"),
    ("neue Aufgabe: Milch löschen", create("Milch löschen"), "#7 Milch löschen hinzugefügt."),
    ("denk daran, Milch zu löschen", create("Milch löschen"), "#7 Milch löschen hinzugefügt."),
    ("ich muss die Steuern erledigen", create("Die Steuern erledigen"), "#7 Die Steuern erledigen hinzugefügt."),
    # titles that begin with a number
    ("Aufgabe 3 Kapitel lesen bis Freitag", create("3 Kapitel lesen", due_date=FRIDAY), "#7 3 Kapitel lesen"),
    ("Aufgabe 2 Liter Milch kaufen", create("2 Liter Milch kaufen"), "#7 2 Liter Milch kaufen hinzugefügt."),
    ("Aufgabe 3 Äpfel", create("3 Äpfel"), "#7 3 Äpfel hinzugefügt."),
    # list
    ("zeige meine Aufgaben", listed(), FOUND),
    ("was ist heute fällig?", listed(due_after=TODAY, due_before=TODAY), FOUND),
    ("was muss ich heute machen?", listed(due_after=TODAY, due_before=TODAY), FOUND),
    ("was ist diese Woche fällig?", listed(due_after="2026-11-16", due_before="2026-11-22"), FOUND),
    ("zeige überfällige Aufgaben", listed(status="open", due_before="2026-11-18T11:00"), FOUND),
    ("überfällig", listed(status="open", due_before="2026-11-18T11:00"), FOUND),
    ("zeige ueberfaellige Aufgaben", listed(status="open", due_before="2026-11-18T11:00"), FOUND),
    ("Aufgaben bis Freitag", listed(due_before=FRIDAY), FOUND),
    ("zeige Aufgaben nicht später als Freitag", listed(due_before=FRIDAY), FOUND),
    ("was ist spaetestens Freitag fällig?", listed(due_before=FRIDAY), FOUND),
    ("zeige Aufgaben mit Priorität hoch", listed(priority="high"), FOUND),
    ("wichtige Aufgaben", listed(priority="high"), FOUND),
    ("zeige Aufgaben mit dem Schlagwort haus", listed(tag="haus"), FOUND),
    ("zeige erledigte Aufgaben", listed(status="done"), "- #6 Pflanzen gießen (erledigt)"),
    ("liste alle Aufgaben auf", listed(status="all"), "- #1 Mama anrufen"),
    ("suche Bericht", [("list_tasks", {"search": "Bericht"})], "- #4 Bericht für Eva"),
    # tick and reopen
    ("erledige 3", complete(3), "#3 Zahnarzt erledigt."),
    ("erledigt 3", complete(3), "#3 Zahnarzt erledigt."),
    ("hake 3 und 4 ab", complete(3, 4), "#3 Zahnarzt erledigt. #4 Bericht für Eva erledigt."),
    ("markiere Milch als erledigt", complete(2), "#2 Milch kaufen erledigt."),
    ("ich habe 3 erledigt", complete(3), "#3 Zahnarzt erledigt."),
    ("ich bin mit 3 fertig", complete(3), "#3 Zahnarzt erledigt."),
    ("bin mit 3 fertig", complete(3), "#3 Zahnarzt erledigt."),
    ("erledige alle Aufgaben", [("bulk_complete_tasks", {"all_open": True})], f"{ALL} erledigt."),
    ("öffne 6 wieder", complete(6, completed=False), "#6 Pflanzen gießen wieder geöffnet."),
    ("alle Aufgaben erledigt", [("bulk_complete_tasks", {"all_open": True})], f"{ALL} erledigt."),
    ("6 wieder öffnen", complete(6, completed=False), "#6 Pflanzen gießen wieder geöffnet."),
    ("alle Aufgaben wieder öffnen", [listed(status="done", limit=200)[0], *complete(6, completed=False)],
     "#6 Pflanzen gießen wieder geöffnet."),
    ("öffne alles wieder", [listed(status="done", limit=200)[0], *complete(6, completed=False)],
     "#6 Pflanzen gießen wieder geöffnet."),
    ("6 ist noch nicht erledigt", complete(6, completed=False), "#6 Pflanzen gießen wieder geöffnet."),
    # change
    ("verschiebe 3 auf Freitag", update(3, due_date="Freitag"),
     "#3 Zahnarzt geändert, fällig Fr., 20. Nov."),
    ("Kannst du den Zahnarzt auf Freitag verschieben?", update(3, due_date="Freitag"),
     "#3 Zahnarzt geändert, fällig Fr., 20. Nov."),
    ("3 in Arzttermin umbenennen", update(3, title="Arzttermin"), "#3 Arzttermin geändert."),
    ("stelle 3 auf 16 Uhr", update(3, due_date="16 Uhr"),
     "#3 Zahnarzt geändert, fällig heute, Mi., 18. Nov., 16:00 Uhr."),
    ("schieb 3 auf Freitag", update(3, due_date="Freitag"),
     "#3 Zahnarzt geändert, fällig Fr., 20. Nov."),
    ("Aufgabe 3 bis Freitag", update(3, due_date="Freitag"),
     "#3 Zahnarzt geändert, fällig Fr., 20. Nov."),
    ("Aufgabe 3 am Freitag", update(3, due_date="Freitag"), "#3 Zahnarzt geändert, fällig Fr., 20. Nov."),
    ("Aufgabe 3 morgen", update(3, due_date="morgen"), "#3 Zahnarzt geändert, fällig morgen, Do., 19. Nov."),
    ("3 ist morgen fällig", update(3, due_date="morgen"),
     "#3 Zahnarzt geändert, fällig morgen, Do., 19. Nov."),
    ("setze die Fälligkeit von 3 auf Freitag 9 Uhr", update(3, due_date="2026-11-20T09:00"),
     "#3 Zahnarzt geändert, fällig Fr., 20. Nov., 09:00 Uhr."),
    ("entferne das Datum von 3", update(3, clear=["due_date"]), "#3 Zahnarzt geändert."),
    ("benenne 3 in Arzttermin um", update(3, title="Arzttermin"), "#3 Arzttermin geändert."),
    ("ändere den Titel von 3 in Arzttermin", update(3, title="Arzttermin"), "#3 Arzttermin geändert."),
    ("ändere 3 in Arzttermin", update(3, title="Arzttermin"), "#3 Arzttermin geändert."),
    ("setze die Priorität von 3 auf hoch", update(3, priority="high"), "#3 Zahnarzt geändert."),
    ("mach 3 wichtig", update(3, priority="high"), "#3 Zahnarzt geändert."),
    ("wiederhole 3 jeden Montag", update(3, recurrence=MONDAYS), "#3 Zahnarzt geändert, wiederholt sich jeden Montag."),
    ("wiederhole 3 nicht mehr", update(3, clear=["recurrence"]), "#3 Zahnarzt geändert."),
    ("tagge 3 mit haus", update(3, tags=["haus"]), "#3 Zahnarzt geändert."),
    ("gib 3 das Schlagwort haus", update(3, tags=["haus"]), "#3 Zahnarzt geändert."),
    ("füge 3 das Schlagwort haus hinzu", update(3, tags=["haus"]), "#3 Zahnarzt geändert."),
    ("gib 3 die Schlagwörter haus und arzt", update(3, tags=["haus", "arzt"]), "#3 Zahnarzt geändert."),
    ("entferne das Schlagwort haus von 3", update(3, clear=["tags"]), "#3 Zahnarzt geändert."),
    # delete
    ("lösche 3", delete(3), "#3 Zahnarzt gelöscht."),
    ("lösche die Milch-Aufgabe", delete(2), "#2 Milch kaufen gelöscht."),
    ("entferne 3 von der Liste", delete(3), "#3 Zahnarzt gelöscht."),
    ("Aufgabe Milch löschen", delete(2), "#2 Milch kaufen gelöscht."),
    ("ich möchte 3 löschen", delete(3), "#3 Zahnarzt gelöscht."),
    ("lösche alles, was erledigt ist", [("bulk_delete_tasks", {"status": "done"})],
     "„Bestätigen“ oder ein „Ja“ löscht sie."),
    ("lösche alle erledigten Aufgaben", [("bulk_delete_tasks", {"status": "done"})],
     "„Bestätigen“ oder ein „Ja“ löscht sie."),
    # several, and what is not done
    ("füge Brot hinzu und hake 3 ab", create("Brot") + complete(3), "#7 Brot hinzugefügt.\n\n#3 Zahnarzt erledigt."),
    ("Ist alles erledigt?", [], "„Ist alles erledigt?“ habe ich nicht verstanden"),
    ("alles erledigt?", [], "„alles erledigt?“ habe ich nicht verstanden, also wurde nichts geändert."),
    ("lösche 99", delete(99), "Es gibt keine Aufgabe 99."),
    ("lösche das Einhorn", [], "Ich finde keine Aufgabe, die zu „Einhorn“ passt, also wurde nichts geändert."),
    ("hake Einhorn ab", [], "Ich finde keine offene Aufgabe, die zu „Einhorn“ passt, also wurde nichts geändert."),
    ("lösche die zweite", [], "Ich weiß nicht, welche Aufgabe du meinst, also wurde nichts geändert."),
    ("tagge 99 mit haus", [], "Ich finde keine Aufgabe #99, also wurde nichts geändert."),
    ("hake Bericht ab", [], "Mehrere Aufgaben passen zu „Bericht“. Welche meinst du?"),
    ("verschiebe 3 auf nirgendwann", [], "Das Datum „nirgendwann“ habe ich nicht verstanden"),
    ("wie ist das Wetter?", [], "„wie ist das Wetter?“ habe ich nicht verstanden, also wurde nichts geändert."),
    ("Hallo", [], "Hallo. Was soll ich aufnehmen"),
    ("nein", [], "In Ordnung. Nichts wurde geändert."),
    ("Nein, danke!", [], "In Ordnung. Nichts wurde geändert."),
    ("alles offen?", [], "„alles offen?“ habe ich nicht verstanden, also wurde nichts geändert."),
    ("vielen Dank", [], "Gern geschehen."),
    ("hilfe", [], "Ich führe deine Aufgabenliste."),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "calls", "answer"), SENTENCES)
async def test_a_german_sentence_has_its_effect_and_a_german_answer(
    conversation: Conversation, sentence: str, calls: Calls, answer: str
) -> None:
    conversation.list.tasks[3]["tags"] = ["haus"] if "entferne das Schlagwort" in sentence else []
    told = await conversation.say(sentence)
    looked_up = [call for call in conversation.list.calls if call not in calls and call[0] == "list_tasks"]
    assert [call for call in conversation.list.calls if call not in looked_up] == calls
    assert all("search" in given or "limit" in given for _, given in looked_up)
    assert told.startswith(answer)


class TestWhichLanguage:
    @pytest.mark.parametrize(
        ("before", "message", "answer"),
        [
            ("", "3", "Say what to do with it"),
            ("hallo", "3", "Sag, was damit geschehen soll"),
            ("hello", "3", "Say what to do with it"),
            ("zeige meine Aufgaben", "yes please", "I have no open question"),
            ("hake Bericht ab", "#4", "#4 Bericht für Eva erledigt."),
            ("tick off Bericht", "#4", "Completed #4 Bericht für Eva."),
            ("hello", "hake 3 ab", "#3 Zahnarzt erledigt."),
            ("hallo", "tick off 3", "Completed #3 Zahnarzt."),
            ("hallo", "add Müll rausbringen", "Added #7 Müll rausbringen."),
            ("", "Termin erstellen", "Wie heißt die Aufgabe?"),
        ],
    )
    async def test_the_language_is_that_of_the_message_or_the_previous_one(
        self, conversation: Conversation, before: str, message: str, answer: str
    ) -> None:
        if before:
            await conversation.say(before)
        assert (await conversation.say(message)).startswith(answer)

    async def test_the_language_is_the_setting_if_no_message_shows_it(self) -> None:
        german = Conversation(TITLES, language="de")
        assert (await german.say("3")).startswith("Sag, was damit geschehen soll")
        assert (await german.say("tick off 3")) == "Completed #3 Zahnarzt."
        assert (await german.say("3")).startswith("Say what to do with it")

    @pytest.mark.parametrize(
        ("message", "language"),
        [
            ("ja", "de"),
            ("yes", "en"),
            ("ok", None),
            ("3", None),
            ("?", None),
            ("rückgängig", "de"),
            ("undo", "en"),
            ("nimm das zurück", "de"),
            ("Freitag", "de"),
            ("friday", "en"),
            ("am letzten Tag jedes Monats Laptop sichern", "de"),
            ("“der die das”", None),
        ],
    )
    def test_detect_language_of_a_message(self, message: str, language: str | None) -> None:
        assert detect_language(message) == language
        assert reply_language([message], "de") == (language or "de")


class TestWords:
    @pytest.mark.parametrize("language", OTHERS)
    def test_a_translation_has_the_same_sentences_with_the_same_placeholders(self, language: Language) -> None:
        assert _placeholders(language) == _placeholders("en")

    def test_the_german_help_is_understood(self) -> None:
        lines = re.findall(r"^- (.+)$", render(sentences.HELP, "de"), re.MULTILINE)
        examples = [lines[0], *(example for line in lines[1:] for example in line.split(", "))]
        clock = UserClock(BERLIN, WEDNESDAY)
        kinds = {example: {command.kind for command in read_message(example, clock)} for example in examples}
        assert [
            example for example, told in kinds.items() if "unknown" in told and not parse_undo_command(example)
        ] == []


def _placeholders(language: str) -> dict[str, set[str]]:
    """Return each sentence with its placeholders in the language."""
    found: dict[str, set[str]] = {}
    for name, value in vars(sentences).items():
        for message in (value.values() if isinstance(value, dict) else [value]) if name.isupper() else ():
            template = translated_template(message, language) if language != "en" else message.id
            found[f"{name}.{message.id}"] = {field for _, field, _, _ in string.Formatter().parse(template) if field}
    return found


@pytest.mark.usefixtures("offline")
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
    assert proposal.text == "„Bestätigen“ oder ein „Ja“ löscht sie."
    assert proposal.cards[0]["widget"]["status"]["text"] == "Delete 2 tasks?"
    assert (await chat.send("ok", there)).text == "#1, #2 gelöscht."
    assert await chat.titles("open") == {}


@pytest.mark.usefixtures("offline")
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
    ("describe 1 as by bank transfer", "Changed #1 Pay rent, with a description."),
    ("lösche die Wiederholung von 1", "An #1 Pay rent war nichts zu ändern."),
    ("move 1 to 27 November 2099", "Changed #1 Pay rent, due Fri 27 Nov 2099."),
    ("repeat 1 every friday", "Changed #1 Pay rent, due Fri 27 Nov 2099, repeats every Friday."),
    (
        "beende die Wiederholung von 1",
        "#1 Pay rent geändert, fällig Fr., 27. Nov. 2099, wiederholt sich nicht mehr.",
    ),
    ("entferne das Datum von 1", "#1 Pay rent geändert, ohne Fälligkeit."),
    ("rename 1 to Pay the rent", "Changed #1 Pay the rent."),
]


@pytest.mark.usefixtures("offline")
async def test_an_answer_says_what_a_task_was_given_and_what_it_lost(chat: Chat) -> None:
    thread_id = None
    for said, told in CHANGES:
        answer = await chat.send(said, thread_id)
        thread_id = answer.thread_id
        assert answer.text == told


@pytest.mark.usefixtures("offline")
async def test_what_is_overdue_can_be_moved_at_once_and_nothing_else(chat: Chat) -> None:
    answer = await chat.send("add pay rent on 1 May 2020")
    await chat.send("add milk", answer.thread_id)
    moved = await chat.send("move all overdue tasks to 27 November 2099", answer.thread_id)
    assert moved.text == "Changed #1 Pay rent, due Fri 27 Nov 2099."
    again = await chat.send("verschiebe alle überfälligen Aufgaben auf morgen", answer.thread_id)
    assert again.text == "Nichts ist überfällig, also wurde nichts geändert."


@pytest.mark.parametrize("pronoun", ["ihn", "es", "diesen"])
async def test_a_pronoun_of_any_gender_means_the_task_of_the_last_answer(
    conversation: Conversation, pronoun: str
) -> None:
    await conversation.say("verschiebe den Zahnarzt auf Donnerstag")
    conversation.list.calls.clear()
    await conversation.say(f"setze {pronoun} auf 16 Uhr")
    assert conversation.list.calls == [("update_task", {"task_id": 3, "due_date": "16 Uhr"})]
