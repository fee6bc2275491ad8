"""Rules for changing a task: title, date, recurrence, priority, tags, description."""

import re
from dataclasses import replace
from typing import Any

from taskchat_app.assistant.grammar.commands import Command, Language, Make, Row, SlotMatch, Target, UserClock
from taskchat_app.assistant.grammar.phrases.field_words import read_fields, series_fields
from taskchat_app.assistant.grammar.phrases.new_task import read_tags
from taskchat_app.assistant.grammar.phrases.patterns import INSTEAD_OF, OFTEN, phrase, sentence
from taskchat_app.assistant.grammar.phrases.targets import read_target
from taskchat_app.domain.dates.command_text import mask_quotes, quoted_parts
from taskchat_app.domain.dates.date_mentions import find_due
from taskchat_app.domain.dates.due_dates import said_due
from taskchat_app.domain.dates.vocabulary import (
    GERMAN_SHORT_WEEKDAY,
    NUMBER,
    SHORT_WEEKDAY,
    UNITS,
    WEEKDAY,
    any_of,
    number,
)
from taskchat_app.domain.tasks.field_tables.priority_words import PRIORITY_WORD, PRIORITY_WORDS

# "The friday after", "an hour later": from a date that is not said
_AFTER_THAT = sentence(
    rf"(?:the |den |der )?(?:{WEEKDAY}|day|week|month|tag|woche) (?:after|before|danach|davor)"
    r"|.{1,60}\b(?:later|earlier|später|früher)"
)
_NUMBER_ALONE = sentence(r"(?P<hour>#?\d{1,9})(?:,? (?:instead|stattdessen|lieber))?[.!]?")  # "4 instead"
# "Edit the report to be due friday"
_TO_BE = phrase(r"\A(?:to )?be ")
# "Thursday, not friday", "monday instead", "the 3rd from now on, not the 1st"
_OTHER_DAY = phrase(
    rf"(?: from now on| ab (?:jetzt|sofort))?,? (?:(?:not|nicht|{INSTEAD_OF}) (?:(?:on|at|am|um|the|de[nmr]) ){{0,2}}"
    r"[\w.:]{1,12}|instead|stattdessen|from now on|ab (?:jetzt|sofort))\Z"
)
# What parts a task from its new date: "the dentist (to) friday", "the dentist (back to) 3pm", "gym tomorrow"
_BARE_DATE = r" (?=(?:next|tomorrow|today|heute|morgen|übermorgen)\b)"
_JOINT = phrase(rf" (?:back |forward |off )?(?:to|until|till|by|on|for|auf|bis) (?:den |zum )?|{_BARE_DATE}")
_WEEKDAY_JOINT = phrase(rf"(?<!\bto|\bon|\bby) (?<!auf )(?=(?:tonight|nächste\w?|{WEEKDAY})\b)")
# "Change the tag on 2 from shopping to errands"
_OF_FIELD = phrase(r"\A(?:the |das |die )?(?:tags?|label|schlagw(?:ort|örter)|priority|priorität|reminder|erinnerung) ")
_NEW_WORDS_MAX = 3
_NAMED = phrase(r"\A(?:the|my|our|der|die|das|den|dem|meine?[nmr]?) ")  # "the (report)"


def _moved(
    match: SlotMatch, clock: UserClock, language: Language, joint_words: re.Pattern[str] = _JOINT
) -> Command | None:
    """Read a new date of a task, which stand on both sides of a joint word: "talk to mum to friday".

    The first joint counts that has a date and nothing else behind it, else the first with a date and a remark: "move
    the plumber to today, the tap drips" is asked about.
    """
    text = _OTHER_DAY.sub("", match["rest"] or match["back"])
    joints = list(joint_words.finditer(text))
    for has_remark in (False, True):
        for joint in joints:
            date = text[joint.end() :].partition(",")[0] if has_remark else text[joint.end() :]
            date = f"am {date}" if language == "de" and _GERMAN_DAY.fullmatch(date) else date  # "auf fr"
            if due := said_due(date, zone=clock.zone, now=clock.now):
                target, given = read_target(text[: joint.start()]), {"due_date": due}
                return Command("update", match.string, target, given, language, doubtful=has_remark)
    no_dates = [text[joint.end() :] for joint in joints if joint[0].strip()]
    return Command("bad_date", match.string, given={"date": no_dates[-1]}, language=language) if no_dates else None


