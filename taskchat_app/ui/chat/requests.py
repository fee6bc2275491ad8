"""The page's messages and clicks as ChatKit requests, and the outcomes of its messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, cast

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

from taskchat_app.assistant.core.message_tags import DEFAULT_ORDER, ListOrder, order_tags, selection_tags
from taskchat_app.assistant.turns.retry import EDIT
from taskchat_app.domain.accounts.idempotency_keys import RequestKey, request_key
from taskchat_app.domain.tasks.queries import ORDERS
from taskchat_app.domain.tasks.sorted_pages import SORTS

T = TypeVar("T")


@dataclass(frozen=True)
class SentMessage:
    """A message from the browser: its key, this attempt, and whether its thread is open.

    `thread_id` is empty for a new conversation; `own`: written in this tab; `account`: the id of its user;
    `list_order`: how the list beside it was sorted.
    """

    account: str
    key: str
    attempt: str
    text: str
    thread_id: str
    here: bool
    own: bool
    selected: tuple[int, ...] = ()
    list_order: ListOrder = DEFAULT_ORDER
    files: tuple[str, ...] = ()
    """The ids of the attachments."""

    @classmethod
    def of(cls, data: dict[str, Any]) -> "SentMessage":
        """Read the browser's data leniently: a client may send anything over the socket."""
        texts = {name: str(data.get(name) or "") for name in ("account", "key", "attempt", "text", "thread_id")}
        sort, order = (str(data.get(name) or "") for name in ("sort", "order"))
        return cls(
            **texts,
            here=bool(data.get("here")),
            own=bool(data.get("own")),
            selected=_elements(data.get("selected"), int),
            list_order=ListOrder(sort if sort in SORTS else "", order if order in ORDERS else ""),
            files=_elements(data.get("files"), str),
        )


def _elements(value: object, kind: type[T]) -> tuple[T, ...]:
    """Return the elements of a list that are of this type."""
    return tuple(one for one in cast(list[Any], value) if type(one) is kind) if isinstance(value, list) else ()


@dataclass(frozen=True)
class SendOutcome:
    """The result of sending: stored in this thread, refused, or to be sent again (another answer, a restart)."""

    key: str
    attempt: str
    kind: Literal["stored", "refused", "retry"]
    thread_id: str = ""


def message(
    thread_id: str, text: str, selected: Sequence[int] = (), shown: ListOrder = DEFAULT_ORDER, files: Sequence[str] = ()
) -> ThreadsCreateReq | ThreadsAddUserMessageReq:
    """Return the request that sends a message about the selected tasks, beside a list that is shown in this order.

    An empty `thread_id` starts a conversation.
    """
    content = [UserMessageTextContent(text=text), *selection_tags(selected), *order_tags(shown)]
    user_message = UserMessageInput(content=content, attachments=[*files], inference_options=InferenceOptions())
    if thread_id:
        return ThreadsAddUserMessageReq(params=ThreadAddUserMessageParams(thread_id=thread_id, input=user_message))
    return ThreadsCreateReq(params=ThreadCreateParams(input=user_message))


def retry(thread_id: str, item_id: str) -> ThreadsRetryAfterItemReq:
    return ThreadsRetryAfterItemReq(params=ThreadRetryAfterItemParams(thread_id=thread_id, item_id=item_id))


def edit(thread_id: str, item_id: str, text: str) -> ThreadsCustomActionReq:
    """Return the request that replaces the text of the user's message and answers it again."""
    return click(thread_id, None, EDIT, {"item_id": item_id, "text": text})


def key_of(request: StreamingReq, key: str) -> RequestKey | None:
    """Return the idempotency key of a request; None if the browser sent no key."""
    return request_key(f"page-{key}", request.model_dump_json().encode()) if key else None


def click(thread_id: str, item_id: str | None, kind: str, payload: dict[str, Any]) -> ThreadsCustomActionReq:
    """Return the request of a custom action, such as a click on a card (the item)."""
    action = Action(type=kind, payload=payload)
    params = ThreadCustomActionParams(thread_id=thread_id, item_id=item_id, action=action)
    return ThreadsCustomActionReq(params=params)
