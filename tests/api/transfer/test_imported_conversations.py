"""Imported conversations: their ids, open proposals and sentences do no more than the user's own."""

import json
import os
from datetime import timedelta
from typing import Any

import pytest
from chatkit.types import Workflow, WorkflowItem
from sqlmodel import col, select

from taskchat_app.assistant.threads.store import item_of
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import Proposal, Thread, ThreadItem
from taskchat_app.domain.tasks.task_dates import utc_text
from taskchat_app.i18n.messages import UNREADABLE
from tests.api.responses import Api, add_all, bring, export
from tests.chatting import Chat, rows

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


async def test_no_item_comes_into_another_users_conversation(api: Api, other_api: Api, person: Person):
    assert (await bring(api, file_with_message("one")))["skipped"] == []
    outcome = await bring(other_api, file_with_message("two"))
    found = select(ThreadItem.id, ThreadItem.user_id, Thread.user_id).join(Thread)
    owners = {item: (user, owner) for item, user, owner in await rows(found) if item in ("one", "two")}
    assert owners == {"one": (person.id, person.id)}
    assert len(outcome["skipped"]) == 1


@pytest.fixture
async def file(api: Api, offline: None) -> dict[str, Any]:
    """The account file of a user who is asked whether to delete #1 Spam and #2 Ads."""
    await add_all(api, "Spam", "Ads")
    await Chat(api).send("delete all tasks")
    return json.loads(await export(api))


async def open_proposals(person: Person) -> list[Proposal]:
    own = select(Proposal).where(Proposal.user_id == person.id)
    return await rows(own.where(col(Proposal.decision).is_(None)))


async def card(person: Person) -> str:
    """Return the user's only widget as JSON."""
    [item] = await rows(select(ThreadItem).where(ThreadItem.user_id == person.id, ThreadItem.type == "widget"))
    return json.dumps(item.body)


async def test_proposals_get_new_numbers(file: dict[str, Any], other_chat: Chat, other_person: Person, offline: None):
    await other_chat.add_task("Taxes")
    await bring(other_chat.http, json.dumps(file))
    [proposal] = await open_proposals(other_person)
    assert "#3 Spam" in await card(other_person)
    confirmed = await other_chat.act("proposal.confirm", {"proposal_id": proposal.id}, proposal.thread_id)
    assert confirmed.status_code == 200
    assert await other_chat.titles() == {1: "Taxes"}


async def test_a_proposal_never_deletes_later_tasks_and_its_card_shows_all_others(
    file: dict[str, Any], other_chat: Chat, other_person: Person, offline: None
):
    [proposal] = file["proposals"]
    proposal |= {"numbers": [*range(1, 20)], "expires_at": utc_text(now() + timedelta(days=9_000))}
    [item] = [item for item in file["items"] if item["type"] == "widget"]
    item["body"]["widget"]["children"] = [{"type": "Text", "value": "#1 Spam"}]
    await bring(other_chat.http, json.dumps(file))
    [imported] = await open_proposals(other_person)
    assert imported.numbers == [1, 2]
    assert "#2 Ads" in await card(other_person)
    await other_chat.add_task("Taxes")
    await other_chat.send("yes", imported.thread_id)
    assert await other_chat.titles() == {3: "Taxes"}


@pytest.mark.parametrize("item_id", ["itm_1", "wid_2", None])
async def test_a_proposal_without_its_card_in_the_conversation_is_ended(
    file: dict[str, Any], other_chat: Chat, other_person: Person, offline: None, item_id: str | None
):
    """`None` stands for the user's message, "wid_2" is the card of another conversation."""
    if item_id == "wid_2":
        [item] = [item for item in file["items"] if item["type"] == "widget"]
        other = {"id": item_id, "thread_id": "thr_2"}
        file["items"].append(item | other | {"body": item["body"] | other})
        file["conversations"].append(file["conversations"][0] | {"id": "thr_2", "read_items": 0})
    [message] = [item["id"] for item in file["items"] if item["type"] == "user_message"]
    file["proposals"][0]["item_id"] = item_id or message
    await bring(other_chat.http, json.dumps(file))
    assert await open_proposals(other_person) == []
    conversations = (await other_chat.http.get("/api/conversations")).json()["conversations"]
    [thread_id] = [one["id"] for one in conversations if one["id"] != "thr_2"]
    await other_chat.send("yes", thread_id)
    assert await other_chat.titles() == {1: "Spam", 2: "Ads"}
    assert next(item["type"] for item in await other_chat.items(thread_id)) == "user_message"


ENVIRONMENT = "{x.__init__.__globals__[Locale].parse.__func__.__globals__[os].environ[PATH]}"


def write_in_all(file: dict[str, Any], sentence: Any) -> int:
    """Let the first answer have failed; put the sentence in the place of each one, and return how many there were."""
    error = {"message": "No answer to this.", "allow_retry": True, "messages": {"/message": sentence}}
    file["turns"][0] |= {"status": "failed", "error": error}
    holders = [item["body"] for item in file["items"]] + file["tool_calls"] + [turn["error"] for turn in file["turns"]]
    holders = [holder for holder in holders if holder.get("messages")]
    for holder in holders:
        holder["messages"] = dict.fromkeys(holder["messages"], sentence)
    return len(holders)


async def test_sentences_of_the_usual_form_are_imported(file: dict[str, Any], other_api: Api):
    write_in_all(file, {"id": "{x} is {n:#,##0}", "values": {"x": {"id": "Ours"}, "n": 2000}})
    outcome = await bring(other_api, json.dumps(file))
    assert outcome["skipped"] == []
    thread = (await other_api.get("/api/conversations")).json()["conversations"][0]["id"]
    markdown = await other_api.get(f"/api/conversations/{thread}/markdown")
    assert "Ours is 2,000" in markdown.text


@pytest.mark.parametrize(
    "sentence",
    [
        {"id": ENVIRONMENT, "values": {"x": 1}},
        {"id": "Found {count} task", "plural": "found", "count": 2, "values": {"y": 1}},  # the German one has a count
        {"id": "{x:\uff19\uff19\uff19}", "values": {"x": "1"}},
    ],
)
async def test_what_cannot_be_shown_is_named_and_reads_no_secret(file: dict[str, Any], other_api: Api, sentence: Any):
    count = write_in_all(file, sentence)
    outcome = await bring(other_api, json.dumps(file))
    assert len(outcome["skipped"]) == count >= 3
    assert os.environ["PATH"] not in json.dumps(outcome) + await export(other_api)


@pytest.mark.parametrize(
    "path",
    ["/__class__/__init__", "/tasks/0/__class__/model_dump", "/model_config/title", "/tasks/0", "/tasks", "/nope"],
)
def test_a_message_takes_the_place_of_a_text_only(path: str):
    body = {
        "id": "wf_1", "thread_id": "thr_1", "created_at": "2026-11-21T09:00:00Z", "type": "workflow",
        "workflow": {"type": "custom", "tasks": [{"type": "custom", "title": "One"}]},
    }  # fmt: skip
    titled = item_of({**body, "messages": {"/tasks/0/title": {"id": "Two"}}})
    assert isinstance(titled, WorkflowItem)
    assert str(titled.workflow.tasks[0].title) == "Two"
    with pytest.raises(UNREADABLE):
        item_of({**body, "messages": {path: {"id": "x"}}})
    assert Workflow(type="custom", tasks=[]).model_dump()["tasks"] == []
