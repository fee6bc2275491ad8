"""Questions about tasks, commands about filters, and messages that follow others, on a list with dates and tags."""

from typing import Any

import pytest

from tests.assistant.offline.task_list import Conversation
from tests.assistant.understanding.lists import ENGLISH, GERMAN, conversation_with

Calls = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def conversation() -> Conversation:
    return conversation_with(ENGLISH)


def changes(conversation: Conversation) -> Calls:
    return [call for call in conversation.list.calls if call[0] != "list_tasks"]


def updated(*numbers: int, **fields: Any) -> Calls:
    return [("update_task", {"task_id": number, **fields}) for number in numbers]


def done(*numbers: int) -> Calls:
    return [("complete_task", {"task_id": number}) for number in numbers]


class TestFilters:
    @pytest.mark.parametrize(
        ("sentence", "calls"),
        [
            ("delete everything tagged shopping", [("bulk_delete_tasks", {"task_ids": [2, 5, 6]})]),
            ("delete my shopping list", [("bulk_delete_tasks", {"task_ids": [2, 5, 6]})]),
            ("take everything off the shopping list", [("bulk_delete_tasks", {"task_ids": [2, 5, 6]})]),
            ("delete all tasks due tomorrow", [("bulk_delete_tasks", {"task_ids": [4, 7]})]),
            ("move all tasks due today to friday", updated(14, due_date="friday")),
            ("set the priority of all shopping tasks to high", updated(2, 5, 6, priority="high")),
            ("complete everything overdue", done(10)),
            ("complete everything tagged shopping", [("bulk_complete_tasks", {"task_ids": [2, 5, 6]})]),
            ("tag everything due tomorrow as soon", updated(4, 7, tags=["soon"])),
            ("tick off all tasks about milk", done(2)),
            ("cancel my meeting tomorrow", [("delete_task", {"task_id": 4})]),
            ("Olly, delete my meeting tomorrow", [("delete_task", {"task_id": 4})]),
            ("remove the apples from my grocery list", [("delete_task", {"task_id": 5})]),
            ("cross out the bread from my shopping list", done(6)),
            ("delete everything tagged unicorn", []),
            ("rename everything tagged shopping to Food", []),
        ],
    )
    async def test_a_filter_means_the_tasks_that_fit_it(
        self, conversation: Conversation, sentence: str, calls: Calls
    ) -> None:
        await conversation.say(sentence)
        assert changes(conversation) == calls

    async def test_a_title_wins_over_a_filter(self, conversation: Conversation) -> None:
        conversation.list.add("All hands meeting")
        await conversation.say("tick off all hands meeting")
        assert changes(conversation) == done(17)


class TestFollowUps:
    @pytest.mark.parametrize(
        ("before", "then", "calls"),
        [
            (["find meeting", "tick off the first"], "and the other one too", done(14)),
            (["tick off the meeting", "the second one"], "and the other one as well", done(4)),
            (["tick off 3"], "and #5 too", done(5)),
            (["tick off 3"], "and 5", done(5)),
            (["move 3 to friday"], "and the standup too", updated(8, due_date="friday")),
            (["find dentist"], "make it 4pm", updated(3, due_date="4pm")),
            (["find shopping"], "tag them #admin and set priority low",
             [*updated(2, 5, 6, tags=["shopping", "admin"]), *updated(2, 5, 6, priority="low")]),
            (["add bread"], "set priority high", updated(17, priority="high")),
            (["list my tasks"], "set priority high", []),
            (["list my tasks"], "and the other one too", []),
        ],
    )  # fmt: skip
    async def test_a_message_follows_the_one_before(
        self, conversation: Conversation, before: list[str], then: str, calls: Calls
    ) -> None:
        for message in before:
            await conversation.say(message)
        await conversation.say(then)
        assert changes(conversation) == calls

    async def test_a_german_ordinal_with_a_dot_is_a_place_in_the_list(self) -> None:
        german = conversation_with(GERMAN)
        await german.say("suche Besprechung")
        await german.say("hake die 2. ab")
        assert changes(german) == done(9)
        await german.say("suche einkauf")
        for said, number in (("lösche die 2.", 5), ("lösche 2", 2), ("lösche #3", 3), ("lösche die 4", 4)):
            await german.say(said)
            assert changes(german) == [("delete_task", {"task_id": number})]

    async def test_there_are_no_steps_and_no_other_lists(self, conversation: Conversation) -> None:
        assert (await conversation.say("add a step to the party")).startswith("Tasks have no steps yet")
        assert (await conversation.say("create a new list for books")).startswith("There is one list")
        assert changes(conversation) == []

    @pytest.mark.parametrize(
        "said",
        [
            "swap 3 and 4", "can you swap tasks 3 and 4?", "swap the order of 3 and 4", "switch #3 with #4 in my list",
            "move 3 above 4", "put 3 before task 4", "move 3 to the top", "move the bread to the top of my list",
            "move it to the end", "move 3 up a place", "reorder my tasks", "sort by hand",
        ],
    )  # fmt: skip
    async def test_the_order_by_hand_is_changed_in_the_list(self, conversation: Conversation, said: str) -> None:
        answer = await conversation.say(said)
        assert answer.startswith("The assistant cannot change the order by hand, so nothing was changed.")
        assert changes(conversation) == []

    @pytest.mark.parametrize(
        "said",
        [
            "tausche 3 und 4", "Aufgabe 3 und 4 vertauschen", "verschiebe 3 über 4", "setze 3 vor Aufgabe 4",
            "verschiebe 3 ganz nach oben", "verschiebe Brot ans Ende der Liste", "ändere die Reihenfolge",
        ],
    )  # fmt: skip
    async def test_the_german_order_by_hand_is_changed_in_the_list(self, said: str) -> None:
        german = conversation_with(GERMAN)
        assert (await german.say(said)).startswith("Die Reihenfolge von Hand kann der Assistent nicht ändern")
        assert changes(german) == []

    @pytest.mark.parametrize(
        ("said", "calls"),
        [
            ("add swap 3 and 4", [("create_task", {"title": "Swap 3 and 4"})]),
            ("tausche die Reifen", [("create_task", {"title": "Tausche die Reifen"})]),
            ("move 3 up by a day", updated(3, due_date="2026-11-24T10:00")),
            ("move 3 before 4pm", []),
        ],
    )
    async def test_other_exchanges_and_moves_are_no_order(
        self, conversation: Conversation, said: str, calls: Calls
    ) -> None:
        assert not (await conversation.say(said)).startswith("The assistant cannot change the order")
        assert changes(conversation) == calls


