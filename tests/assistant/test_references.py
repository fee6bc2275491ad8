""" "It" and "the second one": bound by code to what was shown last, or to nothing."""

import pytest

from tests.chatting import Chat, answer_of
from tests.standin import Standin, call, calls, text

TITLES = ("Milk", "Bread", "Cheese", "Eggs")


@pytest.fixture
async def listed(chat: Chat) -> Chat:
    for title in TITLES:
        await chat.add_task(title)
    return chat


async def after(chat: Chat, gemini: Standin, *shown: object, said: str, number: int) -> bool:
    """Whether, after an answer with these calls, the words let delete_task of this number through."""
    gemini.script([calls(*shown), text("There.")])  # type: ignore[arg-type]
    thread_id = (await chat.send("show me")).thread_id
    return await goes(chat, gemini, thread_id, said, number)


async def goes(chat: Chat, gemini: Standin, thread_id: str, said: str, number: int) -> bool:
    gemini.script([calls(call("delete_task", {"task_id": number})), text("Done.")])
    answer = await chat.send(said, thread_id)
    gone = number not in await chat.titles()
    assert bool(answer.cards) is not gone
    return gone


ALL = call("list_tasks", {"sort": "title"})  # Bread (2), Cheese (3), Eggs (4), Milk (1)
ONE = call("update_task", {"task_id": 3, "priority": "high"})


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("delete the second one", 3),
        ("delete the 2nd", 3),
        ("remove the last one", 1),
        ("lösche die erste", 2),
        ("delete the first and the third", 4),
    ],
)
async def test_an_ordinal_counts_in_the_list_last_shown(said: str, number: int, listed: Chat, gemini: Standin) -> None:
    assert await after(listed, gemini, ALL, said=said, number=number)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("delete the second one", 2),
        ("delete the ninth one", 3),
        ("delete it", 3),
        ("delete them", 3),
        ("delete both", 3),
        ("delete what I added last week", 1),
        ('delete the one called "second"', 3),
    ],
)
async def test_a_reference_that_binds_to_another_or_to_none_or_to_several_is_asked(
    said: str, number: int, listed: Chat, gemini: Standin
) -> None:
    assert not await after(listed, gemini, ALL, said=said, number=number)


@pytest.mark.parametrize("said", ["delete it", "remove that one", "lösche es", "Lösch das bitte"])
async def test_it_is_the_one_task_of_the_last_answer(said: str, listed: Chat, gemini: Standin) -> None:
    assert await after(listed, gemini, ONE, said=said, number=3)


async def test_it_is_no_other_task_than_the_one_of_the_last_answer(listed: Chat, gemini: Standin) -> None:
    assert not await after(listed, gemini, ONE, said="delete it", number=2)


async def test_it_is_nothing_where_nothing_was_shown(listed: Chat, gemini: Standin) -> None:
    gemini.script([text("Hello.")])
    thread_id = (await listed.send("hello")).thread_id
    assert not await goes(listed, gemini, thread_id, "delete it", 1)


async def test_what_was_shown_in_another_conversation_does_not_count(listed: Chat, gemini: Standin) -> None:
    gemini.script([calls(ONE), text("There."), text("Hello.")])
    await listed.send("make the cheese urgent")
    thread_id = (await listed.send("hello")).thread_id
    assert not await goes(listed, gemini, thread_id, "delete it", 3)


async def test_what_a_removed_answer_showed_does_not_count(listed: Chat, gemini: Standin) -> None:
    gemini.script([calls(ONE), text("There."), text("There again.")])
    first = await listed.send("make the cheese urgent")
    again = await listed.request("threads.retry_after_item", thread_id=first.thread_id, item_id=first.turn_id)
    assert answer_of(again).text == "There again."
    assert not await goes(listed, gemini, first.thread_id, "delete it", 3)
