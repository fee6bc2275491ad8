"""ChatKit's items as they are stored and sent: our own sentences are messages, rendered in the reader's language."""

import json
from collections.abc import Sequence
from typing import Any, cast

from chatkit.types import AssistantMessageItem, ThreadItem, UserMessageItem, WidgetItem
from chatkit.widgets import DynamicWidgetRoot
from pydantic import BaseModel
from pydantic_core import to_json

from taskchat_app.assistant.core.message_content import text_of
from taskchat_app.domain.limits.account_bytes import ROW_BYTES
from taskchat_app.domain.tasks.search_words import search_words_of
from taskchat_app.i18n.catalogue import render_json
from taskchat_app.i18n.messages import ENGLISH, Message, decode, encode, messages_in, with_messages

SENTENCE_FIELDS = {"widget": "widget", "workflow": "workflow", "structured_input": "inputs"}
"""The field with our own sentences, by the type of the item."""
SEARCHED_MAX = 100_000
"""Indexed characters of a message: Postgres stores at most 1 MB of words."""
MESSAGES = (UserMessageItem, AssistantMessageItem)
COPY_TEXT = "copy_text"
"""A widget's copy text among its messages, whose paths begin with a slash."""


def item_values(items: Sequence[ThreadItem]) -> dict[str, Any]:
    """Return the items as a parameter of a statement that puts them, and their bytes."""
    bodies = [body_of(item) for item in items]
    return {
        "item_bytes": sum(len(json.dumps(body)) + ROW_BYTES for body in bodies),
        "items": [
            {
                "place": place,
                "id": item.id,
                "type": item.type,
                "body": body,
                "words": search_words_of(text_of(item)[:SEARCHED_MAX]) if isinstance(item, MESSAGES) else None,
            }
            for place, (item, body) in enumerate(zip(items, bodies, strict=True))
        ],
    }


def body_of(item: ThreadItem) -> dict[str, Any]:
    """Convert an item to its stored form, with its messages beside their English text."""
    body = item.model_dump(mode="json", exclude_none=True)
    for file in body.get("attachments", ()):
        if "preview_url" in file:  # signed for the reader of this moment
            file["preview_url"] = file["preview_url"].partition("?")[0]
    messages = messages_in(item.model_dump()[SENTENCE_FIELDS[item.type]]) if item.type in SENTENCE_FIELDS else {}
    if isinstance(item, WidgetItem) and isinstance(item.copy_text, Message) and item.copy_text:
        messages[COPY_TEXT] = encode(item.copy_text)
    return {**body, "messages": messages} if messages else body


def restore_messages(item: ThreadItem, messages: dict[str, Any]) -> ThreadItem:
    """Return the item with the messages that were stored beside it, by paths such as "/tasks/0/title" in its field.

    Raises ValueError or as `decode`.
    """
    if isinstance(item, WidgetItem):
        # Its own schema has the order of the fields, which JSONB does not keep, and the dynamic one accepts messages.
        widget = with_messages(item.widget.model_dump(mode="json", by_alias=True, exclude_none=True), messages)
        copied = decode(messages[COPY_TEXT]) if COPY_TEXT in messages else item.copy_text
        return item.model_copy(update={"widget": DynamicWidgetRoot.model_validate(widget), "copy_text": copied})
    for path, message in messages.items():
        *names, last = path.split("/")[1:]
        holder: Any = getattr(item, SENTENCE_FIELDS[item.type])
        for name in names:
            holder = _part(holder, name)
        if not isinstance(_part(holder, last), str):
            raise ValueError("A message stands in the place of a text.")
        setattr(holder, last, decode(message))  # without validation, which would turn the Message into plain English
    return item


def _part(holder: Any, name: str) -> Any:
    """Return a field or an element. Raises ValueError for another name: an account file may name "__class__"."""
    if isinstance(holder, BaseModel) and name in type(holder).model_fields:
        return getattr(holder, name)
    if isinstance(holder, list):
        return cast("list[Any]", holder)[int(name)]
    raise ValueError("The path of a message leads to no field.")


def json_in(language: str, model: BaseModel, **options: Any) -> bytes:
    """Return what the ChatKit SDK sends for the model, with its messages in the language."""
    if language == ENGLISH:
        return model.model_dump_json(by_alias=True, exclude_none=True, **options).encode()
    return to_json(render_json(model.model_dump(by_alias=True, exclude_none=True, **options), language))
