"""Puts a task into a line of the offline assistant's answers: number, title, dates, priority, repetition, tags."""

from taskchat_app.assistant.grammar.commands import Language, UserClock
from taskchat_app.assistant.offline import answer_sentences as sentences
from taskchat_app.assistant.offline.plan_parts import Task
from taskchat_app.domain.dates.due_dates import parse_due
from taskchat_app.domain.dates.local_time import format_near
from taskchat_app.domain.dates.recurrence.text import format_rule
from taskchat_app.i18n.catalogue import render
from taskchat_app.i18n.messages import Message, joined

_NAMED_MAX = 3


def task_line(task: Task, language: Language) -> str:
    """ "- #3 Buy milk (due today, Fri 20 Nov, high priority, #home)" """
    return f"- {render(task_words(task), language)}"


def task_words(task: Task, *, is_beside_others: bool = False) -> str:
    """Return "#3 Buy milk (due today, Fri 20 Nov, high priority, #home)", with facts as a message.

    A new task has the number 0: "Buy milk (due Fri 20 Nov)", beside others "New task: Buy milk (due Fri 20 Nov)".
    """
    label = task_label(task) if task["number"] else task["title"]
    if is_beside_others and not task["number"]:
        label = sentences.NEW_TASK.with_values(title=label)
    facts: list[str] = []
    if task.get("parent_id") and not task["number"]:
        facts.append(sentences.STEP_OF.with_values(number=task["parent_id"]))
    if task.get("done"):
        facts.append(sentences.DONE)
    if task.get("due_in_words"):
        due = sentences.OVERDUE if task.get("overdue") else sentences.DUE
        facts.append(due.with_values(due=task["due_in_words"]))
    if task.get("begins_in_words") and not task.get("done"):
        facts.append(sentences.BEGINS.with_values(start=task["begins_in_words"]))
    if task.get("priority") in sentences.PRIORITIES:
        facts.append(sentences.PRIORITIES[task["priority"]])
    if task.get("recurrence"):
        facts.append(sentences.REPEATS.with_values(rule=format_rule(task["recurrence"])))
    facts += [f"#{tag}" for tag in task.get("tags") or ()]
    return sentences.TASK.with_values(task=label, facts=joined(facts, ", ")) if facts else label


def task_label(task: Task) -> str:
    """Return "#3 Buy milk"."""
    return f"#{task['number']} {task['title']}"


def task_labels(tasks: list[Task]) -> Message:
    """Return "#3 Buy milk, #4 Call mum", and of many tasks how many these are."""
    if len(tasks) > _NAMED_MAX:
        return sentences.THESE.with_values(count=len(tasks))
    return joined([task_label(task) for task in tasks], ", ")


def choice_words(tasks: list[Task]) -> list[str]:
    """Return the choices of a question in words, with facts as messages."""
    return [task.get("words") or task_words(task, is_beside_others=len(tasks) > 1) for task in tasks]


def choice_lines(tasks: list[Task], language: Language) -> str:
    return "\n".join(f"- {render(words, language)}" for words in choice_words(tasks))


def due_words(due: str, clock: UserClock, current: str | None = None) -> Message:
    """Return a date in words: "tomorrow, Sat 21 Nov, 09:00"; `current` is the one that it moves, as in parse_due."""
    so_far = parse_due(current, zone=clock.zone, now=clock.now) if current else None
    return format_near(parse_due(due, zone=clock.zone, now=clock.now, current=so_far), clock.zone, now=clock.now)
