"""tests/programs.py: a test without its program is skipped, and one line at the end names the program."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.serving import PROJECT

pytestmark = pytest.mark.soak

TESTS = """
import pytest
from tests.programs import needs, skip_for_lack_of

@needs("no-such-program", "postgresql-7")
def test_both(): pass

@needs("no-such-program")
@pytest.mark.parametrize("number", range(2))
def test_one(number): pass

@needs("env")
def test_of_a_program_that_is_there(): pass

def test_that_notices_it_later():
    skip_for_lack_of("another-program")

def test_of_another_reason():
    pytest.skip("another system")
"""


def last_lines(folder: Path, *options: str) -> list[str]:
    """Run the tests in this folder; return the last two lines of the output."""
    command = [sys.executable, "-m", "pytest", "-p", "tests.programs", "-p", "no:cacheprovider", "--rootdir", folder]
    ran = subprocess.run([*command, *options, folder], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
    return ran.stdout.splitlines()[-2:]


def test_lacking_programs_are_named_in_one_line_at_the_end(tmp_path: Path):
    (tmp_path / "test_some.py").write_text(TESTS)
    named, result = last_lines(tmp_path, "--numprocesses", "2")
    packages = ("another-program", "no-such-program", "postgresql-7")
    assert named == (f"Not run: 4 tests for lack of {', '.join(packages)} (Debian: apt install {' '.join(packages)})")
    assert "1 passed, 5 skipped" in result


def test_a_run_that_lacks_nothing_says_nothing_about_it(tmp_path: Path):
    (tmp_path / "test_some.py").write_text(TESTS)
    assert "Not run" not in str(last_lines(tmp_path, "-k", "reason or there"))
