"""The bodies of ChatKit requests."""

from typing import Any

from taskchat_app.conformance.http_client import Json

ABSENT = "conformance_absent"
"""An id that no server has given."""


def message(text: str, thread_id: str | None = None, **more: Any) -> Json:
    """Return the request that sends a message to this thread, or to a new one."""
    sent: Json = {"content": [{"type": "input_text", "text": text}], "attachments": [], "inference_options": {}, **more}
    if thread_id is None:
        return {"type": "threads.create", "params": {"input": sent}}
    return {"type": "threads.add_user_message", "params": {"thread_id": thread_id, "input": sent}}


def on_thread(thread_id: str, item_id: str) -> list[Json]:
    """Return a request of each type that names a thread."""
    action = {"type": "conformance.unknown"}
    named = {"thread_id": thread_id}
    return [
        {"type": "threads.get_by_id", "params": named},
        {"type": "items.list", "params": named},
        message("Hello", thread_id),
        {"type": "threads.update", "params": named | {"title": "Taken over"}},
        {"type": "items.feedback", "params": named | {"item_ids": [item_id], "kind": "negative"}},
        {"type": "threads.retry_after_item", "params": named | {"item_id": item_id}},
        {"type": "threads.custom_action", "params": named | {"action": action}},
        {"type": "threads.sync_custom_action", "params": named | {"action": action}},
        {"type": "threads.add_client_tool_output", "params": named | {"result": {}}},
        {"type": "threads.add_structured_input", "params": named | {"item_id": item_id, "input": {"answers": {}}}},
        {"type": "threads.delete", "params": named},
    ]
