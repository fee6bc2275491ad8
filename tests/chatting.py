"""A ChatKit test client, and fixtures for chats with the stand-in model."""

import functools
import json
import warnings
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from pydantic import TypeAdapter
from sqlalchemy import Select, delete
from sqlalchemy import text as sql
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

with warnings.catch_warnings():
    # The SDK warns about its own widget classes, and conftest.py files are imported before pytest's filters apply.
    warnings.simplefilter("ignore", DeprecationWarning)
    from chatkit.types import ThreadStreamEvent

from taskchat_app.api.streams.sse import encode
from taskchat_app.assistant.agent import agent
from taskchat_app.assistant.core.context import TurnEvent
from taskchat_app.assistant.tools import task_list_widget
from taskchat_app.assistant.turns import turns
from taskchat_app.assistant.turns.admission import message_request
from taskchat_app.assistant.turns.turns import FollowableTurn, RunningTurn
from taskchat_app.config import settings
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.message_limits import EVERYBODY
from taskchat_app.domain.storage.database import system_transaction, transaction
from taskchat_app.domain.storage.models import LimitWindow
from taskchat_app.domain.tasks.fields import TaskDraft
from taskchat_app.domain.tasks.task_rows import create_tasks
from tests.standin import Reply, Standin, calls
from tests.standin import text as text_reply
from tests.standin.replies import ToolCall
from tests.standin.server import Script
from tests.twins import without_twins

Event = dict[str, Any]
Configure = Callable[..., None]
Drain = Callable[[float], Coroutine[Any, Any, None]]

_event: TypeAdapter[ThreadStreamEvent] = TypeAdapter(ThreadStreamEvent)


@dataclass
class Answer:
    """The events of one streaming response."""

    events: list[Event] = field(default_factory=list[Event])

    @property
    def event_types(self) -> list[str]:
        return [event["type"] for event in self.events]

    @property
    def thread_id(self) -> str:
        return next(event["item"]["thread_id"] for event in self.events if "item" in event)

    @property
    def turn_id(self) -> str:
        return self.items("user_message")[0]["id"]

    def items(self, kind: str, event: str = "thread.item.done") -> list[dict[str, Any]]:
        """Return the items of this kind from the events of this type."""
        return [sent["item"] for sent in self.events if sent["type"] == event and sent["item"]["type"] == kind]

    @property
    def text(self) -> str:
        return "\n".join(item["content"][0]["text"] for item in self.items("assistant_message"))

    @property
    def widgets(self) -> list[dict[str, Any]]:
        """The widgets: added and replaced items."""
        return [*self.items("widget"), *self.items("widget", "thread.item.replaced")]

    @property
    def cards(self) -> list[dict[str, Any]]:
        """The cards of proposals and choices."""
        return [widget for widget in self.widgets if widget["widget"]["key"] != task_list_widget.TASK_LIST_KEY]

    @property
    def task_lists(self) -> list[dict[str, Any]]:
        """The views of listed tasks."""
        return [widget for widget in self.widgets if widget["widget"]["key"] == task_list_widget.TASK_LIST_KEY]

    @property
    def tasks(self) -> list[dict[str, Any]]:
        """The tool calls in the finished workflows."""
        return [task for item in self.items("workflow") for task in item["workflow"]["tasks"]]

    @property
    def errors(self) -> list[Event]:
        return [event for event in self.events if event["type"] == "error"]

    @property
    def error(self) -> str:
        """The message of the only error."""
        [event] = self.errors
        return event["message"]


