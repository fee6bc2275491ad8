"""Plans of pasted lines, without a model."""

from typing import Any

import pytest

from tests.assistant.tools.test_plans import lines_of
from tests.chatting import Chat

pytestmark = pytest.mark.usefixtures("offline")


async def test_without_a_model_pasted_lines_make_a_plan_whose_indented_lines_are_steps(chat: Chat) -> None:
    answer = await chat.send("Plan my move:\n- Book a van by 1 March 2027\n- Pack\n    - Buy boxes\n- Say goodbye")
    assert answer.text == "Here is the plan. Nothing is added yet: change the lines, then add them."
    assert await lines_of(chat, answer.cards[-1]["id"]) == [
        ("1", "Book a van", "2027-03-01", None, True),
        ("2", "Pack", None, None, True),
        ("3", "Buy boxes", None, "2", True),
        ("4", "Say goodbye", None, None, True),
    ]
    assert await chat.titles() == {}
    added = await chat.http.post(f"/api/plans/{answer.cards[-1]['id']}/apply")
    assert added.json()["numbers"] == [1, 2, 3, 4]
    listed = (await chat.http.get("/api/tasks", params={"sort": "created"})).json()["tasks"]
    assert [(task["number"], task["parent_number"]) for task in listed] == [(1, None), (2, None), (3, 2), (4, None)]
    undone = await chat.http.post(f"/api/turns/{answer.turn_id}/undo")
    assert sorted(undone.json()["undone"]) == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("heading", "due"),
    [("Packing list for Lisbon", None), ("Groceries:", None), ("Einkauf", None), ("24 December 2030:", "2030-12-24")],
)
async def test_lines_below_a_heading_are_a_plan_of_its_day(chat: Chat, heading: str, due: str | None) -> None:
    answer = await chat.send(f"{heading}\n- Sun cream\n- Call Ann 2026-12-24\n  - Find her number")
    assert await lines_of(chat, answer.cards[-1]["id"]) == [
        ("1", "Sun cream", due, None, True),
        ("2", "Call Ann", "2026-12-24", None, True),
        ("3", "Find her number", None, "2", True),
    ]


async def test_short_lines_below_a_heading_with_a_colon_need_no_bullets(chat: Chat) -> None:
    answer = await chat.send("Groceries:\nFlour\nYeast")
    assert [line[1] for line in await lines_of(chat, answer.cards[-1]["id"])] == ["Flour", "Yeast"]


async def test_short_lines_alone_are_a_plan_unless_one_says_more(chat: Chat) -> None:
    answer = await chat.send("eggs\nseeded bread\nbin bags")
    assert [line[1] for line in await lines_of(chat, answer.cards[-1]["id"])] == [
        "Eggs", "Seeded bread", "Bin bags"
    ]  # fmt: skip
    for message in ("hi Sue\nsee you later\nlove, mum", "milk\nnot bread\neggs", "hello\nhow are you\nbye"):
        answer = await chat.send(message)
        assert all("plan" not in card["widget"].get("key", "") for card in answer.cards), message
    assert await chat.titles() == {}


@pytest.mark.parametrize("head", ["Should I add these?", "Don't add these:", "Not today:", "What about", "Complete:"])
async def test_lines_below_a_question_or_a_refusal_change_nothing(chat: Chat, head: str) -> None:
    assert "nothing was changed" in (await chat.send(f"{head}\n- Sun cream\n- Tickets")).text
    assert await chat.titles() == {}


async def test_a_step_whose_parent_is_not_added_is_a_task_of_its_own(chat: Chat) -> None:
    answer = await chat.send("Plan my move:\n- Pack\n    - Buy boxes\n- Say goodbye")
    await chat.send("without 1", answer.thread_id)
    await chat.send("add them", answer.thread_id)
    listed = (await chat.http.get("/api/tasks", params={"sort": "created"})).json()["tasks"]
    assert [(task["title"], task["parent_number"]) for task in listed] == [("Buy boxes", None), ("Say goodbye", None)]


