"""Tool calls in a stream: which deltas belong to one call, ids, signatures, and what makes a response unusable."""

from typing import Any

import pytest

from taskchat_app.assistant.gemini.chunk_repairs import (
    CHUNK_REPAIRS,
    END_REPAIRS,
    drop_unusable_characters,
    raise_errors,
    record_progress,
)
from taskchat_app.assistant.gemini.failures import GeminiFailure
from taskchat_app.assistant.gemini.response_state import ResponseState, give_calls_unique_ids

Delta = dict[str, Any]


def piece(arguments: str = "", *, name: str = "", call_id: str = "", **more: Any) -> Delta:
    """Return an entry of `tool_calls` with only the given fields."""
    function = {"name": name} if name else {}
    delta: Delta = {"function": function | ({"arguments": arguments} if arguments else {}), **more}
    return delta | ({"id": call_id} if call_id else {})


def signature(signed: str) -> Delta:
    return {"extra_content": {"google": {"thought_signature": signed}}}


def repaired(state: ResponseState, *deltas: Delta, finish: str | None = None) -> list[Delta]:
    """Return the repaired deltas; the last chunk has the finish_reason."""
    received: list[Delta] = []
    for place, delta in enumerate(deltas, 1):
        chunk: dict[str, Any] = {"choices": [{"delta": delta}]}
        if finish and place == len(deltas):
            chunk["choices"][0]["finish_reason"] = finish
        for repair in CHUNK_REPAIRS:
            repair(state, chunk)
        record_progress(state, chunk)
        received += [choice["delta"] for choice in chunk["choices"]]
    return received


