"""Computes patches of the task list, so that only changed rows are sent.

A state var is sent whole whenever it changes, and a list of 1,000 rows is 400 KB. So the rows are kept by the browser
(`assets/page/task_list/task_rows.js`), and the var holds the newest patches alone. The browser may see only the last
of several
vars that come at once: each patch stays in the var for a moment, and names the one that it follows.
"""

import time
import zlib
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from taskchat_app.ui.tasks.rows import TaskRow

KEPT_MS = 1500
"""How long a patch stays in the var."""

Shown = dict[int, int]
"""The numbers of the rows that the browser has, in their order, each with the mark of what it shows."""


@dataclass(frozen=True)
class ListPatch:
    """`after` is the patch that this one follows, 0 where it begins the list anew.

    `places` says of each row that is new or was moved before which one it stands, 0 for the end; the last one first.
    `leaving` are rows that are shown for a moment more before they go.
    """

    id: int
    after: int
    rows: tuple[TaskRow, ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    gone: tuple[int, ...] = ()
    leaving: tuple[int, ...] = ()


def fingerprint_of(*facts: object) -> int:
    """A number that is another one when any of the facts is; the same on every instance."""
    return zlib.crc32(repr(facts).encode())


def changed_rows(before: Shown, after: Shown) -> list[int]:
    """The numbers of the rows that the browser does not have as they are now."""
    return [number for number, mark in after.items() if before.get(number) != mark]


def patch_of(
    previous: int,
    before: Shown,
    after: Shown,
    rows: Mapping[int, TaskRow],
    leaving: Sequence[int] = (),
) -> ListPatch:
    """What follows the patch `previous` and brings a list to the order after; `rows` holds the rows that changed."""
    gone = [number for number in before if number not in after and number not in leaving]
    return ListPatch(
        id=_id_after(previous),
        after=previous,
        rows=tuple(rows.values()),
        places=tuple(_places(before, after)),
        gone=tuple(gone),
        leaving=tuple(leaving),
    )


def first_patch(rows: Sequence[TaskRow], previous: int) -> ListPatch:
    """A list from its beginning, in place of the one that `previous` was the last patch of."""
    return ListPatch(_id_after(previous), 0, tuple(rows), tuple((row.number, 0) for row in rows))


def with_patch(patches: Sequence[ListPatch], patch: ListPatch, *, seen: int = 0) -> list[ListPatch]:
    """The patches that are still to be told; the browser says which one it has `seen`."""
    if patch.after == 0:
        return [patch]
    return [*(old for old in patches if old.id > max(seen, patch.id - KEPT_MS)), patch]


def _id_after(previous: int) -> int:
    """Ids are times in milliseconds, so that those of a server that has just begun come after those of the last one."""
    return max(previous + 1, time.time_ns() // 1_000_000)


def _places(before: Shown, after: Shown) -> list[tuple[int, int]]:
    """For each row that does not stay where it is, the one that it stands before, from the end on."""
    stay = _in_order([number for number in before if number in after], after)
    following, places = 0, list[tuple[int, int]]()
    for number in reversed(after):
        if number not in stay:
            places.append((number, following))
        following = number
    return places


def _in_order(numbers: Sequence[int], after: Shown) -> set[int]:
    """The most of these numbers that stand in the same order after: the longest rising row of their new ranks.

    https://en.wikipedia.org/wiki/Longest_increasing_subsequence
    """
    rank = {number: place for place, number in enumerate(after)}
    ranks: list[int] = []
    ends: list[int] = []
    previous: dict[int, int] = {}
    for number in numbers:
        place = bisect(ranks, rank[number])
        ranks[place : place + 1], ends[place : place + 1] = [rank[number]], [number]
        if place:
            previous[number] = ends[place - 1]
    stay: set[int] = set()
    number = ends[-1] if ends else None
    while number is not None:
        stay.add(number)
        number = previous.get(number)
    return stay
