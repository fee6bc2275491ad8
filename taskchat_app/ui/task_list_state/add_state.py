"""State of the add line: preview chips and adding the task."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, cast

import reflex as rx

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.idempotency_keys import request_key, store_response, stored_response
from taskchat_app.domain.preferences import set_preferences
from taskchat_app.domain.storage.database import DATABASE_AWAY, now, transaction
from taskchat_app.domain.storage.errors import PersonError
from taskchat_app.domain.storage.user_lock import lock_user
from taskchat_app.domain.tasks import task_rows
from taskchat_app.domain.tasks.queries import select_tasks
from taskchat_app.domain.tasks.task_view import TaskView
from taskchat_app.i18n.messages import ngettext
from taskchat_app.ui.core.element_ids import ADD_FIELD
from taskchat_app.ui.core.error_messages import log_away
from taskchat_app.ui.core.session import signed_in
from taskchat_app.ui.core.undo_state import UndoState
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.task_list_state.add_line_parser import ORDER, Chip, DateQuestion, ListContext
from taskchat_app.ui.task_list_state.list_address import TaskFilters, filters_at
from taskchat_app.ui.task_list_state.pasted_lines import drafts_of, text_chips
from taskchat_app.ui.task_list_state.state import TasksState

OUTCOMES_MAX = 8
"""How many outcomes are kept: several may arrive before the browser has handled the first."""
REMOVED_MAX = 30
"""How many removed chips are kept: more than the tags, the date and the priority of one task."""
AGE_MAX = timedelta(days=30)
"""A sentence that waited longer is read as if it had waited so long."""


@dataclass(frozen=True)
class SentTask:
    """A sentence of the add line, as the browser sends it: under its `key`, with another `attempt` each time."""

    account: str
    """The id of the user who typed it."""
    key: str
    attempt: str
    text: str
    query: str
    """Of the page's address when it was typed: the list that was shown."""
    removed: frozenset[str]
    """The keys of the removed chips."""
    age: timedelta
    """How long it has waited in the browser."""

    @classmethod
    def of(cls, data: dict[str, Any]) -> "SentTask":
        """Read the browser's data leniently: a client may send anything over the socket."""
        texts = {name: str(data.get(name) or "") for name in ("account", "key", "attempt", "text", "query")}
        removed = cast(list[Any], data["removed"]) if isinstance(data.get("removed"), list) else []
        age: Any = data.get("age")
        is_milliseconds = type(age) is int and 0 <= age < AGE_MAX // timedelta(milliseconds=1)
        waited = timedelta(milliseconds=age) if is_milliseconds else AGE_MAX
        return cls(**texts, removed=frozenset(map(str, removed)), age=waited)


@dataclass(frozen=True)
class AddOutcome:
    """The result of sending: stored, refused with a `problem`, or to be sent again later ("retry")."""

    key: str
    attempt: str
    kind: Literal["stored", "refused", "retry"]
    problem: str = ""
    announcement: str = ""
    """What screen readers say of a stored task; empty if a notice says it."""


def notice_of(added: Sequence[TaskView], *, is_filtered: bool) -> str:
    """Return the notice about several added tasks, or about one that the shown list does not contain."""
    if len(added) > 1:
        return say(ngettext("Added {count} task", "Added {count} tasks", len(added)))
    sentence = words.ADDED_TO_OPEN if is_filtered else words.ADDED
    return say(sentence, number=added[0].number, title=added[0].title)


