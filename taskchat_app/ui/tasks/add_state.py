"""State of the add line: preview chips and adding the task."""

import logging
from typing import Any

import reflex as rx

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.activity import list_activity
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import DATABASE_AWAY, now, transaction
from taskchat_app.domain.storage.errors import PersonError
from taskchat_app.domain.tasks import tasks
from taskchat_app.ui.core.element_ids import ADD_FIELD
from taskchat_app.ui.core.session import signed_in
from taskchat_app.ui.core.undo_state import UndoState
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.tasks.quick_add import Chip, ListContext, chips_of, draft_of
from taskchat_app.ui.tasks.state import TasksState

log = logging.getLogger(__name__)


class AddState(rx.State):
    """The chips of the typed sentence. `_removed_chips`: keys of removed chips, whose words stay in the title."""

    chips: rx.Field[list[Chip]] = rx.field(default_factory=list)

    _sentence: str = ""
    _removed_chips: frozenset[str] = frozenset()

    @rx.event
    @signed_in
    async def understand(self, person: Person, sentence: str) -> Any:
        """Show the chips that the add line would make of the sentence."""
        (await self.get_state(TasksState)).error = ""
        if not sentence.strip():
            self._removed_chips = frozenset()
        self._sentence = sentence
        self.chips = chips_of(sentence, await self._context(), zone=person.zone, now=now()) if sentence.strip() else []
        return None

    @rx.event
    async def keep(self, key: str) -> Any:
        """Remove a chip; its words stay in the title."""
        self._removed_chips |= {key}
        events = await self.understand(self._sentence)
        return events or rx.set_focus(ADD_FIELD)

    @rx.event
    @signed_in
    async def add(self, person: Person, form: dict[str, Any]) -> Any:
        sentence = str(form.get("task", "")).strip()
        if not sentence:
            return None
        shown = await self.get_state(TasksState)
        try:
            draft = draft_of(sentence, await self._context(), zone=person.zone, now=now())
            async with transaction(person.id) as session:
                task = await tasks.create_task(session, Cause(person.id, "person"), draft, zone=person.zone)
                [change] = (await list_activity(session, person.id, task=task.number, limit=1)).changes
        except PersonError as error:
            shown.error = say(error.detail)
            return rx.set_value(ADD_FIELD, sentence)
        except DATABASE_AWAY as error:
            log.warning("A task could not be added: %s", str(error).splitlines()[:1])
            shown.error = say(words.CHANGE_UNSURE)
            return rx.set_value(ADD_FIELD, sentence)
        self.chips, self._removed_chips, shown.error = [], frozenset(), ""
        await shown.refresh(person)
        if not shown.shows(task.number):
            notice = say(words.ADDED, number=task.number, title=task.title)
            (await self.get_state(UndoState)).tell(notice, change_ids=[change.id])
        return None

    async def _context(self) -> ListContext:
        """Return what the shown list implies for a task that is added to it."""
        filters = (await self.get_state(TasksState)).filters
        day = "today" if filters.view == "today" else ""
        return ListContext(due=day, tags=filters.tags, priority=filters.priority, removed_chips=self._removed_chips)
