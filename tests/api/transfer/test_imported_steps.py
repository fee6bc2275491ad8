"""Steps come along: subtasks of other programs into steps, and steps out and in again as CSV and as a calendar."""

import json
from typing import Any

from taskchat_app.assistant.account_data.tasks_import import MOVE_OUT_ORPHANS
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import transaction
from tests.api.responses import Api, add, bring, export, feed_of, undo
from tests.api.transfer.test_import_formats import packed
from tests.statements import plan_of

TREE = {f"Week {week}": [f"Step {week}.{step}" for step in range(week % 5)] for week in range(1, 53)}
"""A year: the titles of tasks, and of their steps."""


def todoist(tree: dict[str, list[str]]) -> str:
    rows = ["TYPE,CONTENT,INDENT,DATE"]
    for place, (title, steps) in enumerate(tree.items()):
        rows += [
            f"task,{title},1,2027-{place % 12 + 1:02}-11",
            *(f"task,{step},2,2027-01-{place % 28 + 1}" for step in steps),
        ]
    return "\n".join(rows)


async def tree_of(api: Api) -> dict[str, list[str]]:
    """Return the titles of all steps by that of their task, in the manual order."""
    listed = (await api.get("/api/tasks", params={"limit": "200", "sort": "manual", "status": "all"})).json()
    tree = {task["number"]: (task["title"], list[str]()) for task in listed["tasks"] if task["parent_number"] is None}
    for task in listed["tasks"]:
        if task["parent_number"]:
            tree[task["parent_number"]][1].append(task["title"])
    return dict(tree.values())


async def test_a_year_of_todoist_keeps_its_subtasks_also_as_csv_and_as_a_calendar(api: Api, other_api: Api):
    outcome = await bring(api, todoist(TREE), format="todoist")
    assert (outcome["skipped"], outcome["notes"]) == ([], [])
    assert await tree_of(api) == TREE
    csv = (await api.get("/api/tasks.csv", params={"sort": "due"})).content
    for content, form in ((csv, "csv"), (await feed_of(api, "todo"), "ics")):
        outcome = await bring(other_api, content, format=form)
        assert (outcome["skipped"], outcome["notes"]) == ([], [])
        assert outcome["created"] == sum(1 + len(steps) for steps in TREE.values())
        assert {title: sorted(steps) for title, steps in (await tree_of(other_api)).items()} == TREE
        assert (await undo(other_api, f"turns/{outcome['turn_id']}"))["conflicts"] == []
        assert await tree_of(other_api) == {}


async def test_steps_of_steps_are_steps_of_the_whole_and_others_are_not_lost(api: Api, other_api: Api):
    rows = ["TYPE,CONTENT,INDENT", "task,A,1", "task,B,2", "task,C,3", "task,D,4", "task,E,2"]
    outcome = await bring(api, "\n".join(rows), format="todoist")
    assert await tree_of(api) == {"A": ["B", "C", "D", "E"]}
    assert [note["line"] for note in outcome["notes"]] == [4, 5]
    assert "Here it is a step of the whole task" in outcome["notes"][0]["reason"]

    def task(number: int, parent: int = 0, **related: Any) -> dict[str, Any]:
        parents = {"parenttask": [{"id": parent}]} if parent else {}
        made = {"id": number, "title": f"T{number}", "created": "2026-01-01T00:00:00Z"}
        return made | {"related_tasks": parents | related}

    tasks = [task(1, 2), task(2), task(3, 99), task(4, 5), task(5, 4), task(6, 6), task(7)]
    outcome = await bring(other_api, vikunja(*tasks, task(8, subtask=[{"id": 7}])), format="vikunja")
    assert await tree_of(other_api) == {"T2": ["T1"], "T3": [], "T4": ["T5"], "T6": [], "T8": ["T7"]}
    assert [note["line"] for note in outcome["notes"]] == [3, 4, 6]
    assert "a task that does not come" in outcome["notes"][0]["reason"]


def vikunja(*tasks: dict[str, Any]) -> bytes:
    return packed([{"title": "Inbox", "tasks": tasks}])


async def test_a_step_that_is_new_in_a_file_joins_its_task_that_is_here(api: Api):
    tasks = [{"id": 1, "title": "Move", "created": "2026-01-01T00:00:00Z"}]
    await bring(api, vikunja(*tasks), format="vikunja")
    parent = {"related_tasks": {"parenttask": [{"id": 1}]}}
    step = {"id": 2, "title": "Pack", "created": "2026-01-01T00:00:00Z", **parent}
    assert (await bring(api, vikunja(*tasks, step), format="vikunja"))["created"] == 1
    assert await tree_of(api) == {"Move": ["Pack"]}
    await api.post("/api/tasks", json={"title": "Whole"})
    await api.patch("/api/tasks/2", json={"parent_number": None})
    await api.patch("/api/tasks/1", json={"parent_number": 3})
    outcome = await bring(api, vikunja(*tasks, step | {"id": 4, "title": "Lift"}), format="vikunja")
    assert await tree_of(api) == {"Whole": ["Move"], "Pack": [], "Lift": []}
    assert [note["line"] for note in outcome["notes"]] == [2]


async def test_a_step_whose_task_the_account_file_lacks_is_a_task(api: Api, other_api: Api):
    await add(api, "Move")
    await add(api, "Pack", parent_number=1)
    await api.post("/api/tasks/1/complete")
    file = json.loads(await export(api))
    await add(other_api, "Own")
    await bring(other_api, json.dumps(file | {"tasks": file["tasks"][1:]}))
    assert await tree_of(other_api) == {"Own": [], "Pack": []}
    causes = [
        [change["cause_number"] for change in json.loads(await export(one))["changes"]] for one in (api, other_api)
    ]
    assert (1 in causes[0], 1 in causes[1]) == (True, False), "#1 is another task here"


async def test_a_step_whose_task_is_a_step_here_is_a_task(api: Api, other_api: Api):
    await add(api, "Move")
    await add(api, "Pack", parent_number=1)
    file = json.loads(await export(api))
    await bring(other_api, json.dumps(file | {"tasks": file["tasks"][:1]}))
    whole = await add(other_api, "Whole")
    await other_api.patch("/api/tasks/1", json={"parent_number": whole})
    await bring(other_api, json.dumps(file))
    assert await tree_of(other_api) == {"Whole": ["Move"], "Pack": []}


async def test_steps_without_a_task_are_found_without_comparing_each_step_with_each_task(person: Person):
    async with transaction(person.id) as session:
        plan = "\n".join(await plan_of(session, MOVE_OUT_ORPHANS.text, {"user_id": person.id}))
    assert "hashed SubPlan" in plan, plan
