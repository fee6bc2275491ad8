"""Hypothesis strategies for recurrence rules."""

from hypothesis import strategies as st

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
