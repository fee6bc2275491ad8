"""The person's conversations, newest first."""

from dataclasses import dataclass
from typing import Any

import reflex as rx

from taskchat_app.assistant import conversations
from taskchat_app.domain.accounts import Person
from taskchat_app.ui import words
from taskchat_app.ui.signed_in import signed_in, to_login

PAGE = 30
MOST = 300


@dataclass(frozen=True)
class ConversationRow:
    id: str
    title: str


class ConversationsState(rx.State):
    """The list at the side, and whose it is."""

    rows: rx.Field[list[ConversationRow]] = rx.field(default_factory=list)
    has_more: rx.Field[bool] = rx.field(False)
    ready: rx.Field[bool] = rx.field(False)
    email: rx.Field[str] = rx.field("")

    _after: str | None = None

    async def load(self, person: Person) -> None:
        """Read the list again, as many rows as are shown."""
        length = max(PAGE, min(len(self.rows), MOST))
        page = await conversations.list_conversations(person.id, limit=length)
        self.rows = [_row(item) for item in page.items]
        self._after, self.has_more = page.after, page.after is not None
        self.email, self.ready = person.email, True

    def title_of(self, thread_id: str) -> str:
        """The conversation's title, as far as it is in the list."""
        return next((row.title for row in self.rows if row.id == thread_id), "")

    @rx.event
    async def load_more(self) -> Any:
        person = await signed_in(self)
        if person is None:
            return to_login()
        if self._after is None:
            return None
        page = await conversations.list_conversations(person.id, limit=PAGE, after=self._after)
        shown = {row.id for row in self.rows}
        self.rows = [*self.rows, *(_row(item) for item in page.items if item.id not in shown)]
        self._after, self.has_more = page.after, page.after is not None
        return None


def _row(item: conversations.ConversationView) -> ConversationRow:
    return ConversationRow(item.id, item.title or words.UNTITLED)
