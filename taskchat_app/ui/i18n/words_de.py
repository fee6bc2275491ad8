"""Every sentence of the page, in German, under the same names."""

PRODUCT = "taskchat"
TAGLINE = "Deine Aufgabenliste, mit der du einfach sprichst."

LOGIN_TITLE = "Anmelden · taskchat"
REGISTER_TITLE = "Konto anlegen · taskchat"
PAGE_TITLE = "taskchat"

EMAIL = "E-Mail"
PASSWORD = "Passwort"
PASSWORD_HINT = "Mindestens 8 Zeichen"
SIGN_IN = "Anmelden"
SIGN_OUT = "Abmelden"
CREATE_ACCOUNT = "Konto anlegen"
LOGIN_HEADING = "Anmelden"
REGISTER_HEADING = "Leg dein Konto an"
NO_ACCOUNT = "Neu hier?"
HAVE_ACCOUNT = "Hast du schon ein Konto?"

SIGN_IN_ERRORS = {
    "bad_credentials": "E-Mail oder Passwort stimmt nicht. Prüf beides und versuch es noch einmal.",
    "email_taken": "Zu dieser E-Mail gibt es schon ein Konto. Melde dich damit an.",
    "invalid": "Gib eine vollständige E-Mail-Adresse und ein Passwort mit mindestens 8 Zeichen an.",
    "burst_limit": "Zu viele Versuche. Warte einen Moment und versuch es dann noch einmal.",
    "forbidden": "Diese Seite wurde von einer anderen Adresse aus geöffnet. Lade sie neu und versuch es noch einmal.",
    "unavailable": "taskchat erreicht gerade seine Datenbank nicht. Versuch es gleich noch einmal.",
    "signed_out": "Du wurdest abgemeldet. Melde dich an, um weiterzumachen.",
}
SIGN_IN_ERROR = "Das hat nicht geklappt. Prüf deine Eingaben und versuch es noch einmal."

# Conversations
CONVERSATIONS = "Unterhaltungen"
NEW_CONVERSATION = "Neue Unterhaltung"
UNTITLED = "Neue Unterhaltung"
NO_CONVERSATIONS = "Hier erscheinen deine Unterhaltungen."
CONVERSATION_TITLE = "Titel der Unterhaltung"
RENAME_CONVERSATION = "Umbenennen"
DELETE_CONVERSATION = "Löschen"
DELETED_CONVERSATION = "„{title}“ gelöscht. Die Aufgaben daraus bleiben."
CONVERSATIONS_FAILED = (
    "Die Unterhaltungen lassen sich gerade nicht lesen. Sie sind sicher. Versuch es gleich noch einmal."
)
SEARCH_CONVERSATIONS = "Unterhaltung suchen"
FOUND_MESSAGES = "Gefundene Nachrichten"
NOTHING_SAID = "Diese Wörter stehen in keiner Nachricht und keinem Titel."
UNREAD = "ungelesen"
MORE = "Mehr anzeigen"
CLOSE = "Schließen"

