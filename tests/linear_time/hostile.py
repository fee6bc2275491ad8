"""Seeded generators of hostile texts: long runs, near misses and repetitions that slow down patterns and grammars."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import cycle
from math import ceil
from re import _constants as codes  # pyright: ignore[reportAttributeAccessIssue]  # untyped in typeshed
from re import _parser as parser  # pyright: ignore[reportAttributeAccessIssue]  # untyped in typeshed
from typing import Any

SEED = 8
MIXED_RUNS = 10
"""Runs of units in a mixture."""
parsed = cache(parser.parse)

# Repeated to any length. Each has made a pattern, a loop or a parser slow somewhere, here or in other software.
UNITS = (
    " ", "\t", "\n", " \n", "\r\n", "\u2028", "\u3000", "\u00a0", ", ", ",", "; ", ". ", ".", "-", "*", "*a", "_",
    "`", "~", "#", "#a ", "#1 ", "1, ", "1 - ", "!", "? ", ": ", "@ ", "|", "| a ", "> ", "- a\n", "[", "[a](",
    "![a", "(", ")", "{", "<", "<a>", "\\", "/", "%2f", '"', "'", "'a ", "“", "„a“ ”", "a", "A", "a ",
    "internationalization ", "7", "7 ", "1.", "9:00 ", "2026-11-21 ", "monday and ", "monday, ", "every ",
    "every day ", "next ", "1st of ", "in 2 hours ", "and ", "und ", "to ", "add ", "add a and ",
    "mark a as done and ", "delete ", "delete 3 and ", "don't ", "undo ", "yes ", "no, ", "please ", "remind me ",
    "an hour before ", "tagged a ", "all of the ", "füge a hinzu ", "ü", "e\u0301", "\u0301", "👩\u200d", "🙂",
    "\u202ea", "汉", "ﬃ", "İ", "ß", "\x01", "\ufffc", "BYDAY=MO;", '{"a":',
)  # fmt: skip
STARTS = (
    "", "add ", "delete ", "mark ", "what ", "show ", "remind me ", "every ", "in ", "#", "“", "'", "füge ", "move ",
)  # fmt: skip
ENDS = ("", "x", " x", "\n", "!", ".", "?", " done", " hinzu", "#", "”", "'", "\x01")


@dataclass(frozen=True, order=True)
class Repetition:
    """A text of any length: a unit repeated between a start and an end."""

    start: str
    unit: str
    end: str

    def text(self, length: int) -> str:
        """Return start, repeated units (the last one may be cut) and end, `length` characters in all."""
        room = max(length - len(self.start) - len(self.end), 0)
        return self.start + (self.unit * (room // len(self.unit) + 1))[:room] + self.end


def texts(length: int, seed: int = SEED) -> Iterator[tuple[str, str]]:
    """Yield named texts of exactly `length` characters, the same ones for the same seed (see text_makers)."""
    return ((name, text_of(length)) for name, text_of in text_makers(seed).items())


def text_makers(seed: int = SEED) -> dict[str, Callable[[int], str]]:
    """Return named makers of texts of any length: repeated units, also with a random start and end, and mixtures.

    The texts contain no lone surrogates and no NUL, which are rejected anyway.
    """
    chance = random.Random(seed)
    makers: dict[str, Callable[[int], str]] = {}
    for unit in UNITS:
        start, end = chance.choice(STARTS), chance.choice(ENDS)
        makers[repr(unit)] = Repetition("", unit, "").text
        makers[f"{unit!r} after {start!r} before {end!r}"] = Repetition(start, unit, end).text
    return makers | {f"mixture {count}": partial(_mixture, f"{seed} {count}") for count in range(8)}


def repetitions_for(pattern: str, flags: int, seed: int = SEED) -> list[Repetition]:
    """Return texts that a pattern of `re` nearly matches.

    For each of its unbounded repetitions: the text that leads to it, the repeated text many times, and an end that
    breaks the match; also whole matches and near misses, repeated.
    """
    chance = random.Random(f"{seed} {pattern}")
    tree = parsed(pattern, flags)
    pumps: set[tuple[str, str]] = {("", " "), ("", "a"), ("", "\n")}
    for path in _repetitions(tree):
        lead = "".join(_sample(node, chance) for node in path[:-1])
        body = path[-1][1][2]
        pumps |= {(lead, _samples(body, chance)) for _ in range(3)}
        pumps |= {("", f"{lead}{_samples(body, chance)}"), (lead, _samples(body, chance) + _samples(body, chance))}
    whole = [_samples(tree, chance) for _ in range(6)]
    pumps |= {("", match) for match in whole} | {("", match[:-1]) for match in whole}
    pumps |= {("", f"{match} ") for match in whole[:2]} | {(whole[0], " "), (whole[0], " a")}
    ends = ("", "\x01", chance.choice(whole))
    known = [Repetition("", unit, end) for unit, end in zip(UNITS, cycle(("", "x")), strict=False)]
    return [Repetition(lead, unit, end) for lead, unit in sorted(pumps) if unit for end in ends] + known


def matches_whole_texts(pattern: str, flags: int) -> bool:
    """Return whether the pattern begins with \\A and ends with \\Z, outside of groups and alternatives."""
    nodes = list(parsed(pattern, flags))
    return [nodes[0], nodes[-1]] == [(codes.AT, codes.AT_BEGINNING_STRING), (codes.AT, codes.AT_END_STRING)]


def _mixture(seed: str, length: int) -> str:
    """Return runs of units in random order, each with the same share of a text of any length."""
    chance = random.Random(seed)
    runs = [(chance.choice(UNITS), chance.randint(1, 40)) for _ in range(MIXED_RUNS)]
    whole = sum(len(unit) * count for unit, count in runs)
    return "".join(unit * ceil(count * length / whole) for unit, count in runs)[:length]


Node = tuple[Any, Any]


def _repetitions(tree: Any, before: tuple[Node, ...] = ()) -> Iterator[tuple[Node, ...]]:
    """Yield each unbounded repetition of a parsed pattern as the last of the nodes that lead to it."""
    for place, node in enumerate(tree):
        lead = (*before, *list(tree)[:place])
        kind, value = node
        if kind in _REPEATS:
            if value[1] == codes.MAXREPEAT or value[1] > 1000:
                yield (*lead, node)
            yield from _repetitions(value[2], lead)
        else:
            for inner in _subpatterns(node):
                yield from _repetitions(inner, lead)


_REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}


def _subpatterns(node: Node) -> list[Any]:
    kind, value = node
    if kind is codes.SUBPATTERN:
        return [value[3]]
    if kind is codes.BRANCH:
        return list(value[1])
    if kind is codes.ATOMIC_GROUP:
        return [value]
    if kind in (codes.ASSERT, codes.ASSERT_NOT):
        return [value[1]]
    return [branch for branch in value[1:] if branch] if kind is codes.GROUPREF_EXISTS else []


def _samples(tree: Any, chance: random.Random) -> str:
    return "".join(_sample(node, chance) for node in tree)


def _sample(node: Node, chance: random.Random) -> str:
    """Return a short text that this part of a pattern may match; assertions are ignored."""
    kind, value = node
    if kind is codes.LITERAL:
        return chr(value)
    if kind is codes.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if kind is codes.ANY:
        return chance.choice("a 1")
    if kind is codes.IN:
        return _sample_of_set(value, chance)
    if kind in _REPEATS:
        least, most, body = value
        return "".join(_samples(body, chance) for _ in range(chance.randint(least, min(most, least + 1))))
    if kind is codes.BRANCH:
        return _samples(chance.choice(value[1]), chance)
    if kind is codes.ASSERT and value[0] > 0:
        return ""
    inner = [] if kind in (codes.ASSERT, codes.ASSERT_NOT) else _subpatterns(node)
    return _samples(inner[0], chance) if inner else ""


_CATEGORIES = {
    codes.CATEGORY_DIGIT: "7",
    codes.CATEGORY_NOT_DIGIT: "a ",
    codes.CATEGORY_SPACE: " \n",
    codes.CATEGORY_NOT_SPACE: "a7",
    codes.CATEGORY_WORD: "a7",
    codes.CATEGORY_NOT_WORD: " ,",
}


def _sample_of_set(members: list[Node], chance: random.Random) -> str:
    """Return a character of a set."""
    if members[0][0] is codes.NEGATE:
        excluded = re.compile(_set_of(members[1:]))
        return chance.choice([character for character in "a 7,-x(*" if not excluded.match(character)] or ["\u00e9"])
    return chance.choice(_members(members))


def _members(members: list[Node]) -> list[str]:
    makers: list[str] = []
    for kind, value in members:
        if kind is codes.LITERAL:
            makers.append(chr(value))
        elif kind is codes.RANGE:
            makers += [chr(value[0]), chr(value[1])]
        else:
            makers += _CATEGORIES[value]
    return makers


def _set_of(members: list[Node]) -> str:
    """Return the set as a pattern, without its negation."""
    names = {
        codes.CATEGORY_DIGIT: r"\d",
        codes.CATEGORY_NOT_DIGIT: r"\D",
        codes.CATEGORY_SPACE: r"\s",
        codes.CATEGORY_NOT_SPACE: r"\S",
        codes.CATEGORY_WORD: r"\w",
        codes.CATEGORY_NOT_WORD: r"\W",
    }
    parts = [
        re.escape(chr(value))
        if kind is codes.LITERAL
        else f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
        if kind is codes.RANGE
        else names[value]
        for kind, value in members
    ]
    return f"[{''.join(parts)}]"
