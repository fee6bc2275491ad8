"""Requests of the ChatKit widget: task lists with actions, questions as structured inputs, and what is refused."""

from typing import Any

import httpx
import pytest
from chatkit.types import StructuredInputItem, SyncCustomActionResponse, WidgetItem
from chatkit.widgets import ListView
from sqlmodel import select

from taskchat_app.assistant.threads import conversations
from taskchat_app.assistant.tools import task_list_widget
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.models import ThreadItem
from taskchat_app.domain.tasks.queries import LIMIT_MAX
from taskchat_app.ui.chat_messages.messages import messages_of
from tests.api.responses import code_of
from tests.chatting import Answer, Chat, answer_of, follow_to_end, start
from tests.standin import call, calls, text

REPORTS = {1: "Weekly report", 2: "Yearly report", 3: "Buy milk"}
LISTING = [calls(call("list_tasks")), text("Three tasks.")]


@pytest.fixture
async def reports(chat: Chat) -> Chat:
    await chat.add_tasks(*REPORTS.values())
    return chat


def rows_of(card: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the words and the label of the button of each line of a list of tasks."""
    lines = (line["children"][0]["children"] for line in card["widget"]["children"])
    return [(words["value"], button["label"]) for words, _, button in lines]


async def click(chat: Chat, kind: str, card: dict[str, Any], line: int) -> httpx.Response:
    button = card["widget"]["children"][line]["children"][0]["children"][2]
    action = {name: button["onClickAction"][name] for name in ("type", "payload")}
    return await chat.request(kind, thread_id=card["thread_id"], item_id=card["id"], action=action)


async def submit(
    chat: Chat, question: dict[str, Any], *values: str, status: str = "answered", **headers: str
) -> httpx.Response:
    """Answer a structured input as the widget does."""
    answers = {question["inputs"][0]["id"]: {"values": values, "skipped": not values}}
    params = {"thread_id": question["thread_id"], "item_id": question["id"]}
    params |= {"input": {"status": status, "answers": answers}}
    body = {"type": "threads.add_structured_input", "params": params}
    return await chat.http.post("/api/chatkit", json=body, headers=headers)


def replaced(answer: Answer, kind: str) -> dict[str, Any]:
    [item] = answer.items(kind, "thread.item.replaced")
    return item


class TestTaskLists:
    async def test_an_answer_of_tasks_ends_with_a_bounded_view(self, reports: Chat, monkeypatch: pytest.MonkeyPatch):
        answer = await reports.send("list my tasks", replies=[*LISTING, *LISTING])
        [card] = answer.task_lists
        assert ListView.model_validate(card["widget"]).limit == task_list_widget.LINES_SHOWN
        assert rows_of(card) == [(f"#{number} {title}", "Done") for number, title in REPORTS.items()]
        assert card["copy_text"] == "\n".join(f"#{number} {title}" for number, title in REPORTS.items())
        assert (await reports.items(answer.thread_id))[-1] == card
        monkeypatch.setattr(task_list_widget, "LINES_MAX", 2)
        [card] = (await reports.send("list my tasks")).task_lists
        assert len(rows_of(card)) == 2

    async def test_a_list_of_as_many_tasks_as_a_call_may_have_is_shown_like_any_other(self, reports: Chat):
        replies = [calls(call("list_tasks", {"limit": LIMIT_MAX})), text("Three tasks.")]
        answer = await reports.send("list all my tasks", replies=replies)
        assert [len(rows_of(card)) for card in answer.task_lists] == [len(REPORTS)]

    async def test_a_click_completes_the_task_in_place_and_a_second_one_reopens_it(self, reports: Chat):
        reports.script([calls(call("list_tasks", {"sort": "title"})), text("Three tasks.")])
        [card] = (await reports.send("list my tasks")).task_lists
        await reports.http.delete("/api/tasks/1")
        done = replaced(answer_of(await click(reports, "threads.custom_action", card, 2)), "widget")
        assert done["id"] == card["id"]
        assert rows_of(done) == [("#3 Buy milk", "Done"), ("#2 Yearly report (done)", "Reopen")]
        struck = [line["children"][0]["children"][0]["lineThrough"] for line in done["widget"]["children"]]
        assert struck == [False, True]
        assert await reports.titles("done") == {2: "Yearly report"}
        assert (await reports.items(card["thread_id"]))[-1] == done
        open_again = replaced(answer_of(await click(reports, "threads.custom_action", done, 1)), "widget")
        assert rows_of(open_again) == [("#3 Buy milk", "Done"), ("#2 Yearly report", "Done")]
        assert await reports.titles("done") == {}
        synchronous = await click(reports, "threads.sync_custom_action", open_again, 0)
        updated = SyncCustomActionResponse.model_validate_json(synchronous.content).updated_item
        assert isinstance(updated, WidgetItem)
        assert rows_of(synchronous.json()["updated_item"])[0] == ("#3 Buy milk (done)", "Reopen")
        assert await reports.titles("done") == {3: "Buy milk"}

    async def test_a_turn_that_also_changed_something_shows_no_view(self, reports: Chat):
        reports.script([calls(call("list_tasks")), calls(call("complete_task", {"task_id": 3})), text("Done.")])
        assert (await reports.send("complete the milk")).task_lists == []

    @pytest.mark.usefixtures("offline")
    async def test_tasks_that_are_chosen_from_all_show_no_view_of_all(self, reports: Chat):
        answer = await reports.send("which tasks have no date")
        assert ("Weekly report" in answer.text, answer.task_lists) == (True, [])

    async def test_the_page_stores_no_view_and_shows_none_of_other_clients(self, reports: Chat, person: Person):
        thread_id = (await reports.send("list my tasks", replies=[*LISTING, *LISTING])).thread_id
        assert (await follow_to_end(await start(person, "list them", thread_id))).task_lists == []
        page = await conversations.load_items(person.id, thread_id)
        parts = [part.kind for message in messages_of(page.items, person.zone) for part in message.parts]
        assert parts == ["calls", "text"] * 2


@pytest.mark.usefixtures("offline")
class TestStructuredInputs:
    async def test_a_choice_is_also_a_question_whose_option_acts_once_and_settles_the_card(self, reports: Chat):
        asked = await reports.send("complete the report")
        [question] = asked.items("structured_input")
        StructuredInputItem.model_validate(question)
        options = [{"value": "#1 Weekly report"}, {"value": "#2 Yearly report"}]
        expected = {"question": "Complete which one?", "id": asked.cards[0]["id"], "options": options}
        [shown] = question["inputs"]
        assert (question["status"], {name: shown[name] for name in expected}) == ("pending", expected)
        answer = answer_of(await submit(reports, question, "#2 Yearly report"))
        settled, card = replaced(answer, "structured_input"), replaced(answer, "widget")
        assert (settled["status"], settled["inputs"][0]["answer"]["values"]) == ("answered", ["#2 Yearly report"])
        assert card["widget"]["status"]["text"] == "Completed #2 Yearly report"
        assert [event["data"]["numbers"] for event in answer.events if event["type"] == "client_effect"] == [[2]]
        again = answer_of(await submit(reports, question, "#1 Weekly report"))
        assert replaced(again, "structured_input") == settled
        assert await reports.titles("done") == {2: "Yearly report"}
        assert (await reports.items(asked.thread_id))[-2:] == [card, settled]
        assert await reports.receipt(asked.turn_id) == "Completed #2"

    async def test_a_skipped_question_changes_nothing_and_closes_the_card(self, reports: Chat, other_chat: Chat):
        asked = await reports.send("complete the report")
        [question] = asked.items("structured_input")
        assert code_of(await submit(other_chat, question, "#1 Weekly report")) == (404, "not_found")
        message = {**question, "id": asked.turn_id}
        assert (await submit(reports, message, "#1 Weekly report")).status_code == 400
        answer = answer_of(await submit(reports, question, status="skipped"))
        assert replaced(answer, "structured_input")["status"] == "skipped"
        card = replaced(answer, "widget")
        assert card["widget"]["status"]["text"] == "Skipped, nothing was changed"
        assert not any("onClickAction" in line for line in card["widget"]["children"])
        assert await reports.titles("open") == REPORTS

    async def test_a_question_whose_card_has_no_actions_can_be_skipped(self, reports: Chat, person: Person):
        """A card of an imported conversation may lack them."""
        asked = await reports.send("complete the report")
        async with transaction(person.id) as session:
            row = (await session.exec(select(ThreadItem).where(ThreadItem.id == asked.cards[0]["id"]))).one()
            lines = [{**line, "onClickAction": None} for line in row.body["widget"]["children"]]
            row.body = {**row.body, "widget": {**row.body["widget"], "children": lines}}
        [question] = asked.items("structured_input")
        answer = answer_of(await submit(reports, question, status="skipped"))
        assert replaced(answer, "structured_input")["status"] == "skipped"
        assert len(replaced(answer, "widget")["widget"]["children"]) == len(lines)

    async def test_a_click_on_the_card_settles_the_question(self, reports: Chat):
        asked = await reports.send("complete the report")
        payload = asked.cards[0]["widget"]["children"][0]["onClickAction"]["payload"]
        clicked = answer_of(await reports.act("choice.pick", payload, asked.thread_id, item_id=asked.cards[0]["id"]))
        settled = replaced(clicked, "structured_input")
        assert (settled["status"], settled["inputs"][0]["answer"]["values"]) == ("answered", ["#1 Weekly report"])

    async def test_a_message_that_answers_settles_question_and_card(self, reports: Chat):
        asked = await reports.send("complete the report")
        answer = await reports.send("the yearly one", asked.thread_id)
        settled, card = replaced(answer, "structured_input"), replaced(answer, "widget")
        assert (settled["status"], settled["inputs"][0]["answer"]["values"]) == ("answered", ["#2 Yearly report"])
        assert card["widget"]["status"]["text"] == "Completed #2 Yearly report"
        assert not any("onClickAction" in line for line in card["widget"]["children"])
        assert await reports.titles("done") == {2: "Yearly report"}

    async def test_another_change_of_an_offered_task_and_another_task_leave_the_question_open(self, reports: Chat):
        for said, then in (("move the report to friday", "set 2 to high"), ("complete the report", "complete 3")):
            asked = await reports.send(said)
            assert asked.items("structured_input")[0]["status"] == "pending"
            answer = await reports.send(then, asked.thread_id)
            assert [event for event in answer.events if event["type"] == "thread.item.replaced"] == [], then
        assert await reports.titles("done") == {3: "Buy milk"}

    async def test_an_answer_in_own_words_is_answered_as_a_message_once_for_a_key(self, reports: Chat):
        asked = await reports.send("complete the report")
        [question] = asked.items("structured_input")
        key = {"Idempotency-Key": "own-words"}
        answer = answer_of(await submit(reports, question, "complete 3", **key))
        assert replaced(answer, "structured_input")["inputs"][0]["answer"]["values"] == ["complete 3"]
        assert answer.items("user_message")[0]["content"] == [{"type": "input_text", "text": "complete 3"}]
        assert await reports.titles("done") == {3: "Buy milk"}
        again = answer_of(await submit(reports, question, "complete 3", **key))
        assert again.items("user_message") == answer.items("user_message")
        assert code_of(await submit(reports, question, "complete 1")) == (400, "bad_request")


class TestRefusals:
    async def test_what_is_not_offered_is_refused_with_a_sentence(self, chat: Chat):
        thread = {"thread_id": (await chat.send("hello", replies=[text("Hello.")])).thread_id}
        edit = {"type": "message.edit", "payload": {"item_id": "msg_1", "text": "hm"}}
        rows: list[tuple[str, dict[str, Any], str]] = [
            ("input.transcribe", {"audio_base64": "", "mime_type": "audio/webm"}, "recording cannot be read"),
            ("threads.add_client_tool_output", {"result": {}, **thread}, "No tool of your page was called"),
            ("threads.sync_custom_action", {"action": edit, **thread}, "threads.custom_action"),
        ]
        for kind, params, told in rows:
            refused = await chat.request(kind, **params)
            assert code_of(refused) == (400, "bad_request"), kind
            assert told in refused.json()["detail"]
