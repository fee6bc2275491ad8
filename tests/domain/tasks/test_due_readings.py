"""What the words of a due date were, and the choice of another reading of them, over the API."""

import json
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from sqlmodel import select

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.models import Change
from taskchat_app.domain.text_erasure import erase_texts
from tests.chatting import rows

WORDS = "next saturday at 3"
"""Whatever day is today, the time has two readings."""


@pytest.fixture
async def task(api: httpx.AsyncClient) -> dict[str, Any]:
    return (await api.post("/api/tasks", json={"title": "Call Ann", "due_at": WORDS})).json()


async def patch(api: httpx.AsyncClient, **fields: Any) -> dict[str, Any]:
    answer = await api.patch("/api/tasks/1", json=fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_another_reading_is_chosen_taken_back_and_undone(api: httpx.AsyncClient, task: dict[str, Any]):
    first = task["due_readings"][0]
    assert (task["due_words"], first["all_day"]) == (WORDS, False)
    chosen = await patch(api, due_reading=1)
    assert (chosen["due_at"], chosen["due_words"]) == (first["due_at"], WORDS)
    assert chosen["due_readings"][0]["due_at"] == task["due_at"]
    again = await patch(api, due_reading=1)
    assert (again["due_at"], again["due_readings"]) == (task["due_at"], task["due_readings"])
    await patch(api, due_reading=1)
    newest = (await api.get("/api/activity")).json()["changes"][0]
    dues = [newest[side]["due_at"] for side in ("before", "after")]
    assert (newest["action"], dues) == ("updated", [task["due_at"], first["due_at"]])
    await api.post(f"/api/activity/{newest['id']}/undo")
    undone = (await api.get("/api/tasks/1")).json()
    assert {**undone, "updated_at": ""} == {**task, "updated_at": ""}


async def test_what_was_chosen_twice_is_offered_and_read_first_from_then_on(api: httpx.AsyncClient):
    async def added() -> dict[str, Any]:
        return (await api.post("/api/tasks", json={"title": "Call Bob", "due_at": "in 3 days at 3"})).json()

    async def switched(number: int) -> dict[str, Any]:
        return (await api.patch(f"/api/tasks/{number}", json={"due_reading": 1})).json()

    first, _ = await added(), await added()
    assert first["due_readings"][0]["meaning"] == "03h"
    assert (await switched(1)).get("due_meaning_offered") is None
    assert (await patch(api, title="Call Ann")).get("due_meaning_offered") is None
    second = await switched(2)
    assert second["due_meaning_offered"] == "03h"
    assert (await switched(2)).get("due_meaning_offered") is None
    assert (await api.patch("/api/auth/me", json={"due_meanings": "03h"})).status_code == 200
    assert (await added())["due_at"] == second["due_at"]
    assert (await switched(2)).get("due_meaning_offered") is None
    await api.patch("/api/auth/me", json={"due_meanings": ""})
    assert (await added())["due_at"] == first["due_at"]


async def test_meanings_that_exclude_each_other_are_no_setting(api: httpx.AsyncClient):
    for meanings in ("next", "week_after ", "week_after week_after", "this_week week_after", "03h 15h"):
        refused = await api.patch("/api/auth/me", json={"due_meanings": meanings})
        assert (refused.status_code, "due_meanings" in refused.text) == (422, True), meanings


async def test_a_date_of_another_kind_has_no_words(api: httpx.AsyncClient, task: dict[str, Any]):
    assert (await patch(api, title="Call Bob", due_at=task["due_at"]))["due_words"] == WORDS
    changed = await patch(api, due_at="2031-05-06")
    assert (changed["due_words"], changed["due_readings"]) == (None, [])
    assert (await patch(api, due_at="in 3 days"))["due_words"] == "in 3 days"
    assert (await patch(api, due_at=None))["due_words"] is None


async def test_an_absent_reading_changes_nothing(api: httpx.AsyncClient, task: dict[str, Any]):
    for fields in ({"due_reading": 9}, {"due_reading": 0}, {"due_reading": 1, "due_at": "tomorrow"}):
        refused = await api.patch("/api/tasks/1", json=fields)
        assert (refused.status_code, "due_reading" in refused.text) == (422, True), fields
        assert (await api.get("/api/tasks/1")).json() == task
    await patch(api, due_at="2031-05-06")
    assert (await api.patch("/api/tasks/1", json={"due_reading": 1})).status_code == 422


async def test_nobody_else_reads_the_words(api: httpx.AsyncClient, task: dict[str, Any], person: Person):
    feed = (await api.post("/api/feeds", json={"view": "all", "as": "todo"})).json()
    file = (await api.get(urlsplit(feed["url"]).path)).text
    listed = (await api.get("/api/tasks.csv")).text
    assert "Call Ann" in file
    assert "Call Ann" in listed
    assert WORDS not in file
    assert WORDS not in listed
    async with transaction(person.id) as session:
        await erase_texts(session, person.id, [1], now())
    changes = await rows(select(Change).where(Change.user_id == person.id))
    assert changes
    assert WORDS not in json.dumps([[change.before, change.after] for change in changes])


async def test_readings_keep_their_clock_in_another_zone(api: httpx.AsyncClient, task: dict[str, Any]):
    await patch(api, recurrence="FREQ=WEEKLY")
    await api.patch("/api/auth/me", json={"timezone": "Asia/Tokyo"})
    moved = (await api.get("/api/tasks/1")).json()
    assert moved["due_at"] != task["due_at"]
    other = moved["due_readings"][0]["due_at"]
    assert {moved["due_at"][11:16], other[11:16]} <= {"06:00", "18:00"}
    assert (await patch(api, due_reading=1))["due_at"] == other
