"""The measured processes: the stand-in for Gemini, the baseline ChatKit server and taskchat, each on 127.0.0.1."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg

from benchmarks.wire import Connection
from taskchat_app.config import Settings
from taskchat_app.domain.storage.database import connection_string
from taskchat_app.domain.storage.postgres_process import ServerPaths
from tests.standin import API_KEY, Reply

PROJECT = Path(__file__).parents[1]
START_SECONDS = 120.0
"""Long, since a machine may be slow or busy."""
END_SECONDS = 15.0
STATEMENT = re.compile(r"^(\d+) LOG: +(?:statement|execute [^:]*): (.*)", re.MULTILINE)
UNLIMITED = "1000000/minute"
REGISTRATIONS_AT_ONCE = 8


@dataclass(frozen=True)
class Servers:
    """The ports of the servers, the baseline's process, and taskchat's home and worker process."""

    model_port: int
    bare_port: int
    bare: psutil.Process
    port: int
    home: Path
    worker: psutil.Process

    def script(self, *replies: Reply, by_turn: bool = False) -> None:
        """Set the stand-in's replies, which it repeats; with `by_turn` each turn gets them from the first."""
        how = {"by_turn": True} if by_turn else {"repeat": True}
        with Connection(self.model_port) as control:
            control.call("POST", "/_control/script", {"replies": replies, **how})

    def release(self) -> None:
        """Release the reply that is held."""
        with Connection(self.model_port) as control:
            control.call("POST", "/_control/release")

    def register(self, name: str) -> str:
        """Register a new account and return its bearer token."""
        with Connection(self.port) as connection:
            body = {"email": f"{name}@example.org", "password": "correct horse battery", "timezone": "UTC"}
            return connection.call("POST", "/api/auth/register", body)["token"]

    def register_all(self, name: str, count: int) -> list[str]:
        """Register so many accounts and return their bearer tokens."""
        with ThreadPoolExecutor(REGISTRATIONS_AT_ONCE) as pool:
            return list(pool.map(self.register, [f"{name}-{number}" for number in range(count)]))

    @contextmanager
    def logged_statements(self) -> Generator[Callable[[], list[str]]]:
        """Let Postgres log all statements; yield a function that returns those since its last call.

        Without those of background jobs, which do not name a user when their transaction begins.
        """
        with psycopg.connect(self.database, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET log_statement = 'all'")
            connection.execute("ALTER SYSTEM SET log_line_prefix = '%p '")
            connection.execute("SELECT pg_reload_conf()")
            with ServerPaths(self.home.resolve()).log.open() as log:
                yield lambda: _statements_of_users(log.read())
            connection.execute("ALTER SYSTEM RESET ALL")
            connection.execute("SELECT pg_reload_conf()")

    @property
    def database(self) -> str:
        """The connection string of taskchat's database, for libpq."""
        return connection_string(Settings(taskchat_home=self.home, database_url=None))  # pyright: ignore[reportCallIssue]  # the rest has defaults


@contextmanager
def running() -> Generator[Servers]:
    """Run the three servers in a temporary folder."""
    with TemporaryDirectory(prefix="taskchat-bench-") as folder, ExitStack() as stack:
        model_port, bare_port = stack.enter_context(model()), _free_port()
        bare = ("benchmarks.bare_chatkit", "--model-url", _model_url(model_port), "--api-key", API_KEY)
        baseline = stack.enter_context(_process(*bare, "--port", str(bare_port)))
        _wait_for(bare_port, baseline)
        port, home, [worker] = stack.enter_context(taskchat(Path(folder), model_port))
        yield Servers(model_port, bare_port, psutil.Process(baseline.pid), port, home, worker)


@contextmanager
def another(servers: Servers) -> Generator[Servers]:
    """Run taskchat once more, with a database of its own, beside the same stand-in and baseline."""
    with (
        TemporaryDirectory(prefix="taskchat-bench-") as folder,
        taskchat(Path(folder), servers.model_port) as (port, home, [worker]),
    ):
        yield replace(servers, port=port, home=home, worker=worker)


@contextmanager
def model() -> Generator[int]:
    """Run the stand-in for Gemini; yield its port."""
    port = _free_port()
    with _process("tests.standin", "--port", str(port)) as process:
        _wait_for(port, process)
        yield port


@contextmanager
def taskchat(
    folder: Path, model_port: int, workers: int = 1, **settings: str
) -> Generator[tuple[int, Path, list[psutil.Process]]]:
    """Run taskchat in the folder; yield its port, home and worker processes."""
    port = _free_port()
    home = folder / "home"
    environment = {
        "PORT": str(port),
        "TASKCHAT_HOME": str(home),
        "GEMINI_API_KEY": API_KEY,
        "GEMINI_BASE_URL": _model_url(model_port),
        "CHAT_DAILY_LIMIT": "1000000",
        "CHAT_BURST_LIMIT": UNLIMITED,
        "AUTH_BURST_LIMIT": UNLIMITED,
        "REGISTER_LIMIT": UNLIMITED,
        "REGISTRATIONS_PER_DAY": "1000000",
        "CHAT_DAILY_LIMIT_TOTAL": "0",
        # Like `reflex run --env prod`, but without the page, whose build takes minutes.
        "REFLEX_ENV_MODE": "prod",
        "REFLEX_WEB_WORKDIR": str(folder / "web"),
        "__REFLEX_SKIP_COMPILE": "true",
        "WORKERS": str(workers),
        **settings,
    }
    granian = ("granian", "--interface", "asgi", "--factory", "--workers", str(workers), "--log-level", "warning")
    process = _process(*granian, "--port", str(port), "taskchat_app.taskchat_app:app", environment=environment)
    with process as supervisor:
        _wait_for(port, supervisor)
        children = psutil.Process(supervisor.pid).children()
        yield port, home, [child for child in children if "resource_tracker" not in " ".join(child.cmdline())]


def _model_url(model_port: int) -> str:
    return f"http://127.0.0.1:{model_port}/v1beta/openai/"


def _statements_of_users(log: str) -> list[str]:
    """Return the statements of transactions that name a user, except `*`, in a log whose lines begin with the pid."""
    found: list[str] = []
    has_user: dict[str, bool] = {}
    for process, statement in STATEMENT.findall(log):
        if statement.startswith("BEGIN"):
            has_user[process] = "taskchat.user_id" in statement and "'*'" not in statement
        if has_user.get(process):
            found.append(statement)
    return found


def _free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def _process(*module: str, environment: dict[str, str] | None = None) -> Generator[subprocess.Popen[bytes]]:
    """Run `python -m module` until the block ends, with the given settings instead of the caller's."""
    inherited = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    process = subprocess.Popen(
        [sys.executable, "-m", *module], cwd=PROJECT, env=inherited | (environment or {}), stdout=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        children = [*psutil.Process(process.pid).children(recursive=True)] if process.poll() is None else []
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            for child in children:
                child.kill()
            process.kill()
            process.wait()


def _wait_for(port: int, supervisor: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if supervisor.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("A server did not start; see its output above.") from None
            time.sleep(0.05)
