"""Start, stop and recovery of the embedded Postgres, with real processes."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
import sqlalchemy

from taskchat_app.domain.storage import embedded_postgres
from taskchat_app.domain.storage.postgres_process import (
    PORT,
    ServerPaths,
    _as_server_user,
    accepts_connections,
    postgres_program,
    postmaster,
)
from tests import empty_database
from tests.waiting import has_ended, until

pytestmark = [pytest.mark.server, pytest.mark.soak]

PROJECT = Path(__file__).parents[3]
END_SECONDS = 30
"""Time limit for a server's start or end on a busy machine; most take a fraction of a second."""
USER_PROCESS = """
import signal, sys
from pathlib import Path
from taskchat_app.domain.storage import embedded_postgres as embedded

embedded.FAST_STOP_SECONDS = 30
# As in a terminal; background processes of a script, such as these tests, inherit an ignored SIGINT.
signal.signal(signal.SIGINT, signal.default_int_handler)
home = Path(sys.argv[1])
print("ready", flush=True)
for line in sys.stdin:
    print(embedded.ensure_running(home) if line == "join\\n" else embedded.release(home), flush=True)
"""


class UserProcess:
    """A separate process that uses the server of `home`."""

    def __init__(self, home: Path, cwd: Path = PROJECT, **environment: str):
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER_PROCESS, str(home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=cwd,
            start_new_session=True,  # its own process group for Ctrl-C, like a separate terminal
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(PROJECT), *sys.path]), **environment},
        )
        self.answer()

    def answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def begin(self, command: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()

    def join(self) -> str:
        self.begin("join")
        return self.answer()

    def end(self) -> None:
        """Wait for its normal exit."""
        self.process.communicate(timeout=2 * END_SECONDS)
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=2 * END_SECONDS)


@pytest.fixture(autouse=True)
def _long_stop_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for the server's end before returning from release(), also on a busy machine."""
    monkeypatch.setattr(embedded_postgres, "FAST_STOP_SECONDS", END_SECONDS)


@pytest.fixture
def home(new_home: Path) -> Path:
    """A home with a database, for tests that are not about its first start."""
    empty_database.provide(new_home)
    return new_home


@pytest.fixture
def new_home() -> Generator[Path]:
    """A home whose path is short enough for a socket in the data folder; tmp_path is too long with two workers."""
    with tempfile.TemporaryDirectory(prefix="taskchat-", ignore_cleanup_errors=True) as folder:
        home = Path(folder) / "home"
        yield home
        if postmaster(ServerPaths(home)) is not None:
            embedded_postgres.ensure_running(home)
        embedded_postgres.release(home)
        until(lambda: postmaster(ServerPaths(home)) is None, END_SECONDS)


@pytest.fixture
def user_process() -> Generator[Callable[..., UserProcess]]:
    started: list[UserProcess] = []

    def start(home: Path, **options: Any) -> UserProcess:
        started.append(UserProcess(home, **options))
        return started[-1]

    yield start
    for user in started:
        user.kill()


def server_of(home: Path) -> psutil.Process:
    paths = ServerPaths(home.resolve())
    until(lambda: postmaster(paths), END_SECONDS)  # a starting server needs a moment to write postmaster.pid
    process = postmaster(paths)
    assert process is not None
    return process


def wait_for_end(process: psutil.Process) -> None:
    """Wait for the end of a stopped server: on a slow machine release() returns before it."""
    until(lambda: has_ended(process), END_SECONDS)


def query(url: str, statement: str) -> Any:
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    with engine.begin() as connection:
        result = connection.execute(sqlalchemy.text(statement))
        return result.scalar() if result.returns_rows else None


def test_two_processes_share_one_server_and_the_last_one_stops_it(home: Path, user_process: Callable[..., UserProcess]):
    first, second = user_process(home), user_process(home)
    assert first.join() == second.join()
    server = server_of(home)
    first.end()
    assert not has_ended(server)
    assert query(embedded_postgres.url(home), "SELECT 1") == 1
    second.end()
    wait_for_end(server)


def test_a_killed_process_does_not_keep_the_server_up(home: Path, user_process: Callable[..., UserProcess]):
    killed = user_process(home)
    killed.join()
    server = server_of(home)
    killed.kill()
    assert not has_ended(server)
    embedded_postgres.ensure_running(home)
    assert server_of(home) == server
    embedded_postgres.release(home)
    wait_for_end(server)


