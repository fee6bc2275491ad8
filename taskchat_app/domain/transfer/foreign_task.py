"""A task as a file of another program describes it, before it is created here."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.local_time import Due

TEXT_READ, TAGS_READ = 5_000, 200
"""Characters of a text, and tags of a task, that are read; a task holds less, and the import says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignTask:
    """A task of a file. `due_at` is a text that people write, or a due date; `remind_before` is in minutes.

    Tasks with the same `key` are the same task, also if one was changed; without a key, tasks with equal fields are.
    """

    line: int
    title: str
    description: str = ""
    priority: str = "medium"
    tags: tuple[str, ...] = ()
    due_at: str | Due | None = None
    start_at: str | None = None
    recurrence: str | None = None
    remind_before: int | None = None
    completed_at: datetime | None = None
    is_done: bool = False
    created_at: datetime | None = None
    key: str = ""
    id: str = ""
    parent: str = ""
    """The id in the file of the task of which it is a step."""
    former_description: str = ""
    """The description that an import of earlier versions stored, if it differs: it named the parent task.

    A task that such an import created is recognized by it when the file is imported again.
    """
    written: str = ""
    """The date and the recurrence as the file has them, if what they mean depends on the day or zone of the import.

    By it the task is recognized when the file is imported again.
    """
    zone: ZoneInfo | None = None
    """Where the texts of dates were written, if not where the user lives."""


def own_key(created_at: str | None, number: str | int) -> str:
    """Return the key of a task of our own CSV, and so of the account's task; `created_at` is as utc_text writes it."""
    return f"taskchat {created_at}#{number}"


def moment_of(text: str, zone: ZoneInfo) -> datetime | None:
    """Return the time of an ISO text, local if it names no zone; None for other text, and a year that no task has."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return moment if 1970 <= moment.year < 3000 else None
