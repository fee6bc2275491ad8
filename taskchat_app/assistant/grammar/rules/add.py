"""Rules for adding a task: with a verb ("add …", "remind me to …"), to a list, or as a reminder.

phrases/new_task.py separates its title, date, recurrence, priority and tags.
"""

import re
from dataclasses import replace
from typing import Any

from taskchat_app.assistant.grammar.commands import Command, Language, Row, Target, UserClock
from taskchat_app.assistant.grammar.phrases.filters import name_in
from taskchat_app.assistant.grammar.phrases.list_names import A_LIST, THE_LIST, is_for_others, list_tag
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.assistant.grammar.phrases.targets import read_target
from taskchat_app.assistant.grammar.rules.edit import CHANGES_LAST
from taskchat_app.assistant.grammar.rules.follow_ups import NEXT_ONE
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb
from taskchat_app.assistant.grammar.rules.matching import read_by, table_of
from taskchat_app.assistant.grammar.rules.status import ACTS_LAST, struck
from taskchat_app.domain.dates.due_dates import parse_due
from taskchat_app.domain.dates.recurrence.phrases import day_lists
from taskchat_app.domain.dates.recurrence.recurrence import find_rule
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.priority_words import PRIORITY_WORD, PRIORITY_WORDS


def _add(match: re.Match[str], clock: UserClock, language: Language) -> Command | None:
    groups = match.groupdict()
    if is_for_others(match.string):
        return Command("offer", match.string, given=read_title(match.string, clock), language=language)
    text = _THAT_I_MUST.sub("", groups["title"] + (groups.get("more") or ""))
    if titled := _TITLED.match(text) if _OF_TASK.search(match.string[: match.start("title")]) else None:
        is_title = titled["with"] or titled["colon"] or begins_with_verb(text[titled.end() :])
        text = text[titled.end() :] if is_title else text
        text = _AND_DUE.sub(", due date ", text) if titled["with"] else text
    if said := _DASS_ICH.fullmatch(text):
        text = said["title"]
    given = read_title(text, clock)
    if language == "de" and given["title"].partition(" ")[0].lower() in text.split():
        given["title"] = _STILL.sub(lambda word: word[1].upper(), given["title"])
    if language == "de" and _WITH_ZU.match(match.string):
        given["title"] = _without_zu(given["title"])
    to = _TO_ONE if _REMINDS.match(match.string) else _TO
    given["title"] = to.sub(lambda verb: verb[1].upper(), given["title"])
    given |= _rule_of(groups, given)
    if level := groups.get("level"):
        given["priority"] = PRIORITY_WORDS[level.lower()]
    if tag := list_tag(match):
        given["tags"] = list(dict.fromkeys([*given.get("tags", ()), tag]))
    if _OF_A_TASK.match(groups["title"]) or _NO_TITLE.fullmatch(given["title"]) or _is_date(groups["title"], clock):
        return Command("nameless", match.string, language=language)
    named = given["title"] and not _NO_TASK.fullmatch(given["title"])
    return Command("add", match.string, _list_of(given["title"], match.string), given, language) if named else None


def _rule_of(groups: dict[str, str | None], given: dict[str, Any]) -> dict[str, str]:
    """Return the recurrence of "a daily task", unless the words of the task name one."""
    often = (groups.get("often") or "").removesuffix("e")
    found = find_rule(often) if often else None
    return {"recurrence": found[2]} if found and "recurrence" not in given else {}


def _without_zu(title: str) -> str:
    """Return "Oma anrufen" for "Oma anzurufen", which "erinnere mich daran" makes of it."""
    return _ZU.sub(r"\g<part>\g<verb>", title)


def _list_of(title: str, said: str) -> Target:
    """Return the name of a list or a tag at the end of a title, which may be a tag, and the title without it."""
    is_put = _PUT.match(said) is not None
    match = _TO_A_NAME.fullmatch(title) if is_put and not begins_with_verb(title) else _WITH_A_TAG.fullmatch(title)
    return Target(words=match["name"], named=match["title"], quoted=True) if match else Target()


def _remind_of(match: re.Match[str], clock: UserClock, language: Language) -> Command | None:
    """Read "remind me about the dentist in 20 minutes", which names a task that there may be already."""
    return _of_a_task(_IN_ADVANCE.sub("", _ABOUT.sub("", match["title"])), match, clock, language)


