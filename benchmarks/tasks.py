"""The task API: listing a page of a long list and creating a task, against plain SQL."""

import json
from collections.abc import Iterator
from typing import Any

import psycopg

from benchmarks.figures import Row
from benchmarks.rows import add_own_tasks
from benchmarks.servers import Servers
from benchmarks.sizes import Sizes
from benchmarks.wire import Connection

TASKS = 5000

PAGE = """
SELECT number, title, description, priority, tags, due_at, recurrence, completed_at, created_at, updated_at
FROM tasks WHERE user_id = %s AND deleted_at IS NULL AND completed_at IS NULL ORDER BY created_at, number LIMIT 50
"""
COUNTS = """
SELECT count(*) FILTER (WHERE completed_at IS NULL) AS open, count(*) FILTER (WHERE completed_at IS NOT NULL) AS done,
       count(*) FILTER (WHERE completed_at IS NULL AND due_at < now()) AS overdue
FROM tasks WHERE user_id = %s AND deleted_at IS NULL
"""
CREATE = """
INSERT INTO tasks (user_id, number, position, title, description, priority, tags, created_at, updated_at, search)
SELECT %(user)s::varchar, min(number) - 1, 'Q' || 10000000000 - min(number), 'Buy milk', '', 2, '{}', now(), now(),
       to_tsvector('simple', 'Buy milk')
FROM tasks WHERE user_id = %(user)s
"""


def task_api(servers: Servers, sizes: Sizes) -> Iterator[Row]:
    """Measure both alternately; the baseline is one open connection, without HTTP, login and change log."""
    token = servers.register("tasks")
    with Connection(servers.port, token) as connection, psycopg.connect(servers.database) as bare:
        user_id = connection.user_id()
        add_own_tasks(servers.database, user_id, TASKS)
        listed = sizes.alternately(lambda: connection.call("GET", "/api/tasks?limit=50"), lambda: _list(bare, user_id))
        yield Row(f"list 50 of {TASKS:,} tasks", listed[0], listed[1])
        new = {"title": "Buy milk"}
        created = sizes.alternately(lambda: connection.call("POST", "/api/tasks", new), lambda: _create(bare, user_id))
        yield Row("create a task", created[0], created[1])


def _list(bare: psycopg.Connection[Any], user_id: str) -> str:
    page = bare.execute(PAGE, [user_id]).fetchall()
    counts = bare.execute(COUNTS, [user_id]).fetchone()
    bare.commit()
    return json.dumps({"tasks": page, "counts": counts}, default=str)


def _create(bare: psycopg.Connection[Any], user_id: str) -> None:
    bare.execute(CREATE, {"user": user_id})
    bare.commit()
