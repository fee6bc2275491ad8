"""The arguments of a tool call: what replaces those that cannot be read, and what the tool then answers."""

import json
from contextlib import suppress
from typing import Any

from taskchat_app.domain.storage.storable_values import is_json_object, storable, storable_text
from taskchat_app.i18n.messages import Message, gettext

Json = dict[str, Any]
ARGUMENTS_MAX_CHARACTERS = 50_000
"""Characters of the arguments of one call, several times what the largest call of a tool needs."""
KEPT_CHARACTERS = 2000
REFUSALS = {
    "unreadable": gettext("The arguments are no JSON object. Call again with a complete one."),
    "too_long": gettext(
        "The arguments have more than {count:#,##0} characters. Call again with fewer.", count=ARGUMENTS_MAX_CHARACTERS
    ),
}
"""A tool's answers to arguments that cannot be read, by the only name in the object that replaces such arguments. The
model reads the answer, and may call again; chunk_repairs.py allows it once in a turn."""


def readable_arguments(raw: str) -> str:
    """Return a call's arguments unchanged if they are a JSON object, else an object with their beginning."""
    reason = "unreadable"
    if len(raw) > ARGUMENTS_MAX_CHARACTERS:
        reason = "too_long"
    elif is_json_object(raw or "{}"):
        with suppress(RecursionError):  # the JSON parser accepts deeper nesting
            storable(json.loads(raw or "{}"))
            return raw
    return json.dumps({reason: storable_text(raw[:KEPT_CHARACTERS])}, ensure_ascii=False)


def refusal_of(arguments: Json) -> Message | None:
    """Return what the tool answers to these arguments if they replace unreadable ones, else None."""
    return next((refusal for name, refusal in REFUSALS.items() if arguments.keys() == {name}), None)


def was_refused(arguments: str) -> bool:
    """Return whether these arguments replace unreadable ones."""
    return refusal_of(json.loads(arguments or "{}")) is not None
