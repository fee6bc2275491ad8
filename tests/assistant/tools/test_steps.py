"""The tools make steps, complete them with their task, and ask before they delete a task with steps."""

from tests.assistant.tools.test_task_tools import heard
from tests.chatting import Chat
from tests.standin import call, text


async def add_family(chat: Chat) -> None:
    await chat.http.post("/api/tasks", json={"title": "Move"})
    for title in ("Pack", "Call the movers"):
        await chat.http.post("/api/tasks", json={"title": title, "parent_number": 1})


async def test_the_model_makes_a_step_and_moves_it_out(chat: Chat):
    await chat.http.post("/api/tasks", json={"title": "Move"})
    await chat.run(call("create_task", {"title": "Pack", "parent_id": 1}))
    [added] = heard(chat)
    assert (added["task"]["parent_id"], added["message"]) == (1, "Added #2 Pack, a step of #1.")
    await chat.run(call("list_tasks", {}))
    assert heard(chat)[0]["tasks"][0]["steps"] == {"open": 1, "done": 0}
    await chat.run(call("update_task", {"task_id": 2, "clear": ["parent_id"]}))
    [moved] = heard(chat)
    assert ("parent_id" in moved["task"], moved["message"]) == (False, "Changed #2 Pack, no longer a step.")


async def test_the_answer_says_how_many_steps_were_completed_with_their_task(chat: Chat):
    await add_family(chat)
    answer = await chat.run(call("complete_task", {"task_id": 1}))
    assert heard(chat)[0]["message"] == "Completed #1 Move, and 2 steps."
    assert await chat.receipt(answer.turn_id) == "Completed #1 and 2 steps"
    await chat.http.post(f"/api/turns/{answer.turn_id}/undo")
    assert (await chat.http.get("/api/tasks")).json()["counts"]["open"] == 3


async def test_the_answer_offers_to_complete_the_task_whose_last_step_is_done(chat: Chat):
    await add_family(chat)
    await chat.run(call("complete_task", {"task_id": 2}))
    assert heard(chat)[0]["message"] == "Completed #2 Pack."
    await chat.run(call("bulk_complete_tasks", {"task_ids": [3]}))
    offer = "All steps of #1 Move are done. “Complete 1” completes it too."
    assert heard(chat)[0]["message"] == f"Completed #3 Call the movers. {offer}"
    assert (await chat.http.get("/api/tasks")).json()["counts"]["open"] == 1
    for number, completed in ((1, True), (3, False)):
        await chat.http.post(f"/api/tasks/{number}/complete", json={"completed": completed})
    await chat.run(call("complete_task", {"task_id": 3}))
    assert heard(chat)[0]["message"] == "Completed #3 Call the movers.", "the task is done already"


async def test_a_task_with_steps_is_deleted_only_after_a_yes(chat: Chat):
    await add_family(chat)
    await chat.run(call("bulk_delete_tasks", {"status": "all"}))
    assert "step" not in heard(chat)[0]["message"], "each is named as a task"
    answer = await chat.run(call("delete_task", {"task_id": 1}), said="delete 1")
    assert "whether to delete #1 Move and 2 steps." in heard(chat)[0]["message"]
    [card] = answer.items("widget")
    assert card["widget"]["status"]["text"] == "Delete 1 task and 2 steps?"
    assert (await chat.http.get("/api/tasks")).json()["counts"]["open"] == 3
    await chat.send("yes", answer.thread_id)
    assert (await chat.http.get("/api/tasks")).json()["tasks"] == []


async def test_a_copy_is_made_beside_the_model_with_its_steps_and_one_undo(chat: Chat):
    await add_family(chat)
    await chat.http.patch("/api/tasks/1", json={"description": "With Ann", "tags": ["home"]})
    said = ("like #1 for 2031-06-13", "my move again for 2031-06-13", "kopiere 1 auf 13.6.2031")
    for number, words in zip((4, 7, 10), said, strict=True):
        answer = await chat.send(words)
        assert chat.asked == [], words
        copied = await chat.task(number)
        assert (copied["title"], copied["description"], copied["tags"], copied["due_at"], copied["steps"]) == (
            *("Move", "With Ann", ["home"], "2031-06-13T23:59:59Z", {"open": 2, "done": 0}),
        )
        assert "2 step" in answer.text or "2 Schritt" in answer.text
        assert "a description" in answer.text or "Beschreibung" in answer.text
        assert await chat.receipt(answer.turn_id) == f"Added #{number} and 2 steps"
        await chat.http.post(f"/api/turns/{answer.turn_id}/undo")
        assert [task["number"] for task in (await chat.http.get("/api/tasks")).json()["tasks"]] == [1, 2, 3]


async def test_what_fits_no_task_to_copy_goes_to_the_model_whose_copy_takes_only_a_title_and_a_date(chat: Chat):
    await add_family(chat)
    for said in ("pack again", "packing list again", "copy it"):
        assert (await chat.send(said, replies=[text("Which one?")])).text == "Which one?"
    await chat.run(call("create_task", {"title": "Move", "copy_of": 1, "tags": ["home"]}))
    assert "a copy takes a title and a due date only" in heard(chat)[0]["message"]
    assert (await chat.http.get("/api/tasks")).json()["counts"]["open"] == 3
