"""Counts the sentences that the offline assistant understands: `python -m tests.assistant.understanding.measure`."""

import asyncio
from dataclasses import dataclass, field

from tests.assistant.understanding import clinc150, hwu64, hwu64_german
from tests.assistant.understanding.lists import ENGLISH, GERMAN, conversation_with
from tests.assistant.understanding.outcomes import Row, is_met

CORPORA = ((ENGLISH, clinc150.SENTENCES), (ENGLISH, hwu64.SENTENCES), (GERMAN, hwu64_german.SENTENCES))


@dataclass
class Measured:
    """Sentences about tasks, and those outside of taskchat: how many there are, and which are not met."""

    inside: int = 0
    outside: int = 0
    misunderstood: list[Row] = field(default_factory=list[Row])
    dishonest: list[Row] = field(default_factory=list[Row])

    @property
    def understood(self) -> int:
        """Sentences about tasks that did what they should, in whole per cent, rounded down."""
        return 100 * (self.inside - len(self.misunderstood)) // self.inside

    @property
    def refused(self) -> int:
        """Sentences outside of taskchat that changed nothing and were told so, in whole per cent, rounded down."""
        return 100 * (self.outside - len(self.dishonest)) // self.outside


async def measure() -> Measured:
    """Say every sentence in a conversation of its own."""
    found = Measured()
    for tasks, rows in CORPORA:
        for sentence, outcome in rows:
            met = await is_met(conversation_with(tasks), sentence, outcome)
            if outcome.kind == "outside":
                found.outside += 1
                found.dishonest += [] if met else [(sentence, outcome)]
            else:
                found.inside += 1
                found.misunderstood += [] if met else [(sentence, outcome)]
    return found


def main() -> None:
    found = asyncio.run(measure())
    for heading, rows in (("misunderstood", found.misunderstood), ("not refused", found.dishonest)):
        for sentence, outcome in rows:
            print(f"{heading}: {sentence}  →  {outcome}")  # noqa: T201 -- a program that prints
    print(f"understood {found.understood} % of {found.inside}, refused {found.refused} % of {found.outside}")  # noqa: T201 -- a program that prints


if __name__ == "__main__":
    main()
