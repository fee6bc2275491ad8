"""Parses requests for a reminder in English and German."""

import re
from dataclasses import dataclass
from datetime import timedelta

from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.due_dates import parse_due
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.dates.vocabulary import NUMBER, number
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.task_dates import BEFORE, NONE, compute_remind_at

_NOUN = r"(?:reminder|alarm|erinnerung)"
_ARTICLE = r"(?:(?:an?|the|my|its|this|that|eine[nr]?|die|meine) )?"
_VERB = r"(?:(?:remind|alert|notify) me|erinner[en]? mich)"
REMINDS = rf"(?:{_VERB}|(?:set|create|add|make|setze?|erstelle?) {_ARTICLE}{_NOUN})"
"""Words that ask for a reminder: "remind me", "set a reminder"."""
DECLINES = (
    rf"(?:(?:no(?: more)?|without(?: any| a)?|kein\w*|ohne(?: eine?)?) {_NOUN}(?:s|en)?(?: mehr)?"  # no reminder
    r"|(?:don['’]?t|do not|never|stop) remind(?:ing)? me|erinner[en]? mich (?:\w+ )?nicht(?: mehr)?"
    r"|(?:remove|delete|cancel|clear|drop|turn off|switch off|disable|get rid of|lösche?|entferne?)"
    rf" {_ARTICLE}{_NOUN})\b"
)
"""Words that ask for no reminder: "don't remind me", "remove the reminder"."""
_MINUTES = {"minute": 1, "min": 1, "hour": 60, "hr": 60, "h": 60, "stunde": 60, "std": 60, "day": 1440, "tag": 1440}
_UNIT = r"(?P<unit>minute|min|hour|hr|h|stunde|std|day|tag)(?:s|n|en|e)?\b\.?"
_BEFORE = (
    r"(?:before(?:hand)?|earlier|ahead(?: of time)?|in advance|prior(?: to)?|vorher|davor|zuvor|vor|früher|im voraus)\b"
)
OFFSET = phrase(
    rf"\b(?:(?P<half>half an|eine halbe)|(?P<amount>{NUMBER}|the))\s?{_UNIT} {_BEFORE}"  # half an hour before
    r"|\b(?P<eve>am (?:vortag|tag (?:davor|vorher|zuvor)))\b"
)
_REQUESTED = phrase(
    rf"\b{_VERB}\b"  # remind me
    r"|\b(?:tell|ping)(?= me (?:\w+ ){1,3}(?:before|earlier)) me\b"  # ping me an hour before
    r"|\bmich .{0,40}\berinnern\b"
    rf"|\b(?:set|create|add|make|want|need|with|setze?|erstelle?|mit) {_ARTICLE}{_NOUN}\b"  # set a reminder for 8
    r"(?=\s?(?:$|[:,.!]|(?:to|for|of|on|at|an|für|um|zu|bei|\d+|a|one|an|ten|eine|zehn)\b))"
    rf"|\b(?:a|eine) {_NOUN} (?={OFFSET.pattern})"  # a reminder 10 minutes before
)
_DECLINED = phrase(rf"\b{DECLINES}|\bnicht (?:mehr )?(?:daran )?erinnern\b")
_NAMES = {minutes: name for name, minutes in BEFORE.items()}
_OF_TASK = r"(?: (?:of|about|for|an) (?:it|this|that|es|#?\d{1,9})| daran)?"
# "Remind me of it (at 8)"
_WHEN = phrase(rf"\b{REMINDS}{_OF_TASK}(?: for| für)? (?P<when>[^,;]{{1,60}})\Z")
_BARE_HOUR = sentence(r"(?:at|um) \d{1,2}(?:[:.]\d\d)?")  # "at 8"
_AROUND = phrase(  # words of a reminder request and of what joins it to the rest of a sentence
    r"\b(?:and|und|also|auch|please|bitte|of|about|to|for|it|them|that|this|both|daran|es|an|the|task|then|dann)\b"
)

