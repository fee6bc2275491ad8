"""Commands and task references, as plain values."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

Kind = Literal[
    "add",
    "list",
    "done",
    "reopen",
    "update",
    "tag",
    "untag",
    "delete",
    "complete_all",
    "delete_all",
    "greeting",
    "thanks",
    "help",
    "refusal",
    "bad_date",
    "reference",
    "too_long",
    "unknown",
]
ORDERS: frozenset[Kind] = frozenset(
    ("add", "list", "done", "reopen", "update", "tag", "untag", "delete", "complete_all", "delete_all")
)
"""Commands that read or change tasks."""
Language = Literal["en", "de"]
Pronoun = Literal["it", "them", "it or them", "both", "selected", "all", "overdue"]
"""German has one word for "it" and "them": several where several are selected. "all" are the open ones,
or the done ones to be reopened."""


@dataclass(frozen=True, slots=True)
class Target:
    """The tasks a command is about: by number, by place in what was last shown, by pronoun, or by words of a title."""

    numbers: tuple[int, ...] = ()
    places: tuple[int, ...] = ()
    """From 1; -1 is the last one."""
    pronoun: Pronoun | None = None
    words: str = ""
    quoted: bool = False
    """Words in quotes mean a title exactly."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do; `given` are tool arguments that the sentence itself says."""

    kind: Kind
    text: str
    target: Target = Target()
    given: dict[str, Any] = field(default_factory=dict[str, Any])
    language: Language = "en"


@dataclass(frozen=True, slots=True)
class UserClock:
    """Where and when the person is."""

    zone: ZoneInfo
    now: datetime


# What a rule makes of a clause that it matches; None leaves the clause to the rules after it.
Make: TypeAlias = Callable[[re.Match[str], UserClock], Command | None]
