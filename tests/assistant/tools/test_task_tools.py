"""The tools, called by the model in whole turns: changes, log and cards, and rejected calls."""

import json
from typing import Any

from sqlmodel import col, select

from taskchat_app.assistant.gemini.response_state import ARGUMENTS_MAX_CHARACTERS
from taskchat_app.assistant.threads import conversations
from taskchat_app.assistant.tools.task_tools import TOOLS
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.models import Change, ToolExecution
from taskchat_app.domain.tasks.queries import AT_ONCE_MAX
from tests.assistant.turns.turn_state import refused_rows
from tests.chatting import Answer, Chat, rows
from tests.domain.tasks.test_limits_per_account import fill
from tests.standin import call, calls, text, tool_results

FIELDS = {"title", "description", "due_date", "start_date", "priority", "tags", "recurrence", "reminder"}
NAMES = {
    "create_task": {*FIELDS, "parent_id"},
    "list_tasks": {"status", "priority", "tag", "due_before", "due_after", "search", "sort", "limit"},
    "update_task": {*FIELDS, "task_id", "clear"},
    "complete_task": {"task_id", "completed"},
    "delete_task": {"task_id"},
    "bulk_complete_tasks": {"task_ids", "all_open"},
    "bulk_delete_tasks": {"task_ids", "status"},
    "propose_plan": {"title", "lines"},
}


def heard(chat: Chat) -> list[dict[str, Any]]:
    """What the model was told of its calls."""
    return [json.loads(result) for result in tool_results(chat.asked[-1])]


async def executions(answer: Answer) -> list[ToolExecution]:
    query = select(ToolExecution).where(ToolExecution.turn_id == answer.turn_id)
    return await rows(query.order_by(col(ToolExecution.id)))


async def task_changes(person: Person) -> list[Change]:
    query = select(Change).where(Change.user_id == person.id, Change.kind == "task")
    return await rows(query.order_by(col(Change.id)))


def test_there_are_exactly_these_tools_with_flat_schemas():
    schemas = {tool.name: tool.for_agent().params_json_schema for tool in TOOLS}
    assert {name: set(schema["properties"]) for name, schema in schemas.items()} == NAMES
    assert not any(word in json.dumps(schemas) for word in ("$ref", "$defs", "anyOf", "null"))
    assert not [
        f"{name}.{argument}"
        for name, schema in schemas.items()
        for argument, about in schema["properties"].items()
        if not about.get("description")
    ]
    required = [schemas[name].get("required", []) for name in ("create_task", "list_tasks", "delete_task")]
    assert required == [["title"], [], ["task_id"]]


async def test_one_request_may_chain_and_correct_tools_and_each_call_leaves_its_row(chat: Chat, person: Person):
    chat.script(
        [
            calls(call("create_task", {"title": "Call mum"}), call("list_tasks", {"search": "mum"})),
            calls(call("complete_task", {"task_id": 1})),
            calls(call("create_task", {"title": "Milk", "priority": "urgent"})),
            calls(call("create_task", {"title": "Milk", "priority": "high"})),
            text("Done."),
        ]
    )
    answer = await chat.send("add call mum and mark it as done, add milk, urgently")
    done = ["Added #1 Call mum", "Found 1 task", "Completed #1 Call mum"]
    assert [task["title"] for task in answer.tasks][:3] == done
    assert [task["icon"] for task in answer.tasks] == ["plus", "search", "check", "info", "plus"]
    assert answer.items("workflow")[0]["workflow"]["summary"] == {"title": "Added 2, completed 1"}
    *found, refused, corrected = await executions(answer)
    assert (refused.outcome, corrected.outcome, await chat.titles("open")) == ("error", "ok", {2: "Milk"})
    page = await conversations.load_items(person.id, answer.thread_id)
    [stored] = [item["calls"] for item in page.items if item["type"] == "workflow"]
    assert [one["status"] for one in stored] == ["done", "done", "done", "failed", "done"]
    ran = [(row.tool, row.outcome, row.round) for row in found]
    assert ran == [("create_task", "ok", 1), ("list_tasks", "ok", 1), ("complete_task", "ok", 2)]
    for row in found:
        assert (row.user_id, row.thread_id) == (person.id, answer.thread_id)
        assert row.result["status"] == "ok"
        assert 0 < row.milliseconds < 60_000
    assert found[0].arguments == {"title": "Call mum"}
    changes = await task_changes(person)
    assert [(one.action, one.actor, one.turn_id) for one in changes] == [
        (action, "assistant", answer.turn_id) for action in ("created", "completed", "created")
    ]


