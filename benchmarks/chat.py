"""The chat: seconds until a ChatKit client receives the first token, a tool's status and a new thread."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from benchmarks.figures import Row
from benchmarks.rows import add_copied_turns
from benchmarks.servers import Servers
from benchmarks.sizes import Sizes, seconds_of
from benchmarks.wire import Connection
from tests.chatting import message
from tests.standin import call, calls, hold_after, step_after, text

SETTLE_SECONDS = 0.2
FIRST_MEASURED = 5
MEASURED_TURNS = 10
"""Of a conversation, each time: the turns around the tenth."""
TURNS_IN_THREAD = 4
"""Most histories are short: every fourth message creates a thread."""
PATH = "/api/chatkit"
Event = dict[str, Any]


@dataclass
class Chat:
    """A client of one server that uses one thread after the other."""

    connection: Connection
    thread_id: str = ""
    turns: int = 0
    sent_at: float = 0.0
    created: list[float] = field(default_factory=list[float])
    first_tokens: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def send(self, words: str, *, new_thread: bool = False) -> Iterator[tuple[float, Event]]:
        """Send a message; yield the answer's events, each with its time of arrival. The first one creates a thread."""
        thread_id = None if new_thread or not self.thread_id else self.thread_id
        request = message(words, thread_id)
        self.sent_at = time.perf_counter()
        for at, event in self.connection.events("POST", PATH, request):
            if event["type"] == "thread.created":
                self.thread_id = event["thread"]["id"]
                self.created.append(at - self.sent_at)
            if event["type"] == "error":
                raise SystemExit(f"The answer failed: {event}")
            yield at, event

    def ask(self, *, new_thread: bool = False) -> float:
        """Send a message; return the seconds until the end of its answer."""
        return seconds_of(lambda: list(self.send("What is open?", new_thread=new_thread)))

    def measure_first_token(self) -> None:
        new_thread = self.turns % TURNS_IN_THREAD == 0
        kind = "threads.create" if new_thread else "threads.add_user_message"
        self.turns += 1
        times = [at for at, event in self.send("What is open?", new_thread=new_thread) if is_text(event)]
        self.first_tokens.setdefault(kind, []).append(times[0] - self.sent_at)


def is_text(event: Event) -> bool:
    return event.get("update", {}).get("type") == "assistant_message.content_part.text_delta"


def call_status(event: Event) -> str | None:
    """Return the status of the tool call in a workflow event; None for other events."""
    if event["type"] == "thread.item.added" and event["item"]["type"] == "workflow":
        return event["item"]["workflow"]["tasks"][0]["status_indicator"]
    if event.get("update", {}).get("type", "").startswith("workflow.task."):
        return event["update"]["task"]["status_indicator"]
    return None


def first_token(servers: Servers, sizes: Sizes) -> Iterator[Row]:
    """Send the same message to both servers alternately, with the same stand-in."""
    token = servers.register("first-token")
    for seconds in (0.0, 0.1):  # before the model's first token
        reply = text("You have three open tasks.", pieces=5)
        servers.script(step_after(reply, 0, {"delay": seconds}) if seconds else reply)
        with Connection(servers.port, token) as connection, Connection(servers.bare_port) as bare_connection:
            for warming in (Chat(connection), Chat(bare_connection)):
                for _ in range(sizes.warm_up):
                    warming.measure_first_token()
            ours, bare = Chat(connection), Chat(bare_connection)
            for _ in range(2 * sizes.rounds):
                ours.measure_first_token()
                bare.measure_first_token()
        model = f"model {seconds * 1000:.0f} ms"
        for kind in ("threads.add_user_message", "threads.create"):
            times, baseline = ours.first_tokens[kind], bare.first_tokens[kind]
            yield Row(f"first token, {kind}, {model}", times, baseline, "ratio ≤ 1.25")
        yield Row(f"thread.created, {model}", ours.created, bare.created, "< 1 s")


