"""Commands and questions about a list that is longer than what one look-up returns."""

from typing import Any

import pytest

from tests.assistant.offline.task_list import Conversation


def changes(conversation: Conversation) -> list[tuple[str, dict[str, Any]]]:
    return [call for call in conversation.list.calls if call[0] != "list_tasks"]


class TestNumbers:
    async def test_tasks_named_by_number_are_found_wherever_they_stand_in_the_list(self) -> None:
        conversation = Conversation([f"Wall {number}" for number in range(1, 221)])
        await conversation.say("tag 207-218 as work")
        assert changes(conversation) == [
            ("update_task", {"task_id": number, "tags": ["work"]}) for number in range(207, 219)
        ]
        await conversation.say("push them back by a week")
        assert changes(conversation) == [
            ("update_task", {"task_id": number, "due_date": "2026-11-25"}) for number in range(207, 219)
        ]

    async def test_only_a_number_that_no_task_has_is_said_to_be_missing(self) -> None:
        conversation = Conversation([f"Wall {number}" for number in range(1, 221)])
        answer = await conversation.say("tag 210-222 as work")
        assert answer == "I found no task #221, #222, so nothing was changed."
        assert changes(conversation) == []

    async def test_more_numbers_than_one_message_can_change_are_refused(self) -> None:
        conversation = Conversation([f"Wall {number}" for number in range(1, 202)])
        answer = await conversation.say(f"tag {','.join(map(str, range(1, 202)))} as work")
        assert answer.startswith("That is more than 200 tasks at once")
        assert conversation.list.calls == []


class TestFinished:
    @pytest.mark.parametrize(
        ("later", "answer"),
        [
            (199, "1 task done.\n\n- #200"),
            (250, "I can read only the 200 tasks done last, and all of these were done after that time."),
        ],
    )
    async def test_tasks_done_before_those_that_can_be_read_are_not_said_to_be_none(
        self, later: int, answer: str
    ) -> None:
        conversation = Conversation([f"Wall {number}" for number in range(1, later + 2)])
        for number, task in conversation.list.tasks.items():
            task |= {"done": True, "completed": "2026-11-18T08:00" if number <= later else "2026-11-17T08:00"}
        assert (await conversation.say("what did I finish yesterday?")).startswith(answer)

    async def test_more_tasks_than_can_be_read_are_not_counted_as_all(self) -> None:
        conversation = Conversation([f"Wall {number}" for number in range(1, 251)])
        for task in conversation.list.tasks.values():
            task |= {"done": True, "completed": "2026-11-17T08:00"}
        assert (await conversation.say("what did I finish yesterday?")).startswith("At least 200 tasks done.\n\n- #200")
        assert (await conversation.say("what did I finish today?")) == "0 tasks done."
        assert (await conversation.say("was habe ich diese Woche erledigt?")).startswith(
            "Mindestens 200 Aufgaben erledigt."
        )


@pytest.mark.parametrize("sentence", ["complete milk", "complete “Milk”", "I finished milk"])
async def test_a_title_with_exactly_these_words_wins_over_many_that_have_them(sentence: str) -> None:
    conversation = Conversation([*(f"Milk for day {number}" for number in range(60)), "Milk"])
    answer = await conversation.say(sentence)
    assert (changes(conversation), answer) == ([("complete_task", {"task_id": 61})], "Completed #61 Milk.")
