"""Rules for new reminders: "set a reminder to pay", and reminders that may mean a task that is there."""

from taskchat_app.assistant.grammar.commands import Command, Language, Row, SlotMatch, Target, UserClock
from taskchat_app.assistant.grammar.phrases.filters import name_in
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.assistant.grammar.phrases.targets import read_target
from taskchat_app.assistant.grammar.rules.adding.titles import NO_LETTER, NO_TITLE, dated_title, is_date, rule_of
from taskchat_app.assistant.grammar.rules.follow_ups import NEXT_ONE
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb
from taskchat_app.assistant.grammar.rules.matching import fixed


def remind_of(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Read "remind me about the dentist in 20 minutes", which names a task that there may be already."""
    if match["when"] and not is_date(match["when"], clock):
        return None
    text = f"{_IN_ADVANCE.sub('', _ABOUT.sub('', match['title']))} {match['when']}".strip()
    return _of_a_task(text, match, clock, language)


def _of_a_task(text: str, match: SlotMatch, clock: UserClock, language: Language) -> Command:
    """Return "remind" for the task that the text names, with its date: "the dentist in 20 minutes".

    "update" for tasks that were shown ("both tomorrow"), "nameless" for a date alone.
    """
    given = read_title(text, clock)
    name = name_in(str(given["title"]))
    is_next = NEXT_ONE.match(text) is not None
    if is_next:
        given["title"] = name[:1].upper() + name[1:]
    shown = read_target(given["title"])
    if "due_date" in given and (shown.places or shown.pronoun in ("both", "them", "other", "selected")):
        is_single = len(shown.places) == 1 or shown.pronoun == "other"  # its own date is not known here: ask
        return Command("update", match.string, shown, {"due_date": given["due_date"]}, language, doubtful=is_single)
    if not name or NO_TITLE.fullmatch(given["title"]):
        return Command("nameless", match.string, language=language)
    day = str(given.get("due_date", ""))[:10]
    bounds = {"due_after": day, "due_before": day} if day else {}
    target = Target(words=name, named=name, filters=bounds, nearest=is_next)
    # "For monday: report" says what the reminder is called, not which task is due then.
    return Command("remind", match.string, target, given, language, doubtful=bool(day) and ": " in text)


def _add_reminder(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Read what follows "set a reminder": "to pay", "for my trip tomorrow at 5"; only a date is nameless."""
    text = match["title"].strip()
    named = _FOR_WHAT.fullmatch(text)
    if named is None:
        dated = _WHEN_TO_WHAT.fullmatch(text)
        given = dated_title(SlotMatch.of(dated), clock) if dated else None
        if given:
            return Command("add", match.string, given=given | rule_of(match.slots, given))
        return Command("nameless", match.string)
    given = read_title(named["title"], clock)
    given |= rule_of(match.slots, given)
    is_only_date = is_date(text, clock) or is_date(named["title"], clock)
    if is_only_date or not given["title"] or NO_TITLE.fullmatch(given["title"]):
        return Command("nameless", match.string)
    may_be_there = named["of"] and not _ANOTHER.match(named["title"])
    if may_be_there and "recurrence" not in given and not begins_with_verb(given["title"]):
        return _of_a_task(named["title"], match, clock, language)
    return Command("add", match.string, given=given)


def _add_reminder_de(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Read what follows "setze eine Erinnerung": "an die Miete am Freitag"; only a date is nameless."""
    given = read_title(match["title"], clock)
    if not given["title"] or is_date(match["title"], clock):
        return Command("nameless", match.string, language="de")
    if match["of"] and not _ANOTHER.match(match["title"]) and "recurrence" not in given:
        return _of_a_task(match["title"], match, clock, language)
    return Command("add", match.string, given=given, language="de")


_ABOUT = phrase(r"\Aan (?:das |den |die |ein(?:e|en)? |mein(?:e|en)? )?")  # an die (Miete)
_IN_ADVANCE = phrase(r" (?:im voraus|rechtzeitig|vorher|in advance|beforehand|ahead of time)\Z")
# "For my trip tomorrow", "to pay", "saying: pay"
_FOR_WHAT = sentence(r"(?:(?P<of>to|about|of|for|on)|that says|saying)\s?:? (?:my )?(?P<title>.+)")
# "Tomorrow at 5 to pay"
_WHEN_TO_WHAT = sentence(r"(?P<when>.{1,60}?) (?:to|about|for|that says|saying) (?P<title>\S.*)")
_ANOTHER = phrase(r"\A(?:an?|one|another|some|eine?n?|noch)\b")  # "another (meeting)"
REMINDER_ADDS: tuple[Row, ...] = (
    # Set up a weekly reminder for the trash
    (r"(?:set|create|make|add|have|get|send)(?: up)? (?:me )?(?:a |an |another )?(?:new |repeating |recurring )*"
     r"(?:(?P<often>daily|weekly|monthly|yearly) )?(?:repeating |recurring )?"
     rf"(?:reminder|reminders|alert|notification){NO_LETTER}(?: (?:set up|for (?:me|myself)))*(?P<title> .+)?",
     "en", _add_reminder),
    (r"(?:an? )?(?:new|another) (?:event|task|todo|to-do|appointment|entry|item)|remind(?: me)?",
     "en", fixed("nameless")),
    # Stelle mir eine Erinnerung an die Miete am Freitag ein
    (r"(?:setze?|stelle?|erstelle?|lege?|richte?|schicke?|sende|gib) (?:mir )?(?:eine )?(?:neue )?"
     r"(?:erinnerung|benachrichtigung|mitteilung)\b(?: in (?:meinem|den|dem) kalender)?"
     r"(?P<of> (?:an|für|über|zu) (?:das |den |die |mein(?:e|en)? )?)?(?P<title>.*?)(?: (?:ein|an"
     r"|fest))?", "de", _add_reminder_de),
    # Eine Erinnerung an die Miete am Freitag einrichten
    (r"(?:eine )?(?:neue )?(?:erinnerung|benachrichtigung)\b(?P<of> (?:an|für) (?:das |den |die |mein(?:e|en)?"
     r" )?)?(?P<title>.*?) (?:erstellen|einstellen|setzen|anlegen|einrichten|festlegen)", "de", _add_reminder_de),
)  # fmt: skip
"""Rules for new reminders, before those that change a task."""
