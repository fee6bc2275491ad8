"""Finds quoted text, which no grammar reads."""

import re

# Straight and typographic, English and German; a straight single quote only where no letter touches it outside, so
# that "mum's" and "the girls' room" are none. It holds 20 apostrophes at most, for each may open one that never ends.
_PAIRS = (("“", "”"), ("„", "“"), ("„", "”"), ("«", "»"), ("»", "«"), ("‘", "’"), ("‚", "‘"), ('"', '"'))
_QUOTED = re.compile(
    "|".join(f"{opening}[^{opening}{closing}]+{closing}" for opening, closing in _PAIRS)
    + r"|(?<!\w)'[^']+(?:'(?=\w)[^']*){0,20}'(?!\w)"
)


def mask_quotes(text: str) -> str:
    """The same text at the same places with quoted stretches made unreadable."""
    return _QUOTED.sub(lambda match: "\ufffc" * len(match[0]), text)


def quoted_parts(text: str) -> list[tuple[int, int]]:
    """Where the quoted stretches lie, quotes included."""
    return [match.span() for match in _QUOTED.finditer(text)]
