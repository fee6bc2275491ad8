"""What a model sends that cannot be kept: characters, names and depths."""

from typing import Any

import pytest

from taskchat_app.assistant.core.storable_text import is_json_object
from taskchat_app.assistant.gemini.failures import GeminiFailure
from taskchat_app.assistant.gemini.stream import ResponseState, drop_unusable_characters, read_chunk

TOO_DEEP = 100_000


def nested(depth: int) -> str:
    return '{"a":' + depth * "[" + depth * "]" + "}"


def test_a_name_with_what_cannot_be_kept_is_kept_without_it_alone():
    chunk: dict[str, Any] = {"one\x00": {"two\ud800": "th\x00ree"}}
    drop_unusable_characters(ResponseState(), chunk)
    assert chunk == {"one": {"two": "three"}}


def test_an_object_that_is_nested_too_deep_is_none():
    assert is_json_object(nested(10))
    assert not is_json_object(nested(TOO_DEEP))


@pytest.mark.parametrize("depth", [TOO_DEEP, 700])  # the latter for us alone, not for the JSON reader
def test_a_chunk_that_is_nested_too_deep_is_garbled(depth: int):
    answer = ResponseState()
    with pytest.raises(GeminiFailure) as failed:
        drop_unusable_characters(answer, read_chunk(answer, nested(depth).encode()))
    assert failed.value.code == "garbled"
