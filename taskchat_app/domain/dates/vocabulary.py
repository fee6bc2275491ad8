"""English and German date words as tables and regular expressions, and the types of the rows in the tables of dates."""

import re
from collections.abc import Callable, Iterable
from datetime import date, time
from enum import Enum
from typing import NamedTuple, TypeAlias, TypeVar

from taskchat_app.domain.dates.local_time import Today

DIGRAPHS = {"ä": "ae", "ö": "oe", "ü": "ue"}
"""How umlauts are written without their keys."""
Value = TypeVar("Value")
_WITHOUT_UMLAUTS = str.maketrans(DIGRAPHS)


def caseless(pattern: str) -> re.Pattern[str]:
    """Compile a pattern that ignores upper and lower case."""
    return re.compile(pattern, re.IGNORECASE)


def with_digraphs(pattern: str) -> str:
    """Return a pattern that also matches "ae", "oe" and "ue" for umlauts."""
    return re.sub("[äöü]", lambda vowel: f"(?:{vowel[0]}|{DIGRAPHS[vowel[0]]})", pattern)


def in_both_spellings(words: dict[str, Value]) -> dict[str, Value]:
    """Return the words, and those with umlauts also with "ae", "oe" and "ue"."""
    return words | {word.translate(_WITHOUT_UMLAUTS): value for word, value in words.items()}


def _inflected(stem: str) -> str:
    return " ".join(stem + ending for ending in ("e", "en", "er", "es", "em"))


def _numbered(rows: Iterable[str], start: int) -> dict[str, int]:
    return {word: count for count, words in enumerate(rows, start) for word in words.split()}


MONTHS = in_both_spellings(
    _numbered(
        (
            "january januar jänner jan",
            "february februar feber feb",
            "march märz mar mär",
            "april apr",
            "may mai",
            "june juni jun",
            "july juli jul",
            "august aug",
            "september sept sep",
            "october oktober oct okt",
            "november nov",
            "december dezember dec dez",
        ),
        start=1,
    )
)

# The end of a day rather than a clock time: "midnight", "24 Uhr", "end of day".
END_OF_DAY = time(23, 59, 59)
PARTS_OF_DAY: dict[str, time] = in_both_spellings(
    {
        **dict.fromkeys(["early morning", "frühmorgens", "früh morgens"], time(7)),
        **dict.fromkeys(["morning", "früh", "morgen", "morgens"], time(9)),
        **dict.fromkeys(["late morning", "vormittag", "vormittags"], time(10)),
        **dict.fromkeys(["midday", "mittag", "mittags"], time(12)),
        **dict.fromkeys(["afternoon", "nachmittag", "nachmittags", "früher nachmittag"], time(15)),
        **dict.fromkeys(["late afternoon", "später nachmittag", "spätnachmittags"], time(17)),
        **dict.fromkeys(["evening", "early evening", "abend", "abends", "früher abend"], time(18)),
        **dict.fromkeys(["late evening", "später abend", "späten abend", "spät abends", "spätabends"], time(21)),
        **dict.fromkeys(["night", "nacht", "nachts", "all day", "ganztägig", "ganztags"], END_OF_DAY),
    }
)
"""The time that each part of the day means; the night is the end of the day, and so is a whole day."""

# Monday is 0, as in datetime.date.weekday().
WEEKDAYS = _numbered(
    (
        "monday mondays montag montags",
        "tuesday tuesdays tuseday dienstag dienstags",
        "wednesday wednesdays wednsday wensday mittwoch mittwochs",
        "thursday thursdays thrusday donnerstag donnerstags",
        "friday fridays firday freitag freitags",
        "saturday saturdays saterday samstag samstags sonnabend",
        "sunday sundays sonntag sonntags",
    ),
    start=0,
)
SHORT_WEEKDAYS = _numbered(("mon", "tue tues", "wed weds", "thu thur thurs", "fri", "sat", "sun"), start=0)
AMBIGUOUS_WEEKDAYS = ("wed", "sat", "sun")
"""Short weekdays that are also other words: dates only with a time, or after "by"."""
GERMAN_SHORT_WEEKDAYS = _numbered("mo di mi do fr sa so".split(), start=0)
ALL_WEEKDAYS = WEEKDAYS | SHORT_WEEKDAYS | GERMAN_SHORT_WEEKDAYS

