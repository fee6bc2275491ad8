"""The share of the sentences that is understood, as docs/development.md states it."""

import re
from pathlib import Path

import pytest

from tests.assistant.understanding.measure import corpora, measure

DOCUMENT = Path(__file__).parents[3] / "docs/development.md"
STATED = re.compile(
    r"understands (?P<understood>\d+) % of (?P<inside>\d+) English and German sentences .*?"
    r"refuses (?P<refused>\d+) % of (?P<outside>\d+) about something else",
    re.DOTALL,
)


@pytest.mark.soak
def test_the_documentation_states_how_many_sentences_are_understood() -> None:
    found = measure()
    stated = STATED.search(DOCUMENT.read_text())
    assert stated is not None
    numbers = {name: int(number) for name, number in stated.groupdict().items()}
    measured = {name: getattr(found, name) for name in numbers}
    assert measured == numbers, "\n\n".join([*found.misunderstood, *found.dishonest])


def test_no_sentence_is_counted_twice() -> None:
    sentences = [row.said.lower() for row in corpora()]
    assert len(sentences) > 300
    assert len(set(sentences)) == len(sentences)
