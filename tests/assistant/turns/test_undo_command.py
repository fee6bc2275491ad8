""" "Undo that" in words, and by a click on a turn."""

from pathlib import Path

import pytest
from sqlmodel import col, select

from taskchat_app.assistant.turns import turns
from taskchat_app.assistant.turns.undo_command import REASONS_SHOWN, parse_undo_command, sentence_of
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.activity.undo import CHANGED_SINCE, Conflict, UndoOutcome
from taskchat_app.domain.storage.models import Change
from tests.chatting import Answer, Chat, answer_of, follow_to_end, rows, start
from tests.standin import call, calls, hold_after, text
from tests.standin.replies import ToolCall
from tests.tables import check, read_rows

PHRASES = Path(__file__).parent / "tables/undo_phrases.txt"
NOTHING = "There is nothing to undo in this conversation."


async def undo(chat: Chat, answer: Answer, said: str = "undo that") -> str:
    """What is answered to these words, without the model."""
    chat_answer = await chat.send(said, answer.thread_id)
    assert chat_answer.errors == []
    return chat_answer.text


def add(title: str) -> ToolCall:
    return call("create_task", {"title": title})


async def test_undo_puts_back_the_last_turn_without_asking_the_model(chat: Chat, person: Person):
    await chat.add_task("Milk")
    before = await chat.task(1)
    update = call("update_task", {"task_id": 1, "title": "Bread", "tags": ["a"], "due_date": "2031-01-01"})
    answer = await chat.run(update, call("complete_task", {"task_id": 1}), add("Eggs"))
    asked = len(chat.asked)
    taken_back = await chat.send("Undo that, please.", answer.thread_id)
    assert taken_back.text == "Took back #2. Put back #1."
    assert len(chat.asked) == asked
    assert "client_effect" in taken_back.event_types  # the page reads its tasks again
    assert await chat.task(1) == before
    assert await chat.titles() == {1: "Milk"}
    made = await rows(select(Change).where(Change.turn_id == taken_back.turn_id, Change.kind == "task"))
    assert {(one.actor, one.thread_id) for one in made} == {("person", answer.thread_id)}
    assert all(one.user_id == person.id and one.undoes for one in made)
    assert await chat.receipt(taken_back.turn_id) == "Put back #1, #2"


async def test_undo_skips_turns_without_changes(chat: Chat):
    answer = await chat.run(add("One"))
    await chat.run(call("complete_task", {"task_id": 99}), thread_id=answer.thread_id)
    await chat.send("hello", answer.thread_id, replies=[text("Hello.")])
    assert await undo(chat, answer, "mach das rückgängig") == "#1 wieder entfernt."


async def test_who_asks_for_everything_is_told_that_the_last_turn_alone_was_undone(chat: Chat):
    answer = await chat.run(add("One"))
    await chat.run(add("Two"), add("Three"), thread_id=answer.thread_id)
    only_last = "That was the last change only. Another “undo” goes further back."
    assert await undo(chat, answer, "undo everything") == f"Took back #2, #3. {only_last}"
    assert await undo(chat, answer, "mach alles rückgängig") == "#1 wieder entfernt."


async def test_undo_skips_and_names_later_changed_tasks_and_the_next_undo_continues(chat: Chat):
    answer = await chat.run(add("One"))
    await chat.run(add("Two"), add("Three"), thread_id=answer.thread_id)
    await chat.http.patch("/api/tasks/3", json={"title": "By hand"})
    kept = "#3 was changed again since, so it was left as it is."
    assert await undo(chat, answer) == f"Took back #2. {kept}"
    assert await chat.titles() == {1: "One", 3: "By hand"}
    assert await undo(chat, answer) == "Took back #1."
    assert await undo(chat, answer) == NOTHING
    assert (await chat.titles(), await chat.receipt(answer.turn_id)) == ({3: "By hand"}, "Added #1")


