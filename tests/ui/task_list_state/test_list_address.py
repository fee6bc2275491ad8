"""The list's filters in the address, its patches, and the headings of its days."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.dates.local_time import Due, day_end, day_start
from taskchat_app.domain.tasks.list_views import query_of_view
from taskchat_app.domain.tasks.page_queries import TagCount, ViewCounts
from taskchat_app.ui.task_list_state.filter_chips import bounds_of, filter_chips, tag_choices, without, without_all
from taskchat_app.ui.task_list_state.list_address import (
    TaskFilters,
    address_of,
    filters_at,
    query_of,
    sort_of,
    with_tag,
)
from taskchat_app.ui.task_list_state.list_patches import KEPT_MS, Shown, first_patch, patch_of, with_patch
from taskchat_app.ui.task_list_state.list_reading import _wakes_at  # pyright: ignore[reportPrivateUsage]  # pure
from taskchat_app.ui.task_list_state.rows import day_heading

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
"""Half past midnight on the 21st in Berlin."""


def at(query: str) -> TaskFilters:
    return filters_at(query, zone=BERLIN, now=NOW)


def test_a_search_of_the_open_tasks_finds_also_what_begins_later():
    assert [query_of(at(query), zone=BERLIN, now=NOW).begun for query in ("", "?q=milk")] == [True, None]


@pytest.mark.parametrize(
    ("bound", "shown"),
    [
        ("2026-11-27", "from Fri 27 Nov"),
        ("2027-01-05", "from Tue 5 Jan 2027"),
        ("2026-11-20T17:00", "from Fri 20 Nov 17:00"),
        ("2026-11-20 17:00", "from Fri 20 Nov 17:00"),
        ("friday", "from friday"),
    ],
)
def test_a_chip_names_a_date_in_words(bound: str, shown: str):
    [chip] = filter_chips(TaskFilters(due_after=bound), NOW)
    assert chip.text == shown
    assert bounds_of(TaskFilters(due_after="2026-11-27"), NOW) == {"due_after": "Fri 27 Nov", "due_before": ""}


@pytest.mark.parametrize(
    "filters",
    [
        TaskFilters(),
        TaskFilters(view="today", priority="high", tags=("home", "a b&c"), sort="due", order="asc", q="milk & “more”"),
        TaskFilters(view="deleted", due_after="next monday", due_before="2026-12-01"),
    ],
)
def test_an_address_restores_its_filters(filters: TaskFilters):
    assert at(address_of(filters)) == filters
    assert address_of(TaskFilters()) == "", "the default list has no query"
    assert address_of(TaskFilters(view="today", tags=("home",))) == "?view=today&tag=home"


@pytest.mark.parametrize(
    "query",
    [
        "?view=nowhere&priority=urgent&sort=colour&order=up&due_before=someday&due_after=%00",
        "?tag=&tag=%20&tag=%23&q=%00",
        "?tag=" + "x" * 51,
        "?" + "&".join(["tag=a"] * 500),
        "?%ff%fe=%zz",
        "?q=%ED%A0%80",
    ],
)
def test_invalid_filters_in_an_address_are_ignored(query: str):
    found = at(query)
    assert (found.view, found.priority, found.tags, found.sort, found.order) == ("open", "", (), "", "")
    assert (found.due_after, found.due_before) == ("", "")
    query_of(found, zone=BERLIN, now=NOW)


def test_a_views_days_are_those_of_the_users_zone():
    today = datetime(2026, 11, 21, tzinfo=BERLIN).date()
    assert query_of(TaskFilters(view="today"), zone=BERLIN, now=NOW).due_before == day_end(today, BERLIN)
    upcoming = query_of(TaskFilters(view="upcoming"), zone=BERLIN, now=NOW).due_after
    assert upcoming == day_start(today.replace(day=22), BERLIN)
    assert query_of_view("week", zone=BERLIN, now=NOW).due_before == day_end(today.replace(day=27), BERLIN)
    narrowed = query_of(TaskFilters(view="today", due_before="2026-11-19"), zone=BERLIN, now=NOW)
    assert narrowed.due_before == day_end(today.replace(day=19), BERLIN)


def test_each_view_and_sort_has_its_default_order():
    assert sort_of(TaskFilters()) == ("due", "asc")
    assert sort_of(TaskFilters(view="all")) == ("created", "desc")
    assert sort_of(TaskFilters(view="today")) == ("due", "asc")
    assert sort_of(TaskFilters(view="today", sort="priority")) == ("priority", "desc")
    assert sort_of(TaskFilters(sort="title", order="desc")) == ("title", "desc")


def test_a_tag_is_added_once_and_removed_ignoring_case():
    filters = with_tag(TaskFilters(), "Home")
    assert filters.tags == ("Home",)
    assert with_tag(filters, "home").tags == ()
    for tag in ("", "#", "a" * 51, "a\0"):  # no task can have it
        assert with_tag(filters, tag) == filters, tag


@given(st.lists(st.integers(1, 40), unique=True), st.lists(st.integers(1, 40), unique=True))
def test_a_patch_turns_any_list_into_any_other(before: list[int], after: list[int]):
    had: Shown = dict.fromkeys(before, 0)
    patch = patch_of(1, had, dict.fromkeys(after, 0), {})
    placed = {number for number, _ in patch.places}
    order = [number for number in before if number not in placed and number not in patch.gone]
    for number, following in patch.places:
        order.insert(order.index(following) if following else len(order), number)
    assert order == after
    assert not placed or before != after


def test_one_moved_row_is_one_place_in_the_patch():
    had: Shown = dict.fromkeys(range(1, 1001), 0)
    down = dict.fromkeys([*range(2, 1000), 1, 1000], 0)
    assert patch_of(1, had, down, {}).places == ((1, 1000),)
    up = dict.fromkeys([1000, *range(1, 1000)], 0)
    assert patch_of(1, had, up, {}).places == ((1000, 1),)


def test_recent_patches_are_kept_until_the_browser_has_seen_them():
    first = first_patch([], 0)
    second = patch_of(first.id, {1: 0}, {}, {})
    third = patch_of(second.id, {}, {}, {})
    assert (second.after, third.after) == (first.id, second.id)
    assert with_patch([first, second], third) == [first, second, third]
    assert with_patch([first, second], third, seen=second.id) == [third]
    assert with_patch([replace(first, id=third.id - KEPT_MS - 1), second], third) == [second, third]


def test_one_day_is_one_chip_and_goes_as_one():
    filters = TaskFilters(due_after="2026-11-27", due_before="2026-11-27", priority="high")
    [_, day] = filter_chips(filters, NOW)
    assert day.text == "Due Fri 27 Nov"
    assert without(filters, day.kind, day.value) == TaskFilters(priority="high")
    kept = TaskFilters(view="all", sort="due", order="desc")
    assert without_all(replace(kept, q="milk")) == kept


def test_the_chosen_tags_are_the_first_choices_also_those_of_no_task():
    choices = tag_choices([TagCount("home", 2), TagCount("Work", 1)], TaskFilters(tags=("work", "gone")))
    found = [(one.tag, one.count, one.chosen) for one in choices]
    assert found == [("Work", 1, True), ("gone", 0, True), ("home", 2, False)]


@pytest.mark.parametrize(
    ("due_at", "heading", "in_week"),
    [
        ("2026-11-20T22:00:00Z", "Overdue", "Overdue"),
        ("2026-11-21T10:00:00Z", "Today · Sat 21 Nov", None),
        ("2026-11-22T10:00:00Z", "Tomorrow · Sun 22 Nov", None),
        ("2026-11-25T10:00:00Z", "Wed 25 Nov", None),
        ("2026-11-27T10:00:00Z", None, "Fri 27 Nov"),
        ("2026-11-28T10:00:00Z", None, "Later"),
        ("2027-01-05T10:00:00Z", "Tue 5 Jan 2027", "Later"),
        (None, None, "No date"),
    ],
)
def test_a_day_becomes_a_heading_and_later_ones_a_group(due_at: str | None, heading: str | None, in_week: str | None):
    due = Due.of_instant(datetime.fromisoformat(due_at), BERLIN) if due_at else None
    assert heading is None or day_heading(due, BERLIN, NOW) == heading
    assert in_week is None or day_heading(due, BERLIN, NOW, has_later=True) == in_week


def test_a_list_is_read_again_when_a_task_is_due_or_begins_or_at_midnight(person: Person):
    soon, later, midnight = (NOW + timedelta(minutes=minutes) for minutes in (10, 20, 30))
    for due, start, wakes_at in (
        (None, None, midnight),
        (soon, later, soon),
        (later, soon, soon),
        (NOW + timedelta(hours=1), None, midnight),
    ):
        views = ViewCounts(next_due=due, next_start=start)
        assert _wakes_at(views, person, NOW) == wakes_at, (due, start)
