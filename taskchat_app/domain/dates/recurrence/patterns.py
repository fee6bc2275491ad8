"""The table of recurrence patterns in English and German, each with the rule that a match of it means."""

import re
from calendar import monthrange
from collections.abc import Callable
from typing import TypeAlias

from taskchat_app.domain.dates.recurrence.rrule import WEEKDAY_CODES
from taskchat_app.domain.dates.vocabulary import (
    AMBIGUOUS_WEEKDAYS,
    CLEAR_SHORT_WEEKDAY,
    DAY_ORDINAL,
    END,
    GERMAN_PART_OF_DAY,
    GERMAN_SHORT_WEEKDAY,
    GERMAN_SHORT_WEEKDAYS,
    MONTH,
    MONTHS,
    NUMBER,
    ORDINAL,
    SHORT_WEEKDAY,
    SHORT_WEEKDAYS,
    UNITS,
    WEEKDAY,
    WEEKDAYS,
    any_of,
    day_of_month,
    number,
    ordinal,
)

Write: TypeAlias = Callable[[re.Match[str]], str | None]

_UNIT_FREQ = {
    "days": ("DAILY", 1),
    "weeks": ("WEEKLY", 1),
    "fortnights": ("WEEKLY", 2),
    "months": ("MONTHLY", 1),
    "quarters": ("MONTHLY", 3),
    "years": ("YEARLY", 1),
}
_NAMED_DAYS = WEEKDAYS | SHORT_WEEKDAYS | GERMAN_SHORT_WEEKDAYS
_WEEKDAY = re.compile(rf"\b(?:{any_of(_NAMED_DAYS)})\b", re.IGNORECASE)
_EVERY = r"(?:(?:on|an|for|für|fuer)\s)?(?:every|each|jede[nrsm]?)"
_AND = r"(?:\s?[,&+/]\s?|,?\s(?:and|und)\s)(?:on\s|am\s)?"
_ANY_DAY = rf"(?:(?:{WEEKDAY})|(?:{SHORT_WEEKDAY})\.?)"
_GERMAN_DAY = rf"(?:(?:{WEEKDAY})|(?:{GERMAN_SHORT_WEEKDAY})\.?)"
_THROUGH = r"\s?(?:-|–|to|through|thru|till|bis)\s?"
# "Every tuesday thursday 7am", but not "every saturday sunday roast" or "every sat sun bathing".
_BEFORE_TIME = r"(?=\s?(?:$|[,.;:!?(#]|(?:at|um|@|starting|beginning|from|until|till|ab|bis)\s|@?\d))"
_IN_ROW = rf"(?:{WEEKDAY})(?:\s(?:{WEEKDAY})){{1,6}}{_BEFORE_TIME}"
# Several days, or one whose name is no other word: not "every sat nav".
LIST = (
    rf"(?:{_ANY_DAY}(?:{_AND}{_ANY_DAY}){{1,6}}|(?:{SHORT_WEEKDAY})(?:\s(?:{SHORT_WEEKDAY})){{2,6}}"
    rf"|(?:{SHORT_WEEKDAY})\s(?:(?:{CLEAR_SHORT_WEEKDAY})|(?:{SHORT_WEEKDAY}){_BEFORE_TIME})"
    rf"|{_IN_ROW}|(?:{WEEKDAY})|(?:{CLEAR_SHORT_WEEKDAY}))"
)
GERMAN_LIST = (
    rf"(?:(?:{GERMAN_SHORT_WEEKDAY})(?:\s(?:{GERMAN_SHORT_WEEKDAY})){{2,6}}"
    rf"|(?:{GERMAN_SHORT_WEEKDAY})\s(?:mo|di|mi|do|fr|sa|so{_BEFORE_TIME})(?!\w)"
    rf"|{_IN_ROW}|{_GERMAN_DAY}(?:{_AND}{_GERMAN_DAY}){{0,6}})"
)
# "Night" may belong to the title: "every monday night football ticket".
_NIGHT = r"night(?=\s?(?:$|[,.;:!?(]|(?:at|@|starting|beginning|from)\s|\d))"
_PART = rf"(?:\s?(?:{GERMAN_PART_OF_DAY})|\s(?:morning|afternoon|evening|{_NIGHT}))?"
_PLURAL = rf"(?:{'|'.join(name for name in WEEKDAYS if name.endswith('s'))})"
_PLURALS = rf"{_PLURAL}(?:{_AND}{_PLURAL})*"
_BEFORE_LAST = r"second(?:\s|-)to(?:\s|-)last|next\sto\slast|penultimate|vorletzte[nrsm]?"
_PLACE = rf"(?:{_BEFORE_LAST}|{ORDINAL}|[1-5]\.)"
_PLACES = rf"{_PLACE}(?:{_AND}{_PLACE}){{0,4}}"
_MANY_PLACES = rf"{_PLACE}(?:{_AND}{_PLACE}){{1,4}}"
_AND_NTH = rf"{_AND}(?:(?:the|am|den|every|each|jeden)\s)?"
_DAY_NAME = rf"(?:(?:{WEEKDAY})|(?:{SHORT_WEEKDAY}|{GERMAN_SHORT_WEEKDAY})\.?)"
_LEAP_YEAR = 2000
_PLACE_MAX = 5  # No weekday comes more often in a month.
# "First monday and third friday"; also "first monday and friday", which are the first of both.
_NTH_DAYS = rf"(?P<nth>{_PLACES}\s{_DAY_NAME}(?:(?:{_AND_NTH}{_PLACES}\s|{_AND}){_DAY_NAME}){{0,4}})"
_NTH_WEEKDAYS = (
    rf"(?P<nth>{_PLACES}\s(?:{WEEKDAY})(?:{_AND_NTH}{_PLACES}\s(?:{WEEKDAY})){{0,4}}"
    rf"(?:{_AND}(?:{WEEKDAY}){_BEFORE_TIME})?)"
)
_OF_MONTH = r"(?:\s(?:of|in)\s(?:the|each|every)\smonth|\s(?:of|each|every)\smonth|\s(?:im|des|jedes|jeden)\smonats?)"
_ONE_DIGITS = r"(?:[12]?\d|3[01])(?:st|nd|rd|th|\.)"
_DIGITS = rf"(?P<day>{_ONE_DIGITS}(?:{_AND}(?:the\s)?{_ONE_DIGITS}){{0,5}})"
_ONE_DAY = rf"(?:(?:[12]?\d|3[01])(?:st|nd|rd|th|\.)|{DAY_ORDINAL})"
_DAY = rf"(?P<day>{_ONE_DAY}(?:{_AND}(?:the\s|zum\s)?{_ONE_DAY}){{0,5}})"
_IN_MONTH = rf"(?:(?P<day>\d{{1,2}}|{DAY_ORDINAL})(?:st|nd|rd|th|\.)?)"
_DATE = rf"{_IN_MONTH}\s?(?:of\s)?(?P<month>{MONTH})"
_YEARLY = rf"(?:{_EVERY}\s(?:year|jahr)|yearly|annually|j(?:ä|ae)hrlich)"
_UNIT = any_of({word: unit for word, unit in UNITS.items() if unit in _UNIT_FREQ})
_COMING = r"(?:next|following|nächsten|naechsten|kommenden|folgenden)"
SPAN = (
    rf"(?:(?:(?:for|over|in|für|fuer|über|in)\s(?:the|den|die)\s{_COMING}|die\s{_COMING}|for|über|für|fuer)\s(?P<count>{NUMBER})"
    rf"\s(?P<unit>{_UNIT})(?:\sstraight|\sin\sa\srow)?|(?P<anzahl>{NUMBER})\s(?P<einheit>{_UNIT})\slang){END}"
)
"""How long a series lasts: "for 6 weeks", "10 Tage lang"."""
_WORKDAY = r"(?:week(?:day|night)s?|workdays?|working\sdays?|business\sdays?|werktag|arbeitstag|wochentag)"
_SECOND = r"(?:other|second|2nd|zweite[nrs]?|2\.)"


