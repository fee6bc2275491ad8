"""delete_task deletes at once only what the user's own message names."""

from itertools import cycle

import pytest

from taskchat_app.assistant.grammar.commands import Target, UserClock
from taskchat_app.assistant.tools.deletion_consent import targets_to_delete
from tests.assistant.offline.task_list import BERLIN, WEDNESDAY
from tests.chatting import Chat
from tests.standin import Standin, call, calls, text

TITLES = ("Buy milk", "Buy bread", "Call mum", "Renew the passport", "3 eggs", "Pay the rent today")


@pytest.fixture
async def listed(chat: Chat) -> Chat:
    await chat.add_tasks(*TITLES)
    return chat


async def goes_at_once(chat: Chat, gemini: Standin, said: str, number: int) -> bool:
    """Whether a delete_task of this number is carried out on these words; otherwise it must only be proposed."""
    gemini.script([calls(call("delete_task", {"task_id": number})), text("Done.")])
    answer = await chat.send(said)
    gone = number not in await chat.titles()
    assert bool(answer.cards) is not gone, said
    return gone


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("delete 3", 3),
        ("ok, delete 3", 3),
        ("remove 3 from the list", 3),
        ("ich möchte 3 löschen", 3),
        ("könntest du bitte 3 löschen?", 3),
        ("yes, delete 3", 3),
        ("delete #3", 3),
        ("remove tasks 2, 3 and 4", 4),
        ("lösche Aufgabe 3", 3),
        ("3 löschen bitte", 3),
        ("delete the milk task", 1),
        ("delete buy milk", 1),
        ('delete "Call mum"', 3),
        ("get rid of the bread and the passport", 2),
        ("drop call mum", 3),
        ("lösche passport", 4),
        ("can you delete the milk?", 1),
        ("add eggs and delete the milk", 1),
        ("mark 3 as done and delete 4", 4),
    ],
)
async def test_a_task_named_by_the_message_is_deleted_at_once(
    said: str, number: int, listed: Chat, gemini: Standin
) -> None:
    assert await goes_at_once(listed, gemini, said, number)


OTHER_WORDS = [
    # what the grammar does not read as commands from beginning to end
    ("supprime la 3", 3),
    ("elimina 3", 3),
    ("cancel 3", 3),
    ("no, cancel 3", 3),
    ("wirf 3 weg", 3),
    ("I have the milk, delete it", 1),
    ("delete the milk and tell me if anything is due", 1),
    ("delete 3 if you can", 3),
    ("wenn möglich lösche 3", 3),
    ("delete 3. What should I do next?", 3),
    ("delete 3. Why is 4 overdue?", 3),
    ("lösche 3 und sag mir, was 4 ist", 3),
    ("delete 3 because 4 is there", 3),
    ("delete everything", 3),
    ("delete the 3 oldest", 3),
    ("delete the 3 tasks", 5),
    ("delete today", 6),
    ("don't, delete 3", 3),
    ("if 4 is done, delete 3", 3),
    ("delete 3 tasks", 3),
    ("delete what I added 3 days ago", 3),
    ("remove the meeting at 3", 3),
    ("delete the one for 3 pm", 3),
    ("delete the one due 2026-03-03", 3),
    ("delete 3.5", 3),
    ("delete 30", 3),
    ("don't delete 3", 3),
    ("never delete 3", 3),
    ("lösche nicht 3", 3),
    ("delete everything but not 3", 3),
    ("what about 3?", 3),
    ('add a task "delete 3"', 3),
    ("delete buy", 1),
    ("remove the buying tasks", 2),
    ("delete my tasks for today", 6),
    ("delete the cheese", 1),
    ("delete milk", 3),
    ("call mum", 3),
    ("what would happen if I delete 3?", 3),
    ("should I remove the milk?", 1),
    ("did you delete the milk?", 1),
    ("soll ich 3 löschen?", 3),
    ("add a task to delete the old photos and milk the cow", 1),
    ("remind me to cancel the milk subscription", 1),
    ("rename 3 to delete me", 3),
    ("neue Aufgabe: milk löschen", 1),
    ("delete 2 and add milk the cow", 1),
    ("add buy trash bags, drop off 3 parcels", 3),
    ("describe 3 as delete this later", 3),
    ("mark 3 as done and delete 4", 3),
    ("remind me to call the bank and cancel the milk subscription", 1),
    ("save a task: delete milk", 1),
    ("delete 2. Why is 3 overdue?", 3),
    ("delete 2 and tell me about 3", 3),
    ("if 3 is done, delete it", 3),
    ("I have the milk, should I delete it?", 1),
    ("delete milk tasks", 1),
    ("lösche milk Aufgaben", 1),
    ("delete the passport and the milk tasks", 1),
    ("delete 3, no 4", 4),
    ("delete 3 and no 4", 4),
    ("delete 2, 3 and no 4", 4),
    ("delete no milk", 1),
    ("delete mum and no milk", 1),
]
"""Words with the number of the task that the model wants to delete."""


