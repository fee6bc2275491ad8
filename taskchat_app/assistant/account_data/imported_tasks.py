"""The numbers of tasks and the ids of changes that an import of an account file has given."""

from array import array
from bisect import bisect_left
from dataclasses import dataclass, field


@dataclass(slots=True)
class ImportedTasks:
    """The numbers and ids that the import has given to what is in the file."""

    numbers: dict[int, int] = field(default_factory=dict[int, int])
    """The numbers of the imported tasks, by their numbers in the file."""
    here: dict[int, int] = field(default_factory=dict[int, int])
    """The same of the tasks that the account had already."""
    file_changes: "array[int]" = field(default_factory=lambda: array("q"))
    """The ids in the file of the imported changes, ascending; in the log they follow `last_change_id`."""
    last_change_id: int = 0
    last_of_file: int = 0
    """For an account without tasks, which keeps the numbers of the file: the highest number that the file ever used."""

    def change_id(self, file_id: int) -> int:
        """Return the log's id of the change with this id in the file, or of the next one that was imported."""
        return self.last_change_id + bisect_left(self.file_changes, file_id) + 1

    def undone_id(self, file_id: int | None) -> int | None:
        """Return the log's id of the change with this id in the file; None if it was not imported."""
        index = bisect_left(self.file_changes, file_id or 0)
        is_imported = index < len(self.file_changes) and self.file_changes[index] == file_id
        return self.change_id(file_id or 0) if is_imported else None

    def number(self, number: int | None) -> int | None:
        """Return the number here of a task of the file."""
        return None if number is None else self.numbers.get(number) or self.here.get(number, number)

    def related_number(self, number: int | None) -> int | None:
        """Return the number here of a task that another one names; None if another task may have it."""
        if number is None or number <= self.last_of_file:
            return number
        return self.numbers.get(number) or self.here.get(number)
