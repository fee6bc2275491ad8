"""A growing text costs about its own length to send."""

from hypothesis import given
from hypothesis import strategies as st

from taskchat_app.ui.chat_messages.chunked_text import EMPTY, LONG, SHORT, Pieces, append


def added(additions: list[str]) -> tuple[Pieces, int]:
    """The pieces after all additions, and how many characters the changed ones held on the way."""
    pieces, sent = EMPTY, 0
    for addition in additions:
        before, pieces = pieces, append(pieces, addition)
        sent += sum(len(new) for old, new in zip(before, pieces, strict=True) if new != old)
    return pieces, sent


@given(st.lists(st.text(max_size=400), max_size=3 * SHORT))
def test_the_pieces_always_make_the_whole_text(additions: list[str]):
    pieces, _ = added(additions)
    text = "".join(pieces)
    assert text == "".join(additions)
    assert bool(pieces[0] + pieces[LONG]) == bool(text)


def test_a_character_is_sent_once_and_a_second_time_in_a_long_text():
    _, short = added(["x" * 100] * SHORT)
    _, long = added(["x" * 100] * SHORT * LONG)
    assert short == 100 * SHORT
    assert long < 2 * 100 * SHORT * LONG


def test_a_text_of_more_pieces_than_there_are_is_kept():
    additions = [f"{number:064}" for number in range(2 * SHORT * (LONG + 1))]
    assert "".join(added(additions)[0]) == "".join(additions)
