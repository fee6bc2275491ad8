"""Date expressions from real booking mails: ctparse's gold file (Comtravo, MIT licence), with the moment of each mail.

Of its 1,997 expressions the exam takes those with one date, in German (1,150) and English (240). Each follows a word
that is a title, as in the add line: "Zahnarzt 10.12. um ca. 18:00 Uhr". In some the gold itself is wrong.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from taskchat_app.domain.dates.due_dates import find_whole_due
from tests.exams.sources import Source

SOURCE = Source(
    "ctparse.json",
    "https://raw.githubusercontent.com/comtravo/ctparse/6e7817565829a2875f839f7392f1b896376c2e24/datasets/timeparse_corpus.json",
    "380de63fe1683afc425679bdf234ef3492d8a875d039a71e023d708b8bb4f4c5",
)
TITLES = {"de": "Zahnarzt", "en": "Dentist"}
ZONE = ZoneInfo("UTC")
KEPT = 4
"""Each fourth expression is kept for the end: a change is not fitted to it."""
_TIME = re.compile(r"Time\[\]\{(\d{4}-\d\d-\d\d) (?:(\d\d:\d\d)|X:X) \(X/(\w+)\)\}")


@dataclass(frozen=True, slots=True)
class Expression:
    """A date expression; `at` is None where only a day or a part of it is meant."""

    text: str
    language: str
    said_at: datetime
    day: date
    at: time | None
    is_kept: bool

    def outcome(self) -> tuple[str, str]:
        """Return "right", "none" (no date is read, the title shows all) or "wrong", and what was read."""
        found = find_whole_due(f"{TITLES[self.language]} {self.text}", zone=ZONE, now=self.said_at)
        if found is None or found.due is None:
            return "none", ""
        due = found.due
        is_right = due.local_day(ZONE) == self.day and (self.at is None or (not due.day and due.at.time() == self.at))
        return ("right" if is_right else "wrong"), str(due.day or due.at)


def expressions() -> Iterator[Expression]:
    rows = json.loads(SOURCE.text())
    for index, row in enumerate(rows):
        gold = _TIME.fullmatch(row["gold_parse"])
        if gold is None or row["language"] not in TITLES:
            continue
        yield Expression(
            text=row["text"],
            language=row["language"],
            said_at=datetime.fromisoformat(row["ref_time"]).replace(tzinfo=UTC),
            day=date.fromisoformat(gold[1]),
            at=time.fromisoformat(gold[2]) if gold[2] else None,
            is_kept=index % KEPT == 0,
        )
