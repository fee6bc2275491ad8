"""Skips compiling and bundling the page when nothing that it is made of has changed since the last time.

Reflex 0.10 compiles the page and has it bundled at each start in production mode. Compiling the same again takes a
third of the start, and bundling it again most of the rest. A start calls, in this order, these functions of Reflex:

1. _should_compile: no, if the project has the digest in the file COMPILED_FROM.
2. update_json_file for env.json, which has the server's address (the compiled page does not): only for another one.
3. build.build, which bundles: skipped, if the compiled page has the digest in the file BUNDLED_FROM.

These two files are marks: removed before the work and written after it, so that work that was broken off is done
again. A start that changes nothing writes nothing, so that the disk may be read-only.
"""

import functools
import hashlib
import json
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import reflex as rx
from reflex.utils import build, path_ops, prerequisites
from reflex.utils.exec import should_prerender_routes
from reflex_base.config import get_config
from reflex_base.environment import environment

PROJECT = Path(__file__).parents[2]
SOURCES = ("taskchat_app", "assets", "rxconfig.py", "requirements.lock", "reflex.lock")
OUTPUT = "build"
NOT_SOURCES = (OUTPUT, "node_modules", "backend", ".react-router", "reflex.json")
"""The bundle itself, what package.json and the lock file stand for, and Reflex's own notes, which change each time."""
BUNDLED_FROM = "taskchat-built-from"
"""Has the digest of the compiled page of which the bundle is made."""
COMPILED_FROM = "taskchat-compiled-from"
"""Has the digest of the project of which the compiled page and the bundle are made."""


def skip_unchanged_builds() -> None:
    """Have Reflex compile the page only when the project differs, and bundle it only when the compiled page differs."""
    should_compile = rx.App._should_compile  # pyright: ignore[reportPrivateUsage]  # there is no other way
    bundle, update_json = build.build, path_ops.update_json_file

    def should_compile_changes(self: rx.App) -> bool:
        mark = prerequisites.get_web_dir() / COMPILED_FROM
        return should_compile(self) and not keep_if_made_from(project_digest(), mark)

    def bundle_changes() -> None:
        web = prerequisites.get_web_dir()
        run_unless_made_from(page_digest(web), web / BUNDLED_FROM, bundle)
        run_unless_made_from(project_digest(), web / COMPILED_FROM, lambda: None)  # Reflex has compiled the page

    def write_changes(file_path: str | Path, update_dict: dict[str, object]) -> None:
        if not holds(Path(file_path), update_dict):
            update_json(file_path, update_dict)

    rx.App._should_compile = should_compile_changes  # pyright: ignore[reportPrivateUsage]  # see above
    build.build = bundle_changes
    path_ops.update_json_file = write_changes
    prerequisites.set_last_reflex_run_time = lambda: None  # nothing reads it


def holds(file: Path, values: dict[str, object]) -> bool:
    """Return whether the JSON object in the file has these values already."""
    return file.exists() and values.items() <= json.loads(file.read_text() or "{}").items()


def keep_if_made_from(digest: str, mark: Path) -> bool:
    """Remove the mark unless it has this digest and there is a bundle in its folder; return whether it is kept."""
    is_kept = mark.with_name(OUTPUT).is_dir() and mark.exists() and mark.read_text() == digest
    if not is_kept:
        mark.unlink(missing_ok=True)
    return is_kept


def run_unless_made_from(digest: str, mark: Path, work: Callable[[], None]) -> None:
    """Run the work, and then write the mark, unless the mark has this digest already."""
    if not keep_if_made_from(digest, mark):
        work()
        mark.write_text(digest)


def page_digest(web: Path) -> str:
    """Return a digest of the compiled page: the names and contents of all that is bundled."""
    formats = get_config().frontend_compression_formats
    return _digest((version("reflex"), *formats), web, _files(web, NOT_SOURCES))


@functools.cache
def project_digest() -> str:
    """Return a digest of everything that a page is compiled from."""
    installed_at = int(Path(rx.__file__).parents[1].stat().st_mtime)  # of the packages
    facts = (environment.REFLEX_ENV_MODE.get(), should_prerender_routes(), installed_at)
    files = (file for name in SOURCES for file in _files(PROJECT / name))
    return _digest(tuple(map(str, facts)), PROJECT, files)


def _files(path: Path, left_out: tuple[str, ...] = ()) -> Iterator[Path]:
    """Yield the file, or the files below the folder, without generated ones and without these names directly in it."""
    if path.is_file():
        yield path
    elif path.is_dir():  # editors make links that lead nowhere
        for child in sorted(path.iterdir()):
            if child.name not in (*left_out, "__pycache__", BUNDLED_FROM, COMPILED_FROM):
                yield from _files(child)


def _digest(facts: tuple[str, ...], root: Path, files: Iterator[Path]) -> str:
    digest = hashlib.sha256(" ".join(facts).encode())
    for path in files:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(root)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()
