"""The manual order and bulk updates over HTTP."""

from typing import Any

import httpx
import pytest

from taskchat_app.domain.accounts.accounts import Person
from tests.api.responses import check_problem
from tests.api.routes.test_tasks import TASK_FIELDS, actions, add


async def order(api: httpx.AsyncClient, **query: Any) -> list[int]:
    """Return the numbers in the manual order, read in pages of two."""
    numbers: list[int] = []
    cursor = None
    while True:
        asked = {"sort": "manual", "limit": 2} | query | ({"cursor": cursor} if cursor else {})
        page = (await api.get("/api/tasks", params=asked)).json()
        numbers += [task["number"] for task in page["tasks"]]
        if not (cursor := page["next"]):
            return numbers


async def test_tasks_are_moved_and_listed_in_that_order(api: httpx.AsyncClient, person: Person):
    for number in range(1, 6):
        await add(api, f"Task {number}")
    assert await order(api) == [5, 4, 3, 2, 1]
    moved = await api.post("/api/tasks/5/move", json={"after": 2})
    assert moved.status_code == 200
    assert (set(moved.json()), moved.json()["number"]) == (TASK_FIELDS, 5)
    assert await order(api) == [4, 3, 2, 5, 1]
    await api.post("/api/tasks/1/move", json={"before": 4})
    await api.post("/api/tasks/2/move", json={"after": None})
    assert await order(api) == [2, 1, 4, 3, 5]
    assert await order(api, order="desc") == [5, 3, 4, 1, 2]
    assert (await actions(person))[5:] == [("api", "moved", 5), ("api", "moved", 1), ("api", "moved", 2)]
    newest = (await api.get("/api/activity", params={"limit": 1})).json()["changes"][0]
    assert (newest["action"], set(newest["after"])) == ("moved", TASK_FIELDS)
    assert (await api.post(f"/api/activity/{newest['id']}/undo")).json() == {"undone": [2], "conflicts": []}
    assert await order(api) == [1, 4, 3, 2, 5]


@pytest.mark.parametrize(
    ("path", "body", "status", "named"),
    [
        ("1", {}, 422, "after"),
        ("1", {"after": 2, "before": 3}, 422, "after"),
        ("1", {"before": None}, 422, "before"),
        ("1", {"after": "2"}, 422, "after"),
        ("1", {"after": 1}, 422, "#1 cannot stand after itself"),
        ("1", {"before": 9}, 422, "There is no task #9"),
        ("1", {"after": 3}, 422, "There is no task #3"),
        ("1", {"to": 2}, 422, "to"),
        ("3", {"after": None}, 404, "There is no task #3"),
        ("9", {"after": 1}, 404, "There is no task #9"),
    ],
)
async def test_a_move_to_an_invalid_place_is_refused_and_changes_nothing(
    api: httpx.AsyncClient, path: str, body: dict[str, Any], status: int, named: str
):
    for number in range(1, 4):
        await add(api, f"Task {number}")
    await api.delete("/api/tasks/3")
    check_problem(await api.post(f"/api/tasks/{path}/move", json=body), status, named)
    assert await order(api) == [2, 1]


async def test_a_forged_cursor_of_the_manual_order_is_refused(api: httpx.AsyncClient):
    for number in range(1, 4):
        await add(api, f"Task {number}")
    cursor = (await api.get("/api/tasks", params={"sort": "manual", "limit": 1})).json()["next"]
    for broken in (cursor[:-4], cursor + "AAAA"):
        asked = {"sort": "manual", "limit": 1, "cursor": broken}
        assert check_problem(await api.get("/api/tasks", params=asked), 422)["field"] == "cursor"


async def test_several_tasks_are_updated_by_numbers_or_filter(api: httpx.AsyncClient):
    for tags in (["home"], ["work"], []):
        await add(api, tags=tags, due_at="2030-01-01")
    body = {"numbers": [3, 1], "due_at": "1 May 2031", "priority": "high", "add_tags": ["x"], "remove_tags": ["home"]}
    answer = await api.post("/api/tasks/bulk-update", json=body)
    assert (answer.status_code, answer.json()) == (200, {"numbers": [1, 3]})
    tasks = (await api.get("/api/tasks")).json()["tasks"]
    assert [task["tags"] for task in tasks] == [["x"], ["work"], ["x"]]
    assert [task["due_at"][:10] for task in tasks] == ["2031-05-01", "2030-01-01", "2031-05-01"]
    assert [task["priority"] for task in tasks] == ["high", "medium", "high"]
    answer = await api.post("/api/tasks/bulk-update", json={"filter": {"tag": "x"}, "due_at": None})
    assert answer.json() == {"numbers": [1, 3]}
    assert [task["due_at"] for task in (await api.get("/api/tasks")).json()["tasks"]][0::2] == [None, None]


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        ({"numbers": [1, 2]}, 422, "Say what"),
        ({"priority": "high"}, 422, "numbers"),
        ({"numbers": [1], "filter": {}, "priority": "high"}, 422, "numbers"),
        ({"numbers": [1], "title": "x"}, 422, "title"),
        ({"numbers": ["1"], "priority": "high"}, 422, "numbers"),
        ({"numbers": [1, 2], "priority": None}, 422, "priority"),
        ({"numbers": [1, 2], "due_at": "never ever"}, 422, "due_at"),
        ({"numbers": [1, 2], "add_tags": None}, 422, "add_tags"),
        ({"numbers": [1, 2], "due_at": None}, 422, "#2: "),
        ({"numbers": [1, 9], "priority": "high"}, 404, "#9"),
    ],
)
async def test_a_bulk_update_that_is_invalid_for_one_task_changes_none(
    api: httpx.AsyncClient, person: Person, body: dict[str, Any], status: int, named: str
):
    await add(api, due_at="2030-05-01")
    await add(api, recurrence="FREQ=DAILY")
    before = (await api.get("/api/tasks")).json()
    check_problem(await api.post("/api/tasks/bulk-update", json=body), status, named)
    assert (await api.get("/api/tasks")).json() == before
    assert len(await actions(person)) == 2
