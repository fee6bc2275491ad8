"""Normalization and maximum length of command texts."""

from taskchat_app.domain.dates.command_text import COMMAND_MAX_CHARACTERS, as_command, normalize_blanks


def test_a_run_of_white_space_becomes_one_blank_or_one_line_break_before_the_length_counts():
    normal = {
        "add  milk": "add milk",
        "  add\t \u3000milk\u00a0 ": "add milk",
        "add tasks:\n- milk\n\n \n  - bread": "add tasks:\n- milk\n- bread",
        "add" + "\n" * 400 + "milk": "add\nmilk",
        "one\r\ntwo\u2028three": "one\ntwo\nthree",
        " \n ": "",
        "": "",
        "add" + " " * 9_000 + "milk": "add milk",
        "a" * COMMAND_MAX_CHARACTERS: "a" * COMMAND_MAX_CHARACTERS,
    }
    assert {text: normalize_blanks(text) for text in normal} == normal
    assert {text: as_command(text) for text in normal} == normal
    for text in ("a" * (COMMAND_MAX_CHARACTERS + 1), "a " * COMMAND_MAX_CHARACTERS, " " * 1_000_000):
        assert as_command(text) is None
