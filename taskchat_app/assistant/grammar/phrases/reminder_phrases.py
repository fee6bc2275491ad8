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
"""A pattern of the words that a reminder is requested with: "remind me", "set a reminder"."""
DECLINES = (
    rf"(?:(?:no(?: more)?|without(?: any| a)?|kein\w*|ohne(?: eine?)?) {_NOUN}(?:s|en)?(?: mehr)?"
    r"|(?:don['’]?t|do not|never|stop) remind(?:ing)? me|erinner[en]? mich (?:\w+ )?nicht(?: mehr)?"
    r"|(?:remove|delete|cancel|clear|drop|turn off|switch off|disable|get rid of|lösche?|entferne?)"
    rf" {_ARTICLE}{_NOUN})\b"
)
"""A pattern of the words that no reminder is wanted with: "don't remind me", "remove the reminder"."""
_MINUTES = {"minute": 1, "min": 1, "hour": 60, "hr": 60, "h": 60, "stunde": 60, "std": 60, "day": 1440, "tag": 1440}
_UNIT = r"(?P<unit>minute|min|hour|hr|h|stunde|std|day|tag)(?:s|n|en|e)?\b\.?"
_BEFORE = (
    r"(?:before(?:hand)?|earlier|ahead(?: of time)?|in advance|prior(?: to)?|vorher|davor|zuvor|vor|früher|im voraus)\b"
)
# "Half an hour before", "10 min earlier", "am Vortag"
OFFSET = phrase(
    rf"\b(?:(?P<half>half an|eine halbe)|(?P<amount>{NUMBER}|the))\s?{_UNIT} {_BEFORE}"
    r"|\b(?P<eve>am (?:vortag|tag (?:davor|vorher|zuvor)))\b"
)
# "Remind me", "ping me an hour before", "set a reminder for 8", "a reminder 10 minutes before"
_REQUESTED = phrase(
    rf"\b{_VERB}\b|\b(?:tell|ping)(?= me (?:\w+ ){{1,3}}(?:before|earlier)) me\b|\bmich .{{0,40}}\berinnern\b"
    rf"|\b(?:set|create|add|make|want|need|with|setze?|erstelle?|mit) {_ARTICLE}{_NOUN}\b"
    r"(?=\s?(?:$|[:,.!]|(?:to|for|of|on|at|an|für|um|zu|bei|\d+|a|one|an|ten|eine|zehn)\b))"
    rf"|\b(?:a|eine) {_NOUN} (?={OFFSET.pattern})"
)
_DECLINED = phrase(rf"\b{DECLINES}|\bnicht (?:mehr )?(?:daran )?erinnern\b")
_NAMES = {minutes: name for name, minutes in BEFORE.items()}
_OF_TASK = r"(?: (?:of|about|for|an) (?:it|this|that|es|#?\d{1,9})| daran)?"
# "Remind me of it (at 8)"
_WHEN = phrase(rf"\b{REMINDS}{_OF_TASK}(?: for| für)? (?P<when>[^,;]{{1,60}})\Z")
_BARE_HOUR = sentence(r"(?:at|um) \d{1,2}(?:[:.]\d\d)?")
_HALF_DAY = timedelta(hours=12)
_AROUND = phrase(
    r"\b(?:and|und|also|auch|please|bitte|of|about|to|for|it|them|that|this|both|daran|es|an|the|task|then|dann)\b"
)


@dataclass(frozen=True, slots=True)
class ReminderRequest:
    """A requested reminder: `before` is a name of BEFORE or "none"; `unknown` is the text of an unsupported offset."""

    before: str
    unknown: str = ""
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
    """Parse "remind me at 8" for a task with this date, where "at 8" may also be in the evening."""
    match, moment = _WHEN.search(mask_quotes(clause)), reminder_moment(clause, due, clock)
    said = compute_remind_at(moment, 0, clock.zone)
    if match is None or said is None:
        return None
    offsets = {compute_remind_at(due, minutes, clock.zone): name for name, minutes in BEFORE.items()}
    meant = [said, said + _HALF_DAY, said - _HALF_DAY] if _BARE_HOUR.fullmatch(match["when"]) else [said]
    name = next((offsets[at] for at in meant if at in offsets), None)
    return ReminderRequest(name) if name else ReminderRequest("at_due_time", unknown=match["when"])


def new_date(clause: str, due: Due, clock: UserClock) -> Due | None:
    """Return the date that a task with this one needs to ring when the clause asks for; None if it rings then too."""
    wish = timed_request(clause, due, clock)
    rings_then = wish is not None and not wish.unknown
    return None if rings_then else reminder_moment(clause, due, clock)


def is_only_reminder_request(clause: str) -> bool:
    """Return whether a clause contains only a reminder request: "and remind me an hour before"."""
    text = mask_quotes(clause)
    if parse_reminder_request(clause) is None or not (OFFSET.search(text) or _DECLINED.search(text)):
        return False
    rest = _REQUESTED.sub(" ", OFFSET.sub(" ", _DECLINED.sub(" ", text)))
    return not re.search(r"\w", _AROUND.sub(" ", rest))


def _minutes(match: re.Match[str]) -> int:
    if match["eve"]:
        return 24 * 60
    minutes = _MINUTES[match["unit"].lower()]
    if match["half"]:
        return minutes // 2
    amount = match["amount"].lower()
    return minutes * (1 if amount == "the" else number(amount))
