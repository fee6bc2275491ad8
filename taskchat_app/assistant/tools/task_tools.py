"""The tools: each a function that runs it with the arguments of tool_arguments.py.

With `turn.follows_rules` the offline rules call them, not a model. Rules take dates only from the user's words, and
_set_reminder reads the reminder from these too.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.items import DEFAULT_ORDER
from taskchat_app.assistant.core.tool_call_workflow import ToolCall
from taskchat_app.assistant.threads import store
from taskchat_app.assistant.tools import deletion_consent, deletion_proposals, plans, results
from taskchat_app.assistant.tools.execution import Tool, ToolResult
from taskchat_app.assistant.tools.reminders import ReminderNote, apply_reminder_request
from taskchat_app.assistant.tools.tool_arguments import (
    BulkCompleteTasks,
    BulkDeleteTasks,
    CompleteTask,
    CreateTask,
    DeleteTask,
    ListTasks,
    ProposePlan,
    UpdateTask,
)
from taskchat_app.domain.dates.date_mentions import find_dues
from taskchat_app.domain.dates.due_dates import parse_due
from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.dates.readings import as_said
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.reminders.reminders import reminder_of
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Invalid, NotFound
from taskchat_app.domain.tasks import queries, task_rows, tasks
from taskchat_app.domain.tasks.fields import PRIORITIES
from taskchat_app.domain.tasks.queries import LIMIT_MAX, TaskPage, TaskQuery
from taskchat_app.domain.tasks.steps import finished_parents
from taskchat_app.domain.tasks.task_view import NO_STEPS, TaskView, WriteResult
from taskchat_app.i18n.messages import Message, gettext, joined, ngettext

_LATEST = datetime.max.replace(tzinfo=UTC)
_NUMBERED = re.compile(r"#(?P<number>\d{1,9})")


async def create_task(session: AsyncSession, turn: TurnContext, call: CreateTask) -> ToolResult:
    """Add a task, or copy one; adds nothing if an earlier reply of this turn made the same call."""
    if earlier := _already_added(turn, call):
        return results.already_added_result(earlier.result)
    due, zone = _due_as_said(turn, call.due_date), turn.person.zone
    added = await add(session, turn.cause(), call, due, zone)
    [task] = added.tasks
    reminder_note = await _set_reminder(session, turn, task, is_described=task.due is not None)
    facts = [*results.describe_fields(task), *results.describe_copied_steps(len(added.steps))]
    return results.task_result(results.ADDED, task, turn, facts=facts, reminder=reminder_note.sentence)


async def add(session: AsyncSession, by: Cause, call: CreateTask, due: str | Due | None, zone: ZoneInfo) -> WriteResult:
    """Create the task of the call, or copy the one that it names, due then."""
    if call.copy_of is not None:
        return await tasks.copy_task(session, by, call.copy_of, due_at=due, title=call.title, zone=zone)
    return await task_rows.create_tasks(session, by, [replace(call.draft(), due_at=due)], zone=zone)


def _due_as_said(turn: TurnContext, text: str | None, current: Due | None = None) -> Due | None:
    """Return the date of a call. Its `reading` has the words of the user's message that mean it, and their other dates.

    "Pay rent on 3/5": a call with "3/5" or "2026-05-03" gets the words "3/5" and both their dates. A model may choose
    another date than the words say (see as_said). `current` is the task's date so far.
    """
    if text is None:
        return None
    at, zone = now(), turn.person.zone
    due = parse_due(text, zone=zone, now=at, current=current)
    if due.reading and due.reading["words"].casefold() in turn.command.casefold():  # the call has the user's words
        return due
    said = find_dues(turn.command, zone=zone, now=at, current=current)
    return as_said(due, said, chosen=not turn.follows_rules, zone=zone, now=at)


def _already_added(turn: TurnContext, call: CreateTask) -> ToolCall | None:
    """Return the identical call of an earlier reply in this turn: models repeat calls whose results they have."""
    for earlier in turn.workflow.calls.values():
        has_added = earlier.tool == "create_task" and earlier.status == "done" and earlier.round < turn.round
        if has_added and CreateTask.model_validate(earlier.arguments) == call:
            return earlier
    return None


async def list_tasks(session: AsyncSession, turn: TurnContext, call: ListTasks) -> ToolResult:
    """Find tasks, in the order of the call, else in the order in which the page shows them; reads only."""
    has_order = "sort" in call.model_fields_set
    if numbered := await numbered_task(session, turn.person.id, call.search):
        page = numbered
    elif has_order:
        page = await _page_in_its_order(session, turn, call)
    else:
        page = await _page_as_shown(session, turn, call)
    return results.list_result(page, turn, DEFAULT_ORDER if has_order else turn.list_order)


async def _page_in_its_order(session: AsyncSession, turn: TurnContext, call: ListTasks) -> TaskPage:
    order = "desc" if call.sort == "priority" else "asc"
    page = await queries.list_tasks(session, turn.person.id, call.query(turn.person, sort=call.sort, order=order))
    if call.sort != "due":
        return page
    # Tasks of one day without a time are due at the same moment; those of a page go by priority then.
    ordered = sorted(page.tasks, key=lambda task: (task.due_at or _LATEST, -PRIORITIES[task.priority]))
    return replace(page, tasks=ordered)


async def _page_as_shown(session: AsyncSession, turn: TurnContext, call: ListTasks) -> TaskPage:
    """Return the tasks in the order that the person has chosen for the page's list, else in its default."""
    default, chosen = _default_sort(call), turn.list_order
    sort = chosen.sort or default
    order = chosen.order or ("desc" if sort in ("priority", "created") else "asc")
    # The offline assistant searches all done tasks: of more than a call can have, it gets those that were done last.
    is_any_date = not (call.due_before or call.due_after)
    looks_up_done = call.status == "done" and is_any_date and call.limit == LIMIT_MAX
    query = call.query(turn.person, sort=sort, order=order, newest_done=looks_up_done)
    return await queries.list_tasks(session, turn.person.id, query)


