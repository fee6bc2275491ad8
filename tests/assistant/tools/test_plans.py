"""Plans: drafts that the person edits and adds, once, as one turn with one undo."""

import asyncio
from typing import Any

from sqlmodel import select

from taskchat_app.domain.storage.models import Change
from tests.chatting import Answer, Chat, rows
from tests.standin import call, calls, text
from tests.standin.replies import ToolCall

LINES = [
    {"title": "Book a van", "due_date": "1 March 2027"},
    {"title": "Pack", "due_date": "2027-03-05T09:00"},
    {"title": "Buy boxes", "parent": 1},
]
KEYS = ("key", "title", "due", "parent_key", "included")


async def proposed(chat: Chat, *before: ToolCall) -> tuple[Answer, str]:
    """An answer with a plan of three lines, and the plan's id."""
    plan = call("propose_plan", {"title": "Move", "lines": LINES})
    chat.script([calls(*before, plan), text("Here is a plan."), text("Good luck.")])
    answer = await chat.send("plan my move")
    return answer, answer.cards[-1]["id"]


async def lines_of(chat: Chat, plan_id: str) -> list[tuple[Any, ...]]:
    response = await chat.http.get(f"/api/plans/{plan_id}")
    assert response.status_code == 200, response.text
    return [tuple(line[key] for key in KEYS) for line in response.json()["lines"]]


async def test_a_plan_is_a_card_of_lines_and_adds_no_task(chat: Chat):
    answer, plan_id = await proposed(chat)
    assert await chat.titles() == {}
    assert await lines_of(chat, plan_id) == [
        ("1", "Book a van", "2027-03-01", None, True),
        ("2", "Pack", "2027-03-05T09:00", None, True),
        ("3", "Buy boxes", None, "2", True),
    ]
    assert (await chat.http.get(f"/api/plans/{plan_id}")).json()["turn_id"] == answer.turn_id
    widget = answer.cards[-1]["widget"]
    assert widget["confirm"]["label"] == "Add 3 tasks"
    applies = {"type": "plan.apply", "payload": {"plan_id": plan_id}}
    assert applies.items() <= widget["confirm"]["action"].items()
    rows_of_card = widget["children"][1:]
    assert [row.get("padding") for row in rows_of_card] == [None, None, {"left": 6}], "of steps"
    assert {row["children"][0]["onChangeAction"]["payload"]["plan_id"] for row in rows_of_card} == {plan_id}
    assert answer.cards[-1]["copy_text"] == "- Book a van\n- Pack\n- Buy boxes"
    fields = [row["children"][1:] for row in rows_of_card]
    assert [title["defaultValue"] for title, _ in fields] == ["Book a van", "Pack", "Buy boxes"]
    days = ["2027-03-01T00:00:00", "2027-03-05T00:00:00", None]
    assert [(day["clearable"], day.get("defaultValue")) for _, day in fields] == [(True, day) for day in days]


async def test_a_plan_is_edited_and_added_once_by_two_at_the_same_time(chat: Chat):
    _, plan_id = await proposed(chat)
    edited = [
        {"key": "2", "title": " Pack everything ", "due": "2027-03-06"},
        {"key": "1", "title": "Book a van", "included": False},
        {"key": "new", "title": "Say goodbye", "due": None},
    ]
    patched = await chat.http.patch(f"/api/plans/{plan_id}", json={"lines": edited})
    assert patched.status_code == 200, patched.text
    twice = await asyncio.gather(*(chat.http.post(f"/api/plans/{plan_id}/apply") for _ in range(2)))
    assert [each.status_code for each in twice] == [200, 200]
    assert twice[0].json() == twice[1].json()
    applied = twice[0].json()
    assert applied["numbers"] == [1, 2]
    assert await chat.titles() == {1: "Pack everything", 2: "Say goodbye"}
    again = await chat.http.patch(f"/api/plans/{plan_id}", json={"lines": edited})
    assert (again.status_code, again.json()["code"]) == (409, "plan_applied")
    assert (await chat.http.post(f"/api/turns/{applied['turn_id']}/undo")).json()["undone"] == [1, 2]
    assert await chat.titles() == {}
    assert (await chat.http.post(f"/api/plans/{plan_id}/apply")).json() == applied


