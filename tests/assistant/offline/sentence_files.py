"""Reads the sentence files: tables of what people say to the offline assistant, and what should happen.

    # A comment.
    @list home                               tasks, numbered from 1
        1 Call mum
        2 Buy milk [tags shopping]
        3-5 Gym [due 2026-11-19T18:00]       three of them

    What is done is no longer open           a rule, with its sentences below it
        @tasks home                          the list that they are said to (before all rules: of the whole file)
        @before show my tasks                said before each of them
        i bought the milk => done 2          a sentence and its outcome (outcomes.py)
            undo => …                        what is said next
        hello | i bought milk => done 2      earlier messages, whose outcome does not matter

With `@each => outcome`, the lines of a rule are sentences with this outcome, and may have none of their own.
`@selected 2,5`: the tasks that are selected with each message. `@lookups count` compares the look-ups in the list but
searches, `@lookups all` all. `@language de` is the person's setting. A line break is `\\n`. A message in brackets is
the note of a click in a card: `(clicked: completed #1)`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from taskchat_app.assistant.core.model_notes import selection_note
from tests.assistant.offline.notation import TASK_FIELDS, parse_fields, parse_numbers
from tests.assistant.offline.outcomes import Lookups, Outcome, parse_outcome, readers, unmet
from tests.assistant.offline.task_list import Conversation

FOLDER = Path(__file__).parent / "sentences"
LISTS = FOLDER / "lists.txt"
"""Lists that several files use."""
INDENT = 4

Tasks = list[tuple[str, dict[str, Any]]]
"""Titles and fields of tasks, which are numbered from 1."""


class SentenceFileError(Exception):
    """A line of a sentence file cannot be read; names the file and the line."""


@dataclass(frozen=True)
class Step:
    """A message, and its outcome if that matters."""

    said: str
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Row:
    """A conversation: its messages, with the outcomes of those that matter."""

    place: str
    rule: str
    tasks: Tasks
    language: str
    lookups: Lookups
    steps: tuple[Step, ...] = ()
    selected: str = ""
    """The note of the selected tasks, which ends each message."""

    @property
    def said(self) -> str:
        return " | ".join(step.said for step in self.steps)

    def failure(self) -> str | None:
        """Hold the conversation; return which message had another outcome than the expected one, if any."""
        conversation = conversation_with(self.tasks, self.language)
        for step in self.steps:
            if step.said.startswith("("):
                conversation.click(step.said[1:-1])
            elif step.outcome is None:
                conversation.say(step.said + self.selected)
            elif came := unmet(conversation, step.said + self.selected, step.outcome, self.lookups):
                return (
                    f"{self.place} {self.rule}\n  said      {self.said}\n"
                    f"  expected  {step.outcome.text!r} after {step.said!r}\n  came      {came}"
                    f"{readers(step.said)}"
                )
        return None


def conversation_with(tasks: Tasks, language: str = "") -> Conversation:
    """Return a conversation that has said nothing yet, with these tasks as 1, 2, 3 …"""
    conversation = Conversation(language=language)
    for title, fields in tasks:
        conversation.list.add(title, **fields)
    return conversation


@dataclass
class _Rule:
    """The directives of a rule, or of the whole file."""

    name: str = ""
    tasks: Tasks = field(default_factory=Tasks)
    before: tuple[Step, ...] = ()
    each: tuple[Outcome, tuple[Step, ...]] | None = None
    language: str = ""
    lookups: Lookups = ""
    selected: str = ""


class _Reader:
    """Reads one file line by line."""

    def __init__(self, path: Path, lists: dict[str, Tasks]) -> None:
        self.path = path
        self.lists = dict(lists)
        self.rows: list[Row] = []
        self._defaults = self._rule = _Rule()
        self._open_list: Tasks | None = None
        self._places: dict[object, str] = {}

    def read(self) -> "_Reader":
        for number, line in enumerate([*self.path.read_text().splitlines(), "The end"], 1):
            if line.strip() and not line.strip().startswith("# "):
                try:
                    self._read_line(line, number)
                except (ValueError, KeyError) as error:
                    raise SentenceFileError(f"{self.path.name}:{number}: {error}") from error
        return self

    def _end_rule(self) -> None:
        if self._rule.name and (not self.rows or self.rows[-1].rule != self._rule.name):
            raise ValueError(f"no sentence below {self._rule.name!r}")

    def _read_line(self, line: str, number: int) -> None:
        text = line.strip()
        depth, odd = divmod(len(line) - len(line.lstrip()), INDENT)
        if odd or depth > 2:
            raise ValueError("indentation is 0, 4 or 8 blanks")
        if depth == 0 and not text.startswith("@"):
            self._end_rule()
            self._rule, self._open_list = replace(self._defaults, name=text), None
        elif text.startswith("@"):
            self._read_directive(*text[1:].partition(" ")[::2])
        elif self._open_list is not None:
            self._add_tasks(text)
        elif depth == 2:
            self._continue(text)
        else:
            self._add_row(text, f"{self.path.name}:{number}")

    def _read_directive(self, word: str, text: str) -> None:
        self._open_list = None
        match word:
            case "list":
                if text in self.lists:
                    raise ValueError(f"a second list {text}")
                self._open_list = self.lists[text] = []
            case "tasks":
                self._rule.tasks = self.lists[text]
            case "before":
                self._rule.before = _steps(text)
            case "each":
                self._rule.each = parse_outcome(_unescaped(text.removeprefix("=> "))), ()
            case "selected":
                self._rule.selected = f"\n\n{selection_note(parse_numbers(text))}"
            case "language":
                self._rule.language = text
            case "lookups" if text in ("count", "all"):
                self._rule.lookups = text
            case _:
                raise ValueError(f"unknown directive: @{word} {text}")

    def _add_tasks(self, text: str) -> None:
        assert self._open_list is not None
        numbers, _, told = text.partition(" ")
        title, fields = parse_fields(_unescaped(told), TASK_FIELDS)
        fields = {"due" if name == "due_date" else name: value for name, value in fields.items()}
        fields |= {name: True for name in ("done", "overdue") if name in fields}
        for number in parse_numbers(numbers):
            if number != len(self._open_list) + 1:
                raise ValueError(f"the number of this task is {len(self._open_list) + 1}")
            self._open_list.append((title, fields))

    def _add_row(self, text: str, place: str) -> None:
        rule = self._rule
        if rule.each:
            outcome, further = rule.each
            *earlier, last = _steps(text)
            if last.outcome:
                raise ValueError(f"an outcome beside that of @each: {text}")
            steps = (*earlier, replace(last, outcome=outcome), *further)
        else:
            steps = _steps(text)
            if steps[-1].outcome is None:
                raise ValueError(f"no outcome: {text}")
        row = Row(place, rule.name, rule.tasks, rule.language, rule.lookups, (*rule.before, *steps), rule.selected)
        key = (repr(row.tasks), row.said, row.language, row.lookups, row.selected)
        if key in self._places:
            raise ValueError(f"the sentence of {self._places[key]} again: {row.said}")
        self._places[key] = place
        self.rows.append(row)

    def _continue(self, text: str) -> None:
        rule = self._rule
        if rule.each:
            outcome, further = rule.each
            rule.each = outcome, (*further, *_steps(text))
        else:
            self.rows[-1] = replace(self.rows[-1], steps=(*self.rows[-1].steps, *_steps(text)))


def _steps(text: str) -> tuple[Step, ...]:
    """Return the messages of a line; the last one has the outcome."""
    said, arrow, outcome = text.partition(" => ")
    *earlier, last = [_unescaped(one) for one in said.strip().split(" | ")]
    told = parse_outcome(_unescaped(outcome.strip())) if arrow else None
    return *(Step(one) for one in earlier), Step(last, told)


def _unescaped(text: str) -> str:
    return text.replace("\\n", "\n")


def read_rows(path: Path) -> list[Row]:
    """Return the rows of a file. Raises SentenceFileError."""
    return _Reader(path, shared_lists()).read().rows


def shared_lists() -> dict[str, Tasks]:
    return _Reader(LISTS, {}).read().lists


def failures(rows: list[Row]) -> Iterator[str]:
    """Yield what is wrong with each row that has another outcome."""
    for row in rows:
        if failure := row.failure():
            yield failure
