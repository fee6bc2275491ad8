"""The parts of an imported conversation belong to it, never to another user's with the same id."""

import json

import httpx
from sqlmodel import select

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.models import Thread, ThreadItem
from tests.api.responses import bring
from tests.chatting import rows

AT = "2026-11-21T09:00:00Z"
THREAD = "shared"
"""An id of another form than ours, at which a copy gets no suffix."""


def file_with_message(item_id: str) -> str:
    content = [{"type": "input_text", "text": "Hello"}]
    body = {"id": item_id, "thread_id": THREAD, "created_at": AT, "type": "user_message", "content": content}
    body |= {"attachments": [], "inference_options": {}}
    item = {"thread_id": THREAD, "id": item_id, "type": "user_message", "body": body, "created_at": AT}
    conversation = {"id": THREAD, "title": "Shared", "created_at": AT, "updated_at": AT}
    return json.dumps(
        {"format": "taskchat", "version": 1, "conversations": [conversation], "items": [item], "turns": []}
    )


async def test_no_item_comes_into_another_users_conversation(
    api: httpx.AsyncClient, other_api: httpx.AsyncClient, person: Person
):
    assert (await bring(api, file_with_message("one")))["skipped"] == []
    outcome = await bring(other_api, file_with_message("two"))
    found = select(ThreadItem.id, ThreadItem.user_id, Thread.user_id).join(Thread)
    owners = {item: (user, owner) for item, user, owner in await rows(found) if item in ("one", "two")}
    assert owners == {"one": (person.id, person.id)}
    assert len(outcome["skipped"]) == 1
