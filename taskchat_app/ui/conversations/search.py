"""Search over messages: its state, the search field and the results."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from taskchat_app.assistant.threads import conversations, message_search
from taskchat_app.assistant.threads.message_search import Piece
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import DATABASE_AWAY, now
from taskchat_app.domain.storage.errors import PersonError
from taskchat_app.domain.tasks.fields import Q_MAX_CHARACTERS
from taskchat_app.i18n.date_style import clock_text
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.conversations.page_addresses import LIST_ADDRESS
from taskchat_app.ui.conversations.state import ConversationsState
from taskchat_app.ui.core.elements import button
from taskchat_app.ui.core.session import CONVERSATIONS, current_user, redirect_to_login, signed_in
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_day
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.task_list.components import SearchField

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


def message_search_field() -> rx.Component:
    return rx.el.div(
        rx.icon("search", size=14, class_name="add-icon"),
        SearchField.create(
            id="search-conversations",
            value=MessageSearchState.typed,
            class_name="conversation-search",
            placeholder=words.SEARCH_HINT,
            read_only=~ConversationsState.ready,
            custom_attrs={"aria-label": words.SEARCH_CONVERSATIONS, "autoComplete": "off"},
            on_search=MessageSearchState.search,
        ),
        class_name="conversation-search-line",
    )


def found_messages(on_close: rx.Var[Any]) -> rx.Component:
    has_found, is_searching = MessageSearchState.found.length() > 0, MessageSearchState.searching
    error = MessageSearchState.error
    skeleton = rx.el.div(*(rx.el.div(class_name="skeleton skeleton-found") for _ in range(3)), aria_hidden="true")
    nothing = rx.el.p(words.NOTHING_SAID, class_name="side-note", role="status")
    return rx.fragment(
        rx.cond(error != "", rx.el.p(error, class_name="side-note", role="alert")),
        rx.cond(has_found, _results(on_close)),
        rx.cond(~has_found & is_searching, skeleton),
        rx.cond(~has_found & ~is_searching & (error == ""), nothing),
    )


def _results(on_close: rx.Var[Any]) -> rx.Component:
    return rx.el.ul(
        rx.foreach(MessageSearchState.found, lambda row: _found(row, on_close)),
        rx.cond(
            MessageSearchState.has_more,
            rx.el.li(button(words.MORE, "button quiet more-conversations", MessageSearchState.load_more)),
        ),
        role="list",
        aria_label=words.FOUND_MESSAGES,
        aria_busy=MessageSearchState.searching,
    )


def _found(row: FoundRow, on_close: rx.Var[Any]) -> rx.Component:
    is_message = row.by != ""
    return rx.el.li(
        rx.el.a(
            rx.el.span(
                rx.el.span(
                    rx.cond(is_message, row.title, rx.foreach(row.pieces, _piece)), class_name="found-title", dir="auto"
                ),
                rx.el.span(row.at, class_name="found-time"),
                class_name="found-head",
            ),
            rx.cond(
                is_message,
                rx.el.span(
                    rx.el.span(rx.cond(row.by == "person", words.YOU, words.ASSISTANT), class_name="found-by"),
                    rx.el.bdi(rx.foreach(row.pieces, _piece)),
                    class_name="found-text",
                ),
            ),
            href=row.path + LIST_ADDRESS + row.fragment,
            class_name="found",
            on_click=on_close,
        ),
        key=row.key,
    )


def _piece(piece: Piece) -> rx.Component:
    return rx.cond(piece.match, rx.el.mark(piece.text), rx.el.span(piece.text))
