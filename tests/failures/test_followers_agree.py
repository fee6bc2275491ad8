"""Followers have the same tasks as the database after disconnects and kills (stateful property test)."""

import asyncio
import json
import uuid
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

import httpx
import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from tests.chatting import message
from tests.failures.support.followers import Follower, without_overdue
from tests.failures.support.instances import Instance, register_account
from tests.standin import Reply, Standin, call, calls, last_user_text, text, tool_results
from tests.waiting import PATIENCE_SECONDS, until

pytestmark = pytest.mark.soak

PAUSE_SECONDS = 0.05
FOLLOWERS = 3
EXAMPLES, STEPS = 12, 20
PLACE = st.integers(0, 9)
"""Selects one of the existing tasks."""
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(["Buy milk", "Call mum", "The 9/11 report"]),
        "description": st.sampled_from(["", "Two litres"]),
        "priority": st.sampled_from(["low", "medium", "high"]),
        "tags": st.sampled_from([[], ["home"], ["home", "shop"]]),
        "due_at": st.sampled_from([None, "2030-01-31", "2030-02-28T09:00:00Z"]),
        "recurrence": st.sampled_from([None, "FREQ=DAILY", "FREQ=MONTHLY"]),
    },
)
TOOL_CALLS = st.one_of(
    st.builds(lambda title: ("create_task", {"title": title}), st.sampled_from(["By the assistant", "Another one"])),
    st.builds(lambda number: ("complete_task", {"task_id": number}), st.integers(1, 5)),
    st.just(("bulk_complete_tasks", {"all_open": True})),
)


def call_tools(request: dict[str, Any]) -> Reply:
    """The model's script: calls the tools that the message lists as JSON."""
    if tool_results(request):
        return text("That is done.")
    return calls(*(call(name, arguments) for name, arguments in json.loads(last_user_text(request))))


