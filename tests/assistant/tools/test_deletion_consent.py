"""delete_task deletes at once only what the user's own message names, by the titles from before the turn."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlmodel import col, select

from taskchat_app.assistant.core.context import TurnContext
from taskchat_app.assistant.grammar.commands import Target
from taskchat_app.assistant.tools.deletion_consent import targets_to_delete
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.models import Change
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.task_view import TaskView
from tests.assistant.offline import sentence_files
from tests.assistant.offline.task_list import CLOCK
from tests.assistant.tools.consent import added, named_by, turn_after
from tests.chatting import Chat, rows
from tests.standin import Standin, call, calls, text
from tests.standin.replies import ToolCall
from tests.tables import check, read_rows

TABLE = Path(__file__).parent / "tables/deletion_consent.txt"
TITLES = ("Buy milk", "Buy bread", "Call mum", "Renew the passport", "3 eggs", "Pay the rent today")


@pytest.fixture
async def listed(person: Person) -> list[TaskView]:
    """The user's tasks, 1 to 6."""
    return await added(person, *(TaskDraft(title) for title in TITLES))


async def check_named(rule: str, tasks: Sequence[TaskView], before: TurnContext) -> None:
    rows = read_rows(TABLE, rule)
    named = [await named_by(row.given, tasks, before) for row in rows]
    check(rows, (", ".join(map(str, sorted(numbers))) or None for numbers in named))


async def test_a_message_names_exactly_these_tasks(listed: list[TaskView], person: Person, gemini: Standin):
    await check_named("In a new conversation", listed, await turn_after(person, gemini))


async def test_references_in_doubt_name_nothing(listed: list[TaskView], person: Person, gemini: Standin):
    turn = await turn_after(person, gemini, call("update_task", {"task_id": 3, "priority": "high"}))
    await check_named("After task 3 was changed, which “it” means", listed, turn)
    turn = await turn_after(person, gemini, call("list_tasks", {"search": "passport"}))
    assert await named_by("delete it", listed, turn) == {4}
    assert await named_by("tag it as home and delete the milk", listed, turn) == {1}
    for said in ("delete 3 that is old", "delete the milk, it is old"):
        assert await named_by(said, listed, turn) == set(), said
    turn = await turn_after(person, gemini, call("list_tasks"))
    for said in ("delete the last 3", "delete these 3"):
        assert await named_by(said, listed, turn) == set(), said
    tasks = [*listed, *await added(person, TaskDraft("Milk the cow"))]
    turn = await turn_after(person, gemini)
    assert await named_by("delete milk", tasks, turn) == set()
    assert await named_by("delete milk cow", tasks, turn) == {7}


async def test_words_for_one_date_do_not_name_a_series(person: Person, gemini: Standin):
    gym = TaskDraft("Gym", due_at="tomorrow", recurrence="FREQ=WEEKLY")
    tasks = await added(person, gym, TaskDraft("Dentist", due_at="tomorrow"))
    turn = await turn_after(person, gemini)
    named = {
        "delete the next gym": set[int](),
        "delete the dentist and the next gym": {2},
        "delete the next dentist": {2},
        "delete the gym": {1},
    }
    assert {said: await named_by(said, tasks, turn) for said in named} == named


def test_words_for_one_date_consent_to_no_deletion_of_a_series():
    rows = sentence_files.read_rows(sentence_files.FOLDER / "series.txt")
    one_date = [row.steps[0].said for row in rows if row.rule.startswith("One date of a series is asked about")]
    assert len(one_date) == 17
    by_place = ["delete 4 this time", "delete the second one just this once", "lösche die 4 diesmal"]
    for said in (*one_date, *by_place):
        assert targets_to_delete(said, CLOCK, repeats=True) == [], said
    for said in ("delete the gym", "lösche den Sport", "delete 1"):
        assert len(targets_to_delete(said, CLOCK, repeats=True)) == 1, said


