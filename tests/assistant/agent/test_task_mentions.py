"""Tasks named in answers are annotations for ChatKit clients."""

import pytest
from chatkit.types import EntitySource

from taskchat_app.assistant.agent.task_mentions import annotations_of
from tests.chatting import Answer, Chat
from tests.standin import call, calls, text

TASKS = {1: "Milk", 2: "Call Ann", 12: "Go"}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Added #1 Milk.", {"1": "Added #1 Milk"}),
        ("**#2** and #1, again #2", {"2": "**#2", "1": "**#2** and #1"}),
        ("I added Milk for you.", {"1": "I added Milk"}),
        ("Milkshake, Milk2 and #123", {}),
        ("Milkshake is gone, Milk is there", {"1": "Milkshake is gone, Milk"}),
        ("x#1, ##1", {}),
        ("Go on with #12 Going", {"12": "Go on with #12"}),
        ("Go on", {}),
    ],
)
def test_a_task_is_found_by_its_number_or_its_whole_title_and_ends_there(said: str, found: dict[str, str]):
    annotations = annotations_of(said, TASKS)
    sources = [annotation.source for annotation in annotations]
    assert all(isinstance(source, EntitySource) and source.interactive for source in sources)
    assert {
        source.id: said[: annotation.index]
        for source, annotation in zip(sources, annotations, strict=True)
        if isinstance(source, EntitySource)
    } == found


def entities(answer: Answer) -> list[tuple[str, str]]:
    [message] = answer.items("assistant_message")
    sources = [annotation["source"] for annotation in message["content"][0]["annotations"]]
    assert all(source["data"] == {"number": source["id"]} for source in sources)
    return [(source["id"], source["title"]) for source in sources]


async def test_the_message_is_streamed_and_stored_with_its_annotations(chat: Chat):
    chat.script([calls(call("create_task", {"title": "Milk"})), text("Added #1 Milk.")])
    answer = await chat.send("add milk")
    assert entities(answer) == [("1", "Milk")]
    added = [event["update"] for event in answer.events if event["type"] == "thread.item.updated"]
    streamed = [update["annotation"] for update in added if update["type"].endswith("annotation_added")]
    assert streamed == answer.items("assistant_message")[0]["content"][0]["annotations"]
    assert (await chat.items(answer.thread_id))[-1] == answer.items("assistant_message")[0]


async def test_tasks_of_earlier_answers_are_looked_up_among_the_users_own(chat: Chat, other_chat: Chat):
    await chat.add_task("Milk")
    await other_chat.add_tasks("Theirs", "Bread", "Theirs too")
    chat.script([text("#1 is open, #2 and #3 are not there.")])
    assert entities(await chat.send("what is open?")) == [("1", "Milk")]


async def test_tasks_of_a_proposal_are_entities_and_deleted_tasks_are_none(chat: Chat):
    await chat.add_task("Milk")
    chat.script([calls(call("bulk_delete_tasks", {"status": "all"})), text("Shall I delete Milk?")])
    assert entities(await chat.send("clear my list")) == [("1", "Milk")]
    chat.script([calls(call("delete_task", {"task_id": 1})), text("Deleted #1 Milk."), text("#1 is gone.")])
    answer = await chat.send("delete 1")
    assert entities(answer) == []
    assert entities(await chat.send("where is it?", answer.thread_id)) == []
