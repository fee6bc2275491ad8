"""GET /api/tasks.csv and POST /api/import?format=csv."""

import csv
from io import StringIO
from typing import Any

import pytest

from taskchat_app.domain.transfer import task_writer, tasks_csv
from tests.api.responses import Api, add, bring, tasks_of

NASTY = [
    "=1+1", "'=1+1", "''quoted", "+49 30 1234", "-5 degrees", "@home", 'say "hi", then; go', "semi;colon",
    "äöü 日本 🎉", "'apostrophe",
]  # fmt: skip


async def csv_of(api: Api, **filters: Any) -> list[dict[str, str]]:
    answer = await api.get("/api/tasks.csv", params=filters)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="tasks-20')
    return list(csv.DictReader(StringIO(answer.content.decode(), newline="")))


def comparable(task: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in task.items() if name not in ("number", "updated_at")}


async def test_csv_reads_back_exactly_and_is_safe_in_spreadsheets(api: Api, other_api: Api):
    for text in NASTY:
        await add(api, title=text, description=f"\t{text}\r\n\nsecond line\n", tags=[text.strip("@"), "a,b", 'c"d'])
    await add(api, title="Rent", due_at="2027-01-31", recurrence="FREQ=MONTHLY", priority="low")
    await add(api, title="Call", due_at="2027-01-02T09:00:00Z", priority="high")
    for tags in (["a;b"], ["a;b", "c"], ["c", 'say "a;b"'], ["a,b;c"], ["a;b", "=c"]):
        await add(api, title="Milk", tags=tags)
    await api.post("/api/tasks/12/complete", json={})
    rows = await csv_of(api, status="all")
    assert [row["title"].removeprefix("'") for row in rows[4:6]] == ["-5 degrees", "@home"]
    assert not [cell for row in rows for cell in row.values() if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]
    assert rows[6]["title"] == NASTY[6]
    assert rows[10]["due_day"] == "2027-01-31"
    file = (await api.get("/api/tasks.csv", params={"status": "all"})).content
    outcome = await bring(other_api, file, format="csv")
    assert (outcome["created"], outcome["skipped"], outcome["notes"]) == (17, [], [])
    expected = [comparable(task) for task in await tasks_of(api)]
    assert [comparable(task) for task in await tasks_of(other_api)] == expected
    assert (await bring(other_api, file, format="csv"))["created"] == 0
    assert (await bring(api, file, format="csv"))["created"] == 0
    undone = await other_api.post(f"/api/turns/{outcome['turn_id']}/undo")
    assert len(undone.json()["undone"]) == 17
    assert (await other_api.get("/api/tasks", params={"status": "all"})).json()["tasks"] == []
    assert (await bring(other_api, file, format="csv"))["created"] == 17


async def test_the_csv_has_filters_and_all_tasks_of_a_list(api: Api, other_api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tasks_csv, "ROWS_AT_ONCE", 1)
    for number in range(1, 4):
        await add(api, title=f"Task {number}", tags=["home"] if number > 1 else [])
    assert [row["title"] for row in await csv_of(api, limit=2**31 - 1)] == ["Task 1", "Task 2", "Task 3"]
    await api.post("/api/tasks/3/complete", json={})
    await add(other_api, title="Not yours")
    assert [row["number"] for row in await csv_of(api)] == ["1", "2"]
    assert [row["number"] for row in await csv_of(api, tag="home", status="all", order="desc")] == ["3", "2"]
    assert [row["number"] for row in await csv_of(api, q="task", limit=1)] == ["1"]
    assert (await api.get("/api/tasks.csv", params={"sort": "color"})).status_code == 422
    for limit in (2**31, 2**63, 0):
        answer = await api.get("/api/tasks.csv", params={"limit": limit})
        assert (answer.status_code, "limit" in answer.json()["detail"]) == (422, True)


async def test_a_list_of_a_spreadsheet_becomes_tasks_and_what_is_too_long_is_cut_and_named(api: Api, other_api: Api):
    lines = [
        "Titel;Beschreibung;Fällig;Priorität;Tags;Erledigt;Wiederholung;Farbe",
        '"Bücher; Hefte";"zwei\nZeilen";24.12.2026;hoch;Schule, Büro;;jeden Montag;',
        "Fertig;;;;;ja;;rot",
        ";ohne Titel;;;;;;",
        "Krumm;;irgendwann mal;sehr;;vielleicht;nie;",
    ]
    outcome = await bring(api, "\r\n".join(lines).encode("cp1252"), format="csv")
    books, done, odd = await tasks_of(api)
    assert (books["title"], books["description"]) == ("Bücher; Hefte", "zwei\nZeilen")
    assert (books["due_at"], books["all_day"], books["priority"]) == ("2026-12-24T23:59:59Z", True, "high")
    assert (books["tags"], books["recurrence"]) == (["Schule", "Büro"], "FREQ=WEEKLY;BYDAY=MO")
    assert done["completed_at"] is not None
    assert (odd["title"], odd["due_at"], odd["recurrence"], odd["priority"]) == ("Krumm", None, None, "medium")
    assert [remark["line"] for remark in outcome["skipped"]] == [4, 5, 6, 6]
    assert [remark["line"] for remark in outcome["notes"]] == [1, 6, 6]
    tags = ",".join(f"t{number}" for number in range(22))
    outcome = await bring(
        other_api, f'title,description,tags\n{"x" * 300},{"y" * 3000},"{tags}"\nNUL\0,a,\n', format="csv"
    )
    long, short = await tasks_of(other_api)
    assert (len(long["title"]), len(long["description"]), len(long["tags"])) == (255, 2000, 20)
    assert short["title"] == "NUL"
    assert [remark["line"] for remark in (*outcome["skipped"], *outcome["notes"])] == [2, 2, 2, 3]


async def test_more_tasks_than_a_list_holds_come_not_at_all(api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("taskchat_app.domain.tasks.task_rows.OPEN_MAX", 50)
    whole = "\n".join(map(str, range(50)))

    async def refuse(content: str) -> None:
        answer = await api.post("/api/import", params={"format": "csv"}, content=content.encode())
        assert (answer.status_code, answer.json()["code"]) == (409, "list_full")

    with monkeypatch.context() as context:
        context.setattr(task_writer, "add_rows", None)  # none is written before that
        await refuse(f"{whole}\n50")
    assert await tasks_of(api) == []
    await bring(api, whole, format="csv")
    assert len((await bring(api, whole, format="csv"))["skipped"]) == 50
    await refuse(f"{whole}\n50")
    assert len(await tasks_of(api)) == 50
