"""Ranges of task numbers and change ids that the database columns hold."""

from collections.abc import Iterable

LAST_TASK_NUMBER = 2**31 - 1
"""The largest task number (integer column)."""
LAST_CHANGE_ID = 2**63 - 1
"""The largest change id (bigint column)."""


def task_numbers(numbers: Iterable[int]) -> list[int]:
    """Return the numbers within the range of task numbers; Postgres rejects queries for others."""
    return [number for number in numbers if 0 < number <= LAST_TASK_NUMBER]


def change_ids(numbers: Iterable[int]) -> list[int]:
    """Return the numbers within the range of change ids."""
    return [number for number in numbers if 0 < number <= LAST_CHANGE_ID]
