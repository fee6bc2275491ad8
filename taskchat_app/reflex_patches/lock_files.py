"""Ends the start with a message if the page needs other packages than reflex.lock names.

Reflex would install them unlocked, and change the files in reflex.lock, which only `make lock` may change.
"""

import json
import re
import sys
from pathlib import Path

from reflex.utils import frontend_skeleton

ADDRESS = re.compile(r'"https?://[^"]*"')
"""The registry of a package if it is not npm's: another one is no difference, since the package's hash is checked."""


def keep_lock_files() -> None:
    """Replace Reflex's change of the files by _check."""
    frontend_skeleton.sync_web_lockfile_to_root = _check


def _check(filename: str) -> None:
    built, kept = frontend_skeleton.get_web_lockfile_path(filename), frontend_skeleton.get_root_lockfile_path(filename)
    if not built.exists():
        return
    if not kept.exists() or _content(built) != _content(kept):
        folder = kept.parent.name
        sys.exit(f"The page needs other packages than {folder}/{filename} names: run make lock, and commit {folder}")


def _content(file: Path) -> object:
    text = ADDRESS.sub('""', file.read_text())
    return json.loads(text) if file.suffix == ".json" else text
