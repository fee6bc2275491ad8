"""Actions on the selected tasks, and moving a task."""

from collections.abc import Awaitable, Callable
from typing import Any

import reflex as rx
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.storage.database import DATABASE_AWAY, transaction
from taskchat_app.domain.storage.errors import PersonError
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.edits import TaskEdit
from taskchat_app.domain.tasks.task_view import WriteResult
from taskchat_app.i18n.messages import Message
from taskchat_app.ui.core.editing import refusal_of
from taskchat_app.ui.core.error_messages import log_away
from taskchat_app.ui.core.session import signed_in
from taskchat_app.ui.core.undo_state import Toast, UndoState
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.task_list_state.row_state import due_edit, offering_parent, with_steps
from taskchat_app.ui.task_list_state.state import TasksState

DATE_OF_SELECTED = "due_at"
"""The editor of the date of the selected tasks, as EditRefusal names it."""
ABOUT_ONE = {
    words.COMPLETED_MANY: words.COMPLETED,
    words.DELETED_MANY: words.DELETED,
    words.CHANGED_MANY: words.CHANGED,
    words.MOVED: words.MOVED,
}
"""The sentence about a single changed task, by the sentence about several."""

Verb = Callable[[AsyncSession, Person, Cause], Awaitable[WriteResult]]


class BulkState(rx.State):
    """Actions on several tasks. The browser sends the selected numbers with each: only the browser knows them."""

    @rx.event
    async def complete(self, numbers: list[int]) -> Any:
        (await self.get_state(TasksState)).mark_ticked(frozenset(numbers))
        return await self._write(words.COMPLETED_MANY, lambda session, _, by: tasks.bulk_complete(session, by, numbers))

    @rx.event
    async def delete(self, numbers: list[int]) -> Any:
        return await self._write(words.DELETED_MANY, lambda session, _, by: tasks.bulk_delete(session, by, numbers))

    @rx.event
    async def date(self, numbers: list[int], phrase: str) -> Any:
        """Move all tasks to the date of the phrase; "" clears it."""
        return await self._edit(numbers, due_edit(phrase), phrase=phrase)

    @rx.event
    async def prioritize(self, numbers: list[int], priority: str) -> Any:
        return await self._edit(numbers, TaskEdit(priority=priority))

    @rx.event
    async def tag(self, numbers: list[int], form: dict[str, Any]) -> Any:
        tag = str(form.get("typed", "")).strip().removeprefix("#")
        return await self._edit(numbers, TaskEdit(add_tags=[tag])) if tag else None

    @rx.event
    async def move(self, number: int, above: int, below: int, is_step: bool) -> Any:
        """Move the task between the rows `above` and `below` it on the page (0: none), or a step within its task."""
        shown = await self.get_state(TasksState)
        # A list in descending order shows the last place first; steps always have their own order.
        is_reversed = shown.order == "desc" and not is_step
        previous, following = (below, above) if is_reversed else (above, below)
        after, before = previous or None, following or None
        return await self._write(
            words.MOVED, lambda session, _, by: tasks.move_task(session, by, number, after=after, before=before)
        )

    async def _edit(self, numbers: list[int], edit: TaskEdit, *, phrase: str | None = None) -> Any:
        return await self._write(
            words.CHANGED_MANY,
            lambda session, person, by: tasks.bulk_update(session, by, numbers, edit, zone=person.zone),
            phrase,
        )

    @signed_in
    async def _write(self, person: Person, sentence: Message, verb: Verb, phrase: str | None = None) -> None:
        """Change all tasks or none, and offer Undo; a refused `phrase` returns to the editor of the date."""
        undo, shown = await self.get_state(UndoState), await self.get_state(TasksState)
        try:
            async with transaction(person.id) as session:
                outcome = await verb(session, person, person.cause("person"))
                notice = Toast(_notice_text(sentence, outcome), tuple(outcome.changes))
                if sentence is words.COMPLETED_MANY:
                    notice = await offering_parent(session, person, notice, outcome)
        except PersonError as error:
            problem = say(error.detail)
        except DATABASE_AWAY as error:
            log_away("Several tasks could not be changed", error)
            problem = say(words.CHANGE_UNSURE)
        else:
            undo.show(notice)
            return await shown.refresh(person)
        undo.tell(problem, is_warning=True)
        if phrase is not None:
            shown.refusal = refusal_of(DATE_OF_SELECTED, phrase, problem)


def _notice_text(sentence: Message, outcome: WriteResult) -> str:
    """Return "Completed 3 tasks", or the sentence about the task if only one has changed."""
    if not outcome.changes:
        return say(words.NOTHING_TO_CHANGE)
    changed = outcome.changed_tasks
    if len(changed) != 1:
        return with_steps(sentence.with_values(count=len(changed)), outcome)
    [task] = changed
    return with_steps(ABOUT_ONE[sentence].with_values(number=task.number, title=task.title), outcome)
