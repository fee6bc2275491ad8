"""Rules for making an existing task repeat ("repeat 3 every monday at 9")."""

from taskchat_app.assistant.grammar.commands import Command, Language, Row, SlotMatch, UserClock
from taskchat_app.assistant.grammar.phrases.field_words import series_fields
from taskchat_app.assistant.grammar.phrases.patterns import OFTEN, phrase
from taskchat_app.assistant.grammar.phrases.targets import read_target
from taskchat_app.domain.dates.date_mentions import find_due
from taskchat_app.domain.dates.vocabulary import GERMAN_SHORT_WEEKDAY, SHORT_WEEKDAY, WEEKDAY


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


_ON_DAYS = phrase(r"\A\w{3,7}(?:days|tags|wochs)\b")
_T = r"(?P<item>.+?)"
REPEATS: tuple[Row, ...] = (
    (rf"(?:repeat {_T}|(?:make|set|have|let|get) (?P<item2>.+?)(?: to)? repeat) (?P<rule>(?:every|{OFTEN}).*)",
     "en", _repeated),
    (rf"wiederhole {_T} (?P<rule>(?:jede|alle|{OFTEN}).*)", "de", _repeated),
    (rf"repeat (?P<item>#?\d{{1,9}}|it|this|that) (?:on )?(?P<days>(?:{WEEKDAY}|{SHORT_WEEKDAY}).*)",
     "en", _repeated),
    (rf"wiederhole (?P<item>#?\d{{1,9}}|es|das) (?:am )?(?P<days>(?:{WEEKDAY}|{GERMAN_SHORT_WEEKDAY}).*)",
     "de", _repeated),
)  # fmt: skip
MOVES_TO_SERIES: tuple[Row, ...] = (
    (rf"(?:move|set|put|reschedule|switch) {_T} to (?P<rule>(?:every|each) .+|{OFTEN})", "en", _repeated),
)  # fmt: skip
"""Before the rules that move a task to a day: "move gym to every tuesday"."""
