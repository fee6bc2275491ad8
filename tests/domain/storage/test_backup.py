"""Backups are complete and restored exactly; refused ones change nothing."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import URL, NullPool, create_engine, make_url, text

from taskchat_app import admin as commands
from taskchat_app.config import Settings, settings
from taskchat_app.domain.storage import backup, database
from taskchat_app.domain.storage.backup import BackupError
from taskchat_app.domain.storage.postgres_upgrade import DEBIAN_PROGRAMS
from tests.failures.support.postgres import Postgres
from tests.programs import needs
from tests.serving import PROJECT
from tests.twins import Twins

pytestmark = pytest.mark.soak

NAMES = ("backed_up", "restored")
NOBODY = 65534
"""The id of a user without rights."""
OLDER = next((major for major in ("15", "16") if (DEBIAN_PROGRAMS / major).exists()), "15")
"""The Postgres of Debian, or of Ubuntu."""
"""The programs of the oldest Postgres here that docs/deploy.md permits, of those without transaction_timeout."""
ROWS = """
    INSERT INTO users (id, email, password_hash, timezone, last_task_number, last_change_id, created_at)
    SELECT 'user' || n, 'zo\u00eb' || n || '@example.org', '', 'UTC', 300, 0, now() FROM generate_series(1, 3) AS n;
    INSERT INTO tasks (user_id, number, title, description, priority, tags, position, created_at, updated_at, search)
    SELECT users.id, n, 'Task "' || n || E'" \\n \\t \u2713', '', 2, '{home}', 'a' || n, now(), now(), ''
    FROM users, generate_series(1, 300) AS n WHERE users.id LIKE 'user%'
