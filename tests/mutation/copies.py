"""A copy of the project in which one module at a time is another text, and the tests run against it."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

PROJECT = Path(__file__).parents[2]
LEFT_OUT = (".*", "__pycache__", "reflex.lock", "node_modules")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of tests: whether one of them failed, which, and how long it took."""

    failed: bool
    first: str
    seconds: float


class Copy:
    """`with Copy() as copy:`; removed with its Postgres at the end."""

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="taskchat-mutation-"))
        shutil.copytree(PROJECT, self._folder / "project", ignore=shutil.ignore_patterns(*LEFT_OUT))
        self.path = self._folder / "project"
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def run(self, module: str, text: str, tests: tuple[str, ...], seconds: float) -> Run:
        """Run the tests with this text as the module, up to the first failure; too long counts as one."""
        changed = self.path / module
        before = changed.read_text()
        changed.write_text(text)
        began = time.monotonic()
        try:
            done = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "pytest",
                    "-x",
                    "-q",
                    "--no-header",
                    "-p",
                    "no:cacheprovider",
                    "-p",
                    "no:xdist",
                    *tests,
                ],
                cwd=self.path,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
                capture_output=True,
                text=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Run(True, "no end", time.monotonic() - began)
        finally:
            changed.write_text(before)
        lines = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
        told = (
            lines[0] if lines else done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-300:]
        )
        return Run(done.returncode != 0, told, time.monotonic() - began)
