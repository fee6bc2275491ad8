"""Puts a task into a line of the offline assistant's answers: number, title, dates, priority, repetition, tags."""

from collections.abc import Sequence
from typing import Any

from taskchat_app.assistant.grammar.commands import Language, UserClock
from taskchat_app.assistant.offline import answer_sentences as sentences
from taskchat_app.domain.dates.due_dates import format_near, parse_due
from taskchat_app.domain.dates.recurrence.text import format_rule
from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import Message, joined


def task_line(task: dict[str, Any], language: Language) -> str:
    """ "- #3 Buy milk (due today, Fri 20 Nov, high priority, #home)" """
    return f"- {render(task_words(task), language)}"


def task_words(task: dict[str, Any]) -> str:
    """Return "#3 Buy milk (due today, Fri 20 Nov, high priority, #home)", with facts as a message."""
    return _with_facts(task_label(task), task)


def task_label(task: dict[str, Any]) -> str:
    """Return "#3 Buy milk"."""
    return f"#{task['number']} {task['title']}"


def _with_facts(label: str, task: dict[str, Any], more: Sequence[str] = ()) -> str:
    facts: list[str] = []
    if task.get("done"):
        facts.append(sentences.DONE)
    if task.get("due_in_words"):
        facts.append(
            (sentences.OVERDUE if task.get("overdue") else sentences.DUE).with_values(due=task["due_in_words"])
        )
    if task.get("begins_in_words") and not task.get("done"):
        facts.append(sentences.BEGINS.with_values(start=task["begins_in_words"]))
    if task.get("priority") in sentences.PRIORITIES:
        facts.append(sentences.PRIORITIES[task["priority"]])
    facts += [*more, *(f"#{tag}" for tag in task.get("tags") or ())]
    return sentences.TASK.with_values(task=label, facts=joined(facts, ", ")) if facts else label


def choice_lines(tasks: list[dict[str, Any]], language: Language) -> str:
    """A line for each task of a question; one without a number is not there yet."""
    labels = [task_words(task) if task["number"] else new_task_words(task) for task in tasks]
    return "\n".join(f"- {render(label, language)}" for label in labels)


def new_task_words(task: dict[str, Any]) -> str:
    """Return "Buy milk (due Fri 20 Nov, #home)" of the arguments of create_task with its dates in words."""
    rule = task.get("recurrence")
    more = [sentences.REPEATS.with_values(rule=format_rule(rule))] if rule else []
    return _with_facts(task["title"], task, more)


def due_words(due: str, clock: UserClock, current: str | None = None) -> Message:
    """Return a date in words: "tomorrow, Sat 21 Nov, 09:00"; `current` is the one that it moves, as in parse_due."""
    so_far = parse_due(current, zone=clock.zone, now=clock.now) if current else None
    return format_near(parse_due(due, zone=clock.zone, now=clock.now, current=so_far), clock.zone, now=clock.now)
