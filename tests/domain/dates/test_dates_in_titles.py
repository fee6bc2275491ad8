"""Dates in titles: which words are a date, and what remains of the title."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.domain.dates.due_dates import find_due, local_due

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)  # 11:00 in Berlin
TITLES_WITH_DATES = [
    ("buy milk tomorrow", "buy milk", "2026-11-19", None),
    ("report at the end of the month", "report", "2026-11-30", None),
    ("tidy up this weekend", "tidy up", "2026-11-21", None),
    ("aufräumen dieses Wochenende", "aufräumen", "2026-11-21", None),
    ("Buy milk tomorrow.", "Buy milk.", "2026-11-19", None),
    ("tomorrow buy milk", "buy milk", "2026-11-19", None),
    ("tomorrow: buy milk", "buy milk", "2026-11-19", None),
    ("call mum on friday about the car", "call mum about the car", "2026-11-20", None),
    ("on friday call mum at 9am", "call mum", "2026-11-20T09:00", None),
    ("friday lunch with Bob at 1pm", "friday lunch with Bob", "2026-11-20T13:00", None),
    ("für Freitag einen Friseurtermin um 14 Uhr", "einen Friseurtermin", "2026-11-20T14:00", None),
    ("pills every evening at 8", "pills", "2026-11-18T20:00", "FREQ=DAILY"),
    ("gym every weeknight at 5", "gym", "2026-11-18T17:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("check server every night at 2am", "check server", "2026-11-19T02:00", "FREQ=DAILY"),
    ("feed the baby every night at 3", "feed the baby", "2026-11-19T03:00", "FREQ=DAILY"),
    ("pills every night at 9", "pills", "2026-11-18T21:00", "FREQ=DAILY"),
    ("team meeting every fortnight at 9am", "team meeting", "2026-11-25T09:00", "FREQ=WEEKLY;INTERVAL=2"),
    ("Markt jeden Sonnabend um 9 Uhr", "Markt", "2026-11-21T09:00", "FREQ=WEEKLY;BYDAY=SA"),
    ("Tabletten jeden Abend um 9 Uhr", "Tabletten", "2026-11-18T21:00", "FREQ=DAILY"),
    ("hotel for 12 to 15 december", "hotel", "2026-12-12", None),
    ("Urlaub 12. bis 15. Dezember", "Urlaub", "2026-12-12", None),
    ("Messe 3.-5.12.", "Messe", "2026-12-03", None),
    ("haircut for saturday between 12 and 4", "haircut", "2026-11-21T12:00", None),
    ("pay the rent by the 1st", "pay the rent", "2026-12-01", None),
    ("submit the form due yesterday", "submit the form", "2026-11-17", None),
    ("book a table for friday 7pm", "book a table", "2026-11-20T19:00", None),
    ("meeting at 3", "meeting", "2026-11-18T15:00", None),
    ("call mum two hours from now", "call mum", "2026-11-18T13:00", None),
    ("two hours from now call mum", "call mum", "2026-11-18T13:00", None),
    ("call the bank two weeks from tomorrow", "call the bank", "2026-12-03", None),
    ("finish the slides in 2 hours", "finish the slides", "2026-11-18T13:00", None),
    ("check money tomorrow", "check money", "2026-11-19", None),
    ('read "tomorrow never dies" on sunday', 'read "tomorrow never dies"', "2026-11-22", None),
    ("Milch kaufen morgen", "Milch kaufen", "2026-11-19", None),
    ("Steuer bis 31. Mai abgeben", "Steuer abgeben", "2027-05-31", None),
    ("Zahnarzt am 3. März um 14 Uhr", "Zahnarzt", "2027-03-03T14:00", None),
    ("water plants every monday at 9am", "water plants", "2026-11-23T09:00", "FREQ=WEEKLY;BYDAY=MO"),
    ("at 9am every monday gym", "gym", "2026-11-23T09:00", "FREQ=WEEKLY;BYDAY=MO"),
    ("pay rent every 1st", "pay rent", None, "FREQ=MONTHLY;BYMONTHDAY=1"),
    ("write the report weekly", "write the report", None, "FREQ=WEEKLY"),
    ("standup every weekday at 9:30 starting monday", "standup", "2026-11-23T09:30",
     "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("Fenster putzen jeden Montag", "Fenster putzen", None, "FREQ=WEEKLY;BYDAY=MO"),
    # several weekdays repeat, or stay in the title together
    ("gym mon wed fri 7am", "gym", "2026-11-20T07:00", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
    ("gym tue & thu 5pm", "gym", "2026-11-19T17:00", "FREQ=WEEKLY;BYDAY=TU,TH"),
    ("yoga tue/thu 18:00", "yoga", "2026-11-19T18:00", "FREQ=WEEKLY;BYDAY=TU,TH"),
    ("gym mon-fri 7am", "gym", "2026-11-19T07:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("Müll immer freitags um 9", "Müll", "2026-11-20T09:00", "FREQ=WEEKLY;BYDAY=FR"),
    ("bill due 1st every month", "bill", None, "FREQ=MONTHLY;BYMONTHDAY=1"),
    ("pay on the 1st and 15th of each month", "pay", None, "FREQ=MONTHLY;BYMONTHDAY=1,15"),
    ("pay on the 15th and last day of every month", "pay on the 15th and last day of", None, "FREQ=MONTHLY"),
    ("pay always on the 99 at 9am", "pay always on the 99", "2026-11-19T09:00", None),
    ("dinner mon wed fri at 7", "dinner", "2026-11-18T19:00", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
    ("dinner every friday at 7", "dinner", "2026-11-20T19:00", "FREQ=WEEKLY;BYDAY=FR"),
    ("dinner every friday morning at 7", "dinner", "2026-11-20T07:00", "FREQ=WEEKLY;BYDAY=FR"),
    # of words that may be two weekdays only one is
    ("laundry to do on friday", "laundry to do", "2026-11-20", None),
    ("read The Sun on monday", "read The Sun", "2026-11-23", None),
    ("remind me to do so at 9am", "remind me to do so", "2026-11-19T09:00", None),
    ("Zahnarzt so am Montag um 9", "Zahnarzt so", "2026-11-23T09:00", None),
    ("buy a gift by friday, saturday is the party", "buy a gift, saturday is the party", "2026-11-20", None),
    ("jeden Montag Fr. Müller anrufen", "Fr. Müller anrufen", None, "FREQ=WEEKLY;BYDAY=MO"),
    ("every monday sat nav update", "sat nav update", None, "FREQ=WEEKLY;BYDAY=MO"),
    ("joggen jeden Freitag so gegen 18 Uhr", "joggen so", "2026-11-20T18:00", "FREQ=WEEKLY;BYDAY=FR"),
    ("dinner as always on friday at 7", "dinner as always", "2026-11-20T19:00", None),
    ("Stammtisch wie immer am 15.", "Stammtisch wie immer", "2026-12-15", None),
    # short forms
    ("tea in 2h", "tea", "2026-11-18T13:00", None),
    ("call mum thurs", "call mum", "2026-11-19", None),
    ("buy milk tom", "buy milk", "2026-11-19", None),
    ("call tom 9am", "call tom", "2026-11-19T09:00", None),
    ("meet Bob tomorrow 3-5pm", "meet Bob", "2026-11-19T15:00", None),
    ("renew the passport 31/07/2027", "renew the passport", "2027-07-31", None),
    # a date between other words
    ("dentist tomorrow 9am with Dr. Who", "dentist with Dr. Who", "2026-11-19T09:00", None),
    ("dentist tomorrow with Dr. Who", "dentist with Dr. Who", "2026-11-19", None),
    ("meet Bob friday at 3 in the park", "meet Bob in the park", "2026-11-20T15:00", None),
    ("at 5pm call Bob", "call Bob", "2026-11-18T17:00", None),
    ("15:30 dentist", "dentist", "2026-11-18T15:30", None),
    ("friday 9am dentist", "dentist", "2026-11-20T09:00", None),
    ("Milch morgen kaufen", "Milch kaufen", "2026-11-19", None),
    ("Oma Freitag anrufen", "Oma anrufen", "2026-11-20", None),
    # an hour without "am" is in the afternoon, unless the task is one of the morning
    ("book a flight tomorrow at 3", "book a flight", "2026-11-19T15:00", None),
    ("leave early friday at 4", "leave early", "2026-11-20T16:00", None),
    ("wake Anna tomorrow at 5", "wake Anna", "2026-11-19T05:00", None),
    ("Oma morgen um fünf anrufen", "Oma anrufen", "2026-11-19T17:00", None),
    ("Vitamine jeden Morgen um sechs", "Vitamine", "2026-11-19T06:00", "FREQ=DAILY"),
    ("Laufen jeden Morgen um halb sechs", "Laufen", "2026-11-19T05:30", "FREQ=DAILY"),
    # an aside behind it
    ("buy milk tomorrow pls", "buy milk pls", "2026-11-19", None),
    ("buy milk tomorrow whatever", "buy milk whatever", "2026-11-19", None),
    ("buy milk friday pls", "buy milk pls", "2026-11-20", None),
    ("buy milk friday !!1", "buy milk !!1", "2026-11-20", None),
    ("Milch kaufen Freitag bitte", "Milch kaufen bitte", "2026-11-20", None),
    # recurrences with a date
    ("Call Bob monday 3pm every week", "Call Bob", "2026-11-23T15:00", "FREQ=WEEKLY"),
    ("monday 3pm call Bob every week", "call Bob", "2026-11-23T15:00", "FREQ=WEEKLY"),
    ("tomorrow water plants every 3 days", "water plants", "2026-11-19", "FREQ=DAILY;INTERVAL=3"),
    ("an jedem Freitag Sport", "Sport", None, "FREQ=WEEKLY;BYDAY=FR"),
    ("gym every tue 18:00", "gym", "2026-11-24T18:00", "FREQ=WEEKLY;BYDAY=TU"),
    ("Sport jeden Mo, Mi und Fr um 7 Uhr", "Sport", "2026-11-20T07:00", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
    # a German weekday or "on mondays" at the beginning
    ("dienstags Müll rausbringen", "Müll rausbringen", None, "FREQ=WEEKLY;BYDAY=TU"),
    ("montags und donnerstags Sport um 18 Uhr", "Sport", "2026-11-19T18:00", "FREQ=WEEKLY;BYDAY=MO,TH"),
    ("yoga mondays & wednesdays", "yoga", None, "FREQ=WEEKLY;BYDAY=MO,WE"),
    ("Yoga montags/mittwochs um 19 Uhr", "Yoga", "2026-11-18T19:00", "FREQ=WEEKLY;BYDAY=MO,WE"),
    ("montags bis freitags um 8 Schule", "Schule", "2026-11-19T08:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("on mondays gym", "gym", None, "FREQ=WEEKLY;BYDAY=MO"),
    # words that say that it repeats
    ("call bob repeating every week", "call bob", None, "FREQ=WEEKLY"),
    ("call bob tomorrow, repeat weekly", "call bob", "2026-11-19", "FREQ=WEEKLY"),
    ("call bob and repeat it weekly", "call bob", None, "FREQ=WEEKLY"),
    ("call bob that repeats every monday at 9", "call bob", "2026-11-23T09:00", "FREQ=WEEKLY;BYDAY=MO"),
    ("Bob anrufen, wöchentlich wiederholen", "Bob anrufen", None, "FREQ=WEEKLY"),
    ("listen and repeat every day", "listen and repeat", None, "FREQ=DAILY"),
    ("history repeats every year", "history repeats", None, "FREQ=YEARLY"),
    ("put it on repeat every day", "put it on repeat", None, "FREQ=DAILY"),
    ("Vokabeln jede Woche wiederholen", "Vokabeln wiederholen", None, "FREQ=WEEKLY"),
    # recurrences with an end, within a period, or without some days
    ("meds every day until friday", "meds", None, "FREQ=DAILY;UNTIL=20261120"),
    ("meds daily until friday", "meds", None, "FREQ=DAILY;UNTIL=20261120"),
    ("until friday take meds every day", "take meds", None, "FREQ=DAILY;UNTIL=20261120"),
    ("Tabletten jeden Tag um 8 bis Freitag", "Tabletten", "2026-11-19T08:00", "FREQ=DAILY;UNTIL=20261120"),
    ("piano every sunday at 10 until 31 dec", "piano", "2026-11-22T10:00", "FREQ=WEEKLY;BYDAY=SU;UNTIL=20261231"),
    ("course every monday till the end of the year", "course", None, "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231"),
    ("yoga every tue thu 7am", "yoga", "2026-11-19T07:00", "FREQ=WEEKLY;BYDAY=TU,TH"),
    ("yoga every tuesday thursday 7am", "yoga", "2026-11-19T07:00", "FREQ=WEEKLY;BYDAY=TU,TH"),
    ("brunch every sat sun 10am", "brunch", "2026-11-21T10:00", "FREQ=WEEKLY;BYDAY=SA,SU"),
    ("every saturday sunday roast", "sunday roast", None, "FREQ=WEEKLY;BYDAY=SA"),
    ("every thu sun cream refill", "sun cream refill", None, "FREQ=WEEKLY;BYDAY=TH"),
    ("jeden mo do joggen", "joggen", None, "FREQ=WEEKLY;BYDAY=MO,TH"),
    ("sport jeden montag donnerstag 18 uhr", "sport", "2026-11-19T18:00", "FREQ=WEEKLY;BYDAY=MO,TH"),
    ("jeden mo so früh wie möglich aufstehen", "so früh wie möglich aufstehen", None, "FREQ=WEEKLY;BYDAY=MO"),
    ("jeden monat am letzten freitag abrechnen", "abrechnen", None, "FREQ=MONTHLY;BYDAY=-1FR"),
    ("pay rent every month on the last friday", "pay rent", None, "FREQ=MONTHLY;BYDAY=-1FR"),
    ("monatlich am ersten Montag Bericht", "Bericht", None, "FREQ=MONTHLY;BYDAY=1MO"),
    ("pay rent every month on the last day", "pay rent", None, "FREQ=MONTHLY;BYMONTHDAY=-1"),
    ("yoga every monday until christmas at 6pm", "yoga", "2026-11-23T18:00", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261225"),
    ("course every monday until june", "course", None, "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270630"),
    ("gym every monday with Bob until june", "gym with Bob", None, "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270630"),
    ("course every tuesday from january to march", "course", "2027-01-05", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270331"),
    ("yoga every day from 1 to 5 december", "yoga", "2026-12-01", "FREQ=DAILY;UNTIL=20261205"),
    ("yoga every day from 1 to 5", "yoga", "2026-11-18T13:00", "FREQ=DAILY"),
    ("Kurs jeden Montag ab 1. Juni bis 1. August", "Kurs", "2027-06-07", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270801"),
    ("course for 3 weeks every monday", "course", None, "FREQ=WEEKLY;BYDAY=MO;COUNT=3"),
    ("course every monday for 2 weeks", "course", None, "FREQ=WEEKLY;BYDAY=MO;COUNT=2"),
    ("meds every day for 10 days", "meds", None, "FREQ=DAILY;COUNT=10"),
    ("meds every day for the next 5 days at 8pm", "meds", "2026-11-18T20:00", "FREQ=DAILY;COUNT=5"),
    ("course every monday and thursday for 6 weeks", "course", None, "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=12"),
    ("Tabletten täglich, 10 Tage lang", "Tabletten", None, "FREQ=DAILY;COUNT=10"),
    ("meds every day this week", "meds", None, "FREQ=DAILY;UNTIL=20261122"),
    ("meds every day next week", "meds", "2026-11-23", "FREQ=DAILY;UNTIL=20261129"),
    ("course every day except sunday", "course", None, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA"),
    ("course every weekday at 9 except friday", "course", "2026-11-19T09:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH"),
    ("jeden Tag laufen, aber nicht sonntags", "laufen", None, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA"),
    ("Zeitung täglich außer am Wochenende", "Zeitung", None, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    # every day of a part of the week, which goes on
    ("gym every day from monday to friday", "gym", None, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("gym every day mon-fri at 8", "gym", "2026-11-19T08:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("gym daily from mon to thu until june", "gym", None, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH;UNTIL=20270630"),
    ("gym every evening from monday to friday at 8", "gym", "2026-11-18T20:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("every week from monday to friday gym", "gym", None, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("jeden Tag von Montag bis Freitag um 8 Sport", "Sport", "2026-11-19T08:00", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("gym every day from friday to monday", "gym", "2026-11-20", "FREQ=DAILY;UNTIL=20261123"),
    ("gym every day from monday until friday", "gym", "2026-11-23", "FREQ=DAILY;UNTIL=20261127"),
    ("gym every day from friday to sunday 29 november", "gym", "2026-11-20", "FREQ=DAILY;UNTIL=20261129"),
    # a period elsewhere is what the task is for
    ("write the report for this week every friday", "write the report for this week", None, "FREQ=WEEKLY;BYDAY=FR"),
    ("jeden Freitag Bericht für nächste Woche schreiben", "Bericht für nächste Woche schreiben", None,
     "FREQ=WEEKLY;BYDAY=FR"),
    ("buy food for the weekend every friday", "buy food for the weekend", None, "FREQ=WEEKLY;BYDAY=FR"),
    ("meds every day for this week", "meds", None, "FREQ=DAILY;UNTIL=20261122"),
    ("meds every day at 8 for next week", "meds", "2026-11-23T08:00", "FREQ=DAILY;UNTIL=20261129"),
    # the end of another recurrence
    ("gym every monday, yoga every friday until june", "gym, yoga every friday until june", None,
     "FREQ=WEEKLY;BYDAY=MO"),
    ("gym every monday until june, yoga every friday", "gym, yoga every friday", None,
     "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270630"),
    # brackets
    ("gym (every monday)", "gym", None, "FREQ=WEEKLY;BYDAY=MO"),
    ("gym every monday (until june)", "gym", None, "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270630"),
    ("gym (until june) every monday", "gym", None, "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270630"),
    ("gym [every monday at 8 until june]", "gym", "2026-11-23T08:00", "FREQ=WEEKLY;BYDAY=MO;UNTIL=20270630"),
    # an end in the first week or month is a deadline, and one before the first day stays in the title
    ("Bericht jede Woche bis Freitag abgeben", "Bericht abgeben", "2026-11-20", "FREQ=WEEKLY"),
    ("Miete jeden Monat bis zum 3.", "Miete", "2026-12-03", "FREQ=MONTHLY"),
    ("run every monday until tomorrow", "run until tomorrow", None, "FREQ=WEEKLY;BYDAY=MO"),
    ("pay rent every month by the 3rd", "pay rent", "2026-12-03", "FREQ=MONTHLY"),
    ("call bob every 2 weeks on monday next week", "call bob", "2026-11-23", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
    # neither an end nor an exception
    ("course every day except today", "course except today", None, "FREQ=DAILY"),
    ("course every day except monday to wednesday", "course except monday to wednesday", None, "FREQ=DAILY"),
    ("gym every monday until june or july", "gym until june or july", None, "FREQ=WEEKLY;BYDAY=MO"),
    ("read until dawn every friday", "read until dawn", None, "FREQ=WEEKLY;BYDAY=FR"),
    ("read 'until august' every monday", "read 'until august'", None, "FREQ=WEEKLY;BYDAY=MO"),
    ("walk the dog every day for an hour", "walk the dog for an hour", None, "FREQ=DAILY"),
    ("buy food every week for 2 days", "buy food for 2 days", None, "FREQ=WEEKLY"),
    ("plan meals for 2 weeks every sunday", "plan meals for 2 weeks", None, "FREQ=WEEKLY;BYDAY=SU"),
    ("Versicherung für 2 Jahre jedes Jahr bezahlen", "Versicherung für 2 Jahre bezahlen", None, "FREQ=YEARLY"),
    ("every day plan meals for 3 days", "plan meals for 3 days", None, "FREQ=DAILY"),
    ("gift every tuesday from april", "gift", "2027-04-06", "FREQ=WEEKLY;BYDAY=TU"),
    ("gift every tuesday from april smith", "gift from april smith", None, "FREQ=WEEKLY;BYDAY=TU"),
    ("gym every monday from 3/5", "gym from 3/5", None, "FREQ=WEEKLY;BYDAY=MO"),
    ("pay every 30 february at 9am", "pay every 30 february", "2026-11-19T09:00", None),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "title", "due", "rule"), TITLES_WITH_DATES)
def test_a_date_in_a_sentence_is_found_and_separated_from_the_title(
    sentence: str, title: str, due: str | None, rule: str | None
) -> None:
    mention = find_due(sentence, zone=BERLIN, now=WEDNESDAY)
    assert mention is not None
    assert (mention.cut_from(sentence), mention.rule) == (title, rule)
    assert (mention.due and local_due(mention.due, BERLIN)) == due


@pytest.mark.parametrize(
    "title",
    [
        "check money", "The 9/11 report", "sun cream", "buy sun cream", "may day parade prep", "second draft",
        "march order", "the weekly report", "read the daily mail", "plan next week", "buy cream for sun",
        "call mum on monday and friday", "call mum on mon or tue", "work from mon to fri", "gym monday to friday at 7",
        "Rechnung immer am 45", "lunch with Fri, Mon and Thu", "conference tue-thu 9am", "Zettel an jeden 5",
        "notes from monday, wednesday and friday", "Dienstplan für Mo, Mi und Fr",
        "meetings this week: mon, wed and fri",
        "conference mon-fri from 7 december", "hotel mon-wed at 12 main street", "flat viewing tue/thu 5pm or 6pm",
        "call the bank, open mon-fri 9:00-17:00", "workshop sat-sun 9am", "viewings next week tue/thu 5pm",
        "Geschenke für jeden 1", "leave heater always on 3", "Urlaub von Montag bis Freitag", "Meeting Mo oder Di um 9",
        "tomorrow's meeting notes", "notes from tuesday", "the song called yesterday",
        "review monday and tuesday", "friday-report", "sat nav update", "wed the data", "order 12 eggs",
        "version 5.3", "upgrade to 2.10", "page 7", "room 12", "call 110", "24 hour race", "mon petit chou",
        "watch Friday the 13th", "read 'next friday'", "“every monday” song", "Nachtisch", "Morgenstern lesen",
        "Mittagessen kochen", "every one of them", "Sonntagsbraten", "tomorrow", "friday", "do it at home",
        "sunday school lesson", "May I borrow a car", "third party audit", "in two minds", "7 habits book",
        "Call Tom", "call tom", "lunch with tom", "watch Tomorrow Never Dies", "watch Friday Night Lights",
        "prepare friday lunch", "catch 10:30 train", "3:10 to Yuma", "Midnight Mass", "noon prayer", "work all day",
        "9-5 job", "say good morning to Bob", "Guten Morgen Anna", "every sat nav", "every third friday gym",
        "Sonntags ist frei", "fridays for future demo", "mondays suck", "hotel on the 1st and 15th",
        "lunch first monday of the month", "Feier am 1. und 15. März",
        "weekly abs workout", "cook daily for two", "call everyone except monday",
        "model it in 3d", "fix bug in 3h build", "do it so 14 times", "walk 2 hours away from now",
    ],
)  # fmt: skip
def test_words_of_a_title_that_look_like_dates_are_not_dates(title: str) -> None:
    assert find_due(title, zone=BERLIN, now=WEDNESDAY) is None


def test_a_date_inside_quotes_is_ignored() -> None:
    assert find_due('write "call mum by friday at 9am" on the card', zone=BERLIN, now=WEDNESDAY) is None


def test_a_text_longer_than_a_command_is_not_searched() -> None:
    assert find_due("buy milk tomorrow " * 100, zone=BERLIN, now=WEDNESDAY) is None
