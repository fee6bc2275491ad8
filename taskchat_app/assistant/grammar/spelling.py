"""Corrects slips in the first word of a clause: "loesche" is "lösche", and "remnd me" is "remind me"."""

import re

from taskchat_app.domain.dates.vocabulary import DIGRAPHS

# Not the vowels of "neue", "Quelle", "aktuell", "Michael" and "Zoe".
_DIGRAPH = re.compile(r"(?<![aeoqu])(?:ae(?!ls?\b)|oe(?=\w)|ue(?!ll?))", re.IGNORECASE)
_UMLAUTS = {digraph: umlaut for umlaut, digraph in DIGRAPHS.items()}
_COMMANDS = (
    "remind delete remove complete finish postpone reschedule schedule rename cancel change repeat search remember"
    " erinnere erinner verschiebe verschieb lösche entferne entfern streiche benenne markiere wiederhole"
).split()
_OTHER_WORDS = frozenset(
    "charge chance chang remote rewind reheat compete cancer finnish starch deplete relate rewove remand"
    " lasche löse entfernte markierte wiederholte streife entkerne".split()
)
"""Words of their own, which are no slips."""


def respelled(clause: str) -> str | None:
    """Return the clause with the command that its first word nearly is; the rest stays as it is."""
    first, blank, rest = clause.partition(" ")
    word = _DIGRAPH.sub(lambda pair: _UMLAUTS[pair[0].lower()], first).casefold()
    meant = [command for command in _COMMANDS if word == command or _is_slip(word, command)]
    is_other = len(meant) != 1 or first.casefold() == meant[0]
    return None if is_other else f"{meant[0]}{blank}{rest}"


def _is_slip(said: str, word: str) -> bool:
    """Return whether one letter is missing, doubled, wrong or exchanged with the next, but not the last: "removed"."""
    if abs(len(said) - len(word)) > 1 or said == word or said in _OTHER_WORDS or said[: len(word) - 1] == word[:-1]:
        return False
    same = next(
        (at for at, pair in enumerate(zip(said, word, strict=False)) if pair[0] != pair[1]), min(len(said), len(word))
    )
    left, right = said[same:], word[same:]
    return same > 0 and (
        left[1:] == right or left == right[1:] or left[1:] == right[1:] or left[1::-1] + left[2:] == right
    )
