"""Each deviation of Gemini's stream, at any position, with and without its repair."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from agents.items import TResponseInputItem

from taskchat_app.assistant.gemini import chunk_repairs, client
from taskchat_app.assistant.gemini.client import GeminiModel
from taskchat_app.assistant.gemini.failures import ATTEMPTS
from taskchat_app.assistant.gemini.response_state import signature_of
from tests.assistant.gemini.silence import end_when_it_hangs
from tests.standin import Standin, call, calls, chunk, chunks, cut_after, empty, hang_after, step_after
from tests.standin.model_request import ModelResponse, ask
from tests.standin.replies import Reply, Step, ToolCall

Place = Literal["first", "middle", "last"]
PLACES: tuple[Place, ...] = ("first", "middle", "last")
MILK, MUM = ("create_task", '{"title": "Buy milk"}'), ("complete_task", '{"task_id": 3}')


def milk(**more: Any) -> ToolCall:
    return call("create_task", {"title": "Buy milk"}, **more)


def mum(**more: Any) -> ToolCall:
    return call("complete_task", {"task_id": 3}, **more)


def words(said: str) -> Step:
    return chunk({"role": "assistant", "content": said})


def signature(signed: str) -> dict[str, Any]:
    return {"extra_content": {"google": {"thought_signature": signed}}}


def around(place: Place, *quirk: Step, finish: str = "stop") -> Reply:
    """Return a reply with the quirk before, between or after other text; the last chunk has the finish_reason."""
    steps = {
        "first": [*quirk, words("Adding. "), chunk({"content": "Done."}, finish)],
        "middle": [words("Adding. "), *quirk, chunk({"content": "Done."}, finish)],
        "last": [words("Adding. "), words("Done."), *quirk],
    }[place]
    reply = chunks(*steps)
    reply["steps"][-2]["chunk"]["choices"][0]["finish_reason"] = finish
    return reply


def chunks_of(reply: Reply) -> list[Step]:
    """Return the chunks of the calls in a reply of `calls`, without its last two steps."""
    return reply["steps"][:-2]


def two_calls(place: Place, **how: Any) -> Reply:
    return around(place, *chunks_of(calls(milk(), mum(), **how)))


def both_calls_arrive(response: ModelResponse, _standin: Standin) -> None:
    assert response.error is None
    assert response.names_and_arguments == [MILK, MUM]
    assert response.text == "Adding. Done."


def id_can_be_stored(response: ModelResponse, standin: Standin) -> None:
    both_calls_arrive(response, standin)
    assert response.calls[0].call_id == "call-"


def first_call_is_signed(response: ModelResponse, _standin: Standin) -> None:
    both_calls_arrive(response, _standin)
    assert [signature_of(one) for one in response.calls] == ["signed", None]


def ends_with(
    code: str, said: str | None = None, requests: int | None = None
) -> Callable[[ModelResponse, Standin], None]:
    def check(response: ModelResponse, standin: Standin) -> None:
        assert response.code == code
        assert response.output == []
        assert said is None or response.text == said
        assert requests is None or len(standin.requests) == requests

    return check


def words_arrive(response: ModelResponse, _standin: Standin) -> None:
    assert response.error is None
    assert response.text == "Adding. Done."


def two_calls_signed(where: Literal["own_call_delta", "own_delta"]) -> Callable[[Place], Reply]:
    return lambda place: around(place, *chunks_of(calls(milk(signature="signed"), mum(), signature_in=where)))


def signed_before_its_call(place: Place) -> Reply:
    unsigned = chunks_of(calls(milk(), mum(), signed=False))
    return around(place, chunk({"role": "assistant", "content": "", **signature("signed")}), *unsigned)


def signed_after_all_calls(place: Place) -> Reply:
    unsigned = chunks_of(calls(milk(), mum(), signed=False))
    return around(place, *unsigned, chunk({"tool_calls": [signature("signed")]}))


def two_calls_with_id(call_id: str) -> Callable[[Place], Reply]:
    return lambda place: around(place, *chunks_of(calls(milk(call_id=call_id), mum(call_id=call_id))))


def ids_differ(response: ModelResponse, standin: Standin) -> None:
    both_calls_arrive(response, standin)
    ids = [one.call_id for one in response.calls]
    assert all(ids)
    assert len(set(ids)) == 2


def marked_thought(place: Place) -> Reply:
    marked = {"extra_content": {"google": {"thought": True}}}
    return around(place, chunk({"content": "<thought>The person wants", **marked}), chunk({"content": "</thought>"}))


def reasoning_field(place: Place) -> Reply:
    return around(place, chunk({"reasoning_content": "Hm"}), chunk({"reasoning": "hm"}))


def no_thought_arrives(response: ModelResponse, standin: Standin) -> None:
    words_arrive(response, standin)
    assert [item.type for item in response.output] == ["message"]


def null_choices(place: Place) -> Reply:
    null, missing = chunk({}), chunk({})
    null["chunk"]["choices"] = None
    del missing["chunk"]["choices"]
    no_delta = chunk({})
    no_delta["chunk"]["choices"][0] |= {"delta": None}
    bare = chunk({"content": ""}, None, usage={"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12})
    return around(place, null, missing, no_delta, bare)


def two_words(change: Callable[..., Reply], *how: Any) -> Callable[[Place], Reply]:
    """Return a reply that is changed before or after a word, or after all words without a finish_reason."""

    def reply(place: Place) -> Reply:
        return change(chunks(words("Adding. "), words("Done."), chunk({}, "stop")), PLACES.index(place), *how)

    return reply


ended_early = two_words(cut_after, "clean")
"""It ends without error."""


def fails_early(code_at_first: str) -> Callable[[ModelResponse, Standin], None]:
    def check(response: ModelResponse, standin: Standin) -> None:
        # Retried before the first word only.
        said, tried = response.text, len(standin.requests)
        assert (said, tried, response.code) in [
            ("", ATTEMPTS, code_at_first),
            ("Adding. ", 1, "timeout" if code_at_first == "timeout" else "cut_off"),
            ("Adding. Done.", 1, "timeout" if code_at_first == "timeout" else "cut_off"),
        ]

    return check


def raw(sent: str) -> Callable[[Place], Reply]:
    return two_words(step_after, {"raw": sent})


ERROR = '[{"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}]'


def garbled(response: ModelResponse, standin: Standin) -> None:
    assert response.code == "garbled"
    assert len(standin.requests) == (1 if response.text else ATTEMPTS)


def empty_success(place: Place) -> Reply:
    """Return a success without content: only a finish_reason, or also a role, or also blanks."""
    steps = {"first": [], "middle": [chunk({"role": "assistant"})], "last": [words(" \n")]}[place]
    return chunks(*steps, chunk({}, "stop"))


def no_stream_at_all(place: Place) -> Reply:
    usage = chunk({}, usage={"prompt_tokens": 9, "completion_tokens": 0, "total_tokens": 9})
    usage["chunk"]["choices"] = []
    return {"first": empty(), "middle": chunks(usage, done=False), "last": chunks()}[place]


def finish_reason(word: str) -> Callable[[Place], Reply]:
    def reply(place: Place) -> Reply:
        before = {"first": [], "middle": [chunk({"role": "assistant"})], "last": [words("Adding. ")]}[place]
        return chunks(*before, chunk({"content": ""}, word))

    return reply


def token_limit(place: Place) -> Reply:
    """Return a reply that ends at the token limit: with its only word, after it, or in Gemini's own word for it."""
    said = {"first": [], "middle": [words("Adding. ")], "last": [words("Adding. "), chunk({})]}[place]
    content = {} if said else {"content": "Adding. "}
    return chunks(*said, chunk(content, "MAX_TOKENS" if place == "last" else "length"))


