"""Recognizes conditions, doubts and questions about a change: "if Anna calls, tick off 3", "should I tick off 3?"."""

from taskchat_app.assistant.grammar.phrases.patterns import phrase, words

CONDITIONS = (
    r"(?:if|unless|when|as soon as|in case|assuming|suppose|supposing|wenn|falls|sofern|sobald|angenommen"
    r"|once(?! (?:a|an|per|every)\b)|should (?:it|he|she|they|the|my)"
    r"|sollten? (?:es|er|sie|das|der|die|mein\w{0,2}|jemand))\b"
)
"""The words that begin a condition, as a pattern."""
CONDITION = phrase(rf"^{CONDITIONS}")
"""The beginning of a clause with a condition, of a polite one too: "if 3 is done", "if you can"."""
DENIALS = (
    r"(?:\b(?:not|never|no|none|nothing|nicht|nich|nichts|nix|nie|niemals|kein\w{0,2})\b"
    r"|(?:n['’]|\b(?:did|do|does|is|are|was|has|have|could|would)n)t\b)"
)
"""The words that deny, as a pattern."""
DENIED = phrase(DENIALS)
"""Finds one of them: "I did not wash the car", "Auto nicht gewaschen"."""
UNCERTAIN = words("maybe, perhaps, probably, vielleicht, eventuell, evtl")
SPEECH = words("reckon, reckons, said, says, told, meint, sagt, behauptet")
"""Verbs of reported speech."""
_COURTESY = (
    r"(?:if|when|once|wenn|falls|sobald) (?:you|u|possible|needed|necessary|du|sie|möglich|nötig|es geht|es dir)\b"
)
_WHEN_QUESTION = r"when(?:['’]?s| (?:is|are|was|were|do|does|did|will|should|must|can))\b"  # "when is (the dentist)"
# The beginning of a condition, at first or after a mark or an "and": "tick off 3, but if Anna calls …"
_CONDITION_BEGINS = phrase(
    rf"(?:\A|[.!;,] (?:and |und |but |aber )?|\n| (?:and|und|but|aber) )(?!{_COURTESY}|{_WHEN_QUESTION}){CONDITIONS}"
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
    """Return whether the clause begins with a condition; neither "if you can" nor "when is the dentist" is one."""
    return _CONDITION_BEGINS.match(clause) is not None


def ends_with_condition(clause: str) -> bool:
    """Return whether the last sentence of the clause has a condition, on which what follows the clause may depend."""
    conditions = [*_CONDITION_BEGINS.finditer(clause)]
    return bool(conditions) and _SENTENCE_END.search(clause, conditions[-1].end()) is None


def is_conditional(clause: str) -> bool:
    """Return whether the clause, or what follows it, depends on a condition in it."""
    return begins_with_condition(clause) or ends_with_condition(clause)


def is_doubt(text: str, *, asks: bool) -> bool:
    """Return whether a text without polite words doubts or asks; `asks` if it ends with a question mark."""
    return _DOUBTS.match(text) is not None or (asks and _QUESTION.match(text) is not None)
