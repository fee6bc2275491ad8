"""Decides whether the offline rules answer when Gemini fails: only simple commands, before the first tool call."""

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import Command, UserClock
from taskchat_app.assistant.grammar.patterns import phrase, sentence
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb, ends_with_verb
from taskchat_app.domain.storage.database import now
from taskchat_app.i18n.messages import gettext

OUTAGES = ("bad_key", "unknown_model", "quota", "unavailable", "unreachable", "timeout", "cut_off", "garbled")
"""Codes of failures of Gemini's service or of our settings, whatever the message says."""
STILL_WORKS = gettext("One-line commands such as “add buy milk”, “done 3” or “find dentist” still work.")
NOTICE_TITLE = gettext("Gemini did not answer")
NOTICE = gettext("Simple commands still work: this one was followed by built-in rules.")
COMMAND_MAX_CHARACTERS = 200
# "I want to know what is due" begins like "I want to buy milk". Users of Gemini write free sentences, so neither is a
# command.
_STATEMENT = sentence(r"\s?(?:i|we|ich|wir)\b.*")
_SECOND_SENTENCE = phrase(r"[.!?] \w")
# "Add all of them" and "add everything in this photo" say nothing of which tasks; "add print the photo" does.
_FILE = (
    r"(?:(?:photo|picture|image|screenshot|scan|file|pdf|document|attachment|list)s?"
    r"|fotos?|bild(?:er)?|datei(?:en)?|dokument(?:en?)?|anhang|listen?)\b"
)
_IN_A_FILE = phrase(rf"\b(?:in|on|from|of|auf|aus|von|vom|im) (?:\w+ ){{0,2}}{_FILE}")
_A_FILE = sentence(rf"(?:the|this|that|my|an?|das|die|den|diese[ns]?|meine?) (?:\w+ ){{0,2}}{_FILE}")
_TASKS = r"(?:tasks?|items?|lines?|things?|points?|entries|aufgaben?|zeilen?|punkte?|einträge?|dinge?)\b"
_ITS_LINES = sentence(
    r"(?:all(?!-)|everything|every|them|these|those|alles?|jede[nrs]?|diese[nrs]?)\b.*"
    r"|(?:both|beide[ns]?|lines?|zeilen?)"
    rf"(?: (?:of|in|on|from|as|the|these|those|\d+|{_TASKS}|von|aus|auf|als|davon)\b.*)?"
    r"|\d[\d ,&-]*"
)
_ITS_TASKS = sentence(rf"(?:(?:the|these|all|die|diese|alle) )?{_TASKS}.*")
# "Pay the invoice in this pdf" and "Formular im Anhang ausfüllen" are tasks; "text from the photo" is what it holds.
_OWN_TASK = sentence(r"\w+ (?:the|my|our|an?|this|that|das|die|den|der|dem|meine?\w?|unsere?\w?) .+")
_THIS_LIST = phrase(r"\b(?:this|attached|diese[rn]?) (?:list|liste)\b")


def is_command(text: str, clock: UserClock, *, beside_files: bool = False) -> bool:
    """Return whether the rules understand the message (TurnContext.command) as simple commands in one line.

    What is said about attached files is no command: the rules do not know what they hold.
    """
    if not text or len(text) > COMMAND_MAX_CHARACTERS or "\n" in text or _STATEMENT.fullmatch(text):
        return False
    commands = read_message(text, clock)
    if any(_SECOND_SENTENCE.search(str(command.given.get("title", ""))) for command in commands):
        return False
    if beside_files and any(_is_about_files(command, text) for command in commands):
        return False
    return all(command.is_order for command in commands)


def _is_about_files(command: Command, text: str) -> bool:
    """Return whether a command names what is in a file, and no task: "add the homework in this photo"."""
    title = str(command.given.get("title", ""))
    words = command.target.words
    is_own = (begins_with_verb(title) and _OWN_TASK.fullmatch(title)) or ends_with_verb(title)
    if command.target.numbers or is_own:
        return False
    if _A_FILE.fullmatch(title) or any(map(_ITS_LINES.fullmatch, (title, words))):
        return True
    named = (title, str(command.given.get("search", "")), words if _ITS_TASKS.fullmatch(words) else "")
    return any(map(_IN_A_FILE.search, named)) or (not any(named) and _THIS_LIST.search(text) is not None)


def may_fall_back(turn: TurnContext) -> bool:
    """Return whether the rules could answer. Parsing takes milliseconds: asked only if Gemini fails or waits."""
    clock, has_files = UserClock(turn.person.zone, now()), bool(turn.user_message.attachments)
    return turn.round == 1 and is_command(turn.command, clock, beside_files=has_files)
