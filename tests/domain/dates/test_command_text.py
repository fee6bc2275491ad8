"""Normalization and maximum length of command texts."""

import pytest

from taskchat_app.domain.dates.command_text import COMMAND_MAX_CHARACTERS, as_command, normalize_blanks


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("add  milk", "add milk"),
        ("  add\t \u3000milk\u00a0 ", "add milk"),
        ("add tasks:\n- milk\n\n \n  - bread", "add tasks:\n- milk\n- bread"),
        ("add" + "\n" * 400 + "milk", "add\nmilk"),
        ("one\r\ntwo\u2028three", "one\ntwo\nthree"),
        (" \n ", ""),
        ("", ""),
        ("add" + " " * 9_000 + "milk", "add milk"),
        ("a" * COMMAND_MAX_CHARACTERS, "a" * COMMAND_MAX_CHARACTERS),
    ],
)
def test_a_run_of_white_space_becomes_one_blank_or_one_line_break_before_the_length_counts(text: str, normal: str):
    assert normalize_blanks(text) == normal
    assert as_command(text) == normal


@pytest.mark.parametrize("text", ["a" * (COMMAND_MAX_CHARACTERS + 1), "a " * COMMAND_MAX_CHARACTERS, " " * 1_000_000])
def test_a_text_longer_than_a_command_is_none(text: str):
    assert as_command(text) is None