_TENS = {15: "fifteen fünfzehn", 20: "twenty zwanzig", 30: "thirty dreißig", 40: "forty vierzig", 45: "forty-five"}
NUMBERS = in_both_spellings(
    {
        "a couple of": 2,
        "couple of": 2,
        **_numbered(
            (
                "a an one ein eine einem einen einer eins ne nen ner",
                "two zwei",
                "three drei",
                "four vier",
                "five fünf",
                "six sechs",
                "seven sieben",
                "eight acht",
                "nine neun",
                "ten zehn",
                "eleven elf",
                "twelve zwölf",
            ),
            start=1,
        ),
        **{word: count for count, words in _TENS.items() for word in words.split()},
    }
)

_ENGLISH_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
_GERMAN_ORDINALS = "erst zweit dritt viert fünft sechst siebt acht neunt zehnt elft zwölft".split()
ORDINALS = in_both_spellings(
    {
        **_numbered(_ENGLISH_ORDINALS, start=1),
        **_numbered((_inflected(stem) for stem in _GERMAN_ORDINALS), start=1),
        **dict.fromkeys(["last", *_inflected("letzt").split()], -1),
    }
)
"""-1 is the last one."""

_TEENTHS = "thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split()
_GERMAN_UNITS = "ein zwei drei vier fünf sechs sieben acht neun".split()
DAY_ORDINALS = in_both_spellings(
    {
        **_numbered([*_ENGLISH_ORDINALS, *_TEENTHS], start=1),
        **{f"twenty{joint}{unit}": 20 + day for day, unit in enumerate(_ENGLISH_ORDINALS[:9], 1) for joint in " -"},
        "thirtieth": 30,
        **dict.fromkeys(["thirty first", "thirty-first"], 31),
        **{f"{stem}en": day for day, stem in enumerate(_GERMAN_ORDINALS, 1)},
        **{f"{stem}zehnten": day for day, stem in enumerate("drei vier fünf sech sieb acht neun".split(), 13)},
        "zwanzigsten": 20,
        **{f"{unit}undzwanzigsten": 20 + day for day, unit in enumerate(_GERMAN_UNITS, 1)},
        "dreißigsten": 30,
        "einunddreißigsten": 31,
    }
)
"""Days of a month in words: "fifth", "twenty-first", "einunddreißigsten"."""
_TEENS = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_CARDINALS = [*"one two three four five six seven eight nine ten eleven twelve".split(), *_TEENS]
_FROM_20 = {"twenty": 20, "thirty": 30} | {
    f"{ten}{joint}{unit}": value + count
    for ten, value in (("twenty", 20), ("thirty", 30))
    for count, unit in enumerate(_CARDINALS[:9], 1)
    for joint in " -"
}
_TO_39 = _numbered(_CARDINALS, start=1) | _FROM_20
DAY_CARDINALS = {word: day for word, day in _TO_39.items() if day <= 31}
"""Days of a month as they are spoken: "feb four", "ten march"."""
YEARS = {
    **{f"twenty {word}": 2000 + year for word, year in _TO_39.items() if year >= 10},
    **{f"two thousand {joint}{word}": 2000 + year for word, year in _TO_39.items() for joint in ("", "and ")},
}
"""Years as they are spoken: "twenty twenty seven", "two thousand and nineteen"."""

UNITS: dict[str, str] = {
    **dict.fromkeys(["minute", "minutes", "min", "mins", "minuten"], "minutes"),
    **dict.fromkeys(["h", "hour", "hours", "hr", "hrs", "std", "stunde", "stunden"], "hours"),
    **dict.fromkeys(["day", "days", "tag", "tage", "tagen", "tages"], "days"),
    **dict.fromkeys(["week", "weeks", "wk", "wks", "woche", "wochen"], "weeks"),
    **dict.fromkeys(["fortnight", "fortnights"], "fortnights"),
    **dict.fromkeys(["month", "months", "monat", "monate", "monaten", "monats"], "months"),
    **dict.fromkeys(["quarter", "quarters", "quartal", "quartale", "quartals"], "quarters"),
    **dict.fromkeys(["year", "years", "yr", "yrs", "jahr", "jahre", "jahren", "jahres"], "years"),
}


