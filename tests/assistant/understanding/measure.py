"""Counts the sentences that the offline assistant understands: `python -m tests.assistant.understanding.measure`.

The sentences are those of the text files beside this one, in the notation of tests/assistant/offline/sentence_files.py.
"""

from dataclasses import dataclass, field
from pathlib import Path

from tests.assistant.offline.sentence_files import Row, read_rows

FILES = sorted(Path(__file__).parent.glob("*.txt"))


@dataclass
class Measured:
    """Sentences about tasks, and those outside of taskchat: how many there are, and what is wrong with which."""

    inside: int = 0
    outside: int = 0
    misunderstood: list[str] = field(default_factory=list[str])
    dishonest: list[str] = field(default_factory=list[str])

    @property
    def understood(self) -> int:
        """Sentences about tasks that did what they should, in whole per cent, rounded down."""
        return 100 * (self.inside - len(self.misunderstood)) // self.inside

    @property
    def refused(self) -> int:
        """Sentences outside of taskchat that changed nothing and were told so, in whole per cent, rounded down."""
        return 100 * (self.outside - len(self.dishonest)) // self.outside


def corpora() -> list[Row]:
    return [row for file in FILES for row in read_rows(file)]


def measure() -> Measured:
    """Say every sentence in a conversation of its own."""
    found = Measured()
    for row in corpora():
        wrong = list(filter(None, [row.failure()]))
        outcome = row.steps[-1].outcome
        if outcome and outcome.kind == "outside":
            found.outside += 1
            found.dishonest += wrong
        else:
            found.inside += 1
            found.misunderstood += wrong
    return found


def main() -> None:
    found = measure()
    for heading, failures in (("misunderstood", found.misunderstood), ("not refused", found.dishonest)):
        for failure in failures:
            print(f"{heading}: {failure}")  # noqa: T201 -- a program that prints
    print(f"understood {found.understood} % of {found.inside}, refused {found.refused} % of {found.outside}")  # noqa: T201 -- a program that prints


if __name__ == "__main__":
    main()
