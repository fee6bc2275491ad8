"""Reads one clause as two tasks: "at 8am and 8pm", "every morning and evening", "remind me on monday and friday"."""

import re

from taskchat_app.assistant.grammar.commands import Command, UserClock
from taskchat_app.assistant.grammar.parser import read_command
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.domain.dates.command_text import mask_quotes
from taskchat_app.domain.dates.vocabulary import PARTS_OF_DAY, WEEKDAY

CLOCK = r"\d{1,2}(?:(?:[:.]\d\d)? ?(?:am|pm|uhr)|:\d\d)"
_TWO_TIMES = phrase(
    rf"\b(?:at|um) (?P<first>{CLOCK}|\d{{1,2}})(?: (?:and|und|&)|,(?: (?:and|und))?) (?:at |um )?"
    rf"(?P<second>{CLOCK})"
)
_TIMES_END = phrase(
    r"\Z| (?:to|on|every|each|daily|today|tomorrow|with|until|for|from|starting|except|hinzu|jeden?|täglich|heute"
    r"|morgen|mit|bis|für|ab|außer|ans?|daran|(?<=uhr )(?-i:[a-zäöüß]{1,30}n)\Z)\b"
)
_PART = r"morning|afternoon|evening|morgen|vormittag|mittag|nachmittag|abend"
_TWO_PARTS = phrase(
    rf"\b(?:every|each|jeden) (?P<first>{_PART}) (?:and|und|&) (?:(?:every|each|jeden) )?(?P<second>{_PART})\b"
)
_TWO_DAYS = phrase(
    rf"\A(?:remind me|erinner[en]? mich) (?:on |am )?(?P<first>{WEEKDAY}) (?:and|und) (?:on |am )?(?P<second>{WEEKDAY})"
    r"(?= (?:to|about|of|at|um|an|daran)\b)"
)
_PARTS_END = phrase(r"\Z|[,.]| (?:at|um|to|with|until|for|on|in|mit|bis|für|zu|ans?|daran)\b")


def read_at_two_times(clause: str, clock: UserClock) -> list[Command]:
    """Return a command for each time of "take pills at 8am and 8pm every day"; empty for any other clause.

    "Every morning and evening" without a time is at 9:00 and 18:00, as "tomorrow morning" is.
    """
    match = _TWO_TIMES.search(mask_quotes(clause))
    if match and (match.start() == 0 or _TIMES_END.match(clause, match.end())):
        first, second = match["first"], match["second"]
        unit = " Uhr" if first.isdecimal() and second.lower().endswith("uhr") else ""
        return _both(clause, match, (first + unit, second), clock)
    match = _TWO_PARTS.search(mask_quotes(clause))
    # "Read every morning and evening paper" names no times.
    if match and (match.start() == 0 or _PARTS_END.match(clause, match.end())):
        parts = match["first"], match["second"]
        timed = tuple(f"{part} at {PARTS_OF_DAY[part.lower()]:%H:%M}" for part in parts)
        return _both(clause, match, parts, clock) or _both(clause, match, timed, clock)
    if match := _TWO_DAYS.search(mask_quotes(clause)):
        return _both(clause, match, (match["first"], match["second"]), clock, has_time=False)
    return []


def _both(
    clause: str, match: re.Match[str], times: tuple[str, ...], clock: UserClock, *, has_time: bool = True
) -> list[Command]:
    """Return both commands if each has the title of the other and a date, which needs a time if `has_time`.

    The same date twice is one command.
    """
    before, after = clause[: match.start("first")], clause[match.end("second") :]
    both = [read_command(f"{before}{time}{after}", clock) for time in times]
    dates = [str(command.given.get("due_date", "")) for command in both]
    are_dated = all("T" in date if has_time else date for date in dates)
    if not are_dated or both[0].given["title"] != both[1].given["title"]:
        return []
    return both[:1] if dates[0] == dates[1] else both
