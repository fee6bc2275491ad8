"""REDIS_URL: page state in a real Redis, and a Redis that goes away and comes back."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from playwright.async_api import expect

from tests.running.test_reflex_run import use_all_pages
from tests.serving import Server, free_port
from tests.ui.conftest import browser as browser
from tests.ui.conftest import visit as visit
from tests.ui.visitor import Visit

REDIS = shutil.which("redis-server") or ""
pytestmark = pytest.mark.skipif(not REDIS, reason="needs redis-server, which .ci/run installs")


class Redis:
    """A Redis server on 127.0.0.1 without files."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ("--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder))
        self._process = subprocess.Popen([REDIS, *options], stdout=subprocess.DEVNULL)
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


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[Redis]:
    running = Redis(tmp_path)
    running.start()
    yield running
    running.end()


async def test_pages_work_with_their_state_in_redis(visit: Visit, redis_server: Redis) -> None:
    with Server(REDIS_URL=redis_server.url) as server:
        visitor = await visit(server, signed_in=False)
        await use_all_pages(visitor)
        with redis.Redis.from_url(redis_server.url) as client:
            assert client.dbsize()

        redis_server.end()
        await visitor.send("add buy bread")
        await expect(visitor.page.get_by_text("What you did waits for it")).to_be_visible()
        await visitor.page.reload()
        await expect(visitor.page.get_by_text("Waiting for the connection")).to_be_visible()
        redis_server.start()
        await expect(visitor.tasks).to_have_count(2)
        await expect(visitor.user_messages.filter(has_text="add buy bread")).to_have_count(1)
        await visitor.page.goto("about:blank")
        visitor.errors.clear()  # of the time without Redis
