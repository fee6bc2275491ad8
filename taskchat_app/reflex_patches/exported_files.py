"""Leaves backups and local state out of what `reflex export` and `reflex deploy` upload, besides Reflex's own list."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reflex.utils import build

BACKUPS = (".backup", ".backup.part")
"""Ends of the names that docs/deploy.md gives to backups; .dockerignore and .gitignore have them, too."""
HOME_FILES = ("jwt_secret", "postgres.log")
"""Files of a TASKCHAT_HOME, which may be the project's folder itself."""
HOME_MARKS = ("jwt_secret", "postgres/users.lock", "PG_VERSION")
"""A folder that has one of these is a TASKCHAT_HOME, maybe of an earlier setting, or the data of its Postgres."""


def leave_out_local_state() -> None:
    """Have Reflex leave the backups and homes in the working folder out of the archive of the backend."""
    zip_app = build.zip_app

    def zip_without_local_state(*, backend_excluded_dirs: tuple[Path, ...] = (), **options: Any) -> None:
        zip_app(backend_excluded_dirs=(*backend_excluded_dirs, *_local_state()), **options)

    build.zip_app = zip_without_local_state


def _local_state() -> Iterator[Path]:
    for folder, folders, names in os.walk(".", followlinks=True):  # as Reflex does
        folders[:] = [name for name in folders if not name.startswith(".")]  # os.walk enters those that are left
        for name in tuple(folders):
            if any(Path(folder, name, mark).exists() for mark in HOME_MARKS):
                folders.remove(name)
                yield Path(folder, name)
        for name in names:
            if name in HOME_FILES or name.endswith(BACKUPS):
                yield Path(folder, name)
