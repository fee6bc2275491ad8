"""Finds what could be a date, a repetition or a reference in a new title, or has not the form of a title."""

import re
from collections.abc import Mapping, Set
from typing import Any

from taskchat_app.assistant.grammar.language_detection import detect_language
from taskchat_app.assistant.grammar.phrases.doubtful_titles import (
    ANY_DAY,
    CLAUSE_WORDS,
    DATE_WORDS,
    GERMAN_ONLY,
    MISFIT_ROWS,
    SAID_OF_TASKS,
    UNREAD_ROWS,
)
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.assistant.grammar.phrases.title_words import FILLERS
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.date_mentions import unread_number
from taskchat_app.domain.dates.vocabulary import DAY_CARDINAL

_UNREAD = phrase("|".join(pattern for pattern, *_ in UNREAD_ROWS))
_MISFIT = phrase("|".join(pattern for pattern, *_ in MISFIT_ROWS))
# A word that is no name, with what an apostrophe joins to it: "don't", "soll's", "I" before another word
_WORD = re.compile(r"(?<![\w'’-])(?:I(?=['’ ])|[^\W\d_A-ZÄÖÜ][^\W\d_]*)(?:['’][a-z]+)?(?![\w-])")
_SHORTENED = re.compile(r"['’](?:re|m|ll|ve|d)\Z|n['’]t\Z")
_ASKS = r"(?:if|whether|that|what|when|where|who|how|why|which|ob|wann|wie|wo|was|wer|warum)\b"
# What may have any words: an indirect question ("ask Tom if the shop delivers", "learn how to knit"), a fixed phrase
_NOT_SEARCHED = phrase(
    rf"\b(?:ask|(?:nach)?frag(?:en?)?)(?: [\w'’-]+){{0,3}},? {_ASKS}[^,;]*|\b(?:how|what|where|which) to\b"
    rf"|\b(?:check|find out|see|test|prüfen?|klären|nachsehen|herausfinden|überlegen),? {_ASKS}[^,;]*"
    r"|\bthank you\b|\blook after\b"
)
# What stands before a title that is given word by word
_WORD_BY_WORD = phrase(r"\b(?:remind me|remember|\d) to \Z|\bda?ran,? (?!dass\b)")
# "Postpone", "priorität", "abends", "januar"
_OF_COMMANDS = sentence(
    rf"{ANY_DAY}|(?:vor|nach)?mittags?|(?:abend|nacht)s?|früh|morning|evening|night|week(?:s|end)?|wochen?(?:ende)?"
    r"|next|nächste\w?|ab|aufs?|complete|postpone|move|rename"
    r"|reschedule|priori\w+|prio|done|finish|löschen|verschieben|abhaken|erledigen|ändern|umbenennen|fällig|due"
    rf"|verzeihung|entschuldigung|sorry|hinzufügen|eintragen|again|others?|andere|{DAY_CARDINAL}"
)
# What a date may leave: "tape on Xmas Eve eve"
_TIME_AT_END = phrase(r"\b(?:eve|morning|evening|night|noon|\d\S*)\Z")
# "Put the passport on next week's list"
_OF_A_PERIOD = phrase(r"(?:(?:this|next|last)-(?:weeks?|months?)|today|tomorrow)s?\b")
_NAMES_OF_DATES = ("deadline", "due", "frist", "termin")
# The new value: a day, or a word with a digit
_NEW = rf"(?:(?:this |next |diesen |nächsten )?{ANY_DAY}|[\w.:]*\d[\w.:]*)"
# The words by which a message corrects itself, in groups:
#   word  behind a mark, not before "for", "until" or the like: "mum tomorrow, sorry, friday"; not "rest, wait for me"
#   no    behind a mark, before another mark or a word such as "on": "call mum, no, dad"; not "cake, no nuts"
#   say   behind a mark, directly before the new value: "move 3 to monday, make it tuesday"
#   sure  without a mark, before the new value or its preposition: "call mum tomorrow i mean on friday"
_CORRECTS = phrase(
    r"\S(?:\s?(?:[,;.!…–-]|\.\.\.) (?:(?:oh|uh|um|er|ach|äh|ähm),? )?(?:(?P<word>wait|sorry|oops|actually|or rather"
    r"|rather|i meant?|scratch that|halt|moment|warte|quatsch|ich mein(?:e|te)?|vielmehr|ups)"
    r"(?! (?:for|until|till|auf|bis|that|i)\b)\b"
    r"|(?P<no>no|nope|nein|nee?)(?= ?[,.!…]| (?:wait|h[ao](?:ng|ld) on|to|on|at|auf|am|um|doch|lieber|lass|leave)\b)"
    rf"|(?P<say>no|nope|nein|nee?|make (?:it|that)|let['’]?s say|mach (?:es|das)|sagen wir) (?={_NEW}))"
    rf"| (?P<sure>no wait|wait,? no|i meant?|scratch that|nein|nee|ich mein(?:e|te)) (?=(?:on |at |am |um )?{_NEW}))"
)
# A title or a description that is given word by word
_VERBATIM = phrase(
    r"\b(?:rename|describe|note|description|title|name|benenne?|nenne?|beschreibe|notiz|beschreibung|titel|namen)\b"
)
# "Bad putzen, ganz wichtig", "hotel in Lisbon (goes with travel)"; neither a list nor "dinner in Arcata, California"
_ASIDE = sentence(r"[^,;:()–]+(?:[,;(–]| -) ?(?!and |und )(?-i:[a-zäöü])[\w'’-]*(?: (?!and |und )[\w'’-]+){0,2}\)?")


