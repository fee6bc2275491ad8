"""Calendar feeds over HTTP, read by two parsers of iCalendar."""

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx
import icalendar
import pytest
import vobject

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.calendar_feeds import calendar_feeds
from taskchat_app.domain.storage.database import now
from tests.api.responses import Api, add, code_of
from tests.chatting import json_of
from tests.conftest import ORIGIN, SignedInPerson, client, row_level_security

ODD_TITLE = "Milk, eggs; “bread” \\ 100 % – äöü 🥖 " + "ж" * 120
NewPerson = Callable[..., Awaitable[SignedInPerson]]
OF_TASKS = {*"UID DTSTAMP CREATED LAST-MODIFIED SEQUENCE SUMMARY PRIORITY CLASS URL STATUS".split()}
OF_CALENDARS = {
    *"METHOD CALSCALE NAME DESCRIPTION X-WR-CALNAME X-WR-CALDESC X-WR-TIMEZONE REFRESH-INTERVAL X-PUBLISHED-TTL".split()
}


async def make(api: Api, view: str = "all", kind: str = "event") -> dict[str, Any]:
    return json_of(await api.post("/api/feeds", json={"view": view, "as": kind}), 201)


async def read(anonymous: Api, feed: dict[str, Any], **headers: str) -> httpx.Response:
    answer = await anonymous.get(urlsplit(feed["url"]).path, headers=headers)
    assert answer.status_code in (200, 304), answer.text
    return answer


def parsed(content: bytes) -> dict[str, Any]:
    """Return the events and to-dos by summary, as icalendar reads them; vobject must find the same ones."""
    calendar: Any = icalendar.Calendar.from_ical(content)
    found = {str(part["SUMMARY"]): part for part in calendar.walk() if part.name in ("VEVENT", "VTODO")}
    assert not calendar.errors
    assert OF_CALENDARS - {*calendar} == set()
    assert [name for part in found.values() for name in OF_TASKS - {*part}] == []
    assert {part.get("TRANSP") for part in found.values() if part.name == "VEVENT"} <= {"TRANSPARENT"}
    second: Any = vobject.readOne(content.decode())
    others = [*second.contents.get("vevent", []), *second.contents.get("vtodo", [])]
    assert sorted(part.summary.value for part in others) == sorted(found)
    return found


async def test_a_calendar_reads_a_feed_without_credentials_until_it_is_deleted(api: Api, anonymous: Api):
    feed = await make(api, "  Overdue   #home ", "todo")
    assert feed["url"].startswith(f"{ORIGIN}/api/calendar/")
    assert feed["url"].endswith(".ics")
    assert (feed["view"], feed["as"], feed["last_read_at"]) == ("overdue #home", "todo", None)
    answer = await read(anonymous, feed)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    [listed] = (await api.get("/api/feeds")).json()["feeds"]
    assert listed["url"] == feed["url"]
    assert listed["last_read_at"] is not None

    assert (await api.delete(f"/api/feeds/{feed['id']}")).status_code == 204
    assert code_of(await anonymous.get(urlsplit(feed["url"]).path)) == (404, "not_found")
    assert (await api.delete(f"/api/feeds/{feed['id']}")).status_code == 404
    assert (await api.get("/api/feeds")).json() == {"feeds": []}


async def test_a_view_that_says_nothing_is_422_with_a_sentence(api: Api):
    for view in ("", "  ", "#", "!!!", "overdue done", "x" * 300, "a\0b", "#" + "x" * 60, "deleted #"):
        answer = await api.post("/api/feeds", json={"view": view, "as": "event"})
        assert (answer.status_code, answer.json()["field"]) == (422, "view"), answer.text
    other = await api.post("/api/feeds", json={"view": "all", "as": "journal"})
    assert (other.status_code, other.json()["field"]) == (422, "as")


