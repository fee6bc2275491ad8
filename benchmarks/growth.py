"""The same requests with many rows against few: rows of other users, and tasks of one's own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack

import psycopg

from benchmarks.chat import Chat
from benchmarks.figures import Curve, Row
from benchmarks.rows import ROWS_EACH, WORD, add_own_messages, add_own_tasks, analyze, fill_with_others
from benchmarks.servers import Servers, another
from benchmarks.sizes import Sizes, seconds_of
from benchmarks.wire import Connection
from tests.standin import text

Work = Callable[[], object]
READS = {
    "list of tasks": "/api/tasks?limit=50",
    "search in tasks": f"/api/tasks?q={WORD}&limit=50",
    "search in messages": f"/api/messages?q={WORD}",
    "conversations": "/api/conversations",
}


def others(servers: Servers, sizes: Sizes) -> Iterator[Row | Curve]:
    """One server has the rows of others, the other one has none; their requests alternate."""
    with another(servers) as crowded, ExitStack() as stack:
        both = [_works(server, stack, ROWS_EACH, "others", everything=True) for server in (servers, crowded)]
        servers.script(text("You have three open tasks."))
        curves = {name: dict[int, list[float]]() for name in both[0]}
        first = 0
        for end in sizes.rows_of_others:
            fill_with_others(crowded.database, first, end)
            first = end
            for name, points in curves.items():
                points[0], points[end] = sizes.alternately(*(works[name] for works in both))
        many = sizes.rows_of_others[-1]
        for name, points in curves.items():
            yield Row(f"{name}, {many:,} rows of others: none", points[many], points[0], "ratio ≤ 1.3")
        yield Curve("rows of others", "tasks, and messages, of others", "ms", curves)


def own_tasks(servers: Servers, sizes: Sizes) -> Iterator[Row | Curve]:
    """Users of one server with so many tasks each, of which FOUND match the search."""
    with ExitStack() as stack:
        users = [_works(servers, stack, count, "own") for count in sizes.own_tasks]
        analyze(servers.database)
        lines = dict[str, dict[int, list[float]]]()
        for name in READS:
            measured = sizes.alternately(*(works[name] for works in users))
            lines[name] = dict(zip(sizes.own_tasks, measured, strict=True))
    few, many = sizes.own_tasks[0], sizes.own_tasks[-1]
    for name, points in lines.items():
        goal = "ratio ≤ 1.5" if "task" in name else ""
        yield Row(f"{name}, {many:,} own tasks: {few}", points[many], points[few], goal)
    yield Curve("own tasks", "tasks of one's own", "ms", lines)


def bulk(servers: Servers, sizes: Sizes) -> Iterator[Row]:
    """Complete many tasks in one request, and one task in another."""
    token = servers.register("bulk")
    with Connection(servers.port, token) as connection, psycopg.connect(servers.database, autocommit=True) as database:
        user_id = connection.user_id()
        add_own_tasks(servers.database, user_id, sizes.bulk)
        numbers = list(range(1, sizes.bulk + 1))

        def complete(which: Sequence[int]) -> float:
            seconds = seconds_of(lambda: connection.call("POST", "/api/tasks/bulk-complete", {"numbers": which}))
            database.execute("UPDATE tasks SET completed_at = NULL WHERE user_id = %s", [user_id])
            return seconds

        pairs = [(complete(numbers), complete(numbers[:1])) for _ in range(max(2, sizes.rounds // 4))]
    yield Row(
        f"complete {sizes.bulk:,} tasks at once: 1",
        [each for each, _ in pairs],
        [one for _, one in pairs],
        "ratio ≤ 10",
    )


def _works(servers: Servers, stack: ExitStack, tasks: int, user: str, *, everything: bool = False) -> dict[str, Work]:
    """Return the requests of a new user with so many tasks, by name; with `everything` also what writes."""
    token = servers.register(f"{user}-{tasks}")
    connection = stack.enter_context(Connection(servers.port, token))
    chat = Chat(stack.enter_context(Connection(servers.port, token)))
    servers.script(text("Hello."))
    chat.ask()
    user_id = connection.user_id()
    add_own_tasks(servers.database, user_id, tasks)
    add_own_messages(servers.database, user_id, chat.thread_id)
    works: dict[str, Work] = {name: lambda path=path: connection.call("GET", path) for name, path in READS.items()}
    if everything:
        works["add a task"] = lambda: connection.call("POST", "/api/tasks", {"title": "Call mum"})
        works["turn"] = chat.ask
    return works
