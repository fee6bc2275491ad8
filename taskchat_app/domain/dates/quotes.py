"""Finds quoted text, which the grammars ignore."""

import re

# Straight and typographic, English and German. A straight single quote counts only without a letter on its outer side,
# so that "mum's" and "the girls' room" contain no quotation. The limit of 20 apostrophes inside one keeps matching time
# linear.
_PAIRS = (("“", "”"), ("„", "“"), ("„", "”"), ("«", "»"), ("»", "«"), ("‘", "’"), ("‚", "‘"), ('"', '"'))
_QUOTED = re.compile(
    "|".join(f"{opening}[^{opening}{closing}]+{closing}" for opening, closing in _PAIRS)
    + r"|(?<!\w)'[^']+(?:'(?=\w)[^']*){0,20}'(?!\w)"
)


def mask_quotes(text: str) -> str:
    """Return text of the same length with U+FFFC in place of every quoted character."""
    return _QUOTED.sub(lambda match: "\ufffc" * len(match[0]), text)


def quoted_parts(text: str) -> list[tuple[int, int]]:
    """Return start and end of each quotation, quotation marks included."""
    return [match.span() for match in _QUOTED.finditer(text)]
