"""Every place that shows a task shows every field: with another value of one column, each shows something else."""

import inspect
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, NamedTuple

from sqlalchemy.orm.attributes import set_committed_value

from taskchat_app.api.mcp import tools
from taskchat_app.api.mcp.arguments import Fetch, FindTasks
from taskchat_app.api.routes.activity import change_json
from taskchat_app.assistant.offline.task_lines import task_words
from taskchat_app.assistant.tools.results import ADDED, describe_fields, task_data, task_result
from taskchat_app.assistant.tools.task_list_widget import _shown as widget_of
from taskchat_app.domain.calendar_feeds.calendar_file import CalendarHead, calendar_file
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.storage.models import Change, Task
from taskchat_app.domain.tasks.queries import TaskQuery, find_tasks, get_task
from taskchat_app.domain.tasks.snapshots import view_of_snapshot
from taskchat_app.domain.tasks.task_view import TaskView, snapshot, view_of
from taskchat_app.domain.transfer.task_writer import _previewed
from taskchat_app.domain.transfer.tasks_csv import csv_of_tasks
from taskchat_app.domain.webhooks.events import payload_of
from taskchat_app.ui.activity.rows import _differences as differences
from taskchat_app.ui.task_detail.state import _detail_of as detail_of
from taskchat_app.ui.task_detail.steps import Family
from taskchat_app.ui.task_list_state.rows import row_of
from tests.fields.stored_task import AT, COLUMNS, FULL, NUMBER, OTHER, TEXTS, ZONE, Account

SERIES = "position recurrence_start recurrence_start_day repeats_number copy_of_number"
INTERNAL = f"{SERIES} remind_before rung_until"
"""What is seen in the list, the series and the reminder, not in the task itself."""
TIMES = "created_at updated_at"


class Seen(NamedTuple):
    account: Account
    task: Task
    view: TaskView
    change: Change
    """From FULL to this task."""


async def mcp(seen: Seen, run: Any, arguments: Any) -> str:
    person = seen.account.person
    async with reading(person.id) as session:
        return (await run(tools.Call(session, person, person.cause("mcp")), arguments)).model_dump_json()


async def api(seen: Seen, path: str) -> Any:
    answer = await seen.account.api.get(path, params={"status": "all"})
    assert answer.status_code == 200, answer.text
    return next(task for task in answer.json()["tasks"] if task["number"] == NUMBER)


def calendar(kind: Any, **columns: Any) -> Callable[[Seen], Any]:
    def written(seen: Seen) -> Any:
        task = Task.model_validate(seen.task.model_dump() | columns)
        return calendar_file([task], kind, CalendarHead(ZONE, "", "", ""), {})

    return written


async def csv(seen: Seen) -> bytes:
    return b"".join([line async for line in csv_of_tasks(seen.account.person.id, TaskQuery(status="all"), None)])


