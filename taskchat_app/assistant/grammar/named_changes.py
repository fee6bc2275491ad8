"""Reads what a sentence may change of the task that it names, wherever the words stand: choices of a question."""

from typing import Any

from taskchat_app.assistant.grammar.commands import Command, UserClock
from taskchat_app.assistant.grammar.phrases.conditions import CONDITIONS, DENIED, begins_with_condition, is_conditional
from taskchat_app.assistant.grammar.phrases.field_words import FIELDS, read_fields
from taskchat_app.assistant.grammar.phrases.filters import phrases_in
from taskchat_app.assistant.grammar.phrases.loose_days import with_loose_day
from taskchat_app.assistant.grammar.phrases.new_names import new_title
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import INSTEAD_OF, phrase, words
from taskchat_app.assistant.grammar.request_words import bare
from taskchat_app.assistant.grammar.rules.edit import AMOUNT, amount_of
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.date_phrase import Phrase
from taskchat_app.domain.dates.due_dates import said_due
from taskchat_app.domain.dates.local_time import local_due
from taskchat_app.domain.dates.vocabulary import MONTH, any_of
from taskchat_app.domain.tasks.field_tables.priority_words import PRIORITY_WORD, PRIORITY_WORDS

_TEXT_MAX_CHARACTERS = 300
# "Take the date off the rent", "Datum raus"
OFF = phrase(
    rf"\b(?:{words('off, out, scratch, remove, delete, drop, clear, get rid, no, without, raus, ohne')}"
    r"|weg\w*|runter\w*|entfern\w*|lösch\w*|keine?n?)\b"
)
# "If it rains I leave the bike", "remind me of the milk"
_HELD = phrase(
    rf"\b(?:{CONDITIONS}|{words('whether, wonder, ob, hätte?, except, außer, bis auf, add, remind')}\b"
    r"|lass\w* .{0,20}(?:stehen|drauf|drin)|leave it|(?:stop|forget what|vergiss was|skip|miss)\w*)"
)
_PART = phrase(r"[,;.] | (?:but|aber|sondern) ")  # "Porto, not Lisbon", "urgent but not today"
_INSTEAD = phrase(rf"\b{INSTEAD_OF}\b")
# "No due date for Anna" takes a field off
_WITHOUT_FIELD = phrase(
    rf"\A(?:no|kein\w{{0,2}}) (?!time|zeit|uhrzeit)(?=(?:{any_of(FIELDS)})(?: (?:for|on|für|bei|beim)\b|\W*\Z))"
)
# "Stop repeating it", "das bitte nicht mehr wiederholen"
_STOPS_REPEATING = phrase(
    r"\b(?:stop|quit|no longer|not|nicht|nie) (?:(?:to|it|mehr|jede\w*|mal) )?(?:repeat|recur|wiederhol)\w*"
    r"|\bwiederhol\w* sich nicht(?: mehr)?\b"
    r"|\b(?:no more|no longer|not|nicht mehr) (?:daily|weekly|monthly|yearly|täglich|wöchentlich|monatlich|jährlich)\b"
    r"(?!.{0,60}\b(?:but|instead|aber|sondern|nur|only|yet|enough|every|jede\w*|\w+l(?:y|ich))\b)"
)
# "Can the plants be every four days instead", "kann die Küche weg"
_MAY = phrase(r"\A(?:can|could|may|put|kann|könnten?) ")


def changes_said(text: str, title: str, clock: UserClock) -> list[Command]:
    """Return the changes that a text may say of the task with this title: "update", "shift", "tag" or "untag".

    They have no target. What a part of the text denies is no change. A new title is the only change, since its words
    may be those of a field; of several parts the last comes first, since it may correct the others.
    """
    clause = _MAY.sub("", bare(text))
    masked = mask_quotes(clause)
    stops = _STOPS_REPEATING.search(masked) and not begins_with_condition(masked)
    changes = [Command("update", text, given={"clear": ["recurrence"]})] if stops else []
    if _is_held(masked) or len(clause) > _TEXT_MAX_CHARACTERS:
        return changes
    if new := new_title(clause, title):
        return [Command("update", text, given=new)]
    if _NOT_URGENT.search(masked):
        changes.append(Command("update", text, given={"priority": "low"}))
    parts = _said_parts(_NOT_THIS_TIME.sub("", masked))
    for part in parts:
        if cleared := _cleared(part):
            return [Command("update", text, given=cleared)]
    for part in reversed(parts):
        changes += _changes_of_fields(part, text, clock)
    return changes


