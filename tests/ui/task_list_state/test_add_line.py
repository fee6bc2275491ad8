"""The add line understands one sentence as one task, and a title that is edited in place is read as it reads one."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.dates.due_dates import parse_due
from taskchat_app.domain.dates.local_time import Due, Start
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.tasks.edits import TaskEdit
from taskchat_app.domain.tasks.fields import TaskDraft, checked_draft
from taskchat_app.domain.tasks.task_view import TaskView
from taskchat_app.ui.core.undo_state import UndoState
from taskchat_app.ui.i18n.formatting import format_due
from taskchat_app.ui.task_list_state.add_line_parser import ListContext, draft_of
from taskchat_app.ui.task_list_state.add_state import AddState
from taskchat_app.ui.task_list_state.filters_state import FiltersState
from taskchat_app.ui.task_list_state.list_address import TaskFilters
from taskchat_app.ui.task_list_state.pasted_lines import drafts_of, text_chips
from taskchat_app.ui.task_list_state.rows import Place, row_of
from taskchat_app.ui.task_list_state.state import TasksState
from taskchat_app.ui.task_list_state.title_edit import title_edit
from tests.task_account import Account, read_at

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("sentence", "title", "priority", "tags"),
    [
        ("Buy milk", "Buy milk", "medium", ()),
        ("Buy milk !high #home", "Buy milk", "high", ("home",)),
        ("!low read #books a novel #fun", "read a novel", "low", ("books", "fun")),
        ("Tag me #home #home", "Tag me", "medium", ("home",)),
        ("Fix #7 and mail C# notes", "Fix #7 and mail C# notes", "medium", ()),
        ("Wow!high is no priority", "Wow!high is no priority", "medium", ()),
        ("the 9/11 report", "the 9/11 report", "medium", ()),
        ("Milch kaufen !hoch", "Milch kaufen", "high", ()),
        ("Milch kaufen !niedrig", "Milch kaufen", "low", ()),
        ("Buy milk p1", "Buy milk", "high", ()),
        ("P2 buy milk", "buy milk", "medium", ()),
        ("Buy milk p3", "Buy milk", "low", ()),
        ("Buy milk p4", "Buy milk", "low", ()),
        ("Print page p5 of p1-draft", "Print page p5 of p1-draft", "medium", ()),
    ],
)
def test_priority_and_tags_are_removed_from_the_title(sentence: str, title: str, priority: str, tags: tuple[str, ...]):
    assert draft_of(sentence, zone=BERLIN, now=NOW) == TaskDraft(title, priority=priority, tags=tags)


def test_a_date_inside_the_sentence_is_parsed_in_the_users_zone():
    draft = draft_of("Call mum tomorrow at 9am #family", zone=BERLIN, now=NOW)
    assert (draft.title, draft.tags) == ("Call mum", ("family",))
    assert draft.due_at == Due(datetime(2026, 11, 21, 8, 0, tzinfo=UTC))


def test_a_date_and_a_recurrence_in_two_places_leave_the_title():
    sentence = "monday 3pm call Bob every week p1"
    draft = draft_of(sentence, zone=BERLIN, now=NOW)
    assert (draft.title, draft.recurrence, draft.priority) == ("call Bob", "FREQ=WEEKLY", "high")
    assert draft.due_at == Due(datetime(2026, 11, 23, 14, 0, tzinfo=UTC))
    [due] = [chip.key for chip in text_chips(sentence, zone=BERLIN, now=NOW) if chip.kind == "due"]
    kept = ListContext(removed_chips=frozenset({due}))
    assert draft_of(sentence, kept, zone=BERLIN, now=NOW).title == "monday 3pm call Bob every week"


def test_the_chips_show_the_fields_of_the_task():
    chips = text_chips("Pay rent every month on the 1st !high #home", zone=BERLIN, now=NOW)
    shown = [(chip.kind, chip.text) for chip in chips]
    assert shown == [("repeat", "every month on the 1st"), ("high", "High"), ("tag", "home")]


@pytest.mark.parametrize(
    ("sentence", "title", "day"),
    [
        ("Plant roses ~monday", "Plant roses", date(2026, 11, 23)),
        ("~3.12. Plant roses", "Plant roses", date(2026, 12, 3)),
        ('Plant roses ~"next week" !high', "Plant roses", date(2026, 11, 23)),
        ("Plant roses ~nächste Woche", "Plant roses", date(2026, 11, 23)),
        ("Plant roses 10.12. ~3.12.", "Plant roses", date(2026, 12, 3)),
        ("Pack ~5 boxes", "Pack ~5 boxes", None),
        ("~someday soon", "~someday soon", None),
        ("~monday", "~monday", None),
    ],
)
def test_a_day_behind_a_tilde_is_the_start(sentence: str, title: str, day: date | None):
    draft = draft_of(sentence, zone=BERLIN, now=NOW)
    due = Due.of_day(date(2026, 12, 10), BERLIN) if "10.12." in sentence else None
    assert (draft.title, draft.due_at) == (title, due)
    assert draft.start_at == (Start.of_day(day, BERLIN) if day else None)


def test_a_start_has_its_chip_and_stays_in_the_title_without_it():
    sentence = "Plant roses ~monday thursday"
    due, start = text_chips(sentence, zone=BERLIN, now=NOW)
    assert (due.text, start.kind, start.text) == ("Thu", "start", "begins Mon")
    kept = ListContext(removed_chips=frozenset({start.key}))
    draft = draft_of(sentence, kept, zone=BERLIN, now=NOW)
    assert (draft.title, draft.start_at) == ("Plant roses ~monday", None)
    assert draft.due_at == Due.of_day(date(2026, 11, 26), BERLIN)
    assert draft_of("Roses ~monday", ListContext(due="today"), zone=BERLIN, now=NOW).due_at is None
    with pytest.raises(Invalid, match="The task would begin Fri 27 Nov, after it is due"):
        checked_draft(draft_of("Roses monday ~friday", zone=BERLIN, now=NOW), zone=BERLIN, now=NOW)


def test_the_words_of_a_removed_chip_stay_in_the_title():
    sentence = "Call mum tomorrow at 9am !high #family #call"
    chips = text_chips(sentence, zone=BERLIN, now=NOW)
    kept = frozenset(chip.key for chip in chips if chip.text != "family")
    draft = draft_of(sentence, ListContext(removed_chips=kept), zone=BERLIN, now=NOW)
    assert draft == TaskDraft("Call mum tomorrow at 9am !high #call", tags=("family",))


def test_the_lists_filters_fill_fields_missing_in_the_sentence():
    today = ListContext(due="today", tags=("home",), priority="high")
    assert draft_of("Buy milk", today, zone=BERLIN, now=NOW) == TaskDraft(
        "Buy milk", due_at=Due.of_day(date(2026, 11, 20), BERLIN), tags=("home",), priority="high"
    )
    said = draft_of("Buy milk tomorrow !low #Home #shop", today, zone=BERLIN, now=NOW)
    assert (said.title, said.priority, said.tags) == ("Buy milk", "low", ("home", "shop"))
    assert said.due_at == Due.of_day(date(2026, 11, 21), BERLIN)
    taken_away = replace(today, removed_chips=frozenset({"due", "#home", "!high"}))
    assert draft_of("Buy milk", taken_away, zone=BERLIN, now=NOW) == TaskDraft("Buy milk")


def task_view(title: str, *, due: Due | None = None, tags: tuple[str, ...] = ()) -> TaskView:
    return read_at(NOW, 7, title, tags=list(tags), due_at=due and due.at, due_day=due and due.day)


@pytest.mark.parametrize(
    ("due_at", "said"),
    [
        ("2026-11-20T22:59:59Z", "Today"),
        ("2026-11-21T08:00:00Z", "Tomorrow 09:00"),
        ("2026-11-19T22:59:59Z", "Yesterday"),
        ("2026-11-24T22:59:59Z", "Tue"),
        ("2026-12-01T22:59:59Z", "1 Dec"),
        ("2027-01-05T22:59:59Z", "5 Jan 2027"),
        # Half past midnight in Berlin is another day there than in UTC.
        ("2026-11-20T23:30:00Z", "Tomorrow 00:30"),
    ],
)
def test_a_row_shows_the_date_in_the_users_zone(due_at: str, said: str):
    due = Due.of_instant(datetime.fromisoformat(due_at), BERLIN)
    row = row_of(task_view("Buy milk", due=due), BERLIN, NOW)
    assert (row.due, row.due_exactly, row.tick) == (said, format_due(due, BERLIN), "Complete #7 Buy milk")


def test_a_row_has_six_tags_the_number_of_further_ones_and_until_it_is_done_the_other_reading_of_its_date():
    due = parse_due("next saturday", zone=BERLIN, now=NOW)
    read = task_view("Buy milk", due=due, tags=tuple("abcdefgh"))
    row = row_of(replace(read, due_reading=due.reading), BERLIN, NOW)
    assert (row.tags, row.more_tags, row.other and row.other.date) == (tuple("abcdef"), 2, "2026-11-21")
    assert row_of(replace(read, due_reading=due.reading, completed_at=NOW), BERLIN, NOW).other is None


def test_a_row_says_when_its_task_begins_until_then():
    start = Start.of_day(date(2026, 11, 24), BERLIN)
    task = replace(task_view("Buy milk"), start_at=start.at, start_day=start.day)
    assert row_of(task, BERLIN, NOW).begins == "begins Tue"
    assert row_of(task, BERLIN, start.at).begins == ""
    assert row_of(replace(task, completed_at=NOW), BERLIN, NOW).begins == ""


@pytest.mark.parametrize(("clock", "rest"), [("", ""), ("T08:00:00Z", "09:00")])
def test_a_row_says_what_its_heading_does_not(clock: str, rest: str):
    due = Due.of_instant(datetime.fromisoformat(f"2026-11-21{clock or 'T22:59:59Z'}"), BERLIN)
    due = due if clock else Due(due.at, date(2026, 11, 21))
    told = f"Tomorrow {rest}".strip()
    grouped = row_of(task_view("Milk", due=due), BERLIN, NOW, place=Place(group="Tomorrow · Sat 21 Nov"))
    assert (grouped.due, grouped.due_rest) == (told, rest)
    assert row_of(task_view("Milk", due=due), BERLIN, NOW, place=Place(group="Later")).due_rest == told


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("Buy milk", ["Buy milk"]),
        ("- Buy milk", ["- Buy milk"]),
        ("- Buy milk ⏎ * Eggs ⏎ 1. Bread ⏎ [ ] Jam", ["Buy milk", "Eggs", "Bread", "Jam"]),
        ("Buy milk ⏎ ⏎ 2026 report", ["Buy milk", "2026 report"]),
    ],
)
async def test_each_pasted_line_is_a_task_without_its_bullet(text: str, titles: list[str]):
    drafts, above = await drafts_of(text, zone=BERLIN, now=NOW)
    assert ([draft.title for draft in drafts], above) == (titles, {})


async def test_each_pasted_line_has_its_own_date_and_the_tags_of_the_list():
    drafts, _ = await drafts_of("Milk tomorrow ⏎ Eggs !high", ListContext(tags=("home",)), zone=BERLIN, now=NOW)
    tomorrow = Due(datetime(2026, 11, 21, 22, 59, 59, tzinfo=UTC), date(2026, 11, 21))
    milk, eggs = TaskDraft("Milk", due_at=tomorrow), TaskDraft("Eggs", priority="high")
    assert drafts == [replace(draft, tags=("home",)) for draft in (milk, eggs)]


async def test_a_marked_line_is_a_step_of_the_last_one_without_a_mark():
    text = "↳ Rest ⏎ ↳ Of it ⏎ Move ⏎ ↳ - Pack boxes #home ⏎ ↳ ⏎ ↳ Call Bob ⏎ Party ⏎ ↳ Cake"
    drafts, above = await drafts_of(text, zone=BERLIN, now=NOW)
    assert [draft.title for draft in drafts] == ["Rest", "Of it", "Move", "Pack boxes", "Call Bob", "Party", "Cake"]
    assert above == {3: 2, 4: 2, 6: 5}
    assert text_chips(text, zone=BERLIN, now=NOW)[0].text == "7 tasks, 3 steps"


@pytest.mark.parametrize(
    "sentence",
    [
        "Pack boxes, step of 3",
        "Pack boxes as a step of #3",
        "Pack boxes Schritt von 3",
        "Pack boxes tomorrow step of 3 !high",
        "Pack boxes !high step of 3 tomorrow",
    ],
)
def test_a_step_names_the_number_of_its_task(sentence: str):
    draft = draft_of(sentence, zone=BERLIN, now=NOW)
    assert (draft.title, draft.parent_number) == ("Pack boxes", 3)
    is_dated = "tomorrow" in sentence
    assert (draft.due_at is not None, draft.priority) == (is_dated, "high" if is_dated else "medium")
    kept = draft_of(sentence, ListContext(removed_chips=frozenset({"step:3"})), zone=BERLIN, now=NOW)
    assert (" of " in kept.title or " von " in kept.title, kept.parent_number) == (True, None)


@pytest.mark.parametrize(
    "title", ["Step of 3", "Check the step of 3", "Write the last step of 3", "A step of 3 metres", "misstep of 3"]
)
def test_other_steps_belong_to_the_title(title: str):
    assert draft_of(title, zone=BERLIN, now=NOW) == TaskDraft(title)


async def test_pasted_lines_show_their_number_and_each_chip_once_and_have_a_bound():
    chips = text_chips("- Milk tomorrow #home ⏎ - Eggs #home ⏎ - Jam !high", zone=BERLIN, now=NOW)
    assert [chip.text for chip in chips] == ["3 tasks", "Tomorrow", "home", "High"]
    with pytest.raises(Invalid, match="At most 100 tasks"):
        await drafts_of(" ⏎ ".join("a" * 101), zone=BERLIN, now=NOW)


async def test_what_is_sent_is_added_once_to_its_account_as_it_was_typed(person: Person, tab: Any):
    sender, began = tab.get_substate([AddState.get_name()]), now()
    sent = {
        "account": person.id, "key": "k", "attempt": "1", "text": "Call mum tomorrow #home !high", "query": "?tag=work",
        "removed": ["#home"], "age": timedelta(days=2) // timedelta(milliseconds=1),
    }  # fmt: skip
    for changed, kind in (({"account": "another"}, "retry"), ({}, "stored"), ({"attempt": "2"}, "stored")):
        await sender.add(sent | changed)
        assert sender.outcomes[-1].kind == kind
    [task] = await Account(person).tasks()
    assert (task.title, task.tags, task.priority) == ("Call mum #home", ("work",), "high")
    assert task.due_day in {(moment - timedelta(days=1)).date() for moment in (began, now())}
    shown, undo = (tab.get_substate([state.get_name()]) for state in (TasksState, UndoState))
    await sender.add(sent | {"key": "l", "text": "Move ⏎ ↳ - Pack ⏎ Party", "query": ""})
    assert {number for number, _ in shown._shown} == {1, 2, 3, 4}, "the step is shown below its task"
    await undo.undo_changes([*undo.toast.change_ids])
    assert await Account(person).numbers() == [1]


async def test_what_a_user_changes_of_a_list_makes_it_their_own_and_a_sort_has_its_own_order(person: Person, tab: Any):
    shown, filters = (tab.get_substate([state.get_name()]) for state in (TasksState, FiltersState))
    await shown.show(TaskFilters(tags=("home",), sort="title", order="desc", asked=True))
    await filters.sort_by("due")
    assert shown.filters == TaskFilters(tags=("home",), sort="due")


def test_a_date_a_priority_and_tags_typed_into_a_title_are_fields():
    task = task_view("Call mum", tags=("family",))
    said = draft_of("x tomorrow ~today", zone=BERLIN, now=NOW)
    assert title_edit("Call mum tomorrow ~today !high #home", task, zone=BERLIN, now=NOW) == TaskEdit(
        title="Call mum", due_at=said.due_at, start_at=said.start_at, priority="high", tags=["family", "home"]
    )
    assert said.start_at is not None


def test_a_title_alone_changes_nothing_else_and_words_of_the_former_title_stay_in_it():
    assert title_edit("Call dad", task_view("Call mum"), zone=BERLIN, now=NOW) == TaskEdit(title="Call dad")
    former = task_view("Read the news tomorrow")
    longer = "Read all the news tomorrow"
    assert title_edit(longer, former, zone=BERLIN, now=NOW) == TaskEdit(title=longer)
    assert title_edit("tomorrow", task_view("Call mum"), zone=BERLIN, now=NOW) == TaskEdit(title="tomorrow")


def test_a_day_without_a_time_keeps_the_time_of_the_task():
    at_seven = task_view("Water the plants", due=Due(datetime(2026, 11, 20, 6, tzinfo=UTC)))
    moved = title_edit("Water the plants tomorrow", at_seven, zone=BERLIN, now=NOW)
    assert moved == TaskEdit(title="Water the plants", due_at=Due(datetime(2026, 11, 21, 6, tzinfo=UTC)))
    timed = title_edit("Water the plants tomorrow 9am", at_seven, zone=BERLIN, now=NOW).due_at
    assert isinstance(timed, Due)
    assert timed.at == datetime(2026, 11, 21, 8, tzinfo=UTC)
