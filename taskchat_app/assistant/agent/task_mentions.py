"""Finds the user's tasks that an answer names, as ChatKit annotations that clients show as links."""

import re
from collections.abc import Mapping
from typing import Any

from chatkit.types import Annotation, EntitySource
from sqlmodel import col, select

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.items import NAMED_GROUP
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.storage.models import Task

MENTIONS_MAX = 50
TITLE_MIN_CHARACTERS = 3
"""A shorter title counts only after its number."""
# "#7", neither in "a#7" nor in "##7"
_NUMBER = re.compile(r"(?<![\w#])#([0-9]{1,9})\b")


async def mentions(turn: TurnContext, text: str) -> list[Annotation]:
    """Return an annotation for each of the user's tasks that the text names, at its first mention, in order.

    Tasks are known from the turn's results. Others are looked up for ChatKit clients only, since the page shows none.
    """
    tasks = _known_tasks(turn)
    others = {int(found[1]) for found in _NUMBER.finditer(text)} - tasks.keys()
    if others and turn.shows_widgets:
        query = select(Task.number, Task.title).where(
            Task.user_id == turn.person.id, col(Task.number).in_(others), col(Task.deleted_at).is_(None)
        )
        async with reading(turn.person.id) as session:
            tasks |= dict((await session.exec(query)).all())
    return annotations_of(text, {number: title for number, title in tasks.items() if title})


def annotations_of(text: str, tasks: Mapping[int, str]) -> list[Annotation]:
    """Return the annotations for these tasks; the index of each is the end of its mention."""
    ends: dict[int, int] = {}  # of each task's first mention: by its number, else by its title alone
    for found in _NUMBER.finditer(text):
        number = int(found[1])
        if number in tasks and number not in ends:
            ends[number] = _end_after_number(text, found.end(), tasks[number])
    for number, title in [*tasks.items()][:MENTIONS_MAX]:
        end = _end_of_title(text, title)
        if number not in ends and end is not None:
            ends[number] = end
    ordered = sorted(ends, key=ends.__getitem__)[:MENTIONS_MAX]
    return [Annotation(source=_source(number, tasks[number]), index=ends[number]) for number in ordered]


def _end_after_number(text: str, number_end: int, title: str) -> int:
    """Return the end of a mention such as "#7 Buy milk", which is that of "#7" if the title does not follow."""
    title_end = number_end + 1 + len(title)
    follows = text[number_end:title_end] == f" {title}" and not text[title_end : title_end + 1].isalnum()
    return title_end if follows else number_end


def _known_tasks(turn: TurnContext) -> dict[int, str]:
    """Return the titles of the tasks in the turn's results by number; "" for deleted ones."""
    known: dict[int, str] = {}
    for call in turn.workflow.calls.values():
        result: Mapping[str, Any] = call.result
        known |= {task["number"]: task["title"] for task in result.get("tasks") or ()}
        known |= dict(zip(result.get("numbers") or (), result.get("titles") or (), strict=False))
        if "task" in result:
            known[result["task"]["number"]] = "" if call.tool == "delete_task" else result["task"]["title"]
    return known


def _end_of_title(text: str, title: str) -> int | None:
    """Return where the title first ends in the text as words of its own; None if it does nowhere or is too short."""
    place = text.find(title) if len(title) >= TITLE_MIN_CHARACTERS else -1
    while place >= 0:
        end = place + len(title)
        before, after = text[max(place - 1, 0) : place], text[end : end + 1]  # "" at the ends of the text
        if not before.isalnum() and not after.isalnum():
            return end
        place = text.find(title, end)
    return None


def _source(number: int, title: str) -> EntitySource:
    return EntitySource(
        id=str(number),
        title=title,
        icon="check-circle",
        inline_label=f"#{number}",
        interactive=True,
        group=str(NAMED_GROUP),
        data={"number": str(number)},
    )