def tool_status(servers: Servers, sizes: Sizes) -> Iterator[Row]:
    """From the model's tool call until the client receives its status; the baseline server sends text."""
    token = servers.register("tool-status")
    with Connection(servers.port, token) as connection, Connection(servers.bare_port) as bare_connection:
        ours, bare = Chat(connection), Chat(bare_connection)
        loading, done, plain = [], [], []
        held_call = hold_after(calls(call("create_task", {"title": "Buy milk"}), words="Let me see."), 1)
        for number in range(sizes.warm_up + sizes.rounds):
            servers.script(held_call, text("Added it."))
            times = _after_release(servers, ours, number)
            loading.append(times["loading"])
            done.append(times["complete"])
            servers.script(hold_after(text("Let me see. One moment.", pieces=2), 1))
            plain.append(_after_release(servers, bare, number)["text"])
    loading, done, plain = (seconds[sizes.warm_up :] for seconds in (loading, done, plain))
    yield Row("tool call to its status at the client", loading, plain, "< 500 ms")
    yield Row("tool call to its result at the client", done, plain)


def _after_release(servers: Servers, chat: Chat, number: int) -> dict[str, float]:
    """Release the model after its first words; return the seconds until the first event of each kind."""
    released_at, seen = 0.0, dict[str, float]()
    for at, event in chat.send("Add buy milk", new_thread=number % TURNS_IN_THREAD == 0):
        kind = "text" if is_text(event) else call_status(event)
        if kind and released_at:
            seen.setdefault(kind, at - released_at)
        elif kind:
            released_at = time.perf_counter()
            servers.release()
    return seen


def sessions(servers: Servers, sizes: Sizes) -> Iterator[Row]:
    """Create a scoped secret for an embedding page."""
    with Connection(servers.port, servers.register("sessions")) as connection:
        [seconds] = sizes.alternately(lambda: connection.call("POST", "/api/chatkit/session"))
    yield Row("POST /api/chatkit/session", seconds, goal="< 1 s")


def long_threads(servers: Servers, sizes: Sizes) -> Iterator[Row]:
    """The turns around the tenth of conversations, and as many late ones of long conversations, alternately.

    Most turns of a long conversation are copies of its rows.
    """
    servers.script(text("You have three open tasks.", pieces=5))
    with Connection(servers.port, servers.register("long-thread")) as connection:
        long = {length: Chat(connection) for length in sizes.long_threads}
        for length, chat in long.items():
            _turns_seconds(chat, FIRST_MEASURED)
            add_copied_turns(servers.database, chat.thread_id, length - MEASURED_TURNS - FIRST_MEASURED)
            _turns_seconds(chat, FIRST_MEASURED)
        around_tenth = list[float]()
        late: dict[int, list[float]] = {length: [] for length in long}
        for _ in range(sizes.long_thread_rounds):
            short = Chat(connection)
            _turns_seconds(short, FIRST_MEASURED)
            around_tenth += _turns_seconds(short, MEASURED_TURNS)
            for length, chat in long.items():
                late[length] += _turns_seconds(chat, MEASURED_TURNS)
    for length, seconds in late.items():
        yield Row(f"turn {length:,} of a conversation: turn 10", seconds, around_tenth, "ratio ≤ 1.1")


def _turns_seconds(chat: Chat, count: int) -> list[float]:
    return [chat.ask() for _ in range(count)]


def statements(servers: Servers, sizes: Sizes) -> Iterator[Row]:
    """SQL statements and transactions of a turn, counted in Postgres's own log."""
    tool_call = calls(call("create_task", {"title": "Buy milk"}))
    turns = (
        ("plain turn", [text("You have three open tasks.")], "≤ 13", "≤ 3"),
        ("turn with one tool call", [tool_call, text("Added it.")], "≤ 21", "≤ 4"),
    )
    with Connection(servers.port, servers.register("statements")) as connection, servers.logged_statements() as logged:
        for name, replies, goal, transactions_goal in turns:
            servers.script(*replies, by_turn=True)
            chat = Chat(connection)
            counts = [_counted(chat, logged) for _ in range(sizes.warm_up + 2)][1:]  # the first creates the thread
            yield Row(f"{name}: statements", [count for count, _ in counts], goal=goal, unit="")
            yield Row(f"{name}: transactions", [commits for _, commits in counts], goal=transactions_goal, unit="")


def _counted(chat: Chat, logged: Callable[[], list[str]]) -> tuple[int, int]:
    """Return the numbers of statements and of transactions of one turn."""
    logged()
    chat.ask()
    time.sleep(SETTLE_SECONDS)  # the lease is released after the last event
    found = logged()
    return len(found), sum(statement.startswith("COMMIT") for statement in found)
