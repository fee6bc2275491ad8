"""The Makefile with different Python versions: messages, installations, order."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from taskchat_app.domain.storage import embedded_postgres
from taskchat_app.domain.storage.postgres_process import DATABASE, ServerPaths
from tests import empty_database
from tests.serving import PROJECT

LOCKS = ("requirements.lock", "requirements-dev.lock")
MAKE = shutil.which("make") or "make"
ADD_USER = """
    INSERT INTO users (id, email, password_hash, timezone, last_task_number, last_change_id, created_at)
    VALUES ('{0}', '{0}@example.org', '', 'UTC', 0, 0, now())
"""
TOO_OLD = 'case "$2" in *version_info*) exit 1;; esac; echo "Python 3.9.2"'
WITHOUT_PACKAGES = 'case "$2" in *reflex*|pip) exit 1;; esac'
WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1;; esac'
GOOD = """
case "$2" in
  venv) mkdir -p .venv/bin && rm -f .venv/bin/python && cp "$0" .venv/bin/python;;
  pip|reflex) echo "$@" >> calls;;
esac
exit ${EXIT_CODE:-0}
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("Makefile", *LOCKS):
        shutil.copy(PROJECT / name, tmp_path)
    (tmp_path / "path").mkdir()
    for tool in ("mkdir", "cp", "rm", "touch", "awk"):
        (tmp_path / "path" / tool).symlink_to(shutil.which(tool) or tool)
    return tmp_path


def put_on_path(checkout: Path, name: str, script: str) -> None:
    program = checkout / "path" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def make(checkout: Path, *targets: str, **environment: str) -> subprocess.CompletedProcess[str]:
    with_tools = {"PATH": str(checkout / "path"), **environment}
    return subprocess.run([MAKE, *targets], cwd=checkout, env=with_tools, capture_output=True, text=True, check=False)


def test_help_lists_every_command(checkout: Path):
    lines = make(checkout, "help").stdout.splitlines()
    assert " ".join(line.split()[1] for line in lines) == (
        "run dev test test-quick test-changed soak check lock messages user password backup restore upgrade-postgres "
        "deploy bench exam mutate screenshots help"
    )


def provide_environment(folder: Path) -> None:
    """Put the Makefile into the folder, with this environment, which has all packages."""
    for name in ("Makefile", *LOCKS):
        shutil.copy2(PROJECT / name, folder)  # with their times, so that nothing is installed
    (folder / ".venv").symlink_to(sys.prefix)


