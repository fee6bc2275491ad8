"""Measures the share of sentences from public corpora that the offline assistant understands."""

from collections.abc import Iterator

from benchmarks.figures import Row
from benchmarks.servers import Servers
from benchmarks.sizes import Sizes
from tests.assistant.understanding.measure import measure


def understanding(_: Servers, __: Sizes) -> Iterator[Row]:
    """Say the sentences of tests/assistant/understanding; no server is needed."""
    found = measure()
    yield Row(f"understood of {found.inside} sentences", [found.understood], goal="≥ 90 %", unit="%")
    other = f"refused of {found.outside} sentences about something else"
    yield Row(other, [found.refused], goal="100 %", unit="%")
