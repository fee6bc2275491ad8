"""`make test-changed`: runs the tests that the changes since the last commit can reach.

The imports decide, also those within functions. A test that talks to a server process imports little of what it tests:
of these, the ones in the folder of the changed file run, as tests/ui/chat for ui/chat and assets/page/chat. What only
`make soak` runs is left out, except in a test file that is itself changed.
"""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import grimp

PROJECT = Path(__file__).parents[1]
APP, TESTS = "taskchat_app", "tests"
WITH_SERVERS = {"ui", "running", "failures", "fuzzing", "examples"}
"""Folders whose tests talk to server processes."""
RULES, OF_OTHER_FILES = "tests/test_architecture.py tests/test_unused.py", "tests/project"
FOLDERS = {
    APP: TESTS,
    "assets/page": "tests/ui",
    "alembic": "tests/domain/storage",
    "examples": "tests/examples",
    "benchmarks": "tests/project",
}
"""Where the tests of a folder are, whose subfolders have the same names."""
OF_APP_ITSELF = "tests/process"
"""The tests of modules in none of the app's packages."""
FIXTURES = "tests.conftest"
"""Its fixtures import the whole app, and nearly every test imports it."""
FILES_OF_WORKER, WORKERS_MAX = 5, 3


def main() -> None:
    """Run the tests; say so if there are none."""
    changed = changed_files()
    files = sorted(reached(changed))
    if not files:
        sys.exit(f"No test can be reached by a change since the last commit: {', '.join(changed) or 'none'}")
    workers = min(WORKERS_MAX, len(files) // FILES_OF_WORKER)
    options = ["--dist", "loadfile", "--no-loadscope-reorder", "--numprocesses", str(workers)] if workers > 1 else []
    options += [f"--changed={file}" for file in files if file in changed]
    sys.stdout.write(f"{len(files)} files of tests: {' '.join(files[:20])}{' …' if len(files) > 20 else ''}\n")
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *options, *files])


def changed_files() -> list[str]:
    """Return the files that differ from the last commit, new ones included, as paths from the project's folder."""
    commands = (["diff", "--name-only", "--diff-filter=d", "HEAD"], ["ls-files", "--others", "--exclude-standard"])
    ran = (subprocess.run(["git", *one], cwd=PROJECT, capture_output=True, text=True, check=True) for one in commands)
    return [line for one in ran for line in one.stdout.splitlines()]


def reached(files: Iterable[str]) -> set[str]:
    """Return the test files that changes of these files can reach."""
    graph = grimp.build_graph(APP, TESTS, cache_dir=None)
    importers = {file: set(_importers(graph, _module_of(file))) for file in files}
    return {test for file, found in importers.items() for test in _tests_of(file, found)}


def _tests_of(file: str, importers: set[str]) -> Iterator[str]:
    """Yield the tests of one file, whose module these modules import, directly or through others."""
    path = Path(file)
    if path.name.startswith("test_") and path.suffix == ".py":
        yield file
    elif file.startswith(f"{TESTS}/"):
        is_for_all = path.name == "conftest.py" or path.suffix != ".py"
        yield from _test_files(path.parent, "**/test_*.py") if is_for_all else _files(importers)
    elif file.startswith(f"{APP}/") and path.suffix == ".py":
        yield from (test for test in _files(importers) if not _has_server(test))
        for module in importers:
            yield from (test for test in _mirrors(_path_of(module)) if not _has_server(test))
        yield from _mirrors(path)
    else:
        yield from RULES.split()
        yield from list(_mirrors(path)) or _test_files(Path(OF_OTHER_FILES))


def _importers(graph: grimp.ImportGraph, module: str) -> set[str]:
    """Return the modules that import this one, directly or through others, and itself."""
    if module not in graph.modules:
        return set()
    if module != FIXTURES and FIXTURES in graph.modules:
        graph.remove_module(FIXTURES)
    return {module, *graph.find_downstream_modules(module)}


def _mirrors(path: Path) -> Iterator[str]:
    """Yield the test files of a file's own name; without any, those in the folder that mirrors its own."""
    for source, target in FOLDERS.items():
        if path.is_relative_to(source):
            folder = target / path.relative_to(source).parent
            while not (PROJECT / folder).exists():
                folder = folder.parent
            folder = Path(OF_APP_ITSELF) if folder == Path(TESTS) else folder
            named = list(_test_files(folder, f"test_{path.stem}*.py"))
            yield from named or _test_files(folder)


def _test_files(path: Path, pattern: str = "test_*.py") -> Iterator[str]:
    """Yield the test file, or those in the folder."""
    found = [path] if path.suffix else sorted((PROJECT / path).glob(pattern))
    yield from (str((PROJECT / one).relative_to(PROJECT)) for one in found)


def _files(modules: Iterable[str]) -> Iterator[str]:
    """Yield the files of those modules that are tests."""
    yield from (str(_path_of(module)) for module in modules if module.rsplit(".", 1)[-1].startswith("test_"))


def _has_server(test: str) -> bool:
    return Path(test).parts[1] in WITH_SERVERS


def _module_of(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _path_of(module: str) -> Path:
    return Path(f"{module.replace('.', '/')}.py")


if __name__ == "__main__":
    main()
