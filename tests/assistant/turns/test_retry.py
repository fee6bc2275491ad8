"""The events before the answer of a retried or edited message."""

import pytest
from chatkit.types import NoticeEvent, ThreadItemRemovedEvent, ThreadItemReplacedEvent

from taskchat_app.assistant.turns.retry import REASONS_SHOWN, RetryCleanup
from taskchat_app.i18n.messages import gettext
from tests.assistant.turns.turn_state import MESSAGE


@pytest.mark.parametrize("edited", [True, False])
def test_only_an_edited_message_is_replaced_and_removed_items_are_named(edited: bool):
    events = RetryCleanup(["a", "b"], [], edited).events(MESSAGE)
    replaced = [event for event in events if isinstance(event, ThreadItemReplacedEvent)]
    assert [event.item for event in replaced] == ([MESSAGE] if edited else [])
    assert [event.item_id for event in events if isinstance(event, ThreadItemRemovedEvent)] == ["a", "b"]
    assert len(events) == len(replaced) + 2


@pytest.mark.parametrize("more", [0, 1, 2])
def test_the_first_tasks_left_alone_are_named_and_the_others_counted(more: int):
    left = [gettext("#{number}: {refusal}", number=number, refusal="Kept.") for number in range(REASONS_SHOWN + more)]
    [notice] = RetryCleanup([], left, edited=False).events(MESSAGE)
    assert isinstance(notice, NoticeEvent)
    named = " ".join(f"#{number}: Kept." for number in range(REASONS_SHOWN))
    assert str(notice.message) == named + (f" So were {more} more." if more else "")
