"""Backs up and restores all data, with the pg_dump, pg_restore and psql of the embedded Postgres."""

import os
import re
import secrets
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import Connection, create_engine, pool, text

from taskchat_app.config import Settings, environment_with
from taskchat_app.domain.storage.database import connection_string, database_url, is_known_revision
from taskchat_app.domain.storage.models import Row
from taskchat_app.domain.storage.postgres_process import postgres_program
from taskchat_app.domain.storage.row_security import EVERY_USER, SETTING

VERSION_TABLE = "alembic_version"
OWNER_OPTIONS = f"-c statement_timeout=0 -c idle_in_transaction_session_timeout=0 -c {SETTING}={EVERY_USER}"
"""Options of a connection without limits of time, to the rows of all users."""
MAGIC = b"PGDMP"
"""The first bytes of pg_dump's custom format."""
REVISION = re.compile(rf"^COPY \S*{VERSION_TABLE} .*\n(\w+)$", re.MULTILINE)  # "COPY alembic_version …", "0042"
SETTING_OF_17 = b"SET transaction_timeout = 0;\n"
"""A line of pg_restore's scripts; earlier servers do not know the setting."""


class BackupError(Exception):
    """A backup cannot be made or restored; str() is one line that says why. Nothing was changed."""


def back_up(chosen: Settings, file: Path) -> None:
    """Write all data to a new private file, which appears when it is complete. Raises BackupError."""
    with _errors_of(file):
        if file.is_dir():
            raise BackupError(f"FILE: {file} is a folder. Name a new file in it, such as {file / 'taskchat.backup'}")
        if file.exists() or file.is_symlink():
            raise BackupError(f"FILE: {file} exists already. Name a new file")
        if not file.parent.is_dir():
            raise BackupError(f"FILE: there is no folder {file.parent}")
        # Neither a file nor a link that another user has put there: the folder may be everybody's.
        part = file.with_name(f"{file.name}.{secrets.token_hex(8)}.part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        # Row-level security on: OWNER_OPTIONS permit the rows of all users.
        options = ("--format=custom", "--no-owner", "--no-privileges", "--enable-row-security")
        _run(chosen, "pg_dump", *options, stdout=descriptor)
        with _errors_of(file):
            os.fsync(descriptor)
            part.rename(file)
    finally:
        os.close(descriptor)
        part.unlink(missing_ok=True)


def restore(chosen: Settings, file: Path) -> None:
    """Replace all data by the data of a backup, in one transaction. Raises BackupError.

    The tables are then those of the backup's version: the caller migrates.
    """
    check_restore(chosen, file)
    # All tables of this version: the script drops only the tables of the backup's version.
    tables = ", ".join(f'"{name}"' for name in (*Row.metadata.tables, VERSION_TABLE))
    with tempfile.TemporaryDirectory(prefix="taskchat-restore-") as folder:
        script = Path(folder) / "restore.sql"
        shape = ("--clean", "--if-exists", "--no-owner", "--no-privileges")
        _read(chosen, file, *shape, f"--file={script}")
        with _connection(chosen) as connection:
            server_version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
        if server_version < 170_000:
            _comment_out_setting_of_17(script)
        steps = ("--command", f"DROP TABLE IF EXISTS {tables} CASCADE", "--file", str(script))
        quiet = ("--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1")
        _run(chosen, "psql", *quiet, "--single-transaction", *steps)


def check_restore(chosen: Settings, file: Path) -> None:
    """Raise BackupError if the file cannot be restored, or while taskchat uses the database."""
    check_backup(chosen, file)
    other_sessions = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
    """
    with _connection(chosen) as connection:
        if connection.execute(text(other_sessions)).scalar_one():
            raise BackupError("taskchat still uses this database. Stop it, then restore")


def check_backup(chosen: Settings, file: Path) -> None:
    """Raise BackupError if the file is no backup of this or an earlier version of taskchat."""
    with _errors_of(file):
        if not file.is_file():
            raise BackupError(f"FILE: there is no file {file}")
        with file.open("rb") as content:
            is_dump = content.read(len(MAGIC)) == MAGIC
    options = ("--data-only", f"--table={VERSION_TABLE}", "--file=-")
    found = is_dump and REVISION.search(_read(chosen, file, *options))
    if not found:
        raise BackupError(f"FILE: {file} is no backup of taskchat")
    if not is_known_revision(found[1]):
        raise BackupError("The backup was made by a newer taskchat than this one. Update taskchat, then restore")


def _comment_out_setting_of_17(script: Path) -> None:
    """Comment out SETTING_OF_17, which is before the first COPY. In place: the script has the size of all data."""
    with script.open("r+b") as file:
        for line in iter(file.readline, b""):
            if line.startswith(b"COPY "):
                return
            if line == SETTING_OF_17:
                file.seek(-len(line), os.SEEK_CUR)
                file.write(b"-- ")
                return


def count_accounts(chosen: Settings) -> int:
    """Return how many accounts a restore would replace."""
    with _connection(chosen) as connection:
        return connection.execute(text("SELECT count(*) FROM users")).scalar_one()


@contextmanager
def _errors_of(file: Path) -> Generator[None]:
    """Raise BackupError where the file cannot be read or written."""
    try:
        yield
    except OSError as error:
        raise BackupError(f"FILE: {file}: {error.strerror}") from error


@contextmanager
def _connection(chosen: Settings) -> Generator[Connection]:
    engine = create_engine(database_url(chosen), poolclass=pool.NullPool)
    with engine.connect() as connection:
        yield connection


def _read(chosen: Settings, file: Path, *options: str) -> str:
    """Run pg_restore, which reads the file and connects to no database; return what it printed."""
    try:
        return _run(chosen, "pg_restore", *options, str(file), connects=False)
    except BackupError as error:
        raise BackupError(
            f"FILE: {file} cannot be restored ({error}). If it is incomplete, use another backup"
        ) from error


def _run(chosen: Settings, program: str, *options: str, connects: bool = True, stdout: int = subprocess.PIPE) -> str:
    """Run a program, with a connection unless it reads files only; return what it printed.

    The password goes in the environment: every user can read the arguments of a process.
    """
    target: dict[str, str] = {name: str(value) for name, value in conninfo_to_dict(connection_string(chosen)).items()}
    password = target.pop("password", None)
    target["options"] = f"{target.get('options', '')} {OWNER_OPTIONS}"
    command = [postgres_program(program), *options]
    if connects:
        command.append(f"--dbname={make_conninfo('', **target)}")
    environment = environment_with(LC_ALL="C.UTF-8")
    if password:
        environment["PGPASSWORD"] = password
    ran = subprocess.run(command, env=environment, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False)
    if ran.returncode != 0:
        reason = next((line for line in ran.stderr.splitlines() if line.strip()), f"exit code {ran.returncode}")
        raise BackupError(f"{program} failed: {reason}")
    return ran.stdout or ""
