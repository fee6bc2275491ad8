"""Patches of the list that the browser has, so that only changed rows are sent.

Reflex sends a whole state var whenever it changes, and a list of 1,000 rows is 400 KB. So the browser keeps the rows
(`assets/page/task_list/task_rows.js`), and the var holds only the newest patches. If the var changes several times at
once, the browser may see only its last value: so each patch stays in the var for a moment, and names its predecessor.
"""

import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from taskchat_app.ui.task_list_state.rows import TaskRow

KEPT_MS = 1500
"""How long a patch stays in the var."""
Shown = dict[int, int]
"""The browser's rows in order: the fingerprint of each row by its task number."""


@dataclass(frozen=True)
class ListPatch:
    """A change of the list."""

    id: int
    after: int
    """The id of the previous patch; 0 if this one contains the whole list."""
    rows: tuple[TaskRow, ...] = ()
    """The new and changed rows."""
    places: tuple[tuple[int, int], ...] = ()
    """The number of each new or moved row, and that of the row below it.

    The browser applies them in this order: it puts each row before the row below it, or last for 0.
    """
    gone: tuple[int, ...] = ()
    """The numbers of rows that disappear at once."""
    leaving: tuple[int, ...] = ()
    """The numbers of rows that disappear after a moment."""


def fingerprint_of(*facts: object) -> int:
    """Return a checksum of the facts, the same on every instance."""
    return zlib.crc32(repr(facts).encode())


def patch_of(
    previous: int, before: Shown, after: Shown, rows: Mapping[int, TaskRow], leaving: Sequence[int] = ()
) -> ListPatch:
    """Return the patch that follows `previous` and turns `before` into `after`; `rows` are the changed rows."""
    return ListPatch(
        id=_id_after(previous),
        after=previous,
        rows=tuple(rows.values()),
        places=tuple(_places(before, after)),
        gone=tuple(number for number in before if number not in after and number not in leaving),
        leaving=tuple(leaving),
    )


def first_patch(rows: Sequence[TaskRow], previous: int) -> ListPatch:
    """Return a patch with the whole list; `previous` is the id of the last patch of the list shown before."""
    places = tuple((row.number, 0) for row in rows)  # each is put last, one after another
    return ListPatch(id=_id_after(previous), after=0, rows=tuple(rows), places=places)


def with_patch(patches: Sequence[ListPatch], patch: ListPatch, *, seen: int = 0) -> list[ListPatch]:
    """Return the patches to keep in the var; `seen` is the id of the last patch that the browser has applied."""
    newest_dropped = max(seen, patch.id - KEPT_MS)  # an id is the time of its patch in milliseconds
    return [*(old for old in patches if old.id > newest_dropped), patch]


def _id_after(previous: int) -> int:
    """Return the next id: the time in milliseconds, so that ids grow across restarts of the server."""
    return max(previous + 1, time.time_ns() // 1_000_000)


def _places(before: Shown, after: Shown) -> list[tuple[int, int]]:
    """Return the `places` of a patch: [(3, 2)] from the rows 1, 2, 3 to 1, 3, 2."""
    numbers_before = list(before)
    staying: set[int] = set()
    for block in SequenceMatcher(None, numbers_before, list(after)).get_matching_blocks():
        staying.update(numbers_before[block.a : block.a + block.size])
    places: list[tuple[int, int]] = []
    below = 0
    for number in reversed(after):  # so that the row below is in its place already
        if number not in staying:
            places.append((number, below))
        below = number
    return places
