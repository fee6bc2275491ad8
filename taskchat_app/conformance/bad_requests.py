"""Checks that send what must be refused: no login, malformed requests, what belongs to another user or to nobody."""

import json
import secrets
from http import HTTPStatus

from taskchat_app.conformance.checks import Check, check, demand
from taskchat_app.conformance.conversations import item_ids, items, message_ids, need, new_thread, thread_ids
from taskchat_app.conformance.http_client import ABSENT, Exchange, Json, Session, message, on_thread

NOT_FOUND = "RFC 9110, 15.5.5"
ISOLATION = f"{NOT_FOUND}; chatkit.store.Store: the context names the user"
MALFORMED = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "a number": b"7",
    "no UTF-8": b'{"type": "threads.list", "params": {"after": "\xff"}}',
    "too deep": b"[" * 100_000,
    "no type": b'{"params": {}}',
    "an unknown type": b'{"type": "threads.conformance", "params": {}}',
    "no params": b'{"type": "threads.create"}',
    "params of a wrong type": b'{"type": "threads.get_by_id", "params": {"thread_id": 7}}',
    "an unknown order": b'{"type": "threads.list", "params": {"order": "sideways"}}',
    "an unknown part": json.dumps(message("", content=[{"type": "input_video", "text": "x"}])).encode(),
}
"""Bodies that are no ChatKit request."""


@check("auth.required", "RFC 9110, 11.6.1 and 15.5.2")
async def auth_required(session: Session) -> None:
    """A request without a login gets 401 with WWW-Authenticate."""
    need(session, "owner")
    listing: Json = {"type": "threads.list", "params": {}}
    for request in (message("Hello"), listing):
        exchange = await session.send(request, "nobody")
        demand(exchange.status == HTTPStatus.UNAUTHORIZED, f"{exchange.kind}: {exchange.summary}")
        demand("WWW-Authenticate" in exchange.headers, "no WWW-Authenticate")


@check("auth.forged", "RFC 6750, 3.1")
async def auth_forged(session: Session) -> None:
    """A forged token gets 401."""
    need(session, "owner")
    body = json.dumps({"type": "threads.list", "params": {}}).encode()
    exchange = await session.send_body(body, "nobody", token="conformance")  # noqa: S106 -- a forged one
    demand(exchange.status == HTTPStatus.UNAUTHORIZED, exchange.summary)


@check("requests.method", "RFC 9110, 15.5.6")
async def method(session: Session) -> None:
    """GET is refused with 405 and the methods that are allowed."""
    response = await session.get()
    demand(response.status_code == HTTPStatus.METHOD_NOT_ALLOWED, f"{response.status_code}")
    demand("POST" in response.headers.get("Allow", ""), f"Allow: {response.headers.get('Allow')}")


@check("requests.malformed", "chatkit.types.ChatKitReq; RFC 9110, 15.5.1")
async def malformed(session: Session) -> None:
    """A body that is no ChatKit request is refused."""
    for name, body in MALFORMED.items():
        exchange = await session.send_body(body)
        demand(400 <= exchange.status < 500, f"{name}: {exchange.summary}")


@check("requests.metadata", "chatkit.types.BaseReq.metadata")
async def metadata(session: Session) -> None:
    """Metadata in a request is accepted."""
    exchange = await session.send({"type": "threads.list", "params": {}, "metadata": {"from": "conformance"}})
    demand(exchange.status == 200, exchange.summary)


@check("requests.absent_thread", NOT_FOUND)
async def absent_thread(session: Session) -> None:
    """A request about a thread that does not exist is refused."""
    for request in on_thread(ABSENT, ABSENT):
        exchange = await session.send(request)
        demand(exchange.is_refusal or _is_empty_page(exchange), f"{exchange.kind}: {exchange.summary}")


def _is_empty_page(exchange: Exchange) -> bool:
    return exchange.kind == "items.list" and exchange.document.get("data") == []


async def _owners_thread(session: Session) -> str:
    if "isolated" not in session.memory:
        session.memory["isolated"] = await new_thread(session)
    return session.memory["isolated"]


