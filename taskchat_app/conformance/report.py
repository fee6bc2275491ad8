"""Prints results as a table or as JSON."""

import json
import textwrap
from collections import Counter
from dataclasses import asdict

from taskchat_app.conformance.checks import Result

WIDTHS = (7, 28, 40, 40, 42)
HEAD = ("result", "check", "expected", "what came", "source of the rule")


def as_table(results: list[Result]) -> str:
    """Return the results in columns, followed by their numbers."""
    rows = [HEAD, *((one.outcome, one.name, one.expected, one.found or "as expected", one.source) for one in results)]
    return "\n".join([*(line for row in rows for line in _lines(row)), "", _numbers(results)])


def _lines(row: tuple[str, ...]) -> list[str]:
    """Return one row, wrapped in its columns."""
    cells = [textwrap.wrap(" ".join(cell.split()), width) for cell, width in zip(row, WIDTHS, strict=True)]
    height = max(len(cell) for cell in cells)
    filled = [cell + [""] * (height - len(cell)) for cell in cells]
    return [
        "  ".join(part.ljust(width) for part, width in zip(parts, WIDTHS, strict=True)).rstrip()
        for parts in zip(*filled, strict=True)
    ]


def _numbers(results: list[Result]) -> str:
    counts = Counter(one.outcome for one in results)
    return f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped"


def as_json(url: str, results: list[Result]) -> str:
    """Return the results as one JSON object."""
    counts = Counter(one.outcome for one in results)
    numbers = {outcome: counts[outcome] for outcome in ("passed", "failed", "skipped")}
    return json.dumps({"url": url, **numbers, "checks": [asdict(one) for one in results]}, indent=2, ensure_ascii=False)
