"""A title that is edited in place is read as the add line reads a sentence."""

from datetime import UTC, datetime

from taskchat_app.domain.dates.local_time import Due
from taskchat_app.domain.tasks.fields import TaskEdit
from taskchat_app.ui.task_list_state.title_edit import title_edit
from tests.ui.task_list_state.test_add_line import BERLIN, NOW, draft_of, task_view


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
    assert title_edit("Read all the news tomorrow", former, zone=BERLIN, now=NOW) == TaskEdit(
        title="Read all the news tomorrow"
    )
    assert title_edit("tomorrow", task_view("Call mum"), zone=BERLIN, now=NOW) == TaskEdit(title="tomorrow")


def test_a_day_without_a_time_keeps_the_time_of_the_task():
    at_seven = task_view("Water the plants", due=Due(datetime(2026, 11, 20, 6, tzinfo=UTC)))
    moved = title_edit("Water the plants tomorrow", at_seven, zone=BERLIN, now=NOW)
    assert moved == TaskEdit(title="Water the plants", due_at=Due(datetime(2026, 11, 21, 6, tzinfo=UTC)))
    timed = title_edit("Water the plants tomorrow 9am", at_seven, zone=BERLIN, now=NOW).due_at
    assert isinstance(timed, Due)
    assert timed.at == datetime(2026, 11, 21, 8, tzinfo=UTC)