def correction(text: str) -> str:
    """Return the word by which a message corrects itself; empty if it does not."""
    match = _CORRECTS.search(mask_quotes(text))
    if match is None or _VERBATIM.search(text, 0, match.start()):
        return ""
    if len(text[: match.start() + 1].split()) < 2:  # "sorry, I meant saturday" corrects the message before
        return ""
    return match["word"] or match["no"] or match["say"] or match["sure"]


def unread_word(title: str) -> str:
    """Return a word of a title that could be a date, a repetition or a reference, and was not read as one; else ""."""
    if number := unread_number(title):
        return number
    masked = mask_quotes(title)
    if match := _UNREAD.search(masked):
        return match[0].strip(" ,.!")
    words = [word for word in masked.casefold().split() if len(word) > 2 and word not in FILLERS]
    for verb in words[:1] + words[-1:]:  # "call dad call mum", "Papa anrufen Mama anrufen"
        if words.count(verb) > 1:
            return verb
    return ""


def names_nothing(title: str) -> bool:
    """Return whether a title has only words of dates, commands and sentences: "every", "next", "postpone"."""
    words = re.findall(r"[^\W_]+", title.casefold())
    return all(word in FILLERS | DATE_WORDS | CLAUSE_WORDS or _OF_COMMANDS.fullmatch(word) for word in words)


def says_more(text: str, *, is_dated: bool) -> bool:
    """Return whether a text has a word of statements ("paket ist weg"), or without a date one such as "nur"."""
    return _function_word(text, ignored=SAID_OF_TASKS | DATE_WORDS if is_dated else SAID_OF_TASKS) != ""


def _function_word(title: str, *, is_word_by_word: bool = False, ignored: Set[str] = frozenset()) -> str:
    """Return the first word of a title in DATE_WORDS, else in CLAUSE_WORDS, but for those ignored; "" if there is none.

    A title word by word may have words of CLAUSE_WORDS. A capital marks a name or a noun, but for the first word.
    """
    said = _NOT_SEARCHED.sub("", mask_quotes(title.casefold() if title.isupper() else title))
    ignored = ignored if detect_language(title) == "de" else ignored | GERMAN_ONLY
    of_dates, of_clauses = DATE_WORDS - ignored, CLAUSE_WORDS - ignored
    words = _WORD.findall(said[:1].casefold() + said[1:])
    found = [word for word in words if _before_apostrophe(word) in of_dates]
    if not is_word_by_word:
        found += [word for word in words if _before_apostrophe(word) in of_clauses or _SHORTENED.search(word)]
    return found[0] if found else ""


def _before_apostrophe(word: str) -> str:
    return re.split("['’]", word.casefold())[0]


def misfit(given: Mapping[str, Any], said: str) -> str:
    """Return a word that makes the title of a new task doubtful, else ""; `said` is the text with the title."""
    title = str(given.get("title", ""))
    masked = mask_quotes(title)
    if found := unread_word(title) or _tag_of_dates(given, said):
        return found
    is_cut = len(given) > 1  # a date or another field was cut out of what was said
    if match := _MISFIT.search(masked) or (_ASIDE.fullmatch(masked) if is_cut else None):
        return match[0].strip()
    end = _TIME_AT_END.search(masked)
    last_words = " ".join(title.split()[-2:]).casefold()  # a date stood between them unless they were said so
    if end and "due_date" in given and last_words not in said.casefold():
        return end[0]
    return _function_word(title, is_word_by_word=_is_word_by_word(title, said, is_cut=is_cut))


def _tag_of_dates(given: Mapping[str, Any], said: str) -> str:
    """Return a tag that is a word of dates: "with tag home and deadline …"; "" for none."""
    for tag in given.get("tags", ()):
        if tag.casefold() in _NAMES_OF_DATES or (_OF_A_PERIOD.match(tag) and f"#{tag}" not in said):
            return tag.replace("-", " ")
    return ""


def _is_word_by_word(title: str, said: str, *, is_cut: bool) -> bool:
    """Return whether a title may have any words: behind "remind me to" or "denk daran", or whole behind a colon.

    `is_cut`: without the words of other fields, so that perhaps only its first word is found in what was said.
    """
    begin = said.casefold().find(title.casefold())
    if begin < 0:
        begin = said.casefold().find(title.casefold().partition(" ")[0])
    before = said[:begin]
    return (before.endswith(": ") and not is_cut) or _WORD_BY_WORD.search(before) is not None