class Chat:
    """A ChatKit client of one user over HTTP, and the model that answers."""

    def __init__(self, http: httpx.AsyncClient, person: Person | None = None, gemini: Standin | None = None) -> None:
        """`person` is needed by `add_tasks` alone, `gemini` by tests that script the model."""
        self.http = http
        self.person = person
        self._gemini = gemini

    @property
    def gemini(self) -> Standin:
        assert self._gemini is not None
        return self._gemini

    @property
    def asked(self) -> list[dict[str, Any]]:
        """The requests to the model."""
        return self.gemini.requests

    def script(self, replies: Script, *, repeat: bool = False) -> None:
        """Set the replies of the model."""
        self.gemini.script(replies, repeat=repeat)

    async def request(self, request_type: str, **params: Any) -> httpx.Response:
        return await self.http.post("/api/chatkit", json={"type": request_type, "params": params})

    async def send(self, text: str, thread_id: str | None = None, *, replies: list[Reply] | None = None) -> Answer:
        """Send a message, after setting the model's replies, and return the complete answer."""
        if replies is not None:
            self.script(replies)
        return answer_of(await self.try_to_send(text, thread_id))

    async def run(self, *wanted: ToolCall, said: str = "do it", thread_id: str | None = None) -> Answer:
        """Send a message to which the model makes these calls at once, and return the complete answer."""
        return await self.send(said, thread_id, replies=[calls(*wanted), text_reply("Done.")])

    async def try_to_send(self, text: str, thread_id: str | None = None) -> httpx.Response:
        return await self.http.post("/api/chatkit", json=message(text, thread_id))

    async def act(self, kind: str, payload: Any, thread_id: str, **params: Any) -> httpx.Response:
        """Send a custom action, as a click does."""
        action = {"type": kind, "payload": payload}
        return await self.request("threads.custom_action", thread_id=thread_id, action=action, **params)

    async def items(self, thread_id: str) -> list[dict[str, Any]]:
        """Return all items of a thread, as a client loads them."""
        return json_of(await self.request("items.list", thread_id=thread_id, limit=200, order="asc"))["data"]

    async def titles(self, status: str = "all") -> dict[int, str]:
        """Return the titles of the user's tasks by number."""
        response = await self.http.get("/api/tasks", params={"status": status, "limit": 200})
        return {task["number"]: task["title"] for task in response.json()["tasks"]}

    async def task(self, number: int) -> dict[str, Any]:
        return json_of(await self.http.get(f"/api/tasks/{number}"))

    async def turn(self, turn_id: str) -> dict[str, Any]:
        return json_of(await self.http.get(f"/api/turns/{turn_id}"))

    async def receipt(self, turn_id: str) -> str:
        return (await self.turn(turn_id))["receipt"]

    async def quota_used(self) -> int:
        return (await self.http.get("/api/auth/me")).json()["quota"]["used"]

    async def add_task(self, title: str, **fields: Any) -> int:
        return json_of(await self.http.post("/api/tasks", json={"title": title, **fields}), 201)["number"]

    async def add_tasks(self, *titles: str) -> None:
        """Add tasks without HTTP, in one transaction: a request for each takes 6 ms of CPU."""
        assert self.person is not None
        by = self.person.cause("api")
        async with transaction(self.person.id) as session:
            await create_tasks(session, by, [TaskDraft(title) for title in titles], zone=self.person.zone)


def json_of(response: httpx.Response, status: int = 200) -> Any:
    """Return the JSON of the response; fail with its text if it has another status."""
    assert response.status_code == status, response.text
    return response.json()


def message(text: str, thread_id: str | None = None) -> dict[str, Any]:
    """Return the request that sends a message to this thread, or to a new one."""
    content = {"content": [{"type": "input_text", "text": text}], "attachments": [], "inference_options": {}}
    if thread_id is None:
        return {"type": "threads.create", "params": {"input": content}}
    return {"type": "threads.add_user_message", "params": {"thread_id": thread_id, "input": content}}


def answer_of(response: httpx.Response) -> Answer:
    """Return the events of a streaming response, each of which is valid for the SDK."""
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    events = [line[6:] for line in response.text.splitlines() if line.startswith("data: ")]
    for event in events:
        _event.validate_json(event)
    return Answer([json.loads(event) for event in events])


async def start(person: Person, text: str, thread_id: str | None = None, *, until: str = "") -> RunningTurn:
    """Start a turn in this process, as the page does, with `until` followed until its answer says that."""
    turn = await turns.start(person, message_request(text, thread_id))
    assert isinstance(turn, RunningTurn)
    if until:
        await follow_until(turn, "thread.item.updated", until)
    return turn


