"""Steps without a model: said with the number of their task."""

import pytest

from tests.chatting import Chat

pytestmark = pytest.mark.usefixtures("offline")


@pytest.mark.parametrize(
    "said",
    [
        "add pack boxes tomorrow as a step of 1",
        "add a step to 1: pack boxes tomorrow",
        "Schritt zu 1: pack boxes morgen",
    ],
)
async def test_a_step_is_added_to_the_task_with_this_number(chat: Chat, said: str) -> None:
    await chat.add_task("Move")
    await chat.send(said)
    [_, step] = (await chat.http.get("/api/tasks", params={"sort": "created"})).json()["tasks"]
    assert (step["title"], step["parent_number"], step["due_at"] is not None) == ("Pack boxes", 1, True)
    assert (await chat.send("complete 1")).text == "Completed #1 Move, and 1 step."


@pytest.mark.parametrize("said", ["make 2 a task of its own", "Mach 2 zu einer eigenen Aufgabe"])
async def test_a_step_becomes_a_task_of_its_own(chat: Chat, said: str) -> None:
    await chat.add_task("Move")
    await chat.send("add pack boxes as a step of 1")
    await chat.send(said)
    assert (await chat.http.get("/api/tasks/2")).json()["parent_number"] is None


async def test_a_step_of_no_task_is_not_added(chat: Chat) -> None:
    assert "There is no task #4" in (await chat.send("add pack boxes as a step of 4")).text
    assert (await chat.send("add a step to the party")).text.startswith("A step needs the number of its task")
    assert await chat.titles() == {}
