"""Shortens the garbage collection before Reflex forks its workers: 0.3 s of each start."""

import gc

from reflex.utils import exec as commands


def freeze_before_search() -> None:
    """Have Reflex search only new objects: among those of all imported modules it needs 0.3 s to find nearly none."""
    freeze_for_fork = commands._freeze_for_fork  # pyright: ignore[reportPrivateUsage]  # there is no other way

    def freeze() -> bool:
        gc.freeze()
        return freeze_for_fork()

    commands._freeze_for_fork = freeze  # pyright: ignore[reportPrivateUsage]  # see above
