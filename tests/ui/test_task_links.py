"""Task numbers in answers become links, and pages of a conversation become one."""

from zoneinfo import ZoneInfo

import pytest

from taskchat_app.ui.messages import joined, messages_of
from taskchat_app.ui.task_links import with_task_links, without_task_links
from tests.ui.test_answer import assistant_item, user_item

UTC = ZoneInfo("UTC")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("#7 is done", "[#7](#task-7) is done"),
        ("(#7, #12)", "([#7](#task-7), [#12](#task-12))"),
        ("**#7**: moved", "**[#7](#task-7)**: moved"),
        ("tagged #home and #7up", "tagged #home and #7up"),
        ("`#7` and\n```\n#8\n```", "`#7` and\n```\n#8\n```"),
        ("[#7](https://example.org/#7)", "[#7](https://example.org/#7)"),
        ("https://example.org/#7", "https://example.org/#7"),
        ("```\n#7 in a block that is not closed", "```\n#7 in a block that is not closed"),
    ],
)
def test_numbers_are_links_except_in_code_and_addresses(said: str, shown: str) -> None:
    assert with_task_links(said) == shown
    assert without_task_links(shown) == said


def test_an_answer_that_lies_on_two_pages_is_one() -> None:
    first = {**assistant_item("First.", "part1"), "turn_id": "mine1"}
    second = {**assistant_item("Second.", "part2"), "turn_id": "mine1"}
    older = messages_of([user_item("Hello"), first], UTC)
    newer = messages_of([second, user_item("More", "mine2")], UTC)
    mine, answer, more = joined(older, newer)
    assert (mine.text, more.text, answer.turn_id) == ("Hello", "More", "mine1")
    assert answer.plain == "First.\n\nSecond."
