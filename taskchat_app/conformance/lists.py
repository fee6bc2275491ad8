"""Checks of pages, and of the list of threads."""

from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial

from taskchat_app.conformance.checks import Check, Skip, check, demand, demand_refusal
from taskchat_app.conformance.conversations import conversation, item_ids, new_thread, pages, thread_ids
from taskchat_app.conformance.http_client import ABSENT, Session
from taskchat_app.conformance.stored_items import streamed_items

SMALL = 2
"""Items on a page, so that a short list has several."""
DEFAULT_PAGE_SIZE = 20
"""chatkit.server.DEFAULT_PAGE_SIZE."""


@check("threads.listed", "chatkit.types.ThreadsListReq; @openai/chatkit HistoryOption.enabled")
async def listed(session: Session) -> None:
    """A new thread is listed first, and every thread that was not deleted is listed."""
    thread_id = await new_thread(session)
    found = await thread_ids(session)
    place = found.index(thread_id) if thread_id in found else "no place"
    demand(place == 0, f"{thread_id} is at {place}")
    missing = set(streamed_items(session)) - set(found)
    demand(not missing, f"{sorted(missing)[:4]} are not listed")


@check("threads.get", "chatkit.server.ChatKitServer._load_full_thread")
async def get_thread(session: Session) -> None:
    """threads.get_by_id shows the first 20 items at most, oldest first, and whether there are more."""
    thread_id = await conversation(session)
    exchange = await session.ask("threads.get_by_id", thread_id=thread_id)
    thread = exchange.document
    demand(thread.get("id") == thread_id and isinstance(thread.get("items"), dict), exchange.summary)
    whole, shown = await item_ids(session, thread_id), [item["id"] for item in thread["items"]["data"]]
    demand(bool(shown) and whole[: len(shown)] == shown, f"shown {shown[:4]}, items.list has {whole[:4]}")
    demand(len(shown) <= DEFAULT_PAGE_SIZE, f"{len(shown)} items")
    has_more = bool(thread["items"].get("has_more"))
    demand(has_more == (len(shown) < len(whole)), f"has_more is {has_more}, {len(shown)} of {len(whole)} are shown")


async def _compare_pages(session: Session, kind: str, order: str) -> None:
    whole = await _read(session, kind, order=order)
    twice = [one for one, times in Counter(whole).items() if times > 1]
    demand(not twice, f"{twice[:4]} are listed more than once")
    if len(whole) <= SMALL:
        raise Skip(f"The list has {len(whole)} entries only.")
    small = await _read(session, kind, limit=SMALL, order=order)
    demand(small == whole, f"small pages: {small[:6]} ({len(small)}), the whole: {whole[:6]} ({len(whole)})")


async def _compare_orders(session: Session, kind: str) -> None:
    oldest, newest = await _read(session, kind, order="asc"), await _read(session, kind, order="desc")
    demand(newest == list(reversed(oldest)), f"oldest first {oldest[:4]}, newest first {newest[:4]}")


async def _omit_order(session: Session, kind: str) -> None:
    newest, unnamed = await _read(session, kind, order="desc"), await _read(session, kind)
    demand(unnamed == newest, f"{unnamed[:4]} instead of {newest[:4]}")


async def _limit(session: Session, kind: str) -> None:
    params = await _params(session, kind)
    for most in (1, SMALL):
        exchange = await session.ask(kind, limit=most, order="asc", **params)
        got = exchange.document.get("data", [])
        demand(1 <= len(got) <= most, f"{len(got)} for limit {most}: {exchange.summary}")


async def _ask_oddly(session: Session, kind: str) -> None:
    params = await _params(session, kind)
    for odd in ({"after": ABSENT}, {"limit": 0}, {"limit": -1}, {"limit": 10**9}):
        exchange = await session.ask(kind, **params, **odd)
        is_page = exchange.status == 200 and exchange.is_object
        demand(is_page or exchange.is_refusal, f"{odd}: {exchange.summary}")


