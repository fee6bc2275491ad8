"""Parses the add line's sentence into a task and its chips; each line of pasted text is a task."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from taskchat_app.assistant.grammar.pasted_lists import LINES_MAX, without_bullet
from taskchat_app.domain.dates.command_text import as_command, normalize_blanks
from taskchat_app.domain.dates.due_dates import find_whole_due, parse_due
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.field_tables.priority_words import PRIORITY_RANK, PRIORITY_WORD, priority_of
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.search_words import tag_key
from taskchat_app.i18n.messages import gettext, ngettext
from taskchat_app.runtime.event_loop import in_pieces
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import due_words, format_rule
from taskchat_app.ui.i18n.language import say

PRIORITY = re.compile(rf"(?<!\S)(?:!(?P<word>{PRIORITY_WORD})|{PRIORITY_RANK})(?!\S)", re.IGNORECASE)
"""A mark such as "!high", "!hoch" or "p1"."""
TAG = re.compile(r"(?<!\S)#(?=[^\s#]*[^\W\d_])([^\s#]+)(?!\S)")
"""A tag contains a letter: "#7" is a task's number."""


@dataclass(frozen=True)
class Chip:
    """A part of the sentence that was understood, or that the list implies; `key` identifies it for removal."""

    kind: str
    text: str
    key: str
    removal: str = ""


@dataclass(frozen=True)
class ListContext:
    """Values that apply besides the sentence: filters of the shown list, and chips removed by the user.

    `due` is a phrase. A date or priority in the sentence takes precedence; tags are combined. `removed_chips` are
    the keys of the removed chips.
    """

    due: str = ""
    tags: Sequence[str] = ()
    priority: str = ""
    removed_chips: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _ParsedSentence:
    draft: TaskDraft
    chips: list[Chip]


_LINES_SHOWN = 20
"""Lines that are read for the chips of a pasted list, at each letter that is typed."""
_CHIPS_SHOWN = 8
LINE_MARK = "⏎"
"""Stands for a line break of pasted text, as in add_line.js: the add line is a single line."""
TOO_MANY_LINES = gettext("At most {most} tasks are added at once. Send fewer lines.", most=LINES_MAX)
NOTHING = ListContext()
"""The context of a list that implies nothing."""


async def drafts_of(text: str, context: ListContext = NOTHING, *, zone: ZoneInfo, now: datetime) -> list[TaskDraft]:
    """Return a task for each line, without bullets, numbers and boxes; raise Invalid for more than LINES_MAX.

    add_line.js sends more lines in several pieces.
    """
    lines = _lines(text)
    if len(lines) < 2:
        return [draft_of(text.strip(), context, zone=zone, now=now)]
    if len(lines) > LINES_MAX:
        raise Invalid(TOO_MANY_LINES)
    drafts: list[TaskDraft] = []
    async for piece in in_pieces(lines):
        drafts += [draft_of(without_bullet(line) or line, context, zone=zone, now=now) for line in piece]
    return drafts


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split(LINE_MARK) if line.strip()]


def draft_of(sentence: str, context: ListContext = NOTHING, *, zone: ZoneInfo, now: datetime) -> TaskDraft:
    """Return the task of the sentence; whatever is no date, priority or tag is the title."""
    return _parse(sentence, context, zone, now).draft


def sentence_chips(sentence: str, context: ListContext = NOTHING, *, zone: ZoneInfo, now: datetime) -> list[Chip]:
    """Return the chips that the add line shows below the sentence: of several lines how many, then each chip once."""
    lines = _lines(sentence)
    if len(lines) < 2:
        return _parse(sentence, context, zone, now).chips
    found = {
        chip.key: chip
        for line in lines[:_LINES_SHOWN]
        for chip in _parse(without_bullet(line) or line, context, zone, now).chips
    }
    count = say(ngettext("{count} task", "{count} tasks", len(lines)))
    return [Chip("count", count, "count"), *list(found.values())[:_CHIPS_SHOWN]]


def _parse(sentence: str, context: ListContext, zone: ZoneInfo, now: datetime) -> _ParsedSentence:
    command = as_command(sentence)
    if command is None:
        return _ParsedSentence(TaskDraft(_joined(sentence)), [])  # refused as too long for a title
    rest, priority = _priority(command, context)
    rest, tags = _tags(rest, context)
    rest = normalize_blanks(rest)
    due = find_whole_due(rest, zone=zone, now=now)
    if due is not None and f"due:{due.words_in(rest)}" in context.removed_chips:
        due = None
    key = f"due:{due.words_in(rest)}" if due else "due"
    title = _joined(due.cut_from(rest) if due else rest)
    date, rule = (due.due, due.rule) if due else (None, None)
    if due is None and context.due and "due" not in context.removed_chips:
        date = parse_due(context.due, zone=zone, now=now)
    chips: list[Chip] = []
    if date is not None:
        chips.append(_chip("due", due_words(date, zone, now), key))
    if rule:
        chips.append(_chip("repeat", format_rule(rule), key))
    if priority and priority != "medium":
        chips.append(_chip(priority, say(words.PRIORITIES[priority]), f"!{priority}"))
    chips += [_chip("tag", tag, f"#{tag}") for tag in tags]
    return _ParsedSentence(
        TaskDraft(title, priority=priority or "medium", tags=tags, due_at=date, recurrence=rule), chips
    )


def _priority(sentence: str, context: ListContext) -> tuple[str, str]:
    """Return the sentence without its priorities, and the last of them."""
    names = [_priority_of(match) for match in PRIORITY.finditer(sentence)]
    used = [name for name in names if f"!{name}" not in context.removed_chips]
    implied = context.priority if f"!{context.priority}" not in context.removed_chips else ""
    rest = PRIORITY.sub(lambda match: " " if _priority_of(match) in used else match[0], sentence)
    return rest, used[-1] if used else implied


def _priority_of(match: re.Match[str]) -> str:
    return priority_of(word=match["word"], rank=match["rank"]) or ""


def _tags(sentence: str, context: ListContext) -> tuple[str, tuple[str, ...]]:
    """Return the sentence without its tags, and these tags together with the list's."""
    used = [tag for tag in (*context.tags, *TAG.findall(sentence)) if f"#{tag}" not in context.removed_chips]
    rest = TAG.sub(lambda match: " " if match[1] in used else match[0], sentence)
    return rest, tuple({tag_key(tag): tag for tag in reversed(used)}.values())[::-1]


def _chip(kind: str, text: str, key: str) -> Chip:
    return Chip(kind, text, key, say(words.REMOVE_CHIP, chip=text))


def _joined(text: str) -> str:
    return " ".join(text.split())
