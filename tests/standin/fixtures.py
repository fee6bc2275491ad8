"""The pytest fixture `gemini_standin`, for a conftest.py or a test file to import."""

from collections.abc import Iterator

import pytest

from tests.standin.server import Standin


@pytest.fixture
def gemini_standin() -> Iterator[Standin]:
    """A stand-in for Gemini's endpoint: `.base_url`, `.api_key`, `.script([...])`, `.requests`, `.release()`."""
    with Standin() as standin:
        yield standin
