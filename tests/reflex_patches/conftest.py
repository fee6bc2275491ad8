"""A Redis server for a test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running.support.redis_server import Redis


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path)
    server.start()
    yield server
    server.end()