def _said_parts(clause: str) -> list[str]:
    """Return the parts of a clause that deny nothing; a clause without a denial is one part."""
    if not _denies(clause):
        return [clause]
    return [part for part in _PART.split(clause) if not _denies(part)]


def _denies(text: str) -> bool:
    return DENIED.search(_WITHOUT_FIELD.sub("", text)) is not None


# "They want me at 3 instead of half past two", "goes out on the 3rd from now on"
_NOT_READ = phrase(rf" (?:{INSTEAD_OF} [^,;.]+|{words('from now on, ab jetzt, ab sofort, von jetzt an')})")


def _changes_of_fields(part: str, text: str, clock: UserClock) -> list[Command]:
    """Return the changes that a part of a text says: of tags, and of the other fields together and apart."""
    dates, priority = _dates(_NOT_READ.sub("", part), clock), _priority(part)
    changes = [_tagging(part, text), _shift(part, text) or Command("update", text, given=dates | priority)]
    if dates:  # the day may be of something else
        changes.append(Command("update", text, given=priority))
    return [change for change in changes if change and change.given]


def _is_held(clause: str) -> bool:
    """Return whether nothing is to be changed: a clause is conditional, or an order of another kind."""
    return is_conditional(clause) or _HELD.search(clause) is not None


_FIELD_OFF = phrase(rf"\b(?P<field>{any_of(name for name in FIELDS if name != 'due')}|repeats?|repeating|reminders?)\b")


def _cleared(clause: str) -> dict[str, Any]:
    """Return the field that is taken off, as in "take the date off the rent"; empty for none."""
    match = _FIELD_OFF.search(clause) if OFF.search(clause) else None
    if match is None:
        return {}
    word = match["field"].casefold()
    field = "recurrence" if word.startswith("repeat") else FIELDS.get(word, "")  # none for a reminder
    return {"clear": [field]} if field not in ("", "priority") else {}


# "The report is no longer urgent", "milk isn't that important", "der Bericht eilt nicht mehr"
_NOT_URGENT = phrase(
    r"(?:\b(?:not|no longer|nicht|kein\w{0,2})|n['’]t)(?: (?:that|so|really|very|mehr|gar|ganz|sehr|wirklich)){0,2}"
    r" (?:important|urgent|pressing|a priority|wichtig|dringend|eilig)\b"
    r"(?!.{0,60}(?:\b(?:but|aber|sondern|as|than|wie)\b|\?))|\beilt (?:\w+ )?nicht\b"
)
# "Team meeting now 3pm not 2"
_NOT_THIS_TIME = phrase(
    r",? (?:and |und )?(?:not|nicht) (?:at |um )?\d{1,2}(?:[:.]\d\d)?(?: ?(?:am|pm|uhr|o['’]clock))?(?=\W*\Z|[,.;])"
)
_NO_NAMES = (
    "well, the, that, this, it, on, of, off, for, from, to, is, and, so, new, an?, der, die, das, den, dem, weg, raus"
)
_NO_TAG = rf"(?!{words(_NO_NAMES)}\b)"
# "#home", "tag it as home"; "unter dem Tag Garten"; "the home tag"; "arbeit-tag"
_TAGS = (
    phrase(
        r"(?:#|\b(?:tag(?:ged|ge)?s?|label(?:led)?s?|schlagwort)(?: (?:it|as|with|to|es|sie|mit|als|auf|von|named"
        rf"|called|namens)\b){{1,3}}:? [\"“„]?)(?P<tag>{_NO_TAG}[\w-]{{2,50}})"
    ),
    phrase(
        rf"\b(?:unter|mit|kriegt|kriegen|bekommt|bekommen) .{{0,20}}(?:tag|schlagwort) (?P<tag>{_NO_TAG}[\w-]{{2,50}})"
    ),
    phrase(
        rf"(?:[:,] |\b(?:den|noch|neuen) )tag (?P<tag>{_NO_TAG}[\w-]{{2,50}})(?=\W*\Z|,| (?:auch|noch|bei\w*|an|für)\b)"
    ),
    phrase(rf"\btag\b[^:]{{0,40}}: (?P<tag>{_NO_TAG}[\w-]{{2,50}})\Z"),
    phrase(
        r"(?:\A|\b(?:add|put|stick|give (?:it|\w+)|get|take) )"
        rf"(?:an?|the) (?P<tag>{_NO_TAG}[^\W\d]\w{{1,49}}) (?:tag|label)\b"
    ),
    # "File the passport under travel"
    phrase(
        r"\b(?:put|file|move|list|be|goes|belongs?|gehör\w*|komm\w*|leg\w*|pack\w*) (?:\S+ ){0,4}"
        rf"(?:under|unter) (?P<tag>{_NO_TAG}[^\W\d]\w{{1,49}})(?=\W*\Z|,? (?:not|instead|rather|nicht|statt)\b)"
    ),
    phrase(rf"\b(?P<tag>{_NO_TAG}[^\W\d]\w{{1,49}})-(?:tag|label|schlagwort)\b"),
)

