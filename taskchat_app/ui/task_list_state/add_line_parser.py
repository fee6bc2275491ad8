"""Parses the add line's sentence into a task and its chips."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.command_text import as_command, normalize_blanks, without_part
from taskchat_app.domain.dates.date_mentions import find_whole_due, two_readings
from taskchat_app.domain.dates.date_phrase import find_phrase
from taskchat_app.domain.dates.due_dates import parse_due
from taskchat_app.domain.dates.local_time import Due, Start
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.field_tables.priority_words import PRIORITY_RANK, PRIORITY_WORD, priority_of
from taskchat_app.domain.tasks.field_tables.step_words import find_step
from taskchat_app.domain.tasks.fields import TaskDraft, checked_start
from taskchat_app.domain.tasks.search_words import tag_key
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_rule, format_short
from taskchat_app.ui.i18n.language import say

PRIORITY = re.compile(rf"(?<!\S)(?:!(?P<word>{PRIORITY_WORD})|{PRIORITY_RANK})(?!\S)", re.IGNORECASE)
"""A mark such as "!high", "!hoch" or "p1"."""
TAG = re.compile(r"(?<!\S)#(?=[^\s#]*[^\W\d_])([^\s#]+)(?!\S)")
"""A mark such as "#home"; with a letter in it, since "#7" is a task's number."""
_QUOTED = r"[\"“„](?P<quoted>[^\"“”„]{1,100})[\"“”](?!\w)"  # "next week", “next week”, „nächste Woche“
START = re.compile(rf"(?<!\S)~(?:{_QUOTED}|(?=\w))")
"""The mark before the day when the task begins: "~" of "~monday"; of ~"next week" it matches the quoted words too."""
_PLACEHOLDER = "\ufffc"
"""Stands for each character of a start that stays in the title."""
ORDER = "order:"
UNREAD = "due:order"


@dataclass(frozen=True)
class Chip:
    """A part of the sentence that was understood, or that the list implies.

    `key` names it in the page's events and in ListContext.removed_chips; `removal` says what a click does.

    | `kind` | `key` |
    | --- | --- |
    | "tag" | "#home" |
    | the priority: "high" | "!high" |
    | "start" | "start:~monday", the words of the sentence |
    | "step" | "step:3", a step of task 3 |
    | "due", "repeat" | "due:tomorrow", the words of the sentence; "due" for the date of the list |
    | "order" | "order:day" and "order:month" ask which date "3/5" is; "due:order" (UNREAD) leaves it in the title |
    """

    kind: str
    text: str
    key: str
    removal: str = ""


class DateQuestion(Invalid):
    """The sentence has a date such as "3/5", and it is not known whether the user writes the day or the month first."""


@dataclass(frozen=True)
class ListContext:
    """What the shown list implies for a new task, and the keys of the chips that the user has removed.

    A date (`due` is a phrase) or priority in the sentence takes precedence; tags are combined.
    """

    due: str = ""
    tags: Sequence[str] = ()
    priority: str = ""
    removed_chips: frozenset[str] = frozenset()


NOTHING = ListContext()
"""The context of a list that implies nothing."""


def draft_of(sentence: str, context: ListContext = NOTHING, *, zone: ZoneInfo, now: datetime) -> TaskDraft:
    """Return the task of the sentence: "Call mum friday !high" has the title "Call mum". Raises DateQuestion."""
    draft, chips = _parse(sentence, context, zone, now)
    if any(chip.kind == "order" for chip in chips):
        raise DateQuestion(words.WHICH_DATE.with_values(title=sentence.strip()))
    return draft


def chips_of(sentence: str, context: ListContext = NOTHING, *, zone: ZoneInfo, now: datetime) -> list[Chip]:
    return _parse(sentence, context, zone, now)[1]


def _parse(sentence: str, context: ListContext, zone: ZoneInfo, now: datetime) -> tuple[TaskDraft, list[Chip]]:
    """Return the task of the sentence and its chips."""
    command = as_command(sentence)
    if command is None:
        return TaskDraft(_joined(sentence)), []  # refused as too long for a title
    reader = _SentenceReader(command, context, zone, now)
    # The order matters: what a line takes does not disturb the lines below it.
    priority = reader.take_priority()  # "friday !high": a date ends the title only without marks behind it
    tags = reader.take_tags()
    start, start_key = reader.take_start()  # the date of a start is no due date
    parent = reader.take_parent()  # "step of 3 tomorrow": only a due date may follow it, which is still there
    chips = reader.date_readings()  # takes nothing; "3/5", before take_due chooses one of its dates
    due, rule, due_key = reader.take_due(start)

    if due is not None:
        chips.append(_chip("due", format_short(due, zone, now), due_key))
    if start is not None:
        chips.append(_chip("start", say(words.BEGINS, start=format_short(start, zone, now)), start_key))
    if parent is not None:
        chips.append(_chip("step", say(words.STEP_OF, number=parent), f"step:{parent}"))
    if rule:
        chips.append(_chip("repeat", format_rule(rule), due_key))
    if priority and priority != "medium":
        chips.append(_chip(priority, say(words.PRIORITIES[priority]), f"!{priority}"))
    chips += [_chip("tag", tag, f"#{tag}") for tag in tags]
    draft = TaskDraft(
        reader.title(),
        priority=priority or "medium",
        tags=tags,
        due_at=due,
        start_at=start,
        recurrence=rule,
        parent_number=parent,
    )
    return draft, chips


class _MarkedStart(NamedTuple):
    """A start, and where its mark begins and its date ends in the sentence."""

    start: Start
    begin: int
    end: int


