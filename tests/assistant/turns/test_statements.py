"""The SQL statements and transactions of one turn, counted in Postgres's own log."""

import re
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy import text as sql

from taskchat_app.assistant.turns.turns import all_running
from taskchat_app.config import settings
from taskchat_app.domain.storage import database
from taskchat_app.domain.storage.postgres_process import ServerPaths
from tests.chatting import Answer, Chat, rows, write
from tests.standin import Reply, Standin, call, calls, text
from tests.waiting import PATIENCE_SECONDS, until_async

STATEMENT = re.compile(r"^\S+ \S+ UTC \[\d+\] LOG: +(?:statement|execute [^:]+): (.*)$", re.MULTILINE)
PING = "SELECT 1"
"""What the listener for announcements sends every few seconds; it is in no turn."""
PLAIN = [text("You have three open tasks.", pieces=5)]
WITH_TOOL = [calls(call("create_task", {"title": "Buy milk"})), text("Added it.")]
Logged = Callable[[], list[str]]


@pytest.fixture
async def logged(gemini: Standin) -> AsyncIterator[Logged]:
    """Log all statements of new connections; return the first lines of those logged since the last call."""
    [name] = (await rows(sql("SELECT quote_ident(current_database())")))[0]
    log = ServerPaths(settings().home.resolve()).log
    read_up_to = 0

    def read() -> list[str]:
        nonlocal read_up_to
        with log.open("rb") as lines:
            lines.seek(read_up_to)
            new = lines.read()
        read_up_to += len(new)
        return [found for found in STATEMENT.findall(new.decode()) if found != PING]

    await until_async(lambda: not all_running(), PATIENCE_SECONDS)  # of the tests before
    await write(sql(f"ALTER DATABASE {name} SET log_statement = 'all'"))
    await database.close_pool()
    yield read
    await write(sql(f"ALTER DATABASE {name} RESET log_statement"))
    await database.close_pool()


async def turn(chat: Chat, replies: list[Reply], thread_id: str | None) -> Answer:
    chat.script(replies)
    answer = await chat.send("Add buy milk", thread_id)
    assert answer.errors == []
    return answer


@pytest.mark.parametrize(
    ("replies", "statements", "transactions"), [(PLAIN, 13, 3), (WITH_TOOL, 20, 4)], ids=["plain", "with a tool call"]
)
async def test_a_turn_takes_few_statements_and_transactions(
    chat: Chat, logged: Logged, replies: list[Reply], statements: int, transactions: int
):
    thread_id = (await turn(chat, replies, None)).thread_id
    await turn(chat, replies, thread_id)
    logged()
    await turn(chat, replies, thread_id)
    sent = logged()
    assert len(sent) <= statements, "\n".join(sent)
    assert sum(statement.startswith("BEGIN") for statement in sent) <= transactions, "\n".join(sent)
    # The login is read in one message, with its COMMIT.
    assert sum(statement == "COMMIT" for statement in sent) == transactions - 1, "\n".join(sent)
