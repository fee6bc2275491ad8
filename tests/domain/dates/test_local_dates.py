"""Due dates in time zones: clock changes, bounds, formatting."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from taskchat_app.domain.dates.due_dates import (
    day_end,
    day_start,
    format_due,
    is_date_only,
    local_due,
    parse_bound,
    parse_due,
)
from taskchat_app.i18n.catalogue import render

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)  # 11:00 in Berlin
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
KIRITIMATI = ZoneInfo("Pacific/Kiritimati")


class TestTimeZones:
    def test_tomorrow_at_2330_in_los_angeles_is_the_local_tomorrow(self) -> None:
        now = datetime(2026, 11, 19, 7, 30, tzinfo=UTC)  # 23:30 on the 18th there, the 19th in UTC
        due_at = parse_due("tomorrow", zone=LOS_ANGELES, now=now)
        assert local_due(due_at, LOS_ANGELES) == "2026-11-19"
        assert due_at.at == datetime(2026, 11, 20, 7, 59, 59, tzinfo=UTC)

    def test_today_at_2330_in_los_angeles_ends_at_local_midnight(self) -> None:
        now = datetime(2026, 11, 19, 7, 30, tzinfo=UTC)
        assert parse_due("today", zone=LOS_ANGELES, now=now).at == datetime(2026, 11, 19, 7, 59, 59, tzinfo=UTC)

    def test_today_in_kiritimati_is_the_local_date(self) -> None:
        now = datetime(2026, 12, 31, 10, 30, tzinfo=UTC)  # 00:30 on 1 January there
        assert local_due(parse_due("today", zone=KIRITIMATI, now=now), KIRITIMATI) == "2027-01-01"
        assert local_due(parse_due("end of month", zone=KIRITIMATI, now=now), KIRITIMATI) == "2027-01-31"

    def test_a_time_skipped_by_a_clock_change_is_an_hour_later(self) -> None:
        before = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
        due_at = parse_due("tomorrow 2:30", zone=BERLIN, now=before)
        assert local_due(due_at, BERLIN) == "2026-03-29T03:30"

    def test_a_time_repeated_by_a_clock_change_is_the_first_of_the_two(self) -> None:
        before = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
        assert parse_due("tomorrow 2:30", zone=BERLIN, now=before).at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    def test_a_day_with_a_clock_change_has_23_or_25_hours(self) -> None:
        spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
        assert (day_end(spring, BERLIN) - day_start(spring, BERLIN)).total_seconds() == 23 * 3600 - 1
        assert (day_end(autumn, BERLIN) - day_start(autumn, BERLIN)).total_seconds() == 25 * 3600 - 1

    def test_a_day_whose_last_hour_is_repeated_ends_after_the_repetition(self) -> None:
        santiago = ZoneInfo("America/Santiago")  # at 24:00 on 4 April 2026 the clock goes back to 23:00
        end = day_end(date(2026, 4, 4), santiago)
        assert day_start(date(2026, 4, 5), santiago).timestamp() - end.timestamp() == 1
        assert is_date_only(end, santiago)

    def test_local_times_are_kept_across_a_clock_change(self) -> None:
        now = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
        assert parse_due("in 2 days", zone=BERLIN, now=now).at == datetime(2026, 3, 30, 21, 59, 59, tzinfo=UTC)
        assert parse_due("monday 9am", zone=BERLIN, now=now).at == datetime(2026, 3, 30, 7, 0, tzinfo=UTC)

    def test_in_a_month_from_the_31st_is_the_end_of_february(self) -> None:
        now = datetime(2027, 1, 31, 10, 0, tzinfo=UTC)
        assert local_due(parse_due("in a month", zone=BERLIN, now=now), BERLIN) == "2027-02-28"

    def test_end_of_month_on_leap_day_is_today(self) -> None:
        now = datetime(2028, 2, 29, 10, 0, tzinfo=UTC)
        assert local_due(parse_due("end of month", zone=BERLIN, now=now), BERLIN) == "2028-02-29"
        assert local_due(parse_due("in a year", zone=BERLIN, now=now), BERLIN) == "2029-02-28"

    def test_this_evening_after_18_oclock_means_the_end_of_the_day(self) -> None:
        now = datetime(2026, 11, 18, 21, 0, tzinfo=UTC)  # 22:00 in Berlin
        assert local_due(parse_due("this evening", zone=BERLIN, now=now), BERLIN) == "2026-11-18"


class TestBounds:
    def test_bounds_of_a_date_cover_its_whole_local_day(self) -> None:
        first, last = (parse_bound("2026-11-18", zone=LOS_ANGELES, now=WEDNESDAY, end=end) for end in (False, True))
        assert first == datetime(2026, 11, 18, 8, 0, tzinfo=UTC)
        assert last == datetime(2026, 11, 19, 7, 59, 59, tzinfo=UTC)

    def test_both_bounds_of_a_date_time_are_that_instant(self) -> None:
        for end in (False, True):
            assert parse_bound("2026-11-18T09:00Z", zone=BERLIN, now=WEDNESDAY, end=end).hour == 9

    def test_bounds_of_a_period_are_its_first_and_last_day(self) -> None:
        first, last = (parse_bound("next week", zone=BERLIN, now=WEDNESDAY, end=end) for end in (False, True))
        assert (first, last) == (day_start(date(2026, 11, 23), BERLIN), day_end(date(2026, 11, 29), BERLIN))


class TestFormatting:
    def test_a_date_is_formatted_with_weekday_and_year(self) -> None:
        due_at = parse_due("2026-11-21", zone=BERLIN, now=WEDNESDAY)
        assert format_due(due_at, BERLIN) == "Saturday 21 November 2026"
        assert render(format_due(due_at, BERLIN), "de") == "Samstag, 21. November 2026"
        assert render(format_due(due_at, BERLIN), "fr") == "Saturday 21 November 2026"

    def test_a_time_is_formatted_in_the_users_zone(self) -> None:
        due_at = parse_due("2026-11-21T09:00", zone=BERLIN, now=WEDNESDAY)
        assert format_due(due_at, BERLIN) == "Saturday 21 November 2026 at 09:00"
        assert render(format_due(due_at, BERLIN), "de") == "Samstag, 21. November 2026 um 09:00 Uhr"

    @given(
        st.datetimes(min_value=datetime(1980, 1, 1), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001 -- local times, as Hypothesis takes them
        st.sampled_from([BERLIN, LOS_ANGELES, KIRITIMATI]),
        st.sampled_from(["en", "de"]),
    )
    def test_a_formatted_date_can_be_parsed_again(self, local: datetime, zone: ZoneInfo, language: str) -> None:
        due_at = parse_due(local.strftime("%Y-%m-%dT%H:%M"), zone=zone, now=WEDNESDAY)
        assert parse_due(render(format_due(due_at, zone), language), zone=zone, now=WEDNESDAY) == due_at
        assert parse_due(local_due(due_at, zone), zone=zone, now=WEDNESDAY) == due_at

    def test_is_date_only_distinguishes_days_from_times(self) -> None:
        assert is_date_only(parse_due("tomorrow", zone=BERLIN, now=WEDNESDAY).at, BERLIN)
        assert not is_date_only(parse_due("tomorrow 9am", zone=BERLIN, now=WEDNESDAY).at, BERLIN)
