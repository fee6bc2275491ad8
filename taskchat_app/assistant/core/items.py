"""ChatKit's items: their ids, the text of a message and what its tags mean, how they are stored and sent.

Tags are tasks that a message names, tasks selected in the list, the list's order, and other clients' entities.
On the wire a task is a content part `{"type": "input_tag", "group": "Tasks", "id": "3", "text": "Buy milk", "data":
{"number": "3"}}`. A tag of the group "Tasks" is part of the text, and reads "#3" in it; one of the group "Selected
tasks" ("selected" in earlier versions) is separate from it. The number may be an integer or its digits, since the data
of the ChatKit widget's entities are strings. A group is a heading that people see, so it may be in another language.
The order is a tag of group "order" with `"data": {"sort": "title", "order": "asc"}`, where "" means the default.

Our own sentences in an item are messages: stored with their English text, and rendered in the reader's language.
"""

import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple, cast

from chatkit.store import StoreItemType
from chatkit.types import (
    AssistantMessageItem,
    ThreadItem,
    UserMessageContent,
    UserMessageInput,
    UserMessageItem,
    UserMessageTagContent,
    UserMessageTextContent,
    WidgetItem,
)
from chatkit.widgets import DynamicWidgetRoot
from pydantic import BaseModel
from pydantic_core import to_json

from taskchat_app.domain.storage.errors import BadRequest
from taskchat_app.domain.tasks.queries import AT_ONCE_MAX, ORDERS
from taskchat_app.domain.tasks.sorted_pages import SORTS
from taskchat_app.i18n.catalogue import LANGUAGES, render, render_json
from taskchat_app.i18n.messages import ENGLISH, Message, decode, encode, gettext, messages_in, with_messages

SELECTED_GROUP = gettext("Selected tasks")
NAMED_GROUP = gettext("Tasks")
ORDER_GROUP = "order"
SELECTED_GROUPS = frozenset({"selected", *(render(SELECTED_GROUP, language) for language in LANGUAGES)})
NAMED_GROUPS = frozenset(render(NAMED_GROUP, language) for language in LANGUAGES)
TASK_GROUPS = SELECTED_GROUPS | NAMED_GROUPS
OWN_GROUPS = TASK_GROUPS | {ORDER_GROUP}
"""Groups of the tags that taskchat gives a meaning; others are entities of other clients."""
SELECTED_MAX = AT_ONCE_MAX
"""Selected tasks of one message: as many as one tool call accepts."""
PARTS_MAX = SELECTED_MAX + 100
TAGS_MAX_CHARACTERS = 200 * SELECTED_MAX
"""Characters of all tags of a message, as JSON."""
_NUMBER = re.compile(r"[0-9]{1,9}")
SENTENCE_FIELDS = {"widget": "widget", "workflow": "workflow", "structured_input": "inputs"}
"""The field with our own sentences, by the type of the item."""
PREFIXES: dict[str, str] = {
    "thread": "thr",
    "message": "msg",
    "tool_call": "tc",
    "workflow": "wf",
    "task": "tsk",
    "attachment": "atc",
    "sdk_hidden_context": "shcx",
    "widget": "wdg",
    "proposal": "prp",
    "structured_input": "sin",
}
MESSAGES = (UserMessageItem, AssistantMessageItem)
COPY_TEXT = "copy_text"
"""A widget's copy text among its messages, whose paths begin with a slash."""


def new_id(kind: StoreItemType | Literal["widget", "proposal", "structured_input"]) -> str:
    """Return a new id, unique among all users and instances."""
    return f"{PREFIXES[kind]}_{uuid.uuid4().hex}"


def selection_tags(numbers: Iterable[int]) -> list[UserMessageContent]:
    """Return the content parts for these selected tasks, without duplicates, in order."""
    return [
        UserMessageTagContent(id=str(number), text=f"#{number}", group=str(SELECTED_GROUP), data={"number": number})
        for number in dict.fromkeys(numbers)
    ]


class ListOrder(NamedTuple):
    """The sort that the person chose for the list, and its direction; "" is the default."""

    sort: str = ""
    order: str = ""


DEFAULT_ORDER = ListOrder()


def order_tags(chosen: ListOrder) -> list[UserMessageContent]:
    """Return the content part for the chosen order; none for the default one."""
    if chosen == DEFAULT_ORDER:
        return []
    text = " ".join(filter(None, chosen))
    return [UserMessageTagContent(id=text, text=text, group=ORDER_GROUP, data=dict(chosen._asdict()))]


