"""Tool calls in a stream: which deltas belong to one call, ids, signatures, and what makes a response unusable."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest

from taskchat_app.assistant.gemini import chunk_repairs
from taskchat_app.assistant.gemini.failures import GeminiFailure
from taskchat_app.assistant.gemini.response_state import ResponseState, give_calls_unique_ids
from tests.evidence import Step

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
        for repair in chunk_repairs.CHUNK_REPAIRS:
            repair(state, chunk)
        chunk_repairs.record_progress(state, chunk)
        received += [choice["delta"] for choice in chunk["choices"]]
    return received


def assembled(*deltas: Delta, used_ids: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """Return the calls as the SDK receives them."""
    state = ResponseState(used_ids=set(used_ids))
    repaired(state, *deltas)
    give_calls_unique_ids(state)
    assert [call.index for call in state.calls] == list(range(len(state.calls)))
    return [{name: getattr(call, name) for name in ("id", "name", "arguments", "signature")} for call in state.calls]


def signatures(*deltas: Delta) -> list[str]:
    return [call["signature"] for call in assembled(*deltas)]


create = partial(piece, name="create_task")
lists = partial(piece, name="list_tasks")
counts = partial(piece, name="count_tasks")
MILK, LIST, COUNT = ("create_task", '{"title": "Milk"}'), ("list_tasks", "{}"), ("count_tasks", "{}")
BEGUN = ("list_tasks", "")
HALF = '{"title":'
CALLS: list[tuple[str, Sequence[Delta], list[tuple[str, str]]]] = [
    ("the same id", [create(HALF, call_id="a"), piece(' "Mi', call_id="a"), piece('lk"}', call_id="a")], [MILK]),
    ("the name again", [create(part, call_id="a") for part in (HALF, ' "Mi', 'lk"}')], [MILK]),
    ("the name again with the first arguments", [lists(call_id="a"), lists("{}", call_id="a")], [LIST]),
    ("the name after the id", [piece(call_id="a"), lists("{}", call_id="a")], [LIST]),
    ("another name with the same id", [lists("{}", call_id="a"), counts("{}", call_id="a")], [LIST, COUNT]),
    ("another name before arguments", [lists(call_id="a"), counts("{}", call_id="a")], [BEGUN, COUNT]),
    ("the same after complete arguments", [create('{"title": "Milk"}', call_id="a") for _ in range(3)], [MILK] * 3),
    ("names without ids", [lists(), lists(), counts("{}")], [BEGUN, BEGUN, COUNT]),
    (
        "pieces without id and index belong to the last call",
        [create(HALF, call_id="a"), piece(' "Milk"}'), lists("{", call_id="b"), piece("}")],
        [MILK, LIST],
    ),
    *(
        (
            f"pieces without an id belong to the call of their index, ids {ids}",
            [
                create(HALF, call_id=ids[:1], index=0),
                lists("{", call_id=ids[1:], index=1),
                piece(' "Milk"}', index=0),
                piece("}", index=1),
            ],
            [MILK, LIST],
        )
        for ids in ("ab", "")
    ),
    (
        "an id finds its call after pieces without the id",
        [
            create(HALF, call_id="a", index=0),
            piece(' "Mi', index=0),
            lists("{}", call_id="b", index=1),
            piece('lk"}', call_id="a"),
        ],
        [MILK, LIST],
    ),
    (
        "an id may follow the name, and a new id begins a call",
        [lists(), piece("{}", call_id="a"), piece("{", call_id="b"), counts("}", call_id="b")],
        [LIST, COUNT],
    ),
]


def test_pieces_belong_to_the_call_of_their_id_index_or_name(step: Step):
    for rule, pieces, calls in CALLS:
        step(rule)
        found = assembled(*({"tool_calls": [one]} for one in pieces))
        assert [(call["name"], call["arguments"]) for call in found] == calls


def test_unused_ids_are_kept_and_others_replaced():
    pieces = [piece("{}", name="list_tasks", call_id=call_id) for call_id in ("new", "used", "", "new")]
    ids = [call["id"] for call in assembled({"tool_calls": pieces}, used_ids=("used",))]
    assert ids[0] == "new"
    assert len({*ids, "used", ""}) == 6


@pytest.mark.parametrize("where", ["delta", "call"])
def test_each_later_signature_belongs_to_the_first_unsigned_call(where: str):
    calls = {"tool_calls": [piece("{}", name="list_tasks", call_id=call_id) for call_id in "abc"]}
    later = [signature(one) if where == "delta" else {"tool_calls": [signature(one)]} for one in ("one", "two")]
    assert signatures(calls, *later) == ["one", "two", ""]


def test_a_signature_after_signed_calls_is_of_the_next_unsigned_one_and_begins_none():
    signed = lists("{}", call_id="a", **signature("one"))
    calls = {"tool_calls": [signed, lists("{}", call_id="b")]}
    assert signatures(calls, {"tool_calls": [piece("")]}, signature("two")) == ["one", "two"]
    state = ResponseState()
    repaired(state, {"tool_calls": [signed]}, {"tool_calls": [signature("one")]})
    assert [call.name for call in state.calls] == ["list_tasks"]


def test_an_early_signature_waits_for_its_call_unless_it_is_beside_text():
    call = {"tool_calls": [lists("{}")]}
    assert signatures(signature("one"), {"content": ""}, call, call) == ["one", ""]
    assert signatures({"content": "Adding.", **signature("one")}, call) == [""]


@pytest.mark.parametrize("extra", [None, "words", {"google": None}, {"google": "words"}, {"other": {}}], ids=repr)
def test_extra_content_of_another_form_is_no_signature(extra: Any):
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
        for repair in chunk_repairs.END_REPAIRS:
            repair(state)
    except GeminiFailure as raised:
        return raised.code
    return ""


def call_of(**fields: Any) -> Delta:
    return {"tool_calls": [piece(**fields)]}


def test_a_call_without_name_or_with_half_its_arguments_is_refused():
    complete, half = call_of(name="list_tasks", arguments="{}"), call_of(name="list_tasks", arguments='{"q')
    assert failure(complete) == ""
    assert failure(call_of(name="list_tasks")) == ""
    assert failure(call_of(arguments="{}")) == "malformed_call"
    assert failure({"tool_calls": [signature("one")]}) == "malformed_call"
    assert failure(complete, half) == "malformed_call"
    for word in ("length", "MAX_TOKENS"):
        assert failure(complete, half, finish=word) == failure(half, finish=word) == "cut_off", word
        assert failure({"content": "You have these tasks: #1 Buy mi"}, finish=word) == "cut_off", word
        assert failure({"content": "Adding. "}, complete, finish=word) == "", word
        assert failure({"content": "\n"}, finish=word) == "empty", word


def test_a_response_needs_visible_text_or_a_call():
    assert failure({"content": "Done."}) == ""
    assert failure({"content": "Done."}, {"content": " "}) == ""
    assert failure({"content": "\n"}) == "empty"
    assert failure({}) == "empty"


@pytest.mark.parametrize(
    ("finish", "attempt", "retried"),
    [(None, 1, True), (None, 2, True), ("stop", 1, True), ("stop", 2, False), ("length", 1, False)],
)
def test_an_empty_response_with_a_finish_reason_is_retried_once(finish: str | None, attempt: int, retried: bool):
    state = ResponseState()
    repaired(state, {}, finish=finish)
    with pytest.raises(GeminiFailure) as raised:
        chunk_repairs.END_REPAIRS[0](state)
    assert (attempt < raised.value.attempts) is retried


def test_a_stream_ends_with_a_finish_reason_which_a_later_chunk_keeps_or_with_done():
    said = {"content": "Done."}
    assert failure(said, finish=None, done=True) == ""
    assert failure(said, finish="stop", done=False) == ""
    assert failure(said, finish=None, done=False) == "cut_off"
    state = ResponseState()
    repaired(state, {"content": "Done."}, finish="stop")
    repaired(state, {"content": ""})
    assert state.finish_reason == "stop"


@pytest.mark.parametrize(
    ("code", "expected"), [(429, "quota"), (400, "bad_request"), (503, "unavailable"), ("INTERNAL", "unavailable")]
)
def test_the_code_of_an_error_in_the_stream_decides_the_failure(code: object, expected: str):
    chunk = {"error": {"code": code, "message": "No."}}
    with pytest.raises(GeminiFailure) as raised:
        chunk_repairs.raise_errors(ResponseState(), chunk)
    assert raised.value.code == expected


def test_the_unusable_characters_of_keys_are_removed():
    chunk = {"us\x00age": None, "choices": [{"del\x00ta": {"content": "Hel\x00lo"}}]}
    chunk_repairs.drop_unusable_characters(ResponseState(), chunk)
    assert chunk == {"usage": None, "choices": [{"delta": {"content": "Hello"}}]}
