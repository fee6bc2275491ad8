"""Two installations that the tests here share, started together: one whose Gemini fails, one that is killed."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.failures.instances import Instance, together
from tests.failures.named_gemini import NamedGemini
from tests.standin import Standin

TURN_SECONDS = 5.0
"""One whole reply, where Gemini fails."""


@pytest.fixture(scope="session")
def gemini() -> Iterator[NamedGemini]:
    """The Gemini of `steady`."""
    with tempfile.TemporaryDirectory() as folder, NamedGemini(Path(folder) / "hosts") as found:
        yield found


@pytest.fixture(scope="session")
def standin() -> Iterator[Standin]:
    """The Gemini of `mortal`."""
    with Standin() as found:
        yield found


@pytest.fixture(scope="session")
def _both(gemini: NamedGemini, standin: Standin) -> Iterator[tuple[Instance, ...]]:
    steady = Instance(**gemini.settings, TURN_TIMEOUT_SECONDS=f"{TURN_SECONDS:g}")
    mortal = Instance(GEMINI_API_KEY=standin.api_key, GEMINI_BASE_URL=standin.base_url)
    with together(steady, mortal) as both:
        yield both


@pytest.fixture(scope="session")
def steady(_both: tuple[Instance, ...]) -> Instance:
    """Never killed: all that it wrote is of its Gemini."""
    return _both[0]


@pytest.fixture
def mortal(_both: tuple[Instance, ...], standin: Standin) -> Instance:
    """To be killed; it is there again where a test before left it dead."""
    standin.reset()
    _both[1].see_to_it()
    return _both[1]
