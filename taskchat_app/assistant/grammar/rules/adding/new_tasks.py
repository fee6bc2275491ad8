"""Makes the commands to add a task from the matches of the rules in add.py and new_reminders.py."""

import re

from taskchat_app.assistant.grammar.commands import Command, Language, SlotMatch, Target, UserClock
from taskchat_app.assistant.grammar.phrases.list_names import TO_NO_TASKS, list_tag
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import INSTEAD_OF, phrase, sentence
from taskchat_app.assistant.grammar.phrases.targets import read_target
from taskchat_app.assistant.grammar.rules.adding.titles import NO_TITLE, dated_title, is_date, rule_of, without_zu
from taskchat_app.assistant.grammar.rules.edit import CHANGES_LAST
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb
from taskchat_app.assistant.grammar.rules.matching import read_by, table_of
from taskchat_app.assistant.grammar.rules.status import ACTS_LAST, struck
from taskchat_app.domain.dates.recurrence.phrases import day_lists
from taskchat_app.domain.tasks.field_tables.priority_words import PRIORITY_WORD, PRIORITY_WORDS


def add_task(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Return the command to add the task of the slots "title" and "more".

    "nameless" without a title, "offer" for a list that holds no tasks; None for other machines: "create a timer".
    """
    if not match["title"]:
        return Command("nameless", match.string)
    if TO_NO_TASKS.search(match.string):
        return Command("offer", match.string, given=read_title(match.string, clock), language=language)
    text = _THAT_I_MUST.sub("", match["title"] + match["more"])
    text = _DASS_ICH.sub(r"\g<title>\g<more>", text)
    given = read_title(text, clock)
    given["title"] = title = _without_words_of_order(given["title"], text, match, language)
    if _OF_A_TASK.match(match["title"]) or NO_TITLE.fullmatch(title) or is_date(match["title"], clock):
        return Command("nameless", match.string, language=language)
    if not title or _FOR_OTHER_MACHINES.fullmatch(title):
        return None
    given |= rule_of(match.slots, given)
    if match["level"]:
        given["priority"] = PRIORITY_WORDS[match["level"].lower()]
    if match["heutig"]:  # "zur heutigen Liste"
        given.setdefault("due_date", f"{clock.now.astimezone(clock.zone).date()}")
    if tag := list_tag(match.slots):
        given["tags"] = list(dict.fromkeys([*given.get("tags", ()), tag]))
    return Command("add", match.string, _tag_after_to(title, match.string), given, language)


def _without_words_of_order(title: str, text: str, match: SlotMatch, language: Language) -> str:
    """Return the title of `text` without what belongs to the order: "Zur Bank" for "Noch zur Bank"."""
    # read_title has made its first letter a capital; `text` has it as it was written.
    was_lower_case = title.partition(" ")[0].lower() in text.split()
    if language == "de" and was_lower_case:
        title = _STILL.sub(lambda letter: letter[1].upper(), title)
    if language == "de" and _WITH_ZU.match(match.string):
        title = without_zu(title)
    to = _TO_OR_ABOUT if _REMINDS.match(match.string) else _TO
    return to.sub(lambda letter: letter[1].upper(), title)


def _tag_after_to(title: str, text: str) -> Target:
    """Return the words behind "to", a tag or a task, with those before it as `named`: "butter to the milk and eggs"."""
    match = _TO_A_NAME.fullmatch(title) if _PUT.match(text) and not begins_with_verb(title) else None
    return Target(words=match["name"], named=match["title"], quoted=True) if match else Target()


def add_dated(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Return the command to add a task with a date or several days: "I have a meeting at noon today"; else None."""
    command = add_task(match, clock, language)
    is_dated = command is not None and command.given.keys() & {"due_date", "recurrence"}
    return command if is_dated or day_lists(match["title"]) else None


def add_remembered(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Return the command to add the task behind a date: "(erinnere mich) heute daran, die Wäsche abzuholen"."""
    dated = _DARAN.match(match["title"])
    when = dated["when"].strip(" ,") if dated else ""
    text = dated["what"] if dated else match["title"]
    given = read_title(text, clock)
    given["title"] = title = without_zu(given["title"])
    if not title or NO_TITLE.fullmatch(title) or is_date(text, clock):
        return Command("nameless", match.string, language="de")
    given_with_when = read_title(f"{title} {when}", clock) if when else given
    when_is_date = given_with_when["title"] == title  # else a word of `when` became part of the title
    if not when_is_date:
        return add_task(match, clock, language)
    # A date in the task's own words counts: "heute daran, morgen die Wäsche abzuholen".
    return Command("add", match.string, given=given_with_when | given, language="de")


def add_when(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Return the command to add a task with the date before "remind me": "every friday remind me to …"; else None."""
    given = dated_title(match, clock)
    return Command("add", match.string, given=given, language=language) if given else None


VERB_LAST = table_of(
    (rf"(?!(?:muss|soll|sollte|darf|habe|kann) ich\b)(?:ich (?:möchte|will) )?{pattern}", language, make)
    for pattern, language, make in (*ACTS_LAST, *CHANGES_LAST)
)
"""Rules with the verb at the end, after all rules that add: "neue Aufgabe: Milch löschen" adds a task."""


def add_unless_named(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Return the command to add a task; None if it names a task ("Aufgabe 3 und 4", "ich will die Milch löschen")."""
    command = add_task(match, clock, language)
    if command is None or command.kind != "add" or not _NAMED.match(match.string):
        return command
    is_new_title = read_target(command.given["title"]).words
    return command if is_new_title and not _is_change(match.string, clock) else None


def _is_change(clause: str, clock: UserClock) -> bool:
    """Return whether the clause ends with a verb that changes a task, even without a date: "3 verschieben"."""
    # "Den Zaun streichen" may be to paint it: with this verb it is a change only if struck() makes a command of it.
    has_verb = any(pattern.fullmatch(clause) for pattern, _, make in VERB_LAST if make is not struck)
    return has_verb or read_by(VERB_LAST, clause, clock) is not None


_PUT = phrase(r"(?:add|put|füge?|schreibe?|pack|setze?)\b")
# "Milk to shopping", "butter to the milk and eggs"
_TO_A_NAME = sentence(
    r"(?!.{0,100}\b(?:letter|note|message|e-?mail|card|postcard|gift|present|invitation|ticket|way|road|guide|walk|ride"
    r"|drive|trip|flight|visit|back|reply|talk|speak|speech|call|introduction|ode|toast|thanks|ready|up|due)\b"
    r".{0,30} (?:to|on)\b)"
    r"(?P<title>.{1,100}?) (?:to|on|onto|under|zu[mr]?|beim?) (?:(?:the|my|de[nmr]) )?"
    r"(?P<name>(?-i:[a-zäöüß]{3,30})|[^\W\d]{3,30}(?: [^\W\d]{2,30}){0,4})"
)
_NAMED = phrase(r"aufgabe |ich (?:möchte|will) ")
# "(Add) 5 and 89", "(create) a timer"
_FOR_OTHER_MACHINES = sentence(
    r"(?:up )?\d+(?:(?:,| and| plus| to)? \d+)+|(?:(?:a|an|new|the|another) )*(?:timer|alarm|playlist|stopwatch)s?"
)
# "(Remind me) that I have to (call Bob)", "(erinnere mich) daran, dass ich (Oma anrufen) muss"
_THAT_I_MUST = phrase(
    r"\A(?:that )?(?:i|we)(?:['’]ve)? (?:have|need|got|ought|are supposed|am supposed) to |\A(?:that )?(?:i|we)"
    r" (?:must|should) |\A(?:nicht vergessen|not forget),? (?:to )?"
)
_DASS_ICH = sentence(
    r"(?:daran,? )?dass (?:ich|wir) (?P<title>.+?) (?:muss|müssen|soll|sollen|sollte|sollten|will|möchte)"
    r"(?P<more>,? .{1,60})?"
)
# "Ich muss morgen noch zur Bank"; written with a capital, the word belongs to the title: "Noch ein Bier".
_STILL = phrase(r"\A(?:(?:noch|auch|unbedingt|dringend|endlich) )+(\w)(?!\w* ?mal\b)")
_CLOCK = r"\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|uhr)?"
# What is added to a task that is there: no title begins so, but "deadline for taxes" is one.
_OF_A_TASK = phrase(
    r"\A(?:(?:(?:an?|the|das|den|die|eine?n?) )?(?:"
    r"(?:due[ -]?date|deadline|priority|tags?|labels?) of .{1,60}? (?:to|for) "  # "a due date of friday to the report"
    r"|due[ -]?date(?: .{1,60}?)? to "  # "a due date to the report"
    rf"|(?:(?:{PRIORITY_WORD})[ -]priority|priority (?:{PRIORITY_WORD})) to "  # "high priority to the report"
    r"|(?:tag|priorität|fälligkeit|schlagw\w+) .{1,60}? (?:zu|zum|zur|für|beim?) )"  # "den Tag Garten zur Hecke"
    r"|(?:aufgabe )?#?\d{1,9} (?:das|den|die) "  # "Aufgabe 3 das (Schlagwort Garten)"
    r"|.{1,120} as an? (?:note|description) (?:to|on|for) "  # "two litres as a note to (the milk)"
    r"|(?:bei|beim) [^:]{1,60}:"  # "bei der Milch: (zwei Liter)"
    rf"|.{{1,120}} (?:at|to|um|auf) {_CLOCK} {INSTEAD_OF} {_CLOCK}\Z)"  # "the dentist at 4 instead of 3"
)
# The title "To take vitamins" of "add every weekday to take vitamins"
_TO = re.compile(r"\ATo ([a-z])(?=\w+ \w)")
# The title "About the trash" of "remind me every monday about the trash"
_TO_OR_ABOUT = re.compile(r"\A(?:To (?=[a-z])|About |Of )(\w)(?=\w)")
_REMINDS = phrase(r"\A(?:remind|notify|alert) me\b")
_WITH_ZU = phrase(r"vergiss nicht|.{0,80}\b(?:daran|nicht vergessen)\b|.{0,80}\berinner")
# "Heute daran, die Wäsche abzuholen", "heute an die Wäsche"
_DARAN = phrase(r"(?P<when>.{1,60}?) (?:da?ran,? (?:dass ich )?|an (?:das |den |die |mein(?:e|en)? )?)(?P<what>\S.*)")
