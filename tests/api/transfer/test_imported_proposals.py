"""An open proposal of an account file deletes what its card says, and only tasks of the file."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlmodel import col, select

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import Proposal, ThreadItem
from taskchat_app.domain.tasks.task_dates import utc_text
from tests.api.responses import add, bring
from tests.api.transfer.account_files import export
from tests.chatting import Chat, rows


@pytest.fixture
async def file(api: httpx.AsyncClient, offline: None) -> dict[str, Any]:
    """The account file of a user who is asked whether to delete #1 Spam and #2 Ads."""
    await add(api, title="Spam")
    await add(api, title="Ads")
    await Chat(api).send("delete all tasks")
    return json.loads(await export(api))


async def open_proposals(person: Person) -> list[Proposal]:
    own = select(Proposal).where(Proposal.user_id == person.id)
    return await rows(own.where(col(Proposal.decision).is_(None)))


async def card(person: Person) -> str:
    """Return the user's only widget as JSON."""
    [item] = await rows(select(ThreadItem).where(ThreadItem.user_id == person.id, ThreadItem.type == "widget"))
    return json.dumps(item.body)


async def test_a_proposal_follows_tasks_that_get_other_numbers(
    file: dict[str, Any], other_chat: Chat, other_person: Person, offline: None
):
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
