"""Finds an aside, a remark behind a command that neither asks nor orders anything: "delete the bike, we sold it"."""

from typing import NamedTuple

from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence, words
from taskchat_app.domain.dates.command_text import mask_quotes

_MAX_CHARACTERS = 150
_MARK = phrase(r"(?:[,.!?;]| [-–])(?= )|(?= and let me )")
_AND_LET_ME = sentence(rf"and let me .{{5,{_MAX_CHARACTERS}}}")  # "(delete 3) and let me sleep"
_TOO = sentence(r"(?:too|zu|no|keine?n?|not (?:so|worth)|nicht so) [\w ]{2,20}")  # "(delete the trip), too expensive"
_VERBS = words(
    "i, we, its?, thats?, they, he, she, there, got, sold, is, are, was, has, can['’]?t, ich, wir, er, es, man, ist"
    ", sind, hat, habe?, muss, kann, eilt, reicht, passt"
)
_HAS_VERB = phrase(rf"\b{_VERBS}\b|['’](?:m|s|re|ve)\b")
# A condition, an exception, a correction, another field or another order
_MORE = words(
    "if, unless, when, except, but, instead, or, think, guess, not (?:done|finished|yet), wenn, falls, außer, sondern"
    ", oder, glaube?, denke?, noch nicht, nicht (?:fertig|erledigt), tag, due, date, priority, mark, set, move, add"
    ", put, make, also, too, as well, auch, ebenfalls"
)
_SAYS_MORE = phrase(rf"[\d?]|\b{_MORE}\b")
# What is no aside: a relative clause ("…, which is late"), another order
_BEGINS_OTHERWISE = phrase(
    r"\A(?:(?:oh|ah|ach),? )?"
    r"(?:was|(?:die|der|das|den)(?! (?:ist|sind|war|hat|haben|wird|kann|brauche?)\b)|that|which|who|and|und"
    r"|cancel|delete|remove|drop|scrap|tick|rename|remind|lösche?|streiche?|hake?|erinnere?|benenne?|nimm) "
)
# "(Move 2 to next week), but not to monday"
_BUT_NOT = phrase(r"[\s,.;!–-]{1,3}(?:but|aber)\b.{0,40}(?:\b(?:not|nicht|keine?n?)\b|n['’]t\b)")


class Aside(NamedTuple):
    start: int
    limits_nothing: bool
    """True for "and let me …"; another may say which tasks are meant: "move everything to friday, the rest is late"."""
    begins_sentence: bool
    denies: bool


def find_aside(text: str) -> Aside | None:
    """Return the first aside of a text, which ends the text; None if it has none."""
    masked = mask_quotes(text)
    for mark in _MARK.finditer(masked):
        rest = masked[mark.end() + 1 :]
        is_let_me = mark[0] in (",", "") and _AND_LET_ME.fullmatch(rest) is not None
        if is_let_me or (mark[0] == "," and _TOO.fullmatch(rest)) or _is_remark(rest):
            begins_sentence, denies = mark[0] in (".", "!", "?"), _BUT_NOT.match(masked, mark.start()) is not None
            return Aside(mark.start(), is_let_me, begins_sentence, denies)
    return None


def _is_remark(rest: str) -> bool:
    """Return whether words behind a mark only tell something: "we sold it"."""
    if not 5 <= len(rest) <= _MAX_CHARACTERS or _BEGINS_OTHERWISE.match(rest) or _SAYS_MORE.search(rest):
        return False
    return _HAS_VERB.search(rest) is not None