async def test_a_click_with_the_fields_of_the_card_adds_what_they_say_and_the_model_is_told_of_it(chat: Chat):
    answer, plan_id = await proposed(chat, call("create_task", {"title": "By the model"}))
    ticked = {"plan_id": plan_id, "key": "1", "included_1": False}
    assert (await chat.act("plan.edit", ticked, answer.thread_id)).status_code == 200
    fields = {"plan_id": plan_id, "title_2": "Pack it all", "due_2": "2027-03-05T00:00:00", "due_3": "2027-03-04"}
    for _ in range(2):
        clicked = await chat.act("plan.apply", fields, answer.thread_id)
        assert clicked.status_code == 200, clicked.text
    _, *tasks = (await chat.http.get("/api/tasks")).json()["tasks"]
    days = {task["title"]: (task["due_at"][:10], task["all_day"]) for task in tasks}
    assert days == {"Pack it all": ("2027-03-05", False), "Buy boxes": ("2027-03-04", True)}
    [card] = [item for item in await chat.items(answer.thread_id) if item["type"] == "widget"]
    assert "confirm" not in card["widget"]
    assert card["widget"]["status"] == {"text": "Added 2 tasks"}
    fields = [field for row in card["widget"]["children"][1:] for field in row["children"]]
    assert all(field["disabled"] for field in fields)
    assert card["copy_text"] == "- Pack it all\n- Buy boxes"
    await chat.send("thanks", answer.thread_id)
    told = {"role": "user", "content": "(After this answer the person clicked: added #2 and #3.)"}
    assert told in chat.asked[-1]["messages"]


async def test_what_is_not_acceptable_is_said_with_its_line_and_changes_nothing(chat: Chat):
    _, plan_id = await proposed(chat)
    before = await lines_of(chat, plan_id)
    for lines, said in (
        ([{"key": "1", "title": " "}], "Line 1"),
        ([{"key": "1", "title": "a"}, {"key": "2", "title": "b", "due": "someday soon"}], "Line 2"),
        ([{"key": "1", "title": "a"}, {"key": "1", "title": "b"}], "key of its own"),
    ):
        refused = await chat.http.patch(f"/api/plans/{plan_id}", json={"lines": lines})
        assert refused.status_code == 422
        assert said in refused.json()["detail"]
    none = [{"key": "1", "title": "a", "included": False}]
    assert (await chat.http.patch(f"/api/plans/{plan_id}", json={"lines": none})).status_code == 200
    refused = await chat.http.post(f"/api/plans/{plan_id}/apply")
    assert (refused.status_code, refused.json()["detail"]) == (422, "Choose at least one line.")
    assert len(before) == 3
    assert (await chat.http.get("/api/plans/widget_0")).status_code == 404


async def test_a_bad_plan_goes_back_to_the_model(chat: Chat):
    answer = await chat.run(call("propose_plan", {"title": "Move", "lines": []}), said="plan my move")
    assert answer.cards == []
    assert answer.tasks[0]["title"].startswith("Planning: ")


async def test_a_field_that_says_what_is_stored_stores_nothing_also_after_the_plan_is_added(chat: Chat):
    answer, plan_id = await proposed(chat)
    entries = select(Change.id).where(Change.item_id == plan_id)
    same = {"plan_id": plan_id, "title_2": "Pack ", "due_2": "2027-03-05", "included_1": True}
    counts = [len(await rows(entries))]
    for kind in ("plan.edit", "plan.apply", "plan.edit", "plan.apply"):
        clicked = await chat.act(kind, same, answer.thread_id)
        assert clicked.status_code == 200, clicked.text
        counts.append(len(await rows(entries)))
    assert [count - counts[0] for count in counts] == [0, 0, 1, 1, 1]
    assert len(await chat.titles()) == 3
    refused = await chat.act("plan.edit", {"plan_id": plan_id, "title_2": "Other"}, answer.thread_id)
    assert refused.json()["code"] == "plan_applied"


async def test_a_plan_of_the_same_title_replaces_the_lines_of_the_draft_and_another_one_is_a_new_card(chat: Chat):
    answer, plan_id = await proposed(chat)
    await chat.act("plan.edit", {"plan_id": plan_id, "included_1": False}, answer.thread_id)
    again = [LINES[0], LINES[1] | {"due_date": "2027-03-06"}, {"title": "Say goodbye"}]
    chat.script([calls(call("propose_plan", {"title": "move", "lines": again})), text("Changed.")])
    changed = await chat.send("pack a day later, no boxes, but say goodbye", answer.thread_id)
    kinds = [event["type"] for event in changed.events if event.get("item", {}).get("id") == plan_id]
    assert kinds == ["thread.item.replaced"]
    assert await lines_of(chat, plan_id) == [
        ("1", "Book a van", "2027-03-01", None, False),
        ("2", "Pack", "2027-03-06", None, True),
        ("3", "Say goodbye", None, None, True),
    ]
    chat.script([calls(call("propose_plan", {"title": "Party", "lines": [LINES[1]]})), text("Here.")])
    other = await chat.send("plan a party", answer.thread_id)
    chat.script([calls(call("propose_plan", {"title": "Party", "lines": [LINES[1]]})), text("Here.")])
    elsewhere = await chat.send("plan a party")
    assert len({plan_id, other.cards[-1]["id"], elsewhere.cards[-1]["id"]}) == 3
    applied = (await chat.http.post(f"/api/plans/{plan_id}/apply")).json()
    assert (applied["numbers"], applied["turn_id"]) == ([1, 2], answer.turn_id)
    chat.script([calls(call("propose_plan", {"title": "Move", "lines": LINES})), text("Here.")])
    assert (await chat.send("plan it once more", answer.thread_id)).cards[-1]["id"] != plan_id, "which is added"
