"""A calendar feed, imported as tasks, gives the tasks of the feed."""

from typing import Any

import pytest

from tests.api.responses import Api, add, bring, feed_of

KEPT = ("title", "description", "priority", "tags", "due_at", "all_day", "recurrence", "completed_at")
TEXTS = [r"Clean C:\New; \n, folder", "✓ not done", "äöü 日本 🎉 " + "ж" * 100, "www.example.org?task=1"]


async def tasks_of(api: Api, status: str = "all") -> list[dict[str, Any]]:
    return (await api.get("/api/tasks", params={"status": status, "sort": "title"})).json()["tasks"]


def comparable(tasks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept = [{name: task[name] for name in KEPT} for task in tasks]
    seconds = [(task["completed_at"] or "")[:19] for task in tasks]  # a calendar has no milliseconds
    return [task | {"completed_at": at} for task, at in zip(kept, seconds, strict=True)]


@pytest.mark.parametrize("kind", ["event", "todo"])
async def test_a_feed_comes_back_as_its_tasks(api: Api, other_api: Api, kind: str):
    for one in (api, other_api):
        await one.patch("/api/auth/me", json={"timezone": "America/New_York"})
    for text in TEXTS:
        await add(api, title=text, description=f"  {text}\n\nsecond {text}\n", tags=["a,b", "c"], due_at="2027-03-14")
    await add(api, title="Bare", due_at="2027-11-07T01:30", priority="high")
    await add(api, title="Weekly", due_at="2027-03-01T09:00", recurrence="FREQ=WEEKLY;BYDAY=MO")
    for title in ("Milk", "✓ Bread"):
        await api.post(f"/api/tasks/{await add(api, title=title, due_at='2027-03-02')}/complete", json={})
    if kind == "todo":
        await add(api, title="Someday", description="No date")
    outcome = await bring(other_api, await feed_of(api, kind), format="ics")
    assert (outcome["skipped"], outcome["notes"]) == ([], [])
    assert comparable(await tasks_of(other_api)) == comparable(await tasks_of(api))


SERIES = [
    ("FREQ=WEEKLY;BYDAY=MO", "2027-03-01", "2027-03-10", "FREQ=WEEKLY;BYDAY=MO"),
    ("FREQ=WEEKLY;COUNT=9", "2027-03-01", "2027-03-10", "FREQ=WEEKLY;COUNT=7;BYDAY=MO"),
    ("FREQ=WEEKLY;UNTIL=20270401", "2027-03-01", "2027-03-10", "FREQ=WEEKLY;UNTIL=20270401;BYDAY=MO"),
    ("UNTIL=20401231;FREQ=WEEKLY", "2027-03-01", "2027-03-10", "FREQ=WEEKLY;UNTIL=20401231;BYDAY=MO"),
    ("FREQ=MONTHLY", "2027-01-31", "2027-03-05", "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1"),
    ("FREQ=YEARLY", "2027-05-04", "2028-06-01", "FREQ=YEARLY;BYMONTHDAY=4;BYMONTH=5"),
    ("FREQ=DAILY;COUNT=5", "2027-03-01T09:00", "2027-03-02T15:00", "FREQ=DAILY;COUNT=3;BYMINUTE=0;BYHOUR=9"),
    ("FREQ=WEEKLY", "2027-03-01T09:00", "2027-03-10T15:00", "FREQ=WEEKLY;BYMINUTE=0;BYHOUR=9;BYDAY=MO"),
    ("FREQ=DAILY;BYHOUR=8,20", "2027-03-01", "", "FREQ=DAILY;BYHOUR=8,20"),
]


@pytest.mark.parametrize("kind", ["event", "todo"])
async def test_series_come_back_with_rules_that_give_their_dates(api: Api, other_api: Api, kind: str):
    for rule, first, moved, _ in SERIES:
        number = await add(api, title=rule, due_at=first, recurrence=rule)
        if moved:
            await api.post(f"/api/tasks/{number}/complete", json={})
            [following] = [task for task in await tasks_of(api, "open") if task["title"] == rule]
            await api.patch(f"/api/tasks/{following['number']}", json={"due_at": moved})
    outcome = await bring(other_api, await feed_of(api, kind), format="ics")
    assert (outcome["skipped"], outcome["notes"]) == ([], [])
    for _ in range(4):
        tasks, imported = await tasks_of(api, "open"), await tasks_of(other_api, "open")
        assert {task["title"]: task["recurrence"] for task in imported} == {rule: to for rule, _, _, to in SERIES}
        dues = [[(task["title"], task["due_at"], task["all_day"]) for task in one] for one in (tasks, imported)]
        assert dues[0] == dues[1]
        for one, listed in ((api, tasks), (other_api, imported)):
            done = await one.post("/api/tasks/bulk-complete", json={"numbers": [task["number"] for task in listed]})
            assert done.status_code == 200, done.text


async def test_dates_that_no_rule_gives_are_named(api: Api, other_api: Api):
    await add(api, title="Rent", due_at="2027-03-01", recurrence="FREQ=WEEKLY;INTERVAL=2")
    await api.post("/api/tasks/1/complete", json={})
    await api.patch("/api/tasks/2", json={"due_at": "2027-03-24"})  # its week has no date of the series
    outcome = await bring(other_api, await feed_of(api, "event"), format="ics")
    assert [note["reason"] for note in outcome["notes"]] == ["“Rent” comes without its RDATE, which has no place here."]
    assert [task["recurrence"] for task in await tasks_of(other_api, "open")] == [None]


async def test_a_calendar_of_another_program_keeps_its_marks_and_our_properties_without_types(api: Api, other_api: Api):
    told = ["SUMMARY:✓ Milk", "DESCRIPTION: two \\n", "URL:https://example.org/"]
    entry = ["BEGIN:VEVENT", "UID:a", *told, "END:VEVENT"]
    await bring(api, "\r\n".join(["BEGIN:VCALENDAR", "PRODID:-//other//EN", *entry, "END:VCALENDAR"]), format="ics")
    [task] = await tasks_of(api)
    assert (task["title"], task["description"]) == ("✓ Milk", "two\n\nhttps://example.org/")
    assert task["completed_at"] is None
    dates = ["DTSTART:20270301T090000Z", "RDATE:20270308T090000Z", "X-TASKCHAT-RRULE:FREQ=DAILY;COUNT=9"]
    milk = ["BEGIN:VEVENT", "UID:a", "SUMMARY:✓ Milk", *dates, "X-TASKCHAT-COMPLETED:20270102T030405Z", "END:VEVENT"]
    tea = ["SUMMARY:✓ Tea", "X-TASKCHAT-COMPLETED;VALUE=DATE-TIME:20270102T030405Z"]
    entries = [*milk, "BEGIN:VEVENT", "UID:b", *tea, "END:VEVENT"]
    outcome = await bring(other_api, "\r\n".join(["BEGIN:VCALENDAR", *entries, "END:VCALENDAR"]), format="ics")
    assert (outcome["skipped"], outcome["notes"]) == ([], [])
    untyped, typed = await tasks_of(other_api)
    assert (untyped["title"], untyped["recurrence"]) == ("Milk", "FREQ=DAILY;COUNT=9")
    assert untyped["completed_at"] is not None
    assert (typed["title"], typed["completed_at"]) == ("Tea", "2027-01-02T03:04:05Z")
