"""Recurrence rules: validation and occurrences."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from taskchat_app.domain.dates.due_dates import Due, local_due, parse_due
from taskchat_app.domain.dates.recurrence.recurrence import check_rule, first_occurrence, next_occurrence
from taskchat_app.domain.storage.errors import Invalid
from tests.domain.dates.recurrence.random_rules import rules

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


def due(text: str, zone: ZoneInfo = BERLIN) -> Due:
    return parse_due(text, zone=zone, now=WEDNESDAY)


def series(rule: str, start: str, count: int, zone: ZoneInfo = BERLIN) -> list[str]:
    """Return the first `count` due dates of a series, each computed from the one before."""
    first = due(start, zone)
    dates = [first]
    while len(dates) < count and (following := next_occurrence(rule, start=first, after=dates[-1].at, zone=zone)):
        dates.append(following)
    return [local_due(due_at, zone) for due_at in dates]


@pytest.mark.parametrize(
    ("rule", "normalized"),
    [
        ("FREQ=DAILY", "FREQ=DAILY"),
        ("RRULE:FREQ=DAILY", "FREQ=DAILY"),
        (" rrule:freq=weekly;byday=mo,th ", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("FREQ=MONTHLY;BYDAY=-3SA,MO", "FREQ=MONTHLY;BYDAY=-3SA,MO"),
        ("FREQ=YEARLY;BYDAY=MO,20TU", "FREQ=YEARLY;BYDAY=MO,20TU"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"),
        ("FREQ=DAILY;UNTIL=20261231T235959Z", "FREQ=DAILY;UNTIL=20261231T235959Z"),
        ("FREQ=DAILY;COUNT=5;INTERVAL=2", "FREQ=DAILY;COUNT=5;INTERVAL=2"),
        ("FREQ=DAILY;BYHOUR=9;BYMINUTE=30", "FREQ=DAILY;BYHOUR=9;BYMINUTE=30"),
    ],
)
def test_a_valid_rule_is_normalized(rule: str, normalized: str) -> None:
    assert check_rule(rule) == normalized


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("", "empty"),
        ("every day", "no part of a recurrence rule"),
        ("FREQ=HOURLY", "more often than daily"),
        ("FREQ=DAILY;BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=0,30", "48 times a day"),
        ("FREQ=MINUTELY", "more often than daily"),
        ("FREQ=SECONDLY;COUNT=3", "more often than daily"),
        ("FREQ=FORTNIGHTLY", "needs FREQ"),
        ("INTERVAL=2", "needs FREQ"),
        ("FREQ=DAILY;FREQ=WEEKLY", "twice"),
        ("FREQ=DAILY;COUNT=0", "COUNT"),
        ("FREQ=DAILY;COUNT=-1", "COUNT"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL"),
        ("FREQ=DAILY;INTERVAL=1000000000", "INTERVAL"),
        ("FREQ=DAILY;COUNT=3;UNTIL=20261231", "not both"),
        ("FREQ=DAILY;UNTIL=20261331", "UNTIL"),
        ("FREQ=DAILY;UNTIL=2026-12-31", "UNTIL"),
        ("FREQ=MONTHLY;BYSETPOS=1", "BYSETPOS needs"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY"),
        ("FREQ=YEARLY;BYMONTH=13", "BYMONTH"),
        ("FREQ=WEEKLY;BYDAY=XX", "BYDAY"),
        ("FREQ=WEEKLY;BYDAY=1MO", "only works with"),
        ("FREQ=MONTHLY;BYDAY=6MO", "BYDAY"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "cannot be used with"),
        ("FREQ=WEEKLY;WKST=XX", "WKST"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "never occur"),
        ("FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31", "never occur"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6", "never occur"),
        *((f"FREQ=YEARLY;BYMONTH=12;BYDAY={place}FR", "never occur") for place in (6, 8, 10, 53, -6, -53)),
        ("DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY", "one RRULE line"),
        ("DTSTART=20260101;FREQ=DAILY", "RRULE alone"),
        ("FREQ=DAILY;DTSTART=20260101", "Leave DTSTART out"),
        ("EXDATE:20260101", "RRULE alone"),
        ("FREQ=DAILY\nEXDATE:20260101", "one RRULE line"),
        ("FREQ=DAILY;X-MINE=1", "no part"),
        ("FREQ=DAILY;BYEASTER=1", "no part"),
        ("FREQ=DAILY\0", "characters"),
        ("FREQ=DAILY;INTERVAL=２", "characters"),
        ("FREQ=DAILY;" + "BYMONTH=1," * 60, "longer than 500"),
    ],
)
def test_an_invalid_rule_is_refused_with_the_reason(rule: str, reason: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_rule(rule)
    assert reason in refusal.value.detail
    assert refusal.value.detail.endswith(".")


def test_a_rule_that_never_occurs_is_refused_within_a_second() -> None:
    start = process_time()
    with pytest.raises(Invalid):
        check_rule("FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31")
    assert process_time() - start < 1


@given(st.text(max_size=80) | st.from_regex(r"FREQ=[A-Z]{5,7}(;[A-Z]{3,10}=[A-Z0-9,+-]{1,9}){0,3}", fullmatch=True))
def test_any_text_is_refused_or_normalized_once(rule: str) -> None:
    try:
        normalized = check_rule(rule)
    except Invalid:
        return
    assert check_rule(normalized) == normalized


class TestSeries:
    def test_monthly_from_31_january_returns_to_the_31st_after_shorter_months(self) -> None:
        assert series("FREQ=MONTHLY", "2027-01-31", 5) == [
            "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31",
        ]  # fmt: skip

    def test_yearly_from_29_february_is_the_28th_in_common_years(self) -> None:
        assert series("FREQ=YEARLY", "2028-02-29", 5) == [
            "2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29",
        ]  # fmt: skip

    def test_every_second_month_from_the_30th_keeps_its_interval(self) -> None:
        assert series("FREQ=MONTHLY;INTERVAL=2", "2027-12-30", 3) == ["2027-12-30", "2028-02-29", "2028-04-30"]

    def test_bymonth_without_a_day_uses_the_day_of_the_start(self) -> None:
        assert series("FREQ=YEARLY;BYMONTH=1,2,4", "2027-01-31", 4) == [
            "2027-01-31", "2027-02-28", "2027-04-30", "2028-01-31",
        ]  # fmt: skip

    def test_bymonthday_31_skips_shorter_months_as_rfc_5545_says(self) -> None:
        assert series("FREQ=MONTHLY;BYMONTHDAY=31", "2027-01-31", 3) == ["2027-01-31", "2027-03-31", "2027-05-31"]

    @pytest.mark.parametrize(
        ("rule", "start", "expected"),
        [
            ("FREQ=MONTHLY;BYDAY=-3SA,MO", "2026-11-09",
             ["2026-11-09", "2026-11-14", "2026-11-16", "2026-11-23", "2026-11-30", "2026-12-07", "2026-12-12"]),
            ("FREQ=MONTHLY;INTERVAL=2;BYDAY=FR,1MO", "2026-11-20",
             ["2026-11-20", "2026-11-27", "2027-01-01", "2027-01-04", "2027-01-08"]),
            ("FREQ=YEARLY;BYMONTH=12;BYDAY=MO,-1TU", "2026-12-21",
             ["2026-12-21", "2026-12-28", "2026-12-29", "2027-12-06"]),
            ("FREQ=YEARLY;BYDAY=MO,-1TU", "2026-12-21",
             ["2026-12-21", "2026-12-28", "2026-12-29", "2027-01-04"]),
        ],
    )  # fmt: skip
    def test_a_weekday_without_an_ordinal_beside_one_with_an_ordinal_is_each_such_day(
        self, rule: str, start: str, expected: list[str]
    ) -> None:
        assert series(rule, start, len(expected)) == expected

    def test_the_local_time_is_kept_across_both_clock_changes(self) -> None:
        assert series("FREQ=DAILY", "2027-03-27T09:00", 3) == [
            "2027-03-27T09:00", "2027-03-28T09:00", "2027-03-29T09:00",
        ]  # fmt: skip
        assert series("FREQ=WEEKLY", "2026-10-24T09:00", 2) == ["2026-10-24T09:00", "2026-10-31T09:00"]

    def test_a_time_skipped_by_a_clock_change_returns_the_next_day(self) -> None:
        assert series("FREQ=DAILY", "2027-03-27T02:30", 3) == [
            "2027-03-27T02:30", "2027-03-28T03:30", "2027-03-29T02:30",
        ]  # fmt: skip

    def test_whole_days_stay_whole_days_across_clock_changes(self) -> None:
        assert series("FREQ=DAILY", "2026-10-31", 3, NEW_YORK) == ["2026-10-31", "2026-11-01", "2026-11-02"]

    def test_a_whole_day_whose_last_hour_is_repeated_stays_a_whole_day(self) -> None:
        santiago = ZoneInfo("America/Santiago")  # on 4 April 2026 the clock goes back from 24:00 to 23:00
        assert series("FREQ=DAILY", "2026-04-03", 3, santiago) == ["2026-04-03", "2026-04-04", "2026-04-05"]

    def test_count_includes_the_start(self) -> None:
        assert series("FREQ=DAILY;COUNT=3", "2026-11-18", 9) == ["2026-11-18", "2026-11-19", "2026-11-20"]

    def test_until_with_a_date_includes_the_whole_day(self) -> None:
        assert series("FREQ=DAILY;UNTIL=20261120", "2026-11-18", 9)[-1] == "2026-11-20"

    @pytest.mark.parametrize("clock", ["", "T000000", "T000000Z", "T235959", "T235959Z"])
    @pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, ZoneInfo("UTC")])
    def test_until_with_the_first_or_last_second_of_a_day_includes_this_day(self, clock: str, zone: ZoneInfo) -> None:
        assert series(f"FREQ=DAILY;UNTIL=20261120{clock}", "2026-11-18", 9, zone)[-1] == "2026-11-20"

    def test_until_at_the_end_of_a_local_day_in_utc_includes_this_day(self) -> None:
        assert series("FREQ=DAILY;UNTIL=20261121T045959Z", "2026-11-18", 9, NEW_YORK)[-1] == "2026-11-20"

    def test_until_in_utc_is_exact(self) -> None:
        rule = "FREQ=DAILY;UNTIL=20261120T075959Z"
        assert series(rule, "2026-11-18T09:00", 9)[-1] == "2026-11-19T09:00"  # 09:00 in Berlin is 08:00 in UTC

    @pytest.mark.parametrize("until", ["99991231", "99991231T235959", "99991231T235959Z", "30000101"])
    @pytest.mark.parametrize("start", ["2026-11-18", "2026-11-18T09:00"])
    @pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
    def test_an_end_after_the_last_year_is_no_end(self, until: str, start: str, zone: ZoneInfo) -> None:
        assert series(f"FREQ=DAILY;UNTIL={until}", start, 3, zone) == series("FREQ=DAILY", start, 3, zone)

    @pytest.mark.parametrize("until", ["00010101", "00010101T000000", "00010101T000000Z"])
    @pytest.mark.parametrize("zone", [BERLIN, NEW_YORK])
    def test_a_series_with_an_end_before_the_first_year_has_ended(self, until: str, zone: ZoneInfo) -> None:
        assert series(f"FREQ=DAILY;UNTIL={until}", "2026-11-18", 3, zone) == ["2026-11-18"]

    def test_a_whole_day_with_an_hour_goes_on_at_this_hour_to_the_second(self) -> None:
        rule, start = "FREQ=DAILY;BYHOUR=9;BYMINUTE=0", Due.of_day(date(2026, 12, 1), BERLIN)
        following = next_occurrence(rule, start=start, after=start.at, zone=BERLIN)
        assert following == Due(datetime(2026, 12, 2, 9, tzinfo=BERLIN).astimezone(UTC))
        assert series(f"{rule};COUNT=3", "2026-12-01", 9) == ["2026-12-01", "2026-12-02T09:00", "2026-12-03T09:00"]

    def test_the_positions_in_a_week_count_from_its_first_day_also_in_the_week_of_the_start(self) -> None:
        rule = "FREQ=WEEKLY;BYDAY=MO,TU,WE;BYSETPOS=2;INTERVAL=2;COUNT=3"
        assert series(rule, "2026-11-24", 9) == ["2026-11-24", "2026-12-08", "2026-12-22"]

    def test_a_late_completion_skips_past_occurrences(self) -> None:
        start, today = due("2026-11-02"), due("2026-11-18T11:00")
        following = next_occurrence("FREQ=WEEKLY;BYDAY=MO", start=start, after=today.at, zone=BERLIN)
        assert following == due("2026-11-23")

    def test_a_series_without_a_further_occurrence_has_ended(self) -> None:
        start = due("2026-11-17")  # a Tuesday
        assert next_occurrence("FREQ=DAILY;INTERVAL=7;BYDAY=MO", start=start, after=start.at, zone=BERLIN) is None


class TestFirstOccurrence:
    @pytest.mark.parametrize(
        ("rule", "first"),
        [
            ("FREQ=DAILY", "2026-11-18"),
            ("FREQ=WEEKLY", "2026-11-18"),
            ("FREQ=WEEKLY;BYDAY=WE", "2026-11-18"),
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-11-23"),
            ("FREQ=MONTHLY;BYMONTHDAY=1", "2026-12-01"),
            ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-30"),
            ("FREQ=MONTHLY;INTERVAL=12;BYMONTH=3", "2027-03-18"),
            ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2028-02-29"),
            ("FREQ=YEARLY;BYMONTH=10,12;BYDAY=9FR,1MO", "2026-12-07"),
            ("FREQ=DAILY;BYHOUR=9", "2026-11-19T09:00"),
            ("FREQ=DAILY;BYHOUR=12", "2026-11-18T12:00"),
            ("FREQ=DAILY;COUNT=1", "2026-11-18"),
            ("FREQ=DAILY;UNTIL=99991231", "2026-11-18"),
            ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "2026-11-23"),
            ("FREQ=WEEKLY;BYDAY=SU,MO,WE,SA;BYSETPOS=2;WKST=SU", "2026-11-23"),
            ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-11-20"),
        ],
    )
    def test_a_rule_without_a_date_starts_at_its_first_occurrence_from_now(self, rule: str, first: str) -> None:
        assert local_due(first_occurrence(rule, now=WEDNESDAY, zone=BERLIN), BERLIN) == first

    def test_a_time_that_is_past_today_starts_tomorrow(self) -> None:
        first = first_occurrence("FREQ=DAILY", now=WEDNESDAY, zone=BERLIN, at=time(9))
        assert local_due(first, BERLIN) == "2026-11-19T09:00"

    def test_a_later_start_day_is_respected(self) -> None:
        first = first_occurrence("FREQ=WEEKLY;BYDAY=MO", now=WEDNESDAY, zone=BERLIN, from_day=date(2027, 1, 1))
        assert local_due(first, BERLIN) == "2027-01-04"

    def test_a_rule_that_has_ended_is_refused(self) -> None:
        with pytest.raises(Invalid, match="no day left"):
            first_occurrence("FREQ=DAILY;UNTIL=20200101", now=WEDNESDAY, zone=BERLIN)


endings = st.one_of(
    st.just(""),
    st.integers(1, 12).map(lambda count: f";COUNT={count}"),
    st.dates(date(2026, 1, 1), date(2032, 1, 1)).map(lambda day: f";UNTIL={day:%Y%m%d}T235959"),
)
starts = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31)).map(  # noqa: DTZ001 -- local times, as dateutil takes them
    lambda moment: moment.replace(second=0, microsecond=0)
)


class TestAgainstDateutil:
    @settings(max_examples=300, deadline=None)
    @given(rules, endings, st.integers(1, 5), starts)
    def test_occurrences_in_utc_equal_those_of_dateutil(
        self, rule: str, ending: str, interval: int, start: datetime
    ) -> None:
        rule = f"{rule};INTERVAL={interval}{ending}"
        zone = ZoneInfo("UTC")
        expected = rrulestr(rule, dtstart=start)
        after = start.replace(tzinfo=UTC) - timedelta(seconds=1)
        horizon = datetime(2060, 1, 1)  # noqa: DTZ001 -- local times, as dateutil takes them
        for expected_time in [moment for _, moment in zip(range(8), expected, strict=False) if moment < horizon]:
            following = next_occurrence(rule, start=Due(start.replace(tzinfo=UTC)), after=after, zone=zone)
            assert following == Due(expected_time.replace(tzinfo=UTC))
            after = expected_time.replace(tzinfo=UTC)

    @settings(max_examples=200, deadline=None)
    @given(rules, starts, st.sampled_from([BERLIN, NEW_YORK, ZoneInfo("Pacific/Kiritimati")]))
    def test_every_occurrence_keeps_the_local_time_unless_a_clock_change_skips_it(
        self, rule: str, start: datetime, zone: ZoneInfo
    ) -> None:
        first = start.replace(tzinfo=zone).astimezone(UTC)
        clock = first.astimezone(zone).time()
        after = first
        for _ in range(6):
            following = next_occurrence(rule, start=Due(first), after=after, zone=zone)
            if following is None:
                break
            assert following.at > after
            local = following.at.astimezone(zone)
            skipped = (
                datetime.combine(local.date(), clock, tzinfo=zone).astimezone(UTC).astimezone(zone).time() != clock
            )
            assert local.time() == clock or skipped
            after = following.at

    @settings(max_examples=200, deadline=None)
    @given(st.dates(date(2024, 1, 1), date(2031, 12, 31)), st.sampled_from(["MONTHLY", "YEARLY"]), st.integers(1, 6))
    def test_an_occurrence_is_on_the_start_day_or_the_last_day_of_its_month(
        self, day: date, freq: str, interval: int
    ) -> None:
        start = Due.of_day(day, BERLIN)
        after = start.at
        for _ in range(6):
            following = next_occurrence(f"FREQ={freq};INTERVAL={interval}", start=start, after=after, zone=BERLIN)
            assert following is not None
            local = following.day
            assert local is not None
            assert local.day == day.day or (local + timedelta(days=1)).day == 1
            after = following.at

    @settings(max_examples=200, deadline=None)
    @given(rules, starts)
    def test_the_first_occurrence_is_not_past_and_belongs_to_its_series(self, rule: str, now: datetime) -> None:
        first = first_occurrence(rule, now=now.replace(tzinfo=UTC), zone=BERLIN)
        assert first.at >= now.replace(tzinfo=UTC)
        following = next_occurrence(rule, start=first, after=first.at - timedelta(seconds=1), zone=BERLIN)
        assume(";INTERVAL" not in rule)
        assert following == first


def test_occurrences_are_in_ascending_order() -> None:
    dates = [
        parse_due(text, zone=BERLIN, now=WEDNESDAY).at for text in series("FREQ=WEEKLY;BYDAY=MO,TH", "2026-11-19", 6)
    ]
    assert all(earlier < later for earlier, later in pairwise(dates))
