"""The table of recurrence patterns in English and German, each with the writer of the rule that its match means.

First the parts of which the patterns are made, then the rows, each with a text that it matches. Of the rows that match,
phrases.py takes the first. pattern_rules.py has the writers, and lists the groups that each of them reads.
"""

from taskchat_app.domain.dates.recurrence.pattern_rules import (
    BEFORE_LAST,
    UNIT_FREQ,
    WORKDAYS,
    Write,
    day_range,
    days_in_row,
    every,
    fixed,
    last_day,
    month_day,
    nth_weekdays,
    timed_range,
    weekdays,
    year_day,
)
from taskchat_app.domain.dates.vocabulary import (
    AMBIGUOUS_WEEKDAYS,
    CLEAR_SHORT_WEEKDAY,
    DAY_ORDINAL,
    END,
    GERMAN_PART_OF_DAY,
    GERMAN_SHORT_WEEKDAY,
    MONTH,
    NUMBER,
    ORDINAL,
    SHORT_WEEKDAY,
    UNITS,
    WEEKDAY,
    WEEKDAYS,
    any_of,
)


def _one_of(*patterns: str) -> str:
    return f"(?:{'|'.join(patterns)})"


_EVERY = r"(?:(?:on|an|for|für|fuer)\s)?(?:every|each|jede[nrsm]?)"  # every, on each, jeden
_AND = r"(?:\s?[,&+/]\s?|,?\s(?:and|und|u\.?)\s)(?:on\s|am\s)?"  # ", ", " and on "
_ANY_DAY = rf"(?:(?:{WEEKDAY})|(?:{SHORT_WEEKDAY})\.?)"  # monday, mon.
_GERMAN_DAY = rf"(?:(?:{WEEKDAY})|(?:{GERMAN_SHORT_WEEKDAY})\.?)"  # montag, mo.
_DAY_NAME = rf"(?:(?:{WEEKDAY})|(?:{SHORT_WEEKDAY}|{GERMAN_SHORT_WEEKDAY})\.?)"  # monday, mon, mo.
_THROUGH = r"\s?(?:-|–|to|through|thru|till|bis)\s?"  # " - ", " bis "
# "Every tuesday thursday 7am", but not "every saturday sunday roast" or "every sat sun bathing".
_BEFORE_TIME = (
    r"(?=\s?(?:$|[,.;:!?(#]|(?:at|(?:so\s)?(?:um|gegen)|@|starting|beginning|from|until|till|ab|bis)\s|@?\d))"
)
_IN_ROW = rf"(?:{WEEKDAY})(?:\s(?:{WEEKDAY})){{1,6}}{_BEFORE_TIME}"
_AND_LAST = rf"(?:,?\s{_DAY_NAME}){{1,5}},?\s(?:and|und)\s{_DAY_NAME}"  # (monday) wednesday and friday
# Several weekdays, or one whose name is no other word: not "every sat nav".
WEEKDAY_LIST = _one_of(
    f"{_ANY_DAY}{_AND_LAST}",
    rf"{_ANY_DAY}(?:{_AND}{_ANY_DAY}){{1,6}}",  # monday and fri
    rf"(?:{SHORT_WEEKDAY})(?:\s(?:{SHORT_WEEKDAY})){{2,6}}",  # mon wed fri
    rf"(?:{SHORT_WEEKDAY})\s(?:(?:{CLEAR_SHORT_WEEKDAY})|(?:{SHORT_WEEKDAY}){_BEFORE_TIME})",  # tue thu
    _IN_ROW,
    f"(?:{WEEKDAY})",
    f"(?:{CLEAR_SHORT_WEEKDAY})",
)
GERMAN_WEEKDAY_LIST = _one_of(
    f"{_GERMAN_DAY}{_AND_LAST}",
    rf"(?:{GERMAN_SHORT_WEEKDAY})(?:\s(?:{GERMAN_SHORT_WEEKDAY})){{2,6}}",  # mo mi fr
    rf"(?:{GERMAN_SHORT_WEEKDAY})\s(?:mo|di|mi|do|fr|sa|so{_BEFORE_TIME})(?!\w)",  # di do
    _IN_ROW,
    rf"{_GERMAN_DAY}(?:{_AND}{_GERMAN_DAY}){{0,6}}",  # montag, mo. und do.
)
# "Night" may belong to the title: "every monday night football ticket".
_NIGHT = r"night(?=\s?(?:$|[,.;:!?(]|(?:at|@|starting|beginning|from)\s|\d))"
_PART = rf"(?:\s?(?:{GERMAN_PART_OF_DAY})|\s(?:morning|afternoon|evening|{_NIGHT}))?"
_PLURAL = rf"(?:{'|'.join(name for name in WEEKDAYS if name.endswith('s'))})"  # mondays, montags
_PLURALS = rf"{_PLURAL}(?:(?:{_AND}|\s){_PLURAL})*"  # mondays and thursdays
_PLACE = rf"(?:{BEFORE_LAST}|{ORDINAL}|[1-5]\.)"  # first, 2nd, 2., next to last
_PLACES = rf"{_PLACE}(?:{_AND}{_PLACE}){{0,4}}"  # first and third
_MANY_PLACES = rf"{_PLACE}(?:{_AND}{_PLACE}){{1,4}}"
_AND_NTH = rf"{_AND}(?:(?:the|am|den|every|each|jeden)\s)?"  # " and every "
# "First monday and third friday"; also "first monday and friday", which are the first of both.
_NTH_WEEKDAYS = rf"(?P<nth>{_PLACES}\s{_DAY_NAME}(?:(?:{_AND_NTH}{_PLACES}\s|{_AND}){_DAY_NAME}){{0,4}})"
# The same of names written out, and with a last name alone only before a time: "first monday and friday at 8"
_NTH_LONG_WEEKDAYS = (
    rf"(?P<nth>{_PLACES}\s(?:{WEEKDAY})(?:{_AND_NTH}{_PLACES}\s(?:{WEEKDAY})){{0,4}}"
    rf"(?:{_AND}(?:{WEEKDAY}){_BEFORE_TIME})?)"
)
_EVERY_MONTH = rf"(?:{_EVERY}\s(?:month|monat)|monthly|monatlich)"
_OF_MONTH = r"(?:\s(?:of|in)\s(?:the|each|every)\smonth|\s(?:of|each|every)\smonth|\s(?:im|des|jedes|jeden)\smonats?)"
# Days of the month: "1st and 15th", with _MONTH_DAYS also "first and fifteenth", with _DAY_OF_DATE "1" alone
_NUMBERED_DAY = r"(?:[12]?\d|3[01])(?:st|nd|rd|th|\.)"  # 1st, 31.
_NUMBERED_DAYS = rf"(?P<day>{_NUMBERED_DAY}(?:{_AND}(?:the\s)?{_NUMBERED_DAY}){{0,5}})"
_MONTH_DAY = rf"(?:{_NUMBERED_DAY}|{DAY_ORDINAL})"  # 1st, fifth
_MONTH_DAYS = rf"(?P<day>{_MONTH_DAY}(?:{_AND}(?:the\s|zum\s)?{_MONTH_DAY}){{0,5}})"
_DAY_OF_DATE = rf"(?:(?P<day>\d{{1,2}}|{DAY_ORDINAL})(?:st|nd|rd|th|\.)?)"  # 5, 5th, fifth
_DATE = rf"{_DAY_OF_DATE}\s?(?:of\s)?(?P<month>{MONTH})"  # 5th of march
_DOTTED_DATE = r"(?P<day2>\d{1,2})\.\s?(?P<month2>\d{1,2})\.?"  # 3.12.
_YEARLY = rf"(?:{_EVERY}\s(?:year|jahr)|yearly|annually|j(?:ä|ae)hrlich)"  # every year, annually
_UNIT = any_of({word: unit for word, unit in UNITS.items() if unit in UNIT_FREQ})  # day, weeks, monat
_COMING = r"(?:next|following|nächsten|naechsten|kommenden|folgenden)"
_FOR = rf"(?:(?:for|over|in|für|fuer|über|in)\s(?:the|den|die)\s{_COMING}|die\s{_COMING}|for|über|für|fuer)"  # for, für
SPAN = (
    rf"(?:{_FOR}\s(?P<count>{NUMBER})\s(?P<unit>{_UNIT})(?:\sstraight|\sin\sa\srow)?"
    rf"|(?P<anzahl>{NUMBER})\s(?P<einheit>{_UNIT})\slang){END}"
)
"""How long a series lasts: "for 6 weeks" (count, unit), "10 Tage lang" (anzahl, einheit)."""
_WORKDAY = r"(?:week(?:day|night)s?|workdays?|working\sdays?|business\sdays?|werktag|arbeitstag|wochentag)"
_SECOND = r"(?:other|second|2nd|zweite[nrs]?|2\.)"  # other, second, zweiten
# The weekdays of a list are all written out, or all short in one language: "to do on friday" is none.
FORMS = (f"(?:{WEEKDAY})", rf"(?:(?:{SHORT_WEEKDAY})\.?)", rf"(?:(?:{GERMAN_SHORT_WEEKDAY})\.?)")
# "Mon, wed and fri", "mon/wed", and of short names also "mon wed fri"
_DAYS_IN_ROW = "|".join(
    rf"{day}(?:{_AND}{day}){{2,6}}|{day}\s?[/&+]\s?{day}" + ("" if day is FORMS[0] else rf"|{day}(?:\s{day}){{2,6}}")
    for day in FORMS
)
# "Wie immer am Freitag" and "not always" name no series.
_BEFORE_NO_SERIES = "wie as nicht not fast ['’]s is are was ist sind almost usually nearly meist".split()
ALWAYS = "".join(rf"(?<!{word}\s)" for word in _BEFORE_NO_SERIES) + "(?:always|immer|jeweils|stets)"
_OF_MONTHS = rf"\s(?:of|in|im)\s(?P<months>(?:{MONTH})(?:{_AND}(?:{MONTH})){{0,5}})"  # " in march and may"
_ON_THE = r"\s(?:(?:on\s)?(?:the\s)?|am\s)"  # " on the "
_ON_DAYS = rf"(?:\s(?:on\s|am\s)?(?:a\s)?(?P<days>{WEEKDAY_LIST}))?"  # " on monday"

