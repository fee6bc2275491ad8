"""Finds a recurrence in a sentence, in English and German: "every monday and thursday", "alle zwei Wochen"."""

import re
from typing import NamedTuple, TypeAlias

from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.recurrence.pattern_rules import Write
from taskchat_app.domain.dates.recurrence.patterns import ADVERB_ROWS, ALWAYS, EVERY_ROWS, FORMS, SPAN
from taskchat_app.domain.dates.vocabulary import END, caseless, with_digraphs


def _days(day: str, strong: str, weak: str) -> str:
    """Return a pattern of several days: three also with weak joints alone, two only with a strong one.

    So "friday, saturday is the party" names one day.
    """
    last_is_strong = rf"{day}(?:(?:{weak}){day}){{0,5}}(?:{strong}){day}"  # "monday and friday", "mon, tue and fri"
    all_are_weak = rf"{day}(?:(?:{weak}){day}){{2,6}}"  # "monday, tuesday, friday", "mon tue fri"
    return rf"(?<![\w'’/\-])(?:{last_is_strong}|{all_are_weak}){END}"


_LONG, _SHORT, _GERMAN_SHORT = FORMS
_DAY_LISTS = (
    _days(_LONG, r"\s?[/&+]\s?|[-–]|,?\s(?:and|und|or|oder|to|bis|through|thru|till)\s(?:on\s|am\s)?", weak=r",\s"),
    _days(_SHORT, r"\s?[/&+–-]\s?|,?\s(?:and|or|to|through|thru|till)\s(?:on\s)?", weak=r",?\s"),
    _days(_GERMAN_SHORT, r"\s?[/&+–-]\s?|,?\s(?:und|u\.?|oder|bis)\s(?:am\s)?", weak=r",?\s"),
)
_DAY_LIST = caseless("|".join(_DAY_LISTS))


def day_lists(text: str) -> list[tuple[int, int]]:
    """Return the places where several weekdays stand together: "monday and friday", "mon - fri", "tue or wed"."""
    return [match.span() for match in _DAY_LIST.finditer(text)]


class FoundRule(NamedTuple):
    """A recurrence in words: its place in the sentence, and its RRULE."""

    start: int
    end: int
    rule: str


_START = rf"(?<![\w'’/\-])(?:{ALWAYS}\s)?"
_Table: TypeAlias = tuple[tuple[re.Pattern[str], Write], ...]
"""Patterns, each with what makes an RRULE of its match, or None of words that are no recurrence for certain."""
_EVERY_TABLE: _Table = tuple((caseless(f"{_START}(?:{pattern}){END}"), write) for pattern, write in EVERY_ROWS)
_ADVERB_TABLE: _Table = tuple(
    (caseless(f"{_START}(?:{with_digraphs(pattern)}){END}"), write) for pattern, write in ADVERB_ROWS
)


def find_rule(sentence: str) -> FoundRule | None:
    """Return the recurrence of a sentence, outside its quotes; None without a certain one."""
    text = mask_quotes(sentence)
    for pattern, write in _EVERY_TABLE:
        for match in pattern.finditer(text):
            if rule := write(match):
                return FoundRule(*_with_verb(text, match), rule)
    for pattern, write in _ADVERB_TABLE:
        for match in pattern.finditer(text):
            if _begins_or_ends(text, match) and (rule := write(match)):
                return FoundRule(*_with_verb(text, match), rule)
    return None


_IT_REPEATS = r"repeats|recurs|repeat\s(?:it|this|that)|wiederholt|wiederhole\s(?:es|das)"
# What ends before a recurrence. "Listen and repeat every day" is a title: without a comma, "repeat" needs its "it".
_BEFORE = (
    r"\s?[,.;]\s(?:and\s|und\s)?(?:repeat|wiederhole)",  # ". Repeat", ", wiederhole"
    rf"(?:\s?[,.;])?\s(?:and|und|that|which)\s(?:{_IT_REPEATS})",  # " and repeat it", " that repeats"
    r"(?:\s?[,.;])?\s(?:repeating|recurring|wiederkehrend|sich\swiederholend)",  # " repeating"
    r"\s?[,.;]\s(?:repeats|repeat\s(?:it|this|that)|wiederholt(?:\ssich)?)",  # ", repeats"
)
_REPEATS = caseless(rf"(?:{'|'.join(_BEFORE)})\s$")
_BEFORE_WIEDERHOLEN = caseless(r"(?:\s?,\s(?:die\ssich\s)?|\sund\s)$")  # ", ", " und "
_WIEDERHOLEN = caseless(r"\s(?:wiederholen|wiederholt)(?=\s?(?:$|[.!,]))")  # " wiederholen"


def _with_verb(text: str, match: re.Match[str]) -> tuple[int, int]:
    """Return the place of a recurrence, with the verb before or after it: ", repeat it every monday"."""
    before = text[: match.start()]
    if lead := _REPEATS.search(before):
        return match.start() - len(lead[0]), match.end()
    # ", jeden Montag wiederholen"; but "Vokabeln jede Woche wiederholen" is a title
    joint, verb = _BEFORE_WIEDERHOLEN.search(before), _WIEDERHOLEN.match(text, match.end())
    if joint and verb:
        return match.start() - len(joint[0]), verb.end()
    return match.start(), match.end()


_BOUND = (
    r"(?:at|(?:so\s)?um|by|from|starting|beginning|ab|bis|until|till?|through|ending|except|excluding"
    r"|apart\sfrom|but\snot|außer|ausser|vom?(?=\s\d))(?!\w)"
)
_AFTER = (
    r"\s?[.!?,;]{0,9}\s?$",  # nothing, or marks
    r"\s?\swiederhol(?:en|t)\s?[.!]?$",
    rf"\s?,?\s?(?:{_BOUND}|@|!\w|#\w|\d{{1,2}}(?::\d\d|\s?(?:am|pm|uhr))|{SPAN})",  # " until", " 9:30", " !high"
    r"\s?\s(?-i:[a-zäöüß]{2,20}(?:en|ern|eln))\s?[.!]?$",  # an infinitive: "(Miete jeden 1.) überweisen"
)
_CLOSING = caseless("|".join(_AFTER))
"""What may follow a recurrence."""
# "Dienstags Müll rausbringen" and "on mondays gym" repeat; "sonntags ist frei" and "on mondays for kids" may not.
_OPENING_ADVERB = caseless(
    with_digraphs(
        r"täglich|wöchentlich|monatlich|jährlich|werktags|einmal\s|(?:\w{3,7}tags|mittwochs)\b|on\s\w{3,6}days|\w{3,6}days\sand"
    )
)
_NO_TITLE = caseless(
    r"\s(?:ist|sind|war|waren|hat|habe|haben|wird|gibt|geht|kommt|nie|nicht|kein\w{0,2}|for|is|are|was|were)\s"
)
_ARTICLE = caseless(
    r"\b(?:the|a|an|my|our|this|der|die|das|den|dem|mein|meine|of|and|or|und|oder|not|nicht|except|excluding|außer|ausser)\s$"
)


def _begins_or_ends(text: str, match: re.Match[str]) -> bool:
    """Return whether an adverb such as "dienstags" begins or ends its sentence, as a recurrence does."""
    before, after = text[: match.start()], text[match.end() :]
    if _ARTICLE.search(before):
        return False
    if _CLOSING.match(after):
        return True
    precedes_title = _OPENING_ADVERB.match(match[0]) is not None and not _NO_TITLE.match(f"{after} ")
    return not before.strip() and (precedes_title or after.lstrip().startswith((",", ":")))
