"""Exports a user's account file, and adds and reads tasks over the API."""

from typing import Any

import httpx


async def export(api: httpx.AsyncClient) -> str:
    answer = await api.get("/api/export")
    assert answer.status_code == 200, answer.text
    return answer.text


async def add(api: httpx.AsyncClient, **fields: Any) -> int:
    answer = await api.post("/api/tasks", json=fields)
    assert answer.status_code == 201, answer.text
    return answer.json()["number"]


async def tasks_of(api: httpx.AsyncClient) -> list[dict[str, Any]]:
    listed = [
        (await api.get("/api/tasks", params={"status": status, "limit": 200})).json() for status in ("all", "deleted")
    ]
    return [task for page in listed for task in page["tasks"]]