def _default_sort(call: ListTasks) -> str:
    if call.status == "later":
        return "start"
    return "due" if call.status == "open" or call.due_before or call.due_after else "created"


async def numbered_task(session: AsyncSession, user_id: str, search: str | None) -> TaskPage | None:
    """Return the task that the search names by its number, such as #7, or an empty page; None for other searches."""
    numbered = _NUMBERED.fullmatch(search.strip()) if search else None
    if numbered is None:
        return None
    try:
        found = [await queries.get_task(session, user_id, int(numbered["number"]))]
    except NotFound:
        found = []
    return TaskPage(found, None, await queries.count_tasks(session))


async def update_task(session: AsyncSession, turn: TurnContext, call: UpdateTask) -> ToolResult:
    before = await queries.get_task(session, turn.person.id, call.task_id)
    edit = replace(call.edit(), due_at=_due_as_said(turn, call.due_date, before.due))
    task = await tasks.update_task(session, turn.cause(), call.task_id, edit, zone=turn.person.zone)
    is_described = call.reminder is not None or task.due != before.due
    reminder_note = await _set_reminder(session, turn, task, is_described=is_described)
    if replace(task, reminder=before.reminder, updated_at=before.updated_at) != before:
        done = results.CHANGED
    elif task.reminder != before.reminder or reminder_note.changed:
        done = results.CHANGED_REMINDER
    else:
        done = results.NOTHING_TO_CHANGE
    facts = results.describe_fields(task, before)
    return results.task_result(done, task, turn, facts=facts, reminder=reminder_note.sentence)


async def complete_task(session: AsyncSession, turn: TurnContext, call: CompleteTask) -> ToolResult:
    done = await tasks.bulk_complete(session, turn.cause(), [call.task_id], completed=call.completed)
    facts = results.describe_steps(len(done.steps))
    if not call.completed:
        title = results.REOPENED if done.changed else results.ALREADY_OPEN
        return results.task_result(title, done.tasks[0], turn, facts=facts)
    title = results.COMPLETED if done.changed else results.ALREADY_DONE
    result = results.task_result(title, done.tasks[0], turn, done.next, facts=facts)
    return replace(result, message=joined([result.message, *await _finished(session, turn, done)]))


async def _finished(session: AsyncSession, turn: TurnContext, done: WriteResult) -> list[Message]:
    """Return an offer to complete each task whose last step was completed; the person decides."""
    offer = gettext("All steps of #{number} {title} are done. “Complete {number}” completes it too.")
    finished = await finished_parents(session, turn.person.id, done.changed_tasks)
    return [offer.with_values(number=number, title=title) for number, title in finished]


async def delete_task(session: AsyncSession, turn: TurnContext, call: DeleteTask) -> ToolResult:
    """Delete the task if the person's own message names it; otherwise, or with its steps, it joins the proposal."""
    task = await queries.get_task(session, turn.person.id, call.task_id)
    if task.steps == NO_STEPS and await deletion_consent.commands_deletion(session, turn, task):
        await tasks.delete_task(session, turn.cause(), task.number)
        return results.task_result(results.DELETED, task, turn)
    added, card = await deletion_proposals.propose_in_turn(session, turn, [task.number])
    title = gettext("Chose {task} to delete", task=results.task_label(task))
    return results.proposal_result([task], added, card, title)


