"""Parses references to tasks: "3", "#3 and #4", "the second one", "it", a title, and the filters in their words."""

import re
from dataclasses import replace

from taskchat_app.assistant.grammar.commands import Pronoun, Target, UserClock
from taskchat_app.assistant.grammar.phrases.filters import TASKS, name_in, phrases_in, take_filters, with_date_words
from taskchat_app.assistant.grammar.phrases.list_names import A_LIST, THE_LIST, list_tag
from taskchat_app.assistant.grammar.phrases.patterns import ALL_TASKS, EVERYTHING, phrase, sentence
from taskchat_app.domain.dates.vocabulary import NUMBER, ORDINAL, WEEKDAY, number, ordinal

_TASK = r"(?:task|todo|to-do|item|entry|aufgabe|eintrag|punkt|number|nummer|no\.?|nr\.?)"
_NUMBERS = sentence(
    rf"(?:the |die )?(?:{_TASK}s?n?\s?){{0,2}}(?:#?\s?\d{{1,9}})"
    rf"(?:(?:\s?[,&+]\s?| |,? (?:and|und|u\.?) )(?:{_TASK}\s?)?#?\d{{1,9}})*"
)
_SPELLED = sentence(rf"(?:the |die )?{_TASK} (?P<number>{NUMBER})")  # "task two"
_RANGE = sentence(rf"(?:{_TASK}s?n?\s?)?#?(\d{{1,4}})\s?(?:-|–|to|thru|through|bis)\s?#?(\d{{1,4}})")
_RANGE_MAX = 50
_PLACE_WORD = phrase(rf"\b(?:{ORDINAL})\b")
_PLACED = sentence(
    rf"(?:(?:the|that|der|die|das|den) )?(?:{ORDINAL})"
    rf"(?:(?:\s?,\s?|,? (?:and|und) )(?:the |die |das |den )?(?:{ORDINAL}))*"
    rf"(?: (?:ones?|{_TASK}n?s?))?(?: (?:on|in|from) (?:the|that|my) list)?"
)
# "die 3." is a place in the list, "die 3" a number.
_GERMAN_PLACES = sentence(
    r"(?:(?:die|der|das|den|dem) )\d{1,3}\.(?:(?:\s?,\s?|,? (?:und|and) )(?:(?:die|der|das|den|dem) )?\d{1,3}\.){0,9}"
    rf"(?: {_TASK}n?)?"
)
_FIRST_ONES = sentence(
    r"(?:the |die )?(?P<end>first|last|ersten|letzten) (?P<count>[2-9]|two|three|four|five|zwei|beiden|drei|vier|fünf)"
    rf"(?: (?:ones|{_TASK}n?s?))?"
)
_COUNT = r"(?:\d{1,3}|two|three|four|five|six|zwei|drei|vier|fünf|sechs)"
_PRONOUNS: tuple[tuple[re.Pattern[str], Pronoun], ...] = (
    (sentence(rf"it|this|that|this one|that one|(?:this|that) {_TASK}|es|er|ih[nmr]|diesen|dieses|das"
              r"|die(?:se)? aufgabe"), "it"),
    (sentence(r"sie|diese|die"), "it or them"),
    (sentence(rf"(?:(?:all )?(?:the |my )?selected|(?:the )?selection|(?:alle |die )*(?:ausgewählten?|markierten?)|"
              rf"(?:die )?auswahl)(?: (?:ones|{_TASK}n?s?))?"), "selected"),
    (sentence(rf"(?:all (?:of )?)?(?:them|those|these)(?: (?:all|(?:{_COUNT} )?{_TASK}s|{_COUNT}))?|(?:the )?"
              rf"{_COUNT} of them|all of them|sie alle|diese alle|alle davon|"
              rf"(?:alle )?diese(?: {_COUNT})?(?: {_TASK}n?)?"), "them"),
    (sentence(ALL_TASKS), "all tasks"),
    (sentence(EVERYTHING), "all"),
    (sentence(r"(?:(?:everything|all|all of|my|the) )*(?:that(?: is|'?s) )?overdue(?: (?:tasks|ones|items|things))?|"
              r"(?:alle |alles |die |meine )*(?:ü|ue)berf(?:ä|ae)lligen?(?: aufgaben)?"), "overdue"),
    (sentence(r"(?:the )?(?:last|latest|newest) (?:one|task)(?: that)? (?:i|you) (?:just )?(?:added|made|changed)"
              r"|die (?:zuletzt|gerade) (?:hinzugefügte|geänderte)n?(?: aufgabe)?"), "last touched"),
    (sentence(r"both|both of (?:them|those|these)|beide"), "both"),
    (sentence(rf"(?:the )?other(?: one| {_TASK})?|(?:die andere|(?:der|das|den) andere[nrs]?)(?: {_TASK})?"), "other"),
    (sentence(rf"(?:the )?other(?:s| {_TASK}s)|the rest(?: of (?:them|those|it|(?:the|my) (?:list|{_TASK}s)))?"
              rf"|(?:die|der|das|den) (?:andere|übrige|restliche)[nrs]?(?: {_TASK}n?)?|(?:andere|übrige) aufgaben"
              r"|(?:der|den|dem) rest"), "others"),
)  # fmt: skip
_QUOTED = sentence(
    rf"(?:the |die )?(?:{_TASK} )?(?:called |named )?[\"“„«‘'](?P<title>[^\"”“»’]+|[^\"”“»]+)[\"”“»’'](?: {_TASK})?"
)
# A number followed by its title, which is redundant; in quotes the title may contain anything.
_NUMBERED = sentence(
    r"#(?P<number>\d{1,9}):? (?:[\"“„«].+[\"”“»]|(?!(?:and|und|or|oder|to|bis)\b)(?:(?! (?:and|und|or|oder) |[,&#]).)+)"
)
_PERIOD = r"week|month|year|quarter|day|woche|monat|jahr|quartal|tag|\w*day['’]?s?"
_PARTS_MAX = 5
_JOINT = phrase(r",? (?:and|und) |, ")  # "milk and bread"
_EXCEPT = sentence(
    r"(?P<all>(?:all|every|everything|alles?|sämtliche)\b.{0,80}?),? "
    r"(?:except(?: for)?|but(?: not)?|apart from|other than|außer|bis auf) (?P<excluded>.+)"
)
# "The task called (milk)", "my next (dentist appointment)", "that (bill)"
_INTRODUCTION = phrase(
    rf"^(?:(?:(?:das|die sache) mit (?:dem|der|den)"
    rf"|the|my|a|an|that|this(?! (?:{_PERIOD})\b)|die|der|das|den|dem|meine[nr]?|mein) )?"
    rf"(?:(?:next|upcoming|scheduled|nächste[nrs]?|kommende[nrs]?) (?!(?:{_PERIOD})\b)){{0,2}}"
    r"(?:(?:event|appointment|meeting|reminder|termin|ereignis) (?:called|named|titled|namens) )?"
    rf"(?:{_TASK} (?:(?:called|named|about|to|for|with|namens) )?)?"
)
_OF_A_DAY = sentence(
    rf"(?:(?P<rest>(?:today|tomorrow|yesterday|{WEEKDAY}|(?:this|next|last) (?:week|month))['’]s|heutigen|morgigen"
    r"|gestrigen)) (?:tasks|todos|to-dos|items|aufgaben|einträge)"
)
"""All tasks of a day or a week."""
# "Rent, and the bike too"
_TOO = phrase(r"(?<=\w)(?:,? (?:too|as well|auch|ebenfalls|gleich mit)|(?: sind| are)? (?:both|all|beide|alle))\Z")
# "(Milk) task"
_NOUN = phrase(rf"(?: |-)(?:{_TASK}|(?<!other )(?<!first )(?<!last )one|thing|ding|sache)n?s?$")
_PLURAL_NOUN = phrase(r"(?: |-)(?P<noun>tasks|todos|to-dos|items|aufgaben)$")  # "(old) tasks"
# "Everything (tagged work)", "all my open tasks (for friday)"
_QUANTIFIED = sentence(
    r"(?:everything|all(?: of)?(?: my| the| these| those)?|every|each|alles|sämtliche|alle(?: meine| die)?)\b"
    rf"(?: (?:open |done |calendar |kalender-?)?(?:{TASKS}))?(?P<rest>.*)"
)
# "(Nein,) nicht den Zahnarzt(, die Folien)"
_DENIED = phrase(
    r"(?:\A(?:no|nah|nope|nein|nee?|na)[,.! ]{1,3})?\b(?:not|nicht|nich|net|ned) (?:the|that|de[nrms]?|die|das|da) \w+"
    r"[\s,.!]{1,5}"
)
# "My tasks (for friday)"
_PLURAL = sentence(rf"(?:my |the |meine |die )?(?:{TASKS}) (?P<rest>.+)")
# "(The milk) on my shopping list"
_ON_A_LIST = sentence(rf"(?P<text>.*?)\s?\b(?:on|in|from|of|off|auf|von|in|aus) {A_LIST}")
# "Everything from today" are the tasks of today.
_FROM_DAY = phrase(
    rf"\b(?:from|of|von) (?=(?:today|tomorrow|yesterday|heute|morgen|gestern|{WEEKDAY})\b(?! (?:on|an|ab|onwards?)\b))"
)
_THE_LIST = sentence(THE_LIST)
# "Everything on my shopping list"
_A_WHOLE_LIST = sentence(rf"(?:everything |all |alles )?(?:(?:on|in|from|auf|von|aus) )?{A_LIST}")


