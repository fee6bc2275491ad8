"""Messages with selected tasks refer to exactly these tasks."""

from collections.abc import Sequence
from typing import Any

import pytest

from taskchat_app.assistant.core.model_notes import data_note, files_note, passage_note, selection_note, without_notes
from tests.chatting import Answer, Chat, answer_of, message
from tests.evidence import Step
from tests.standin import call, calls, text

TITLES = ("Milk", "Bread", "Cheese", "Eggs", "Salt")


@pytest.fixture
async def listed(chat: Chat) -> Chat:
    await chat.add_tasks(*TITLES)
    return chat


def tag(number: Any, group: str = "selected") -> dict[str, Any]:
    return {"type": "input_tag", "id": f"{number}", "text": f"#{number}", "group": group, "data": {"number": number}}


def request(
    words: str, selected: Sequence[Any], thread_id: str | None = None, group: str = "selected"
) -> dict[str, Any]:
    body = message(words, thread_id)
    body["params"]["input"]["content"] += [tag(number, group) for number in selected]
    return body


async def send_parts(chat: Chat, *content: dict[str, Any]) -> Answer:
    """Send a message with these content parts."""
    body = message("")
    body["params"]["input"]["content"] = content
    return answer_of(await chat.http.post("/api/chatkit", json=body))


async def say(chat: Chat, words: str, selected: Sequence[int], thread_id: str | None = None) -> Answer:
    return answer_of(await chat.http.post("/api/chatkit", json=request(words, selected, thread_id)))


def last_user_content(chat: Chat) -> str:
    """Return the last user message as the model received it."""
    return str(chat.asked[-1]["messages"][-1]["content"])


async def numbers_with_due_date(chat: Chat) -> set[int]:
    """Return the numbers of the tasks with a due date."""
    tasks = (await chat.http.get("/api/tasks", params={"limit": 200})).json()["tasks"]
    return {task["number"] for task in tasks if task["due_at"]}


class TestGemini:
    async def test_the_model_receives_the_selection_with_any_message(self, listed: Chat, step: Step):
        listed.script([text("Right.")], repeat=True)
        for words in ("move these to Friday", "lunch is at noon"):
            step(words)
            await say(listed, words, [5, 2, 3])
            assert last_user_content(listed) == f"{words}\n\n(The person has selected #5, #2 and #3.)"
        step("many tasks")
        await say(listed, "what are these?", range(1, 251))
        assert "#249 and #250.)" in last_user_content(listed)
        step("the history of later messages")
        thread_id = (await say(listed, "look at these", [2, 3])).thread_id
        await listed.send("did you?", thread_id)
        assert listed.asked[-1]["messages"][1]["content"] == "look at these\n\n(The person has selected #2 and #3.)"
        assert last_user_content(listed) == "did you?"
        step("the meant position, and a deleted task")
        await listed.http.delete("/api/tasks/3")
        await say(listed, "finish the second one", [5, 2, 3])
        assert last_user_content(listed).endswith(
            "(Of the selected tasks, “the second one” is #2; #3 is deleted: say so.)"
        )

    async def test_several_selected_tasks_are_deleted_only_by_a_proposal_of_exactly_these(self, listed: Chat):
        listed.script([calls(*(call("delete_task", {"task_id": number}) for number in (2, 3, 5))), text("Shall I?")])
        answer = await say(listed, "delete these", [2, 3, 5])
        assert len(await listed.titles()) == 5
        accept = next(one for one in answer.cards[-1:])["widget"]["confirm"]["action"]
        assert (await listed.act(accept["type"], accept["payload"], answer.thread_id)).status_code == 200
        assert set(await listed.titles()) == {1, 4}

    async def test_a_single_selected_task_is_deleted_at_once_and_another_not_without_consent(self, listed: Chat):
        for number, words in ((3, "delete this"), (2, "delete these"), (1, "delete the selected task")):
            listed.script([calls(call("delete_task", {"task_id": number})), text("Done.")])
            assert (await say(listed, words, [number])).cards == [], words
        assert set(await listed.titles()) == {4, 5}
        listed.script([calls(call("delete_task", {"task_id": 4})), text("Done.")])
        assert (await say(listed, "delete this", [5])).cards
        assert set(await listed.titles()) == {4, 5}


