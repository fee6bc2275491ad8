"""The routes under /api/tasks: single tasks, the list, several at once, the manual order."""

import json
from collections.abc import Awaitable, Callable
from itertools import product
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.models import Change
from taskchat_app.domain.tasks import task_rows
from taskchat_app.domain.tasks.queries import AT_ONCE_MAX
from tests.api.responses import Api, add_all, check_problem, post_task
from tests.chatting import json_of, rows
from tests.domain.tasks.test_limits_per_account import fill

TASK_FIELDS = set(
    "number parent_number steps title description priority tags due_at all_day due_words due_readings start_at"
    " recurrence reminder completed_at created_at updated_at overdue".split()
)
COUNTS_OF_NONE = {"open": 0, "done": 0, "overdue": 0}


async def tasks(api: Api, **query: Any) -> list[dict[str, Any]]:
    return json_of(await api.get("/api/tasks", params={"status": "all"} | query))["tasks"]


async def titles(api: Api, **query: Any) -> list[str]:
    return [task["title"] for task in await tasks(api, **query)]


async def actions(person: Person) -> list[tuple[str, str, int | None]]:
    log = select(Change.actor, Change.action, Change.task_number).where(Change.user_id == person.id)
    return [tuple(row) for row in await rows(log.order_by(col(Change.id)))]


async def test_a_task_is_created_read_changed_completed_and_deleted(api: Api, person: Person):
    made = await post_task(
        api, "  Buy milk ", description="2 litres", priority="high", tags=["#home"], due_at="2030-05-01"
    )
    assert set(made) == TASK_FIELDS
    assert (made["number"], made["title"], made["priority"], made["tags"]) == (1, "Buy milk", "high", ["home"])
    assert (made["due_at"], made["completed_at"], made["overdue"]) == ("2030-05-01T23:59:59Z", None, False)
    assert made["all_day"] is True
    assert (await api.get("/api/tasks/1")).json() == made

    changed = await api.patch("/api/tasks/1", json={"title": "Buy oat milk"})
    assert changed.status_code == 200
    assert changed.json() == made | {"title": "Buy oat milk", "updated_at": changed.json()["updated_at"]}
    assert (await api.patch("/api/tasks/1", json={})).json() == changed.json()

    done = await api.post("/api/tasks/1/complete", json={"completed": True})
    assert done.status_code == 200
    assert done.json()["completed_at"] == done.json()["updated_at"]
    assert (await api.post("/api/tasks/1/complete", json={"completed": True})).json() == done.json()
    for _ in range(2):
        reopened = await api.post("/api/tasks/1/complete", json={"completed": False})
        assert reopened.json()["completed_at"] is None
    assert (await api.post("/api/tasks/1/complete")).json()["completed_at"], "without a body"

    gone = await api.delete("/api/tasks/1")
    assert (gone.status_code, gone.content) == (204, b"")
    check_problem(await api.get("/api/tasks/1"), 404)
    names = ["created", "updated", "completed", "reopened", "completed", "deleted"]
    assert await actions(person) == [("api", name, 1) for name in names]


async def test_a_whole_day_follows_the_users_time_zone_everywhere(api: Api):
    await post_task(api, due_at="2030-05-01")
    await post_task(api, due_at="2030-05-01T09:00")
    by_date = {"sort": "due", "limit": 1}
    cursor = (await api.get("/api/tasks", params=by_date)).json()["next"]
    assert (await api.patch("/api/auth/me", json={"timezone": "America/New_York"})).status_code == 200
    check_problem(await api.get("/api/tasks", params=by_date | {"cursor": cursor}), 422, "cursor")
    day, timed = [(await api.get(f"/api/tasks/{number}")).json() for number in (1, 2)]
    assert (day["due_at"], day["all_day"]) == ("2030-05-02T03:59:59Z", True)
    assert (timed["due_at"], timed["all_day"]) == ("2030-05-01T09:00:00Z", False)
    assert [task["number"] for task in await tasks(api, due_after="2030-05-01", due_before="2030-05-01")] == [1, 2]
    changes = (await api.get("/api/activity", params={"task": 1})).json()["changes"]
    assert (changes[0]["after"]["due_at"], changes[0]["after"]["all_day"]) == (day["due_at"], True)
    cleared = await api.patch("/api/tasks/1", json={"due_at": "2030-05-01T10:00"})
    assert (cleared.json()["due_at"], cleared.json()["all_day"]) == ("2030-05-01T14:00:00Z", False)


