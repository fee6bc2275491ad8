"""Runs all checks: those that send requests, then the rules on all that was recorded. Prints the results."""

import json
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from itertools import zip_longest
from types import ModuleType
from typing import Any, cast

from taskchat_app.conformance import (
    bad_requests,
    lists,
    optional_features,
    response_rules,
    sending,
    stored_items,
    stream_rules,
)
from taskchat_app.conformance.checks import Check, Result, run_check
from taskchat_app.conformance.http_client import Session, Who
from taskchat_app.conformance.stream_rules import thread_of

WIDTHS = (7, 28, 40, 40, 42)
HEAD = ("result", "check", "expected", "what came", "source of the rule")


def checks_of(module: ModuleType) -> list[Check]:
    """Return the checks of a module, also those in its lists, in the order in which they are defined."""
    found: list[Check] = []
    for value in vars(module).values():
        values = cast("list[Any]", value) if isinstance(value, list) else [value]
        found += [one for one in values if isinstance(one, Check)]
    return found


MODULES = (sending, lists, optional_features, bad_requests, stored_items, stream_rules, response_rules)
CHECKS = [one for module in MODULES for one in checks_of(module)]


async def run(session: Session, without: frozenset[str] = frozenset()) -> list[Result]:
    """Run all checks, then delete the threads that they made."""
    results = [await run_check(one, session, without) for one in CHECKS]
    created = [one for one in session.exchanges if one.kind == "threads.create" and one.is_stream]
    made: dict[str | None, Who] = {thread_of(one): one.who for one in created}
    for thread_id, who in made.items():
        await session.ask("threads.delete", who, thread_id=thread_id)
    return results


def as_table(results: list[Result]) -> str:
    """Return the results in columns, followed by their numbers."""
    lines = [*_lines(HEAD)]
    for one in results:
        lines += _lines((one.outcome, one.name, one.expected, one.found or "as expected", one.source))
    numbers = ", ".join(f"{count} {outcome}" for outcome, count in _counts(results).items())
    return "\n".join([*lines, "", numbers])


def _lines(row: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines of one row, wrapped in its columns."""
    cells = [textwrap.wrap(" ".join(cell.split()), width) for cell, width in zip(row, WIDTHS, strict=True)]
    for parts in zip_longest(*cells, fillvalue=""):
        yield "  ".join(part.ljust(width) for part, width in zip(parts, WIDTHS, strict=True)).rstrip()


def _counts(results: list[Result]) -> dict[str, int]:
    counts = Counter[str](one.outcome for one in results)
    return {outcome: counts[outcome] for outcome in ("passed", "failed", "skipped")}


def as_json(url: str, results: list[Result]) -> str:
    checks = [asdict(one) for one in results]
    return json.dumps({"url": url, **_counts(results), "checks": checks}, indent=2, ensure_ascii=False)
