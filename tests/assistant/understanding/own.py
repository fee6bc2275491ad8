"""Sentences in free words, written by us (source: own) as people type to a to-do list, each for a kind that was missed.

They are not counted (see measure.py), since the rules were made for them.
"""

from tests.assistant.understanding.lists import ENGLISH, GERMAN
from tests.assistant.understanding.outcomes import (
    ASKS,
    Outcome,
    Row,
    add,
    counts,
    delete,
    done,
    proposes,
    shows,
    update,
)

COMPLETES = Outcome("calls", [("bulk_complete_tasks", {"task_ids": [4, 7]})])
_ENGLISH: list[Row] = [
    ("gotta call the plumber before friday", add("Call the plumber", due_date="2026-11-19")),
    ("I should really water the plants tonight", add("Water the plants", due_date="2026-11-18")),
    ("can u add a task to back up my laptop pls", add("Back up my laptop")),
    ("need to book a hotel for 12 to 15 december", add("Book a hotel", due_date="2026-12-12")),
    ("add stretching every weeknight at 9",
     add("Stretching", due_date="2026-11-18T21:00", recurrence="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")),
    ("schedule a haircut for saturday between 12 and 4", add("Haircut", due_date="2026-11-21T12:00")),
    ("the car wash can wait until saturday", update(12, due_date="saturday")),
    ("add a due date of friday to the car wash", update(12, due_date="friday")),
    ("set pay the water bill to repeat monthly on the 1st", update(10, recurrence="FREQ=MONTHLY;BYMONTHDAY=1")),
    ("lower the priority of the car wash", update(12, priority="low")),
    ("forget about the car wash", delete(12)),
    ("which tasks have no date", shows(1, 2, 5, 6, 11, 12)),
    ("delete all tasks without a date", proposes(1, 2, 5, 6, 11, 12)),
    ("how many tasks have the word appointment in them", counts(2)),
    ("what are my most important tasks", shows()),
    ("list shopping stuff", shows(2, 5, 6)),
    ("did i forget anything", shows(10)),
    ("i must not forget to feed the cat", add("Feed the cat")),
    ("how many shopping tasks do i have", counts(3)),
    ("the water bill is paid, and i also called mum",
     Outcome("calls", [("complete_task", {"task_id": 10}), ("complete_task", {"task_id": 1})])),
    ("what's my day looking like on friday", shows(8)),
    ("find calling mum", shows(1)),
    ("complete everything from tomorrow", COMPLETES),
]  # fmt: skip
_GERMAN: list[Row] = [
    ("ich muss morgen noch zur Bank", add("Zur Bank", due_date="2026-11-19")),
    ("trag mal Geburtstag von Opa am 3. Dezember ein", add("Geburtstag von Opa", due_date="2026-12-03")),
    ("vergiss nicht dass ich am Montag die Steuer abgeben muss", add("Die Steuer abgeben", due_date="2026-11-23")),
    ("kannst du mir aufschreiben, dass ich die Versicherung kündigen muss", add("Die Versicherung kündigen")),
    ("für Freitag einen Friseurtermin um 14 Uhr eintragen", add("Friseurtermin", due_date="2026-11-20T14:00")),
    ("Leg bitte eine Aufgabe an: Reifen wechseln lassen", add("Reifen wechseln lassen")),
    ("ich sollte mal wieder Tante Inge anrufen", add("Tante Inge anrufen")),
    ("stell Mama anrufen auf dringend", update(1, priority="high")),
    ("gib dem Zahnarzttermin die Priorität niedrig", update(3, priority="low")),
    ("der Zahnarzttermin ist nicht so wichtig", update(3, priority="low")),
    ("nimm das Datum vom Zahnarzttermin weg", update(3, clear=["due_date"])),
    ("der Zahnarzttermin soll erst am Montag sein", update(3, due_date="Montag")),
    ("leg den Zahnarzttermin auf den 25. gleiche Uhrzeit", update(3, due_date="25.")),
    ("die Bananen kannst du streichen", delete(5)),
    ("die Stromrechnung muss ich nicht mehr bezahlen", delete(8)),
    ("mit dem Zahnarzttermin bin ich fertig", done(3)),
    ("der Zahnarzttermin hat sich erledigt", done(3)),
    ("welche Aufgaben haben kein Datum", shows(1, 2, 5, 7)),
    ("wie viele Aufgaben enthalten das Wort Besprechung", counts(2)),
    ("hab ich was vergessen", shows(8)),
    ("ich will am wochenende das Fahrrad reparieren", add("Das Fahrrad reparieren", due_date="2026-11-21")),
    ("schreib beim Zahnarzttermin dazu: Karte mitnehmen", update(3, description="Karte mitnehmen")),
    ("wie sieht mein Freitag aus", shows(3)),
    ("gib mir einen Überblick über meine Woche", shows(3, 4, 8, 9, 10)),
    ("was ist vor Donnerstag fällig", shows(8, 9)),
    ("räum alles erledigte weg", Outcome("calls", [("bulk_delete_tasks", {"status": "done"})])),
    ("verschieb die Rechnung auf Montag", ASKS),  # "Stromrechnung" is only likely
]  # fmt: skip
SENTENCES = [*((ENGLISH, row) for row in _ENGLISH), *((GERMAN, row) for row in _GERMAN)]