# "I want a nudge an hour before", "sag mir am Vortag Bescheid"
_SPEAKS_OF_REMINDER = phrase(
    r"\b(?:remind\w*|nudge\w*|ping|alerts?|alarm|notif\w*|erinner(?:e|n|t|ung(?:en)?)?|(?:mir|uns)\b.{0,40} bescheid"
    r"|klingel\w*)\b"
)
# "My reminder did not ring"
_DID_NOT_RING = phrase(
    r"(?:\bnot|n['’]?t|\bnever)\b.{0,20}\b(?:ring|rang|work|come|go off|forget|alert|notify)|\bnicht vergessen"
    r"|\b(?:kam|kommt|klingelt\w*|ging|geht|funktioniert\w*) (?:\w+ )?(?:nicht|nie)|\bverg(?:iss|esse) nicht"
)
_WITHOUT = phrase(r"\b(?:cancel|no|not|without|remove|delete|drop|stop|off|kein\w*|ohne|nicht|lösch\w*|entfern\w*)\b")


@dataclass(frozen=True, slots=True)
class ReminderRequest:
    """A requested reminder."""

    before: str
    """A name of BEFORE, such as "1_hour", or "none"."""
    unknown: str = ""
    """The words of an offset that there is none of in BEFORE ("3 minutes before"); `before` is then "at_due_time"."""
    is_plain: bool = False
    """True if the request names no offset."""


def parse_reminder_request(clause: str) -> ReminderRequest | None:
    """Parse the reminder request of a clause; None if it contains none."""
    text = mask_quotes(clause)
    if _DECLINED.search(text):
        return ReminderRequest(NONE)
    if not _REQUESTED.search(text):
        return None
    match = OFFSET.search(text)
    if match is None:
        return ReminderRequest("at_due_time", is_plain=True)
    name = _NAMES.get(_minutes(match))
    return ReminderRequest(name) if name else ReminderRequest("at_due_time", unknown=" ".join(match[0].split()))


def said_reminders(text: str) -> list[str]:
    """Return the reminders that a text may ask for, wherever the words stand, as names of BEFORE or "none"."""
    match = OFFSET.search(text)
    is_about_reminder = match or _SPEAKS_OF_REMINDER.search(text)
    if not is_about_reminder or _DID_NOT_RING.search(text):
        return []
    if _WITHOUT.search(text):
        return [NONE]
    name = _NAMES.get(_minutes(match)) if match else None
    return [name] if name else [*BEFORE]


def reminder_moment(clause: str, due: Due | None, clock: UserClock) -> Due | None:
    """Return when a clause such as "remind me at 8" asks to be reminded of a task with this date; None for others.

    A time alone is on the day of the task, and a day alone at its time.
    """
    match = _WHEN.search(mask_quotes(clause))
    try:
        return parse_due(match["when"], zone=clock.zone, now=clock.now, current=due) if match else None
    except Invalid:
        return None


def timed_request(clause: str, due: Due, clock: UserClock) -> ReminderRequest | None:
    """Return the offset from this date of a task at which "remind me at 8" rings; "at 8" may be in the evening, too."""
    match = _WHEN.search(mask_quotes(clause))
    ring = compute_remind_at(reminder_moment(clause, due, clock), 0, clock.zone)
    if match is None or ring is None:
        return None
    rings = [ring]
    if _BARE_HOUR.fullmatch(match["when"]):
        rings += [ring + timedelta(hours=12), ring - timedelta(hours=12)]
    names = {compute_remind_at(due, minutes, clock.zone): name for name, minutes in BEFORE.items()}
    for at in rings:
        if at in names:
            return ReminderRequest(names[at])
    return ReminderRequest("at_due_time", unknown=match["when"])


def new_date(clause: str, due: Due, clock: UserClock) -> Due | None:
    """Return the date that a task needs to ring when the clause asks; None if an offset from `due` rings then."""
    request = timed_request(clause, due, clock)
    has_offset = request is not None and not request.unknown
    return None if has_offset else reminder_moment(clause, due, clock)


def is_only_reminder_request(clause: str) -> bool:
    """Return whether a clause contains only a reminder request: "and remind me an hour before"."""
    text = mask_quotes(clause)
    if parse_reminder_request(clause) is None or not (OFFSET.search(text) or _DECLINED.search(text)):
        return False
    rest = _REQUESTED.sub(" ", OFFSET.sub(" ", _DECLINED.sub(" ", text)))
    return not re.search(r"\w", _AROUND.sub(" ", rest))


def _minutes(match: re.Match[str]) -> int:
    """Return how many minutes before the date an OFFSET is."""
    if match["eve"]:
        return 24 * 60
    minutes = _MINUTES[match["unit"].lower()]
    if match["half"]:
        return minutes // 2
    amount = match["amount"].lower()
    return minutes * (1 if amount == "the" else number(amount))
