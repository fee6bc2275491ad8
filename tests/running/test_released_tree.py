"""A fresh clone on a new machine: `make run` and a part of `make test`, without compiler, Node and any cache."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.running.support.reflex_run import responds
from tests.serving import PROJECT, STOP_SECONDS, free_port

SYSTEM = ("/usr/bin", "/bin")
NOT_THERE = re.compile(
    r"(?:.*-)?(?:cc|gcc|g\+\+|c\+\+|clang|clang\+\+|tcc|rustc|cargo|go|node|nodejs|npm|npx|bun)[-.\d]*"
)
"""Programs that a container for Python lacks."""
REGISTRIES = re.compile(
    r"(?:PIP|NPM|BUN|SSL)_\w+|\w+_(?:PROXY|CA_BUNDLE|CA_CERTS|CAINFO)|\w+_proxy|LANG", re.IGNORECASE
)
"""Variables that say how this machine reaches package registries."""
PART = "tests/domain/dates tests/process tests/ui/pages/test_sign_in.py"
SECONDS = 800
pytestmark = [pytest.mark.soak, pytest.mark.timeout(1800)]


def python_of(name: str) -> str:
    """Return the path of this Python, behind the shims of version managers; empty if there is none."""
    script = "import ensurepip, sys, venv; print(sys.executable)"
    ran = subprocess.run(["/usr/bin/env", name, "-c", script], capture_output=True, text=True, check=False, cwd="/")
    return ran.stdout.strip() if ran.returncode == 0 else ""


PYTHONS = {minor: path for minor in range(11, 20) if (path := python_of(f"python3.{minor}"))}


class Clone:
    """A clone of the last commit; `make` runs there in an environment of its own, with this Python alone."""

    def __init__(self, folder: Path, python: str) -> None:
        self.folder, self.home = folder / "taskchat", folder / "home"
        self.home.mkdir()
        programs = folder / "programs"
        programs.mkdir()
        for program in (path for system in SYSTEM for path in Path(system).iterdir()):
            is_left_out = NOT_THERE.fullmatch(program.name) or program.name.startswith("python")
            if not is_left_out and not (programs / program.name).is_symlink():
                (programs / program.name).symlink_to(program)
        (programs / "python3").symlink_to(python)
        given = {name: value for name, value in os.environ.items() if REGISTRIES.fullmatch(name)}
        temporary = {"TMPDIR": os.environ["TMPDIR"]}  # by which an interrupted run finds what it has started
        self._environment = {**given, **temporary, "HOME": str(self.home), "PATH": str(programs)}
        subprocess.run(["git", "clone", "--quiet", "--depth", "1", f"file://{PROJECT}", self.folder], check=True)

    @contextmanager
    def making(self, *arguments: str, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Run make meanwhile; its output goes to a file beside the clone."""
        with self.output.open("wb") as output:
            process = subprocess.Popen(
                ["make", *arguments],
                cwd=self.folder,
                env=self._environment | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(STOP_SECONDS)

    @property
    def output(self) -> Path:
        return self.home.with_name("output")

    def wait_for(self, url: str, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + SECONDS
        while not responds(url):
            assert process.poll() is None, self.output.read_text()[-4000:]
            assert time.monotonic() < deadline, self.output.read_text()[-4000:]
            time.sleep(0.5)


@pytest.mark.parametrize("minor", sorted({min(PYTHONS), max(PYTHONS)}))
def test_a_fresh_clone_serves_the_page_and_passes_its_tests(minor: int, tmp_path: Path):
    clone, port = Clone(tmp_path, PYTHONS[minor]), free_port()
    assert shutil.which("node", path=str(tmp_path / "programs")) is None
    with clone.making("run", PORT=str(port)) as process:
        clone.wait_for(f"http://127.0.0.1:{port}/login", process)
        assert responds(f"http://127.0.0.1:{port}/api/health")
        [server] = psutil.Process(process.pid).children()
        server.terminate()
        assert process.wait(STOP_SECONDS) == 0, clone.output.read_text()[-4000:]
    if minor == min(PYTHONS):
        with clone.making("test", f"TESTS={PART}") as process:
            assert process.wait(SECONDS) == 0, clone.output.read_text()[-8000:]
        assert " passed" in clone.output.read_text()
    changed = subprocess.run(["git", "status", "--porcelain"], cwd=clone.folder, capture_output=True, check=True)
    assert changed.stdout == b"", "the clone has only what git ignores besides"