def call_with(arguments: str) -> Callable[[Place], Reply]:
    """Return a reply with a call that has these arguments."""
    return lambda place: around(place, *chunks_of(calls({**mum(), "arguments": arguments})))


def one_delta(place: Place) -> Reply:
    steps = chunks_of(calls(milk(), mum()))
    reply = around(place, *steps)
    for step in steps:
        step["chunk"]["choices"][0]["delta"]["content"] = "Hm. "
    return reply


def all_in_one_delta(response: ModelResponse, _standin: Standin) -> None:
    assert response.error is None
    assert response.names_and_arguments == [MILK, MUM]
    assert response.text.count("Hm. ") == 2
    assert response.text.replace("Hm. ", "") == "Adding. Done."


@dataclass
class Quirk:
    name: str
    reply: Callable[[Place], Reply]
    check: Callable[[ModelResponse, Standin], None]
    repair: str | None
    places: tuple[Place, ...] = PLACES
    history: str | list[TResponseInputItem] = "hi"


UNREADABLE_BEFORE: list[TResponseInputItem] = [
    {"role": "user", "content": "hi"},
    {"type": "function_call", "call_id": "call-1", "name": "create_task", "arguments": '{"unreadable": "{"}'},
    {"type": "function_call_output", "call_id": "call-1", "output": "{}"},
]
"""A turn in which a call with unreadable arguments was accepted already."""


