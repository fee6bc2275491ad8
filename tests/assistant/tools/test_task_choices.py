"""A command that fits two tasks changes nothing and offers both."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from taskchat_app.assistant.tools import task_choices
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.models import Change
from tests.chatting import Answer, Chat, answer_of, rows
from tests.evidence import Step
from tests.standin import error, text

LISTED = "Numbers; Charts; A summary"
REPORTS = {1: "Weekly report", 2: "Yearly report", 3: "Buy milk"}


@pytest.fixture
async def model_reports(chat: Chat) -> Chat:
    await chat.add_tasks(*REPORTS.values())
    return chat


@pytest.fixture
def reports(model_reports: Chat, offline: None) -> Chat:
    return model_reports


def lines(card: dict[str, Any]) -> list[str]:
    return [line["children"][0]["value"] for line in card["widget"]["children"]]


async def click(chat: Chat, answer: Answer, number: int) -> dict[str, Any]:
    """Click the line of this task as a client does, with the payload of the card; returns the card after it."""
    [payload] = [
        line["onClickAction"]["payload"]
        for line in answer.cards[-1]["widget"]["children"]
        if line["onClickAction"]["payload"]["number"] == number
    ]
    clicked = await chat.act("choice.pick", payload, answer.thread_id, item_id=answer.cards[-1]["id"])
    assert clicked.status_code == 200, clicked.text
    [card] = answer_of(clicked).cards
    return card


async def undo(chat: Chat, answer: Answer) -> None:
    undone = await chat.act("turn.undo", {"turn_id": answer.turn_id}, answer.thread_id)
    assert undone.status_code == 200, undone.text


async def test_an_ambiguous_command_shows_a_choice_card_and_changes_nothing(reports: Chat):
    answer = await reports.send("complete the report")
    [card] = answer.cards
    widget = card["widget"]
    assert (widget["type"], widget["status"]) == ("ListView", {"text": "Complete which one?"})
    assert lines(card) == ["#1 Weekly report", "#2 Yearly report"]
    first = widget["children"][0]["onClickAction"]
    assert first["type"] == "choice.pick"
    assert (first["payload"]["choice_id"], first["payload"]["number"]) == (card["id"], 1)
    stored = await reports.items(answer.thread_id)
    assert [item["type"] for item in stored][-3:] == ["assistant_message", "widget", "structured_input"]
    assert await reports.titles("open") == REPORTS
    assert stored[-2] == card
    answer = await reports.send("the weekly report is extended until the 17th")
    assert lines(answer.cards[0])[-1].startswith("New task: The weekly report")


async def test_a_new_task_is_offered_on_a_card_beside_what_the_message_did(chat: Chat, offline: None):
    answer = await chat.send("take the bread out\nbuy flour\nfrobnicate")
    assert await chat.titles("open") == {1: "Take the bread out"}
    assert "A click below" in answer.text
    assert "- Buy flour" not in answer.text
    assert lines(answer.cards[-1]) == ["New task: Buy flour frobnicate", "New tasks: Buy flour; Frobnicate"]
    await click(chat, answer, task_choices.NEW)
    assert await chat.titles("open") == {1: "Take the bread out", 2: "Buy flour frobnicate"}


async def test_a_message_about_a_task_offers_what_can_be_done_with_it(reports: Chat, step: Step):
    message = "did the weekly report just now, next one should be saturday"
    rows: list[tuple[int, str, str, Callable[[dict[str, Any]], bool]]] = [
        (-1, "Tick off #1 Weekly report", "Completed", lambda task: task["completed_at"] is not None),
        (-2, "Change #1 Weekly report (due", "Changed", lambda task: task["due_at"] is not None),
        (-3, "Add this as a note to #1 Weekly report", "Changed", lambda task: task["description"] == message),
    ]
    for number, said, done, is_done in rows:
        step(said)
        answer = await reports.send(message)
        assert answer.cards[0]["widget"]["status"]["text"] == "What do you mean?"
        assert lines(answer.cards[0])[-number - 1].startswith(said)
        question = (await reports.items(answer.thread_id))[-1]["inputs"][0]
        assert question["options"][-number - 1]["value"].startswith(said)
        assert (await click(reports, answer, number))["widget"]["status"]["text"].startswith(done)
        assert is_done(await reports.task(1))
        await undo(reports, answer)
    answer = await reports.send("weekly report: pictures for friday are missing")
    said = [line.partition(" (")[0] for line in lines(answer.cards[0])]
    assert said == [
        "Tick off #1 Weekly report", "Add this as a note to #1 Weekly report",
        "Delete #1 Weekly report", "New task: Weekly report: pictures for friday are missing",
        "New task: Weekly report: pictures are missing",
    ]  # fmt: skip
    await reports.http.patch("/api/tasks/1", json={"description": "Ask Tom"})
    await click(reports, answer, -2)
    assert (await reports.task(1))["description"] == "Ask Tom\nweekly report: pictures for friday are missing"


async def test_one_choice_changes_or_adds_several_tasks_and_one_undo_takes_them_back(reports: Chat, step: Step):
    several, parts = "the weekly report and the milk were the wrong ones", "numbers, then charts and a summary"
    added = [*REPORTS.values(), "Numbers", "Charts", "A summary"]
    things = [*REPORTS.values(), "Pens", "Two pads", "That red ink"]
    speech = "um so basically i need to buy flour and then also call Bob"
    rows: list[tuple[str, str, str, list[str]]] = [
        (several, "Tick off #1 Weekly report, #3 Buy milk", "Completed", ["Yearly report"]),
        (several, "Delete #1 Weekly report, #3 Buy milk", "Deleted", ["Yearly report"]),
        (f"split the weekly report up: {parts}", f"Add as steps of #1 Weekly report: {LISTED}", "Added", added),
        (f"so much left: {parts}", f"New tasks: {LISTED}", "Added", added),
        (
            f"can you break the weekly report into {parts}",
            f"Add as steps of #1 Weekly report: {LISTED}",
            "Added",
            added,
        ),
        (speech, "New tasks: Buy flour; Call Bob", "Added", [*REPORTS.values(), "Buy flour", "Call Bob"]),
        ("pens, two pads, that red ink", "New tasks: Pens; Two pads; That red ink", "Added", things),
    ]
    for said, choice, done, left in rows:
        step(choice)
        answer = await reports.send(said)
        card = await click(reports, answer, -1 - lines(answer.cards[0]).index(choice))
        assert card["widget"]["status"]["text"].startswith(done)
        titles = await reports.titles("open")
        assert [*titles.values()] == left
        parents = {(await reports.task(number))["parent_number"] for number in titles if number > len(REPORTS)}
        assert parents == {1} if "steps" in choice else parents <= {None}
        await undo(reports, answer)
        assert await reports.titles("open") == REPORTS


async def test_a_choice_sets_the_reminder_that_a_message_may_ask_for(reports: Chat):
    await reports.http.patch("/api/tasks/1", json={"due_at": "2030-01-05T10:00:00Z"})
    for said, choices in {
        "i want a nudge an hour before the weekly report": ["rings 1 hour before"],
        "cancel my weekly report reminder but leave it where it is": ["without a reminder"],
        "ping me in time for the weekly report": [
            "rings when it is due", "rings 10 minutes before", "rings 1 hour before", "rings 1 day before",
        ],
    }.items():  # fmt: skip
        answer = await reports.send(said)
        offered = [line for line in lines(answer.cards[0]) if "ring" in line or "reminder)" in line]
        assert offered == [f"Change #1 Weekly report ({choice})" for choice in choices], said
    await click(reports, answer, -1 - lines(answer.cards[0]).index("Change #1 Weekly report (rings 1 day before)"))
    assert (await reports.task(1))["reminder"] == "1_day"


async def test_a_yes_to_two_offers_or_one_beside_other_changes_decides_the_card(
    chat: Chat, other_chat: Chat, offline: None
):
    offered = await chat.send("finish report by thursday or friday and pay rent before I go on monday")
    [both, *_] = lines(offered.cards[0])
    assert both.startswith("New tasks: Finish report by thursday or friday; Pay rent before I go (due")
    await chat.send("yes", offered.thread_id)
    assert [*(await chat.titles("open")).values()] == ["Finish report by thursday or friday", "Pay rent before I go"]
    [card] = [item for item in await chat.items(offered.thread_id) if item["type"] == "widget"]
    assert card["widget"]["status"]["text"].startswith(
        "Added #1 Finish report by thursday or friday, Added #2 Pay rent"
    )
    assert [line for line in card["widget"]["children"] if "onClickAction" in line] == []
    offered = await other_chat.send("take the bread out\nbuy flour\nfrobnicate")
    await other_chat.send("yes", offered.thread_id)
    assert await other_chat.titles("open") == {1: "Take the bread out", 2: "Buy flour frobnicate"}
    [card] = [item for item in await other_chat.items(offered.thread_id) if item["type"] == "widget"]
    assert "onClickAction" not in card["widget"]["children"][0]


async def test_picking_a_choice_executes_the_command_on_that_task_only(reports: Chat, step: Step):
    tomorrow = f"{datetime.now(UTC).date() + timedelta(days=1)}T23:59:59Z"
    rows: list[tuple[str, str, str, str, Any]] = [
        ("move the report to tomorrow", "Change", "Changed", "due_at", tomorrow),
        ("set the priority of the report to high", "Change", "Changed", "priority", "high"),
        ("tag the report as work", "Change", "Changed", "tags", ["work"]),
        ("complete the report", "Complete", "Completed", "overdue", False),
        ("reopen the report", "Reopen", "Reopened", "completed_at", None),
    ]
    for said, asked, done, field, value in rows:
        step(said)
        for number in (1, 2) if asked == "Reopen" else ():
            await reports.http.post(f"/api/tasks/{number}/complete")
        answer = await reports.send(said)
        assert answer.cards[0]["widget"]["status"]["text"] == f"{asked} which one?"
        untouched = [await reports.task(number) for number in (1, 3)]
        card = await click(reports, answer, 2)
        assert card["widget"]["status"]["text"] == f"{done} #2 Yearly report"
        assert lines(card) == [f"#2 Yearly report{' (done)' if asked == 'Reopen' else ''}"], "the line that was clicked"
        assert not card["widget"]["children"][0].get("onClickAction")
        changed = await reports.task(2)
        assert changed[field] == value
        assert (changed["completed_at"] is not None) == (done == "Completed")
        assert [await reports.task(number) for number in (1, 3)] == untouched
        assert (await reports.items(answer.thread_id))[-2] == card
        await undo(reports, answer)


async def test_a_picked_choice_belongs_to_the_asking_turn_and_can_be_undone(reports: Chat):
    answer = await reports.send("delete the report")
    assert (await click(reports, answer, 1))["widget"]["status"]["text"] == "Deleted #1 Weekly report"
    assert await reports.titles() == {2: "Yearly report", 3: "Buy milk"}
    told = (await reports.http.get(f"/api/turns/{answer.turn_id}")).json()
    assert (told["receipt"], told["changes"][0]["actor"]) == ("Deleted #1", "person")
    assert (await reports.send("undo", answer.thread_id)).text == "Put back #1."
    assert await reports.titles() == REPORTS


async def test_concurrent_picks_execute_the_command_once(reports: Chat, person: Person):
    answer = await reports.send("complete the report")
    await asyncio.gather(*(click(reports, answer, number) for number in (1, 2, 1, 2)))
    assert len(await rows(select(Change).where(Change.user_id == person.id, Change.action == "completed"))) == 1
    assert len(await reports.titles("done")) == 1


async def test_a_payload_names_no_other_task_or_command_and_is_404_elsewhere(reports: Chat, other_chat: Chat):
    answer = await reports.send("complete the report")
    second, theirs = (await reports.send("hello")).thread_id, (await other_chat.send("hello")).thread_id
    proposal = await reports.send("delete everything")
    payload = {"choice_id": answer.cards[0]["id"], "number": 1}
    of_proposal = {"choice_id": proposal.cards[0]["id"], "number": 1}
    for client, thread_id, sent in (
        (reports, second, payload),
        (other_chat, theirs, payload),
        (other_chat, answer.thread_id, payload),
        (reports, proposal.thread_id, of_proposal),
        (reports, answer.thread_id, {**payload, "number": 3}),
        (reports, answer.thread_id, {**payload, "choice_id": answer.turn_id}),
        (reports, answer.thread_id, {**payload, "choice_id": "wdg_absent"}),
    ):
        refused = await client.act("choice.pick", sent, thread_id)
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found"), sent
    assert await reports.titles("open") == REPORTS
    forged = {**payload, "tool": "delete_task", "arguments": {"task_id": 3}}
    assert (await reports.act("choice.pick", forged, answer.thread_id)).status_code == 200
    assert await reports.titles() == REPORTS
    assert await reports.titles("done") == {1: "Weekly report"}


async def test_a_deleted_task_cannot_be_picked_and_the_others_can(reports: Chat):
    answer = await reports.send("complete the report")
    await reports.http.delete("/api/tasks/1")
    payload = answer.cards[0]["widget"]["children"][0]["onClickAction"]["payload"]
    assert (await reports.act("choice.pick", payload, answer.thread_id)).status_code == 404
    await click(reports, answer, 2)
    assert await reports.titles("done") == {2: "Yearly report"}


async def test_a_typed_ordinal_refers_to_the_lines_of_the_card(reports: Chat):
    await reports.http.post("/api/tasks", json={"title": "Call mum", "description": "about the report"})
    answer = await reports.send("delete the report")
    assert lines(answer.cards[0]) == ["#1 Weekly report", "#2 Yearly report"]
    await reports.http.post("/api/tasks", json={"title": "Another report"})
    await reports.send("the second one", answer.thread_id)
    assert sorted(await reports.titles()) in ([1, 3, 4, 5], [1, 2, 3, 4, 5])  # at once, or as a proposal
    await reports.send("yes", answer.thread_id)
    assert sorted(await reports.titles()) == [1, 3, 4, 5]


async def test_unambiguous_commands_and_questions_offer_nothing(reports: Chat):
    for said in ("list my tasks", "hello", "complete 3", "complete the weekly report", "add report"):
        answer = await reports.send(said)
        assert (answer.items("structured_input"), answer.cards) == ([], []), said


async def test_no_command_is_read_in_a_message_that_a_model_answers(model_reports: Chat):
    model_reports.script([text("Which one, #1 or #2?")], repeat=True)
    for said in ("complete the report", "choir practice tomorrow"):
        assert (await model_reports.send(said)).cards == [], said


async def test_the_rules_that_reply_for_a_model_ask_with_a_card_to_whose_lines_an_ordinal_refers(model_reports: Chat):
    for said, number in (("the last one", 2), ("the first one", 1)):
        answer = await model_reports.send("complete the report", replies=[error(401), text("Right.")])
        assert lines(answer.cards[0]) == ["#1 Weekly report", "#2 Yearly report"]
        await model_reports.send(said, answer.thread_id)
        told = model_reports.asked[-1]["messages"][-1]["content"]
        assert told == f"{said}\n\n(Of the tasks shown last, “{said}” is #{number}.)"


async def test_a_doubtful_wish_is_offered_as_the_task_and_added_by_a_click(reports: Chat):
    answer = await reports.send("choir practice in 3 days #fun")
    [card] = answer.cards
    assert card["widget"]["status"] == {"text": "Add this task?"}
    [line] = lines(card)
    assert line.startswith("Choir practice (due ")
    assert line.endswith(", #fun)")
    assert await reports.titles() == REPORTS
    clicked = await click(reports, answer, task_choices.NEW)
    assert clicked["widget"]["status"] == {"text": "Added #4 Choir practice"}
    assert (await reports.task(4))["tags"] == ["fun"]
    payload = card["widget"]["children"][0]["onClickAction"]["payload"]
    again = await reports.act("choice.pick", payload, answer.thread_id, item_id=card["id"])
    assert again.status_code == 200
    assert len(await reports.titles()) == 4
    assert (await reports.send("undo", answer.thread_id)).text.endswith("#4.")
    assert await reports.titles() == REPORTS


async def test_the_second_one_after_an_offer_is_that_of_the_list_before(reports: Chat):
    thread_id = (await reports.send("list my tasks")).thread_id
    await reports.send("choir practice tomorrow", thread_id)
    await reports.send("delete the second one", thread_id)
    assert await reports.titles() == {1: "Weekly report", 3: "Buy milk"}


async def test_the_model_is_told_of_no_next_task_that_a_click_has_made(model_reports: Chat):
    await model_reports.http.patch("/api/tasks/2", json={"recurrence": "FREQ=DAILY"})
    model_reports.script([error(401), text("Right.")])
    answer = await model_reports.send("complete the report")
    await click(model_reports, answer, 2)
    await model_reports.send("is it done?", answer.thread_id)
    assert "clicked: completed #2.)" in str(model_reports.asked[-1]["messages"][1:])


async def test_the_model_is_told_what_a_click_has_done_and_that_it_was_undone(model_reports: Chat, person: Person):
    model_reports.script([error(401), text("Right."), text("Right."), text("Yes.")])
    answer = await model_reports.send("complete the report")
    await click(model_reports, answer, 2)
    await model_reports.send("make it high priority", answer.thread_id)
    *_, clicked, said = model_reports.asked[-1]["messages"]
    assert clicked == {"role": "user", "content": "(After this answer the person clicked: completed #2.)"}
    assert said["content"] == "make it high priority\n\n(Of the tasks shown last, “it” is #2.)"
    await undo(model_reports, answer)
    await model_reports.send("is it done?", answer.thread_id)
    told = str(model_reports.asked[-1]["messages"][1:])
    assert "(After this answer the person clicked, and it was undone since.)" in told
    [undoing] = await rows(select(Change).where(Change.user_id == person.id, col(Change.undoes).is_not(None)))
    assert (await model_reports.http.post(f"/api/activity/{undoing.id}/undo")).status_code == 200
    await model_reports.send("and now?", answer.thread_id)
    assert "clicked: completed #2.)" in str(model_reports.asked[-1]["messages"][1:])

    model_reports.script([error(401), text("Right.")])
    retry = {"thread_id": answer.thread_id, "item_id": answer.turn_id}
    assert answer_of(await model_reports.request("threads.retry_after_item", **retry)).cards
    await model_reports.send("and now?", answer.thread_id)
    assert "clicked" not in str(model_reports.asked[-1]["messages"][1:]), "in an answer that is gone"


async def test_without_a_key_another_can_be_named_after_an_undone_click_and_it_is_the_clicked_task(reports: Chat):
    answer = await reports.send("complete the report")
    await click(reports, answer, 1)
    await undo(reports, answer)
    await reports.send("yearly", answer.thread_id)
    assert await reports.titles("done") == {2: "Yearly report"}
    await reports.http.post("/api/tasks/2/complete", json={"completed": False})
    answer = await reports.send("complete the report")
    await click(reports, answer, 2)
    assert "#2 Yearly report" in (await reports.send("make it high priority", answer.thread_id)).text
    assert ((await reports.task(2))["priority"], (await reports.task(1))["priority"]) == ("high", "medium")


async def test_without_a_key_it_is_no_task_whose_adding_by_a_click_was_undone(reports: Chat):
    answer = await reports.send("choir practice tomorrow")
    await click(reports, answer, task_choices.NEW)
    await undo(reports, answer)
    await reports.send("ok", answer.thread_id)
    assert set(await reports.titles()) == {1, 2, 3}
    assert "#4" not in (await reports.send("make it high priority", answer.thread_id)).text
