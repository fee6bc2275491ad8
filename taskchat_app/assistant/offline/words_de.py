"""German sentences of the offline assistant, under the same names."""

GEMINI = "Ich bin der Offline-Assistent und verstehe nur einfache Befehle; mit GEMINI_API_KEY antwortet Gemini."
HELP = f"""Ich führe deine Aufgabenliste. Du kannst zum Beispiel schreiben:

- neue Aufgabe: Milch kaufen morgen !hoch #haus
- erinnere mich morgen um 9 an den Zahnarzt, erinnere mich eine Stunde vor 3
- was ist diese Woche fällig, zeige überfällige Aufgaben, suche Zahnarzt
- hake 3 ab, markiere Milch als erledigt, öffne 3 wieder
- verschiebe 3 auf Freitag, benenne 3 in Mama anrufen um, setze die Priorität von 3 auf hoch, tagge 3 mit haus
- lösche 3, lösche alle erledigten Aufgaben, rückgängig

{GEMINI}"""
GREETING = "Hallo. Was soll ich aufnehmen, zeigen, abhaken, verschieben oder löschen? „Hilfe“ zeigt Beispiele."
THANKS = "Gern geschehen."
REFUSAL = "In Ordnung. Nichts wurde geändert."
UNKNOWN = "„{text}“ habe ich nicht verstanden, also wurde nichts geändert.{hint} {gemini} „Hilfe“ zeigt Beispiele."
ADD_HINT = " Als Aufgabe schreibst du es so: „neue Aufgabe {text}“."
TOO_LONG = (
    "Das ist für einen Befehl zu lang, also wurde nichts geändert. Schreib ihn mit höchstens {count} Zeichen "
    "oder schick den Text in Teilen. {gemini}"
)
BAD_DATE = (
    "Das Datum „{date}“ habe ich nicht verstanden, also wurde nichts geändert. "
    "Schreib es als 2026-11-21 oder in Worten wie „Freitag“ oder „morgen 9 Uhr“."
)
REFERENCE = "Sag, was damit geschehen soll, etwa „erledige 3“ oder „lösche 3“."

PROPOSED = "Das würde {names} löschen. Gelöscht wird erst, wenn du es bestätigst."
MORE_NAMES = "{count} weitere"
AND_MORE = "… und weitere"
DONE = "erledigt"
DUE = "fällig am {due}"
OVERDUE = "überfällig seit {due}"
PRIORITIES = {"high": "Priorität hoch", "low": "Priorität niedrig"}

WHICH = "Mehrere Aufgaben passen zu „{words}“. Welche meinst du? Nichts wurde geändert."
NO_MATCH = {
    "open": "Ich finde keine offene Aufgabe, die zu „{words}“ passt, also wurde nichts geändert.",
    "done": "Ich finde keine erledigte Aufgabe, die zu „{words}“ passt, also wurde nichts geändert.",
    "all": "Ich finde keine Aufgabe, die zu „{words}“ passt, also wurde nichts geändert.",
}
NO_NUMBER = "Ich finde keine Aufgabe {numbers}, also wurde nichts geändert."
NO_REFERENCE = (
    "Ich weiß nicht, welche Aufgabe du meinst. Nenn ihre Nummer, etwa #3, oder ihren Titel. Nichts wurde geändert."
)
NONE_OPEN = "Es ist keine Aufgabe offen, also wurde nichts geändert."
NONE_DONE = "Keine solche Aufgabe ist erledigt, also wurde nichts geändert."
NONE_OVERDUE = "Nichts ist überfällig, also wurde nichts geändert."
TOO_MANY = "Das sind mehr als {most} Aufgaben auf einmal. Wähl weniger aus. Nichts wurde geändert."

DID = {
    "Added": "{task} hinzugefügt",
    "Changed": "{task} geändert",
    "Changed the reminder of": "Erinnerung an {task} geändert",
    "Nothing to change in": "An {task} war nichts zu ändern",
    "Completed": "{task} erledigt",
    "Already done:": "Schon erledigt: {task}",
    "Reopened": "{task} wieder geöffnet",
    "Already open:": "Schon offen: {task}",
    "Deleted": "{task} gelöscht",
}
DID_DUE = ", fällig am {due}"
DID_REPEATS = ", wiederholt sich {rule}"
