"""What the domain and the assistant say in English, in German: whole sentences, with the same placeholders.

The domain knows no languages; its sentences are put into the reader's where the page shows them (`spoken.py`).
"""

_DATE = "Write it as 2026-11-21, 2026-11-21T09:00, or in words such as “next friday 9am”."
_DATUM = "Schreib es als 2026-11-21, 2026-11-21T09:00 oder in Worten wie „nächsten freitag 9 uhr“."

NAMES = {
    "title": "Titel",
    "description": "Beschreibung",
    "tag": "Schlagwort",
    "date": "Datum",
    "search": "Suche",
    "message": "Nachricht",
    "password": "Passwort",
    "new password": "Neues Passwort",
    "current password": "Jetziges Passwort",
    "email": "E-Mail",
    "Monday": "Montag",
    "Tuesday": "Dienstag",
    "Wednesday": "Mittwoch",
    "Thursday": "Donnerstag",
    "Friday": "Freitag",
    "Saturday": "Samstag",
    "Sunday": "Sonntag",
}
"""What a placeholder may hold that is a word of English itself."""

SENTENCES = {
    # Dates
    f"The date is empty. {_DATE}": f"Das Datum ist leer. {_DATUM}",
    f"That is not a date. {_DATE}": f"Das ist kein Datum. {_DATUM}",
    f"There is no day {{day}}. {_DATE}": f"Den Tag {{day}} gibt es nicht. {_DATUM}",
    f"“{{phrase}}” is not a date that taskchat understands. {_DATE}": (
        f"„{{phrase}}“ versteht taskchat nicht als Datum. {_DATUM}"
    ),
    "The year must lie between {first} and {last}.": "Das Jahr muss zwischen {first} und {last} liegen.",
    "“{phrase}” can be read in two ways. Write the date as 2026-05-03, or as 3 May.": (
        "„{phrase}“ lässt sich auf zwei Arten lesen. Schreib das Datum als 2026-05-03 oder als 3. Mai."
    ),
    "“{phrase}” is not a date and time that exists. Write it as 2026-11-21T09:00.": (
        "„{phrase}“ gibt es als Datum und Uhrzeit nicht. Schreib es als 2026-11-21T09:00."
    ),
    "“{phrase}” lies outside every calendar.": "„{phrase}“ liegt außerhalb jedes Kalenders.",
    "{day} is not a {weekday}. Name one of the two.": "{day} ist kein {weekday}. Nenn nur eines von beiden.",
    "{moment} has passed. Choose a later reminder, or a later due date.": (
        "{moment} ist vorbei. Wähl eine spätere Erinnerung oder eine spätere Fälligkeit."
    ),
    # Tasks
    "The title is empty. Say what is to be done.": "Der Titel ist leer. Sag, was zu tun ist.",
    "The {what} has {count} characters. Shorten it to {most} or fewer.": (
        "{what}: {count} Zeichen sind zu viel. Kürz auf höchstens {most}."
    ),
    "The {what} holds a NUL character. Remove it.": "{what}: Darin steht ein NUL-Zeichen. Entfern es.",
    "The {what} holds half of a character (a lone surrogate). Remove it.": (
        "{what}: Darin steht ein halbes Zeichen. Entfern es."
    ),
    "The {what} holds a character that is not text. Type it again without.": (
        "{what}: Darin steht ein Zeichen, das kein Text ist. Tipp es ohne dieses noch einmal."
    ),
    "The priority is low, medium or high. Choose one of them.": (
        "Die Priorität ist niedrig, mittel oder hoch. Wähl eine davon."
    ),
    "A tag is empty. Leave it out, or give it a name.": (
        "Ein Schlagwort ist leer. Lass es weg oder gib ihm einen Namen."
    ),
    "The tag “{tag}” has {count} characters. Shorten it to {most} or fewer.": (
        "Das Schlagwort „{tag}“ hat {count} Zeichen. Kürz es auf höchstens {most}."
    ),
    "There are {count} tags. Keep {most} or fewer.": "Das sind {count} Schlagwörter. Behalt höchstens {most}.",
    "There is no task {number}.": "Es gibt keine Aufgabe {number}.",
    "There are no tasks {numbers}.": "Es gibt keine Aufgaben {numbers}.",
    "#{number} is not among these tasks.": "#{number} gehört nicht zu diesen Aufgaben.",
    "#{number} cannot stand {place} itself. Name another task.": (
        "#{number} kann nicht neben sich selbst stehen. Nenn eine andere Aufgabe."
    ),
    "There is no task #{number} to stand {place}. Name one that is there.": (
        "Es gibt keine Aufgabe #{number}, neben der sie stehen könnte. Nenn eine vorhandene."
    ),
    "#{number} has no due date to be reminded of. Give it one first.": (
        "#{number} hat keine Fälligkeit, an die erinnert werden könnte. Gib ihr erst eine."
    ),
    "There is no such change to undo.": "Diese Änderung gibt es nicht, also lässt sie sich nicht zurücknehmen.",
    # Repetitions
    "A repeating task needs a date. Empty its recurrence as well, or give another date.": (
        "Eine Aufgabe, die sich wiederholt, braucht ein Datum. Entfern auch die Wiederholung oder nenn ein anderes."
    ),
    "“{rule}” has no day left from {day} on. Give a later UNTIL, or none.": (
        "„{rule}“ hat ab {day} keinen Tag mehr. Nenn ein späteres UNTIL oder keines."
    ),
    # Chat
    "The message is empty. Write what is to be done.": "Die Nachricht ist leer. Schreib, was zu tun ist.",
    "A message has at most {most} characters. Shorten it or send it in parts.": (
        "Eine Nachricht hat höchstens {most} Zeichen. Kürz sie oder schick sie in Teilen."
    ),
    "A conversation's title has 1 to {most} characters. Give it another one.": (
        "Der Titel einer Unterhaltung hat 1 bis {most} Zeichen. Gib ihr einen anderen."
    ),
    "This conversation does not exist, or not any more. Start a new one.": (
        "Diese Unterhaltung gibt es nicht oder nicht mehr. Fang eine neue an."
    ),
    "This conversation does not exist, or was deleted more than 30 days ago.": (
        "Diese Unterhaltung gibt es nicht, oder sie wurde vor mehr als 30 Tagen gelöscht."
    ),
    "This conversation is closed. Start a new one.": "Diese Unterhaltung ist geschlossen. Fang eine neue an.",
    "This conversation is still answering. Wait for the answer, or stop it, then send again.": (
        "In dieser Unterhaltung wird noch geantwortet. Warte darauf oder halt es an und schick es dann noch einmal."
    ),
    "This conversation is still answering. Wait for the answer, then confirm.": (
        "In dieser Unterhaltung wird noch geantwortet. Warte auf die Antwort und bestätige dann."
    ),
    "This answer is still being written. Wait for its end or stop it, then undo.": (
        "Diese Antwort wird noch geschrieben. Warte auf ihr Ende oder halt sie an und nimm sie dann zurück."
    ),
    "This answer does not exist, or not any more.": "Diese Antwort gibt es nicht oder nicht mehr.",
    "This choice does not exist, or not any more. Ask again.": (
        "Diese Auswahl gibt es nicht oder nicht mehr. Frag noch einmal."
    ),
    "This proposal does not exist, or not any more. Ask again.": (
        "Diesen Vorschlag gibt es nicht oder nicht mehr. Frag noch einmal."
    ),
    "That place in the conversation is gone. Load the conversation again.": (
        "Diese Stelle der Unterhaltung ist weg. Lade die Unterhaltung neu."
    ),
    "Only a message of yours can be edited or answered again.": (
        "Nur eine Nachricht von dir lässt sich ändern oder neu beantworten."
    ),
    "That is more than {count} messages at once. Try again at {moment}.": (
        "Das sind mehr als {count} Nachrichten auf einmal. Versuch es um {moment} noch einmal."
    ),
    "Too many attempts. Wait a little and try again.": "Zu viele Versuche. Warte ein wenig und versuch es noch einmal.",
    "You have used all {count} messages of today. They are back at {moment}.": (
        "Du hast alle {count} Nachrichten von heute verbraucht. Um {moment} gibt es neue."
    ),
    "The password is too short. Use at least {least} characters.": (
        "Das Passwort ist zu kurz. Nimm mindestens {least} Zeichen."
    ),
    "The password is too long. Use at most {most} characters.": (
        "Das Passwort ist zu lang. Nimm höchstens {most} Zeichen."
    ),
    "This account no longer exists. Register again to go on.": (
        "Dieses Konto gibt es nicht mehr. Leg ein neues an, um weiterzumachen."
    ),
    # What an answer did
    "Nothing changed": "Nichts geändert",
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
        "Das Kontingent dieses Gemini-Schlüssels ist aufgebraucht. Versuch es später noch einmal."
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

RECEIPT = {
    "added": "{tasks} hinzugefügt",
    "completed": "{tasks} erledigt",
    "reopened": "{tasks} wieder geöffnet",
    "changed": "{tasks} geändert",
    "moved": "{tasks} verschoben",
    "deleted": "{tasks} gelöscht",
    "restored": "{tasks} wiederhergestellt",
    "set a reminder for": "Erinnerung für {tasks} gesetzt",
    "removed the reminder of": "Erinnerung von {tasks} entfernt",
    "put back": "{tasks} zurückgenommen",
}
"""What a receipt counts up, by the domain's words for it."""
MANY = "{count} Aufgaben"
