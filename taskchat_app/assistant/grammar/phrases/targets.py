"""Parses references to tasks: "3", "#3 and #4", "the second one", "it", a quoted title."""

import re
from dataclasses import replace

from taskchat_app.assistant.grammar.commands import Pronoun, Target
from taskchat_app.assistant.grammar.phrases.patterns import ALL_TASKS, EVERYTHING, phrase, sentence
from taskchat_app.domain.dates.vocabulary import NUMBER, ORDINAL, WEEKDAY, number, ordinal

_ONE = r"(?:task|todo|to-do|item|entry|aufgabe|eintrag|punkt|number|nummer|no\.?|nr\.?)"
_NUMBERS = sentence(
    rf"(?:the |die )?(?:{_ONE}s?n?\s?){{0,2}}(?:#?\s?\d{{1,9}})"
    rf"(?:(?:\s?,\s?|\s?&\s?| |,? (?:and|und) )(?:{_ONE}\s?)?#?\d{{1,9}})*"
)
_SPELLED = sentence(rf"(?:the |die )?{_ONE} (?P<number>{NUMBER})")
_RANGE = sentence(rf"(?:{_ONE}s?n?\s?)?#?(\d{{1,4}})\s?(?:-|–|to|thru|through|bis)\s?#?(\d{{1,4}})")
_RANGE_MAX = 50
_PLACE_WORD = phrase(rf"\b(?:{ORDINAL})\b")
_PLACED = sentence(
    rf"(?:the |der |die |das |den )?(?:{ORDINAL})(?:(?:\s?,\s?|,? (?:and|und) )(?:the |die |das |den )?(?:{ORDINAL}))*"
    rf"(?: (?:ones?|{_ONE}n?s?))?(?: (?:on|in|from) (?:the|that|my) list)?",
)
# "die 3." is a place in the list, "die 3" a number.
_GERMAN_PLACES = sentence(
    r"(?:(?:die|der|das|den|dem) )\d{1,3}\.(?:(?:\s?,\s?|,? (?:und|and) )(?:(?:die|der|das|den|dem) )?\d{1,3}\.){0,9}"
    rf"(?: {_ONE}n?)?"
)
_FIRST_ONES = sentence(
    r"(?:the |die )?(?P<end>first|last|ersten|letzten) (?P<count>[2-9]|two|three|four|five|zwei|beiden|drei|vier|fünf)"
    rf"(?: (?:ones|{_ONE}n?s?))?"
)
_COUNT = r"(?:\d{1,3}|two|three|four|five|six|zwei|drei|vier|fünf|sechs)"
_PRONOUNS: tuple[tuple[re.Pattern[str], Pronoun], ...] = (
    (sentence(rf"it|this|that|this one|that one|(?:this|that) {_ONE}|es|er|ihn|diesen|dieses|das|die(?:se)? aufgabe"),
     "it"),
    (sentence(r"sie|diese|die"), "it or them"),
    (sentence(rf"(?:(?:all )?(?:the |my )?selected|(?:the )?selection|(?:alle |die )*(?:ausgewählten?|markierten?)|"
              rf"(?:die )?auswahl)(?: (?:ones|{_ONE}n?s?))?"), "selected"),
    (sentence(rf"(?:all (?:of )?)?(?:them|those|these)(?: (?:all|(?:{_COUNT} )?{_ONE}s|{_COUNT}))?|(?:the )?"
              rf"{_COUNT} of them|all of them|sie alle|diese alle|alle davon|"
              rf"(?:alle )?diese(?: {_COUNT})?(?: {_ONE}n?)?"), "them"),
    (sentence(ALL_TASKS), "all tasks"),
    (sentence(EVERYTHING), "all"),
    (sentence(r"(?:(?:everything|all|all of|my|the) )*(?:that(?: is|'?s) )?overdue(?: (?:tasks|ones|items|things))?|"
              r"(?:alle |alles |die |meine )*(?:ü|ue)berf(?:ä|ae)lligen?(?: aufgaben)?"), "overdue"),
    (sentence(r"both|both of (?:them|those|these)|beide"), "both"),
    (sentence(rf"(?:the )?other(?: one| {_ONE})?|(?:die andere|(?:der|das|den) andere[nrs]?)(?: {_ONE})?"), "other"),
    (sentence(rf"(?:the )?other(?:s| {_ONE}s)|the rest(?: of (?:them|those|it|(?:the|my) (?:list|{_ONE}s)))?"
              rf"|(?:die|der|das|den) (?:andere|übrige|restliche)[nrs]?(?: {_ONE}n?)?|(?:andere|übrige) aufgaben"
              r"|(?:der|den|dem) rest"), "others"),
)  # fmt: skip
_QUOTED = sentence(
    rf"(?:the |die )?(?:{_ONE} )?(?:called |named )?[\"“„«‘'](?P<title>[^\"”“»’]+|[^\"”“»]+)[\"”“»’'](?: {_ONE})?",
)
# A number followed by its title, which is redundant; in quotes the title may contain anything.
_NUMBERED = sentence(
    r"#(?P<number>\d{1,9}):? (?:[\"“„«].+[\"”“»]|(?!(?:and|und|or|oder|to|bis)\b)(?:(?! (?:and|und|or|oder) |[,&#]).)+)"
)
_PERIOD = r"week|month|year|quarter|day|woche|monat|jahr|quartal|tag|\w*day['’]?s?"
_PARTS_MAX = 5
_EXCEPT = sentence(
    r"(?P<all>(?:all|every|everything|alles?|sämtliche)\b.{0,80}?),? "
    r"(?:except(?: for)?|but(?: not)?|apart from|other than|außer|bis auf) (?P<excluded>.+)"
)
_BEFORE = phrase(
    rf"^(?:(?:(?:das|die sache) mit (?:dem|der|den)"
    rf"|the|my|a|an|that|this(?! (?:{_PERIOD})\b)|die|der|das|den|dem|meine[nr]?|mein) )?"
    rf"(?:(?:next|upcoming|scheduled|nächste[nrs]?|kommende[nrs]?) (?!(?:{_PERIOD})\b)){{0,2}}"
    r"(?:(?:event|appointment|meeting|reminder|termin|ereignis) (?:called|named|titled|namens) )?"
    rf"(?:{_ONE} (?:(?:called|named|about|to|for|with|namens) )?)?"
)
OF_A_DAY = sentence(
    rf"(?:(?P<day>(?:today|tomorrow|yesterday|{WEEKDAY}|(?:this|next|last) (?:week|month))['’]s|heutigen|morgigen"
    r"|gestrigen)) (?:tasks|todos|to-dos|items|aufgaben|einträge)"
)
"""All tasks of a day or a week, which filters.py reads."""
_AFTER = phrase(rf"(?: |-)(?:{_ONE}|(?<!other )(?<!first )(?<!last )one|thing|ding|sache)n?s?$")
_KIND = phrase(r"(?: |-)(?P<kind>tasks|todos|to-dos|items|aufgaben)$")