async def test_a_view_contains_the_tasks_of_its_name_tags_and_words(api: Api, anonymous: Api):
    late, soon, far = (now() + timedelta(days=days) for days in (-3, 3, 30))
    await add(api, "Late home", due_at=late.isoformat(), tags=["Home"])
    await add(api, "Late work", due_at=late.isoformat(), tags=["work"])
    await add(api, "Soon", due_at=soon.isoformat(), tags=["home"])
    await add(api, "Far", due_at=far.isoformat())
    await add(api, "Someday")
    done = await add(api, "Was done", due_at=soon.isoformat())
    await api.post(f"/api/tasks/{done}/complete", json={"completed": True})
    for view, titles in {
        "overdue": {"Late home", "Late work"},
        "overdue #home": {"Late home"},
        "#home": {"Late home", "Soon"},
        "today": {"Late home", "Late work"},
        "week": {"Late home", "Late work", "Soon"},
        "upcoming": {"Soon", "Far"},
        "open": {"Late home", "Late work", "Soon", "Far", "Someday"},
        "done": {"Was done"},
        "all work": {"Late work"},
        "milk": set[str](),
    }.items():
        answer = await read(anonymous, await make(api, view, "todo"))
        assert set(parsed(answer.content)) == titles, view
    assert "Someday" not in parsed((await read(anonymous, await make(api, "open"))).content)


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Europe/Berlin", "UTC"])
async def test_events_follow_clock_changes(asgi: httpx.ASGITransport, anonymous: Api, new_person: NewPerson, zone: str):
    signed_in = await new_person(timezone=zone)
    async with client(asgi, **signed_in.bearer) as api:
        for month in (1, 4, 7, 10):
            await add(api, f"Timed {month}", due_at=f"2027-{month:02}-10T09:15")
            await add(api, f"Day {month}", due_at=f"2027-{month:02}-10")
        await add(api, "Weekly", due_at="2027-01-04T08:00", recurrence="FREQ=WEEKLY;BYDAY=MO")
        feed, todos = await make(api), await make(api, kind="todo")
    content = (await read(anonymous, feed)).content
    found = parsed(content)
    assert (b"BEGIN:VTIMEZONE" in content) == (zone != "UTC")
    for month in (1, 4, 7, 10):
        at = datetime(2027, month, 10, 9, 15, tzinfo=ZoneInfo(zone))
        assert found[f"Timed {month}"].start == at
        assert found[f"Timed {month}"].end - found[f"Timed {month}"].start == timedelta(minutes=30)
        day = found[f"Day {month}"]
        assert (day.start, day.end) == (date(2027, month, 10), date(2027, month, 11))
    # With the file's own VTIMEZONE, in which vobject reads times: it keeps the first one of a name otherwise.
    vobject.icalendar.registerTzid(zone, None)
    second: Any = vobject.readOne(content.decode())
    for event in second.vevent_list:
        if event.summary.value.startswith("Timed"):
            month = int(event.summary.value.split()[1])
            assert event.dtstart.value.astimezone(UTC) == datetime(2027, month, 10, 9, 15, tzinfo=ZoneInfo(zone))
    weekly = next(event for event in second.vevent_list if event.summary.value == "Weekly").rruleset
    assert [one.astimezone(ZoneInfo(zone)).hour for one in islice(weekly, 60)] == [8] * 60
    assert {one.weekday() for one in islice(weekly, 60)} == {0}
    found = parsed((await read(anonymous, todos)).content)
    assert found["Timed 7"]["DUE"].dt == datetime(2027, 7, 10, 9, 15, tzinfo=ZoneInfo(zone))
    assert found["Day 7"]["DUE"].dt == date(2027, 7, 10)
    assert found["Weekly"]["DTSTART"].dt == found["Weekly"]["DUE"].dt


async def test_an_undated_to_do_begins_on_its_day(asgi: httpx.ASGITransport, anonymous: Api, new_person: NewPerson):
    async with client(asgi, **(await new_person(timezone="Europe/Berlin")).bearer) as api:
        await add(api, "Day", start_at="2027-03-01")
        await add(api, "Timed", start_at="2027-03-01T08:00:00Z")
        content = (await read(anonymous, await make(api, kind="todo"))).content
    assert b"BEGIN:VTIMEZONE" in content
    found = parsed(content)
    assert (found["Day"]["DTSTART"].dt, "DUE" in found["Day"]) == (date(2027, 3, 1), False)
    assert found["Timed"]["DTSTART"].dt == datetime(2027, 3, 1, 8, tzinfo=UTC)


