"""A real Redis on 127.0.0.1, as managed ones are: without the command CONFIG."""

import shutil
import subprocess
import time
from pathlib import Path

import redis

from tests.serving import free_port

REDIS = shutil.which("redis-server")


class Redis:
    """A Redis server without files; `url` is its REDIS_URL."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder))
        without_config = ("--rename-command", "CONFIG", "")
        command = ["redis-server", *options, *without_config]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        with redis.Redis.from_url(self.url) as client:
            deadline = time.monotonic() + 20
            while True:
                try:
                    client.ping()
                except redis.ConnectionError:
                    assert time.monotonic() < deadline, "Redis did not start"
                    time.sleep(0.05)
                else:
                    return

    def end(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    def count_keys(self) -> int:
        with redis.Redis.from_url(self.url) as client:
            return int(client.dbsize())  # pyright: ignore[reportArgumentType]  # typed for async clients too
