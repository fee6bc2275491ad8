"""German translations of answers: calls, reminders, proposals, receipts, failures."""

NAMES = {
    "10 minutes before": "10 Minuten vorher",
    "1 hour before": "1 Stunde vorher",
    "1 day before": "1 Tag vorher",
    "10 minutes before 09:00 of that day": "10 Minuten vor 09:00 Uhr dieses Tages",
    "1 hour before 09:00 of that day": "1 Stunde vor 09:00 Uhr dieses Tages",
    "1 day before 09:00 of that day": "1 Tag vor 09:00 Uhr dieses Tages",
}
"""What a placeholder may hold that is a word of English itself."""

SENTENCES = {
    # Calls that run
    "Adding “a task”": "Fügt eine Aufgabe hinzu",
    "Adding “{title}”": "Fügt „{title}“ hinzu",
    "Looking at your tasks": "Sieht deine Aufgaben durch",
    "Looking for “{words}”": "Sucht „{words}“",
    "Changing #{number}": "Ändert #{number}",
    "Completing #{number}": "Hakt #{number} ab",
    "Reopening #{number}": "Öffnet #{number} wieder",
    "Deleting #{number}": "Löscht #{number}",
    "Completing tasks": "Hakt Aufgaben ab",
    "Collecting tasks to delete": "Sammelt Aufgaben zum Löschen",
    "Trying something that taskchat cannot do": "Versucht etwas, das taskchat nicht kann",
    # What they did
    "Found 1 task": "1 Aufgabe gefunden",
    "Found {count} tasks": "{count} Aufgaben gefunden",
    "Found more than {count} tasks": "Mehr als {count} Aufgaben gefunden",
    "Found 1 task.": "1 Aufgabe gefunden.",
    "Found {count} tasks.": "{count} Aufgaben gefunden.",
    "Found more than {count} tasks.": "Mehr als {count} Aufgaben gefunden.",
    "Completed {count} tasks": "{count} Aufgaben erledigt",
    "Added {task}": "{task} hinzugefügt",
    "Already added: {task}": "Schon hinzugefügt: {task}",
    "Changed {task}": "{task} geändert",
    "Changed the reminder of {task}": "Erinnerung an {task} geändert",
    "Nothing to change in {task}": "An {task} war nichts zu ändern",
    "Completed {task}": "{task} erledigt",
    "Already done: {task}": "Schon erledigt: {task}",
    "Reopened {task}": "{task} wieder geöffnet",
    "Already open: {task}": "Schon offen: {task}",
    "Deleted {task}": "{task} gelöscht",
    "Deleted 1 task": "1 Aufgabe gelöscht",
    "Deleted {count} tasks": "{count} Aufgaben gelöscht",
    "Deleted {tasks}.": "{tasks} gelöscht.",
    "Asked whether to delete 1 task": "Gefragt, ob 1 Aufgabe gelöscht werden soll",
    "Asked whether to delete {count} tasks": "Gefragt, ob {count} Aufgaben gelöscht werden sollen",
    "Asked whether to delete {task}": "Gefragt, ob {task} gelöscht werden soll",
    "No such tasks": "Keine solchen Aufgaben",
    "not carried out": "nicht ausgeführt",
    "Already added as #{number} in this answer, so nothing was added now.": (
        "In dieser Antwort schon als #{number} hinzugefügt, deshalb kam jetzt nichts dazu."
    ),
    "The next one is #{number}.": "Die nächste ist #{number}.",
    "The next one is #{number}, due {moment}.": "Die nächste ist #{number}, fällig am {moment}.",
    "No open task was left to complete.": "Es war keine Aufgabe mehr offen.",
    "There is no such task to delete.": "Solche Aufgaben gibt es nicht, also ist nichts zu löschen.",
    "There is no tool named {name}.": "Ein Werkzeug namens {name} gibt es nicht.",
    "The call was not carried out. Correct these arguments and call again: {problems}.": (
        "Der Aufruf wurde nicht ausgeführt, denn seine Angaben stimmen nicht: {problems}."
    ),
    "That call was interrupted, so nothing is known of it.": (
        "Dieser Aufruf wurde unterbrochen, deshalb ist nichts über ihn bekannt."
    ),
    # Reminders
    "It rings on {moment}, on an open page of taskchat.": (
        "Sie meldet sich am {moment} auf einer offenen Seite von taskchat."
    ),
    "It rings on {moment}, {before}, on an open page of taskchat.": (
        "Sie meldet sich am {moment}, {before}, auf einer offenen Seite von taskchat."
    ),
    "It does not ring.": "Sie meldet sich nicht.",
    "It has no due date, so it cannot ring.": "Sie hat keine Fälligkeit, also kann sie sich nicht melden.",
    "A reminder can be at the due time, 10 minutes, 1 hour or 1 day before, not {unknown}.": (
        "Eine Erinnerung geht zur Fälligkeit oder 10 Minuten, 1 Stunde oder 1 Tag vorher, nicht {unknown}."
    ),
    # Proposals and choices
    "Delete 1 task?": "1 Aufgabe löschen?",
    "Delete {count} tasks?": "{count} Aufgaben löschen?",
    "There was nothing left to delete": "Es war nichts mehr zu löschen",
    "There was nothing left to delete.": "Es war nichts mehr zu löschen.",
    "Cancelled, nothing was deleted": "Abgebrochen, nichts wurde gelöscht",
    "No longer open, nothing was deleted": "Nicht mehr offen, nichts wurde gelöscht",
    "and {count} more": "und {count} weitere",
    "Complete which one?": "Welche ist erledigt?",
    "Reopen which one?": "Welche soll wieder offen sein?",
    "Delete which one?": "Welche soll gelöscht werden?",
    "Change which one?": "Welche soll geändert werden?",
    # What is said of a task in brackets
    "done": "erledigt",
    "due {moment}": "fällig am {moment}",
    "overdue since {moment}": "überfällig seit {moment}",
    "high priority": "Priorität hoch",
    "low priority": "Priorität niedrig",
    "medium priority": "Priorität mittel",
    "tagged {tags}": "Schlagwörter {tags}",
    "no tags": "ohne Schlagwörter",
    "with a description": "mit Beschreibung",
    "no description": "ohne Beschreibung",
    "no due date": "ohne Fälligkeit",
    "no longer repeating": "wiederholt sich nicht mehr",
    # What an answer did
    "There was nothing left to put back.": "Es gab nichts mehr zurückzunehmen.",
    "Nothing was put back.": "Nichts wurde zurückgenommen.",
    "Put back {tasks}.": "{tasks} zurückgenommen.",
    "#{number} was changed again since, so it was left as it is.": (
        "#{number} wurde seitdem noch einmal geändert und blieb deshalb, wie es ist."
    ),
    "#{number} follows #{repeated}, which was left as it is, so it was left as well.": (
        "#{number} folgt auf #{repeated}, die blieb, wie sie ist, und blieb deshalb auch."
    ),
    "The same goes for {count} more.": "Das gilt auch für {count} weitere.",
    "Not everything was put back.": "Nicht alles wurde zurückgenommen.",
    "So were {count} more.": "Ebenso {count} weitere.",
    "There is nothing to undo in this conversation.": "In dieser Unterhaltung gibt es nichts zurückzunehmen.",
    "There is nothing to redo in this conversation.": "In dieser Unterhaltung gibt es nichts wiederherzustellen.",
    # How an answer failed
    "Something went wrong on our side. What is shown as done is kept. Try again.": (
        "Bei uns ist etwas schiefgegangen. Was als erledigt angezeigt wird, bleibt. Versuch es noch einmal."
    ),
    "The answer was ended before it was complete. What is shown as done is kept. Try again.": (
        "Die Antwort endete, bevor sie fertig war. Was als erledigt angezeigt wird, bleibt. Versuch es noch einmal."
    ),
    "The answer took longer than {seconds} seconds and was ended. What it did so far is kept. Try again.": (
        "Die Antwort dauerte länger als {seconds} Sekunden und wurde beendet. Was bis dahin getan war, bleibt. "
        "Versuch es noch einmal."
    ),
    "The assistant went round in circles and was stopped. What it did so far is kept. Say it in smaller steps.": (
        "Der Assistent drehte sich im Kreis und wurde angehalten. Was bis dahin getan war, bleibt. "
        "Sag es in kleineren Schritten."
    ),
    "The assistant's answer could not be understood. What it did so far is kept. Try again.": (
        "Die Antwort des Assistenten war nicht zu verstehen. Was bis dahin getan war, bleibt. Versuch es noch einmal."
    ),
    "The database did not answer, so this answer cannot be shown now. Try again in a moment.": (
        "Die Datenbank hat nicht geantwortet, deshalb lässt sich diese Antwort gerade nicht zeigen. "
        "Versuch es gleich noch einmal."
    ),
    "The request limit of this Gemini key is used up. Try again {when}.": (
        "Das Kontingent dieses Gemini-Schlüssels ist aufgebraucht. Versuch es {when} noch einmal."
    ),
    "in a minute": "in einer Minute",
    "in {count} seconds": "in {count} Sekunden",
    "in about {count} minutes": "in etwa {count} Minuten",
    "in about {count} hours": "in etwa {count} Stunden",
    "Gemini refused the API key. Set a valid GEMINI_API_KEY on the server and restart it.": (
        "Gemini hat den Schlüssel abgelehnt. Setz auf dem Server einen gültigen GEMINI_API_KEY und starte ihn neu."
    ),
    "Gemini does not know the model it was asked for. Set GEMINI_MODEL on the server to one that the key may use.": (
        "Gemini kennt das verlangte Modell nicht. Setz GEMINI_MODEL auf dem Server auf eines, das der Schlüssel "
        "nutzen darf."
    ),
    "The server cannot reach Gemini. Try again; if it happens again, check the server's network and GEMINI_BASE_URL.": (
        "Der Server erreicht Gemini nicht. Versuch es noch einmal. Wenn es wieder passiert, prüf das Netz des Servers "
        "und GEMINI_BASE_URL."
    ),
    "Gemini sent something that cannot be read. Try again.": (
        "Gemini hat etwas geschickt, das sich nicht lesen lässt. Versuch es noch einmal."
    ),
    "Gemini garbled a tool call, so that step was not carried out. Try again, or say it in other words.": (
        "Gemini hat einen Aufruf verstümmelt, deshalb wurde dieser Schritt nicht ausgeführt. Versuch es noch einmal "
        "oder sag es anders."
    ),
    "Gemini refused the request as invalid. Start a new conversation; if it happens again, the server's log "
    "says why.": (
        "Gemini hat die Anfrage als ungültig abgelehnt. Fang eine neue Unterhaltung an. Wenn es wieder passiert, "
        "steht im Protokoll des Servers, warum."
    ),
    "One-line commands such as “add buy milk”, “done 3” or “find dentist” still work.": (
        "Einfache Befehle in einer Zeile wie „neue Aufgabe Milch kaufen“, „erledige 3“ oder „suche Zahnarzt“ gehen "
        "weiterhin."
    ),
    "Gemini did not answer": "Gemini hat nicht geantwortet",
    "Gemini did not answer.": "Gemini hat nicht geantwortet.",
    "Simple commands still work: this one was followed by built-in rules.": (
        "Einfache Befehle gehen weiterhin: Diesem sind eingebaute Regeln gefolgt."
    ),
    "The answer broke off. Your message and what is shown as done are kept. Try again.": (
        "Die Antwort ist abgebrochen. Deine Nachricht und was als erledigt angezeigt wird, bleiben. "
        "Versuch es noch einmal."
    ),
    "Gemini is overloaded or down right now. Wait a moment, then try again.": (
        "Gemini ist gerade überlastet oder nicht da. Warte einen Moment und versuch es dann noch einmal."
    ),
    "Gemini took too long to answer. Try again.": "Gemini hat zu lange gebraucht. Versuch es noch einmal.",
    "Gemini's answer broke off before its end. Try again.": (
        "Die Antwort von Gemini brach vor ihrem Ende ab. Versuch es noch einmal."
    ),
    "Gemini answered with nothing. Try again, or say it in other words.": (
        "Gemini hat nichts geantwortet. Versuch es noch einmal oder sag es anders."
    ),
    "Gemini withheld its answer for safety reasons. Say it in other words.": (
        "Gemini hält seine Antwort aus Sicherheitsgründen zurück. Sag es anders."
    ),
}