def without_denied(text: str) -> str:
    """Return the text without a task that it denies: "not the dentist, the slides"; whole if nothing else is left."""
    return _DENIED.sub(" ", text).strip() or text


def title_parts(target: Target) -> list[str]:
    """Return the titles that "the milk and the eggs" may name; empty if the words are in quotes or one part."""
    if target.quoted:
        return []
    parts = [_INTRODUCTION.sub("", part.strip()) for part in _JOINT.split(target.words.removeprefix("both "))]
    return parts if 1 < len(parts) <= _PARTS_MAX and all(parts) else []


def read_target(text: str) -> Target:
    """Parse a reference to tasks; text of no other form is words of a title."""
    if _GERMAN_PLACES.fullmatch(text.strip().rstrip(",;:!?")):  # before the dot of "die 3." is cut off
        return Target(places=_digits(text))
    text = text.strip().strip(".,;:!?").strip()
    if match := _EXCEPT.fullmatch(text):  # "all but 3"
        return replace(read_target(match["all"]), excluded=read_target(match["excluded"]))
    if numbers := _numbers(text):
        return Target(numbers=numbers)
    for pattern, pronoun in _PRONOUNS:
        if pattern.fullmatch(text):
            return Target(pronoun=pronoun)
    if places := _places(text):
        return Target(places=places)
    return _title(text)


