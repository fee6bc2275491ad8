"""A rule is refused if no day fits it: what a search through other years finds, for any rule."""

from datetime import datetime
from itertools import chain

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from taskchat_app.domain.dates.recurrence import recurrence
from taskchat_app.domain.dates.recurrence.rrule import WEEKDAY_CODES, read_rule
from taskchat_app.domain.storage.errors import Invalid
from tests.soak import budget


def numbers(highest: int, *, negative: bool = True) -> st.SearchStrategy[str]:
    """Up to three numbers, many of them near the ends, where a rule may have no day."""
    ends = st.sampled_from([1, 2, highest - 1, highest])
    of_any = st.integers(1, highest) | ends
    signed = st.tuples(st.sampled_from([1, -1] if negative else [1]), of_any).map(lambda pair: pair[0] * pair[1])
    return st.lists(signed, min_size=1, max_size=3).map(lambda found: ",".join(map(str, found)))


weekdays = st.sampled_from(WEEKDAY_CODES)
nth_weekdays = st.tuples(st.sampled_from(["", *chain(range(1, 7), range(-6, 0)), 52, 53, -53]), weekdays)
parts = st.fixed_dictionaries(
    {"FREQ": st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"])},
    optional={
        "BYMONTH": numbers(12, negative=False),
        "BYMONTHDAY": numbers(31),
        "BYYEARDAY": numbers(366),
        "BYWEEKNO": numbers(53),
        "BYDAY": st.lists(nth_weekdays.map("{0[0]}{0[1]}".format), min_size=1, max_size=3).map(",".join),
        "BYHOUR": numbers(23, negative=False),
        "BYSETPOS": numbers(31),
        "WKST": weekdays,
    },
)


@pytest.mark.also_soak
@settings(max_examples=budget(3, 200), deadline=None)
@given(parts.map(lambda given: ";".join(map("=".join, given.items()))))
@example("FREQ=YEARLY;BYWEEKNO=1;BYMONTH=12")
@example("FREQ=YEARLY;BYWEEKNO=52;BYDAY=SA;BYMONTHDAY=1,2;BYYEARDAY=-366,231")
@example("FREQ=YEARLY;BYWEEKNO=-52;BYMONTH=12")
@example("FREQ=YEARLY;BYWEEKNO=53;BYMONTH=1;BYMONTHDAY=3")
@example("FREQ=YEARLY;BYWEEKNO=53;BYMONTH=1;BYMONTHDAY=4")
@example("FREQ=WEEKLY;BYDAY=MO,TU;BYHOUR=8,9;BYSETPOS=4")
@example("FREQ=WEEKLY;BYDAY=MO,TU;BYHOUR=8,9;BYSETPOS=-5")
@example("FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=29,30,31;BYSETPOS=2")
@example("FREQ=YEARLY;BYYEARDAY=366;BYDAY=SU")
def test_a_rule_occurs_if_a_search_finds_a_day(rule: str):
    try:
        read = read_rule(rule)
    except Invalid:
        return
    found = recurrence._far_times(read, datetime(2000, 1, 1), 2028)  # noqa: DTZ001 -- naive, as rrule expects
    if next(found, None) is None:
        with pytest.raises(Invalid, match="never occur"):
            recurrence.check_rule(rule)
    else:
        recurrence.check_rule(rule)
