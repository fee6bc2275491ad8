"""Converts a tool call into what the page shows: a line with its arguments and result, a row for each changed task.

The text of an answer is shown without the sentences that these rows say already, such as "Added #7 Buy milk.".
"""

import json
from collections.abc import Iterable, Sequence
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.local_time import Due, local_due
from taskchat_app.domain.storage.database import now
from taskchat_app.i18n.catalogue import LANGUAGES, render, render_unended
from taskchat_app.i18n.date_style import DateStyle, clock_text, date_style
from taskchat_app.i18n.messages import Message
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_near, format_weekday_and_day
from taskchat_app.ui.i18n.language import current_language, say
from taskchat_app.ui.task_list_state.list_address import address_of_call

LOOK_UP = "list_tasks"
ROWS_MAX = 5
"""A call with more tasks is one line."""
SHOWN_ORDER = (
    "status", "message", "task", "tasks", "numbers", "titles", "task_id", "task_ids", "number", "title",
    "description", "priority", "tags", "due", "due_in_words", "due_date", "start_date", "all_day", "due_could_be",
    "begins", "begins_in_words", "recurrence", "rings", "open", "done", "completed", "overdue", "more", "counts",
)  # fmt: skip
"""The order of a call's arguments and results; others follow by name. The stored JSON does not keep the order in which
they were written, so a call would look different after a reload."""
_STYLES = [DateStyle(twelve_hours, month_first) for twelve_hours in (False, True) for month_first in (False, True)]


@dataclass(frozen=True)
class OutcomeRow:
    """A changed task. If its date has two meanings ("next friday"), the row offers the `other` one."""

    number: int
    title: str
    state: str
    """After the change: "open", "done" or "deleted"."""
    facts: str
    """What was done: "Added · due tomorrow, Thu 26 Nov"."""
    other: str = ""
    """The date that is offered, as local ISO text ("2026-11-21T09:00"); "" for none."""
    other_words: str = ""
    due: str = ""
    """The date in the facts, as local ISO text; "" if no other one is offered."""


@dataclass(frozen=True)
class CallView:
    """A tool call, shown as an expandable line; `asked` are its arguments."""

    key: str
    tool: str
    status: str
    title: str
    asked: str
    result: str
    numbers: tuple[int, ...] = ()
    """The numbers of its tasks."""
    listed: str = ""
    """The query of the page's address that shows its result; empty if there is nothing to show."""
    rows: tuple[OutcomeRow, ...] = ()
    row_sentences: tuple[str, ...] = ()
    """The sentence of the result, which the rows say too, in each language and date style."""
    changed_nothing: bool = False
    """Whether it only looked tasks up, or found none to change."""


def call_of(call: dict[str, Any], at: datetime, zone: ZoneInfo) -> CallView:
    """Convert a call (ToolCall.view) made at `at`; leaves out the result's note, which is for the model."""
    result: dict[str, Any] = dict(call.get("result") or {})
    result.pop("note", None)
    if "message" in result:
        result["message"] = say(result["message"])
    rows = rows_of(call)
    return CallView(
        key=call["call_id"],
        tool=call["tool"],
        status=call["status"],
        title=say(call["title"]),
        asked="\n".join(_lines_of(call.get("arguments"))),
        result="\n".join(_lines_of(result)),
        numbers=_numbers(call),
        listed=address_of_call(call, at, zone),
        rows=rows,
        row_sentences=_row_sentences(call) if rows else (),
        changed_nothing=call["tool"] == LOOK_UP or result.get("numbers") == [],
    )


def _numbers(call: dict[str, Any]) -> tuple[int, ...]:
    result: dict[str, Any] = call.get("result") or {}
    if call["status"] != "done":
        return ()
    if task := result.get("task"):
        numbers = [task["number"]]
    else:
        numbers = result.get("numbers") or [task["number"] for task in result.get("tasks") or ()]
    return tuple(filter(None, numbers))


def _lines_of(value: Any) -> list[str]:
    """Format JSON as lines: {"title": "Buy", "tags": ["home"]} as "title: Buy", "tags:", "  - home"; None as none."""
    if isinstance(value, dict):
        fields = cast(dict[str, Any], value)
        names = [name for name in sorted(fields, key=_place) if fields[name] not in (None, "", [], {})]
        parts = [(f"{name}:", fields[name]) for name in names]
    elif isinstance(value, list):
        parts = [("-", content) for content in cast(list[Any], value)]
    elif value is None:
        return []
    else:
        return [_word(value)]
    lines: list[str] = []
    for start, content in parts:
        if isinstance(content, dict | list):
            lines += [start, *(f"  {line}" for line in _lines_of(content))]
        else:
            lines.append(f"{start} {_word(content)}")
    return lines


