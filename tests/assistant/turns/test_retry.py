"""The events before the answer of a retried or edited message."""

from chatkit.types import NoticeEvent, ThreadItemRemovedEvent, ThreadItemReplacedEvent

from taskchat_app.assistant.turns.retry import REASONS_SHOWN, RetryCleanup
from taskchat_app.i18n.messages import gettext
from tests.assistant.turns.turn_state import MESSAGE


def test_an_edited_message_is_replaced_removed_items_named_and_the_first_tasks_left_alone_too():
    for edited in (True, False):
        events = RetryCleanup(["a", "b"], [], edited).events(MESSAGE)
        replaced = [event for event in events if isinstance(event, ThreadItemReplacedEvent)]
        assert [event.item for event in replaced] == ([MESSAGE] if edited else [])
        assert [event.item_id for event in events if isinstance(event, ThreadItemRemovedEvent)] == ["a", "b"]
        assert len(events) == len(replaced) + 2
    left = [gettext("#{number}: {refusal}", number=number, refusal="Kept.") for number in range(REASONS_SHOWN + 2)]
    named = " ".join(f"#{number}: Kept." for number in range(REASONS_SHOWN))
    for more in (0, 1, 2):
        [notice] = RetryCleanup([], left[: REASONS_SHOWN + more], edited=False).events(MESSAGE)
        assert isinstance(notice, NoticeEvent)
        assert str(notice.message) == named + (f" So were {more} more." if more else "")
