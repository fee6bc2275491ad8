"""Every column of what an account file holds comes back, also in an account whose tasks have its numbers."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import select

from taskchat_app.assistant.account_data.record_types import id_suffix
from taskchat_app.assistant.account_data.renumbering import Renumbering
from taskchat_app.assistant.account_data.tasks_import import RELATIONS, ImportedTasks
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.log.effective_changes import IMPORTED
from taskchat_app.domain.storage import models
from taskchat_app.domain.storage.database import reading, transaction
from tests.api.responses import Api, add, add_all, bring, export

DAY, AT = date(2027, 1, 2), datetime(2027, 1, 1, 15, tzinfo=UTC)
"""A day and its beginning in the zone of `full`."""
OF_ACCOUNT = "user_id seq read_seq lease_turn_id lease_until stop_requested"
"""Columns of another account's own, in any table. That of `read_seq` is compared by an export."""
TABLES: dict[Any, tuple[str, dict[str, Any]]] = {
    models.Task: (
        "",
        {"number": 3, "copy_of_number": 1, "parent_number": 2, "rung_until": AT, "start_at": AT, "start_day": DAY},
    ),
    models.Ring: ("", {}),
    models.Change: (
        "id undoes base_id stored_before stored_after",
        {"cause_number": 2, "item_id": "msg_1", "token_id": "token_1", "token_name": "A program"},
    ),
    models.Thread: ("", {"details": {"from": "a client"}, "allowed_image_domains": ["example.org"], "deleted_at": AT}),
    models.ThreadItem: ("", {"feedback": "positive"}),
    models.MessageWords: ("", {}),
    models.ToolExecution: ("id", {"signature": "signed"}),
    models.Proposal: ("", {"decision": "expired", "decided_at": AT}),
    models.Turn: ("first_change_id", {"error": {"message": "No.", "allow_retry": True, "messages": {}}}),
    models.Attachment: ("", {}),
    models.AttachmentContent: ("", {}),
}
"""The tables: further columns of another account's own, and values of columns that are empty in `full`."""
COPIED_IDS = "id thread_id turn_id item_id attachment_id"
"""Columns that name what belongs to a conversation: in the copy of one, they name the copy's."""


def renumbered(model: Any, columns: dict[str, Any], more: int) -> dict[str, Any]:
    """Return the columns of a part of a conversation with all numbers so much higher; others as they are."""
    renumbering = Renumbering(ImportedTasks(is_new_account=False, numbers={n: n + more for n in range(1, 10)}))
    if model is models.ThreadItem:
        return columns | {"body": renumbering.item(columns["body"])}
    return renumbering.fields(columns) if model in (models.ToolExecution, models.Proposal) else columns


async def rows_of(person: Person, model: Any, more: int = 0, *, with_suffix: bool = False) -> list[dict[str, Any]]:
    """Return the columns of the user's rows that a file holds, with all numbers of tasks so much higher, sorted.

    Without positions: there, imported tasks come first. Ids of copies are those of the original, unless `with_suffix`.
    """

    def columns(row: Any) -> dict[str, Any]:
        names = [*model.model_fields, *(["before", "after"] if model is models.Change else [])]
        found = {name: getattr(row, name) for name in names if name not in f"{OF_ACCOUNT} {TABLES[model][0]}".split()}
        parts = [found, *(found[name] for name in ("before", "after") if found.get(name))]
        for part in parts:
            part.pop("position", None)
            part |= {name: part[name] + more for name in part if name.endswith("number") and part[name]}
        return renumbered(model, found, more) if more else found

    query = select(model).where(model.user_id == person.id)
    if model is models.Change:
        query = query.where(models.Change.kind == "task", models.Change.action != IMPORTED)
    async with reading(person.id) as session:
        texts = [json.dumps(columns(row), default=str) for row in (await session.exec(query)).all()]
    own = texts if with_suffix else [one.replace(id_suffix(person.id), "") for one in texts]
    return [json.loads(text) for text in sorted(own)]


@pytest.mark.parametrize("own_tasks", [0, 9])
async def test_every_column_comes_back(
    own_full: Api, person: Person, other_api: Api, other_person: Person, own_tasks: int
):
    await own_full.post("/api/tasks/1/copy", json={})
    await add(own_full, title="Step", parent_number=1)
    async with transaction(person.id) as session:
        session.add(models.Ring(user_id=person.id, task_number=3, rang_at=AT))
        for model, (_, values) in TABLES.items():
            own = [model.user_id == person.id, *([model.number == values["number"]] if model is models.Task else [])]
            await session.exec(update(model).where(*own).values(values or {"user_id": person.id}))
    if own_tasks:
        await other_api.patch("/api/auth/me", json={"timezone": "Asia/Tokyo"})
    await add_all(other_api, *["Own"] * own_tasks)
    assert (await bring(other_api, await export(own_full)))["skipped"] == []
    snapshots = [row["after"] for row in await rows_of(person, models.Change) if row["after"]]
    lost = [f"{name} is empty in snapshots" for name in RELATIONS if not any(one[name] for one in snapshots)]
    for model in TABLES:
        before = await rows_of(person, model, own_tasks)
        rows = await rows_of(other_person, model)
        after = [row for row in rows if row.get("number", row.get("task_number", own_tasks + 1)) > own_tasks]
        assert before, model
        for row in await rows_of(other_person, model, with_suffix=True):
            ids = {name: str(row[name]) for name in COPIED_IDS.split() if row.get("thread_id") and row.get(name)}
            same = [name for name in ids if not ids[name].endswith(id_suffix(other_person.id))]
            lost += [f"{model.__name__}.{name} is that of the original" for name in same]
        # The words of messages follow from their texts; these have other numbers.
        for name in before[0].keys() - ({"search"} if own_tasks and model is models.MessageWords else set[str]()):
            values = [[row[name] for row in each] for each in (before, after)]
            lost += [f"{model.__name__}.{name} is {values[1]}"[:300]] if values[0] != values[1] else []
            lost += [] if any(values[0]) else [f"{model.__name__}.{name} is empty: give it a value"]
    assert not lost, "\n".join(lost)