async def test_a_task_keeps_all_it_says(api: Api, anonymous: Api):
    description = "First line\nsecond, with; signs \\n and “quotes”"
    number = await add(
        api, ODD_TITLE, description=description, tags=["a,b", "c"], priority="high", due_at="2027-05-01T10:00:00Z"
    )
    await api.put(f"/api/tasks/{number}/reminder", json={"before": "10_minutes"})
    feed = await make(api, kind="todo")
    answer = await read(anonymous, feed)
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    todo = parsed(answer.content)[ODD_TITLE]
    assert str(todo["DESCRIPTION"]) == description
    assert list(todo.categories) == ["a,b", "c"]
    assert (todo["PRIORITY"], todo["STATUS"], str(todo["URL"])) == (1, "NEEDS-ACTION", f"{ORIGIN}/?task={number}")
    [alarm] = todo.walk("VALARM")
    assert (alarm["TRIGGER"].dt, alarm["TRIGGER"].params) == (-timedelta(minutes=10), {"RELATED": "END"})

    before = (todo["UID"], todo["SEQUENCE"])
    await api.patch(f"/api/tasks/{number}", json={"title": "Shorter"})
    await api.post(f"/api/tasks/{number}/complete", json={"completed": True})
    todo = parsed((await read(anonymous, feed)).content)["Shorter"]
    assert (todo["UID"], todo["STATUS"], todo["PERCENT-COMPLETE"]) == (before[0], "COMPLETED", 100)
    assert todo["SEQUENCE"] >= before[1]
    assert todo["COMPLETED"].dt.tzinfo is not None
    assert not todo.walk("VALARM")


async def test_a_backslash_before_n_is_no_line_break(api: Api, anonymous: Api):
    for text in (r"Clean C:\New folder", r"\N", r"\\N,\n;\NN"):
        number = await add(api, text, description=f"{text}\n{text}", tags=["x", text], due_at="2027-05-01T10:00:00Z")
        await api.put(f"/api/tasks/{number}/reminder", json={"before": "10_minutes"})
        content = (await read(anonymous, await make(api, f"all {text}"))).content
        calendar: Any = vobject.readOne(content.decode())
        event = calendar.vevent
        assert (event.summary.value, event.description.value) == (text, f"{text}\n{text}")
        assert (event.categories.value, event.valarm.description.value) == (["x", text], text)
        assert calendar.x_wr_calname.value == f"taskchat: all {text}"
        assert calendar.x_wr_caldesc.value == f"Tasks of taskchat: all {text}"
        assert parsed(content)[text].categories == ["x", text]
        await api.delete(f"/api/tasks/{number}")


