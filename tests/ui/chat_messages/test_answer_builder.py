"""A turn's events become the shown answer; its growing text costs about its own length to send."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chatkit.types import ThreadStreamEvent
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from taskchat_app.assistant.core.context import TurnEvent
from taskchat_app.domain.storage.database import now
from taskchat_app.ui.chat_messages.answer_builder import EMPTY, LONG, SHORT, AnswerBuilder, Pieces, append
from taskchat_app.ui.chat_messages.calls import call_of
from taskchat_app.ui.chat_messages.messages import ReceiptRow, joined, messages_of
from taskchat_app.ui.i18n.formatting import format_moment

EVENT: TypeAdapter[ThreadStreamEvent] = TypeAdapter(ThreadStreamEvent)
UTC = ZoneInfo("UTC")
AT = "2026-11-20T07:00:00+00:00"


def assistant_item(text: str = "", item_id: str = "answer1") -> dict[str, Any]:
    content = [{"type": "output_text", "text": text, "annotations": []}] if text else []
    return {"id": item_id, "thread_id": "thr_1", "type": "assistant_message", "created_at": AT, "content": content}


def user_item(text: str, item_id: str = "mine1") -> dict[str, Any]:
    return {"id": item_id, "type": "user_message", "created_at": AT, "content": [{"type": "input_text", "text": text}]}


def workflow_item() -> dict[str, Any]:
    workflow = {"type": "custom", "tasks": []}
    return {"id": "work1", "thread_id": "thr_1", "type": "workflow", "created_at": AT, "workflow": workflow}


def widget_item(*, decided: bool = False) -> dict[str, Any]:
    action = {"type": "proposal.confirm", "payload": {"proposal_id": "p1"}}
    card: dict[str, Any] = {
        "type": "Card",
        "status": {"text": "Deleted 1 task" if decided else "Delete 1 task?"},
        "children": [{"type": "Text", "value": "#1 Buy milk"}],
    }
    if not decided:
        card["confirm"] = {"label": "Delete 1 task", "action": action}
    return {"id": "card1", "thread_id": "thr_1", "type": "widget", "created_at": AT, "widget": card}


def call(status: str, title: str) -> dict[str, Any]:
    told = {"call_id": "call1", "tool": "create_task", "status": status, "title": title}
    return {**told, "arguments": {"title": "Buy milk", "tags": ["home"]}, "result": {}}


def delta(text: str) -> dict[str, Any]:
    update = {"type": "assistant_message.content_part.text_delta", "content_index": 0, "delta": text}
    return {"type": "thread.item.updated", "item_id": "answer1", "update": update}


def answer_after(*events: dict[str, Any]) -> AnswerBuilder:
    answer = AnswerBuilder(UTC)
    for event in events:
        calls = (event["call"],) if "call" in event else ()
        answer.apply(TurnEvent(EVENT.validate_python(event), calls))
    return answer


def test_a_text_is_in_the_tail_until_another_part_follows():
    begun = ({"type": "thread.item.added", "item": assistant_item()}, delta("Hello "), delta("you."))
    growing = answer_after(*begun)
    assert (growing.tail, growing.parts) == ("Hello you.", [])
    done = (*begun, {"type": "thread.item.done", "item": assistant_item("Hello you.")})
    assert (answer_after(*done).tail, answer_after(*done).parts) == ("Hello you.", [])
    added = {"type": "thread.item.added", "item": workflow_item(), "call": call("running", "Adding")}
    followed = answer_after(*done, added)
    assert (followed.tail, [part.kind for part in followed.parts]) == ("", ["text", "calls"])


def test_a_call_changes_from_running_to_done_in_place():
    updated = {"type": "workflow.task.updated", "task_index": 0, "task": {"type": "custom"}}
    answer = answer_after(
        {"type": "thread.item.added", "item": workflow_item(), "call": call("running", "Adding")},
        {"type": "thread.item.updated", "item_id": "work1", "update": updated, "call": call("done", "Added #1")},
        {"type": "thread.item.done", "item": workflow_item()},
    )
    [card] = answer.parts
    assert [(shown.status, shown.title) for shown in card.calls] == [("done", "Added #1")]
    assert card.calls[0].asked == "title: Buy milk\ntags:\n  - home"


def test_a_decided_proposal_of_an_earlier_answer_is_no_part_of_this_one():
    assert answer_after({"type": "thread.item.replaced", "item": widget_item(decided=True)}).parts == []


def test_what_the_answer_waits_for_is_shown_until_its_first_text():
    waiting = {"type": "progress_update", "icon": "clock", "text": "Waiting for your other answers"}
    [note] = answer_after(waiting).shown
    assert (note.kind, note.text) == ("notice", "Waiting for your other answers")
    assert answer_after(waiting, {"type": "thread.item.added", "item": assistant_item()}, delta("Hello")).shown == []
    assert answer_after(waiting).parts == [], "it is no part of the finished answer"


def test_an_error_keeps_its_message_and_allow_retry_and_only_an_answer_without_parts_says_how_it_ended():
    failed = answer_after({"type": "error", "code": "custom", "message": "Try again in a minute.", "allow_retry": True})
    assert (failed.error, failed.allow_retry) == ("Try again in a minute.", True)
    assert failed.ending == "Try again in a minute."
    assert answer_after().ending == "Stopped."
    half = answer_after({"type": "thread.item.added", "item": assistant_item()}, delta("Half a"))
    half.close()
    assert ([part.text for part in half.parts], half.ending) == (["Half a"], "")


def test_all_items_between_two_user_messages_are_one_answer():
    stored = {**workflow_item(), "calls": [call("done", "Added #1")]}
    items = [user_item("Hello"), stored, assistant_item("Added."), widget_item(), user_item("More", "mine2")]
    mine, answer, more = messages_of(items, UTC)
    assert (mine.text, more.text, answer.turn_id) == ("Hello", "More", "mine1")
    assert [part.kind for part in answer.parts] == ["calls", "text", "proposal"]
    assert answer.parts[1].text == "Added."
    assert answer.parts[2].proposal.id == "p1"


def test_an_answer_split_over_two_pages_is_joined():
    rated = {"turn_id": "mine1", "feedback": "positive"}
    older = messages_of([user_item("Hello"), {**assistant_item("First.", "part1"), **rated}], UTC)
    second, last = messages_of([{**assistant_item("Second.", "part2"), **rated}, user_item("More", "mine2")], UTC)
    mine, answer, more = joined(older, [replace(second, receipt=ReceiptRow("Added #1")), last])
    assert (answer.feedback, answer.receipt.text) == ("positive", "Added #1")
    assert (mine.text, more.text, answer.turn_id) == ("Hello", "More", "mine1")
    assert [part.text for part in answer.parts] == ["First.", "Second."]


def test_a_call_is_shown_in_one_order_however_its_json_was_stored():
    task = {"number": 1, "title": "Buy milk", "tags": ["home"], "done": False, "zz": 1}
    result = {"status": "ok", "message": "Added #1.", "task": task, "more": False}
    made = {**call("done", "Added"), "arguments": {"title": "Buy milk", "tags": ["home"]}, "result": result}
    # As jsonb returns objects: shorter names first, equally long ones by their bytes.
    task_read = {name: task[name] for name in sorted(task, key=lambda name: (len(name), name))}
    result_read = {"more": False, "task": task_read, "status": "ok", "message": "Added #1."}
    read = {**made, "arguments": {"tags": ["home"], "title": "Buy milk"}, "result": result_read}
    shown = call_of(made, datetime.fromisoformat(AT), UTC)
    assert call_of(read, datetime.fromisoformat(AT), UTC) == shown
    assert shown.asked == "title: Buy milk\ntags:\n  - home"
    names = ",".join(line.split(":")[0] for line in shown.result.splitlines())
    assert names == "status,message,task,  number,  title,  tags,    - home,  done,  zz,more"


def test_the_time_of_an_answer_is_that_of_its_first_part_as_after_a_reload():
    later = "2026-11-20T07:02:00+00:00"
    work, text = workflow_item(), {**assistant_item("Added #1."), "created_at": later}
    asked = {**user_item("Add milk"), "thread_id": "thr_1", "inference_options": {}}
    mine = {"type": "thread.item.done", "item": asked}
    notice = {"type": "notice", "level": "info", "message": "Not everything was put back."}
    answer = answer_after(
        notice,
        mine,
        {"type": "thread.item.added", "item": work, "call": call("done", "Added #1")},
        {"type": "thread.item.added", "item": {**text, "content": []}},
        {"type": "thread.item.done", "item": text},
    )
    answer.close()
    [_, stored] = messages_of([user_item("Add milk"), {**work, "calls": [call("done", "Added #1")]}, text], UTC)
    assert answer.at == stored.at == format_moment(datetime.fromisoformat(AT), UTC, now())
    assert answer_after(notice, mine).at != answer.at


def added(additions: list[str]) -> tuple[Pieces, int]:
    """The pieces after all additions, and how many characters the changed ones held on the way."""
    pieces, sent = EMPTY, 0
    for addition in additions:
        before, pieces = pieces, append(pieces, addition)
        sent += sum(len(new) for old, new in zip(before, pieces, strict=True) if new != old)
    return pieces, sent


@given(st.lists(st.text(max_size=400), max_size=3 * SHORT))
def test_the_pieces_always_make_the_whole_text(additions: list[str]):
    pieces, _ = added(additions)
    text = "".join(pieces)
    assert text == "".join(additions)
    assert bool(pieces[0] + pieces[LONG]) == bool(text)


def test_a_character_is_sent_once_and_a_second_time_in_a_long_text():
    _, short = added(["x" * 100] * SHORT)
    _, long = added(["x" * 100] * SHORT * LONG)
    assert short == 100 * SHORT
    assert long < 2 * 100 * SHORT * LONG


def test_a_text_of_more_pieces_than_there_are_is_kept():
    additions = [f"{number:064}" for number in range(2 * SHORT * (LONG + 1))]
    assert "".join(added(additions)[0]) == "".join(additions)


def test_a_text_is_folded_once_the_last_card_of_its_answer_is_decided():
    def texts(*cards: dict[str, Any]) -> list[bool]:
        items = [user_item("delete the milk"), assistant_item("Shall I delete it?"), *cards]
        [_, answer] = messages_of(items, UTC)
        return [part.is_answered for part in answer.parts if part.kind == "text"]

    assert texts() == [False]
    assert texts(widget_item()) == [False]
    assert texts(widget_item(decided=True)) == [True]
    assert texts(widget_item(decided=True), {**widget_item(), "id": "card2"}) == [False]
