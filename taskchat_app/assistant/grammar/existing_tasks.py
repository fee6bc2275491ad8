"""Reads "put gym on friday" as a change of the task of that name, if there is one.

The new task is added, or offered, if no task fits (see Command.otherwise).
"""

from taskchat_app.assistant.grammar.phrases.patterns import Rewrites, sentence
from taskchat_app.domain.dates.vocabulary import WEEKDAY

_X = r"(?P<x>.{1,80}?)"
_NOTE = r"(?:add|put) (?:a |the )?(?:note|description)"
_TO = r"(?:to|on|for) (?:the |my )?"
_WORD = r"(?P<x>(?!(?:a|an|do|my|self|the|\d+)\b)[\w-]+)"
# "Add a note to mum about christmas" is a letter to her.
_ABOUT = r"(?:about|and|as|at|by|for|from|in|is|of|on|or|re|regarding|that|to|with)\b"
_NEW = r"(?:an?|one|another|some|eine?n?|noch)\b"
# "Put the bins out", "put the house on the market"
_NO_PLACE = rf"(?P<x>(?!{_NEW})(?:(?! (?:on|for|to|in|into|out|away|up|back|down|off)\b).){{1,80}}?)"
_THING = rf"(?P<x>(?!{_NEW}|(?:me|sure|mir|uns)\b).{{1,80}}?)"
_OFTEN = r"(?:every|daily|weekly|monthly|yearly)"
_OFT = r"(?:jede|alle|täglich|wöchentlich|monatlich|jährlich)"
_CLOCK = r"\d{1,2}(?::\d\d)?"
_DAY = rf"(?:(?:{WEEKDAY}|today|tomorrow|heute|morgen) )?"
_ROWS: tuple[tuple[str, str], ...] = (
    (rf"{_NOTE} [\"“„](?P<y>[^\"“”„]+)[\"“”] {_TO}(?P<x>.{{1,80}})", r"add a note to \g<x>: \g<y>"),
    (rf"{_NOTE} {_TO}{_X} that (?P<y>.+)", r"add a note to \g<x>: \g<y>"),
    (rf"{_NOTE} {_TO}{_WORD} (?P<y>(?!{_ABOUT})\w.+)", r"add a note to \g<x>: \g<y>"),
    (rf"put {_NO_PLACE} on (?:every |each |(?=(?:{WEEKDAY})s\b))(?P<y>.{{1,60}})", r"repeat \g<x> every \g<y>"),
    (rf"put {_NO_PLACE} (?:on|for) (?!(?:the (?!\d|first|last)|my|an?|today|tonight|tomorrow)\b)(?P<y>.{{1,60}})",
     r"move \g<x> to \g<y>"),
    (rf"(?:set|change|move|push|put|shift|postpone|delay|reschedule) {_NO_PLACE}"
     rf" (?P<y>{_DAY}(?:at {_CLOCK}(?: ?[ap]m)?|{_CLOCK} ?[ap]m))", r"move \g<x> to \g<y>"),
    (rf"(?:setze?|ändere?|verschiebe?|verlege?|lege?) {_THING} (?P<y>{_DAY}(?:um )?{_CLOCK} uhr)",
     r"verschiebe \g<x> auf \g<y>"),
    (rf"make {_THING} (?P<y>{_OFTEN}.{{0,60}})", r"repeat \g<x> \g<y>"),
    (rf"mache? {_THING} (?P<y>{_OFT}.{{0,60}})", r"wiederhole \g<x> \g<y>"),
)  # fmt: skip
EXISTING_CHANGES = Rewrites((), _ROWS)
"""The changes that a clause may mean, in the order in which they are to be tried."""
_FOOD = (
    r"(?:breakfast|brunch|lunch|dinner|supper|meals?|snacks?|food|bread|cakes?|cookies|pancakes|pizza|pasta|soup|salad"
    r"|coffee|tea|frühstück|\w{0,12}(?:essen|brot|kuchen|suppe|salat)|nudeln|kaffee|tee)"
)
_ARTICLE = r"(?:the|my|our|der|die|das|den|mein\w{0,2}|unser\w{0,2})"
# "Make dinner every friday" may be what is to be done, "make the gym weekly" is said of a task.
_MADE = sentence(
    rf"(?:make|mache?) (?:(?:{_ARTICLE} )?{_FOOD} (?:{_OFTEN}|{_OFT})"
    rf"|(?!{_ARTICLE} ).{{1,80}}? (?:every|jede|alle)).{{0,60}}"
)


def may_be_new(clause: str) -> bool:
    """Return whether the clause may as well mean a new series as a change of the task that it names."""
    return _MADE.fullmatch(clause) is not None
