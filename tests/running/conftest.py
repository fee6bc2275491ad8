"""A fixture of the tests that run whole installations: the model of their servers."""

from collections.abc import Iterator

import pytest

from tests.standin import Standin


@pytest.fixture(scope="module")
def model() -> Iterator[Standin]:
    """A model that sends scripted replies."""
    with Standin() as standin:
        yield standin
