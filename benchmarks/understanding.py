"""How many sentences that people write to assistants the offline assistant understands."""

import asyncio
from collections.abc import Iterator

from benchmarks.servers import Servers
from tests.assistant.understanding.measure import measure


def understanding(_: Servers) -> Iterator[tuple[str, ...]]:
    """Say the sentences of tests/assistant/understanding; no server is needed."""
    found = asyncio.run(measure())
    yield f"understood of {found.inside} sentences", f"{found.understood} %", "-", "-", "-", "≥ 90 %"
    yield f"refused of {found.outside} sentences about something else", f"{found.refused} %", "-", "-", "-", "100 %"
