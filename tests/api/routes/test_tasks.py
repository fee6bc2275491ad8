"""The routes under /api/tasks."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits.open_tasks import OPEN_MAX
from taskchat_app.domain.storage.database import system_reading
from taskchat_app.domain.storage.models import Change
from taskchat_app.domain.tasks.queries import AT_ONCE_MAX
from tests.api.responses import check_problem
from tests.domain.tasks.test_limits_per_account import fill

TASK_FIELDS = {
    "number",
    "title",
    "description",
    "priority",
    "tags",
    "due_at",
    "all_day",
    "recurrence",
    "completed_at",
    "created_at",
    "updated_at",
    "overdue",
}


async def add(api: httpx.AsyncClient, title: str = "Buy milk", **fields: Any) -> dict[str, Any]:
    response = await api.post("/api/tasks", json={"title": title, **fields})
    assert response.status_code == 201, response.text
    return response.json()


async def titles(api: httpx.AsyncClient, **query: Any) -> list[str]:
    response = await api.get("/api/tasks", params={"status": "all"} | query)
    assert response.status_code == 200, response.text
    return [task["title"] for task in response.json()["tasks"]]


async def actions(person: Person) -> list[tuple[str, str, int | None]]:
    async with system_reading() as session:
        statement = select(Change).where(Change.user_id == person.id).order_by(col(Change.id))
        return [(change.actor, change.action, change.task_number) for change in (await session.exec(statement)).all()]


# One task


async def test_a_task_is_created_read_changed_completed_and_deleted(api: httpx.AsyncClient, person: Person):
    made = await add(api, "  Buy milk ", description="2 litres", priority="high", tags=["#home"], due_at="2030-05-01")
    assert set(made) == TASK_FIELDS
    assert (made["number"], made["title"], made["priority"], made["tags"]) == (1, "Buy milk", "high", ["home"])
    assert (made["due_at"], made["completed_at"], made["overdue"]) == ("2030-05-01T23:59:59Z", None, False)
    assert made["all_day"] is True
    assert (await api.get("/api/tasks/1")).json() == made

    changed = await api.patch("/api/tasks/1", json={"title": "Buy oat milk"})
    assert changed.status_code == 200
    assert changed.json() == made | {"title": "Buy oat milk", "updated_at": changed.json()["updated_at"]}

    done = await api.post("/api/tasks/1/complete", json={"completed": True})
    assert done.status_code == 200
    assert done.json()["completed_at"] == done.json()["updated_at"]

    gone = await api.delete("/api/tasks/1")
    assert (gone.status_code, gone.content) == (204, b"")
    check_problem(await api.get("/api/tasks/1"), 404)
    names = ["created", "updated", "completed", "deleted"]
    assert await actions(person) == [("api", name, 1) for name in names]


async def test_a_whole_day_follows_the_users_time_zone_everywhere(api: httpx.AsyncClient):
    await add(api, due_at="2030-05-01")
    await add(api, due_at="2030-05-01T09:00")
    assert (await api.patch("/api/auth/me", json={"timezone": "America/New_York"})).status_code == 200
    day, timed = [(await api.get(f"/api/tasks/{number}")).json() for number in (1, 2)]
    assert (day["due_at"], day["all_day"]) == ("2030-05-02T03:59:59Z", True)
    assert (timed["due_at"], timed["all_day"]) == ("2030-05-01T09:00:00Z", False)
    dated = (await api.get("/api/tasks", params={"due_after": "2030-05-01", "due_before": "2030-05-01"})).json()
    assert [task["number"] for task in dated["tasks"]] == [1, 2]
    changes = (await api.get("/api/activity", params={"task": 1})).json()["changes"]
    assert (changes[0]["after"]["due_at"], changes[0]["after"]["all_day"]) == (day["due_at"], True)
    cleared = await api.patch("/api/tasks/1", json={"due_at": "2030-05-01T10:00"})
    assert (cleared.json()["due_at"], cleared.json()["all_day"]) == ("2030-05-01T14:00:00Z", False)


async def test_a_second_completion_changes_nothing(api: httpx.AsyncClient, person: Person):
    await add(api)
    first = await api.post("/api/tasks/1/complete", json={"completed": True})
    assert (await api.post("/api/tasks/1/complete", json={"completed": True})).json() == first.json()
    for _ in range(2):
        reopened = await api.post("/api/tasks/1/complete", json={"completed": False})
        assert reopened.json()["completed_at"] is None
    assert [action for _, action, _ in await actions(person)] == ["created", "completed", "reopened"]


async def test_completing_without_a_body_completes_the_task(api: httpx.AsyncClient):
    await add(api)
    assert (await api.post("/api/tasks/1/complete")).json()["completed_at"]


async def test_null_clears_optional_fields(api: httpx.AsyncClient):
    await add(api, description="d", tags=["t"], due_at="2030-05-01", recurrence="FREQ=DAILY")
    emptied = {"description": None, "tags": None, "due_at": None, "recurrence": None}
    changed = (await api.patch("/api/tasks/1", json=emptied)).json()
    assert (changed["description"], changed["tags"], changed["due_at"], changed["recurrence"]) == ("", [], None, None)


@pytest.mark.parametrize("field", ["title", "priority"])
async def test_null_is_refused_for_required_fields(api: httpx.AsyncClient, field: str):
    made = await add(api)
    assert check_problem(await api.patch("/api/tasks/1", json={field: None}), 422)["field"] == field
    assert (await api.get("/api/tasks/1")).json() == made


async def test_an_empty_change_changes_nothing(api: httpx.AsyncClient, person: Person):
    made = await add(api)
    assert (await api.patch("/api/tasks/1", json={})).json() == made
    assert len(await actions(person)) == 1


async def test_dates_are_parsed_in_the_users_time_zone(
    asgi: httpx.ASGITransport, new_person: Callable[..., Awaitable[Any]]
):
    somebody = await new_person(timezone="Asia/Tokyo")
    async with httpx.AsyncClient(transport=asgi, base_url="http://localhost:3000", headers=somebody.bearer) as api:
        assert (await add(api, due_at="2030-05-01"))["due_at"] == "2030-05-01T14:59:59Z"
        assert (await add(api, due_at="2030-05-01T09:00"))["due_at"] == "2030-05-01T00:00:00Z"
        assert (await add(api, due_at="2030-05-01T09:00:00Z"))["due_at"] == "2030-05-01T09:00:00Z"
        assert (await add(api, "x", due_at="2 May 2030 9am"))["due_at"] == "2030-05-02T00:00:00Z"
        day = {"due_after": "2030-05-01", "due_before": "2030-05-01"}
        assert await titles(api, **day) == ["Buy milk"] * 3
        assert await titles(api, due_after="2030-05-02T09:00+09:00") == ["x"]


async def test_a_rule_without_a_due_date_sets_one(api: httpx.AsyncClient):
    made = await add(api, recurrence="freq=daily")
    assert made["recurrence"] == "FREQ=DAILY"
    assert made["due_at"] is not None


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 256}, "title"),
        ({"title": "nul\0"}, "title"),
        ({"title": "half \ud83d"}, "title"),
        ({"title": 7}, "title"),
        ({"title": None}, "title"),
        ({"description": "x" * 2001}, "description"),
        ({"priority": "urgent"}, "priority"),
        ({"tags": [f"t{index}" for index in range(21)]}, "tags"),
        ({"tags": ["x" * 51]}, "tags"),
        ({"tags": "home"}, "tags"),
        ({"tags": [7]}, "tags"),
        ({"due_at": "someday"}, "due_at"),
        ({"due_at": "2030-02-30"}, "due_at"),
        ({"due_at": 5}, "due_at"),
        ({"recurrence": "FREQ=OFTEN"}, "recurrence"),
        ({"colour": "red"}, "colour"),
        ({"number": 7}, "number"),
    ],
)
async def test_an_invalid_field_is_refused_with_its_name_and_nothing_is_written(
    api: httpx.AsyncClient, person: Person, fields: dict[str, Any], named: str
):
    made = await add(api)
    # json.dumps escapes a lone surrogate, which httpx could not encode.
    new, changes = json.dumps({"title": "Second", **fields}), json.dumps(fields)
    headers = {"Content-Type": "application/json"}
    check_problem(await api.post("/api/tasks", content=new, headers=headers), 422, named)
    check_problem(await api.patch("/api/tasks/1", content=changes, headers=headers), 422, named)
    assert await titles(api) == ["Buy milk"]
    assert (await api.get("/api/tasks/1")).json() == made
    assert len(await actions(person)) == 1
    assert (await add(api))["number"] == 2


async def test_fields_at_their_limits_are_accepted(api: httpx.AsyncClient):
    fields = {"description": "x" * 2000, "tags": [f"{index:050}" for index in range(20)]}
    made = await add(api, "\U0001f3c3" * 255, **fields)
    assert (made["title"], made["description"], made["tags"]) == ("\U0001f3c3" * 255, *fields.values())


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"title": 1e999}'])
@pytest.mark.parametrize("path", ["", "/1", "/1/complete", "/1/move", "/bulk-complete", "/bulk-delete", "/bulk-update"])
async def test_a_body_that_is_not_a_json_object_is_refused(
    api: httpx.AsyncClient, person: Person, path: str, body: bytes
):
    await add(api)
    if path == "/1/complete" and body in (b"", b"null"):
        return  # its body may be left out
    method = "PATCH" if path == "/1" else "POST"
    headers = {"Content-Type": "application/json"}
    response = await api.request(method, f"/api/tasks{path}", content=body, headers=headers)
    check_problem(response, response.status_code)
    assert response.status_code in (400, 422)
    assert len(await actions(person)) == 1


ABSURD = ["2", "0", "-1", "99999999999999999999", "9" * 5000, "x", "1.5", "%00", "%F0%9F%8E%89", "1e3"]


@pytest.mark.parametrize("number", ABSURD)
async def test_an_unknown_number_is_404(api: httpx.AsyncClient, person: Person, number: str):
    await add(api)
    path = f"/api/tasks/{number}"
    check_problem(await api.get(path), 404)
    check_problem(await api.patch(path, json={"title": "x"}), 404)
    check_problem(await api.delete(path), 404)
    check_problem(await api.post(f"{path}/complete", json={"completed": True}), 404)
    assert len(await actions(person)) == 1


async def test_a_wrong_method_is_405(api: httpx.AsyncClient):
    check_problem(await api.put("/api/tasks/1", json={}), 405)
    check_problem(await api.get("/api/tasks/bulk-delete"), 405)
    check_problem(await api.delete("/api/tasks"), 405)


# The list


async def test_the_list_returns_tasks_next_and_counts(api: httpx.AsyncClient):
    made = [await add(api, title, due_at=due_at) for title, due_at in (("a", "2020-01-01"), ("b", None), ("c", None))]
    await api.post("/api/tasks/3/complete", json={"completed": True})
    answer = (await api.get("/api/tasks", params={"limit": 1})).json()
    assert answer["tasks"] == [made[0]]
    assert answer["tasks"][0]["overdue"]
    assert answer["counts"] == {"open": 2, "done": 1, "overdue": 1}
    rest = (await api.get("/api/tasks", params={"limit": 1, "cursor": answer["next"]})).json()
    assert (rest["tasks"], rest["next"]) == ([made[1]], None)


async def test_the_list_supports_every_filter(api: httpx.AsyncClient):
    await add(api, "Buy milk", tags=["home", "shop"], priority="high", due_at="2030-05-01")
    await add(api, "Buy tea", tags=["home"], due_at="2030-05-02")
    await add(api, "Sleep", priority="low")
    await api.post("/api/tasks/2/complete")
    assert await titles(api, status="open") == ["Buy milk", "Sleep"]
    assert await titles(api, status="done") == ["Buy tea"]
    assert await titles(api, priority="low") == ["Sleep"]
    assert await titles(api, tag="HOME") == ["Buy milk", "Buy tea"]
    assert await titles(api, tag=["home", "shop"]) == ["Buy milk"]
    assert await titles(api, due_before="2030-05-01") == ["Buy milk"]
    assert await titles(api, due_after="2030-05-02") == ["Buy tea"]
    assert await titles(api, q="bu m") == ["Buy milk"]
    assert await titles(api, sort="title", order="desc") == ["Sleep", "Buy tea", "Buy milk"]
    assert await titles(api, sort="due", order="desc") == ["Buy tea", "Buy milk", "Sleep"]
    assert await titles(api, sort="priority", order="desc") == ["Buy milk", "Buy tea", "Sleep"]


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("status=never", "status"),
        ("priority=urgent", "priority"),
        ("tag=", "tag"),
        ("tag=%00", "tag"),
        ("q=%00", "q"),
        ("due_before=someday", "due_before"),
        ("due_after=2030-02-30", "due_after"),
        ("due_before=", "due_before"),
        ("sort=number", "sort"),
        ("order=up", "order"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("limit=99999999999999999999", "limit"),
        ("cursor=x", "cursor"),
        ("cursor=%F0%9F", "cursor"),
        ("colour=red", "colour"),
    ],
)
async def test_an_invalid_filter_is_refused_with_its_name(api: httpx.AsyncClient, query: str, named: str):
    check_problem(await api.get(f"/api/tasks?{query}"), 422, named)


async def test_a_cursor_of_another_sort_is_refused(api: httpx.AsyncClient):
    await add(api)
    await add(api)
    cursor = (await api.get("/api/tasks", params={"limit": 1})).json()["next"]
    response = await api.get("/api/tasks", params={"sort": "title", "cursor": cursor})
    assert check_problem(response, 422)["field"] == "cursor"


# Deleted tasks


async def test_a_deleted_task_is_listed_and_restored_exactly(api: httpx.AsyncClient, person: Person):
    made = await add(api, description="2 litres", tags=["home"], due_at="2030-05-01", recurrence="FREQ=WEEKLY")
    other = await add(api, "Call mum")
    for number in (1, 2):
        await api.delete(f"/api/tasks/{number}")
    listed = (await api.get("/api/tasks", params={"status": "deleted"})).json()
    assert listed == {"tasks": [other, made], "next": None, "counts": {"open": 0, "done": 0, "overdue": 0}}

    for _ in range(2):
        restored = await api.post("/api/tasks/1/restore")
        assert (restored.status_code, restored.json()) == (200, made)
    assert (await api.get("/api/tasks/1")).json() == made
    assert await titles(api, status="deleted") == ["Call mum"]
    assert (await actions(person))[4:] == [("api", "restored", 1)]


@pytest.mark.parametrize("number", ["0", "7", "2147483648", "99999999999999999999", "9" * 5000])
async def test_restoring_an_unknown_task_is_404(api: httpx.AsyncClient, number: str):
    check_problem(await api.post(f"/api/tasks/{number}/restore"), 404)


@pytest.mark.parametrize("verb", ["bulk-complete", "bulk-delete"])
async def test_bulk_routes_refuse_deleted_tasks(api: httpx.AsyncClient, verb: str):
    await add(api)
    await api.delete("/api/tasks/1")
    check_problem(await api.post(f"/api/tasks/{verb}", json={"filter": {"status": "deleted"}}), 422, "status")


# Limits per account


@pytest.mark.parametrize("verb", ["bulk-complete", "bulk-delete", "bulk-update"])
async def test_one_call_accepts_at_most_a_thousand_tasks(api: httpx.AsyncClient, person: Person, verb: str):
    await fill(person, AT_ONCE_MAX + 1)
    changes = {"priority": "high"} if verb == "bulk-update" else {}
    for which in ({"numbers": list(range(1, AT_ONCE_MAX + 2))}, {"filter": {"priority": "medium"}}):
        refused = check_problem(await api.post(f"/api/tasks/{verb}", json=which | changes), 422, next(iter(which)))
        assert (refused["code"], refused["most"]) == ("too_many_at_once", 1000)
    assert await actions(person) == []


async def test_a_full_list_refuses_new_tasks(api: httpx.AsyncClient, person: Person):
    await fill(person, OPEN_MAX)
    refused = check_problem(await api.post("/api/tasks", json={"title": "One more"}), 409)
    assert (refused["code"], refused["most"]) == ("list_full", 10_000)
    assert await actions(person) == []


# Repeating tasks


async def test_completing_a_repeating_task_creates_the_next_one_once(api: httpx.AsyncClient, person: Person):
    made = await add(
        api, description="all", tags=["home"], priority="high", due_at="2031-01-31", recurrence="FREQ=MONTHLY"
    )
    await asyncio.gather(*(api.post("/api/tasks/1/complete") for _ in range(5)))
    [following] = (await api.get("/api/tasks")).json()["tasks"]
    own = {name: following[name] for name in ("number", "due_at", "created_at", "updated_at")}
    assert following == made | own
    assert (own["number"], own["due_at"]) == (2, "2031-02-28T23:59:59Z")
    await api.post("/api/tasks/bulk-complete", json={"filter": {}})
    assert (await api.get("/api/tasks/3")).json()["due_at"] == "2031-03-31T23:59:59Z"

    await api.post("/api/tasks/2/complete", json={"completed": False})
    assert [task["number"] for task in (await api.get("/api/tasks")).json()["tasks"]] == [2]
    assert (await actions(person))[1:] == [
        ("api", "completed", 1),
        ("repeat", "created", 2),
        ("api", "completed", 2),
        ("repeat", "created", 3),
        ("api", "reopened", 2),
        ("repeat", "deleted", 3),
    ]


# Bulk


@pytest.mark.parametrize(("verb", "action"), [("bulk-complete", "completed"), ("bulk-delete", "deleted")])
async def test_bulk_routes_accept_numbers_or_a_filter(api: httpx.AsyncClient, person: Person, verb: str, action: str):
    for index in range(6):
        await add(api, f"Task {index}", tags=["odd"] if index % 2 else [])
    by_filter = await api.post(f"/api/tasks/{verb}", json={"filter": {"tag": "odd"}})
    assert (by_filter.status_code, by_filter.json()) == (200, {"numbers": [2, 4, 6]})
    by_number = await api.post(f"/api/tasks/{verb}", json={"numbers": [3, 1]})
    assert (by_number.status_code, by_number.json()) == (200, {"numbers": [1, 3]})
    assert await titles(api, status="open") == ["Task 4"]
    assert (await actions(person))[6:] == [("api", action, number) for number in (2, 4, 6, 1, 3)]


async def test_a_filter_accepts_a_list_of_tags_and_dates(api: httpx.AsyncClient):
    await add(api, tags=["a", "b"], due_at="2030-05-01")
    await add(api, tags=["a"], due_at="2030-05-01")
    chosen = {"filter": {"tag": ["A", "b"], "due_before": "2030-05-01", "status": "all"}}
    assert (await api.post("/api/tasks/bulk-delete", json=chosen)).json() == {"numbers": [1]}


@pytest.mark.parametrize("verb", ["bulk-complete", "bulk-delete"])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"numbers": None}, 422),
        ({"numbers": [1], "filter": {}}, 422),
        ({"numbers": ["1"]}, 422),
        ({"numbers": [True]}, 422),
        ({"numbers": 1}, 422),
        ({"filter": {"status": "never"}}, 422),
        ({"filter": {"due_before": "someday"}}, 422),
        ({"filter": {"limit": 1}}, 422),
        ({"filter": {"colour": "red"}}, 422),
        ({"numbers": [1], "colour": "red"}, 422),
        ({"numbers": [1, 3]}, 404),
        ({"numbers": [1, 0]}, 404),
        ({"numbers": [1, -1]}, 404),
        ({"numbers": [1, 10**20]}, 404),
    ],
)
async def test_bulk_routes_change_all_or_nothing(
    api: httpx.AsyncClient, person: Person, verb: str, body: dict[str, Any], status: int
):
    await add(api)
    await add(api)
    check_problem(await api.post(f"/api/tasks/{verb}", json=body), status)
    assert len(await titles(api, status="open")) == 2
    assert len(await actions(person)) == 2


# Concurrency and other users


async def test_concurrently_created_tasks_get_numbers_without_gaps(api: httpx.AsyncClient):
    made = await asyncio.gather(*(add(api, f"Task {index}") for index in range(20)))
    assert sorted(task["number"] for task in made) == list(range(1, 21))


async def test_no_route_changes_another_users_task(
    api: httpx.AsyncClient, other_api: httpx.AsyncClient, person: Person, other_person: Person
):
    theirs = await add(other_api, "Theirs", tags=["home"])
    refusals = [
        await api.get("/api/tasks/1"),
        await api.patch("/api/tasks/1", json={"title": "Mine"}),
        await api.delete("/api/tasks/1"),
        await api.post("/api/tasks/1/complete"),
        await api.post("/api/tasks/1/restore"),
        await api.post("/api/tasks/bulk-complete", json={"numbers": [1]}),
        await api.post("/api/tasks/bulk-delete", json={"numbers": [1]}),
        await api.post("/api/tasks/bulk-update", json={"numbers": [1], "priority": "high"}),
        await api.post("/api/tasks/1/move", json={"after": None}),
    ]
    absent = await api.get("/api/tasks/1")
    for refusal in refusals:
        assert check_problem(refusal, 404) == absent.json()
    for verb in ("bulk-complete", "bulk-delete"):
        assert (await api.post(f"/api/tasks/{verb}", json={"filter": {"status": "all"}})).json() == {"numbers": []}
    mine = (await api.get("/api/tasks", params={"status": "all"})).json()
    assert mine == {"tasks": [], "next": None, "counts": {"open": 0, "done": 0, "overdue": 0}}
    assert (await other_api.get("/api/tasks/1")).json() == theirs
    assert await actions(person) == []
    assert len(await actions(other_person)) == 1


async def test_anonymous_requests_are_401(anonymous: httpx.AsyncClient):
    for method, path in (("GET", ""), ("POST", ""), ("GET", "/1"), ("PATCH", "/1"), ("DELETE", "/1")):
        check_problem(await anonymous.request(method, f"/api/tasks{path}"), 401)
    for path in ("/1/complete", "/1/move", "/bulk-complete", "/bulk-delete", "/bulk-update"):
        check_problem(await anonymous.post(f"/api/tasks{path}", json={}), 401)
