"""The stream's mends on their own: what is handed on of text that arrives in any pieces."""

from typing import Any

import pytest

from taskchat_app.assistant.gemini.stream import ResponseState, drop_thoughts, normalize_choices, record_progress


def told(*pieces: str, finish: str | None = "stop") -> str:
    """What is handed on of these pieces, the last of which ends the answer."""
    answer, words = ResponseState(), ""
    for place, piece in enumerate(pieces, 1):
        ending = finish if place == len(pieces) else None
        chunk: dict[str, Any] = {"choices": [{"delta": {"content": piece}, "finish_reason": ending}]}
        for mend in (normalize_choices, drop_thoughts, record_progress):
            mend(answer, chunk)
        words += chunk["choices"][0]["delta"].get("content") or ""
    return words


@pytest.mark.parametrize("words", ["<", "<tho", "<thought", " <t"])
def test_text_that_looked_like_the_beginning_of_a_thought_is_handed_on_at_the_end(words: str) -> None:
    assert told(words) == words
    assert told(*words) == words
    assert told(words, "") == words


@pytest.mark.parametrize("cut", range(1, len("</thought>")))
def test_a_thoughts_end_tag_may_be_cut_in_two(cut: int) -> None:
    end = "</thought>"
    assert told("<thought>Hm.", end[:cut], f"{end[cut:]}\nHello.") == "Hello."
    assert told(f"<thought>Hm.{end[:cut]}", end[cut:], "Hello.") == "Hello."
    assert told(f"<thought>Hm.{end[:cut]}", f"{end[cut:]}Hello.") == "Hello."


@pytest.mark.parametrize("cut", range(1, len("<thought>")))
def test_a_thoughts_first_tag_may_be_cut_in_two(cut: int) -> None:
    tag = "<thought>"
    assert told(tag[:cut], f"{tag[cut:]}Hm.</thought>Hello.") == "Hello."


def test_a_whole_answer_in_single_characters_has_no_thought() -> None:
    assert told(*"<thought>Hm. < </ </thought>Hello <thought> you.") == "Hello <thought> you."


def test_a_thought_that_never_ends_is_not_handed_on() -> None:
    assert told("<thought>Hm.", "</thou") == ""