@pytest.mark.soak
def test_messages_leaves_complete_catalogues_and_begins_a_new_one_with_all_sentences(tmp_path: Path):
    provide_environment(tmp_path)
    shutil.copytree(PROJECT / "taskchat_app", tmp_path / "taskchat_app", ignore=shutil.ignore_patterns("__pycache__"))
    ran = subprocess.run([MAKE, "messages", "ADD=fr"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    folder = PROJECT / "taskchat_app" / "i18n" / "locales"
    updated = {path.name: path.read_text() for path in (tmp_path / folder.relative_to(PROJECT)).glob("*.po")}
    added = updated.pop("fr.po")
    assert updated == {path.name: path.read_text() for path in folder.glob("*.po")}, "Run make messages"
    assert added.count("\nmsgid ") == updated["de.po"].count("\nmsgid ")


@pytest.mark.soak
@pytest.mark.server
def test_a_backup_of_the_home_is_restored(tmp_path: Path):
    provide_environment(tmp_path)
    for name in ("taskchat_app", "alembic", "alembic.ini", "rxconfig.py"):
        (tmp_path / name).symlink_to(PROJECT / name)
    home, file = tmp_path / "home", tmp_path / "all.backup"
    empty_database.provide(home)
    in_home(home, ADD_USER.format("anna"))
    assert make_in_home(tmp_path, "backup", f"FILE={file}").startswith(f"All data are in {file}.")
    in_home(home, ADD_USER.format("bob"))
    assert "This replaces 2 accounts" in make_in_home(tmp_path, "restore", f"FILE={file}", answer="yes\n")
    assert in_home(home, "SELECT id FROM users") == [("anna",)]


def make_in_home(folder: Path, *arguments: str, answer: str = "") -> str:
    """Run make with the home in this folder; return what it printed."""
    environment = {**os.environ, "TASKCHAT_HOME": str(folder / "home")}
    command = [MAKE, "--no-print-directory", *arguments]  # else it prints more within `make test`
    ran = subprocess.run(
        command, cwd=folder, env=environment, input=answer, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def in_home(home: Path, statement: str) -> list[tuple[str]]:
    """Execute the statement in the embedded Postgres of the home, which runs meanwhile; return the rows."""
    embedded_postgres.ensure_running(home)
    try:
        with psycopg.connect(ServerPaths(home.resolve()).conninfo(DATABASE)) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []
    finally:
        embedded_postgres.release(home)


def test_a_python_that_is_too_old_is_named_and_one_without_venv_says_what_to_install(checkout: Path):
    for python, *told in (
        (TOO_OLD, "taskchat needs Python 3.11 or newer, and there is none on the PATH (Python 3.9.2)"),
        (WITHOUT_VENV, "python3 cannot make a virtual environment", "apt install python3-venv"),
    ):
        put_on_path(checkout, "python3", python)
        ran = make(checkout, "run")
        assert (ran.returncode, [words for words in told if words not in ran.stderr]) == (2, []), python
        assert python != TOO_OLD or not (checkout / ".venv").exists()


def test_a_newer_python_is_used_when_python3_is_too_old(checkout: Path):
    put_on_path(checkout, "python3", TOO_OLD)
    put_on_path(checkout, "python3.12", GOOD)
    assert make(checkout, "run").returncode == 0
    assert (checkout / "calls").read_text().splitlines()[-1] == "-m reflex run --env prod"


def test_locked_dependencies_are_installed_only_when_the_lock_changed(checkout: Path):
    put_on_path(checkout, "python3", GOOD)
    for _ in range(2):
        assert make(checkout, "run").returncode == 0
    installed = (checkout / ".venv" / "runtime-installed").stat().st_mtime
    os.utime(checkout / "requirements.lock", (installed + 1, installed + 1))
    assert make(checkout, "dev").returncode == 0
    calls = (checkout / "calls").read_text().splitlines()
    install = "-m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock"
    serve = "-m reflex run --env prod"
    calls = [call for call in calls if call != "-m pip --version"]
    assert calls == [install, serve, serve, install, "-m reflex run --env preview"]


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_replaced_python_gets_the_packages_again(checkout: Path, is_gone: bool):
    put_on_path(checkout, "python3", GOOD)
    put_on_path(checkout, "python3.14", WITHOUT_PACKAGES)
    assert make(checkout, "run").returncode == 0
    installed = (checkout / "calls").read_text().count("-m pip install")
    python = checkout / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(checkout / "path" / ("python3.10" if is_gone else "python3.14"))
    assert make(checkout, "run").returncode == 0
    calls = (checkout / "calls").read_text()
    assert calls.count("-m pip install") == 2 * installed == 2
    assert calls.splitlines()[-1] == "-m reflex run --env prod"


NAMES = {
    "user": ["EMAIL"], "password": ["EMAIL"], "backup": ["FILE"], "restore": ["FILE"], "messages": ["ADD"],
    "lock": ["UPGRADE"], "mutate": ["SAMPLE", "SEED", "ONLY", "KIND"], "test": ["TESTS", "BROWSER"],
    "soak": ["TESTS", "BROWSER"], "run": ["PORT"],
}  # fmt: skip
"""The commands with the values that they take."""
SHOWS_VALUES = """
case "$2" in
  venv) mkdir -p .venv/bin && rm -f .venv/bin/python && cp "$0" .venv/bin/python;;
  pip) ;;
  *) for value in "$@" "$EMAIL" "$PORT"; do echo "[$value]" >> values; done;;
esac
"""
COMMANDS = "x`touch ran`$(shell touch ran)$(touch ran)${HOME}';touch ran;'\";touch ran;\"|touch ran@example.org"


@pytest.mark.parametrize("target", NAMES)
def test_a_value_given_to_make_is_never_run(checkout: Path, target: str):
    put_on_path(checkout, "python3", SHOWS_VALUES)
    make(checkout, target, *(f"{name}={COMMANDS}" for name in NAMES[target]))
    assert not (checkout / "ran").exists()
    if target in ("user", "run"):
        assert f"[{COMMANDS}]" in (checkout / "values").read_text()


def test_a_failed_installation_is_repeated_by_the_next_run(checkout: Path):
    put_on_path(checkout, "python3", GOOD)
    assert make(checkout, "run", EXIT_CODE="1").returncode == 2
    assert make(checkout, "run").returncode == 0
    assert "-m reflex run --env prod" in (checkout / "calls").read_text()
