"""The add line: one sentence understood as a task, "pay rent every 1st !high #home"."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates import find_due
from taskchat_app.domain.task_fields import TaskDraft
from taskchat_app.ui import words
from taskchat_app.ui.spoken import say_due, say_rule

PRIORITY = re.compile(r"(?<!\S)!(low|medium|high)(?!\S)", re.IGNORECASE)
TAG = re.compile(r"(?<!\S)#([^\s#]*[^\W\d_][^\s#]*)(?!\S)")
"""A tag holds a letter: "#7" is a task's number."""


@dataclass(frozen=True)
class Chip:
    """One thing that was understood."""

    kind: str
    text: str


def draft_of(sentence: str, *, zone: ZoneInfo, now: datetime) -> TaskDraft:
    """The task that the sentence means; what is no date, priority or tag is the title."""
    priorities = PRIORITY.findall(sentence)
    tags = tuple(dict.fromkeys(TAG.findall(sentence)))
    rest = _joined(TAG.sub(" ", PRIORITY.sub(" ", sentence)))
    due = find_due(rest, zone=zone, now=now)
    title = _joined(rest[: due.start] + " " + rest[due.end :]) if due else rest
    return TaskDraft(
        title=title,
        priority=priorities[-1].lower() if priorities else "medium",
        tags=tags,
        due_at=due.due_at if due else None,
        recurrence=due.rule if due else None,
    )


def chips_of(sentence: str, *, zone: ZoneInfo, now: datetime) -> list[Chip]:
    """What the add line shows below the sentence, before Enter."""
    draft = draft_of(sentence, zone=zone, now=now)
    chips: list[Chip] = []
    if isinstance(draft.due_at, datetime):
        chips.append(Chip("due", say_due(draft.due_at, zone)))
    if draft.recurrence:
        chips.append(Chip("repeat", say_rule(draft.recurrence)))
    if draft.priority != "medium":
        chips.append(Chip(draft.priority, words.PRIORITIES[draft.priority]))
    return [*chips, *(Chip("tag", tag) for tag in draft.tags)]


def _joined(text: str) -> str:
    return " ".join(text.split())
