"""Writes files in reflex.lock whole: Reflex truncates them first, and another start from the same folder reads them."""

import os
import shutil
import tempfile

from reflex.utils import frontend_skeleton


def replace_lock_files() -> None:
    """Have Reflex replace each file by a complete new one."""
    frontend_skeleton.sync_web_lockfile_to_root = _replace


def _replace(filename: str) -> None:
    built = frontend_skeleton.get_web_lockfile_path(filename)
    if not built.exists():
        return
    kept = frontend_skeleton.get_root_lockfile_path(filename)
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as copy:
        shutil.copyfile(built, copy.name)
    os.replace(copy.name, kept)
