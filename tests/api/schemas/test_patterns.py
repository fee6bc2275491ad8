"""The patterns of the OpenAPI document match users' real values, and nothing that the domain refuses."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from taskchat_app.api.app import build_api
from taskchat_app.api.schemas.patterns import EMAIL, HOOK_URL, MOMENT, RULE
from taskchat_app.domain.accounts.profile_fields import EMAIL_MAX_CHARACTERS, checked_email
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.fields import TaskDraft, checked_bound, checked_draft
from taskchat_app.domain.webhooks.url_check import URL_MAX_CHARACTERS, parse_target
from tests.soak import budget

ZONES = [ZoneInfo(name) for name in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/Santiago")]
NOWS = [
    datetime(2026, 11, 23, 18, 0, tzinfo=UTC),
    datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2028, 2, 29, 0, 0, tzinfo=UTC),
    datetime(2029, 12, 31, 12, 0, tzinfo=UTC),
]


def check_moment(text: str, zone: ZoneInfo, now: datetime) -> None:
    checked_draft(TaskDraft("Milk", due_at=text), zone=zone, now=now)
    checked_bound(text, "due_before", zone=zone, now=now)
    checked_bound(text, "due_after", zone=zone, now=now)


def check_rule(rule: str, zone: ZoneInfo, now: datetime) -> None:
    """Check it for a task with a date: without one, an UNTIL that has passed is refused."""
    checked_draft(TaskDraft("Milk", due_at="2026-01-01", recurrence=rule), zone=zone, now=now)


PATTERNS = {"moment": MOMENT, "rule": RULE, "email": EMAIL, "hook_url": HOOK_URL}
ACCEPTED: dict[str, Callable[[str, ZoneInfo, datetime], object]] = {
    "moment": check_moment,
    "rule": check_rule,
    "email": lambda email, *_: checked_email(email),
    "hook_url": lambda url, *_: parse_target(url.strip()),
}
LENGTHS = {"email": EMAIL_MAX_CHARACTERS, "hook_url": URL_MAX_CHARACTERS}
REAL_VALUES = {
    "moment": [
        *("2026-11-30", "2026-12-31", "2028-02-29", "2027-02-28", "2020-01-01", "2026-11-30T09:00", "2026-11-30 09:00"),
        *("2026-11-30T09:00:00Z", "2026-11-30T09:00:00.250Z", "2026-11-30T09:00:00+01:00", "2026-11-30T23:59:59-0330"),
        *("today", "Today", "tonight", "tomorrow", "tomorrow 9am", "tomorrow at 9:30 pm", "Tomorrow morning"),
        *("friday", "Friday 17:00", "next friday 9am", "next Tuesday", "by sunday", "this wednesday at noon"),
        *("in 3 days", "in 1 week", "in 2 weeks at 14:30", "in 6 months", "next week", "next month", "end of month"),
        *("24 December", "31 March 2027", "on 5 may at 8am", "end of the year"),
        *("heute", "Morgen", "übermorgen", "Montag um 9 Uhr", "nächsten Freitag um 14:30", "in 3 Tagen", "In 2 Wochen"),
    ],
    "rule": [
        *("FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=DAILY;COUNT=10", "RRULE:FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO,WE"),
        *("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;UNTIL=20261231", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=20"),
        *("FREQ=WEEKLY;WKST=SU;UNTIL=20310228T225959Z;INTERVAL=2;BYDAY=MO", "FREQ=DAILY;UNTIL=20320228T120000"),
        *("FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=1", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYMONTHDAY=15,31"),
        *("FREQ=MONTHLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=3", "FREQ=MONTHLY;BYDAY=-3SA,MO"),
        "FREQ=MONTHLY;BYDAY=MO,TU,FR;BYSETPOS=-1",
        *("FREQ=YEARLY", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31", "FREQ=YEARLY;BYMONTHDAY=28;BYMONTH=2"),
        *("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "FREQ=YEARLY;INTERVAL=4;BYMONTH=4,9;BYMONTHDAY=30;COUNT=5"),
    ],
    "email": [
        *("anna@example.org", "anna.o'neil+todo@mail.example.co.uk", "A.Miller@example.com", "a@b.de", "x_y-z@web.de"),
        *("3f9c2b7e41d84c0aa1b2c3d4e5f60718@privaterelay.appleid.com", "info@my-company.museum"),
        f"{'a' * 64}@{'b' * 63}.com",
    ],
    "hook_url": [
        *("https://hooks.slack.com/services/T0/B0/x", "http://example.org", "https://example.org/"),
        *("https://example.org:8443/hook", "http://example.com:80/a@b;c=(d)"),
        "https://hooks.zapier.com/hooks/catch/1/a/",
        "https://discord.com/api/webhooks/1234567890/aB-c_D?wait=true",
        "https://prod-00.westeurope.logic.azure.com:443/workflows/f0/run?api-version=1&sp=%2Ftriggers%2Frun",
        *("https://n8n.example.co.uk?token=a.b~c", "https://xn--bcher-kva.de/haken"),
    ],
}
REFUSED = {
    "moment": [
        *("", "2026-11-31", "2027-02-29", "2100-02-29", "2026-13-01", "1969-12-31", "3000-01-01"),
        *("2026-11-30*", "today*"),
    ],
    "rule": [
        *("FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;COUNT=1;UNTIL=20301231", "FREQ=WEEKLY;BYMONTHDAY=1", "FREQ=HOURLY"),
        *("FREQ=WEEKLY;BYDAY=1MO", "FREQ=WEEKLY;BYDAY=MO;BYDAY=TU", "FREQ=MONTHLY;BYDAY=6MO", "FREQ=DAILY*"),
        *("FREQ=DAILY;UNTIL=20310229", "FREQ=DAILY;UNTIL=20261301"),
        *("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=20"),
    ],
    "email": [
        *("anna", "anna@localhost", "anna@printer.local", "a@b.invalid", "a@x.onion", "a@1.arpa", "a..b@example.org"),
        *(".a@example.org", "a@-b.org", "a@ab--c.org", "a@example.org*", f"a@{'b' * 64}.com"),
    ],
    "hook_url": [
        *("ftp://example.org", "https://localhost/x", "https://nas.local", "https://a.home.arpa/"),
        *("https://db.internal:8080", "https://intranet/x", "https://example.org:22/", "https://example.org:0"),
        *("https://a:b@example.org/", "https://example.org*", "https://a..org", f"https://{'a.' * 130}org"),
    ],
}


def pairs(values: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, listed in values.items() for value in listed]


@pytest.mark.parametrize(("name", "value"), pairs(REAL_VALUES))
def test_a_pattern_matches_real_values_and_the_domain_accepts_them(name: str, value: str):
    assert re.search(PATTERNS[name], value)
    for zone, now in product(ZONES, NOWS):
        ACCEPTED[name](value, zone, now)


@pytest.mark.parametrize(("name", "value"), pairs(REFUSED))
def test_a_pattern_matches_nothing_that_is_refused(name: str, value: str):
    assert not re.search(PATTERNS[name], value)
    with pytest.raises(Invalid):
        ACCEPTED[name](value, ZONES[0], NOWS[0])


@pytest.mark.also_soak
@pytest.mark.parametrize("name", PATTERNS)
@settings(max_examples=budget(15, 400), deadline=None, database=None, derandomize=True, phases=[Phase.generate])
@given(data=st.data(), zone=st.sampled_from(ZONES), now=st.sampled_from(NOWS))
def test_the_domain_accepts_whatever_a_pattern_matches(name: str, data: st.DataObject, zone: ZoneInfo, now: datetime):
    value = data.draw(st.from_regex(PATTERNS[name]))
    if len(value) <= LENGTHS.get(name, len(value)):
        ACCEPTED[name](value, zone, now)


def test_the_document_has_the_patterns_and_their_examples_match():
    schemas = build_api().openapi()["components"]["schemas"]
    fields = {
        "moment": schemas["DueText"],
        "rule": schemas["Rule"],
        "email": schemas["Registration"]["properties"]["email"],
        "hook_url": schemas["NewWebhookBody"]["properties"]["url"],
    }
    for name, field in fields.items():
        assert field["pattern"] == PATTERNS[name]
        assert field["description"]
        assert field.get("maxLength") == LENGTHS.get(name)
        for example in field["examples"]:
            assert re.search(PATTERNS[name], example)
