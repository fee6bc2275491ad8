"""Kills server processes at random while clients use it, and counts lost and duplicated tasks.

`python -m benchmarks.kills 200` kills so many times (default 20) the worker, its supervisor or Postgres with SIGKILL,
and restarts the server.
"""

import asyncio
import json
import random
import sys
import uuid
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg

from taskchat_app.assistant.turns.failures import NOT_READ
from taskchat_app.config import Settings
from taskchat_app.domain.storage import postgres_process
from taskchat_app.domain.storage.database import connection_string
from tests.chatting import Answer, message
from tests.failures.support.instances import Instance, register_account
from tests.standin import Reply, Standin, call, calls, last_user_text, text, tool_results
from tests.waiting import PATIENCE_SECONDS, until_async

KILLS = 20
WEIGHTS = {"worker": 1, "supervisor": 1, "postgres": 8}
"""The weight of each in the random choice: a killed Postgres is back within a second, the others within several."""
CLIENTS = 3
GAP_SECONDS = (0.1, 0.8)
PAUSE_SECONDS = 0.1


@dataclass
class Result:
    """The kills of each process, the number of acknowledged tasks, and what is wrong."""

    killed: Counter[str] = field(default_factory=Counter[str])
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list[str])
    duplicated: list[str] = field(default_factory=list[str])
    gaps: list[str] = field(default_factory=list[str])
    """Ids of users whose change log has missing ids."""


class Client:
    """Adds tasks by requests and by messages; repeats each with its idempotency key until it is answered."""

    def __init__(self, http: httpx.AsyncClient, over: asyncio.Event) -> None:
        self._http = http
        self._over = over
        self.acknowledged: list[str] = []

    async def add(self) -> None:
        while not self._over.is_set():
            title = f"added {uuid.uuid4().hex}"
            await self._repeat_until_answered("/api/tasks", {"title": title})
            self.acknowledged.append(title)
            await asyncio.sleep(PAUSE_SECONDS)

    async def talk(self) -> None:
        """Send messages; retry each failed answer until it is complete."""
        while not self._over.is_set():
            title = f"said {uuid.uuid4().hex}"
            answer = _complete_answer(await self._repeat_until_answered("/api/chatkit", message(title)))
            while answer.errors:
                again = {"thread_id": answer.thread_id, "item_id": answer.turn_id}
                retry = {"type": "threads.retry_after_item", "params": again}
                answer = _complete_answer(await self._repeat_until_answered("/api/chatkit", retry), began=answer)
            self.acknowledged.append(title)

    async def _repeat_until_answered(self, path: str, body: Any) -> httpx.Response:
        """Repeat the request until it succeeds: server reachable, connection not broken, thread not busy."""
        key = {"Idempotency-Key": uuid.uuid4().hex}
        while True:
            try:
                response = await self._http.post(path, json=body, headers=key)
            except httpx.TransportError:
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            if response.status_code < 300 and (path != "/api/chatkit" or _is_complete(response)):
                return response
            if response.status_code not in (200, 409, 503):
                raise SystemExit(f"POST {path}: {response.status_code} {response.text}")
            await asyncio.sleep(PAUSE_SECONDS)

    async def titles(self) -> Counter[str]:
        """Return the titles of all tasks, counted."""
        counted: Counter[str] = Counter()
        cursor: dict[str, str] = {}
        while True:
            answer = await self._http.get("/api/tasks", params={"status": "all", "limit": 200} | cursor)
            page = answer.raise_for_status().json()
            counted.update(task["title"] for task in page["tasks"])
            if not page["next"]:
                return counted
            cursor = {"cursor": page["next"]}


def _is_complete(response: httpx.Response) -> bool:
    """Return True if the turn finished; False if the connection broke, perhaps between two events."""
    events = _events(response)
    if events and events[-1]["type"] == "error" and events[-1]["message"] != NOT_READ:
        return True
    done = [event["item"]["type"] for event in events if event["type"] == "thread.item.done"]
    return "assistant_message" in done


def _complete_answer(response: httpx.Response, began: Answer | None = None) -> Answer:
    """Return the answer; add the user message from `began` if it is a retry."""
    return Answer([*(began.events[:2] if began else []), *_events(response)])


