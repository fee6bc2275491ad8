"""Makes the commands to add a task from the matches of the rules in add.py and new_reminders.py."""

import re
from dataclasses import replace

from taskchat_app.assistant.grammar.commands import Command, Language, Said, Target, UserClock
from taskchat_app.assistant.grammar.phrases.list_names import is_for_others, list_tag
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.assistant.grammar.phrases.targets import read_target
from taskchat_app.assistant.grammar.rules.adding.titles import NO_TITLE, dated_title, is_date, rule_of, without_zu
from taskchat_app.assistant.grammar.rules.edit import CHANGES_LAST
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb, ends_with_verb
from taskchat_app.assistant.grammar.rules.matching import read_by, table_of
from taskchat_app.assistant.grammar.rules.status import ACTS_LAST, struck
from taskchat_app.domain.dates.recurrence.phrases import day_lists
from taskchat_app.domain.tasks.field_tables.plain_fields import PRIORITY_WORDS


def add_step(said: Said, clock: UserClock, language: Language) -> Command | None:
    """Read a new task that is a step of the task with a number."""
    command = add_task(said, clock, language)
    if command is None or command.kind != "add":
        return command
    return replace(command, given=command.given | {"parent_id": int(said["number"].lstrip("#"))})


def add_task(match: Said, clock: UserClock, language: Language) -> Command | None:
    groups = match.slots
    if is_for_others(match.string):
        return Command("offer", match.string, given=read_title(match.string, clock), language=language)
    text = _THAT_I_MUST.sub("", groups["title"] + (groups.get("more") or ""))
    if titled := _TITLED.match(text) if _OF_TASK.search(match.before("title")) else None:
        is_title = titled["with"] or titled["colon"] or begins_with_verb(text[titled.end() :])
        text = text[titled.end() :] if is_title else text
        text = _AND_DUE.sub(", due date ", text) if titled["with"] else text
    if said := _DASS_ICH.fullmatch(text):
        text = said["title"]
    given = read_title(text, clock)
    if language == "de" and given["title"].partition(" ")[0].lower() in text.split():
        given["title"] = _STILL.sub(lambda word: word[1].upper(), given["title"])
    if language == "de" and _WITH_ZU.match(match.string):
        given["title"] = without_zu(given["title"])
    to = _TO_ONE if _REMINDS.match(match.string) else _TO
    given["title"] = to.sub(lambda verb: verb[1].upper(), given["title"])
    given["title"] = _named_behind_date(given["title"], text)
    given |= rule_of(groups, given)
    if level := groups.get("level"):
        given["priority"] = PRIORITY_WORDS[level.lower()]
    if tag := list_tag(match.slots):
        given["tags"] = list(dict.fromkeys([*given.get("tags", ()), tag]))
    if _OF_A_TASK.match(groups["title"]) or NO_TITLE.fullmatch(given["title"]) or is_date(groups["title"], clock):
        return Command("nameless", match.string, language=language)
    named = given["title"] and not _NO_TASK.fullmatch(given["title"])
    return Command("add", match.string, _list_of(given["title"], match.string), given, language) if named else None


def _named_behind_date(title: str, said: str) -> str:
    """Return the title "Call mum" of "(remind me) on monday and call mum", whose date and joint stand before it."""
    joint = _AND.match(title)
    rest = title[joint.end() :] if joint and not _AND.match(said) else ""
    return rest[:1].upper() + rest[1:] if rest and (begins_with_verb(rest) or ends_with_verb(rest)) else title


def _list_of(title: str, said: str) -> Target:
    """Return the name of a list or a tag at the end of a title, which may be a tag, and the title without it."""
    is_put = _PUT.match(said) is not None
    match = _TO_A_NAME.fullmatch(title) if is_put and not begins_with_verb(title) else _WITH_A_TAG.fullmatch(title)
    return Target(words=match["name"], named=match["title"], quoted=True) if match else Target()