async def test_lines_are_reordered_and_a_step_above_its_parent_is_a_line_of_its_own(chat: Chat) -> None:
    answer = await chat.send("Plane den Umzug:\n- Packen\n  - Kartons kaufen\n- Transporter buchen")
    plan_id = answer.cards[-1]["id"]
    moved = await chat.act("plan.edit", {"plan_id": plan_id, "order": ["2", "1", "3"]}, answer.thread_id)
    assert moved.status_code == 200
    assert [line[:4] for line in await lines_of(chat, plan_id)] == [
        ("2", "Kartons kaufen", None, None),
        ("1", "Packen", None, None),
        ("3", "Transporter buchen", None, None),
    ]


PASTED = "Plan my move:\n- Book a van by 1 March 2027\n- Buy boxes\n- Pack and label\n- Say goodbye"
EDITS = [
    ("without 3", [("3", False)]),
    ("drop 2 and 4, and the van on 3 March 2027", [("1", "2027-03-03"), ("2", False), ("4", False)]),
    ("without 3, and the boxes on 2 March 2027", [("2", "2027-03-02"), ("3", False)]),
    ("everything except 4 on 5 March 2027", [(key, "2027-03-05") for key in "123"]),
    ("the van at 9am", [("1", "2027-03-01T09:00")]),
    ("move the van to 3 March 2027 at 8", [("1", "2027-03-03T08:00")]),
    ("no date for the van", [("1", None)]),
    ("rename 3 to pack it all", [("3", "pack it all")]),
    ("ohne die 3 und die Boxes am 2.3.2027", [("2", "2027-03-02"), ("3", False)]),
]


@pytest.mark.parametrize(("said", "changes"), EDITS)
async def test_a_plan_is_changed_by_saying_so(chat: Chat, said: str, changes: list[tuple[str, Any]]) -> None:
    answer = await chat.send(PASTED)
    plan_id = answer.cards[-1]["id"]
    before = {line[0]: line for line in await lines_of(chat, plan_id)}
    changed = await chat.send(said, answer.thread_id)
    assert changed.text.startswith(("The plan is changed.", "Der Plan ist geändert."))
    after = {line[0]: line for line in await lines_of(chat, plan_id)}
    different = [
        (key, value) for key in after for old, value in zip(before[key], after[key], strict=True) if old != value
    ]
    assert different == changes
    assert await chat.titles() == {}


async def test_lines_are_put_elsewhere_and_added_by_saying_so_and_undone_at_once(chat: Chat) -> None:
    answer = await chat.send(PASTED)
    plan_id = answer.cards[-1]["id"]
    await chat.send("the boxes first and 1 before 4", answer.thread_id)
    assert [line[0] for line in await lines_of(chat, plan_id)] == ["2", "3", "1", "4"]
    await chat.send("put the third last", answer.thread_id)
    assert [line[0] for line in await lines_of(chat, plan_id)] == ["2", "3", "4", "1"]
    assert (await chat.send("yes, add them", answer.thread_id)).text == "Added 4 tasks of the plan."
    assert list((await chat.titles()).values()) == ["Buy boxes", "Pack and label", "Say goodbye", "Book a van"]
    [card] = [item for item in await chat.items(answer.thread_id) if item["type"] == "widget"]
    assert card["widget"]["status"] == {"text": "Added 4 tasks"}
    assert (await chat.http.post(f"/api/turns/{answer.turn_id}/undo")).json()["undone"] == [1, 2, 3, 4]


async def test_what_no_line_is_leaves_the_plan_and_other_messages_are_read_as_ever(chat: Chat) -> None:
    answer = await chat.send(PASTED)
    plan_id = answer.cards[-1]["id"]
    before = await lines_of(chat, plan_id)
    assert (await chat.send("without 7", answer.thread_id)).text.startswith("The plan has no line “7”.")
    assert (await chat.send("without 1, and the lamp", answer.thread_id)).text.startswith(
        "The plan has no line “lamp”."
    )
    assert (await chat.send("drop 3?", answer.thread_id)).text != ""
    await chat.send("add milk", answer.thread_id)
    await chat.send("without 3", answer.thread_id)
    assert await lines_of(chat, plan_id) == before
    assert await chat.titles() == {1: "Milk"}