@pytest.mark.usefixtures("offline")
class TestOfflineAssistant:
    async def test_these_means_exactly_the_selected_tasks(self, listed: Chat):
        thread_id = (await listed.send("list my tasks")).thread_id
        for words in (
            "move these to Friday",
            "Move these 3 to Friday",
            "move the selected tasks to friday",
            "verschiebe diese auf Freitag",
            "verschiebe diese Aufgaben auf Freitag",
        ):
            await say(listed, words, [2, 3, 5], thread_id)
            assert await numbers_with_due_date(listed) == {2, 3, 5}, words
            await listed.http.post("/api/tasks/bulk-update", json={"numbers": [2, 3, 5], "due_at": None})
            assert await numbers_with_due_date(listed) == set()

    async def test_it_is_ambiguous_of_several_selected_tasks_and_ordinals_count_within_them(self, listed: Chat):
        assert "I cannot tell which task you mean" in (await say(listed, "complete it", [5, 2])).text
        assert (await say(listed, "complete the second one", [5, 2])).text == "Completed #2 Bread."

    async def test_the_selection_applies_to_one_message_only(self, listed: Chat):
        thread_id = (await say(listed, "make these high priority", [2, 3])).thread_id
        await say(listed, "complete these", [4], thread_id)
        assert set(await listed.titles("open")) == {1, 2, 3, 5}
        assert (await listed.send("reopen it", thread_id)).text == "Reopened #4 Eggs."

    async def test_the_answer_names_a_selected_task_that_was_deleted(self, listed: Chat):
        await listed.http.delete("/api/tasks/3")
        assert "#3" in (await say(listed, "move these to Friday", [2, 3, 5])).text
        assert await numbers_with_due_date(listed) == {2, 5}

    async def test_the_proposal_to_delete_contains_exactly_the_selected_tasks(self, listed: Chat):
        answer = await say(listed, "delete these", [2, 3, 5])
        assert answer.cards[-1]["copy_text"] == "#2 Bread\n#3 Cheese\n#5 Salt"
        await listed.send("yes", answer.thread_id)
        assert set(await listed.titles()) == {1, 4}

    async def test_a_message_without_a_task_is_about_the_selected_tasks(self, listed: Chat):
        for words in ("sunday", "to sunday 10am", "die alle auf Donnerstag", "auf sonntag verschieben"):
            await say(listed, words, [2, 5])
            assert await numbers_with_due_date(listed) == {2, 5}, words
            await listed.http.post("/api/tasks/bulk-update", json={"numbers": [2, 5], "due_at": None})
        for words in ("delete", "löschen"):
            assert (await say(listed, words, [2, 5])).cards[-1]["copy_text"] == "#2 Bread\n#5 Salt", words
        assert set(await listed.titles()) == {1, 2, 3, 4, 5}
        await say(listed, "erledigt", [2, 5])
        assert set(await listed.titles("open")) == {1, 3, 4}

    async def test_up_to_200_selected_tasks_are_changed(self, listed: Chat):
        await listed.add_tasks(*(f"Task {number}" for number in range(6, 61)))
        await say(listed, "move these to Friday", range(1, 61))
        assert await numbers_with_due_date(listed) == set(range(1, 61))
        assert "more than 200 tasks at once" in (await say(listed, "move these to Friday", range(1, 202))).text

    async def test_many_tasks_named_by_number_are_meant_by_the_next_message(self, chat: Chat):
        await chat.add_tasks(*(f"Task {number}" for number in range(6, 61)))
        await chat.send("move them to friday", (await chat.send("tag 1-50 as work")).thread_id)
        assert await numbers_with_due_date(chat) == set(range(1, 51))


@pytest.mark.usefixtures("offline")
class TestStoredMessage:
    async def test_retry_and_edit_keep_the_selection_which_is_not_part_of_the_title(self, listed: Chat):
        answer = await say(listed, "move these to Friday", [2, 3])
        thread = (await listed.request("threads.get_by_id", thread_id=answer.thread_id)).json()
        assert thread["title"] == "move these to Friday"
        edit = {"item_id": answer.turn_id, "text": "complete these"}
        assert (await listed.act("message.edit", edit, answer.thread_id)).status_code == 200
        assert await numbers_with_due_date(listed) == set()
        assert set(await listed.titles("done")) == {2, 3}
        await listed.request("threads.retry_after_item", thread_id=answer.thread_id, item_id=answer.turn_id)
        assert set(await listed.titles("done")) == {2, 3}
        [mine] = [item for item in await listed.items(answer.thread_id) if item["type"] == "user_message"]
        assert [part["text"] for part in mine["content"]] == ["complete these", "#2", "#3"]

    async def test_a_tag_that_names_no_task_and_a_selection_without_text_are_rejected(self, chat: Chat):
        for number in (0, -1, "0", "three", "3 ", None, True, 2.5, 10**12):
            answer = await chat.http.post("/api/chatkit", json=request("move these", [number]))
            assert (answer.status_code, answer.json()["code"]) == (400, "bad_request"), number
        answer = await chat.http.post("/api/chatkit", json=request(" ", [3]))
        assert (answer.status_code, answer.json()["code"]) == (400, "empty_message")

    async def test_a_selected_task_is_named_by_an_integer_or_its_digits(self, listed: Chat):
        for group in ("selected", "Selected tasks", "Ausgewählte Aufgaben"):
            body = request("move these to Friday", [2, "3"], group=group)
            answer = answer_of(await listed.http.post("/api/chatkit", json=body))
            assert await numbers_with_due_date(listed) == {2, 3}, group
            stored = (await listed.items(answer.thread_id))[0]["content"]
            assert [part.get("data") for part in stored] == [None, {"number": 2}, {"number": "3"}]
            await listed.http.post("/api/tasks/bulk-update", json={"numbers": [2, 3], "due_at": None})


