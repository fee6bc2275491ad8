"""Formats dates and translates domain sentences for the page's reader.

A sentence that has no translation is said as it stands.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from taskchat_app.assistant.core.tool_titles import running_title
from taskchat_app.assistant.i18n.translation import ENGLISH, table_of, translate_to
from taskchat_app.domain.dates import due_dates, recurrence_text
from taskchat_app.i18n.catalogue import render
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import current_language, say

_MANY = re.compile(r"\A(\d+) tasks\Z")
_FACTS = re.compile(r"\A(?P<task>#\d+ .*) \((?P<facts>[^()]*)\)\Z", re.DOTALL)


def format_due(due_at: datetime, zone: ZoneInfo) -> str:
    """The exact day in words, with the time where one was meant."""
    return render(due_dates.format_due(due_at, zone), _language())


def format_day(day: date) -> str:
    """A day of this year: "5 Mar"."""
    return say(words.DAY, day=day.day, month=words.MONTHS[day.month - 1])


def format_rule(rule: str) -> str:
    """The recurrence rule in words."""
    return render(recurrence_text.format_rule(rule), _language())


def translate(sentence: str) -> str:
    """A sentence of the domain or the assistant, or several in a row."""
    return translate_to(_language(), sentence)


def translate_call_title(tool: str, arguments: Mapping[str, Any] | None, title: str) -> str:
    """The title of a tool call: while it runs, once it is done, or with the reason why it was not."""
    running = running_title(tool, dict(arguments or {}))
    reason = title.removeprefix(f"{running}: ")
    return translate(title) if reason == title else f"{translate(running)}: {translate(reason)}"


def translate_task_line(line: str) -> str:
    """A line of a card: a task, "#3 Buy milk (due Friday 20 November 2026, #home)", or that there are more."""
    found = _FACTS.fullmatch(line)
    if found is None:
        return line if line.startswith("#") else translate(line)
    facts = found["facts"].split(", ")
    return f"{found['task']} ({', '.join(map(translate, facts))})"


def translate_receipt(receipt: str) -> str:
    """What a turn did, "Added #7, completed #3"."""
    language = _language()
    if language == ENGLISH:
        return receipt
    told = table_of(language)
    done: list[tuple[str, list[str]]] = []
    for part in (receipt[:1].lower() + receipt[1:]).split(", "):
        verb = next((verb for verb in told.RECEIPT if part.startswith(f"{verb} ")), None)
        if verb is not None:
            done.append((verb, [part.removeprefix(f"{verb} ")]))
        elif done:
            done[-1][1].append(part)
        else:
            return translate(receipt)
    return ", ".join(told.RECEIPT[verb].format(tasks=_tasks(told.MANY, ", ".join(tasks))) for verb, tasks in done)


def _tasks(many: str, tasks: str) -> str:
    found = _MANY.fullmatch(tasks)
    return many.format(count=found[1]) if found else tasks


def _language() -> str:
    return current_language.get() or ENGLISH
