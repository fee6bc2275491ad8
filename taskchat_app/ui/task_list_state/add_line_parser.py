"""Parses the add line's sentence into a task and its chips; each line of pasted text is a task, or a step of one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from taskchat_app.assistant.grammar.pasted_lists import LINES_MAX, without_bullet
from taskchat_app.domain.dates.command_text import as_command, normalize_blanks
from taskchat_app.domain.dates.date_mentions import two_readings
from taskchat_app.domain.dates.date_phrase import find_phrase
from taskchat_app.domain.dates.due_dates import DueMention, find_whole_due, parse_due
from taskchat_app.domain.dates.local_time import Start
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.field_tables.plain_fields import PRIORITY_RANK, PRIORITY_WORD, priority_of
from taskchat_app.domain.tasks.fields import TaskDraft, checked_start
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
START = re.compile(r"(?<!\S)~(?:[\"“„](?P<quoted>[^\"“”„]{1,100})[\"“”](?!\w)|(?=\w))")
"""Stands before the day when the task begins: "~monday", or ~"next week"."""
STEP = re.compile(r",?(?: an?| as an?| als)? (?:step|schritt) (?:of|von|zu) #?(?P<number>\d{1,9})(?!\S)", re.IGNORECASE)
"""Stands behind the title, and before or behind its date: "pack boxes, step of 3"."""
_NO_STEP = re.compile(
    r"the|every|each|next|last|first|\d{1,3}(?:st|nd|rd|th)|(?:jede|erste|nächste|letzte)[nrs]?", re.IGNORECASE
)
"""Before what only looks like it: "Check the last step of 3"."""
_KEPT = "\ufffc"
"""Stands for each character of a start that stays in the title, so that it is not read as the due date."""


@dataclass(frozen=True)
class Chip:
    """A part of the sentence that was understood, or that the list implies; `key` identifies it for removal."""

    kind: str
    text: str
    key: str
    removal: str = ""


class DateQuestion(Invalid):
    """The sentence has a date that can be read in two ways, and the user's order is not known."""


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
    """`readings` are the chips of a date that can be read in two ways."""

    draft: TaskDraft
    chips: list[Chip]
    readings: list[Chip] = field(default_factory=list[Chip])


ORDER = "order:"
"""How the key of a chip begins that tells the order of dates."""
UNREAD = "due:order"
"""The key of the chip by which a date in numbers stays in the title."""
_LINES_SHOWN = 20
"""Lines that are read for the chips of a pasted list, at each letter that is typed."""
_CHIPS_SHOWN = 8
LINE_MARK = "⏎"
"""Stands for a line break of pasted text, as in add_line.js: the add line is a single line."""
STEP_MARK = "↳"
"""Stands before a line that was indented in pasted text, as in add_line.js: a step of the line above."""
TOO_MANY_LINES = gettext("At most {most} tasks are added at once. Send fewer lines.", most=LINES_MAX)
NOTHING = ListContext()
"""The context of a list that implies nothing."""


async def drafts_of(
    text: str, context: ListContext = NOTHING, *, zone: ZoneInfo, now: datetime
) -> tuple[list[TaskDraft], dict[int, int]]:
    """Return a task for each line, without bullets, numbers and boxes, and the index of each step's task by its own.

    Raises Invalid for more than LINES_MAX; add_line.js sends more lines in several pieces.
    """
    lines, above = _lines(text)
    if len(lines) < 2:
        return [draft_of("".join(lines), context, zone=zone, now=now)], above
    if len(lines) > LINES_MAX:
        raise Invalid(TOO_MANY_LINES)
    drafts: list[TaskDraft] = []
    async for piece in in_pieces(lines):
        drafts += [draft_of(without_bullet(line) or line, context, zone=zone, now=now) for line in piece]
    return drafts, above


def _lines(text: str) -> tuple[list[str], dict[int, int]]:
    """Return the lines, and the index of the line of which each step is one, by its own."""
    lines: list[str] = []
    above: dict[int, int] = {}
    task: int | None = None
    for line in text.split(LINE_MARK):
        written = line.strip()
        title = written.removeprefix(STEP_MARK).strip()
        if title and task is not None and title != written:
            above[len(lines)] = task
        elif title:
            task = len(lines)
        lines += [title] if title else []
    return lines, above


def draft_of(sentence: str, context: ListContext = NOTHING, *, zone: ZoneInfo, now: datetime) -> TaskDraft:
    """Return the task of the sentence; whatever is no date, start, priority or tag is the title.

    Raises DateQuestion for a date that can be read in two ways.
    """
    parsed = _parse(sentence, context, zone, now)
    if parsed.readings:
        raise DateQuestion(words.WHICH_DATE.with_values(title=sentence.strip()))
    return parsed.draft


def sentence_chips(sentence: str, context: ListContext = NOTHING, *, zone: ZoneInfo, now: datetime) -> list[Chip]:
    """Return the chips that the add line shows below the sentence: of several lines how many, then each chip once."""
    lines, above = _lines(sentence)
    if len(lines) < 2:
        return _parse("".join(lines), context, zone, now).chips
    found = {
        chip.key: chip
        for line in lines[:_LINES_SHOWN]
        for chip in _parse(without_bullet(line) or line, context, zone, now).chips
    }
    counts = [say(ngettext("{count} task", "{count} tasks", len(lines)))]
    counts += [say(ngettext("{count} step", "{count} steps", len(above)))] if above else []
    return [Chip("count", ", ".join(counts), "count"), *list(found.values())[:_CHIPS_SHOWN]]


