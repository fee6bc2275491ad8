"""The person's conversations, newest first."""

from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import reflex as rx

from taskchat_app.assistant import conversations
from taskchat_app.domain.accounts import Person
from taskchat_app.domain.errors import PersonError
from taskchat_app.ui import words
from taskchat_app.ui.chat_state import ChatState
from taskchat_app.ui.shared_reads import read_together
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
    renaming: rx.Field[str] = rx.field("")
    deleting: rx.Field[str] = rx.field("")

    _after: str | None = None

    async def load(self, person: Person) -> None:
        """Read the list again, as many rows as are shown."""
        length = max(PAGE, min(len(self.rows), MOST))
        page = await read_together(
            ("conversations", person.id, length), lambda: conversations.list_conversations(person.id, limit=length)
        )
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

    @rx.event
    def begin_rename(self, thread_id: str) -> None:
        self.renaming, self.deleting = thread_id, ""

    @rx.event
    def ask_to_delete(self, thread_id: str) -> None:
        """Show the question instead of the title; "" takes it away."""
        self.renaming, self.deleting = "", thread_id

    @rx.event
    async def rename(self, thread_id: str, title: str) -> Any:
        person = await signed_in(self)
        if person is None:
            return to_login()
        self.renaming = ""
        if title.strip():
            return await self._change(person, conversations.rename(person.id, thread_id, title))
        return None

    @rx.event
    async def delete(self, thread_id: str) -> Any:
        """Delete a conversation that was asked about, and leave it where it is the open one; its tasks stay."""
        person = await signed_in(self)
        if person is None:
            return to_login()
        if self.deleting != thread_id:
            return None
        self.deleting = ""
        is_open = (await self.get_state(ChatState)).thread_id == thread_id
        failed = await self._change(person, conversations.delete(person.id, thread_id))
        if is_open and failed is None:
            await (await self.get_state(ChatState)).open(person, "")
        return failed or (rx.redirect("/") if is_open else None)

    async def _change(self, person: Person, change: Coroutine[Any, Any, None]) -> Any:
        """Carry the change out and show it; what to do when it fails."""
        try:
            await change
        except PersonError as error:
            return ChatState.show_error(error.detail)
        await self.load(person)
        chat = await self.get_state(ChatState)
        chat.title = self.title_of(chat.thread_id) or chat.title
        return None


def _row(item: conversations.ConversationView) -> ConversationRow:
    return ConversationRow(item.id, item.title or words.UNTITLED)