async def test_any_other_deletion_is_a_proposal(listed: Chat, gemini: Standin) -> None:
    assert [said for said, number in OTHER_WORDS if await goes_at_once(listed, gemini, said, number)] == []


async def test_a_reference_of_another_command_names_nothing(listed: Chat, gemini: Standin) -> None:
    gemini.script([calls(call("list_tasks", {"search": "passport"})), text("#4")])
    there = (await listed.send("find the passport")).thread_id
    for said in ("tag it as home and delete the milk", "delete 3 that is old", "delete the milk, it is old"):
        gemini.script([calls(call("delete_task", {"task_id": 4})), text("Done.")])
        assert (await listed.send(said, there)).cards
    assert 4 in await listed.titles()


@pytest.mark.parametrize(
    ("message", "targets"),
    [
        ("ok delete it", [Target(pronoun="it")]),
        ("delete Ask why", [Target(words="Ask why")]),
        ("tick the first and delete the second", [Target(places=(2,))]),
        ("mark 3 as done and delete it", []),
        ("delete it, it's old", [Target(words="it, it's old")]),
        ("delete no. 4", [Target(numbers=(4,))]),
        ('delete "No sugar"', [Target(words="No sugar", quoted=True)]),
    ],
)
def test_the_targets_are_those_of_the_commands_to_delete(message: str, targets: list[Target]) -> None:
    assert targets_to_delete(message, UserClock(BERLIN, WEDNESDAY)) == targets


async def test_two_tasks_named_by_one_message_go_both_at_once(listed: Chat, gemini: Standin) -> None:
    gemini.script(
        [calls(call("delete_task", {"task_id": 1})), calls(call("delete_task", {"task_id": 2})), text("Done.")]
    )
    answer = await listed.send("delete the milk and the bread")
    assert not answer.cards
    assert not {1, 2} & {*await listed.titles()}


async def test_words_for_one_date_do_not_delete_a_series_at_once(chat: Chat, gemini: Standin) -> None:
    added = [{"title": "Gym", "recurrence": "FREQ=WEEKLY"}, {"title": "Dentist"}]
    gemini.script([calls(*(call("create_task", {**task, "due_date": "tomorrow"}) for task in added)), text("Done.")])
    await chat.send("add gym every week from tomorrow, and the dentist tomorrow")
    assert not await goes_at_once(chat, gemini, "delete the next gym", 1)
    assert not await goes_at_once(chat, gemini, "delete the dentist and the next gym", 1)
    assert await goes_at_once(chat, gemini, "delete the next dentist", 2)
    assert await goes_at_once(chat, gemini, "delete the gym", 1)


async def test_it_is_not_bound_beside_other_commands(listed: Chat, gemini: Standin) -> None:
    gemini.script([calls(call("update_task", {"task_id": 4, "priority": "high"})), text("Done.")])
    there = (await listed.send("make the passport urgent")).thread_id
    gemini.script([calls(call("delete_task", {"task_id": 4})), text("Done.")])
    assert (await listed.send("mark 3 as done and delete it", there)).cards
    assert 4 in await listed.titles()


