"""Steps that several checks share: a conversation to look at, and reading all pages."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from chatkit.types import ThreadItemDoneEvent, UserMessageItem

from taskchat_app.conformance.checks import Breach, Skip, demand
from taskchat_app.conformance.http_client import PAUSE_SECONDS, Exchange, Json, Session, Who, message
from taskchat_app.conformance.stream_rules import thread_of

PAGES_MAX = 500
"""More than any list that the checks make."""
PAGE_SIZE = 50


async def talk(session: Session, prompts: list[str]) -> list[Exchange]:
    """Send the prompts to a new thread, one after the other; Skip if the first is not answered."""
    first = await session.send(message(prompts[0]))
    thread_id = thread_of(first)
    if not first.is_stream or thread_id is None:
        raise Skip(f"No thread could be created: {first.summary}")
    later = [await session.send(message(prompt, thread_id), while_busy=True) for prompt in prompts[1:]]
    return [first, *later]


async def conversation(session: Session) -> str:
    """Return the thread that most checks look at, created at the first call."""
    if "conversation" not in session.memory:
        exchanges = await talk(session, session.prompts["say"])
        session.memory["conversation"] = thread_of(exchanges[0]) or ""
    return session.memory["conversation"]


async def new_thread(session: Session) -> str:
    return thread_of((await talk(session, session.prompts["say"][:1]))[0]) or ""


def _user_messages(exchange: Exchange) -> list[UserMessageItem]:
    done = [event.item for event in exchange.events if isinstance(event, ThreadItemDoneEvent)]
    return [item for item in done if isinstance(item, UserMessageItem)]


def message_ids(exchanges: list[Exchange]) -> list[str]:
    """Return the ids of the users' messages that the streams announced."""
    return [said.id for exchange in exchanges for said in _user_messages(exchange)]


def sent_message(exchange: Exchange) -> UserMessageItem:
    """Return the user's message that the stream announced; Breach if it announced none."""
    for said in _user_messages(exchange):
        return said
    raise Breach(exchange.summary)


async def pages(session: Session, kind: str, *, limit: int, order: str = "", **named: str) -> list[Json]:
    """Read a list to its end, page by page; Breach if a page is none or the list goes in a circle."""
    found: list[Json] = []
    cursors: set[str] = set()
    asked: Json = {**named, "limit": limit}
    if order:
        asked["order"] = order
    while True:
        exchange = await session.ask(kind, **asked)
        page = exchange.document
        demand(isinstance(page.get("data"), list), f"{kind}: {exchange.summary}")
        found.append(page)
        if not page.get("has_more"):
            return found
        after = page.get("after")
        if not isinstance(after, str):
            raise Breach(f"{kind}: has_more without after")
        demand(after not in cursors, f"{kind}: after={after} came before, the list goes in a circle")
        demand(len(found) < PAGES_MAX, f"{kind} does not end after {PAGES_MAX} pages")
        cursors.add(after)
        asked["after"] = after


async def items(session: Session, thread_id: str) -> list[Json]:
    """Return all items of a thread, the oldest first."""
    read = await pages(session, "items.list", limit=PAGE_SIZE, order="asc", thread_id=thread_id)
    return [item for page in read for item in page["data"]]


async def item_ids(session: Session, thread_id: str) -> list[str]:
    return [item["id"] for item in await items(session, thread_id)]


async def thread_ids(session: Session) -> list[str]:
    """Return the ids of the user's threads, the newest first."""
    read = await pages(session, "threads.list", limit=PAGE_SIZE, order="desc")
    return [thread["id"] for page in read for thread in page["data"]]


async def eventually(session: Session, holds: Callable[[], Awaitable[bool]], otherwise: str) -> None:
    """Wait until the condition holds; Breach if it does not in time."""
    deadline = time.monotonic() + session.patience_seconds
    while not await holds():
        if time.monotonic() > deadline:
            raise Breach(otherwise)
        await asyncio.sleep(PAUSE_SECONDS)


def need(session: Session, who: Who) -> None:
    """Skip unless there is a token of this user."""
    if who not in session.tokens:
        option = "--token" if who == "owner" else "--other-token"
        raise Skip(f"{option} was not given.")
