"""A message cut into its clauses: "and" parts two commands only where the second begins like one."""

import re

from taskchat_app.assistant.offline_commands import Command
from taskchat_app.assistant.offline_grammar import bare, read_command
from taskchat_app.assistant.offline_titles import Clock
from taskchat_app.domain.quotes import mask_quotes

_MOST_CLAUSES = 20
_JOINT = re.compile(
    r"\s*(?:[,;.!]\s+|;\s*|\n\s*)(?:and\s+|und\s+|or\s+)?(?:also\s+|then\s+|after\s+that\s+|dann\s+|danach\s+|auch\s+)?(?:please\s+|bitte\s+)?"
    r"|,?\s+(?:and|und|then|dann|plus)\s+(?:also\s+|then\s+|after\s+that\s+|dann\s+|danach\s+|auch\s+)?(?:please\s+|bitte\s+)?",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"(?:add\s+|create\s+|remind\s+me\s|remember\s+to\s|don'?t\s+forget\s|new\s+task\b|task:|todo:|"
    r"mark\s+.+\b(?:done|complete|completed|finished|open|undone|urgent|important|priority)\b|tick\s+|check\s+(?:off\s|.+\soff\b)|"
    r"cross\s+(?:off\s|.+\soff\b)|complete\s+|finish\s+(?:#?\d|it\b|them\b|the\s.+\stask\b)|done\s+with\s|reopen\s+|untick\s+|uncheck\s+|"
    r"rename\s+.+\sto\s|move\s+.+\s(?:to|until|by)\s|postpone\s+|reschedule\s+|push\s+.+\sto\s|"
    r"set\s+.+\s(?:to|as|due|high|low|medium)\b|change\s+.+\sto\s|make\s+.+\s(?:due|high|low|medium|urgent|repeat|important)\b|"
    r"tag\s+.+\s(?:as|with|#)|untag\s|label\s+.+\s(?:as|with)\s|repeat\s+.+\severy\s|"
    r"delete\s+|remove\s+|erase\s+|get\s+rid\s+of\s|list\s+(?:my|all|the|open|done|tasks|everything)\b|list$|"
    r"show\s+(?:me|my|all|the|open|done|tasks|everything)\b|find\s+tasks\b|search\s+for\s|what(?:'s|\s+is|\s+are|\s+do\s+i)\s|"
    r"hake?\s+.+\sab\b|markiere?\s|erledige\s|verschiebe?\s|verlege?\s|lösche?\s|entferne?\s|streiche?\s|benenne\s|"
    r"füge?\s+.+\shinzu|erstelle\s|erinnere?\s+mich\s|neue\s+aufgabe\b|zeige?\s|setze?\s+.+\sauf\s)",
    re.IGNORECASE,
)
# So short a title before "and delete old photos" is the first of two verbs ("review and delete old photos").
_ONE_WORD_ADD = re.compile(r"(?:add|create)\s+(?:a\s+|an\s+|new\s+)*(?:task\s+)?(?:to\s+)?\w+", re.IGNORECASE)
_CERTAIN = re.compile(
    r"#?\d|\b(?:it|them|both|task|tasks|done|all|aufgabe|erledigt)\b|[\ufffc]|\b(?:first|second|last) one\b|^(?:add|create|remind)",
    re.I,
)
_SEVERAL = re.compile(
    r"(?:add|create)\s+(?:the(?:se)?\s+|the\s+following\s+|\w+\s+)?(?:new\s+)?tasks\s*:\s*(?P<titles>.+)",
    re.IGNORECASE | re.DOTALL,
)
_BULLET = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")


def read_message(text: str, clock: Clock) -> list[Command]:
    """The commands of one message, in order; a message that no rule fits is one `unknown`."""
    text = text.strip()
    if match := _SEVERAL.fullmatch(text):
        parts = [_BULLET.sub("", part).strip() for part in re.split(r"\n|;|,\s+(?:and\s+)?", match["titles"])]
        return [read_command(f"add task: {part}", clock) for part in parts if part][:_MOST_CLAUSES]
    commands = [read_command(clause, clock) for clause in split_clauses(text)][:_MOST_CLAUSES]
    # "Hello, add milk" wants the milk, not a greeting besides.
    return [command for command in commands if command.kind not in ("greeting", "thanks")] or commands[:1]


def split_clauses(text: str) -> list[str]:
    """The clauses as they were written; what stands in quotes is never cut."""
    masked = mask_quotes(text)
    clauses: list[str] = []
    start = 0
    for joint in _JOINT.finditer(masked):
        before, after = masked[start : joint.start()], masked[joint.end() :]
        if joint.start() < start or not before.strip() or not _VERB.match(bare(after) or after):
            continue
        if _ONE_WORD_ADD.fullmatch(bare(before)) and not _CERTAIN.search(_JOINT.split(after)[0]):
            continue
        clauses.append(text[start : joint.start()])
        start = joint.end()
    clauses.append(text[start:])
    return [clause for clause in clauses if clause.strip()] or [text]
