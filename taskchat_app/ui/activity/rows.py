"""Reads changes as rows of the timeline, such as "Assistant changed #3 Buy milk, Due: none → tomorrow"; its state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from taskchat_app.assistant.threads.conversations import StartingMessage, starting_messages
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.activity import list_activity
from taskchat_app.domain.log.effective_changes import change_histories, effective_changes
from taskchat_app.domain.storage.database import now, reading
from taskchat_app.domain.storage.models import Change
from taskchat_app.domain.tasks.fields import AS_WORDS
from taskchat_app.domain.tasks.task_dates import DUE, START, reminder_choice
from taskchat_app.i18n.messages import Message
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.core.session import CONVERSATIONS, signed_in
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_moment, format_rule, format_short
from taskchat_app.ui.i18n.language import say

TEXT_SHOWN = 60
PAGE = 30
ROWS_MAX = 200
DATES = {"due_at": DUE, "start_at": START}


@dataclass(frozen=True)
class ChangeRow:
    """One change; `message` is the user's message that caused it."""

    id: int
    action: str
    who: str
    """Who did what: "Assistant changed"."""
    number: int
    title: str
    differences: tuple[str, ...]
    at: str
    message: str
    message_address: str
    stands: bool
    """Whether it is still in effect, that is, not undone."""


async def change_page(
    person: Person, *, task: int | None = None, cursor: str | None = None, limit: int
) -> tuple[list[ChangeRow], str | None]:
    """Return a page of changes, of all tasks or of one, newest first, and the cursor of the next page, if any."""
    effective: set[int] = set()
    async with reading(person.id) as session:
        page = await list_activity(session, person.id, task=task, cursor=cursor, limit=limit)
        if page.changes:
            numbers = {change.task_number or 0 for change in page.changes}
            oldest = min(change.id for change in page.changes)
            for history in (await change_histories(session, person.id, numbers, since=oldest)).values():
                effective.update(effective_changes(history))
    messages = await starting_messages(person.id, {change.turn_id for change in page.changes if change.turn_id})
    at = now()
    rows = [
        _row(change, messages.get(change.turn_id or ""), change.id in effective, person.zone, at)
        for change in page.changes
    ]
    return rows, page.next


def _row(change: Change, message: StartingMessage | None, stands: bool, zone: ZoneInfo, at: datetime) -> ChangeRow:
    snapshot = change.after or change.before or {}
    return ChangeRow(
        id=change.id,
        action=change.action,
        who=say(words.DID[change.action], who=_actor(change)),
        number=change.task_number or 0,
        title=str(snapshot.get("title") or say(words.ERASED_TASK)),
        differences=tuple(_differences(change, zone, at)),
        at=format_moment(change.at, zone, at),
        message=_shorten(message.text) if message else "",
        message_address=f"{CONVERSATIONS}{message.thread_id}" if message else "",
        stands=stands,
    )


def _actor(change: Change) -> Message | str:
    """Return who made the change; a program is named by its access token."""
    if change.token_name is None or change.actor == "repeat":
        return words.ACTORS[change.actor]
    if change.actor == "assistant":
        return words.ASSISTANT_WITH_TOKEN.with_values(name=change.token_name)
    return words.QUOTED.with_values(quoted=change.token_name)


def _differences(change: Change, zone: ZoneInfo, at: datetime) -> Sequence[str]:
    """Return the differences as texts ("Due: none → tomorrow"); none where the action says it all."""
    before, after = change.before, change.after
    if before is None or after is None:  # the task was added or deleted, or that was undone
        again = say(words.THERE_AGAIN if before is None else words.GONE_AGAIN)
        return [again] if change.action == "undone" else []
    if change.action in ("completed", "reopened"):
        return []
    texts = [
        say(
            words.DIFFERENCE,
            name=name,
            before=_value_in_words(field, before, zone, at),
            after=_value_in_words(field, after, zone, at),
        )
        for field, name in words.FIELDS.items()
        if _is_different(field, before, after)
    ]
    old, new = _reminder_in_words(before), _reminder_in_words(after)
    # A new date alone can change the reminder's default, and a choice that is stored can equal the default.
    if before.get("remind_before") != after.get("remind_before") and old != new:
        texts.append(say(words.DIFFERENCE, name=words.REMINDER, before=old, after=new))
    return texts


def _reminder_in_words(snapshot: dict[str, Any]) -> Message:
    """Return the reminder's choice; without a stored one, the default of the task's date."""
    return words.REMINDER_CHOICES[reminder_choice(DUE.of_snapshot(snapshot), snapshot.get("remind_before"))]


def _is_different(field: str, before: dict[str, Any], after: dict[str, Any]) -> bool:
    if field not in DATES:
        return before.get(field) != after.get(field)
    old, new = DATES[field].of_snapshot(before), DATES[field].of_snapshot(after)
    if old and new and old.day:  # a whole day is the same day, whatever the time zone was
        return old.day != new.day
    return old != new


def _value_in_words(field: str, snapshot: dict[str, Any], zone: ZoneInfo, at: datetime) -> str:
    value: Any = snapshot.get(field)
    if field == "completed_at":
        return say(words.STATE_DONE if value else words.STATE_OPEN)
    if field in DATES:
        date = DATES[field].of_snapshot(snapshot)
        return format_short(date, zone, at) if date else say(words.NONE)
    if not value:
        return say(words.NONE)
    if field == "recurrence":
        return format_rule(value)
    if field == "parent_number":
        return f"#{value}"
    if field in AS_WORDS:
        return say(AS_WORDS[field](value))
    return say(words.QUOTED, quoted=_shorten(value))


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= TEXT_SHOWN else f"{line[: TEXT_SHOWN - 1].rstrip()}…"


class ChangeRows(rx.State, mixin=True):
    """The shown changes, newest first: of all tasks, or of one."""

    rows: rx.Field[list[ChangeRow]] = rx.field(default_factory=list)
    has_more: rx.Field[bool] = rx.field(False)

    _next: str | None = None
    _task: int | None = None

    @internal
    async def read_changes(self, person: Person, task: int | None = None) -> None:
        """Read the newest changes, of all tasks or of one: as many as are shown of these already, a page at least."""
        length = len(self.rows) if task == self._task else 0
        self.rows, self._next = await change_page(person, task=task, limit=max(PAGE, min(length, ROWS_MAX)))
        self._task, self.has_more = task, self._next is not None

    @rx.event
    @signed_in
    async def load_more(self, person: Person) -> None:
        if self._next is None:
            return
        rows, self._next = await change_page(person, task=self._task, cursor=self._next, limit=PAGE)
        self.rows, self.has_more = [*self.rows, *rows], self._next is not None


class ActivityState(ChangeRows, rx.State):
    ready: rx.Field[bool] = rx.field(False)

    @internal
    async def load(self, person: Person) -> None:
        await self.read_changes(person)
        self.ready = True
