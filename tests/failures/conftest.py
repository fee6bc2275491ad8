"""Two shared server instances, started together: one whose Gemini fails, one that tests kill."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.failures.support.instances import Instance, started_together
from tests.failures.support.named_gemini import NamedGemini
from tests.standin import Standin

TURN_SECONDS = 5.0
"""TURN_TIMEOUT_SECONDS of `stable`."""


@pytest.fixture(scope="session")
def gemini() -> Iterator[NamedGemini]:
    """The Gemini of `stable`."""
    with tempfile.TemporaryDirectory() as folder, NamedGemini(Path(folder) / "hosts") as gemini:
        yield gemini


@pytest.fixture(scope="session")
def standin() -> Iterator[Standin]:
    """The Gemini of `killable`."""
    with Standin() as standin:
        yield standin


@pytest.fixture(scope="session")
def _both(gemini: NamedGemini, standin: Standin) -> Iterator[tuple[Instance, ...]]:
    stable = Instance(**gemini.settings, TURN_TIMEOUT_SECONDS=f"{TURN_SECONDS:g}")
    killable = Instance(GEMINI_API_KEY=standin.api_key, GEMINI_BASE_URL=standin.base_url)
    with started_together(stable, killable) as both:
        yield both


@pytest.fixture(scope="session")
def stable(_both: tuple[Instance, ...]) -> Instance:
    """An instance that no test kills: its log contains only failures of its Gemini."""
    return _both[0]


@pytest.fixture
def killable(_both: tuple[Instance, ...], standin: Standin) -> Instance:
    """An instance that tests may kill; restarted if a previous test left it stopped."""
    standin.reset()
    _both[1].ensure_running()
    return _both[1]
