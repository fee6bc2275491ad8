"""Rules for making an existing task repeat ("repeat 3 every monday at 9")."""

from taskchat_app.assistant.grammar.commands import Command, Language, Row, Said, UserClock
from taskchat_app.assistant.grammar.phrases.patterns import OFTEN
from taskchat_app.assistant.grammar.phrases.targets import read_target
from taskchat_app.domain.dates.date_mentions import find_due
from taskchat_app.domain.dates.due_dates import local_due


def repeated(match: Said, clock: UserClock, language: Language) -> Command | None:
    """Read "repeat 3 every monday at 9 until june", with the first date if there is a time or a first day."""
    # Without a title before it, the recurrence would be one.
    found = find_due(f"Task {match['rule']}", zone=clock.zone, now=clock.now)
    if found is None or found.rule is None:
        return None
    given = {"recurrence": found.rule} | ({"due_date": local_due(found.due, clock.zone)} if found.due else {})
    return Command("update", match.string, read_target(match["item"] or match["item2"]), given, language)


_T = r"(?P<item>.+?)"
REPEATS: tuple[Row, ...] = (
    (rf"(?:repeat {_T}|(?:make|set|have|let|get) (?P<item2>.+?)(?: to)? repeat) (?P<rule>(?:every|{OFTEN}).*)",
     "en", repeated),
    (rf"wiederhole {_T} (?P<rule>(?:jede|alle|{OFTEN}).*)", "de", repeated),
)  # fmt: skip
