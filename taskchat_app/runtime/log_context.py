"""Ids of the current request, turn and user, which each line of the log contains."""

from collections.abc import Mapping
from contextvars import ContextVar

_NO_IDS: Mapping[str, str] = {}
_ids: ContextVar[Mapping[str, str]] = ContextVar("log_context", default=_NO_IDS)


def begin_request(request_id: str) -> None:
    """Forget the ids of an earlier request of this task, and set this one."""
    _ids.set({"request_id": request_id})


def add_ids(**ids: str) -> None:
    """Add `turn_id` or `person_id`, for this task and the tasks that it creates from now on."""
    _ids.set({**_ids.get(), **ids})


def current_ids() -> Mapping[str, str]:
    return _ids.get()
