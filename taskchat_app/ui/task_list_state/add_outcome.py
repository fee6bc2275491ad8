"""A task sent by the add line, its outcome, and the notice about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from taskchat_app.domain.tasks.task_view import TaskView
from taskchat_app.i18n.messages import ngettext
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import say

AGE_MAX = timedelta(days=30)
"""A sentence that waited longer is read as if it had waited so long."""


@dataclass(frozen=True)
class SentTask:
    """A sentence from the add line: its key, this attempt, and how long ago it was typed.

    `query` is that of the page's address at that time, `removed` holds the keys of the removed chips, `account` is the
    id of its user.
    """

    account: str
    key: str
    attempt: str
    text: str
    query: str
    removed: frozenset[str]
    age: timedelta

    @classmethod
    def of(cls, data: dict[str, Any]) -> "SentTask":
        """Read the browser's data leniently: a client may send anything over the socket."""
        texts = {name: str(data.get(name) or "") for name in ("account", "key", "attempt", "text", "query")}
        removed = cast(list[Any], data["removed"]) if isinstance(data.get("removed"), list) else []
        age = data.get("age")
        waited = (
            timedelta(milliseconds=age)
            if type(age) is int and 0 <= age < AGE_MAX // timedelta(milliseconds=1)
            else AGE_MAX
        )
        return cls(**texts, removed=frozenset(str(key) for key in removed), age=waited)

    def typed_at(self, now: datetime) -> datetime:
        """Return the moment that words such as "tomorrow" refer to."""
        return now - self.age


@dataclass(frozen=True)
class AddOutcome:
    """The result of sending: stored, refused with the reason, or to be sent again later.

    `announcement` tells screen readers what was stored; empty if a notice does.
    """

    key: str
    attempt: str
    kind: Literal["stored", "refused", "retry"]
    problem: str = ""
    announcement: str = ""


def notice_of(added: Sequence[TaskView], *, is_filtered: bool) -> str:
    """Return the notice about several added tasks, or about one that the shown list does not contain: where it is."""
    if len(added) > 1:
        return say(ngettext("Added {count} task", "Added {count} tasks", len(added)))
    sentence = words.ADDED_TO_OPEN if is_filtered else words.ADDED
    return say(sentence, number=added[0].number, title=added[0].title)
