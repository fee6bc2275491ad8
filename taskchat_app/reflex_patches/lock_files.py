"""Ends the start with a message if the page needs other packages than reflex.lock names.

Reflex would install them, unlocked, and change the files in reflex.lock. `make lock` is what changes these files.
"""

import json
import re
import sys
from pathlib import Path

from reflex.utils import frontend_skeleton

ADDRESS = re.compile(r'"https?://[^"]*"')
"""Where bun has a package from, if it was another registry than npm's; its hash stands beside it."""


def keep_lock_files() -> None:
    """Have Reflex end, with a line that says what to do, where it would change a file."""
    frontend_skeleton.sync_web_lockfile_to_root = _check


def _check(filename: str) -> None:
    built, kept = frontend_skeleton.get_web_lockfile_path(filename), frontend_skeleton.get_root_lockfile_path(filename)
    if built.exists() and not (kept.exists() and _content(built) == _content(kept)):
        folder = kept.parent.name
        sys.exit(f"The page needs other packages than {folder}/{filename} names: run make lock, and commit {folder}")


def _content(file: Path) -> object:
    text = ADDRESS.sub('""', file.read_text())
    return json.loads(text) if file.suffix == ".json" else text