def _numbers(text: str) -> tuple[int, ...]:
    if match := _SPELLED.fullmatch(text):  # "task two"
        return (number(match["number"]),)
    if match := _RANGE.fullmatch(text):  # "3-5"
        first, last = int(match[1]), int(match[2])
        if first < last <= first + _RANGE_MAX:
            return tuple(range(first, last + 1))
    if _NUMBERS.fullmatch(text):  # "#3 and 4"
        return tuple(dict.fromkeys(_digits(text)))
    match = _NUMBERED.fullmatch(text)  # "#3 buy milk"
    return (int(match["number"]),) if match else ()


def _places(text: str) -> tuple[int, ...]:
    """Return the places in the list that the text consists of; -1 is the last one."""
    if _PLACED.fullmatch(text):  # "the second one and the last"
        return tuple(map(ordinal, _PLACE_WORD.findall(text)))
    match = _FIRST_ONES.fullmatch(text)  # "the first two", "die letzten beiden"
    if match is None:
        return ()
    count = 2 if match["count"].lower() == "beiden" else number(match["count"])
    first = 1 if ordinal(match["end"]) > 0 else -count
    return tuple(range(first, first + count))


def _title(text: str) -> Target:
    """Return the words of a title, without what only introduces them: "milk" of "the task called milk"."""
    if match := _QUOTED.fullmatch(text):
        return Target(words=match["title"].strip(), quoted=True)
    words = _INTRODUCTION.sub("", _TOO.sub("", text) if re.search(r"\s(?:and|und|sind|are)\s", text) else text)
    if _OF_A_DAY.fullmatch(words):
        return Target(words=words)
    plural = _PLURAL_NOUN.search(words)  # "the work tasks" are all of a kind
    return Target(words=_NOUN.sub("", words) or text, noun=plural["noun"].lower() if plural else "")


def _digits(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", text)))


def filtered(target: Target, clock: UserClock) -> Target:
    """Return the target with what its words say of tag, date, status and priority; unchanged if they say nothing."""
    if target.excluded:
        included = filtered(replace(target, excluded=None), clock)
        return replace(included, excluded=filtered(target.excluded, clock))
    if not target.words or target.quoted:
        return target
    if match := _A_WHOLE_LIST.fullmatch(target.words):
        tag = list_tag(match.groupdict())
        return Target(words=target.words, filters={"tag": tag}, every=True) if tag else target
    on_list = _ON_A_LIST.fullmatch(target.words)
    tag = list_tag(on_list.groupdict()) if on_list else None
    words = _FROM_DAY.sub("", on_list["text"].strip() if on_list else target.words)
    quantified = _QUANTIFIED.fullmatch(words)
    several = quantified or _PLURAL.fullmatch(words) or _OF_A_DAY.fullmatch(words)
    text = several["rest"] if several else words
    # One task "on friday at 2" is looked for on that day (see Target.at); several "for friday at 2" are due until then.
    given, rest = take_filters(with_date_words(text), clock, by_day=not several)
    given |= {"tag": tag} if tag else {}
    name = name_in(rest)
    if given and _THE_LIST.fullmatch(name):  # "my list for friday"
        return Target(words=target.words, filters=given, every=True)
    if (several and given) or (quantified and name):  # "all my tasks for friday", "every meeting"
        return Target(words=target.words, filters=given, named=name, every=True)
    is_dated = not given.keys().isdisjoint(("due_after", "due_before"))
    if name and (is_dated or tag):  # "the meeting on friday at 2", "the milk on my shopping list"
        return Target(words=target.words, filters=given, named=name, at=_clock_in(words, clock) if is_dated else "")
    return target


def _clock_in(text: str, clock: UserClock) -> str:
    """Return the time of day beside the date, as "14:00"; empty if there is none."""
    for found in phrases_in(text, clock):
        if found.days is not None:
            return found.clock.at.strftime("%H:%M") if found.clock else ""
    return ""
