"""Idempotency keys: owner, lifetime, and comparison of requests."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.idempotency_keys import (
    KEPT_FOR,
    RequestKey,
    request_key,
    store_response,
    stored_response,
)
from taskchat_app.domain.limits import rate_limits
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.errors import BadRequest, KeyReused
from taskchat_app.domain.storage.models import IdempotencyKey
from tests.chatting import write


async def store(person: Person, request: RequestKey, **response: object) -> None:
    async with transaction() as session:
        await store_response(session, person.id, request, **{"status": 200, "body": {"number": 1}} | response)  # pyright: ignore[reportArgumentType]  # the columns of one response


async def load(person: Person, request: RequestKey) -> tuple[int | None, object] | None:
    async with transaction() as session:
        row = await stored_response(session, person.id, request)
        return None if row is None else (row.status, row.body)


async def set_age(person: Person, age: timedelta) -> None:
    keys = update(IdempotencyKey).where(col(IdempotencyKey.user_id) == person.id)
    await write(keys.values(created_at=now() - age))


def test_keys_have_visible_characters_and_fingerprints_the_boundaries_of_the_parts():
    for key in ("", " ", "a b", "x" * 256, "schlüssel", "a\x00b", "a\nb", "a\tb", "\x7f", "🔑"):
        with pytest.raises(BadRequest, match="1 to 255 visible ASCII"):
            request_key(key, b"POST")
    for key in ("a", "x" * 255, "!~", "7f3c-{}\\\"'"):
        assert request_key(key, b"POST").key == key
    same = request_key("k", b"POST /a", b"body")
    assert request_key("k", b"POST /a", b"body") == same
    for parts in ((b"POST /abody", b""), (b"POST /a", b"body "), (b"POST /b", b"body"), (b"POST /a", b"body", b"")):
        assert request_key("k", *parts).fingerprint != same.fingerprint


async def test_a_key_can_be_used_again_after_a_day(person: Person):
    await store(person, request_key("k", b"one"))
    await set_age(person, KEPT_FOR - timedelta(minutes=1))
    assert await load(person, request_key("k", b"one")) is not None
    await set_age(person, KEPT_FOR + timedelta(minutes=1))
    assert await load(person, request_key("k", b"one")) is None
    await store(person, request_key("k", b"two"), body={"number": 2})
    assert await load(person, request_key("k", b"two")) == (200, {"number": 2})
    with pytest.raises(KeyReused):
        await load(person, request_key("k", b"one"))


async def test_a_stored_response_counts_as_a_write_and_a_turn_or_a_failed_one_does_not(person: Person):
    for key in ("k", "l"):
        await store(person, request_key(key, b"one"))
    await store(person, request_key("m", b"two"), turn_id="msg_1", status=None, body=None)
    async with transaction() as session:
        assert (await rate_limits.used(session, rate_limits.WRITES, person.id))[0] == 2
    request = request_key("n", b"one")

    async def fail() -> None:
        async with transaction() as session:
            await store_response(session, person.id, request, status=200)
            await session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await load(person, request) is None
