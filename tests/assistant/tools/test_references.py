""" "It" and "the second one" resolve to what was shown last, or to nothing."""

import pytest
from sqlalchemy import update
from sqlmodel import col

from taskchat_app.assistant.tools import last_shown_tasks
from taskchat_app.assistant.tools.last_shown_tasks import ShownTasks
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.models import ToolExecution
from taskchat_app.domain.tasks.fields import TaskDraft
from tests.assistant.tools.consent import added, named_by, turn_after
from tests.chatting import Chat, answer_of, write
from tests.evidence import Step
from tests.standin import Standin, call, calls, text
from tests.standin.replies import ToolCall

TITLES = ("Milk", "Bread", "Cheese", "Eggs")


@pytest.fixture
async def listed(chat: Chat) -> Chat:
    await chat.add_tasks(*TITLES)
    return chat


async def after(chat: Chat, *shown: ToolCall, said: str, number: int) -> bool:
    """Whether, after an answer with these calls, the words let delete_task of this number through."""
    thread_id = (await chat.run(*shown, said="show me")).thread_id
    return await goes(chat, thread_id, said, number)


async def goes(chat: Chat, thread_id: str, said: str, number: int) -> bool:
    answer = await chat.send(said, thread_id, replies=[calls(call("delete_task", {"task_id": number})), text("Done.")])
    gone = number not in await chat.titles()
    assert bool(answer.cards) is not gone
    return gone


ALL = call("list_tasks", {"sort": "title"})  # Bread (2), Cheese (3), Eggs (4), Milk (1)


def prioritize(priority: str) -> ToolCall:
    """A call that changes the cheese."""
    return call("update_task", {"task_id": 3, "priority": priority})


ONE = prioritize("high")


def test_a_place_counts_from_one_and_the_last_one_is_known_while_nothing_else_was_touched():
    shown = ShownTasks([7, 5, 6], [7, 5, 6])
    assert [shown.at(place) for place in (0, 1, 2, 3, 4, -1)] == [None, 7, 5, 6, None, 6]
    assert ShownTasks([7, 5], [6]).at(-1) is None
    assert ShownTasks().at(-1) is None


async def test_a_reference_names_what_was_shown_and_it_the_only_task_without_doubt(person: Person, gemini: Standin):
    tasks = await added(person, *map(TaskDraft, TITLES))
    turn = await turn_after(person, gemini, ALL)
    named = {
        "delete the second one": {3},
        "delete the 2nd": {3},
        "delete the 4th one": {1},
        "remove the last one": {1},
        "lösche die erste": {2},
        "delete the first and the third": {2, 4},
        "delete the ninth one": set[int](),
        "delete it": set[int](),
        "delete them": set[int](),
        "delete both": set[int](),
        "delete what I added last week": set[int](),
        'delete the one called "second"': set[int](),
    }
    assert {said: await named_by(said, tasks, turn) for said in named} == named
    turn = await turn_after(person, gemini, ONE)
    for said in ("delete it", "remove that one", "lösche es", "Lösch das bitte"):
        assert await named_by(said, tasks, turn) == {3}, said


async def test_a_reference_lets_the_models_call_through_and_refers_to_nothing_else(listed: Chat, step: Step):
    step("another task than the second one")
    assert not await after(listed, ALL, said="delete the second one", number=2)
    step("another task than that of the last answer")
    assert not await after(listed, prioritize("high"), said="delete it", number=2)
    step("nothing was shown")
    assert not await goes(listed, (await listed.send("hello", replies=[text("Hello.")])).thread_id, "delete it", 1)
    step("it was shown in another conversation")
    await listed.send("make the cheese less urgent", replies=[calls(prioritize("low")), text("There."), text("Hello.")])
    assert not await goes(listed, (await listed.send("hello")).thread_id, "delete it", 3)
    step("it was shown in an answer that was removed")
    listed.script([calls(prioritize("high")), text("There."), text("There again.")])
    first = await listed.send("make the cheese urgent")
    again = await listed.request("threads.retry_after_item", thread_id=first.thread_id, item_id=first.turn_id)
    assert answer_of(again).text == "There again."
    assert not await goes(listed, first.thread_id, "delete it", 3)
    step("a failed call since")
    thread_id = (await listed.send("raise the cheese", replies=[calls(prioritize("medium")), text("There.")])).thread_id
    await listed.run(call("bulk_complete_tasks", {"task_ids": [99]}), said="is 99 done?", thread_id=thread_id)
    assert await goes(listed, thread_id, "delete it", 3)
    step("the second one")
    assert await after(listed, ALL, said="delete the second one", number=4)


def bound(chat: Chat) -> str:
    """What the model was told of the references in the last message, below its words."""
    return str(chat.asked[-1]["messages"][-1]["content"]).partition("\n\n")[2]


async def listed_thread(chat: Chat) -> str:
    """A conversation in which all tasks were shown, by title."""
    return (await chat.send("show me", replies=[calls(ALL), text("There.")])).thread_id


async def change_the_list(chat: Chat) -> None:
    """What another tab does: a new first title, and the one that was shown first is gone."""
    await chat.add_task("Apples")
    await chat.http.delete("/api/tasks/2")