async def ended_turn(person: Person, text: str, thread_id: str | None = None) -> RunningTurn:
    """Start a turn and follow it to its end."""
    turn = await start(person, text, thread_id)
    await follow_to_end(turn)
    return turn


async def follow_to_end(turn: FollowableTurn) -> Answer:
    """Follow a turn to its end and return its events as clients receive them."""
    sent = [encode(numbered.event) for numbered in await events_of(turn)]
    return Answer([json.loads(event.removeprefix(b"data: ")) for event in sent])


async def events_of(turn: FollowableTurn) -> list[TurnEvent]:
    """Follow a turn to its end and return its events with their tool calls."""
    return [event async for batch in turn.follow() for event in batch]


async def follow_until(turn: FollowableTurn, kind: str, text: str = "") -> None:
    """Follow a turn until an event of this type contains the text; fail if the turn ends before."""
    async with aclosing(turn.follow()) as batches:
        async for event in (event async for batch in batches for event in batch):
            if event.event.type == kind and text in encode(event.event).decode():
                return
    raise AssertionError(f"the turn ended without {kind}")


async def rows(query: Any) -> list[Any]:
    """Return the rows of a query, without those of twins."""
    async with _as_operator() as session:
        return list((await session.exec(without_twins(query) if isinstance(query, Select) else query)).all())


async def write(statement: Any) -> None:
    """Execute a statement outside the application, to simulate elapsed time or a killed server."""
    async with _as_operator() as session:
        await session.exec(statement)


@asynccontextmanager
async def _as_operator() -> AsyncIterator[AsyncSession]:
    """A transaction with the rights of the database login, which owns the tables."""
    async with system_transaction() as session:
        await (await session.connection()).execute(sql("SET LOCAL ROLE NONE"))
        yield session


@functools.cache
def _shared_standin() -> Standin:
    """One stand-in for the whole run, since the process has one model client and each folder imports the fixture."""
    return Standin().__enter__()


@pytest.fixture(scope="session")
async def _standin() -> AsyncIterator[Standin]:
    standin = _shared_standin()
    yield standin
    if agent.shared_gemini.cache_info().currsize:
        await agent.shared_gemini().close()
        agent.shared_gemini.cache_clear()
    standin.__exit__()


@pytest.fixture
async def fresh_total(postgres: None) -> AsyncIterator[None]:
    """Delete the count of all users' messages before and after the test."""
    forget = delete(LimitWindow).where(col(LimitWindow.subject) == EVERYBODY)
    await write(forget)
    yield
    await write(forget)


@pytest.fixture
def configure(monkeypatch: pytest.MonkeyPatch) -> Iterator[Configure]:
    """Set environment variables for one test: `configure(CHAT_DAILY_LIMIT="2")`."""

    def set_variables(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()

    yield set_variables
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def drain() -> Iterator[Drain]:
    """`turns.drain`; after the test the process begins turns again."""
    yield turns.drain
    turns.draining.clear()


@pytest.fixture
def gemini(_standin: Standin, configure: Configure, announcements: None) -> Standin:
    """A model that sends scripted replies: `gemini.script([text("Hello")])`."""
    _standin.reset()
    configure(**_standin.settings)
    return _standin


@pytest.fixture
def offline(gemini: Standin, configure: Configure) -> None:
    """No key: the offline assistant answers instead of `gemini`."""
    configure(GEMINI_API_KEY="")


@pytest.fixture
def chat(api: httpx.AsyncClient, gemini: Standin, person: Person) -> Chat:
    """A ChatKit client of `person`."""
    return Chat(api, person, gemini)


@pytest.fixture
def other_chat(other_api: httpx.AsyncClient, gemini: Standin, other_person: Person) -> Chat:
    """A ChatKit client of `other_person`."""
    return Chat(other_api, other_person, gemini)
