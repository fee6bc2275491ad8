"""Searches tasks and conversations for the command palette."""

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import reflex as rx

from taskchat_app.assistant.threads import conversations, message_search
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import DATABASE_AWAY, now, reading
from taskchat_app.domain.storage.errors import NotFound, PersonError
from taskchat_app.domain.tasks.fields import Q_MAX_CHARACTERS
from taskchat_app.domain.tasks.queries import find_tasks, get_task, soonest_tasks
from taskchat_app.domain.tasks.task_view import TaskView
from taskchat_app.ui.core.element_ids import ADD_FIELD, SEARCH_FIELD
from taskchat_app.ui.core.session import CONVERSATIONS, signed_in
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.task_detail.state import DetailState
from taskchat_app.ui.task_list_state.filters_state import FiltersState
from taskchat_app.ui.task_list_state.list_address import ACTIVITY, OPEN
from taskchat_app.ui.task_list_state.rows import TaskRow, row_of
from taskchat_app.ui.task_list_state.state import TasksState

TASKS_SHOWN = 6
CONVERSATIONS_SHOWN = 5
TASK_NUMBER = re.compile(r"#?([0-9]{1,9})")
MESSAGES_SEARCHED = 30
"""How many found messages are read to find conversations."""


@dataclass(frozen=True)
class FoundConversation:
    """A conversation; if its title does not match, `snippet` quotes a message, to which `fragment` ("#id") leads."""

    id: str
    path: str
    fragment: str
    title: str
    snippet: str


class PaletteState(rx.State):
    """The latest results; `results_token` is the token of their search."""

    results_token: rx.Field[str] = rx.field("")
    tasks: rx.Field[list[TaskRow]] = rx.field(default_factory=list)
    conversations: rx.Field[list[FoundConversation]] = rx.field(default_factory=list)
    error: rx.Field[str] = rx.field("")

    @rx.event
    @signed_in
    async def search(self, person: Person, typed: str, token: str) -> None:
        """Find tasks and conversations with these words; without words, the soonest tasks and latest conversations."""
        q = typed.strip()[:Q_MAX_CHARACTERS]
        self.error = ""
        try:
            self.tasks, self.conversations = await _tasks(person, q), await _conversations(person, q)
        except PersonError as error:
            self.tasks, self.conversations, self.error = [], [], say(error.detail)
        except DATABASE_AWAY:
            self.tasks, self.conversations, self.error = [], [], say(words.PALETTE_FAILED)
        self.results_token = token

    @rx.event
    async def reveal_field(self, field: str) -> Any:
        """Show a field of the list: close the open task, and leave the activity view."""
        if field not in (ADD_FIELD, SEARCH_FIELD):
            return None
        tasks = await self.get_state(TasksState)
        leave_activity = [FiltersState.choose_view(OPEN)] if tasks.filters.view == ACTIVITY else []
        return [DetailState.close, *leave_activity]


async def _tasks(person: Person, q: str) -> list[TaskRow]:
    """Return the task whose number was typed, then open tasks with the words, then done ones."""
    found: dict[int, TaskView] = {}
    async with reading(person.id) as session:
        if typed_number := TASK_NUMBER.fullmatch(q):
            number = int(typed_number[1])
            with suppress(NotFound):
                found[number] = await get_task(session, person.id, number)
        if q:
            more = await find_tasks(session, person.id, q, TASKS_SHOWN)
        else:
            more = await soonest_tasks(session, person.id, TASKS_SHOWN)
        found |= {task.number: task for task in more}
    return [row_of(task, person.zone, now()) for task in list(found.values())[:TASKS_SHOWN]]


async def _conversations(person: Person, q: str) -> list[FoundConversation]:
    """Return conversations with the words in the title, then those with the words in a message; each once."""
    if not q:
        page = await conversations.list_conversations(person.id, limit=CONVERSATIONS_SHOWN)
        return [_conversation(item.id, item.title) for item in page.items]
    matches = (await message_search.search_messages(person.id, q, limit=MESSAGES_SEARCHED)).matches
    by_thread: dict[str, FoundConversation] = {}
    matches_of_titles = [match for match in matches if match.item_id is None]
    for match in (*matches_of_titles, *matches):
        snippet = "".join(piece.text for piece in match.snippet) if match.item_id else ""
        by_thread.setdefault(match.thread_id, _conversation(match.thread_id, match.title, match.item_id or "", snippet))
    return list(by_thread.values())[:CONVERSATIONS_SHOWN]


def _conversation(thread_id: str, title: str | None, item_id: str = "", snippet: str = "") -> FoundConversation:
    fragment = f"#{item_id}" if item_id else ""
    return FoundConversation(
        thread_id, f"{CONVERSATIONS}{thread_id}", fragment, title or say(words.NEW_CONVERSATION), snippet
    )
