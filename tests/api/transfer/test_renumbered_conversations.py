"""A conversation that is imported into an account with tasks says and does nothing about other tasks than its own."""

import json
from collections.abc import Iterator
from typing import Any, cast

import pytest

from taskchat_app.assistant.account_data.renumbering import WORD_JOINER, Renumbering
from taskchat_app.assistant.account_data.tasks_import import ImportedTasks
from taskchat_app.i18n.messages import decode, encode, gettext
from taskchat_app.ui.chat_messages.calls import rows_of
from tests.api.responses import Api, add_all, bring, export, tasks_of
from tests.chatting import Chat, answer_of, message

OWN = ("One", "Two", "Three", "Four", "Five", "Six")
GONE = 4
"""The number of a task that the conversation names and the file does not have."""


@pytest.fixture
async def file(api: Api, offline: None) -> dict[str, Any]:
    """An account file with a conversation that has lists, a date with two meanings, a selection, and open questions."""
    chat = Chat(api)
    await add_all(api, "Weekly report", "Yearly report", "Hotel", "Zahnarzt")
    thread_id = (await chat.send("list my tasks")).thread_id
    await chat.send("call mum next friday", thread_id)
    await chat.send("complete 4", thread_id)
    selected = message("move these to monday", thread_id)
    tag = {"type": "input_tag", "id": "1", "text": "#1", "group": "Selected tasks", "data": {"number": 1}}
    named = {"type": "input_tag", "id": "2", "text": "Yearly report", "group": "Tasks", "data": {"number": "2"}}
    selected["params"]["input"]["content"] += [named, tag, tag | {"id": "4", "text": "#4", "data": {"number": 4}}]
    answer_of(await api.post("/api/chatkit", json=selected))
    await chat.send("show all my tasks", thread_id)
    await chat.send("hotel: pictures for friday are missing", thread_id)
    await chat.send("complete the report", thread_id)
    await chat.send("delete all tasks", thread_id)
    file = json.loads(await export(api))
    file["tasks"] = [task for task in file["tasks"] if task["number"] != GONE]
    file["changes"] = [change for change in file["changes"] if change["task_number"] != GONE]
    return file


@pytest.fixture
async def imported(file: dict[str, Any], other_chat: Chat) -> list[dict[str, Any]]:
    """The items of the conversation in an account whose own tasks have its numbers."""
    await other_chat.add_tasks(*OWN)
    await bring(other_chat.http, json.dumps(file))
    [conversation] = (await other_chat.http.get("/api/conversations")).json()["conversations"]
    return await other_chat.items(conversation["id"])


def clicks_in(value: Any) -> Iterator[dict[str, Any]]:
    """Yield the actions that are anywhere in the JSON."""
    if isinstance(value, list):
        for part in cast("list[Any]", value):
            yield from clicks_in(part)
    elif isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        if "type" in fields and "payload" in fields:
            yield fields
        for part in fields.values():
            yield from clicks_in(part)


async def own_tasks(chat: Chat) -> list[dict[str, Any]]:
    return [task for task in await tasks_of(chat.http) if task["number"] <= len(OWN)]


async def test_no_click_reaches_an_own_task(file: dict[str, Any], imported: list[dict[str, Any]], other_chat: Chat):
    kinds = {click["type"] for item in file["items"] for click in clicks_in(item["body"])}
    assert kinds >= {"choice.pick", "task.complete", "proposal.confirm"}
    before = await own_tasks(other_chat)
    thread_id = imported[0]["thread_id"]
    cards = {item["id"].partition("x")[0]: item["id"] for item in imported}
    for item in file["items"]:  # as a card that a tab has kept
        for click in clicks_in(item["body"]):
            if click["type"] == "choice.pick":
                payload = click["payload"] | {"choice_id": cards[click["payload"]["choice_id"]]}
                picked = await other_chat.act("choice.pick", payload, thread_id)
                assert picked.status_code == 200, picked.text
    for item in imported:
        for click in clicks_in(item):
            await other_chat.act(click["type"], click["payload"], thread_id, item_id=item["id"])
        if item["type"] == "structured_input":
            for option in item["inputs"][0]["options"]:
                answers = {item["inputs"][0]["id"]: {"values": [option["value"]]}}
                sent = {"item_id": item["id"], "input": {"status": "answered", "answers": answers}}
                await other_chat.request("threads.add_structured_input", thread_id=thread_id, **sent)
    assert await own_tasks(other_chat) == before
    open_titles = set((await other_chat.titles("open")).values())
    assert open_titles == set(OWN)  # the proposal has deleted its own tasks