async def test_a_turn_that_cannot_be_undone_does_not_block_undo(chat: Chat):
    answer = await chat.run(add("One"))
    await chat.run(add("Two"), thread_id=answer.thread_id)
    await chat.http.patch("/api/tasks/2", json={"title": "By hand"})
    kept = "Nothing was put back. #2 was changed again since, so it was left as it is."
    assert await undo(chat, answer) == kept
    await chat.send("hello", replies=[text("Hello."), text("Hello.")])  # in another conversation
    assert await undo(chat, answer) == "Took back #1."
    await chat.send("hello", answer.thread_id)
    assert await undo(chat, answer) == kept


async def test_a_repeated_undo_undoes_the_previous_turn_and_redo_reverts_it(chat: Chat):
    answer = await chat.run(add("One"))
    await chat.run(add("Two"), thread_id=answer.thread_id)
    assert await undo(chat, answer) == "Took back #2."
    assert await chat.titles() == {1: "One"}
    assert await undo(chat, answer, "undo") == "Took back #1."
    assert await undo(chat, answer, "undo") == NOTHING
    assert await chat.titles() == {}
    assert await undo(chat, answer, "redo") == "Put back #1."
    assert await chat.titles() == {1: "One"}
    assert await undo(chat, answer, "redo that") == "Put back #2."
    assert await undo(chat, answer, "redo") == "There is nothing to redo in this conversation."
    assert await chat.titles() == {1: "One", 2: "Two"}
    assert await undo(chat, answer) == "Took back #2."
    assert await undo(chat, answer, "undo the undo") == "Put back #2."
    assert await chat.titles() == {1: "One", 2: "Two"}


@pytest.mark.parametrize("how", ["retry", "edit"])
async def test_an_undo_that_is_answered_again_undoes_the_same_turn(how: str, chat: Chat):
    answer = await chat.run(add("Bread"))
    await chat.run(add("Milk"), thread_id=answer.thread_id)
    taken_back = await chat.send("undo that", answer.thread_id)
    if how == "retry":
        again = {"thread_id": answer.thread_id, "item_id": taken_back.turn_id}
        response = await chat.request("threads.retry_after_item", **again)
    else:
        edit = {"item_id": taken_back.turn_id, "text": "undo it"}
        response = await chat.act("message.edit", edit, answer.thread_id)
    assert answer_of(response).text == "Took back #2."
    assert await chat.titles() == {1: "Bread"}
    assert await undo(chat, answer) == "Took back #1."
    assert await undo(chat, answer, "redo") == "Put back #1."


async def test_undo_applies_to_the_same_thread_and_user_only(chat: Chat, other_chat: Chat):
    await chat.run(add("Elsewhere"))
    await other_chat.run(add("Theirs"))
    await chat.add_task("By hand")
    assert (await chat.send("undo")).text == NOTHING
    assert await chat.titles() == {1: "Elsewhere", 2: "By hand"}
    assert await other_chat.titles() == {1: "Theirs"}


@pytest.mark.parametrize("how", ["click", "yes"])
async def test_undoing_a_confirmed_deletion_restores_the_numbers(how: str, chat: Chat):
    await chat.add_tasks(*(f"Task {number + 1}" for number in range(25)))
    before = (await chat.http.get("/api/tasks", params={"limit": 200})).json()["tasks"]
    answer = await chat.run(call("bulk_delete_tasks", {"status": "all"}))
    turn = answer
    if how == "yes":
        turn = await chat.send("yes, delete them", answer.thread_id)
    else:
        payload = answer.cards[0]["widget"]["confirm"]["action"]["payload"]
        await chat.act("proposal.confirm", payload, answer.thread_id)
    assert (await chat.titles(), await chat.receipt(turn.turn_id)) == ({}, "Deleted 25 tasks")
    assert await undo(chat, answer) == "Put back 25 tasks."
    assert (await chat.http.get("/api/tasks", params={"limit": 200})).json()["tasks"] == before


