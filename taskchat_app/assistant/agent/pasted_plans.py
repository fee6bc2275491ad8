"""Reads "Plan my move:" with lines below it as a draft of a plan, without a model; indented lines are steps."""

import re

from taskchat_app.assistant.grammar.pasted_lists import without_bullet
from taskchat_app.assistant.tools.attached_line_choices import draft_of
from taskchat_app.assistant.tools.plans import LINES_MAX, Plan, PlanLine, new_plan
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.dates.command_text import COMMAND_MAX_CHARACTERS
from taskchat_app.domain.storage.errors import Invalid

_LEAD = re.compile(
    r"(?:please\s|bitte\s)?(?:(?:make|draft|create)\s(?:me\s)?(?:a|the)\splan\s?(?:for|of|to)?"
    r"|(?:mache?|erstelle?)\s(?:mir\s)?(?:einen|den)\splan\s?(?:für|zu)?|plane?)\b(?P<what>[^\n]{0,200}?)\s?:\s*\Z",
    re.IGNORECASE,
)


def read_plan(person: Person, message: str) -> Plan | None:
    """Return the plan of a message that names what is planned and lists its lines; None for another message."""
    head, _, below = message.strip().partition("\n")
    lead = _LEAD.match(head) if len(head) <= COMMAND_MAX_CHARACTERS else None
    lines = [line for line in below.splitlines() if any(map(str.isalnum, line))]
    if lead is None or not 2 <= len(lines) <= LINES_MAX:
        return None
    try:
        return new_plan(person, lead["what"].strip() or head.strip(" :"), _lines(person, lines))
    except Invalid:
        return None


def _lines(person: Person, lines: list[str]) -> list[PlanLine]:
    """Return the lines with their dates; one that is indented deeper than the first is a step of the one before it."""
    first = _indent(lines[0])
    read: list[PlanLine] = []
    parent: str | None = None
    for place, line in enumerate(lines, 1):
        draft, key, is_step = draft_of(person, without_bullet(line)), str(place), _indent(line) > first
        due = str(draft.due_at) if draft.due_at else None
        read.append(PlanLine(key, draft.title, due, parent if is_step else None))
        parent = parent if is_step else key
    return read


def _indent(line: str) -> int:
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
