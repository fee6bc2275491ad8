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
        return (_row_of_task(call, task),)
    # Of several tasks a result has titles only if they were completed together.
    numbers, titles = result.get("numbers") or (), result.get("titles") or ()
    if len(numbers) > ROWS_MAX:
        return ()
    return tuple(OutcomeRow(number, title, "done", "") for number, title in zip(numbers, titles, strict=False))


def _row_of_task(call: dict[str, Any], task: dict[str, Any]) -> OutcomeRow:
    state = "done" if task.get("done") else "open"
    if call["tool"] == "delete_task":
        state = "deleted"
    row = OutcomeRow(task["number"], task["title"], state, _facts(call, task))
    other_dates = task.get("due_could_be")
    return _with_other(row, due=task["due"], other=other_dates[0]) if other_dates else row


def _facts(call: dict[str, Any], task: dict[str, Any]) -> str:
    """Return what was done, without the task's name: "Added · due tomorrow, Thu 26 Nov".

    The call's title is "Added #7 Buy milk", its message "Added #7 Buy milk, due tomorrow, Thu 26 Nov.".
    """
    title, message = say(call["title"]), say(call["result"].get("message") or "")
    verb = title.replace(f"#{task['number']} {task['title']}", "", 1).strip(" :")
    facts = [verb[:1].upper() + verb[1:]]
    if message.startswith(title):
        facts.append(message.removeprefix(title).strip(" ,."))
    return " · ".join(fact for fact in facts if fact)


def _with_other(row: OutcomeRow, *, due: str, other: str) -> OutcomeRow:
    other_words = say(words.OR_DATE, date=_other_date_in_words(other, due))
    return replace(row, due=due, other=other, other_words=other_words)


def _other_date_in_words(other: str, due: str) -> str:
    """Return the other date in words: the time alone if it is on the same day. Both are local ISO text."""
    moment = datetime.fromisoformat(other)
    day = format_weekday_and_day(moment.date(), now().date())
    if "T" not in other:  # a whole day
        return day
    is_same_day = other[:10] == due[:10]
    return clock_text(moment) if is_same_day else f"{day} {clock_text(moment)}"


def with_due(row: OutcomeRow, due: Due, zone: ZoneInfo) -> OutcomeRow:
    """Return the row of a task that is now `due`: if that is the row's other date, its two dates are exchanged."""
    if local_due(due, zone) != row.other:
        return row
    former_date, new_date = _near(row.due, zone), _near(row.other, zone)
    if former_date in row.facts:
        facts = row.facts.replace(former_date, new_date)
    else:  # the facts were made on another day: they say "tomorrow" where `former_date` says "today"
        verb = row.facts.partition(" · ")[0]
        facts = f"{verb} · {new_date}"
    return _with_other(replace(row, facts=facts), due=row.other, other=row.due)


def _near(local: str, zone: ZoneInfo) -> str:
    moment = datetime.fromisoformat(local).replace(tzinfo=zone)
    due = Due(moment.astimezone(UTC)) if "T" in local else Due.of_day(moment.date(), zone)
    return format_near(due, zone, now())