async def test_dates_are_in_the_users_time_zone(asgi: httpx.ASGITransport, new_person: Callable[..., Awaitable[Any]]):
    somebody = await new_person(timezone="Asia/Tokyo")
    async with httpx.AsyncClient(transport=asgi, base_url="http://localhost:3000", headers=somebody.bearer) as api:
        assert (await post_task(api, due_at="2030-05-01"))["due_at"] == "2030-05-01T14:59:59Z"
        assert (await post_task(api, due_at="2030-05-01T09:00"))["due_at"] == "2030-05-01T00:00:00Z"
        assert (await post_task(api, due_at="2030-05-01T09:00:00Z"))["due_at"] == "2030-05-01T09:00:00Z"
        assert (await post_task(api, "x", due_at="2 May 2030 9am"))["due_at"] == "2030-05-02T00:00:00Z"
        assert await titles(api, due_after="2030-05-01", due_before="2030-05-01") == ["Buy milk"] * 3
        assert await titles(api, due_after="2030-05-02T09:00+09:00") == ["x"]
        repeating = await post_task(api, recurrence="freq=daily")
        assert repeating["recurrence"] == "FREQ=DAILY"
        assert repeating["due_at"] is not None


INVALID: dict[str, list[Any]] = {
    "title": ["", "x" * 256, "nul\0", "half \ud83d", 7, None],
    "description": ["x" * 2001],
    "priority": ["urgent", None],
    "tags": [[f"t{index}" for index in range(21)], ["x" * 51], "home", [7]],
    "due_at": ["someday", "2030-02-30", 5],
    "due_reading": [0, "1", None],
    "recurrence": ["FREQ=OFTEN"],
    "reminder": ["soon", "1_hour"],  # without a date
    "colour": ["red"],
    "number": [7],
}


async def test_an_invalid_field_is_refused_with_its_name_and_nothing_is_written(api: Api, person: Person):
    made = await post_task(api)
    for field, values in INVALID.items():
        for value in values:
            # json.dumps escapes a lone surrogate, which httpx could not encode.
            new, changes = json.dumps({"title": "Second", field: value}), json.dumps({field: value})
            headers = {"Content-Type": "application/json"}
            check_problem(await api.post("/api/tasks", content=new, headers=headers), 422, field)
            check_problem(await api.patch("/api/tasks/1", content=changes, headers=headers), 422, field)
    assert await tasks(api) == [made]
    assert len(await actions(person)) == 1
    fields = {"description": "x" * 2000, "tags": [f"{index:050}" for index in range(20)]}
    longest = await post_task(api, "\U0001f3c3" * 255, **fields)
    assert (longest["title"], longest["description"], longest["tags"]) == ("\U0001f3c3" * 255, *fields.values())
    assert longest["number"] == 2


BODIES = [b"", b"{", b"[1]", b"null", b'"x"', b"\xff\xfe", b"[" * 100_000, b'{"title": 1e999}']
PATHS = ["", "/1", "/1/complete", "/1/move", "/bulk-complete", "/bulk-delete", "/bulk-update"]


async def test_a_body_that_is_not_a_json_object_is_refused(api: Api, person: Person):
    await post_task(api)
    for path, body in product(PATHS, BODIES):
        if path == "/1/complete" and body in (b"", b"null"):
            continue  # its body may be left out
        method = "PATCH" if path == "/1" else "POST"
        headers = {"Content-Type": "application/json"}
        response = await api.request(method, f"/api/tasks{path}", content=body, headers=headers)
        check_problem(response, response.status_code)
        assert response.status_code in (400, 422), (path, body[:9])
    assert len(await actions(person)) == 1


