"""Skips bundling the page when its sources have not changed since the last bundle.

Reflex 0.10 compiles the page and has it bundled at each start in production mode. Compiling takes half a second and
tells what the bundle is made of; bundling the same again takes the longest part of the start.
"""

import hashlib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from reflex.utils import build, prerequisites
from reflex_base.config import get_config

OUTPUT = "build"
NOT_SOURCES = (OUTPUT, "node_modules", "backend", ".react-router", "reflex.json")
"""The bundle itself, what package.json and the lock file stand for, and Reflex's own notes, which change each time."""
MARK = "taskchat-built-from"
"""Holds the fingerprint of the sources of a finished bundle; missing while one is being made."""


def skip_unchanged_builds() -> None:
    """Have Reflex bundle the page only when its sources differ from those of the bundle that is there."""
    bundle = build.build
    build.build = lambda: bundle_if_changed(prerequisites.get_web_dir(), bundle)


def bundle_if_changed(web: Path, bundle: Callable[[], None]) -> None:
    """Run `bundle` unless `web` already holds a bundle of the same sources."""
    mark = web / MARK
    sources = fingerprint(web)
    if (web / OUTPUT).is_dir() and mark.exists() and mark.read_text() == sources:
        return
    mark.unlink(missing_ok=True)
    bundle()
    mark.write_text(sources)


def fingerprint(web: Path) -> str:
    """Return a digest of the names and contents of all sources of the bundle."""
    formats = get_config().frontend_compression_formats
    digest = hashlib.sha256(" ".join((version("reflex"), *formats)).encode())
    for path in sorted(web.rglob("*")):
        name = path.relative_to(web)
        if name.parts[0] in NOT_SOURCES or name.name == MARK or not path.is_file():
            continue
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
