"""Retry and edit over ChatKit: following items are removed and their effects undone."""

import asyncio
from typing import Any

import httpx
from sqlmodel import col, select

from taskchat_app.assistant.turns.turns import running
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.models import Change, Proposal, Turn
from tests.api.responses import code_of, count_stored_rows
from tests.assistant.turns.turn_state import turn_in_answer
from tests.chatting import Answer, Chat, Configure, answer_of, follow_to_end, follow_until, rows
from tests.standin import Standin, call, calls, error, hold_after, text
from tests.waiting import until_async

MILK = calls(call("create_task", {"title": "Buy milk"}))


async def retry(chat: Chat, answer: Answer) -> httpx.Response:
    return await chat.request("threads.retry_after_item", thread_id=answer.thread_id, item_id=answer.turn_id)


async def edit(chat: Chat, answer: Answer, words: str, **headers: str) -> httpx.Response:
    action = {"type": "message.edit", "payload": {"item_id": answer.turn_id, "text": words}}
    params = {"thread_id": answer.thread_id, "action": action}
    body = {"type": "threads.custom_action", "params": params}
    return await chat.http.post("/api/chatkit", json=body, headers=headers)


async def all_tasks(chat: Chat) -> list[dict[str, Any]]:
    return (await chat.http.get("/api/tasks", params={"status": "all", "limit": 200})).json()["tasks"]


def removed_in(answer: Answer) -> list[str]:
    return [event["item_id"] for event in answer.events if event["type"] == "thread.item.removed"]


async def test_a_message_retried_twice_creates_one_task_which_an_undo_removes(chat: Chat):
    answer = await chat.send("add milk", replies=[MILK, text("Added.")])
    for number in (2, 3, 4):
        chat.script([MILK, text("Added.")])
        again = answer_of(await retry(chat, answer))
        assert again.tasks[0]["title"] == f"Added #{number} Buy milk"
        assert await chat.titles() == {number: "Buy milk"}
    turn = f"/api/turns/{answer.turn_id}"
    assert await chat.receipt(answer.turn_id) == "Added #4"
    for undone in ([4], []):
        assert (await chat.http.post(f"{turn}/undo")).json() == {"undone": undone, "conflicts": []}
        assert await chat.titles() == {}


async def test_a_retry_undoes_the_changes_of_all_later_turns_newest_first(chat: Chat):
    await chat.add_task("Old", tags=["home"], due_at="2031-05-01", priority="high")
    await chat.add_task("Call mum")
    before = await all_tasks(chat)
    rename = calls(call("update_task", {"task_id": 1, "title": "A"}))
    first = await chat.send("rename it", replies=[rename, text("Done.")])
    thread_id = first.thread_id
    change = calls(
        call("update_task", {"task_id": 1, "title": "B", "clear": ["tags", "due_date"]}),
        call("complete_task", {"task_id": 2}),
        call("create_task", {"title": "New"}),
    )
    await chat.send("and so on", thread_id, replies=[change, text("Done.")])
    delete = calls(call("delete_task", {"task_id": 1}), call("update_task", {"task_id": 3, "title": "Newer"}))
    await chat.send("delete 1", thread_id, replies=[delete, text("Done.")])
    assert await chat.titles() == {2: "Call mum", 3: "Newer"}
    chat.script([text("Nothing to do.")])
    again = answer_of(await retry(chat, first))
    assert await all_tasks(chat) == before
    assert again.text == "Nothing to do."
    assert "notice" not in again.event_types
    stored = await chat.items(thread_id)
    assert [item["type"] for item in stored] == ["user_message", "assistant_message"]


async def test_a_retry_leaves_what_other_conversations_did_later(chat: Chat):
    answer, _ = [await chat.send("add milk", replies=[MILK, text("Added.")]) for _ in range(2)]
    chat.script([text("Nothing to do.")])
    await retry(chat, answer)
    assert await chat.titles() == {2: "Buy milk"}


async def test_a_retry_keeps_and_names_tasks_that_the_user_changed_since_and_an_undo_keeps_them_too(chat: Chat):
    both = calls(call("create_task", {"title": "Buy milk"}), call("create_task", {"title": "Buy bread"}))
    answer = await chat.send("add milk and bread", replies=[both, text("Added.")])
    await chat.http.patch("/api/tasks/1", json={"title": "Buy oat milk"})
    chat.script([both, text("Added again.")])
    again = answer_of(await retry(chat, answer))
    assert await chat.titles() == {1: "Buy oat milk", 3: "Buy milk", 4: "Buy bread"}
    [notice] = [event for event in again.events if event["type"] == "notice"]
    assert (notice["level"], notice["title"]) == ("warning", "Not everything was put back")
    assert "#1" in notice["message"]
    assert "#2" not in notice["message"]
    assert again.event_types.index("notice") < again.event_types.index("thread.item.added")
    [updated, _] = (await chat.http.get("/api/activity", params={"task": 1})).json()["changes"]
    await chat.http.post(f"/api/activity/{updated['id']}/undo")  # removes the conflict
    undone = (await chat.http.post(f"/api/turns/{answer.turn_id}/undo")).json()
    assert undone == {"undone": [3, 4], "conflicts": []}
    assert await chat.titles() == {1: "Buy milk"}