class UserWithFollowers:
    """A user with several followers; repeats each request with its idempotency key until it is answered."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.followers = [Follower(http) for _ in range(FOLLOWERS)]

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        key = {"Idempotency-Key": uuid.uuid4().hex}
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                try:
                    response = await self.http.request(method, path, json=body, headers=key)
                    if response.status_code not in (409, 503):
                        assert response.status_code < 500, response.text
                        return response.json() if response.content[:1] == b"{" else None
                except httpx.TransportError:
                    pass
                await asyncio.sleep(PAUSE_SECONDS)

    async def tasks(self, status: str = "all") -> dict[int, dict[str, Any]]:
        page = await self.ask("GET", f"/api/tasks?status={status}&limit=200")
        return {task["number"]: task for task in page["tasks"]}

    async def number(self, place: int, status: str = "all") -> int:
        """Return the number of one of the tasks; an unused number if there is none."""
        numbers = [*await self.tasks(status), 4711]
        return numbers[place % len(numbers)]

    async def undo(self, place: int) -> None:
        changes = (await self.ask("GET", "/api/activity?limit=10"))["changes"]
        if changes:
            await self.ask("POST", f"/api/activity/{changes[place % len(changes)]['id']}/undo")

    async def undo_turn(self) -> None:
        changes = (await self.ask("GET", "/api/activity?limit=50"))["changes"]
        turns = [change["turn_id"] for change in changes if change.get("turn_id")]
        if turns:
            await self.ask("POST", f"/api/turns/{turns[0]}/undo")


async def user_with_followers(instance: Instance) -> UserWithFollowers:
    unlimited = httpx.Limits(max_connections=None)
    http = httpx.AsyncClient(base_url=instance.origin, timeout=PATIENCE_SECONDS, limits=unlimited)
    http.headers["Authorization"] = f"Bearer {await register_account(http)}"
    http.cookies.clear()
    return UserWithFollowers(http)


def connected(instance: Instance) -> psycopg.Connection[Any]:
    """Connect to its Postgres as soon as it is there: the last step may have killed it."""
    found: list[psycopg.Connection[Any]] = []

    def connects() -> bool:
        with suppress(psycopg.OperationalError):
            found.append(psycopg.connect(instance.conninfo))
        return bool(found)

    until(connects, PATIENCE_SECONDS)
    return found[0]


def newest_change(instance: Instance, user_id: str) -> int:
    query = "SELECT last_change_id, (SELECT count(*) FROM changes WHERE user_id = %s) FROM users WHERE id = %s"
    with connected(instance) as database:
        row = database.execute(query, [user_id, user_id]).fetchone()
    assert row is not None
    assert row[0] == row[1]
    return row[0]


def machine_for(instance: Instance, loop: asyncio.AbstractEventLoop) -> type[RuleBasedStateMachine]:
    def wait(work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(2 * PATIENCE_SECONDS)

    async def connect(follower: Follower) -> None:
        follower.connect()

    class Agreement(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.person = wait(user_with_followers(instance))
            self.was_restarted = False

        def ask(self, method: str, path: str, body: Any = None) -> None:
            wait(self.person.ask(method, path, body))

        @rule(fields=FIELDS, count=st.sampled_from([1, 1, 5]))
        def add(self, fields: dict[str, Any], count: int) -> None:
            async def many() -> None:
                body = {"title": "New", **fields}
                await asyncio.gather(*(self.person.ask("POST", "/api/tasks", body) for _ in range(count)))

            wait(many())

        @rule(place=PLACE, fields=FIELDS)
        def change(self, place: int, fields: dict[str, Any]) -> None:
            self.ask("PATCH", f"/api/tasks/{wait(self.person.number(place))}", fields)

        @rule(place=PLACE, completed=st.booleans())
        def complete(self, place: int, completed: bool) -> None:
            self.ask("POST", f"/api/tasks/{wait(self.person.number(place))}/complete", {"completed": completed})

        @rule(place=PLACE)
        def delete(self, place: int) -> None:
            self.ask("DELETE", f"/api/tasks/{wait(self.person.number(place))}")

        @rule(place=PLACE)
        def restore(self, place: int) -> None:
            self.ask("POST", f"/api/tasks/{wait(self.person.number(place, 'deleted'))}/restore")

        @rule(what=st.sampled_from(["complete", "delete"]), share=st.integers(1, 3))
        def change_many(self, what: str, share: int) -> None:
            numbers = [*wait(self.person.tasks())][::share]
            if numbers:
                self.ask("POST", f"/api/tasks/bulk-{what}", {"numbers": numbers})

        @rule(place=PLACE)
        def undo(self, place: int) -> None:
            wait(self.person.undo(place))

        @rule()
        def undo_turn(self) -> None:
            wait(self.person.undo_turn())

        @rule(tool_calls=st.lists(TOOL_CALLS, min_size=1, max_size=3))
        def say(self, tool_calls: list[tuple[str, Any]]) -> None:
            self.ask("POST", "/api/chatkit", message(json.dumps(tool_calls)))

        @rule(which=st.integers(0, FOLLOWERS - 1))
        def connect(self, which: int) -> None:
            wait(connect(self.person.followers[which]))

        @rule(which=st.integers(0, FOLLOWERS - 1))
        def disconnect(self, which: int) -> None:
            wait(self.person.followers[which].disconnect())

        @rule()
        def kill_postgres(self) -> None:
            instance.kill_postgres()

        @precondition(lambda self: not self.was_restarted)
        @rule()
        def kill_all(self) -> None:
            self.was_restarted = True
            instance.kill()
            instance.start_again()

        def teardown(self) -> None:
            tasks = wait(self.person.tasks())
            newest = newest_change(instance, wait(self.person.ask("GET", "/api/auth/me"))["user"]["id"])
            for follower in self.person.followers:
                wait(follower.catch_up(newest))
                wait(follower.disconnect())
                assert follower.problems == []
                assert follower.seen == newest
                assert follower.tasks == {number: without_overdue(task) for number, task in tasks.items()}
            wait(self.person.http.aclose())

    return Agreement


async def test_every_follower_receives_all_changes_once_and_in_order(killable: Instance, standin: Standin):
    standin.script(call_tools)
    machine = machine_for(killable, asyncio.get_running_loop())
    bounded = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        database=None,
    )
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=bounded)
