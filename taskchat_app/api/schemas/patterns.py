"""Patterns of request fields for the OpenAPI document: each matches only values that the domain always accepts.

Generated clients refuse what does not match, so a pattern is as wide as one can be that depends neither on the user nor
on the task. The domain accepts more. Syntax: ECMA 262.
"""

from taskchat_app.domain.webhooks.url_check import PRIVATE_SUFFIXES

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GERMAN_WEEKDAYS = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag")
_MONTHS_OF_31 = ("january", "march", "may", "july", "august", "october", "december")
_MONTHS_OF_30 = ("april", "june", "september", "november")


def _one_of(*patterns: str) -> str:
    return f"({'|'.join(patterns)})"


def _word(*words: str) -> str:
    """Match one of the words, also with a capital letter."""
    return _one_of(*(f"[{word[0].upper()}{word[0]}]{word[1:]}" for word in words))


def _listed(item: str, most: int) -> str:
    return f"{item}(,{item}){{0,{most - 1}}}"


def _pair(first: str, second: str) -> str:
    """Match two parts of a rule in either order."""
    return f"({first};{second}|{second};{first})"


# Years from 2020: completing a daily task since 1971 takes 0.1 s, so many such would exceed the time of a request.
_YEARS = "2(0[2-9]|[1-8][0-9])[0-9]"  # 2020 to 2899


def _dates(dash: str) -> str:
    """Match the days of _YEARS, without 29 February."""
    days = _one_of(
        f"(0[1-9]|1[0-2]){dash}(0[1-9]|1[0-9]|2[0-8])", f"(0[13-9]|1[0-2]){dash}(29|30)", f"(0[13578]|1[02]){dash}31"
    )
    return f"{_YEARS}{dash}{days}"


_LEAP_YEARS = "(20([2468][048]|[3579][26])|2[1-8](0[48]|[2468][048]|[13579][26]))"  # 2020, 2024, 2028 …
_DATE = _one_of(_dates("-"), f"{_LEAP_YEARS}-02-29")  # 2026-11-30
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"  # 09:30
_OFFSET = "([Zz]|[+-](0[0-9]|1[0-4]):?[0-5][0-9])"  # Z, +01:00, -0330
_TIME = f"{_CLOCK}(:[0-5][0-9]([.][0-9]{{1,6}})?)?{_OFFSET}?"  # 09:30, 09:30:00.25+01:00
_DAY_OF_MONTH = _one_of(  # 3 march, 31 May
    f"([1-9]|1[0-9]|2[0-8]) {_word(*_MONTHS_OF_31, *_MONTHS_OF_30, 'february')}",
    f"(29|30) {_word(*_MONTHS_OF_31, *_MONTHS_OF_30)}",
    f"31 {_word(*_MONTHS_OF_31)}",
)
_DAY = _one_of(
    _word("today", "tonight", "tomorrow", "yesterday", "heute", "morgen", "übermorgen", "gestern"),
    f"({_word('next', 'this', 'on', 'by')} )?{_word(*_WEEKDAYS)}",  # next friday
    f"({_word('nächsten', 'diesen', 'am', 'bis')} )?{_word(*_GERMAN_WEEKDAYS)}",  # am Montag
    "[Ii]n [1-9][0-9]? (days?|weeks?|months?|years?|[Tt]agen?|[Ww]ochen?|[Mm]onaten?|[Jj]ahren?)",  # in 2 weeks
    f"{_word('next', 'this')} (week|month|year)",
    "[Ee]nd of (the )?(week|month|year)",
    f"({_word('on', 'by')} )?{_DAY_OF_MONTH}( 20[0-9]{{2}})?",  # by 3 march 2027
)
_TIME_OF_DAY = _one_of(
    "(at )?(1[0-2]|[1-9])(:[0-5][0-9])? ?(am|pm|AM|PM)",  # at 9:30 pm
    f"((at|um) )?{_CLOCK}",
    "um (1[0-9]|2[0-3]|[0-9]) [Uu]hr",  # um 15 Uhr
    "(at )?noon|at midnight|morning|afternoon|evening",
)
MOMENT = f"^({_DATE}([Tt ]{_TIME})?|{_DAY}( {_TIME_OF_DAY})?)$"
"""A date, a date-time, or one of the common phrases."""

