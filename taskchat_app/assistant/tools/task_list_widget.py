"""Shows the tasks that an answer lists as a ChatKit ListView, where each can be completed and reopened.

Only ChatKit clients get it: our own page has its own list. A click replaces the whole view by what is true then.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from chatkit.types import ThreadItemDoneEvent, WidgetItem
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core import widgets
from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.items import new_id
from taskchat_app.assistant.core.tool_call_workflow import ToolCall
from taskchat_app.assistant.offline.plan_parts import MAX_CALLS, UNSHOWN_PREFIX
from taskchat_app.assistant.offline.task_lines import task_words
from taskchat_app.assistant.threads import store
from taskchat_app.assistant.tools.results import task_data
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import Task, ThreadItem
from taskchat_app.domain.tasks.queries import tasks_where
from taskchat_app.domain.tasks.task_view import view_of
from taskchat_app.i18n.messages import gettext, joined, with_messages

TASK_LIST_KEY = "task-list"
"""The key of the widget's root, by which the page leaves it out."""
ACTION = "task.complete"
LINES_MAX = 50
LINES_SHOWN = 10
"""Lines that the widget shows before its "Show more"."""


async def show(turn: TurnContext) -> None:
    """Publish the last list of a turn that only listed tasks, for a ChatKit client."""
    calls = [call for call in turn.workflow.calls.values() if call.status == "done"]
    if not turn.shows_widgets or any(call.tool != "list_tasks" for call in calls):
        return
    listed = [call for call in calls if call.result.get("tasks") and not _is_lookup(turn, call)]
    if not listed:
        return
    tasks: Sequence[Mapping[str, Any]] = listed[-1].result["tasks"][:LINES_MAX]
    shown = _shown(tasks, listed[-1].title)
    item = WidgetItem(id=new_id("widget"), thread_id=turn.thread_id, created_at=now(), widget=shown["widget"])
    await turn.publish(ThreadItemDoneEvent(item=item.model_copy(update=shown)))


def _is_lookup(turn: TurnContext, call: ToolCall) -> bool:
    """Return whether the offline assistant made this call to choose from its tasks: the answer shows some or none.

    It chooses from as many as a call can have (MAX_CALLS). With fewer it searches for the words that it lists.
    """
    return turn.follows_rules and (call.arguments.get("limit") == MAX_CALLS or call.call_id.startswith(UNSHOWN_PREFIX))


async def refreshed(session: AsyncSession, person: Person, row: ThreadItem) -> WidgetItem | None:
    """Return the view with its tasks as they are now, without those that are gone; None for another item."""
    item = store.as_item(row)
    if not isinstance(item, WidgetItem) or row.body["widget"].get("key") != TASK_LIST_KEY:
        return None
    numbers = [int(line["key"]) for line in row.body["widget"]["children"]]
    query = tasks_where(person.id, [col(Task.number).in_(numbers), col(Task.deleted_at).is_(None)])
    found = {task.number: view_of(task, now()) for task in (await session.exec(query)).all()}
    tasks = [task_data(found[number], person.zone) for number in numbers if number in found]
    status = with_messages(row.body["widget"], row.body.get("messages"))["status"]["text"]
    return item.model_copy(update=_shown(tasks, status))


def _shown(tasks: Sequence[Mapping[str, Any]], status: str) -> dict[str, Any]:
    copied = joined((task_words({**task}) for task in tasks), "\n")
    view = widgets.list_view(TASK_LIST_KEY, status, [*map(_line, tasks)], limit=LINES_SHOWN)
    return {"widget": view, "copy_text": copied}


def _line(task: Mapping[str, Any]) -> widgets.Part:
    done = bool(task["done"])
    label, icon = (gettext("Reopen"), "reload") if done else (gettext("Done"), "check")
    payload = {"number": task["number"], "completed": not done}
    button = widgets.button(label, ACTION, payload, iconStart=icon, variant="outline")
    return widgets.button_line(task["number"], [widgets.text(task_words({**task}), lineThrough=done)], button)