def unreadable(name: str, reply: Callable[[Place], Reply]) -> Quirk:
    refused = ends_with("malformed_call", "Adding. Done.", 1)
    return Quirk(name, reply, refused, "replace_unreadable_arguments", history=UNREADABLE_BEFORE)


UNUSABLE_ID = "call-\ud800\x00"
QUIRKS = [
    Quirk("calls without index", two_calls, both_calls_arrive, "separate_calls"),
    Quirk("calls with index 0", lambda place: two_calls(place, index="zero"), both_calls_arrive, "separate_calls"),
    Quirk("arguments in pieces", lambda place: two_calls(place, pieces=3), both_calls_arrive, "separate_calls"),
    Quirk(
        "pieces and index 0",
        lambda place: two_calls(place, pieces=3, index="zero"),
        both_calls_arrive,
        "separate_calls",
    ),
    # The SDK itself accepts calls with any finish_reason and index.
    Quirk("calls as they should be", lambda place: two_calls(place, index="right"), both_calls_arrive, None),
    Quirk("words and call in one delta", one_delta, all_in_one_delta, "separate_calls"),
    Quirk("signature in its call delta", two_calls_signed("own_call_delta"), first_call_is_signed, "separate_calls"),
    Quirk("signature in its own delta", two_calls_signed("own_delta"), first_call_is_signed, "place_signatures"),
    Quirk("signature before its call", signed_before_its_call, first_call_is_signed, "place_signatures"),
    Quirk("signature after all calls", signed_after_all_calls, first_call_is_signed, "separate_calls"),
    Quirk("the same id twice", two_calls_with_id("call_0"), ids_differ, "give_calls_unique_ids"),
    Quirk("empty ids", two_calls_with_id(""), ids_differ, "give_calls_unique_ids"),
    Quirk("a thought that is marked", marked_thought, no_thought_arrives, "drop_thoughts"),
    Quirk("reasoning fields", reasoning_field, no_thought_arrives, None),
    Quirk("null choices", null_choices, words_arrive, "normalize_choices"),
    Quirk("broken off without [DONE]", ended_early, fails_early("empty"), "reject_empty_response", ("first",)),
    Quirk("broken off after words", ended_early, fails_early("empty"), "reject_cut_off_stream", ("middle", "last")),
    Quirk("connection lost", two_words(cut_after, "reset"), fails_early("cut_off"), "CONNECTION_ERRORS"),
    Quirk("hanging", two_words(hang_after), fails_early("timeout"), "SILENCE_TIMEOUT_SHARE"),
    Quirk("a chunk that is no JSON", raw('{"choices": [{"delta": {"con'), garbled, "read_chunk"),
    Quirk("the token limit", token_limit, ends_with("cut_off", "Adding. ", 1), "reject_cut_off_text"),
    Quirk("an event without data", raw(""), words_arrive, None),
    Quirk("an empty success", empty_success, ends_with("empty", requests=2), "reject_empty_response"),
    Quirk("an empty stream", no_stream_at_all, ends_with("empty", "", ATTEMPTS), "reject_empty_response"),
    Quirk(
        "MALFORMED_FUNCTION_CALL",
        finish_reason("function_call_filter: MALFORMED_FUNCTION_CALL"),
        ends_with("malformed_call", requests=1),
        "map_finish_reason",
    ),
    Quirk("safety", finish_reason("SAFETY"), ends_with("blocked", requests=1), "map_finish_reason"),
    Quirk("content_filter", finish_reason("content_filter"), ends_with("blocked", requests=1), "map_finish_reason"),
    Quirk("an error as array in the stream", raw(ERROR), ends_with("unavailable"), "raise_errors"),
    unreadable("half a call", lambda place: around(place, chunks_of(calls(milk(), pieces=2))[0])),
    unreadable("half a character in arguments", call_with('{"title": "\\ud800"}')),
    unreadable("arguments that are nearly JSON", call_with('{"limit": NaN}')),
    Quirk(
        "NUL and half a character in words",
        lambda place: around(place, words("\x00\ud800")),
        words_arrive,
        "drop_unusable_characters",
    ),
    Quirk(
        "NUL and half a character in an id",
        lambda place: around(place, *chunks_of(calls(milk(call_id=UNUSABLE_ID), mum()))),
        id_can_be_stored,
        "drop_unusable_characters",
    ),
]
ROWS = [(quirk, place) for quirk in QUIRKS for place in quirk.places]