async def test_the_result_names_the_task_with_its_exact_date_and_five_invalid_arguments_at_once(chat: Chat):
    await chat.http.patch("/api/auth/me", json={"timezone": "Europe/Berlin"})
    fields = ("title", "description", "due_date", "priority", "tags", "recurrence")
    new = call("create_task", {"title": "Müsli 🥣", "due_date": "2031-03-07 09:00"})
    await chat.run(new, call("create_task", dict.fromkeys(fields, 7)))
    result, refused = heard(chat)
    assert [field for field in fields if f"{field}: " in refused["message"]] == list(fields[:5])
    assert result["status"] == "ok"
    assert "due Fri 7 Mar 2031, 09:00." in result["message"]
    assert result["task"]["number"] == 1
    assert "data" in result["note"]
    assert "Müsli 🥣" in tool_results(chat.asked[-1])[0], "letters, no escapes"


async def test_arguments_that_are_too_long_are_rejected_and_not_stored(chat: Chat):
    answer = await chat.run(
        call("create_task", {"title": "x", "description": "y" * ARGUMENTS_MAX_CHARACTERS}),
        {**call("create_task", {}), "arguments": '{"title": "Milk"}'.ljust(ARGUMENTS_MAX_CHARACTERS)},
        call("create_task", {"title": "x" * 5_000}),
        call("list_tasks", {"search": "y" * 5_000}),
    )
    told = heard(chat)
    assert [result["status"] for result in told] == ["error", "ok", "error", "error"]
    assert "50,000 characters" in told[0]["message"]
    found = await executions(answer)
    assert len(json.dumps(found[0].arguments)) < 3_000
    assert all(len(row.title) < 500 for row in found)
    assert await chat.titles() == {1: "Milk"}


INVALID: list[tuple[str, dict[str, Any], str]] = [
    ("create_task", {}, "title"),
    ("create_task", {"title": "  "}, "title"),
    ("create_task", {"title": "x" * 256}, "title"),
    ("create_task", {"title": "a", "priority": "urgent"}, "priority"),
    ("create_task", {"title": "a", "due_date": "the day after never"}, "the day after never"),
    ("create_task", {"title": "a", "recurrence": "EVERY DAY"}, "recurrence"),
    ("create_task", {"title": "a", "colour": "red"}, "colour"),
    ("create_task", {"title": "a\x00b"}, "NUL"),
    ("create_task", {"title": "a", "tags": ["x" * 51]}, "tag"),
    ("update_task", {"task_id": 99, "title": "b"}, "#99"),
    ("update_task", {"task_id": "seven"}, "task_id"),
    ("complete_task", {"task_id": 10**30}, "task"),
    ("complete_task", {"task_id": -1}, "task"),
    ("delete_task", {"task_id": 99}, "#99"),
    ("list_tasks", {"status": "open", "limit": 0}, "limit"),
    ("list_tasks", {"due_before": "soonish"}, "soonish"),
    ("bulk_complete_tasks", {}, "task_ids"),
    ("bulk_complete_tasks", {"task_ids": [1, 99]}, "#99"),
    ("bulk_complete_tasks", {"task_ids": []}, "task_ids"),
    ("bulk_delete_tasks", {}, "task_ids"),
    ("bulk_delete_tasks", {"task_ids": []}, "task_ids"),
    ("bulk_delete_tasks", {"status": "everything"}, "status"),
    ("bulk_delete_tasks", {"task_ids": [99]}, "#99"),
]
"""Tools and arguments, and what of them the error names."""


