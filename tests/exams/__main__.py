"""`make exam`: how many sentences and dates are read right, asked about, not understood, or read wrong."""

import re
import sys
from collections import Counter
from collections.abc import Callable

from tests.assistant.understanding.measure import corpora
from tests.exams import ctparse

OUTCOMES = ("right", "asked", "not understood", "wrong")
_CAME = re.compile(r"^ *came +(.*)", re.MULTILINE | re.DOTALL)
_ASKS = re.compile(r"\?|“yes”|“ja”")
Exam = Callable[[], Counter[str]]


def sentences() -> Counter[str]:
    """Say the sentences of tests/assistant/understanding; wrong is only what changed something it should not."""
    found: Counter[str] = Counter()
    for row in corpora():
        failure = row.failure()
        came = _CAME.search(failure)[1] if failure and _CAME.search(failure) else ""  # pyright: ignore[reportOptionalSubscript]  # checked beside
        if not failure:
            found["right"] += 1
        elif came.startswith("nothing"):
            found["asked" if _ASKS.search(came) else "not understood"] += 1
        else:
            found["wrong"] += 1
    return found


def dates(language: str, *, kept: bool) -> Exam:
    """Return the exam of the date expressions of a language: those that rules were fitted to, or those that are kept.

    An expression without a date counts as asked: the assistant asks, the add line shows that there is no date.
    """

    def count() -> Counter[str]:
        chosen = [each for each in ctparse.expressions() if each.language == language and each.is_kept == kept]
        return Counter("asked" if outcome == "none" else outcome for outcome, _ in (each.outcome() for each in chosen))

    return count


EXAMS: dict[str, Exam] = {
    "sentences (CLINC150, HWU64; CC BY)": sentences,
    "German dates (ctparse, MIT)": dates("de", kept=False),
    "German dates, kept": dates("de", kept=True),
    "English dates (ctparse, MIT)": dates("en", kept=False),
    "English dates, kept": dates("en", kept=True),
}


def line(name: str, found: Counter[str]) -> str:
    """Return the line of an exam: per cent of each outcome, and the count of all."""
    count = found.total()
    shares = "".join(f"{100 * found[outcome] / count:>16.1f}" for outcome in OUTCOMES)
    return f"{name:<36}{shares}{count:>8}"


def main() -> int:
    """Print a line for each exam; one whose file is neither kept nor can be fetched says so, and the code is 1."""
    say, code = print, 0
    say(f"{'per cent of':<36}{''.join(f'{outcome:>16}' for outcome in OUTCOMES)}{'all':>8}")
    for name, exam in EXAMS.items():
        try:
            say(line(name, exam()))
        except OSError as error:
            say(f"{name:<36}not taken: {error}")
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
