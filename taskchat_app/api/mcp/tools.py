"""The MCP tools: each runs in one transaction, so that a batch does all or nothing."""

import hashlib
import uuid
from collections.abc import Awaitable, Callable, Collection, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from taskchat_app.api.mcp import arguments, results
from taskchat_app.api.mcp.results import BatchFailed, Line, Task, Written, names
from taskchat_app.assistant.tools.deletion_proposals import propose_by_program, with_steps
from taskchat_app.assistant.tools.single_task_tools import add
from taskchat_app.assistant.tools.task_tools import numbered_task
from taskchat_app.assistant.turns.undo_command import sentence_of
from taskchat_app.config import settings
from taskchat_app.domain.accounts.access_tokens import TokenScope
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.activity import list_activity
from taskchat_app.domain.activity.last_action import session_start, undo_last_of_token
from taskchat_app.domain.activity.undo import undo_token
from taskchat_app.domain.log.changes import Cause
from taskchat_app.domain.restore_period import RESTORABLE_FOR
from taskchat_app.domain.storage.errors import Invalid, NotFound, PersonError
from taskchat_app.domain.tasks import queries, tasks
from taskchat_app.domain.tasks.queries import TaskQuery
from taskchat_app.domain.tasks.task_view import TaskView
from taskchat_app.i18n.messages import gettext

