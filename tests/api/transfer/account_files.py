"""Exports a user's account file, and reads all tasks over the API."""

from typing import Any

import httpx


async def export(api: httpx.AsyncClient) -> str:
    answer = await api.get("/api/export")
    assert answer.status_code == 200, answer.text
    return answer.text


async def tasks_of(api: httpx.AsyncClient) -> list[dict[str, Any]]:
    listed = [
        (await api.get("/api/tasks", params={"status": status, "limit": 200})).json() for status in ("all", "deleted")
    ]
    return [task for page in listed for task in page["tasks"]]