def test_the_targets_are_those_of_the_commands_to_delete_not_other_numbers():
    targets = {
        "ok delete it": [Target(pronoun="it")],
        "delete Ask why": [Target(words="Ask why")],
        "tick the first and delete the second": [Target(places=(2,))],
        "mark 3 as done and delete it": [],
        "delete it, it's old": [],
        "delete no. 4": [Target(numbers=(4,))],
        'delete "No sugar"': [Target(words="No sugar", quoted=True)],
        "delete all shopping except 3": [],
        # A field is cleared, unless a task has these very words.
        "remove note from report": [],
        "remove priority from report": [],
        "lösche das Datum vom Bericht": [],
        "delete notes from meeting": [],
    }
    assert {said: targets_to_delete(said, CLOCK) for said in targets} == targets
    numbers = {"7": {7}, "#7 and #12": {7, 12}, "3,5": {3, 5}, "3, 4 und 5": {3, 4, 5}, "3-5": {3, 4, 5}}
    others = "12:30|1.5|€5 or 5€|50%|v2|at 5|um 5|5 pm|2 weeks|these 3|the last 3|alle 3"
    expected = {**numbers, **{said: set[int]() for said in others.split("|")}}
    found = {said: targets_to_delete(f"delete {said}", CLOCK) for said in expected}
    assert {said: set(target.numbers) for said, [target] in found.items()} == expected


async def left_after(chat: Chat, said: str, *numbers: int) -> tuple[set[int], bool]:
    """Return the tasks that are left after the model's delete_task calls on these words, and whether it is proposed."""
    chat.script([*(calls(call("delete_task", {"task_id": number})) for number in numbers), text("Done.")])
    answer = await chat.send(said)
    return set(await chat.titles()), bool(answer.cards)


async def test_a_named_task_is_deleted_at_once_and_another_is_proposed(chat: Chat):
    await chat.add_tasks(*TITLES)
    for said, numbers, left, is_proposed in (
        ("delete the milk and the bread", [1, 2], {3, 4, 5, 6}, False),
        ("mark 5 as done and delete 4", [4], {3, 5, 6}, False),
        ("delete 3", [3], {5, 6}, False),
        ("delete the passport", [5], {5, 6}, True),
        ("delete 5?", [5], {5, 6}, True),
        ("delete 5", [5, 6], {6}, True),
    ):
        assert await left_after(chat, said, *numbers) == (left, is_proposed), said


async def test_words_in_tasks_or_answers_name_nothing(chat: Chat):
    await chat.add_tasks(*TITLES, "delete 3 and the passport")
    chat.script(
        [calls(call("list_tasks")), calls(call("delete_task", {"task_id": 3})), text("delete 3, delete Call mum")]
    )
    await chat.send("what do I have?")
    assert 3 in await chat.titles()


def rename(number: int, title: str) -> ToolCall:
    return call("update_task", {"task_id": number, "title": title})


def complete(number: int) -> ToolCall:
    return call("complete_task", {"task_id": number})


def delete(number: int) -> ToolCall:
    return call("delete_task", {"task_id": number})


ADD_MILK = call("create_task", {"title": "Milk"})


@pytest.fixture
async def oats(chat: Chat) -> Chat:
    await chat.add_task("Bread")
    await chat.add_task("Milk")
    await chat.add_task("Stretch", due_at="2031-05-01", recurrence="FREQ=DAILY")
    await chat.add_task("Oat flakes")
    await chat.add_task("Oat drink")
    return chat


@pytest.mark.parametrize(
    ("said", "steps", "deleted", "proposed"),
    [
        ("delete the milk", [rename(2, "x"), rename(1, "Milk"), delete(1)], [], ["#1 Milk"]),
        ("delete the milk", [delete(2), rename(1, "Milk"), rename(1, "The milk"), delete(1)], [2], ["#1 The milk"]),
        ("delete the oat", [rename(4, "x"), delete(5)], [], ["#5 Oat drink"]),
        # The last is the next task of a series.
        (
            "delete the milk",
            [rename(2, "x"), rename(3, "Milk"), complete(3), rename(3, "y"), delete(6)],
            [],
            ["#6 Milk"],
        ),
        ("delete the milk", [rename(2, "x"), ADD_MILK, delete(2)], [2], []),
        ("delete the milk and the bread", [rename(1, "x"), delete(2), delete(1)], [2, 1], []),
    ],
)
async def test_a_message_names_tasks_by_the_titles_that_they_had_before(
    said: str, steps: list[ToolCall], deleted: list[int], proposed: list[str], oats: Chat, person: Person
):
    answer = await oats.send(said, replies=[*map(calls, steps), text("Done.")])
    gone = select(Change.task_number).where(Change.user_id == person.id, Change.action == "deleted")
    assert await rows(gone.order_by(col(Change.id))) == deleted
    assert [child["value"] for card in answer.cards for child in card["widget"]["children"]] == proposed