def title_parts(target: Target) -> list[str]:
    """Return the titles that "the milk and the eggs" may name; empty if the words are in quotes or one part."""
    if target.quoted:
        return []
    words = target.words.replace(" und ", " and ").replace(", and ", " and ").replace(", ", " and ")
    parts = [_BEFORE.sub("", part.strip()) for part in words.split(" and ")]
    return parts if 1 < len(parts) <= _PARTS_MAX and all(parts) else []


def read_target(text: str) -> Target:
    """Parse a reference to tasks; text that matches no other form is words of a title."""
    if _GERMAN_PLACES.fullmatch(text.strip().rstrip(",;:!?")):
        return Target(places=tuple(int(digits) for digits in re.findall(r"\d+", text)))
    text = text.strip().strip(".,;:!?").strip()
    if spelled := _SPELLED.fullmatch(text):
        return Target(numbers=(number(spelled["number"]),))
    if match := _EXCEPT.fullmatch(text):
        return replace(read_target(match["all"]), excluded=read_target(match["excluded"]))
    if match := _RANGE.fullmatch(text):
        first, last = int(match[1]), int(match[2])
        if first < last <= first + _RANGE_MAX:
            return Target(numbers=tuple(range(first, last + 1)))
    if _NUMBERS.fullmatch(text):
        return Target(numbers=tuple(dict.fromkeys(int(digits) for digits in re.findall(r"\d+", text))))
    for pattern, pronoun in _PRONOUNS:
        if pattern.fullmatch(text):
            return Target(pronoun=pronoun)
    if _PLACED.fullmatch(text):
        return Target(places=tuple(map(ordinal, _PLACE_WORD.findall(text))))
    if match := _FIRST_ONES.fullmatch(text):
        count = 2 if match["count"].lower() == "beiden" else number(match["count"])
        first = 1 if ordinal(match["end"]) > 0 else -count
        return Target(places=tuple(range(first, first + count)))
    if match := _NUMBERED.fullmatch(text):
        return Target(numbers=(int(match["number"]),))
    if match := _QUOTED.fullmatch(text):
        return Target(words=match["title"].strip(), quoted=True)
    words = _BEFORE.sub("", text)
    if OF_A_DAY.fullmatch(words):
        return Target(words=words)
    kind = _KIND.search(words)
    return Target(words=_AFTER.sub("", words) or text, kind=kind["kind"].lower() if kind else "")
