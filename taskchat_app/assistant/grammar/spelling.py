"""Other spellings of a clause: "loesche" is "lösche", and "remnd me" is "remind me"."""

import re
from collections.abc import Iterator

# Not the vowels of "neue", "Quelle", "aktuell", "Michael" and "Zoe".
_DIGRAPH = re.compile(r"(?<![aeoqu])(?:ae(?!ls?\b)|oe(?=\w)|ue(?!ll?))", re.IGNORECASE)
_UMLAUTS = {"ae": "ä", "oe": "ö", "ue": "ü"}
_COMMANDS = (
    "add remind delete remove complete finish postpone reschedule schedule rename cancel change repeat search remember"
    " erinnere erinner verschiebe verschieb lösche entferne entfern streiche benenne markiere wiederhole"
).split()
_SHORT = 5
"""Words up to this length are too near to others: "lost" is no "list". Only a doubled letter may be missing in them."""


def respelled(clause: str) -> Iterator[str]:
    """Yield the clause with umlauts for digraphs, and with the command that its first word nearly is."""
    umlauts = _DIGRAPH.sub(lambda pair: _UMLAUTS[pair[0].lower()], clause)
    first, blank, rest = umlauts.partition(" ")
    meant = [word for word in _COMMANDS if _is_slip(first.casefold(), word)]
    if len(meant) == 1 and first.casefold() not in _COMMANDS:
        yield f"{meant[0]}{blank}{rest}"
    elif umlauts != clause:
        yield umlauts


def _is_slip(said: str, word: str) -> bool:
    """Return whether one letter is missing, doubled, wrong or exchanged with the next."""
    if len(word) <= _SHORT:
        return said != word and re.sub(r"(.)\1", r"\1", word) == said
    if abs(len(said) - len(word)) > 1 or said == word:
        return False
    same = next(
        (at for at, pair in enumerate(zip(said, word, strict=False)) if pair[0] != pair[1]), min(len(said), len(word))
    )
    left, right = said[same:], word[same:]
    return same > 0 and (
        left[1:] == right or left == right[1:] or left[1:] == right[1:] or left[1::-1] + left[2:] == right
    )
