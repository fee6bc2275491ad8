"""Markdown is converted to plain text for screen readers."""

import pytest

from taskchat_app.ui.messages.plain_text import plain_text


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("Added **#7 Buy milk**, due *tomorrow*.", "Added #7 Buy milk, due tomorrow."),
        ("# Plan\n\n- one\n- [x] two\n1. three\n> four", "Plan\none\ntwo\n1. three\nfour"),
        ("See [the page](https://example.org/a_b) and ![a dog](https://x.org/d.png).", "See the page and a dog."),
        ("| Task | Due |\n|:---|---:|\n| #1 | **friday** |", "Task, Due\n#1, friday"),
        ("Run `ls -a`:\n```sh\nls *.py\n```\ndone", "Run ls -a:\nls *.py\ndone"),
        ("***Both*** ~~gone~~ __bold__", "Both gone bold"),
        ("snake_case_name, 2 * 3 * 4 and \\*star\\*", "snake_case_name, 2 * 3 * 4 and *star*"),
        ("one\n\n---\n\ntwo", "one\ntwo"),
        ("```\nnever closed", "never closed"),
        ("", ""),
    ],
)
def test_markdown_becomes_plain_text(markdown: str, words: str) -> None:
    assert plain_text(markdown) == words