# Chat
CONVERSATION = "Unterhaltung"
YOU = "Du"
ASSISTANT = "Assistent"
MESSAGE = "Nachricht"
MESSAGE_PLACEHOLDER = "Nachricht an taskchat"
SEND = "Senden"
STOP = "Anhalten"
RETRY = "Noch einmal"
DISMISS = "Ausblenden"
COPY = "Antwort kopieren"
COPIED = "Kopiert"
COPY_CODE = "Code kopieren"
SHOW_IN_LIST = "In der Liste zeigen"
LATEST = "Zum Neuesten"
OLDER = "Frühere Nachrichten anzeigen"
NOW = "Jetzt"
ANSWERING = "Der Assistent antwortet."
QUEUE = "Einreihen"
WAITS_FOR_CONNECTION = "Wartet auf die Verbindung"
WAITS_FOR_ANSWER = "Wartet auf die Antwort"
EDIT_WAITING = "Bearbeiten"
REMOVE_WAITING = "Entfernen"
INTERRUPTED = (
    "Die Antwort ist abgebrochen. Was als erledigt angezeigt wird, bleibt. Versuch es noch einmal, um eine zu bekommen."
)
CONVERSATION_GONE = "Diese Unterhaltung wurde gelöscht. Ihre Aufgaben sind noch da."
UNREACHABLE = "Die Datenbank ist gerade nicht erreichbar. Versuch es gleich noch einmal."
BROKEN = "Bei uns ist etwas schiefgegangen. Was als erledigt angezeigt wird, bleibt. Versuch es noch einmal."
UNDO = "Rückgängig"
UNDONE = "Rückgängig gemacht"
NOTICE = "Hinweis"
ANSWER_AGAIN = "Neu antworten"
GOOD_ANSWER = "Gute Antwort"
BAD_ANSWER = "Schlechte Antwort"
EDIT_MESSAGE = "Nachricht bearbeiten"
EDITED_MESSAGE = "Neuer Wortlaut"
ASK_AGAIN = "Neu fragen"
DISCARD = "Verwerfen"
CONFIRM = "Bestätigen"
CANCEL = "Abbrechen"
ASKED = "Verlangt"
RESULT = "Ergebnis"
EMPTY_HEADING = "Was steht an?"
EMPTY_TEXT = "Schreib es so, wie du es sagen würdest. Der Assistent führt deine Liste."
SUGGESTIONS = (
    "Neue Aufgabe: morgen Milch kaufen",
    "Was ist diese Woche fällig?",
    "Erinnere mich am Freitag um 9 Uhr an den Zahnarzt",
    "Hilfe",
)
SUGGEST_MOVE = "Verschiebe #{number} „{title}“ auf morgen"
SUGGEST_DONE = "Markiere #{number} „{title}“ als erledigt"
SUGGEST_DATE = "Verschiebe #{number} „{title}“ auf Freitag"
SUGGEST_WEEK = "Was ist diese Woche fällig?"
SUGGEST_OVERDUE = "Zeige überfällige Aufgaben"
SUGGEST_IMPORTANT = "Zeige Aufgaben mit hoher Priorität"
SUGGEST_TAG = "Zeige Aufgaben mit dem Tag {tag}"
OFFLINE = "Offline-Assistent: Er versteht einfache Sätze. Setz GEMINI_API_KEY, um mit Gemini zu sprechen."

# Tasks
TASKS = "Aufgaben"
ADD_TASK = "Aufgabe hinzufügen"
ADD_PLACEHOLDER = "Etwa „Mama freitag anrufen !high“"
VIEW_NAMES = {
    "open": "Offen",
    "today": "Heute",
    "upcoming": "Demnächst",
    "overdue": "Überfällig",
    "done": "Erledigt",
    "deleted": "Gelöscht",
    "activity": "Verlauf",
}
TICK = "#{number} {title} abhaken"
EDIT = "Titel bearbeiten"
DELETE = "Aufgabe löschen"
TITLE = "Titel"
OVERDUE = "überfällig"
EMPTY_OPEN = "Nichts zu tun. Füg oben eine Aufgabe hinzu oder sag es dem Assistenten."
EMPTY_DONE = "Noch nichts erledigt. Hak eine Aufgabe ab, dann steht sie hier."
EMPTY_DELETED = "In den letzten 30 Tagen wurde nichts gelöscht."
EMPTY_TODAY = "Heute ist nichts fällig. Gib einer Aufgabe das heutige Datum, dann steht sie hier."
EMPTY_UPCOMING = "Nichts in Sicht. Was ab morgen fällig ist, steht hier nach Tagen."
EMPTY_OVERDUE = "Nichts ist überfällig."
EMPTY_ALL = "Noch keine Aufgaben. Füg oben eine hinzu oder sag es dem Assistenten."
EMPTY_SEARCH = "Keine Aufgabe hier hat diese Wörter."
EMPTY_FILTERED = "Keine Aufgabe hier passt zu den Filtern."
CHANGE_UNSURE = (
    "Die Datenbank ist nicht erreichbar, deine letzte Änderung fehlt vielleicht."
    " Sieh in der Liste nach und versuch es noch einmal."
)
TASKS_FAILED = "Die Aufgaben lassen sich gerade nicht lesen. Sie sind sicher. Versuch es gleich noch einmal."
FILTER = "Filtern und sortieren"
FILTERS = "Filter"
CLEAR = "Leeren"
CLEAR_FILTERS = "Alle Filter entfernen"
REMOVE_FILTER = "Filter {filter} entfernen"
PRIORITY_FILTER = "Priorität {priority}"
DUE_AFTER_FILTER = "ab {date}"
DUE_BEFORE_FILTER = "bis {date}"
FOUND_ONE = "Aufgabe"
FOUND_MANY = "Aufgaben"
PRIORITY = "Priorität"
ANY_PRIORITY = "Alle"
TAGS = "Schlagwörter"
FILTER_BY_TAG = "Nur dieses Schlagwort anzeigen"
DUE_FROM = "Fällig ab"
DUE_UNTIL = "Fällig bis"
ANY_DAY = "jederzeit"
DATE_HINT = "freitag 9 uhr"
DUE_DATE = "Fälligkeit"
SET_DATE = "Datum setzen"
CHANGE_DATE = "Datum ändern"
SET_PRIORITY = "Priorität ändern"
SORT = "Sortierung"
SORT_NAMES = {
    "created": "Hinzugefügt",
    "due": "Fälligkeit",
    "priority": "Priorität",
    "title": "Titel",
    "manual": "Von Hand",
}
ASCENDING = "Aufsteigend"
DESCENDING = "Absteigend"
REMOVE_CHIP = "{chip}: im Titel lassen"
ADDED = "#{number} {title} hinzugefügt"
SEARCH = "Aufgaben suchen"
RESTORE = "Wiederherstellen"
OPEN_DETAILS = "#{number} öffnen"
COMPLETED = "#{number} {title} erledigt"
DELETED = "#{number} {title} gelöscht"
RESTORED = "#{number} {title} wiederhergestellt"
PRIORITIES = {"low": "Niedrig", "medium": "Mittel", "high": "Hoch"}
NEAR_DAYS = {-1: "Gestern", 0: "Heute", 1: "Morgen"}
WEEKDAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
MONTHS = ("Jan", "Feb", "März", "Apr", "Mai", "Juni", "Juli", "Aug", "Sep", "Okt", "Nov", "Dez")
DAY = "{day}. {month}"