"""
TABLES = "SELECT table_name, '' FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name"
CHECKSUM = "SELECT '{table}', count(*) || ' ' || md5(string_agg(row::text, ' ' ORDER BY row::text)) FROM {table} AS row"


@pytest.fixture
def databases(postgres: Twins) -> Iterator[tuple[Settings, Settings]]:
    """Two databases, the first with rows, as the settings with their addresses."""
    with two_databases(make_url(database.database_url(settings()))) as made:
        yield made


@contextmanager
def two_databases(url: URL) -> Iterator[tuple[Settings, Settings]]:
    """Make the two databases on this server, and drop them afterwards."""
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    urls = [url.set(database=name).render_as_string(hide_password=False) for name in NAMES]
    made = [settings().model_copy(update={"database_url": one}) for one in urls]
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {NAMES[0]}"))
        try:
            database.migrate(made[0])
            connection.execute(text(f"CREATE DATABASE {NAMES[1]} TEMPLATE {NAMES[0]}"))
            execute(made[0], ROWS)
            yield made[0], made[1]
        finally:
            for name in NAMES:
                connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    server.dispose()


def execute(chosen: Settings, statement: str) -> list[tuple[str, str]]:
    with create_engine(database.database_url(chosen), poolclass=NullPool).begin() as connection:
        result = connection.execute(text(statement.replace(":", r"\:")))
        return [(row[0], row[1]) for row in result] if result.returns_rows else []


def checksums(chosen: Settings) -> list[tuple[str, str]]:
    """Return each table with its number of rows and a hash of them."""
    tables = [table for table, _ in execute(chosen, TABLES)]
    return [row for table in tables for row in execute(chosen, CHECKSUM.format(table=table))]


def admin(*arguments: str, answer: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the owner: `admin("backup", "file", DATABASE_URL="…")`."""
    return subprocess.run(
        [sys.executable, "-m", "taskchat_app.admin", *arguments],
        cwd=PROJECT,
        env=os.environ | environment,
        input=answer,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


@pytest.fixture
def restore(monkeypatch: pytest.MonkeyPatch) -> Callable[[Settings, Path, str], None]:
    """Return a function that runs `restore` in this process with an answer on its standard input."""

    def run(chosen: Settings, file: Path, answer: str) -> None:
        monkeypatch.setattr(commands, "settings", lambda: chosen)
        monkeypatch.setattr("sys.stdin", StringIO(answer))
        commands._restore(str(file))

    return run


def test_a_restored_database_has_the_same_rows_in_every_table(
    databases: tuple[Settings, Settings], tmp_path: Path, restore: Callable[[Settings, Path, str], None]
):
    original, target = databases
    file = tmp_path / "taskchat.backup"
    made = admin("backup", str(file), DATABASE_URL=str(original.database_url))
    assert made.returncode == 0, made.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    execute(target, ROWS.replace("user'", "older'"))
    before = checksums(original)
    for answer in ("", "no\n"):
        with pytest.raises(BackupError, match=r"^Nothing was restored$"):
            restore(target, file, answer)
    assert checksums(target) != before
    into = {"DATABASE_URL": str(target.database_url)}
    restored = admin("restore", str(file), answer="yes\n", **into)
    assert restored.returncode == 0, restored.stderr
    assert "This replaces 3 accounts" in restored.stdout
    assert checksums(target) == before
    assert len(before) > 10
    assert admin("password", "zo\u00eb1@example.org", **into).returncode == 0  # the application's role has its rights


def test_a_restore_asks_only_where_it_can_be_done(
    databases: tuple[Settings, Settings],
    tmp_path: Path,
    restore: Callable[[Settings, Path, str], None],
    capsys: pytest.CaptureFixture[str],
):
    original, _ = databases
    file = tmp_path / "taskchat.backup"
    backup.back_up(original, file)
    execute(original, "DELETE FROM tasks; DELETE FROM users WHERE id <> 'user1'")
    with create_engine(database.database_url(original), poolclass=NullPool).connect() as connection:
        connection.execute(text("SELECT 1"))
        with pytest.raises(BackupError, match=r"^taskchat still uses this database. Stop it, then restore$"):
            restore(original, file, "")
    assert capsys.readouterr().out == ""
    with pytest.raises(BackupError, match=r"^Nothing was restored$"):
        restore(original, file, "")
    assert capsys.readouterr().out == "This replaces 1 account with all its data. Type yes to go on: "


@pytest.mark.server
@pytest.mark.usefixtures("postgres")
@needs(f"postgresql-{OLDER}")
def test_a_restore_works_in_an_older_postgres(tmp_path: Path):
    with (
        Postgres(DEBIAN_PROGRAMS / OLDER / "bin") as server,
        two_databases(make_url(server.url).set(drivername="postgresql+psycopg")) as made,
    ):
        original, target = made
        execute(original, "UPDATE tasks SET title = 'SET transaction_timeout = 0;' WHERE number = 7")
        backup.back_up(original, tmp_path / "backup")
        backup.restore(target, tmp_path / "backup")
        assert checksums(target) == checksums(original)
        assert len(checksums(target)) > 10


def test_a_backup_of_an_older_version_is_migrated(
    databases: tuple[Settings, Settings], tmp_path: Path, restore: Callable[[Settings, Path, str], None]
):
    original, target = databases
    with create_engine(database.database_url(original), poolclass=NullPool).connect() as connection:
        config = Config(str(database.ALEMBIC_INI))
        config.attributes["connection"] = connection
        command.downgrade(config, "-1")
        connection.commit()
    backup.back_up(original, tmp_path / "older.backup")
    restore(target, tmp_path / "older.backup", "")
    database.migrate(original)
    assert checksums(target) == checksums(original)


def test_refused_restores_change_nothing(databases: tuple[Settings, Settings], tmp_path: Path):
    original, _ = databases
    before = checksums(original)
    whole, newer, broken = (tmp_path / name for name in ("whole", "newer", "broken"))
    backup.back_up(original, whole)
    execute(original, "UPDATE alembic_version SET version_num = 'fromthefuture'")
    backup.back_up(original, newer)
    (revision,) = [row for row in before if row[0] == "alembic_version"]
    head = ScriptDirectory.from_config(Config(str(database.ALEMBIC_INI))).get_current_head()
    execute(original, f"UPDATE alembic_version SET version_num = '{head}'")
    broken.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    for file, reason in (
        (tmp_path / "missing", "there is no file"),
        (PROJECT / "README.md", "is no backup of taskchat"),
        (newer, "made by a newer taskchat"),
        (broken, rf"^FILE: {broken} cannot be restored \(pg_restore.*\)\. If it is incomplete, use another backup$"),
    ):
        with pytest.raises(BackupError, match=reason):
            backup.restore(original, file)
    with create_engine(database.database_url(original), poolclass=NullPool).connect() as connection:
        connection.execute(text("SELECT 1"))
        with pytest.raises(BackupError, match="Stop it"):
            backup.restore(original, whole)
    assert checksums(original) == before
    assert revision in checksums(original)


@contextmanager
def without_root() -> Iterator[None]:
    """Change to another user meanwhile if this one is root, who may read and write everything."""
    user = os.geteuid()
    os.seteuid(user or NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)


def test_a_file_that_cannot_be_read_or_written_is_one_line():
    with tempfile.TemporaryDirectory() as name:
        folder, closed = Path(name), Path(name) / "closed"
        closed.touch(mode=0)
        folder.chmod(0o555)
        with without_root(), pytest.raises(BackupError, match=rf"^FILE: {folder}/new: Permission denied$"):
            backup.back_up(settings(), folder / "new")
        with without_root(), pytest.raises(BackupError, match=rf"^FILE: {closed}: Permission denied$"):
            backup.check_backup(settings(), closed)
        folder.chmod(0o700)


def test_a_backup_replaces_no_file_and_needs_the_name_of_one(databases: tuple[Settings, Settings], tmp_path: Path):
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(BackupError, match="exists already"):
        backup.back_up(databases[0], tmp_path / "taken")
    with pytest.raises(BackupError, match="no folder"):
        backup.back_up(databases[0], tmp_path / "missing" / "file")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
    for folder in (".", "/", "..", str(PROJECT)):
        with pytest.raises(BackupError, match=rf"^FILE: {re.escape(folder)} is a folder\. Name a new file in it, "):
            backup.back_up(settings(), Path(folder))


def test_a_backup_is_not_written_through_a_link(databases: tuple[Settings, Settings], tmp_path: Path):
    aimed_at, link = tmp_path / "other", tmp_path / "taskchat.backup"
    link.symlink_to(aimed_at)
    Path(f"{link}.part").symlink_to(aimed_at)
    with pytest.raises(BackupError, match="exists already"):
        backup.back_up(databases[0], link)
    link.unlink()
    backup.back_up(databases[0], link)
    assert link.stat().st_mode & 0o777 == 0o600
    assert not aimed_at.exists()
