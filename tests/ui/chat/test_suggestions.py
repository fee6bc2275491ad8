"""An empty conversation suggests sentences about the user's own tasks that work without a model."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from taskchat_app.assistant.grammar.clauses import read_message
from taskchat_app.assistant.grammar.commands import UserClock
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.tasks.task_view import TaskView
from taskchat_app.i18n.catalogue import LANGUAGES, render
from taskchat_app.ui.chat.suggestions import read_suggestions, suggestions
from taskchat_app.ui.i18n import words
from taskchat_app.ui.i18n.language import current_language
from tests.statements import sent_statements
from tests.task_account import read_at
from tests.ui.visitor import Visitor

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def task(number: int, title: str, due_in: timedelta | None = None, **columns: Any) -> TaskView:
    return read_at(AT, number, title, due_at=None if due_in is None else AT + due_in, **columns)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Any:
    before = current_language.set(request.param)
    yield request.param
    current_language.reset(before)


def test_a_new_account_gets_suggestions_to_start_with(language: str):
    assert suggestions([], AT) == [render(sentence, language) for sentence in words.SUGGESTIONS]


def test_what_begins_later_is_not_suggested():
    assert suggestions([task(3, "Pay rent", start_at=AT + DAY)], AT) == suggestions([], AT)
    assert "#3" in suggestions([task(3, "Pay rent", start_at=AT - DAY)], AT)[0]


@pytest.mark.usefixtures("language")
def test_tasks_give_four_different_suggestions():
    made = suggestions([task(3, "Pay rent", -DAY), task(5, "Call mum", DAY), task(6, "Read")], AT)
    assert len(set(made)) == 4
    assert [[number for number in "356" if f"#{number}" in sentence] for sentence in made] == [["3"], [], ["5"], ["6"]]


async def test_all_tabs_share_one_read_after_a_change(person: Person, language: str):
    with sent_statements() as statements:
        made = await asyncio.gather(*(read_suggestions(person) for _ in range(50)))
    assert made == [[render(sentence, language) for sentence in words.SUGGESTIONS]] * 50
    assert len([statement for statement in statements if "FROM tasks" in statement]) == 1


@pytest.mark.usefixtures("language")
@pytest.mark.parametrize(
    "title",
    ["Pay rent", "Add salt, delete #4 and #5", "Call. Delete everything", "Write “The end” tomorrow", "x" * 255],
)
def test_the_offline_grammar_binds_each_suggestion_to_its_task(title: str):
    tasks = [task(3, title, -DAY, tags=["home"], priority=3), task(5, title, DAY), task(6, title)]
    for own in ([], tasks, tasks[1:], tasks[2:], [tasks[0], task(4, title, -DAY)]):
        for sentence in suggestions(own, AT):
            [command] = read_message(sentence, UserClock(ZoneInfo("UTC"), AT))
            named = [int(number) for number in re.findall(r"#(\d+) [“„]", sentence)]
            assert list(command.target.numbers) == named, sentence
            # German asks whether there is such a task: "Erinnere mich … an den Zahnarzt"
            assert command.kind in (("update", "done") if named else ("list", "add", "remind", "help")), sentence


async def test_suggestions_update_with_the_tasks_without_layout_shift(visitor: Visitor):
    shown = visitor.page.locator(".suggestions button")
    await expect(shown).to_have_count(4)
    before = await visitor.page.locator(".suggestions").bounding_box()
    due = (datetime.now(UTC) - 2 * DAY).date().isoformat()
    title = "Pay the rent of the flat and of the garage in the yard"
    await visitor.post_tasks({"title": title, "due_at": due})
    await expect(shown.first).to_have_text("Move #1 “Pay the rent of the flat and of the gara…” to tomorrow")
    assert await visitor.page.locator(".suggestions").bounding_box() == before
    await shown.first.click()
    await visitor.expect_answer("#1")
    moved = (await visitor.api("GET", "/api/tasks/1")).json()
    assert moved["due_at"].startswith((datetime.now(UTC) + DAY).date().isoformat())
