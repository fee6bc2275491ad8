"""Runs the real server as a process on a free port with its own home."""

import fcntl
import http.server
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import httpx
import psutil

from taskchat_app.config import Settings
from taskchat_app.domain.storage import postgres_process
from taskchat_app.domain.storage.database import connection_string
from tests import built_page, empty_database, evidence
from tests.forking import Forks, Process

PROJECT = Path(__file__).parents[1]
START_SECONDS = 300
STOP_SECONDS = 60
CHEAP_HASHES = PROJECT / "tests" / "cheap_hashes"
PORTS = range(20_000, 32_000)
"""Ports that systems give to nobody by themselves: one stays free until its server starts, also between two starts."""
WORKERS_MAX = 8
_recent_ports: deque[int] = deque(maxlen=500)
NO_CERTIFICATES = False
"""For clients of test servers, which speak plain HTTP: loading all certificates takes 20 ms for each client."""


class Server:
    """A server process: `with Server(GEMINI_API_KEY=…) as server:`; browsers open `server.origin`."""

    serves_the_page = True
    folder = PROJECT
    """Its working directory."""
    python = sys.executable
    forks: Forks | None = None
    """Starts the servers of tests that are not about the start itself; see `use_forks`."""

    def __init__(self, **environment: str) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="server-"))
        self._process: Process | None = None
        self.port = free_port()
        self.origin = f"http://localhost:{self.port}"
        self._environment = {
            **inherited_environment(),
            "PORT": str(self.port),
            "TASKCHAT_HOME": str(self._folder / "home"),
            "REFLEX_WEB_WORKDIR": str(self._folder / "web"),
            "AUTH_BURST_LIMIT": "10000/minute",
            "REGISTER_LIMIT": "10000/minute",
            "REGISTRATIONS_PER_DAY": "1000000",
            "CHAT_DAILY_LIMIT_TOTAL": "0",
            "CHAT_BURST_LIMIT": "10000/minute",
            "CHAT_DAILY_LIMIT": "10000",
            **environment,
        }
        modules = [environment["PYTHONPATH"]] if "PYTHONPATH" in environment else []
        self._environment["PYTHONPATH"] = os.pathsep.join([*modules, str(CHEAP_HASHES)])

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        self.end()
        evidence.log_ends(self._log_name, by_failure=error is not None)
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _log_name(self) -> str:
        return f"server-{self.port}.log"

    @property
    def home(self) -> str:
        """Its TASKCHAT_HOME; another instance with the same home shares its database."""
        return self._environment["TASKCHAT_HOME"]

    @property
    def conninfo(self) -> str:
        """The connection string of its database."""
        url = self._environment.get("DATABASE_URL")
        settings = Settings(taskchat_home=Path(self.home), database_url=url, jwt_secret=32 * "x")  # pyright: ignore[reportCallIssue]  # the rest has defaults
        return connection_string(settings)

    @property
    def environment(self) -> dict[str, str]:
        """Its environment variables, for a command about the same installation."""
        return dict(self._environment)

    @property
    def output(self) -> str:
        """Its stdout and stderr so far."""
        return (self._folder / "output").read_text(errors="replace")

    def start(self) -> None:
        """Start the process and wait until it answers."""
        web = Path(self._environment["REFLEX_WEB_WORKDIR"])
        if web.exists() or not self.serves_the_page:
            self._start()
            return
        with built_page.shared(
            web, urlsplit(self._environment.get("PUBLIC_URL", self.origin)).netloc, only_serves=True
        ):
            self._start()

    def _start(self) -> None:
        self._process = self._launch()
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The server did not start:\n{self.output[-4000:]}")
            time.sleep(0.1)

    def _command(self) -> list[str]:
        return ["reflex", "run", "--env", "prod"]

    def _launch(self) -> Process:
        path = self._folder / "output"
        evidence.log_begins(self._log_name, path)
        is_plain = (self.python, self.folder) == (sys.executable, PROJECT)
        if self.forks and is_plain and self.forks.fits(self._environment):
            if "DATABASE_URL" not in self._environment:
                empty_database.provide(Path(self.home))
            return self.forks.start(self._command(), self._environment, path)
        return launch([self.python, "-m", *self._command()], self._environment, path, self.folder)

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        """Send the signal and wait for the end; SIGKILL goes to the whole process group."""
        if self._process is None:
            return
        os.killpg(self._process.pid, number) if number is signal.SIGKILL else self._process.send_signal(number)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(STOP_SECONDS)
            raise
        finally:
            self._process = None

    def kill_postgres(self) -> None:
        """Kill the embedded Postgres with SIGKILL; the next process that needs it starts it again."""
        postgres = postgres_process.postmaster(postgres_process.ServerPaths(Path(self.home).resolve()))
        if postgres is not None:
            postgres.kill()

    @contextmanager
    def suspended_postgres(self) -> Iterator[None]:
        """Suspend the embedded Postgres meanwhile: it does not answer, but has not ended."""
        processes = self.postgres()
        for process in processes:
            process.suspend()
        try:
            yield
        finally:
            for process in processes:
                with suppress(psutil.NoSuchProcess):  # a backend may have ended meanwhile
                    process.resume()

    @contextmanager
    def unstartable_postgres(self) -> Iterator[None]:
        """Kill the embedded Postgres, and prevent its start meanwhile."""
        paths = postgres_process.ServerPaths(Path(self.home).resolve())
        version = paths.data / "PG_VERSION"
        content = version.read_text()
        version.write_text("1\n")
        self.kill_postgres()
        with (paths.folder / "server.lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # once the last of its processes has ended
        try:
            yield
        finally:
            version.write_text(content)

    def pause(self) -> None:
        """Suspend the process group: connections stay open, nothing is answered."""
        self._signal_group(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal_group(signal.SIGCONT)

    def postgres(self) -> list[psutil.Process]:
        """Return the processes of the embedded Postgres."""
        postmaster = postgres_process.postmaster(postgres_process.ServerPaths(Path(self.home).resolve()))
        assert postmaster is not None
        return [postmaster, *postmaster.children(recursive=True)]

    def _signal_group(self, number: signal.Signals) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, number)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.origin}/api/health", timeout=2, verify=NO_CERTIFICATES).status_code == 200
        except httpx.HTTPError:
            return False


