"""Rules for setting reminders of existing tasks."""

from dataclasses import replace

from taskchat_app.assistant.grammar.commands import Command, Language, Row, SlotMatch, Target, UserClock
from taskchat_app.assistant.grammar.phrases.conditions import begins_with_condition
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.phrases.reminder_phrases import (
    DECLINES,
    OFFSET,
    REMINDS,
    new_date,
    parse_reminder_request,
    reminder_moment,
)
from taskchat_app.assistant.grammar.phrases.targets import read_target
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.date_mentions import find_due
from taskchat_app.domain.dates.due_dates import parse_due
from taskchat_app.domain.dates.local_time import local_due
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.task_dates import NONE

# "Remind me about (3)", "set a reminder for (3)", "don't remind me of (3)"
_TO = r"(?: (?:to|about|of|for|on|from|an|vor(?! \d)|von|für|bei|zu|daran))?(?:,? (?:that|dass))?"
_LEAD = phrase(rf"^{REMINDS}{_TO}\b")
_DECLINED = phrase(rf"^{DECLINES}{_TO}\b")
# "Set a reminder, an hour before, for (3)"
_JOINT = phrase(r"^(?:to|about|of|for|on|(?:before|vor)(?! \d)|an|von|für|bei|daran)\b")
_ARTICLE = phrase(r"^(?:the|my|das|die|den|dem|der|meine[nm]?) ")
# "3 tomorrow", "it at 8"
_TIMED = phrase(r"^(?P<item>#?\d{1,9}|it|this|that|es) (?P<when>.+)$")
# "Set an alarm for 6" may name the hour
_FOR_HOUR = phrase(r"\b(?:alarm|reminder) for (?:[1-9]|1\d|2[0-3])[.!]?\Z")
_IT = Target(pronoun="it")


def _reminded(match: SlotMatch, clock: UserClock, _: Language) -> Command | None:
    """Read "remind me of 3 an hour before", "remind me at 8", "don't remind me of the rent".

    Without an offset, words that may be a title are left to the rules that add.
    """
    text = match.string.strip()
    request = parse_reminder_request(text)
    if request is None:
        return None
    declines = request.before == NONE
    # Without the offset, since the "an" of "an hour before" is also a German preposition.
    shorter = _without_offset(text)
    lead = (_DECLINED if declines else _LEAD).match(shorter)
    if lead is None:
        return None
    language: Language = "de" if "erinner" in text.lower() else "en"
    rest = _JOINT.sub("", shorter[lead.end() :].strip(" ,")).strip(" ,")
    if named := _named_task(rest, clock):
        target, date = named
        # A reminder rings by the task's own date, which is not known here: it is asked about.
        is_doubtful = bool(date) or (not declines and _FOR_HOUR.search(text) is not None)
        return Command("update", text, target, {"due_date": date} if date else {}, language, doubtful=is_doubtful)
    if request.is_plain:
        return None
    # "Remind me of the exam friday an hour before"
    if not declines and find_due(rest, zone=clock.zone, now=clock.now):
        return Command("add", text, given=read_title(_ARTICLE.sub("", rest), clock), language=language)
    return Command("update", text, read_target(rest), language=language)


def _without_offset(text: str) -> str:
    """Return the text without an offset such as "an hour before", which may precede or follow the task."""
    found = OFFSET.search(mask_quotes(text))
    if found:
        text = f"{text[: found.start()].rstrip()} {text[found.end() :].lstrip()}"
    return text.strip(" ,.!")


def _named_task(rest: str, clock: UserClock) -> tuple[Target, str] | None:
    """Return the task that is named by number, place or pronoun, and its new date or ""; None for words of a title.

    "#7 at 5pm" has a date, "#7 pay rent" only the title beside the number; "" and "at 5pm" are of "it".
    """
    if not rest:
        return _IT, ""
    target, timed = read_target(rest), _TIMED.match(rest)
    is_named = not target.words or target.quoted
    if is_named and (timed is None or len(target.numbers) != 1):  # in "3 and 4", 4 is no time
        return target, ""
    item, when = (timed["item"], timed["when"]) if timed else ("it", rest)
    try:
        due = parse_due(when, zone=clock.zone, now=clock.now)
    except Invalid:
        return (target, "") if is_named else None  # "#7 pay rent"
    return read_target(item), local_due(due, clock.zone)


def unless_only_reminder(command: Command, before: Command, clock: UserClock) -> Command | None:
    """Return a command, or None if it only sets a reminder of the task before, which the tools read themselves.

    "Add milk friday 9am and remind me an hour before" is one command, and so it is with "remind me at 8".
    """
    is_reminder = command.kind == "update" and command.target == _IT and command.given.keys() <= {"due_date"}
    if not is_reminder or before.kind not in ("add", "wish", "offer", "update"):
        return command
    if not command.given:
        return None
    due_date = before.given.get("due_date")
    due = parse_due(due_date, zone=clock.zone, now=clock.now) if due_date else None
    moment = reminder_moment(command.text, due, clock)
    if due is None or moment is None:
        return command
    # "Add milk friday and remind me at 11": no reminder of a whole day rings then.
    is_moved = new_date(command.text, due, clock) is not None and moment.local_day(clock.zone) == due.day
    return replace(command, given={"due_date": local_due(moment, clock.zone)}) if is_moved else None


def _on_condition(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Read "remind me when I get home", which no reminder can do; with a day or a time it is one."""
    condition = match["condition"]
    if not begins_with_condition(condition):
        return None
    # A day may be any of its words: "when I get home friday". A date is only found beside a title, here "it".
    parts = (condition, *(f"it {word}" for word in condition.split()))
    is_dated = any(find_due(part, zone=clock.zone, now=clock.now) for part in parts)
    return None if is_dated else Command("no_moment", match.string, language=language)


REMINDERS: tuple[Row, ...] = (
    (r"(?:remind|notify|alert) me (?:again )?(?P<condition>\w.*)", "en", _on_condition),
    (r"erinner[en]? mich,? (?:(?:noch ?mals?|bitte|daran),? ){0,2}(?P<condition>\w.*)", "de", _on_condition),
    (r".+", "en", _reminded),  # in German too
)  # fmt: skip
