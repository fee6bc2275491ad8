"""The pytest fixture `gemini_standin`, for a conftest.py or a test file to import with `served`."""

from collections.abc import Iterator

import pytest

from tests.standin.server import Standin


@pytest.fixture(scope="session")
def served() -> Iterator[Standin]:
    """One stand-in for all tests that import this; a start and an end take 0.2 s."""
    with Standin() as standin:
        yield standin


@pytest.fixture
def gemini_standin(served: Standin) -> Standin:
    """A stand-in for Gemini's endpoint: `.base_url`, `.api_key`, `.script([...])`, `.requests`, `.release()`."""
    served.reset()
    return served
