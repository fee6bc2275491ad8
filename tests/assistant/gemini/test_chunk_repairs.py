"""Stream repairs: text that arrives in any pieces, without the model's thoughts."""

from typing import Any

import pytest

from taskchat_app.assistant.gemini.chunk_repairs import drop_thoughts, normalize_choices, record_progress
from taskchat_app.assistant.gemini.response_state import ResponseState


def visible_text(*pieces: str, finish: str | None = "stop") -> str:
    """Return the text that the repairs let through, of a stream of these pieces."""
    answer, words = ResponseState(), ""
    for place, piece in enumerate(pieces, 1):
        ending = finish if place == len(pieces) else None
        chunk: dict[str, Any] = {"choices": [{"delta": {"content": piece}, "finish_reason": ending}]}
        for repair in (normalize_choices, drop_thoughts, record_progress):
            repair(answer, chunk)
        words += chunk["choices"][0]["delta"].get("content") or ""
    return words


@pytest.mark.parametrize("words", ["<", "<tho", "<thought", " <t"])
def test_text_that_looks_like_the_start_of_a_thought_tag_is_sent_at_the_end(words: str) -> None:
    assert visible_text(words) == words
    assert visible_text(*words) == words
    assert visible_text(words, "") == words


@pytest.mark.parametrize("cut", range(1, len("</thought>")))
def test_a_split_end_tag_of_a_thought_is_recognized(cut: int) -> None:
    end = "</thought>"
    assert visible_text("<thought>Hm.", end[:cut], f"{end[cut:]}\nHello.") == "Hello."
    assert visible_text(f"<thought>Hm.{end[:cut]}", end[cut:], "Hello.") == "Hello."
    assert visible_text(f"<thought>Hm.{end[:cut]}", f"{end[cut:]}Hello.") == "Hello."


@pytest.mark.parametrize("cut", range(1, len("<thought>")))
def test_a_split_start_tag_of_a_thought_is_recognized(cut: int) -> None:
    tag = "<thought>"
    assert visible_text(tag[:cut], f"{tag[cut:]}Hm.</thought>Hello.") == "Hello."


def test_a_thought_is_removed_from_a_stream_of_single_characters() -> None:
    assert visible_text(*"<thought>Hm. < </ </thought>Hello <thought> you.") == "Hello <thought> you."


def test_an_unclosed_thought_is_removed() -> None:
    assert visible_text("<thought>Hm.", "</thou") == ""


def test_a_thought_tag_alone_is_removed() -> None:
    assert visible_text("<thought>") == ""


@pytest.mark.parametrize("piece", ["Hi", "\n", "th"])
def test_other_short_text_is_sent_at_once(piece: str) -> None:
    assert visible_text(piece, finish=None) == piece


def test_only_the_first_choice_counts() -> None:
    chunk: dict[str, Any] = {"choices": [{"index": 1, "delta": {"content": "Two."}}, {"index": None, "delta": None}]}
    normalize_choices(ResponseState(), chunk)
    assert chunk == {"choices": [{"index": None, "delta": {}}]}
