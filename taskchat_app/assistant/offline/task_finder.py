"""Finds the tasks that a command means: by number, place, words or filters."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from taskchat_app.assistant.grammar.commands import Command, Target
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence
from taskchat_app.assistant.grammar.phrases.targets import title_parts
from taskchat_app.assistant.grammar.rules.done_statements import WHOLLY, is_completing, stems, verbs_of
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb
from taskchat_app.assistant.offline import answer_sentences as sentences
from taskchat_app.assistant.offline import answers
from taskchat_app.assistant.offline.memory import Memory
from taskchat_app.assistant.offline.plan_parts import MAX_CALLS, Question, Steps, Task, filter_tasks, looked_up
from taskchat_app.assistant.offline.task_questions import Found, ask, without_verb
from taskchat_app.assistant.offline.title_search import (
    find_by_stems,
    find_by_words,
    find_in_text,
    folded_words,
    is_beginning,
)
from taskchat_app.domain.dates.vocabulary import DAY_CARDINAL, NUMBER, number

# "Everything tagged work" is no title.
_SWEEPING = phrase(r"(?:everything|all|every|each|alles?|sämtliche)\b")
_NUMBER = re.compile(r"#?([0-9]{1,9})")
_SPELLED = sentence(rf"(?!(?:an?|ein(?:e[mnrs]?)?)\b)(?:{NUMBER})")
_LEADING_NUMBERS = phrase(r"\A#?\d{1,4}(?:(?:,| (?:and|und|&)) #?\d{1,4}){1,9}(?= [^\W\d])")
# A part of a title with a count, which the next number may go on with: "level one (and 2)", "part II (and 3)"
_COUNTED = phrase(rf"\d|\b(?:{DAY_CARDINAL}|[ivx]+)\Z")
_IN_PART = ("done", "reported", "reopen", "delete")
"""Commands that are carried out for the parts that are understood: a click undoes them, or they ask first."""
_LOOK_UPS_MAX = 10
"""Tasks that are looked up one by one; for more, the list is read first."""


class FoundInPart(list[Task]):
    """The tasks of a command, and the parts of it that fit no task."""

    def __init__(self, tasks: Sequence[Task], missing: Sequence[str]) -> None:
        super().__init__(tasks)
        self.missing = tuple(missing)

    def text(self, done: str, command: Command) -> str:
        """Return what was done, and a sentence for each part that fits no task."""
        beside = replace(command, beside_change=True)
        return "\n\n".join([done, *(answers.no_match(part, beside) for part in self.missing)])


def find(command: Command, memory: Memory, *, status: str, needs_task: bool) -> Steps[Found]:
    """Find the tasks that a command means, or return a sentence or a question.

    Without `needs_task`, tasks named by their numbers are not looked up.
    """
    target = command.target
    if target.excluded:
        return (yield from _without_excluded(command, memory, status))
    if target.filters or target.named:
        return (yield from _by_filters(command, status))
    if target.words:
        return (yield from _search(command, status))
    is_of_part = target.pronoun == "all" and memory.has_part
    if target.is_every_open and not is_of_part:
        is_deletion = command.kind == "delete" and target.is_all
        return (yield from _every(command, status if status == "done" or is_deletion else "open"))
    numbers = memory.resolve(target)
    if not numbers or (is_of_part and "title" in command.given):
        return answers.reply(command, sentences.NO_REFERENCE)
    if is_of_part or needs_task:
        return (yield from _numbered(command, numbers, status, is_of_part=is_of_part))
    return [{"number": number} for number in numbers]


def _numbered(command: Command, numbers: Sequence[int], status: str, *, is_of_part: bool) -> Steps[Found]:
    """Look up the tasks with these numbers; of a part of the list that was shown, only those of the status."""
    if len(numbers) > MAX_CALLS:
        return answers.reply(command, sentences.TOO_MANY, most=MAX_CALLS)
    known = yield from _look_up(numbers, is_shown=command.kind == "tell")
    found = [known[number] for number in numbers if number in known]
    if is_of_part:
        fitting = [task for task in found if status in ("all", "done" if task["done"] else "open")]
        return fitting or answers.no_match(command.text, command)
    if missing := [f"#{number}" for number in numbers if number not in known]:
        return answers.reply(command, sentences.NO_NUMBER, numbers=", ".join(missing))
    return found


def _look_up(numbers: Sequence[int], *, is_shown: bool) -> Steps[dict[int, Task]]:
    """Return the tasks that there are; many are read by one call, and those that it leaves out by their numbers."""
    known: dict[int, Task] = {}
    left = list(numbers)
    if len(numbers) > _LOOK_UPS_MAX:
        [result] = yield [replace(looked_up(status="all", limit=MAX_CALLS), unshown=not is_shown)]
        known = {task["number"]: task for task in result.get("tasks") or ()}
        left = [number for number in numbers if number not in known] if result.get("more") else []
    if left:
        calls = [looked_up(search=f"#{number}", status="all") for number in left]
        results = yield [replace(call, unshown=not is_shown) for call in calls]
        known |= {task["number"]: task for result in results for task in result.get("tasks") or ()}
    return known


def _without_excluded(command: Command, memory: Memory, status: str) -> Steps[Found]:
    """The tasks that a command means, without those that it names as excluded."""
    target, excluded = replace(command.target, excluded=None), command.target.excluded or Target()
    found = yield from find(replace(command, target=target), memory, status=status, needs_task=True)
    if not isinstance(found, list):
        return found
    spared = _named_by(excluded, found) or (
        yield from find(replace(command, target=excluded), memory, status="all", needs_task=True)
    )
    if isinstance(spared, Question):
        # Not a question: its answer would do to the excluded task what is done to the others.
        return "\n\n".join(part for part in (answers.reply(command, sentences.NO_REFERENCE), spared.lines) if part)
    if isinstance(spared, str):
        return spared
    numbers = {task["number"] for task in spared}
    return [task for task in found if task["number"] not in numbers] or answers.no_match(command.text, command)


def _named_by(target: Target, tasks: list[Task]) -> list[Task]:
    """Return the tasks with the tag that the words name, and then also those with exactly this title: "except work"."""
    if not target.words or target.quoted or target.filters.keys() - {"tag"}:
        return []
    words = target.words.casefold()
    tags = {re.sub(r"\s", "-", words), str(target.filters.get("tag", "")).casefold()}
    tagged = [task for task in tasks if any(str(tag).casefold() in tags for tag in task.get("tags") or ())]
    return [*tagged, *(task for task in tasks if tagged and task["title"].casefold() == words)]


def _by_filters(command: Command, status: str) -> Steps[Found]:
    """The tasks that filters and a name fit: all of them, or the only one; a title with these very words wins."""
    target = command.target
    if "title" in command.given and target.every:
        return answers.reply(command, sentences.NO_REFERENCE)
    may_be_title = target.named or ("tag" in target.filters and not _SWEEPING.match(target.words))
    if may_be_title and (matches := (yield from find_by_words(target.words, status))):
        return matches if len(matches) == 1 else ask(matches, command, target.words)
    tasks, more = yield from _filtered(target, status)
    if more:
        return answers.reply(command, sentences.TOO_MANY, most=MAX_CALLS)
    if not tasks:
        # "Work tomorrow, the dentist on thursday instead" names a task and its day.
        none = answers.no_match(target.words, command)
        return none if target.every else (yield from _in_text(target.words, command, status))
    if len(tasks) > 1 and not target.every:
        return ask(tasks, command, target.words)
    return tasks


def _filtered(target: Target, status: str) -> Steps[tuple[list[Task], bool]]:
    """The tasks, and whether there are more than MAX_CALLS. A name is a tag, or words of a title."""
    is_dated = target.filters.keys() & {"due_before", "due_after", "undated", "untagged"}
    filters = {"status": "open" if is_dated and status == "all" else status} | target.filters
    for wanted in _named_filters(target, filters):
        result = yield from filter_tasks(wanted)
        found = result.get("tasks") or ()
        # "The meeting today at 2" is also one without a time.
        tasks = [task for task in found if not target.at or str(task.get("due") or "")[11:16] in ("", target.at)]
        if tasks or result.get("more"):
            return tasks, bool(result.get("more"))
    return [], False


def _named_filters(target: Target, filters: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the filters with the name of the target as a tag or as words of a title, in the order to be tried."""
    if not target.named:
        return [filters]
    # "All my meetings" are those with "meeting" in the title.
    is_plural = target.every and re.search(r"[a-z]{4}(?<!s)s\Z", target.named)
    titled = {"search": target.named[:-1] if is_plural else target.named}
    if target.every:
        tagged = [] if "tag" in filters else [filters | {"tag": re.sub(r"\s", "-", target.named)}]
        return [*tagged, filters | titled]
    # "The apples on my grocery list" may have no tag.
    untagged = [{"status": filters["status"], **titled}] if "tag" in target.filters else []
    return [filters | titled, *untagged]


