"""Stores a growing text in pieces, so that an update sends only what was added.

A state var is sent whole whenever it changes. So the text is in many vars for short pieces, and an addition goes into
the next empty one. When all of these are in use, their text moves into one of a few vars for long pieces. So each
character is sent once or twice, however long the text becomes. The browser only joins the vars.
"""

LONG = 16
SHORT = 64
"""How many pieces there are of both kinds; the long ones come first in the text."""
FULL = 64
"""Characters from which a short piece is full: small additions share one, at the cost of sending it again."""

EMPTY = ("",) * (LONG + SHORT)

Pieces = tuple[str, ...]
"""In the order of the text: LONG pieces, then SHORT ones. Of each kind, those in use come first, then empty ones."""


def append(pieces: Pieces, addition: str) -> Pieces:
    """Return the pieces of the text with the addition at its end; only the pieces that must change are changed."""
    long, short = list(pieces[:LONG]), list(pieces[LONG:])
    used = SHORT - short.count("")
    has_room = used > 0 and len(short[used - 1]) < FULL
    if has_room:
        short[used - 1] += addition
    elif used < SHORT:
        short[used] = addition
    else:
        if "" not in long:  # all long pieces become the first one
            long = ["".join(long), *EMPTY[1:LONG]]
        first_empty = long.index("")
        long[first_empty] = "".join(short)
        short = [addition, *EMPTY[1:SHORT]]
    return (*long, *short)
