""".ci/run: what it installs when and as which user, what it says at its end, and how long it may take."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.serving import PROJECT

TOOLS = "bash dirname env grep mkdir mktemp rm tail tee true".split()
RECORDED = 'echo "${0##*/} $*" >>"$CALLS"'
TIMEOUT = f'{RECORDED}\nwhile [ "${{1#-}}" != "$1" ]; do shift; done\nshift\nexec "$@"'
"""Records its bounds and runs the command, without its options and the number."""
MAKE = f"""{RECORDED}
case "$1" in
  test) echo "= 1 failed, 20 passed, 3 skipped in 61.20s (0:01:01) ="; exit 2;;
  soak) echo "Not run: 2 tests for lack of caddy (Debian: apt install caddy)"; echo "= 9 passed in 70.00s =";;
esac
"""
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
    put(tmp_path, "python3", "exit 0")
    put(tmp_path, "make", MAKE)
    put(tmp_path, "timeout", TIMEOUT)
    put(tmp_path, "apt-get", RECORDED)
    put(tmp_path, "apt-cache", 'case "$2" in chromium*) exit 1;; esac')
    put(tmp_path, "tee", '[ "$1" = "${1#/etc}" ] && exec "${0%/*/*}/tools/tee" "$@"')
    put(tmp_path, "mkdir", "exit 0")
    put(tmp_path, "id", "echo 1000")
    put(tmp_path, "sudo", '[ "$1" = -n ] && shift && exec "$@"')
    return tmp_path


def remove_make(machine: Path) -> None:
    """Remove make, until it is installed."""
    (machine / "replacements" / "make").rename(machine / "make")
    (machine / "tools" / "mv").symlink_to(shutil.which("mv") or "mv")
    put(machine, "apt-get", f'{RECORDED}\n[ "$5" != make ] || "{machine}/tools/mv" "{machine}/make" "${{0%/*}}"')


def put(machine: Path, name: str, script: str) -> None:
    program = machine / "replacements" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def run(machine: Path, **variables: str) -> tuple[list[str], subprocess.CompletedProcess[str]]:
    """Run it; return the recorded calls, and what it printed."""
    calls = machine / "calls"
    calls.touch()
    environment = {"PATH": f"{machine}/replacements:{machine}/tools", "CALLS": str(calls), **variables}
    command = [machine / ".ci" / "run"]
    ran = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=60)
    return calls.read_text().splitlines(), ran


def steps(calls: list[str]) -> list[str]:
    """Return what it installs and makes, in order."""
    install = "apt-get install -y -qq --no-install-recommends "
    return [call.removeprefix(install) for call in calls if call.startswith((install, "make "))]


def test_it_checks_and_tests_before_it_installs_what_the_readme_does_not_name(machine: Path):
    remove_make(machine)
    put(machine, "apt-cache", "exit 0")
    assert steps(run(machine)[0]) == [
        "make chromium",
        "make check",
        "make test",
        "caddy redis-server postgresql chromium-headless-shell",
        "make soak WITHIN=2000",
    ]


def test_packages_that_the_system_does_not_have_are_left_out_and_another_browser_is_tried(machine: Path):
    put(machine, "chromium-headless-shell", "exit 0")
    calls, _ = run(machine)
    assert steps(calls)[2:] == [
        "caddy redis-server postgresql",
        "make soak WITHIN=2000",
        "make test BROWSER=chromium-headless-shell TESTS=tests/ui",
    ]


def test_a_user_who_is_asked_for_a_password_gets_nothing_installed(machine: Path):
    put(machine, "sudo", "exit 1")
    assert steps(run(machine)[0]) == ["make check", "make test", "make soak WITHIN=2000"]


def test_the_log_ends_with_all_results_and_one_failure_fails(machine: Path):
    _, ran = run(machine)
    assert ran.stdout.splitlines()[-7:] == [
        "make check: exit 0",
        "make test: exit 2",
        "= 1 failed, 20 passed, 3 skipped in 61.20s (0:01:01) =",
        "make soak: exit 0",
        "Not run: 2 tests for lack of caddy (Debian: apt install caddy)",
        "= 9 passed in 70.00s =",
        "in the headless shell: not installed",
    ]
    assert ran.returncode == 1
    put(machine, "make", "exit 0")
    assert run(machine)[1].returncode == 0


def test_a_slow_machine_leaves_out_what_it_has_no_time_for(machine: Path):
    put(machine, "chromium-headless-shell", "exit 0")
    calls, _ = run(machine, END_SECONDS="1190")
    [within] = re.findall(r"make soak WITHIN=(\d+)", "\n".join(steps(calls)))
    assert 170 < int(within) <= 230
    _, ran = run(machine, END_SECONDS="890")
    assert ran.stdout.splitlines()[-2:] == ["make soak: no time was left", "in the headless shell: no time was left"]


def test_its_bounds_are_less_than_the_limit_of_the_job(machine: Path):
    remove_make(machine)
    put(machine, "chromium-headless-shell", "exit 0")
    calls = [call.removeprefix("timeout ") for call in run(machine)[0] if call.startswith("timeout ")]
    bounds = [re.fullmatch(r"(?:--signal=INT --kill-after=(\d+) )?(\d+) (.*)", call) for call in calls]
    commands = [bound[3].split(" -")[0] for bound in bounds if bound]
    assert commands == [
        "apt-get update",
        "apt-get install",
        "make check",
        ".venv/bin/python",
        "make test",
        "apt-get install",
        "make soak WITHIN=2000",
        "make test BROWSER=chromium-headless-shell TESTS=tests/ui",
    ]
    seconds = [sum(int(number or 0) for number in bound.groups()[:2]) for bound in bounds if bound]
    assert sum(seconds[:4]) < LIMIT_SECONDS / 3
    assert max(seconds[4:]) < LIMIT_SECONDS  # all the time that is left
