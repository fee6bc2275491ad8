"""Two shared server instances: one whose Gemini fails, one that tests kill."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.failures.support.instances import Instance
from tests.failures.support.named_gemini import NamedGemini
from tests.standin import Standin

TURN_SECONDS = 8.0
"""TURN_TIMEOUT_SECONDS of `stable`."""
MODEL = "gemini-chosen"
"""GEMINI_MODEL of `killable`."""


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
def stable(gemini: NamedGemini) -> Iterator[Instance]:
    """An instance that no test kills: its log contains only failures of its Gemini."""
    with Instance(**gemini.settings, TURN_TIMEOUT_SECONDS=f"{TURN_SECONDS:g}") as instance:
        yield instance


@pytest.fixture(scope="session")
def _killable(standin: Standin) -> Iterator[Instance]:
    with Instance(**standin.settings, GEMINI_MODEL=MODEL) as instance:
        yield instance


@pytest.fixture
def killable(_killable: Instance, standin: Standin) -> Instance:
    """An instance that tests may kill; restarted if a previous test left it stopped."""
    standin.reset()
    _killable.ensure_running()
    return _killable
