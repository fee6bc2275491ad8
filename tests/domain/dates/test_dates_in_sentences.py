"""Dates and times as people write them beside the words of a task."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.domain.dates.due_dates import find_due, local_due

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)  # 11:00 in Berlin

Found = tuple[str, str | None, str | None]
"""The title that remains, the due date and the rule."""


def found(sentence: str) -> Found:
    mention = find_due(sentence, zone=BERLIN, now=WEDNESDAY)
    if mention is None:
        return sentence, None, None
    return mention.cut_from(sentence), mention.due and local_due(mention.due, BERLIN), mention.rule


class TestDaysAndMonthsWithDots:
    @pytest.mark.parametrize(
        ("sentence", "expected"),
        [
            ("am 24.12. Geschenke einpacken", ("Geschenke einpacken", "2026-12-24", None)),
            ("am 03.12.26 Milch kaufen", ("Milch kaufen", "2026-12-03", None)),
            ("Milch bis 3.12. kaufen", ("Milch kaufen", "2026-12-03", None)),
            ("bis zum 3.12. Milch kaufen", ("Milch kaufen", "2026-12-03", None)),
            ("Oma hat am 12.12. Geburtstag", ("Oma hat Geburtstag", "2026-12-12", None)),
            ("Zahnarzt 3.12.", ("Zahnarzt", "2026-12-03", None)),
            ("Zahnarzt 3.12.26", ("Zahnarzt", "2026-12-03", None)),
            ("Zahnarzt 3.12. mit Mia", ("Zahnarzt mit Mia", "2026-12-03", None)),
            ("03.12. Zahnarzt", ("Zahnarzt", "2026-12-03", None)),
            ("24.12. Essen um 13 Uhr", ("Essen", "2026-12-24T13:00", None)),
            ("Formular abgeben Fr, 27.11.", ("Formular abgeben", "2026-11-27", None)),
            ("dentist on 25/12", ("dentist", "2026-12-25", None)),
            ("Zahnarzt am 3.12", ("Zahnarzt", "2026-12-03", None)),
            ("Termin für den 3.12.", ("Termin", "2026-12-03", None)),
            ("Party den 3.12.", ("Party", "2026-12-03", None)),
            ("Urlaub 3.12. bis 10.12.", ("Urlaub", "2026-12-03", None)),
            ("Urlaub 28.12. bis 3.1.2027", ("Urlaub", "2026-12-28", None)),
            ("Urlaub 3.1. - 10.1.2028", ("Urlaub", "2028-01-03", None)),
            ("Urlaub 3.1.2028 - 10.1.2028", ("Urlaub", "2028-01-03", None)),
            ("conference 10 nov to 30 nov", ("conference", "2026-11-30", None)),
            ("Steuer 1.1.-31.12.2026", ("Steuer", "2026-12-31", None)),
        ],
    )
    def test_a_day_and_its_month_are_a_date(self, sentence: str, expected: Found) -> None:
        assert found(sentence) == expected

    @pytest.mark.parametrize(
        "title",
        [
            "version 3.12.", "install Python 3.12.", "install 3.12.1", "ping 10.1.2.3", "check 192.168.1.1.",
            "1.2. Kapitel lesen", "Kapitel 1.2. lesen", "lies Kapitel 3.1. bis 3.12. vor", "Milch 3.50.",
            "Milch für 2.10.", "kaufe 3.5. kg Mehl", "Rechnung vom 3.12. bezahlen", "am 31.2. Miete zahlen",
            "watch 24/7", "buy a drill 3/16", "watch part 13/5", "fasting 16/8", "Hauptstr. 13/3", "25/12 call mum",
            "bis 2.5 Liter trinken", "bis 2.5 kg abnehmen", "am 3.2 Update arbeiten", "zum 3.2 Release", "2.11. lösen",
            "§ 1.10. prüfen", "figure 3.12.", "Raum 2.12.", "module 2.10.", "problem 3.12.", "install 3.12.24",
            "24.12. und 25.12. Oma besuchen", "24.12., 25.12. Oma besuchen",
            "am 24.12. und am 25.12. Oma besuchen", "am 3.12., am 4.12. und am 5.12. putzen",
            "Hotel für den 3.12. buchen",
        ],
    )  # fmt: skip
    def test_other_numbers_with_dots_stay_in_the_title(self, title: str) -> None:
        assert found(title) == (title, None, None)


class TestHalvesOfTheDay:
    @pytest.mark.parametrize(
        ("sentence", "at"),
        [
            ("pick up the kids at 4:30", "2026-11-18T16:30"),
            ("meeting at 2:30 tomorrow", "2026-11-19T14:30"),
            ("call bob at 4:30:00", "2026-11-18T16:30"),
            ("at 4:30 call bob", "2026-11-18T16:30"),
            ("call bob at 4:30 about the car", "2026-11-18T16:30"),
            ("dinner at 7:30", "2026-11-18T19:30"),
            ("dinner at half past seven", "2026-11-18T19:30"),
            ("abendessen um halb acht", "2026-11-18T19:30"),
            ("Abendessen um 7:30", "2026-11-18T19:30"),
            ("dinner every friday at 7:30", "2026-11-20T19:30"),
            ("gym every day at 4:30", "2026-11-18T16:30"),
        ],
    )
    def test_minutes_beside_an_hour_leave_it_in_its_half_of_the_day(self, sentence: str, at: str) -> None:
        assert found(sentence)[1] == at

    @pytest.mark.parametrize(
        ("sentence", "at"),
        [
            ("wake up at 5:30", "2026-11-19T05:30"),
            ("flight tomorrow at 5:30", "2026-11-19T05:30"),
            ("get up at 6:30", "2026-11-19T06:30"),
            ("train at 5:30 tomorrow morning", "2026-11-19T05:30"),
            ("meeting at 05:30", "2026-11-19T05:30"),
            ("train at 5:30", "2026-11-19T05:30"),
            ("gym every day at 6:30", "2026-11-19T06:30"),
            ("dinner at 11:30", "2026-11-18T11:30"),
            ("book dinner at 8:30", "2026-11-19T08:30"),
            ("concert tickets on sale friday at 9:30", "2026-11-20T09:30"),
            ("Abendessen um 10:30 kochen", "2026-11-19T10:30"),
            ("Treffen um 5:30", "2026-11-19T05:30"),
            ("dinner at 07:30", "2026-11-19T07:30"),
            ("Abendessen morgen früh vorbereiten", "2026-11-19T09:00"),
        ],
    )
    def test_an_early_hour_stays_one(self, sentence: str, at: str) -> None:
        assert found(sentence)[1] == at

    @pytest.mark.parametrize(
        ("sentence", "at"),
        [
            ("call mum today at 7", "2026-11-18T19:00"),
            ("heute um 8 Mama anrufen", "2026-11-18T20:00"),
            ("heute um 3 Mama anrufen", "2026-11-18T15:00"),
            ("call mum today at 10", "2026-11-18"),
            ("call mum this morning at 8", "2026-11-18"),
            ("call mum today at 9am", "2026-11-18T09:00"),
            ("heute um 8:30 Mama anrufen", "2026-11-18T08:30"),
            ("standup today at 9:15", "2026-11-18T09:15"),
            ("breakfast today at 8", "2026-11-18"),
            ("heute um 8 Frühstück", "2026-11-18"),
            ("wake up today at 7", "2026-11-18"),
            ("heute um 08:30 Mama anrufen", "2026-11-18T08:30"),
            ("heute um 8 Uhr Mama anrufen", "2026-11-18T08:00"),
        ],
    )
    def test_an_hour_of_today_that_is_past_means_the_evening(self, sentence: str, at: str) -> None:
        assert found(sentence)[1] == at

    @pytest.mark.parametrize(
        ("sentence", "expected"),
        [
            ("Tabletten abends um 8", ("Tabletten", "2026-11-18T20:00", None)),
            ("abends um 8 Tabletten nehmen", ("Tabletten nehmen", "2026-11-18T20:00", None)),
            ("Freitag abends um acht Kino", ("Kino", "2026-11-20T20:00", None)),
            ("Freitag nachts um 1 Taxi", ("Taxi", "2026-11-21T01:00", None)),
            ("heute nachts um 2 Taxi", ("Taxi", "2026-11-19T02:00", None)),
            ("heute nachts um 11 Taxi", ("Taxi", "2026-11-18T23:00", None)),
            ("Tabletten jeden Tag morgens um 8", ("Tabletten", "2026-11-19T08:00", "FREQ=DAILY")),
            ("abends um die Häuser ziehen", ("abends um die Häuser ziehen", None, None)),
            ("morgens um 10 nach 8 Kaffee", ("morgens Kaffee", "2026-11-19T08:10", None)),
        ],
    )
    def test_a_german_half_of_the_day_may_precede_its_hour(self, sentence: str, expected: Found) -> None:
        assert found(sentence) == expected

    @pytest.mark.parametrize(
        ("sentence", "expected"),
        [
            ("Treffen um 12 am Freitag", ("Treffen", "2026-11-20T12:00", None)),
            ("Anna um 8 am Bahnhof abholen", ("Anna am Bahnhof abholen", "2026-11-19T08:00", None)),
            ("Treffen um 8 am Abend", ("Treffen", "2026-11-18T20:00", None)),
            ("Treffen morgen um 8:30 Uhr am Abend", ("Treffen", "2026-11-19T20:30", None)),
            ("Anna um 4 am Nachmittag abholen", ("Anna abholen", "2026-11-18T16:00", None)),
            ("Treffen um 1 am Mittag", ("Treffen", "2026-11-18T13:00", None)),
            ("um 7 am Morgen joggen", ("joggen", "2026-11-19T07:00", None)),
            ("Treffen um 8 am Abendbrottisch", ("Treffen am Abendbrottisch", "2026-11-19T08:00", None)),
            ("meeting at 12 am friday", ("meeting", "2026-11-20T00:00", None)),
            ("submit form monday,8am", ("submit form", "2026-11-23T08:00", None)),
            ("submit form 8am,monday", ("submit form", "2026-11-23T08:00", None)),
            ("Milch am 3. kaufen", ("Milch kaufen", "2026-12-03", None)),
            ("Platz am 3. Tisch reservieren", ("Platz am 3. Tisch reservieren", None, None)),
        ],
    )
    def test_a_day_is_told_from_what_stands_beside_it(self, sentence: str, expected: Found) -> None:
        assert found(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("standup monday through friday at 9",
         ("standup", "2026-11-19T09:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")),
        ("Standup Montag bis Freitag um 9", ("Standup", "2026-11-19T09:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR")),
        ("workshop monday through friday", ("workshop monday through friday", None, None)),
    ],
)  # fmt: skip
def test_the_working_days_with_a_time_repeat(sentence: str, expected: Found) -> None:
    assert found(sentence) == expected


class TestWeekdaysOfAMonth:
    @pytest.mark.parametrize(
        ("sentence", "expected"),
        [
            ("gym on the first monday in december", ("gym", "2026-12-07", None)),
            ("dentist on the second tuesday of january at 3pm", ("dentist", "2027-01-12T15:00", None)),
            ("Zahnarzt am ersten Montag im Dezember um 9 Uhr", ("Zahnarzt", "2026-12-07T09:00", None)),
            ("watch the first monday in may documentary", ("watch the first monday in may documentary", None, None)),
        ],
    )
    def test_the_nth_weekday_of_a_month_is_a_day(self, sentence: str, expected: Found) -> None:
        assert found(sentence) == expected


class TestHolidays:
    @pytest.mark.parametrize(
        ("sentence", "expected"),
        [
            ("call grandma on christmas eve at 5", ("call grandma", "2026-12-24T17:00", None)),
            ("call grandma at 5 on christmas eve", ("call grandma", "2026-12-24T17:00", None)),
            ("dinner on valentine's day at 7", ("dinner", "2027-02-14T19:00", None)),
            ("dinner christmas eve 6pm", ("dinner", "2026-12-24T18:00", None)),
            ("buy presents before christmas", ("buy presents", "2026-12-24", None)),
            ("an heiligabend um 17 uhr oma anrufen", ("oma anrufen", "2026-12-24T17:00", None)),
            ("an silvester um 20 uhr party", ("party", "2026-12-31T20:00", None)),
            ("Geschenke bis Weihnachten kaufen", ("Geschenke kaufen", "2026-12-25", None)),
            ("am 2. Weihnachtstag um 15 Uhr Kaffee", ("Kaffee", "2026-12-26T15:00", None)),
            ("new year's eve party at 8pm", ("new year's eve party", "2026-12-31T20:00", None)),
            ("christmas party on friday", ("christmas party", "2026-11-20", None)),
            ("yoga every monday until new year’s eve", ("yoga", None, "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231")),
        ],
    )
    def test_a_holiday_on_the_same_date_each_year_is_a_day(self, sentence: str, expected: Found) -> None:
        assert found(sentence) == expected

    @pytest.mark.parametrize(
        "title",
        [
            "christmas dinner", "buy christmas tree", "gifts for christmas", "silvester party vorbereiten",
            "new year's eve party", "a book on christmas", "read a christmas carol", "add halloween party",
        ],
    )  # fmt: skip
    def test_a_holiday_inside_a_title_stays(self, title: str) -> None:
        assert found(title) == (title, None, None)

    @pytest.mark.parametrize(
        "title",
        [
            "call mum on mother's day at 12", "am muttertag um 12 uhr mama anrufen", "dinner on thanksgiving at 6",
            "call tom on his birthday at 9", "an ostern um 10 uhr brunch",
        ],
    )  # fmt: skip
    def test_a_time_on_an_unknown_day_is_not_todays(self, title: str) -> None:
        assert found(title) == (title, None, None)


class TestWordsBehindTheDate:
    @pytest.mark.parametrize(
        ("sentence", "expected"),
        [
            ("buy milk (tomorrow)", ("buy milk", "2026-11-19", None)),
            ("finish the essay (due friday)", ("finish the essay", "2026-11-20", None)),
            ("finish essay [friday].", ("finish essay.", "2026-11-20", None)),
            ("call mum tomorrow to say hi", ("call mum to say hi", "2026-11-19", None)),
            ("call mum friday and ask about christmas", ("call mum and ask about christmas", "2026-11-20", None)),
            ("buy milk tomorrow, 2 liters", ("buy milk, 2 liters", "2026-11-19", None)),
            ("buy milk friday (2 liters)", ("buy milk (2 liters)", "2026-11-20", None)),
            ("buy milk tomorrow - 2 liters", ("buy milk - 2 liters", "2026-11-19", None)),
            ("buy milk tomorrow. 2 liters", ("buy milk. 2 liters", "2026-11-19", None)),
            ("Zahnarzt morgen und Karte mitnehmen", ("Zahnarzt und Karte mitnehmen", "2026-11-19", None)),
            ("call mum tomorrow after work", ("call mum after work", "2026-11-19", None)),
            ("pick up the parcel on friday before lunch", ("pick up the parcel before lunch", "2026-11-20", None)),
            ("Oma anrufen morgen nach der Arbeit", ("Oma anrufen nach der Arbeit", "2026-11-19", None)),
        ],
    )
    def test_a_remark_may_follow_a_date(self, sentence: str, expected: Found) -> None:
        assert found(sentence) == expected

    @pytest.mark.parametrize(
        "title",
        [
            "finish essay (monday version)", "slides (monday and tuesday)", "essay (sun)", "scan (2026-11-20).pdf",
            "call mum today and tomorrow", "swap monday and tuesday", "switch monday to tuesday shift",
            "read 3:10 to Yuma", "read Tomorrow, and Tomorrow, and Tomorrow", "watch Black Friday (film)",
            "prepare friday and weekend menu", "send friday to the printer", "move gym friday to monday",
            "call mum today, or tomorrow", "cyber monday, get a laptop", "shop on easter monday, brunch",
            "meet Taco Tuesday (bar)", "read Saturday (McEwan)", "watch Wednesday - season 2", "walk friday and rex",
            "take Sunday (the cat) to the vet", "read Tomorrow (a long novel)",
            "invite all to friday after work drinks",
        ],
    )  # fmt: skip
    def test_a_date_that_belongs_to_the_words_behind_it_stays(self, title: str) -> None:
        assert found(title) == (title, None, None)


class TestShortAndMisspeltWords:
    @pytest.mark.parametrize(
        ("sentence", "at"),
        [
            ("call mum tmr", "2026-11-19"),
            ("call mum tmw", "2026-11-19"),
            ("call mum tomo", "2026-11-19"),
            ("call mum 2moro", "2026-11-19"),
            ("tommorrow call mum", "2026-11-19"),
            ("call mum wednsday", "2026-11-25"),
            ("call mum next firday", "2026-11-20"),
            ("call mum next wk", "2026-11-23"),
            ("call mum on wed", "2026-11-25"),
            ("call mum next sat", "2026-11-21"),
            ("call mum this sat", "2026-11-21"),
            ("call mum at 17h", "2026-11-18T17:00"),
            ("call mum heute 15h", "2026-11-18T15:00"),
            ("call mum in 30m", "2026-11-18T11:30"),
            ("call mum within 3 days", "2026-11-21"),
            ("call mum within an hour", "2026-11-18T12:00"),
            ("call mum innerhalb von 3 Tagen", "2026-11-21"),
            ("call mum at the latest by friday", "2026-11-20"),
            ("spätestens am Freitag call mum", "2026-11-20"),
            ("call mum noch heute", "2026-11-18"),
            ("call mum early next week", "2026-11-23"),
            ("call mum first thing tomorrow", "2026-11-19"),
            ("first thing on monday call mum", "2026-11-23"),
            ("call mum by COB friday", "2026-11-20"),
            ("call mum by eod friday", "2026-11-20"),
            ("call mum on monday week", "2026-11-30"),
            ("call mum a fortnight on friday", "2026-12-04"),
            ("call mum 24 dec to 2 jan", "2026-12-24"),
            ("call mum 24. Dezember 2026 bis 2. Januar 2027", "2026-12-24"),
            ("call mum dec 24 - jan 2", "2026-12-24"),
            ("call mum by friday at the latest", "2026-11-20"),
            ("call mum bis 17 Uhr spätestens", "2026-11-18T17:00"),
            ("call mum no later than friday", "2026-11-20"),
            ("call mum, ideally tomorrow", "2026-11-19"),
            ("call mum, preferably on friday", "2026-11-20"),
            ("call mum am besten am Freitag", "2026-11-20"),
            ("call mum möglichst vor Freitag", "2026-11-19"),
            ("call mum tomorrow if possible", "2026-11-19"),
            ("call mum before the end of the month", "2026-11-30"),
            ("call mum before the end of next week", "2026-11-29"),
            ("call mum vor dem Ende des Monats", "2026-11-30"),
        ],
    )
    def test_are_a_date_with_all_their_words(self, sentence: str, at: str) -> None:
        title, when, _ = found(sentence)
        assert (title.rstrip("."), when) == ("call mum", at)

    def test_noch_heute_leaves_the_title_whole(self) -> None:
        assert found("Rechnung noch heute bezahlen") == ("Rechnung bezahlen", "2026-11-18", None)

    @pytest.mark.parametrize(
        "title",
        [
            "call tomo", "study for SAT", "register for the SAT", "how she sat", "get wed", "newly wed",
            "sat gym", "call mum wed", "gym mon wed", "buy new sat", "email TMR group",
            "enjoy this sun", "draw it in 2d", "walk 17h", "fast 16h", "swim in 50m pool", "raise 30M",
            "finish monday week plan", "holiday from 24 dec to 2 jan",
        ],
    )  # fmt: skip
    def test_other_uses_of_these_words_stay_in_the_title(self, title: str) -> None:
        assert found(title) == (title, None, None)
