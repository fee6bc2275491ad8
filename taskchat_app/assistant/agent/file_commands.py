"""Decides whether a command is about attached files, which the rules cannot read: "add everything in this photo"."""

from taskchat_app.assistant.grammar.commands import Command, Target
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb, ends_with_verb

_FILE = (
    r"(?:(?:photo|picture|image|screenshot|scan|file|pdf|document|attachment|list)s?"
    r"|fotos?|bild(?:er)?|datei(?:en)?|dokument(?:en?)?|anhang|listen?)\b"
)
# "the homework in this photo"
_ON_A_FILE = phrase(rf"\b(?:in|on|from|auf|aus|im) (?:\w+ ){{0,5}}{_FILE}")
# "the first page of the document"
_OF_A_FILE = phrase(rf"\b(?:of|von|vom) (?:\w+ ){{0,2}}{_FILE}")
# "my list", "the new photo"
_A_FILE = sentence(rf"(?:(?:the|this|that|my|an?|das|die|den|diese[ns]?|meine?) (?:\w+ ){{0,2}})?{_FILE}")
_TASKS = r"(?:tasks?|items?|lines?|things?|points?|entries|aufgaben?|zeilen?|punkte?|einträge?|dinge?)\b"
# "all of them", "everything except the last line", "1, 3-5"
_ITS_LINES = sentence(
    r"(?:all|everything|every|each|both|lines?|alles?|jede[nrs]?|beide[ns]?|zeilen?)"
    r"(?: (?:of|in|on|from|as|except|but|the|this|that|these|those|them|my|your|\d+|von|aus|auf|als|außer|davon"
    rf"|der|die|das|den|dem|dies\w*|mein\w*|{_TASKS})\b.*)?"
    r"|\d[\d ,&-]*"
)
# "the tasks of this photo"
_ITS_TASKS = sentence(rf"(?:(?:the|these|all|die|diese|alle) )?{_TASKS}.*")
# As a title, "all ingredients" is in the file; an "all hands meeting" is a task.
_ALL_OF_A_KIND = sentence(
    r"(?!(?:all (?:hands|day|night|nighter|saints|souls|inclusive|clear)|everything bagels?|alles gute)\b)"
    r"(?:(?:of|about|for|prior to) )?"
    r"(?:all|everything|every|each|them|this|these|those|alles?|sämtliche[ns]?|jede[nrs]?|diese[nrs]?)\b(?!-).*"
)
# "five of homework in the scan" of "remind me at ten to five of homework in the scan"
_HOUR = sentence(r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) .*")
# "text from the photo": two nouns, though "text" may be a verb too. "Print the photo", "print pages" have a verb.
_NOUN_FIRST = sentence(
    r"[\w-]+ (?!(?:the|this|that|these|those|an?|my|your|his|her|our|their|its|me|him|us|them|it|pages?|\d+"
    r"|d(?:ie|er|as|en|em)|eine?[nm]?|dies\w*|mein\w*|dein\w*|unser\w*|ihn|ihr\w*|sie|es|seiten?)\b).+"
)
# "move these to friday"
_THESE = phrase(
    r"\b(?:these|those|(?:all|each|both) of (?:them|this|it)|them all|davon|here|hier|diese(?! (?:woche|tage)\b)"
    r"|(?:this|attached|diese[rn]) liste?)\b"
)
_THIS = phrase(r"\b(?:this|that|das|dies(?:e[nrs]?)?)\b")
# "what is in it"
_IN_IT = phrase(r"\b(?:in|on|from|of) (?:it|them|this|that)\b|\bdarin\b")


def is_about_files(command: Command) -> bool:
    """Return whether a command is about what is in a file: "add the homework in this photo", "tick these off"."""
    if command.target.numbers:
        return False
    return _targets_files(command) or _text_is_of_files(command)


def _targets_files(command: Command) -> bool:
    """Return whether the tasks that the command is to find or change may be lines of a file."""
    target = command.target
    is_new = command.kind in ("add", "remind")
    if not is_new and (_THESE.search(command.text) or _names_a_file(target)):
        return True  # "move these to friday", "complete the tasks of this photo"
    if command.kind == "complete_all" or (target.is_all and command.kind != "delete_all"):
        return True  # "tick off the list" may be about the photo; a deletion of all tasks is proposed, not done
    return target.pronoun is not None and _THIS.search(command.text) is not None  # "move this to friday"


def _text_is_of_files(command: Command) -> bool:
    """Return whether the command's title or search text names a file, its lines, or "all" of something."""
    title, search = str(command.given.get("title", "")), str(command.given.get("search", ""))
    if title and _says_what_to_do(title, command.text):
        return False
    if any(pattern.fullmatch(title) for pattern in (_A_FILE, _ITS_LINES, _ALL_OF_A_KIND)):
        return True
    return any(_ON_A_FILE.search(words) or _OF_A_FILE.search(words) for words in (title, search))


def _names_a_file(target: Target) -> bool:
    """Return whether the words for tasks name a file or its lines: "all but the tasks in this photo", "lines 1-3"."""
    if target.excluded and _names_a_file(target.excluded):
        return True
    words = target.words
    if _A_FILE.fullmatch(words) or _A_FILE.fullmatch(target.named) or _ON_A_FILE.search(words) or _IN_IT.search(words):
        return True
    are_lines = _ITS_LINES.fullmatch(words)
    if are_lines and not target.filters:
        return True
    are_several = are_lines or target.every or _ITS_TASKS.fullmatch(words)
    return bool(are_several and _OF_A_FILE.search(words))  # "review of the document" is the title of one task


def _says_what_to_do(title: str, clause: str) -> bool:
    """Return whether a title has a verb, so that it is a task: "pay the invoice in this pdf"."""
    text, first_words = clause.casefold(), " ".join(title.casefold().split()[:2])
    follows_to = "remind me " in text and f" to {first_words}" in text
    if follows_to and not _HOUR.fullmatch(title):  # "ten to five" is a time
        return True
    are_nouns = _NOUN_FIRST.fullmatch(title) and _ON_A_FILE.search(title)
    return (begins_with_verb(title) and not are_nouns) or ends_with_verb(title)
