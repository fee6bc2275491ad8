"""All checks in the order in which they run: those that send requests, then the rules on all that was recorded."""

from taskchat_app.conformance import lists, optional_features, refusals, sending, stream_rules, wire_rules
from taskchat_app.conformance.checks import Result, run_check
from taskchat_app.conformance.session import Session, Who
from taskchat_app.conformance.stream_rules import thread_of

CHECKS = [
    *sending.CHECKS,
    *lists.CHECKS,
    *optional_features.CHECKS,
    *refusals.CHECKS,
    lists.STORED,
    *stream_rules.CHECKS,
    *wire_rules.CHECKS,
]


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
