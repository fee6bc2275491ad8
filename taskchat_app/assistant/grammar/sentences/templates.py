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
_CLOSES = {"(": ")", "[": "]", "": ""}
"""The mark that closes what another one opens; a template is opened and closed by none."""
_FEWER = "leave one out, or use one with words of its own, such as {level} or {number}"
_BETWEEN = 'put one that must be said, as "to" in "move {item} to {when}"'


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
        raise TemplateError(f"more than {FREE_SLOTS_MAX} free slots: {', '.join(free)}; {_FEWER}")
    if _is_touching(words):
        raise TemplateError(f"two free slots without a word between them; {_BETWEEN}")
    return sentence(_Writer(_slot_to_bound(words, free)).pattern(words))


def _slot_to_bound(words: Words, free: list[str]) -> str:
    """Return the free slot that gets a bound: the second one, unless the clause ends with it; else "".

    In "rename {item} to {title} please" each place where `item` may end begins a search for "please" behind `title`;
    without a bound each search would go to the end of the clause.
    """
    is_last = bool(free) and words[-1] == (Slot(free[-1]),)
    return free[-1] if len(free) == FREE_SLOTS_MAX and not is_last else ""


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

    "move {item} [to] {when}" does: "to" may be missing. Only slots that are words of the template itself count, not
    those within its groups.
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


class _Writer:
    """Writes the pattern of a template from left to right."""

    def __init__(self, bounded: str) -> None:
        self._bounded = bounded
        """The slot with a bound."""
        self._named: set[str] = set()
        """The slots that are written already."""

    def pattern(self, words: Words) -> str:
        """Return a pattern of the words: "[please] show [me] tasks" → "(?:please )?show(?: me)? tasks".

        An optional word takes the blank on the side of the first word that is not optional.
        """
        first = next((at for at, word in enumerate(words) if not _is_optional(word)), None)
        if first is None:
            raise TemplateError("every word is optional")
        written = [f"(?:{self._word(word)}{_gap(word, after)})?" for word, after in pairwise(words[: first + 1])]
        written.append(self._word(words[first]))
        for before, word in pairwise(words[first:]):
            part = _gap(before, word) + self._word(word)
            written.append(f"(?:{part})?" if _is_optional(word) else part)
        return "".join(written)

    def _word(self, word: Word) -> str:
        """Return the pattern of a word that is there, also of one that may be missing."""
        if len(word) == 1 and isinstance(word[0], Group):
            return self._group(word[0])
        if all(isinstance(piece, Group) and piece.optional for piece in word):
            raise TemplateError("a word of optional parts only")
        return "".join(map(self._piece, word))

    def _piece(self, piece: Piece) -> str:
        match piece:
            case Text(text):
                return re.sub("['’]", "['’]", re.escape(text))
            case Slot(name):
                return self._slot(name)
            case Group():
                return self._group(piece) + ("?" if piece.optional else "")

    def _slot(self, name: str) -> str:
        """Return the slot's group; without the name if it is there before: "swap {number} and {number}".

        Python's re refuses a name twice. Only the first group is read, so a free slot cannot be there twice.
        """
        group = SLOTS[name].pattern(name, is_bounded=name == self._bounded)
        if name not in self._named:
            self._named.add(name)
            return group
        if SLOTS[name].is_free:
            raise TemplateError(f"the free slot {{{name}}} twice")
        return f"(?:{group.removeprefix(f'(?P<{name}>')}"

    def _group(self, group: Group) -> str:
        return f"(?:{'|'.join(map(self.pattern, group.alternatives))})"


def _gap(before: Word, after: Word) -> str:
    """Return what stands between two words: a blank, which a mark such as a colon does not need."""
    return r"\s?" if _is_mark(before[-1]) or _is_mark(after[0]) else r"\s"


def _is_mark(piece: Piece) -> bool:
    if isinstance(piece, Group):
        return all(_is_mark(words[0][0]) for words in piece.alternatives)
    return isinstance(piece, Text) and piece.text[0] in ":!"
