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
"""Written last: a page that was copied only in part has none."""
PACKAGES = "node_modules"
COMPRESSED = (".gz", ".br", ".zst")


@contextmanager
def shared(web: Path, address: str) -> Iterator[None]:
    """Provide the last build in `web` while a server starts, for an address such as localhost:3000.

    The server compares the sources itself and builds again if they differ; that build is then the one kept. A file
    lock makes concurrent starts wait, so that a page is built once.
    """
    KEPT.parent.mkdir(exist_ok=True)
    with KEPT.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if ADDRESS.exists():
            _copy(KEPT / "web", web)
            _replace_address(web, ADDRESS.read_text(), address)
        provided = _mark(web)
        yield
        if _mark(web) != provided:
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
    """Hard-link a package file: there are many, and none is written to in place."""
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy(source, target)


def _replace_address(web: Path, old: str, new: str) -> None:
    """Replace the address that a page was built for."""
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