async def test_an_invalid_argument_is_reported_to_the_model_and_writes_nothing(chat: Chat, person: Person):
    await chat.add_task("One")
    before = await task_changes(person)
    answer = await chat.run(*(call(tool, arguments) for tool, arguments, _ in INVALID))
    assert answer.text == "Done."
    for (tool, arguments, named), result, shown in zip(INVALID, heard(chat), answer.tasks, strict=True):
        assert result["status"] == "error", (tool, arguments)
        assert named.lower() in result["message"].lower(), (tool, arguments)
        assert shown["status_indicator"] == "complete"
        assert result["message"] in shown["title"]
    assert await task_changes(person) == before
    assert await chat.titles() == {1: "One"}
    assert {execution.outcome for execution in await executions(answer)} == {"error"}
    assert answer.items("workflow")[0]["workflow"]["summary"] == {"title": "Nothing changed"}


async def test_bulk_complete_completes_all_open_tasks_and_an_empty_list_beside_is_taken_for_none(chat: Chat):
    await chat.add_tasks("One", "Two")
    answer = await chat.run(call("bulk_complete_tasks", {"all_open": True}))
    assert await chat.titles("done") == {1: "One", 2: "Two"}
    assert [task["title"] for task in answer.tasks] == ["Completed 2 tasks"]
    assert answer.items("workflow")[0]["workflow"]["summary"] == {"title": "Completed 2"}
    await chat.add_task("Three")
    await chat.run(call("bulk_complete_tasks", {"task_ids": [], "all_open": True}))
    assert (heard(chat)[0]["status"], heard(chat)[0]["titles"]) == ("ok", ["Three"])
    assert await chat.titles("open") == {}
    answer = await chat.run(call("bulk_delete_tasks", {"task_ids": [], "status": "done"}))
    assert len(answer.cards) == 1
    assert heard(chat)[0]["titles"] == ["One", "Two", "Three"]


async def test_arguments_that_are_no_json_are_repairable_and_kept_in_the_log(chat: Chat):
    broken = call("create_task")
    broken["arguments"] = '{"title": "Milk"'
    answer = await chat.send("add milk", replies=[calls(broken, signed=False), text("Done.")])
    assert await chat.titles() == {}
    if not answer.errors:  # whether the model's client lets such a call through is its own affair
        [execution] = await executions(answer)
        assert execution.arguments == {"unreadable": '{"title": "Milk"'}
        assert execution.outcome == "error"
    assert (await chat.send("hello?", answer.thread_id, replies=[text("Still here.")])).text == "Still here."


async def test_a_tool_that_does_not_exist_is_refused_beside_others_that_do(chat: Chat):
    unknown = [call(name, {"a": "b\x00"}) for name in ("confirm_deletion", "drop\x00table", "x" * 300)]
    answer = await chat.run(*unknown, call("create_task", {"title": "Milk"}))
    assert await chat.titles() == {1: "Milk"}
    assert sorted(row.outcome for row in await executions(answer)) == ["error"] * 3 + ["ok"]
    *refused, added = answer.tasks
    assert ["There is no tool named" in task["title"] for task in refused] == [True] * 3
    assert added["title"] == "Added #1 Milk"
    assert all(task["status_indicator"] == "complete" for task in answer.tasks)


async def test_task_log_and_execution_are_written_in_one_transaction(chat: Chat, person: Person):
    async with refused_rows("tool_executions", "tool <> 'create_task'"):
        answer = await chat.run(call("create_task", {"title": "Milk"}))
    assert answer.errors[0]["allow_retry"] is True
    assert "database" in answer.error
    assert await chat.titles() == {}
    assert await task_changes(person) == []
    assert await executions(answer) == []
    [shown] = answer.tasks
    assert (shown["title"], shown["status_indicator"]) == ("Adding “Milk”: not carried out", "complete")
    assert answer.items("workflow")[0]["workflow"]["summary"] == {"title": "Nothing changed"}
    chat.script([calls(call("create_task", {"title": "Bread"})), text("Done.")])
    assert (await chat.send("add bread", answer.thread_id)).text == "Done."
    assert await chat.titles() == {1: "Bread"}


