"""Asks the gate of delete_task which tasks a message names, without a turn for each message."""

from collections.abc import Sequence
from dataclasses import replace

from chatkit.types import UserMessageTextContent

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.items import new_id
from taskchat_app.assistant.tools.deletion_consent import commands_deletion
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import reading, transaction
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.task_rows import create_tasks
from taskchat_app.domain.tasks.task_view import TaskView
from tests.chatting import ended_turn
from tests.standin import Standin, calls, text
from tests.standin.replies import ToolCall


async def added(person: Person, *drafts: TaskDraft) -> list[TaskView]:
    async with transaction(person.id) as session:
        return (await create_tasks(session, person.cause("api"), drafts, zone=person.zone)).tasks


async def turn_after(person: Person, gemini: Standin, *wanted: ToolCall) -> TurnContext:
    """Return the context of a turn in which the model made these calls."""
    gemini.script([*([calls(*wanted)] if wanted else []), text("Done.")])
    return (await ended_turn(person, "hello")).context


async def named_by(said: str, tasks: Sequence[TaskView], before: TurnContext) -> set[int]:
    """Return the tasks that delete_task deletes at once on these words, said after the turn `before`."""
    content = [UserMessageTextContent(text=said)]
    message = before.user_message.model_copy(update={"id": new_id("message"), "content": content})
    turn = replace(before, user_message=message)
    async with reading(turn.person.id) as session:
        return {task.number for task in tasks if await commands_deletion(session, turn, task)}
