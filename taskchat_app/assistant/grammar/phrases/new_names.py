"""Reads the title that a sentence may give to the task that it names: "call it Board", "Porto, not Lisbon"."""

import re
from collections.abc import Iterator
from typing import Any

from taskchat_app.assistant.grammar.phrases.conditions import DENIED
from taskchat_app.assistant.grammar.phrases.patterns import INSTEAD_OF, phrase
from taskchat_app.domain.dates.command_text import MASK, mask_quotes, quoted_parts

# "It's Porto instead of Lisbon", "Müller & Sons, not Miller"; "nicht Rom, sondern Wien"
_IN_PLACE_OF = phrase(rf",? (?:{INSTEAD_OF}|and not|und nicht|not|nicht) ")
_BUT = phrase(r",? (?:but|sondern|rather) ")  # "not Rome, but (Vienna)"
# "Statt Lissabon jetzt Madeira", "not Lisbon anymore, Porto", "Müller heißt übrigens Möller"
_NAME = r"(?-i:[A-ZÄÖÜ])[\w-]*(?: [\w-]+){0,3}"
_INSTEAD_FIRST = (
    phrase(rf"\b{INSTEAD_OF} (?P<old>[\w-]+),? (?:jetzt|nun|lieber|doch|now|rather|make it) (?P<new>[^,;:.]{{1,40}})"),
    phrase(rf"\A(?:not|no longer|nicht) (?P<old>[\w-]+)(?: (?:any ?more|mehr))?, (?:but |sondern )?(?P<new>{_NAME})\Z"),
    phrase(
        r"(?<![\w-])(?P<old>[\w-]{1,40}) (?:heißt|wird|is (?:now )?called|becomes)"
        r"(?: (?:jetzt|nun|übrigens|doch|now|actually))*"
        rf" (?P<new>{_NAME})(?<! \w\wen)(?<!\w\w\wen)(?:, (?:bitte )?ändern)?\Z"
    ),
)
# "Swap oat milk for the milk"
_SWAP = phrase(
    r"\b(?:swap|exchange|replace|tausche?) (?P<one>[\w -]{2,40}?) (?:for|gegen|durch) (?P<other>[\w -]{2,40})"
)
_MARKS = re.compile("[,;:.]")
# What stands before the new word: "put oat milk instead of milk"
_BEFORE_NEW = phrase(
    r"\A.*\b(?:is|it(?:['’]s)?|are|for|be|to|at|put|make|use|want|need|say|take|get|read|ist|sind|für|an|auf|nach|von|nimm|mache?|schreibe?"
    r"|lieber|will|soll|heißt|doch) "
)
_ARTICLE = phrase(r"\A(?:(?:the|a|an|for|to|on|der|die|das|den|dem|ein|eine|einen|für|auf) )+")
_NO_WORD = ("no", "nope", "nein", "nee", "yes", "ja", "ok", "and", "und")
_NEW_WORDS_MAX = 4
# What orders a name: with one title in quotes, that is the new one
_NAMES = phrase(
    r"\b(?:called|call (?:it|that|this|the)"
    r"|rename\w*|named?|retitle|reword|title|say|read|change|edit|amend|heiß\w*|nenn\w*|(?:um)?benenn\w*"
    r"|umtauf\w*|titel|ändere?|änder\w*|schreib\w*|instead|statt|turn|into|becomes?|wird|replace|ersetz\w*"
    r"|swap|daraus)\b"
)
# "It should say new tyres", "call it Board"; "soll jetzt Porto heißen", "in Keller umbenennen"
_NAME_FOLLOWS = phrase(
    r"\b(?:(?:should|must|to) (?:now )?(?:say|read|be (?:called|named))|(?:call|rename) (?:it|that)(?: to)?) "
)
_NAME_BEGINS = phrase(r"\b(?:soll|sollte|muss|in|zu) (?:(?:jetzt|nun|lieber|besser) )?")  # "soll jetzt (Porto heißen)"
# "Nenn den Zahnarzt (um in) Dr. Yilmaz", "rename the report (to) draft"
_ORDERS_NAME = phrase(r"\A(?:nenne?|benenne?|rename|title|mache? aus) ")
_AFTER_OLD = phrase(r"\A(?: (?:um|in|zu|auf|to|as|into|jetzt|nun|now|lieber|doch|mal|instead))*[ :,]+")
_NAME_ENDS = phrase(r" (?:heißen|umbenennen|umtaufen|ändern)\Z")  # "(soll Porto) heißen"