class AddState(rx.State):
    """The chips of the typed sentence; `removed_chips` are the keys of removed ones, whose words stay in the title."""

    chips: rx.Field[list[Chip]] = rx.field(default_factory=list)
    removed_chips: rx.Field[list[str]] = rx.field(default_factory=list)
    outcomes: rx.Field[list[AddOutcome]] = rx.field(default_factory=list)

    _sentence: str = ""

    @rx.event
    @signed_in
    async def understand(self, person: Person, sentence: str) -> None:
        (await self.get_state(TasksState)).error = ""
        self._sentence = sentence
        if sentence.strip():
            self.chips = text_chips(sentence, await self._context(), zone=person.zone, now=now())
        else:
            self.chips, self.removed_chips = [], []

    @rx.event
    @signed_in
    async def remove_chip(self, person: Person, key: str) -> Any:
        """Remove a chip, so that its words stay in the title; one that asks for the order of dates stores the order."""
        if any(chip.key == key for chip in self.chips):
            if key.startswith(ORDER):
                await set_preferences(person, date_order=key.removeprefix(ORDER))
            else:
                self.removed_chips = [*self.removed_chips, key][-REMOVED_MAX:]
            await self.understand(self._sentence)
        return rx.set_focus(ADD_FIELD)

    @rx.event
    @signed_in
    async def add(self, person: Person, told: dict[str, Any]) -> Any:
        """Add the browser's task, once for its key, and report the outcome."""
        sent = SentTask.of(told)
        if person.id != sent.account:  # another user has signed in, and the page does not know it yet
            return self._report(sent, "retry")
        shown = await self.get_state(TasksState)
        try:
            added, change_ids = await _create_once(person, sent)
        except PersonError as error:
            shown.error = say(error.detail)
            if isinstance(error, DateQuestion):
                self._sentence = sent.text
                self.chips = text_chips(sent.text, await self._context(), zone=person.zone, now=now())
            return self._report(sent, "refused", shown.error)
        except DATABASE_AWAY as error:
            log_away("A task could not be added yet", error)
            return self._report(sent, "retry")
        return await self._tell_added(shown, person, sent, added, change_ids)

    async def _tell_added(
        self, shown: TasksState, person: Person, sent: SentTask, added: Sequence[TaskView], change_ids: list[int]
    ) -> None:
        """Show the added tasks. A notice reports them; one whose row is shown is only announced to screen readers."""
        shown.error = ""
        shown.unfold({task.parent_number for task in added if task.parent_number})
        task = added[-1]
        is_shown = await _show_added(shown, person, task.number)
        if len(added) == 1 and is_shown:
            announcement = say(words.ADDED, number=task.number, title=task.title)
            return self._report(sent, "stored", announcement=announcement)
        notice = notice_of(added, is_filtered=shown.filters != TaskFilters())
        (await self.get_state(UndoState)).tell(notice, change_ids=change_ids)
        return self._report(sent, "stored")

    def _report(
        self, sent: SentTask, kind: Literal["stored", "refused", "retry"], problem: str = "", announcement: str = ""
    ) -> None:
        outcome = AddOutcome(sent.key, sent.attempt, kind, problem, announcement)
        self.outcomes = [*self.outcomes, outcome][-OUTCOMES_MAX:]

    async def _context(self) -> ListContext:
        """Return what the shown list implies for a task that is added to it."""
        return _context_of((await self.get_state(TasksState)).filters, frozenset(self.removed_chips))


def _context_of(filters: TaskFilters, removed: frozenset[str]) -> ListContext:
    if filters.asked:  # a task does not belong to the question that was asked before
        return ListContext(removed_chips=removed)
    day = "today" if filters.view == "today" else ""
    return ListContext(due=day, tags=filters.tags, priority=filters.priority, removed_chips=removed)


async def _create_once(person: Person, sent: SentTask) -> tuple[list[TaskView], list[int]]:
    """Create the tasks, or find those of an earlier attempt. Return them and the ids of their changes, for Undo."""
    at = now() - sent.age  # when it was typed: "tomorrow" is the day after that
    context = _context_of(filters_at(sent.query, zone=person.zone, now=at), sent.removed)
    drafts, above = await drafts_of(sent.text, context, zone=person.zone, now=at)
    key = request_key(f"page-add-{sent.key}", sent.text.encode(), sent.query.encode())
    async with transaction(person.id) as session:
        await lock_user(session, person.id)
        stored = await stored_response(session, person.id, key)
        if stored is not None and stored.body is not None:
            return await select_tasks(session, person.id, stored.body["numbers"]), stored.body["changes"]
        added = await task_rows.create_tasks(session, person.cause("person"), drafts, zone=person.zone, above=above)
        await store_response(session, person.id, key, body={"numbers": added.changed, "changes": added.changes})
        return added.tasks, added.changes


async def _show_added(shown: TasksState, person: Person, number: int) -> bool:
    """Read the list again, if need be with the page of this task; mark the task, and return whether it is shown."""
    if shown.filters.asked:
        await shown.show_open_tasks()
    else:
        await shown.refresh(person)
    if not shown.shows(number):
        await shown.refresh(person, reveal=number)
    is_shown = shown.shows(number)
    if is_shown:
        shown.highlight(number)
    return is_shown
