"""Rules for giving a task a priority: "add high priority to the report"."""

import re

from taskchat_app.assistant.grammar.commands import Command, Language, Row, UserClock
from taskchat_app.assistant.grammar.phrases.targets import read_target
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb
from taskchat_app.domain.tasks.priority_words import PRIORITY_WORD, PRIORITY_WORDS


def _prioritized(match: re.Match[str], _: UserClock, language: Language) -> Command | None:
    """Read "add high priority to the report"; "add high priority to call Bob" is a new task."""
    given = {"priority": PRIORITY_WORDS[(match["level"] or match["named"]).lower()]}
    is_new = begins_with_verb(match["target"]) or begins_with_verb(f"{match['target']} it")
    return None if is_new else Command("update", match.string, read_target(match["target"]), given, language)


NO_LIST = r"(?!(?:(?:the|my|to|do|der|dem|meiner?|meinem) )*(?:[\w-]* )?(?:\w*list(?:e|en)?|kalender|calendar)\b)"
GIVEN_PRIORITIES: tuple[Row, ...] = (
    (rf"(?:add|give|assign) (?:an? )?(?:(?P<level>{PRIORITY_WORD})[\s-]+priority|priority (?P<named>{PRIORITY_WORD}))"
     rf" to (?!do\b){NO_LIST}(?P<target>.+?)", "en", _prioritized),
)  # fmt: skip
