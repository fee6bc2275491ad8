"""German translations of refusals, with the same placeholders.

The domain knows no languages; `translation.py` says its sentences in another one. What answers say of what was done
is in `answers_de.py`.
"""

_DATE = "Write it as 2026-11-21, 2026-11-21T09:00, or in words such as “next friday 9am”."
_DATUM = "Schreib es als 2026-11-21, 2026-11-21T09:00 oder in Worten wie „nächsten freitag 9 uhr“."
_RULE = "For example FREQ=DAILY, FREQ=WEEKLY;BYDAY=MO,TH or FREQ=MONTHLY;BYMONTHDAY=1."
_REGEL = "Zum Beispiel FREQ=DAILY, FREQ=WEEKLY;BYDAY=MO,TH oder FREQ=MONTHLY;BYMONTHDAY=1."

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
    "recurrence": "Wiederholung",
    "cursor": "Lesezeichen",
    "turn": "Antwort",
    "status": "Stand",
    "sort": "Sortierung",
    "order": "Reihenfolge",
    "priority": "Priorität",
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
    "One call is about {most} tasks at most. Name fewer, for example by a tag or a date, and repeat it.": (
        "Auf einmal gehen höchstens {most} Aufgaben. Nenn weniger, etwa mit Schlagwort oder Datum, und wiederhole es."
    ),
    "A list holds {most} open tasks at most. Complete or delete some, then try again.": (
        "Eine Liste fasst höchstens {most} offene Aufgaben. Erledige oder lösche welche und versuch es noch einmal."
    ),
    "There is no task {number}.": "Es gibt keine Aufgabe {number}.",
    "There are no tasks {numbers} and {count} more.": "Es gibt keine Aufgaben {numbers} und {count} weitere.",
    "There are no tasks {numbers}.": "Es gibt keine Aufgaben {numbers}.",
    "#{number} is not among these tasks.": "#{number} gehört nicht zu diesen Aufgaben.",
    "#{number} cannot stand {place} itself. Name another task.": (
        "#{number} kann nicht neben sich selbst stehen. Nenn eine andere Aufgabe."
    ),
    "Too many tasks were moved into this gap. Move a task beside it somewhere else first, then try again.": (
        "In diese Lücke wurden zu viele Aufgaben gesetzt. Verschieb erst eine Aufgabe daneben woandershin."
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
    f"The recurrence rule is empty. {_RULE}": f"Die Regel ist leer. {_REGEL}",
    "The recurrence rule is longer than {most} characters.": "Die Regel hat mehr als {most} Zeichen.",
    "A recurrence is one RRULE line: leave DTSTART, EXDATE and further lines out.": (
        "Eine Wiederholung ist eine einzige Zeile RRULE: Lass DTSTART, EXDATE und weitere Zeilen weg."
    ),
    f"The recurrence rule holds characters that no rule has. {_RULE}": (
        f"In der Regel stehen Zeichen, die keine Regel hat. {_REGEL}"
    ),
    "The recurrence is an RRULE alone: the due date is its start, and EXDATE is not supported.": (
        "Die Wiederholung ist nur eine RRULE: Sie beginnt mit der Fälligkeit, und EXDATE gibt es hier nicht."
    ),
    "Leave {name} out of the recurrence rule: the task's due date is where it starts.": (
        "Lass {name} in der Regel weg: Sie beginnt mit der Fälligkeit der Aufgabe."
    ),
    f"“{{part}}” is no part of a recurrence rule. {_RULE}": f"„{{part}}“ gehört in keine Regel. {_REGEL}",
    "The recurrence rule has {name} twice. Give it once.": "In der Regel steht {name} zweimal. Nenn es einmal.",
    "A task cannot repeat more often than daily: {freq} is not supported. Use FREQ=DAILY.": (
        "Öfter als täglich kann sich keine Aufgabe wiederholen: {freq} gibt es hier nicht. Nimm FREQ=DAILY."
    ),
    f"The recurrence rule needs FREQ=DAILY, WEEKLY, MONTHLY or YEARLY. {_RULE}": (
        f"Die Regel braucht FREQ=DAILY, WEEKLY, MONTHLY oder YEARLY. {_REGEL}"
    ),
    "A recurrence rule has COUNT or UNTIL, not both. Leave one of them out.": (
        "Eine Regel hat COUNT oder UNTIL, nicht beides. Lass eines davon weg."
    ),
    "BYSETPOS needs another BY part to choose from, such as BYDAY=MO,TU,WE,TH,FR.": (
        "BYSETPOS braucht ein anderes BY, aus dem es wählt, etwa BYDAY=MO,TU,WE,TH,FR."
    ),
    f"{{name}} cannot be used with FREQ={{freq}}. {_RULE}": f"{{name}} geht nicht mit FREQ={{freq}}. {_REGEL}",
    "This rule names {times} times a day. Give {most} or fewer.": (
        "Diese Regel nennt {times} Uhrzeiten am Tag. Nenn höchstens {most}."
    ),
    "{name} must be a whole number from 1 to {highest}, not “{value}”.": (
        "{name} ist eine ganze Zahl von 1 bis {highest}, nicht „{value}“."
    ),
    "{name} takes numbers from {low} to {high}, or -{top} to -{bottom} counted from the end, not “{item}”.": (
        "{name} nimmt Zahlen von {low} bis {high} oder, vom Ende gezählt, -{top} bis -{bottom}, nicht „{item}“."
    ),
    "{name} takes numbers from {low} to {high}, not “{item}”.": (
        "{name} nimmt Zahlen von {low} bis {high}, nicht „{item}“."
    ),
    "BYDAY takes MO, TU, WE, TH, FR, SA, SU, or 1MO, -1FR and the like, not “{item}”.": (
        "BYDAY nimmt MO, TU, WE, TH, FR, SA, SU oder 1MO, -1FR und dergleichen, nicht „{item}“."
    ),
    "“{item}” in BYDAY only works with FREQ=MONTHLY or YEARLY and without BYWEEKNO.": (
        "„{item}“ in BYDAY geht nur mit FREQ=MONTHLY oder YEARLY und ohne BYWEEKNO."
    ),
    "WKST takes one of MO, TU, WE, TH, FR, SA, SU, not “{code}”.": (
        "WKST nimmt eines von MO, TU, WE, TH, FR, SA, SU, nicht „{code}“."
    ),
    "UNTIL takes a day such as 20261231 or 20261231T235959Z, not “{value}”.": (
        "UNTIL nimmt einen Tag wie 20261231 oder 20261231T235959Z, nicht „{value}“."
    ),
    f"No day fits “{{rule}}”: it would never occur. {_RULE}": (
        f"Zu „{{rule}}“ passt kein Tag: Sie käme nie vor. {_REGEL}"
    ),
    # Lists and requests
    "The search has {count} characters. Shorten it to {most} or fewer.": (
        "Die Suche hat {count} Zeichen. Kürz sie auf höchstens {most}."
    ),
    "The limit is a number from 1 to {most}.": "Die Anzahl ist eine Zahl von 1 bis {most}.",
    "The {what} is {choices} or {last}. Choose one of them.": "{what}: Wähl {choices} oder {last}.",
    "This cursor is not one of ours. Start again without it.": (
        "Dieses Lesezeichen ist keines von uns. Fang ohne es von vorn an."
    ),
    "This cursor belongs to another list. Ask for the first page, without a cursor.": (
        "Dieses Lesezeichen gehört zu einer anderen Liste. Hol die erste Seite ohne Lesezeichen."
    ),
    "This cursor belongs to another search. Ask for the first page, without a cursor.": (
        "Dieses Lesezeichen gehört zu einer anderen Suche. Hol die erste Seite ohne Lesezeichen."
    ),
    "Only these can be emptied: {names}. Give a new value instead.": (
        "Leeren lassen sich nur {names}. Nenn stattdessen einen neuen Wert."
    ),
    "Only these can be emptied: {names}.": "Leeren lassen sich nur {names}.",
    "{name} is both set and emptied. Send one of the two.": (
        "{name} wird zugleich gesetzt und geleert. Schick nur eines davon."
    ),
    "Idempotency-Key holds 1 to 255 visible ASCII characters. Send another one.": (
        "Idempotency-Key hat 1 bis 255 sichtbare ASCII-Zeichen. Schick einen anderen."
    ),
    "taskchat does not offer {what}.": "{what} bietet taskchat nicht an.",
    "taskchat knows no action named {action}.": "Eine Aktion namens {action} kennt taskchat nicht.",
    "The action's payload must hold exactly: {names}.": "Zur Aktion gehören genau diese Angaben: {names}.",
    "Name the tasks with task_ids, or set all_open to true for every open task.": (
        "Nenn die Aufgaben mit task_ids oder setz all_open auf true für alle offenen."
    ),
    "Name the tasks with task_ids, or give a status: done, open or all.": (
        "Nenn die Aufgaben mit task_ids oder gib einen Stand an: done, open oder all."
    ),
    "#{number}: {refusal}": "#{number}: {refusal}",
    "This Idempotency-Key was used for another request. Send a new key with a new request.": (
        "Dieser Idempotency-Key gehört zu einer anderen Anfrage. Schick eine neue mit einem neuen."
    ),
    # People
    "There is already an account with this address. Sign in, or use another address.": (
        "Zu dieser Adresse gibt es schon ein Konto. Melde dich an oder nimm eine andere."
    ),
    "The email or the password is wrong. Check both and try again.": (
        "E-Mail oder Passwort stimmt nicht. Prüf beides und versuch es noch einmal."
    ),
    "The email is not a valid address. Use one like name@example.org.": (
        "Diese E-Mail ist keine gültige Adresse. Nimm eine wie name@example.org."
    ),
    "The timezone is not known. Use an IANA name like Europe/Berlin.": (
        "Diese Zeitzone gibt es nicht. Nimm einen IANA-Namen wie Europe/Berlin."
    ),
    "The language is one of {codes}, or empty for the browser's own.": (
        "Die Sprache ist eine von {codes} oder leer für die des Browsers."
    ),
    "Weeks begin on one of {days}.": "Wochen beginnen an einem von {days}.",
    "The minutes are a number from 1 to {most}.": "Die Minuten sind eine Zahl von 1 bis {most}.",
    "A reminder is {choices} or {none}. Choose one of them.": "Eine Erinnerung ist {choices} oder {none}. Wähl eine.",
    # Chat
    "taskchat takes no attachments. Paste the text instead.": (
        "taskchat nimmt keine Anhänge. Füg stattdessen den Text ein."
    ),
    "The message holds a NUL character or half of a character. Remove it and send it again.": (
        "In der Nachricht steht ein NUL-Zeichen oder ein halbes Zeichen. Entfern es und schick sie noch einmal."
    ),
    'A selected task is named by its number, as in "data": {"number": 3}.': (
        'Eine ausgewählte Aufgabe wird mit ihrer Nummer genannt, etwa "data": {{"number": 3}}.'
    ),
    "A message is about {most} selected tasks at most. Select fewer.": (
        "Eine Nachricht nimmt höchstens {most} ausgewählte Aufgaben. Wähl weniger aus."
    ),
    "A message has at most {count} parts. Send it in fewer.": (
        "Eine Nachricht hat höchstens {count} Teile. Schick sie in weniger Teilen."
    ),
    "The tags of a message hold at most {count} characters. Send less with them.": (
        "Die Markierungen einer Nachricht haben höchstens {count} Zeichen. Schick weniger mit."
    ),
    "The inference_options hold at most {count} characters. Send less in them.": (
        "Die inference_options haben höchstens {count} Zeichen. Schick weniger darin."
    ),
    "The arguments have more than {count} characters. Call again with fewer.": (
        "Die Argumente haben mehr als {count} Zeichen. Ruf noch einmal mit weniger auf."
    ),
    "Rate at most {count} messages at once.": "Bewerte höchstens {count} Nachrichten auf einmal.",
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
    "These are more changes than one account makes in a minute. Wait a minute, then go on.": (
        "Das sind mehr Änderungen, als ein Konto in einer Minute macht. Warte eine Minute und mach dann weiter."
    ),
    "Too many of your requests are waiting already. Wait for their answers, then send this one again.": (
        "Von dir warten schon zu viele Anfragen. Warte auf ihre Antworten und schick diese dann noch einmal."
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
}
