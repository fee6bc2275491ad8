"""The bytes of a stream: its events, whatever pieces arrive, and the limit of a line."""

from collections.abc import AsyncIterator

import pytest

from taskchat_app.assistant.gemini import chunk_repairs
from taskchat_app.assistant.gemini.chunk_repairs import read_chunk, sse_data
from taskchat_app.assistant.gemini.failures import GeminiFailure
from taskchat_app.assistant.gemini.response_state import ResponseState


async def events_of(*pieces: bytes) -> list[bytes]:
    async def received() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    return [event async for event in sse_data(received())]


@pytest.mark.parametrize("cut", range(1, len(b'data: {"a": 1}\r\n\r\ndata: [DONE]\n\n')))
async def test_events_are_the_same_wherever_the_bytes_are_cut(cut: int) -> None:
    sent = b'data: {"a": 1}\r\n\r\ndata: [DONE]\n\n'
    assert await events_of(sent[:cut], sent[cut:]) == [b'{"a": 1}', b"[DONE]"]


async def test_the_space_after_data_is_optional() -> None:
    assert await events_of(b'data:{"a": 1}\n\ndata:[DONE]') == [b'{"a": 1}', b"[DONE]"]


async def test_empty_lines_and_comments_are_no_events() -> None:
    assert await events_of(b"\n\n: ping\n\n\ndata: 1\n\n\n: ping\n\ndata: 2\n\n\n") == [b"1", b"2"]


@pytest.mark.parametrize("empty", [b"data:\n\n", b"data: \n\n", b"data:\ndata:\n\n"])
async def test_an_event_without_data_is_left_out(empty: bytes) -> None:
    assert await events_of(empty, b"data: 1\n\n", empty, b"data: [DONE]\n\n", empty) == [b"1", b"[DONE]"]


async def test_an_event_of_several_lines_is_joined() -> None:
    assert await events_of(b'data: {"a":\nid: 7\ndata: 1}\n\n') == [b'{"a":\n1}']


@pytest.mark.parametrize(("last", "counts"), [(b"[DONE]", True), (b'{"a": 1}', True), (b'{"a": ', False)])
@pytest.mark.parametrize("end", [b"", b"\n"])
async def test_the_last_event_without_its_empty_line_counts_if_it_is_complete(
    last: bytes, counts: bool, end: bytes
) -> None:
    assert await events_of(b"data: 1\n\ndata: " + last + end) == [b"1", *([last] if counts else [])]


@pytest.mark.parametrize("before", [(), (b"data: 1\n\n",), (b"data: 1\n", b"\n")], ids=repr)
async def test_a_line_that_exceeds_its_limit_is_refused(
    before: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunk_repairs, "LINE_MAX", 20)
    longest = b"data: " + b"2" * 14
    assert await events_of(*before, longest[:9], longest[9:], b"\n\n") == [*([b"1"] if before else []), b"2" * 14]
    with pytest.raises(GeminiFailure) as refused:
        await events_of(*before, longest[:9], longest[9:] + b"2", b"\n\n")
    assert refused.value.code == "garbled"


@pytest.mark.parametrize("unusable", [b"<html>", b"[" * 100_000, b'"words"', b"null"], ids=["html", "deep", "", "null"])
def test_a_chunk_that_is_no_object_is_garbled(unusable: bytes) -> None:
    with pytest.raises(GeminiFailure) as refused:
        read_chunk(ResponseState(), unusable)
    assert refused.value.code == "garbled"


def test_an_array_of_errors_becomes_its_first_error() -> None:
    chunk = read_chunk(ResponseState(), b'[{"error": {"code": 503}}, {"error": {"code": 400}}]')
    assert chunk == {"error": {"code": 503}}


def test_invalid_json_after_the_finish_reason_is_ignored() -> None:
    assert read_chunk(ResponseState(finish_reason="stop"), b"<html>") == {}