def _rule(freq: str, interval: int = 1, **parts: str) -> str:
    step = [f"INTERVAL={interval}"] if interval > 1 else []
    return ";".join([f"FREQ={freq}", *step, *(f"{name}={value}" for name, value in parts.items())])


def weekday_codes(text: str) -> str:
    """Return the days named in a text as BYDAY has them: "MO,TH"."""
    days = {_NAMED_DAYS[name.lower()] for name in _WEEKDAY.findall(text)}
    return ",".join(WEEKDAY_CODES[day] for day in sorted(days))


def _every(interval: int) -> Write:
    """Return a writer for "every 2 weeks on monday": `interval` (unless a count is named), unit, weekdays."""

    def write(match: re.Match[str]) -> str | None:
        groups = match.groupdict()
        freq, factor = _UNIT_FREQ[UNITS[match["unit"].lower()]]
        count = (number(groups["count"]) if groups.get("count") else interval) * factor
        days = groups.get("days")
        if count < 1 or (days and freq != "WEEKLY"):
            return None
        return _rule(freq, count, **({"BYDAY": weekday_codes(days)} if days else {}))

    return write


def _weekdays(interval: int) -> Write:
    return lambda match: _rule("WEEKLY", interval, BYDAY=weekday_codes(match["days"]))


def day_range(match: re.Match[str]) -> str | None:
    """Resolve "every mon-fri"; None if the last day precedes the first."""
    first, last = (_NAMED_DAYS[match[name].lower().rstrip(".")] for name in ("first", "last"))
    return _rule("WEEKLY", BYDAY=",".join(WEEKDAY_CODES[first : last + 1])) if first < last else None


