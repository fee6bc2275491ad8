"""The check that stored items are those of the streams, and which items follow from the streams."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from chatkit.types import ThreadItemDoneEvent, ThreadItemRemovedEvent, ThreadItemReplacedEvent

from taskchat_app.conformance.checks import check, demand, fail_on
from taskchat_app.conformance.conversations import conversation, items
from taskchat_app.conformance.http_client import Exchange, Json, Session
from taskchat_app.conformance.response_rules import HIDDEN
from taskchat_app.conformance.stream_rules import thread_of

CALL = "client_tool_call"
"""Its output is stored without an event."""


@check("items.stored", "chatkit.server.ChatKitServer._process_events: an item is stored when it is done")
async def stored(session: Session) -> None:
    """items.list holds exactly the items that streams sent as done, as they were sent, in their order."""
    await conversation(session)
    for thread_id, sent in streamed_items(session).items():
        found = [item for item in await items(session, thread_id) if item["type"] not in HIDDEN]
        demand(_names(found) == _names(sent.values()), f"stored {_names(found)[:8]}, sent {_names(sent.values())[:8]}")
        differing = [item for item in found if item["type"] != CALL and _plain(item) != _plain(sent[item["id"]])]
        fail_on([f"{item['type']} is stored as {item}, sent was {sent[item['id']]}"[:400] for item in differing])


def _names(found: Iterable[Json]) -> list[str]:
    return [f"{item['type']} {item['id']}" for item in found]


def streamed_items(session: Session) -> dict[str, dict[str, Json]]:
    """Return the items that follow from the streams, by thread and id."""
    threads: dict[str, dict[str, Json]] = {}
    for exchange in session.exchanges:
        thread_id = thread_of(exchange)
        if exchange.who != "owner" or exchange.is_repeat or thread_id is None:
            continue
        if exchange.kind == "threads.delete" and exchange.status == 200:
            threads.pop(exchange.params["thread_id"], None)
        if exchange.is_stream and not exchange.is_refusal:
            _follow(exchange, threads.setdefault(thread_id, {}))
    return {thread_id: sent for thread_id, sent in threads.items() if thread_id not in session.unpredictable}


def _follow(exchange: Exchange, sent: dict[str, Json]) -> None:
    """Change the items of a thread, the oldest first, as the stream says; a retry first removes all after its item."""
    if exchange.kind == "threads.retry_after_item" and exchange.params["item_id"] in sent:
        while next(reversed(sent)) != exchange.params["item_id"]:
            sent.popitem()
    for event in exchange.events:
        if isinstance(event, ThreadItemDoneEvent | ThreadItemReplacedEvent):
            sent[event.item.id] = event.item.model_dump(mode="json", by_alias=True, exclude_none=True)
        elif isinstance(event, ThreadItemRemovedEvent):
            sent.pop(event.item_id, None)


def _plain(value: object, name: str = "") -> object:
    """Return the JSON value, which stands at the key `name`, without nulls and empty collections, times as such."""
    if isinstance(value, dict):
        entries = {key: _plain(inner, key) for key, inner in cast("Json", value).items()}
        return {key: inner for key, inner in entries.items() if inner not in (None, [], {})}
    if isinstance(value, list):
        return [_plain(inner) for inner in cast("list[object]", value)]
    return datetime.fromisoformat(value) if name == "created_at" and isinstance(value, str) else value
