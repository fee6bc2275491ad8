"""Arguments of a tool call that cannot be read: what stands in their place, and the tool's refusal.

The model reads the refusal as the tool's result, and may call again; gemini/chunk_repairs.py allows it once in a turn.
"""

import json
from contextlib import suppress
from typing import Any

from taskchat_app.domain.storage.storable_values import is_json_object, storable, storable_text
from taskchat_app.i18n.messages import Message, gettext

ARGUMENTS_MAX_CHARACTERS = 50_000
"""Characters of the arguments of one call, several times what the largest call of a tool needs."""
KEPT_CHARACTERS = 2000
REFUSALS = {
    "unreadable": gettext("The arguments are no JSON object. Call again with a complete one."),
    "too_long": gettext(
        "The arguments have more than {count:#,##0} characters. Call again with fewer.", count=ARGUMENTS_MAX_CHARACTERS
    ),
}
"""By the only name in the object that replaces such arguments."""


def readable_arguments(raw: str) -> str:
    """Return a call's arguments unchanged if they are a JSON object, else an object with their beginning."""
    if len(raw) > ARGUMENTS_MAX_CHARACTERS:
        return _replacement("too_long", raw)
    if is_json_object(raw or "{}"):
        with suppress(RecursionError):  # the JSON parser accepts deeper nesting
            storable(json.loads(raw or "{}"))
            return raw
    return _replacement("unreadable", raw)


def refusal_of(arguments: dict[str, Any]) -> Message | None:
    """Return what the tool answers to these arguments if they replace unreadable ones, else None."""
    return next((refusal for name, refusal in REFUSALS.items() if arguments.keys() == {name}), None)


def was_refused(arguments: str) -> bool:
    """Return whether these arguments replace unreadable ones."""
    return refusal_of(json.loads(arguments or "{}")) is not None


def _replacement(name: str, raw: str) -> str:
    return json.dumps({name: storable_text(raw[:KEPT_CHARACTERS])}, ensure_ascii=False)
