"""Stream repairs: text that arrives in any pieces, without the model's thoughts."""

from typing import Any

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


def test_text_that_looks_like_the_start_of_a_thought_tag_is_sent_at_the_end_and_other_text_at_once():
    for words in ("<", "<tho", "<thought", " <t"):
        assert visible_text(words) == visible_text(*words) == visible_text(words, "") == words
    for piece in ("Hi", "\n", "th"):
        assert visible_text(piece, finish=None) == piece


def test_a_split_tag_of_a_thought_is_recognized():
    begin, end = "<thought>", "</thought>"
    for cut in range(1, len(end)):
        assert visible_text("<thought>Hm.", end[:cut], f"{end[cut:]}\nHello.") == "Hello.", cut
        assert visible_text(f"<thought>Hm.{end[:cut]}", end[cut:], "Hello.") == "Hello.", cut
        assert visible_text(f"<thought>Hm.{end[:cut]}", f"{end[cut:]}Hello.") == "Hello.", cut
    for cut in range(1, len(begin)):
        assert visible_text(begin[:cut], f"{begin[cut:]}Hm.</thought>Hello.") == "Hello.", cut
    assert visible_text(*"<thought>Hm. < </ </thought>Hello <thought> you.") == "Hello <thought> you."


def test_an_unclosed_thought_is_removed():
    assert visible_text("<thought>Hm.", "</thou") == visible_text("<thought>") == ""


def test_only_the_first_choice_counts():
    chunk: dict[str, Any] = {"choices": [{"index": 1, "delta": {"content": "Two."}}, {"index": None, "delta": None}]}
    normalize_choices(ResponseState(), chunk)
    assert chunk == {"choices": [{"index": None, "delta": {}}]}