def launch(command: list[str], environment: dict[str, str], output: Path, folder: Path) -> subprocess.Popen[bytes]:
    """Start the command as a session of its own, and append what it prints to the file."""
    with output.open("ab") as written:
        return subprocess.Popen(
            command, cwd=folder, env=environment, stdout=written, stderr=subprocess.STDOUT, start_new_session=True
        )


def run_command(*command: str, output: Path, folder: Path = PROJECT, **environment: str) -> tuple[int, str]:
    """Run `python -m` with this command to its end, as a fork where that is possible; return exit code and output."""
    environment = {**inherited_environment(), "PYTHONPATH": str(CHEAP_HASHES), **environment}
    if Server.forks and folder == PROJECT and Server.forks.fits(environment):
        process = Server.forks.start(command, environment, output)
    else:
        process = launch([sys.executable, "-m", *command], environment, output, folder)
    try:
        return process.wait(START_SECONDS), output.read_text(errors="replace")
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(STOP_SECONDS)
        raise


def use_forks() -> None:
    """Start servers as forks from now on, where the system can."""
    if _has_pidfds():
        own = (name.upper() for name in Settings.model_fields)
        environment = {**inherited_environment(), "PYTHONPATH": str(CHEAP_HASHES)}
        Server.forks = Forks({name: environment[name] for name in environment.keys() - set(own)})


def _has_pidfds() -> bool:
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):  # another system than Linux, or a sandbox without them
        return False
    return True


def inherited_environment() -> dict[str, str]:
    """Return this process's environment, but not Reflex's own settings, which it stores in REFLEX_ variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("REFLEX_", "JWT_SECRET"))}
    return {**kept, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


@contextmanager
def http_server(handler: Callable[..., http.server.BaseHTTPRequestHandler], port: int = 0) -> Iterator[int]:
    """Serve the handler on 127.0.0.1 from a thread; yield the port, a free one by default."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def free_port() -> int:
    """Return a port of PORTS that nobody listens on, that no other worker of pytest-xdist gets, and that is not recent.

    Its server listens later, or ends and starts again: meanwhile nobody else may get it.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    while True:
        port = secrets.choice(PORTS[worker % WORKERS_MAX :: WORKERS_MAX])
        if port in _recent_ports:
            continue
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            _recent_ports.append(port)
            return port