async def test_the_summary_counts_recorded_changes(chat: Chat):
    await chat.add_task("One")
    chat.script(
        [
            calls(
                call("complete_task", {"task_id": 1}),
                call("complete_task", {"task_id": 1}),
                call("update_task", {"task_id": 1, "title": "One"}),
                call("create_task", {"title": "Two"}),
                call("complete_task", {"task_id": 77}),
            ),
            text("I have completed ten tasks."),
        ]
    )
    answer = await chat.send("go")
    assert answer.items("workflow")[0]["workflow"]["summary"] == {"title": "Added 1, completed 1"}
    assert [task["title"] for task in answer.tasks] == [
        "Completed #1 One",
        "Already done: #1 One",
        "Nothing to change: #1 One",
        "Added #2 Two",
        "Completing #77: There is no task #77.",
    ]


async def test_every_tool_acts_for_the_signed_in_person_only(chat: Chat, other_chat: Chat):
    await other_chat.add_task("Theirs")
    answer = await chat.run(
        call("list_tasks", {"status": "all"}),
        call("update_task", {"task_id": 1, "title": "Taken"}),
        call("complete_task", {"task_id": 1}),
        call("delete_task", {"task_id": 1}),
        call("bulk_complete_tasks", {"all_open": True}),
        call("bulk_delete_tasks", {"status": "all"}),
        said="delete 1",
    )
    results = heard(chat)
    assert (results[0]["tasks"], results[0]["counts"]) == ([], {"open": 0, "done": 0, "overdue": 0})
    assert [result["status"] for result in results] == ["ok", "error", "error", "error", "ok", "ok"]
    assert "Theirs" not in json.dumps(results)
    assert answer.cards == []
    assert await other_chat.titles("open") == {1: "Theirs"}


async def test_a_new_day_in_words_keeps_the_time_and_a_new_time_keeps_the_day(chat: Chat):
    await chat.http.post("/api/tasks", json={"title": "Dentist", "due_at": "2031-03-07T09:00Z"})
    for due_date, due_at in (
        ("8 march 2031", "2031-03-08T09:00:00Z"),
        ("4pm", "2031-03-08T16:00:00Z"),
        ("2031-03-09", "2031-03-09T23:59:59Z"),
    ):
        await chat.run(call("update_task", {"task_id": 1, "due_date": due_date}))
        assert (await chat.task(1))["due_at"] == due_at


async def test_unstorable_characters_of_the_model_break_neither_the_answer_nor_the_next_turn(chat: Chat):
    said = text("Zero: \x00 and half: \ud83d, done.")
    chat.script([calls(call("create_task", {"title": "Milk\x00"})), said, text("You are welcome.")])
    answer = await chat.send("add milk")
    assert answer.text == "Zero:  and half: , done."
    assert (await chat.send("thanks", answer.thread_id)).text == "You are welcome."
    assert chat.gemini.refusals == []


async def test_a_call_for_too_many_tasks_is_rejected(chat: Chat, person: Person):
    await fill(person, AT_ONCE_MAX + 1)
    too_many = [
        call("bulk_complete_tasks", {"all_open": True}),
        call("bulk_delete_tasks", {"status": "open"}),
        call("bulk_delete_tasks", {"task_ids": list(range(1, AT_ONCE_MAX + 2))}),
    ]
    both = [call("bulk_delete_tasks", {"task_ids": list(range(first, first + 501))}) for first in (1, 501)]
    await chat.run(*too_many, *both)
    told = heard(chat)
    assert [result["status"] for result in told] == ["error", "error", "error", "proposed", "error"]
    for result, named in zip(told[:3], ("1,000", "1,000", f"{AT_ONCE_MAX} items"), strict=True):
        assert named in result["message"]
    assert "1,000 tasks at most" in told[4]["message"]
    assert await task_changes(person) == []
