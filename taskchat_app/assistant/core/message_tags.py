"""ChatKit's tags in a message: tasks it names, tasks selected in the list, the list's order, other clients' entities.

On the wire a task is a content part `{"type": "input_tag", "group": "Tasks", "id": "3", "text": "Buy milk", "data":
{"number": "3"}}`. A tag of the group "Tasks" is part of the text, and reads "#3" in it; one of the group "Selected
tasks" ("selected" in earlier versions) is separate from it. The number may be an integer or its digits, since the data
of the ChatKit widget's entities are strings. A group is a heading that people see, so it may be in another language.
The order is a tag of group "order" with `"data": {"sort": "title", "order": "asc"}`, where "" means the default.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from chatkit.types import UserMessageContent, UserMessageTagContent, UserMessageTextContent

from taskchat_app.domain.storage.errors import BadRequest
from taskchat_app.domain.tasks.queries import AT_ONCE_MAX, ORDERS
from taskchat_app.domain.tasks.sorted_pages import SORTS
from taskchat_app.i18n.catalogue import LANGUAGES, render
from taskchat_app.i18n.messages import gettext

GROUP = gettext("Selected tasks")
NAMED_GROUP = gettext("Tasks")
ORDER_GROUP = "order"
GROUPS = frozenset({"selected", *(render(GROUP, language) for language in LANGUAGES)})
"""Groups of the tasks that a message is about."""
NAMED_GROUPS = frozenset(render(NAMED_GROUP, language) for language in LANGUAGES)
"""Groups of the tasks that its text names."""
BESIDE = GROUPS | {ORDER_GROUP}
"""Groups of the tags that stand beside the text."""
_OWN_GROUPS = BESIDE | NAMED_GROUPS
SELECTED_MAX = AT_ONCE_MAX
"""Selected tasks of one message: as many as one tool call accepts."""
PARTS_MAX = SELECTED_MAX + 100
TAGS_MAX_CHARACTERS = 200 * SELECTED_MAX
"""Characters of all tags of a message, as JSON."""
TAG_DATA_MAX_CHARACTERS = 4_000
"""Characters of the data of other tags, as JSON, that the model receives with a message."""
_NUMBER = re.compile(r"[0-9]{1,9}")
_PASSAGE_NOTE = "(About this passage: "
_DATA_NOTE = "(Data of the tags in this message: "
_NOTE = "(The person has selected "
_FILE_NOTE = "[attached: "
_CLICK_NOTE = "(After this answer the person "
_NOTED = re.compile(r"\A#\d[#\d, and]*\.\)\Z")


def tags_of(numbers: Iterable[int]) -> list[UserMessageContent]:
    """Return the content parts for these selected tasks, without duplicates, in order."""
    return [
        UserMessageTagContent(id=str(number), text=f"#{number}", group=str(GROUP), data={"number": number})
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
    if any(_number_of(tag.model_dump()) is None for tag in tags if tag.group in GROUPS | NAMED_GROUPS):
        raise BadRequest(gettext('A task is named by its number, as in "data": {"number": "3"}.'))
    if sum(tag.group in GROUPS for tag in tags) > SELECTED_MAX:
        raise BadRequest(
            gettext("A message is about {most:#,##0} selected tasks at most. Select fewer.", most=SELECTED_MAX)
        )
    chosen = order_of(content)
    if chosen.sort not in ("", *SORTS) or chosen.order not in ("", *ORDERS):
        raise BadRequest(gettext('The order of the list is named as in "data": {"sort": "title", "order": "asc"}.'))


def numbers_of(content: Iterable[UserMessageContent]) -> tuple[int, ...]:
    """Return the numbers of a message's selected tasks."""
    return numbers_in(part.model_dump() for part in content)


def order_of(content: Iterable[UserMessageContent]) -> ListOrder:
    """Return the order of the list beside a message."""
    tags = [part for part in content if isinstance(part, UserMessageTagContent) and part.group == ORDER_GROUP]
    data = tags[-1].data if tags else {}
    return ListOrder(str(data.get("sort", "")), str(data.get("order", "")))


def text_of_message(content: Iterable[UserMessageContent]) -> str:
    """Return the text of a message."""
    return text_of_stored(part.model_dump() for part in content)


def numbers_in(content: Iterable[Mapping[str, Any]]) -> tuple[int, ...]:
    """Return the numbers of a stored message's selected tasks."""
    numbers = (_number_of(part) for part in content if part.get("group") in GROUPS)
    return tuple(dict.fromkeys(number for number in numbers if number is not None))


