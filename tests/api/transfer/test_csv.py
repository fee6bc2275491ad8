"""GET /api/tasks.csv and POST /api/import?format=csv."""

import csv
from io import StringIO
from typing import Any

import httpx
import pytest

from taskchat_app.domain.transfer import task_writer
from taskchat_app.domain.transfer.tasks_csv import ROWS_AT_ONCE
from tests.api.responses import bring
from tests.api.transfer.account_files import add, tasks_of

NASTY = [
    "=1+1",
    "'=1+1",
    "''quoted",
    "+49 30 1234",
    "-5 degrees",
    "@home",
    'say "hi", then; go',
    "semi;colon",
    "äöü 日本 🎉",
    "'apostrophe",
]


async def csv_of(api: httpx.AsyncClient, **filters: Any) -> list[dict[str, str]]:
    answer = await api.get("/api/tasks.csv", params=filters)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="tasks-20')
    return list(csv.DictReader(StringIO(answer.content.decode(), newline="")))


def comparable(task: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in task.items() if name not in ("number", "updated_at")}


async def test_csv_reads_back_exactly_and_is_safe_in_spreadsheets(api: httpx.AsyncClient, other_api: httpx.AsyncClient):
    for text in NASTY:
        await add(api, title=text, description=f"{text}\r\n\nsecond line\n", tags=[text.strip("@"), "a,b", 'c"d'])
    await add(api, title="Rent", due_at="2027-01-31", recurrence="FREQ=MONTHLY", priority="low")
    await add(api, title="Call", due_at="2027-01-02T09:00:00Z", priority="high")
    await api.post("/api/tasks/12/complete", json={})
    rows = await csv_of(api, status="all")
    assert [row["title"].removeprefix("'") for row in rows[4:6]] == ["-5 degrees", "@home"]
    assert not [cell for row in rows for cell in row.values() if cell[:1] in ("=", "+", "-", "@")]
    assert rows[6]["title"] == NASTY[6]
    assert rows[10]["due_day"] == "2027-01-31"
    file = (await api.get("/api/tasks.csv", params={"status": "all"})).content
    outcome = await bring(other_api, file, format="csv")
    assert (outcome["created"], outcome["skipped"], outcome["notes"]) == (12, [], [])
    expected = [comparable(task) for task in await tasks_of(api)]
    assert [comparable(task) for task in await tasks_of(other_api)] == expected
    assert (await bring(other_api, file, format="csv"))["created"] == 0
    assert (await bring(api, file, format="csv"))["created"] == 0
    undone = await other_api.post(f"/api/turns/{outcome['turn_id']}/undo")
    assert len(undone.json()["undone"]) == 12
    assert (await other_api.get("/api/tasks", params={"status": "all"})).json()["tasks"] == []
    assert (await bring(other_api, file, format="csv"))["created"] == 12


async def test_the_csv_has_all_tasks_of_a_long_list(api: httpx.AsyncClient):
    titles = [f"Task {number}" for number in range(2 * ROWS_AT_ONCE + 1)]
    await bring(api, "\n".join(["title", *titles]).encode(), format="csv")
    assert [row["title"] for row in await csv_of(api)] == titles


@pytest.mark.parametrize("tags", [["a;b"], ["a;b", "c"], ["c", 'say "a;b"'], ["a,b;c"], ["a;b", "=c"]])
async def test_a_tag_with_a_semicolon_comes_back_as_one(
    api: httpx.AsyncClient, other_api: httpx.AsyncClient, tags: list[str]
):
    await add(api, title="Milk", tags=tags)
    await bring(other_api, (await api.get("/api/tasks.csv")).content, format="csv")
    assert [task["tags"] for task in await tasks_of(other_api)] == [tags]


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("a; b", ["a", "b"]),
        ("a, b;c", ["a", "b;c"]),
        ('"a,b";c', ["a,b", "c"]),
        ('5"; home', ['5"', "home"]),
        ('5" pipe; foo; 6" pipe', ['5" pipe', "foo", '6" pipe']),
    ],
)
async def test_tags_of_other_programs_are_separated_by_comma_or_semicolon(
    api: httpx.AsyncClient, cell: str, tags: list[str]
):
    quoted = cell.replace('"', '""')
    await bring(api, f'title,tags\nMilk,"{quoted}"\n', format="csv")
    assert [task["tags"] for task in await tasks_of(api)] == [tags]