async def expect_isolated(session: Session, request: Json) -> None:
    """Breach if another user's request about a thread is taken, shows one of its items or changes anything."""
    need(session, "other")
    thread_id = request["params"]["thread_id"]
    before = await _title_and_items(session, thread_id)
    exchange = await session.send(request, "other")
    demand(exchange.is_refusal or _is_empty_page(exchange), f"{exchange.kind}: {exchange.summary}")
    _, own_items = before
    leaked = [item["id"] for item in own_items if item["id"] in exchange.body.decode(errors="replace")]
    demand(not leaked, f"the answer names {leaked}")
    after = await _title_and_items(session, thread_id)
    demand(before == after, f"{exchange.summary}, and title and items changed from {before} to {after}"[:400])


async def _title_and_items(session: Session, thread_id: str) -> tuple[object, list[Json]]:
    """Return the thread's title and its items, as their owner sees them."""
    exchange = await session.ask("threads.get_by_id", thread_id=thread_id)
    found = await items(session, thread_id) if exchange.status == HTTPStatus.OK else []
    return exchange.document.get("title"), found


@check("isolation.list", "chatkit.store.Store.load_threads")
async def isolated_list(session: Session) -> None:
    """The list of threads holds only the user's own."""
    need(session, "other")
    await _owners_thread(session)
    own = set(await thread_ids(session))
    exchange = await session.ask("threads.list", "other", limit=100)
    foreign = own & {thread["id"] for thread in exchange.document.get("data", [])}
    demand(not foreign, f"{sorted(foreign)[:3]} of another user are listed")


@check("isolation.key", "draft-ietf-httpapi-idempotency-key-header-07, 5")
async def isolated_key(session: Session) -> None:
    """Another user's request with the same Idempotency-Key is a request of its own."""
    need(session, "other")
    request, key = message(session.prompts["say"][0]), secrets.token_hex(16)
    mine = await session.send(request, key=key)
    theirs = await session.send(request, "other", key=key)
    ids = message_ids([mine, theirs])
    demand(theirs.is_refusal or len(set(ids)) == 2, f"the messages {ids}")


ISOLATED = [
    "threads.get_by_id",
    "items.list",
    "threads.add_user_message",
    "threads.update",
    "items.feedback",
    "threads.retry_after_item",
    "threads.delete",
]
"""Requests that would succeed for the owner; optional_features.py has further ones."""


def _isolation(request_type: str) -> Check:
    """Make the check that another user's request of this type gets nothing and changes nothing."""

    async def isolated(session: Session) -> None:
        need(session, "other")
        thread_id = await _owners_thread(session)
        said = (await item_ids(session, thread_id))[0]
        [request] = [one for one in on_thread(thread_id, said) if one["type"] == request_type]
        await expect_isolated(session, request)

    expected = f"{request_type} of another user's thread is refused, shows nothing and changes nothing."
    return Check(f"isolation.{request_type.removeprefix('threads.')}", expected, ISOLATION, isolated)


ISOLATION_CHECKS = [_isolation(name) for name in ISOLATED]


@check("isolation.same_words", f"{NOT_FOUND}: not willing to disclose that one exists")
async def same_words(session: Session) -> None:
    """Another user's thread is refused in the same words as one that does not exist."""
    need(session, "other")
    thread_id = await _owners_thread(session)
    item_id = (await item_ids(session, thread_id))[-1]

    def words_of(exchange: Exchange) -> tuple[int, str]:
        text = exchange.body.decode(errors="replace")
        for one in (thread_id, item_id, ABSENT):
            text = text.replace(one, "…")
        return exchange.status, text

    for foreign, absent in zip(_requests_on(thread_id, item_id), _requests_on(ABSENT, ABSENT), strict=True):
        there, nowhere = await session.send(foreign, "other"), await session.send(absent, "other")
        refusal = f"{there.kind}: {there.summary}, for an absent one {nowhere.summary}"
        demand(words_of(there) == words_of(nowhere), refusal)


def _requests_on(thread_id: str, item_id: str) -> list[Json]:
    return [*on_thread(thread_id, item_id), {"type": "threads.list", "params": {"after": thread_id}}]
