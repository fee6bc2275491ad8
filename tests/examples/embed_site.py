"""Checks, builds and serves examples/embed with the bun of the virtual environment."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.running.support.reflex_run import responds
from tests.serving import PROJECT, free_port
from tests.widget import SCRIPTS

EXAMPLE = PROJECT / "examples" / "embed"
BUN = shutil.which("bun", path=str(Path(sys.executable).parent)) or "bun"
START_SECONDS = 60
README_BLOCK = re.compile(r"```tsx\n(.*?)```", re.DOTALL)
WIDGET_OPTIONS = PROJECT / "assets" / "page" / "pages" / "widget_options.js"
CHECKED_PROJECT = '{"extends": "../tsconfig.json", "compilerOptions": {"checkJs": true}, "include": ["*"]}'


class EmbedSite:
    """A copy of the example for a taskchat server; `origin` is the address of its page."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.origin = f"http://host.localhost:{self.port}"
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("TASKCHAT_")}

    def build(self, taskchat: str) -> None:
        """Install the locked packages, check the types of everything that uses the widget, and build the page."""
        shutil.copytree(EXAMPLE, self.folder, ignore=shutil.ignore_patterns("node_modules", "dist", ".env"))
        checked = self.folder / "checked"
        checked.mkdir()
        for script in (*SCRIPTS, WIDGET_OPTIONS):
            shutil.copy(script, checked)
        (block,) = README_BLOCK.findall((PROJECT / "README.md").read_text())
        (checked / "readme.tsx").write_text(block)
        (checked / "tsconfig.json").write_text(CHECKED_PROJECT)
        self._environment["VITE_TASKCHAT_URL"] = taskchat
        self._run("install", "--frozen-lockfile")
        self._run("--bun", "run", "build")
        self._run("--bun", "run", "check", "--project", "checked")

    @contextmanager
    def serving(self, email: str, password: str) -> Iterator[None]:
        """Serve the built page, and its server for this account."""
        command = ["--bun", "run", "preview", "--host", "127.0.0.1", "--port", str(self.port), "--strictPort"]
        account = {"TASKCHAT_EMAIL": email, "TASKCHAT_PASSWORD": password}
        with (self.folder / "output").open("ab") as output:
            process = subprocess.Popen(
                [BUN, *command], cwd=self.folder, env=self._environment | account, stdout=output, stderr=output
            )
        try:
            deadline = time.monotonic() + START_SECONDS
            while not responds(f"http://127.0.0.1:{self.port}/"):
                ended = process.poll() is not None or time.monotonic() > deadline
                assert not ended, (self.folder / "output").read_text()
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(START_SECONDS)

    def _run(self, *arguments: str) -> None:
        ran = subprocess.run(
            [BUN, *arguments],
            cwd=self.folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout
