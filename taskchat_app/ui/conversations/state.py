"""State of the list of conversations, and actions on them. Which are unread: assistant/threads/thread_rows.py."""

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.threads import conversations, thread_rows
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import DATABASE_AWAY, now
from taskchat_app.domain.storage.errors import NotFound, PersonError
from taskchat_app.reflex_patches.changed_vars import OnlyChanges
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.core.editing import Refusal, refusal_of
from taskchat_app.ui.core.session import CONVERSATIONS, signed_in, thread_id_in
from taskchat_app.ui.core.shared_reads import read_shared
from taskchat_app.ui.core.undo_state import Toast, UndoState
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_weekday_and_day
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.task_list_state.state import TasksState

PAGE = 30
DAYS_NAMED = 7
"""Days up to today that have a heading of their own."""
ROWS_AT_ONCE = 200
"""Conversations of one read, some 20 ms of the event loop."""


@dataclass(frozen=True)
class ConversationRow:
    id: str
    title: str
    heading: str = ""
    """The day above the first conversation of the day."""


class ConversationsState(OnlyChanges, rx.State):
    """The list of conversations; `unread` counts all unread ones, `unread_ids` are those in the list."""

    rows: rx.Field[list[ConversationRow]] = rx.field(default_factory=list)
    has_more: rx.Field[bool] = rx.field(False)
    ready: rx.Field[bool] = rx.field(False)
    is_failed: rx.Field[bool] = rx.field(False)
    """Whether the list could not be read."""
    error: rx.Field[str] = rx.field("")
    """Why the last change was refused."""
    email: rx.Field[str] = rx.field("")
    refusal: rx.Field[Refusal] = rx.field(default_factory=Refusal)
    unread: rx.Field[int] = rx.field(0)
    unread_ids: rx.Field[list[str]] = rx.field(default_factory=list)

    _deleted_open: str = ""
    """The id of the conversation that was open when this tab deleted it."""

    @internal
    async def load(self, person: Person, *, more: int = 0) -> None:
        """Read the list again, with `more` rows than are shown."""
        length = max(PAGE, len(self.rows) + more)
        self.email = person.email
        try:
            page = await read_shared(("conversations", person.id, length), lambda: _read(person.id, length))
        except DATABASE_AWAY:
            self.is_failed = True
            raise
        self.rows, self.has_more = _rows(page.items, person.zone), page.after is not None
        self.unread, self.unread_ids = page.unread, [item.id for item in page.items if item.is_unread]
        self.ready, self.is_failed = True, False

    @internal
    def title_of(self, thread_id: str) -> str:
        return next((row.title for row in self.rows if row.id == thread_id), "")

    @internal
    async def show_title(self) -> None:
        """Show the title of the open conversation above the chat; if it is not in the list, its title stays."""
        chat = await self.get_state(ChatState)
        chat.title = self.title_of(chat.thread_id) or chat.title

    @rx.event
    def dismiss_error(self) -> None:
        self.error = ""

    @rx.event
    @signed_in
    async def load_again(self, person: Person) -> None:
        with suppress(*DATABASE_AWAY):  # the pane shows it
            await self.load(person)

    @rx.event
    @signed_in
    async def load_more(self, person: Person) -> None:
        with suppress(*DATABASE_AWAY):  # the pane shows it
            await self.load(person, more=PAGE)

    @rx.event
    @signed_in
    async def rename(self, person: Person, thread_id: str, title: str) -> None:
        if not title.strip():
            return
        if not await self._write(person, lambda session, by: thread_rows.rename_thread(session, by, thread_id, title)):
            self.refusal = refusal_of(thread_id, title, self.error)
            return
        await self.show_title()

    @rx.event
    @signed_in
    async def delete(self, person: Person, thread_id: str) -> Any:
        """Delete a conversation, offer to restore it, and close it if it is open; its tasks stay."""
        notice = say(words.DELETED_CONVERSATION, title=self.title_of(thread_id))
        if not await self._write(person, lambda session, by: thread_rows.delete_thread(session, by, thread_id)):
            return None
        (await self.get_state(UndoState)).tell(notice, thread_id=thread_id)
        chat = await self.get_state(ChatState)
        addressed = thread_id_in(self.router.url.path)  # not open yet if it was restored just before
        if thread_id not in (chat.thread_id, addressed):
            return None
        self._deleted_open = thread_id
        await chat.open(person, "")
        return rx.redirect(f"/{await self._list_address()}")

    @rx.event
    @signed_in
    async def restore(self, person: Person, thread_id: str) -> Any:
        """Restore a deleted conversation, and open it again if it was open when it was deleted."""
        (await self.get_state(UndoState)).toast = Toast()
        if not await self._write(person, lambda session, by: thread_rows.restore_thread(session, by, thread_id)):
            return None
        was_open, self._deleted_open = self._deleted_open == thread_id, ""
        if was_open and not (await self.get_state(ChatState)).thread_id:
            return rx.redirect(f"{CONVERSATIONS}{thread_id}{await self._list_address()}")
        return None

    @rx.event
    @signed_in
    async def see(self, person: Person, thread_id: str) -> None:
        """Mark the open conversation as read: the user has seen its end."""
        chat = await self.get_state(ChatState)
        shown = chat.all()
        if chat.thread_id != thread_id or not shown:
            return
        with suppress(NotFound):  # deleted meanwhile
            await conversations.change_conversations(
                person.id, lambda session, by: thread_rows.mark_read(session, by, thread_id, shown[-1].turn_id)
            )
            await self.load(person)

    async def _write(self, person: Person, verb: Callable[[AsyncSession, Cause], Awaitable[object]]) -> bool:
        """Apply the change and update the list. Returns False if it was refused; the pane shows why."""
        problem = ""
        try:
            await conversations.change_conversations(person.id, verb)
        except PersonError as error:
            problem = say(error.detail)
        self.error = problem
        await self.load(person)
        return not problem

    async def _list_address(self) -> str:
        return (await self.get_state(TasksState)).address


