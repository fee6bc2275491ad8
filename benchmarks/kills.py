"""Kill the server's processes at random while people use it, and count what is lost or there twice.

`python -m benchmarks.kills 200` kills so many times (20 unless told), with kill -9, the worker, its supervisor or
Postgres, and starts the same command again.
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

from taskchat_app.assistant.turns.run import NOT_READ
from taskchat_app.config import Settings
from taskchat_app.domain.storage import postgres_process
from taskchat_app.domain.storage.database import connection_string
from tests.chatting import Answer, message
from tests.failures.instances import Instance, registered
from tests.standin import Reply, Standin, call, calls, last_user_text, text, tool_results

KILLS = 20
VICTIMS = {"worker": 1, "supervisor": 1, "postgres": 8}
"""How often each is chosen: a killed Postgres is back within a second, the others within several."""
PEOPLE = 3
GAP_SECONDS = (0.1, 0.8)
PAUSE_SECONDS = 0.1
GONE_SECONDS = 10
ANSWER_SECONDS = 30


@dataclass
class Count:
    """What came of it: how often each was killed, what was acknowledged, and what of it is wrong."""

    killed: Counter[str] = field(default_factory=Counter[str])
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list[str])
    twice: list[str] = field(default_factory=list[str])
    gaps: list[str] = field(default_factory=list[str])
    """People whose change log has not as many rows as numbers."""


class Somebody:
    """Adds tasks, by a request or by a message, each sent again with its key until it is answered."""

    def __init__(self, http: httpx.AsyncClient, over: asyncio.Event) -> None:
        self._http = http
        self._over = over
        self.acknowledged: list[str] = []

    async def add(self) -> None:
        while not self._over.is_set():
            title = f"added {uuid.uuid4().hex}"
            await self._answered("/api/tasks", {"title": title})
            self.acknowledged.append(title)
            await asyncio.sleep(PAUSE_SECONDS)

    async def talk(self) -> None:
        """A message whose answer failed is answered again, until it is answered whole."""
        while not self._over.is_set():
            title = f"said {uuid.uuid4().hex}"
            answer = _whole(await self._answered("/api/chatkit", message(title)))
            while answer.errors:
                again = {"thread_id": answer.thread_id, "item_id": answer.turn_id}
                retry = {"type": "threads.retry_after_item", "params": again}
                answer = _whole(await self._answered("/api/chatkit", retry), began=answer)
            self.acknowledged.append(title)

    async def _answered(self, path: str, body: Any) -> httpx.Response:
        """The first answer that is one: the connection held, the server was there, the conversation was free."""
        key = {"Idempotency-Key": uuid.uuid4().hex}
        while True:
            try:
                response = await self._http.post(path, json=body, headers=key)
            except httpx.TransportError:
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            if response.status_code < 300 and (path != "/api/chatkit" or _is_whole(response)):
                return response
            if response.status_code not in (200, 409, 503):
                raise SystemExit(f"POST {path}: {response.status_code} {response.text}")
            await asyncio.sleep(PAUSE_SECONDS)

    async def titles(self) -> Counter[str]:
        """All titles that there are now."""
        found: Counter[str] = Counter()
        cursor: dict[str, str] = {}
        while True:
            answer = await self._http.get("/api/tasks", params={"status": "all", "limit": 200} | cursor)
            page = answer.raise_for_status().json()
            found.update(task["title"] for task in page["tasks"])
            if not page["next"]:
                return found
            cursor = {"cursor": page["next"]}


def _is_whole(response: httpx.Response) -> bool:
    """Whether the answer came to its end: a killed server just breaks off, perhaps between two events."""
    events = _events(response)
    return bool(events) and (
        (events[-1]["type"] == "error" and events[-1]["message"] != NOT_READ)
        or any(event["type"] == "thread.item.done" and event["item"]["type"] == "assistant_message" for event in events)
    )


def _whole(response: httpx.Response, began: Answer | None = None) -> Answer:
    """The answer; one to an old message may begin without it."""
    return Answer([*(began.events[:2] if began else []), *_events(response)])


def _events(response: httpx.Response) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in response.text.splitlines() if line.startswith("data: ")]


def answered(request: dict[str, Any]) -> Reply:
    """The model: adds what was said as a task, then takes a moment to say so."""
    if not tool_results(request):
        return calls(call("create_task", {"title": last_user_text(request)}))
    return text("That is noted now.", pieces=4, delay=0.05)


class Killer:
    """Kills one of the server's processes and sees to it that the server is there again."""

    def __init__(self, instance: Instance, chance: random.Random) -> None:
        self._instance = instance
        self._chance = chance
        self._place = postgres_process.ServerPaths(Path(instance.home).resolve())

    def strike(self) -> str:
        """Blocks until the server answers again; returns whom it was."""
        [victim] = self._chance.choices([*VICTIMS], [*VICTIMS.values()])
        family = [self._instance.supervisor, self._instance.worker]
        if victim == "postgres":
            postgres = postgres_process.postmaster(self._place)
            if postgres is not None:
                postgres.kill()
            return victim
        family[("supervisor", "worker").index(victim)].kill()
        _, alive = psutil.wait_procs(family, timeout=GONE_SECONDS)
        if alive:
            raise SystemExit(f"After a kill of the {victim} there is still {alive}.")
        self._instance.start_again()
        return victim