def _every(command: Command, status: str) -> Steps[list[Task] | str]:
    """All open or all done tasks, or the overdue ones of them; no two tasks are given one title."""
    if "title" in command.given:
        return answers.reply(command, sentences.NO_REFERENCE)
    results = yield [looked_up(status=status, limit=MAX_CALLS)]
    if results[0].get("more"):
        return answers.reply(command, sentences.TOO_MANY, most=MAX_CALLS)
    tasks = [task for task in results[0].get("tasks") or () if command.target.is_all or task.get("overdue")]
    return tasks or answers.none_there(command)


def _search(command: Command, status: str) -> Steps[Found]:
    """Find exactly one task by its words; "milk and eggs" may also be two tasks if no single one fits."""
    target = command.target
    matches = yield from find_by_words(target.words, status, quoted=target.quoted)
    if len(matches) == 1 and not is_beginning(target.words, matches[0]):
        return matches
    if matches:
        return ask(matches, command, target.words)
    if parts := title_parts(target):
        return (yield from _each(parts, command, status))
    alike = [] if target.quoted else (yield from find_by_stems(target.words, status, command.language))
    wanted = folded_words(target.words)
    same = [task for task in alike if wanted <= folded_words(task["title"])]
    if len(same) == 1:
        return same
    return ask(alike, command, target.words) if alike else (yield from _in_text(target.words, command, status))


