"""How a sentence names tasks: "3", "#3 and #4", "the second one", "it", "both", "the milk task", a quoted title."""

import re

from taskchat_app.assistant.offline_commands import Target

_PLACES = {
    **dict.fromkeys(("first", "1st", "erste", "ersten", "erster"), 1),
    **dict.fromkeys(("second", "2nd", "zweite", "zweiten", "zweiter"), 2),
    **dict.fromkeys(("third", "3rd", "dritte", "dritten", "dritter"), 3),
    **dict.fromkeys(("fourth", "4th", "vierte", "vierten", "vierter"), 4),
    **dict.fromkeys(("fifth", "5th", "fünfte", "fünften", "fünfter"), 5),
    **dict.fromkeys(("last", "letzte", "letzten", "letzter"), -1),
}
_ONE = r"(?:task|todo|to-do|item|entry|aufgabe|eintrag|number|nummer|no\.?|nr\.?)"
_NUMBERS = re.compile(
    rf"(?:the\s+|die\s+)?(?:{_ONE}s?n?\s*)?(?:#?\s?\d{{1,9}})(?:(?:\s*,\s*|\s*&\s*|\s+|,?\s+(?:and|und)\s+)(?:{_ONE}\s*)?#?\d{{1,9}})*",
    re.IGNORECASE,
)
_RANGE = re.compile(rf"(?:{_ONE}s?n?\s*)?#?(\d{{1,4}})\s*(?:-|–|to|through|bis)\s*#?(\d{{1,4}})", re.IGNORECASE)
_RANGE_LONGEST = 50
_PLACE = "|".join(_PLACES)
_PLACED = re.compile(
    rf"(?:the\s+|der\s+|die\s+|das\s+|den\s+)?(?:{_PLACE})(?:(?:\s*,\s*|,?\s+(?:and|und)\s+)(?:the\s+|die\s+|das\s+|den\s+)?(?:{_PLACE}))*"
    rf"(?:\s+(?:ones?|{_ONE}n?s?))?(?:\s+(?:on|in|from)\s+(?:the|that|my)\s+list)?",
    re.IGNORECASE,
)
_PRONOUNS = (
    (re.compile(rf"it|this|that|this one|that one|(?:this|that)\s+{_ONE}|es|sie|diese|das|die(?:se)?\s+aufgabe", re.I), "it"),
    (re.compile(rf"(?:all\s+(?:of\s+)?)?(?:them|those|these)(?:\s+(?:all|{_ONE}s))?|(?:the\s+)?(?:two|three|four) of them"
                r"|all of them|sie alle|diese alle|alle davon", re.I), "them"),
    (re.compile(r"both|both of (?:them|those|these)|beide", re.I), "both"),
)  # fmt: skip
_QUOTED = re.compile(
    rf"(?:the\s+|die\s+)?(?:{_ONE}\s+)?(?:called\s+|named\s+)?[\"“„«‘'](?P<title>[^\"”“»’]+|[^\"”“»]+)[\"”“»’'](?:\s+{_ONE})?",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    rf"^(?:(?:the|my|a|an|that|this|die|der|das|den|dem|meine[nr]?)\s+)?(?:{_ONE}\s+(?:(?:called|named|about|to|for|with|namens)\s+)?)?",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"\s+(?:{_ONE})$", re.IGNORECASE)


def read_target(text: str) -> Target:
    """What the words mean; words that fit nothing else are words of a title."""
    text = text.strip().strip(".,;:!?").strip()
    if match := _RANGE.fullmatch(text):
        first, last = int(match[1]), int(match[2])
        if first < last <= first + _RANGE_LONGEST:
            return Target(numbers=tuple(range(first, last + 1)))
    if _NUMBERS.fullmatch(text):
        return Target(numbers=tuple(dict.fromkeys(int(digits) for digits in re.findall(r"\d+", text))))
    for pattern, pronoun in _PRONOUNS:
        if pattern.fullmatch(text):
            return Target(pronoun=pronoun)
    if _PLACED.fullmatch(text):
        return Target(
            places=tuple(_PLACES[word.lower()] for word in re.findall(rf"\b(?:{_PLACE})\b", text, re.IGNORECASE))
        )
    if match := _QUOTED.fullmatch(text):
        return Target(words=match["title"].strip(), quoted=True)
    words = _AFTER.sub("", _BEFORE.sub("", text))
    return Target(words=words or text)
