"""Finds the tasks that a command means: by number, place, words or filters (parts of words: tasks_of_parts.py)."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from taskchat_app.assistant.grammar.commands import Command, Target
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.phrases.targets import title_parts
from taskchat_app.assistant.offline import answer_sentences as sentences
from taskchat_app.assistant.offline import answers
from taskchat_app.assistant.offline.memory import Memory
from taskchat_app.assistant.offline.plan_parts import MAX_CALLS, Question, Steps, Task, filter_tasks, looked_up
from taskchat_app.assistant.offline.task_questions import Found, ask
from taskchat_app.assistant.offline.tasks_of_parts import ask_in_text, find_each
from taskchat_app.assistant.offline.title_search import find_by_stems, find_by_words, folded_words, lacks_short_word

# "Everything tagged work" is no title.
_SWEEPING = phrase(r"(?:everything|all|every|each|alles?|sämtliche)\b")
_PLURAL = re.compile(r"[a-z]{4}(?<!s)s\Z")
"""An "s" behind three letters and one that is no "s": "meetings", but not "glass"."""
_LOOK_UPS_MAX = 10
"""Tasks that are looked up one by one; for more, the list is read first."""


def find(command: Command, memory: Memory, *, status: str, needs_task: bool) -> Steps[Found]:
    """Find the tasks that a command means, or return a sentence or a question.

    Without `needs_task`, tasks named by their numbers are not looked up. All of a kind are those that are selected.
    """
    found = yield from _find(command, memory, status=status, needs_task=needs_task)
    if isinstance(found, list) and command.target.is_sweeping and not command.target.excluded:
        return memory.of_selected(found) or answers.no_match(command.text, command)
    return found


def _find(command: Command, memory: Memory, *, status: str, needs_task: bool) -> Steps[Found]:
    target = command.target
    if target.excluded:
        return (yield from _without_excluded(command, memory, status))
    if target.filters or target.named:
        return (yield from _by_filters(command, status))
    if target.words:
        return (yield from _by_words(command, status))
    is_of_part = target.pronoun == "all" and memory.has_part
    if target.is_every_open and not is_of_part:
        # "Delete everything" means the done tasks, too, "reopen all" the done ones; other commands mean the open ones.
        is_deletion = command.kind == "delete" and target.is_all
        return (yield from _all_or_overdue(command, status if status == "done" or is_deletion else "open"))
    numbers = memory.resolve(target)
    # Several tasks are not given one title.
    if not numbers or (is_of_part and "title" in command.given):
        return answers.reply(command, sentences.NO_REFERENCE)
    if is_of_part or needs_task:
        return (yield from _by_numbers(command, numbers, status, is_of_part=is_of_part))
    return [{"number": number} for number in numbers]


def _by_numbers(command: Command, numbers: Sequence[int], status: str, *, is_of_part: bool) -> Steps[Found]:
    """Look up the tasks with these numbers; of a part of the list that was shown, only those of the status."""
    if len(numbers) > MAX_CALLS:
        return answers.reply(command, sentences.TOO_MANY, most=MAX_CALLS)
    known = yield from _tasks_by_number(numbers, is_shown=command.kind == "tell")
    found = [known[number] for number in numbers if number in known]
    if is_of_part:
        fitting = [task for task in found if status in ("all", "done" if task["done"] else "open")]
        return fitting or answers.no_match(command.text, command)
    if missing := [f"#{number}" for number in numbers if number not in known]:
        return answers.reply(command, sentences.NO_NUMBER, numbers=", ".join(missing))
    return found


def _tasks_by_number(numbers: Sequence[int], *, is_shown: bool) -> Steps[dict[int, Task]]:
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
    """Find the tasks that a command means, without those that it names as excluded: "all but the rent"."""
    target, excluded = replace(command.target, excluded=None), command.target.excluded or Target()
    found = yield from find(replace(command, target=target), memory, status=status, needs_task=True)
    if not isinstance(found, list):
        return found
    spared: Found = _named_by(excluded, found)
    if not spared:
        spared = yield from find(replace(command, target=excluded), memory, status="all", needs_task=True)
    if isinstance(spared, str):
        return spared
    if isinstance(spared, Question):
        # Not a question: its answer would do to the excluded task what is done to the others.
        said = answers.reply(command, sentences.NO_REFERENCE)
        return f"{said}\n\n{spared.lines}" if spared.lines else said
    numbers = {task["number"] for task in spared}
    return [task for task in found if task["number"] not in numbers] or answers.no_match(command.text, command)


def _named_by(target: Target, tasks: list[Task]) -> list[Task]:
    """Return the tasks whose tag or title the words are, "except work"; none if no task has such a tag."""
    if not target.words or target.quoted or target.filters.keys() - {"tag"}:
        return []
    words = target.words.casefold()
    tags = {re.sub(r"\s", "-", words), str(target.filters.get("tag", "")).casefold()}
    tagged = [task for task in tasks if any(tag.casefold() in tags for tag in task.get("tags") or ())]
    titled = [task for task in tasks if task["title"].casefold() == words]
    return [*tagged, *titled] if tagged else []


def _by_filters(command: Command, status: str) -> Steps[Found]:
    """Find the tasks that filters and a name fit: all of them, or the only one; a title with these very words wins."""
    target = command.target
    if "title" in command.given and target.every:
        return answers.reply(command, sentences.NO_REFERENCE)
    if target.named or ("tag" in target.filters and not _SWEEPING.match(target.words)):  # the words may be a title
        matches = yield from find_by_words(target.words, status)
        if matches:
            return matches if len(matches) == 1 else ask(matches, command, target.words)
    tasks, more = yield from _fitting_filters(target, status)
    if more:
        return answers.reply(command, sentences.TOO_MANY, most=MAX_CALLS)
    if len(tasks) > 1 and not target.every:
        return ask(tasks, command, target.words)
    if tasks:
        return tasks
    if target.every:
        return answers.none_tagged(command) if target.is_of_tag else answers.no_match(target.words, command)
    # "Work tomorrow, the dentist on thursday instead" names a task and its day.
    return (yield from ask_in_text(target.words, command, status))


def _fitting_filters(target: Target, status: str) -> Steps[tuple[list[Task], bool]]:
    """Return the tasks that filters and a name fit, and whether there are more than MAX_CALLS."""
    is_dated = target.filters.keys() & {"due_before", "due_after", "undated", "untagged"}
    filters = {"status": "open" if is_dated and status == "all" else status} | target.filters
    for wanted in _named_filters(target, filters):
        result = yield from filter_tasks(wanted)
        tasks = [task for task in result.get("tasks") or () if not target.at or _may_be_at(task, target.at)]
        if tasks or result.get("more"):
            return tasks, bool(result.get("more"))
    return [], False


def _may_be_at(task: Task, time: str) -> bool:
    """Return whether a task is due at this time, or has none: "the meeting today at 2"."""
    return str(task.get("due") or "").partition("T")[2] in ("", time)


def _named_filters(target: Target, filters: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the filters with the name of the target as a tag or as words of a title, in the order to be tried."""
    if not target.named:
        return [filters]
    # "All my meetings" are those with "meeting" in the title.
    is_plural = target.every and _PLURAL.search(target.named)
    titled = {"search": target.named[:-1] if is_plural else target.named}
    if target.every:
        tagged = [] if "tag" in filters else [filters | {"tag": re.sub(r"\s", "-", target.named)}]
        return [*tagged, filters | titled]
    # "The apples on my grocery list" may have no tag.
    untagged = [{"status": filters["status"], **titled}] if "tag" in target.filters else []
    return [filters | titled, *untagged]


