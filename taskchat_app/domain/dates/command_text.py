"""Prepares text for the grammars: normalizes blanks, limits the length, finds quotations, which they ignore."""

import re

COMMAND_MAX_CHARACTERS = 1_000
"""After normalization. A title has at most 255 characters; a longer text is pasted and not a command."""
_READ_MAX = 100 * COMMAND_MAX_CHARACTERS
"""Before normalization: a longer text is not even normalized."""


def normalize_blanks(text: str) -> str:
    """Replace each run of white space by one blank, or by one line break if it contains one; trim both ends."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def as_command(text: str) -> str | None:
    """Return the text normalized for the grammars (see normalize_blanks); None if it is too long for a command."""
    if len(text) > _READ_MAX:
        return None
    command = normalize_blanks(text)
    return command if len(command) <= COMMAND_MAX_CHARACTERS else None


# Straight and typographic, English and German. A straight single quote counts only without a letter on its outer side,
# so that "mum's" and "the girls' room" contain no quotation. The limit of 20 apostrophes inside one keeps matching time
# linear.
_PAIRS = (("“", "”"), ("„", "“"), ("„", "”"), ("«", "»"), ("»", "«"), ("‘", "’"), ("‚", "‘"), ('"', '"'))
_QUOTED = re.compile(
    "|".join(f"{opening}[^{opening}{closing}]+{closing}" for opening, closing in _PAIRS)
    + r"|(?<!\w)'[^']+(?:'(?=\w)[^']*){0,20}'(?!\w)"
)


MASK = "\ufffc"
"""Stands for each quoted character in a masked text, from which only places are read, no words that are stored."""


def mask_quotes(text: str) -> str:
    """Return text of the same length with MASK in place of every quoted character."""
    return _QUOTED.sub(lambda match: MASK * len(match[0]), text)


def quoted_parts(text: str) -> list[tuple[int, int]]:
    """Return start and end of each quotation, quotation marks included."""
    return [match.span() for match in _QUOTED.finditer(text)]


def without_part(text: str, start: int, end: int) -> str:
    """Return the text without this part; a mark behind it, such as a comma, follows the words before it."""
    before, after = text[:start].rstrip(" ,"), text[end:].strip()
    return before + after if after[:1] in (",", ".", ";", ":") else f"{before} {after}".strip()
