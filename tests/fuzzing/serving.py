"""Starts the API without the page, as a process with its own TASKCHAT_HOME."""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests import empty_database
from tests.serving import CHEAP_HASHES, PROJECT, free_port

START_SECONDS = 300
STOP_SECONDS = 30


@contextmanager
def api_server() -> Iterator[str]:
    """Run the API and yield its origin; the error of a failed start contains its output."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="fuzzed-", ignore_cleanup_errors=True) as home:
        empty_database.provide(Path(home))
        environment = os.environ | {
            "TASKCHAT_HOME": home,
            "PYTHONPATH": str(CHEAP_HASHES),
            "JWT_SECRET": secrets.token_hex(32),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            **dict.fromkeys(("AUTH_BURST_LIMIT", "REGISTER_LIMIT", "CHAT_BURST_LIMIT"), "100000/minute"),
            "CHAT_DAILY_LIMIT": "100000",
            "CHAT_DAILY_LIMIT_TOTAL": "0",
            "REGISTRATIONS_PER_DAY": "100000",
        }
        with (Path(home) / "output").open("ab") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.fuzzing.server", str(port)],
                cwd=PROJECT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _wait_until_ready(f"http://127.0.0.1:{port}", process, Path(home) / "output")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_SECONDS)


def _wait_until_ready(origin: str, process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(f"{origin}/api/health", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"The API did not start:\n{output.read_text(errors='replace')[-4000:]}")
