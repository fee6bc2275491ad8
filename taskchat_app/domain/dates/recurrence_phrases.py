"""Finds a recurrence in a sentence, in English and German: "every monday and thursday", "alle zwei Wochen"."""

import re

from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.recurrence_rows import ADVERB_ROWS, ALWAYS, EVERY_ROWS, FORMS, SPAN
from taskchat_app.domain.dates.vocabulary import END, with_digraphs
from taskchat_app.runtime.pattern_cache import compile_cached

_START = rf"(?<![\w'’/\-])(?:{ALWAYS}\s)?"
_EVERY_TABLE = tuple(
    (compile_cached(f"{_START}(?:{pattern}){END}", re.IGNORECASE), write) for pattern, write in EVERY_ROWS
)
_ADVERB_TABLE = tuple(
    (compile_cached(f"{_START}(?:{with_digraphs(pattern)}){END}", re.IGNORECASE), write)
    for pattern, write in ADVERB_ROWS
)
_CLOSING = compile_cached(
    r"\s?(?:[.!?,;]{0,9}\s?$|,?\s?(?:(?:at|um|by|from|starting|beginning|ab|bis|until|till?|through|ending|except|excluding"
    r"|apart\sfrom|but\snot|außer|ausser|vom?(?=\s\d))(?!\w)|@|!\w|#\w|\d{1,2}(?::\d\d|\s?(?:am|pm|uhr))"
    rf"|{SPAN}))",
    re.IGNORECASE,
)
_GERMAN_ADVERB = re.compile(with_digraphs("täglich|wöchentlich|monatlich|jährlich|werktags|einmal\\s"), re.IGNORECASE)
_ARTICLE = re.compile(
    r"\b(?:the|a|an|my|our|this|der|die|das|den|dem|mein|meine|of|and|or|und|oder|not|nicht|except|excluding|außer|ausser)\s$",
    re.IGNORECASE,
)


# "And", "or", a slash or a dash joins two days. Three may stand with commas alone, short ones also with blanks:
# "friday, saturday is the party" names one day.
_JOINTS = (r"\s?[/&+]\s?|[-–]|,?\s(?:and|und|or|oder|to|bis|through|thru|till)\s(?:on\s|am\s)?", r",\s")
_SHORT_JOINTS = (r"\s?[/&+–-]\s?|,?\s(?:and|or|to|through|thru|till)\s(?:on\s)?", r",?\s")
_GERMAN_SHORT_JOINTS = (r"\s?[/&+–-]\s?|,?\s(?:und|oder|bis)\s(?:am\s)?", r",?\s")
_DAY_LIST = compile_cached(
    "|".join(
        rf"(?<![\w'’/\-])(?:{day}(?:(?:{weak}){day}){{0,5}}(?:{joint}){day}|{day}(?:(?:{weak}){day}){{2,6}}){END}"
        for day, (joint, weak) in zip(FORMS, (_JOINTS, _SHORT_JOINTS, _GERMAN_SHORT_JOINTS), strict=True)
    ),
    re.IGNORECASE,
)


def day_lists(text: str) -> list[tuple[int, int]]:
    """Return the places where several weekdays stand together: "monday and friday", "mon - fri", "tue or wed"."""
    return [match.span() for match in _DAY_LIST.finditer(text)]


def find_rule(sentence: str) -> tuple[int, int, str] | None:
    """Return start, end and RRULE of a recurrence in a sentence; None if there is none or it is uncertain.

    Ignores quoted text.
    """
    text = mask_quotes(sentence)
    for pattern, write in _EVERY_TABLE:
        for match in pattern.finditer(text):
            if rule := write(match):
                return match.start(), match.end(), rule
    for pattern, write in _ADVERB_TABLE:
        for match in pattern.finditer(text):
            if _set_off(text, match) and (rule := write(match)):
                return match.start(), match.end(), rule
    return None


def _set_off(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()], text[match.end() :]
    if _ARTICLE.search(before):
        return False
    leading = not before.strip() and (
        _GERMAN_ADVERB.match(match[0]) is not None or after.lstrip().startswith((",", ":"))
    )
    return leading or bool(_CLOSING.match(after))