def _moved_to_weekday(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Read like _moved, also "move the dentist friday"; "move house friday" may be a new task, so it is asked about."""
    moved = _moved(match, clock, language)
    if moved and moved.kind == "update":
        return moved
    return _uncertain(_moved(match, clock, language, _WEEKDAY_JOINT), match["rest"]) or moved


def _uncertain(command: Command | None, text: str) -> Command | None:
    """Return a command by words as no order, and without an article as asked about: "move house friday" may add it."""
    if command is None or not command.target.words:
        return command
    return replace(command, indirect=True, doubtful=command.doubtful or _NAMED.match(text) is None)


def _shifted(match: SlotMatch, _: UserClock, language: Language) -> Command | None:
    """Read another date that is said as a difference: "by a week", "an hour later"."""
    lead, by, side = match["lead"], match["by"], match["side"]
    amount = amount_of(match["count"], match["unit"])
    if amount is None or not (by or side or _POSTPONES.match(lead)):
        return None
    # "Bring it forward by a day" and "move it up a day" are earlier, "move it forward by a day" is later.
    direction = by if _BRINGS.match(lead) or by.startswith(" up") else ""
    is_earlier = _EARLIER.search(f"{lead} {direction} {side}")
    unit, count = amount
    given = {"unit": unit, "count": -count if is_earlier else count, "date": f"{match['count']} {match['unit']}"}
    command = Command("shift", match.string, read_target(match["item"]), given, language)
    return command if by or side else _uncertain(command, match["item"])


def amount_of(count: str, unit: str) -> tuple[str, int] | None:
    """Return the unit and the number of AMOUNT: "half an hour" is ("minutes", 30); None for a fortnight or quarter."""
    name = UNITS[unit.lower()]
    if name in ("fortnights", "quarters"):
        return None
    return ("minutes", 30) if count.lower() == "half an" else (name, number(count))


_GERMAN_DAY = sentence(r"mo|di|mi|do|fr|sa")


def _if_date(make: Make) -> Make:
    """Return the rule without its answers to text that is no date, or not only one, which it passes on."""

    def make_dated(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
        command = make(match, clock, language)
        return None if command is None or command.kind == "bad_date" or command.doubtful else command

    return make_dated


def move(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Read another date of a task: "move 3 to friday"."""
    due = said_due(_OTHER_DAY.sub("", match["when"]), zone=clock.zone, now=clock.now)
    if due is None:
        return Command("bad_date", match.string, given={"date": match["when"].strip()}, language=language)
    return Command("update", match.string, read_target(match["item"]), {"due_date": due}, language)


def _title(match: SlotMatch) -> dict[str, Any]:
    """Return a new title, without quotes around it or with a capital first letter."""
    title = match["title"].strip().rstrip(".")
    spans = quoted_parts(title)
    if spans and spans[0] == (0, len(title)):
        return {"title": title[1:-1].strip()}
    return {"title": title[:1].upper() + title[1:]}


def _changed(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Read fields ("change 3 to every monday"), an hour ("change 3 to 4") or a title ("change 3 to Buy bread")."""
    if _OF_FIELD.search(match["item"]):
        return None
    target, new = read_target(match["item"]), match["title"]
    hour_alone = _NUMBER_ALONE.fullmatch(new)
    fields = None if hour_alone else read_fields(_TO_BE.sub("", new), clock)
    if fields and "tags" not in fields:
        return Command("update", match.string, target, fields, language)
    if due := said_due(f"at {hour_alone['hour']}" if hour_alone else new, zone=clock.zone, now=clock.now):
        return Command("update", match.string, target, {"due_date": due}, language)
    date, comma, _ = new.partition(",")  # "to friday, they are closed"
    if comma and (due := said_due(date, zone=clock.zone, now=clock.now)):
        return Command("update", match.string, target, {"due_date": due}, language, doubtful=True)
    # Nor is "change it to the friday after" a new title.
    if hour_alone or (target.pronoun and _AFTER_THAT.fullmatch(mask_quotes(new))):
        return Command("bad_date", match.string, given={"date": new}, language=language)
    # "Change Lisbon to Porto" means one word of a title, "to “Porto”" does not.
    word = _reword(match, clock, language) if new.isalpha() else None
    return word or Command("update", match.string, target, _title(match), language)


def _reword(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Read other words for those of a title, which are asked about: "not Lisbon, Porto"; None for dates and numbers."""
    target, title = read_target(match["item"]), match["title"].strip(" .!")
    is_long = len(title.split()) > _NEW_WORDS_MAX
    if not target.words or target.quoted or is_long or re.search(r"\d", title):
        return None
    if any(said_due(text, zone=clock.zone, now=clock.now) for text in (target.words, title)):
        return None
    return Command("update", match.string, target, {"title": title, "word": target.words}, language, doubtful=True)


def rename(match: SlotMatch, _: UserClock, language: Language) -> Command:
    """Read another title: "rename 3 to Buy bread"."""
    return Command("update", match.string, read_target(match["item"]), _title(match), language)


def describe(match: SlotMatch, _: UserClock, language: Language) -> Command:
    """Read a note: "add a note to 3: bring the card"."""
    given = {"description": match["note"].strip().strip('"“”„')}
    return Command("update", match.string, read_target(match["item"]), given, language)


def prioritize(match: SlotMatch, _: UserClock, language: Language) -> Command | None:
    """Set the priority: "make 3 urgent", but neither "make it not so urgent"; without a task, of those last touched."""
    if _NOT_SO.search(match["item"]):
        return None
    target = read_target(match["item"]) if match["item"] else LAST_TOUCHED
    return Command("update", match.string, target, {"priority": PRIORITY_WORDS[match["level"].lower()]}, language)


def tag(match: SlotMatch, _: UserClock, language: Language) -> Command | None:
    """Add tags to a task, or remove them: "tag 3 as work", "remove the tag work from 3"; not "tag 3 home as well"."""
    tags = read_tags(match["tags"] or match["hashes"])
    if tags == ["well"]:
        return None
    kind = "untag" if match["off"] else "tag"
    return Command(kind, match.string, read_target(match["item"]), {"tags": tags}, language)


def _tag_of_number(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Ask about "tag 3 work", which may be "tag 3 photos"."""
    command = tag(match, clock, language)
    return replace(command, indirect=True, doubtful=True) if command else None


def _tag_taken_off(match: SlotMatch, _: UserClock, language: Language) -> Command:
    """Read "remove the work tag from 3"; "remove the price tag from the coat" deletes a task of this title."""
    target = read_target(match["item"])
    titled = Command("delete", match.string, Target(words=match["title"]), language=language) if target.words else None
    return Command("untag", match.string, target, {"tags": read_tags(match["tags"])}, language, titled=titled)


def _repeated(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Read "repeat 3 every monday at 9 until june", with the first date if there is a time or a first day.

    Without "every", days repeat if they are several or in the plural: "repeat 3 on monday and friday", "on mondays";
    "repeat 3 on friday" is one date. The rule of several has a comma: "FREQ=WEEKLY;BYDAY=MO,FR".
    """
    rule, days = match["rule"], match["days"]
    every = "jeden" if language == "de" else "every"
    # Without a title before it, the recurrence would be one.
    found = find_due(f"Task {rule}" if rule else f"Task {every} {days}", zone=clock.zone, now=clock.now)
    if found is None or found.rule is None:
        return None
    is_one_day = not rule and "," not in found.rule and not _ON_DAYS.match(days)
    if is_one_day:
        return None
    target = read_target(match["item"] or match["item2"])
    return Command("update", match.string, target, series_fields(found, clock), language)


_NOT_SO = phrase(r"\b(?:so|not|nicht)\Z|\A(?:the |a |die )?(?:priority|priorität)\Z")
LAST_TOUCHED = Target(pronoun="last touched")
_T = r"(?P<item>.+?)"
_BARE_TAG = r"(?P<tags>(?!(?:with|as|too|also|again|off|out|along|done|please|today|tomorrow|later|\d+)\b)[\w\-]{1,50})"
_NOTIZ = r"(?:notiz|beschreibung)"

_EARLIER = phrase(r"\b(?:earlier|forward|forwards|up|vor|früher|nach vorne?)\b")
_POSTPONES = phrase(r"\A(?:postpone|delay|defer|snooze|verschiebe?)\Z")
_BRINGS = phrase(r"\A(?:bring|pull)\b")
AMOUNT = rf"(?P<count>half an|{NUMBER}) (?:more |weiteren? )?(?P<unit>{any_of(UNITS)})"
_SIDE = r"(?P<side> (?:later|earlier|back|forward|ahead|sooner|nach hinten|nach vorne?|später|früher|vor|zurück))?"
_SHIFTS: tuple[Row, ...] = (
    (rf"(?P<lead>(?:move|postpone|push|delay|defer|shift|put|bump|snooze|reschedule|bring|pull|make)(?: (?:back|off|up"
     rf"|forward))?)"
     rf" {_T}(?P<by> (?:(?:back|forward|out|off|up) )?(?:by|for)| (?:back|forward|out|off|up))? {AMOUNT}{_SIDE}",
     "en", _shifted),
    (rf"(?P<lead>verschiebe?|schiebe?|verlege?|mache?|lege?|setze?|ziehe?) {_T}(?P<by> um)? {AMOUNT}{_SIDE}",
     "de", _shifted),
)  # fmt: skip
_ON_DAYS = phrase(r"\A\w{3,7}(?:days|tags|wochs)\b")  # "on mondays", "montags"
_REPEATS: tuple[Row, ...] = (
    (rf"(?:repeat {_T}|(?:make|set|have|let|get) (?P<item2>.+?)(?: to)? repeat) (?P<rule>(?:every|{OFTEN}).*)",
     "en", _repeated),
    (rf"wiederhole {_T} (?P<rule>(?:jede|alle|{OFTEN}).*)", "de", _repeated),
    (rf"repeat (?P<item>#?\d{{1,9}}|it|this|that) (?:on )?(?P<days>(?:{WEEKDAY}|{SHORT_WEEKDAY}).*)", "en", _repeated),
    (rf"wiederhole (?P<item>#?\d{{1,9}}|es|das) (?:am )?(?P<days>(?:{WEEKDAY}|{GERMAN_SHORT_WEEKDAY}).*)",
     "de", _repeated),
)  # fmt: skip
CHANGES: tuple[Row, ...] = (
    *_SHIFTS,
    # "Move gym to every tuesday", before the rules that move a task to a day
    (rf"(?:move|set|put|reschedule|switch) {_T} to (?P<rule>(?:every|each) .+|{OFTEN})", "en", _repeated),
    (r"(?:move|postpone|reschedule|push|shift|delay|defer|snooze) (?:back )?(?P<rest>.+)", "en", _moved_to_weekday),
    (r"(?:verschiebe?|schiebe?|verlege?) (?P<rest>.+)", "de", _moved_to_weekday),
    (rf"(?!(?:what|which|who|when)\b){_T} is due (?P<when>.+)", "en", move),
    *_REPEATS,
    (rf"(?:set|make|change|give) (?:the |a )?priority (?:to |as )?(?P<level>{PRIORITY_WORD})", "en", prioritize),
    (rf"(?:setze?|ändere|stelle?) (?:die )?priorität (?:auf |zu )?(?P<level>{PRIORITY_WORD})", "de", prioritize),
    (rf"(?:tag|label) (?P<item>it|them|#\d{{1,9}}) {_BARE_TAG}", "en", tag),
    (rf"tag (?P<item>\d{{1,9}}) {_BARE_TAG}", "en", _tag_of_number),
    (rf"(?:remove|delete|drop|take) (?:the )?(?P<title>(?P<tags>#?[\w\-]{{1,50}}) (?:tag|label) (?:from|off) {_T})",
     "en", _tag_taken_off),
    (rf"(?:change|edit|update) {_T}(?: to |\s?:\s?)(?P<title>.+)", "en", _changed),
    (rf"füge? (?:zu )?(?P<item>(?:de[mrn] |meine[mr] |(?:aufgabe )?#?\d).{{0,80}}?) (?:die |eine )?{_NOTIZ}\s?:? "
     r"(?P<note>.+) hinzu", "de", describe),
    (rf"füge? (?=[^:]*\b{_NOTIZ}\b[^:]*:)(?:(?:die |eine )?{_NOTIZ} )?(?:(?:zu[mr]?|beim?|de[mr]) )?{_T}"
     rf"(?: (?:die |eine )?{_NOTIZ})? hinzu\s?: (?P<note>.+)", "de", describe),
    (rf"(?:ändere|aendere) {_T} (?:in|zu|auf) (?P<title>.+)", "de", _changed),
    (r"(?:make|set) (?P<item>it|this|that|#?\d{1,9}) (?:to |for )?(?P<when>.+)", "en", _if_date(move)),
    (r"mache? (?P<item>es|das|sie|#?\d{1,9}) (?:zu |auf |um |für )?(?P<when>.+)", "de", _if_date(move)),
    (r"(?:set (?P<rest>.+)|put (?P<back>.{1,120} (?:back|off) (?:to|until|till) .+))", "en", _if_date(_moved)),
    (r"(?:setze?|stelle?|lege?) (?P<rest>.+)", "de", _if_date(_moved)),
)  # fmt: skip
CHANGES_LAST: tuple[Row, ...] = ((r"(?P<rest>.+) (?:(?:ver|auf)schieben|verlegen)", "de", _moved),)
"""Rules with the verb at the end, like ACTS_LAST."""
