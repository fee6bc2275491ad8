"""Records of an account file that would break what reads them later are left out and named."""

import json
from typing import Any

import httpx
import pytest

from taskchat_app.assistant.threads.conversations import load_items
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.ui.activity.rows import change_page
from taskchat_app.ui.chat_messages.messages import messages_of
from tests.api.responses import bring
from tests.api.transfer.account_files import add, export
from tests.chatting import Chat

PATHS = ("/api/activity", "/api/tasks?status=all", "/api/tasks.csv?status=all", "/api/conversations", "/api/export")


@pytest.fixture
async def file(api: httpx.AsyncClient, offline: None) -> dict[str, Any]:
    """The account file of a user with a task, its changes and a conversation."""
    number = await add(api, title="Milk", due_at="2027-01-01", recurrence="FREQ=DAILY")
    assert (await api.patch(f"/api/tasks/{number}", json={"title": "Oat milk"})).status_code == 200
    await Chat(api).send("delete all tasks")
    return json.loads(await export(api))


async def check_readable(api: httpx.AsyncClient, person: Person) -> None:
    """Fail unless the account can be read in every way."""
    answers = [await api.get(path) for path in PATHS]
    answers.append(await Chat(api).request("threads.list"))
    assert {answer.status_code for answer in answers} == {200}
    await change_page(person, limit=30)


@pytest.mark.parametrize("day", ["2027-01-01T00:00:00", "2027-01-01T00:00:00Z", 86_400, "9999-12-31", "0001-01-01"])
@pytest.mark.parametrize("field", ["due_day", "recurrence_start_day"])
async def test_a_day_is_a_day_in_the_years_of_tasks(
    file: dict[str, Any], other_api: httpx.AsyncClient, other_person: Person, field: str, day: Any
):
    file["tasks"][0][field] = file["changes"][-1]["after"][field] = day
    outcome = await bring(other_api, json.dumps(file))
    assert (outcome["created"], len(outcome["skipped"])) == (0, 2)
    await check_readable(other_api, other_person)


@pytest.mark.parametrize("position", ["zz", "R1", "Q99999999980", "A" + "0" * 26])
async def test_a_position_is_one_that_other_tasks_can_be_beside(
    file: dict[str, Any], other_api: httpx.AsyncClient, position: str
):
    file["tasks"][0]["position"] = file["changes"][-1]["after"]["position"] = position
    outcome = await bring(other_api, json.dumps(file))
    assert (outcome["created"], len(outcome["skipped"])) == (0, 2)
    assert (await bring(other_api, "Bread\nEggs", format="csv"))["created"] == 2
    assert (await other_api.post("/api/tasks/3/move", json={"after": 2})).status_code == 200


@pytest.mark.parametrize("number", [True, 1.0, "1"])
async def test_a_number_is_a_whole_number(file: dict[str, Any], other_api: httpx.AsyncClient, number: Any):
    first, last = file["changes"][0], file["changes"][-1]
    last["actor"], last["after"]["repeats_number"] = "repeat", number
    outcome = await bring(other_api, json.dumps(file))
    undone = await other_api.post(f"/api/activity/{first['id']}/undo")
    assert (undone.status_code, len(outcome["skipped"])) == (200, 1)


async def test_false_is_no_number_of_minutes(file: dict[str, Any], other_api: httpx.AsyncClient):
    file["tasks"][0]["remind_before"] = False
    outcome = await bring(other_api, json.dumps(file))
    assert (outcome["created"], len(outcome["skipped"])) == (0, 1)


@pytest.mark.parametrize("milliseconds", ["nan", "-inf"])
async def test_a_duration_is_a_number_that_json_has(
    file: dict[str, Any], other_api: httpx.AsyncClient, milliseconds: str
):
    file["tool_calls"][0]["milliseconds"] = milliseconds
    assert len((await bring(other_api, json.dumps(file)))["skipped"]) == 1
    json.loads(await export(other_api), parse_constant=pytest.fail)


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "sung"},
        {"action": "imported"},
        {"kind": "turn", "action": "created"},
        {"task_number": None},
        {"token_id": "tok_1"},
    ],
)
async def test_a_change_that_nothing_can_show_does_not_come(
    file: dict[str, Any], other_api: httpx.AsyncClient, other_person: Person, fields: dict[str, Any]
):
    file["changes"][-1] |= fields
    outcome = await bring(other_api, json.dumps(file))
    assert len(outcome["skipped"]) == 1
    await check_readable(other_api, other_person)


@pytest.mark.parametrize("status", [{"type": "lost"}, {"type": "locked", "reason": 7}, {}])
async def test_a_conversation_has_a_status_of_chatkit(
    file: dict[str, Any], other_api: httpx.AsyncClient, other_person: Person, status: dict[str, Any]
):
    file["conversations"][0]["status"] = status
    outcome = await bring(other_api, json.dumps(file))
    assert outcome["conversations"] == 0
    await check_readable(other_api, other_person)


@pytest.mark.parametrize("depth", [700, 940])
@pytest.mark.parametrize("ending", ["", "\ud800"])
async def test_a_record_that_is_nested_deep_does_not_come(
    file: dict[str, Any], other_api: httpx.AsyncClient, other_person: Person, depth: int, ending: str
):
    file["changes"][-1]["after"]["later"] = "NESTED"
    file["conversations"][0]["details"] = {"later": "NESTED"}
    nested = "[" * depth + json.dumps(ending) + "]" * depth  # json.dumps of such lists fails itself in a deep stack
    outcome = await bring(other_api, json.dumps(file).replace('"NESTED"', nested))
    assert (outcome["created"], outcome["conversations"]) == (1, 0)
    await check_readable(other_api, other_person)


@pytest.mark.parametrize(
    "result", [{"task": 5}, {"task": {"title": "Milk"}}, {"tasks": [1]}, {"numbers": 5}, {"message": [1]}]
)
async def test_a_result_of_a_tool_call_has_the_tasks_that_the_page_reads(
    file: dict[str, Any], other_api: httpx.AsyncClient, other_person: Person, result: dict[str, Any]
):
    file["tool_calls"][0]["result"] = result
    outcome = await bring(other_api, json.dumps(file))
    assert len(outcome["skipped"]) == 1
    page = await load_items(other_person.id, (await Chat(other_api).request("threads.list")).json()["data"][0]["id"])
    assert messages_of(page.items, other_person.zone)
