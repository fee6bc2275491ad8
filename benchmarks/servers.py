"""The measured processes: the stand-in for Gemini, the baseline ChatKit server and taskchat, each on 127.0.0.1."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from benchmarks.wire import Connection
from taskchat_app.config import Settings
from taskchat_app.domain.storage.database import connection_string
from tests.standin import API_KEY, Reply

PROJECT = Path(__file__).parents[1]
START_SECONDS = 30.0
END_SECONDS = 15.0
UNLIMITED = "1000000/minute"


@dataclass(frozen=True)
class Servers:
    """The ports of the servers, and taskchat's home and worker process."""

    model_port: int
    bare_port: int
    port: int
    home: Path
    worker: psutil.Process

    def script(self, *replies: Reply) -> None:
        """Set the stand-in's replies, which it repeats."""
        with Connection(self.model_port) as control:
            control.call("POST", "/_control/script", {"replies": replies, "repeat": True})

    def release(self) -> None:
        """Release the reply that is held."""
        with Connection(self.model_port) as control:
            control.call("POST", "/_control/release")

    def register(self, name: str) -> str:
        """Register a new account and return its bearer token."""
        with Connection(self.port) as connection:
            body = {"email": f"{name}@example.org", "password": "correct horse battery", "timezone": "UTC"}
            return connection.call("POST", "/api/auth/register", body)["token"]

    @property
    def database(self) -> str:
        """The connection string of taskchat's database, for libpq."""
        return connection_string(Settings(taskchat_home=self.home, database_url=None))  # pyright: ignore[reportCallIssue]: the rest has defaults


@contextmanager
def running() -> Generator[Servers]:
    """Run the three servers in a temporary folder."""
    with TemporaryDirectory(prefix="taskchat-bench-") as folder, ExitStack() as stack:
        model_port, bare_port, port = free_ports(3)
        model_url = f"http://127.0.0.1:{model_port}/v1beta/openai/"
        home = Path(folder) / "home"
        ours = {
            "PORT": str(port),
            "TASKCHAT_HOME": str(home),
            "GEMINI_API_KEY": API_KEY,
            "GEMINI_BASE_URL": model_url,
            "CHAT_DAILY_LIMIT": "1000000",
            "CHAT_BURST_LIMIT": UNLIMITED,
            "AUTH_BURST_LIMIT": UNLIMITED,
            "REGISTER_LIMIT": UNLIMITED,
            # Like `reflex run --env prod`, but without the page, whose build takes minutes.
            "REFLEX_ENV_MODE": "prod",
            "REFLEX_WEB_WORKDIR": str(Path(folder) / "web"),
            "__REFLEX_SKIP_COMPILE": "true",
        }
        bare = ("benchmarks.bare_chatkit", "--model-url", model_url, "--api-key", API_KEY)
        granian = ("granian", "--interface", "asgi", "--factory", "--workers", "1", "--log-level", "warning")
        stack.enter_context(_process("tests.standin", "--port", str(model_port)))
        stack.enter_context(_process(*bare, "--port", str(bare_port)))
        taskchat = _process(*granian, "--port", str(port), "taskchat_app.taskchat_app:app", environment=ours)
        supervisor = stack.enter_context(taskchat)
        for listening_port in (model_port, bare_port, port):
            _wait_for(listening_port, supervisor)
        [worker] = psutil.Process(supervisor.pid).children()
        yield Servers(model_port, bare_port, port, home, worker)


def free_ports(count: int) -> list[int]:
    """Return ports that are free now."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


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
