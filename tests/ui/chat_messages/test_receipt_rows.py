"""A receipt is shown where it says what nothing else does; otherwise it only undoes."""

from collections.abc import Callable

import pytest

from taskchat_app.domain.activity.receipts import Receipt
from taskchat_app.ui.chat_messages.message_list import with_receipt
from taskchat_app.ui.chat_messages.messages import CallView, Part, answer_of
from tests.chatting import configure as configure

TEXT = Part("text-0", "text", "Done.")
PROPOSAL = Part("card", "proposal")
CHOICE = Part("card", "choice")
NOTHING = Receipt("Nothing changed", changed=False, can_undo=False)


def made(*tools: str) -> Part:
    return Part("calls", "calls", calls=tuple(CallView(tool, tool, "done", tool, "", "") for tool in tools))


def is_shown(*parts: Part) -> bool:
    return with_receipt(answer_of("turn", parts), NOTHING).receipt.is_shown


@pytest.fixture
def gemini_answers(configure: Callable[..., None]) -> None:
    configure(GEMINI_API_KEY="key")


@pytest.mark.usefixtures("gemini_answers")
def test_an_answer_without_a_call_may_claim_a_change():
    assert is_shown(TEXT)


def test_a_changed_plan_is_not_told_as_no_change():
    assert not with_receipt(answer_of("turn", [TEXT]), NOTHING).receipt.text


def test_the_offline_assistant_says_what_the_tools_did():
    assert not is_shown(made("complete_task"), TEXT)
    assert not is_shown(TEXT)


@pytest.mark.usefixtures("gemini_answers")
@pytest.mark.parametrize("parts", [[made("list_tasks"), TEXT], [made("bulk_delete_tasks"), PROPOSAL], [TEXT, CHOICE]])
def test_lists_proposals_and_choices_say_themselves_that_nothing_changed(parts: list[Part]):
    assert not is_shown(*parts)


@pytest.mark.usefixtures("gemini_answers")
def test_a_call_that_could_have_changed_something_has_a_receipt():
    assert is_shown(made("list_tasks", "complete_task"), TEXT)


@pytest.mark.usefixtures("gemini_answers")
def test_what_the_calls_show_is_not_shown_again():
    answer = answer_of("turn", [made("create_task"), TEXT])
    row = with_receipt(answer, Receipt("Added #1", changed=True, can_undo=True)).receipt
    assert (row.text, row.is_shown) == ("Added #1", False)
