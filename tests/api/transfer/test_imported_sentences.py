"""The sentences of an account file, templates with values, are shown only if they do no more than ours do."""

import json
import os
from typing import Any

import httpx
import pytest
from chatkit.types import Workflow, WorkflowItem

from taskchat_app.assistant.threads.store import item_of
from taskchat_app.i18n.messages import UNREADABLE
from tests.api.responses import add, bring
from tests.api.transfer.account_files import export
from tests.chatting import Chat

ENVIRONMENT = "{x.__init__.__globals__[Locale].parse.__func__.__globals__[os].environ[PATH]}"


@pytest.fixture
async def file(api: httpx.AsyncClient, announcements: None) -> dict[str, Any]:
    """The account file of a user with a proposal, a tool call and a failed answer."""
    await add(api, title="Milk")
    await add(api, title="Bread")
    await Chat(api).send("delete all tasks")
    exported = json.loads(await export(api))
    sentence = {"/message": {"id": "No answer to {x}.", "values": {"x": "this"}}}
    exported["turns"][0] |= {
        "status": "failed",
        "error": {"message": "No answer to this.", "allow_retry": True, "messages": sentence},
    }
    return exported


def write_in_all(file: dict[str, Any], sentence: Any) -> int:
    """Put the sentence in the place of each one; return how many there were."""
    holders = [item["body"] for item in file["items"]] + file["tool_calls"] + [turn["error"] for turn in file["turns"]]
    holders = [holder for holder in holders if holder.get("messages")]
    for holder in holders:
        holder["messages"] = dict.fromkeys(holder["messages"], sentence)
    return len(holders)


async def test_no_sentence_reads_the_environment(file: dict[str, Any], other_api: httpx.AsyncClient):
    count = write_in_all(file, {"id": ENVIRONMENT, "values": {"x": 1}})
    outcome = await bring(other_api, json.dumps(file))
    assert len(outcome["skipped"]) == count >= 3
    assert os.environ["PATH"] not in json.dumps(outcome) + await export(other_api)


async def test_sentences_of_the_usual_form_are_imported(file: dict[str, Any], other_api: httpx.AsyncClient):
    write_in_all(file, {"id": "{x} is {n:#,##0}", "values": {"x": {"id": "Ours"}, "n": 2000}})
    outcome = await bring(other_api, json.dumps(file))
    assert outcome["skipped"] == []
    thread = (await other_api.get("/api/conversations")).json()["conversations"][0]["id"]
    markdown = await other_api.get(f"/api/conversations/{thread}/markdown")
    assert "Ours is 2,000" in markdown.text


@pytest.mark.parametrize(
    "sentence",
    [
        {"id": "Found {count} task", "plural": "found", "count": 2, "values": {"y": 1}},  # the German one has a count
        {"id": "{x:\uff19\uff19\uff19}", "values": {"x": "1"}},
    ],
)
async def test_what_cannot_be_shown_is_left_out_and_named(
    file: dict[str, Any], other_api: httpx.AsyncClient, sentence: Any
):
    count = write_in_all(file, sentence)
    assert len((await bring(other_api, json.dumps(file)))["skipped"]) == count


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
