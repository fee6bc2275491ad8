"""Converts what was typed into one field into an edit of the task."""

from datetime import datetime
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.command_text import as_command
from taskchat_app.domain.dates.due_dates import find_due
from taskchat_app.domain.dates.recurrence_phrases import find_rule
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.fields import TaskEdit
from taskchat_app.ui.i18n import words

FIELDS = ("title", "description", "due_at", "recurrence")
"""The fields that are typed."""
TITLE = "Task"


def edit_of(field: str, typed: str, *, zone: ZoneInfo, now: datetime) -> TaskEdit:
    """The edit that was meant; nothing typed empties a date, a rule or a description. Invalid where it is unclear."""
    if field in ("due_at", "recurrence") and not typed.strip():
        return TaskEdit(clear=[field])
    match field:
        case "title":
            return TaskEdit(title=typed)
        case "description":
            return TaskEdit(description=typed)
        case "due_at":
            return TaskEdit(due_at=typed)
        case _:
            return _repetition(as_command(typed) or "", zone, now)


def _repetition(typed: str, zone: ZoneInfo, now: datetime) -> TaskEdit:
    """ "every 2 weeks" leaves the date alone, "every monday 9am" names it as well, an RRULE is taken as it is."""
    found = find_rule(typed)
    if found is not None and (found[0], found[1]) == (0, len(typed)):
        return TaskEdit(recurrence=found[2])
    # A sentence that is a date and nothing else is taken for a title, so a title stands before it.
    sentence = f"{TITLE} {typed}"
    due = find_due(sentence, zone=zone, now=now)
    if due is not None and due.rule is not None and (due.start, due.end) == (len(TITLE) + 1, len(sentence)):
        return TaskEdit(recurrence=due.rule, due_at=due.due_at)
    if "FREQ=" in typed.upper():
        return TaskEdit(recurrence=typed)
    raise Invalid(words.REPEAT_UNKNOWN, field="recurrence")
