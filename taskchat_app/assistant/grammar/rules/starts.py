"""Rules for when an existing task begins: "hide 3 until friday", "start 3 on monday", "3 nicht vor Montag"."""

import re

from taskchat_app.assistant.grammar.commands import Command, Language, Row, UserClock
from taskchat_app.assistant.grammar.phrases.start_phrases import said_start
from taskchat_app.assistant.grammar.phrases.targets import read_target


def _begins(match: re.Match[str], clock: UserClock, language: Language) -> Command | None:
    """Read a start; "hide the presents until friday" may be a new task, so a task is named by number or pronoun."""
    target, start = read_target(match["target"]), said_start(match["when"], clock)
    if start is None or target.words or not (target.numbers or target.places or target.pronoun):
        return None
    if "T" in start and match.groupdict().get("loose") is not None:  # "3 erst ab Montag um 9" is when it takes place
        return None
    return Command("update", match.string, target, {"start_date": start}, language)


_T = r"(?P<target>.{1,100}?)"
STARTS: tuple[Row, ...] = (
    (rf"hide {_T} (?P<when>(?:until|till) .+)", "en", _begins),
    (rf"start {_T} (?P<when>(?:on|from) .+)", "en", _begins),
    (rf"(?:show )?{_T},? not (?P<when>before .+)", "en", _begins),
    (rf"(?:verstecke?|blende?) {_T} (?P<when>bis .+?)(?: aus)?", "de", _begins),
    (rf"(?:starte?|beginne?) {_T} (?P<when>(?:am|ab) .+)", "de", _begins),
    (rf"(?:zeige? (?:mir )?)?{_T},? (?:nicht (?=vor )|(?P<loose>erst (?=ab )|(?=ab dem )))(?P<when>.+)", "de", _begins),
)