def test_ctrl_c_in_one_terminal_does_not_stop_a_shared_server(home: Path, user_process: Callable[..., UserProcess]):
    starter = user_process(home)
    url = starter.join()
    embedded_postgres.ensure_running(home)
    server = server_of(home)
    os.killpg(starter.process.pid, signal.SIGINT)
    starter.process.communicate(timeout=2 * END_SECONDS)
    assert starter.process.returncode != 0
    assert query(url, "SELECT 1") == 1
    assert server_of(home) == server


def test_a_killed_server_is_restarted_with_all_committed_data(home: Path):
    url = embedded_postgres.ensure_running(home)
    query(url, "CREATE TABLE kept (word text)")
    query(url, "INSERT INTO kept VALUES ('here')")
    killed = server_of(home)
    killed.kill()
    assert embedded_postgres.ensure_running(home) == url
    assert server_of(home) != killed
    assert query(url, "SELECT word FROM kept") == "here"


def test_concurrent_processes_start_only_one_server(new_home: Path, user_process: Callable[..., UserProcess]):
    users = [user_process(new_home) for _ in range(4)]
    for user in users:
        user.begin("join")
    assert {user.answer() for user in users} == {embedded_postgres.url(new_home)}
    assert (new_home / "postgres.log").read_text().count("starting PostgreSQL") == 1


@pytest.mark.parametrize("joins", [True, False])
def test_a_forked_child_is_a_user_only_after_it_connects_itself(home: Path, joins: bool):
    script = """
import multiprocessing, sys
from pathlib import Path
from taskchat_app.domain.storage import embedded_postgres as embedded

embedded.FAST_STOP_SECONDS = 30
home, joins = Path(sys.argv[1]), sys.argv[2] == "True"

def work(pipe):
    if joins:
        embedded.ensure_running(home)
    pipe.send("started")
    pipe.recv()

context = multiprocessing.get_context("fork")
parent_end, child_end = context.Pipe()
embedded.ensure_running(home)
child = context.Process(target=work, args=(child_end,))
child.start()
parent_end.recv()
embedded.release(home)
print((home / "postgres/data/postmaster.pid").exists())
parent_end.send("end")
child.join()
print((home / "postgres/data/postmaster.pid").exists())
"""
    command = [sys.executable, "-c", script, str(home), str(joins)]
    output = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert output.split() == [str(joins), "False"]


def test_searches_ignore_the_case_of_umlauts_in_any_locale(new_home: Path, user_process: Callable[..., UserProcess]):
    url = user_process(new_home, LANG="C", LC_ALL="C").join()
    assert query(url, "SELECT 'ÜBUNG' ILIKE 'übung'") is True
    assert query(url, "SHOW TimeZone") == "UTC"


@pytest.mark.parametrize("name", ["a home with spaces", "x" * 90, "one,two", "50% done: yes"])
def test_a_home_may_have_any_folder_name(tmp_path: Path, name: str):
    home = tmp_path / name
    try:
        assert query(embedded_postgres.ensure_running(home), "SELECT current_database()") == "taskchat"
    finally:
        embedded_postgres.release(home)
    short = ServerPaths(home).socket_folder
    assert short == home / "postgres/data" or not short.exists()


def test_a_relative_and_an_absolute_path_name_the_same_home(home: Path, user_process: Callable[..., UserProcess]):
    relative = user_process(Path(home.name), cwd=home.parent)
    assert relative.join() == embedded_postgres.ensure_running(home)


def test_a_socket_folder_with_unsafe_permissions_is_rejected(tmp_path: Path):
    home = tmp_path / ("x" * 90)
    short = ServerPaths(home).socket_folder
    short.mkdir(mode=0o777)
    short.chmod(0o777)
    try:
        with pytest.raises(embedded_postgres.EmbeddedPostgresError, match="belongs to somebody else"):
            embedded_postgres.ensure_running(home)
    finally:
        short.rmdir()


def test_folder_modes_stay_private_and_the_server_opens_no_tcp_port(tmp_path: Path):
    above = tmp_path / "above"
    above.mkdir(mode=0o700)
    home = above / "home"
    url = embedded_postgres.ensure_running(home)
    try:
        assert [oct(folder.stat().st_mode & 0o777) for folder in (above, home, home / "postgres")] == ["0o700"] * 3
        assert query(url, "SHOW listen_addresses") == ""
        address = (home / "postgres/data/postmaster.pid").read_text().splitlines()[5]
        assert address == "", "Postgres writes the first TCP address that it listens on."
    finally:
        embedded_postgres.release(home)