def _place(name: str) -> tuple[int, str]:
    place = SHOWN_ORDER.index(name) if name in SHOWN_ORDER else len(SHOWN_ORDER)
    return place, name


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def rows_of(call: dict[str, Any]) -> tuple[OutcomeRow, ...]:
    """Return the rows of a finished call; none for a look-up, a proposal or more than ROWS_MAX tasks.

    An imported call has 0 for a task that is not in this account.
    """
    result: dict[str, Any] = call.get("result") or {}
    if call["status"] != "done" or call["tool"] == LOOK_UP or result.get("status") == "proposed":
        return ()
    if task := result.get("task"):
        return (_row_of_task(call, task),) if task["number"] else ()
    # Of several tasks a result has titles only if they were completed together.
    numbers, titles = result.get("numbers") or (), result.get("titles") or ()
    if len(numbers) > ROWS_MAX:
        return ()
    return tuple(
        OutcomeRow(number, title, "done", "") for number, title in zip(numbers, titles, strict=False) if number
    )


def _row_of_task(call: dict[str, Any], task: dict[str, Any]) -> OutcomeRow:
    state = "done" if task.get("done") else "open"
    if call["tool"] == "delete_task":
        state = "deleted"
    row = OutcomeRow(task["number"], task["title"], state, _facts(call, task))
    other_dates = task.get("due_could_be")
    return _offering(row, other_dates[0], due=task["due"]) if other_dates else row


def _facts(call: dict[str, Any], task: dict[str, Any]) -> str:
    """Return what was done, without the task's name: "Added · due tomorrow, Thu 26 Nov".

    The call's title is "Added #7 Buy milk", its message "Added #7 Buy milk, due tomorrow, Thu 26 Nov.".
    """
    title, message = say(call["title"]), render_unended(call["result"].get("message") or "", current_language.get())
    verb = title.replace(f"#{task['number']} {task['title']}", "", 1).strip(" :")
    facts = [verb[:1].upper() + verb[1:]]
    if message.startswith(title):
        facts.append(message.removeprefix(title).lstrip(" ,."))
    return " · ".join(fact for fact in facts if fact)


def _offering(row: OutcomeRow, other: str, *, due: str) -> OutcomeRow:
    """Return the row of a task that is `due`, which offers the other date: "or 20:00" on the same day."""
    moment = datetime.fromisoformat(other)
    in_words = format_weekday_and_day(moment.date(), now().date())
    if "T" in other:  # else it is a whole day
        is_same_day = moment.date() == datetime.fromisoformat(due).date()
        in_words = clock_text(moment) if is_same_day else f"{in_words} {clock_text(moment)}"
    return replace(row, due=due, other=other, other_words=say(words.OR_DATE, date=in_words))


def with_due(row: OutcomeRow, due: Due, zone: ZoneInfo) -> OutcomeRow:
    """Return the row of a task that is now `due`: if that is the date that the row offers, exchange its two dates."""
    if local_due(due, zone) != row.other:
        return row
    former_date, new_date = _near(row.due, zone), _near(row.other, zone)
    if former_date in row.facts:
        facts = row.facts.replace(former_date, new_date)
    else:  # the facts were made on another day: they say "tomorrow" where `former_date` says "today"
        verb = row.facts.partition(" · ")[0]
        facts = f"{verb} · {new_date}"
    return _offering(replace(row, facts=facts), row.due, due=row.other)


def _near(local: str, zone: ZoneInfo) -> str:
    moment = datetime.fromisoformat(local).replace(tzinfo=zone)
    due = Due(moment.astimezone(UTC)) if "T" in local else Due.of_day(moment.date(), zone)
    return format_near(due, zone, now())


def _row_sentences(call: dict[str, Any]) -> tuple[str, ...]:
    """Return the message of a result in each language and date style: the answer may have others than the page now."""
    message = call["result"].get("message")
    if message is None:
        return ()
    sentences = [sentence for style in _STYLES for sentence in copy_context().run(_in_each_language, message, style)]
    return tuple(dict.fromkeys(sentences))  # each once


def _in_each_language(message: str, style: DateStyle) -> list[str]:
    """Return the message in each language, with its dates in this style, which stays set: run it in a context."""
    date_style.set(style)
    styled = _restyled(message)
    return [render(styled, language).strip() for language in LANGUAGES]


def _restyled(value: Any) -> Any:
    """Return a copy of a message, whose English text has the style of its creation; any other value as it is."""
    if not isinstance(value, Message):
        return value
    return value.with_values(**{name: _restyled(part) for name, part in value.values.items()})


def rest_of(text: str, sentences: Iterable[str]) -> str:
    """Return the text without the first occurrence of each sentence."""
    for sentence in sentences:
        text = text.replace(sentence, "", 1)
    return text.strip()


def rest_of_growing(text: str, sentences: Sequence[str]) -> str:
    """Return the rest of a text that still grows; "" for "Added #7 Bu", which may become "Added #7 Buy milk."."""
    rest = rest_of(text, sentences)
    if any(sentence.startswith(rest) for sentence in sentences):
        return ""
    has_sentence = rest != text.strip()
    return rest if has_sentence else text  # with its blanks
