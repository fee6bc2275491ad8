"""Opens the page, and shows changes made elsewhere: in another tab, by the assistant, over the API."""

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from datetime import date
from typing import Any

import reflex as rx

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.login_end import wait_for_login_end
from taskchat_app.domain.log import changes
from taskchat_app.domain.preferences import adopt_locale
from taskchat_app.domain.storage.database import DATABASE_AWAY, now
from taskchat_app.domain.storage.models import Change
from taskchat_app.i18n.date_style import date_style
from taskchat_app.reflex_patches.tab_states import STATES_AWAY, connected_socket, forget_address
from taskchat_app.runtime.broadcaster import until
from taskchat_app.ui.chat.quota_note import quota_note
from taskchat_app.ui.chat.state import ChatState
from taskchat_app.ui.chat.suggestions import SuggestionsState
from taskchat_app.ui.conversations.search import MessageSearchState
from taskchat_app.ui.conversations.state import ConversationsState
from taskchat_app.ui.core.error_messages import log_away
from taskchat_app.ui.core.session import EMBED, SETTINGS, current_user, redirect_to_login, signed_in, thread_id_in
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.reminders.state import RemindersState
from taskchat_app.ui.settings.list_sections import LIST_SECTIONS
from taskchat_app.ui.settings.state import SettingsState
from taskchat_app.ui.shell.page_paths import UNKNOWN_PATH
from taskchat_app.ui.task_detail.state import DetailState
from taskchat_app.ui.task_list_state.state import TasksState

log = logging.getLogger(__name__)

DATABASE_PAUSE_SECONDS = 2.0
TICK_SECONDS = 3.0
"""A closed tab is noticed within this."""


class LiveState(rx.State):
    """Opens the page and follows the user's changes."""

    opened: rx.Field[str] = rx.field("")
    """A new token, the path, and the ids of socket and account, each time the page has been opened.

    connection.js sends nothing before, and then starts `show_changes`: Reflex would cancel it with the next page if
    `open_page`, which is the page's on_load, started it.
    """
    _loaded_socket: str = ""
    """The id of the socket for which everything was loaded: a tab that reconnects has another one."""
    _followed_socket: str = ""
    """The id of the socket for which `show_changes` runs."""
    _path: str = ""
    _day: tuple[date, str] | None = None
    """The day and the zone in which the times of the page were written: without the date, if they are of that day."""
    _loaded_up_to: int = 0
    """The id of the newest change before everything was loaded: `show_changes` shows those after it."""

    @property
    def is_on_settings(self) -> bool:
        """Return whether the tab shows the settings page, with the conversation open behind it."""
        return self._path == SETTINGS

    @rx.event
    async def open_page(self) -> Any:
        """Load what the address names, or say that it names nothing."""
        path = self.router.url.path.rstrip("/") or "/"  # static hosts add a slash: /settings is a folder there
        thread_id = thread_id_in(path)
        if path not in ("/", SETTINGS, EMBED) and not thread_id:
            return rx.redirect(UNKNOWN_PATH, replace=True)
        return await self._open(path, thread_id)

    @signed_in
    async def _open(self, person: Person, path: str, thread_id: str) -> None:
        """Show the page at this path. Its conversation stays open behind the settings page."""
        socket = self.router.session.session_id
        if socket != self._loaded_socket:
            await self._load_all(person, path, thread_id)
        elif path != SETTINGS:
            await (await self.get_state(ChatState)).open(person, thread_id)
        (await self.get_state(TasksState)).restart_timer()
        await (await self.get_state(SuggestionsState)).load(person)
        await (await self.get_state(ConversationsState)).show_title()
        # Last of all: another page that the user opens meanwhile cancels this call, and must load everything itself.
        self._path, self._loaded_socket = path, socket
        self.opened = f"{uuid.uuid4().hex} {path} {socket} {person.id}"

    async def _load_all(self, person: Person, path: str, thread_id: str) -> None:
        """Load everything for a new socket; conversation, list and task stay open behind the settings page."""
        person = await adopt_locale(person, self.router.headers.accept_language)
        date_style.set(person.date_style)  # which may have been adopted just now
        self._loaded_up_to = await changes.last_change_id(person.id)  # before the reads, so that no change is missed
        day = _day_of(person)
        if day != self._day:
            await (await self.get_state(MessageSearchState)).renew(person)
            self._day = day
        chat, tasks = await self.get_state(ChatState), await self.get_state(TasksState)
        detail = await self.get_state(DetailState)
        if path == SETTINGS:
            await chat.reopen(person, chat.thread_id)
            await tasks.open(person, tasks.address)
            await detail.load(person)
        else:
            await chat.reopen(person, thread_id)
            await tasks.open(person, self.router.url.query)
            await detail.open_address(person, self.router.url.query)
        await (await self.get_state(ConversationsState)).load(person)
        (await self.get_state(SettingsState)).load(person)

    @rx.event
    async def begin_day(self) -> Any:
        """Read again what is shown with a time, unless the user's day and zone are still the same."""
        try:
            person = await current_user(self)
            if person is None:
                return redirect_to_login()
            day = _day_of(person)
            if day != self._day:
                await _show_times(self, person)
                self._day = day
        except DATABASE_AWAY as error:  # the list, which the same timer reads, says so
            log_away("A tab could not begin a day", error)
        return None

    @rx.event(background=True)
    async def show_changes(self) -> AsyncIterator[Any]:
        """Show every change on the page until the tab is closed or the login ends."""
        forget_address()
        async with self:
            person = await current_user(self)
            tab, socket, loaded_up_to = self.router.session.client_token, self._loaded_socket, self._loaded_up_to
            has_begun = self._followed_socket == socket  # by the page before, over the same socket
            if person is None or has_begun:
                return
            self._followed_socket = socket

        def is_connected() -> bool:  # False once the tab is closed, or has reconnected over another socket
            return connected_socket(tab) == socket

        login_end = asyncio.create_task(wait_for_login_end(person))
        try:
            async with aclosing(_show_changes(self, person, loaded_up_to, login_end, is_connected)) as events:
                async for event in events:
                    yield event
            if login_end.done():
                yield redirect_to_login()
        finally:
            login_end.cancel()


