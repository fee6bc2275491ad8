"""The numbers and positions that an import of an account file gives to tasks."""

from dataclasses import dataclass, field
from typing import Any

from taskchat_app.domain.tasks.positions import position_among, position_within
from taskchat_app.domain.tasks.task_rows import position_of_new

DEFAULTS: dict[str, Any] = {
    "description": "",
    "priority": "medium",
    "tags": [],
    "due_at": None,
    "recurrence": None,
    "repeats_number": None,
    "copy_of_number": None,
    "parent_number": None,
    "completed_at": None,
}
RELATIONS = ("repeats_number", "copy_of_number", "parent_number")
"""The columns with the number of another task."""


@dataclass(slots=True)
class ImportedTasks:
    """The tasks of the file and of the account, as far as the file is read."""

    is_new_account: bool
    """True if the account had no tasks: it keeps the numbers and the order of the file."""
    prefix: str = ""
    """The beginning of all positions in another account: before its own tasks."""
    last_of_file: int = 0
    """In a new account: the highest number that the file ever used."""
    positions: set[str] = field(default_factory=set[str])
    """The positions in a new account."""
    numbers: dict[int, int] = field(default_factory=dict[int, int])
    """The numbers here of the imported tasks, by their numbers in the file."""
    existing: dict[int, int] = field(default_factory=dict[int, int])
    """The same of the tasks of the file that the account had already."""

    def known_number(self, number: int) -> int | None:
        """Return the number here of a task of the file; None if it is not in the file, or comes later."""
        return self.numbers.get(number) or self.existing.get(number)

    def number(self, number: int) -> int:
        """Return the number here of a task of the file; the same number if the file has only changes of the task."""
        return self.known_number(number) or number

    def related_number(self, number: int | None) -> int | None:
        """Return known_number of a task that another one names; in a new account all numbers stay as they are."""
        return number if number is None or number <= self.last_of_file else self.known_number(number)

    def position(self, position: str | None, number: int, new: int) -> str:
        """Return the position here of a task with this position and `number` in the file, and number `new` here."""
        position = position or position_of_new(number)
        if not self.is_new_account:
            return position_within(self.prefix, position, new)
        position = position_among(position, new, self.positions)
        self.positions.add(position)
        return position
