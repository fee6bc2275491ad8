"""All checks in the order in which they run: those that send requests, then the rules on all that was recorded."""

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


def checks_of(module: ModuleType) -> list[Check]:
    """Return the checks of a module, also those in its lists, in the order in which they are defined."""
    found: list[list[Any]] = [
        cast("list[Any]", value) if isinstance(value, list) else [value] for value in vars(module).values()
    ]
    return [one for values in found for one in values if isinstance(one, Check)]


MODULES = (sending, lists, optional_features, bad_requests, stored_items, stream_rules, response_rules)
CHECKS = [one for module in MODULES for one in checks_of(module)]


async def run(session: Session, without: frozenset[str] = frozenset()) -> list[Result]:
    """Run all checks, then delete the threads that they made."""
    results = [await run_check(one, session, without) for one in CHECKS]
    await _clean_up(session)
    return results


async def _clean_up(session: Session) -> None:
    created = [one for one in session.exchanges if one.kind == "threads.create" and one.is_stream]
    made: dict[str | None, Who] = {thread_of(one): one.who for one in created}
    for thread_id, who in made.items():
        await session.ask("threads.delete", who, thread_id=thread_id)