def test_a_failed_start_and_data_of_another_postgres_version_report_their_reason_in_one_line(home: Path):
    embedded_postgres.ensure_running(home)
    embedded_postgres.release(home)
    (home / "postgres/data/PG_VERSION").write_text("16\n")
    with pytest.raises(embedded_postgres.EmbeddedPostgresError) as refusal:
        embedded_postgres.ensure_running(home)
    assert re.fullmatch(r".* was made by Postgres 16, .* Postgres 18: run make upgrade-postgres", str(refusal.value))
    (home / "postgres/data/PG_VERSION").write_text("18\n")
    (home / "postgres/data/global/pg_control").unlink()
    with pytest.raises(embedded_postgres.EmbeddedPostgresError, match=r"^Postgres did not start: .*postgres\.log\)$"):
        embedded_postgres.ensure_running(home)


def test_a_start_that_fails_while_the_process_ends_says_why(home: Path, monkeypatch: pytest.MonkeyPatch):
    def start(paths: ServerPaths) -> None:
        embedded_postgres.release(paths.home)  # as at the end of a process whose requests still start the server
        raise embedded_postgres.EmbeddedPostgresError("Postgres did not start: it is starting up")

    monkeypatch.setattr(embedded_postgres, "_start", start)
    monkeypatch.setattr(embedded_postgres, "RELEASE_SECONDS", 0.1)  # the starting thread holds the lock
    with pytest.raises(embedded_postgres.EmbeddedPostgresError, match="it is starting up"):
        embedded_postgres.ensure_running(home)


@pytest.mark.parametrize("name", ["file/home", "file"])
def test_a_home_that_cannot_be_created_is_named_in_the_error(tmp_path: Path, name: str):
    (tmp_path / "file").write_text("")
    line = rf"^TASKCHAT_HOME {tmp_path / name} cannot hold the database \(.*\)\. Set it to another folder$"
    with pytest.raises(embedded_postgres.EmbeddedPostgresError, match=line):
        embedded_postgres.ensure_running(tmp_path / name)


def test_a_stale_pid_reused_by_another_program_does_not_prevent_the_start(home: Path):
    embedded_postgres.ensure_running(home)
    killed, data = server_of(home), home / "postgres/data"
    killed.kill()
    owner = data.stat().st_uid
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, user=owner if os.geteuid() == 0 else None) as stranger:
        for file in (data / "postmaster.pid", data / f".s.PGSQL.{PORT}.lock"):
            file.write_text(file.read_text().replace(str(killed.pid), str(stranger.pid), 1))
        assert query(embedded_postgres.ensure_running(home), "SELECT 1") == 1
        embedded_postgres.release(home)
        assert stranger.poll() is None


def test_a_stale_pid_reused_by_another_homes_server_does_not_stop_that_server(home: Path, tmp_path: Path):
    other = tmp_path / "other"
    url = embedded_postgres.ensure_running(other)
    try:
        embedded_postgres.ensure_running(home)
        killed, pid_file = server_of(home), home / "postgres/data/postmaster.pid"
        killed.kill()
        pid_file.write_text(pid_file.read_text().replace(str(killed.pid), str(server_of(other).pid), 1))
        assert query(embedded_postgres.ensure_running(home), "SELECT 1") == 1
        embedded_postgres.release(home)
        assert query(url, "SELECT 1") == 1
    finally:
        embedded_postgres.release(other)


def test_an_incomplete_data_folder_of_an_interrupted_first_start_is_replaced(new_home: Path):
    half_made = new_home / "postgres/data.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")
    assert query(embedded_postgres.ensure_running(new_home), "SELECT 1") == 1
    assert not half_made.exists()


def test_a_home_that_was_created_again_gets_a_new_server(new_home: Path, user_process: Callable[..., UserProcess]):
    old_user = user_process(new_home)
    old_user.join()
    old = server_of(new_home)
    (new_home / "postgres").rename(new_home / "away")
    assert query(embedded_postgres.ensure_running(new_home), "SELECT 1") == 1
    wait_for_end(old)
    assert server_of(new_home) != old


