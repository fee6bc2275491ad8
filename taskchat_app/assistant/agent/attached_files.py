"""Gives the model the files of the message that it answers; later turns see their names only (history.py).

What is in a file is data: the texts are JSON strings, and no code reads a command or a consent from them.
"""

import base64
import json
from collections.abc import Sequence
from typing import Any, cast

from agents import TResponseInputItem

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.domain.attachments import attachments
from taskchat_app.domain.attachments.attachments import FileForModel

TEXT_MAX_CHARACTERS = 60_000
"""Of all files of a message, about 15,000 tokens."""
PICTURES_MAX_BYTES = 13_000_000
"""Of all pictures of a message: in Base64 17 MB, and Gemini takes requests of 20 MB."""
NO_TEXT = "No text can be read in it."
LEFT_OUT = "Left out: together the pictures are too large for one request."


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
