"""tests/soak.py: which tests a run selects, and that one with an end begins no test after it and counts them."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import PROJECT

pytestmark = pytest.mark.soak

CONFTEST = """
from tests.soak import add_options as pytest_addoption, configure as pytest_configure
from tests.soak import pytest_runtest_setup, pytest_terminal_summary, select

def pytest_collection_modifyitems(config, items):
    select(config, items)
"""
SOME = """
import pytest
pytestmark = pytest.mark.soak
def test_one(): assert False
def test_two(): assert False
"""


def test_a_changed_file_is_run_whole_and_after_its_end_a_run_begins_no_test_and_says_so(tmp_path: Path):
    (tmp_path / "test_some.py").write_text(SOME)
    (tmp_path / "conftest.py").write_text(CONFTEST)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", tmp_path]
    changed = "--changed=test_some.py"
    for options, code, last in (
        ([changed, "--within=0"], 0, "Not run: 2 tests, since no time was left"),
        ([changed, "--within=600"], 1, "2 failed"),
        ([], 5, "2 workers [0 items]"),
    ):
        run = [*command, "--numprocesses", "2", *options, tmp_path]
        ran = subprocess.run(run, cwd=PROJECT, capture_output=True, text=True, check=False)
        assert (ran.returncode, last in ran.stdout) == (code, True), ran.stdout
