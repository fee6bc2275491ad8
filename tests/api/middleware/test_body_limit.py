"""Time limits of request bodies, on a simulated clock, and budgets of their bytes."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta
from itertools import repeat
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from taskchat_app.api.core.problems import ProblemMiddleware
from taskchat_app.api.core.request_bodies import BODY_SECONDS, SILENCE_SECONDS
from taskchat_app.api.middleware.body_budget import (
    ACCOUNT_TOTAL,
    FULL,
    UNKNOWN_BODY_MAX,
    UNKNOWN_IN_NETWORK,
    UNKNOWN_IN_SITE,
    UNKNOWN_SECONDS,
    UNKNOWN_TOTAL,
)
from taskchat_app.api.middleware.body_limit import BODY_MAX_BYTES, REFUSED_OF_ACCOUNT, BodyLimit
from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.accounts.access_tokens import create_token
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import Overloaded
from tests.api.responses import Api, code_of
from tests.conftest import SignedInPerson
from tests.evidence import Step

PART = BODY_MAX_BYTES // 16
MOST_OF_A_SILENCE = SILENCE_SECONDS * 0.6


class FastForwardLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock can be advanced, so that the tests do not wait."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


def known_sender(user_id: str = "anna") -> list[tuple[bytes, bytes]]:
    """The headers of a user; the login is not looked up."""
    token = accounts.sign_token(user_id, "login", "app", now() + timedelta(hours=1))
    return [(b"cookie", f"auth_token={token}".encode())]


def posted(path: str, headers: list[tuple[bytes, bytes]]) -> Scope:
    return {"type": "http", "method": "POST", "path": path, "headers": headers}


def send_body(parts: Iterable[bytes], *, pause: float, ends: bool = True, is_known: bool = True) -> tuple[int, int]:
    """Send a body with `pause` seconds before each part; return the status and how many bytes reached the app.

    A body that does not end is followed by silence.
    """
    loop, coming = FastForwardLoop(), iter([*parts, b""] if ends else parts)
    answers, arrived = list[int](), list[bytes]()

    async def receive() -> Message:
        loop.ahead += pause
        await asyncio.sleep(0)  # run the callbacks that are due
        part = next(coming, None)
        if part is None:
            loop.ahead += SILENCE_SECONDS
            await asyncio.Event().wait()
        return {"type": "http.request", "body": part, "more_body": part != b""}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answers.append(message["status"])

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        arrived.append(await Request(scope, receive).body())
        await Response()(scope, receive, send)

    scope = posted("/api/tasks", known_sender() if is_known else [])
    try:
        loop.run_until_complete(BodyLimit(app)(scope, receive, send))
    finally:
        loop.close()
    [status] = answers
    return status, sum(map(len, arrived))


A_MEBIBYTE_SLOWLY = 0.9 * BODY_SECONDS / 17
ENDLESS = {"pause": MOST_OF_A_SILENCE, "ends": False}
STALLS = {"pause": 0, "ends": False}
UNKNOWN = {"pause": 0, "is_known": False}
BODIES: list[tuple[str, Iterable[bytes], dict[str, Any], tuple[int, int]]] = [
    ("slow", [PART * b" "] * 16, {"pause": A_MEBIBYTE_SLOWLY}, (200, BODY_MAX_BYTES)),
    ("with a short pause", [b"{", b"}"], {"pause": MOST_OF_A_SILENCE}, (200, 2)),
    ("that stalls", [PART * b" "], STALLS, (408, 0)),
    ("that is endless", repeat(b" "), ENDLESS, (408, 0)),
    ("too large, stalls", [BODY_MAX_BYTES * b" ", b" "], STALLS, (413, 0)),
    ("too large at once, stalls", [2 * BODY_MAX_BYTES * b" "], STALLS, (413, 0)),
    ("too large, times out", [(BODY_MAX_BYTES + 1) * b" ", *[b" "] * 100], ENDLESS, (413, 0)),
    ("too large, is endless", repeat(BODY_MAX_BYTES * b" "), STALLS, (413, 0)),
    ("unknown, in a minute", [b" "] * 9, UNKNOWN | {"pause": 0.09 * UNKNOWN_SECONDS}, (200, 9)),
    ("unknown, in longer", [b" "] * 9, UNKNOWN | {"pause": 0.15 * UNKNOWN_SECONDS}, (408, 0)),
    ("unknown, small", [UNKNOWN_BODY_MAX * b" "], UNKNOWN, (200, UNKNOWN_BODY_MAX)),
    ("unknown, larger", [(UNKNOWN_BODY_MAX + 1) * b" "], UNKNOWN, (413, 0)),
]


def test_a_body_has_its_time_and_size_and_less_of_both_from_an_unknown_sender(step: Step):
    assert 17 * A_MEBIBYTE_SLOWLY > 170  # the time that 50 kbit/s take
    for name, parts, how, expected in BODIES:
        step(name)
        assert send_body(parts, **how) == expected


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    raise Overloaded(FULL)


@pytest.mark.parametrize("app", [Response(status_code=429), refuse])
@pytest.mark.parametrize(
    ("is_known", "more", "unread"), [(True, [], 0), (True, [(b"expect", b"100-continue")], 3), (False, [], 3)]
)
async def test_a_users_upload_that_is_refused_is_read_before_the_answer_unless_the_client_waits(
    app: ASGIApp, is_known: bool, more: list[tuple[bytes, bytes]], unread: int
):
    coming, left_at_answer = [b"a", b"b", b""], list[int]()

    async def receive() -> Message:
        part = coming.pop(0)
        return {"type": "http.request", "body": part, "more_body": part != b""}

    async def send(message: Message) -> None:
        left_at_answer.append(len(coming))

    scope = posted("/api/attachments", (known_sender() if is_known else []) + more)
    await ProblemMiddleware(BodyLimit(app))(scope, receive, send)
    assert left_at_answer == [unread, unread]


async def test_few_refused_uploads_of_an_account_are_read_at_once():
    answered, ended = list[str](), asyncio.Event()

    async def upload(user_id: str) -> None:
        async def receive() -> Message:
            await ended.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            answered.append(user_id)

        scope = posted("/api/import", known_sender(user_id))
        await BodyLimit(Response(status_code=429))(scope, receive, send)

    async with asyncio.TaskGroup() as uploads:
        for user_id in ["anna"] * (REFUSED_OF_ACCOUNT + 1) + ["ben"]:
            uploads.create_task(upload(user_id))
        await asyncio.sleep(0)
        answered_at_once = [*answered]
        ended.set()
    assert answered_at_once == ["anna", "anna"], "the start and the end of one answer"


class Crowd:
    """Senders whose bodies do not end, all of the same app."""

    def __init__(self) -> None:
        self.limit = ProblemMiddleware(BodyLimit(Response()))
        self.unfinished: list[asyncio.Task[int]] = []
        self.gone = asyncio.Event()

    async def send(self, content: bytes, address: str, headers: list[tuple[bytes, bytes]], *, ends: bool) -> int:
        parts: list[Message] = [{"type": "http.request", "body": content, "more_body": not ends}]
        statuses = list[int]()

        async def receive() -> Message:
            if parts:
                return parts.pop()
            await self.gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            statuses.append(message.get("status", 0))

        await self.limit({**posted("/api/tasks", headers), "client": (address, 1)}, receive, send)
        return statuses[0]

    async def begin(
        self, count: int, size: int, address: str, headers: list[tuple[bytes, bytes]] | None = None
    ) -> None:
        """Begin so many bodies, and send nothing more; those that are refused wait too."""
        sending = [self.send(size * b" ", address, headers or [], ends=False) for _ in range(count)]
        self.unfinished += [asyncio.create_task(one) for one in sending]
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def status(self, address: str, headers: list[tuple[bytes, bytes]] | None = None, size: int = 1) -> int:
        """The status of one whole request, by default a small one."""
        return await self.send(size * b" ", address, headers or [], ends=True)

    async def leave(self) -> list[int]:
        """End all bodies; return the statuses."""
        self.gone.set()
        return await asyncio.gather(*self.unfinished)


async def test_unknown_senders_of_a_network_or_site_hold_a_bounded_number_of_bytes():
    crowd = Crowd()
    await crowd.begin(UNKNOWN_IN_NETWORK // UNKNOWN_BODY_MAX, UNKNOWN_BODY_MAX, "192.0.2.1")
    assert await crowd.status("192.0.2.1") == 503
    assert await crowd.status("192.0.2.2") == 200
    assert await crowd.status("192.0.2.1", known_sender()) == 200
    await crowd.leave()
    assert await crowd.status("192.0.2.1") == 200
    crowd = Crowd()
    for network in range(UNKNOWN_IN_SITE // UNKNOWN_IN_NETWORK):
        await crowd.begin(UNKNOWN_IN_NETWORK // UNKNOWN_BODY_MAX, UNKNOWN_BODY_MAX, f"2001:db8:1:{network:x}::1")
    assert await crowd.status("2001:db8:1:ffff::1") == 503
    assert await crowd.status("2001:db8:2::1") == 200
    await crowd.leave()


async def test_all_unknown_senders_hold_a_bounded_number_of_bytes_and_users_go_on(signed_in: SignedInPerson):
    crowd, access = Crowd(), await create_token(signed_in.person, "program", ["write"])
    for network in range(UNKNOWN_TOTAL // UNKNOWN_IN_NETWORK):
        await crowd.begin(UNKNOWN_IN_NETWORK // UNKNOWN_BODY_MAX, UNKNOWN_BODY_MAX, f"192.0.2.{network}")
    assert await crowd.status("198.51.100.1") == 503
    assert await crowd.status("198.51.100.1", known_sender()) == 200
    assert await crowd.status("198.51.100.1", [(b"authorization", f"Bearer {access.token}".encode())]) == 200
    await crowd.leave()


async def test_an_account_holds_a_bounded_number_of_bytes():
    crowd = Crowd()
    await crowd.begin(ACCOUNT_TOTAL // BODY_MAX_BYTES - 1, BODY_MAX_BYTES, "192.0.2.1", known_sender())
    assert await crowd.status("192.0.2.1", known_sender()) == 200
    assert await crowd.status("192.0.2.1", known_sender(), BODY_MAX_BYTES) == 503
    assert await crowd.status("192.0.2.1", known_sender("ben"), BODY_MAX_BYTES) == 200
    await crowd.leave()


async def test_a_forged_token_makes_no_known_sender(anonymous: Api):
    for token in ("tc_" + 32 * "0" + "_" + 43 * "A", "a.b.c"):
        headers = {"Authorization": f"Bearer {token}"}
        answer = await anonymous.post("/api/tasks", content=(UNKNOWN_BODY_MAX + 1) * b" ", headers=headers)
        assert (*code_of(answer), "sign in" in answer.json()["detail"]) == (413, "too_large", True), token