class TestReminders:
    async def test_a_reminder_about_a_task_is_set_for_that_task(self, conversation: Conversation) -> None:
        await conversation.say("Remind me about the bread in 20 minutes")
        assert changes(conversation) == updated(6, due_date="2026-11-18T11:20")
        await conversation.say("remind me about my meeting tomorrow")
        assert changes(conversation) == updated(4)

    async def test_another_date_of_a_task_is_only_changed_by_choice(self, conversation: Conversation) -> None:
        answer = await conversation.say("remind me about the party in 20 minutes")
        assert changes(conversation) == []
        assert answer.startswith("#15 Party is due Sat 21 Nov already")

    @pytest.mark.parametrize(
        "said",
        [
            "set a reminder for the monday report", "add a reminder for monday report",
            "remind me about the monday report", "remind me of Monday report",
        ],
    )  # fmt: skip
    async def test_a_title_with_the_name_of_a_day_wins(self, said: str) -> None:
        reports = conversation_with([("Due diligence report", {"due": "2026-11-23"}), ("Monday report", {})])
        await reports.say(said)
        assert changes(reports) == updated(2)

    async def test_a_part_of_a_title_behind_a_date_is_asked_about(self) -> None:
        reports = conversation_with([("Due diligence report", {"due": "2026-11-23T10:00"}), ("Report", {})])
        await reports.say("remind me of the report on monday")
        assert changes(reports) == updated(1)
        reports = conversation_with([("Due diligence report", {"due": "2026-11-23T10:00"})])
        assert "or a new one?" in await reports.say("set a reminder for monday: report")
        assert changes(reports) == []
        await reports.say("yes")
        assert changes(reports) == updated(1)

    async def test_a_yes_changes_the_date_that_was_asked_about(self, conversation: Conversation) -> None:
        await conversation.say("remind me about the party in 20 minutes")
        await conversation.say("yes")
        assert changes(conversation) == updated(15, due_date="2026-11-18T11:20")

    @pytest.mark.parametrize(
        "said",
        [
            "remind me at 4", "set a reminder for 4pm", "add a reminder at 4pm", "remind me of it at 4",
            "remind me friday at 4", "remind me on thursday", "remind me at 4:50pm", "set a reminder for friday",
            "erinner mich um 16 uhr", "erinnere mich daran um 16 Uhr", "erinnere mich am Donnerstag",
        ],
    )  # fmt: skip
    async def test_a_time_in_the_next_message_is_an_offset_of_the_tasks_date(
        self, conversation: Conversation, said: str
    ) -> None:
        await conversation.say("add call bob friday at 5pm")
        await conversation.say(said)
        assert changes(conversation) == updated(17)

    @pytest.mark.parametrize(
        "said",
        [
            "remind me about 3 at 9", "remind me of #3 on sunday", "remind me about 3 monday at 10",
            "erinner mich an 3 um 9",
        ],
    )  # fmt: skip
    async def test_a_time_for_a_number_is_an_offset_of_the_tasks_date(
        self, conversation: Conversation, said: str
    ) -> None:
        await conversation.say(said)
        assert changes(conversation) == updated(3)

    @pytest.mark.parametrize(
        ("said", "told", "due"),
        [
            (
                "remind me of 14 tomorrow",
                "#14 Board meeting is due today, Wed 18 Nov, 15:00 already",
                "2026-11-19T15:00",
            ),
            ("remind me about 3 at 8", "#3 Dentist appointment is due Mon 23 Nov, 10:00 already", "2026-11-23T08:00"),
            ("erinnere mich an 3 morgen um 9", "#3 Dentist appointment hat schon eine", "2026-11-19T09:00"),
        ],
    )
    async def test_a_time_that_is_no_offset_moves_the_task_by_a_yes_only(
        self, conversation: Conversation, said: str, told: str, due: str
    ) -> None:
        assert (await conversation.say(said)).startswith(told)
        assert changes(conversation) == []
        await conversation.say("yes")
        assert changes(conversation) == updated(int(told[1 : told.index(" ")]), due_date=due)

    @pytest.mark.parametrize(
        ("said", "number", "due"),
        [
            ("remind me of 1 at 4pm", 1, "2026-11-18T16:00"),  # without a date
            ("remind me of 7 at 11", 7, "2026-11-19T11:00"),  # of a whole day
        ],
    )
    async def test_a_task_without_a_time_gets_that_of_its_reminder(
        self, conversation: Conversation, said: str, number: int, due: str
    ) -> None:
        await conversation.say(said)
        assert changes(conversation) == updated(number, due_date=due)

    @pytest.mark.parametrize(
        ("task", "told"),
        [
            (
                "die Besprechung mit dem Chef",
                "#9 Besprechung mit dem Chef hat schon eine Fälligkeit (heute, Mi., 18. Nov.,",
            ),
            ("die Party", "#10 Party hat schon eine Fälligkeit (Sa., 21. Nov.), und"),
        ],
    )
    async def test_a_german_answer_names_the_date_in_brackets(self, task: str, told: str) -> None:
        answer = await conversation_with(GERMAN).say(f"erinnere mich an {task} in 20 Minuten")
        assert answer.startswith(told)

    async def test_a_reminder_about_nothing_in_the_list_is_a_new_task(self, conversation: Conversation) -> None:
        await conversation.say("remind me about the tax office tomorrow")
        assert changes(conversation) == [("create_task", {"title": "The tax office", "due_date": "2026-11-19"})]


