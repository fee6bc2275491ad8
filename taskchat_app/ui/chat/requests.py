"""Builds the page's ChatKit requests."""

from collections.abc import Sequence
from typing import Any

from chatkit.actions import Action
from chatkit.types import (
    InferenceOptions,
    StreamingReq,
    ThreadAddUserMessageParams,
    ThreadCreateParams,
    ThreadCustomActionParams,
    ThreadRetryAfterItemParams,
    ThreadsAddUserMessageReq,
    ThreadsCreateReq,
    ThreadsCustomActionReq,
    ThreadsRetryAfterItemReq,
    UserMessageInput,
    UserMessageTextContent,
)

from taskchat_app.assistant.core import message_tags
from taskchat_app.assistant.core.message_tags import DEFAULT_ORDER, ListOrder
from taskchat_app.domain.accounts.idempotency import RequestKey, request_key


def message(
    thread_id: str, text: str, selected: Sequence[int] = (), shown: ListOrder = DEFAULT_ORDER
) -> ThreadsCreateReq | ThreadsAddUserMessageReq:
    """Return the request that sends a message about the selected tasks, beside a list that is shown in this order.

    An empty `thread_id` starts a conversation.
    """
    content = [UserMessageTextContent(text=text), *message_tags.tags_of(selected), *message_tags.order_tags(shown)]
    user_message = UserMessageInput(content=content, attachments=[], inference_options=InferenceOptions())
    if thread_id:
        return ThreadsAddUserMessageReq(params=ThreadAddUserMessageParams(thread_id=thread_id, input=user_message))
    return ThreadsCreateReq(params=ThreadCreateParams(input=user_message))


def retry(thread_id: str, item_id: str) -> ThreadsRetryAfterItemReq:
    return ThreadsRetryAfterItemReq(params=ThreadRetryAfterItemParams(thread_id=thread_id, item_id=item_id))


def edit(thread_id: str, item_id: str, text: str) -> ThreadsCustomActionReq:
    """Return the request that replaces the text of the user's message and answers it again."""
    return _click(thread_id, None, "message.edit", {"item_id": item_id, "text": text})


def decision(thread_id: str, item_id: str, proposal_id: str, *, confirm: bool) -> ThreadsCustomActionReq:
    """Return the request of a click on a proposal's card."""
    kind = f"proposal.{'confirm' if confirm else 'cancel'}"
    return _click(thread_id, item_id, kind, {"proposal_id": proposal_id})


def pick(thread_id: str, item_id: str, number: int) -> ThreadsCustomActionReq:
    """Return the request of a click on a task of a choice."""
    return _click(thread_id, item_id, "choice.pick", {"choice_id": item_id, "number": number})


def key_of(request: StreamingReq, key: str) -> RequestKey | None:
    """Return the idempotency key of a request; None if the browser sent no key."""
    return request_key(f"page-{key}", request.model_dump_json().encode()) if key else None


def _click(thread_id: str, item_id: str | None, kind: str, payload: dict[str, Any]) -> ThreadsCustomActionReq:
    action = Action(type=kind, payload=payload)
    params = ThreadCustomActionParams(thread_id=thread_id, item_id=item_id, action=action)
    return ThreadsCustomActionReq(params=params)
