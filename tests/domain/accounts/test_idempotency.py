"""Idempotency keys: whose they are, how long they are kept, and what counts as the same request."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.idempotency import KEPT_FOR, RequestKey, request_key, store_response, stored_response
from taskchat_app.domain.storage.database import now, transaction
from taskchat_app.domain.storage.errors import BadRequest, KeyReused
from taskchat_app.domain.storage.models import IdempotencyKey


async def keep(person: Person, request: RequestKey, **answer: object) -> None:
    async with transaction() as session:
        await store_response(session, person.id, request, **{"status": 200, "body": {"number": 1}} | answer)  # pyright: ignore[reportArgumentType]: the columns of one answer


async def kept(person: Person, request: RequestKey) -> tuple[int | None, object] | None:
    async with transaction() as session:
        found = await stored_response(session, person.id, request)
        return None if found is None else (found.status, found.body)


async def age(person: Person, by: timedelta) -> None:
    async with transaction() as session:
        mine = update(IdempotencyKey).where(col(IdempotencyKey.user_id) == person.id)
        await session.exec(mine.values(created_at=now() - by))


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "schlüssel", "a\x00b", "a\nb", "a\tb", "\x7f", "🔑"])
def test_a_key_is_visible_ascii_of_1_to_255_characters(key: str) -> None:
    with pytest.raises(BadRequest, match="1 to 255 visible ASCII"):
        request_key(key, b"POST")


@pytest.mark.parametrize("key", ["a", "x" * 255, "!~", "7f3c-{}\\\"'"])
def test_every_other_key_will_do(key: str) -> None:
    assert request_key(key, b"POST").key == key


def test_parts_are_told_apart_by_where_they_end() -> None:
    same = request_key("k", b"POST /a", b"body")
    assert request_key("k", b"POST /a", b"body") == same
    for parts in ((b"POST /abody", b""), (b"POST /a", b"body "), (b"POST /b", b"body"), (b"POST /a", b"body", b"")):
        assert request_key("k", *parts).fingerprint != same.fingerprint


async def test_the_same_request_finds_its_answer(person: Person) -> None:
    request = request_key("k", b"one")
    assert await kept(person, request) is None
    await keep(person, request)
    assert await kept(person, request) == (200, {"number": 1})


async def test_an_answer_without_a_body_is_kept_as_well(person: Person) -> None:
    request = request_key("k", b"one")
    await keep(person, request, status=204, body=None)
    assert await kept(person, request) == (204, None)


async def test_another_request_with_the_key_is_refused(person: Person) -> None:
    await keep(person, request_key("k", b"one"))
    with pytest.raises(KeyReused) as refused:
        await kept(person, request_key("k", b"two"))
    assert refused.value.code == "key_reused"
    assert await kept(person, request_key("k", b"one")) == (200, {"number": 1})


async def test_keys_belong_to_one_person(person: Person, other_person: Person) -> None:
    await keep(person, request_key("k", b"one"))
    assert await kept(other_person, request_key("k", b"one")) is None
    assert await kept(other_person, request_key("k", b"two")) is None


async def test_a_key_is_free_again_after_a_day(person: Person) -> None:
    await keep(person, request_key("k", b"one"))
    await age(person, KEPT_FOR - timedelta(minutes=1))
    assert await kept(person, request_key("k", b"one")) is not None
    await age(person, KEPT_FOR + timedelta(minutes=1))
    assert await kept(person, request_key("k", b"one")) is None
    await keep(person, request_key("k", b"two"), body={"number": 2})
    assert await kept(person, request_key("k", b"two")) == (200, {"number": 2})
    with pytest.raises(KeyReused):
        await kept(person, request_key("k", b"one"))


async def test_a_transaction_that_fails_leaves_no_key(person: Person) -> None:
    request = request_key("k", b"one")

    async def fail() -> None:
        async with transaction() as session:
            await store_response(session, person.id, request, status=200)
            await session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await kept(person, request) is None