class TestQuestions:
    @pytest.mark.parametrize(
        ("question", "numbers"),
        [
            ("what should I do today?", [10, 14]),
            ("what is #7?", [7]),
            ("when is the dentist?", [3]),
            ("everything about the party", [15]),
            ("show everything about the party", [15]),
            ("what meetings do i have this week", [4, 14]),
            ("is the bread on my list?", [6]),
            ("show my shopping list", [2, 5, 6]),
            ("Alexa, what events are scheduled for tomorrow?", [4, 7]),
            ("what has to be done today?", [14]),
            ("wann ist die Party?", [15]),
        ],
    )
    async def test_the_tasks_asked_for_are_listed(
        self, conversation: Conversation, question: str, numbers: list[int]
    ) -> None:
        answer = await conversation.say(question)
        assert [int(line.split()[1][1:]) for line in answer.split("\n") if line.startswith("- #")] == numbers
        assert changes(conversation) == []

    async def test_a_task_without_a_date_is_said_to_have_none(self, conversation: Conversation) -> None:
        assert (await conversation.say("when is the car wash?")).endswith("#12 Car wash has no due date.")

    async def test_what_was_done_is_told_by_when_it_was_done(self, conversation: Conversation) -> None:
        for number, completed, due in ((1, "2026-11-18T08:00", None), (5, "2026-11-16T20:00", "2026-11-18")):
            conversation.list.tasks[number] |= {"done": True, "completed": completed, "due": due}
        conversation.list.tasks[16]["completed"] = "2026-11-01T10:00"
        assert (await conversation.say("what have I done today?")).startswith("1 task done.\n\n- #1 Call mum")
        assert (await conversation.say("what did I finish this week?")).startswith("2 tasks done.")
        assert (await conversation.say("what did I complete yesterday?")) == "0 tasks done."
        assert (await conversation.say("was habe ich heute erledigt?")).startswith("1 Aufgabe erledigt.")

    async def test_how_many_is_answered_with_a_number(self, conversation: Conversation) -> None:
        assert await conversation.say("how many open tasks?") == "15 tasks."
        assert await conversation.say("how many tasks are due tomorrow?") == "2 tasks."
        assert await conversation.say("wie viele Aufgaben sind morgen fällig?") == "2 Aufgaben."
