"""Reads lines below "Plan my move:" or a heading as a draft of a plan, without a model; indented lines are steps."""

import re

from taskchat_app.assistant.grammar.clauses import read_below_head, read_message
from taskchat_app.assistant.grammar.commands import Command, UserClock
from taskchat_app.assistant.grammar.pasted_lists import headed_lines, without_bullet
from taskchat_app.assistant.tools.attached_line_choices import draft_of
from taskchat_app.assistant.tools.plans import LINES_MAX, Plan, PlanLine, new_plan
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.dates.command_text import COMMAND_MAX_CHARACTERS
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Invalid

_LEAD = re.compile(
    r"(?:please\s|bitte\s)?(?:(?:make|draft|create)\s(?:me\s)?(?:a|the)\splan\s?(?:for|of|to)?"
    r"|(?:mache?|erstelle?)\s(?:mir\s)?(?:einen|den)\splan\s?(?:für|zu)?|plane?)\b(?P<what>[^\n]{0,200}?)\s?:\s*\Z",
    re.IGNORECASE,
)
"""Such as "Please make me a plan for the move:"."""
_HEADING_KINDS = ("add", "offer", "unknown", "when")
"""The kinds of command that a heading may be read as; what says "done" or "not" is none."""
_SHORT_LINE = re.compile(r"[^\n,:;?]{2,40}")
# "Groceries:", "Für die Party:"; neither "every friday:" nor "high priority:"
_NOUN_HEADING = re.compile(
    r"\A(?!.*\b(?:every|each|all|priority|prio|tag|label|said|says|sagt|postpone|remind\w*|i|ich|jede\w*|alle\w*)\b)"
    r"[^\W\d][\w-]*(?:\s[\w-]+){0,2}\s?:",
    re.IGNORECASE,
)
_SAYS_MORE = re.compile(  # "not done:", "mark these:"
    r"\?|\b(?:not|never|no|don['’]?t|done|finished|complete\w*|mark|tick|delete\w*|remove\w*|rename|move|change|undo|if|about|nicht"
    r"|n['’]t|nie|kein\w*|erledig\w*|fertig\w*|lösch\w*|gelöscht|streich\w*|markier\w*|verschieb\w*|änder\w*|wenn)\b",
    re.IGNORECASE,
)


def read_plan(person: Person, message: str) -> Plan | None:
    """Return the plan of a message that names what is planned and lists its lines, or only lists; None for another."""
    head, _, below = message.strip().partition("\n")
    lines = [line for line in below.splitlines() if any(map(str.isalnum, line))]
    if not 2 <= len(lines) <= LINES_MAX or len(head) > COMMAND_MAX_CHARACTERS:
        return None
    title = head.strip(" :")
    clock = UserClock(person.zone, now())
    if lead := _LEAD.match(head):
        return _plan(person, lead["what"].strip() or title, lines)
    if heading := _heading(message, title, clock):
        return _plan(person, title, lines, heading.given.get("due_date"))
    if not _NOUN_HEADING.fullmatch(head):  # the first line is a thing of the list as well
        title, lines = f"{title} …", [head, *lines]
    return _plan(person, title, lines) if _are_things(message, lines, clock) else None


def _heading(message: str, head: str, clock: UserClock) -> Command | None:
    """Return what the first line is read as, if it is a heading of the lines with bullets below it."""
    if headed_lines(message) is None or _SAYS_MORE.search(head):
        return None
    orders = read_below_head(message, clock)
    if orders and orders[0].kind != "unknown":  # "please add:" says what to do with each line
        return None
    commands = read_message(head, clock)
    return commands[0] if len(commands) == 1 and commands[0].kind in _HEADING_KINDS else None


def _are_things(message: str, lines: list[str], clock: UserClock) -> bool:
    """Return whether lines without bullets are things of a list, which no rule reads as tasks or as anything else."""
    are_short = all(_SHORT_LINE.fullmatch(line) for line in lines) and len(message) <= COMMAND_MAX_CHARACTERS
    if not are_short or headed_lines(message) or _SAYS_MORE.search(message):
        return False
    if any(command.kind not in ("offer", "unknown") for command in read_message(message, clock)):
        return False
    for line in lines:
        kinds = [command.kind for command in read_message(line, clock)]
        if kinds not in (["wish"], ["offer"]):
            return False
    return True


def _plan(person: Person, title: str, lines: list[str], due_of_all: str | None = None) -> Plan | None:
    """Return the plan of the lines, with their dates; None if a text or a date is refused.

    A line that is indented deeper than the first is a step of the one before it.
    """
    first = _indent(lines[0])
    read: list[PlanLine] = []
    parent: str | None = None
    try:
        for place, line in enumerate(lines, 1):
            draft = draft_of(person, without_bullet(line))
            due = str(draft.due_at) if draft.due_at else None
            if _indent(line) > first:
                read.append(PlanLine(str(place), draft.title, due, parent))
            else:
                parent = str(place)
                read.append(PlanLine(parent, draft.title, due or due_of_all))
        return new_plan(person, title, read)
    except Invalid:
        return None


def _indent(line: str) -> int:
    expanded = line.expandtabs(4)
    return len(expanded) - len(expanded.lstrip())
