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
    r"(?!(?:all (?:hands|day|night|nighter|saints|souls|inclusive|clear|in one)|everything bagels?|alles gute)\b)"
    r"(?:(?:of|about|for|prior to) )?"
    r"(?:all|everything|every|each|them|this|these|those|alles?|sämtliche[ns]?|jede[nrs]?|diese[nrs]?)\b(?!-).*"
)
# "nine about the photo" of "remind me at five to nine about the photo"
_HOUR = sentence(r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) .*")
# "Phone numbers from this photo" are in it; "print pages from this pdf" is a task.
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
    """Return whether a command names what is in a file, and no task: "add the homework in this photo".

    A title that says what to do is a task. Else it is of the file if it says "all" of something, or names lines or a
    file. Tasks that are there are meant unless the words name a file, "these" or "this", or all tasks without a filter.
    """
    if command.target.numbers:
        return False
    return _targets_files(command) or _text_is_of_files(command)


def _targets_files(command: Command) -> bool:
    """Return whether the tasks that the command is to find or change may be lines of a file."""
    target, is_of_new_task = command.target, command.kind in ("add", "remind")
    if not is_of_new_task and (_THESE.search(command.text) or _names_a_file(target)):
        return True
    # "Tick off the list" and "move this to friday" may be about the photo. A deletion of all is proposed.
    if command.kind == "complete_all" or (target.is_all and command.kind != "delete_all"):
        return True
    return bool(target.pronoun and _THIS.search(command.text))


def _text_is_of_files(command: Command) -> bool:
    """Return whether the command's title or search text names a file or its lines."""
    title, search = str(command.given.get("title", "")), str(command.given.get("search", ""))
    if title and _says_what_to_do(title, command.text):
        return False
    if any(pattern.fullmatch(title) for pattern in (_A_FILE, _ITS_LINES, _ALL_OF_A_KIND)):
        return True
    return any(pattern.search(words) for words in (title, search) for pattern in (_ON_A_FILE, _OF_A_FILE))


def _names_a_file(target: Target) -> bool:
    """Return whether words for tasks that are there name a file or its lines; "review of the document" is a title."""
    words = target.words
    if target.excluded and _names_a_file(target.excluded):
        return True
    is_all = _ITS_LINES.fullmatch(words) is not None
    if (is_all and not target.filters) or any(map(_A_FILE.fullmatch, (words, target.named))):
        return True
    if _ON_A_FILE.search(words) or _IN_IT.search(words):
        return True
    is_sweeping = is_all or target.every or _ITS_TASKS.fullmatch(words)
    return bool(is_sweeping and _OF_A_FILE.search(words))


def _says_what_to_do(title: str, clause: str) -> bool:
    """Return whether a title has a verb: "pay the invoice in this pdf". What follows "remind me to" begins with one."""
    words, said = title.casefold().split()[:2], clause.casefold()
    if "remind me " in said and f" to {' '.join(words)}" in said and not _HOUR.fullmatch(title):
        return True
    is_noun = _NOUN_FIRST.fullmatch(title) and _ON_A_FILE.search(title)
    return (begins_with_verb(title) and not is_noun) or ends_with_verb(title)
