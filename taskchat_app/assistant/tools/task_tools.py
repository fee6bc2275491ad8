"""The tools that list tasks, change several at once or plan some, and the table of all tools."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.core.items import DEFAULT_ORDER
from taskchat_app.assistant.threads import store
from taskchat_app.assistant.tools import deletion_proposals, plans, results
from taskchat_app.assistant.tools.execution import Tool, ToolResult
from taskchat_app.assistant.tools.single_task_tools import (
    MOMENT,
    Arguments,
    CompleteTask,
    CreateTask,
    DeleteTask,
    DueText,
    Title,
    UpdateTask,
    complete_task,
    create_task,
    delete_task,
    offers_to_complete,
    update_task,
)
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Invalid, NotFound
from taskchat_app.domain.tasks import queries, tasks
from taskchat_app.domain.tasks.fields import PRIORITIES, checked_bound
from taskchat_app.domain.tasks.queries import AT_ONCE_MAX, LIMIT_MAX, TaskPage, TaskQuery
from taskchat_app.i18n.messages import gettext, joined, ngettext

Numbers = Annotated[list[int], Field(max_length=AT_ONCE_MAX, description="The tasks' numbers.")]
Bound = Annotated[str, Field(description=f"Inclusive. {MOMENT}")]


class PlannedLine(Arguments):
    title: Title
    due_date: DueText | None = None
    parent: int | None = Field(
        default=None, ge=0, description="Index of an earlier line, from 0, of which this is a step."
    )


class ProposePlan(Arguments):
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), Field(description="What is planned.")]
    lines: list[PlannedLine] = Field(min_length=1, description="The tasks to be, in their order.")


class ListTasks(Arguments):
    status: Literal["open", "later", "done", "all"] = Field(
        default="open",
        description="Which tasks. later: open ones that begin later; open has these only with search or dates.",
    )
    priority: Literal["low", "medium", "high"] | None = Field(default=None, description="Only tasks of this priority.")
    tag: str | None = Field(default=None, description="Only tasks with this tag.")
    due_before: Bound | None = None
    due_after: Bound | None = None
    search: str | None = Field(default=None, description="Words in title, description or tags, or a number such as #7.")
    sort: Literal["created", "due", "start", "priority", "title"] = Field(
        default="created", description="The order; by priority, the highest first."
    )
    limit: int = Field(default=50, ge=1, le=LIMIT_MAX, description="How many tasks at most.")

    def query(self, person: Person, **listing: Any) -> TaskQuery:
        """Return the filters and the limit as the domain's TaskQuery; `listing` are its other fields."""
        at = now()
        before, after = self.due_before, self.due_after
        return TaskQuery(
            status="open" if self.status == "later" else self.status,
            priority=self.priority,
            tags=(self.tag,) if self.tag else (),
            due_before=checked_bound(before, "due_before", zone=person.zone, now=at) if before else None,
            due_after=checked_bound(after, "due_after", zone=person.zone, now=at) if after else None,
            begun=self._begun(),
            q=self.search,
            limit=self.limit,
            timezone=person.timezone,
            **listing,
        )

    def _begun(self) -> bool | None:
        """Return True to list only tasks that have begun, False for only those that begin later, None for both."""
        if self.status == "later":
            return False
        is_narrowed = self.search or self.due_before or self.due_after
        return True if self.status == "open" and not is_narrowed else None


class BulkCompleteTasks(Arguments):
    task_ids: Numbers | None = None
    all_open: bool = Field(default=False, description="True for every open task, instead of task_ids.")


class BulkDeleteTasks(Arguments):
    task_ids: Numbers | None = None
    status: Literal["done", "open", "all"] | None = Field(
        default=None, description="All tasks of this status, instead of task_ids."
    )


_LATEST = datetime.max.replace(tzinfo=UTC)
_NUMBERED = re.compile(r"#(?P<number>\d{1,9})")


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
        message = joined([with_steps, *following, *await offers_to_complete(session, turn, done)])
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
