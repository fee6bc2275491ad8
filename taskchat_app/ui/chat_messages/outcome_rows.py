"""Makes the rows of the tasks that an answer's calls changed."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.due_dates import local_due
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.storage.database import now
from taskchat_app.i18n.date_style import clock_text
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_near, format_weekday_and_day
from taskchat_app.ui.i18n.language import say

LOOK_UP = "list_tasks"
ROWS_MAX = 5
"""A call with more tasks is one line."""


@dataclass(frozen=True)
class OutcomeRow:
    """A changed task: its state after the change ("open", "done", "deleted"), and what was done in words."""

    number: int
    title: str
    state: str
    facts: str
    other: str = ""
    """The other date that its words could mean, as local ISO text ("2026-11-21T09:00"); "" without one."""
    other_words: str = ""
    due: str = ""
    """The date in the facts, as local ISO text; set together with `other` and `other_words`."""


def rows_of(call: dict[str, Any]) -> tuple[OutcomeRow, ...]:
    """Return the rows of a finished call; none for a look-up, a proposal or more than ROWS_MAX tasks."""
    result: dict[str, Any] = call.get("result") or {}
    if call["status"] != "done" or call["tool"] == LOOK_UP or result.get("status") == "proposed":
        return ()
    if task := result.get("task"):
        row = OutcomeRow(task["number"], task["title"], _state(call["tool"], task), _facts(call, task))
        if others := task.get("due_could_be"):
            row = _with_other(row, due=task["due"], other=others[0])
        return (row,)
    # Only tasks that were completed together have titles.
    numbers, titles = result.get("numbers") or (), result.get("titles") or ()
    if len(numbers) > ROWS_MAX:
        return ()
    return tuple(OutcomeRow(number, title, "done", "") for number, title in zip(numbers, titles, strict=False))


def _state(tool: str, task: dict[str, Any]) -> str:
    if tool == "delete_task":
        return "deleted"
    return "done" if task.get("done") else "open"


def _facts(call: dict[str, Any], task: dict[str, Any]) -> str:
    """Return what was done, without the task's name: "Added · due tomorrow, Thu 26 Nov".

    Its title is "Added #7 Buy milk", its message "Added #7 Buy milk, due tomorrow, Thu 26 Nov.".
    """
    title, message = say(call["title"]), say(call["result"].get("message") or "")
    verb = title.replace(f"#{task['number']} {task['title']}", "", 1).strip(" :")
    more = message.removeprefix(title).strip(" ,.") if message.startswith(title) else ""
    return " · ".join(filter(None, (verb[:1].upper() + verb[1:], more)))


def _with_other(row: OutcomeRow, *, due: str, other: str) -> OutcomeRow:
    return replace(row, due=due, other=other, other_words=say(words.OR_DATE, date=_other_date_in_words(other, due)))


def _other_date_in_words(other: str, due: str) -> str:
    """Return the other date in words: the time alone if it is on the same day. Both are local ISO text."""
    moment = datetime.fromisoformat(other)
    clock = clock_text(moment) if "T" in other else ""
    if clock and other[:10] == due[:10]:
        return clock
    return f"{format_weekday_and_day(moment.date(), now().date())} {clock}".strip()


def with_due(row: OutcomeRow, due: Due, zone: ZoneInfo) -> OutcomeRow:
    """Return the row with its two dates exchanged if the task is now due at the other one."""
    if local_due(due, zone) != row.other:
        return row
    former, taken = _near(row.due, zone), _near(row.other, zone)
    verb = row.facts.partition(" · ")[0]
    # If the facts were made on another day they say "tomorrow", and `former` says "today".
    facts = row.facts.replace(former, taken) if former in row.facts else f"{verb} · {taken}"
    return _with_other(replace(row, facts=facts), due=row.other, other=row.due)


def _near(local: str, zone: ZoneInfo) -> str:
    """Return the words of a date in ISO text of this zone."""
    moment = datetime.fromisoformat(local).replace(tzinfo=zone)
    due = Due(moment.astimezone(UTC)) if "T" in local else Due.of_day(moment.date(), zone)
    return format_near(due, zone, now())
