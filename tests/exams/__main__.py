"""`make exam`: how many sentences and dates are read right, asked about, not understood, or read wrong."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from tests.assistant.understanding.measure import corpora
from tests.exams import ctparse, duckling, recognizers, xsid
from tests.exams.expressions import Expression

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


def dates(read: Callable[[], Iterable[Expression]], *, kept: bool = False, disputed: bool = True) -> Exam:
    """Return the exam of a file's date expressions: those that rules may be fitted to, or those that are kept.

    `disputed` says whether those with a disputed gold are among them.

    An expression whose date is not read counts as asked: the assistant asks, the add line shows that there is no date.
    """

    def count() -> Counter[str]:
        outcomes = (each.outcome()[0] for each in read() if each.is_kept == kept and (disputed or not each.is_disputed))
        return Counter("asked" if outcome == "none" else outcome for outcome in outcomes)

    return count


def _ctparse(language: str) -> Iterator[Expression]:
    return (each for each in ctparse.expressions() if each.language == language)


DATES: dict[str, Callable[[], Iterable[Expression]]] = {
    "German dates (ctparse, MIT)": partial(_ctparse, "de"),
    "English dates (ctparse, MIT)": partial(_ctparse, "en"),
    "German dates (Duckling, BSD)": partial(duckling.expressions, "de"),
    "English dates (Duckling, BSD)": partial(duckling.expressions, "en"),
    "English tasks (Recognizers, MIT)": recognizers.expressions,
}
EXAMS: dict[str, Exam] = {"sentences (CLINC150, HWU64; CC BY)": sentences}
for _name, _read in DATES.items():
    EXAMS |= {_name: dates(_read), f"{_name}, kept": dates(_read, kept=True)}
    if "ctparse" in _name:
        EXAMS[f"{_name}, gold not disputed"] = dates(_read, disputed=False)
for _code, _language in xsid.LANGUAGES.items():
    _name = f"{_language} reminders (xSID, CC BY-SA)"
    EXAMS |= {_name: partial(xsid.exam, f"{_code}.valid"), f"{_name}, kept": partial(xsid.exam, f"{_code}.test")}


def line(name: str, found: Counter[str]) -> str:
    """Return the line of an exam: per cent of each outcome, and the count of all."""
    count = found.total()
    shares = "".join(f"{100 * found[outcome] / count:>16.1f}" for outcome in OUTCOMES)
    return f"{name:<50}{shares}{count:>8}"


def main() -> int:
    """Print a line for each exam; one whose file is neither kept nor can be fetched says so, and the code is 1."""
    say, code = print, 0
    say(f"{'per cent of':<50}{''.join(f'{outcome:>16}' for outcome in OUTCOMES)}{'all':>8}")
    for name, exam in EXAMS.items():
        try:
            say(line(name, exam()))
        except OSError as error:
            say(f"{name:<50}not taken: {error}")
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
