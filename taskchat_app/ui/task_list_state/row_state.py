"""Actions on one task of the list: its checkbox, title, date, priority; delete, copy, restore."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import reflex as rx
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.tools.results import describe_copied_steps, describe_steps
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.dates.readings import place_of_reading
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.preferences import offered_meaning
from taskchat_app.domain.storage.database import DATABASE_AWAY, now, transaction
from taskchat_app.domain.storage.errors import PersonError
from taskchat_app.domain.tasks import tasks
from taskchat_app.domain.tasks.edits import TaskEdit
from taskchat_app.domain.tasks.queries import get_task
from taskchat_app.domain.tasks.task_view import WriteResult, finished_parents
from taskchat_app.i18n.messages import Message, joined
from taskchat_app.reflex_patches.internal_methods import internal
from taskchat_app.ui.core.editing import refusal_of
from taskchat_app.ui.core.session import current_user, redirect_to_login
from taskchat_app.ui.core.undo_state import Toast, UndoState
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.formatting import format_short, meaning_words
from taskchat_app.ui.i18n.language import say
from taskchat_app.ui.task_list_state.state import TasksState
from taskchat_app.ui.task_list_state.title_edit import retitle

Write = Callable[[AsyncSession, Person, Cause], Awaitable[object]]
"""Changes tasks; a Toast that it returns is shown."""


class RowState(rx.State):
    @rx.event
    async def tick(self, number: int, done: bool) -> Any:
        shown = await self.get_state(TasksState)

        async def write(session: AsyncSession, person: Person, by: Cause) -> Toast | None:
            outcome = await tasks.bulk_complete(session, by, [number], done)
            if not done:  # its row shows it; only steps that were reopened with it need a notice
                return _undo_notice(words.DONE_TO_TASK["reopened"], outcome) if outcome.steps else None
            shown.mark_ticked(frozenset({number, *outcome.steps}))
            notice = _undo_notice(words.COMPLETED, outcome)
            return await offering_parent(session, person, notice, outcome) if notice else None

        return await self._write(write)

    @rx.event
    async def rename(self, number: int, title: str) -> Any:
        if not title.strip():
            return None
        return await self._write(
            lambda session, person, by: retitle(session, by, number, title, zone=person.zone),
            editor=f"title {number}",
            text=title,
        )

    @rx.event
    async def date(self, number: int, phrase: str) -> Any:
        """Move the task to the date of the phrase; an empty one clears it."""
        return await self._change(number, due_edit(phrase), editor=f"due_at {number}", text=phrase)

    @rx.event
    async def take_reading(self, number: int, date: str) -> Any:
        """Give the task another date that its words could mean (dates/readings.py); `date` is local ISO text."""

        async def write(session: AsyncSession, person: Person, by: Cause) -> Toast | None:
            due = (await get_task(session, person.id, number)).due
            place = place_of_reading(due, date, person.zone) if due else 0  # 0 is refused
            outcome = await tasks.bulk_update(session, by, [number], TaskEdit(due_reading=place), zone=person.zone)
            taken = outcome.tasks[0].due
            if taken is None:  # the task has lost its date meanwhile
                return None
            notice = _undo_notice(words.NOW_DUE, outcome, date=format_short(taken, person.zone, now()))
            return await _offering_meaning(session, person, notice, taken) if notice else None

        return await self._write(write)

    @rx.event
    async def prioritize(self, number: int, priority: str) -> Any:
        return await self._change(number, TaskEdit(priority=priority))

    @rx.event
    async def delete(self, number: int) -> Any:
        async def write(session: AsyncSession, _: Person, by: Cause) -> Toast | None:
            return _undo_notice(words.DELETED, await tasks.bulk_delete(session, by, [number]))

        return await self._write(write)

    @internal
    async def duplicate(self, number: int) -> int:
        """Copy the task with its steps, and show a notice; return the number of the copy, 0 if that failed."""
        copy_number = 0

        async def write(session: AsyncSession, person: Person, by: Cause) -> Toast | None:
            nonlocal copy_number
            outcome = await tasks.copy_task(session, by, number, zone=person.zone)
            [task] = outcome.tasks
            copy_number = task.number
            added = words.ADDED.with_values(number=task.number, title=task.title)
            sentence = joined([added, *describe_copied_steps(len(outcome.steps))], ", ")
            return Toast(say(sentence), tuple(outcome.changes))

        await self._write(write)
        has_failed = (await self.get_state(TasksState)).error != ""  # also after the copy, if the list was not read
        return 0 if has_failed else copy_number

    @rx.event
    async def restore(self, number: int) -> Any:
        async def write(session: AsyncSession, _: Person, by: Cause) -> Toast | None:
            task = await tasks.restore_task(session, by, number)
            return Toast(say(words.RESTORED, number=number, title=task.title))

        return await self._write(write)

    async def _change(self, number: int, edit: TaskEdit, *, editor: str = "", text: str = "") -> Any:
        """Change the task; if that fails, return the text to its editor."""
        return await self._write(
            lambda session, person, by: tasks.update_task(session, by, number, edit, zone=person.zone),
            editor=editor,
            text=text,
        )

    async def _write(self, write: Write, *, editor: str = "", text: str = "") -> Any:
        """Change tasks in one transaction, then load the list; if that fails, return the text to its editor.

        The pane shows why. Rows show the user's input until the list is read: without a database, by the next read.
        """
        shown = await self.get_state(TasksState)
        shown.error = ""
        try:
            person = await current_user(self)
            if person is None:
                return redirect_to_login()
            shown.error = await self._write_or_refuse(person, write)
            await shown.load(person)
        except DATABASE_AWAY as error:
            shown.show_failure(error)
            shown.error = say(words.CHANGE_UNSURE)
        if shown.error and editor:
            shown.refusal = refusal_of(editor, text, shown.error)
        return None

    async def _write_or_refuse(self, person: Person, write: Write) -> str:
        """Change tasks and show the notice; return why the change was refused, "" if it was not."""
        try:
            async with transaction(person.id) as session:
                notice = await write(session, person, person.cause("person"))
        except PersonError as error:
            return say(error.detail)
        undo = await self.get_state(UndoState)
        if isinstance(notice, Toast):
            undo.show(notice)
        elif undo.toast.thread_id:  # Ctrl+Z must revert this change, and not the deletion of a conversation before it
            undo.toast = Toast()
        return ""


def due_edit(phrase: str) -> TaskEdit:
    return TaskEdit(due_at=phrase, moves=True) if phrase.strip() else TaskEdit(clear=["due_at"])


def _undo_notice(sentence: Message, outcome: WriteResult, **values: str) -> Toast | None:
    """Return the notice about the one changed task; None if nothing changed."""
    task = outcome.tasks[0]
    text = with_steps(sentence.with_values(number=task.number, title=task.title, **values), outcome)
    return Toast(text, tuple(outcome.changes)) if outcome.changes else None


def with_steps(sentence: Message, outcome: WriteResult) -> str:
    """Return the sentence with the number of steps that changed with their tasks: "Completed #3 Move, and 2 steps"."""
    return say(joined([sentence, *describe_steps(len(outcome.steps))], ", "))


async def _offering_meaning(session: AsyncSession, person: Person, notice: Toast, taken: Due) -> Toast:
    """Return the notice; if the user has chosen this meaning of words for several tasks, offer it as a setting."""
    meaning = await offered_meaning(session, person.id, taken.reading, person.zone)
    if not meaning:
        return notice
    offer = words.OFFER_MEANING.with_values(told=notice.text, meaning=meaning_words(meaning))
    return replace(notice, text=say(offer), meaning=meaning)


async def offering_parent(session: AsyncSession, person: Person, notice: Toast, outcome: WriteResult) -> Toast:
    """Return the notice; if the last step of a task was completed, it offers to complete the task too."""
    finished = await finished_parents(session, person.id, outcome.changed_tasks)
    if len(finished) != 1:
        return notice
    [(number, title)] = finished
    offer = words.OFFER_PARENT.with_values(told=notice.text, number=number, title=title)
    return replace(notice, text=say(offer), parent=number)