async def test_its_texts_and_tags_have_the_new_numbers_and_its_choices_are_closed(
    imported: list[dict[str, Any]], other_chat: Chat
):
    new = {title: number for number, title in (await other_chat.titles()).items() if title not in OWN}
    assert new["Weekly report"] > len(OWN)
    [written] = [item for item in imported if "move these" in str(item.get("content"))]
    assert [(part["text"], part.get("data")) for part in written["content"]] == [
        ("move these to monday", None),
        ("Yearly report", {"number": str(new["Yearly report"])}),
        (f"#{new['Weekly report']}", {"number": str(new["Weekly report"])}),
    ]
    shown = json.dumps(imported, ensure_ascii=False)
    assert f"#{new['Hotel']} Hotel" in shown
    assert f"#{new['Call mum']} Call mum" in shown
    assert f"#{WORD_JOINER}{GONE} Zahnarzt" in shown
    assert not any(f"#{number} " in shown for number in range(1, len(OWN) + 1))
    file = json.loads(await export(other_chat.http))
    numbers = [call["result"].get("task", {}).get("number") for call in file["tool_calls"]]
    assert new["Call mum"] in numbers
    assert {number for number in numbers if number is not None} <= {0, *new.values()}
    widgets = [item["widget"] for item in imported if item["type"] == "widget"]
    choices = [widget for widget in widgets if "no longer open" in str(widget.get("status")).lower()]
    assert len(choices) == 2
    assert not any(list(clicks_in(choice)) for choice in choices)
    questions = [item for item in imported if item["type"] == "structured_input"]
    assert {question["status"] for question in questions} == {"skipped"}


async def test_a_decided_proposal_names_its_own_tasks(file: dict[str, Any], other_chat: Chat):
    file["proposals"][0] |= {"decision": "confirmed", "decided_at": file["proposals"][0]["created_at"]}
    await other_chat.add_tasks(*OWN)
    await bring(other_chat.http, json.dumps(file))
    new = [number for number in await other_chat.titles() if number > len(OWN)]
    [proposal] = json.loads(await export(other_chat.http))["proposals"]
    assert proposal["numbers"] == sorted(new)


async def test_a_message_goes_on_with_the_tasks_of_the_conversation(imported: list[dict[str, Any]], other_chat: Chat):
    before = await own_tasks(other_chat)
    thread_id = imported[0]["thread_id"]
    for said in ("the second one", "yes", "mark it as done"):
        await other_chat.send(said, thread_id)
    assert await own_tasks(other_chat) == before


RENUMBERING = Renumbering(ImportedTasks(is_new_account=False, numbers={3: 28}, existing={5: 5}))


def test_labels_of_a_text_become_the_new_ones_or_none_and_a_mention_ends_there():
    expected = {
        "Added #3 Zahnarzt.": "Added #28 Zahnarzt.",
        "#5 and #3": "#5 and #28",
        "a#3, /#3, ##3 and #3rd": "a#3, /#3, ##3 and #3rd",
        "#4": f"#{WORD_JOINER}4",
        "#home": "#home",
    }
    assert {text: RENUMBERING.text(text) for text in expected} == expected
    source = {"type": "entity", "id": "3", "title": "Zahnarzt", "inline_label": "#3", "data": {"number": "3"}}
    marks = [{"type": "annotation", "source": source, "index": 8}]
    marks.append({"type": "annotation", "source": source | {"id": "4", "data": {"number": "4"}}, "index": 13})
    part = {"type": "output_text", "text": "Added #3 and #4.", "annotations": marks}
    [answer] = RENUMBERING.item({"type": "assistant_message", "content": [part]})["content"]
    [mark] = answer["annotations"]
    assert answer["text"][: mark["index"]] == "Added #28"
    assert (mark["source"]["id"], mark["source"]["inline_label"], mark["source"]["data"]) == (
        "28", "#28", {"number": "28"},
    )  # fmt: skip


def test_messages_keep_their_template_and_get_the_new_numbers():
    changing = gettext("Changing #{number}, such as #3, {count} of {task}", number=3, count=3, task="#3 Zahnarzt")
    messages = {"/title": encode(changing), "/other": encode(changing.with_values(number=4, task=changing))}
    read = {path: decode(stored) for path, stored in RENUMBERING.fields({"messages": messages})["messages"].items()}
    assert read["/title"] == "Changing #28, such as #3, 3 of #28 Zahnarzt"
    assert read["/other"] == f"Changing #{WORD_JOINER}4, such as #3, 3 of Changing #28, such as #3, 3 of #28 Zahnarzt"


def test_a_call_of_no_task_here_has_no_row_and_a_plan_keeps_its_rows():
    task = {"number": 4, "title": "Zahnarzt", "due": "2026-11-27", "due_could_be": ["2026-12-04"]}
    call = {"call_id": "c", "tool": "update_task", "status": "done", "title": "Changed #4 Zahnarzt"}
    result = RENUMBERING.fields({"result": {"task": task, "tasks": [{"number": 3}, task], "numbers": [3, 4]}})["result"]
    assert [one["number"] for one in result["tasks"]] == result["numbers"] == [28, 0]
    assert rows_of(call | {"result": result}) == ()
    rows = [{"type": "Title"}, {"key": "3"}, {"key": "4"}, {"key": "-3"}]
    card = {"type": "widget", "widget": {"type": "Card", "key": "plan", "children": rows}}
    children = RENUMBERING.item(card)["widget"]["children"]
    assert [row.get("key") for row in children] == [None, "28", "-2", "-3"]
