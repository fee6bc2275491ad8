"""The routes under /api/activity."""

from typing import Any

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.changes import Cause, Entry, record
from taskchat_app.domain.storage.database import system_transaction
from taskchat_app.domain.tasks import task_rows
from taskchat_app.domain.tasks.fields import TaskDraft
from tests.api.responses import Api, check_problem, post_task, undo
from tests.chatting import json_of

FIELDS = {"id", "at", "actor", "action", "task", "before", "after", "thread_id", "turn_id"}


async def activity(api: Api, **query: Any) -> list[dict[str, Any]]:
    return json_of(await api.get("/api/activity", params=query))["changes"]


async def create_by_assistant(person: Person, *titles: str, turn: str = "turn") -> None:
    async with system_transaction() as session:
        for title in titles:
            by = Cause(person.id, "assistant", "thread", turn)
            await task_rows.create_task(session, by, TaskDraft(title), zone=person.zone)


async def test_a_change_has_actor_action_and_states_before_and_after(api: Api):
    made = await post_task(api, due_at="2030-05-01", tags=["home"])
    changed = (await api.patch("/api/tasks/1", json={"title": "Buy tea"})).json()
    await api.delete("/api/tasks/1")
    deleted, updated, created = await activity(api)

    assert set(created) == FIELDS
    assert [change["id"] for change in (created, updated, deleted)] == [1, 2, 3]
    assert (created["actor"], created["action"], created["task"]) == ("api", "created", 1)
    assert (created["before"], created["after"]) == (None, made)
    assert (updated["action"], updated["before"], updated["after"]) == ("updated", made, changed)
    assert (deleted["action"], deleted["before"], deleted["after"]) == ("deleted", changed, None)
    assert (created["thread_id"], created["turn_id"]) == (None, None)
    assert created["at"].endswith("Z")
    for fields in ({"title": "Move"}, {"title": "Pack", "parent_number": 2}):
        await post_task(api, **fields)
    assert (await activity(api, task=2))[0]["after"]["steps"] == {"open": 1, "done": 0}


async def test_the_list_supports_filters_and_pages(api: Api, person: Person):
    await create_by_assistant(person, "One", "Two", turn="first")
    await create_by_assistant(person, "Three", turn="second")
    await api.post("/api/tasks/1/complete")
    found = await activity(api, turn="first")
    assert [change["task"] for change in found] == [2, 1]
    names = ("actor", "thread_id", "turn_id")
    assert [found[0][name] for name in names] == ["assistant", "thread", "first"]
    assert [change["action"] for change in await activity(api, task=1)] == ["completed", "created"]
    assert [change["action"] for change in await activity(api, task=1, turn="first")] == ["created"]

    ids: list[int] = []
    query: dict[str, Any] = {"limit": 3}
    while True:
        page = (await api.get("/api/activity", params=query)).json()
        ids += [change["id"] for change in page["changes"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
        await post_task(api)
    assert ids == [4, 3, 2, 1]


async def test_an_invalid_filter_is_refused_and_one_without_a_match_finds_nothing(api: Api):
    for query in ("limit=x", "limit=" + "9" * 5000, "task=x", "task=", "task=1.5", "task=" + "9" * 5000):
        check_problem(await api.get(f"/api/activity?{query}"), 422)
    for query in (
        *("limit=0", "limit=201", "limit=-1", "limit=1" + "0" * 30, "turn=%00", "turn=a%00b"),
        *("cursor=", "cursor=x", "cursor=-1", "cursor=1e3", "cursor=" + "9" * 19, "cursor=%00", "cursor=%D9%A3"),
    ):
        refused = check_problem(await api.get(f"/api/activity?{query}"), 422)
        assert refused["field"] == query.partition("=")[0], query
    for query in ("task=0", "task=-1", "task=1" + "0" * 30, "turn=", "turn=%F0%9F%A5%9B"):
        response = await api.get(f"/api/activity?{query}")
        assert (response.status_code, response.json()) == (200, {"changes": [], "next": None}), query
    await post_task(api)
    for query in ("limit=1", "limit=200", "cursor=" + "9" * 18):
        assert len((await api.get(f"/api/activity?{query}")).json()["changes"]) == 1, query


async def test_an_undo_reverts_one_change_once_and_names_a_task_changed_since(api: Api):
    made = await post_task(api, due_at="2030-05-01", tags=["home"], recurrence="FREQ=WEEKLY")
    await api.patch("/api/tasks/1", json={"title": "Buy tea", "tags": [], "recurrence": None})
    assert await undo(api, "activity/2") == {"undone": [1], "conflicts": []}
    assert (await api.get("/api/tasks/1")).json() == made

    log = await activity(api)
    assert (log[0]["action"], log[0]["actor"], log[0]["after"]) == ("undone", "api", made)
    assert await undo(api, "activity/2") == {"undone": [], "conflicts": []}
    assert await activity(api) == log
    await api.patch("/api/tasks/1", json={"priority": "high"})
    task = (await api.patch("/api/tasks/1", json={"title": "Buy tea"})).json()
    outcome = await undo(api, "activity/4")
    assert (outcome["undone"], [conflict["number"] for conflict in outcome["conflicts"]]) == ([], [1])
    assert "#1 was changed again" in outcome["conflicts"][0]["reason"]
    assert (await api.get("/api/tasks/1")).json() == task


async def test_undoing_an_unknown_change_or_one_of_a_thread_is_404(api: Api, person: Person):
    await post_task(api)
    async with system_transaction() as session:
        [of_thread] = await record(session, Cause(person.id, "person"), [Entry("thread", "created")])
    for change_id in (of_thread, "0", "-1", "99", "9223372036854775808", "1" + "0" * 30):
        refused = check_problem(await api.post(f"/api/activity/{change_id}/undo"), 404)
        assert refused["code"] == "not_found", change_id
    for change_id in ("x", "1.5", "9" * 5000, "¼"):
        check_problem(await api.post(f"/api/activity/{change_id}/undo"), 422)
    assert len(await activity(api)) == 1


async def test_another_users_changes_are_not_found(api: Api, other_api: Api):
    theirs = await post_task(other_api)
    assert await activity(api) == await activity(api, task=1) == []
    refused = check_problem(await api.post("/api/activity/1/undo"), 404)
    assert refused == check_problem(await api.post("/api/activity/77/undo"), 404)
    assert (await other_api.get("/api/tasks/1")).json() == theirs
