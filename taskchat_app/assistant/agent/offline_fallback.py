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
_IN_FILE = rf"(?:in|on|from|of|auf|aus|von|vom|im) (?:\w+ ){{0,2}}{_FILE}"
_IN_A_FILE = phrase(rf"\b{_IN_FILE}")
_A_FILE = sentence(rf"(?:the|this|that|my|an?|das|die|den|diese[ns]?|meine?) (?:\w+ ){{0,2}}{_FILE}")
_TASKS = r"(?:tasks?|items?|lines?|things?|points?|entries|aufgaben?|zeilen?|punkte?|einträge?|dinge?)\b"
_ITS_LINES = sentence(
    r"(?:all|everything|every|both|them|these|those|lines?|alles?|jede[nrs]?|beide[ns]?|diese[nrs]?|zeilen?)"
    r"(?: (?:of|in|on|from|as|except|but|the|this|that|these|those|them|my|your|\d+|von|aus|auf|als|außer|davon"
    rf"|der|die|das|den|dem|dies\w*|mein\w*|{_TASKS})\b.*)?"
    r"|\d[\d ,&-]*"
)
_ITS_TASKS = sentence(rf"(?:(?:the|these|all|die|diese|alle) )?{_TASKS}.*")
# As a title, "all ingredients" and "all open points" are in the file; an "all hands meeting" is a task.
_ALL_OF_A_KIND = sentence(
    r"(?:everything|every|them|these|those|alles?|jede[nrs]?|diese) .+"
    r"|all(?! hands\b) (?:\w+|(?:\w+ ){1,3}?\w+s)"
    r"(?: (?:in|on|from|of|for|with|as|except|but|by|that|which|you|we|i)\b.*)?"
)
# "Phone numbers from this photo" are in it; "print pages from this pdf" is a task.
_NOUN_IN_A_FILE = sentence(
    r"(?:text|phone|e-?mail|mail|contact|order|book|invoice)"
    r"(?: (?:numbers?|addresses|names?|titles?|details|dates?|entries|items?|lines?))?"
    rf" {_IN_FILE}"
)
_REMIND_TO = phrase(r"\bremind me (?:(?!of\b|about\b|that\b)\w+ ){0,4}to\b")
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
    """Return whether a command names what is in a file, and no task: "add the homework in this photo".

    A title that says what to do is a task. Else it is of the file if it says "all" of something, or names lines or a
    file. Tasks that are there are meant unless the words name a file, or all tasks without a filter.
    """
    title, target = str(command.given.get("title", "")), command.target
    if target.numbers or (title and _says_what_to_do(title, command.text)):
        return False
    if any(pattern.fullmatch(title) for pattern in (_A_FILE, _ITS_LINES, _ALL_OF_A_KIND)):
        return True
    is_all = _ITS_LINES.fullmatch(target.words) is not None
    if _A_FILE.fullmatch(target.named) or (is_all and not target.filters):
        return True
    words = target.words if is_all or _ITS_TASKS.fullmatch(target.words) else ""
    named = (title, str(command.given.get("search", "")), words)
    return any(map(_IN_A_FILE.search, named)) or (not any(named) and _THIS_LIST.search(text) is not None)


def _says_what_to_do(title: str, clause: str) -> bool:
    """Return whether a title has a verb: "pay the invoice in this pdf". What follows "remind me to" begins with one."""
    begins = begins_with_verb(title) and not _NOUN_IN_A_FILE.fullmatch(title)
    return begins or ends_with_verb(title) or _REMIND_TO.search(clause) is not None


def may_fall_back(turn: TurnContext) -> bool:
    """Return whether the rules could answer. Parsing takes milliseconds: asked only if Gemini fails or waits."""
    clock, has_files = UserClock(turn.person.zone, now()), bool(turn.user_message.attachments)
    return turn.round == 1 and is_command(turn.command, clock, beside_files=has_files)
