"""Model output that cannot be stored: characters, names and nesting depth."""

import json
import sys
from typing import Any

import pytest

from taskchat_app.assistant.gemini.chunk_repairs import drop_unusable_characters, read_chunk
from taskchat_app.assistant.gemini.failures import GeminiFailure
from taskchat_app.assistant.gemini.response_state import ResponseState, readable_arguments
from taskchat_app.domain.storage.storable_values import is_json_object

TOO_DEEP = 100_000
DEEP = 700 if sys.version_info < (3, 12) else 1_500
"""The JSON parser accepts it, a recursive function does not; since 3.12 a comprehension has no frame of its own."""


def nested(depth: int) -> str:
    return '{"a":' + depth * "[" + depth * "]" + "}"


def test_unstorable_characters_are_removed_from_names_and_values():
    chunk: dict[str, Any] = {"one\x00": {"two\ud800": "th\x00ree"}}
    drop_unusable_characters(ResponseState(), chunk)
    assert chunk == {"one": {"two": "three"}}


def test_too_deeply_nested_json_is_no_object():
    assert is_json_object(nested(10))
    assert not is_json_object(nested(TOO_DEEP))


@pytest.mark.parametrize("text", ['{"limit": 1e999}', '{"limit": [-1e999]}', '{"limit": NaN}', '{"title": "\\ud800"}'])
def test_json_that_postgres_cannot_store_is_no_object(text: str):
    assert not is_json_object(text)
    assert json.loads(readable_arguments(text)) == {"unreadable": text}


@pytest.mark.parametrize("depth", [TOO_DEEP, DEEP])
def test_a_chunk_that_is_nested_too_deep_is_garbled(depth: int):
    with pytest.raises(GeminiFailure) as failed:
        drop_unusable_characters(ResponseState(), read_chunk(nested(depth).encode()))
    assert failed.value.code == "garbled"
