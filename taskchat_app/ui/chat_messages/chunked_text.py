"""Stores a growing text in pieces, so that an update sends only what was added.

A state var is sent whole whenever it changes. So the text is held in many vars, and an addition goes into the next
empty one. When all are in use, their text moves into one of a few vars for longer pieces: so each character is sent
once or twice, however long the text becomes, and no script has to run in the browser: it only joins the vars.
"""

LONG = 16
SHORT = 64
"""How many pieces there are of both kinds; the long ones come first in the text."""
FULL = 64
"""Characters from which a short piece is full: small additions share one, at the cost of sending it again."""

EMPTY = ("",) * (LONG + SHORT)

Pieces = tuple[str, ...]
"""In the order of the text; the first piece is empty only if the text is, or if no long piece is in use."""


def append(pieces: Pieces, addition: str) -> Pieces:
    """Return the pieces of the text with the addition at its end; only the pieces that must change are changed."""
    long, short = list(pieces[:LONG]), list(pieces[LONG:])
    used = SHORT - short.count("")
    if used and len(short[used - 1]) < FULL:  # the last one in use has room
        short[used - 1] += addition
    elif used < SHORT:
        short[used] = addition
    else:  # all short pieces become a long one, and before that, if need be, all long ones become one
        if all(long):
            long = ["".join(long), *EMPTY[1:LONG]]
        long[long.index("")] = "".join(short)
        short = [addition, *EMPTY[1:SHORT]]
    return (*long, *short)