DELETED_MAX = 10
"""Tasks and steps that one call may delete; more are proposed to the user."""
SEARCHED = 20
CLIENT_CHARACTERS = len("mcp_") + 8
"""Of a call's id: those that are the same in all calls of a client."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call: who makes it, and with which cause it changes tasks; `by.turn_id` is its call_id."""

    session: AsyncSession
    person: Person
    by: Cause

    def tasks(self, views: Sequence[TaskView]) -> list[Task]:
        """Return the tasks as results, with their reminders."""
        return [Task.of(view, self.person.zone) for view in views]


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool: its arguments, its result, and the scope that a token needs to call it."""

    name: str
    title: str
    run: Callable[[Call, Any], Awaitable[results.AnyResult]]
    arguments: type[BaseModel]
    result: type[results.AnyResult]
    scope: TokenScope = "write"
    destructive: bool = False
    idempotent: bool = False

    @property
    def description(self) -> str:
        """What clients read of the tool: the docstring of its function."""
        return " ".join((self.run.__doc__ or "").split())


@contextmanager
def _all_or_none(numbers: Sequence[int]) -> Generator[None]:
    """Raise BatchFailed with an outcome for each of these tasks, if the domain does not find some of them."""
    try:
        yield
    except NotFound as error:
        missing: Collection[int] = error.facts.get("numbers", ())
        places = {place for place, number in enumerate(numbers) if number in missing}
        raise BatchFailed(numbers, places, error) from error


def new_call_id(client: str) -> str:
    """Return the id of a call by the client, such as "claude-code 2.0": the ids of one client begin alike."""
    of_client = f"mcp_{hashlib.sha256(client.encode()).hexdigest()}"[:CLIENT_CHARACTERS]
    return f"{of_client}{uuid.uuid4().hex}"


async def add_tasks(call: Call, args: arguments.AddTasks) -> Written:
    """Add up to 100 tasks, all or none, with due date, recurrence, reminder, priority and tags, or as copies."""
    added: list[TaskView] = []
    for index, one in enumerate(args.tasks):
        try:
            added += (await add(call.session, call.by, one, one.due_date, call.person.zone)).tasks
        except PersonError as error:
            raise BatchFailed([None] * len(args.tasks), {index}, error) from error
    lines = [Line(index=index, number=view.number, outcome="added") for index, view in enumerate(added)]
    return _written(call, f"Added {names([view.number for view in added])}.", lines, call.tasks(added))


async def update_tasks(call: Call, args: arguments.UpdateTasks) -> Written:
    """Change fields of up to 100 tasks, all or none. Fields left out stay as they are."""
    changed: list[Task] = []
    lines: list[Line] = []
    for index, one in enumerate(args.tasks):
        try:
            before = await queries.get_task(call.session, call.person.id, one.task_id)
            view = await tasks.update_task(call.session, call.by, one.task_id, one.edit(), zone=call.person.zone)
        except PersonError as error:
            raise BatchFailed([other.task_id for other in args.tasks], {index}, error) from error
        lines.append(Line(index=index, number=view.number, outcome="changed" if view != before else "unchanged"))
        changed += call.tasks([view])
    numbers = [line.number or 0 for line in lines if line.outcome == "changed"]
    return _written(call, f"Changed {names(numbers)}.", lines, changed)


async def complete_tasks(call: Call, args: arguments.CompleteTasks) -> Written:
    """Mark tasks as done, or reopen them, all or none. Completing a repeating task makes the next one."""
    with _all_or_none(args.task_ids):
        done = await tasks.bulk_complete(call.session, call.by, args.task_ids, args.completed)
    outcome = "completed" if args.completed else "reopened"
    lines = [
        Line(index=index, number=number, outcome=outcome if number in done.changed else "unchanged")
        for index, number in enumerate(args.task_ids)
    ]
    following = f" The next of what repeats: {names([view.number for view in done.next])}." if done.next else ""
    message = f"{outcome.capitalize()} {names(done.changed)}.{following}"
    return _written(call, message, lines, call.tasks([*done.tasks, *done.next]))


async def delete_tasks(call: Call, args: arguments.DeleteTasks) -> Written:
    """Delete up to 10 tasks by their numbers, all or none. More tasks, or all of a status, are only proposed: give the
    user the confirm_url. Nothing that you say confirms a proposal.
    """
    if args.task_ids and args.status is None:
        named, which = args.task_ids, args.task_ids
    elif args.task_ids is None and args.status is not None:
        named, which = [], TaskQuery(status=args.status)
    else:
        raise Invalid(gettext("Name the tasks with task_ids, or give a status: done, open or all."))
    with _all_or_none(named):
        numbers = [view.number for view in await queries.select_tasks(call.session, call.person.id, which)]
    if not numbers:
        return _written(call, "There is no such task to delete.", [])
    with_their_steps = await with_steps(call.session, call.person.id, numbers)
    deletes = bool(named) and len(with_their_steps) <= DELETED_MAX
    outcome = "deleted" if deletes else "proposed"
    lines = [Line(index=index, number=number, outcome=outcome) for index, number in enumerate(named or numbers)]
    if deletes:
        await tasks.bulk_delete(call.session, call.by, numbers)
        message = f"Deleted {names(with_their_steps)}. The user can restore them for {RESTORABLE_FOR.days} days."
        return _written(call, message, lines)
    thread_id = await propose_by_program(call.session, call.by, numbers, with_their_steps)
    message = f"Nothing is deleted yet. Ask the user to decide about {len(with_their_steps)} tasks."
    url = f"{settings().origin}/c/{thread_id}"
    return _written(call, message, lines).model_copy(update={"status": "needs_confirmation", "confirm_url": url})


async def find_tasks(call: Call, args: arguments.FindTasks) -> results.Found:
    """Find tasks by status, words, tag, priority or due date, page by page. Open tasks by default."""
    order = "desc" if args.sort == "priority" else "asc"
    query = args.query(call.person, sort=args.sort, order=order, cursor=args.cursor)
    page = await numbered_task(call.session, call.person.id, args.search)
    page = page or await queries.list_tasks(call.session, call.person.id, query)
    return results.Found(
        message=f"Found {len(page.tasks)} tasks{', and more follow' if page.next else ''}.",
        tasks=call.tasks(page.tasks),
        next_cursor=page.next,
        open=page.counts.open,
        done=page.counts.done,
        overdue=page.counts.overdue,
    )


async def undo(call: Call, args: arguments.Undo) -> results.Undone:
    """Put back what you changed: with your last call, with one call by its call_id, or with all your calls without a
    pause of 30 minutes. Yours are those of this client (its name and version) with this token, not what the token did
    over HTTP. Tasks that were changed since are left alone and named.
    """
    token, call_id = call.by.token, call.by.turn_id
    assert token is not None, "MCP takes access tokens only"
    assert call_id is not None, "a call that writes has an id"
    calls = call_id[:CLIENT_CHARACTERS]
    if args.call_id is not None:
        outcome = await undo_token(call.session, call.by, token.id, turn_id=args.call_id)
    elif args.what == "session":
        since = await session_start(call.session, call.person.id, token.id, calls)
        outcome = await undo_token(call.session, call.by, token.id, since=since, calls=calls)
    else:
        outcome = await undo_last_of_token(call.session, call.by, token.id, calls)
    return results.Undone.of(outcome, sentence_of(outcome))


async def what_changed(call: Call, args: arguments.WhatChanged) -> results.Changes:
    """List changes of tasks by anybody, newest first: the user, the assistant, and programs by name."""
    page = await list_activity(
        call.session, call.person.id, task=args.task_id, turn=args.call_id, cursor=args.cursor, limit=args.limit
    )
    changes = [results.LoggedChange.of(change) for change in page.changes]
    return results.Changes(message=f"{len(changes)} changes, newest first.", changes=changes, next_cursor=page.next)


async def search(call: Call, args: arguments.Search) -> results.Hits:
    """Search tasks by words."""
    views = await queries.find_tasks(call.session, call.person.id, args.query, SEARCHED)
    hits = [results.Hit(id=str(view.number), title=view.title, url=results.task_url(view.number)) for view in views]
    return results.Hits(results=hits)


async def fetch(call: Call, args: arguments.Fetch) -> results.Document:
    """Read one task by its id from search."""
    if not (args.id.isascii() and args.id.isdigit() and len(args.id) <= 10):
        raise NotFound(gettext("There is no task {number}.", number=args.id[:20]))
    view = await queries.get_task(call.session, call.person.id, int(args.id))
    [task] = call.tasks([view])
    fields = task.model_dump(exclude_none=True, exclude={"description"})
    text = "\n".join([view.description, *(f"{name}: {value}" for name, value in fields.items())]).strip()
    metadata = {name: str(value) for name, value in fields.items()}
    return results.Document(id=args.id, title=view.title, text=text, url=task.url, metadata=metadata)


def _written(call: Call, message: str, lines: list[Line], written: list[Task] | None = None) -> Written:
    return Written(message=message, status="done", call_id=call.by.turn_id, results=lines, tasks=written or [])


TOOLS = {
    tool.name: tool
    for tool in (
        Tool("add-tasks", "Add tasks", add_tasks, arguments.AddTasks, Written),
        Tool("find-tasks", "Find tasks", find_tasks, arguments.FindTasks, results.Found, "read"),
        Tool("update-tasks", "Change tasks", update_tasks, arguments.UpdateTasks, Written, destructive=True,
            idempotent=True),
        Tool("complete-tasks", "Complete tasks", complete_tasks, arguments.CompleteTasks, Written, idempotent=True),
        Tool("delete-tasks", "Delete tasks", delete_tasks, arguments.DeleteTasks, Written, destructive=True),
        Tool("undo", "Undo", undo, arguments.Undo, results.Undone, destructive=True),
        Tool("what-changed", "What changed", what_changed, arguments.WhatChanged, results.Changes, "read"),
        Tool("search", "Search", search, arguments.Search, results.Hits, "read"),
        Tool("fetch", "Fetch", fetch, arguments.Fetch, results.Document, "read"),
    )
}  # fmt: skip
