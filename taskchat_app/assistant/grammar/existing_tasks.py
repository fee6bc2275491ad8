"""Reads "put gym on friday" as a change of the task of that name, if there is one.

The new task is added, or offered, if no task fits (see Command.otherwise).
"""

from taskchat_app.assistant.grammar.phrases.patterns import Rewrites, sentence
from taskchat_app.domain.dates.vocabulary import WEEKDAY

_TASK = r"(?P<x>.{1,80}?)"
_NOTE = r"(?:add|put) (?:a |the )?(?:note|description)"
_TO = r"(?:to|on|for) (?:the |my )?"
_TASK_OF_ONE_WORD = r"(?P<x>(?!(?:a|an|do|my|self|the|\d+)\b)[\w-]+)"
# "Add a note to mum about christmas" is a letter to her.
_ABOUT = r"(?:about|and|as|at|by|for|from|in|is|of|on|or|re|regarding|that|to|with)\b"
_NEW = r"(?:an?|one|another|some|eine?n?|noch)\b"
# "Put the bins out", "put the house on the market"
_TASK_NO_PLACE = rf"(?P<x>(?!{_NEW})(?:(?! (?:on|for|to|in|into|out|away|up|back|down|off)\b).){{1,80}}?)"
_TASK_NO_PERSON = rf"(?P<x>(?!{_NEW}|(?:me|sure|mir|uns)\b).{{1,80}}?)"
_OFTEN_EN = r"(?:every|daily|weekly|monthly|yearly)"
_OFTEN_DE = r"(?:jede|alle|täglich|wöchentlich|monatlich|jährlich)"
_CLOCK = r"\d{1,2}(?::\d\d)?"
_ANY_DAY = rf"(?:(?:{WEEKDAY}|today|tomorrow|heute|morgen) )?"
# In a row, "x" names the task, and "y" is what the command sets.
_ROWS: tuple[tuple[str, str], ...] = (
    (rf"{_NOTE} [\"“„](?P<y>[^\"“”„]+)[\"“”] {_TO}(?P<x>.{{1,80}})", r"add a note to \g<x>: \g<y>"),
    (rf"{_NOTE} {_TO}{_TASK} that (?P<y>.+)", r"add a note to \g<x>: \g<y>"),
    (rf"{_NOTE} {_TO}{_TASK_OF_ONE_WORD} (?P<y>(?!{_ABOUT})\w.+)", r"add a note to \g<x>: \g<y>"),
    (rf"add to (?!.{{0,30}}\blist\s?:){_TASK}\s?: (?P<y>.+)", r"add a note to \g<x>: \g<y>"),
    (rf"put {_TASK_NO_PLACE} (?:on|for) (?!(?:the (?!\d|first|last)|my|an?|today|tonight|tomorrow)\b)(?P<y>.{{1,60}})",
     r"move \g<x> to \g<y>"),
    (rf"(?:set|change|move|push|put|shift|postpone|delay|reschedule) {_TASK_NO_PLACE}"
     rf" (?P<y>{_ANY_DAY}(?:at {_CLOCK}(?: ?[ap]m)?|{_CLOCK} ?[ap]m))", r"move \g<x> to \g<y>"),
    (rf"(?!(?:cop|kop|dupl|clone)\w* ){_TASK} (?:auf|to) (?P<y>(?:next )?(?:{WEEKDAY}|tomorrow|morgen)(?: .{{1,30}})?)",
     r"move \g<x> to \g<y>"),
    (rf"make {_TASK_NO_PERSON} (?P<y>{_OFTEN_EN}.{{0,60}})", r"repeat \g<x> \g<y>"),
    (rf"mache? {_TASK_NO_PERSON} (?P<y>{_OFTEN_DE}.{{0,60}})", r"wiederhole \g<x> \g<y>"),
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
    rf"(?:make|mache?) (?:(?:{_ARTICLE} )?{_FOOD} (?:{_OFTEN_EN}|{_OFTEN_DE})"
    rf"|(?!{_ARTICLE} ).{{1,80}}? (?:every|jede|alle)).{{0,60}}"
)


def may_be_new(clause: str) -> bool:
    """Return whether the clause may as well mean a new series as a change of the task that it names."""
    return _MADE.fullmatch(clause) is not None
