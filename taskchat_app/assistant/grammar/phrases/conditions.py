"""Recognizes conditions, doubts and questions about a change: "if Anna calls, tick off 3", "should I tick off 3?"."""

from taskchat_app.assistant.grammar.phrases.patterns import phrase, words

CONDITIONS = (
    rf"(?:{words('if, unless, when, as soon as, in case, assuming, suppose, supposing')}"
    rf"|{words('wenn, falls, sofern, sobald, angenommen')}"
    r"|once(?! (?:a|an|per|every)\b)|should (?:it|he|she|they|the|my)"
    r"|sollten? (?:es|er|sie|das|der|die|mein\w{0,2}|jemand))\b"
)
"""The words that begin a condition, as a pattern."""
CONDITION = phrase(rf"^{CONDITIONS}")
"""At the beginning of a clause, polite ones too ("if you can"): "if 3 is done" completes nothing."""
DENIALS = (
    rf"(?:\b(?:{words('not, never, no, none, nothing, nicht, nich, nichts, nie, niemals')}|kein\w{{0,2}})\b"
    rf"|(?:n['’]|\b{words('did, do, does, is, are, was, has, have, could, would')}n)t\b)"
)
"""The words that deny, as a pattern."""
UNCERTAIN = words("maybe, perhaps, probably, vielleicht, eventuell, evtl")
SPEECH = words("reckon, reckons, said, says, told, meint, sagt, behauptet")
"""Verbs of what somebody else has said."""
_COURTESY = (
    r"(?:if|when|once|wenn|falls|sobald) (?:you|u|possible|needed|necessary|du|sie|möglich|nötig|es geht|es dir)\b"
)
_ASKS_WHEN = r"when(?:['’]?s| (?:is|are|was|were|do|does|did|will|should|must|can))\b"
# Where a condition begins: at first, or behind a mark or an "and": "tick off 3, but if Anna calls …"
_STARTS = phrase(
    rf"(?:\A|[.!;,] (?:and |und |but |aber )?|\n| (?:and|und|but|aber) )(?!{_COURTESY}|{_ASKS_WHEN}){CONDITIONS}"
)
_SENTENCE_END = phrase(r"[.!?;] |\n")
# "Should I …", "why did …", "I don't know", "maybe we …"
_DOUBTS = phrase(
    r"(?:should|did|do|does|have|has) (?:i|you|we)\b|why (?:did|do|does|is|are|was|were)\b"
    r"|(?:soll(?:en|te|ten)?|hast|habe?|haben|muss|müssen|darf|kann) (?:ich|du|wir|sie)\b|(?:warum|wieso|weshalb)\b"
    r"|(?:i am |i['’]?m )?not sure\b|i (?:do ?n['’]?t know|do not know|wonder)\b|(?:ich bin )?(?:mir )?nicht sicher\b"
    r"|ich (?:weiß nicht|frage mich)\b|(?:maybe|perhaps) (?:i|we) |(?:vielleicht|eventuell) (?:sollte|könnte)\w* "
)
# "Is …", "and what's …", "hast du …"
_QUESTION = phrase(
    r"(?:(?:hä|hm+|ey|na|und|and|so|but|aber),? )?(?:should|did|(?:do|does|have|has) (?!(?:a|the) )|why|what['’]?s?"
    r"|how['’]?s?|is|are|was|were|when|who|which|where|soll\w{0,3}|hast|habe|haben|ist|sind|war|waren|wie\w*|warum|wieso|weshalb|wann"
    r"|wo|wer|welche\w?|gibt)\b"
)


def begins_with_condition(clause: str) -> bool:
    """Return whether the clause tells on what something depends; neither "if you can" nor "when is the dentist"."""
    return _STARTS.match(clause) is not None


def ends_with_condition(clause: str) -> bool:
    """Return whether what follows the clause depends on it; "if you can" is only polite."""
    starts = [match.end() for match in _STARTS.finditer(clause)]
    return bool(starts) and _SENTENCE_END.search(clause, starts[-1]) is None


def is_doubt(text: str, *, asks: bool) -> bool:
    """Return whether a text without polite words doubts or asks; `asks`: it ends with a question mark."""
    return _DOUBTS.match(text) is not None or (asks and _QUESTION.match(text) is not None)
