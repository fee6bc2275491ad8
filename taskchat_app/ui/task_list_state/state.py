"""State of the task list."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import DATABASE_AWAY, now
from taskchat_app.domain.tasks.page_queries import ViewCounts
from taskchat_app.reflex_patches.changed_vars import OnlyChanges
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.activity.rows import ActivityState
from taskchat_app.ui.core.editing import Refusal
from taskchat_app.ui.core.error_messages import log_away
from taskchat_app.ui.core.session import current_user, redirect_to_login, signed_in
from taskchat_app.ui.core.shared_reads import read_shared
from taskchat_app.ui.task_list_state import filter_chips as chips
from taskchat_app.ui.task_list_state.list_address import ACTIVITY, TaskFilters, address_of, filters_at, sort_of
from taskchat_app.ui.task_list_state.list_patches import ListPatch, first_patch, patch_of, with_patch
from taskchat_app.ui.task_list_state.list_reading import ListReading, ListRequest, read_counts, read_list


@dataclass(frozen=True)
class ListTimer:
    """When the list must be read again: the moment, and the seconds from now, since a browser's clock may be wrong."""

    at: str = ""
    seconds: float = 0


class TasksState(OnlyChanges, rx.State):
    """The shown list. The browser (task_rows.js) keeps the rows and receives changes by `patches`.

    `length` rows of the list's `found` ones are shown. `wake` is when it must be read again.
    """

    filters: rx.Field[TaskFilters] = rx.field(default_factory=TaskFilters)
    address: rx.Field[str] = rx.field("")
    sort: rx.Field[str] = rx.field("created")
    order: rx.Field[str] = rx.field("desc")
    filter_chips: rx.Field[list[chips.FilterChip]] = rx.field(default_factory=list)
    bounds: rx.Field[dict[str, str]] = rx.field(default_factory=lambda: dict.fromkeys(chips.BOUNDS, ""))
    """The bounds of due dates in words."""
    tag_choices: rx.Field[list[chips.TagChoice]] = rx.field(default_factory=list)
    patches: rx.Field[list[ListPatch]] = rx.field(default_factory=list)
    length: rx.Field[int] = rx.field(0)
    found: rx.Field[int] = rx.field(0)
    counts: rx.Field[ViewCounts] = rx.field(default_factory=ViewCounts)
    wake: rx.Field[ListTimer] = rx.field(default_factory=ListTimer)
    has_more: rx.Field[bool] = rx.field(False)
    ready: rx.Field[bool] = rx.field(False)
    failure: rx.Field[str] = rx.field("")
    """A token of the last failed read; "" once the list is read."""
    error: rx.Field[str] = rx.field("")
    refusal: rx.Field[Refusal] = rx.field(default_factory=Refusal)
    lit: rx.Field[str] = rx.field("")
    """The row to highlight: its number and a token."""

    _shown: tuple[tuple[int, int], ...] = ()
    """The browser's rows in order: number and fingerprint of each (list_patches.Shown). Not a dict: Reflex wraps each
    access to one, slow for thousands of rows."""
    _last_patch: int = 0
    _ticked: frozenset[int] = frozenset()
    """The tasks that the next update shows as done for a moment if it removes them from the list."""
    _unfolded: frozenset[int] = frozenset()
    """The tasks whose steps are shown below them."""

    @internal
    async def open(self, person: Person, query: str) -> None:
        """Show the list of the address's query; if it is shown already, it keeps its length."""
        filters = filters_at(query, zone=person.zone, now=now())
        if filters != self.filters or not self.patches:
            self._set_filters(filters)
        await self.load(person)

    @internal
    def restart_timer(self) -> None:
        """Send the seconds until the list must be read again: a page that is opened begins to count them."""
        if self.wake.at:
            self._set_timer(datetime.fromisoformat(self.wake.at))

    @internal
    async def load(
        self, person: Person, glowing: frozenset[int] = frozenset(), *, seen: int = 0, reveal: int = 0
    ) -> None:
        """Read the shown part of the list again; the rows `glowing` are marked as changed.

        With `seen`, the id of the last patch that the browser has applied, add a page. With `reveal`, the number of a
        task, extend the list up to that task.
        """
        if self.filters.view == ACTIVITY:
            await (await self.get_state(ActivityState)).load(person)
            self._count(*await read_counts(person))
        else:
            wanted = ListRequest(
                has=dict(self._shown),
                has_more=self.has_more,
                next_page=seen > 0,
                reveal=reveal,
                ticked=self._ticked,
                glows=glowing,
                unfolded=self._unfolded,
            )
            read = partial(read_list, person, self.filters, wanted)
            self._show(await read_shared(("list", repr((person, self.filters, wanted))), read), seen, person.zone)
        self._ticked = frozenset()
        self.ready, self.failure = True, ""

    @internal
    async def refresh(self, person: Person, *, reveal: int = 0) -> None:
        """Load the list after a change; if the database is unavailable, show that, and the browser retries."""
        try:
            await self.load(person, reveal=reveal)
        except DATABASE_AWAY as error:
            self.show_failure(error)

    @internal
    async def show(self, filters: TaskFilters) -> Any:
        """Show the list with other filters. Returns an event handler's result."""
        self._set_filters(filters)
        return await self._reread()

    @internal
    def shows(self, number: int) -> bool:
        return any(number == shown for shown, _ in self._shown)

    @internal
    def unfold(self, numbers: set[int]) -> None:
        """Show the steps of these tasks below them from the next update on."""
        self._unfolded |= numbers

    @internal
    def highlight(self, number: int) -> None:
        """Scroll to the row of this task, and highlight it for a moment."""
        self.lit = f"{number} {uuid.uuid4().hex}"

    @internal
    def mark_ticked(self, numbers: frozenset[int]) -> None:
        self._ticked |= numbers

    @rx.event
    @signed_in
    async def apply_address(self, person: Person, query: str) -> Any:
        """Apply an address that the user opened by Back, Forward or a link."""
        filters = filters_at(query, zone=person.zone, now=now())
        return None if filters == self.filters else await self.show(filters)

    @rx.event
    async def show_open_tasks(self) -> Any:
        """Show the open tasks instead of a list that is shown for a question: it may hide a new task."""
        return await self.show(TaskFilters()) if self.filters.asked else None

    @rx.event
    async def load_more(self, seen: int) -> Any:
        return await self._reread(max(1, seen)) if self.has_more else None

    @rx.event
    async def fold(self, number: int) -> Any:
        """Show the steps of the task below it, or no longer."""
        self._unfolded ^= {number}
        return await self._reread()

    @rx.event
    async def resend(self) -> Any:
        """Send the whole list again, because the browser has missed a patch or reading failed."""
        self._set_filters(self.filters)
        return await self._reread()

    @rx.event
    async def pass_time(self) -> Any:
        """Update the list because a task has become due or a new day has begun."""
        return await self._reread()

    @rx.event
    def dismiss_error(self) -> None:
        self.error = ""

    async def _reread(self, seen: int = 0) -> Any:
        """Read the list; if the database is unavailable, show that with a retry button."""
        try:
            person = await current_user(self)
            if person is None:
                return redirect_to_login()
            await self.load(person, seen=seen)
        except DATABASE_AWAY as error:
            self.show_failure(error)
        return None

    @internal
    def show_failure(self, error: Exception) -> None:
        """Show that reading failed; the browser retries after a while."""
        log_away("The list could not be read", error)
        self.failure = uuid.uuid4().hex

    def _set_filters(self, filters: TaskFilters) -> None:
        self.filters, self.address = filters, address_of(filters)
        self.sort, self.order = sort_of(filters)
        self.patches, self._shown, self.has_more = [], (), False

    def _show(self, read: ListReading, seen: int, zone: ZoneInfo) -> None:
        """Add the patch with the differences, and update the vars beside the list."""
        shown = tuple(read.shown.items())
        if not self.patches:
            rows = [read.rows[number] for number in read.shown if number in read.rows]
            self.patches = [first_patch(rows, self._last_patch)]
        elif read.rows or shown != self._shown:
            patch = patch_of(self._last_patch, dict(self._shown), read.shown, read.rows, read.leaving)
            self.patches = with_patch(self.patches, patch, seen=seen)
        self._shown, self._last_patch = shown, self.patches[-1].id
        self.length, self.has_more, self.found = read.length, read.has_more, read.found
        today = now().astimezone(zone).date()
        self.filter_chips = chips.filter_chips(self.filters, today)
        self.bounds = chips.bounds_of(self.filters, today)
        self.tag_choices = chips.tag_choices(read.tags, self.filters)
        self._count(read.views, read.wakes_at)

    def _count(self, views: ViewCounts, wakes_at: datetime) -> None:
        self.counts = views
        if wakes_at.isoformat() != self.wake.at:  # else the browser's timer is running
            self._set_timer(wakes_at)

    def _set_timer(self, at: datetime) -> None:
        self.wake = ListTimer(at.isoformat(), max(1.0, (at - now()).total_seconds() + 1))
