"""POST /api/import of files of Todoist, TickTick, Vikunja and calendars, written after their documentation."""

import io
import json
import zipfile
from dataclasses import fields
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.models import Change
from taskchat_app.domain.transfer import foreign_import
from taskchat_app.domain.transfer.file_reader import READERS
from taskchat_app.domain.transfer.foreign_task import ForeignTask
from taskchat_app.domain.transfer.report import ImportReport
from taskchat_app.domain.transfer.task_writer import SOURCE
from tests.api.responses import Api, bring, tasks_of, undo
from tests.domain.transfer.readers.test_calendar_import import calendar_of, todo

FILES = Path(__file__).parent / "files"
TODOIST, TICKTICK, ICS = ((FILES / name).read_text() for name in ("todoist.csv", "ticktick.csv", "calendar.ics"))
VIKUNJA: list[Any] = json.loads((FILES / "vikunja.json").read_text())


def packed(data: Any, **files: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("VERSION", "v0.24.0")
        archive.writestr("data.json", json.dumps(data))
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


async def parents(api: Api) -> dict[str, str | None]:
    """Return the title of each task's parent, by its own."""
    titles = {task["number"]: (task["title"], task["parent_number"]) for task in await tasks_of(api)}
    return {title: titles[parent][0] if parent else None for title, parent in titles.values()}


async def described(api: Api) -> dict[str, str]:
    return {task["title"]: task["description"] for task in await tasks_of(api)}


def lines(remarks: list[dict[str, Any]]) -> list[int]:
    return [remark["line"] for remark in remarks]


async def check_todoist(api: Api, outcome: dict[str, Any]) -> None:
    milk, plants, can, odd = await tasks_of(api)
    assert (milk["title"], milk["tags"], milk["priority"]) == ("Buy milk", ["shop", "home"], "high")
    assert milk["description"] == "two\nlitres\n\nThe blue one"
    assert (milk["due_at"], milk["all_day"]) == ("2027-01-05T23:59:59Z", True)
    assert (plants["recurrence"], plants["due_at"][11:]) == ("FREQ=WEEKLY;BYDAY=MO", "08:00:00Z")
    assert (plants["tags"], plants["priority"]) == (["Garden"], "low")
    assert (can["recurrence"], can["description"]) == ("FREQ=DAILY;INTERVAL=3", "")
    assert (can["parent_number"], plants["steps"]) == (plants["number"], {"open": 1, "done": 0})
    assert (odd["due_at"], odd["priority"]) == (None, "medium")
    assert lines(outcome["skipped"]) == [8, 8, 11]
    assert lines(outcome["notes"]) == [7, 9, 10, 10]


async def check_ticktick(api: Api, outcome: dict[str, Any]) -> None:
    done, report, call = await tasks_of(api)
    assert (report["due_at"], report["all_day"]) == ("2027-01-05T22:59:59Z", True)
    assert (report["recurrence"], report["priority"]) == ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=5", "high")
    assert (report["tags"], report["description"]) == (["urgent", "q4", "Work"], "Write\nit")
    assert (await api.get(f"/api/tasks/{report['number']}/reminder")).json()["remind_at"] == "2027-01-05T08:00:00Z"
    assert (call["due_at"], call["recurrence"], call["tags"]) == ("2027-01-05T14:00:00Z", None, ["Home"])
    assert (call["description"], call["parent_number"]) == ("", report["number"])
    assert (done["completed_at"], done["created_at"]) == ("2026-09-02T08:00:00Z", "2026-09-01T08:00:00Z")
    assert len({remark["line"] for remark in outcome["skipped"]}) == 2
    skipped, notes = (" ".join(remark["reason"] for remark in outcome[name]) for name in ("skipped", "notes"))
    assert all(part in skipped for part in ("column name", "given up"))
    assert all(part in notes for part in ("ERULE", "its start", "15 minutes", "Reminder -PT1H"))


async def check_vikunja(api: Api, outcome: dict[str, Any]) -> None:
    clean, part = await tasks_of(api)
    assert (clean["due_at"], clean["recurrence"]) == ("2027-01-05T09:00:00Z", "FREQ=WEEKLY;INTERVAL=2")
    assert (clean["description"], clean["tags"]) == ("All & everything\n- floor", ["chores", "House"])
    assert clean["priority"] == "high"
    assert (await api.get("/api/tasks/1/reminder")).json()["before"] == "1_hour"
    assert (part["due_at"], part["completed_at"]) == ("2026-01-31T00:00:00Z", "2026-02-01T00:00:00Z")
    assert part["recurrence"] is None
    assert (lines(outcome["skipped"]), lines(outcome["notes"])) == ([1, 3], [2, 2])
    assert part["parent_number"] == clean["number"]


async def check_calendar(api: Api, outcome: dict[str, Any]) -> None:
    rent, meeting, finished, broken = await tasks_of(api)
    assert (rent["title"], rent["description"], rent["tags"]) == ("Pay rent, now", "long line", ["home", "money"])
    assert (rent["due_at"], rent["all_day"], rent["priority"]) == ("2027-01-31T14:59:59Z", True, "high")
    assert rent["recurrence"] == "FREQ=MONTHLY;BYMONTHDAY=-1"
    assert (meeting["due_at"], meeting["recurrence"]) == ("2027-01-05T09:00:00Z", None)
    assert meeting["description"] == "Room 7"
    assert (await api.get("/api/tasks/2/reminder")).json()["before"] == "10_minutes"
    assert (finished["due_at"], finished["completed_at"]) == ("2027-01-01T03:00:00Z", "2027-01-01T11:00:00Z")
    assert (broken["title"], broken["due_at"]) == ("Broken", None)
    assert (lines(outcome["skipped"]), lines(outcome["notes"])) == ([43, 53], [22, 48])
    assert finished["parent_number"] == meeting["number"]


FORMATS = {
    "todoist": ("UTC", TODOIST, check_todoist),
    "ticktick": ("Europe/Berlin", TICKTICK, check_ticktick),
    "vikunja": ("UTC", packed(VIKUNJA, **{"files/1": "x", "../../evil": "x"}), check_vikunja),
    "ics": ("Asia/Tokyo", ICS.replace("\n", "\r\n"), check_calendar),
}
"""By format: the user's zone, a file, and what checks the tasks of it."""
OF_TODOIST = ("former_description", "written")
"""Fields by which an import recognizes what earlier versions made of Todoist's files."""
NOT_READ = {
    "todoist": ("start_at", "remind_before", "completed_at", "is_done", "created_at", "key", "zone"),
    "ticktick": ("start_at", *OF_TODOIST, "zone"),
    "vikunja": ("start_at", *OF_TODOIST, "zone"),
    "ics": (*OF_TODOIST, "zone"),
}
"""The fields that no task of the file has."""


@pytest.mark.parametrize("kind", FORMATS)
def test_every_field_of_a_file_is_read(kind: str):
    timezone, file, _ = FORMATS[kind]
    content = io.BytesIO(file if isinstance(file, bytes) else file.encode())
    reader: Any = import_module(f"taskchat_app.domain.transfer.readers.{READERS[kind]}")
    tasks = [*reader.read_tasks(content, ImportReport(), ZoneInfo(timezone), now())]
    unread = {one.name for one in fields(ForeignTask) if all(getattr(task, one.name) == one.default for task in tasks)}
    assert unread == {*NOT_READ[kind]}, f"{reader.__name__} reads other fields than those beside NOT_READ"


@pytest.mark.parametrize("kind", FORMATS)
async def test_a_file_comes_whole_and_once_as_one_turn_after_a_preview(api: Api, other_api: Api, kind: str):
    timezone, file, check = FORMATS[kind]
    await api.patch("/api/auth/me", json={"timezone": timezone})
    preview = await bring(api, file, format=kind, dry_run="true")
    assert (await tasks_of(api), preview["turn_id"]) == ([], None)
    outcome = await bring(api, file, format=kind)
    assert outcome | {"turn_id": None} == preview
    await check(api, outcome)
    changes = (await api.get("/api/activity")).json()["changes"]
    told = {(one["turn_id"], one["action"], one["actor"]) for one in changes}
    assert told == {(outcome["turn_id"], "created", "api")}
    assert await tasks_of(other_api) == []
    again = await bring(api, file, format=kind)
    assert (again["created"], again["turn_id"]) == (0, None)
    assert len(again["skipped"]) > outcome["created"]
    undone = await undo(api, f"turns/{outcome['turn_id']}")
    assert (len(undone["undone"]), undone["conflicts"]) == (outcome["created"], [])
    assert (await api.get("/api/tasks", params={"status": "all"})).json()["tasks"] == []
    assert (await bring(api, file, format=kind))["created"] == outcome["created"]


async def test_a_task_that_comes_without_a_part_is_noted_and_one_that_does_not_come_skipped(api: Api, other_api: Api):
    outcome = await bring(api, "TYPE,CONTENT,DATE\ntask,Bad date,blorp\n", format="todoist")
    assert (outcome["created"], outcome["skipped"]) == (1, [])
    reason = "“Bad date” comes without its date “blorp”, which is not understood."
    assert outcome["notes"] == [{"line": 2, "reason": reason}]
    file = f"TYPE,CONTENT,DATE\ntask,{'long ' * 70},\n" + "".join(f"task,Bad {n},blorp\n" for n in range(100))
    assert len((await bring(api, file, format="todoist"))["notes"]) == 101
    again = await bring(api, file, format="todoist")
    assert (len(again["skipped"]), again["notes"]) == (101, [])
    file = "title,start_at,due_at,repeats,tags\nMilk,blorp,someday,sometimes,shop\n"
    outcome = await bring(other_api, file, format="csv")
    reasons = [note["reason"].split(":")[0] for note in outcome["notes"]]
    assert sorted(reasons) == [
        "“Milk” comes without its date",
        "“Milk” comes without its recurrence “sometimes”",
        "“Milk” comes without the field “Begins”",
    ]
    [milk] = await tasks_of(other_api)
    assert (milk["title"], milk["tags"]) == ("Milk", ["shop"])
    assert (milk["start_at"], milk["due_at"], milk["recurrence"]) == (None, None, None)


OLD_SOURCE = "3388019b5d0bcede6170fd7691054176-1"
"""The hash of the task below with its date as it was understood."""
OLD_STEP = "b3f7da42b3f6cca9950c3e0b989a1c52-1"
"""The hash of the step below, whose description named its task: “↳ Plants”."""


async def test_the_same_file_creates_nothing_on_another_day_or_elsewhere(api: Api, monkeypatch: pytest.MonkeyPatch):
    dates = ("tomorrow", "every day at 9am", "every monday until in 2 months")
    rows = "".join(f"task,{date},{date},\n" for date in dates)
    file = f"TYPE,CONTENT,DATE,TIMEZONE\n{rows}{rows}"
    assert (await bring(api, file, format="todoist"))["created"] == 6
    monkeypatch.setattr(foreign_import, "now", lambda: now() + timedelta(days=4))
    assert (await bring(api, file, format="todoist"))["created"] == 0
    await api.patch("/api/auth/me", json={"timezone": "Asia/Tokyo"})
    assert (await bring(api, file, format="todoist"))["created"] == 0
    assert (await bring(api, f"{file}{rows}", format="todoist"))["created"] == 3
    await api.patch("/api/auth/me", json={"week_start": "sunday"})
    await bring(api, "TYPE,CONTENT,DATE\ntask,Plan,next week\n", format="todoist")
    [plan] = [task for task in await tasks_of(api) if task["title"] == "Plan"]
    assert datetime.fromisoformat(plan["due_at"]).strftime("%A") == "Sunday", "in the user's weeks"


async def test_a_dated_todoist_task_and_a_step_of_an_earlier_version_are_known(api: Api, person: Person):
    file = "TYPE,CONTENT,DATE,TIMEZONE\ntask,Call,2027-01-05,Europe/Berlin\n"
    await bring(api, file, format="todoist")
    async with transaction(person.id) as session:
        change = await session.get_one(Change, (person.id, 1))
        change.stored_after = (change.after or {}) | {SOURCE: OLD_SOURCE}
    assert (await bring(api, file, format="todoist"))["created"] == 0
    await bring(api, "TYPE,CONTENT,INDENT\ntask,Plants,1\ntask,Water,2\nnote,Often,\n", format="todoist")
    async with reading(person.id) as session:
        assert ((await session.get_one(Change, (person.id, 3))).after or {})[SOURCE] == OLD_STEP


async def test_a_to_do_of_a_calendar_begins_at_its_dtstart_before_its_due_date(api: Api):
    entries = [
        todo("day", "Day", "DTSTART;VALUE=DATE:20270103", "DUE;VALUE=DATE:20270105", "PERCENT-COMPLETE:100"),
        todo("time", "Time", "DTSTART:20270103T080000Z", "DUE:20270105T080000Z", "STATUS:COMPLETED"),
        todo("length", "Length", "DTSTART:20270103T080000Z", "DURATION:P2D"),
        todo("same", "Same", "DTSTART;VALUE=DATE:20270105", "DUE;VALUE=DATE:20270105"),
        todo("late", "Late", "DTSTART:20270106T080000Z", "DUE:20270105T080000Z"),
        todo("alone", "Alone", "DTSTART;VALUE=DATE:20270103"),
        ["BEGIN:VEVENT", "SUMMARY:Event", "DTSTART:20270105T080000Z", "DTEND:20270107T080000Z", "END:VEVENT"],
    ]
    outcome = await bring(api, calendar_of(*entries), format="ics")
    assert (outcome["skipped"], outcome["notes"]) == ([], [])
    tasks = await tasks_of(api)
    starts = {task["title"]: task["start_at"] for task in tasks}
    days = dict.fromkeys(("Day", "Alone"), "2027-01-03T00:00:00Z")
    timed = dict.fromkeys(("Time", "Length"), "2027-01-03T08:00:00Z")
    assert starts == days | timed | dict.fromkeys(("Same", "Late", "Event"))
    assert [task["title"] for task in tasks if task["due_at"] is None] == ["Alone"]
    assert [task["title"] for task in tasks if task["completed_at"]] == ["Day", "Time"]


async def test_an_entry_of_a_calendar_that_does_not_come_is_not_said_to_come_without_a_part(api: Api):
    entries = [
        todo("a", "Unreadable", "ATTENDEE:mailto:a@b.example", "DTSTART:20270101", "DTSTART:20270102"),
        todo("b", "", "ATTENDEE:mailto:a@b.example"),
        todo("c", "Cancelled", "ATTENDEE:mailto:a@b.example", "DTSTART:never", "STATUS:CANCELLED"),
        todo("d", "Changed date", "ATTENDEE:mailto:a@b.example", "DTSTART:never", "RECURRENCE-ID:20270101"),
    ]
    outcome = await bring(api, calendar_of(*entries), format="ics")
    assert (outcome["created"], lines(outcome["skipped"]), outcome["notes"]) == (0, [2, 9, 14, 21], [])


async def test_only_what_an_entry_is_a_part_of_is_its_parent_also_behind_it(api: Api, other_api: Api):
    alarm = ["BEGIN:VALARM", "UID:q", "SUMMARY:No title", "TRIGGER:-PT5M", "END:VALARM"]
    entries = [
        todo("a", "First", "RELATED-TO:p", f"CATEGORIES:{'x' * 60}"),
        todo("b", "Second", "RELATED-TO;RELTYPE=parent:p"),
        todo("c", "Third", "RELATED-TO:c", "RELATED-TO:", "RELATED-TO:q"),
        todo("p", "Long\\, whole \r\n title", *alarm),
        ["BEGIN:VTODO", "SUMMARY:No UID", "END:VTODO"],
    ]
    outcome = await bring(api, calendar_of(*entries), format="ics")
    parts = dict.fromkeys(("First", "Second"), "Long, whole title")
    assert await parents(api) == parts | dict.fromkeys(("Third", "Long, whole title", "No UID"))
    assert lines(outcome["notes"]) == [2, 13, 20], "though the first one comes last, and q is no entry"
    whole = todo("p", "Whole", "RELATED-TO;RELTYPE=CHILD:gone", "RELATED-TO;RELTYPE=SIBLING:gone")
    beside = todo("s", "Beside", "RELATED-TO;RELTYPE=X-NEXT:c", "RELATED-TO:p")
    outcome = await bring(other_api, calendar_of(todo("c", "Part"), whole, beside), format="ics")
    assert await parents(other_api) == {"Part": None, "Whole": None, "Beside": "Whole"}
    assert (lines(outcome["notes"]), outcome["skipped"]) == ([6, 6], [])
    reasons = " ".join(remark["reason"] for remark in outcome["notes"])
    assert all(f"RELATED-TO ({kind})" in reasons for kind in ("CHILD", "SIBLING"))


BOMB = packed([{"title": "x" * 21 * 1024 * 1024}])


OTHER_KINDS = [
    ("csv", b'title\n"open'),
    ("todoist", b"a,b\n1,2\n"),
    ("ticktick", b"Date: 1\nVersion: 7.1\n"),
    ("vikunja", b"PK\x03\x04 no zip"),
    ("vikunja", packed({"no": "list"})),
    ("vikunja", BOMB),
    ("vikunja", packed(VIKUNJA)[:300]),
    ("ics", b"BEGIN:VCARD"),
    ("ics", b"BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:open end"),
]


async def test_a_file_of_another_kind_is_refused_and_one_over_20_mb_is_413(api: Api):
    for kind, content in OTHER_KINDS:
        answer = await api.post("/api/import", params={"format": kind}, content=content)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), content[:40]
    answer = await api.post("/api/import", params={"format": "ics"}, content=b"x" * (20 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert await tasks_of(api) == []


async def test_a_vikunja_task_with_odd_values_comes_without_them(api: Api):
    names = "due_date repeat_after repeat_mode priority labels related_tasks reminders id created".split()
    odd: tuple[Any, ...] = (None, -1, 2.5, "x", [None], {"a": 1}, 10**30, "9999-12-31T23:59:59Z")
    tasks = [{"title": f"Milk {value}"} | dict.fromkeys(names, value) for value in odd]
    assert (await bring(api, packed([{"tasks": tasks}]), format="vikunja"))["created"] == len(odd)
    assert [task["title"] for task in await tasks_of(api)] == [f"Milk {value}" for value in odd]
    dates = ("3000-06-01T00:00:00Z", "1960-01-01T00:00:00Z", "someday")
    dated = [{"title": "Milk", "due_date": date, "end_date": "0001-01-01T00:00:00Z"} for date in dates]
    outcome = await bring(api, packed([{"tasks": dated}]), format="vikunja", dry_run="true")
    reasons = [f"“Milk” comes without its date “{date}”, which is not understood." for date in dates]
    assert [note["reason"] for note in outcome["notes"]] == reasons


async def test_a_to_do_at_an_end_of_the_calendar_comes_without_its_date_and_is_named(api: Api):
    never = ("COMPLETED:99991231T235959", "CREATED:00010101T000000")
    ends = [
        ["DUE:99991231T235959Z"],
        ["DUE:00010101T000000Z"],
        ["DUE;VALUE=DATE:99991231"],
        ["DTSTART:00010101T000000Z", "DURATION:P1D"],
        ["DTSTART:20270101T000000Z", "DURATION:P9999999D"],
    ]
    titles: list[str] = []
    for timezone in ("UTC", "America/New_York", "Asia/Tokyo"):
        await api.patch("/api/auth/me", json={"timezone": timezone})
        entries = {f"{timezone} {dates[-1]}": dates for dates in ends}
        titles += entries
        file = calendar_of(*(todo(title, title, *dates, *never) for title, dates in entries.items()))
        outcome = await bring(api, file, format="ics")
        reason = "comes without its date: The year must lie between 1970 and 2999."
        assert [note["reason"] for note in outcome["notes"]] == [f"“{title}” {reason}" for title in entries]
        assert sorted(task["title"] for task in await tasks_of(api)) == sorted(titles)
