"""Records of an account file that would break what reads them later are left out and named."""

import json
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from copy import deepcopy
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from taskchat_app.assistant.threads.conversations import load_items
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.ui.activity.rows import change_page
from taskchat_app.ui.chat_messages.messages import messages_of
from tests.api.responses import Api, add, bring, export
from tests.chatting import Chat

NewAccount = Callable[[], Awaitable[tuple[Api, Person]]]
PATHS = ("/api/activity", "/api/tasks?status=all", "/api/tasks.csv?status=all", "/api/conversations", "/api/export")


@pytest.fixture
async def file(api: Api, offline: None) -> dict[str, Any]:
    """The account file of a user with a task, its changes and a conversation."""
    number = await add(api, title="Milk", due_at="2027-01-01", recurrence="FREQ=DAILY")
    assert (await api.patch(f"/api/tasks/{number}", json={"title": "Oat milk"})).status_code == 200
    await Chat(api).send("delete all tasks")
    return json.loads(await export(api))


async def check_readable(api: Api, person: Person) -> None:
    """Fail unless the account can be read in every way."""
    answers = [await api.get(path) for path in PATHS]
    answers.append(await Chat(api).request("threads.list"))
    assert {answer.status_code for answer in answers} == {200}
    await change_page(person, limit=30)


async def import_changed(
    new_account: NewAccount, file: dict[str, Any], change: Callable[[dict[str, Any]], object], nested: str = ""
) -> tuple[dict[str, Any], Api]:
    """Import the changed file into a new account, and check that it can be read; return outcome and API."""
    changed = deepcopy(file)
    change(changed)
    api, person = await new_account()
    outcome = await bring(api, json.dumps(changed).replace('"NESTED"', nested))
    await check_readable(api, person)
    return outcome, api


def updated(name: str, place: int, **fields: Any) -> Callable[[dict[str, Any]], None]:
    """Return what gives a record of this list these values."""
    return lambda file: file[name][place].update(fields)


def with_values(field: str, *values: Any) -> Callable[[dict[str, Any]], None]:
    """Return what gives the file a task and a change of it for each of these values."""

    def change(file: dict[str, Any]) -> None:
        task, entry = file["tasks"][0], file["changes"][-1]
        wrong = [task | {"number": number, field: value} for number, value in enumerate(values, 1)]
        file["tasks"] = wrong
        file["changes"] = [
            entry | {"id": one["number"], "task_number": one["number"], "before": None, "after": entry["after"] | one}
            for one in wrong
        ]

    return change


async def test_days_are_in_years_of_tasks_and_positions_beside_others(file: dict[str, Any], new_account: NewAccount):
    days = ("2027-01-01T00:00:00", "2027-01-01T00:00:00Z", 86_400, "9999-12-31", "0001-01-01")
    for field in ("due_day", "recurrence_start_day"):
        outcome, _ = await import_changed(new_account, file, with_values(field, *days))
        assert (outcome["created"], len(outcome["skipped"])) == (0, 2 * len(days)), field
    assert (await import_changed(new_account, file, with_values("due_day", "2027-01-01")))[0]["created"] == 1
    positions = ("zz", "R1", "Q99999999980", "A" + "0" * 26)
    outcome, api = await import_changed(new_account, file, with_values("position", *positions))
    assert (outcome["created"], len(outcome["skipped"])) == (0, 2 * len(positions))
    assert (await bring(api, "Bread\nEggs", format="csv"))["created"] == 2
    first, second = [task["number"] for task in (await api.get("/api/tasks")).json()["tasks"]]
    assert (await api.post(f"/api/tasks/{first}/move", json={"after": second})).status_code == 200


async def test_numbers_are_whole_and_durations_those_that_json_has(file: dict[str, Any], new_account: NewAccount):
    for number in (True, 1.0, "1"):
        repeats = {"actor": "repeat", "after": file["changes"][-1]["after"] | {"repeats_number": number}}
        outcome, api = await import_changed(new_account, file, updated("changes", -1, **repeats))
        undone = await api.post(f"/api/activity/{file['changes'][0]['id']}/undo")
        assert (undone.status_code, len(outcome["skipped"])) == (200, 1), number
    outcome, _ = await import_changed(new_account, file, updated("tasks", 0, remind_before=False))
    assert (outcome["created"], len(outcome["skipped"])) == (0, 1)
    for milliseconds in ("nan", "-inf"):
        outcome, api = await import_changed(new_account, file, updated("tool_calls", 0, milliseconds=milliseconds))
        assert len(outcome["skipped"]) == 1
        json.loads(await export(api), parse_constant=pytest.fail)


UNREADABLE: dict[str, list[dict[str, Any]]] = {
    "changes": [
        {"action": "sung"}, {"action": "imported"}, {"kind": "turn", "action": "created"}, {"task_number": None},
        {"token_id": "tok_1"},
    ],
    "conversations": [{"status": {"type": "lost"}}, {"status": {"type": "locked", "reason": 7}}, {"status": {}}],
    "tool_calls": [
        {"result": {"task": 5}}, {"result": {"task": {"title": "Milk"}}}, {"result": {"tasks": [1]}},
        {"result": {"numbers": 5}}, {"result": {"message": [1]}},
    ],
}  # fmt: skip
"""By list: fields of a record that nothing can show."""
KEYS: dict[str, tuple[str, list[Any]]] = {
    "changes": ("id", [*range(10, 16)]),
    "conversations": ("id", [f"thr_{number:032}" for number in range(3)]),
    "tool_calls": ("call_id", [f"call_{number}" for number in range(6)]),
}
"""By list: the key of a record, and further keys, of which the last one is for a record that can be shown."""


def add_unreadable(file: dict[str, Any]) -> None:
    for name, (key, values) in KEYS.items():
        records = zip([*UNREADABLE[name], {}], values, strict=False)
        file[name] += [file[name][-1] | fields | {key: value} for fields, value in records]


async def messages_in(api: Api) -> Sequence[Any]:
    """Return the messages of the only conversation as the page shows them."""
    thread_id = (await Chat(api).request("threads.list")).json()["data"][0]["id"]
    user_id = (await api.get("/api/auth/me")).json()["user"]["id"]
    return messages_of((await load_items(user_id, thread_id)).items, ZoneInfo("UTC"))


async def test_only_a_record_that_can_be_shown_comes_without_a_title_too(file: dict[str, Any], new_account: NewAccount):
    outcome, api = await import_changed(new_account, file, add_unreadable)
    assert outcome["conversations"] == 1
    reasons = Counter(remark["reason"].partition(" cannot be read")[0] for remark in outcome["skipped"])
    assert reasons == {"This change": 5, "This conversation": 3, "This part of a conversation": 5}
    assert await messages_in(api)
    outcome, api = await import_changed(new_account, file, updated("tool_calls", -1, title=""))
    assert await messages_in(api)
    assert outcome["skipped"] == []


def nest(file: dict[str, Any]) -> None:
    file["changes"][-1]["after"]["later"] = "NESTED"
    file["conversations"][0]["details"] = {"later": "NESTED"}


async def test_a_record_that_is_nested_deep_does_not_come(file: dict[str, Any], new_account: NewAccount):
    for depth in (700, 940):
        for ending in ("", "\ud800"):
            nested = "[" * depth + json.dumps(ending) + "]" * depth  # json.dumps fails itself in a deep stack
            outcome, _ = await import_changed(new_account, file, nest, nested)
            assert (outcome["created"], outcome["conversations"]) == (1, 0)
