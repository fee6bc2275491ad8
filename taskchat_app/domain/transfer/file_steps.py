"""Finds of which task each step of a file is one; a step of a step is one of its task."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileSteps:
    """The task of each step, by their ids in the file.

    `late` are steps that stand before their task, `deeper` steps of steps. Of tasks in a circle, the first is no step.
    """

    tasks: dict[str, str]
    late: frozenset[str]
    deeper: frozenset[str]


def steps_of(ids: Iterable[tuple[str, str]]) -> FileSteps:
    """Return the steps among the tasks of a file, each with its id and that of its parent, or "". Takes linear time."""
    parents: dict[str, str] = {}
    for own, parent in ids:
        if own:
            parents.setdefault(own, parent)
    places = {own: place for place, own in enumerate(parents)}
    tops: dict[str, str] = {}
    for own in parents:
        path: set[str] = set()
        at = own
        while at not in tops and at not in path and parents[at] in parents:
            path.add(at)
            at = parents[at]
        top = tops.get(at, at)
        tops |= dict.fromkeys((*path, at), top)
    tasks = {own: top for own, top in tops.items() if top != own}
    late = frozenset(own for own, top in tasks.items() if places[top] > places[own])
    return FileSteps(tasks, late, frozenset(own for own, top in tasks.items() if parents[own] != top))
