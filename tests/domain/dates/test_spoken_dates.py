"""Parsing of dates and times as people say them, alone and inside titles."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.domain.dates.due_dates import find_due, local_due, parse_due

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)  # 11:00 in Berlin

Found = tuple[str, str | None, str | None]
"""The title that remains, the due date and the rule."""


def due(phrase: str) -> str:
    return local_due(parse_due(phrase, zone=BERLIN, now=WEDNESDAY), BERLIN)


def found(sentence: str) -> Found:
    mention = find_due(sentence, zone=BERLIN, now=WEDNESDAY)
    if mention is None:
        return sentence, None, None
    return mention.cut_from(sentence), mention.due and local_due(mention.due, BERLIN), mention.rule


class TestPartsOfADay:
    @pytest.mark.parametrize(
        ("phrase", "at"),
        [
            ("Freitagabend", "2026-11-20T18:00"),
            ("am Freitagabend um 20 Uhr", "2026-11-20T20:00"),
            ("am Freitagabend um 8", "2026-11-20T20:00"),
            ("um 8 am Freitagabend", "2026-11-20T20:00"),
            ("nächsten Samstagnachmittag", "2026-11-21T15:00"),
            ("Montagmorgen", "2026-11-23T09:00"),
            ("Montagfrüh um 7", "2026-11-23T07:00"),
            ("Mittwochmittag", "2026-11-25T12:00"),
            ("Sonnabendabend", "2026-11-21T18:00"),
        ],
    )
    def test_a_part_of_the_day_is_joined_to_a_german_weekday(self, phrase: str, at: str) -> None:
        assert due(phrase) == at

    @pytest.mark.parametrize(
        ("sentence", "expected"),
        [
            ("Kino am Freitagabend um 20 Uhr", ("Kino", "2026-11-20T20:00", None)),
            ("Kuchen Freitagabend backen", ("Kuchen backen", "2026-11-20T18:00", None)),
            ("Yoga jeden Freitagabend um 8", ("Yoga", "2026-11-20T20:00", "FREQ=WEEKLY;BYDAY=FR")),
            ("Yoga jeden Freitag Abend um 8", ("Yoga", "2026-11-20T20:00", "FREQ=WEEKLY;BYDAY=FR")),
            ("Yoga jeden zweiten Freitagabend", ("Yoga", None, "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR")),
            ("yoga every friday evening at 8", ("yoga", "2026-11-20T20:00", "FREQ=WEEKLY;BYDAY=FR")),
            ("run every other saturday morning", ("run", None, "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA")),
        ],
    )
    def test_the_part_of_the_day_leaves_the_title_with_its_weekday(self, sentence: str, expected: Found) -> None:
        assert found(sentence) == expected

    @pytest.mark.parametrize(
        "title",
        ["Freitagabend-Krimi schauen", "Samstagnachmittagskaffee", "den Freitagabend planen", "den Freitag planen"],
    )
    def test_a_weekday_that_the_title_is_about_stays(self, title: str) -> None:
        assert found(title) == (title, None, None)

    def test_words_behind_a_repeating_weekday_stay_in_the_title(self) -> None:
        assert found("jeden Freitag Abendessen kochen") == ("Abendessen kochen", None, "FREQ=WEEKLY;BYDAY=FR")


class TestMinutesBesideAnHour:
    @pytest.mark.parametrize(
        ("phrase", "at"),
        [
            ("morgen um zehn nach vier", "2026-11-19T16:10"),
            ("um fünf vor zwölf", "2026-11-18T11:55"),
            ("um 20 nach 8", "2026-11-19T08:20"),
            ("um 20 nach 8 Uhr", "2026-11-19T08:20"),
            ("morgen zehn nach vier", "2026-11-19T16:10"),
            ("morgen früh um zehn nach vier", "2026-11-19T04:10"),
            ("heute Abend um zehn nach acht", "2026-11-18T20:10"),
            ("um fünf vor eins", "2026-11-18T12:55"),
            ("morgen um fünf vor halb neun", "2026-11-19T08:25"),
            ("morgen um 5 nach halb 9", "2026-11-19T08:35"),
            ("um 10 Minuten vor 4", "2026-11-18T15:50"),
            ("at 10 past 4", "2026-11-18T16:10"),
            ("at ten past four in the morning", "2026-11-19T04:10"),
            ("at twenty-five past 3 pm", "2026-11-18T15:25"),
            ("tomorrow at ten to four", "2026-11-19T15:50"),
            ("at 20 to 5", "2026-11-18T16:40"),
            ("at ten after four", "2026-11-18T16:10"),
        ],
    )
    def test_minutes_past_or_to_an_hour_are_a_time(self, phrase: str, at: str) -> None:
        assert due(phrase) == at

    @pytest.mark.parametrize(
        ("sentence", "expected"),
        [
            ("um 20 nach 8 Oma anrufen", ("Oma anrufen", "2026-11-19T08:20", None)),
            ("morgen um 8 nach Hause", ("nach Hause", "2026-11-19T08:00", None)),
            ("morgen um zehn vor Ort sein", ("vor Ort sein", "2026-11-19T10:00", None)),
            ("at 5 to 7 people", ("at 5 to 7 people", None, None)),
            ("um 10 vor 3 Leuten reden", ("um 10 vor 3 Leuten reden", None, None)),
            ("Medizin um 8 nach 2 Stunden", ("Medizin um 8 nach 2 Stunden", None, None)),
            ("Film Fünf vor zwölf schauen", ("Film Fünf vor zwölf schauen", None, None)),
            ("meeting at 3 to 5", ("meeting at 3 to 5", None, None)),
            ("walk past 10 houses", ("walk past 10 houses", None, None)),
        ],
    )
    def test_an_hour_before_other_words_is_no_count_of_minutes(self, sentence: str, expected: Found) -> None:
        assert found(sentence) == expected


class TestWeekdaysOfComingWeeks:
    @pytest.mark.parametrize(
        ("phrase", "day"),
        [
            ("übernächsten Freitag", "2026-11-27"),
            ("am uebernaechsten Freitag", "2026-11-27"),
            ("übernächste Woche Freitag", "2026-12-04"),
            ("Freitag übernächster Woche", "2026-12-04"),
            ("am Freitag in der übernächsten Woche", "2026-12-04"),
            ("kommende Woche Freitag", "2026-11-27"),
            ("kommende Woche am Freitag", "2026-11-27"),
            ("Freitag kommender Woche", "2026-11-27"),
            ("am Freitag der kommenden Woche", "2026-11-27"),
            ("naechste Woche Freitag", "2026-11-27"),
            ("friday of the week after next", "2026-12-04"),
            ("the week after next on friday", "2026-12-04"),
            ("übernächste Woche", "2026-11-30"),
            ("übernächsten Monat", "2027-01-01"),
            ("übernächstes Wochenende", "2026-12-05"),
            ("morgen in einer Woche", "2026-11-26"),
            ("heute in zwei Wochen", "2026-12-02"),
            ("heute in 14 Tagen", "2026-12-02"),
        ],
    )
    def test_a_day_and_its_week_are_one_date(self, phrase: str, day: str) -> None:
        assert due(phrase) == day

    @pytest.mark.parametrize(
        ("sentence", "expected"),
        [
            ("Bus übernächsten Freitag um 8", ("Bus", "2026-11-27T08:00", None)),
            ("Bus morgen in einer Woche", ("Bus", "2026-11-26", None)),
            ("Bericht morgen in 3 Teilen abgeben", ("Bericht in 3 Teilen abgeben", "2026-11-19", None)),
            ("Treffen Freitag oder kommende Woche", ("Treffen Freitag oder kommende Woche", None, None)),
            ("Übernächste Station suchen", ("Übernächste Station suchen", None, None)),
        ],
    )
    def test_only_the_whole_date_leaves_the_title(self, sentence: str, expected: Found) -> None:
        assert found(sentence) == expected


class TestHoursOfTheNightAndOfNoon:
    @pytest.mark.parametrize(
        ("phrase", "at"),
        [
            ("heute Nacht um 2 Uhr", "2026-11-19T02:00"),
            ("um 2 Uhr heute Nacht", "2026-11-19T02:00"),
            ("heute Nacht um zwei", "2026-11-19T02:00"),
            ("heute Nacht um halb drei", "2026-11-19T02:30"),
            ("heute Nacht um 12", "2026-11-19T00:00"),
            ("morgen Nacht um 2", "2026-11-20T02:00"),
            ("Freitagnacht um 1", "2026-11-21T01:00"),
            ("tonight at 1am", "2026-11-19T01:00"),
            ("at 1am tonight", "2026-11-19T01:00"),
            ("tonight at 1", "2026-11-19T01:00"),
            ("tonight at 12:30", "2026-11-19T00:30"),
            ("tomorrow night at 1", "2026-11-20T01:00"),
        ],
    )
    def test_small_hours_of_a_night_are_on_the_day_after(self, phrase: str, at: str) -> None:
        assert due(phrase) == at

    @pytest.mark.parametrize(
        ("phrase", "at"),
        [
            ("heute Nacht", "2026-11-18"),
            ("heute Nacht um 11", "2026-11-18T23:00"),
            ("heute Nacht um 23 Uhr", "2026-11-18T23:00"),
            ("morgen um 2 Uhr nachts", "2026-11-19T02:00"),
            ("tonight at 5", "2026-11-18T17:00"),
            ("tonight at 9", "2026-11-18T21:00"),
            ("friday night at 5", "2026-11-20T17:00"),
            ("heute Abend um 08:30", "2026-11-18T20:30"),
        ],
    )
    def test_other_hours_of_a_night_or_evening_are_on_its_day(self, phrase: str, at: str) -> None:
        assert due(phrase) == at

    def test_after_midnight_the_small_hours_of_this_night_are_today(self) -> None:
        now = datetime(2026, 11, 17, 23, 30, tzinfo=UTC)  # 00:30 on the 18th in Berlin
        at = parse_due("heute Nacht um 2 Uhr", zone=BERLIN, now=now)
        assert local_due(at, BERLIN) == "2026-11-18T02:00"

    @pytest.mark.parametrize(
        ("phrase", "at"),
        [
            ("morgen Mittag um 1 Uhr", "2026-11-19T13:00"),
            ("um 1 Uhr morgen Mittag", "2026-11-19T13:00"),
            ("morgen Mittag um 11:30", "2026-11-19T11:30"),
            ("morgen Mittag um 12", "2026-11-19T12:00"),
        ],
    )
    def test_one_to_four_at_noon_are_in_the_afternoon(self, phrase: str, at: str) -> None:
        assert due(phrase) == at

    @pytest.mark.parametrize(
        ("sentence", "expected"),
        [
            ("Tee jeden Mittag um 1", ("Tee", "2026-11-18T13:00", "FREQ=DAILY")),
            ("Tee jeden Freitagmittag um 1", ("Tee", "2026-11-20T13:00", "FREQ=WEEKLY;BYDAY=FR")),
            ("Tee jede Nacht um halb drei", ("Tee", "2026-11-19T02:30", "FREQ=DAILY")),
            ("tea every night at 5", ("tea", "2026-11-19T05:00", "FREQ=DAILY")),
            ("jeden Freitagabend Yoga um 8", ("Yoga", "2026-11-20T20:00", "FREQ=WEEKLY;BYDAY=FR")),
        ],
    )
    def test_a_recurrence_reads_the_hour_in_its_part_of_the_day(self, sentence: str, expected: Found) -> None:
        assert found(sentence) == expected


@pytest.mark.parametrize(
    ("phrase", "at"),
    [
        ("in einer Viertelstunde", "2026-11-18T11:15"),
        ("in einer halben Stunde", "2026-11-18T11:30"),
        ("in einer Dreiviertelstunde", "2026-11-18T11:45"),
        ("in anderthalb Stunden", "2026-11-18T12:30"),
        ("in eineinhalb Stunden", "2026-11-18T12:30"),
        ("in zweieinhalb Stunden", "2026-11-18T13:30"),
        ("in a quarter of an hour", "2026-11-18T11:15"),
        ("in an hour and a half", "2026-11-18T12:30"),
        ("an hour and a half from now", "2026-11-18T12:30"),
        ("in an hour", "2026-11-18T12:00"),
    ],
)
def test_parts_of_an_hour_are_a_span(phrase: str, at: str) -> None:
    assert due(phrase) == at


def test_a_span_without_in_stays_in_the_title() -> None:
    assert found("anderthalb Stunden laufen") == ("anderthalb Stunden laufen", None, None)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Tee taeglich", ("Tee", None, "FREQ=DAILY")),
        ("Bericht woechentlich", ("Bericht", None, "FREQ=WEEKLY")),
        ("jaehrlich TÜV", ("TÜV", None, "FREQ=YEARLY")),
        ("Tee fuer morgen", ("Tee", "2026-11-19", None)),
        ("Bericht bis spaetestens Freitag", ("Bericht", "2026-11-20", None)),
        ("Tee morgen um fuenf", ("Tee", "2026-11-19T17:00", None)),
        ("Tee um zwoelf", ("Tee", "2026-11-18T12:00", None)),
        ("Tee morgen frueh um 8", ("Tee", "2026-11-19T08:00", None)),
        ("Tee am fuenften Maerz", ("Tee", "2027-03-05", None)),
        ("Tee am 3. naechsten Monats", ("Tee", "2026-12-03", None)),
    ],
)
def test_umlauts_may_be_written_with_an_e(sentence: str, expected: Found) -> None:
    assert found(sentence) == expected