async def _read(user_id: str, length: int) -> conversations.Conversations:
    """Return the newest conversations, read in pieces of ROWS_AT_ONCE."""
    page = await conversations.list_conversations(user_id, limit=min(length, ROWS_AT_ONCE))
    while page.after and len(page.items) < length:
        limit = min(length - len(page.items), ROWS_AT_ONCE)
        try:
            rest = await conversations.list_conversations(user_id, limit=limit, after=page.after)
        except NotFound:  # the last conversation of the piece was deleted meanwhile
            return await _read(user_id, length)
        read = {item.id for item in page.items}  # a conversation that was answered meanwhile is in two pieces
        items = [*page.items, *(item for item in rest.items if item.id not in read)]
        page = conversations.Conversations(items, rest.after, rest.unread)
    return page


def _rows(items: Iterable[conversations.ConversationView], zone: ZoneInfo) -> list[ConversationRow]:
    """Return the rows, each day's first one with its heading."""
    rows: list[ConversationRow] = []
    heading_above = ""
    for item in items:
        day = _day_of(item.updated_at, zone)
        heading = day if day != heading_above else ""
        rows.append(ConversationRow(item.id, item.title or say(words.NEW_CONVERSATION), heading))
        heading_above = day
    return rows


def _day_of(moment: datetime, zone: ZoneInfo) -> str:
    """Return "Today", "Yesterday", the weekday and day within the last week, or "Older"."""
    day, today = moment.astimezone(zone).date(), now().astimezone(zone).date()
    days = (day - today).days
    if days <= -DAYS_NAMED:
        return say(words.OLDER_CONVERSATIONS)
    return say(words.NEAR_DAYS[days]) if days in words.NEAR_DAYS else format_weekday_and_day(day, today)
