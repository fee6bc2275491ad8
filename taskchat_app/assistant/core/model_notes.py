"""Makes the notes that tell the model what came with a message or was clicked; takes them off for the offline rules.

A message as agent/history.py sends it has the user's own text, then a line for each note, in this order:

    Move them to Friday

    (About this passage: "We leave on Saturday.")

    (Data of the tags in this message: [{"text": "@Ada", "data": {"id": 7}}].)

    (The person has selected #3 and #5.)

    [attached: tickets.pdf]

A click on a card is a note of its own, after the turn that showed the card.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from taskchat_app.assistant.core.items import OWN_GROUPS
from taskchat_app.domain.activity.receipts import PARTS
from taskchat_app.domain.log.effective_changes import effective_changes
from taskchat_app.i18n.messages import Message

_Json = Mapping[str, Any]
TAG_DATA_MAX_CHARACTERS = 4_000
"""Characters of the data of other tags, as JSON, that the model receives with a message."""
_PASSAGE = "(About this passage: "
_DATA = "(Data of the tags in this message: "
_SELECTED = "(The person has selected "
_FILE = "[attached: "
_CLICK = "(After this answer the person "
UNDONE_CLICK = "clicked, and it was undone since"


def passage_note(passage: str) -> str:
    """Return the note of the passage that a message is about; as JSON, which stays one line."""
    return f"{_PASSAGE}{json.dumps(passage, ensure_ascii=False)})"


def data_note(tags: Iterable[_Json]) -> str:
    """Return the note of the data of other tags than taskchat's own; "" without any."""
    others = [
        {name: tag[name] for name in ("text", "group", "id", "data") if tag.get(name)}
        for tag in tags
        if tag.get("data") and tag.get("group") not in OWN_GROUPS
    ]
    return f"{_DATA}{json.dumps(others, ensure_ascii=False)[:TAG_DATA_MAX_CHARACTERS]}.)" if others else ""


def selection_note(numbers: Sequence[int]) -> str:
    return f"{_SELECTED}{listed(numbers)}.)" if numbers else ""


def files_note(names: Iterable[str]) -> str:
    """Return the notes that name the files of a message, a line for each; "" without any."""
    return "\n".join(f"{_FILE}{name}]" for name in names)


def without_notes(text: str) -> tuple[str, list[int]]:
    """Return the user's own text of a message with notes, and the numbers of its selected tasks."""
    text, file = _without_last_line(text, _FILE, "]")
    while file:
        text, file = _without_last_line(text, _FILE, "]")
    text, selection = _without_last_line(text, _SELECTED, ".)")
    text, _ = _without_last_line(text, _DATA, ".)")
    text, _ = _without_last_line(text, _PASSAGE, '")')
    return text, [int(digits) for digits in re.findall(r"\d+", selection)]


def _without_last_line(text: str, begin: str, end: str) -> tuple[str, str]:
    """Return the text without its last line, and that line, if it begins and ends so; else the text and ""."""
    before, _, last = text.rpartition("\n")
    is_note = last.startswith(begin) and last.endswith(end)
    return (before.rstrip(), last) if is_note else (text, "")


class ClickChange(NamedTuple):
    """A change that was made by a click on a card, or an undo."""

    id: int
    undoes: int | None
    action: str
    task_number: int | None
    is_click: bool


def clicks_note(changes: Sequence[_Json]) -> str:
    """Return the note "clicked: completed #3", or that all of it was undone; "" without clicks."""
    rows = [ClickChange(**change) for change in changes]
    effective = effective_changes(rows)
    clicks = [change for change in rows if change.is_click]
    numbers: dict[str, list[int]] = defaultdict(list)
    for change in clicks:
        if change.id in effective and change.action in PARTS and change.task_number:
            numbers[change.action].append(change.task_number)
    done: list[Message] = []
    for action, task_numbers in numbers.items():
        _, within_sentence = PARTS[action]
        done.append(within_sentence.with_values(tasks=listed(task_numbers)))
    if done:
        return click_note(f"clicked: {', '.join(done)}")
    return click_note(UNDONE_CLICK) if any(change.id not in effective for change in clicks) else ""


def decision_note(proposal: _Json) -> str:
    """Return the note of the user's decision about a proposal to delete tasks (see history.EarlierItem)."""
    if proposal["decision"] != "confirmed":
        return click_note("did not confirm, so none of the proposed tasks was deleted")
    if not proposal["numbers"]:
        return click_note("confirmed, and taskchat deleted nothing")
    deleted = [number for number in proposal["numbers"] if number not in proposal["restored"]]
    if not deleted:
        return click_note("confirmed, and the deletion was undone since")
    return click_note(f"confirmed, and taskchat deleted {listed(deleted)}")


def click_note(done: str) -> str:
    """Return the note of what the user did with a turn's card."""
    return f"{_CLICK}{done}.)"


def is_click_note(text: str) -> bool:
    return text.startswith(_CLICK)


def clicked_numbers(note: str) -> list[int]:
    """Return the tasks that a click note says were changed, each once."""
    return list(dict.fromkeys(int(number) for number in re.findall(r"#(\d+)", note)))


def listed(numbers: Sequence[int]) -> str:
    """Return the numbers as a list in words: "#3, #5 and #9"."""
    *first, last = [f"#{number}" for number in numbers]
    return f"{', '.join(first)} and {last}" if first else last
