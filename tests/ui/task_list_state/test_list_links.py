"""Tasks listed by a turn become the list beside the chat; lookups do not."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.ui.chat_messages.messages import messages_of
from taskchat_app.ui.task_list_state.list_address import TaskFilters, address_of_call, filters_at
from tests.ui.chat_messages.test_answer_builder import assistant_item, user_item, widget_item, workflow_item

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 11, 20, 7, tzinfo=UTC)
FOUND = {"status": "ok", "tasks": [{"number": 1}]}


def call(tool: str = "list_tasks", outcome: str = "done", result: dict[str, Any] = FOUND, **arguments: Any) -> Any:
    told = {"call_id": "call1", "tool": tool, "status": outcome, "title": "Found 1 task"}
    return {**told, "arguments": arguments, "result": result}


def listed(*calls: dict[str, Any], widget: bool = False) -> str:
    """Return the list address of an answer whose turn made these calls."""
    items = [user_item("Show my work"), {**workflow_item(), "calls": list(calls)}, assistant_item("Here.")]
    return messages_of([*items, widget_item()] if widget else items, BERLIN)[-1].listed


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ({}, TaskFilters()),
        ({"status": "done"}, TaskFilters("done")),
        ({"priority": "high", "tag": "#home"}, TaskFilters(priority="high", tags=("home",))),
        ({"search": "milk & eggs"}, TaskFilters(q="milk & eggs")),
        ({"sort": "title", "limit": 5}, TaskFilters(sort="title")),
        ({"due_after": "2026-11-16", "due_before": "friday"}, TaskFilters(due_after="2026-11-16", due_before="friday")),
        ({"due_before": "2026-11-20T08:01"}, TaskFilters("overdue")),
        ({"due_before": "2026-11-20T07:00:00Z", "priority": "low"}, TaskFilters("overdue", "low")),
        ({"due_before": "2026-11-20T17:00"}, TaskFilters(due_before="2026-11-20T17:00")),
        ({"due_before": "2026-11-20"}, TaskFilters(due_before="2026-11-20")),
        (
            {"status": "all", "due_before": "2026-11-20T08:00"},
            TaskFilters("all", due_before="2026-11-20T08:00", sort="due"),
        ),
    ],
)
def test_a_calls_arguments_become_the_lists_filters(arguments: dict[str, Any], shown: TaskFilters):
    address = address_of_call(call(**arguments), AT, BERLIN)
    assert filters_at(address, zone=BERLIN, now=AT) == replace(shown, asked=shown != TaskFilters())
    assert address


def test_the_list_keeps_the_order_that_the_person_chose():
    by_title = {**FOUND, "sorted": {"sort": "title", "order": "desc"}}
    assert address_of_call(call(result=by_title), AT, BERLIN) == "?sort=title&order=desc"
    assert address_of_call(call(result=by_title, tag="home"), AT, BERLIN) == "?tag=home&sort=title&order=desc&asked=1"
    by_date = {**FOUND, "sorted": {"sort": "due", "order": ""}}
    assert address_of_call(call(result=by_date, tag="home"), AT, BERLIN) == "?tag=home&asked=1"


def test_the_last_of_several_lists_is_shown():
    calls = (call(tag="work"), call(tag="home"), call(outcome="failed", result={"status": "error"}, tag="garden"))
    assert listed(*calls) == "?tag=home&asked=1"


@pytest.mark.parametrize("tool", ["create_task", "complete_task", "bulk_delete_tasks"])
@pytest.mark.parametrize("status", ["done", "failed"])
def test_lists_of_a_turn_that_changes_tasks_are_not_shown(tool: str, status: str):
    assert listed(call(tag="home"), call(tool, status)) == ""


def test_a_search_without_results_or_with_a_widget_is_not_shown():
    assert listed(call(search="milk", result={"status": "ok", "tasks": []})) == ""
    assert listed(call(search="milk"), widget=True) == ""
    assert listed(call(tag="home", result={"status": "ok", "tasks": []})) == "?tag=home&asked=1"


def test_a_look_up_whose_tasks_the_answer_does_not_show_is_no_list():
    looked_up = {**call(status="all", limit=200), "call_id": "look_1"}
    assert listed(looked_up) == ""
    assert listed(call(tag="home"), looked_up) == "?tag=home&asked=1"
    assert listed(call(search="#7")) == "", "a number"
    assert listed(call(search="7")) != ""