async def test_undo_closes_an_open_proposal_without_accepting_it(chat: Chat):
    answer = await chat.run(add("One"))
    await chat.run(call("bulk_delete_tasks", {"status": "all"}), thread_id=answer.thread_id)
    taken_back = await chat.send("undo", answer.thread_id)
    assert taken_back.text == "Took back #1."
    assert "No longer open" in taken_back.cards[0]["widget"]["status"]["text"]
    await chat.send("undo the undo", answer.thread_id)
    assert await chat.titles() == {1: "One"}


async def click(chat: Chat, answer: Answer) -> dict[str, str]:
    """Click "Undo" of the answer; return the last event, the notice."""
    return answer_of(await chat.act("turn.undo", {"turn_id": answer.turn_id}, answer.thread_id)).events[-1]


async def test_a_click_undoes_a_turn_and_reports_the_result(chat: Chat):
    answer = await chat.run(add("One"), add("Two"))
    await chat.http.patch("/api/tasks/2", json={"title": "By hand"})
    kept = "#2 was changed again since, so it was left as it is."
    notice = {"type": "notice", "level": "warning", "message": f"Took back #1. {kept}"}
    assert await click(chat, answer) == notice
    assert await chat.titles() == {2: "By hand"}
    assert (await click(chat, answer))["message"] == f"Nothing was put back. {kept}"
    assert await chat.titles() == {2: "By hand"}


async def test_a_second_click_changes_nothing(chat: Chat, person: Person):
    answer = await chat.run(add("One"))
    assert await click(chat, answer) == {"type": "notice", "level": "info", "message": "Took back #1."}
    changes = select(Change).where(Change.user_id == person.id).order_by(col(Change.id))
    before = await rows(changes)
    assert (await click(chat, answer))["message"] == "There was nothing left to put back."
    assert await rows(changes) == before
    assert await undo(chat, answer) == NOTHING
    assert await chat.receipt(answer.turn_id) == "Added #1"


async def test_a_click_on_an_absent_turn_or_one_elsewhere_is_404(chat: Chat, other_chat: Chat):
    answer = await chat.run(add("One"))
    chat.script([text("Hello.")], repeat=True)
    second, theirs = (await chat.send("hello")).thread_id, (await other_chat.send("hello")).thread_id
    for client, thread_id, turn_id in (
        (chat, answer.thread_id, "msg_absent"),
        (chat, second, answer.turn_id),
        (other_chat, theirs, answer.turn_id),
        (other_chat, answer.thread_id, answer.turn_id),
    ):
        refused = await client.act("turn.undo", {"turn_id": turn_id}, thread_id)
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")
    refused = await chat.act("turn.undo", {"turn_id": answer.turn_id, "all": True}, answer.thread_id)
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_request")
    assert await chat.titles() == {1: "One"}


async def test_a_click_on_the_answer_that_is_being_written_is_409(chat: Chat, person: Person):
    chat.script([calls(call("create_task", {"title": "One"})), hold_after(text("Added it.", pieces=2), 1)])
    turn = await start(person, "add one", until="Adde")
    refused = await chat.act("turn.undo", {"turn_id": turn.id}, turn.thread_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "busy")
    assert await chat.titles() == {1: "One"}
    await turns.stop(person.id, turn.id)
    await follow_to_end(turn)
    await chat.act("turn.undo", {"turn_id": turn.id}, turn.thread_id)
    assert await chat.titles() == {}


def test_the_first_reasons_are_named_and_the_other_tasks_counted():
    for more in (0, 1, 2):
        kept = [Conflict(number, CHANGED_SINCE.with_values(number=number)) for number in range(REASONS_SHOWN + more)]
        sentence = str(sentence_of(UndoOutcome(conflicts=kept)))
        assert sentence.count("was changed again since") == REASONS_SHOWN
        assert sentence.endswith(f" The same goes for {more} more." if more else "so it was left as it is.")


@pytest.mark.parametrize(("rule", "command"), [("To undo", "undo"), ("To redo", "redo"), ("Neither", None)])
def test_a_phrase_undoes_redoes_or_does_neither(rule: str, command: str | None):
    rows = read_rows(PHRASES, rule)
    check(rows, (row.given if parse_undo_command(row.given) == command else "another command" for row in rows))