def add_named(match: Said, clock: UserClock, language: Language) -> Command | None:
    """Return the command to add a task; "nameless" if only "a reminder" is asked for."""
    return add_task(match, clock, language) if match["title"] else Command("nameless", match.string)


def add_dated(match: Said, clock: UserClock, language: Language) -> Command | None:
    """Return the command of "I have a meeting at noon today"; None without a date or several days."""
    command = add_task(match, clock, language)
    if command is None or command.given.keys() & {"due_date", "recurrence"} or day_lists(match["title"]):
        return command
    return None


def add_to_the_day(match: Said, clock: UserClock, language: Language) -> Command | None:
    command = add_task(match, clock, language)
    if command is None or not match["heutig"] or "due_date" in command.given:
        return command
    return replace(command, given=command.given | {"due_date": f"{clock.now.astimezone(clock.zone).date()}"})


def add_remembered(match: Said, clock: UserClock, language: Language) -> Command | None:
    """Read "heute Abend daran, die Reinigung um 20 Uhr abzuholen" and "um 20 Uhr an die Wäsche" too."""
    text = match["title"]
    is_dated = "due_date" in read_title(text, clock)
    if joint := _DARAN.match(text) or (None if is_dated else _UM.match(text)):
        when, text = joint["when"].strip(" ,"), joint["what"]
    else:
        when = ""
    given = read_title(text, clock)
    given["title"] = title = _named_behind_date(without_zu(str(given["title"])), text)
    if not title or NO_TITLE.fullmatch(title) or is_date(text, clock):
        return Command("nameless", match.string, language="de")
    if when:
        dated = read_title(f"{title} {when}", clock)
        if dated["title"] != title:
            return add_task(match, clock, language)
        given = {**dated, **given}
    return Command("add", match.string, given=given, language="de")


def add_when(match: Said, clock: UserClock, language: Language) -> Command | None:
    """Return the command of "Every friday remind me to water the plants", if only a date precedes "remind me"."""
    if not (match["when"] or "").strip():
        return add_task(match, clock, language)
    given = dated_title(match, clock)
    return Command("add", match.string, given=given, language=language) if given else None


def add_said(match: Said, clock: UserClock, language: Language) -> Command | None:
    """Read "dass ich morgen Joe treffe" as "Joe treffen"."""
    said = f"{match['title']} {match['stem']}en" if match["stem"] else match["title"]
    given = read_title(said, clock)
    return Command("add", match.string, given=given, language="de") if given["title"] else None


def add_unless_named(match: Said, clock: UserClock, language: Language) -> Command | None:
    """Return None if tasks are named ("Aufgabe 3 und 4", "ich will die Milch löschen"), not a new title."""
    command = add_task(match, clock, language)
    if command is None or not _NAMED.match(match.string):
        return command
    says_more = read_target(command.given["title"]).words
    ends_with_verb = any(pattern.fullmatch(match.string) for pattern, _, make in VERB_LAST if make is not struck)
    return command if says_more and not ends_with_verb and read_by(VERB_LAST, match.string, clock) is None else None