# Several tasks
SELECT_TASK = "#{number} auswählen"
SELECT_TASKS = "Aufgaben auswählen"
SELECTED_TASKS = "Ausgewählte Aufgaben"
SELECTED = "ausgewählt"
SELECTED_ONE = "Aufgabe ausgewählt"
SELECTED_MANY = "Aufgaben ausgewählt"
CLEAR_SELECTION = "Auswahl aufheben"
COMPLETE_SELECTED = "Ausgewählte erledigen"
DELETE_SELECTED = "Ausgewählte löschen"
DATE_SELECTED = "Datum der ausgewählten"
PRIORITIZE_SELECTED = "Priorität der ausgewählten"
TAG_SELECTED = "Schlagwort für ausgewählte"
BULK_DATES = {"today": "Heute", "tomorrow": "Morgen", "next week": "Nächste Woche", "": "Kein Datum"}
APPLY = "Übernehmen"
COMPLETED_MANY = "{count} Aufgaben erledigt"
DELETED_MANY = "{count} Aufgaben gelöscht"
CHANGED_MANY = "{count} Aufgaben geändert"
CHANGED = "#{number} {title} geändert"
NOTHING_TO_CHANGE = "Nichts zu ändern: Sie sind schon so."
ABOUT = "zu"

# The order by hand
MOVE_TASK = "#{number} verschieben"
MOVE_HELP = (
    "Drück die Leertaste, verschieb mit den Pfeiltasten, drück wieder die Leertaste. "
    "Alt mit einer Pfeiltaste verschiebt eine Zeile sofort."
)
MOVED = "#{number} {title} verschoben"
MOVED_TO = "Jetzt an Stelle {position}"

# One task
TASK_DETAILS = "Einzelheiten der Aufgabe"
BACK = "Zurück zur Liste"
IS_DELETED = "Diese Aufgabe ist gelöscht. Du kannst sie 30 Tage lang wiederherstellen."
CREATED = "Hinzugefügt"
HISTORY = "Verlauf"
DESCRIPTION = "Beschreibung"
ADD_DESCRIPTION = "Beschreibung hinzufügen"
EDIT_DESCRIPTION = "Beschreibung bearbeiten"
DESCRIPTION_HINT = "Notizen, Links, eine Liste. Markdown geht."
SAVE = "Speichern"
NO_DUE_DATE = "Kein Datum"
PICK_DAY = "Tag"
CLEAR_DUE_DATE = "Datum entfernen"
NO_REPEAT = "Wiederholt sich nicht"
REPEAT = "Wiederholung"
REPEAT_HINT = "alle 2 wochen"
CLEAR_REPEAT = "Nicht mehr wiederholen"
NEW_TAG = "Neues Schlagwort"
ADD_TAG = "Schlagwort hinzufügen"
NOT_KEPT = (
    "taskchat erreicht gerade seine Datenbank nicht. Was du geschrieben hast, ist noch da: "
    "Versuch es gleich noch einmal."
)
REMOVE_TAG = "Schlagwort {tag} entfernen"

