"""Servers whose streams of events are wrong."""

import json
from collections.abc import Callable

from tests.conformance.alteration import Alter, Call, Json
from tests.conformance.breakage import Breakage
from tests.conformance.broken_answers import header
from tests.conformance.broken_requests import when
from tests.conformance.reference_server import WORDS

REMOVED = {"type": "thread.item.removed", "item_id": "nothing"}
MESSAGES = ("threads.create", "threads.add_user_message")


def streams(alter: Alter) -> Alter:
    """Alter the streams that answer messages."""
    return when(lambda call: call.kind in MESSAGES and call.is_stream, alter)


def events(change: Callable[[list[Json]], list[Json]]) -> Alter:
    """Alter the events of these streams."""
    return streams(lambda call: setattr(call, "events", change(call.events)))


def item_type(event: Json) -> str:
    return event.get("item", {}).get("type", "")


def is_done(event: Json, kind: str) -> bool:
    return event["type"] == "thread.item.done" and item_type(event) == kind


def update_of(event: Json) -> str:
    return event.get("update", {}).get("type", "")


def without(condition: Callable[[Json], bool]) -> Alter:
    return events(lambda sent: [event for event in sent if not condition(event)])


def twice(condition: Callable[[Json], bool]) -> Alter:
    return events(lambda sent: [each for event in sent for each in ([event, event] if condition(event) else [event])])


def changed(condition: Callable[[Json], bool], change: Callable[[Json], object]) -> Alter:
    def alter(sent: list[Json]) -> list[Json]:
        for event in sent:
            if condition(event):
                change(event)
        return sent

    return events(alter)


def created_second(sent: list[Json]) -> list[Json]:
    return [sent[1], sent[0], *sent[2:]] if sent[0]["type"] == "thread.created" else sent


def user_last(sent: list[Json]) -> list[Json]:
    users = [event for event in sent if is_done(event, "user_message")]
    return [*(event for event in sent if event not in users), *users]


def user_added(sent: list[Json]) -> list[Json]:
    return [
        each
        for event in sent
        for each in ([event | {"type": "thread.item.added"}, event] if is_done(event, "user_message") else [event])
    ]


def fake_ids(sent: list[Json]) -> list[Json]:
    for event in sent:
        if item_type(event) == "assistant_message":
            event["item"]["id"] = "__fake_id__"
        if update_of(event).startswith("assistant_message"):
            event["item_id"] = "__fake_id__"
    return sent


def silent(call: Call) -> None:
    if call.text == "Thanks":
        call.events = [e for e in call.events if item_type(e) in ("", "user_message") and "update" not in e]


def raw(change: Callable[[bytes], bytes]) -> Alter:
    return streams(lambda call: setattr(call, "response", change(call.response)))


def foreign_update(sent: list[Json]) -> list[Json]:
    """Add a workflow's update to the assistant's message."""
    found: list[Json] = []
    for event in sent:
        found.append(event)
        if update_of(event) == "assistant_message.content_part.added":
            update = {"type": "workflow.task.added", "task_index": 0, "task": {"type": "custom", "title": "Look"}}
            found.append(event | {"update": update})
    return found


def updated_after_done(sent: list[Json]) -> list[Json]:
    return [*sent, *[event for event in sent if update_of(event) == "workflow.task.updated"][-1:]]


def failing(change: Callable[[list[Json]], list[Json]]) -> Alter:
    """Alter the streams that end with an error in mid-answer."""
    return streams(when(lambda call: call.text == "Fail", lambda call: setattr(call, "events", change(call.events))))


def started_after_error(sent: list[Json]) -> list[Json]:
    [said] = [event["item"] for event in sent if is_done(event, "user_message")]
    base = {name: said[name] for name in ("thread_id", "created_at")}
    return [
        *sent,
        {"type": "thread.item.added", "item": {"type": "assistant_message", "id": "late", "content": [], **base}},
    ]


def speechless(sent: list[Json]) -> list[Json]:
    return [{name: value for name, value in event.items() if name != "message"} for event in sent]


LAST_DELTA = WORDS[-1]
BROKEN_STREAMS = [
    Breakage("tells the thread second", "stream.thread_created", after=events(created_second)),
    Breakage("adds the user's message", "stream.user_message", after=events(user_added)),
    Breakage(
        "tells the user's message last",
        "stream.user_message",
        after=events(user_last),
        also=("items.stored", "stream.after_error"),
    ),
    Breakage(
        "adds items of another thread",
        "stream.one_thread",
        after=changed(lambda e: e["type"] == "thread.item.added", lambda e: e["item"].update(thread_id="another")),
    ),
    Breakage("sends no options", "stream.options", after=without(lambda e: e["type"] == "stream_options")),
    Breakage("answers nothing", "stream.answered", after=streams(silent), also=("items.stored",)),
    Breakage("gives all answers one id", "stream.item_ids", after=events(fake_ids), also=("items.stored",)),
    Breakage(
        "adds no messages",
        "stream.added_first",
        after=without(lambda e: e["type"] == "thread.item.added" and item_type(e) == "assistant_message"),
    ),
    Breakage("is done twice", "stream.done_once", after=twice(lambda e: is_done(e, "workflow"))),
    Breakage("updates what is done", "stream.no_update_after_done", after=events(updated_after_done)),
    Breakage(
        "leaves workflows open",
        "stream.every_item_done",
        after=without(lambda e: is_done(e, "workflow")),
        also=("items.stored",),
    ),
    Breakage("loses words", "stream.deltas", after=without(lambda e: e.get("update", {}).get("delta") == LAST_DELTA)),
    Breakage("loses progress", "stream.deltas", after=without(lambda e: update_of(e) == "workflow.task.updated")),
    Breakage(
        "counts tasks wrongly",
        "stream.indexes",
        after=changed(lambda e: update_of(e) == "workflow.task.updated", lambda e: e["update"].update(task_index=5)),
        also=("stream.deltas",),
    ),
    Breakage("mixes updates", "stream.updates_fit", after=events(foreign_update)),
    Breakage(
        "removes what is not there",
        "stream.known_items",
        after=events(lambda sent: [*sent, *([REMOVED] if sent[0]["type"] == "thread.created" else [])]),
    ),
    Breakage("goes on after an error", "stream.after_error", after=failing(started_after_error)),
    Breakage("fails without a word", "stream.error_message", after=failing(speechless)),
    Breakage("sends streams as JSON", "stream.media_type", after=streams(header("content-type", "application/json"))),
    Breakage("lets streams be cached", "stream.not_cached", after=streams(header("cache-control", "max-age=60"))),
    Breakage("sends lines of its own", "stream.format", after=raw(lambda sent: b"hello\n\n" + sent)),
    Breakage("names events", "stream.format", after=raw(lambda sent: sent.replace(b"data:", b"event: item\ndata:"))),
    Breakage(
        "ends its last event by a comment",
        "stream.format",
        after=raw(lambda sent: sent.removesuffix(b"\n") + b": end\n"),
        also=("items.stored", "stream.answered", "stream.every_item_done"),
    ),
    Breakage("sends a mark of the end", "stream.json", after=raw(lambda sent: sent + b"data: [DONE]\n\n")),
    Breakage(
        "sends events of its own",
        "stream.types",
        after=raw(lambda sent: sent + b"data: " + json.dumps({"type": "thread.item.shown"}).encode() + b"\n\n"),
    ),
]