def text_of_stored(content: Iterable[Mapping[str, Any]]) -> str:
    """Return the text of a stored message."""
    return "".join([_text_of_part(part) for part in content])


def with_text(content: Sequence[UserMessageContent], text: str) -> list[UserMessageContent]:
    """Return the parts of a message with another text; a tag keeps its place if its words still occur in the text."""
    tags = [part for part in content if isinstance(part, UserMessageTagContent)]
    parts: list[UserMessageContent] = []
    for tag in tags:
        before, words, after = text.partition(_text_of_part(tag.model_dump()) or "\0")
        if words and not after[:1].isalnum():
            parts += [UserMessageTextContent(text=before), tag] if before else [tag]
            text = after
    if text or not parts:
        parts.append(UserMessageTextContent(text=text))
    return [*parts, *(tag for tag in tags if tag.group in BESIDE)]


def passage_note(passage: str) -> str:
    """Return the line below a message that gives the model the passage it is about; as JSON, which stays one line."""
    return f"{_PASSAGE_NOTE}{json.dumps(passage, ensure_ascii=False)})"


def data_note(content: Iterable[Mapping[str, Any]]) -> str:
    """Return the line below a message that gives the model the data of other tags than tasks; "" without any."""
    tags = [
        {name: part[name] for name in ("text", "group", "id", "data") if part.get(name)}
        for part in content
        if part["type"] == "input_tag" and part.get("data") and part.get("group") not in _OWN_GROUPS
    ]
    return f"{_DATA_NOTE}{json.dumps(tags, ensure_ascii=False)[:TAG_DATA_MAX_CHARACTERS]}.)" if tags else ""


def _text_of_part(part: Mapping[str, Any]) -> str:
    """Return what a content part adds to the text."""
    if part.get("group") in BESIDE:
        return ""
    return f"#{_number_of(part)}" if part.get("group") in NAMED_GROUPS else part.get("text", "")


def _number_of(part: Mapping[str, Any]) -> int | None:
    """Return the number of a task's tag, from its data, otherwise from its id; None if that is not a task number."""
    number = part["data"].get("number", part["id"])
    if type(number) is not int and not isinstance(number, str):
        return None
    return int(number) if _NUMBER.fullmatch(str(number)) and int(number) else None


def note_of(numbers: Sequence[int]) -> str:
    """Return the line below a message that names the selected tasks to the model."""
    return f"{_NOTE}{listed(numbers)}.)"


def files_note(names: Iterable[str]) -> str:
    """Return the lines below a message that name its files to the model; "" without any."""
    return "\n".join(f"{_FILE_NOTE}{name}]" for name in names)


def click_note(done: str) -> str:
    """Return the message behind a turn that tells the model what the person did with its card."""
    return f"{_CLICK_NOTE}{done}.)"


def is_click_note(text: str) -> bool:
    """Return whether a message tells what the person did with a card."""
    return text.startswith(_CLICK_NOTE)


def clicked_numbers(note: str) -> list[int] | None:
    """Return the tasks that a click note names, each once: [] for an undone click, None if a proposal deleted none."""
    numbers = list(dict.fromkeys(int(number) for number in re.findall(r"#(\d+)", note)))
    return numbers if numbers or note.startswith(f"{_CLICK_NOTE}clicked") else None


def without_note(text: str) -> tuple[str, list[int]]:
    """Split a message, as sent to a model, into the person's own text and the numbers of its selected tasks."""
    while (start := text.rfind("\n") + 1, text.endswith("]"))[1] and text.startswith(_FILE_NOTE, start):
        text = text[:start].rstrip()
    before, _, numbers = text.rpartition(_NOTE)
    is_noted = _NOTED.fullmatch(numbers) is not None
    words = before.rstrip() if is_noted else text
    if words.endswith(".)") and _DATA_NOTE in words:
        words = words.rpartition(_DATA_NOTE)[0].rstrip()
    start = words.rfind("\n") + 1
    if words.startswith(_PASSAGE_NOTE, start) and words.endswith('")'):
        words = words[:start].rstrip()
    return words, [int(digits) for digits in re.findall(r"\d+", numbers)] if is_noted else []


def listed(numbers: Sequence[int]) -> str:
    """Return the numbers as a list in words: "#3, #5 and #9"."""
    *first, last = [f"#{number}" for number in numbers]
    return f"{', '.join(first)} and {last}" if first else last
