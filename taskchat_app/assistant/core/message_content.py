"""The content of a message: its text, and what its tags mean.

Tags are tasks that a message names, tasks selected in the list, the list's order, and other clients' entities.
On the wire a task is a content part `{"type": "input_tag", "group": "Tasks", "id": "3", "text": "Buy milk", "data":
{"number": "3"}}`. A tag of the group "Tasks" is part of the text, and reads "#3" in it; one of the group "Selected
tasks" ("selected" in earlier versions) is separate from it. The number may be an integer or its digits, since the data
of the ChatKit widget's entities are strings. A group is a heading that people see, so it may be in another language.
The order is a tag of group "order" with `"data": {"sort": "title", "order": "asc"}`, where "" means the default.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from chatkit.types import (
    AssistantMessageItem,
    UserMessageContent,
    UserMessageInput,
    UserMessageItem,
    UserMessageTagContent,
    UserMessageTextContent,
)

from taskchat_app.domain.storage.errors import BadRequest
from taskchat_app.domain.tasks.queries import AT_ONCE_MAX, ORDERS
from taskchat_app.domain.tasks.sorted_pages import SORTS
from taskchat_app.i18n.catalogue import LANGUAGES, render
from taskchat_app.i18n.messages import gettext

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
        raise BadRequest(
            gettext(
                "The tags of a message hold at most {count:#,##0} characters. Send less with them.",
                count=TAGS_MAX_CHARACTERS,
            )
        )
    if any(_number_of(tag.model_dump()) is None for tag in tags if tag.group in TASK_GROUPS):
        raise BadRequest(gettext('A task is named by its number, as in "data": {"number": "3"}.'))
    if sum(tag.group in SELECTED_GROUPS for tag in tags) > SELECTED_MAX:
        raise BadRequest(
            gettext("A message is about {most:#,##0} selected tasks at most. Select fewer.", most=SELECTED_MAX)
        )
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
    numbers = (_number_of(part) for part in content if part.get("group") in SELECTED_GROUPS)
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
            parts += [UserMessageTextContent(text=text[:begin]), tag] if begin else [tag]
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
    return f"#{_number_of(part)}" if group in NAMED_GROUPS else part.get("text", "")


def _number_of(part: Mapping[str, Any]) -> int | None:
    """Return the number of a task's tag, from its data, otherwise from its id; None if that is not a task number."""
    number = part["data"].get("number", part["id"])
    if type(number) is not int and not isinstance(number, str):
        return None
    return int(number) if _NUMBER.fullmatch(str(number)) and int(number) else None