async def test_followers_get_events_for_the_removed_items(chat: Chat):
    first = await chat.send("add milk", replies=[MILK, text("Added.")])
    second = await chat.send("thanks", first.thread_id, replies=[text("Any time.")])
    gone = [item["id"] for item in await chat.items(first.thread_id)][1:]
    chat.script([text("Once more.")])
    again = answer_of(await retry(chat, first))
    assert removed_in(again) == gone
    noted = select(Change.item_id).where(Change.thread_id == first.thread_id, Change.action == "removed")
    assert await rows(noted.order_by(col(Change.id))) == gone
    assert (await chat.http.get(f"/api/turns/{second.turn_id}")).status_code == 404
    assert (await chat.turn(first.turn_id))["status"] == "done"


async def test_a_retry_ends_proposals_of_removed_turns_and_restores_what_they_deleted(chat: Chat, person: Person):
    propose = calls(call("bulk_delete_tasks", {"status": "all"}))
    await chat.add_task("Old")
    answer = await chat.send("delete all", replies=[propose, text("Shall I?")])
    payload = answer.cards[0]["widget"]["confirm"]["action"]["payload"]
    chat.script([propose, text("Shall I?")])
    again = answer_of(await retry(chat, answer))
    assert (await chat.act("proposal.confirm", payload, answer.thread_id)).status_code == 200
    assert await chat.titles() == {1: "Old"}
    decisions = select(Proposal.decision).where(Proposal.user_id == person.id).order_by(col(Proposal.created_at))
    assert await rows(decisions) == ["expired", None]

    payload = again.cards[0]["widget"]["confirm"]["action"]["payload"]
    await chat.act("proposal.confirm", payload, answer.thread_id)
    assert await chat.titles() == {}
    chat.script([text("What should go?")])
    await retry(chat, answer)
    assert await chat.titles() == {1: "Old"}


async def test_a_refused_retry_undoes_nothing(chat: Chat, person: Person, configure: Configure):
    answer = await chat.send("add milk", replies=[MILK, text("Added.")])
    before, items = await count_stored_rows(person), await chat.items(answer.thread_id)
    configure(CHAT_DAILY_LIMIT="1")
    assert code_of(await retry(chat, answer)) == (429, "daily_limit")
    assert code_of(await edit(chat, answer, "add bread")) == (429, "daily_limit")
    assert (await count_stored_rows(person), await chat.items(answer.thread_id)) == (before, items)
    assert await chat.titles() == {1: "Buy milk"}


async def test_an_edit_replaces_the_text_removes_later_items_and_starts_a_new_answer(chat: Chat):
    answer = await chat.send("add milk", replies=[MILK, text("Added milk.")])
    await chat.send("thanks", answer.thread_id, replies=[text("Any time.")])
    before = await chat.items(answer.thread_id)
    chat.script([calls(call("create_task", {"title": "Buy bread"})), text("Added bread.")])
    used = await chat.quota_used()
    again = answer_of(await edit(chat, answer, "add bread"))
    assert again.event_types[:6] == ["thread.item.replaced", *["thread.item.removed"] * 4, "stream_options"]
    replaced = again.events[0]["item"]
    assert replaced["content"] == [{"type": "input_text", "text": "add bread"}]
    assert {**replaced, "content": None} == {**before[0], "content": None}
    assert removed_in(again) == [item["id"] for item in before[1:]]
    assert again.text == "Added bread."
    stored = await chat.items(answer.thread_id)
    assert [item["type"] for item in stored] == ["user_message", "workflow", "assistant_message"]
    assert stored[0] == replaced
    assert await chat.titles() == {2: "Buy bread"}
    assert [said["content"] for said in chat.asked[-2]["messages"][1:]] == ["add bread"]
    assert await chat.quota_used() == used + 1
    turn = await chat.turn(answer.turn_id)
    assert (turn["status"], turn["receipt"]) == ("done", "Added #2")


async def test_an_edit_keeps_earlier_items(chat: Chat):
    first = await chat.send("add milk", replies=[MILK, text("Added milk.")])
    bread = calls(call("create_task", {"title": "Buy bread"}))
    second = await chat.send("add bread", first.thread_id, replies=[bread, text("Added bread.")])
    await chat.send("add milk", first.thread_id, replies=[MILK, text("Added milk.")])
    chat.script([text("As you like.")])
    await edit(chat, second, "never mind")
    assert await chat.titles() == {1: "Buy milk"}
    words = [item["content"][0]["text"] for item in await chat.items(first.thread_id) if "content" in item]
    assert words == ["add milk", "Added milk.", "never mind", "As you like."]