def _is_timed(match: re.Match[str]) -> bool:
    return _TIME_BEHIND.match(match.string, match.end()) is not None


def _is_series(match: re.Match[str]) -> bool:
    """Return whether weekdays without "every" are no part of the title, and of no certain week."""
    before = match.string[: match.start()][-_BEFORE_MAX_CHARACTERS:]
    return not _NO_SERIES_BEHIND.search(before) and not _ONE_WEEK.search(match.string)


def _timed_range(match: re.Match[str]) -> str | None:
    """Resolve "mon-fri 7am"; None without a time, and of other days: "conference mon-fri", "workshop tue-thu 9am"."""
    rule = day_range(match) if _is_timed(match) and _is_series(match) else None
    return rule if rule == _WORKDAYS else None


def _days_in_row(match: re.Match[str]) -> str | None:
    """Resolve "mon wed fri" and "tue/thu 18:00"; None for what may be a choice or a span: "tue/thu", "fri sat sun"."""
    days = sorted({_NAMED_DAYS[name.lower()] for name in _WEEKDAY.findall(match["days"])})
    is_span = days[-1] - days[0] < len(days)
    repeats = not is_span and (len(days) > 2 or _is_timed(match)) and _is_series(match)
    return _rule("WEEKLY", BYDAY=weekday_codes(match["days"])) if repeats else None


def _nth_codes(text: str) -> str | None:
    """Return "first and third monday" as BYDAY has it: "1MO,3MO"; None for a place that no month has."""
    places, days, is_new = list[int](), dict[str, None](), True
    for word in _PLACE_OR_DAY.finditer(text):
        if word["place"]:
            place = -2 if word["before_last"] else ordinal(word["place"])
            places, is_new = [*([] if is_new else places), place], False
        else:
            days |= dict.fromkeys(f"{place}{weekday_codes(word['day'])}" for place in places)
            is_new = True
        if places and max(places) > _PLACE_MAX:
            return None
    return ",".join(days)


def _nth_weekdays(match: re.Match[str]) -> str | None:
    """Resolve "the first and third monday" of every month, of every year's march, or of every 2 months."""
    groups, codes = match.groupdict(), _nth_codes(match["nth"])
    if codes and groups.get("months"):
        months = sorted({MONTHS[name.lower()] for name in _MONTH.findall(groups["months"])})
        return _rule("YEARLY", BYMONTH=",".join(map(str, months)), BYDAY=codes)
    interval = number(groups["count"]) if groups.get("count") else 2 if groups.get("second") else 1
    return _rule("MONTHLY", interval, BYDAY=codes) if codes and interval else None


def _last_day(match: re.Match[str]) -> str | None:
    """Resolve "at the end of every month"; None for "the 15th and last day of every month"."""
    before = match.string[: match.start()][-_BEFORE_MAX_CHARACTERS:]
    return None if _DAY_OR_MONTH_BEHIND.search(before) else "FREQ=MONTHLY;BYMONTHDAY=-1"


def _month_day(match: re.Match[str]) -> str | None:
    """Resolve "every 1st" and "am 1. und 15. jedes Monats"; None after another day or a month: "jan 1st each month"."""
    before = match.string[: match.start()][-_BEFORE_MAX_CHARACTERS:]
    days = sorted({day_of_month(day) for day in _NAMED_MONTH_DAY.findall(match["day"])})
    if _DAY_OR_MONTH_BEHIND.search(before) or not 1 <= days[0] <= days[-1] <= 31:
        return None
    return _rule("MONTHLY", BYMONTHDAY=",".join(map(str, days)))