async def bulk_complete_tasks(session: AsyncSession, turn: TurnContext, call: BulkCompleteTasks) -> ToolResult:
    if not call.task_ids and not call.all_open:
        raise Invalid(gettext("Name the tasks with task_ids, or set all_open to true for every open task."))
    which = call.task_ids or TaskQuery(status="open")
    done = await tasks.bulk_complete(session, turn.cause(), which)
    changed = done.changed_tasks
    names = ", ".join(map(results.task_label, changed))
    completed = results.COMPLETED.with_values(task=names)
    message = gettext("No open task was left to complete.")
    if changed:
        with_steps = joined([completed, *results.describe_steps(len(done.steps))], ", ", end=".")
        following = results.describe_next_tasks(done.next, turn)
        message = joined([with_steps, *following, *await _finished(session, turn, done)])
    title = completed if len(changed) == 1 else gettext("Completed {count} tasks", count=len(changed))
    data = {"numbers": [task.number for task in changed], "titles": [task.title for task in changed]}
    return ToolResult(title, message, data)


async def bulk_delete_tasks(session: AsyncSession, turn: TurnContext, call: BulkDeleteTasks) -> ToolResult:
    """Propose to delete several tasks. Always asks, even if the user named them all: it is the only bulk deletion."""
    if not call.task_ids and call.status is None:
        raise Invalid(gettext("Name the tasks with task_ids, or give a status: done, open or all."))
    which = call.task_ids or TaskQuery(status=call.status or "all")
    found = await queries.select_tasks(session, turn.person.id, which)
    if not found:
        return ToolResult(gettext("No such tasks"), gettext("There is no such task to delete."), {"numbers": []})
    added, card = await deletion_proposals.propose_in_turn(session, turn, [task.number for task in found])
    title = ngettext("Chose {count} task to delete", "Chose {count} tasks to delete", len(found))
    return results.proposal_result(found, added, card, title)


async def propose_plan(session: AsyncSession, turn: TurnContext, call: ProposePlan) -> ToolResult:
    """Show lines that the person may edit and add; no task is made."""
    lines: list[plans.PlanLine] = []
    for place, line in enumerate(call.lines, 1):  # the key of a line is its place
        parent_key = None if line.parent is None else str(line.parent + 1)
        lines.append(plans.PlanLine(str(place), line.title, line.due_date, parent_key))
    row = await plans.open_plan(session, turn.person.id, turn.thread_id, call.title)
    if row is None:
        plan = plans.new_plan(turn.person, call.title, lines)
        card = plans.new_card(plan, turn.thread_id)
        await store.put_card(session, turn, card)
    else:
        plan = plans.with_new_proposal(turn.person, plans.plan_of(row), lines)
        card = await plans.save(session, turn.cause(), row, plan)
        turn.published_card_ids.add(card.id)
    message = gettext("Nothing is added yet. The person edits the lines on the card, and adds them there.")
    title = gettext("Planned “{title}”", title=plan.title)
    return ToolResult(title, message, {"lines": len(plan.lines)}, "proposed", card=card)


async def _set_reminder(
    session: AsyncSession, turn: TurnContext, task: TaskView, *, is_described: bool
) -> ReminderNote:
    """Set the reminder that the message requests, for the rules; say when the task rings, if `is_described`."""
    zone = turn.person.zone
    if turn.follows_rules:
        return await apply_reminder_request(
            session, turn.cause(), turn.message, task, zone=zone, is_described=is_described
        )
    if not is_described:
        return ReminderNote()
    return ReminderNote(results.describe_reminder(reminder_of(task), zone))


TOOLS = (
    Tool("create_task", "Add a task to the person's list.", CreateTask, create_task),
    Tool(
        "list_tasks",
        "Find tasks by status, words, tag, priority or date. Open tasks by default.",
        ListTasks,
        list_tasks,
    ),
    Tool("update_task", "Change fields of one task; fields left out stay as they are.", UpdateTask, update_task),
    Tool("complete_task", "Mark one task as done, or reopen it.", CompleteTask, complete_task),
    Tool(
        "delete_task",
        "Delete one task that the person's own message names; otherwise the person is asked first.",
        DeleteTask,
        delete_task,
    ),
    Tool(
        "bulk_complete_tasks",
        "Mark several tasks as done, or all open ones.",
        BulkCompleteTasks,
        bulk_complete_tasks,
        is_bulk=True,
    ),
    Tool(
        "bulk_delete_tasks",
        "Propose to delete several tasks, or all of a status. Deletes nothing: the person is asked.",
        BulkDeleteTasks,
        bulk_delete_tasks,
        is_bulk=True,
    ),
    Tool(
        "propose_plan",
        "Draft several tasks, such as the steps of something larger, for the person to edit and add. Adds nothing. With"
        " the title of a draft that is not added yet, all its lines are replaced by these.",
        ProposePlan,
        propose_plan,
    ),
)