_PUT = phrase(r"(?:add|put)\b")
_TO_A_NAME = sentence(
    r"(?!.{0,100}\b(?:letter|note|message|e-?mail|card|postcard|gift|present|invitation|ticket|way|road|guide|walk|ride|drive"
    r"|trip|flight|visit|back|reply|talk|speak|speech|call|introduction|ode|toast|thanks|ready|up|due)\b)"
    r"(?P<title>.{1,100}?) (?:to|on|onto|under) (?P<name>(?-i:[a-zäöüß]{3,30}))"
)
_WITH_A_TAG = sentence(
    r"(?!.{0,100}\b(?:an?|the|price|name|dog|cat|laser|play|luggage|gift|skin|phone|ear|hash|key) tag\b)"
    r"(?P<title>.{1,100}?),? (?:(?-i:tag)|schlagwort) (?P<name>(?!it\b)[\w-]{2,30})"
)
_NAMED = phrase(r"aufgabe |ich (?:möchte|will) ")
# "Add 5 and 89" and "create a timer" are for other machines.
_NO_TASK = sentence(
    r"(?:up )?\d+(?:(?:,| and| plus| to)? \d+)+|(?:(?:a|an|new|the|another) )*(?:timer|alarm|playlist|stopwatch)s?"
)
_THAT_I_MUST = phrase(
    r"\A(?:that )?(?:i|we)(?:['’]ve)? (?:have|need|got|ought|are supposed|am supposed) to |\A(?:that )?(?:i|we)"
    r" (?:must|should) "
)
_OF_TASK = phrase(r"\b(?:task|todo|to-do|item|aufgabe)\b")
# "With the title call Bob", "title: call Bob", "title call Bob, due friday"; "title page for the report" is a title.
_TITLED = phrase(
    r"\A(?:(?P<with>with|mit) )?(?:(?:the|an?|dem) )?(?:title|name|titel|namen)"
    r"(?:(?P<colon>\s?:) | (?(with)|(?=[^,]{1,100}, (?:due|high|low|prio|tag|note))))"
)
_AND_DUE = phrase(r",? and (?:the )?due date ")
_DASS_ICH = sentence(
    r"(?:daran,? )?dass (?:ich|wir) (?P<title>.+?) (?:muss|müssen|soll|sollen|sollte|sollten|will|möchte)"
)
# "Ich muss morgen noch zur Bank"; written with a capital, the word belongs to the title: "Noch ein Bier".
_STILL = phrase(r"\A(?:(?:noch|auch|unbedingt|dringend|endlich) )+(\w)(?!\w* ?mal\b)")
_CLOCK = r"\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|uhr)?"
# "A due date of friday to the report" is no title; "deadline for taxes" is one.
_OF_A_TASK = phrase(
    r"\A(?:(?:an?|the|das|den|die|eine?n?) )?"
    r"(?:(?:due[ -]?date|deadline|priority|tags?|labels?) of .{1,60}? (?:to|for) "
    r"|(?:priorität|fälligkeit|schlagw\w+) .{1,60}? (?:zu|zum|zur|für) )"
    r"|.{1,120} as an? (?:note|description) (?:to|on|for) |(?:bei|beim) [^:]{1,60}:"
    rf"|.{{1,120}} (?:at|to|um|auf) {_CLOCK} (?:instead of|rather than|statt|anstatt) {_CLOCK}\Z"
)
# "Remind me every weekday at 7 to take vitamins"
_TO = re.compile(r"\ATo ([a-z])(?=\w+ \w)")
# Behind a date: "every monday about the trash"
_TO_ONE = re.compile(r"\A(?:To (?=[a-z])|About |Of )(\w)(?=\w)")
_AND = phrase(r"\A(?:and|und) ")
_REMINDS = phrase(r"\A(?:remind|notify|alert) me\b")
_WITH_ZU = phrase(r"vergiss nicht|.{0,80}\b(?:daran|nicht vergessen)\b|.{0,80}\berinner")
_DARAN = phrase(r"(?P<when>.{1,60}?) (?:daran,? |an (?:das |den |die |mein(?:e|en)? )?)(?P<what>\S.*)")
_UM = phrase(r"(?P<when>um \d{1,2}) (?!(?:uhr|vor|nach|bis|euro|prozent)\b)(?P<what>\S.*)")
VERB_LAST = table_of(
    (rf"(?!(?:muss|soll|sollte|darf|habe|kann) ich\b)(?:ich (?:möchte|will) )?{pattern}", language, make)
    for pattern, language, make in (*ACTS_LAST, *CHANGES_LAST)
)
"""Rules with the verb at the end, after all rules that add: "neue Aufgabe: Milch löschen" adds a task."""
