"""Leaves backups out of what `reflex export` and `reflex deploy` upload; Reflex leaves out `*.db` and dot-names."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reflex.utils import build

BACKUPS = (".backup", ".backup.part")
"""Ends of the names that docs/deploy.md gives to backups; .dockerignore and .gitignore have them, too."""


def leave_out_backups() -> None:
    """Have Reflex leave the backups in the working folder out of the archive of the backend."""
    zip_app = build.zip_app

    def zip_without_backups(*, backend_excluded_dirs: tuple[Path, ...] = (), **options: Any) -> None:
        zip_app(backend_excluded_dirs=(*backend_excluded_dirs, *_backups()), **options)

    build.zip_app = zip_without_backups


def _backups() -> Iterator[Path]:
    for folder, folders, names in os.walk("."):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(folder, name) for name in names if name.endswith(BACKUPS))
