"""Recurrence rules in words: phrases that are parsed, rules that are formatted."""

import pytest
from hypothesis import given

from taskchat_app.domain.dates.recurrence.recurrence import check_rule, find_rule, format_rule
from taskchat_app.i18n.catalogue import render
from tests.domain.dates.recurrence.random_rules import rules

PHRASES = [
    ("every day", "FREQ=DAILY", "every day"),
    ("daily", "FREQ=DAILY", "every day"),
    ("every morning", "FREQ=DAILY", "every day"),
    ("every 3 days", "FREQ=DAILY;INTERVAL=3", "every 3 days"),
    ("every other day", "FREQ=DAILY;INTERVAL=2", "every 2 days"),
    ("every weekday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
    ("every weekend", "FREQ=WEEKLY;BYDAY=SA,SU", "every Saturday and Sunday"),
    ("weekly", "FREQ=WEEKLY", "every week"),
    ("every week", "FREQ=WEEKLY", "every week"),
    ("every 2 weeks", "FREQ=WEEKLY;INTERVAL=2", "every 2 weeks"),
    ("every two weeks on monday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "every 2 weeks on Monday"),
    ("every other friday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", "every 2 weeks on Friday"),
    ("every fortnight", "FREQ=WEEKLY;INTERVAL=2", "every 2 weeks"),
    ("every monday", "FREQ=WEEKLY;BYDAY=MO", "every Monday"),
    ("every monday and thursday", "FREQ=WEEKLY;BYDAY=MO,TH", "every Monday and Thursday"),
    ("every tuesday, thursday and saturday", "FREQ=WEEKLY;BYDAY=TU,TH,SA", "every Tuesday, Thursday and Saturday"),
    ("on mondays and fridays", "FREQ=WEEKLY;BYDAY=MO,FR", "every Monday and Friday"),
    ("every mon, wed and fri", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "every Monday, Wednesday and Friday"),
    ("every tue", "FREQ=WEEKLY;BYDAY=TU", "every Tuesday"),
    ("every sun", "FREQ=WEEKLY;BYDAY=SU", "every Sunday"),
    ("every mon/thu", "FREQ=WEEKLY;BYDAY=MO,TH", "every Monday and Thursday"),
    ("every mon-thu", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH", "every Monday, Tuesday, Wednesday and Thursday"),
    ("every monday to friday", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
    ("every 2 weeks on mon", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "every 2 weeks on Monday"),
    ("every 1st monday", "FREQ=MONTHLY;BYDAY=1MO", "every month on the first Monday"),
    ("every 3rd fri", "FREQ=MONTHLY;BYDAY=3FR", "every month on the third Friday"),
    ("jeden 1. Montag", "FREQ=MONTHLY;BYDAY=1MO", "every month on the first Monday"),
    ("jeden Mo, Mi und Fr", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "every Monday, Wednesday and Friday"),
    ("jeden Di", "FREQ=WEEKLY;BYDAY=TU", "every Tuesday"),
    ("jeden Mo-Fr", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
    ("every month", "FREQ=MONTHLY", "every month"),
    ("every 1st", "FREQ=MONTHLY;BYMONTHDAY=1", "every month on the 1st"),
    ("every 22nd of the month", "FREQ=MONTHLY;BYMONTHDAY=22", "every month on the 22nd"),
    ("every month on the 15th", "FREQ=MONTHLY;BYMONTHDAY=15", "every month on the 15th"),
    ("on the 3rd of every month", "FREQ=MONTHLY;BYMONTHDAY=3", "every month on the 3rd"),
    ("on the last day of every month", "FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
    ("every last friday of the month", "FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday"),
    ("every first monday of the month", "FREQ=MONTHLY;BYDAY=1MO", "every month on the first Monday"),
    ("the second tuesday of every month", "FREQ=MONTHLY;BYDAY=2TU", "every month on the second Tuesday"),
    ("quarterly", "FREQ=MONTHLY;INTERVAL=3", "every 3 months"),
    ("every year", "FREQ=YEARLY", "every year"),
    ("every 24 december", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", "every year on 24 December"),
    ("every march 5th", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=5", "every year on 5 March"),
    ("jeden Tag", "FREQ=DAILY", "every day"),
    ("täglich", "FREQ=DAILY", "every day"),
    ("alle drei Tage", "FREQ=DAILY;INTERVAL=3", "every 3 days"),
    ("jeden Werktag", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every weekday"),
    ("jeden Montag", "FREQ=WEEKLY;BYDAY=MO", "every Monday"),
    ("jeden Montag und Donnerstag", "FREQ=WEEKLY;BYDAY=MO,TH", "every Monday and Thursday"),
    ("montags", "FREQ=WEEKLY;BYDAY=MO", "every Monday"),
    ("jeden zweiten Dienstag", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "every 2 weeks on Tuesday"),
    ("alle zwei Wochen", "FREQ=WEEKLY;INTERVAL=2", "every 2 weeks"),
    ("jede zweite Woche", "FREQ=WEEKLY;INTERVAL=2", "every 2 weeks"),
    ("wöchentlich", "FREQ=WEEKLY", "every week"),
    ("monatlich", "FREQ=MONTHLY", "every month"),
    ("monatlich am 15.", "FREQ=MONTHLY;BYMONTHDAY=15", "every month on the 15th"),
    ("am 1. jedes Monats", "FREQ=MONTHLY;BYMONTHDAY=1", "every month on the 1st"),
    ("jeden ersten Montag im Monat", "FREQ=MONTHLY;BYDAY=1MO", "every month on the first Monday"),
    ("vierteljährlich", "FREQ=MONTHLY;INTERVAL=3", "every 3 months"),
    ("jährlich", "FREQ=YEARLY", "every year"),
    ("every mon wed fri", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "every Monday, Wednesday and Friday"),
    ("jeden Mo Mi Fr", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "every Monday, Wednesday and Friday"),
    ("mon wed fri", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "every Monday, Wednesday and Friday"),
    ("on mon, wed and fri", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "every Monday, Wednesday and Friday"),
    ("am Montag, Mittwoch und Freitag", "FREQ=WEEKLY;BYDAY=MO,WE,FR", "every Monday, Wednesday and Friday"),
    ("always on mondays", "FREQ=WEEKLY;BYDAY=MO", "every Monday"),
    ("immer am Montag", "FREQ=WEEKLY;BYDAY=MO", "every Monday"),
    ("always on the 1st", "FREQ=MONTHLY;BYMONTHDAY=1", "every month on the 1st"),
    ("immer am 15.", "FREQ=MONTHLY;BYMONTHDAY=15", "every month on the 15th"),
    ("jeweils zum 1.", "FREQ=MONTHLY;BYMONTHDAY=1", "every month on the 1st"),
    ("jeden 15", "FREQ=MONTHLY;BYMONTHDAY=15", "every month on the 15th"),
    ("jeden Ersten", "FREQ=MONTHLY;BYMONTHDAY=1", "every month on the 1st"),
    ("1st of each month", "FREQ=MONTHLY;BYMONTHDAY=1", "every month on the 1st"),
    ("on the 1st and the 15th of every month", "FREQ=MONTHLY;BYMONTHDAY=1,15", "every month on the 1st and 15th"),
    ("every 1st and 15th", "FREQ=MONTHLY;BYMONTHDAY=1,15", "every month on the 1st and 15th"),
    ("jeden Monat am 1. und 15.", "FREQ=MONTHLY;BYMONTHDAY=1,15", "every month on the 1st and 15th"),
    ("every month on the last day", "FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
    ("at the end of every month", "FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
    ("jeden Monat am letzten Tag", "FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
    ("first monday of every month", "FREQ=MONTHLY;BYDAY=1MO", "every month on the first Monday"),
    ("am ersten Montag im Monat", "FREQ=MONTHLY;BYDAY=1MO", "every month on the first Monday"),
    (
        "first and third monday of every month",
        "FREQ=MONTHLY;BYDAY=1MO,3MO",
        "every month on the first Monday and third Monday",
    ),
    *(
        (phrase, "FREQ=MONTHLY;BYDAY=1MO,3MO", "every month on the first Monday and third Monday")
        for phrase in (
            "every month on the first monday and third monday",
            "every first and third monday of the month",
            "every first and third monday",
            "on the first monday and the third monday of each month",
            "jeden ersten und dritten Montag im Monat",
            "jeden 1. und 3. Montag",
            "jeden Monat am ersten Montag und am dritten Montag",
        )
    ),
    (
        "every month on the first, second and last friday",
        "FREQ=MONTHLY;BYDAY=1FR,2FR,-1FR",
        "every month on the first Friday, second Friday and last Friday",
    ),
    (
        "monthly on the first monday and last friday",
        "FREQ=MONTHLY;BYDAY=1MO,-1FR",
        "every month on the first Monday and last Friday",
    ),
    (
        "every first monday and friday of the month",
        "FREQ=MONTHLY;BYDAY=1MO,1FR",
        "every month on the first Monday and first Friday",
    ),
    ("every month on first monday", "FREQ=MONTHLY;BYDAY=1MO", "every month on the first Monday"),
    ("every 2 months on the first monday", "FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO", "every 2 months on the first Monday"),
    ("jeden zweiten Monat am ersten Montag", "FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO", "every 2 months on the first Monday"),
    ("jeden vorletzten Freitag im Monat", "FREQ=MONTHLY;BYDAY=-2FR", "every month on the second to last Friday"),
    ("every last friday of november", "FREQ=YEARLY;BYMONTH=11;BYDAY=-1FR", "every year on the last Friday of November"),
    (
        "jedes Jahr am ersten Montag im Mai und Juni",
        "FREQ=YEARLY;BYMONTH=5,6;BYDAY=1MO",
        "every year on the first Monday of May and June",
    ),
    ("yearly on march 1", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1", "every year on 1 March"),
    ("annually on may 5th", "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=5", "every year on 5 May"),
    ("jährlich am 1. März", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=1", "every year on 1 March"),
    ("jedes Jahr am 5.5.", "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=5", "every year on 5 May"),
]


@pytest.mark.parametrize(("phrase", "rule", "words"), PHRASES)
def test_a_phrase_is_parsed_to_a_rule_and_the_rule_is_formatted(phrase: str, rule: str, words: str) -> None:
    sentence = f"do the thing {phrase}"
    match = find_rule(sentence)
    assert match is not None
    start, end, parsed = match
    assert (sentence[start:end], check_rule(parsed)) == (phrase, rule)
    assert format_rule(rule) == words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,TH", "jeden Montag und Donnerstag"),
        ("FREQ=MONTHLY;BYMONTHDAY=1", "jeden Monat am 1."),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "jeden Monat am letzten Tag"),
        ("FREQ=MONTHLY;BYMONTHDAY=-2", "jeden Monat am vorletzten Tag"),
        ("FREQ=MONTHLY;BYDAY=-3SA,MO", "jeden Monat am drittletzten Samstag und jeden Montag"),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=-1FR", "jedes Jahr am letzten Freitag im November"),
        ("FREQ=DAILY;INTERVAL=2", "alle 2 Tage"),
        ("FREQ=DAILY;UNTIL=20261231", "jeden Tag bis 31. Dezember 2026"),
        ("FREQ=YEARLY;BYYEARDAY=100", "nach der Regel FREQ=YEARLY;BYYEARDAY=100"),
    ],
)
def test_a_rule_is_formatted_in_german(rule: str, words: str) -> None:
    assert render(format_rule(rule), "de") == words


def test_weekdays_with_and_without_ordinals_are_formatted() -> None:
    assert format_rule("FREQ=MONTHLY;BYDAY=-3SA,MO") == "every month on the third to last Saturday and every Monday"
    assert (
        format_rule("FREQ=MONTHLY;BYDAY=MO,TH,1FR") == "every month on the first Friday and every Monday and Thursday"
    )


def test_count_and_until_are_formatted() -> None:
    assert format_rule("FREQ=DAILY;COUNT=5") == "every day, 5 times"
    assert format_rule("FREQ=WEEKLY;UNTIL=20261231") == "every week until 31 December 2026"


@given(rules)
def test_every_rule_can_be_formatted_in_both_languages(rule: str) -> None:
    assert format_rule(rule)
    assert render(format_rule(rule), "de")


@pytest.mark.parametrize(
    "title",
    [
        "the weekly report", "read the daily mail", "every one counts", "a monthly magazine", "“every monday”",
        "everyday shoes", "weekly review of the plans", "first monday", "yearly figures",
        "on the sixth friday of the month",
    ],
)  # fmt: skip
def test_an_adjective_in_a_title_is_not_a_recurrence(title: str) -> None:
    assert find_rule(title) is None


@pytest.mark.parametrize(
    "phrase",
    [
        "mon and fri",
        "mon/tue 9am",
        "tue/thu",
        "tue & thu",
        "fri, sat and sun",
        "mon or wed or fri",
        "mon-fri",
        "Mo oder Mi um 9",
    ],
)
def test_days_that_may_be_a_choice_or_a_span_are_no_recurrence(phrase: str) -> None:
    assert find_rule(phrase) is None
