"""State of the search over messages."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from taskchat_app.assistant.threads import conversations, message_search
from taskchat_app.assistant.threads.snippets import Piece
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import DATABASE_AWAY, now
from taskchat_app.domain.storage.errors import PersonError
from taskchat_app.domain.tasks.fields import Q_MAX_CHARACTERS
from taskchat_app.i18n.date_style import clock_text
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.core.session import CONVERSATIONS, current_user, redirect_to_login, signed_in
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_day
from taskchat_app.ui.i18n.language import say

PAGE = 20


@dataclass(frozen=True)
class FoundRow:
    """A found message, or a conversation found by its title."""

    key: str
    path: str
    fragment: str
    """The end of the address of a message, "#" and its id."""
    title: str
    by: str
    """Who wrote the message, "person" or "assistant"; "" for a conversation found by its title."""
    at: str
    pieces: tuple[Piece, ...]


class MessageSearchState(rx.State):
    """The search and its results; `q` is empty without a search, `searching` is true while one runs.

    `typed` is what stands in the field, also after a reload of the page.
    """

    typed: rx.Field[str] = rx.field("")
    q: rx.Field[str] = rx.field("")
    found: rx.Field[list[FoundRow]] = rx.field(default_factory=list)
    has_more: rx.Field[bool] = rx.field(False)
    searching: rx.Field[bool] = rx.field(False)
    error: rx.Field[str] = rx.field("")

    _next: str | None = None

    @rx.event
    async def search(self, q: str) -> AsyncIterator[Any]:
        """Show the messages that contain the words; without words, the list of conversations."""
        person = await current_user(self)
        if person is None:
            yield redirect_to_login()
            return
        self.typed, self.q, self.error = q, q.strip()[:Q_MAX_CHARACTERS], ""
        if not self.q:
            self.found, self.has_more, self._next = [], False, None
            return
        self.searching = True
        yield
        await self._read(person, None)
        self.searching = False

    @rx.event
    @signed_in
    async def load_more(self, person: Person) -> None:
        if self._next is not None:
            await self._read(person, self._next)

    @rx.event
    @signed_in
    async def reach(self, person: Person, thread_id: str, item_id: str) -> None:
        """Load the open conversation back to this message; does nothing for a message of another one."""
        chat = await self.get_state(ChatState)
        if chat.thread_id == thread_id and await conversations.has_item(person.id, thread_id, item_id):
            await chat.load_back(person, until=item_id)

    @internal
    async def renew(self, person: Person) -> None:
        """Read the results again, as many as are shown."""
        if self.q:
            await self._read(person, None, limit=max(PAGE, min(len(self.found), message_search.LIMIT_MAX)))

    async def _read(self, person: Person, cursor: str | None, *, limit: int = PAGE) -> None:
        try:
            page = await message_search.search_messages(person.id, self.q, limit=limit, cursor=cursor)
        except PersonError as error:
            self.error = say(error.detail)
        except DATABASE_AWAY:
            self.error = say(words.CONVERSATIONS_FAILED)
        else:
            rows = [_row(found, person.zone) for found in page.matches]
            self.found = rows if cursor is None else [*self.found, *rows]
            self._next, self.has_more, self.error = page.next, page.next is not None, ""


def _row(found: message_search.MessageMatch, zone: ZoneInfo) -> FoundRow:
    fragment = f"#{found.item_id}" if found.item_id else ""
    key = found.item_id or found.thread_id
    path = f"{CONVERSATIONS}{found.thread_id}"
    title = found.title or say(words.NEW_CONVERSATION)
    moment, today = found.at.astimezone(zone), now().astimezone(zone)
    at = clock_text(moment) if moment.date() == today.date() else format_day(moment, today)
    return FoundRow(key, path, fragment, title, found.by or "", at, tuple(found.snippet))