class TestWhateverChangedSince:
    @pytest.mark.parametrize(("said", "number"), [("complete the second one", 3), ("tick off the last one", 1)])
    async def test_the_model_is_told_the_numbers_that_were_shown(self, said: str, number: int, listed: Chat):
        thread_id = await listed_thread(listed)
        await change_the_list(listed)
        answer = await listed.run(call("complete_task", {"task_id": number}), said=said, thread_id=thread_id)
        phrase = said.removeprefix("complete ").removeprefix("tick off ")
        for request in listed.asked[-2:]:
            [told] = [one["content"] for one in request["messages"] if str(one["content"]).startswith(said)]
            assert told == f"{said}\n\n(Of the tasks shown last, “{phrase}” is #{number}.)"
        [stored] = [item for item in await listed.items(thread_id) if item["id"] == answer.turn_id]
        assert stored["content"][0]["text"] == said

    async def test_the_gate_binds_to_them_as_well(self, listed: Chat):
        thread_id = await listed_thread(listed)
        await change_the_list(listed)
        # In the list of this turn, whose calls are stored with the card of #1, the third one is #3.
        deletions = [calls(call("delete_task", {"task_id": number})) for number in (1, 4)]
        listed.script([calls(call("list_tasks")), *deletions, text("Done.")])
        await listed.send("delete the third one", thread_id)
        assert (await listed.titles()).keys() == {1, 3, 5}

    @pytest.mark.usefixtures("offline")
    async def test_so_do_the_rules(self, listed: Chat):
        thread_id = (await listed.send("list my tasks")).thread_id
        await listed.http.delete("/api/tasks/1")
        await listed.add_task("Apples")
        assert (await listed.send("complete the second one", thread_id)).text == "Completed #2 Bread."
        assert (await listed.send("complete the third one", thread_id)).text == "Completed #3 Cheese."
        assert (await listed.send("reopen it", thread_id)).text == "Reopened #3 Cheese."
        assert (await listed.send("delete the fourth one", thread_id)).text == "Deleted #4 Eggs."
        assert "There is no task #1." in (await listed.send("complete the first one", thread_id)).text


class TestTheListStaysWhileSingleTasksAreTouched:
    async def test_the_third_one_stays_so_within_the_newest_calls(self, listed: Chat, monkeypatch: pytest.MonkeyPatch):
        thread_id = await listed_thread(listed)
        listed.script([calls(call("complete_task", {"task_id": 3})), text("Done."), text("Right.")])
        await listed.send("complete the second one", thread_id)
        await listed.send("and the third one?", thread_id)
        assert bound(listed) == "(Of the tasks shown last, “the third one” is #4.)"
        assert await goes(listed, thread_id, "delete the third one", 4)
        monkeypatch.setattr(last_shown_tasks, "CALLS_READ", 1)
        await listed.send("and the third one?", thread_id, replies=[text("Right.")])
        assert bound(listed) == ""

    async def test_the_last_one_is_doubtful_then_and_asked(self, listed: Chat):
        thread_id = await listed_thread(listed)
        await listed.send("add new", thread_id, replies=[calls(call("create_task", {"title": "New"})), text("Added.")])
        assert not await goes(listed, thread_id, "delete the last one", 1)

    async def test_looking_a_task_up_by_its_words_shows_no_list(self, listed: Chat):
        thread_id = await listed_thread(listed)
        found, done = call("list_tasks", {"search": "Eggs"}), call("complete_task", {"task_id": 4})
        await listed.send("complete the eggs", thread_id, replies=[calls(found), calls(done), text("Done.")])
        assert await goes(listed, thread_id, "delete the second one", 3)

    @pytest.mark.usefixtures("offline")
    @pytest.mark.parametrize("said", ["tag 10-25 as work", "tag 5, 3 and 99 as work"])
    async def test_looking_up_the_tasks_that_a_message_numbers_shows_no_list(self, said: str, chat: Chat):
        for number in range(1, 21):
            await chat.add_task(f"Task {number}", tags=["shop"] if number in (5, 7) else [])
        thread_id = (await chat.send("show tasks tagged shop")).thread_id
        refused = await chat.send(said, thread_id)
        assert ("I found no task #" in refused.text, refused.cards) == (True, [])
        answer = await chat.send("delete the second one", thread_id)
        assert (answer.text, answer.cards) == ("Deleted #7 Task 7.", [])

    async def test_a_list_of_all_tasks_that_the_model_shows_is_the_list_shown(self, listed: Chat):
        everything = call("list_tasks", {"status": "all", "limit": 200})  # the newest task comes first
        assert await after(listed, everything, said="delete the fourth one", number=1)
        assert await after(listed, everything, said="delete the first one", number=4)

    @pytest.mark.usefixtures("offline")
    async def test_a_task_that_an_answer_tells_of_by_its_number_is_shown(self, listed: Chat):
        thread_id = (await listed.send("when is 3 due?")).thread_id
        assert (await listed.send("delete it", thread_id)).text == "Deleted #3 Cheese."

    @pytest.mark.usefixtures("offline")
    @pytest.mark.parametrize("said", ["move 3 by two hours", "move 3 and 4 by two hours", "move cheese by two hours"])
    async def test_a_task_that_a_refusal_names_is_shown(self, said: str, listed: Chat):
        thread_id = (await listed.send("add butter")).thread_id
        assert (await listed.send(said, thread_id)).text.startswith("#3 Cheese has no time of day, so nothing was")
        assert (await listed.send("delete it", thread_id)).text == "Deleted #3 Cheese."
        assert await listed.titles() == {1: "Milk", 2: "Bread", 4: "Eggs", 5: "Butter"}

    @pytest.mark.usefixtures("offline")
    @pytest.mark.parametrize("said", ["move 3 by two hours", "move the third one by two hours"])
    async def test_a_refusal_that_names_a_task_leaves_the_list_as_it_is(self, said: str, listed: Chat):
        thread_id = (await listed.send("list my tasks")).thread_id
        assert (await listed.send(said, thread_id)).text.startswith("#3 Cheese has no time of day")
        assert (await listed.send("delete the last one", thread_id)).text != "Deleted #3 Cheese."
        assert (await listed.send("complete the first one", thread_id)).text == "Completed #1 Milk."

    @pytest.mark.usefixtures("offline")
    async def test_after_two_refusals_it_is_not_certain(self, listed: Chat):
        thread_id = (await listed.send("add butter")).thread_id
        await listed.send("move 3 by two hours and move 4 by two hours", thread_id)
        await listed.send("delete it", thread_id)
        assert len(await listed.titles()) == 5

    @pytest.mark.usefixtures("offline")
    async def test_of_many_tasks_that_are_looked_up_only_that_of_the_refusal_is_shown(self, chat: Chat):
        await chat.add_tasks(*(f"Task {number}" for number in range(1, 13)))
        thread_id = (await chat.send("move 2-12 by two hours")).thread_id
        assert (await chat.send("delete it", thread_id)).text == "Deleted #2 Task 2."

    async def test_after_a_whole_list_and_a_change_in_one_answer_nothing_is_certain(self, listed: Chat):
        thread_id = await listed_thread(listed)
        listed.script([calls(call("list_tasks")), calls(ONE), text("Done.")])
        await listed.send("what do I have? the cheese is urgent", thread_id)
        assert not await goes(listed, thread_id, "delete the second one", 3)


