"""Compiles a table of rules, and returns the command of the first rule that matches a clause."""

import re
from collections.abc import Iterable
from typing import TypeAlias

from taskchat_app.assistant.grammar.commands import Command, Kind, Language, Make, Row, SlotMatch, UserClock
from taskchat_app.assistant.grammar.phrases.patterns import sentence

Table: TypeAlias = tuple[tuple[re.Pattern[str], Language, Make], ...]


def table_of(rows: Iterable[Row]) -> Table:
    return tuple((sentence(pattern), language, make) for pattern, language, make in rows)


def read_by(table: Table, clause: str, clock: UserClock, *, asks: bool = False) -> Command | None:
    """Return the command of the first rule that matches the whole clause.

    With `asks`, rules of statements are left out: those that begin with the task, as "3 is done" does, or with a title.
    """
    for pattern, language, make in table:
        matched = pattern.fullmatch(clause)
        match = SlotMatch.of(matched) if matched else None
        if match is None or (asks and match.first in ("item", "title")):
            continue
        if command := make(match, clock, language):
            return command
    return None


def fixed(kind: Kind, **given: str) -> Make:
    return lambda match, _, language: Command(kind, match.string, given=given, language=language)