async def test_the_list_returns_tasks_next_and_counts(api: Api):
    made = [
        await post_task(api, title, due_at=due_at) for title, due_at in (("a", "2020-01-01"), ("b", None), ("c", None))
    ]
    await api.post("/api/tasks/3/complete", json={"completed": True})
    answer = (await api.get("/api/tasks", params={"limit": 1})).json()
    assert answer["tasks"] == [made[0]]
    assert answer["tasks"][0]["overdue"]
    assert answer["counts"] == {"open": 2, "done": 1, "overdue": 1}
    rest = (await api.get("/api/tasks", params={"limit": 1, "cursor": answer["next"]})).json()
    assert (rest["tasks"], rest["next"]) == ([made[1]], None)
    other_sort = await api.get("/api/tasks", params={"sort": "title", "cursor": answer["next"]})
    assert check_problem(other_sort, 422)["field"] == "cursor"


async def test_the_list_supports_every_filter_and_refuses_an_invalid_one_with_its_name(api: Api):
    milk, tea, sleep = "Buy milk", "Buy tea", "Sleep"
    await post_task(api, milk, tags=["home", "shop"], priority="high", due_at="2030-05-01")
    await post_task(api, tea, tags=["home"], due_at="2030-05-02", start_at="2029-01-01")
    await post_task(api, sleep, priority="low", start_at="2030-01-01")
    await api.post("/api/tasks/2/complete")
    expected: list[tuple[dict[str, Any], list[str]]] = [
        ({"status": "open"}, [milk, sleep]),
        ({"status": "done"}, [tea]),
        ({"priority": "low"}, [sleep]),
        ({"tag": "HOME"}, [milk, tea]),
        ({"tag": ["home", "shop"]}, [milk]),
        ({"due_before": "2030-05-01"}, [milk]),
        ({"due_after": "2030-05-02"}, [tea]),
        ({"q": "bu m"}, [milk]),
        ({"begun": True}, [milk]),
        ({"begun": False}, [tea, sleep]),
        ({"sort": "start", "status": "all"}, [tea, sleep, milk]),
        ({"sort": "title", "order": "desc"}, [sleep, tea, milk]),
        ({"sort": "due", "order": "desc"}, [tea, milk, sleep]),
        ({"sort": "priority", "order": "desc"}, [milk, tea, sleep]),
    ]
    assert [(query, await titles(api, **query)) for query, _ in expected] == expected
    for query in INVALID_FILTERS.split():
        check_problem(await api.get(f"/api/tasks?{query}"), 422, query.partition("=")[0])


INVALID_FILTERS = (
    "status=never priority=urgent tag= tag=%00 q=%00 due_before=someday due_after=2030-02-30 due_before= sort=number"
    " order=up limit=0 limit=201 limit=many limit=99999999999999999999 cursor=x cursor=%F0%9F colour=red"
)


async def test_a_deleted_task_is_listed_and_restored_exactly(api: Api, person: Person):
    made = await post_task(api, description="2 litres", tags=["home"], due_at="2030-05-01", recurrence="FREQ=WEEKLY")
    other = await post_task(api, "Call mum")
    for number in (1, 2):
        await api.delete(f"/api/tasks/{number}")
    listed = (await api.get("/api/tasks", params={"status": "deleted"})).json()
    assert listed == {"tasks": [other, made], "next": None, "counts": COUNTS_OF_NONE}
    for verb in ("bulk-complete", "bulk-delete"):
        deleted = {"filter": {"status": "deleted"}}
        check_problem(await api.post(f"/api/tasks/{verb}", json=deleted), 422, "status")
    for _ in range(2):
        restored = await api.post("/api/tasks/1/restore")
        assert (restored.status_code, restored.json()) == (200, made)
    assert (await api.get("/api/tasks/1")).json() == made
    assert await titles(api, status="deleted") == ["Call mum"]
    assert (await actions(person))[4:] == [("api", "restored", 1)]