ANOTHER_NUMBER = [
    ([1, 2], "tick it off"),
    ([1], "tick off both"),
    ([1, 2, 3], "tick off both"),
    ([1], "move them to friday"),
]
"""Tasks that were shown, and words for another number of them, which bind to none."""


class TestWhatTheModelIsTold:
    @pytest.mark.parametrize(
        ("shown", "said", "told"),
        [
            ([2, 3], "tick off both, move them to friday", "“both” are #2 and #3, “them” are #2 and #3"),
            ([2, 3, 4], "move them to friday", "“them” are #2, #3 and #4"),
            ([2, 3], "hake diese Aufgaben ab", "“diese” are #2 and #3"),
            ([2, 3], "was ist diese Woche?", ""),
            ([2, 3], "diese aufgabe hat zeit", ""),
            ([3], "tick it off", "“it” is #3"),
            ([3], "hake es ab", "“es” is #3"),
            ([2, 3], "die erste und die zweite", "“die erste” is #2, “die zweite” is #3"),
            ([2, 3], "the first one and the second one", "“the first one” is #2, “the second one” is #3"),
            *((shown, said, "") for shown, said in ANOTHER_NUMBER),
        ],
    )
    async def test_the_words_with_their_numbers(self, shown: list[int], said: str, told: str, listed: Chat):
        touched = [call("update_task", {"task_id": number, "priority": "high"}) for number in shown]
        listed.script([calls(*touched), text("Done."), text("Right.")])
        await listed.send(said, (await listed.send("make them urgent")).thread_id)
        assert bound(listed) == (told and f"(Of the tasks shown last, {told}.)")

    async def test_nothing_where_no_words_bind(self, listed: Chat):
        unbound = ["tick off 3", "tick it off", "tick off both", "the ninth one", 'add "second one"']
        for said in (*unbound, "move 4 to the 2nd"):
            thread_id = (await listed.send("show me", replies=[calls(ALL), text("There."), text("Right.")])).thread_id
            await listed.send(said, thread_id)
            assert listed.asked[-1]["messages"][-1]["content"] == said


@pytest.mark.parametrize(
    "unreadable", [{"tasks": [None, {"title": "x"}]}, {"tasks": None}, {"task": None}, {"numbers": 3}]
)
async def test_an_imported_result_of_another_form_shows_nothing(unreadable: dict[str, object], listed: Chat):
    answer = await listed.send("show me", replies=[calls(ALL), text("There."), text("Which one?")])
    await write(update(ToolExecution).where(col(ToolExecution.thread_id) == answer.thread_id).values(result=unreadable))
    assert (await listed.send("delete it", answer.thread_id)).text == "Which one?"
