"""The add line: what it understands as the person types, and the task that Enter makes of it."""

import logging
from typing import Any

import reflex as rx

from taskchat_app.domain import tasks
from taskchat_app.domain.activity import list_activity
from taskchat_app.domain.changes import Cause
from taskchat_app.domain.database import DATABASE_AWAY, now, transaction
from taskchat_app.domain.errors import PersonError
from taskchat_app.ui import words
from taskchat_app.ui.quick_add import Chip, Given, chips_of, draft_of
from taskchat_app.ui.signed_in import signed_in, to_login
from taskchat_app.ui.spoken import say_sentence
from taskchat_app.ui.tasks_state import TasksState
from taskchat_app.ui.undo_state import UndoState

log = logging.getLogger(__name__)

FIELD = "add-task"
"""The id of the line."""


class AddState(rx.State):
    """The sentence's chips, and those that the person took away: their words stay in the title."""

    chips: rx.Field[list[Chip]] = rx.field(default_factory=list)

    _sentence: str = ""
    _kept: frozenset[str] = frozenset()

    @rx.event
    async def understand(self, sentence: str) -> Any:
        """Show what the add line would make of the sentence."""
        person = await signed_in(self)
        if person is None:
            return to_login()
        (await self.get_state(TasksState)).error = ""
        if not sentence.strip():
            self._kept = frozenset()
        self._sentence = sentence
        self.chips = chips_of(sentence, await self._given(), zone=person.zone, now=now()) if sentence.strip() else []
        return None

    @rx.event
    async def keep(self, key: str) -> Any:
        """Take a chip away: what it was made of stays in the title."""
        self._kept |= {key}
        events = await self.understand(self._sentence)
        return events or rx.set_focus(FIELD)

    @rx.event
    async def add(self, form: dict[str, Any]) -> Any:
        person = await signed_in(self)
        if person is None:
            return to_login()
        sentence = str(form.get("task", "")).strip()
        if not sentence:
            return None
        shown = await self.get_state(TasksState)
        try:
            draft = draft_of(sentence, await self._given(), zone=person.zone, now=now())
            async with transaction(person.id) as session:
                task = await tasks.create_task(session, Cause(person.id, "person"), draft, zone=person.zone)
                [change] = (await list_activity(session, person.id, task=task.number, limit=1)).changes
        except PersonError as error:
            shown.error = say_sentence(error.detail)
            return rx.set_value(FIELD, sentence)
        except DATABASE_AWAY as error:
            log.warning("A task could not be added: %s", str(error).splitlines()[:1])
            shown.error = str(words.CHANGE_UNSURE)
            return rx.set_value(FIELD, sentence)
        self.chips, self._kept, shown.error = [], frozenset(), ""
        await shown.refresh(person)
        if not shown.shows(task.number):
            told = words.ADDED.format(number=task.number, title=task.title)
            (await self.get_state(UndoState)).tell(told, change_ids=[change.id])
        return None

    async def _given(self) -> Given:
        """What the list that is shown implies for a task that is added to it."""
        filters = (await self.get_state(TasksState)).filters
        day = "today" if filters.view == "today" else ""
        return Given(due=day, tags=filters.tags, priority=filters.priority, kept=self._kept)
