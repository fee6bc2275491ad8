"""Ranges of task numbers and change ids that the database columns hold."""

from collections.abc import Iterable

LAST_TASK_NUMBER = 2**31 - 1
"""The largest number of a task."""
LAST_CHANGE_ID = 2**63 - 1
"""The largest id of a change."""


def task_numbers(numbers: Iterable[int]) -> list[int]:
    """Those that a task can have: no query may ask for another one."""
    return [number for number in numbers if 0 < number <= LAST_TASK_NUMBER]


def change_ids(numbers: Iterable[int]) -> list[int]:
    """Those that a change can have."""
    return [number for number in numbers if 0 < number <= LAST_CHANGE_ID]
