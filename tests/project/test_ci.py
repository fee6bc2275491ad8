""".ci/run: what it installs as which user, and how long it may take."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.serving import PROJECT

TOOLS = "bash cat cut dirname env grep mkdir mktemp rm sort tail tee timeout true wc".split()
RECORDED = 'echo "${0##*/} $*" >>"$CALLS"'
LIMIT_SECONDS = 60 * 60
"""The limit of the job in .github/workflows/ci.yml."""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder with a copy of .ci/run, the tools that it uses, and the replacements of commands, which come first."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(PROJECT / ".ci" / "run", tmp_path / ".ci")
    for name in ("replacements", "tools"):
        (tmp_path / name).mkdir()
    for tool in TOOLS:
        (tmp_path / "tools" / tool).symlink_to(shutil.which(tool) or tool)
    for tool in ("make", "python3", "setpriv"):
        put(tmp_path, tool, "exit 0")
    put(tmp_path, "apt-get", RECORDED)
    put(tmp_path, "apt-cache", '[ "$2" != chromium ]')
    return tmp_path


def put(machine: Path, name: str, script: str) -> None:
    program = machine / "replacements" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def installed(machine: Path) -> set[str]:
    """Run it; return the packages that it installs."""
    calls = machine / "calls"
    calls.touch()
    environment = {"PATH": f"{machine}/replacements:{machine}/tools", "CALLS": str(calls)}
    subprocess.run([machine / ".ci" / "run"], env=environment, check=False, capture_output=True, timeout=60)
    commands = [line for line in calls.read_text().splitlines() if line.startswith("apt-get install")]
    return {name for line in commands for name in line.split()[2:] if not name.startswith("-")}


def test_ci_run_installs_only_available_packages_when_sudo_needs_no_password(machine: Path):
    put(machine, "id", "echo 1000")
    put(machine, "tee", "exit 0")
    put(machine, "mkdir", "exit 0")
    put(machine, "sudo", '[ "$1" = -n ] && shift && exec "$@"')
    packages = installed(machine)
    assert {"redis-server", "caddy"} <= packages
    assert "chromium" not in packages


def test_a_user_who_is_asked_for_a_password_gets_nothing(machine: Path):
    put(machine, "id", "echo 1000")
    put(machine, "sudo", "exit 1")
    assert installed(machine) == set()


def test_its_bounds_add_up_to_less_than_the_limit_of_the_job():
    bounds = re.findall(r"timeout (?:--kill-after=(\d+) )?(\d+)", (PROJECT / ".ci" / "run").read_text())
    assert len(bounds) == 6
    assert sum(int(number or 0) for pair in bounds for number in pair) < LIMIT_SECONDS