def _all_or_overdue(command: Command, status: str) -> Steps[list[Task] | str]:
    """Find all open or all done tasks, or the overdue ones of them; refuse to give them all one title."""
    if "title" in command.given:
        return answers.reply(command, sentences.NO_REFERENCE)
    results = yield [looked_up(status=status, limit=MAX_CALLS)]
    if results[0].get("more"):
        return answers.reply(command, sentences.TOO_MANY, most=MAX_CALLS)
    tasks = [task for task in results[0].get("tasks") or () if command.target.is_all or task.get("overdue")]
    return tasks or answers.none_there(command)


def _by_words(command: Command, status: str) -> Steps[Found]:
    """Find exactly one task by its words; "milk and eggs" may also be two tasks if no single one fits."""
    target = command.target
    matches = yield from find_by_words(target.words, status, quoted=target.quoted)
    if len(matches) == 1 and not lacks_short_word(matches[0]["title"], target.words):
        return matches
    if matches:
        return ask(matches, command, target.words)
    if parts := title_parts(target):
        return (yield from find_each(parts, command, status))
    if target.quoted:
        return (yield from ask_in_text(target.words, command, status))
    alike = yield from find_by_stems(target.words, status, command.language)
    wanted = folded_words(target.words)
    same = [task for task in alike if wanted <= folded_words(task["title"])]
    if len(same) == 1:
        return same
    return ask(alike, command, target.words) if alike else (yield from ask_in_text(target.words, command, status))
