"""Stores a growing text in pieces, so that an update sends only what changed.

A state var is sent whole whenever it changes. So the text is held in a few vars, the newest words in the smallest one;
a var that is full is moved into the next larger one, which therefore changes seldom. All in all each character is sent
some ten times, however long the text becomes, and no script has to run in the browser: it only joins the vars.
"""

SIZES = (160, 1280, 10_240)
"""How many characters each var holds at most; the last one, after these, has no limit."""

EMPTY = ("",) * (len(SIZES) + 1)

Pieces = tuple[str, ...]
"""From the newest, smallest piece to the oldest; the text is the pieces joined in reverse order."""


def append(pieces: Pieces, addition: str) -> Pieces:
    """Return the pieces of the text with the addition at its end; only the pieces that must change are changed."""
    changed = [pieces[0] + addition, *pieces[1:]]
    for index, size in enumerate(SIZES):
        if len(changed[index]) <= size:
            break
        changed[index + 1] += changed[index]
        changed[index] = ""
    return tuple(changed)


def join(pieces: Pieces) -> str:
    return "".join(reversed(pieces))
