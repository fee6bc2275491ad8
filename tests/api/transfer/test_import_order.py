"""The manual order after an import: imported tasks first, in the order of their file; the others as they were."""

import json

from tests.api.responses import Api, add_all, bring, export, undo


async def order(api: Api) -> list[str]:
    listed = (await api.get("/api/tasks", params={"sort": "manual", "status": "all", "limit": 200})).json()["tasks"]
    return [task["title"] for task in listed]


async def move(api: Api, number: int, after: int | None) -> None:
    answer = await api.post(f"/api/tasks/{number}/move", json={"after": after})
    assert answer.status_code == 200, answer.text


async def undo_last_move(api: Api) -> None:
    changes = (await api.get("/api/activity")).json()["changes"]
    moved = next(change for change in changes if change["action"] == "moved")
    answer = await undo(api, f"activity/{moved['id']}")
    assert (len(answer["undone"]), answer["conflicts"]) == (1, [])


async def test_the_tasks_of_an_account_file_come_first_in_their_order(api: Api, other_api: Api):
    await add_all(api, "a", "b", "c", "d", "e", "f", "g")
    for number, after in ((2, 5), (6, 1), (1, 4), (3, None), (7, 5)):
        await move(api, number, after)
    imported = await order(api)
    await add_all(other_api, "A", "B", "C", "D")
    await move(other_api, 1, None)
    await move(other_api, 3, 2)
    own = await order(other_api)
    assert own == ["A", "D", "B", "C"]
    file = await export(api)

    outcome = await bring(other_api, file)
    assert await order(other_api) == [*imported, *own]
    state = await export(other_api)
    assert (await bring(other_api, file))["created"] == 0
    assert await export(other_api) == state

    await other_api.post(f"/api/turns/{outcome['turn_id']}/undo")
    assert await order(other_api) == own
    await bring(other_api, file)
    assert await order(other_api) == [*imported, *own]
    await add_all(other_api, "new")
    await move(other_api, 2, 4)
    assert await order(other_api) == ["new", *imported, "A", "D", "B", "C"]


async def test_the_next_file_comes_before_the_first_one(api: Api, other_api: Api):
    await add_all(other_api, "A")
    await add_all(api, "a", "b")
    await move(api, 1, 2)
    await move(api, 1, None)
    await bring(other_api, await export(api))
    await add_all(api, "c", "d")
    await move(api, 4, 1)
    assert await order(api) == ["c", "a", "d", "b"]
    await bring(other_api, await export(api))
    assert await order(other_api) == ["c", "d", "a", "b", "A"]


async def test_moves_before_an_export_are_undone_within_the_imported_tasks(api: Api, other_api: Api):
    await add_all(api, "a", "b", "c", "d")
    before = await order(api)
    await move(api, 2, 4)
    moved = await order(api)
    await add_all(other_api, "A", "B")
    await bring(other_api, await export(api))
    assert await order(other_api) == [*moved, "B", "A"]
    await undo_last_move(other_api)
    assert await order(other_api) == [*before, "B", "A"]


async def test_a_task_that_an_import_restores_keeps_its_place(api: Api):
    await add_all(api, "a", "b", "c", "d")
    file = await export(api)
    await move(api, 4, 1)
    await move(api, 2, None)
    before = await order(api)
    assert before == ["b", "c", "a", "d"]
    for number in (2, 3):
        await api.delete(f"/api/tasks/{number}")
    assert (await bring(api, file))["created"] == 2
    assert await order(api) == before


async def test_a_position_that_is_in_a_file_twice_becomes_two(api: Api, other_api: Api):
    await add_all(api, "a", "b")
    file = json.loads(await export(api))
    for task in file["tasks"]:
        task["position"] = "Q9999999990"
    await bring(other_api, json.dumps(file))
    positions = [task["position"] for task in json.loads(await export(other_api))["tasks"]]
    assert len(set(positions)) == 2


async def test_the_tasks_of_a_list_come_first_in_the_order_of_its_lines(api: Api):
    await add_all(api, "A", "B")
    await move(api, 1, None)
    lines = [f"Line {number}" for number in range(1, 46)]
    outcome = await bring(api, "\n".join(lines), format="csv")
    assert [task["number"] for task in outcome["tasks"]] == list(range(3, 48))
    assert await order(api) == [*lines, "A", "B"]
    assert (await bring(api, "\n".join(lines), format="csv"))["created"] == 0
    assert await order(api) == [*lines, "A", "B"]
    await add_all(api, "new")
    await move(api, 3, 5)
    assert await order(api) == ["new", "Line 2", "Line 3", "Line 1", *lines[3:], "A", "B"]
    await bring(api, "Line 46", format="csv")
    assert (await order(api))[:2] == ["Line 46", "new"]


async def test_a_list_exported_in_the_manual_order_comes_back_in_it(api: Api, other_api: Api):
    await add_all(api, "a", "b", "c")
    await move(api, 1, 3)
    file = (await api.get("/api/tasks.csv", params={"sort": "manual"})).content
    await bring(other_api, file, format="csv")
    assert await order(other_api) == await order(api) == ["c", "a", "b"]
