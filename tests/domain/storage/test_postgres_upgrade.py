"""Upgrade of the embedded Postgres: all rows arrive, the older data are kept, a failure changes nothing."""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from taskchat_app.config import Settings, settings
from taskchat_app.domain.storage import database, embedded_postgres, postgres_upgrade
from taskchat_app.domain.storage.backup import BackupError
from taskchat_app.domain.storage.postgres_process import (
    DATABASE,
    EmbeddedPostgresError,
    ServerPaths,
    _as_server_user,
    accepts_connections,
    launch,
)
from tests.domain.storage.test_backup import ROWS, admin, checksums, execute
from tests.programs import needs
from tests.waiting import until

WHEEL, DEBIAN = "16", "15"
SECONDS = 60
pytestmark = [pytest.mark.server, pytest.mark.soak]


class OlderHome:
    """A TASKCHAT_HOME as a taskchat with an older Postgres left it; `start` and `stop` run that Postgres."""

    def __init__(self, folder: Path, major: str) -> None:
        self.paths = ServerPaths(folder.resolve())
        self._programs = postgres_upgrade.programs_of(major)
        self.settings: Settings = settings().model_copy(update={"database_url": self.paths.url})
        self.paths.data.mkdir(mode=0o700, parents=True)
        self.paths.home.chmod(0o755)
        options = ("-D", str(self.paths.data), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C")
        self._run("initdb", *options)
        self.start()
        self._run("createdb", "-h", str(self.paths.socket_folder), "-U", "postgres", DATABASE)
        database.migrate(self.settings)
        execute(self.settings, ROWS)

    def start(self) -> None:
        with embedded_postgres.stopped(self.paths) as lock:
            launch(self.paths, self._programs / "postgres", lock.fileno())
        until(lambda: accepts_connections(self.paths), SECONDS)

    def stop(self) -> None:
        embedded_postgres.stop(self.paths)

    def _run(self, name: str, *options: str) -> None:
        command = [*_as_server_user(self.paths.data), str(self._programs / name), *options]
        subprocess.run(command, check=True, cwd="/", env={"LC_ALL": "C"}, capture_output=True)


@pytest.fixture(params=[WHEEL, pytest.param(DEBIAN, marks=needs(f"postgresql-{DEBIAN}"))])
def older(request: pytest.FixtureRequest, tmp_path: Path, postgres: None) -> Iterator[OlderHome]:
    home = OlderHome(tmp_path / "home", request.param)
    yield home
    home.stop()


def upgrade(home: Path) -> str:
    return postgres_upgrade.upgrade(settings().model_copy(update={"taskchat_home": home}))


def test_data_of_a_newer_postgres_are_left_alone(tmp_path: Path):
    version = tmp_path / "postgres" / "data" / "PG_VERSION"
    version.parent.mkdir(parents=True)
    version.write_text("99")
    assert upgrade(tmp_path) == f"There are no data of an older Postgres than 18 in {tmp_path}."


def test_all_rows_are_in_the_new_postgres_and_older_data_kept(older: OlderHome, monkeypatch: pytest.MonkeyPatch):
    home, data = older.paths.home, older.paths.data
    before = checksums(older.settings)
    assert len(before) > 10
    with (older.paths.folder / "users.lock").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        with pytest.raises(EmbeddedPostgresError, match=f"^taskchat still uses the database in {home}. Stop it first$"):
            upgrade(home)
    execute(older.settings, "UPDATE alembic_version SET version_num = version_num || 'newer'")
    with pytest.raises(BackupError, match=r"^The backup was made by a newer taskchat"):
        upgrade(home)  # stops the older Postgres, which has no user, as after an interrupted upgrade
    older.start()
    execute(older.settings, "UPDATE alembic_version SET version_num = replace(version_num, 'newer', '')")
    assert checksums(older.settings) == before
    older.stop()
    check_that_no_data_are_replaced_while_a_process_lives(older, monkeypatch)

    with pytest.raises(EmbeddedPostgresError, match=r": run make upgrade-postgres$"):
        embedded_postgres.ensure_running(home)
    major = (data / "PG_VERSION").read_text().strip()
    done = admin("upgrade-postgres", TASKCHAT_HOME=str(home))
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"All data are in Postgres 18 now. Those of Postgres {major} are kept in {data}-{major}.\n"
    try:
        embedded_postgres.ensure_running(home)
        assert checksums(older.settings) == before
    finally:
        embedded_postgres.release(home)
    assert (data.with_name(f"data-{major}") / "PG_VERSION").read_text().strip() == major
    assert sorted(path.name for path in home.iterdir()) == ["postgres", "postgres.log"]
    assert upgrade(home) == f"There are no data of an older Postgres than 18 in {home}."


def check_that_no_data_are_replaced_while_a_process_lives(older: OlderHome, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch, embedded_postgres.stopped(older.paths) as lock:
        patch.setattr(embedded_postgres, "FAST_STOP_SECONDS", 0.5)
        held = os.dup(lock.fileno())  # as each process of the older server does
        try:
            with pytest.raises(EmbeddedPostgresError, match="has not stopped yet"):
                postgres_upgrade._upgrade_stopped(older.settings, older.paths, lock)
        finally:
            os.close(held)
    assert [path.name for path in older.paths.folder.glob("data*")] == ["data"]


def test_an_upgrade_that_was_killed_in_its_last_step_is_finished_by_the_next_start(tmp_path: Path):
    paths = ServerPaths(tmp_path.resolve())
    embedded_postgres.ensure_running(paths.home)
    embedded_postgres.release(paths.home)
    (paths.data / "marked").touch()
    paths.data.rename(paths.upgraded_data)
    embedded_postgres.ensure_running(paths.home)
    embedded_postgres.release(paths.home)
    assert (paths.data / "marked").exists()


def test_a_second_upgrade_leaves_the_dump_of_the_first(tmp_path: Path):
    paths = ServerPaths(tmp_path.resolve())
    paths.data.mkdir(parents=True)
    (paths.data / "PG_VERSION").write_text(f"{WHEEL}\n")
    dump = paths.home / "upgrade" / "dump"
    dump.parent.mkdir()
    dump.touch()
    with embedded_postgres.stopped(paths):
        refused = admin("upgrade-postgres", TASKCHAT_HOME=str(paths.home))
    assert (refused.returncode, dump.exists()) == (1, True)
    assert refused.stderr == f"Another process is starting or stopping the database in {paths.home}\n"


def test_missing_programs_are_named_and_nothing_changes(tmp_path: Path):
    (tmp_path / "postgres" / "data").mkdir(parents=True)
    version = tmp_path / "postgres" / "data" / "PG_VERSION"
    version.write_text("9\n")
    named = r"Postgres 9, whose programs are not installed: install them \(Debian: apt install postgresql-9\)"
    for _ in range(2):  # the first refusal has released the locks
        with pytest.raises(EmbeddedPostgresError, match=named):
            upgrade(tmp_path)
    assert version.read_text() == "9\n"
    shutil.rmtree(tmp_path / "postgres")
    assert upgrade(tmp_path).startswith("There are no data")