async def test_the_etag_changes_with_the_content_only(api: Api, anonymous: Api):
    number = await add(api, "Milk", due_at="2027-05-01", recurrence="FREQ=WEEKLY")
    feed = await make(api)
    first, second = await read(anonymous, feed), await read(anonymous, feed)
    assert first.content == second.content
    assert first.headers["etag"] == second.headers["etag"]
    etag = first.headers["etag"]
    same = await read(anonymous, feed, **{"If-None-Match": f'"other", W/{etag}'})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    head = await anonymous.head(urlsplit(feed["url"]).path)
    assert (head.status_code, head.content) == (200, b"")
    assert (head.headers["etag"], head.headers["content-length"]) == (etag, str(len(first.content)))
    await api.patch(f"/api/tasks/{number}", json={"title": "Oat milk"})
    changed = await read(anonymous, feed, **{"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag


async def test_two_users_never_see_each_others_feeds(api: Api, other_api: Api, anonymous: Api):
    await add(api, "Mine", due_at="2027-05-01")
    await add(other_api, "Theirs", due_at="2027-05-01")
    mine = await make(api)
    async with row_level_security():
        theirs = await make(other_api)
        assert set(parsed((await read(anonymous, mine)).content)) == {"Mine"}
        assert set(parsed((await read(anonymous, theirs)).content)) == {"Theirs"}
        assert (await other_api.delete(f"/api/feeds/{mine['id']}")).status_code == 404
        assert [feed["id"] for feed in (await other_api.get("/api/feeds")).json()["feeds"]] == [theirs["id"]]
        path = urlsplit(mine["url"]).path
        head, _, rest = path.partition("-")
        for odd in (f"{head}-{'A' * 43}.ics", "/api/calendar/x.ics", f"{urlsplit(theirs['url']).path[:46]}-{rest}"):
            assert (await anonymous.get(odd)).status_code == 404


async def test_the_secret_of_a_failing_feed_is_not_logged_and_feeds_end_with_their_account(
    api: Api, anonymous: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    path = urlsplit((await make(api))["url"]).path

    async def fail(*_: object) -> bytes:
        raise RuntimeError("broken")

    with caplog.at_level(logging.DEBUG, "taskchat_app"), monkeypatch.context() as patch:
        patch.setattr(calendar_feeds, "calendar_file", fail)
        assert (await anonymous.get(path)).status_code == 500
    assert "/api/calendar/{secret}.ics failed" in caplog.text
    assert path.removeprefix("/api/calendar/")[:-4] not in caplog.text
    assert (await anonymous.get(path)).status_code == 200
    assert (await api.request("DELETE", "/api/auth/me", json={"password": "correct horse battery"})).status_code == 204
    assert (await anonymous.get(path)).status_code == 404


async def test_a_feed_has_at_most_so_many_tasks_and_says_so(api: Api, anonymous: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(calendar_feeds, "TASKS_MAX", 2)
    for day in (3, 1, 2):
        await add(api, f"Day {day}", due_at=f"2027-05-0{day}")
    await api.post(f"/api/tasks/{await add(api, 'Done', due_at='2027-05-01')}/complete")
    content = (await read(anonymous, await make(api))).content
    assert list(parsed(content)) == ["Day 1", "Day 2"]
    assert "(the first 2)" in str(icalendar.Calendar.from_ical(content)["X-WR-CALDESC"])
    await api.patch("/api/auth/me", json={"language": "de"})
    content = (await read(anonymous, await make(api))).content
    assert "(die ersten 2)" in str(icalendar.Calendar.from_ical(content)["X-WR-CALDESC"])


async def test_feeds_and_reads_are_limited(api: Api, anonymous: Api, person: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(calendar_feeds, "FEEDS_MAX", 1)
    monkeypatch.setattr(calendar_feeds, "READS", calendar_feeds.Limit(f"reads {person.id}", 1, timedelta(minutes=10)))
    feed = await make(api)
    assert code_of(await api.post("/api/feeds", json={"view": "all", "as": "event"})) == (409, "list_full")
    await read(anonymous, feed)
    answer = await anonymous.get(urlsplit(feed["url"]).path)
    assert (answer.status_code, answer.json()["code"]) == (429, "burst_limit")
    assert int(answer.headers["retry-after"]) > 0


async def test_the_address_is_the_apis_where_the_page_is_on_another_site(page: Api):
    headers = {"Sec-Fetch-Site": "cross-site", "Host": "api.example.net"}
    answer = await page.post("/api/feeds", json={"view": "all", "as": "event"}, headers=headers)
    assert answer.json()["url"].startswith("http://api.example.net/api/calendar/")
    answer = await page.get("/api/feeds", headers={"Sec-Fetch-Site": "same-origin", "Host": "internal:80"})
    assert answer.json()["feeds"][0]["url"].startswith(f"{ORIGIN}/api/calendar/")


async def test_a_later_task_that_is_moved_before_its_date_does_not_show_that_date_again(api: Api, anonymous: Api):
    number = await add(api, "Rent", due_at="2027-03-01", recurrence="FREQ=WEEKLY")
    await api.post(f"/api/tasks/{number}/complete", json={"completed": True})
    feed = await make(api, "open")
    for moved in ("2027-03-05", "2027-03-01"):
        await api.patch(f"/api/tasks/{number + 1}", json={"due_at": moved})
        event: Any = vobject.readOne((await read(anonymous, feed)).content.decode()).vevent
        later = [one.date().isoformat() for one in islice(event.rruleset, 2)]
        assert (event.dtstart.value.isoformat(), later) == (moved, ["2027-03-15", "2027-03-22"])
