"""Stream repairs: bytes and text that arrive in any pieces, without the model's thoughts, and the limit of a line."""

from collections.abc import AsyncIterator
from itertools import product
from typing import Any

import pytest

from taskchat_app.assistant.gemini import chunk_repairs
from taskchat_app.assistant.gemini.failures import GeminiFailure
from taskchat_app.assistant.gemini.response_state import ResponseState
from tests.evidence import Step


async def events_of(*pieces: bytes) -> list[bytes]:
    async def received() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    return [event async for event in chunk_repairs.sse_data(received())]


async def test_events_are_the_same_wherever_the_bytes_are_cut():
    sent = b'data: {"a": 1}\r\n\r\ndata: [DONE]\n\n'
    for cut in range(1, len(sent)):
        assert await events_of(sent[:cut], sent[cut:]) == [b'{"a": 1}', b"[DONE]"], cut


async def test_lines_of_data_are_events_up_to_an_empty_line_or_the_end_if_they_are_complete():
    assert await events_of(b'data:{"a": 1}\n\ndata:[DONE]') == [b'{"a": 1}', b"[DONE]"], "no space"
    assert await events_of(b"\n\n: ping\n\n\ndata: 1\n\n\n: ping\n\ndata: 2\n\n\n") == [b"1", b"2"]
    for empty in (b"data:\n\n", b"data: \n\n", b"data:\ndata:\n\n"):
        assert await events_of(empty, b"data: 1\n\n", empty, b"data: [DONE]\n\n", empty) == [b"1", b"[DONE]"], empty
    assert await events_of(b'data: {"a":\nid: 7\ndata: 1}\n\n') == [b'{"a":\n1}']
    for last, end in product((b"[DONE]", b'{"a": 1}', b'{"a": '), (b"", b"\n")):
        counted = [] if last == b'{"a": ' else [last]
        assert await events_of(b"data: 1\n\ndata: " + last + end) == [b"1", *counted], (last, end)


async def test_a_line_or_an_event_that_exceeds_its_limit_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(chunk_repairs, "LINE_MAX", 20)
    longest = b"data: " + b"2" * 14
    for before in ((), (b"data: 1\n\n",), (b"data: 1\n", b"\n")):
        found = await events_of(*before, longest[:9], longest[9:], b"\n\n")
        assert found == [*([b"1"] if before else []), b"2" * 14], before
        with pytest.raises(GeminiFailure) as refused:
            await events_of(*before, longest[:9], longest[9:] + b"2", b"\n\n")
        assert refused.value.code == "garbled", before
    with pytest.raises(GeminiFailure):
        await events_of(*[b"data: 1\n"] * 3)


NO_OBJECTS = (
    b'{"choices": 5}', b'{"choices": "words"}', b'{"choices": ["words"]}', b'{"choices": [{"delta": "words"}]}',
    b'{"choices": [{"delta": {"tool_calls": {"index": 0}}}]}', b'{"choices": [{"delta": {"tool_calls": ["words"]}}]}',
    b'{"choices": [{"delta": {"tool_calls": [{"function": "words"}]}}]}', b'{"usage": "many"}',
)  # fmt: skip


def test_a_chunk_that_is_no_object_or_has_none_is_garbled_unless_it_has_errors_or_follows_the_finish_reason(step: Step):
    for unusable in (b"<html>", b"[" * 100_000, b'"words"', b"null", *NO_OBJECTS):
        step(str(unusable[:60]))
        with pytest.raises(GeminiFailure) as refused:
            chunk_repairs.read_event(ResponseState(), unusable)
        assert refused.value.code == "garbled"
        chunk_repairs.read_event(ResponseState(finish_reason="stop"), unusable)
    chunk = chunk_repairs.read_chunk(b'[{"error": {"code": 503}}, {"error": {"code": 400}}]')
    assert chunk == {"error": {"code": 503}}


def visible_text(*pieces: str, finish: str | None = "stop") -> str:
    """Return the text that the repairs let through, of a stream of these pieces."""
    answer, words = ResponseState(), ""
    for place, piece in enumerate(pieces, 1):
        ending = finish if place == len(pieces) else None
        chunk: dict[str, Any] = {"choices": [{"delta": {"content": piece}, "finish_reason": ending}]}
        for repair in (chunk_repairs.normalize_choices, chunk_repairs.drop_thoughts, chunk_repairs.record_progress):
            repair(answer, chunk)
        words += chunk["choices"][0]["delta"].get("content") or ""
    return words


def test_text_that_looks_like_the_start_of_a_thought_tag_is_sent_at_the_end_and_other_text_at_once():
    for words in ("<", "<tho", "<thought", " <t"):
        assert visible_text(words) == visible_text(*words) == visible_text(words, "") == words
    for piece in ("Hi", "\n", "th"):
        assert visible_text(piece, finish=None) == piece


def test_a_split_tag_of_a_thought_is_recognized_and_an_unclosed_thought_removed():
    begin, end = "<thought>", "</thought>"
    for cut in range(1, len(end)):
        assert visible_text("<thought>Hm.", end[:cut], f"{end[cut:]}\nHello.") == "Hello.", cut
        assert visible_text(f"<thought>Hm.{end[:cut]}", end[cut:], "Hello.") == "Hello.", cut
        assert visible_text(f"<thought>Hm.{end[:cut]}", f"{end[cut:]}Hello.") == "Hello.", cut
    for cut in range(1, len(begin)):
        assert visible_text(begin[:cut], f"{begin[cut:]}Hm.</thought>Hello.") == "Hello.", cut
    assert visible_text(*"<thought>Hm. < </ </thought>Hello <thought> you.") == "Hello <thought> you."
    assert visible_text("<thought>Hm.", "</thou") == visible_text("<thought>") == ""


def test_only_the_first_choice_counts():
    chunk: dict[str, Any] = {"choices": [{"index": 1, "delta": {"content": "Two."}}, {"index": None, "delta": None}]}
    chunk_repairs.normalize_choices(ResponseState(), chunk)
    assert chunk == {"choices": [{"index": None, "delta": {}}]}
