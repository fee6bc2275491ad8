"""A message sent by the browser, and its outcome."""

from dataclasses import dataclass
from typing import Any, Literal, cast

from taskchat_app.assistant.core.message_tags import DEFAULT_ORDER, ListOrder
from taskchat_app.domain.tasks.pagination import SORTS
from taskchat_app.domain.tasks.queries import ORDERS


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

    @classmethod
    def of(cls, data: dict[str, Any]) -> "SentMessage":
        """Read the browser's data leniently: a client may send anything over the socket."""
        texts = {name: str(data.get(name) or "") for name in ("account", "key", "attempt", "text", "thread_id")}
        selected = cast(list[Any], data["selected"]) if isinstance(data.get("selected"), list) else []
        numbers = tuple(number for number in selected if type(number) is int)
        sort, order = (str(data.get(name) or "") for name in ("sort", "order"))
        chosen = ListOrder(sort if sort in SORTS else "", order if order in ORDERS else "")
        return cls(**texts, here=bool(data.get("here")), own=bool(data.get("own")), selected=numbers, list_order=chosen)


@dataclass(frozen=True)
class SendOutcome:
    """The result of sending: stored in this thread, to be sent again (another answer, a restart), or refused."""

    key: str
    attempt: str
    kind: Literal["taken", "busy", "refused"]
    thread_id: str = ""
