"""The words and marks that name a priority, in English and German."""

PRIORITY_WORDS = {
    **dict.fromkeys(
        "high urgent top important asap hoch hohe hoher dringend dringende wichtig wichtige".split(), "high"
    ),
    **dict.fromkeys(("medium", "normal", "mittel", "mittlere", "mittlerer"), "medium"),
    **dict.fromkeys(("low", "niedrig", "niedrige", "niedriger", "geringe", "geringer"), "low"),
}
PRIORITY_WORD = "|".join(PRIORITY_WORDS)
PRIORITY_RANK = r"(?:!p?|p)(?P<rank>[1-4])"
"""A mark with a number: "p1", "!1"."""
_RANKS = {"1": "high", "2": "medium", "3": "low", "4": "low"}


def priority_of(*, word: str | None, rank: str | None) -> str | None:
    """Return the priority of a word of PRIORITY_WORDS or rank (1 high, 2 medium, 3 and 4 low); None for neither."""
    return PRIORITY_WORDS[word.lower()] if word else _RANKS.get(rank or "")
