"""Makes ChatKit events: progress, notices and failures.

Each Message is set in a copy of its event: validation would turn it into plain English. Notices and failures are stored
as JSON and read back: a notice for a click that is sent again, a failure for a turn that is followed again.
"""

from typing import Any, Literal, TypedDict

from chatkit.icons import IconName
from chatkit.types import ErrorEvent, NoticeEvent, ProgressUpdateEvent

from taskchat_app.i18n.messages import Message, messages_in, with_messages


def progress_event(message: Message, icon: IconName = "clock") -> ProgressUpdateEvent:
    return ProgressUpdateEvent(icon=icon, text="").model_copy(update={"text": message})


class Failure(TypedDict):
    """An error as the user sees it and as it is stored with its turn."""

    message: str
    allow_retry: bool


def error_event(failure: Failure) -> ErrorEvent:
    event = ErrorEvent(code="custom", allow_retry=failure["allow_retry"])
    return event.model_copy(update={"message": failure["message"]})


def notice_event(
    message: Message, *, level: Literal["info", "warning"] = "warning", title: Message | None = None
) -> NoticeEvent:
    return NoticeEvent(level=level, message="").model_copy(update={"message": message, "title": title})


def encode_notice(notice: NoticeEvent) -> dict[str, Any]:
    """Return the notice as JSON, with its messages for other languages."""
    return {**notice.model_dump(mode="json"), "messages": messages_in(notice.model_dump())}


def decode_notice(stored: dict[str, Any]) -> NoticeEvent:
    given = with_messages(stored, stored.get("messages"))
    messages = {name: given.get(name) for name in ("message", "title")}
    return NoticeEvent.model_validate(stored).model_copy(update=messages)


def encode_failure(failure: Failure | None) -> dict[str, Any] | None:
    return {**failure, "messages": messages_in(failure)} if failure is not None else None


def decode_failure(stored: dict[str, Any]) -> Failure:
    message = with_messages(stored, stored.get("messages"))["message"]
    return Failure(message=message, allow_retry=stored["allow_retry"])
