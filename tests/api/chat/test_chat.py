"""The ChatKit protocol: responses of each request type, shape of streamed answers."""

import json
import re
from datetime import datetime
from typing import Any

from chatkit.types import UserMessageInput
from sqlmodel import col, select

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.models import Change, Thread, ThreadItem, ToolExecution, Turn
from tests.api.responses import code_of
from tests.chatting import Chat, answer_of, rows
from tests.evidence import Step
from tests.standin import call, calls, text

MILK = calls(call("create_task", {"title": "Buy milk"}))


def times_in(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["created_at"]] if "created_at" in value else []
        return own + [found for one in value.values() for found in times_in(one)]
    return [found for one in value for found in times_in(one)] if isinstance(value, list) else []


def assert_times_are_utc(value: Any) -> None:
    found = times_in(value)
    assert found
    for time in found:
        offset = datetime.fromisoformat(time).utcoffset()
        assert offset is not None, f"{time} has no zone"
        assert not offset


async def test_a_message_comes_back_with_every_field(chat: Chat):
    chat.script([text("Hello.")])
    file = (await chat.http.post("/api/attachments", params={"name": "a.txt"}, content=b"Milk")).json()
    tag = {"id": "7", "text": "Plans", "group": "Notes", "data": {"number": "7"}, "interactive": True}
    sent: dict[str, Any] = {
        "content": [{"type": "input_text", "text": "hello "}, {"type": "input_tag", **tag}],
        "attachments": [file["id"]],
        "quoted_text": "A passage",
        "inference_options": {"tool_choice": {"id": "any"}, "model": "any"},
    }
    assert sent.keys() == UserMessageInput.model_fields.keys()
    answer = answer_of(await chat.request("threads.create", input=sent))
    stored = (await chat.items(answer.thread_id))[0]
    assert {name: stored.get(name) for name in sent} | {"attachments": [stored["attachments"][0]["id"]]} == sent


async def test_an_answers_events_are_streamed_in_order_and_its_items_stored(chat: Chat, person: Person, step: Step):
    chat.script([MILK, text("Added #1 Buy milk.", pieces=3)])
    response = await chat.try_to_send("add milk")
    step("headers against buffering and caching")
    assert response.headers["cache-control"] == "no-cache, no-transform"
    assert response.headers["x-accel-buffering"] == "no"
    step("the order of the events")
    answer = answer_of(response)
    assert answer.event_types == [
        "thread.created",
        "thread.item.done",
        "stream_options",
        "thread.updated",
        "thread.item.added",
        "client_effect",
        "thread.item.updated",
        "thread.item.done",
        "thread.item.added",
        *["thread.item.updated"] * 6,
        "thread.item.done",
    ]
    kinds = [event["update"]["type"] for event in answer.events if event["type"] == "thread.item.updated"]
    assert kinds == [
        "workflow.task.updated",
        "assistant_message.content_part.added",
        *["assistant_message.content_part.text_delta"] * 3,
        "assistant_message.content_part.annotation_added",
        "assistant_message.content_part.done",
    ]
    assert answer.text == "Added #1 Buy milk."
    assert answer.events[2]["stream_options"] == {"allow_cancel": True}
    step("a call is loading, then complete, and its workflow ends with a summary of its changes")
    [begun], [finished] = answer.items("workflow", "thread.item.added"), answer.items("workflow")
    [loading], [complete] = begun["workflow"]["tasks"], finished["workflow"]["tasks"]
    assert (loading["title"], loading["status_indicator"]) == ("Adding “Buy milk”", "loading")
    assert (complete["title"], complete["status_indicator"]) == ("Added #1 Buy milk", "complete")
    assert (finished["id"], finished["workflow"]["summary"]) == (begun["id"], {"title": "Added 1"})
    step("stored items equal the streamed ones")
    streamed = [event["item"] for event in answer.events if event["type"] == "thread.item.done"]
    assert await chat.items(answer.thread_id) == streamed
    ids = [item["id"] for item in streamed]
    updated = {event["item_id"] for event in answer.events if event["type"] == "thread.item.updated"}
    added = {event["item"]["id"] for event in answer.events if event["type"] == "thread.item.added"}
    assert updated == added == {*ids[1:]}
    assert all(re.fullmatch(r"[a-z]+_[0-9a-f]{32}", one) for one in (*ids, answer.thread_id)), ids
    thread = (await chat.request("threads.get_by_id", thread_id=answer.thread_id)).json()
    assert thread["items"]["data"] == streamed
    step("the log names the actor of each item")
    logged = select(Change.item_id, Change.actor).where(Change.user_id == person.id, Change.kind == "message")
    assert dict(await rows(logged)) == dict(zip(ids, ("person", "assistant", "assistant"), strict=True))
    step("the conversation's place in the list is the end of its answer")
    times = select(Thread.updated_at, Turn.ended_at).join(Turn, col(Turn.thread_id) == Thread.id)
    [(updated_at, ended_at)] = await rows(times.where(Thread.id == answer.thread_id))
    assert updated_at == ended_at
    step("feedback is stored with its items")
    rated = await chat.request("items.feedback", thread_id=answer.thread_id, item_ids=ids[1:], kind="positive")
    assert rated.status_code == 200
    stored = select(ThreadItem.feedback).where(ThreadItem.thread_id == answer.thread_id)
    assert await rows(stored.order_by(col(ThreadItem.seq))) == [None, "positive", "positive"]