# "Take work off and put accounts on", "it's not work, it's private", "das ist privat"
_IN_PLACE = phrase(
    r"\b(?:(?:put|add|tag|make)(?: it)?|it['’]?s|they['’]?re|(?:it|they|das|es|sie) (?:is|are|ist|sind)"
    rf"|for|under|unter|für)(?: for)? (?P<tag>{_NO_TAG}[^\W\d]\w{{1,49}})"
    r"(?: (?:on|instead|now|stattdessen))?(?=\W*\Z|[,.;]| (?:not|nicht|statt)\b)"
)

# "The report isn't for work"
_DENIED_TAG = phrase(
    r"(?:\b(?:not|no longer|nicht|nix)|n['’]t)(?: (?:for|under|really|bei|für|unter|mehr|wirklich)){0,2}"
    r" (?P<tag>[^\W\d][\w-]{0,50})"
)


def is_denied_tag(text: str, tag: str) -> bool:
    """Return whether a text denies this tag: "the report isn't for work"."""
    return any(match["tag"].casefold() == tag for match in _DENIED_TAG.finditer(text))


def tag_in_place(text: str, tag: str) -> str:
    """Return the tag that a text says in place of this one; empty for none."""
    for match in _IN_PLACE.finditer(text):
        if match["tag"].lower() != tag:
            return match["tag"].lower()
    return ""


def _tagging(clause: str, text: str) -> Command | None:
    """Return the change of the first tag that is named; "instead of" takes off the others."""
    for pattern in _TAGS:
        if match := pattern.search(clause):
            kind = "update" if _INSTEAD.search(clause) else "untag" if OFF.search(clause) else "tag"
            return Command(kind, text, given={"tags": [match["tag"].lower()]})
    return None


_PRIORITY = phrase(
    rf"\bprio\w*|\b{words('important, urgent, asap, wichtig, dringend, eilig, eilt, unwichtig')}\b"
    rf"|\b(?:to|as|auf|als) {PRIORITY_WORD}\b"
)
_LEVEL = phrase(rf"\b(?P<level>{PRIORITY_WORD})\b")
_LESS = phrase(rf"\b{words('lower, down, less, not, lowest, niedriger, weniger, nicht, unwichtig, kaum')}\b|\brunter")

# "That should have gone out on monday" takes nothing off
_GONE_OUT = phrase(r"\b(?:gone?|went|goes|sent|is|was) out\b")