EVERY_ROWS: tuple[tuple[str, Write], ...] = (
    (rf"{_EVERY}\s{_WORKDAY}", fixed(WORKDAYS)),  # every weekday
    (rf"{_EVERY}\s(?:weekend|wochenende)", fixed("FREQ=WEEKLY;BYDAY=SA,SU")),  # jedes Wochenende
    # The first monday of each month
    (rf"(?:on\s)?(?:{_EVERY}|the)\s{_NTH_WEEKDAYS}{_OF_MONTH}", nth_weekdays),
    (rf"(?:on\s)?{_EVERY}\s{_NTH_WEEKDAYS}{_OF_MONTHS}", nth_weekdays),  # every last friday in march
    (rf"{_YEARLY}{_ON_THE}{_NTH_WEEKDAYS}{_OF_MONTHS}", nth_weekdays),  # yearly on the first sunday of may
    # On the first sunday of may every year
    (rf"(?:(?:on\s)?the|am)\s{_NTH_WEEKDAYS}{_OF_MONTHS}\s(?:every\syear|each\syear|jedes\sjahr)", nth_weekdays),
    (rf"{_NTH_WEEKDAYS}\s(?:of|in)\s(?:every|each)\smonth", nth_weekdays),  # 1st monday of every month
    # Am ersten Montag im Monat
    (rf"(?:(?:am|zum|der)\s)?{_NTH_WEEKDAYS}\s(?:im|des|jedes|jeden)\smonats?(?!\s(?:{MONTH}))", nth_weekdays),
    # Monthly on the 2nd tuesday, every 2 months on the first monday
    (rf"(?:{_EVERY}\s(?:(?P<second>{_SECOND})\s)?(?:month|monat)|(?:every|each|alle)\s(?P<count>{NUMBER})\s(?:months|monate)"
     rf"|monthly|monatlich),?{_ON_THE}{_NTH_LONG_WEEKDAYS}", nth_weekdays),
    (rf"(?:on\s)?(?:{_EVERY}|the|am)\s(?:last|letzten)\s(?:day|tag){_OF_MONTH}", last_day),  # the last day of the month
    # At the end of every month, am Ende jedes Monats
    (r"(?:(?:on|at|by|am|zum)\s)?(?:the\s)?(?:last\sday|ende?)\s(?:of\s(?:the\smonth,?\s)?(?:every|each)\smonth|jede[sn]\smonats)",
     last_day),
    # Every month on the last day
    (rf"{_EVERY_MONTH}\s(?:on\sthe\slast\sday|at\sthe\send|am\sletzten(?:\stag)?|am\s(?:monats)?ende)", last_day),
    (rf"(?:(?:am|zum)\s)?{_EVERY}\s(?:month[\s-]?end|end\sof\s(?:the\s)?month|monatsende)", last_day),  # each month end
    # At the beginning of every month
    (r"(?:(?:on|at|by)\s)?(?:the\s)?(?:first\sday|start|beginning)\sof\s(?:every|each)\smonth",
     fixed("FREQ=MONTHLY;BYMONTHDAY=1")),
    # Every first and third monday
    (rf"{_EVERY}\s(?P<nth>{_MANY_PLACES}\s(?:{WEEKDAY})|{_PLACE}\s(?:{WEEKDAY}){_AND_NTH}{_PLACE}\s(?:{WEEKDAY}))",
     nth_weekdays),
    # Every 3rd friday: of each month. "Every third friday" may be every three weeks, and is not read.
    (rf"{_EVERY}\s(?P<nth>(?:first|last|erste[nr]|letzte[nr]|1st|3rd|4th|5th|[1345]\.)\s{_ANY_DAY})", nth_weekdays),
    (rf"{_EVERY}\s(?P<first>{_DAY_NAME}){_THROUGH}(?P<last>{_DAY_NAME})", day_range),  # every mon-fri
    # Jeden zweiten Freitagabend
    (rf"(?:(?:an|für|fuer)\s)?jede[nrsm]?\s{_SECOND}\s(?P<days>{GERMAN_WEEKDAY_LIST}){_PART}", weekdays(2)),
    (rf"(?:(?:an|für|fuer)\s)?jede[nrsm]?\s(?P<days>{GERMAN_WEEKDAY_LIST}){_PART}", weekdays(1)),  # jeden Mo. und Fr.
    (rf"{_EVERY}\s{_SECOND}\s(?P<days>{WEEKDAY_LIST}){_PART}", weekdays(2)),  # every other friday evening
    (rf"{_EVERY}\s{_SECOND}\s(?P<unit>{_UNIT}){_ON_DAYS}", every(2)),  # every other week on monday
    (rf"{_EVERY}\s(?P<days>{WEEKDAY_LIST}){_PART}", weekdays(1)),  # every tuesday and thursday morning
    (rf"{_EVERY}\s{_DATE}", year_day),  # every 5th of march
    # Every year on june 5th
    (rf"(?:{_EVERY}|{_YEARLY})\s(?:on\s|am\s)?(?P<month>{MONTH})\s(?:the\s)?{_DAY_OF_DATE}", year_day),
    (rf"{_YEARLY}\s(?:on|am|zum)\s(?:the\s)?(?:{_DATE}|{_DOTTED_DATE})", year_day),  # jährlich am 3.12.
    # On the 5th of june every year
    (rf"(?:(?:on|am)\s)?(?:the\s)?{_DATE},?\s(?:of\s)?(?:every|each|jedes|jeden)\s(?:year|jahr(?:es)?)", year_day),
    (rf"(?:einmal|once)\s(?:pro|im|in\sder|am|a|per|every)\s(?P<unit>{_UNIT})", every(1)),  # once a week
    # Einmal die Woche, but not "noch einmal die Woche planen"
    (r"(?:(?<!noch\s)|(?<=nur\snoch\s))(?<!erst\s)(?<!schon\s)(?<!nicht\s)(?<!auf\s)(?<!tens\s)(?<!bis\s)(?<!als\s)"
     r"einmal\sdie\s(?P<unit>woche)", every(1)),
    (rf"{_EVERY_MONTH}\s(?:on\sthe|on|am)\s{_MONTH_DAYS}", month_day),  # every month on the 15th
    (rf"{_EVERY}\s{_MONTH_DAYS}{_OF_MONTH}", month_day),  # every 1st of the month
    # The 1st and 15th of each month
    (rf"(?:on\s)?(?:the|am)\s{_MONTH_DAYS}\s(?:of\s|tag\s)?(?:each|every|jedes|jeden)\s(?:month|monats?)", month_day),
    (rf"(?:(?:on|due|by|for)\s)?{_NUMBERED_DAYS}\s(?:of\s)?(?:each|every)\smonth", month_day),  # 15th each month
    # First of every month
    (r"(?<!twenty\s)(?<!thirty\s)(?<!and\s)first\sof\s(?:every|each)\smonth", fixed("FREQ=MONTHLY;BYMONTHDAY=1")),
    (rf"{_EVERY}\s(?:morning|evening|night|afternoon|{GERMAN_PART_OF_DAY})", fixed("FREQ=DAILY")),  # every morning
    (rf"(?:every|each|alle)\s(?P<count>{NUMBER})\s(?P<unit>{_UNIT}){_ON_DAYS}", every(1)),  # every 3 days
    (rf"{_EVERY}\s(?P<unit>{_UNIT}){_ON_DAYS}", every(1)),  # every week on friday
    (r"(?:(?<=\bme\s)daily|everyday)(?=\s(?:at|to|for)\s)", fixed("FREQ=DAILY")),  # remind me everyday to …
)  # fmt: skip
"""Phrases with "every": a recurrence anywhere in a sentence."""
ADVERB_ROWS: tuple[tuple[str, Write], ...] = (
    (r"(?:on\s)?weekdays|werktags|an\swerktagen", fixed(WORKDAYS)),  # on weekdays
    (rf"(?:weekly|wöchentlich)\s(?:on\s|am\s)?(?P<days>{WEEKDAY_LIST})", weekdays(1)),  # weekly on monday
    (rf"(?P<first>{_PLURAL}){_THROUGH}(?P<last>{_PLURAL})", day_range),  # mondays to fridays
    # Sunday evenings, sonntagabends
    (
        rf"(?:on\s)?(?P<days>{WEEKDAY})(?:\s(?:morning|afternoon|evening|night)s|(?:(?:vor|nach)mittag|morgen|abend)s)",
        weekdays(1),
    ),
    (rf"(?:on\s)?(?P<days>{_PLURALS})", weekdays(1)),  # mondays and thursdays
    (rf"{_EVERY}\s(?P<days>{'|'.join(AMBIGUOUS_WEEKDAYS)})", weekdays(1)),  # every sun
    (rf"{_EVERY}\s{_NUMBERED_DAYS}", month_day),  # every 1st
    # Jeden 15
    (r"(?<!\bf.r\s)(?<!\bfuer\s)(?<!\ban\s)(?<!\bpro\s)(?<!\bbei\s)jeden\s(?P<day>[12]?\d|3[01]|ersten)", month_day),
    (rf"{ALWAYS}\s(?:on\sthe|am|zum)\s{_DAY_OF_DATE}", month_day),  # immer am 3.
    # Always on fridays
    (rf"{ALWAYS}\s(?:on|am)\s(?P<days>{WEEKDAY_LIST}|{GERMAN_WEEKDAY_LIST}){_PART}", weekdays(1)),
    (rf"(?:(?:on|am)\s)?(?P<days>{_DAYS_IN_ROW})", days_in_row),  # mon wed fri
    # Mon-fri, before a time
    (rf"(?P<first>{_DAY_NAME})(?:[-–]|\s(?:through|thru|bis)\s)(?P<last>{_DAY_NAME})", timed_range),
    (r"(?:einmal\s)?(?:daily|everyday|täglich)", fixed("FREQ=DAILY")),
    (r"bi-?weekly|fortnightly|zweiwöchentlich", fixed("FREQ=WEEKLY;INTERVAL=2")),
    (r"(?:einmal\s)?(?:weekly|wöchentlich)", fixed("FREQ=WEEKLY")),
    (r"(?:einmal\s)?(?:monthly|monatlich)", fixed("FREQ=MONTHLY")),
    (r"quarterly|vierteljährlich|quartalsweise", fixed("FREQ=MONTHLY;INTERVAL=3")),
    (r"half[ -]?yearly|semi-?annually|halbjährlich", fixed("FREQ=MONTHLY;INTERVAL=6")),
    (r"yearly|annually|jährlich", fixed("FREQ=YEARLY")),
)
"""Adverbs, which are adjectives as well ("the weekly report"): a recurrence only at the ends of a sentence."""
