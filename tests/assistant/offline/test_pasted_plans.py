"""Plans of pasted lines, without a model."""

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
