"""Upgrades the embedded Postgres's data to the major version that this taskchat brings: dump, restore, swap."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from taskchat_app.config import Settings, environment_with
from taskchat_app.domain.storage import backup, embedded_postgres
from taskchat_app.domain.storage.backup import BackupError
from taskchat_app.domain.storage.postgres_process import (
    POSTGRES_MAJOR,
    EmbeddedPostgresError,
    ServerPaths,
    accepts_connections,
    data_major,
    launch,
    postgres_program,
)

DEBIAN_PROGRAMS = Path("/usr/lib/postgresql")


def upgrade(chosen: Settings) -> str:
    """Upgrade the data of this TASKCHAT_HOME; return what was done in one sentence.

    The older data stay where they are until the new ones are complete, and then beside them. Raises
    EmbeddedPostgresError or BackupError; nothing has changed then. Blocking.
    """
    if chosen.database_url is not None:
        raise EmbeddedPostgresError("DATABASE_URL is set: upgrade that Postgres with its own tools")
    paths = ServerPaths(chosen.home.resolve())
    if not _is_older(data_major(paths)):
        return f"There are no data of an older Postgres than {POSTGRES_MAJOR} in {paths.home}."
    with embedded_postgres.stopped(paths) as server_lock:
        return _upgrade_stopped(chosen, paths, server_lock)


def _is_older(major: str) -> bool:
    return major.isdecimal() and int(major) < POSTGRES_MAJOR


def _upgrade_stopped(chosen: Settings, paths: ServerPaths, server_lock: FileIO) -> str:
    major = data_major(paths)
    kept = paths.folder / f"data-{major}"
    if not _is_older(major):  # it was, before the server was stopped
        raise EmbeddedPostgresError(f"Another process has just upgraded the data in {paths.home}")
    if kept.exists():
        raise EmbeddedPostgresError(f"{kept} is there from an earlier upgrade: move it away first")
    programs = programs_of(major)
    new = ServerPaths(paths.home / "upgrade")
    dump = new.home / "dump"
    for leftover in (new.home, paths.upgraded_data):  # of an upgrade that was killed
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        new.home.mkdir(mode=0o700)
        with _older_server(paths, programs, server_lock):
            backup.back_up(chosen, dump)
        _restore(new, dump)
        new.data.rename(paths.upgraded_data)
        paths.data.rename(kept)
        paths.upgraded_data.rename(paths.data)  # after a kill before it, the next start does it (_prepare_data)
    finally:
        shutil.rmtree(new.home, ignore_errors=True)
    return f"All data are in Postgres {POSTGRES_MAJOR} now. Those of Postgres {major} are kept in {kept}."


def programs_of(major: str) -> Path:
    """Return the folder of this major's programs (wheel or Debian). Raises EmbeddedPostgresError without them."""
    wheel = postgres_program("postgres").parents[2]
    for folder in (wheel / f"pginstall{major}", wheel / "pginstall", DEBIAN_PROGRAMS / major):
        program = folder / "bin" / "postgres"
        if program.exists() and _major_of(program) == major:
            return program.parent
    raise EmbeddedPostgresError(
        f"The data are of Postgres {major}, whose programs are not installed: install them (Debian: apt install"
        f" postgresql-{major}), then run this again"
    )


def _major_of(program: Path) -> str:
    """Return the major version: "17" for "postgres (PostgreSQL) 17.2"; "" for a program that does not say it."""
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    major = re.search(r"\d+", version)
    return major[0] if major else ""


@contextmanager
def _older_server(paths: ServerPaths, programs: Path, server_lock: FileIO) -> Generator[None]:
    """Run a server of the data's own major version. It inherits server.lock, which it alone holds after our close."""
    launch(paths, programs / "postgres", server_lock.fileno())
    try:
        deadline = time.monotonic() + embedded_postgres.START_TIMEOUT_SECONDS
        while not accepts_connections(paths):
            embedded_postgres.pause(paths, deadline)
        yield
    finally:
        server_lock.close()  # stop() waits until nobody holds it
        has_ended = embedded_postgres.stop(paths)
    if not has_ended:
        raise EmbeddedPostgresError(f"The older Postgres in {paths.home} has not stopped yet. Run this again")


def _restore(new: ServerPaths, file: Path) -> None:
    """Restore into a new home, in a process that uses that home; it stops its Postgres at its end."""
    command = [sys.executable, "-m", "taskchat_app.admin", "restore", str(file)]
    environment = environment_with(TASKCHAT_HOME=str(new.home))
    restore = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if restore.returncode != 0:
        lines = restore.stderr.strip().splitlines() or ["The new Postgres did not take the data"]
        raise BackupError(lines[-1])
    if not embedded_postgres.stop(new):
        raise EmbeddedPostgresError(f"The new Postgres in {new.home} has not stopped. Run this again")