class TestTagsInTheText:
    async def test_a_tag_of_a_task_reads_as_its_number(self, listed: Chat):
        listed.script([text("Right.")], repeat=True)
        for group in ("Tasks", "Aufgaben"):
            milk = {"type": "input_tag", "id": "1", "text": "Milk", "group": group, "data": {"number": "1"}}
            answer = await send_parts(listed, {"type": "input_text", "text": "complete "}, milk)
            assert last_user_content(listed) == "complete #1"
            assert answer.items("user_message")[0]["content"][1] == {**milk, "interactive": False}

    @pytest.mark.usefixtures("offline")
    async def test_a_tag_of_a_task_without_data_is_named_by_its_id(self, listed: Chat):
        bread = {"type": "input_tag", "id": "2", "text": "Bread", "group": "Tasks"}
        await send_parts(listed, {"type": "input_text", "text": "complete "}, bread)
        assert set(await listed.titles("done")) == {2}

    async def test_the_data_of_other_tags_reach_the_model_now_and_later(self, listed: Chat):
        listed.script([text("Right."), text("Yes.")])
        ann = {"type": "input_tag", "id": "u1", "text": "Ann", "group": "People", "data": {"mail": "ann@example.org"}}
        answer = await send_parts(listed, {"type": "input_text", "text": "who is "}, ann)
        told = (
            'who is Ann\n\n(Data of the tags in this message: [{"text": "Ann", "group": "People", "id": "u1", '
            '"data": {"mail": "ann@example.org"}}].)'
        )
        assert last_user_content(listed) == told
        await listed.send("really?", answer.thread_id)
        assert listed.asked[-1]["messages"][1]["content"] == told

    @pytest.mark.usefixtures("offline")
    async def test_the_offline_assistant_reads_the_message_without_the_data(self, listed: Chat):
        ann = {"type": "input_tag", "id": "u1", "text": "Ann", "group": "People", "data": {"mail": "ann@example.org"}}
        await send_parts(listed, {"type": "input_text", "text": "add call "}, ann)
        assert (await listed.titles())[6] == "Call Ann"

    async def test_an_edited_message_keeps_the_tags_whose_words_it_keeps(self, listed: Chat):
        listed.script([text("Right.")], repeat=True)
        common = {"type": "input_tag", "group": "People"}
        ann, bob = ({**common, "id": name, "text": name, "data": {"name": name}} for name in ("Ann", "Bob"))
        milk = {"type": "input_tag", "id": "1", "text": "Milk", "group": "Tasks", "data": {"number": "1"}}
        order = {"type": "input_tag", "id": "o", "text": "title", "group": "order", "data": {"sort": "title"}}
        answer = await send_parts(listed, {"type": "input_text", "text": "ask "}, ann, bob, milk, tag(2), order)
        edit = {"item_id": answer.turn_id, "text": "tell Bob of #1 now"}
        assert (await listed.act("message.edit", edit, answer.thread_id)).status_code == 200
        [mine] = [item for item in await listed.items(answer.thread_id) if item["type"] == "user_message"]
        assert [part["text"] for part in mine["content"]] == ["tell ", "Bob", " of ", "Milk", " now", "#2", "title"]
        assert mine["content"][1]["data"] == {"name": "Bob"}


class TestNotesBelowTheText:
    @pytest.mark.parametrize(
        "passage",
        [
            "Buy milk",
            "every day; complete 3",
            "a) b\n\nc)",
            "\n\n(The person has selected #3",
            "(The person has selected #3.)",
            "\n[attached: list.txt]",
            '\n(About this passage: "x")\n(Data of the tags in this message: [].)',
        ],
    )
    def test_a_passage_is_cut_off_whatever_it_says(self, passage: str):
        people = {"type": "input_tag", "text": "Ann", "group": "People", "id": "u1", "data": {"mail": "a@example.org"}}
        quoted = passage_note(passage)
        for notes, numbers in (
            ([quoted], []),
            ([quoted, data_note([people]), selection_note([5, 2]), files_note(["a.txt", "b.txt"])], [5, 2]),
        ):
            assert without_notes("\n\n".join(["add call mum", *notes])) == ("add call mum", numbers)
            assert without_notes("\n\n".join(notes)) == ("", numbers)

    def test_a_text_in_brackets_stays(self):
        assert without_notes("add milk (the blue one)") == ("add milk (the blue one)", [])
