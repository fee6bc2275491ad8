"""One build of the page shared by all test servers."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from taskchat_app.reflex_patches.build_cache import BUNDLED_FROM, COMPILED_FROM, page_digest, project_digest

PROJECT = Path(__file__).parents[1]
KEPT = PROJECT / ".pytest_cache" / "taskchat-page"
ADDRESS = KEPT / "address"
MADE_FROM = KEPT / "made-from"
"""Holds the digest of the project of which a server found the kept page unchanged."""
PACKAGES = "node_modules"
COMPRESSED = (".gz", ".br", ".zst")


@contextmanager
def shared(web: Path, address: str, *, only_serves: bool = False) -> Iterator[None]:
    """Provide the last build in `web` while a server starts, for an address such as localhost:3000.

    The server compares the sources itself and builds again if they differ; that build is then the one kept. A file
    lock makes concurrent starts wait, so that a page is built once; they do not wait once nothing is left to build.
    """
    KEPT.parent.mkdir(exist_ok=True)
    project = project_digest()
    with KEPT.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_current = MADE_FROM.exists() and MADE_FROM.read_text() == project
        if ADDRESS.exists():
            copy(KEPT / "web", web, only_serves=only_serves and is_current)
            _replace_address(web, ADDRESS.read_text(), address)
        provided = _mark(web)
        if is_current:
            fcntl.flock(lock, fcntl.LOCK_UN)
        yield
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _mark(web) == provided:
            shutil.copy(web / COMPILED_FROM, KEPT / "web")
            MADE_FROM.write_text(project)
        else:
            _keep(web, address)


def _keep(web: Path, address: str) -> None:
    built = KEPT.with_suffix(".new")
    shutil.rmtree(built, ignore_errors=True)
    copy(web, built / "web")
    (built / ADDRESS.name).write_text(address)
    shutil.rmtree(KEPT, ignore_errors=True)
    built.rename(KEPT)


def _mark(web: Path) -> str:
    mark = web / BUNDLED_FROM
    return mark.read_text() if mark.exists() else ""


def copy(source: Path, target: Path, *, only_serves: bool = False) -> None:
    """Copy a page with its build; the packages, 15,000 files, are those of the source for a server that only serves."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(PACKAGES))
    if only_serves:
        (target / PACKAGES).symlink_to((source / PACKAGES).resolve())
    else:
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
    (web / BUNDLED_FROM).write_text(page_digest(web))
