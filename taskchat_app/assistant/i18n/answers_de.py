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
}