async def _read(session: Session, kind: str, *, limit: int = 100, order: str = "") -> list[str]:
    """Return the ids of a whole list, read in pages of this size."""
    read = await pages(session, kind, limit=limit, order=order, **await _params(session, kind))
    return [one["id"] for page in read for one in page["data"]]


async def _params(session: Session, kind: str) -> dict[str, str]:
    """Make a list that has more than one page, and return the parameters that name it."""
    thread_id = await conversation(session)
    if kind == "items.list":
        return {"thread_id": thread_id}
    while len(await thread_ids(session)) <= SMALL:
        await new_thread(session)
    return {}


def _checks_of_list(kind: str, what: str, params: str) -> list[Check]:
    """Return the checks of the list that requests of this kind read; `params` is the type of their parameters."""
    same, page = "hold the same as a large one, each once, in its order.", "chatkit.types.Page (has_more, after)"
    odd = "An unknown cursor and limits such as 0, -1 and 10^9 get a page or a refusal."
    compare_asc, compare_desc = partial(_compare_pages, order="asc"), partial(_compare_pages, order="desc")

    def of_list(name: str, expected: str, source: str, judge: Callable[..., Awaitable[None]]) -> Check:
        noun = kind.partition(".")[0]
        return Check(f"{noun}.{name}", expected, source, partial(judge, kind=kind))

    return [
        of_list("pages_asc", f"Small pages of the {what}, oldest first, {same}", page, compare_asc),
        of_list("pages_desc", f"Small pages of the {what}, newest first, {same}", page, compare_desc),
        of_list("order", "Newest first is the reverse of oldest first.", f"{params}.order", _compare_orders),
        of_list("default_order", "Without an order the newest comes first.", f"{params}.order = 'desc'", _omit_order),
        of_list("limit", "A page holds at most as many as asked for.", f"{params}.limit", _limit),
        of_list("odd_pages", odd, f"{params}; RFC 9110, 15.5", _ask_oddly),
    ]


PAGE_CHECKS = [
    *_checks_of_list("items.list", "items of a thread", "chatkit.types.ItemsListParams"),
    *_checks_of_list("threads.list", "threads of a user", "chatkit.types.ThreadListParams"),
]


@check("threads.rename", "chatkit.types.ThreadsUpdateReq; @openai/chatkit HistoryOption.showRename")
async def rename(session: Session) -> None:
    """threads.update returns the thread with its new title, and keeps it."""
    thread_id = await conversation(session)
    title = "Renamed “twice” 🧾"
    exchange = await session.ask("threads.update", thread_id=thread_id, title=title)
    demand(exchange.status == 200 and exchange.document.get("title") == title, exchange.summary)
    again = await session.ask("threads.get_by_id", thread_id=thread_id)
    demand(again.document.get("title") == title, again.summary)
    threads = [thread for page in await pages(session, "threads.list", limit=100) for thread in page["data"]]
    titles = [thread.get("title") for thread in threads if thread["id"] == thread_id]
    demand(titles == [title], f"threads.list has {titles}")


@check("threads.delete", "chatkit.types.ThreadsDeleteReq; @openai/chatkit HistoryOption.showDelete")
async def delete(session: Session) -> None:
    """A deleted thread is neither listed nor readable, and takes no message."""
    thread_id = await new_thread(session)
    exchange = await session.ask("threads.delete", thread_id=thread_id)
    demand(exchange.status == 200, exchange.summary)
    demand(thread_id not in await thread_ids(session), f"{thread_id} is still listed")
    demand_refusal(await session.ask("threads.get_by_id", thread_id=thread_id))
    read = await session.ask("items.list", thread_id=thread_id)
    demand(read.is_refusal or not read.document.get("data"), f"items.list: {read.summary}")
    demand_refusal(await session.ask("threads.update", thread_id=thread_id, title="Back"))