def _year_day(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    day = day_of_month(groups["day"] or groups["day2"])
    month = MONTHS[groups["month"].lower()] if groups["month"] else int(groups["month2"])
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(_LEAP_YEAR, month)[1]:
        return None
    return _rule("YEARLY", BYMONTH=str(month), BYMONTHDAY=str(day))


def _fixed(rule: str) -> Write:
    return lambda _: rule


# The weekdays of a list are all written out, or all short in one language: "to do on friday" is none.
FORMS = (f"(?:{WEEKDAY})", rf"(?:(?:{SHORT_WEEKDAY})\.?)", rf"(?:(?:{GERMAN_SHORT_WEEKDAY})\.?)")
_DAYS_IN_ROW = "|".join(
    rf"{day}(?:{_AND}{day}){{2,6}}|{day}\s?[/&+]\s?{day}" + ("" if day is FORMS[0] else rf"|{day}(?:\s{day}){{2,6}}")
    for day in FORMS
)
_TIME_BEHIND = re.compile(
    r"\s?,?\s(?:(?:at|um|@)\s?)?\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm|uhr)?\s?(?:$|[.!?]\s?$|[#!]\w)", re.IGNORECASE
)
_NO_SERIES_BEHIND = re.compile(
    r"(?:\b(?:from|for|of|about|except|but|not|than|between|since|after|until|by|before|open|the|this|next|review|plan"
    r"|schedule|email|notes|with|invite|call|meet|mit|von|vom|für|fuer|über|außer|ausser|nicht|seit|nach|bis|vor|ab|der|die|den|plane?|planen)|:)\s$",
    re.IGNORECASE,
)
_DAY_OR_MONTH_BEHIND = re.compile(rf"(?:\b(?:and|or|und|oder|{MONTH})\s|[&/-]\s?)$", re.IGNORECASE)
_MONTH = re.compile(rf"(?<!\w)(?:{MONTH})(?!\w)", re.IGNORECASE)
_PLACE_OR_DAY = re.compile(
    rf"(?<!\w)(?:(?P<place>(?P<before_last>{_BEFORE_LAST})|(?:{ORDINAL})(?!\w)|[1-5]\.)"
    rf"|(?P<day>{any_of(_NAMED_DAYS)})(?!\w))",
    re.IGNORECASE,
)
_NAMED_MONTH_DAY = re.compile(rf"\d+|{DAY_ORDINAL}", re.IGNORECASE)
_BEFORE_MAX_CHARACTERS = 20
_ONE_WEEK = re.compile(r"\b(?:this|next|coming|diese|nächste|naechste|kommende)\s(?:week|woche)\b", re.IGNORECASE)
# "Wie immer am Freitag" and "not always" name no series.
ALWAYS = (
    r"(?<!wie\s)(?<!as\s)(?<!nicht\s)(?<!not\s)(?<!fast\s)(?<!['’]s\s)(?<!is\s)(?<!are\s)(?<!was\s)(?<!ist\s)(?<!sind\s)"
    r"(?<!almost\s)(?<!usually\s)(?<!nearly\s)(?<!meist\s)"
    r"(?:always|immer|jeweils|stets)"
)
_WORKDAYS = _rule("WEEKLY", BYDAY="MO,TU,WE,TH,FR")
_OF_MONTHS = rf"\s(?:of|in|im)\s(?P<months>(?:{MONTH})(?:{_AND}(?:{MONTH})){{0,5}})"
_ON_THE = r"\s(?:(?:on\s)?(?:the\s)?|am\s)"
_ON_DAYS = rf"(?:\s(?:on\s|am\s)?(?:a\s)?(?P<days>{LIST}))?"
# Phrases with "every": a recurrence anywhere in a sentence.
EVERY_ROWS: tuple[tuple[str, Write], ...] = (
    (rf"{_EVERY}\s{_WORKDAY}", _fixed(_WORKDAYS)),
    (rf"{_EVERY}\s(?:weekend|wochenende)", _fixed("FREQ=WEEKLY;BYDAY=SA,SU")),
    (rf"(?:on\s)?(?:{_EVERY}|the)\s{_NTH_DAYS}{_OF_MONTH}", _nth_weekdays),
    (rf"(?:on\s)?{_EVERY}\s{_NTH_DAYS}{_OF_MONTHS}", _nth_weekdays),
    (rf"{_YEARLY}{_ON_THE}{_NTH_DAYS}{_OF_MONTHS}", _nth_weekdays),
    (rf"(?:(?:on\s)?the|am)\s{_NTH_DAYS}{_OF_MONTHS}\s(?:every\syear|each\syear|jedes\sjahr)", _nth_weekdays),
    (rf"{_NTH_DAYS}\s(?:of|in)\s(?:every|each)\smonth", _nth_weekdays),
    (rf"(?:(?:am|zum|der)\s)?{_NTH_DAYS}\s(?:im|des|jedes|jeden)\smonats?(?!\s(?:{MONTH}))", _nth_weekdays),
    (rf"(?:{_EVERY}\s(?:month|monat)|monthly|monatlich),?{_ON_THE}{_NTH_WEEKDAYS}", _nth_weekdays),
    (rf"(?:every|each|alle)\s(?P<count>{NUMBER})\s(?:months|monate),?{_ON_THE}{_NTH_WEEKDAYS}", _nth_weekdays),
    (rf"{_EVERY}\s(?P<second>{_SECOND})\s(?:month|monat),?{_ON_THE}{_NTH_WEEKDAYS}", _nth_weekdays),
    (rf"(?:on\s)?(?:{_EVERY}|the|am)\s(?:last|letzten)\s(?:day|tag){_OF_MONTH}", _last_day),
    (r"(?:(?:on|at|by)\s)?(?:the\s)?(?:last\sday|end)\sof\s(?:every|each)\smonth", _last_day),
    (r"(?:am|zum)\sende\s(?:jedes|jeden)\smonats|(?:am|zum)?\s?jede[sm]\smonatsende", _last_day),
    (rf"(?:{_EVERY}\s(?:month|monat)|monthly|monatlich)"
     r"\s(?:on\sthe\slast\sday|at\sthe\send|am\sletzten(?:\stag)?|am\s(?:monats)?ende)", _last_day),
    (rf"{_EVERY}\s(?:month[\s-]end|end\sof\s(?:the\s)?month)", _last_day),
    (r"(?:(?:on|at|by)\s)?(?:the\s)?(?:first\sday|start|beginning)\sof\s(?:every|each)\smonth",
     _fixed("FREQ=MONTHLY;BYMONTHDAY=1")),
    # "every 3rd friday" is in every month; "every third friday" may be every three weeks, and is not read.
    (rf"{_EVERY}\s(?P<nth>{_MANY_PLACES}\s(?:{WEEKDAY})|{_PLACE}\s(?:{WEEKDAY}){_AND_NTH}{_PLACE}\s(?:{WEEKDAY}))",
     _nth_weekdays),
    (rf"{_EVERY}\s(?P<nth>(?:first|last|erste[nr]|letzte[nr]|1st|3rd|4th|5th|[1345]\.)\s{_ANY_DAY})", _nth_weekdays),
    (rf"{_EVERY}\s(?P<first>{_ANY_DAY}){_THROUGH}(?P<last>{_ANY_DAY})", day_range),
    (rf"(?:(?:an|für|fuer)\s)?jede[nrsm]?\s(?P<first>{_GERMAN_DAY}){_THROUGH}(?P<last>{_GERMAN_DAY})", day_range),
    (rf"(?:(?:an|für|fuer)\s)?jede[nrsm]?\s{_SECOND}\s(?P<days>{GERMAN_LIST}){_PART}", _weekdays(2)),
    (rf"(?:(?:an|für|fuer)\s)?jede[nrsm]?\s(?P<days>{GERMAN_LIST}){_PART}", _weekdays(1)),
    (rf"{_EVERY}\s{_SECOND}\s(?P<days>{LIST}){_PART}", _weekdays(2)),
    (rf"{_EVERY}\s{_SECOND}\s(?P<unit>{_UNIT}){_ON_DAYS}", _every(2)),
    (rf"{_EVERY}\s(?P<days>{LIST}){_PART}", _weekdays(1)),
    (rf"{_EVERY}\s{_DATE}", _year_day),
    (rf"{_EVERY}\s(?:(?:year|jahr)\s(?:on\s|am\s)?)?(?P<month>{MONTH})\s(?:the\s)?{_IN_MONTH}", _year_day),
    (rf"{_YEARLY}\s(?:on|am|zum)\s(?:the\s)?(?:{_DATE}|(?P<day2>\d{{1,2}})\.\s?(?P<month2>\d{{1,2}})\.?)", _year_day),
    (rf"{_YEARLY}\s(?:on\s)?(?P<month>{MONTH})\s(?:the\s)?{_IN_MONTH}", _year_day),
    (rf"(?:(?:on|am)\s)?(?:the\s)?{_DATE},?\s(?:of\s)?(?:every|each|jedes|jeden)\s(?:year|jahr(?:es)?)", _year_day),
    (rf"(?:einmal|once)\s(?:pro|im|in\sder|am|a|per|every)\s(?P<unit>{_UNIT})", _every(1)),
    (rf"{_EVERY}\s(?:month|monat)\s(?:on\sthe|on|am)\s{_DAY}", _month_day),
    (rf"(?:monthly|monatlich)\s(?:on\sthe|on|am)\s{_DAY}", _month_day),
    (rf"{_EVERY}\s{_DAY}{_OF_MONTH}", _month_day),
    (rf"(?:on\s)?(?:the|am)\s{_DAY}\s(?:of\s|tag\s)?(?:each|every|jedes|jeden)\s(?:month|monats?)", _month_day),
    (rf"(?:(?:on|due|by|for)\s)?{_DIGITS}\s(?:of\s)?(?:each|every)\smonth", _month_day),
    (rf"{_EVERY}\s(?:morning|evening|night|afternoon|{GERMAN_PART_OF_DAY})", _fixed("FREQ=DAILY")),
    (rf"(?:every|each|alle)\s(?P<count>{NUMBER})\s(?P<unit>{_UNIT}){_ON_DAYS}", _every(1)),
    (rf"{_EVERY}\s(?P<unit>{_UNIT}){_ON_DAYS}", _every(1)),
)  # fmt: skip
# Adverbs that are adjectives as well ("the weekly report"): a recurrence only at the end, or followed by a comma at the
# beginning.
ADVERB_ROWS: tuple[tuple[str, Write], ...] = (
    (r"(?:on\s)?weekdays|werktags|an\swerktagen", _fixed(_WORKDAYS)),
    (rf"(?:weekly|wöchentlich)\s(?:on\s|am\s)?(?P<days>{LIST})", _weekdays(1)),
    (rf"(?P<first>{_PLURAL}){_THROUGH}(?P<last>{_PLURAL})", day_range),
    (rf"(?:on\s)?(?P<days>{_PLURALS})", _weekdays(1)),
    (rf"{_EVERY}\s(?P<days>{'|'.join(AMBIGUOUS_WEEKDAYS)})", _weekdays(1)),
    (rf"{_EVERY}\s{_DIGITS}", _month_day),
    (r"(?<!\bf.r\s)(?<!\bfuer\s)(?<!\ban\s)(?<!\bpro\s)(?<!\bbei\s)jeden\s(?P<day>[12]?\d|3[01]|ersten)", _month_day),
    (rf"{ALWAYS}\s(?:on\sthe|am|zum)\s{_IN_MONTH}", _month_day),
    (rf"{ALWAYS}\son\s{_DIGITS}", _month_day),
    (rf"{ALWAYS}\s(?:on|am)\s(?P<days>{LIST}|{GERMAN_LIST}){_PART}", _weekdays(1)),
    (rf"(?:(?:on|am)\s)?(?P<days>{_DAYS_IN_ROW})", _days_in_row),
    (rf"(?P<first>{_ANY_DAY})(?:[-–]|\s(?:through|thru)\s)(?P<last>{_ANY_DAY})", _timed_range),
    (rf"(?P<first>{_GERMAN_DAY})(?:[-–]|\sbis\s)(?P<last>{_GERMAN_DAY})", _timed_range),
    (r"(?:einmal\s)?(?:daily|täglich)", _fixed("FREQ=DAILY")),
    (r"bi-?weekly|fortnightly|zweiwöchentlich", _fixed("FREQ=WEEKLY;INTERVAL=2")),
    (r"(?:einmal\s)?(?:weekly|wöchentlich)", _fixed("FREQ=WEEKLY")),
    (r"(?:einmal\s)?(?:monthly|monatlich)", _fixed("FREQ=MONTHLY")),
    (r"quarterly|vierteljährlich|quartalsweise", _fixed("FREQ=MONTHLY;INTERVAL=3")),
    (r"yearly|annually|jährlich", _fixed("FREQ=YEARLY")),
)
