"""delete_task reads what a message names by the titles before the turn, which the model cannot choose."""

import pytest
from sqlmodel import col, select

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.models import Change
from tests.chatting import Chat, rows
from tests.standin import call, calls, text
from tests.standin.replies import ToolCall


def rename(number: int, title: str) -> ToolCall:
    return call("update_task", {"task_id": number, "title": title})


def complete(number: int) -> ToolCall:
    return call("complete_task", {"task_id": number})


def delete(number: int) -> ToolCall:
    return call("delete_task", {"task_id": number})


ADD_MILK = call("create_task", {"title": "Milk"})


@pytest.fixture
async def listed(chat: Chat) -> Chat:
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
    said: str,
    steps: list[ToolCall],
    deleted: list[int],
    proposed: list[str],
    listed: Chat,
    person: Person,
):
    answer = await listed.send(said, replies=[*map(calls, steps), text("Done.")])
    gone = select(Change.task_number).where(Change.user_id == person.id, Change.action == "deleted")
    assert await rows(gone.order_by(col(Change.id))) == deleted
    assert [child["value"] for card in answer.cards for child in card["widget"]["children"]] == proposed
