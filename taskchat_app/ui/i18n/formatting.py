"""Formats dates and translates domain sentences for the page's reader.

A sentence that has no translation is said as it stands.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from taskchat_app.assistant.core.tool_titles import running_title
from taskchat_app.assistant.i18n.translation import ENGLISH, translate_to
from taskchat_app.domain.dates import due_dates, recurrence_text
from taskchat_app.i18n.catalogue import render
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import current_language, say

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


def _language() -> str:
    return current_language.get() or ENGLISH