# Reminders
REMINDERS = "Erinnerungen"
REMINDER = "Erinnerung"
REMINDER_OF = "Erinnerung an #{number} {title}"
REMINDER_CHOICES = {
    "at_due_time": "Zur Fälligkeit",
    "10_minutes": "10 Minuten vorher",
    "1_hour": "1 Stunde vorher",
    "1_day": "1 Tag vorher",
    "none": "Keine",
}
RINGS = "Meldet sich: {when}"
RANG = "{when} · #{number}"
DONE = "Erledigt"
SNOOZE = "In 10 Minuten"
OPEN_TASK = "Öffnen"
SNOOZED = "#{number} {title} meldet sich wieder um {clock}"
ALLOW_NOTIFICATIONS = "Benachrichtigungen erlauben"
NO_REMINDER = "Gib der Aufgabe eine Fälligkeit, um erinnert zu werden."
NOTIFICATIONS_BLOCKED = "Benachrichtigungen sind in den Einstellungen dieses Browsers gesperrt."

# Activity
ACTIVITY = "Verlauf"
EMPTY_ACTIVITY = "Noch ist nichts passiert. Jede Änderung einer Aufgabe wird hier festgehalten."
ACTORS = {"person": "Du", "assistant": "Assistent", "api": "API", "mcp": "MCP", "repeat": "Wiederholung"}
DID = {
    "created": "{who}: hinzugefügt",
    "completed": "{who}: erledigt",
    "reopened": "{who}: wieder geöffnet",
    "updated": "{who}: geändert",
    "moved": "{who}: verschoben",
    "deleted": "{who}: gelöscht",
    "restored": "{who}: wiederhergestellt",
    "undone": "{who}: zurückgenommen",
    "reminder_set": "{who}: Erinnerung gesetzt",
    "reminder_removed": "{who}: Erinnerung entfernt",
}
FIELDS = {
    "title": "Titel",
    "description": "Beschreibung",
    "due_at": "Fällig",
    "recurrence": "Wiederholung",
    "priority": "Priorität",
    "tags": "Schlagwörter",
    "completed_at": "Stand",
}
DIFFERENCE = "{name}: {before} → {after}"
NONE = "keine Angabe"
STATE_OPEN = "offen"
STATE_DONE = "erledigt"
THERE_AGAIN = "Sie ist wieder da."
GONE_AGAIN = "Sie ist wieder weg."

# Frame
CONNECTION = "Verbindung"
CONNECTED = "Verbunden"
RECONNECTING = "Verbindet neu"
OFFLINE_STATE = "Offline"
SERVER_UNREACHABLE = (
    "Diese Seite erreicht ihren Server unter {address} nicht."
    " Prüf, ob er dort läuft und kein anderes Programm oder taskchat diese Adresse hat."
)
UNANSWERED = "Der Server hat noch nicht geantwortet. Was du getan hast, wartet auf ihn."
TOO_MANY_PAGES = (
    "Von deinem Konto oder Netz aus sind zu viele Seiten von taskchat offen. Schließ einige: Diese verbindet sich dann"
    " von selbst."
)
NOT_TAKEN = (
    "Das wurde nicht angenommen: Es ist zu lang, oder diese Seite ist veraltet. Kürz es auf 10.000 Zeichen, oder lade"
    " die Seite neu."
)
PANES = "Bereiche"
SKIP = "Nachricht schreiben"
CHAT = "Chat"
THEME = "Zwischen hell und dunkel wechseln"
SHOW_CONVERSATIONS = "Unterhaltungen anzeigen"

# An unknown address
NOTHING_HERE_TITLE = "Hier ist nichts · taskchat"
NOTHING_HERE = "Hier ist nichts"
NOTHING_HERE_HINT = "Die Adresse ist vielleicht unvollständig, oder was hier war, ist weg."
TO_TASKS = "Zu deinen Aufgaben"