async def _show_changes(
    live: LiveState, person: Person, shown_up_to: int, login_end: asyncio.Task[None], is_connected: Callable[[], bool]
) -> AsyncGenerator[Any]:
    """Show the changes after `shown_up_to` until the tab is closed or the login ends; yield the events to send.

    After an outage of the database a batch of changes is shown again. After another error it is skipped, so that the
    page shows the later ones.
    """
    batch: Sequence[Change] = ()
    while is_connected() and not login_end.done():
        try:
            news = changes.follow_log(person.id, shown_up_to, tick=TICK_SECONDS)
            async with aclosing(until(news, login_end)) as batches:
                async for batch in batches:
                    if not is_connected():
                        return
                    if not batch:  # nothing has changed for TICK_SECONDS
                        continue
                    person, event = await _show(live, person, batch)
                    if event is not None:
                        yield event
                    shown_up_to = batch[-1].id
        except DATABASE_AWAY as error:
            log_away("A tab lost the database, trying again", error)
            await asyncio.sleep(DATABASE_PAUSE_SECONDS)
        except STATES_AWAY:
            raise  # the tab reconnects (event_errors.py)
        except Exception:
            log.exception("A tab could not show a change, skipping it")
            shown_up_to = batch[-1].id if batch else shown_up_to  # at worst the last batch that was shown
            await asyncio.sleep(DATABASE_PAUSE_SECONDS)


async def _show(live: LiveState, person: Person, batch: Sequence[Change]) -> tuple[Person, Any]:
    """Read again the data that the changes are about; return the user, who may have changed, and the event to send."""
    kinds = {change.kind for change in batch}
    async with live:
        chat = await live.get_state(ChatState)
        open_before = chat.thread_id
        if "person" in kinds:  # the zone or the language may be another one
            person = await current_user(live) or person
            await (await live.get_state(SettingsState)).renew(person)
            sections = LIST_SECTIONS if live.is_on_settings else ()
            for state in (TasksState, ConversationsState, SuggestionsState, *sections):
                await (await live.get_state(state)).load(person)
            await _show_times(live, person)
        if "task" in kinds:
            await _show_tasks(live, person, batch)
        if kinds & {"thread", "message", "turn"}:
            conversations = await live.get_state(ConversationsState)
            await conversations.load(person)
            await conversations.show_title()
        if any(change.kind == "turn" and change.action != "started" for change in batch):
            chat.quota_note = await quota_note(person)
        event = await _show_conversation(chat, person, batch)
        was_deleted = open_before and not chat.thread_id  # by these changes, or by later ones that are read already
        if not was_deleted:
            return person, event
        chat.show_failure(say(words.CONVERSATION_GONE))
        query = (await live.get_state(TasksState)).address
        return person, None if live.is_on_settings else rx.redirect(f"/{query}", replace=True)


async def _show_times(live: LiveState, person: Person) -> None:
    """Read again what shows times, except the list, which has a timer of its own."""
    await (await live.get_state(DetailState)).load(person)
    await (await live.get_state(MessageSearchState)).renew(person)
    (await live.get_state(RemindersState)).renew()
    await (await live.get_state(ChatState)).reload(person)


def _day_of(person: Person) -> tuple[date, str]:
    return now().astimezone(person.zone).date(), person.timezone


async def _show_tasks(live: LiveState, person: Person, batch: Sequence[Change]) -> None:
    of_tasks = [change for change in batch if change.kind == "task"]
    completed = frozenset(change.task_number or 0 for change in of_tasks if change.action == "completed")
    by_others = frozenset(change.task_number or 0 for change in of_tasks if change.actor != "person")
    tasks = await live.get_state(TasksState)
    tasks.mark_ticked(completed)
    await tasks.load(person, glowing=by_others)
    await (await live.get_state(DetailState)).load(person)
    (await live.get_state(RemindersState)).poll_if_affected(batch)
    await (await live.get_state(SuggestionsState)).load(person)


async def _show_conversation(chat: ChatState, person: Person, batch: Sequence[Change]) -> Any:
    """Show what the changes did to the open conversation; return the event to follow its turn if messages changed."""
    deleted = [change.thread_id for change in batch if change.kind == "thread" and change.action == "deleted"]
    if chat.thread_id in deleted:
        await chat.open(person, "")
    elif any(_changes_messages(change, chat) for change in batch):
        await chat.reload(person)
        return ChatState.follow_running
    elif any(_changes_receipts(change, chat) for change in batch):
        await chat.renew_receipts(person)
    return None


def _changes_messages(change: Change, chat: ChatState) -> bool:
    """Return whether the open conversation must be read again for this change."""
    if change.thread_id != chat.thread_id or change.kind not in ("message", "turn"):
        return False
    if not chat.follows(change.turn_id):
        return True
    # The tab follows the turn: its events show new parts, but neither its start nor changes of earlier parts.
    return change.action == "started" or chat.part(change.item_id) is not None


def _changes_receipts(change: Change, chat: ChatState) -> bool:
    """Return whether this change may alter the receipt, or a row, of a shown answer."""
    if change.kind != "task":
        return False
    return bool(change.undoes) or chat.has_answered(change.turn_id) or chat.offers_other_date_of(change.task_number)
