"""tests/soak.py: a run with an end begins no test after it, and says how many it left out."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import PROJECT

pytestmark = pytest.mark.soak

CONFTEST = """
from tests.soak import add_options as pytest_addoption, configure as pytest_configure
from tests.soak import pytest_runtest_setup, pytest_terminal_summary
"""


def test_after_its_end_a_run_begins_no_test_and_says_so(tmp_path: Path):
    (tmp_path / "test_some.py").write_text("def test_one(): assert False\ndef test_two(): assert False\n")
    (tmp_path / "conftest.py").write_text(CONFTEST)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", tmp_path]
    for seconds, code, last in (("0", 0, "Not run: 2 tests, since no time was left"), ("600", 1, "2 failed")):
        run = [*command, "--numprocesses", "2", "--within", seconds, tmp_path]
        ran = subprocess.run(run, cwd=PROJECT, capture_output=True, text=True, check=False)
        assert (ran.returncode, last in str(ran.stdout.splitlines()[-2:])) == (code, True), ran.stdout
