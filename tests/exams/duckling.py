"""Duckling's corpora of time expressions in English and German (Facebook, BSD licence), Haskell source.

The exam takes days and times of today or later, all said on 12 February 2013 at 4:30, and what Duckling must not read.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain

from tests.exams.expressions import KEPT, Expression, Meaning
from tests.exams.sources import Source

_FOLDER = "https://raw.githubusercontent.com/facebook/duckling/2c226585af5b9f4985d9c7151d7191603bb2add7/Duckling/Time"
SOURCES = {
    "en": Source(
        "duckling_en.hs", f"{_FOLDER}/EN/Corpus.hs", "0ff396ae38ea6c26d1901f5a8995082c48dad834606f4473e443bbf02af1da5e"
    ),
    "de": Source(
        "duckling_de.hs", f"{_FOLDER}/DE/Corpus.hs", "ad6fcbfdec20866ac43a08a928443359cca1f19269aa4b6b7595e49bbbf1ece1"
    ),
}
SAID_AT = datetime(2013, 2, 12, 4, 30, tzinfo=UTC)
_EXAMPLES = re.compile(r"examples \(datetime \((\d[\d, ]*)\) (Day|Hour|Minute)\)\s*\[((?:[^\]\"]|\"[^\"]*\")*)\]")
_NEGATIVE = re.compile(r"negativeCorpus = .*?\[((?:[^\]\"]|\"[^\"]*\")*)\]", re.DOTALL)
_LATENT = re.compile(r"^latentCorpus = .*?^\w+ ::", re.DOTALL | re.MULTILINE)
_TEXT = re.compile(r'"([^"]*)"')


def expressions(language: str) -> Iterator[Expression]:
    source = _LATENT.sub("", SOURCES[language].text())  # what Duckling reads only where a date is asked for
    texts = enumerate(chain(_positive(source), _negative(source)))
    for index, (text, meanings) in texts:
        yield Expression(text, language, SAID_AT, meanings, index % KEPT == 0)


def _positive(source: str) -> Iterator[tuple[str, tuple[Meaning, ...]]]:
    for numbers, grain, texts in _EXAMPLES.findall(source):
        meant = datetime(*map(int, numbers.split(",")), tzinfo=UTC)
        if meant.date() < SAID_AT.date():
            continue
        for text in _TEXT.findall(texts):
            yield text, (Meaning(meant.date(), None if grain == "Day" else meant.time()),)


def _negative(source: str) -> Iterator[tuple[str, tuple[Meaning, ...]]]:
    for texts in _NEGATIVE.findall(source):
        for text in _TEXT.findall(texts):
            yield text, ()