def row_name(value: Any) -> str:
    return value.name if isinstance(value, Quirk) else str(value)


def disable_repair(repair: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Disable one repair: a function in a table, or the constant or function with that name."""
    for table in ("CHUNK_REPAIRS", "END_REPAIRS"):
        repairs = getattr(chunk_repairs, table)
        kept = tuple(one for one in repairs if one.__name__ != repair)
        if len(kept) < len(repairs):
            monkeypatch.setattr(chunk_repairs, table, kept)
            return
    if repair == "CONNECTION_ERRORS":
        monkeypatch.setattr(client, "CONNECTION_ERRORS", (TimeoutError,))
    elif repair == "SILENCE_TIMEOUT_SHARE":
        monkeypatch.setattr(client, repair, 1)
    elif repair == "read_chunk":
        monkeypatch.setattr(chunk_repairs, "read_chunk", lambda data: chunk_repairs.json.loads(data))
    else:
        raise ValueError(repair)


@pytest.mark.parametrize(("quirk", "place"), ROWS, ids=row_name)
async def test_a_quirk_is_repaired_at_every_position(
    quirk: Quirk, place: Place, model: GeminiModel, standin: Standin, monkeypatch: pytest.MonkeyPatch
):
    if quirk.repair == "SILENCE_TIMEOUT_SHARE":
        end_when_it_hangs(standin, monkeypatch)
    standin.script([quirk.reply(place)], repeat=True)
    quirk.check(await ask(model, quirk.history), standin)


@pytest.mark.parametrize(("quirk", "place"), [row for row in ROWS if row[0].repair], ids=row_name)
async def test_the_check_of_a_quirk_fails_without_its_repair(
    quirk: Quirk, place: Place, model: GeminiModel, standin: Standin, monkeypatch: pytest.MonkeyPatch
):
    disable_repair(str(quirk.repair), monkeypatch)
    standin.script([quirk.reply(place)], repeat=True)
    response = await ask(model, quirk.history, at_most_seconds=0.3 if quirk.repair == "SILENCE_TIMEOUT_SHARE" else 60)
    with pytest.raises(AssertionError):
        quirk.check(response, standin)