def new_title(clause: str, title: str) -> dict[str, Any]:
    """Return {"title": …} with the new title, or with "word" what stands in place of that word; empty if none is said.

    A word in place of another comes first, since it may stand beside a denial: "not Lisbon, but Porto".
    """
    masked = mask_quotes(clause)
    quoted = [clause[start + 1 : end - 1] for start, end in quoted_parts(clause)]
    others = [text for text in quoted if text.strip().casefold() != title.casefold()]
    if not others and (given := _replaced_word(masked, title)):
        return given
    if DENIED.search(masked):
        return {}
    if len(others) == 1 and (_NAMES.search(masked) or _ORDERS_NAME.match(masked)):
        return _as_title(others[0])
    return _as_title(_said_name(clause, masked, title))


def _replaced_word(clause: str, title: str) -> dict[str, Any]:
    """Return a word of the title with the words that are said in its place; empty for none."""
    for new, old in _pairs(clause):
        old = _ARTICLE.sub("", old.strip())
        new = _without_verb(new, old, title.casefold())
        is_of_title = len(old) > 2 and f" {old.casefold()} " in f" {title.casefold()} "
        is_name = new.casefold() not in ("", old.casefold(), *_NO_WORD) and len(new.split()) <= _NEW_WORDS_MAX
        if is_of_title and is_name and MASK not in new:
            return {"title": new, "word": old}
    return {}


def _without_verb(new: str, old: str, title: str) -> str:
    """Return the new words without an article and the verb of the title, "Hafermilch" for "Hafermilch kaufen"."""
    first, last = title.partition(" ")[0], title.rpartition(" ")[2]
    new = _ARTICLE.sub("", _BEFORE_NEW.sub("", new).strip())
    if last != old.casefold():
        new = new.removesuffix(f" {last}")
    lead, _, rest = new.partition(" ")
    return _ARTICLE.sub("", rest) if rest and lead.casefold() in ("so", first) else new


def _pairs(clause: str) -> Iterator[tuple[str, str]]:
    """Yield pairs of words that may be new, and of the words that they may replace: ("Porto", "Lisbon")."""
    for joint in _IN_PLACE_OF.finditer(clause):
        yield _MARKS.split(clause[: joint.start()])[-1], _MARKS.split(clause[joint.end() :])[0]
    if swap := _SWAP.search(clause):  # "swap milk for tea", and people say it the other way round, too
        yield swap["one"], swap["other"]
        yield swap["other"], swap["one"]
    if but := _BUT.search(clause):
        yield _MARKS.split(clause[but.end() :])[0], DENIED.split(clause[: but.start()])[-1]
    for pattern in _INSTEAD_FIRST:
        if instead := pattern.search(clause):
            yield instead["new"], instead["old"]


def _said_name(clause: str, masked: str, title: str) -> str:
    """Return what stands where a sentence says the new title without quotes; empty if it says none."""
    end = _NAME_ENDS.search(masked)
    if end and (begins := [*_NAME_BEGINS.finditer(masked, 0, end.start())]):
        return clause[begins[-1].end() : end.start()]
    if _ORDERS_NAME.match(masked):
        behind = _AFTER_OLD.sub("", behind_title(masked, title))
        return clause[len(clause) - len(behind) :] if behind else ""
    lead = _NAME_FOLLOWS.search(masked)
    return _MARKS.split(clause[lead.end() :])[0] if lead else ""


def behind_title(clause: str, title: str) -> str:
    """Return what stands behind the last word of the title in a clause."""
    named = [word for word in re.finditer(r"\w+", clause) if word[0].casefold() in title.casefold().split()]
    return clause[named[-1].end() :] if named else ""


def _as_title(text: str) -> dict[str, Any]:
    title = text.strip(' .!"“”„')
    return {"title": title[:1].upper() + title[1:]} if title.casefold() not in ("", "it", "that", "this") else {}
