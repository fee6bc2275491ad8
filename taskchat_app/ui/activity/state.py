"""State of the timeline of all changes."""

import reflex as rx

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.activity.rows import ChangeRow, change_page
from taskchat_app.ui.core.session import signed_in

PAGE = 30
ROWS_MAX = 200


class ActivityState(rx.State):
    """The shown changes, newest first."""

    rows: rx.Field[list[ChangeRow]] = rx.field(default_factory=list)
    has_more: rx.Field[bool] = rx.field(False)
    ready: rx.Field[bool] = rx.field(False)

    _next: str | None = None

    @internal
    async def load(self, person: Person) -> None:
        """Read the newest changes again, with as many rows as are shown."""
        page = await change_page(person, limit=max(PAGE, min(len(self.rows), ROWS_MAX)))
        self.rows, self._next, self.has_more, self.ready = page.rows, page.next, page.next is not None, True

    @rx.event
    @signed_in
    async def load_more(self, person: Person) -> None:
        if self._next is None:
            return
        page = await change_page(person, cursor=self._next, limit=PAGE)
        self.rows = [*self.rows, *page.rows]
        self._next, self.has_more = page.next, page.next is not None
