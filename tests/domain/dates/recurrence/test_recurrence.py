"""Recurrence rules: validation, occurrences, words (tables/)."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from taskchat_app.domain.dates.due_dates import parse_due
from taskchat_app.domain.dates.local_time import Due, local_due
from taskchat_app.domain.dates.recurrence.phrases import find_rule
from taskchat_app.domain.dates.recurrence.recurrence import check_rule, first_occurrence, next_occurrence
from taskchat_app.domain.dates.recurrence.text import format_rule
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.i18n.catalogue import render
from tests.soak import budget
from tests.tables import check, read_rows

TABLES = Path(__file__).parent / "tables"
BERLIN, NEW_YORK, KIRITIMATI = map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Pacific/Kiritimati"))
WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
EXAMPLES = settings(max_examples=budget(60, 4_000), deadline=None)


def due(text: str, zone: ZoneInfo = BERLIN) -> Due:
    return parse_due(text, zone=zone, now=WEDNESDAY)


def series(rule: str, start: str, zone: ZoneInfo = BERLIN, *, count: int) -> list[str]:
    """Return the first `count` due dates of a series, each computed from the one before, and whether it ends there."""
    first = due(start, zone)
    dates = [first]
    while len(dates) <= count and (following := next_occurrence(rule, start=first, after=dates[-1].at, zone=zone)):
        dates.append(following)
    return [*(local_due(date, zone) for date in dates[:count]), "…" if len(dates) > count else "end"]


def refusal_of(rule: str) -> str:
    with pytest.raises(Invalid) as refusal:
        check_rule(rule)
    assert refusal.value.detail.endswith(".")
    return refusal.value.detail


def test_a_valid_rule_is_normalized():
    rows = read_rows(TABLES / "rules.txt", "A valid rule is normalized")
    check(rows, [check_rule(row.given) for row in rows])


def test_an_invalid_rule_is_refused_with_the_reason():
    rows = read_rows(TABLES / "rules.txt", "An invalid rule is refused with the reason")
    reasons = [refusal_of(row.given) for row in rows]
    check(rows, [row.expected if row.expected in reason else reason for row, reason in zip(rows, reasons, strict=True)])
    assert "longer than 500" in refusal_of("FREQ=DAILY;" + "BYMONTH=1," * 60)


def test_whether_a_rule_ever_occurs_is_decided_within_few_periods(monkeypatch: pytest.MonkeyPatch):
    periods: list[Any] = []
    for days in ("ddayset", "wdayset", "mdayset", "ydayset"):
        of_period = getattr(rrule._iterinfo, days)
        monkeypatch.setattr(rrule._iterinfo, days, lambda *given, days=of_period: periods.append(given) or days(*given))
    for rule in (
        "FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=DAILY;BYDAY=MO;BYSETPOS=2",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    ):
        periods.clear()
        assert "never occur" in refusal_of(rule)
        assert len(periods) <= 2 * 365, "60 years of days take 0.25 s"


def test_the_days_of_a_daily_rule_are_found_by_years(monkeypatch: pytest.MonkeyPatch):
    rule, start = "INTERVAL=2;BYMONTH=2;BYMONTHDAY=-1,28;BYDAY=TU;BYHOUR=8,9,10;BYSETPOS=-1,1,2", "2026-02-24"
    for_days = rrule.rrulestr(f"FREQ=DAILY;{rule}", dtstart=datetime.fromisoformat(start))
    expected = [f"{local:%Y-%m-%dT%H:%M}" for local in islice(for_days, 7)]
    searched: list[Any] = []
    monkeypatch.setattr(rrule._iterinfo, "ddayset", lambda *given: searched.append(given))
    assert series(f"FREQ=DAILY;{rule}", start, count=8)[1:-1] == expected
    assert searched == [], "each day of 40 years takes 17 ms"


@settings(max_examples=100)
@given(st.text(max_size=80) | st.from_regex(r"FREQ=[A-Z]{5,7}(;[A-Z]{3,10}=[A-Z0-9,+-]{1,9}){0,3}", fullmatch=True))
def test_any_text_is_refused_or_normalized_once(rule: str):
    try:
        normalized = check_rule(rule)
    except Invalid:
        return
    assert check_rule(normalized) == normalized


def test_rules_are_formatted_in_both_languages():
    for language, name in (("en", "English"), ("de", "German")):
        rows = read_rows(TABLES / "rules.txt", f"A rule is formatted in {name}")
        check(rows, [render(format_rule(row.given), language) for row in rows])


def test_a_phrase_is_parsed_to_a_rule_and_the_rule_is_formatted():
    rows = read_rows(TABLES / "phrases.txt")
    check(rows, [phrase_in_a_sentence(row.given, row.expected == (None, None)) for row in rows])


def phrase_in_a_sentence(phrase: str, is_alone: bool) -> tuple[str | None, str | None]:
    """Return the rule that the whole phrase means, and the rule in words; None without one."""
    sentence = phrase if is_alone else f"do the thing {phrase}"
    match = find_rule(sentence)
    if match is None:
        return None, None
    start, end, parsed = match
    assert is_alone or sentence[start:end] == phrase
    return check_rule(parsed), format_rule(check_rule(parsed))


class TestSeries:
    def test_the_dates_of_a_series(self):
        rows = read_rows(TABLES / "series.txt")
        came: list[Any] = []
        for row in rows:
            rule, start, *zone = row.given.split(" | ")
            found = series(rule, start, *map(ZoneInfo, zone), count=len(row.expected) - 1)
            came.append(tuple(found))
        check(rows, came)

    def test_an_end_after_the_last_year_is_no_end(self):
        for until in ("99991231", "99991231T235959", "99991231T235959Z", "30000101"):
            for start in ("2026-11-18", "2026-11-18T09:00"):
                for zone in (BERLIN, NEW_YORK):
                    endless = series("FREQ=DAILY", start, zone, count=3)
                    assert series(f"FREQ=DAILY;UNTIL={until}", start, zone, count=3) == endless

    def test_a_whole_day_with_an_hour_goes_on_at_this_hour_to_the_second(self):
        rule, start = "FREQ=DAILY;BYHOUR=9;BYMINUTE=0", Due.of_day(date(2026, 12, 1), BERLIN)
        following = next_occurrence(rule, start=start, after=start.at, zone=BERLIN)
        assert following == Due(datetime(2026, 12, 2, 9, tzinfo=BERLIN).astimezone(UTC))

    def test_a_late_completion_skips_past_occurrences(self):
        start, today = due("2026-11-02"), due("2026-11-18T11:00")
        following = next_occurrence("FREQ=WEEKLY;BYDAY=MO", start=start, after=today.at, zone=BERLIN)
        assert following == due("2026-11-23")


class TestFirstOccurrence:
    def test_a_rule_without_a_date_starts_at_its_first_occurrence_from_now(self):
        rows = read_rows(TABLES / "rules.txt", "A rule without a date starts at its first occurrence from now")
        check(rows, [local_due(first_occurrence(row.given, now=WEDNESDAY, zone=BERLIN), BERLIN) for row in rows])

    def test_a_time_that_is_past_today_starts_tomorrow_and_a_later_start_day_is_respected(self):
        tomorrow = first_occurrence("FREQ=DAILY", now=WEDNESDAY, zone=BERLIN, at=time(9))
        assert local_due(tomorrow, BERLIN) == "2026-11-19T09:00"
        later = first_occurrence("FREQ=WEEKLY;BYDAY=MO", now=WEDNESDAY, zone=BERLIN, from_day=date(2027, 1, 1))
        assert local_due(later, BERLIN) == "2027-01-04"

    def test_a_rule_that_has_ended_is_refused(self):
        with pytest.raises(Invalid, match="no day left"):
            first_occurrence("FREQ=DAILY;UNTIL=20200101", now=WEDNESDAY, zone=BERLIN)


days = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
sets_of_days = st.lists(days, min_size=1, max_size=4, unique=True).map(",".join)
nth_days = st.tuples(st.sampled_from([1, 2, 3, 4, -1, -2]), days).map(lambda pair: f"{pair[0]}{pair[1]}")
month_days = st.lists(st.integers(1, 31) | st.integers(-28, -1), min_size=1, max_size=3, unique=True).map(
    lambda numbers: ",".join(map(str, numbers))
)
months = st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True).map(lambda ns: ",".join(map(str, ns)))
rules = st.one_of(
    st.just("FREQ=DAILY"),
    months.map(lambda month: f"FREQ=DAILY;BYMONTH={month}"),
    sets_of_days.map(lambda day: f"FREQ=WEEKLY;BYDAY={day}"),
    sets_of_days.map(lambda day: f"FREQ=WEEKLY;BYDAY={day};WKST=SU"),
    month_days.map(lambda day: f"FREQ=MONTHLY;BYMONTHDAY={day}"),
    nth_days.map(lambda day: f"FREQ=MONTHLY;BYDAY={day}"),
    sets_of_days.map(lambda day: f"FREQ=MONTHLY;BYDAY={day};BYSETPOS=-1"),
    st.tuples(months, st.integers(1, 28)).map(lambda pair: f"FREQ=YEARLY;BYMONTH={pair[0]};BYMONTHDAY={pair[1]}"),
    st.integers(1, 52).map(lambda week: f"FREQ=YEARLY;BYWEEKNO={week};BYDAY=MO"),
    st.integers(1, 365).map(lambda day: f"FREQ=YEARLY;BYYEARDAY={day}"),
)
endings = st.one_of(
    st.just(""),
    st.integers(1, 12).map(lambda count: f";COUNT={count}"),
    st.dates(date(2026, 1, 1), date(2032, 1, 1)).map(lambda day: f";UNTIL={day:%Y%m%d}T235959"),
)
starts = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)).map(  # noqa: DTZ001 -- local times, as dateutil takes them
    lambda moment: moment.replace(second=0, microsecond=0)
)


@pytest.mark.also_soak
class TestRandomRules:
    @EXAMPLES
    @given(rules, endings, st.integers(1, 5), starts)
    def test_occurrences_in_utc_equal_those_of_dateutil(self, rule: str, ending: str, interval: int, start: datetime):
        rule = f"{rule};INTERVAL={interval}{ending}"
        expected = rrule.rrulestr(rule, dtstart=start)
        after = start.replace(tzinfo=UTC) - timedelta(seconds=1)
        horizon = datetime(2060, 1, 1)  # noqa: DTZ001 -- local times, as dateutil takes them
        for expected_time in [moment for _, moment in zip(range(8), expected, strict=False) if moment < horizon]:
            following = next_occurrence(rule, start=Due(start.replace(tzinfo=UTC)), after=after, zone=ZoneInfo("UTC"))
            assert following == Due(expected_time.replace(tzinfo=UTC))
            after = expected_time.replace(tzinfo=UTC)

    @EXAMPLES
    @given(rules, starts, st.sampled_from([BERLIN, NEW_YORK, KIRITIMATI]))
    def test_occurrences_keep_the_local_time_if_it_exists(self, rule: str, start: datetime, zone: ZoneInfo):
        after = first = start.replace(tzinfo=zone).astimezone(UTC)
        clock = first.astimezone(zone).time()
        for _ in range(6):
            following = next_occurrence(rule, start=Due(first), after=after, zone=zone)
            if following is None:
                break
            assert following.at > after
            local = following.at.astimezone(zone)
            kept = datetime.combine(local.date(), clock, tzinfo=zone).astimezone(UTC).astimezone(zone).time()
            assert local.time() == clock or kept != clock, "not skipped by a clock change"
            after = following.at

    @EXAMPLES
    @given(st.dates(date(2024, 1, 1), date(2031, 12, 31)), st.sampled_from(["MONTHLY", "YEARLY"]), st.integers(1, 6))
    def test_an_occurrence_is_on_the_start_day_or_the_last_day_of_its_month(self, day: date, freq: str, interval: int):
        start = Due.of_day(day, BERLIN)
        after = start.at
        for _ in range(6):
            following = next_occurrence(f"FREQ={freq};INTERVAL={interval}", start=start, after=after, zone=BERLIN)
            assert following is not None
            assert following.day is not None
            assert following.day.day == day.day or (following.day + timedelta(days=1)).day == 1
            after = following.at

    @EXAMPLES
    @given(rules, starts)
    def test_the_first_occurrence_is_not_past_and_belongs_to_its_series(self, rule: str, now: datetime):
        first = first_occurrence(rule, now=now.replace(tzinfo=UTC), zone=BERLIN)
        assert first.at >= now.replace(tzinfo=UTC)
        following = next_occurrence(rule, start=first, after=first.at - timedelta(seconds=1), zone=BERLIN)
        assume(";INTERVAL" not in rule)
        assert following == first

    @EXAMPLES
    @given(rules)
    def test_every_rule_can_be_formatted_in_both_languages(self, rule: str):
        assert format_rule(rule)
        assert render(format_rule(rule), "de")