def _events(response: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in response.text.splitlines() if line.startswith("data: ")]


def script(request: dict[str, Any]) -> Reply:
    """The model's script: adds the message as a task, then answers slowly."""
    if not tool_results(request):
        return calls(call("create_task", {"title": last_user_text(request)}))
    return text("That is noted now.", pieces=4, delay=0.05)


def kill_one(instance: Instance, victim: str) -> None:
    """Kill one of the server's processes; block until the server answers again, unless it was Postgres."""
    if victim == "postgres":
        postgres = postgres_process.postmaster(postgres_process.ServerPaths(Path(instance.home).resolve()))
        if postgres is not None:
            postgres.kill()
        return
    supervisor, worker = instance.supervisor, instance.worker
    (supervisor if victim == "supervisor" else worker).kill()
    _, alive = psutil.wait_procs([supervisor, worker], timeout=PATIENCE_SECONDS)
    if alive:
        raise SystemExit(f"After the kill of the {victim}, these processes still run: {alive}.")
    instance.start_again()


async def run(instance: Instance, kills: int, chance: random.Random) -> Result:
    """Let clients use the server, kill it so many times, and count."""
    result, over = Result(), asyncio.Event()
    async with AsyncExitStack() as stack:
        clients = [Client(await stack.enter_async_context(_client(instance)), over) for _ in range(CLIENTS)]
        async with asyncio.TaskGroup() as usage:
            for client in clients:
                for use in (client.add, client.talk, client.talk):
                    usage.create_task(use())
            for _ in range(kills):
                await asyncio.sleep(chance.uniform(*GAP_SECONDS))
                [victim] = chance.choices([*WEIGHTS], [*WEIGHTS.values()])
                await asyncio.to_thread(kill_one, instance, victim)
                result.killed[victim] += 1
            # On a busy machine few are acknowledged between two kills.
            await until_async(lambda: sum(len(client.acknowledged) for client in clients) >= kills, PATIENCE_SECONDS)
            over.set()
        for client in clients:
            stored = await client.titles()
            result.acknowledged += len(client.acknowledged)
            result.lost += [title for title in client.acknowledged if not stored[title]]
            result.duplicated += [title for title, times in stored.items() if times > 1]
    result.gaps = await asyncio.to_thread(_gaps, instance)
    return result


@asynccontextmanager
async def _client(instance: Instance) -> AsyncGenerator[httpx.AsyncClient]:
    """An HTTP client of a new signed-in user."""
    async with httpx.AsyncClient(base_url=instance.origin, timeout=PATIENCE_SECONDS) as http:
        http.headers["Authorization"] = f"Bearer {await register_account(http)}"
        http.cookies.clear()
        yield http


def _gaps(instance: Instance) -> list[str]:
    settings = Settings(taskchat_home=Path(instance.home), database_url=None)  # pyright: ignore[reportCallIssue]  # the rest has defaults
    query = "SELECT id FROM users WHERE last_change_id <> (SELECT count(*) FROM changes WHERE user_id = users.id)"
    with psycopg.connect(connection_string(settings)) as connection:
        found = connection.execute(query).fetchall()
    return [row[0] for row in found]


@contextmanager
def installation() -> Iterator[Instance]:
    """A server whose model adds each message as a task."""
    with Standin() as model:
        model.script(script)
        with Instance(GEMINI_API_KEY=model.api_key, GEMINI_BASE_URL=model.base_url) as instance:
            yield instance


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    seed = random.randrange(10**6)
    with installation() as instance:
        result = asyncio.run(run(instance, kills, random.Random(seed)))
    counts = ", ".join(f"{name} {times}" for name, times in sorted(result.killed.items()))
    print(f"{kills} kills (seed {seed}: {counts}), {result.acknowledged} tasks acknowledged")
    print(f"lost {len(result.lost)}, duplicated {len(result.duplicated)}, logs with gaps {len(result.gaps)}")
    sys.exit(bool(result.lost or result.duplicated or result.gaps))


if __name__ == "__main__":
    main()
