"""Checks the API's responses, and what requests stored; adds, reads, imports and exports tasks over the API."""

from typing import Any
from urllib.parse import urlsplit

import httpx
from sqlalchemy import func
from sqlmodel import select

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.models import Change, IdempotencyKey, Thread, ThreadItem, ToolExecution, Turn
from tests.chatting import json_of, rows

Api = httpx.AsyncClient
"""A client of the API."""


def check_problem(response: httpx.Response, status: int, named: str = "") -> dict[str, Any]:
    """Return the problem; fail if it is incomplete, has another status or does not contain `named`."""
    assert code_of(response)[0] == status, response.text
    assert named in response.text
    return response.json()


def code_of(response: httpx.Response) -> tuple[int, str]:
    """Return status and code of a problem; fail if it is incomplete."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    problem = response.json()
    assert problem["status"] == response.status_code
    assert problem["title"]
    assert problem["code"]
    assert len(problem["detail"]) >= 20
    assert problem["detail"].endswith(".")
    return response.status_code, problem["code"]


def cookie_of(answer: httpx.Response) -> dict[str, str]:
    """Return the cookie's value under `auth_token`, on https too, and its attributes in lower case."""
    header = answer.headers.get_list("set-cookie")[0].removeprefix("__Host-")
    parts = (part.strip().partition("=") for part in header.split(";"))
    return {name.lower(): value.strip('"') for name, _, value in parts}


def is_refused(answer: httpx.Response, status: int, code: str) -> bool:
    """Return whether status and code of a problem, which sets no cookie, are these."""
    assert "set-cookie" not in answer.headers
    return code_of(answer) == (status, code)


async def count_stored_rows(person: Person) -> list[int]:
    """Count the user's rows that a chat request could store: threads, items and turns first."""
    tables = (Thread, ThreadItem, Turn, Change, ToolExecution, IdempotencyKey)
    return [(await rows(select(func.count()).where(table.user_id == person.id)))[0] for table in tables]


async def post_task(api: Api, title: str = "Buy milk", **fields: Any) -> dict[str, Any]:
    """Add a task, and return it."""
    return json_of(await api.post("/api/tasks", json={"title": title, **fields}), 201)


async def add(api: Api, title: str, **fields: Any) -> int:
    """Add a task, and return its number."""
    return (await post_task(api, title, **fields))["number"]


async def add_all(api: Api, *titles: str) -> None:
    for title in titles:
        await add(api, title)


async def bring(api: Api, content: str | bytes, **query: str) -> dict[str, Any]:
    """Import a file, and return the outcome: `await bring(api, content, format="csv")`."""
    encoded = content.encode() if isinstance(content, str) else content
    return json_of(await api.post("/api/import", params=query, content=encoded))


async def undo(api: Api, what: str) -> dict[str, Any]:
    """Undo a change or a turn, and return the outcome: `await undo(api, "activity/2")`."""
    return json_of(await api.post(f"/api/{what}/undo"))


async def export(api: Api) -> str:
    answer = await api.get("/api/export")
    assert answer.status_code == 200, answer.text
    return answer.text


async def feed_of(api: Api, kind: str, view: str = "all") -> bytes:
    """Return what a calendar reads of a new feed of events ("event") or of to-dos ("todo")."""
    made = json_of(await api.post("/api/feeds", json={"view": view, "as": kind}), 201)
    read = await api.get(urlsplit(made["url"]).path)
    assert read.status_code == 200, read.text
    return read.content


async def tasks_of(api: Api) -> list[dict[str, Any]]:
    listed = [
        (await api.get("/api/tasks", params={"status": status, "limit": 200})).json() for status in ("all", "deleted")
    ]
    return [task for page in listed for task in page["tasks"]]