def _in_text(words: str, command: Command, status: str) -> Steps[Found]:
    """Ask about the tasks whose names are among these words, or about the only one with most of them."""
    leading = _LEADING_NUMBERS.match(words)  # "(delete) 6 and 7 we are staying home"
    tasks, is_whole = yield from find_in_text(leading[0] if leading else words, status)
    return ask(tasks, command, words) if is_whole or len(tasks) == 1 else answers.no_match(words, command)


def _each(parts: list[str], command: Command, status: str) -> Steps[Found]:
    """Find exactly one task for each part: by its number, or by its words.

    If one has a number, parts that fit no task are reported, and the other tasks are changed (see _IN_PART).
    """
    found: list[Task] = []
    missing: list[str] = []
    numbers = _numbers_in(parts)
    for part in parts:
        if part in numbers:
            [result] = yield [replace(looked_up(search=f"#{numbers[part]}", status="all"), unshown=True)]
            matches = [task for task in result.get("tasks") or () if task["number"] == numbers[part]]
        else:
            matches = yield from find_by_words(part, status)
        if not matches:
            missing.append(part)
            continue
        if len(matches) > 1 or is_beginning(part, matches[0]):
            return ask(matches, command, part)
        found += [task for task in matches if task not in found]
    if found and missing:
        has_found_number = bool(numbers.keys() - set(missing))
        is_certain = has_found_number and command.kind in _IN_PART
        # "Delete the plants, my husband waters them" may mean a single task.
        return FoundInPart(found, missing) if is_certain else ask(found, command, command.target.words)
    return found or (yield from _in_text(parts[0], command, status))


def _numbers_in(parts: list[str]) -> dict[str, int]:
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


def find_reported(command: Command, memory: Memory) -> Steps[Found]:
    """Find the open tasks that are said to be done, or ask which are meant: "I washed the car and paid the rent"."""
    target = command.target
    if not target.words:
        return (yield from find(command, memory, status="open", needs_task=False))
    verb, parts = str(command.given["verb"]), title_parts(target)
    alike = yield from find_by_stems(target.words, "open", command.language)
    is_titled = any(folded_words(target.words) <= folded_words(task["title"]) for task in alike)
    if verb in WHOLLY and not is_titled and _numbers_in(parts):  # "finished the rent and 3"
        return (yield from _each(parts, command, "open"))
    if alike:
        exact = _exactly_reported(alike, target.words, verb)
        return exact if len(exact) == 1 else ask(alike, command, target.words)
    certain: list[Task] = []
    for part in parts:  # "washed the car and paid the rent"
        alike = yield from find_by_stems(part, "open", command.language)
        certain += [task for task in alike if len(alike) == 1 and _is_said(task["title"], target.words, verb)]
    if certain and len(certain) == len(parts):
        return certain
    # "Finished the dentist and call mum" may go on with a task.
    goes_on = any(map(begins_with_verb, parts[1:])) and not begins_with_verb(parts[0])
    if verb in WHOLLY and parts and not goes_on:
        return (yield from _each(parts, command, "open"))
    return (yield from _in_text(target.words, command, "open"))


def _exactly_reported(tasks: list[Task], words: str, verb: str) -> list[Task]:
    """Return the tasks whose titles have no other words than what was said, or than that and a verb."""
    exact = [task for task in tasks if _is_said(task["title"], words, verb)]
    if exact or verb not in WHOLLY:
        return exact
    said = stems(words) | verbs_of(verb)
    return [task for task in tasks if stems(without_verb(task["title"])) <= said]


def _is_said(title: str, words: str, verb: str) -> bool:
    """Return whether a title has no other words than what was said: "Wash the car" of "washed the car"."""
    titled, verbs = stems(title), verbs_of(verb)
    return titled <= stems(words) | verbs and (is_completing(verb) or not titled.isdisjoint(verbs))
