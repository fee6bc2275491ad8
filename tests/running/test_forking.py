"""Servers that are forks of a prepared process: they start as `python -m` would start them."""

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.forking import ForkedProcess, Forks, Process
from tests.serving import Server

WAIT_SECONDS = 60

pytestmark = [pytest.mark.soak, pytest.mark.skipif(Server.forks is None, reason="only Linux has pidfd_open")]


class Described(Server):
    """A process that prints its facts instead of serving, and exits with code 3."""

    def _command(self) -> list[str]:
        return ["tests.running.support.process_facts", "3"]

    def describe(self, forks: Forks | None) -> tuple[Process, dict[str, Any]]:
        """Run it to its end; return the process and the facts."""
        self.forks = forks
        process = self._launch()
        assert process.wait(WAIT_SECONDS) == process.poll() == 3, self.output
        return process, json.loads(self.output.splitlines()[-1])


@pytest.fixture
def server() -> Iterator[Described]:
    described = Described(GEMINI_API_KEY="a-key", DATABASE_URL="postgresql://nobody@localhost/none")
    yield described
    described.__exit__(None)


@pytest.fixture
def forks() -> Forks:
    assert Server.forks is not None
    return Server.forks


def test_a_fork_starts_with_all_that_a_real_start_has(server: Described, forks: Forks):
    started, real = server.describe(None)
    forked, fork = server.describe(forks)
    assert (type(started), type(forked)) == (subprocess.Popen, ForkedProcess)
    assert fork.pop("random") != real.pop("random")
    assert fork == real


def test_forks_draw_different_random_numbers(server: Described, forks: Forks):
    assert server.describe(forks)[1]["random"] != server.describe(forks)[1]["random"]


@pytest.mark.parametrize("variable", ["TZ", "PYTHONUTF8", "PSYCOPG_IMPL", "PYTHONPATH"])
def test_a_variable_that_is_read_at_import_needs_a_real_start(variable: str, server: Described, forks: Forks):
    assert forks.fits(server.environment)
    assert not forks.fits({**server.environment, variable: "other"})


def test_a_fork_ends_by_a_signal_and_is_waited_for_once(server: Described, forks: Forks, tmp_path: Path):
    assert forks.fits(server.environment)
    command = ["http.server", "--bind", "127.0.0.1", "0"]
    process = forks.start(command, server.environment, tmp_path / "output")
    assert process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0)
    process.send_signal(signal.SIGKILL)
    assert process.wait(WAIT_SECONDS) == process.wait(0) == -signal.SIGKILL
    process.send_signal(signal.SIGKILL)  # as Popen does, nothing