def _of_a_task(text: str, match: re.Match[str], clock: UserClock, language: Language) -> Command:
    given = read_title(text, clock)
    name = name_in(str(given["title"]))
    if NEXT_ONE.match(text):
        given["title"] = name[:1].upper() + name[1:]
    # "Remind me about both tomorrow"
    shown = read_target(given["title"])
    if "due_date" in given and (shown.places or shown.pronoun in ("both", "them", "other", "selected")):
        # The own date of a task is not known here, so it is asked about.
        is_one = len(shown.places) == 1 or shown.pronoun == "other"
        return Command("update", match.string, shown, {"due_date": given["due_date"]}, language, doubtful=is_one)
    if not name or _NO_TITLE.fullmatch(given["title"]):
        return Command("nameless", match.string, language=language)
    day = str(given.get("due_date", ""))[:10]
    bounds = {"due_after": day, "due_before": day} if day else {}
    target = Target(words=name, named=name, filters=bounds, nearest=NEXT_ONE.match(text) is not None)
    # "For monday: report" says what the reminder is called, not which task is due then.
    return Command("remind", match.string, target, given, language, doubtful=bool(day) and ": " in text)


def _add_named(match: re.Match[str], clock: UserClock, language: Language) -> Command | None:
    """Return the command to add a task; "nameless" if only "a reminder" is asked for."""
    return _add(match, clock, language) if match["title"] else Command("nameless", match.string)


def _add_reminder(match: re.Match[str], clock: UserClock, language: Language) -> Command | None:
    """Read what follows "set a reminder": "to pay", "for my trip tomorrow at 5"; only a date is nameless."""
    text = (match["title"] or "").strip()
    named = _FOR_WHAT.fullmatch(text)
    if named is None and (led := _WHEN_TO_WHAT.fullmatch(text)) and (given := _dated_title(led, clock)):
        return Command("add", match.string, given=given | _rule_of(match.groupdict(), given))
    given = read_title(named["title"] if named else "", clock)
    given |= _rule_of(match.groupdict(), given)
    is_named = given["title"] and not _NO_TITLE.fullmatch(given["title"])
    if named is None or not is_named or _is_date(text, clock) or _is_date(named["title"], clock):
        return Command("nameless", match.string)
    is_there = named["of"] and not _ANOTHER.match(named["title"])
    if is_there and "recurrence" not in given and not begins_with_verb(given["title"]):
        return _of_a_task(named["title"], match, clock, language)
    return Command("add", match.string, given=given)


def _add_reminder_de(match: re.Match[str], clock: UserClock, language: Language) -> Command | None:
    given = read_title(match["title"], clock)
    if not given["title"] or _is_date(match["title"], clock):
        return Command("nameless", match.string, language="de")
    if match["of"] and not _ANOTHER.match(match["title"]) and "recurrence" not in given:
        return _of_a_task(match["title"], match, clock, language)
    return Command("add", match.string, given=given, language="de")


def _is_date(text: str, clock: UserClock) -> bool:
    """Return whether the text is a date or a recurrence and nothing else."""
    if (rule := find_rule(text)) and not re.search(r"\w", text[: rule[0]] + text[rule[1] :]):
        return True
    try:
        return bool(text.strip()) and bool(parse_due(text, zone=clock.zone, now=clock.now))
    except Invalid:
        return False


def _add_dated(match: re.Match[str], clock: UserClock, language: Language) -> Command | None:
    """Return the command of "I have a meeting at noon today"; None without a date or several days."""
    command = _add(match, clock, language)
    if command is None or command.given.keys() & {"due_date", "recurrence"} or day_lists(match["title"]):
        return command
    return None


def _add_to_the_day(match: re.Match[str], clock: UserClock, language: Language) -> Command | None:
    command = _add(match, clock, language)
    if command is None or not match["heutig"] or "due_date" in command.given:
        return command
    return replace(command, given=command.given | {"due_date": f"{clock.now.astimezone(clock.zone).date()}"})