HIDDEN = f"{INTERNAL} remind_at"
BESIDE_REMINDER = f"{SERIES} rung_until remind_at"
"""Hidden where the choice of a reminder is shown, which a snooze does not change."""
DAY_OF_START = "start_day"
"""Hidden where a start is an instant: that of a day is its first one, which is read back as the day."""
OF_BODIES = f"{BESIDE_REMINDER} {DAY_OF_START}"
OWN_WORDS = "due_reading"
"""Hidden where others or other programs may read."""
DATED = f"{OWN_WORDS} position repeats_number copy_of_number rung_until {DAY_OF_START}"
"""Hidden in a calendar, where the start is of the kind of the due date."""
PARENT = "parent_number"
"""Hidden where lists and files are flat."""
UNLISTED = f"{HIDDEN} {TIMES} {PARENT} description"
OF_PREVIEW = f"{HIDDEN} {TIMES} {PARENT} description start_at {DAY_OF_START}"
"""Hidden where what an import brings is shown."""
PLACES: dict[str, tuple[Callable[[Seen], Any], str]] = {
    "task_view.py:view_of": (lambda seen: seen.view, BESIDE_REMINDER),
    "task_view.py:snapshot": (lambda seen: snapshot(seen.task), "rung_until"),
    "snapshots.py:view_of_snapshot": (lambda seen: view_of_snapshot(snapshot(seen.task), AT), BESIDE_REMINDER),
    "GET /api/tasks (task_bodies.py:TaskBody)": (lambda seen: api(seen, "/api/tasks"), OF_BODIES),
    "GET /api/events, /api/activity": (lambda seen: change_json(seen.change, ZONE, {})["after"], OF_BODIES),
    "webhooks/events.py:payload_of": (
        lambda seen: payload_of(seen.change, "task.updated", ZONE),
        f"{OWN_WORDS} {OF_BODIES}",
    ),
    "tasks_csv.py:_cells": (csv, f"{HIDDEN} {DAY_OF_START} {OWN_WORDS}"),
    "task_writer.py:_previewed": (lambda seen: _previewed(seen.task, AT), f"{OF_PREVIEW} {OWN_WORDS}"),
    # DTSTART is the due date of an event and of what repeats, whose rule counts from there.
    "calendar_file.py, events": (calendar("event"), f"{DATED} start_at"),
    "calendar_file.py, to-dos that repeat": (calendar("todo"), f"{DATED} start_at"),
    "calendar_file.py, other to-dos": (
        calendar("todo", recurrence=None),
        f"{DATED} recurrence recurrence_start recurrence_start_day",
    ),
    "results.py:task_data": (lambda seen: task_data(seen.view, ZONE), f"{HIDDEN} {TIMES}"),
    "results.py:describe_fields": (
        lambda seen: describe_fields(seen.view, view_of(Task(user_id="", number=NUMBER, **FULL), AT)),
        f"{OWN_WORDS} {HIDDEN} {TIMES} title due_day start_day completed_at",
    ),
    "results.py:task_result": (
        lambda seen: task_result(ADDED, seen.view, SimpleNamespace(person=seen.account.person)).message,  # type: ignore[arg-type]  # pyright: ignore
        f"{OWN_WORDS} {HIDDEN} {TIMES} {PARENT} description priority tags completed_at",
    ),
    "MCP find-tasks": (lambda seen: mcp(seen, tools.find_tasks, FindTasks(status="all")), f"{INTERNAL} {TIMES}"),
    "MCP fetch": (lambda seen: mcp(seen, tools.fetch, Fetch(id=str(NUMBER))), f"{INTERNAL} {TIMES}"),
    "task_lines.py": (lambda seen: task_words(task_data(seen.view, ZONE)), f"{OWN_WORDS} {UNLISTED}"),
    "task_list_widget.py": (lambda seen: widget_of([task_data(seen.view, ZONE)], ""), f"{OWN_WORDS} {UNLISTED}"),
    "task_list_state/rows.py:row_of": (lambda seen: row_of(seen.view, ZONE, AT), UNLISTED.replace(PARENT, "")),
    "task_detail/state.py:_detail_of": (
        lambda seen: detail_of(seen.view, False, seen.account.person, AT, Family()),
        f"{HIDDEN} updated_at",
    ),
    "activity/rows.py, words.FIELDS": (
        lambda seen: differences(seen.change, ZONE, AT),
        f"{OWN_WORDS} {SERIES} rung_until remind_at {TIMES}",
    ),
}
"""What shows a task, and the columns that it does not show."""


async def everywhere(account: Account, **columns: Any) -> dict[str, Any]:
    """Return what each place shows of the task with FULL and these values."""
    task = await account.write(**columns)
    async with reading(account.person.id) as session:
        view = await get_task(session, account.person.id, NUMBER)
    before = snapshot(Task(user_id="", number=NUMBER, **FULL))
    change = Change(id=1, at=AT, actor="api", kind="task", action="updated", task_number=NUMBER)
    # They are read-only: a query computes them.
    set_committed_value(change, "before", before)
    set_committed_value(change, "after", snapshot(task))
    seen = Seen(account, task, view, change)
    shown = {place: read(seen) for place, (read, _) in PLACES.items()}
    return {place: await value if inspect.isawaitable(value) else value for place, value in shown.items()}


async def test_every_place_shows_every_field(account: Account):
    full = await everywhere(account)
    wrong: list[str] = []
    for column in set(COLUMNS) - {"deleted_at"}:
        other = await everywhere(account, **{column: OTHER[column]})
        for place, (_, without) in PLACES.items():
            is_shown, is_hidden = other[place] != full[place], column in without.split()
            if is_shown == is_hidden:
                wrong.append(f"{place} shows {column}" if is_shown else f"{place} does not show {column}")
    assert not wrong, "\n".join(wrong)


async def test_every_text_is_found_by_its_words(account: Account):
    async with reading(account.person.id) as session:
        found = {name: await find_tasks(session, account.person.id, words_of(name), 9) for name in TEXTS}
    assert [name for name, tasks in found.items() if [task.number for task in tasks] != [NUMBER]] == []


def words_of(column: str) -> str:
    return FULL[column] if isinstance(FULL[column], str) else FULL[column][-1]
