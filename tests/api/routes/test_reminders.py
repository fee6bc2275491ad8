"""Reminders over HTTP."""

from datetime import datetime, timedelta

from sqlmodel import col, update

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.reminders import scheduler
from taskchat_app.domain.storage.database import now, system_transaction
from taskchat_app.domain.storage.models import Task
from tests.api.responses import Api, code_of, post_task


def later(**units: float) -> str:
    return (now() + timedelta(**units)).replace(microsecond=0).isoformat()


async def make_rung(person: Person, number: int) -> None:
    """Ring the task's reminder as if the task had just become due."""
    moment = now().replace(microsecond=0)
    async with system_transaction() as session:
        mine = update(Task).where(col(Task.user_id) == person.id, col(Task.number) == number)
        await session.exec(mine.values(due_at=moment, remind_at=moment, rung_until=moment - timedelta(hours=1)))
        assert await scheduler.ring(session, person.id) == [number]


async def test_a_reminder_is_set_read_and_removed(api: Api):
    task = await post_task(api, "Call mum", due_at=later(days=3))
    for before, earlier in {"at_due_time": {}, "10_minutes": {"minutes": 10}, "1_hour": {"hours": 1}}.items():
        answer = await api.put("/api/tasks/1/reminder", json={"before": before})
        assert answer.status_code == 200
        body = answer.json()
        due, rings = map(datetime.fromisoformat, (task["due_at"], body.pop("remind_at")))
        assert due - rings == timedelta(**earlier)
        assert body == {"number": 1, "title": "Call mum", "due_at": task["due_at"], "before": before}
    assert (await api.get("/api/tasks/1/reminder")).json() == answer.json()
    for _ in range(2):
        assert (await api.delete("/api/tasks/1/reminder")).status_code == 204
    gone = (await api.get("/api/tasks/1/reminder")).json()
    assert (gone["before"], gone["remind_at"]) == ("none", None)
    changes = (await api.get("/api/activity")).json()["changes"]
    assert [change["action"] for change in changes] == ["reminder_removed", *["reminder_set"] * 3, "created"]
    assert (await api.post(f"/api/activity/{changes[0]['id']}/undo")).json()["undone"] == [1]
    assert (await api.get("/api/tasks/1/reminder")).json() == answer.json()
    assert set((await api.get("/api/tasks/1")).json()) == set(task)


async def test_an_invalid_reminder_is_refused_and_changes_nothing(api: Api):
    for due in (None, "in 5 minutes"):
        await post_task(api, "Call mum", due_at=due)
    invalid: list[tuple[int, dict[str, str], str | None, str]] = [
        (1, {"before": "1_hour"}, "before", "no due date"),
        (2, {"before": "1_day"}, "before", "has passed"),
        (2, {"before": "soon"}, "before", "at_due_time, 10_minutes, 1_hour, 1_day or none"),
        (2, {}, None, "before"),
        (2, {"before": "1_hour", "sound": "gong"}, None, "sound"),
    ]
    for number, body, field, says in invalid:
        path = f"/api/tasks/{number}/reminder"
        kept = (await api.get(path)).json()
        answer = await api.put(path, json=body)
        assert (answer.status_code, answer.json().get("field"), says in answer.text) == (422, field, True), answer.text
        assert (await api.get(path)).json() == kept
    assert (await api.put("/api/tasks/1/reminder", json={"before": "none"})).json()["before"] == "none"
    assert [one["action"] for one in (await api.get("/api/activity")).json()["changes"]] == ["created"] * 2


async def test_another_users_reminder_is_404(api: Api, other_api: Api):
    await post_task(api, "Call mum", due_at="tomorrow 9am")
    for method, path, body in (
        ("GET", "reminder", None),
        ("PUT", "reminder", {"before": "none"}),
        ("DELETE", "reminder", None),
        ("POST", "reminder/snooze", None),
    ):
        assert code_of(await other_api.request(method, f"/api/tasks/1/{path}", json=body)) == (404, "not_found")
    assert (await other_api.get("/api/reminders")).json() == {"coming": [], "rang": []}
    assert (await api.get("/api/tasks/1/reminder")).json()["before"] == "at_due_time"


async def test_upcoming_and_rung_reminders_are_listed_until_they_are_seen(api: Api, person: Person):
    for due in ("in 3 hours", "in 2 hours", "tomorrow", None):
        await post_task(api, "Call mum", due_at=due)
    listed = (await api.get("/api/reminders")).json()
    assert [one["number"] for one in listed["coming"]] == [2, 1]
    await make_rung(person, 2)
    listed = (await api.get("/api/reminders")).json()
    assert [[one["number"] for one in listed[name]] for name in ("coming", "rang")] == [[1], [2]]
    for _ in range(2):
        assert (await api.post("/api/tasks/2/reminder/seen")).status_code == 204
    assert (await api.get("/api/reminders")).json()["rang"] == []


async def test_a_snooze_has_one_effect_per_key(api: Api, person: Person):
    await post_task(api, "Call mum", due_at="in 3 hours")
    await make_rung(person, 1)
    key = {"Idempotency-Key": "later"}
    put_off = await api.post("/api/tasks/1/reminder/snooze", json={"minutes": 10}, headers=key)
    assert timedelta(minutes=9) < datetime.fromisoformat(put_off.json()["remind_at"]) - now() < timedelta(minutes=11)
    assert (await api.post("/api/tasks/1/reminder/snooze", json={"minutes": 10}, headers=key)).json() == put_off.json()
    listed = (await api.get("/api/reminders")).json()
    assert (listed["coming"], listed["rang"]) == ([put_off.json()], [])
    assert (await api.post("/api/tasks/1/reminder/snooze", json={"minutes": 0})).status_code == 422
