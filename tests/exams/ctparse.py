"""Date expressions from real booking mails: ctparse's gold file (Comtravo, MIT licence), with the moment of each mail.

Of its 1,997 expressions the exam takes those with one date, in German (1,150) and English (240). Where the gold itself
is wrong says ctparse_disputed.txt.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

from tests.exams.expressions import KEPT, TITLES, Expression, Meaning
from tests.exams.sources import Source

SOURCE = Source(
    "ctparse.json",
    "https://raw.githubusercontent.com/comtravo/ctparse/6e7817565829a2875f839f7392f1b896376c2e24/datasets/timeparse_corpus.json",
    "380de63fe1683afc425679bdf234ef3492d8a875d039a71e023d708b8bb4f4c5",
)
DISPUTED = Path(__file__).with_name("ctparse_disputed.txt")
_TIME = re.compile(r"Time\[\]\{(\d{4}-\d\d-\d\d) (?:(\d\d:\d\d)|X:X) \(X/(\w+)\)\}")


def expressions() -> Iterator[Expression]:
    rows = json.loads(SOURCE.text())
    disputed = {line.strip() for line in DISPUTED.read_text().splitlines() if line.startswith("    ")}
    for index, row in enumerate(rows):
        gold = _TIME.fullmatch(row["gold_parse"])
        if gold is None or row["language"] not in TITLES:
            continue
        meant = Meaning(date.fromisoformat(gold[1]), time.fromisoformat(gold[2]) if gold[2] else None)
        said_at = datetime.fromisoformat(row["ref_time"]).replace(tzinfo=UTC)
        is_kept = index % KEPT == 0
        is_disputed = not is_kept and f"{said_at:%Y-%m-%d} | {row['text']}" in disputed
        yield Expression(row["text"], row["language"], said_at, (meant,), is_kept, is_disputed)
