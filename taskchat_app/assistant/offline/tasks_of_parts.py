"""Finds one task for each part of a command's words ("3 and the rent"), or asks about those named among the words."""

import re
from collections.abc import Sequence
from dataclasses import replace

from taskchat_app.assistant.grammar.commands import Command
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.assistant.offline import answers
from taskchat_app.assistant.offline.plan_parts import Steps, Task, looked_up
from taskchat_app.assistant.offline.task_questions import Found, ask
from taskchat_app.assistant.offline.title_search import find_by_words, find_in_text, lacks_short_word
from taskchat_app.domain.dates.vocabulary import DAY_CARDINAL, NUMBER, number

# "3", "#3"
_NUMBER = re.compile(r"#?([0-9]{1,9})")
_SPELLED = sentence(rf"(?!(?:an?|ein(?:e[mnrs]?)?)\b)(?:{NUMBER})")
_LEADING_NUMBERS = phrase(r"\A#?\d{1,4}(?:(?:,| (?:and|und|&)) #?\d{1,4}){1,9}(?= [^\W\d])")
# A part of a title with a count, which the next number may go on with: "level one (and 2)", "part II (and 3)"
_COUNTED = phrase(rf"\d|\b(?:{DAY_CARDINAL}|[ivx]+)\Z")
_IN_PART = ("done", "reported", "reopen", "delete")
"""Commands that are carried out for the parts that are understood: a click undoes them, or they ask first."""


class FoundInPart(list[Task]):
    """The tasks that parts of a command name, and the `missing` parts, which fit no task."""

    def __init__(self, tasks: Sequence[Task], missing: Sequence[str]) -> None:
        super().__init__(tasks)
        self.missing = tuple(missing)

    def text(self, done: str, command: Command) -> str:
        """Return what was done, and a sentence for each part that fits no task."""
        beside = replace(command, beside_change=True)
        return "\n\n".join([done, *(answers.no_match(part, beside) for part in self.missing)])


def find_each(parts: list[str], command: Command, status: str) -> Steps[Found]:
    """Find exactly one task for each part: by its number, or by its words.

    If one has a number, parts that fit no task are reported, and the other tasks are changed (see _IN_PART).
    """
    found: list[Task] = []
    missing: list[str] = []
    numbers = numbers_of_parts(parts)
    for part in parts:
        if part in numbers:
            [result] = yield [replace(looked_up(search=f"#{numbers[part]}", status="all"), unshown=True)]
            matches = [task for task in result.get("tasks") or () if task["number"] == numbers[part]]
        else:
            matches = yield from find_by_words(part, status)
        if not matches:
            missing.append(part)
            continue
        if len(matches) > 1 or lacks_short_word(matches[0]["title"], part):
            return ask(matches, command, part)
        found += [task for task in matches if task not in found]
    if found and missing:
        has_found_number = bool(numbers.keys() - set(missing))
        is_certain = has_found_number and command.kind in _IN_PART
        # "Delete the plants, my husband waters them" may mean a single task.
        return FoundInPart(found, missing) if is_certain else ask(found, command, command.target.words)
    return found or (yield from ask_in_text(parts[0], command, status))


def numbers_of_parts(parts: list[str]) -> dict[str, int]:
    """Return the parts that are numbers of tasks: "3" of "3 and the rent", but not "4" of "chapter 3 and 4"."""
    if len(parts) > 1 and all(map(_SPELLED.fullmatch, parts)):  # "one and eleven"
        return {part: number(part) for part in parts}
    numbers: dict[str, int] = {}
    for part in parts:
        if match := _NUMBER.fullmatch(part):
            numbers[part] = int(match[1])
        elif _COUNTED.search(part):
            break
    return numbers


def ask_in_text(words: str, command: Command, status: str) -> Steps[Found]:
    """Ask about the tasks whose names are among these words, or about the only one with most of them."""
    leading = _LEADING_NUMBERS.match(words)  # "(delete) 6 and 7 we are staying home"
    tasks, is_whole = yield from find_in_text(leading[0] if leading else words, status)
    return ask(tasks, command, words) if is_whole or len(tasks) == 1 else answers.no_match(words, command)