def _parse(sentence: str, context: ListContext, zone: ZoneInfo, now: datetime) -> _ParsedSentence:
    command = as_command(sentence)
    if command is None:
        return _ParsedSentence(TaskDraft(_joined(sentence)), [])  # refused as too long for a title
    rest, priority = _priority(command, context)
    rest, tags = _tags(rest, context)
    rest, start, said = _start(normalize_blanks(rest), context, zone, now)
    rest, parent = _parent(rest, context, zone, now)
    due = find_whole_due(rest, zone=zone, now=now)
    readings = _readings(rest, context, zone, now)
    if due is not None and f"due:{due.words_in(rest)}" in context.removed_chips:
        due = None
    key = f"due:{due.words_in(rest)}" if due else "due"
    title = _joined(due.cut_from(rest) if due else rest).replace(_KEPT * len(said), said)
    date, rule = (due.due, due.rule) if due else (None, None)
    if due is None and context.due and "due" not in context.removed_chips:
        implied = replace(parse_due(context.due, zone=zone, now=now), reading=None)
        date = None if start and start.at > implied.at else implied
    chips = list(readings)
    if date is not None:
        chips.append(_chip("due", due_words(date, zone, now), key))
    if start is not None:
        chips.append(_chip("start", say(words.BEGINS, start=due_words(start, zone, now)), f"start:{said}"))
    if parent is not None:
        chips.append(_chip("step", say(words.STEP_OF, number=parent), f"step:{parent}"))
    if rule:
        chips.append(_chip("repeat", format_rule(rule), key))
    if priority and priority != "medium":
        chips.append(_chip(priority, say(words.PRIORITIES[priority]), f"!{priority}"))
    chips += [_chip("tag", tag, f"#{tag}") for tag in tags]
    return _ParsedSentence(
        TaskDraft(
            title,
            priority=priority or "medium",
            tags=tags,
            due_at=date,
            start_at=start,
            recurrence=rule,
            parent_number=parent,
        ),
        chips,
        readings,
    )


def _readings(sentence: str, context: ListContext, zone: ZoneInfo, now: datetime) -> list[Chip]:
    """Return a chip for each reading of a date, and one for none; a click stores the order of dates, or removes it."""
    found = None if UNREAD in context.removed_chips else two_readings(sentence, zone=zone, now=now)
    if found is None:
        return []
    dates = [(order, mention.due) for order, mention in zip(("month", "day"), found, strict=True) if mention.due]
    asked = [Chip("order", due_words(due, zone, now), ORDER + order, say(words.READ_AS[order])) for order, due in dates]
    return [*asked, Chip("order", say(words.NO_DUE_DATE), UNREAD, say(words.NO_DUE_DATE))]


def _start(sentence: str, context: ListContext, zone: ZoneInfo, now: datetime) -> tuple[str, Start | None, str]:
    """Return the sentence without its start, the start, and how it was typed ("" without one).

    Of a removed chip the sentence has _KEPT in its place, and there is no start. A time alone is none: "about ~5pm".
    """
    for mark in START.finditer(sentence):
        is_quoted = mark["quoted"] is not None
        at = mark.start("quoted") if is_quoted else mark.end()
        phrase = find_phrase(sentence, at, zone=zone, now=now)
        if phrase is None or (phrase.days is None and phrase.exact is None):
            continue
        if is_quoted and phrase.end != mark.end("quoted"):
            continue
        end = mark.end() if is_quoted else phrase.end
        said = sentence[mark.start() : end]
        rest = DueMention(((mark.start(), end),), None, None).cut_from(sentence)
        try:
            start = checked_start(sentence[at : phrase.end], zone=zone, now=now)
        except Invalid:  # a year that no task has
            continue
        if f"start:{said}" in context.removed_chips:
            return sentence.replace(said, _KEPT * len(said), 1), None, said
        if re.search(r"\w", rest):
            return rest, start, said
    return sentence, None, ""


def _parent(sentence: str, context: ListContext, zone: ZoneInfo, now: datetime) -> tuple[str, int | None]:
    """Return the sentence without the task of which it is a step, and that task's number."""
    matches = [*STEP.finditer(sentence)]
    if not matches:
        return sentence, None
    last = matches[-1]
    title, after, number = sentence[: last.start()], sentence[last.end() :], int(last["number"])
    if f"step:{number}" in context.removed_chips or not title.strip() or _NO_STEP.fullmatch(title.split()[-1]):
        return sentence, None
    dated = f"x{after}"  # a date alone would be a title
    due = find_whole_due(dated, zone=zone, now=now)
    is_at_end = (due.cut_from(dated) if due else dated).strip() == "x"
    return (title + after, number) if is_at_end else (sentence, None)


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
    by_key: dict[str, str] = {}
    for tag in used:
        by_key.setdefault(tag_key(tag), tag)
    return rest, tuple(by_key.values())


def _chip(kind: str, text: str, key: str) -> Chip:
    return Chip(kind, text, key, say(words.REMOVE_CHIP, chip=text))


def _joined(text: str) -> str:
    return " ".join(text.split())
