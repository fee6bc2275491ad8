"""Converts what was typed into one field into an edit of the task."""

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.command_text import as_command
from taskchat_app.domain.dates.date_mentions import find_due
from taskchat_app.domain.dates.recurrence.phrases import find_rule
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.edits import CLEARABLE, TaskEdit
from taskchat_app.i18n.messages import gettext
from taskchat_app.ui.i18n import words

FIELDS = ("title", "description", "due_at", "priority", *words.TEXT_FIELDS)
"""The fields that are edited one by one."""
TITLE = "Task"
NUMBER = re.compile(r"#?(\d{1,9})", re.ASCII)


def edit_of(field: str, typed: str, *, zone: ZoneInfo, now: datetime) -> TaskEdit:
    """Return the edit for the typed text; an empty text clears a field that can be empty. Raises Invalid."""
    if field in CLEARABLE and not typed.strip():
        return TaskEdit(clear=[field])
    match field:
        case "due_at":
            return TaskEdit(due_at=typed, moves=True)
        case "recurrence":
            return _repetition(as_command(typed) or "", zone, now)
        case "parent_number":
            number = NUMBER.fullmatch(typed.strip())
            if number is None:
                raise Invalid(gettext("Write the number of the task, such as #7."), field="parent_number")
            return TaskEdit(parent_number=int(number[1]))
        case _:
            value: dict[str, Any] = {field: typed}
            return TaskEdit(**value)


def _repetition(typed: str, zone: ZoneInfo, now: datetime) -> TaskEdit:
    """Parse "every 2 weeks" (keeps the date), "every monday 9am" (sets the date too) or an RRULE."""
    found = find_rule(typed)
    if found is not None and (found.start, found.end) == (0, len(typed)):
        return TaskEdit(recurrence=found.rule)
    # With a title before it: find_due takes a sentence that is only a date for a title.
    sentence = f"{TITLE} {typed}"
    due = find_due(sentence, zone=zone, now=now)
    if due is not None and due.rule is not None and due.cut_from(sentence) == TITLE:
        return TaskEdit(recurrence=due.rule, due_at=due.due_of_change)
    if "FREQ=" in typed.upper():
        return TaskEdit(recurrence=typed)
    raise Invalid(
        gettext("That is no repetition that taskchat understands. Write it as “every 2 weeks” or “every monday 9am”."),
        field="recurrence",
    )
