"""Commands and questions about a list that is longer than what one look-up returns."""

from typing import Any

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
