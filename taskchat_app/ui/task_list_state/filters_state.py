"""Actions that change the list's filters and sort."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import reflex as rx

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import PersonError
from taskchat_app.domain.tasks.fields import PRIORITIES, Q_MAX_CHARACTERS, checked_bound
from taskchat_app.domain.tasks.sorted_pages import SORTS
from taskchat_app.ui.core.editing import refusal_of
from taskchat_app.ui.core.session import signed_in
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.task_list_state.filter_chips import BOUNDS, without, without_all
from taskchat_app.ui.task_list_state.list_address import VIEWS, TaskFilters, with_tag
from taskchat_app.ui.task_list_state.state import TasksState


class FiltersState(rx.State):
    """Changes the filters of TasksState; `is_open`: whether the filter panel is open."""

    is_open: rx.Field[bool] = rx.field(False)

    @rx.event
    def toggle(self) -> None:
        self.is_open = not self.is_open

    @rx.event
    def close(self) -> None:
        self.is_open = False

    @rx.event
    async def choose_view(self, view: str) -> Any:
        """Show another view, without filters."""
        if view not in VIEWS:
            return None
        return await (await self.get_state(TasksState)).show(TaskFilters(view=view))

    @rx.event
    async def search(self, text: str) -> Any:
        return await self._show(q=text[:Q_MAX_CHARACTERS])

    @rx.event
    async def toggle_tag(self, tag: str) -> Any:
        return await self._change(lambda filters: with_tag(filters, tag))

    @rx.event
    async def add_tag(self, tag: str) -> Any:
        return await self._change(lambda filters: with_tag(without(filters, "tag", tag), tag))

    @rx.event
    async def choose_priority(self, priority: str) -> Any:
        return await self._show(priority=priority) if priority in ("", *PRIORITIES) else None

    @rx.event
    @signed_in
    async def bound(self, person: Person, name: str, phrase: str) -> Any:
        """Set the lower or upper bound of due dates; "" removes it."""
        if name not in BOUNDS:
            return None
        shown = await self.get_state(TasksState)
        try:
            if phrase.strip():
                checked_bound(phrase, name, zone=person.zone, now=now())
        except PersonError as error:
            shown.error = say(error.detail)
            shown.refusal = refusal_of(name, phrase, shown.error)
            return None
        shown.error = ""
        return await self._show(**{name: phrase.strip()})

    @rx.event
    async def sort_by(self, sort: str) -> Any:
        """Sort by another field, in its default order."""
        return await self._show(sort=sort, order="") if sort in SORTS else None

    @rx.event
    async def turn_around(self) -> Any:
        shown = await self.get_state(TasksState)
        return await self._show(order="desc" if shown.order == "asc" else "asc")

    @rx.event
    async def remove(self, kind: str, value: str) -> Any:
        return await self._change(lambda filters: without(filters, kind, value))

    @rx.event
    async def clear(self) -> Any:
        return await self._change(without_all)

    async def _show(self, **changed: str) -> Any:
        return await self._change(lambda filters: replace(filters, **changed))  # pyright: ignore[reportArgumentType]  # only texts are given

    async def _change(self, change: Callable[[TaskFilters], TaskFilters]) -> Any:
        """Show the list with the changed filters, which are the user's own from then on."""
        shown = await self.get_state(TasksState)
        return await shown.show(change(replace(shown.filters, asked=False)))
