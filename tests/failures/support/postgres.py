"""A Postgres server over TCP, as an operator would run it, that tests can kill, suspend and fill."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Self

import psutil
import psycopg
from psycopg.pq import PGconn, Ping

from taskchat_app.domain.storage import postgres_process
from tests.serving import free_port

START_SECONDS = 30
NAME = "taskchat"


class Postgres:
    """`with Postgres() as postgres:`; `postgres.url` is its DATABASE_URL. `programs`: by default our wheel's folder."""

    def __init__(self, programs: Path | None = None) -> None:
        self._programs = programs or postgres_process.postgres_program("postgres").parent
        # Readable by all users: if the tests run as root, Postgres runs as another user.
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        self._folder.chmod(0o755)
        self._data = self._folder / "data"
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._data.mkdir(mode=0o700)
        options = ["-D", str(self._data), "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
        options += ["--locale=C.UTF-8", "--no-sync"]
        self._run("initdb", *options).wait(START_SECONDS)
        self.start()
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {NAME}".encode())
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self.resume()
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(START_SECONDS)
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{NAME}"

    def conninfo(self, database: str = NAME) -> str:
        return f"host=127.0.0.1 port={self.port} user=postgres dbname={database} connect_timeout=10"

    def start(self) -> None:
        """Start or restart it, and wait until it accepts connections."""
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        options = [f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self._data}"]
        chosen = [part for option in options for part in ("-c", option)]
        self._process = self._run("postgres", "-D", str(self._data), *chosen)
        deadline = time.monotonic() + START_SECONDS
        while PGconn.ping(self.conninfo("postgres").encode()) != Ping.OK:
            assert time.monotonic() < deadline, (self._folder / "log").read_text()
            time.sleep(0.05)

    def restart(self) -> None:
        """Kill it if it still runs, and start it."""
        self.kill()
        self.start()

    def kill(self) -> None:
        """Kill all its processes with SIGKILL."""
        assert self._process is not None
        if self._process.poll() is None:
            processes = self._processes()
            for process in processes:
                process.kill()
            psutil.wait_procs(processes, timeout=5)
        self._process.wait(5)

    def stop(self) -> None:
        """Stop it in fast mode, which closes all connections."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        self._process.wait(START_SECONDS)

    def suspend(self) -> None:
        """Suspend all its processes: connections stay open, nothing is answered."""
        for process in self._processes():
            process.suspend()

    def resume(self) -> None:
        for process in self._processes():
            process.resume()

    def limit_files(self, size: int | None) -> None:
        """Limit the size of files for all its processes, to simulate a full disk; None removes the limit.

        Postgres ignores SIGXFSZ, so that a write fails with EFBIG.
        """
        limit = "unlimited" if size is None else str(size)
        as_server = postgres_process._as_server_user(self._data)
        for process in self._processes():
            command = [*as_server, "prlimit", "--pid", str(process.pid), f"--fsize={limit}:"]
            done = subprocess.run(command, cwd="/", check=False, capture_output=True)
            assert done.returncode == 0 or not process.is_running(), done.stderr

    def _processes(self) -> list[psutil.Process]:
        assert self._process is not None
        postmaster = psutil.Process(self._process.pid)
        return [postmaster, *postmaster.children(recursive=True)]

    def _run(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [*postgres_process._as_server_user(self._data), str(self._programs / name), *arguments]
        environment = {"LC_ALL": "C", "PATH": os.defpath}
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(command, cwd="/", env=environment, stdout=log, stderr=log, start_new_session=True)
