"""Defines checks and their results."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal

from taskchat_app.conformance.http_client import Exchange, Session, Unreachable

SHOWN = 3
"""How many breaches of one rule a result states."""
IS_STREAM, IS_WHOLE_STREAM = attrgetter("is_stream"), attrgetter("is_whole_stream")
"""Conditions of rules."""
Outcome = Literal["passed", "failed", "skipped"]


class Breach(Exception):
    """The server breaks the rule; the message says what came."""


class Skip(Exception):
    """The rule cannot be checked on this server; the message says why."""


@dataclass(frozen=True)
class Check:
    """One rule, where it comes from, and the function that raises Breach or Skip."""

    name: str
    expected: str
    source: str
    judge: Callable[[Session], Awaitable[None]]


@dataclass(frozen=True)
class Result:
    name: str
    outcome: Outcome
    expected: str
    found: str
    """What came, or why the check was skipped; empty if it passed."""
    source: str


def check(name: str, source: str) -> Callable[[Callable[[Session], Awaitable[None]]], Check]:
    """Make a check of the decorated function, which sends requests; its docstring says what is expected."""
    return lambda judge: Check(name, judge.__doc__ or "", source, judge)


def rule(
    name: str, source: str, applies: Callable[[Exchange], bool] = lambda _: True
) -> Callable[[Callable[[Exchange], Iterable[str]]], Check]:
    """Make a check of the decorated function, which yields the breaches of one exchange, on all recorded ones that fit.

    Its docstring says what is expected.
    """

    def check_of(breaches: Callable[[Exchange], Iterable[str]]) -> Check:
        async def judge(session: Session) -> None:
            exchanges = [one for one in session.exchanges if applies(one)]
            if not exchanges:
                raise Skip("Nothing of the kind was received.")
            fail_on([f"{one.kind}: {breach}" for one in exchanges for breach in breaches(one)])

        return Check(name, breaches.__doc__ or "", source, judge)

    return check_of


def fail_on(breaches: list[str]) -> None:
    """Raise Breach if there is any; the first few are stated."""
    if breaches:
        different = list(dict.fromkeys(breaches))
        more = f" … and {len(different) - SHOWN} more" if len(different) > SHOWN else ""
        raise Breach("; ".join(different[:SHOWN]) + more)


def demand(holds: bool, found: str) -> None:
    """Raise Breach with what was found unless the condition holds."""
    if not holds:
        raise Breach(found)


def demand_refusal(exchange: Exchange) -> None:
    demand(exchange.is_refusal, f"{exchange.kind} was answered with {exchange.summary}")


async def run_check(one: Check, session: Session, without: frozenset[str]) -> Result:
    """Run one check; a request without any answer is a breach, too."""

    def result(outcome: Outcome, found: str = "") -> Result:
        return Result(one.name, outcome, one.expected, found, one.source)

    if one.name in without or one.name.partition(".")[0] in without:
        return result("skipped", "Left out with --without.")
    try:
        await one.judge(session)
    except Skip as reason:
        return result("skipped", str(reason))
    except Breach as breach:
        return result("failed", str(breach))
    except Unreachable as error:
        return result("failed", f"No answer: {error}")
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        return result("failed", f"An answer does not have the form of its type: {error!r}")
    return result("passed")