def test_a_start_waits_for_recovery_up_to_the_timeout(home: Path, monkeypatch: pytest.MonkeyPatch):
    embedded_postgres.ensure_running(home)
    embedded_postgres.release(home)
    data, recovered = home / "postgres/data", home.parent / "recovered"
    (data / "recovery.signal").touch()
    with (data / "postgresql.auto.conf").open("a") as settings:
        settings.write("hot_standby = off\n")
        settings.write(f"restore_command = 'while [ ! -e {recovered} ]; do sleep 0.05; done; false'\n")
    with monkeypatch.context() as short_timeout:
        short_timeout.setattr(embedded_postgres, "START_TIMEOUT_SECONDS", 0.5)
        with pytest.raises(embedded_postgres.EmbeddedPostgresError, match="took no connection within"):
            embedded_postgres.ensure_running(home)
    recovering = server_of(home)
    waiting = threading.Thread(target=embedded_postgres.ensure_running, args=(home,))
    waiting.start()
    assert waiting.is_alive()
    recovered.touch()
    waiting.join(timeout=60)
    assert query(embedded_postgres.url(home), "SELECT pg_is_in_recovery()") is False
    assert server_of(home) == recovering


def test_connections_work_again_after_a_backend_is_killed(home: Path):
    url = embedded_postgres.ensure_running(home)
    with psycopg.connect(ServerPaths(home).conninfo("taskchat")) as connection:
        killed = psutil.Process(connection.info.backend_pid)
        killed.kill()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
        # The connection breaks a moment before the server notices the backend's end and closes all connections.
        until(lambda: has_ended(killed), END_SECONDS)
    assert query(embedded_postgres.ensure_running(home), "SELECT 1") == 1
    assert embedded_postgres.url(home) == url


@pytest.fixture
def resume_server(home: Path) -> Generator[Callable[[], None]]:
    """Suspend the home's running server; the returned function resumes it."""
    embedded_postgres.ensure_running(home)
    processes = [server_of(home), *server_of(home).children(recursive=True)]

    def each(act: Callable[[psutil.Process], None]) -> None:
        for process in processes:
            with suppress(psutil.NoSuchProcess):  # a worker or a backend may have ended meanwhile
                act(process)

    def resume() -> None:
        each(psutil.Process.resume)

    each(psutil.Process.suspend)

    yield resume
    resume()


def test_waiting_for_a_suspended_server_does_not_block_other_threads(home: Path, resume_server: Callable[[], None]):
    with ThreadPoolExecutor() as threads:
        check = threads.submit(accepts_connections, ServerPaths(home.resolve()))
        assert wait([check], timeout=0.1).not_done == {check}
        resume_server()


async def test_callers_get_an_error_until_a_suspended_server_resumes(home: Path, resume_server: Callable[[], None]):
    waiting = [embedded_postgres.ensure_running_within(home, 0.1) for _ in range(3)]
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(result) for result in results] == [embedded_postgres.EmbeddedPostgresError] * 3
    resume_server()
    await embedded_postgres.ensure_running_within(home, 30)
    assert query(embedded_postgres.url(home), "SELECT 1") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="another user than root runs Postgres itself")
def test_postgres_runs_from_a_folder_that_only_root_can_enter(tmp_path: Path):
    tmp_path.chmod(0o700)
    (tmp_path / "programs").symlink_to(postgres_program("initdb").parents[1])
    (tmp_path / "data").mkdir(mode=0o700)
    command = [str(tmp_path / "programs" / "bin" / "initdb"), "--no-sync", "--pgdata", str(tmp_path / "data")]
    made = subprocess.run(
        [*_as_server_user(tmp_path / "data"), *command], cwd="/", env={"LC_ALL": "C"}, capture_output=True, check=False
    )
    assert made.returncode == 0, made.stderr


@pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("setpriv"), reason="only root starts Postgres as another user"
)
def test_root_without_the_right_to_trace_processes_stops_the_server(home: Path):
    without_right = ["setpriv", "--bounding-set=-sys_ptrace"]  # as root in a container
    script = """
import sys
from pathlib import Path
from taskchat_app.domain.storage import embedded_postgres as embedded

embedded.FAST_STOP_SECONDS = 30
embedded.ensure_running(Path(sys.argv[1]))
embedded.release(Path(sys.argv[1]))
"""
    subprocess.run([*without_right, sys.executable, "-c", script, str(home)], cwd=PROJECT, check=True)
    data = str(ServerPaths(home.resolve()).data)
    assert [one for one in psutil.process_iter(["cmdline"]) if data in (one.info["cmdline"] or [])] == []
