"""POST /api/import of calendars whose times are in time zones that the file names or describes."""

import io
from zoneinfo import ZoneInfo

import pytest
from icalendar.parser import Contentlines

from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.transfer.readers.calendar_import import read_tasks
from taskchat_app.domain.transfer.report import ImportReport
from tests.api.responses import Api, bring, tasks_of
from tests.api.transfer.test_import_formats import lines

NOON = "20270105T120000"


def calendar(*components: str) -> str:
    return "\n".join(["BEGIN:VCALENDAR", *components, "END:VCALENDAR"])


def zone(tzid: str, *changes: str) -> str:
    return "\n".join(["BEGIN:VTIMEZONE", f"TZID:{tzid}", *changes, "END:VTIMEZONE"])


def change(offset_to: str, *, kind: str = "STANDARD", offset_from: str = "+0100", rule: str = "") -> str:
    lines = [f"TZOFFSETFROM:{offset_from}", f"TZOFFSETTO:{offset_to}", *([f"RRULE:{rule}"] if rule else [])]
    return "\n".join([f"BEGIN:{kind}", "DTSTART:20260101T000000", *lines, f"END:{kind}"])


def event(tzid: str, title: str = "Call", *parts: str) -> str:
    return "\n".join(["BEGIN:VEVENT", f"SUMMARY:{title}", f'DTSTART;TZID="{tzid}":{NOON}', *parts, "END:VEVENT"])


async def hours_of(api: Api) -> list[str]:
    return [task["due_at"][11:16] for task in await tasks_of(api)]


ODD_RULES = """
    FREQ=HOURLY
    FREQ=DAILY
    FREQ=YEARLY;BYHOUR=1,2
    FREQ=YEARLY;INTERVAL=2
    FREQ=YEARLY;BYDAY=20MO
    FREQ=YEARLY;BYMONTH=1,2
    FREQ=YEARLY;COUNT=3,4
    FREQ=YEARLY;BYMINUTE=60
    FREQ=YEARLY;BYYEARDAY=1
    FREQ=YEARLY;BYMONTH=1;BYDAY=MO,TU
    FREQ=YEARLY;BYMONTH=1;BYDAY=MO,TU;BYSETPOS=1,2
    FREQ=YEARLY;BYMONTH=1;BYDAY=MO;BYSETPOS=6
"""


async def test_a_zone_that_cannot_be_evaluated_is_named_once_and_read_as_the_users(api: Api):
    await api.patch("/api/auth/me", json={"timezone": "Asia/Tokyo"})
    zones = [
        zone(rule, change("+0500", rule=rule), change("+0600", kind="DAYLIGHT", rule=rule))
        for rule in ODD_RULES.split()
    ]
    events = [event(rule, title) for rule in ODD_RULES.split() for title in ("Call", "Walk")]
    outcome = await bring(api, calendar(*zones, *events), format="ics", dry_run="true")
    assert {task["due_at"][11:16] for task in outcome["tasks"]} == {"03:00"}
    assert (len(outcome["tasks"]), outcome["skipped"]) == (len(events), [])
    assert [rule for rule in ODD_RULES.split() if f"“{rule}”" not in str(outcome["notes"])] == []
    assert len(outcome["notes"]) == len(zones)
    undescribed = calendar(event("x" * 300), event("x" * 300, "Walk"), event("/a" * 300, "Run"))
    outcome = await bring(api, undescribed, format="ics")
    assert await hours_of(api) == ["03:00"] * 3
    assert lines(outcome["notes"]) == [2, 10]


async def test_the_zones_of_a_file_are_unknown_to_the_next_one(api: Api, other_api: Api):
    described = zone("Custom 1", change("+0500"))
    alarm = f"BEGIN:VALARM\nTRIGGER:-PT5M\n{described}\nEND:VALARM"
    within = [event("Custom 1", "Call", part) for part in (described, alarm)]
    for components in ((described, event("Custom 1")), *zip(within, strict=True)):
        await bring(api, calendar(*components), format="ics", dry_run="true")
    outcome = await bring(other_api, calendar(event("Custom 1")), format="ics")
    assert (await hours_of(other_api), len(outcome["notes"])) == (["12:00"], 1)
    await bring(other_api, calendar(zone("Custom 1", change("+0100")), event("Custom 1", "Walk")), format="ics")
    assert await hours_of(other_api) == ["12:00", "11:00"]


async def test_the_known_zones_are_those_of_iana_and_windows(api: Api):
    olson = ("/freeassociation.sourceforge.net/Europe/Berlin", "/softwarestudio.org/Olson_20011030_5/Europe/Berlin")
    known = ("Europe/Berlin", "W. Europe Standard Time", *olson)
    for described in ([], [zone(tzid, change("+0500")) for tzid in known]):
        outcome = await bring(api, calendar(*described, *map(event, known)), format="ics", dry_run="true")
        assert ([task["due_at"][11:16] for task in outcome["tasks"]], outcome["notes"]) == (["11:00"] * len(known), [])


def test_the_zones_of_a_file_are_read_once(monkeypatch: pytest.MonkeyPatch):
    counts: list[int] = []
    original = Contentlines.from_ical

    def counted(text: str) -> Contentlines:
        found = original(text)
        counts.append(len(found))
        return found

    monkeypatch.setattr(Contentlines, "from_ical", counted)
    zones = [zone(f"Zone {number}", change("+0500")) for number in range(50)]
    content = calendar(*zones, *(event(f"Zone {number}", f"Call {number}") for number in range(50)))
    tasks = list(read_tasks(io.BytesIO(content.encode()), ImportReport(), ZoneInfo("UTC"), now()))
    assert ([task.due_at.at.hour for task in tasks if isinstance(task.due_at, Due)]) == [7] * 50
    assert sum(counts) <= 2 * len(content.split("\n"))
