"""A copy of the project: replaces one module at a time and runs tests against it."""

import importlib
import os
import shutil
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil
import pytest

PROJECT = Path(__file__).parents[2]
IMPORTED_ONCE = ("reflex", "agents", "chatkit.server", "fastapi", "hypothesis", "httpx", "sqlmodel", "psycopg")
"""Slow imports that no mutation changes: each run is a fork of this process, which has imported them."""
OPTIONS = (
    "-x", "-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist", "-W",
    "ignore::pytest.PytestAssertRewriteWarning",
)  # fmt: skip
"""Options of pytest; the imports above already loaded its plugins."""
POLL_SECONDS = 0.05
IGNORED = (".*", "__pycache__", "node_modules")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of tests: whether a test failed, the first failure, and the duration."""

    failed: bool
    first: str
    seconds: float


class Copy:
    """`with Copy() as copy:`; removes the copy and its Postgres at the end."""

    def __enter__(self) -> Self:
        for name in IMPORTED_ONCE:
            importlib.import_module(name)
        self._folder = Path(tempfile.mkdtemp(prefix="taskchat-mutation-"))
        shutil.copytree(PROJECT, self._folder / "project", ignore=shutil.ignore_patterns(*IGNORED))
        self.path = self._folder / "project"
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def run(self, module: str, text: str, tests: tuple[str, ...], seconds: float) -> Run:
        """Run the tests with this text as the module, up to the first failure; a timeout counts as a failure."""
        changed = self.path / module
        before = changed.read_text()
        changed.write_text(text)
        try:
            return self._run_in_fork(tests, seconds)
        finally:
            changed.write_text(before)

    def _run_in_fork(self, tests: tuple[str, ...], seconds: float) -> Run:
        output, began = self._folder / "output", time.monotonic()
        child = os.fork()
        if child == 0:
            self._run_tests(tests, output)
        while time.monotonic() < began + seconds:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                failed = os.waitstatus_to_exitcode(status) != 0
                return Run(failed, _first_failure(output.read_text()), time.monotonic() - began)
            time.sleep(POLL_SECONDS)
        for process in [*psutil.Process(child).children(recursive=True), psutil.Process(child)]:
            process.kill()  # its Postgres as well
        os.waitpid(child, 0)
        return Run(True, "timeout", time.monotonic() - began)

    def _run_tests(self, tests: tuple[str, ...], output: Path) -> None:
        """Run the tests in the forked process and exit it."""
        os.setsid()
        os.chdir(self.path)
        for name in [name for name in sys.modules if name.split(".")[0] in ("tests", "taskchat_app", "benchmarks")]:
            del sys.modules[name]
        sys.path[:] = [str(self.path), *(path for path in sys.path if path not in ("", str(PROJECT)))]
        sys.dont_write_bytecode = True
        written = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(written, 1)
        os.dup2(written, 2)
        code = 1
        try:
            code = int(pytest.main([*OPTIONS, *tests]))
        except BaseException:  # the fork must end here, whatever happens
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)


def _first_failure(output: str) -> str:
    lines = output.strip().splitlines()
    return next((line for line in lines if line.startswith(("FAILED", "ERROR"))), lines[-1] if lines else "no output")