async def run(instance: Instance, kills: int, chance: random.Random) -> Count:
    """Let people use the server, kill it so many times, and count."""
    count, over, killer = Count(), asyncio.Event(), Killer(instance, chance)
    async with AsyncExitStack() as clients:
        crowd = [Somebody(await clients.enter_async_context(_client(instance)), over) for _ in range(PEOPLE)]
        async with asyncio.TaskGroup() as people:
            for somebody in crowd:
                for use in (somebody.add, somebody.talk, somebody.talk):
                    people.create_task(use())
            for _ in range(kills):
                await asyncio.sleep(chance.uniform(*GAP_SECONDS))
                count.killed[await asyncio.to_thread(killer.strike)] += 1
            over.set()
        for somebody in crowd:
            found = await somebody.titles()
            count.acknowledged += len(somebody.acknowledged)
            count.lost += [title for title in somebody.acknowledged if not found[title]]
            count.twice += [title for title, times in found.items() if times > 1]
    count.gaps = await asyncio.to_thread(_gaps, instance)
    return count


@asynccontextmanager
async def _client(instance: Instance) -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody new, signed in."""
    async with httpx.AsyncClient(base_url=instance.origin, timeout=ANSWER_SECONDS) as http:
        http.headers["Authorization"] = f"Bearer {await registered(http)}"
        http.cookies.clear()
        yield http


def _gaps(instance: Instance) -> list[str]:
    chosen = Settings(taskchat_home=Path(instance.home), database_url=None)  # pyright: ignore[reportCallIssue]: the rest has defaults
    uneven = "SELECT id FROM users WHERE last_change_id <> (SELECT count(*) FROM changes WHERE user_id = users.id)"
    with psycopg.connect(connection_string(chosen)) as connection:
        found = connection.execute(uneven).fetchall()
    return [row[0] for row in found]


@contextmanager
def installation() -> Iterator[Instance]:
    """A server of its own whose model adds what it is told."""
    with Standin() as model:
        model.script(answered)
        with Instance(GEMINI_API_KEY=model.api_key, GEMINI_BASE_URL=model.base_url) as instance:
            yield instance


def main() -> None:
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else KILLS
    seed = random.randrange(10**6)
    with installation() as instance:
        count = asyncio.run(run(instance, kills, random.Random(seed)))
    told = ", ".join(f"{name} {times}" for name, times in sorted(count.killed.items()))
    print(f"{kills} kills (seed {seed}: {told}), {count.acknowledged} tasks acknowledged")
    print(f"lost {len(count.lost)}, twice {len(count.twice)}, logs with gaps {len(count.gaps)}")
    sys.exit(bool(count.lost or count.twice or count.gaps))


if __name__ == "__main__":
    main()