async def test_one_call_accepts_at_most_a_thousand_tasks_and_a_full_list_no_new_one(
    api: Api, person: Person, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(task_rows, "OPEN_MAX", AT_ONCE_MAX + 1)
    await fill(person, AT_ONCE_MAX + 1)
    for verb, changes in (("bulk-complete", {}), ("bulk-delete", {}), ("bulk-update", {"priority": "high"})):
        for which in ({"numbers": list(range(1, AT_ONCE_MAX + 2))}, {"filter": {"priority": "medium"}}):
            refused = check_problem(await api.post(f"/api/tasks/{verb}", json=which | changes), 422, next(iter(which)))
            assert (refused["code"], refused["most"]) == ("too_many_at_once", 1000)
    refused = check_problem(await api.post("/api/tasks", json={"title": "One more"}), 409, "10,000")
    assert (refused["code"], refused["most"]) == ("list_full", AT_ONCE_MAX + 1)
    assert await actions(person) == []


async def test_bulk_routes_accept_numbers_or_a_filter(api: Api, person: Person):
    for start, verb, action in ((0, "bulk-complete", "completed"), (6, "bulk-delete", "deleted")):
        for index in range(6):
            tags = ["odd"] if index % 2 else []
            await post_task(api, f"Task {index}", tags=[*tags, "first"] if index < 2 else tags, due_at="2030-05-01")
        day = {"tag": ["ODD", "first"], "due_before": "2030-05-01", "status": "all"}
        for which, numbers in (
            ({"filter": day}, [2]),
            ({"filter": {"tag": "odd"}}, [4, 6]),
            ({"numbers": [start + 3, start + 1]}, [1, 3]),
        ):
            answer = await api.post(f"/api/tasks/{verb}", json=which)
            assert (answer.status_code, answer.json()) == (200, {"numbers": [start + number for number in numbers]})
        assert await titles(api, status="open") == ["Task 4"]
        assert (await actions(person))[-5:] == [("api", action, start + number) for number in (2, 4, 6, 1, 3)]
        await api.post("/api/tasks/bulk-delete", json={"filter": {"status": "all"}})


WRONG_SELECTIONS: list[tuple[Any, int]] = [
    ({}, 422), ({"numbers": None}, 422), ({"numbers": [1], "filter": {}}, 422), ({"numbers": ["1"]}, 422),
    ({"numbers": [True]}, 422), ({"numbers": 1}, 422), ({"filter": {"status": "never"}}, 422),
    ({"filter": {"due_before": "someday"}}, 422), ({"filter": {"limit": 1}}, 422),
    ({"filter": {"colour": "red"}}, 422), ({"numbers": [1], "colour": "red"}, 422), ({"numbers": [1, 3]}, 404),
    ({"numbers": [1, 0]}, 404), ({"numbers": [1, -1]}, 404), ({"numbers": [1, 10**20]}, 404),
]  # fmt: skip


WRONG_UPDATES: list[tuple[Any, int, str]] = [
    ({"numbers": [1, 2]}, 422, "Say what"),
    ({"priority": "high"}, 422, "numbers"),
    ({"numbers": [1], "filter": {}, "priority": "high"}, 422, "numbers"),
    ({"numbers": [1], "title": "x"}, 422, "title"),
    ({"numbers": ["1"], "priority": "high"}, 422, "numbers"),
    ({"numbers": [1, 2], "priority": None}, 422, "priority"),
    ({"numbers": [1, 2], "due_at": "never ever"}, 422, "due_at"),
    ({"numbers": [1, 2], "add_tags": None}, 422, "add_tags"),
    ({"numbers": [1, 2], "due_at": None}, 422, "#2: "),
    ({"numbers": [1, 8, 9], "priority": "high"}, 404, "#8, #9"),
]


async def test_bulk_routes_change_all_or_nothing(api: Api, person: Person):
    await post_task(api, due_at="2030-05-01")
    await post_task(api, recurrence="FREQ=DAILY")
    before = await tasks(api)
    for verb in ("bulk-complete", "bulk-delete"):
        for body, status in WRONG_SELECTIONS:
            check_problem(await api.post(f"/api/tasks/{verb}", json=body), status)
    for body, status, named in WRONG_UPDATES:
        check_problem(await api.post("/api/tasks/bulk-update", json=body), status, named)
    assert await tasks(api) == before
    assert len(await actions(person)) == 2


async def test_several_tasks_are_updated_by_numbers_or_filter(api: Api):
    for tags in (["home"], ["work"], []):
        await post_task(api, tags=tags, due_at="2030-01-01")
    body = {"numbers": [3, 1], "due_at": "1 May 2031", "priority": "high", "add_tags": ["x"], "remove_tags": ["home"]}
    answer = await api.post("/api/tasks/bulk-update", json=body)
    assert (answer.status_code, answer.json()) == (200, {"numbers": [1, 3]})
    changed = [(task["tags"], task["due_at"][:10], task["priority"]) for task in await tasks(api)]
    both = (["x"], "2031-05-01", "high")
    assert changed == [both, (["work"], "2030-01-01", "medium"), both]
    answer = await api.post("/api/tasks/bulk-update", json={"filter": {"tag": "x"}, "due_at": None})
    assert answer.json() == {"numbers": [1, 3]}
    assert [task["due_at"] for task in await tasks(api)][0::2] == [None, None]


async def test_a_task_is_created_and_changed_with_its_reminder_in_one_change(api: Api):
    draft = {"title": "Dentist", "due_at": "2031-03-05T09:00", "reminder": "1_hour"}
    created = (await api.post("/api/tasks", json=draft)).json()
    assert created["reminder"] == "1_hour"
    assert (await api.get("/api/tasks/1/reminder")).json()["remind_at"] == "2031-03-05T08:00:00Z"
    changed = await api.patch("/api/tasks/1", json={"due_at": "2031-03-06T09:00", "reminder": "1_day"})
    assert changed.json()["reminder"] == "1_day"
    assert (await api.get("/api/tasks/1/reminder")).json()["remind_at"] == "2031-03-05T09:00:00Z"
    assert (await api.patch("/api/tasks/1", json={"reminder": None})).json()["reminder"] == "none"
    bulk = await api.post("/api/tasks/bulk-update", json={"numbers": [1], "reminder": "10_minutes"})
    assert bulk.json() == {"numbers": [1]}
    log = (await api.get("/api/activity")).json()["changes"]
    assert [change["action"] for change in log] == ["reminder_set", "reminder_removed", "updated", "created"]
    assert (await api.post(f"/api/activity/{log[0]['id']}/undo")).json()["undone"] == [1]
    assert (await api.get("/api/tasks/1")).json()["reminder"] == "none"


async def order(api: Api) -> list[int]:
    """Return the numbers in the manual order."""
    return [task["number"] for task in await tasks(api, sort="manual", status="open")]


async def test_tasks_are_moved_and_listed_in_that_order(api: Api, person: Person):
    await add_all(api, "One", "Two", "Three", "Four", "Five")
    assert await order(api) == [5, 4, 3, 2, 1]
    moved = await api.post("/api/tasks/5/move", json={"after": 2})
    assert moved.status_code == 200
    assert (set(moved.json()), moved.json()["number"]) == (TASK_FIELDS, 5)
    assert await order(api) == [4, 3, 2, 5, 1]
    await api.post("/api/tasks/1/move", json={"before": 4})
    await api.post("/api/tasks/2/move", json={"after": None})
    assert await order(api) == [2, 1, 4, 3, 5]
    assert (await actions(person))[5:] == [("api", "moved", 5), ("api", "moved", 1), ("api", "moved", 2)]
    newest = (await api.get("/api/activity", params={"limit": 1})).json()["changes"][0]
    assert (newest["action"], set(newest["after"])) == ("moved", TASK_FIELDS)


WRONG_MOVES: list[tuple[str, Any, int, str]] = [
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
]


async def test_a_move_to_an_invalid_place_is_refused_and_changes_nothing(api: Api):
    await add_all(api, "One", "Two", "Three")
    await api.delete("/api/tasks/3")
    for path, body, status, named in WRONG_MOVES:
        check_problem(await api.post(f"/api/tasks/{path}/move", json=body), status, named)
    assert await order(api) == [2, 1]


async def test_no_route_changes_another_users_task(api: Api, other_api: Api, person: Person, other_person: Person):
    theirs = await post_task(other_api, "Theirs", tags=["home"])
    absent = await api.get("/api/tasks/1")
    requests: list[tuple[str, str, Any]] = [
        ("GET", "/1", None),
        ("PATCH", "/1", {"title": "Mine"}),
        ("DELETE", "/1", None),
        ("POST", "/1/complete", {}),
        ("POST", "/1/restore", None),
        ("POST", "/1/move", {"after": None}),
        ("POST", "/1/copy", {}),
        ("POST", "/bulk-complete", {"numbers": [1]}),
        ("POST", "/bulk-delete", {"numbers": [1]}),
        ("POST", "/bulk-update", {"numbers": [1], "priority": "high"}),
    ]
    for method, path, body in requests:
        assert check_problem(await api.request(method, f"/api/tasks{path}", json=body), 404) == absent.json(), path
    for verb in ("bulk-complete", "bulk-delete"):
        assert (await api.post(f"/api/tasks/{verb}", json={"filter": {"status": "all"}})).json() == {"numbers": []}
    mine = (await api.get("/api/tasks", params={"status": "all"})).json()
    assert mine == {"tasks": [], "next": None, "counts": COUNTS_OF_NONE}
    assert (await other_api.get("/api/tasks/1")).json() == theirs
    assert await actions(person) == []
    assert len(await actions(other_person)) == 1


async def test_a_step_names_its_task_which_counts_it(api: Api):
    await post_task(api, "Move")
    step = await post_task(api, "Call the movers", parent_number=1)
    assert (step["parent_number"], step["steps"]) == (1, {"open": 0, "done": 0})
    await post_task(api, "Pack", parent_number=1)
    await api.post("/api/tasks/2/complete", json={})
    read = (await api.get("/api/tasks/1")).json()
    [listed, *_] = await tasks(api)
    assert read["steps"] == listed["steps"] == {"open": 1, "done": 1}
    newest = (await api.get("/api/activity", params={"task": 1})).json()["changes"][0]
    assert (newest["after"]["steps"], newest["after"]["parent_number"]) == (read["steps"], None)
    moved = await api.patch("/api/tasks/3", json={"parent_number": None})
    assert (moved.json()["parent_number"], (await tasks(api))[0]["steps"]) == (None, {"open": 0, "done": 1})


async def test_another_users_task_is_refused_as_a_parent_like_an_unknown_number(api: Api, other_api: Api):
    await post_task(api, "Move")
    await add_all(other_api, "Theirs", "Theirs too")
    below = {"title": "Below", "parent_number": 2}
    moved, several = {"parent_number": 2}, {"numbers": [1], "parent_number": 2}
    for method, path, body in (("POST", "", below), ("PATCH", "/1", moved), ("POST", "/bulk-update", several)):
        theirs = await api.request(method, f"/api/tasks{path}", json=body)
        unknown = await api.request(method, f"/api/tasks{path}", json=body | {"parent_number": 9})
        check_problem(theirs, 422, "invalid")
        assert theirs.json() == {
            name: value.replace("#9", "#2") if isinstance(value, str) else value
            for name, value in unknown.json().items()
        }, path
    assert [task["parent_number"] for task in await tasks(api)] == [None]
    assert [task["steps"] for task in await tasks(other_api)] == [{"open": 0, "done": 0}] * 2


async def test_a_task_is_copied_with_its_steps_once_for_a_key_and_undone_in_one(api: Api):
    await post_task(api, "Packing list", due_at="2030-03-08", tags=["trip"])
    await post_task(api, "Passport", parent_number=1, due_at="2030-03-07")
    await api.post("/api/tasks/1/complete", json={})
    for invalid in ({"due_at": "someday"}, {"title": ""}, {"tags": ["a"]}):
        check_problem(await api.post("/api/tasks/1/copy", json=invalid), 422)
    headers = {"Idempotency-Key": "again"}
    for _ in range(2):
        copied = await api.post("/api/tasks/1/copy", json={"due_at": "2031-06-13"}, headers=headers)
        assert copied.status_code == 201
        assert set(copied.json()) == TASK_FIELDS
    expected = {"number": 3, "title": "Packing list", "due_at": "2031-06-13T23:59:59Z", "tags": ["trip"]}
    expected |= {"completed_at": None, "steps": {"open": 1, "done": 0}}
    assert {name: copied.json()[name] for name in expected} == expected
    step = (await api.get("/api/tasks/4")).json()
    assert (step["title"], step["parent_number"], step["due_at"]) == ("Passport", 3, "2031-06-12T23:59:59Z")
    [creation] = (await api.get("/api/activity", params={"task": 3})).json()["changes"]
    undone = (await api.post(f"/api/activity/{creation['id']}/undo")).json()
    assert (undone["undone"], [task["number"] for task in await tasks(api)]) == ([3, 4], [1, 2])
    assert (await api.post("/api/tasks/1/copy")).json()["number"] == 5, "without a body"
