"""Three shared server instances: one whose Gemini fails, one that tests kill, one that crowds of clients use."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.failures.support.faults import TURN_SECONDS
from tests.failures.support.instances import Instance
from tests.failures.support.named_gemini import NamedGemini
from tests.standin import Standin

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
    with Instance(**gemini.settings, TURN_TIMEOUT_SECONDS=str(TURN_SECONDS)) as instance:
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


@pytest.fixture(scope="session")
def crowded() -> Iterator[Instance]:
    """An instance with the offline assistant. It trusts one proxy hop: a header chooses the network of a client."""
    with Instance(TRUSTED_PROXY_HOPS="1") as instance:
        yield instance