def any_of(words: Iterable[str]) -> str:
    """Return a regular expression for any of the words, the longest first so that "sept" is not matched as "sep"."""
    return "|".join(sorted((word.replace(" ", r"\s") for word in words), key=len, reverse=True))


def not_after(words: Iterable[str]) -> str:
    """Return a regular expression that matches nowhere after one of the words and a blank."""
    return "".join(rf"(?<!\b{word}\s)" for word in dict.fromkeys(words))


MONTH = any_of(MONTHS)
WEEKDAY = any_of(WEEKDAYS)
SHORT_WEEKDAY = any_of(SHORT_WEEKDAYS)
CLEAR_SHORT_WEEKDAY = any_of({word: day for word, day in SHORT_WEEKDAYS.items() if word not in AMBIGUOUS_WEEKDAYS})
GERMAN_SHORT_WEEKDAY = any_of(GERMAN_SHORT_WEEKDAYS)
ANY_WEEKDAY = f"{WEEKDAY}|{SHORT_WEEKDAY}|{GERMAN_SHORT_WEEKDAY}"
NUMBER = rf"\d{{1,4}}|{any_of(NUMBERS)}"
DAY_ORDINAL = any_of(DAY_ORDINALS)
DAY_CARDINAL = any_of(DAY_CARDINALS)
YEAR = rf"(?:19|20)\d\d|2100|{any_of(YEARS)}"
ORDINAL = rf"{any_of(ORDINALS)}|\d{{1,3}}(?:st|nd|rd|th)"
GERMAN_PART_OF_DAY = with_digraphs("morgen|früh|vormittag|mittag|nachmittag|abend|nacht")
# End of a word: no match inside a longer word, "friday's", "9/11", "may-day" or "9.5".
END = r"(?!\w|['’/.\-]\w)"
# End of a German weekday before a part of the day that is joined to it: "Freitagabend".
JOINED_PART = rf"(?<=tag|och|end)(?=(?:{GERMAN_PART_OF_DAY}){END})"


def number(word: str) -> int:
    """Return the value of a match of NUMBER."""
    word = " ".join(word.lower().split())
    return int(word) if word.isdecimal() else NUMBERS[word]


def ordinal(word: str) -> int:
    """Return the value of a match of ORDINAL, or of a German "2."; -1 for "last"."""
    word = word.lower()
    return ORDINALS[word] if word in ORDINALS else int(word.rstrip("stndrh."))


def day_of_month(text: str) -> int:
    """Return the day of a match of DAY_ORDINAL or DAY_CARDINAL, or of digits."""
    word = " ".join(text.lower().split())
    return int(text) if text[0].isdecimal() else (DAY_CARDINALS | DAY_ORDINALS)[word]


class Weight(Enum):
    """The likelihood that a phrase inside a title is a date."""

    OPENING = 3  # may also begin a title without a comma: "tomorrow call mum"
    SURE = 2
    WEAK = 1  # only after "by", "on", "am", "bis" …: "sun", "the 15th", "5.3."
    PAST = 0  # only in a date field, or after "due" at the end of a title


class Period(NamedTuple):
    """The days from the first to the last one; `due` is the day that they mean as a deadline."""

    first: date
    last: date
    due: date


Span: TypeAlias = Period | date | None
Resolve: TypeAlias = Callable[[re.Match[str], Today], Span]
# Pattern, resolver of its match, and weight.
Row: TypeAlias = tuple[str, Resolve, Weight]


def year_in(match: re.Match[str], name: str = "year") -> int | None:
    """Return the year of a match, or None; "26" is 2026, as is "twenty twenty six"."""
    text = match[name]
    if not text:
        return None
    if text[0].isalpha():
        return YEARS[" ".join(text.lower().split())]
    return int(text) + (2000 if len(text) == 2 else 0)
