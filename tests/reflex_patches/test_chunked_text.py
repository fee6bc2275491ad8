"""A growing text costs about its own length to send."""

from hypothesis import given
from hypothesis import strategies as st

from taskchat_app.reflex_patches.chunked_text import EMPTY, SIZES, Pieces, append, join


def added(additions: list[str]) -> tuple[Pieces, int]:
    """The pieces after all additions, and how many characters the changed ones held on the way."""
    pieces, sent = EMPTY, 0
    for addition in additions:
        before, pieces = pieces, append(pieces, addition)
        sent += sum(len(new) for old, new in zip(before, pieces, strict=True) if new != old)
    return pieces, sent


@given(st.lists(st.text(max_size=400)))
def test_the_pieces_always_make_the_whole_text(additions: list[str]) -> None:
    pieces, _ = added(additions)
    assert join(pieces) == "".join(additions)
    assert all(len(piece) <= size for piece, size in zip(pieces, SIZES, strict=False))


def test_twice_the_text_costs_about_twice_as_much() -> None:
    _, short = added(["word "] * 2_000)
    _, long = added(["word "] * 4_000)
    assert 1.8 < long / short < 2.5
    assert long < 30 * len("word ") * 4_000