# Settings
SETTINGS_TITLE = "Einstellungen · taskchat"
SETTINGS = "Einstellungen"
BACK_TO_TASKS = "Zurück zu deinen Aufgaben"
SAVED = "Gespeichert."
REGION = "Sprache und Zeit"
LANGUAGE = "Sprache"
OWN_LANGUAGE = "Sprache des Browsers"
TIME_ZONE = "Zeitzone"
TIME_ZONE_HINT = (
    "Tipp eine Stadt oder Gegend ein, etwa Berlin. Daten werden nach der Uhr dort verstanden und angezeigt."
)
UNKNOWN_ZONE = "Diese Zeitzone gibt es nicht. Wähl eine aus der Liste, etwa Europe/Berlin."
WEEK_START = "Die Woche beginnt am"
WEEK_START_HINT = "Davon hängt ab, was „diese Woche“, „nächste Woche“ und „Ende der Woche“ bedeuten."
WEEK_STARTS = {"monday": "Montag", "saturday": "Samstag", "sunday": "Sonntag"}
APPEARANCE = "Aussehen"
THEMES = {"system": "System", "light": "Hell", "dark": "Dunkel"}
CHANGE_PASSWORD = "Passwort ändern"
CURRENT_PASSWORD = "Jetziges Passwort"
NEW_PASSWORD = "Neues Passwort"
CHANGE_PASSWORD_HINT = "Beendet alle deine anderen Anmeldungen. Hier bleibst du angemeldet."
PASSWORD_CHANGED = "Dein Passwort ist geändert. Alle deine anderen Anmeldungen sind beendet."
WRONG_PASSWORD = "Das ist nicht dein jetziges Passwort."
LOGINS = "Anmeldungen"
SIGN_OUT_ALL = "Überall abmelden"
SIGN_OUT_ALL_HINT = (
    "Beendet alle deine Anmeldungen auf allen Geräten, auch diese. Deine Aufgaben und Unterhaltungen bleiben."
)
DELETE_ACCOUNT = "Konto löschen"
DELETE_ACCOUNT_HINT = (
    "Löscht dein Konto sofort, mit allen deinen Aufgaben, Unterhaltungen, Verläufen und Einstellungen. "
    "Nichts davon lässt sich wiederherstellen."
)
TYPE_EMAIL = "Gib zur Bestätigung deine E-Mail ein"
OTHER_EMAIL = "Das ist nicht die E-Mail deines Kontos. Gib {email} ein."
ZONE_DIFFERS = "Dein Browser ist in {browser}, taskchat nutzt {stored}."
SWITCH_ZONE = "Wechseln"
KEEP_ZONE = "Beibehalten"

# Keyboard
SHORTCUTS = "Tastenkürzel"
SHORTCUT_GROUPS = ("Überall", "In der Liste der Unterhaltungen", "In der Aufgabenliste", "Beim Schreiben")
SHORTCUT_KEYS = (
    (
        (("Strg", "K"), "Suchen oder etwas tun"),
        (("n",), "Aufgabe hinzufügen"),
        (("c",), "Nachricht schreiben"),
        (("/",), "Aufgaben suchen"),
        (("j",), "Zur Aufgabenliste"),
        (("Alt", "↑"), "Unterhaltung darüber"),
        (("Alt", "↓"), "Unterhaltung darunter"),
        (("Esc",), "Offenes schließen"),
        (("?",), "Diese Tasten anzeigen"),
    ),
    (
        (("↑", "↓"), "Von einer zur anderen"),
        (("Enter",), "Öffnen"),
        (("F2",), "Umbenennen"),
        (("Entf",), "Löschen"),
    ),
    (
        (("↑", "↓"), "Von Aufgabe zu Aufgabe, wie j und k"),
        (("Pos1", "Ende"), "Zur ersten oder letzten"),
        (("Leertaste",), "Erledigen"),
        (("Enter",), "Öffnen"),
        (("x",), "Auswählen"),
        (("Alt", "↑", "↓"), "Verschieben, in der Reihenfolge von Hand"),
        (("e",), "Titel ändern"),
        (("d",), "Datum setzen"),
        (("Entf",), "Löschen"),
    ),
    (
        (("Enter",), "Senden oder Geändertes behalten"),
        (("Shift", "Enter"), "Zeile umbrechen"),
        (("Esc",), "Geändertes verwerfen"),
    ),
)

# Palette
PALETTE = "Suche oder Befehl"
PALETTE_KEYS = ("Strg", "K")
PALETTE_PLACEHOLDER = "Suchen, oder ein Befehl"
PALETTE_NOTHING = "Nichts hat diese Wörter."
PALETTE_FAILED = (
    "Aufgaben und Unterhaltungen lassen sich gerade nicht durchsuchen. Sie sind sicher. Versuch es gleich noch einmal."
)
COMMANDS = "Befehle"
NEW_TASK = "Neue Aufgabe"
VIEW_COMMANDS = {
    "open": "Offene Aufgaben zeigen",
    "today": "Heute zeigen",
    "upcoming": "Kommende Aufgaben zeigen",
    "overdue": "Überfällige Aufgaben zeigen",
    "done": "Erledigte Aufgaben zeigen",
    "deleted": "Gelöschte Aufgaben zeigen",
    "activity": "Aktivität zeigen",
}
THEME_COMMANDS = {"light": "Design: hell", "dark": "Design: dunkel", "system": "Design: wie das System"}
