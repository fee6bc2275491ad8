"""The tasks selected beside a message, carried as ChatKit tags.

On the wire each is a content part `{"type": "input_tag", "group": "selected", "id": "3", "text": "#3", "data":
{"number": 3}}`. The text of a message is that of its other parts.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chatkit.types import UserMessageContent, UserMessageTagContent

from taskchat_app.domain.storage.errors import BadRequest
from taskchat_app.domain.tasks.queries import AT_ONCE_MAX
from taskchat_app.i18n.messages import gettext

GROUP = "selected"
SELECTED_MAX = AT_ONCE_MAX
"""Selected tasks of one message: as many as one tool call accepts."""
PARTS_MAX = SELECTED_MAX + 100
TAGS_MAX_CHARACTERS = 200 * SELECTED_MAX
"""Characters of all tags of a message, as JSON."""
_LARGEST = 10**9
_NOTE = "(The person has selected "
_NOTED = re.compile(r"\A#\d[#\d, and]*\.\)\Z")


def tags_of(numbers: Iterable[int]) -> list[UserMessageContent]:
    """Return the content parts for these selected tasks, without duplicates, in order."""
    return [
        UserMessageTagContent(id=str(number), text=f"#{number}", group=GROUP, data={"number": number})
        for number in dict.fromkeys(numbers)
    ]


def checked_numbers(content: Iterable[UserMessageContent]) -> tuple[int, ...]:
    """Return the selected tasks of a received message; raise BadRequest for invalid tags or too many."""
    tags = [part for part in content if isinstance(part, UserMessageTagContent) and part.group == GROUP]
    for tag in tags:
        number: object = tag.data.get("number")
        if type(number) is not int or not 0 < number < _LARGEST:
            raise BadRequest(gettext('A selected task is named by its number, as in "data": {"number": 3}.'))
    if len(tags) > SELECTED_MAX:
        raise BadRequest(
            gettext("A message is about {most} selected tasks at most. Select fewer.", most=f"{SELECTED_MAX:,}")
        )
    return numbers_of(content)


def check_size(content: Sequence[UserMessageContent]) -> None:
    """Raise BadRequest if the message has too many parts or its tags are too long."""
    if len(content) > PARTS_MAX:
        raise BadRequest(gettext("A message has at most {count} parts. Send it in fewer.", count=f"{PARTS_MAX:,}"))
    beside = sum(len(part.model_dump_json()) for part in content if isinstance(part, UserMessageTagContent))
    if beside > TAGS_MAX_CHARACTERS:
        raise BadRequest(
            gettext(
                "The tags of a message hold at most {count} characters. Send less with them.",
                count=f"{TAGS_MAX_CHARACTERS:,}",
            )
        )


def numbers_of(content: Iterable[UserMessageContent]) -> tuple[int, ...]:
    """Return the numbers of a message's selected tasks."""
    return numbers_in(part.model_dump() for part in content)


def words_of(content: Iterable[UserMessageContent]) -> str:
    """Return the text of a message."""
    return words_in(part.model_dump() for part in content)


def numbers_in(content: Iterable[Mapping[str, Any]]) -> tuple[int, ...]:
    """Return the numbers of a stored message's selected tasks."""
    return tuple(dict.fromkeys(int(part["data"]["number"]) for part in content if part.get("group") == GROUP))


def words_in(content: Iterable[Mapping[str, Any]]) -> str:
    """Return the text of a stored message."""
    return "".join(part.get("text", "") for part in content if part.get("group") != GROUP)


def note_of(numbers: Sequence[int]) -> str:
    """Return the line below a message that names the selected tasks to the model."""
    return f"{_NOTE}{listed(numbers)}.)"


def without_note(text: str) -> tuple[str, list[int]]:
    """Split a message, as sent to a model, into its text and the numbers of its note."""
    words, _, numbers = text.rpartition(_NOTE)
    if not _NOTED.fullmatch(numbers):
        return text, []
    return words.rstrip(), [int(digits) for digits in re.findall(r"\d+", numbers)]


def listed(numbers: Sequence[int]) -> str:
    """Return the numbers as a list in words: "#3, #5 and #9"."""
    *first, last = [f"#{number}" for number in numbers]
    return f"{', '.join(first)} and {last}" if first else last
