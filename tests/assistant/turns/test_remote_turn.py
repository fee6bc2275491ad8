"""What a follower of another instance's turn receives as the stored items change."""

from collections.abc import Sequence

from chatkit import types

from taskchat_app.assistant.core.context import thread_without_items
from taskchat_app.assistant.turns.remote_turn import _Progress, _StoredItem, _StoredTurn
from taskchat_app.assistant.turns.retry import RetryCleanup
from taskchat_app.domain.storage.database import now
from tests.assistant.turns.turn_state import MESSAGE

AT = now()
THREAD = types.ThreadMetadata(id="thr_1", created_at=AT)
CREATED = types.ThreadCreatedEvent(thread=thread_without_items(THREAD))


def workflow(*titles: str, item_id: str = "wf_1") -> types.WorkflowItem:
    tasks = [types.CustomTask(title=title) for title in titles]
    grown = types.Workflow(type="custom", tasks=[*tasks], expanded=True)
    return types.WorkflowItem(id=item_id, thread_id="thr_1", created_at=AT, workflow=grown)


def words(text: str) -> types.AssistantMessageItem:
    content = [types.AssistantMessageContent(text=text)]
    return types.AssistantMessageItem(id="msg_2", thread_id="thr_1", created_at=AT, content=content)


def read(
    progress: _Progress, *items: types.ThreadItem, is_over: bool = False, created: bool = False
) -> Sequence[object]:
    """Return the new events after these items were stored."""
    stored = _StoredTurn(THREAD, [_StoredItem(item, ()) for item in items], is_over, is_first=created)
    return [new.event for new in progress.new_events(stored)]


def test_the_conversation_and_each_item_are_sent_once():
    progress = _Progress(None)
    assert read(progress) == [], "before anything is stored"
    done = [types.ThreadItemDoneEvent(item=item) for item in (MESSAGE, words("Hello."))]
    assert read(progress, MESSAGE, created=True) == [CREATED, done[0]]
    assert read(progress, MESSAGE, words("Hello."), created=True) == [done[1]]
    assert read(progress, MESSAGE, words("Hello."), created=True, is_over=True) == []


def test_an_item_that_was_stored_again_with_changes_is_replaced():
    progress = _Progress(None)
    read(progress, MESSAGE, words("Hel"))
    assert read(progress, MESSAGE, words("Hello.")) == [types.ThreadItemReplacedEvent(item=words("Hello."))]


def test_a_retry_begins_once_with_what_was_removed_and_creates_no_conversation():
    progress = _Progress(RetryCleanup(["msg_old"], [], edited=True))
    begun = [types.ThreadItemReplacedEvent(item=MESSAGE), types.ThreadItemRemovedEvent(item_id="msg_old")]
    assert read(progress, MESSAGE, created=True) == begun
    assert read(progress, MESSAGE, words("Hello."), created=True) == [types.ThreadItemDoneEvent(item=words("Hello."))]


def test_a_workflow_grows_while_it_is_the_last_item_of_a_running_turn():
    progress = _Progress(None)
    [added, *others] = read(progress, workflow("Adding"))
    assert (getattr(added, "type", ""), others) == ("thread.item.added", [])
    assert read(progress, workflow("Adding")) == []
    updates = read(progress, workflow("Added #1", "Adding"))
    changed = [event.update for event in updates if isinstance(event, types.ThreadItemUpdatedEvent)]
    assert changed == [
        types.WorkflowTaskUpdated(task=types.CustomTask(title="Added #1"), task_index=0),
        types.WorkflowTaskAdded(task=types.CustomTask(title="Adding"), task_index=1),
    ]
    last = workflow("Added #1", "Added #2")
    assert read(progress, last, words("Done.")) == [
        types.ThreadItemDoneEvent(item=one) for one in (last, words("Done."))
    ]
    [second] = read(progress, last, words("Done."), workflow("Looking", item_id="wf_2"))
    assert getattr(second, "type", "") == "thread.item.added"
    assert read(_Progress(None), workflow("Added #1"), is_over=True) == [
        types.ThreadItemDoneEvent(item=workflow("Added #1"))
    ]
