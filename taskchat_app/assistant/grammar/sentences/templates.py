"""Compiles sentence templates in hassil's notation: `(take|strike) {item} (off|out) [of|from] <list>` is one pattern.

The words are parted by single blanks. A template's pattern matches in linear time: it is anchored, has
at most two free slots, which a word parts, and what follows the second one is looked for within a bound.
"""

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TypeAlias

from taskchat_app.assistant.grammar.phrases.patterns import sentence
from taskchat_app.assistant.grammar.sentences.slots import SLOTS

FREE_SLOTS_MAX = 2
_TOKEN = re.compile(r"\{(?P<slot>\w+)\}|<(?P<rule>\w+)>|(?P<mark>[()\[\]|])|(?P<blank>\s+)|(?P<text>[^{}<>()\[\]|\s]+)")
_NAME = re.compile(r"\(\?P<(?P<name>\w+)>")  # "(?P<item>"
_CLOSES = {"(": ")", "[": "]", "": ""}
"""The mark that closes what another one opens; a template is opened and closed by none."""


class TemplateError(ValueError):
    """A template cannot be compiled; says why."""


@dataclass(frozen=True, slots=True)
class Text:
    """Letters of a word."""

    text: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A part with a type of slots.py."""

    name: str


@dataclass(frozen=True, slots=True)
class Group:
    """Alternatives, one of which is said; if `optional`, perhaps none."""

    alternatives: "tuple[Words, ...]"
    optional: bool


Piece: TypeAlias = Text | Slot | Group
Word: TypeAlias = tuple[Piece, ...]
Words: TypeAlias = tuple[Word, ...]


def compile_template(template: str, rules: Mapping[str, str]) -> re.Pattern[str]:
    """Return the pattern of a whole clause, with a group for each slot. Raises TemplateError."""
    words = parse(template, rules)
    free = _free_slots(words)
    if len(free) > FREE_SLOTS_MAX:
        raise TemplateError(f"more than {FREE_SLOTS_MAX} free slots: {', '.join(free)}")
    if _is_touching(words):
        raise TemplateError("two free slots without a word between them")
    is_last = bool(free) and words[-1] == (Slot(free[-1]),)
    bounded = free[-1] if len(free) == FREE_SLOTS_MAX and not is_last else ""
    return sentence(_with_first_names(_pattern(words, bounded)))


def _with_first_names(pattern: str) -> str:
    """Return the pattern with a name for the first group of each name only: "swap {number} and {number}".

    Python's re refuses a name twice. Only the first group is read, so a free slot cannot be there twice.
    """
    known: set[str] = set()

    def named(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in known:
            known.add(name)
            return match[0]
        if SLOTS[name].is_free:
            raise TemplateError(f"the free slot {{{name}}} twice")
        return "(?:"

    return _NAME.sub(named, pattern)


def parse(template: str, rules: Mapping[str, str], within: tuple[str, ...] = ()) -> Words:
    """Return the words of a template, with each rule replaced by what it stands for. Raises TemplateError."""
    alternatives = _Parser(template, rules, within).alternatives()
    return alternatives[0] if len(alternatives) == 1 else ((Group(alternatives, optional=False),),)


class _Parser:
    """Reads the tokens of a template from left to right."""

    def __init__(self, template: str, rules: Mapping[str, str], within: tuple[str, ...]) -> None:
        self._tokens = deque(_tokens(template))
        self._rules = rules
        self._within = within
        """The rules that this template is part of."""

    def alternatives(self, opening: str = "") -> tuple[Words, ...]:
        """Read the alternatives behind an opening mark, and the mark that closes them."""
        alternatives = [self._words()]
        while (mark := self._take_mark()) == "|":
            alternatives.append(self._words())
        if mark != _CLOSES[opening]:
            wrong = f"a {opening} that {mark or 'nothing'} closes" if opening else f"a {mark} that nothing opens"
            raise TemplateError(wrong)
        return tuple(alternatives)

    def _words(self) -> Words:
        """Read the words of one alternative, up to the mark at its end."""
        words: list[list[Piece]] = [[]]
        while self._tokens and self._tokens[0]["mark"] not in ("|", ")", "]"):
            token = self._tokens.popleft()
            if token["blank"]:
                words.append([])
            else:
                words[-1].append(self._piece(token))
        if not any(words):
            raise TemplateError("an empty alternative")
        return tuple(tuple(word) for word in words if word)

    def _take_mark(self) -> str:
        """Read the mark at the end of an alternative; "" at the end of the template."""
        return self._tokens.popleft()["mark"] if self._tokens else ""

    def _piece(self, token: re.Match[str]) -> Piece:
        if token["text"]:
            return Text(token["text"])
        if slot := token["slot"]:
            if slot not in SLOTS:
                raise TemplateError(f"unknown slot {{{slot}}}; there are {', '.join(SLOTS)}")
            return Slot(slot)
        if rule := token["rule"]:
            return self._rule(rule)
        return Group(self.alternatives(token["mark"]), optional=token["mark"] == "[")

    def _rule(self, name: str) -> Group:
        if name not in self._rules:
            raise TemplateError(f"unknown rule <{name}>; [rules] of this file has {', '.join(self._rules) or 'none'}")
        if name in self._within:
            raise TemplateError(f"the rule <{name}> within itself")
        return Group((parse(self._rules[name], self._rules, (*self._within, name)),), optional=False)


def _tokens(template: str) -> Iterator[re.Match[str]]:
    at = 0
    while at < len(template):
        token = _TOKEN.match(template, at)
        if token is None:
            raise TemplateError(f"cannot read {template[at:]!r}; a slot is written {{name}}, a rule <name>")
        yield token
        at = token.end()


def _free_slots(words: Words) -> list[str]:
    """Return the free slots that one sentence can have: of alternatives, those of the one with most of them."""
    found: list[str] = []
    for piece in chain.from_iterable(words):
        if isinstance(piece, Slot) and SLOTS[piece.name].is_free:
            found.append(piece.name)
        elif isinstance(piece, Group):
            found += max(map(_free_slots, piece.alternatives), key=len)
    return found


def _is_touching(words: Words) -> bool:
    """Return whether a free slot follows another one, with nothing that must be said between them.

    Only slots that are words of the template itself count, not those within its groups.
    """
    was_free = False
    for word in words:
        is_slot = len(word) == 1 and isinstance(word[0], Slot) and SLOTS[word[0].name].is_free
        if is_slot and was_free:
            return True
        if not _is_optional(word):
            was_free = is_slot
    return False


def _is_optional(word: Word) -> bool:
    """Return whether a word may be missing: its gap is then optional too."""
    return len(word) == 1 and isinstance(word[0], Group) and word[0].optional


def _pattern(words: Words, bounded: str) -> str:
    """Return a pattern of the words; `bounded` is the slot with a bound.

    "[please] show [me] tasks" → "(?:please )?show(?: me)? tasks". An optional word takes the blank on the side of the
    first word that is not optional.
    """
    required = [at for at, word in enumerate(words) if not _is_optional(word)]
    if not required:
        raise TemplateError("every word is optional")
    pattern = ""
    for word, following in pairwise(words[: required[0] + 1]):
        pattern += f"(?:{_word(word, bounded)}{_gap(word, following)})?"
    pattern += _word(words[required[0]], bounded)
    for previous, word in pairwise(words[required[0] :]):
        part = _gap(previous, word) + _word(word, bounded)
        pattern += f"(?:{part})?" if _is_optional(word) else part
    return pattern


def _gap(before: Word, after: Word) -> str:
    """Return what stands between two words: a blank, which a mark such as a colon does not need."""
    return r"\s?" if _is_mark(before[-1]) or _is_mark(after[0]) else r"\s"


def _is_mark(piece: Piece) -> bool:
    if isinstance(piece, Group):
        return all(_is_mark(words[0][0]) for words in piece.alternatives)
    return isinstance(piece, Text) and piece.text[0] in ":!"


def _word(word: Word, bounded: str) -> str:
    """Return the pattern of a word that is there, also of one that may be missing."""
    if len(word) == 1 and isinstance(word[0], Group):
        return _group(word[0], bounded)
    if all(isinstance(piece, Group) and piece.optional for piece in word):
        raise TemplateError("a word of optional parts only")
    return "".join(_piece(piece, bounded) for piece in word)


def _piece(piece: Piece, bounded: str) -> str:
    match piece:
        case Text(text):
            return re.sub("['’]", "['’]", re.escape(text))
        case Slot(name):
            return SLOTS[name].pattern(name, is_bounded=name == bounded)
        case Group():
            return _group(piece, bounded) + ("?" if piece.optional else "")


def _group(group: Group, bounded: str) -> str:
    return f"(?:{'|'.join(_pattern(words, bounded) for words in group.alternatives)})"