def _add_remembered(match: re.Match[str], clock: UserClock, language: Language) -> Command | None:
    """Read "heute Abend daran, die Reinigung um 20 Uhr abzuholen" and "um 20 Uhr an die Wäsche" too."""
    text = match["title"]
    is_dated = "due_date" in read_title(text, clock)
    if joint := _DARAN.match(text) or (None if is_dated else _UM.match(text)):
        when, text = joint["when"].strip(" ,"), joint["what"]
    else:
        when = ""
    given = read_title(text, clock)
    given["title"] = title = _without_zu(str(given["title"]))
    if not title or _NO_TITLE.fullmatch(title) or _is_date(text, clock):
        return Command("nameless", match.string, language="de")
    if when:
        dated = read_title(f"{title} {when}", clock)
        if dated["title"] != title:
            return _add(match, clock, language)
        given = {**dated, **given}
    return Command("add", match.string, given=given, language="de")


def _add_when(match: re.Match[str], clock: UserClock, language: Language) -> Command | None:
    """Return the command of "Every friday remind me to water the plants", if only a date precedes "remind me"."""
    given = _dated_title(match, clock)
    return Command("add", match.string, given=given) if given else None


def _add_when_de(match: re.Match[str], clock: UserClock, language: Language) -> Command | None:
    """Return the command of "Jeden Tag um 12 eine Erinnerung an Yoga einrichten"."""
    if not (match["when"] or "").strip():
        return _add(match, clock, language)
    given = _dated_title(match, clock)
    return Command("add", match.string, given=given, language="de") if given else None


def _add_said(match: re.Match[str], clock: UserClock, language: Language) -> Command | None:
    """Read "dass ich morgen Joe treffe" as "Joe treffen"."""
    said = f"{match['title']} {match['stem']}en" if match["stem"] else match["title"]
    given = read_title(said, clock)
    return Command("add", match.string, given=given, language="de") if given["title"] else None


def _nameless(match: re.Match[str], _: UserClock, language: Language) -> Command:
    return Command("nameless", match.string, language=language)


def _nameless_dated(match: re.Match[str], clock: UserClock, language: Language) -> Command | None:
    """Ask for the name of "an event for friday"."""
    is_dated = _is_date(match["title"], clock) or match["title"].lower() in (
        "the morning",
        "the afternoon",
        "the evening",
    )
    return Command("nameless", match.string) if is_dated else None


def _dated_title(match: re.Match[str], clock: UserClock) -> dict[str, Any] | None:
    """Return the arguments of create_task for the groups "title" and "when"; None unless "when" is a date."""
    given = read_title(f"{match['title']} {match['when']}", clock)
    is_dated = "due_date" in given or "recurrence" in given
    # With a recurrence the title may name its end: "every friday", "submit the form until june".
    alone = match["title"], f"{match['title']} every day" if "recurrence" in given else ""
    is_all = any(given["title"] == read_title(text, clock)["title"] for text in alone)
    return given if is_dated and is_all else None


def _add_unless_named(match: re.Match[str], clock: UserClock, language: Language) -> Command | None:
    """Return None if tasks are named ("Aufgabe 3 und 4", "ich will die Milch löschen"), not a new title."""
    command = _add(match, clock, language)
    if command is None or not _NAMED.match(match.string):
        return command
    says_more = read_target(command.given["title"]).words
    ends_with_verb = any(pattern.fullmatch(match.string) for pattern, _, make in VERB_LAST if make is not struck)
    return command if says_more and not ends_with_verb and read_by(VERB_LAST, match.string, clock) is None else None