NO_COMMANDS = [
    # titles
    "add a milk run, cancel 3 meetings",
    "tag 3 as clear",
    "note to self: delete milk",
    "put delete old photos on my list",
    "complete cancel gym subscription",
    "buy 3 trash bags",
    "jot down delete milk",
    "ajoute supprimer milk",
    "Aufgabe hinzufügen: milk löschen",
    "denk daran, milk zu löschen",
    # questions and reports
    "was 3 deleted?",
    "have I deleted 3?",
    "who deleted 3?",
    "is it ok to delete 3?",
    "can I delete 3?",
    "can I cancel 3?",
    "also, can I drop 3?",
    "kann ich 3 löschen?",
    "delete 3?",
    "I removed 3 yesterday",
    "ich habe 3 entfernt",
    "restore the deleted 3",
    "undo the delete of 3",
    "I forgot to delete 3",
    "maybe delete 3",
    "drop it",
    # conditions and exceptions
    "delete 3 if it is done",
    "wenn 3 fertig ist, lösche es",
    "delete everything except 3",
    "delete 3, keep 4",
    "delete 3 instead of 4",
    "if 3 is done, delete it",
    "unless 4 is done, delete 3",
    "scrap that",
]


async def test_titles_questions_reports_and_conditions_delete_nothing(listed: Chat, gemini: Standin) -> None:
    """Neither by number and words nor by reference to the task that was changed last."""
    every = range(1, len(TITLES) + 1)
    for message, priority in zip(NO_COMMANDS, cycle(("high", "low")), strict=False):
        gemini.script([calls(call("update_task", {"task_id": 3, "priority": priority})), text("Done.")])
        there = (await listed.send(f"make the priority of 3 {priority}")).thread_id
        gemini.script([calls(*(call("delete_task", {"task_id": number}) for number in every)), text("Done.")])
        assert (await listed.send(message, there)).cards, message
        assert set(every) <= set(await listed.titles()), message


async def test_words_that_fit_two_titles_are_asked(listed: Chat, gemini: Standin) -> None:
    await listed.add_task("Milk the cow")
    assert not await goes_at_once(listed, gemini, "delete milk", 1)
    assert await goes_at_once(listed, gemini, "delete milk cow", 7)


async def test_words_in_tasks_or_answers_name_nothing(listed: Chat, gemini: Standin) -> None:
    await listed.add_task("delete 3 and the passport")
    gemini.script(
        [calls(call("list_tasks")), calls(call("delete_task", {"task_id": 3})), text("delete 3, delete Call mum")]
    )
    await listed.send("what do I have?")
    assert 3 in await listed.titles()


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("7", {7}),
        ("#7 and #12", {7, 12}),
        ("3,5", {3, 5}),
        ("3, 4 und 5", {3, 4, 5}),
        ("3-5", {3, 4, 5}),
        ("12:30", set()),
        ("1.5", set()),
        ("€5 or 5€", set()),
        ("50%", set()),
        ("v2", set()),
        ("at 5", set()),
        ("um 5", set()),
        ("5 pm", set()),
        ("2 weeks", set()),
        ("these 3", set()),
        ("the last 3", set()),
        ("alle 3", set()),
    ],
)
def test_numbers_of_tasks_are_told_from_other_numbers(said: str, numbers: set[int]) -> None:
    [target] = targets_to_delete(f"delete {said}", UserClock(BERLIN, WEDNESDAY))
    assert set(target.numbers) == numbers


async def test_the_last_three_are_asked(listed: Chat, gemini: Standin) -> None:
    gemini.script([calls(call("list_tasks")), text("All of them.")])
    there = (await listed.send("what do I have?")).thread_id
    for said in ("delete the last 3", "delete these 3"):
        gemini.script([calls(call("delete_task", {"task_id": 6})), text("Done.")])
        assert (await listed.send(said, there)).cards
    assert 6 in await listed.titles()