def _priority(clause: str) -> dict[str, Any]:
    """Return the priority that is given; empty for none."""
    match = _LEVEL.search(clause)
    is_off = OFF.search(clause) and not _GONE_OUT.search(clause)
    level = PRIORITY_WORDS[match["level"].lower()] if match else ""
    if is_off and level and not _LESS.search(clause):  # "take high off the report"
        return {"priority": "medium"}
    if _PRIORITY.search(clause) is None:
        return {}
    if level == "medium":
        return {"priority": level}
    if _LESS.search(clause):
        return {"priority": "low"}
    if is_off:
        return {"priority": "medium"}
    return {"priority": level or "high"}


# "Leave it until January", "reicht im Februar"
_MONTH = phrase(
    r"\A(?!.{0,200}\b(?:expires?|runs|läuft|go|hot)\b).{0,200}\b(?:until|till?|in|into|by|bis|im|auf|ab)"
    rf" (?:early |anfang )?(?P<month>{MONTH})\b(?! \d|\.)"
)


def _dates(clause: str, clock: UserClock) -> dict[str, Any]:
    """Return the date or repetition of a clause, or a time alone, which is on the task's own day."""
    given = read_fields(clause, clock) or _said_fields(clause, clock)
    if not given.keys() <= {"due_date"}:
        return given
    times = [found for found in phrases_in(clause, clock) if found.is_time_alone and found.is_sure]
    if not given and len(times) == 1:
        return {"due_date": clause[times[0].start : times[0].end]}
    loose = with_loose_day({"title": clause}, clock, is_sure=False)
    loose_date = loose["due_date"] if loose else ""
    if given:  # "am Montag schon um eins" has its time apart
        adds_time = "T" in loose_date and "T" not in given["due_date"]
        return {"due_date": loose_date} if adds_time else given
    month = None if loose_date else _MONTH.search(clause)
    date = said_due(f"1 {month['month']}", zone=clock.zone, now=clock.now) if month else loose_date
    return {"due_date": date} if date else {}


# "The friday (after)"
_ANOTHER_DAY = phrase(r",? (?:after|before|danach|dara?uf|drauf|davor|vorher)\b(?! \w)")


def _said_fields(clause: str, clock: UserClock) -> dict[str, Any]:
    """Return the fields that a clause says of a task; a day may stand anywhere in it, and the last one counts."""
    found = list(phrases_in(clause, clock))
    days: list[Phrase] = []
    for date in found:
        if _ANOTHER_DAY.match(clause, date.end):
            return {}
        is_behind_last = not days or date.start >= days[-1].end
        if date.is_sure and date.days and is_behind_last:
            days.append(date)
    fields = read_title(clause, clock)
    given = {name: fields[name] for name in ("due_date", "recurrence", "priority") if name in fields}
    if "recurrence" in given:
        return given
    if len(days) > 1 or (days and not given):
        return given | {"due_date": local_due(days[-1].due(clock.zone, clock.now), clock.zone)}
    if given and found and not days and found[-1].clock:  # a time alone is on the task's own day
        given["due_date"] = clause[found[-1].start : found[-1].end]
    return given


# "An hour later", "nochmal ne Woche dranhängen", "two days early"
_AMOUNT = phrase(rf"\b{AMOUNT}\b")
_EARLIER = phrase(rf"\b(?:{words('earlier, early, sooner, before, forward, fwd, up, früher, eher, vor')}|vorzieh\w*)\b")
_LATER = phrase(
    rf"\b(?:{words('later, late, back, more, extra, longer, off, später, zurück, nach hinten, länger, mehr, dran')}"
    r"|(?:postpone|pause|pausier|delay|extend|push|snooze|verschieb|schieb|verläng|dranhäng|aufschieb)\w*)\b"
)


def _shift(clause: str, text: str) -> Command | None:
    """Return another date by a difference from the task's own: "a week later"; None for none."""
    match = _AMOUNT.search(clause)
    is_earlier = _EARLIER.search(clause) is not None
    if match is None or not (is_earlier or _LATER.search(clause)):
        return None
    amount = amount_of(match["count"], match["unit"])
    if amount is None:
        return None
    unit, count = amount
    return Command("shift", text, given={"unit": unit, "count": -count if is_earlier else count})
