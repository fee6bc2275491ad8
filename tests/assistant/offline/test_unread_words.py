"""Rows of the tables of doubtful titles, each with its examples, and titles that are added without a question."""

from taskchat_app.assistant.grammar.phrases.doubtful_titles import MISFIT_ROWS, UNREAD_ROWS
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.phrases.unread_words import misfit
from taskchat_app.domain.dates.command_text import mask_quotes


def test_each_row_finds_its_examples() -> None:
    for pattern, *examples in (*UNREAD_ROWS, *MISFIT_ROWS):
        assert examples, f"No example: {pattern}"
        missed = [example for example in examples if not phrase(pattern).search(mask_quotes(example))]
        assert missed == [], f"Not found by {pattern}"


def test_ordinary_titles_are_not_doubtful() -> None:
    titles = (
        "Buy milk", "Call the dentist about the crown", "Wohnung putzen", "Alle Fenster putzen", "Review the Q2 report",
        "Thank you letter to Ann", "Ask if the shop delivers", "Book all day parking", "Read “tomorrow or never”",
    )  # fmt: skip
    assert {title: found for title in titles if (found := misfit({"title": title}))} == {}