async def test_the_csv_has_the_filters_of_the_list(api: httpx.AsyncClient, other_api: httpx.AsyncClient):
    for number in range(1, 4):
        await add(api, title=f"Task {number}", tags=["home"] if number > 1 else [])
    await api.post("/api/tasks/3/complete", json={})
    await add(other_api, title="Not yours")
    assert [row["number"] for row in await csv_of(api)] == ["1", "2"]
    assert [row["number"] for row in await csv_of(api, tag="home", status="all", order="desc")] == ["3", "2"]
    assert [row["number"] for row in await csv_of(api, q="task", limit=1)] == ["1"]
    assert (await api.get("/api/tasks.csv", params={"sort": "color"})).status_code == 422


async def test_the_csv_has_at_most_as_many_tasks_as_there_are_numbers(api: httpx.AsyncClient):
    await add(api, title="Milk")
    assert len(await csv_of(api, limit=2**31 - 1)) == 1
    for limit in (2**31, 2**63, 0):
        answer = await api.get("/api/tasks.csv", params={"limit": limit})
        assert (answer.status_code, "limit" in answer.json()["detail"]) == (422, True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
async def test_lists_of_spreadsheets_are_read_in_any_encoding(api: httpx.AsyncClient, encoding: str):
    lines = [
        "Titel;Beschreibung;Fällig;Priorität;Tags;Erledigt;Wiederholung;Farbe",
        '"Bücher; Hefte";"zwei\nZeilen";24.12.2026;hoch;Schule, Büro;;jeden Montag;',
        "Fertig;;;;;ja;;rot",
        ";ohne Titel;;;;;;",
        "Krumm;;irgendwann mal;sehr;;vielleicht;nie;",
    ]
    outcome = await bring(api, "\r\n".join(lines).encode(encoding), format="csv")
    books, done, odd = await tasks_of(api)
    assert (books["title"], books["description"]) == ("Bücher; Hefte", "zwei\nZeilen")
    assert (books["due_at"], books["all_day"], books["priority"]) == ("2026-12-24T23:59:59Z", True, "high")
    assert (books["tags"], books["recurrence"]) == (["Schule", "Büro"], "FREQ=WEEKLY;BYDAY=MO")
    assert done["completed_at"] is not None
    assert (odd["title"], odd["due_at"], odd["recurrence"], odd["priority"]) == ("Krumm", None, None, "medium")
    assert [remark["line"] for remark in outcome["skipped"]] == [4, 5, 6, 6]
    assert [remark["line"] for remark in outcome["notes"]] == [*([1] if encoding == "cp1252" else []), 6, 6]


async def test_the_tags_of_several_columns_come_together(api: httpx.AsyncClient):
    outcome = await bring(api, "Summary,Labels,Labels,Labels\nMilk,home,,\nEggs,,a,b\n", format="csv")
    assert [task["tags"] for task in await tasks_of(api)] == [["home"], ["a", "b"]]
    assert outcome["skipped"] == []


async def test_of_several_columns_for_one_field_the_first_that_is_filled_in_comes(api: httpx.AsyncClient):
    lines = ["title,notes,description,details", "Milk,keep this,,", "Eggs,,this,", "Bread,one,one,two"]
    outcome = await bring(api, "\n".join(lines), format="csv")
    assert [task["description"] for task in await tasks_of(api)] == ["keep this", "this", "one"]
    assert outcome["skipped"] == [
        {"line": 4, "reason": "“two” does not come, since another column for “description” is filled in."}
    ]


@pytest.mark.parametrize("name", ["Call mom", "title", "Title"])
async def test_a_line_of_a_list_of_one_column_is_one_title(api: httpx.AsyncClient, name: str):
    outcome = await bring(api, f'{name}\nBuy milk, eggs and bread\n"Bread", rye\nTea,\n', format="csv")
    titles = [task["title"] for task in await tasks_of(api)]
    assert titles[-3:] == ["Buy milk, eggs and bread", "Bread, rye", "Tea"]
    assert outcome["skipped"] == []


async def test_a_line_of_a_list_of_one_column_is_joined_by_the_separator_of_the_file(api: httpx.AsyncClient):
    await bring(api, "sep=;\r\ntitle\r\nMilk; eggs, bread\r\n", format="csv")
    assert [task["title"] for task in await tasks_of(api)] == ["Milk; eggs, bread"]


async def test_cells_beyond_the_last_column_are_named(api: httpx.AsyncClient):
    outcome = await bring(api, "title,tags\na,b,c,,d\nMilk,home,\n", format="csv")
    assert [task["tags"] for task in await tasks_of(api)] == [["b"], ["home"]]
    assert outcome["skipped"] == [{"line": 2, "reason": "“c, d” stands beyond the last column, so it does not come."}]


@pytest.mark.parametrize(
    ("cells", "completed_at", "named"),
    [
        ("yes,", True, []),
        ("yes,2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", []),
        ("2026-01-02T03:04:05Z,2026-01-03T03:04:05Z", "2026-01-02T03:04:05Z", ["2026-01-03"]),
        ("no,2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", ["no"]),
        ("no,done", None, ["done"]),
        ("waiting,done", True, ["waiting"]),
    ],
)
async def test_of_several_columns_for_the_completion_a_moment_comes_before_a_word(
    api: httpx.AsyncClient, cells: str, completed_at: str | bool | None, named: list[str]
):
    outcome = await bring(api, f"title,done,completed_at\nMilk,{cells}\n", format="csv")
    [task] = await tasks_of(api)
    assert (task["completed_at"] is not None if completed_at is True else task["completed_at"]) == completed_at
    assert len(outcome["skipped"]) == len(named)
    assert all(f"“{word}" in remark["reason"] for word, remark in zip(named, outcome["skipped"], strict=True))


async def test_a_list_of_one_column_needs_no_names(api: httpx.AsyncClient):
    assert (await bring(api, "Milk\nBread\n\nMilk\n", format="csv"))["created"] == 3
    assert [task["title"] for task in await tasks_of(api)] == ["Milk", "Bread", "Milk"]
    assert (await bring(api, "Milk\nBread\n\nMilk\nEggs\n", format="csv"))["created"] == 1


@pytest.mark.parametrize("separator", [",", ";"])
async def test_the_first_line_of_a_list_of_one_column_may_hold_separators(api: httpx.AsyncClient, separator: str):
    titles = [f"Buy milk{separator} eggs and bread", f"Tea{separator} black", "Call Bob"]
    outcome = await bring(api, "\n".join(titles), format="csv")
    assert [task["title"] for task in await tasks_of(api)] == titles
    assert outcome["skipped"] == []


async def test_what_is_too_long_is_cut_and_named(api: httpx.AsyncClient):
    tags = ",".join(f"t{number}" for number in range(22))
    outcome = await bring(api, f'title,description,tags\n{"x" * 300},{"y" * 3000},"{tags}"\nNUL\0,a,\n', format="csv")
    long, short = await tasks_of(api)
    assert (len(long["title"]), len(long["description"]), len(long["tags"])) == (255, 2000, 20)
    assert short["title"] == "NUL"
    assert [remark["line"] for remark in (*outcome["skipped"], *outcome["notes"])] == [2, 2, 2, 3]


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1,2\n",
        "a,description\nb\n",
        "a,number\nb\n",
        "a,b\n" + "1,2\n" * 20 + "c",
        'title\n"open',
        "title\n" + "x" * 140_000,
        "\ufeff".encode() + b"\xff",
    ],
)
async def test_a_file_that_is_no_list_is_refused(api: httpx.AsyncClient, content: str | bytes):
    encoded = content.encode() if isinstance(content, str) else content
    answer = await api.post("/api/import", params={"format": "csv"}, content=encoded)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert await tasks_of(api) == []


async def test_more_tasks_than_a_list_holds_come_not_at_all(api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch):
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