_WEEKDAY_CODE = "(MO|TU|WE|TH|FR|SA|SU)"
_WEEKDAY_CODES = f"BYDAY={_listed(_WEEKDAY_CODE, 7)}"  # BYDAY=MO,FR
_CODES_OF_MONTH = f"BYDAY={_listed(f'(-?[1-5])?{_WEEKDAY_CODE}', 7)}"  # BYDAY=2MO,-1FR
_DAYS_OF_MONTH = f"BYMONTHDAY={_listed('-?([1-9]|[12][0-9]|3[01])', 31)}"  # BYMONTHDAY=1,15,-1
_DAYS_OF_YEAR = _one_of(  # BYMONTH=5,6;BYMONTHDAY=1: only days that each of the months has
    _pair(f"BYMONTH={_listed('([1-9]|1[0-2])', 12)}", _one_of("BYMONTHDAY=([1-9]|1[0-9]|2[0-8]|-1)", _CODES_OF_MONTH)),
    _pair(f"BYMONTH={_listed('([13-9]|1[0-2])', 11)}", "BYMONTHDAY=(29|30)"),
    _pair(f"BYMONTH={_listed('([13578]|1[02])', 7)}", "BYMONTHDAY=31"),
)
# An end that has passed is refused for a task without a date only: the description says so.
_UNTIL = f"UNTIL={_dates('')}(T([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]Z?)?"  # UNTIL=20261130T090000Z
_OF_ALL = f"INTERVAL=[1-9][0-9]{{0,2}}|COUNT=[1-9][0-9]{{0,3}}|{_UNTIL}|WKST={_WEEKDAY_CODE}"


def _rule(freq: str, *parts: str) -> str:
    return f"{freq}(;{_one_of(_OF_ALL, *parts)}){{0,4}}"


# What a rule must not have twice; COUNT and UNTIL exclude each other.
_REPEATED = "INTERVAL.*INTERVAL|WKST.*WKST|(COUNT|UNTIL).*(COUNT|UNTIL)|BY(MONTH)?DAY.*BY(MONTH)?DAY"
_RULES = _one_of(
    _rule("DAILY", _WEEKDAY_CODES),
    _rule("WEEKLY", _WEEKDAY_CODES),
    _rule("MONTHLY", _CODES_OF_MONTH, _DAYS_OF_MONTH, f"{_WEEKDAY_CODES};BYSETPOS=-?[1-4]"),
    _rule("YEARLY", _DAYS_OF_YEAR),
)
RULE = f"^(?!.*({_REPEATED}))(RRULE:)?FREQ={_RULES}$"
"""Rules whose parts never contradict each other."""

_ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # anna+lists
_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"  # mail-1
_TOP_LEVEL = "[a-z]{2,63}"
# Names that are reserved for other uses than email; two dashes after two characters are those of xn-- names.
EMAIL = (
    "^(?!.*[.](arpa|invalid|local|localhost|onion)$)(?!.*[@.][A-Za-z0-9]{2}--)"
    rf"{_ATOM}([.]{_ATOM})*@({_LABEL}[.])+{_TOP_LEVEL}$"
)

_PRIVATE = _one_of(*(suffix.rpartition(".")[2] for suffix in PRIVATE_SUFFIXES))
_PORT = "(80|443|102[4-9]|10[3-9][0-9]|1[1-9][0-9]{2}|[2-9][0-9]{3}|[1-5][0-9]{4}|6[0-4][0-9]{3})"  # 80, 443, 1024 …
_IN_PATH = "[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2}"  # a character, as it is or as %C3
HOOK_URL = (
    f"^https?://(?![^/?:]{{254}})(?![^/?:]*[.]{_PRIVATE}([/?:]|$))"
    rf"({_LABEL}[.])+{_TOP_LEVEL}(:{_PORT})?(/({_IN_PATH})*)?([?]({_IN_PATH}|[?])*)?$"
)
"""An http(s) URL of a host with a name that is not reserved for private networks."""
