"""Compiles sentence templates in hassil's notation: `(take|strike) {item} (off|out) [of|from] <list>` is one pattern.

The words are parted by single blanks. A template takes linear time: it is anchored, has at most two free slots, which
a word parts, and what follows the second one is looked for within a bound.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from taskchat_app.assistant.grammar.phrases.patterns import sentence
from taskchat_app.assistant.grammar.sentences.slots import SLOTS

FREE_SLOTS_MAX = 2
_TOKEN = re.compile(r"\{(?P<slot>\w+)\}|<(?P<rule>\w+)>|(?P<mark>[()\[\]|])|(?P<blank>\s+)|(?P<text>[^{}<>()\[\]|\s]+)")
_NAME = re.compile(r"\(\?P<(?P<name>\w+)>")
_CLOSES = {"(": ")", "[": "]"}


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
Words: TypeAlias = tuple[tuple[Piece, ...], ...]
"""Words, each of its pieces."""


def compile_template(template: str, rules: Mapping[str, str]) -> re.Pattern[str]:
    """Return the pattern of a whole clause, with a group for each slot. Raises TemplateError."""
    words = parse(template, rules)
    slots = [piece.name for piece in _pieces(words) if isinstance(piece, Slot)]
    if twice := next((name for name in slots if SLOTS[name].is_free and slots.count(name) > 1), None):
        raise TemplateError(f"the free slot {{{twice}}} twice")
    free = [slot.name for slot in _slots(words) if SLOTS[slot.name].is_free]
    if len(free) > FREE_SLOTS_MAX:
        raise TemplateError(f"more than {FREE_SLOTS_MAX} free slots: {', '.join(free)}")
    if _is_touching(words):
        raise TemplateError("two free slots without a word between them")
    is_last = words[-1] == (Slot(free[-1]),) if free else False
    pattern, is_nullable = _pattern(words, free[-1] if len(free) == FREE_SLOTS_MAX and not is_last else "")
    if is_nullable:
        raise TemplateError("every word is optional")
    return sentence(_with_first_names(pattern))


def _with_first_names(pattern: str) -> str:
    """Return the pattern with a name for the first group of each name only: "swap {number} and {number}"."""
    known: set[str] = set()

    def named(match: re.Match[str]) -> str:
        is_known = match["name"] in known
        known.add(match["name"])
        return "(?:" if is_known else match[0]

    return _NAME.sub(named, pattern)


def parse(template: str, rules: Mapping[str, str], within: tuple[str, ...] = ()) -> Words:
    """Return the words of a template, with each rule replaced by what it stands for. Raises TemplateError."""
    tokens = _tokens(template)
    alternatives, at = _alternatives(tokens, 0, rules, within)
    if at < len(tokens):
        raise TemplateError(f"a {tokens[at].group()} that nothing opens")
    return alternatives[0] if len(alternatives) == 1 else ((Group(alternatives, optional=False),),)


def _tokens(template: str) -> list[re.Match[str]]:
    tokens: list[re.Match[str]] = []
    at = 0
    while at < len(template):
        token = _TOKEN.match(template, at)
        if token is None:
            raise TemplateError(f"cannot read {template[at:]!r}")
        tokens.append(token)
        at = token.end()
    return tokens


def _alternatives(
    tokens: list[re.Match[str]], at: int, rules: Mapping[str, str], within: tuple[str, ...]
) -> tuple[tuple[Words, ...], int]:
    """Return the alternatives up to the mark that closes them, and its place."""
    alternatives: list[Words] = []
    words: list[tuple[Piece, ...]] = []
    word: list[Piece] = []
    while True:
        token = tokens[at] if at < len(tokens) else None
        is_end = token is None or token["mark"] in (")", "]")
        if word and (is_end or (token and (token["blank"] or token["mark"] == "|"))):
            words.append(tuple(word))
            word = []
        if is_end or (token and token["mark"] == "|"):
            if not words:
                raise TemplateError("an empty alternative")
            alternatives.append(tuple(words))
            words = []
        if token is None or is_end:
            return tuple(alternatives), at
        if token["mark"] in _CLOSES:
            inner, at = _alternatives(tokens, at + 1, rules, within)
            if at >= len(tokens) or tokens[at]["mark"] != _CLOSES[token["mark"]]:
                raise TemplateError(f"a {token['mark']} that nothing closes")
            word.append(Group(inner, optional=token["mark"] == "["))
        elif token["slot"]:
            if token["slot"] not in SLOTS:
                raise TemplateError(f"unknown slot {{{token['slot']}}}")
            word.append(Slot(token["slot"]))
        elif token["rule"]:
            word.append(_rule(token["rule"], rules, within))
        elif token["text"]:
            word.append(Text(token["text"]))
        at += 1


def _rule(name: str, rules: Mapping[str, str], within: tuple[str, ...]) -> Group:
    if name not in rules:
        raise TemplateError(f"unknown rule <{name}>")
    if name in within:
        raise TemplateError(f"the rule <{name}> within itself")
    return Group((parse(rules[name], rules, (*within, name)),), optional=False)


def _pieces(words: Words) -> Iterator[Piece]:
    for piece in (piece for word in words for piece in word):
        yield piece
        if isinstance(piece, Group):
            for alternative in piece.alternatives:
                yield from _pieces(alternative)


def _slots(words: Words) -> list[Slot]:
    """Return the slots that may be said together: of alternatives, those of the one with the most free ones."""
    found: list[Slot] = []
    for piece in (piece for word in words for piece in word):
        if isinstance(piece, Slot):
            found.append(piece)
        elif isinstance(piece, Group):
            found += max(map(_slots, piece.alternatives), key=lambda slots: sum(SLOTS[s.name].is_free for s in slots))
    return found


def _is_touching(words: Words) -> bool:
    """Return whether a free slot follows another one, with nothing that must be said between them."""
    was_free = False
    for word in words:
        is_slot = len(word) == 1 and isinstance(word[0], Slot) and SLOTS[word[0].name].is_free
        if is_slot and was_free:
            return True
        if not (len(word) == 1 and isinstance(word[0], Group) and word[0].optional):
            was_free = is_slot
    return False


def _pattern(words: Words, bounded: str) -> tuple[str, bool]:
    """Return a pattern of the words, and whether it matches no word at all; `bounded` is the slot with a bound."""
    parts = [_word(word, bounded) for word in words]
    first = next((at for at, (_, is_nullable) in enumerate(parts) if not is_nullable), None)
    if first is None and len(parts) > 1:
        raise TemplateError("only optional words beside each other")
    pattern = ""
    for at, (part, is_nullable) in enumerate(parts):
        if first is not None and at < first:
            pattern += f"(?:{part}{_gap(words[at], words[at + 1])})?"
        elif at == first or first is None:
            pattern += part
        else:
            gap = _gap(words[at - 1], words[at])
            pattern += f"(?:{gap}{part})?" if is_nullable else f"{gap}{part}"
    return pattern, first is None


def _gap(before: tuple[Piece, ...], after: tuple[Piece, ...]) -> str:
    """Return what stands between two words: a blank, which a mark such as a colon does not need."""
    return r"\s?" if _is_mark(before[-1]) or _is_mark(after[0]) else r"\s"


def _is_mark(piece: Piece) -> bool:
    if isinstance(piece, Group):
        return all(_is_mark(words[0][0]) for words in piece.alternatives)
    return isinstance(piece, Text) and piece.text[0] in ":!"


def _word(word: tuple[Piece, ...], bounded: str) -> tuple[str, bool]:
    """Return the pattern of a word, and whether it may be missing; its gap is then optional too."""
    if len(word) == 1 and isinstance(word[0], Group):
        return _group(word[0], bounded), word[0].optional
    parts = [
        _group(piece, bounded) + ("?" if piece.optional else "")
        if isinstance(piece, Group)
        else SLOTS[piece.name].pattern(piece.name, is_bounded=piece.name == bounded)
        if isinstance(piece, Slot)
        else re.escape(piece.text).replace("'", "['’]")
        for piece in word
    ]
    if all(isinstance(piece, Group) and piece.optional for piece in word):
        raise TemplateError("a word of optional parts only")
    return "".join(parts), False


def _group(group: Group, bounded: str) -> str:
    patterns = [_pattern(words, bounded) for words in group.alternatives]
    if any(is_nullable for _, is_nullable in patterns):
        raise TemplateError("an alternative of optional words only")
    return f"(?:{'|'.join(pattern for pattern, _ in patterns)})"
