"""The page's clicks as ChatKit requests; state.py makes those of messages."""

from typing import Any

from chatkit.actions import Action
from chatkit.types import (
    ThreadCustomActionParams,
    ThreadRetryAfterItemParams,
    ThreadsCustomActionReq,
    ThreadsRetryAfterItemReq,
)

from taskchat_app.assistant.turns.retry import EDIT


def retry(thread_id: str, item_id: str) -> ThreadsRetryAfterItemReq:
    return ThreadsRetryAfterItemReq(params=ThreadRetryAfterItemParams(thread_id=thread_id, item_id=item_id))


def edit(thread_id: str, item_id: str, text: str) -> ThreadsCustomActionReq:
    """Return the request that replaces the text of the user's message and answers it again."""
    return click(thread_id, None, EDIT, {"item_id": item_id, "text": text})


def click(thread_id: str, item_id: str | None, kind: str, payload: dict[str, Any]) -> ThreadsCustomActionReq:
    """Return the request of a custom action, such as a click on a card (the item)."""
    action = Action(type=kind, payload=payload)
    params = ThreadCustomActionParams(thread_id=thread_id, item_id=item_id, action=action)
    return ThreadsCustomActionReq(params=params)