async def test_a_repeated_edit_with_a_key_runs_once_and_gets_the_same_answer(chat: Chat):
    answer = await chat.send("add milk", replies=[MILK, text("Added milk.")])
    await chat.http.patch("/api/tasks/1", json={"title": "Buy oat milk"})
    chat.script([calls(call("create_task", {"title": "Buy bread"})), text("Added bread.")])
    key = {"Idempotency-Key": "edit-1"}
    first = answer_of(await edit(chat, answer, "add bread", **key))
    told = answer_of(await edit(chat, answer, "add bread", **key))
    opening = ["thread.item.replaced", "thread.item.removed", "thread.item.removed", "notice"]
    assert first.event_types[:4] == opening
    assert told.event_types == [*opening, "thread.item.done", "thread.item.done", "client_effect"]
    assert told.events[:4] == first.events[:4]
    assert told.text == first.text
    assert await chat.titles() == {1: "Buy oat milk", 2: "Buy bread"}
    assert code_of(await edit(chat, answer, "add cheese", **key)) == (422, "key_reused")


async def test_an_edit_or_retry_while_the_conversation_is_answering_is_409(chat: Chat, person: Person, gemini: Standin):
    turn = await turn_in_answer(person, gemini)
    item = {"type": "user_message", "id": turn.id, "thread_id": turn.thread_id}
    answer = Answer([{"type": "thread.item.done", "item": item}])
    assert code_of(await edit(chat, answer, "stop counting")) == (409, "busy")
    gemini.release()
    assert (await follow_to_end(turn)).text == "one two six "
    answer = await chat.send("add milk", replies=[MILK, text("Added.")])
    chat.script([hold_after(MILK, 0), text("Added.")])
    trying = {asyncio.create_task(retry(chat, answer)) for _ in range(2)}
    done, [winner] = await asyncio.wait(trying, return_when=asyncio.FIRST_COMPLETED)
    assert [code_of(task.result()) for task in done] == [(409, "busy")]
    chat.gemini.release()
    assert answer_of(await winner).text == "Added."
    assert await chat.titles() == {2: "Buy milk"}


async def test_an_edit_that_is_malformed_to_an_invalid_message_or_of_an_answer_is_400(chat: Chat, person: Person):
    answer = await chat.send("add milk", replies=[MILK, text("Added.")])
    before, items = await count_stored_rows(person), await chat.items(answer.thread_id)
    item = {"item_id": answer.turn_id}
    edits: list[tuple[dict[str, Any] | None, str]] = [
        (item | {"text": ""}, "empty_message"),
        (item | {"text": " \n"}, "empty_message"),
        (item | {"text": "x" * 10_001}, "message_too_long"),
        (item | {"text": "a\x00b"}, "bad_request"),
        (None, "bad_request"),
        ({}, "bad_request"),
        ({"text": "hello"}, "bad_request"),
        (item | {"text": 7}, "bad_request"),
        ({"item_id": 7, "text": "a"}, "bad_request"),
        ({"item_id": answer.items("assistant_message")[0]["id"], "text": "a"}, "bad_request"),
        (item | {"text": "a", "more": 1}, "bad_request"),
    ]
    for payload, code in edits:
        assert code_of(await chat.act("message.edit", payload, answer.thread_id)) == (400, code), str(payload)[:80]
    assert (await count_stored_rows(person), await chat.items(answer.thread_id)) == (before, items)
    assert await chat.titles() == {1: "Buy milk"}


async def test_a_retry_clears_the_error_and_the_times_of_the_turn(chat: Chat, person: Person):
    answer = await chat.send("hello", replies=[error(401)])
    query = select(Turn).where(Turn.id == answer.turn_id)
    [failed] = await rows(query)
    assert failed.error is not None
    assert (failed.error["message"], failed.error["allow_retry"]) == (answer.error, answer.errors[0]["allow_retry"])
    chat.script([hold_after(text("Hello.", pieces=2), 1)])
    trying = asyncio.create_task(retry(chat, answer))
    await until_async(lambda: running(person.id, answer.thread_id), 60)
    turn = running(person.id, answer.thread_id)
    assert turn is not None
    await follow_until(turn, "thread.item.updated", "Hel")
    [again] = await rows(query)
    assert (again.error, again.ended_at, again.started_at > failed.started_at) == (None, None, True)
    chat.gemini.release()
    assert answer_of(await trying).errors == []
    [answered] = await rows(query)
    assert answered.error is None
