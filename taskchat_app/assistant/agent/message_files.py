"""Adds the files of a turn's message to the model's input; earlier files have their names only.

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
"""Of all files of a message, about 15,000 tokens; each of ten files gets 6,000 characters or more."""
PICTURES_MAX_BYTES = 13_000_000
"""Of all pictures of a message: in Base64 17 MB, and Gemini takes requests of 20 MB."""
LEFT_OUT = "Left out: together the pictures are too large for one request."
CUT = "Cut: at least {count:,} more characters are left out."
"""At least: of a long file the text is stored up to a bound (picture_and_pdf_conversion.py)."""


async def message_with_files(turn: TurnContext) -> TResponseInputItem:
    """Return the turn's message: the user's own words, then its files."""
    ids = [file.id for file in turn.user_message.attachments]
    files = await attachments.files_for_model(turn.person.id, ids)
    last = cast("dict[str, Any]", turn.conversation[-1])
    parts = [{"type": "input_text", "text": last["content"]}, *_parts_of(files)]
    return cast(TResponseInputItem, {**last, "content": parts})


def _parts_of(files: Sequence[FileForModel]) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    picture_bytes_left = PICTURES_MAX_BYTES
    for file, characters in zip(files, _shares([len(file.text) for file in files]), strict=True):
        if file.picture and len(file.picture) <= picture_bytes_left:
            picture_bytes_left -= len(file.picture)
            parts.append(_text_part({"attached_picture": file.name}))
            data = base64.b64encode(file.picture).decode()
            parts.append({"type": "input_image", "image_url": f"data:image/jpeg;base64,{data}"})
        elif file.picture:
            parts.append(_text_part({"attached_picture": file.name, "note": LEFT_OUT}))
        elif file.text.strip():
            left_out = len(file.text) - characters
            note = {"note": CUT.format(count=left_out)} if left_out else {}
            parts.append(_text_part({"attached_file": file.name, "text": file.text[:characters], **note}))
        else:
            parts.append(_text_part({"attached_file": file.name, "note": "No text can be read in it."}))
    return parts


def _shares(lengths: Sequence[int]) -> list[int]:
    """Return how many characters of each text are sent: short ones whole, and of the others equally many."""
    shares = [0] * len(lengths)
    left = TEXT_MAX_CHARACTERS
    shortest_first = sorted(range(len(lengths)), key=lengths.__getitem__)
    for place, index in enumerate(shortest_first):
        shares[index] = min(lengths[index], left // (len(lengths) - place))
        left -= shares[index]
    return shares


def _text_part(data: dict[str, str]) -> dict[str, Any]:
    return {"type": "input_text", "text": json.dumps(data, ensure_ascii=False)}
