"""Titles of conversations."""

import pytest

from taskchat_app.assistant.threads.thread_rows import TITLE_LENGTH, title_of


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("  Buy\n milk ", "Buy milk"),
        ("x" * TITLE_LENGTH, "x" * TITLE_LENGTH),
        ("x" * (TITLE_LENGTH + 1), "x" * (TITLE_LENGTH - 1) + "…"),
        ("word " * 20, " ".join(["word"] * 11) + "…"),
        ("Plan my move: \n- boxes\n- van on friday", "Plan my move"),
        (":\nmilk", ": milk"),
        ("Milk:", "Milk:"),
        ("word, " * 20, ", ".join(["word"] * 9) + "…"),
    ],
)
def test_a_title_is_the_heading_of_a_list_or_the_message_on_one_line_cut_at_a_word(text: str, title: str) -> None:
    assert title_of(text) == title
    assert len(title) <= TITLE_LENGTH
