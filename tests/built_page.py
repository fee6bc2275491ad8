"""One build of the page shared by all test servers."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from taskchat_app.reflex_patches.build_cache import MARK, fingerprint

KEPT = Path(__file__).parents[1] / ".pytest_cache" / "taskchat-page"
ADDRESS = KEPT / "address"
"""Written last: a page that was not kept whole has none."""
PACKAGES = "node_modules"
COMPRESSED = (".gz", ".br", ".zst")


@contextmanager
def shared(web: Path, address: str) -> Iterator[None]:
    """While a server starts whose page is built in `web`, for an address such as localhost:3000.

    It finds the page there that was built last, whatever run built it. The server itself compares the sources, and
    builds anew where they differ; that build is the one kept then. Who starts meanwhile waits: a page is built once.
    """
    KEPT.parent.mkdir(exist_ok=True)
    with KEPT.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if ADDRESS.exists():
            _copy(KEPT / "web", web)
            _move(web, ADDRESS.read_text(), address)
        brought = _mark(web)
        yield
        if _mark(web) != brought:
            ADDRESS.unlink(missing_ok=True)
            shutil.rmtree(KEPT, ignore_errors=True)
            _copy(web, KEPT / "web")
            ADDRESS.write_text(address)


def _mark(web: Path) -> str:
    mark = web / MARK
    return mark.read_text() if mark.exists() else ""


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(PACKAGES))
    shutil.copytree(source / PACKAGES, target / PACKAGES, symlinks=True, copy_function=_link)


def _link(source: str, target: str) -> None:
    """The packages are many and never written to in place."""
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy(source, target)


def _move(web: Path, old: str, new: str) -> None:
    """Make a page built for one address that of another."""
    for folder, names, files in os.walk(web):
        if PACKAGES in names:
            names.remove(PACKAGES)
        for file in (Path(folder) / name for name in files if not name.endswith(COMPRESSED)):
            content = file.read_bytes()
            if old.encode() in content:
                file.write_bytes(content.replace(old.encode(), new.encode()))
                for ending in COMPRESSED:
                    file.with_name(file.name + ending).unlink(missing_ok=True)
    (web / MARK).write_text(fingerprint(web))