def check_tags(content: Sequence[UserMessageContent]) -> None:
    """Raise BadRequest if a received message has too many parts or tasks, or tags that are too long or invalid."""
    if len(content) > PARTS_MAX:
        raise BadRequest(gettext("A message has at most {count:#,##0} parts. Send it in fewer.", count=PARTS_MAX))
    tags = [part for part in content if isinstance(part, UserMessageTagContent)]
    if sum(len(tag.model_dump_json()) for tag in tags) > TAGS_MAX_CHARACTERS:
        refusal = gettext("The tags of a message hold at most {count:#,##0} characters. Send less with them.")
        raise BadRequest(refusal.with_values(count=TAGS_MAX_CHARACTERS))
    if any(number_of_tag(tag.model_dump()) is None for tag in tags if tag.group in TASK_GROUPS):
        raise BadRequest(gettext('A task is named by its number, as in "data": {"number": "3"}.'))
    if sum(tag.group in SELECTED_GROUPS for tag in tags) > SELECTED_MAX:
        refusal = gettext("A message is about {most:#,##0} selected tasks at most. Select fewer.", most=SELECTED_MAX)
        raise BadRequest(refusal)
    chosen = order_of(content)
    if chosen.sort not in ("", *SORTS) or chosen.order not in ("", *ORDERS):
        raise BadRequest(gettext('The order of the list is named as in "data": {"sort": "title", "order": "asc"}.'))


def order_of(content: Iterable[UserMessageContent]) -> ListOrder:
    tags = [part for part in content if isinstance(part, UserMessageTagContent) and part.group == ORDER_GROUP]
    data = tags[-1].data if tags else {}
    return ListOrder(str(data.get("sort", "")), str(data.get("order", "")))


def text_of(message: UserMessageItem | UserMessageInput | AssistantMessageItem) -> str:
    return text_of_stored(part.model_dump() for part in message.content)


def selected_numbers(content: Iterable[Mapping[str, Any]]) -> tuple[int, ...]:
    """Return the numbers of a stored message's selected tasks."""
    numbers = (number_of_tag(part) for part in content if part.get("group") in SELECTED_GROUPS)
    return tuple(dict.fromkeys(number for number in numbers if number is not None))


def text_of_stored(content: Iterable[Mapping[str, Any]]) -> str:
    return "".join(map(_text_of_part, content))


def with_text(content: Sequence[UserMessageContent], text: str) -> list[UserMessageContent]:
    """Return the parts of a message with another text, and with its selected tasks and order.

    A tag keeps its place if its words still occur in the text, as "#3" does in "call #3"; not in "call #31".
    """
    parts: list[UserMessageContent] = []
    tags = [part for part in content if isinstance(part, UserMessageTagContent)]
    for tag in tags:
        words = _text_of_part(tag.model_dump())
        begin = text.find(words) if words else -1
        end = begin + len(words)
        if begin >= 0 and not text[end : end + 1].isalnum():
            if begin > 0:
                parts.append(UserMessageTextContent(text=text[:begin]))
            parts.append(tag)
            text = text[end:]
    if text or not parts:
        parts.append(UserMessageTextContent(text=text))
    return [*parts, *(tag for tag in tags if _is_separate(tag.group))]


def _is_separate(group: str | None) -> bool:
    """Return whether the tags of a group are separate from the text."""
    return group in SELECTED_GROUPS or group == ORDER_GROUP


def _text_of_part(part: Mapping[str, Any]) -> str:
    """Return what a content part adds to the text; "" for a separate tag."""
    group = part.get("group")
    if _is_separate(group):
        return ""
    return f"#{number_of_tag(part)}" if group in NAMED_GROUPS else part.get("text", "")


def number_of_tag(part: Mapping[str, Any]) -> int | None:
    """Return the number of a task's tag, from its data, otherwise from its id; None if that is not a task number."""
    number = part["data"].get("number", part["id"])
    if type(number) is not int and not isinstance(number, str):
        return None
    is_task_number = _NUMBER.fullmatch(str(number)) is not None and int(number) > 0
    return int(number) if is_task_number else None


def body_of(item: ThreadItem) -> dict[str, Any]:
    """Convert an item to its stored form, with its messages in addition to their English text."""
    body = item.model_dump(mode="json", exclude_none=True)
    for file in body.get("attachments", ()):
        if "preview_url" in file:  # signed for the reader of this moment
            file["preview_url"] = file["preview_url"].partition("?")[0]
    messages = messages_in(item.model_dump()[SENTENCE_FIELDS[item.type]]) if item.type in SENTENCE_FIELDS else {}
    if isinstance(item, WidgetItem) and isinstance(item.copy_text, Message) and item.copy_text:
        messages[COPY_TEXT] = encode(item.copy_text)
    return {**body, "messages": messages} if messages else body


def restore_messages(item: ThreadItem, messages: dict[str, Any]) -> ThreadItem:
    """Return the item with the messages that were stored with it, by paths such as "/tasks/0/title" in its field.

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