def assembled(*deltas: Delta, used_ids: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """Return the calls as the SDK receives them."""
    state = ResponseState(used_ids=set(used_ids))
    repaired(state, *deltas)
    give_calls_unique_ids(state)
    assert [call.index for call in state.calls] == list(range(len(state.calls)))
    return [
        {"id": call.id, "name": call.name, "arguments": call.arguments, "signature": call.signature}
        for call in state.calls
    ]


def names_and_arguments(*pieces: Delta) -> list[tuple[str, str]]:
    return [(call["name"], call["arguments"]) for call in assembled(*({"tool_calls": [one]} for one in pieces))]


def signatures(*deltas: Delta) -> list[str]:
    return [call["signature"] for call in assembled(*deltas)]


@pytest.mark.parametrize("named_again", ["", "create_task"])
def test_pieces_with_the_same_id_are_one_call(named_again: str) -> None:
    pieces = [piece(one, name=named_again, call_id="a") for one in (' "Mi', 'lk"}')]
    assert names_and_arguments(piece('{"title":', name="create_task", call_id="a"), *pieces) == [
        ("create_task", '{"title": "Milk"}')
    ]


def test_the_name_sent_again_with_the_first_arguments_is_the_same_call() -> None:
    assert names_and_arguments(piece(name="list_tasks", call_id="a"), piece("{}", name="list_tasks", call_id="a")) == [
        ("list_tasks", "{}")
    ]


def test_the_name_may_follow_the_id() -> None:
    assert names_and_arguments(piece(call_id="a"), piece("{}", name="list_tasks", call_id="a")) == [
        ("list_tasks", "{}")
    ]


@pytest.mark.parametrize("arguments", ["", "{}"])
def test_another_name_with_the_same_id_is_another_call(arguments: str) -> None:
    first = piece(arguments, name="list_tasks", call_id="a")
    assert names_and_arguments(first, piece("{}", name="count_tasks", call_id="a")) == [
        ("list_tasks", arguments),
        ("count_tasks", "{}"),
    ]


def test_the_same_name_with_the_same_id_after_complete_arguments_is_another_call() -> None:
    calls = [piece('{"title": "Milk"}', name="create_task", call_id="a") for _ in range(3)]
    assert names_and_arguments(*calls) == [("create_task", '{"title": "Milk"}')] * 3


def test_names_without_ids_are_separate_calls() -> None:
    calls = [piece(name="list_tasks"), piece(name="list_tasks"), piece("{}", name="count_tasks")]
    assert names_and_arguments(*calls) == [("list_tasks", ""), ("list_tasks", ""), ("count_tasks", "{}")]


def test_pieces_without_id_and_index_belong_to_the_last_call() -> None:
    first, second = piece('{"title":', name="create_task", call_id="a"), piece("{", name="list_tasks", call_id="b")
    assert names_and_arguments(first, piece(' "Milk"}'), second, piece("}")) == [
        ("create_task", '{"title": "Milk"}'),
        ("list_tasks", "{}"),
    ]


@pytest.mark.parametrize("ids", [("a", "b"), ("", "")])
def test_pieces_without_an_id_belong_to_the_call_of_their_index(ids: tuple[str, str]) -> None:
    first = piece('{"title":', name="create_task", call_id=ids[0], index=0)
    second = piece("{", name="list_tasks", call_id=ids[1], index=1)
    assert names_and_arguments(first, second, piece(' "Milk"}', index=0), piece("}", index=1)) == [
        ("create_task", '{"title": "Milk"}'),
        ("list_tasks", "{}"),
    ]


def test_an_id_finds_its_call_after_pieces_without_the_id() -> None:
    pieces = [
        piece('{"title":', name="create_task", call_id="a", index=0),
        piece(' "Mi', index=0),
        piece("{}", name="list_tasks", call_id="b", index=1),
        piece('lk"}', call_id="a"),
    ]
    assert names_and_arguments(*pieces) == [("create_task", '{"title": "Milk"}'), ("list_tasks", "{}")]


def test_an_id_may_follow_the_name_and_a_new_id_begins_a_call() -> None:
    pieces = [piece(name="list_tasks"), piece("{}", call_id="a"), piece("{", call_id="b")]
    assert names_and_arguments(*pieces, piece("}", name="count_tasks", call_id="b")) == [
        ("list_tasks", "{}"),
        ("count_tasks", "{}"),
    ]


def test_unused_ids_are_kept_and_others_replaced() -> None:
    pieces = [piece("{}", name="list_tasks", call_id=call_id) for call_id in ("new", "used", "", "new")]
    ids = [call["id"] for call in assembled({"tool_calls": pieces}, used_ids=("used",))]
    assert ids[0] == "new"
    assert len({*ids, "used", ""}) == 6


@pytest.mark.parametrize("where", ["delta", "call"])
def test_each_later_signature_belongs_to_the_first_unsigned_call(where: str) -> None:
    calls = {"tool_calls": [piece("{}", name="list_tasks", call_id=call_id) for call_id in "abc"]}
    later = [signature(one) if where == "delta" else {"tool_calls": [signature(one)]} for one in ("one", "two")]
    assert signatures(calls, *later) == ["one", "two", ""]


def test_a_later_signature_skips_the_signed_call() -> None:
    signed = piece("{}", name="list_tasks", call_id="a", **signature("one"))
    calls = {"tool_calls": [signed, piece("{}", name="list_tasks", call_id="b")]}
    assert signatures(calls, {"tool_calls": [piece("")]}, signature("two")) == ["one", "two"]


def test_a_signature_for_signed_calls_begins_no_call() -> None:
    signed = {"tool_calls": [piece("{}", name="list_tasks", call_id="a", **signature("one"))]}
    state = ResponseState()
    repaired(state, signed, {"tool_calls": [signature("one")]})
    assert [call.name for call in state.calls] == ["list_tasks"]


def test_an_early_signature_waits_for_its_call() -> None:
    call = {"tool_calls": [piece("{}", name="list_tasks")]}
    assert signatures(signature("one"), {"content": ""}, call, call) == ["one", ""]


def test_a_signature_beside_text_belongs_to_the_text() -> None:
    call = {"tool_calls": [piece("{}", name="list_tasks")]}
    assert signatures({"content": "Adding.", **signature("one")}, call) == [""]


@pytest.mark.parametrize("extra", [None, "words", {"google": None}, {"google": "words"}, {"other": {}}], ids=repr)
def test_extra_content_of_another_form_is_no_signature(extra: Any) -> None:
    call = piece("{}", name="list_tasks", extra_content=extra)
    state = ResponseState()
    (delta,) = repaired(state, {"tool_calls": [call], "extra_content": extra})
    assert len(delta["tool_calls"]) == len(state.calls) == 1
    assert not state.calls[0].signature


def failure(*deltas: Delta, finish: str | None = "stop", done: bool = True) -> str:
    """Return the code of the failure at the end of this response; "" if it is usable."""
    state = ResponseState()
    try:
        repaired(state, *deltas, finish=finish)
        state.done_received = done
        for repair in END_REPAIRS:
            repair(state)
    except GeminiFailure as raised:
        return raised.code
    return ""


def call_of(**fields: Any) -> Delta:
    return {"tool_calls": [piece(**fields)]}


def test_a_call_without_name_or_with_half_its_arguments_is_refused() -> None:
    complete = call_of(name="list_tasks", arguments="{}")
    assert failure(complete) == ""
    assert failure(call_of(name="list_tasks")) == ""
    assert failure(call_of(arguments="{}")) == "malformed_call"
    assert failure({"tool_calls": [signature("one")]}) == "malformed_call"
    assert failure(complete, call_of(name="list_tasks", arguments='{"q')) == "malformed_call"
    assert failure(complete, call_of(name="list_tasks", arguments='{"q'), finish="length") == "cut_off"


@pytest.mark.parametrize("word", ["length", "MAX_TOKENS"])
def test_half_a_call_at_the_token_limit_is_cut_off(word: str) -> None:
    assert failure(call_of(name="list_tasks", arguments='{"q'), finish=word) == "cut_off"


@pytest.mark.parametrize("word", ["length", "MAX_TOKENS"])
def test_text_that_ends_at_the_token_limit_is_cut_off(word: str) -> None:
    assert failure({"content": "You have these tasks: #1 Buy mi"}, finish=word) == "cut_off"
    assert failure({"content": "Adding. "}, call_of(name="list_tasks", arguments="{}"), finish=word) == ""
    assert failure({"content": "\n"}, finish=word) == "empty"


def test_a_response_needs_visible_text_or_a_call() -> None:
    assert failure({"content": "Done."}) == ""
    assert failure({"content": "Done."}, {"content": " "}) == ""
    assert failure({"content": "\n"}) == "empty"
    assert failure({}) == "empty"


@pytest.mark.parametrize(
    ("finish", "attempt", "retried"),
    [(None, 1, True), (None, 2, True), ("stop", 1, True), ("stop", 2, False), ("length", 1, False)],
)
def test_an_empty_response_is_retried_once_unless_it_has_no_finish_reason(
    finish: str | None, attempt: int, retried: bool
) -> None:
    state = ResponseState()
    repaired(state, {}, finish=finish)
    with pytest.raises(GeminiFailure) as raised:
        END_REPAIRS[0](state)
    assert (attempt < raised.value.attempts) is retried


def test_a_stream_ends_with_a_finish_reason_or_done() -> None:
    said = {"content": "Done."}
    assert failure(said, finish=None, done=True) == ""
    assert failure(said, finish="stop", done=False) == ""
    assert failure(said, finish=None, done=False) == "cut_off"


def test_a_chunk_after_the_finish_reason_keeps_it() -> None:
    state = ResponseState()
    repaired(state, {"content": "Done."}, finish="stop")
    repaired(state, {"content": ""})
    assert state.finish_reason == "stop"


@pytest.mark.parametrize(
    ("code", "expected"), [(429, "quota"), (400, "bad_request"), (503, "unavailable"), ("INTERNAL", "unavailable")]
)
def test_the_code_of_an_error_in_the_stream_decides_the_failure(code: object, expected: str) -> None:
    chunk = {"error": {"code": code, "message": "No."}}
    with pytest.raises(GeminiFailure) as raised:
        raise_errors(ResponseState(), chunk)
    assert raised.value.code == expected


def test_the_unusable_characters_of_keys_are_removed() -> None:
    chunk = {"us\x00age": None, "choices": [{"del\x00ta": {"content": "Hel\x00lo"}}]}
    drop_unusable_characters(ResponseState(), chunk)
    assert chunk == {"usage": None, "choices": [{"delta": {"content": "Hello"}}]}