@dataclass
class _SentenceReader:
    """Reads the fields of a sentence. Each `take_` method removes its words from `rest`, and what remains is the title.

    So words stay in the title if the user has removed their chip (not `_applies`).
    """

    rest: str
    context: ListContext
    zone: ZoneInfo
    now: datetime
    _hidden: str = ""
    """The start whose chip was removed; see _hide."""

    def take_priority(self) -> str:
        """Return the last priority of the sentence, or the list's; "" without one."""
        names = [_priority_of(mark) for mark in PRIORITY.finditer(self.rest)]
        taken = [name for name in names if self._applies(f"!{name}")]
        self.rest = PRIORITY.sub(lambda mark: " " if _priority_of(mark) in taken else mark[0], self.rest)
        if taken:
            return taken[-1]
        return self.context.priority if self._applies(f"!{self.context.priority}") else ""

    def take_tags(self) -> tuple[str, ...]:
        """Return the list's tags and those of the sentence, each once: "#Home #home" is the tag "Home"."""
        tags = [*self.context.tags, *TAG.findall(self.rest)]
        taken = [tag for tag in tags if self._applies(f"#{tag}")]
        self.rest = TAG.sub(lambda mark: " " if mark[1] in taken else mark[0], self.rest)
        by_key: dict[str, str] = {}
        for tag in taken:
            by_key.setdefault(tag_key(tag), tag)
        return tuple(by_key.values())

    def take_start(self) -> tuple[Start | None, str]:
        """Return the start and the key of its chip; None and "" without one."""
        self.rest = normalize_blanks(self.rest)
        found = _find_start(self.rest, self.zone, self.now)
        if found is None:
            return None, ""
        phrase = self.rest[found.begin : found.end]
        key = f"start:{phrase}"
        if not self._applies(key):
            self._hide(found.begin, found.end)
            return None, ""
        rest = without_part(self.rest, found.begin, found.end)
        has_title = re.search(r"\w", rest) is not None
        if not has_title:  # the sentence is only a start: that is the title
            return None, ""
        self.rest = rest
        return found.start, key

    def take_parent(self) -> int | None:
        """Return the number of the task that this one is a step of, from the last ", step of 3"."""
        step = find_step(self.rest, zone=self.zone, now=self.now)
        if step is None or not self._applies(f"step:{step.number}"):
            return None
        self.rest = step.cut_from(self.rest)
        return step.number

    def date_readings(self) -> list[Chip]:
        """Return the chips of the kind "order", which ask what an ambiguous date means; none without such a date.

        A click on one of two dates stores the user's order, a click on the third chip leaves the date in the title.
        """
        if not self._applies(UNREAD):
            return []
        found = two_readings(self.rest, zone=self.zone, now=self.now)
        if found is None:
            return []
        month_first, day_first = found
        chips: list[Chip] = []
        for order, mention in (("month", month_first), ("day", day_first)):
            if mention.due:
                text = format_short(mention.due, self.zone, self.now)
                chips.append(Chip("order", text, ORDER + order, say(words.READ_AS[order])))
        return [*chips, Chip("order", say(words.NO_DUE_DATE), UNREAD, say(words.NO_DUE_DATE))]

    def take_due(self, start: Start | None) -> tuple[Due | None, str | None, str]:
        """Return the due date, the recurrence and the key of their chip: of the sentence, else of the list.

        The list's date is not taken if the task starts later.
        """
        mention = find_whole_due(self.rest, zone=self.zone, now=self.now)
        key = f"due:{mention.words_in(self.rest)}" if mention else ""
        if mention and self._applies(key):
            self.rest = mention.cut_from(self.rest)
            return mention.due, mention.rule, key
        if not self.context.due or not self._applies("due"):
            return None, None, ""
        due_of_list = replace(parse_due(self.context.due, zone=self.zone, now=self.now), reading=None)
        starts_later = start is not None and start.at > due_of_list.at
        return None if starts_later else due_of_list, None, "due"

    def _hide(self, begin: int, end: int) -> None:
        """Put placeholders in place of words that stay in the title, so that they are not read as a due date."""
        self._hidden = self.rest[begin:end]
        self.rest = self.rest[:begin] + _PLACEHOLDER * len(self._hidden) + self.rest[end:]

    def title(self) -> str:
        title = _joined(self.rest)
        return title.replace(_PLACEHOLDER * len(self._hidden), self._hidden) if self._hidden else title

    def _applies(self, key: str) -> bool:
        """Return whether the user has not removed the chip with this key."""
        return key not in self.context.removed_chips


def _find_start(sentence: str, zone: ZoneInfo, now: datetime) -> _MarkedStart | None:
    """Return the first start of the sentence: 6 to 13 of "Plant ~monday". Its blanks are single (normalize_blanks)."""
    for mark in START.finditer(sentence):
        day_begins = mark.start("quoted") if mark["quoted"] else mark.end()
        phrase = find_phrase(sentence, day_begins, zone=zone, now=now)
        if phrase is None or phrase.is_time_alone:  # "about ~5pm"
            continue
        if mark["quoted"] and phrase.end != mark.end("quoted"):  # only a part of the quotes is a date
            continue
        try:
            start = checked_start(sentence[day_begins : phrase.end], zone=zone, now=now)
        except Invalid:  # a year that no task has
            continue
        return _MarkedStart(start, mark.start(), mark.end() if mark["quoted"] else phrase.end)
    return None


def _priority_of(match: re.Match[str]) -> str:
    return priority_of(word=match["word"], rank=match["rank"]) or ""


def _chip(kind: str, text: str, key: str) -> Chip:
    return Chip(kind, text, key, say(words.REMOVE_CHIP, chip=text))


def _joined(text: str) -> str:
    return " ".join(text.split())