_ZU = re.compile(
    r"(?:(?<=\s)zu\s|(?<=\s)(?P<part>ab|an|auf|aus|ein|her|hin|hoch|mit|nach|raus|rein|runter|um|vor|weg|zurück|zusammen)zu)"
    r"(?P<verb>[a-zäöüß]{2,20}n)\Z"
)
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
# "Add reminder letter"
_NO_LETTER = r"(?! (?:letter|e-?mail|mail|message|note|notice|card|text|sms|app|service)s?\b)"
_THING = rf"(?:task|tasks|todo|to-do|item|reminder{_NO_LETTER}|entry|one(?! (?:hour|minute|day|week|month)\b))"
# "Add daily task review" names a review.
_BEFORE_A_TITLE = rf"(?={_THING}(?: for me)?(?:\s?:| (?:called|named|titled|saying|that says|for me to|to)\b))"
_REPEATING = (
    rf"(?:(?:repeating|recurring) (?:(?<=\ba \w{{9}} )|(?<=\bnew \w{{9}} )|{_BEFORE_A_TITLE})"
    rf"|(?P<often>daily|weekly|monthly|yearly) {_BEFORE_A_TITLE})?"
)
_NAMED = phrase(r"aufgabe |ich (?:möchte|will) ")
_NO_TITLE = sentence(
    rf"(?:(?:a|an|the|this|that|new|recurring|repeating|daily|weekly|monthly|yearly|wiederkehrende"
    rf"|eine?n?|neue[ns]?|das|dies) )*(?:{_THING}|event|appointment|aufgabe|erinnerung"
    rf"|ereignis(?:se)?|termine?|aufgaben|erinnerungen)"
    rf"|(?:(?:a|an|the|this|these|that|those|some|only|following) )*(?:{_THING}|event|appointment|dates?|times?"
    r"|dates? and times?|something|things?|stuff|people|details)"
    r"(?: (?:with|for|on|to|about) (?:only )?(?:this|these|that|those|it|the following)(?: \w+)?)?"
    r"|(?:me )?(?:later|again|soon|then)|in \d{1,2}|it|this|that|es|das|them|these|those|daran"
    r"|(?:(?:an? )?(?:new )?(?:item|something|it) )?(?:(?:to|on)"
    r" )?(?:the |my )?list"
)
# "Add 5 and 89" and "create a timer" are for other machines.
_NO_TASK = sentence(
    r"(?:up )?\d+(?:(?:,| and| plus| to)? \d+)+|(?:(?:a|an|new|the|another) )*(?:timer|alarm|playlist|stopwatch)s?"
)
_ABOUT = phrase(r"\Aan (?:das |den |die |ein(?:e|en)? |mein(?:e|en)? )?")
_THAT_I_HAVE = r"that (?:i|we) (?:have|have got|am having|will have|'ve got|'m having) (?!to\b)(?:an? |my )?"
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
_TO_ONE = re.compile(r"\ATo ([a-z])(?=\w)")
_REMINDS = phrase(r"\A(?:remind|notify|alert) me\b")
_WITH_ZU = phrase(r"vergiss nicht|.{0,80}\b(?:daran|nicht vergessen)\b|.{0,80}\berinner")
_IN_ADVANCE = phrase(r" (?:im voraus|rechtzeitig|vorher|in advance|beforehand|ahead of time)\Z")
_FOR_WHAT = sentence(r"(?:(?P<of>to|about|of|for|on)|that says|saying)\s?:? (?:my )?(?P<title>.+)")
_WHEN_TO_WHAT = sentence(r"(?P<when>.{1,60}?) (?:to|about|for|that says|saying) (?P<title>\S.*)")
_ANOTHER = phrase(r"\A(?:an?|one|another|some|eine?n?|noch)\b")
_DARAN = phrase(r"(?P<when>.{1,60}?) (?:daran,? |an (?:das |den |die |mein(?:e|en)? )?)(?P<what>\S.*)")
_UM = phrase(r"(?P<when>um \d{1,2}) (?!(?:uhr|vor|nach|bis|euro|prozent)\b)(?P<what>\S.*)")
_HEUTIG = r"(?P<heutig>(?:der |die |dem )?heutigen)"
_MORE = (
    r"(?P<more>(?:,? (?:for|by|on|at|every|today|tomorrow|next|this|due|with|and|für|am|bis|um|morgen|heute|[!#]).*)?)"
)
VERB_LAST = table_of(
    (rf"(?!(?:muss|soll|sollte|darf|habe|kann) ich\b)(?:ich (?:möchte|will) )?{pattern}", language, make)
    for pattern, language, make in (*ACTS_LAST, *CHANGES_LAST)
)
"""Rules with the verb at the end, after all rules that add: "neue Aufgabe: Milch löschen" adds a task."""
REMINDER_ADDS: tuple[Row, ...] = (
    (r"(?:set|create|make|add|have|get|send)(?: up)? (?:me )?(?:a |an |another )?(?:new |repeating |recurring )*"
     r"(?:(?P<often>daily|weekly|monthly|yearly) )?(?:repeating |recurring )?"
     rf"(?:reminder|reminders|alert|notification){_NO_LETTER}(?: (?:set up|for (?:me|myself)))*(?P<title> .+)?",
     "en", _add_reminder),
    (r"(?:new|another) reminder(?P<title> .+)?", "en", _add_reminder),
    (r"(?:set|create|make|add|schedule)(?: up)? (?:an? )?(?:new )?(?:event|appointment|task) (?:for|on|at|in)"
     r" (?P<title>.+)",
     "en", _nameless_dated),
    (r"(?:an? )?(?:new|another) (?:event|task|todo|to-do|appointment|entry|item)|remind(?: me)?", "en", _nameless),
    (r"(?:setze?|stelle?|erstelle?|lege?|richte?|schicke?|sende|gib) (?:mir )?(?:eine )?(?:neue )?"
     r"(?:erinnerung|benachrichtigung|mitteilung)\b(?: in (?:meinem|den|dem) kalender)?"
     r"(?P<of> (?:an|für|über|zu) (?:das |den |die |mein(?:e|en)? )?)?(?P<title>.*?)(?: (?:ein|an"
     r"|fest))?", "de", _add_reminder_de),
    (r"(?P<when>.{1,60}?) (?:eine )?erinnerung (?:an|für) (?:das |den |die |mein(?:e|en)? )?(?P<title>.+?)"
     r" (?:erstellen|einstellen|setzen|anlegen|einrichten|festlegen)", "de", _add_when_de),
    (r"(?:ich|wir) brauche?n? (?P<when>.{1,60}? )?(?:eine |noch eine )?erinnerung,?"
     r" (?:um |an (?:das |den |die |mein(?:e|en)? )?|für |daran,? )(?P<title>.+)", "de", _add_when_de),
    (r"(?:eine )?(?:neue )?(?:erinnerung|benachrichtigung)\b(?P<of> (?:an|für) (?:das |den |die |mein(?:e|en)?"
     r" )?)?(?P<title>.*?)"
     r" (?:erstellen|einstellen|setzen|anlegen|einrichten|festlegen)", "de", _add_reminder_de),
)  # fmt: skip
"""Rules for new reminders, before those that change a task."""
ADDS: tuple[Row, ...] = (
    (rf"(?:add|create|make|new|put|insert|set up|schedule|save) (?:me )?(?:a |an |another |the )?(?:new )?{_REPEATING}"
     rf"(?:(?P<level>{PRIORITY_WORD})(?:[\s-]+priority)? )?{_THING}"
     r"(?: (?:to|on|in) (?:my|the) (?:to-?do )?list)?"
     r"(?:(?: for me)?\s?:\s?| (?:called|named|titled|saying|that says|for me to|to)\s?:? | (?:for (?=\w+ing\b))?)"
     r"(?P<title>.+)", "en", _add),
    (r"(?:add|create|new|schedule) (?:an? )?(?:new )?(?:event|appointment|meeting)\s?:\s?(?P<title>.+)", "en", _add),
    (rf"(?:add|put|insert|save) (?:(?:this|it|that) )?(?:to|on|in) (?:an? )?{THE_LIST}"
     r"(?: and (?:repeat|remind me|save)(?: it)?)?", "en", _nameless),
    (rf"(?:add|create|make|schedule|set(?: up)?|put|insert) (?:an? |the )?(?:new )?"
     rf"(?:(?:calend[ae]r )?(?:event|entry)(?: (?:to|on|in) {THE_LIST})?|appointment (?:to|on|in) {THE_LIST})"
     r" (?:for|called|named|titled|saying|about) (?P<title>.+)", "en", _add),
    (rf"mark (?:it (?:on|in) )?{THE_LIST}(?: (?:that|for|with|to say))?(?: i(?:'ll| will| am|'m)(?: be)?)?"
     r" (?P<title>.+)", "en", _add_dated),
    (rf"(?:add|put|insert|write|note|save) (?:down )?(?:to|on|onto|in) {A_LIST}\s?:\s?(?P<title>.+)", "en", _add),
    (rf"(?:add|put|insert|(?:write|note|jot)(?: down)?)\s?:? (?P<title>.+?),? (?:to|on|onto|in"
     rf"|into) {A_LIST}{_MORE}", "en", _add),
    (r"(?:add|put|insert)\s?:? (?P<title>.+?) (?:to|on|onto|in) (?:my|the) (?:to-?do )?"
     r"(?:list|tasks|todos|to-dos|chores)(?P<more>.*)", "en", _add),
    (rf"(?:update|extend) {A_LIST} (?:with|by) (?P<title>.+)", "en", _add),
    (rf"(?:i|we) (?:need|want|would like) (?P<title>.+?) (?:to be )?(?:put|added|written) (?:to|on|onto|in) {A_LIST}",
     "en", _add),
    (rf"(?P<title>.+?) (?:should|must|needs to|has to) be (?:put|added) (?:to|on|onto|in) {A_LIST}", "en", _add),
    (r"(?:i|we) (?:need|want|would like)(?: to (?:make|create|set(?: up)?|have|be))? ?(?:a |another )?"
     r"(?:reminder|reminded|task|todo)(?: (?:set up|for (?:me|myself)))*(?: (?:to|about|of|for)"
     r" (?:(?:alert|remind|tell|notify) me (?:to|about|that) )?(?P<title>.+))?", "en", _add_named),
    (r"i just (?P<fact>.{1,120}?),? remind me (?:to|about|of) (?P<title>.+)", "en", _add),
    (r"(?:you (?:need|have) to )?(?:remind me|notify me|alert me)"
     r"(?: (?:in advance|beforehand|ahead of time|again|later))? (?:about|of) (?P<title>.+)", "en", _remind_of),
    (rf"(?:remind me|remember) (?:to |about |of |that (?:i (?:have to|need to|must) )?)?(?P<title>.+?),?"
     rf" (?:(?:and )?(?:put|add)(?: it)? )?(?:to|on|onto) {A_LIST}", "en", _add),
    (r"(?:you (?:need|have) to )?(?:(?:remind|alert|notify) me|(?:help me (?:to )?)?remember"
     r"|make sure i (?:remember|do ?n['’]t forget)) "
     rf"(?!what\b|which\b)(?:to |about |of |for |{_THAT_I_HAVE}|that (?:i (?:have to|need to|must) )?)?(?P<title>.+)",
     "en", _add),
    (r"(?P<when>.+?),? remind me (?:to|about|of) (?P<title>.+)", "en", _add_when),
    (r"(?P<when>(?:on|at|next|tomorrow|every) ?.{0,40}?),? (?:please )?(?:put|add|schedule|i (?:need|have) to)"
     rf" (?P<title>.+?)(?: (?:to|on|in) {THE_LIST})?", "en", _add_when),
    (r"(?:i )?(?:don'?t|do not) (?:let me |want to )?forget (?:to (?:tell|remind) me )?(?:to |about )?"
     r"(?P<title>.+)", "en", _add),
    (r"(?:add|create)\s?:? (?:to )?(?P<title>.+)", "en", _add),
    (r"(?:schedule|arrange|plan|note down|write down|jot down|make a note) (?:that |to )?(?:an? )?(?P<title>.+?),?"
     r"(?: (?:okay|ok))?", "en", _add),
    (r"i (?:also )?(?:need|have|want|must|ought|got|would like|have got) to (?P<title>.+)", "en", _add),
    (r"(?:i|we)(?: have| have got| am having| are having|'m having|'ve got| will have|'ll have) (?:an? |my |to go to )"
     r"(?P<title>(?:[\w'’-]{1,30} ){0,3}?(?:meeting|appointment|call|date|interview|lunch|dinner|breakfast|party"
     r"|exam|lesson|class"
     r"|flight|check-?up|reservation|conference|session|practice|deadline|visit|haircut|training|test|birthday"
     r"|wedding)\b.+?)(?:,? (?:so )?(?:please )?(?:set it|add it|note it"
     r"|put it (?:on|in) (?:my|the) (?:list|calendar)))?",
     "en", _add_dated),
    (rf"(?:(?:new )?{_REPEATING}(?:task|todo|to-do|reminder)|note(?: to self)?)\s?:\s?(?P<title>.+)", "en", _add),
    (r"füge? (?:(?:eine |die )?(?:neue )?aufgabe )?hinzu\s?:? (?P<title>.+)", "de", _add),
    (r"(?:füge?|fuege?) (?:den |das |ihr |ihm |dort |da |dazu )?(?P<title>.+?)"
     rf" (?:zu|zur|zum|auf|in) (?:{_HEUTIG} )?{A_LIST} hinzu", "de", _add_to_the_day),
    (r"(?:füge?|fuege?|setze?) (?:bitte |ihr |ihm |dort |da |dazu )?(?:(?:eine |die )?(?:neue )?aufgabe\s?:? )?"
     r"(?P<title>.+?)(?: (?:zu|zur|auf|in) (?:(?:meiner|meine|der|die) )?(?:\w*liste|aufgaben))? hinzu", "de", _add),
    (rf"(?:ich (?:muss|möchte|will) )?(?P<title>.+?) (?:zu|zur|zum|auf|in) {A_LIST}(?P<more>(?: für .{{1,60}}?)?)"
     rf" (?:hinzufügen|setzen|schreiben)",
     "de", _add),
    (rf"(?:setze?|schreibe?|packe?) (?P<title>.+?) auf {A_LIST}", "de", _add),
    (r"(?:(?:erstelle?|lege?|mache?|notiere?|schreibe?) (?:mir )?)?(?:eine )?(?:neue )?"
     r"(?:(?:wiederkehrende|sich wiederholende|(?P<often>tägliche|wöchentliche|monatliche|jährliche)"
     r"(?= \w+(?: an)?\s?:)) )?"
     r"(?:aufgabe|erinnerung)(?: an| namens| mit dem (?:titel|namen))?(?:\s?:\s?| )(?P<title>.+)",
     "de", _add_unless_named),
    (r"(?:erinnere? mich|denke?) (?:bitte )?(?:daran,? )?dass (?:ich|wir) (?:(?P<when>.{1,60}?) )?"
     r"(?:eine?n?|mein(?:e|en)?) (?P<title>.+?) (?:habe|haben)", "de", _add_when_de),
    (r"(?:erinnere? mich|denke?) (?:bitte )?(?:daran,? )?dass ich (?:mich )?(?P<title>.+?)"
     r" (?:(?P<stem>\w{2,30})e|muss|soll|wollte)", "de", _add_said),
    (r"(?:mich )?(?P<title>an (?:das |den |die |mein(?:e|en)? )?.+) erinnern", "de", _remind_of),
    (r"(?:ich habe|wir haben) (?P<when>.{1,60}?) (?:einen|eine|ein) (?P<title>(?:\w{0,30}termin|besprechung|treffen"
     r"|meeting"
     r"|verabredung|\w{0,20}prüfung|\w{0,20}gespräch|\w{0,20}essen|party|\w{0,20}feier|\w{0,20}kurs|flug|unterricht"
     r"|training)\b.*)", "de", _add_when_de),
    (r"(?:remind|notify|alert) me (?:of |about )?(?P<title>(?:the |my )?(?:next|upcoming) .+)", "en", _remind_of),
    (r"(?:ein(?:e|en)? )?(?:neue[ns]? )?(?:ereignis|termin|eintrag|aufgabe|erinnerung)"
     r"(?: (?:in|zu|zum) \w+(?: kalender)?)? (?:erstellen|anlegen|hinzufügen|eintragen)", "de", _nameless),
    (r"erinnere? mich (?:im voraus |rechtzeitig |vorher |noch ?mals? |später |unbedingt ){1,2}(?:an |daran )"
     r"(?P<title>.+)", "de", _remind_of),
    (r"erinnere? mich (?P<title>an (?:das |den |die |mein(?:e|en)? )?.+)", "de", _remind_of),
    (r"(?:erinnere? mich|denke?) (?:bitte )?(?:daran,? (?:dass ich )?|an (?:das |den |die )?)?(?P<title>.+)",
     "de", _add_remembered),
    (r"mich (?P<title>.+?) erinnern", "de", _add_remembered),
    (r"(?:notiere?|merke?)(?: (?:dir|mir|sich|uns))?(?: (?:im|in meinem) kalender)?"
     r"(?: (?:eine?n?|die|den|das) (?:veranstaltung|termin|ereignis|aufgabe))?\s?:?"
     r" (?P<title>.+)", "de", _add),
    (r"(?:vereinbare?|plane?) (?:mir )?(?:(?:ein|mein)(?:e|en)? )?(?P<title>.+)", "de", _add),
    (r"ich (?:muss|soll)(?: (?:noch|auch|unbedingt|bald|noch mal))* (?P<title>.+)", "de", _add),
    (r"(?P<when>.{1,40}?) (?:muss|soll|sollte|will|möchte) ich (?:noch )?(?P<title>.+)", "de", _add_when_de),
    (r"ich (?:möchte|will) (?P<title>.+)", "de", _add_unless_named),
    (r"(?:vergiss nicht|lass mich nicht vergessen),? (?P<title>.+)", "de", _add),
    (r"(?P<title>.+?) hinzufügen", "de", _add),
)  # fmt: skip