async def test_all_times_in_responses_are_utc(chat: Chat):
    chat.script([calls(call("bulk_delete_tasks", {"status": "all"})), MILK, text("Done."), text("Hm.")])
    await chat.add_task("Old")
    answer = await chat.send("delete all, add milk")
    assert_times_are_utc(answer.events)
    later = await chat.send("no", answer.thread_id)
    assert_times_are_utc(later.events)
    for kind, params in (("threads.get_by_id", {"thread_id": answer.thread_id}), ("threads.list", {})):
        assert_times_are_utc((await chat.request(kind, **params)).json())
    assert_times_are_utc(await chat.items(answer.thread_id))


async def test_parallel_calls_also_equal_ones_keep_the_models_order_in_workflow_numbers_and_log(chat: Chat):
    names = ["One", "Two", "Milk", "Milk", "Five"]
    chat.script([calls(*(call("create_task", {"title": name}) for name in names)), text("Done.")])
    answer = await chat.send("add five")
    assert [task["title"] for task in answer.tasks] == [f"Added #{n} {name}" for n, name in enumerate(names, 1)]
    assert all(task["status_indicator"] == "complete" for task in answer.tasks)
    assert await chat.titles() == dict(enumerate(names, 1))
    query = select(ToolExecution).where(ToolExecution.turn_id == answer.turn_id).order_by(col(ToolExecution.id))
    assert [row.arguments["title"] for row in await rows(query)] == names


async def test_text_before_between_and_after_calls_keeps_its_order_and_has_ids_of_its_own(chat: Chat):
    bread, said = calls(call("create_task", {"title": "Buy bread"}), words="Let me see."), text("Adding it.")
    cheese = calls(call("create_task", {"title": "Buy cheese"}))
    between = {**cheese, "steps": [*cheese["steps"][:1], *said["steps"][:1], *cheese["steps"][1:]]}
    more_calls = calls(call("complete_task", {"task_id": 3}), words="Now it is bought.")
    chat.script([bread, MILK, text("There are two now."), between, more_calls, text("Added.")])
    answer = await chat.send("add bread, and milk")
    streamed = [event["item"] for event in answer.events if event["type"] == "thread.item.done"]
    shown = [item["type"] for item in streamed]
    assert shown == ["user_message", "assistant_message", "workflow", "assistant_message"]
    ids = [event["item"]["id"] for event in answer.events if event["type"] == "thread.item.added"]
    assert len(set(ids)) == len(ids) == 3
    assert "__fake_id__" not in json.dumps(answer.events)
    assert answer.items("workflow")[0]["workflow"]["summary"] == {"title": "Added 2"}
    more = await chat.send("add cheese", answer.thread_id)
    assert [task["title"] for task in more.tasks] == ["Added #3 Buy cheese", "Completed #3 Buy cheese"]
    summaries = [item["workflow"]["summary"]["title"] for item in more.items("workflow")]
    assert summaries == ["Added 1", "Completed 1"]
    assert await chat.receipt(more.turn_id) == "Added #3, completed #3"
    streamed += [event["item"] for event in more.events if event["type"] == "thread.item.done"]
    assert await chat.items(answer.thread_id) == streamed


async def test_a_conversation_gets_its_title_from_its_first_message_alone(chat: Chat):
    chat.script([text("Hello.")], repeat=True)
    answer = await chat.send("  add\n milk  ")
    told = [event["thread"]["title"] for event in answer.events if event["type"] == "thread.updated"]
    assert [answer.events[0]["thread"]["title"], *told] == ["add milk"] * 2
    assert "thread.updated" not in (await chat.send("hello", answer.thread_id)).event_types
    long = await chat.send("remind me to buy milk, bread, cheese and all the other things that we need for Sunday")
    title = long.events[0]["thread"]["title"]
    assert title == "remind me to buy milk, bread, cheese and all the other…"
    listed = (await chat.request("threads.list")).json()["data"]
    assert [thread["title"] for thread in listed] == [title, "add milk"]


async def test_a_conversation_is_renamed_and_deleted_but_its_tasks_stay(chat: Chat):
    thread_id = (await chat.send("add milk", replies=[MILK, text("Done.")])).thread_id
    renamed = await chat.request("threads.update", thread_id=thread_id, title=" Shopping ")
    assert renamed.json()["title"] == "Shopping"
    assert (await chat.request("threads.get_by_id", thread_id=thread_id)).json()["title"] == "Shopping"
    for title in ("", "  ", "x" * 256):
        assert code_of(await chat.request("threads.update", thread_id=thread_id, title=title)) == (400, "bad_request")
    assert (await chat.request("threads.delete", thread_id=thread_id)).status_code == 200
    for kind in ("threads.get_by_id", "threads.delete", "items.list"):
        assert (await chat.request(kind, thread_id=thread_id)).status_code == 404
    assert await chat.titles() == {1: "Buy milk"}


async def test_a_click_on_a_task_completes_it_without_a_model_and_without_quota(chat: Chat):
    chat.script([text("Hello.")])
    number, other = await chat.add_task("Buy milk"), await chat.add_task("Call mum")
    untouched, answer = await chat.task(other), await chat.send("hello")
    used = await chat.quota_used()
    [said] = answer.items("assistant_message")
    clicked = await chat.act("task.complete", {"number": number}, answer.thread_id, item_id=said["id"])
    begun, effect = answer_of(clicked).events
    assert begun["type"] == "stream_options"
    assert (effect["type"], effect["name"]) == ("client_effect", "taskchat.changed")
    assert effect["data"]["numbers"] == [number]
    assert (await chat.act("task.complete", {"number": number}, answer.thread_id)).status_code == 200, "again"
    assert (await chat.titles("done"), await chat.task(other)) == ({number: "Buy milk"}, untouched)
    assert await chat.quota_used() == used
    assert len(chat.asked) == 1
