"""Builds the model's input: the stored conversation within a budget, and the files of its last message.

Earlier files have their names only. What is in a file is data: the texts are JSON strings, and no code reads a command
or a consent from them.
"""

import base64
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, cast

from agents import TResponseInputItem
from chatkit.types import UserMessageItem

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.message_tags import data_note, files_note, note_of, numbers_in, words_in
from taskchat_app.assistant.core.thought_signatures import with_signature
from taskchat_app.domain.attachments import attachments
from taskchat_app.domain.attachments.attachments import FileForModel

_Row = dict[str, Any]
"""An item or a tool call as turn_storage.begin_turn reads it."""
BUDGET_CHARACTERS = 60_000
"""About 15,000 tokens at four characters each: enough for "mark it as done", cheap enough for each round."""
TEXT_MAX_CHARACTERS = 60_000
"""Of all files of a message, about 15,000 tokens."""
PICTURES_MAX_BYTES = 13_000_000
"""Of all pictures of a message: in Base64 17 MB, and Gemini takes requests of 20 MB."""
NO_TEXT = "No text can be read in it."
LEFT_OUT = "Left out: together the pictures are too large for one request."


def conversation_of(earlier: Sequence[_Row], message: UserMessageItem) -> list[TResponseInputItem]:
    """Return the conversation up to this message as the SDK's input items, oldest first.

    `earlier` holds what turn_storage.begin_turn read. Whole turns only: the oldest that does not fit in
    BUDGET_CHARACTERS is left out with everything before it.
    """
    turns = [*_split_into_turns(earlier), [{"type": "user_message", "body": message.model_dump(mode="json")}]]
    return _within_budget([_as_input(turn) for turn in turns])


def _split_into_turns(items: Iterable[_Row]) -> list[list[_Row]]:
    """Each turn begins with the person's message; what precedes the first one was cut off and is left out."""
    turns: list[list[_Row]] = []
    for item in items:
        if item["type"] == "user_message":
            turns.append([item])
        elif turns:
            turns[-1].append(item)
    return turns


def _as_input(turn: list[_Row]) -> list[Any]:
    items: list[Any] = []
    for item in turn:
        if item["type"] == "user_message":
            items.append(_user_input(item["body"]))
        elif item["type"] == "assistant_message":
            items.append({"role": "assistant", "content": _text(item["body"])})
        else:
            items.extend(_calls_as_input(item["calls"] or ()))
    return items


def _user_input(body: dict[str, Any]) -> Any:
    return {"role": "user", "content": _user_text(body)}


def _user_text(body: dict[str, Any]) -> str:
    quoted, selected = body.get("quoted_text"), numbers_in(body["content"])
    parts = [_text(body), f"(About this passage: {quoted})" if quoted else "", data_note(body["content"])]
    parts.append(note_of(selected) if selected else "")
    parts.append(files_note(file["name"] for file in body.get("attachments", ())))
    return "\n\n".join(part for part in parts if part)


def _text(body: dict[str, Any]) -> str:
    return words_in(body.get("content", []))


def _calls_as_input(executions: Iterable[_Row]) -> list[Any]:
    """Calls that the model made in one reply stay together, each followed by exactly one result."""
    rounds: dict[int, list[_Row]] = defaultdict(list)
    for execution in executions:
        rounds[execution["round"]].append(execution)
    items: list[Any] = []
    for together in rounds.values():
        for execution in together:
            call = {
                "type": "function_call",
                "call_id": execution["call_id"],
                "name": execution["tool"],
                "arguments": json.dumps(execution["arguments"], ensure_ascii=False),
            }
            items.append(with_signature(call, execution["signature"]))
        for execution in together:
            result = json.dumps(execution["result"], ensure_ascii=False)
            items.append({"type": "function_call_output", "call_id": execution["call_id"], "output": result})
    return items


def _within_budget(turns: list[list[Any]]) -> list[Any]:
    kept: list[list[Any]] = []
    left = BUDGET_CHARACTERS
    for turn in reversed(turns):
        left -= len(json.dumps(turn, ensure_ascii=False))
        if kept and left < 0:
            break
        kept.append(turn)
    return [item for turn in reversed(kept) for item in turn]


async def input_with_files(turn: TurnContext) -> list[TResponseInputItem]:
    """Return the conversation with the files of its last message, behind the user's own words."""
    ids = [file.id for file in turn.user_message.attachments]
    if not ids:
        return turn.conversation
    files = await attachments.files_for_model(turn.person.id, ids)
    last = cast("dict[str, Any]", turn.conversation[-1])
    parts = [{"type": "input_text", "text": last["content"]}, *_parts_of(files)]
    return [*turn.conversation[:-1], cast(TResponseInputItem, {**last, "content": parts})]


def _parts_of(files: Sequence[FileForModel]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    characters, pictures = TEXT_MAX_CHARACTERS, PICTURES_MAX_BYTES
    for file in files:
        if file.picture and len(file.picture) <= pictures:
            pictures -= len(file.picture)
            parts.append(_text_part({"attached_picture": file.name}))
            data = base64.b64encode(file.picture).decode()
            parts.append({"type": "input_image", "image_url": f"data:image/jpeg;base64,{data}"})
        elif file.picture:
            parts.append(_text_part({"attached_picture": file.name, "note": LEFT_OUT}))
        elif file.text.strip():
            parts.append(_text_part({"attached_file": file.name, "text": file.text[:characters]}))
            characters = max(0, characters - len(file.text))
        else:
            parts.append(_text_part({"attached_file": file.name, "note": NO_TEXT}))
    return parts


def _text_part(data: dict[str, str]) -> dict[str, Any]:
    return {"type": "input_text", "text": json.dumps(data, ensure_ascii=False)}
