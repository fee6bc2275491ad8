"""Logins: their tokens, revocation and chat secrets."""

import base64
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from sqlmodel import col, select, update

from taskchat_app.config import jwt_secret
from taskchat_app.domain.accounts import accounts, chat_secrets, password_links, passwords, sign_in, sign_in_limits
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import BadCredentials
from taskchat_app.domain.storage.models import Login
from tests.chatting import rows, write
from tests.conftest import PASSWORD, SignedInPerson
from tests.domain.accounts.sign_in import change_settings, count_users, log_in

pytestmark = pytest.mark.usefixtures("postgres")


async def change_login(person: Person, **values: Any) -> None:
    await write(update(Login).where(col(Login.id) == person.login_id).values(**values))


async def login_ids(person: Person) -> list[str]:
    return await rows(select(Login.id).where(Login.user_id == person.id))


def happen_during_the_next_check(monkeypatch: pytest.MonkeyPatch, event: Callable[[], Awaitable[Any]]) -> None:
    """Let the event happen after the next password is compared with the stored hash."""

    async def is_password(password: str, stored: str | None) -> bool:
        monkeypatch.setattr(sign_in_limits, "is_password", passwords.is_password)
        right = await passwords.is_password(password, stored)
        await event()
        return right

    monkeypatch.setattr(sign_in_limits, "is_password", is_password)


Forger = Callable[[SignedInPerson], str]


def forged(**changes: Any) -> Forger:
    """Return a function that forges a user's token with changed claims, `key` or `algorithm`."""

    def forge(signed_in: SignedInPerson) -> str:
        key, algorithm = changes.get("key", jwt_secret()), changes.get("algorithm", "HS256")
        claims = jwt.decode(signed_in.token, options={"verify_signature": False})
        claims |= {name: value for name, value in changes.items() if name in ("sub", "jti", "exp", "aud", "iat")}
        return jwt.encode({name: value for name, value in claims.items() if value is not None}, key, algorithm)

    return forge


def unsigned(signed_in: SignedInPerson) -> str:
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).rstrip(b"=").decode()
    return f"{header}.{signed_in.token.split('.')[1]}."


def nested(signed_in: SignedInPerson) -> str:
    header = base64.urlsafe_b64encode(b'{"alg":' + b"[" * 5000).rstrip(b"=").decode()
    return ".".join([header, *signed_in.token.split(".")[1:]])


class TestTokens:
    async def test_a_former_secret_only_verifies(self, signed_in: SignedInPerson, monkeypatch: pytest.MonkeyPatch):
        former, new = jwt_secret(), "a new secret that is long enough for HS256"
        monkeypatch.setattr(accounts, "jwt_secret", lambda: new)
        assert await accounts.person_of(signed_in.token) is None
        change_settings(monkeypatch, accounts, jwt_secret_previous=former)
        assert await accounts.person_of(signed_in.token) == signed_in.person
        login = await log_in(signed_in.person.email)
        change_settings(monkeypatch, accounts, jwt_secret_previous=None)
        assert await accounts.person_of(login.token) == login.person

    async def test_malformed_and_forged_tokens_are_rejected(self, signed_in: SignedInPerson, other_person: Person):
        assert await accounts.person_of(signed_in.token) == signed_in.person
        header, claims, signature = signed_in.token.split(".")
        malformed = (None, "", "x", "a.b.c", f"{header}.{claims}", f"{header}.{claims}.{signature[:-4]}AAAA", "\ud800")
        forgers = [
            unsigned,
            nested,
            forged(key="another key that is long enough for HS256"),
            forged(algorithm="HS512", key=b"x" * 64),
            forged(algorithm="HS512"),
            forged(sub=other_person.id),
        ]
        changes: dict[str, list[Any]] = {
            "exp": [1, None], "jti": [None, "unknown"], "sub": ["somebody else", None], "aud": ["elsewhere", None],
            "iat": [None],
        }  # fmt: skip
        forgers += [forged(**{claim: value}) for claim, values in changes.items() for value in values]
        person = signed_in.person
        of_app = accounts.sign_token(
            person.id, person.login_id, "chat", person.login_expires_at
        )  # a login in a chat token
        for token in (*malformed, of_app, *(forge(signed_in) for forge in forgers)):
            assert await accounts.person_of(token, scopes=("app", "chat")) is None, token
            assert await accounts.person_of(token) is None, token

    async def test_an_expired_login_is_rejected_and_deleted_by_the_next_one(self, signed_in: SignedInPerson):
        await change_login(signed_in.person, expires_at=now() - timedelta(seconds=1))
        assert await accounts.person_of(signed_in.token) is None
        assert not await accounts.is_login_valid(signed_in.person)
        second = await log_in(signed_in.person.email)
        assert await login_ids(signed_in.person) == [second.person.login_id]


class TestRevocation:
    async def test_a_changed_password_signs_nobody_in(self, signed_in: SignedInPerson, monkeypatch: pytest.MonkeyPatch):
        change = partial(sign_in.change_password, signed_in.person, PASSWORD, "another password")
        happen_during_the_next_check(monkeypatch, change)
        with pytest.raises(BadCredentials):
            await log_in(signed_in.person.email)
        assert await login_ids(signed_in.person) == [signed_in.person.login_id]

    async def test_a_password_that_is_reset_while_it_is_checked_changes_and_deletes_nothing(
        self, signed_in: SignedInPerson, monkeypatch: pytest.MonkeyPatch
    ):
        email = signed_in.person.email
        for use_password in (
            partial(sign_in.change_password, signed_in.person, PASSWORD, "another password"),
            partial(sign_in.delete_account, signed_in.person, PASSWORD),
        ):
            happen_during_the_next_check(monkeypatch, partial(password_links.reset_password, email))
            with pytest.raises(BadCredentials):
                await use_password()
            link, _ = await password_links.reset_password(email)
            [token] = parse_qs(urlsplit(link).query)["token"]
            await password_links.set_password(token, PASSWORD, network="here")
        assert await log_in(email)

    async def test_deleting_an_account_deletes_its_logins(self, signed_in: SignedInPerson):
        await chat_secrets.chat_secret(signed_in.person)
        await sign_in.delete_account(signed_in.person, PASSWORD)
        assert await accounts.person_of(signed_in.token) is None
        assert await count_users(signed_in.person.email) == 0
        assert await login_ids(signed_in.person) == []


@pytest.fixture
async def secret(person: Person) -> str:
    return (await chat_secrets.chat_secret(person))[0]


@pytest.fixture
async def chat_user(secret: str) -> Person:
    found = await accounts.person_of(secret, scopes=("chat",))
    assert found is not None
    return found


class TestChatSecrets:
    async def test_an_ended_login_revokes_secrets(self, signed_in: SignedInPerson, secret: str, chat_user: Person):
        expires_at = signed_in.person.login_expires_at
        await change_login(signed_in.person, expires_at=now() - timedelta(seconds=1))
        assert await accounts.person_of(secret, scopes=("app", "chat")) is None
        await change_login(signed_in.person, expires_at=expires_at)
        assert await accounts.person_of(secret, scopes=("app", "chat")) == chat_user
        another, _ = await chat_secrets.chat_secret(signed_in.person)
        assert chat_user.streams_until == signed_in.person.login_expires_at
        await change_login(chat_user, expires_at=now() - timedelta(seconds=1))
        await log_in(signed_in.person.email)  # deletes expired logins
        assert await accounts.person_of(secret, scopes=("chat",)) is None
        assert await accounts.is_login_valid(chat_user)
        await sign_in.logout(signed_in.person)
        assert not await accounts.is_login_valid(chat_user)
        assert await accounts.person_of(another, scopes=("app", "chat")) is None

    async def test_a_password_change_ends_what_a_secret_has_begun(self, person: Person, chat_user: Person):
        await sign_in.change_password(person, PASSWORD, "another password")
        assert not await accounts.is_login_valid(chat_user)

    async def test_a_secret_expires_no_later_than_its_login(self, signed_in: SignedInPerson):
        soon = (now() + timedelta(minutes=2)).replace(microsecond=0)
        await change_login(signed_in.person, expires_at=soon)
        person = await accounts.person_of(signed_in.token)
        assert person is not None
        assert (await chat_secrets.chat_secret(person))[1] == soon


async def test_a_new_login_beyond_the_most_ends_the_oldest(person: Person, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(accounts, "LOGINS_MAX", 3)
    logins = [(await log_in(person.email)).person for _ in range(3)]
    await chat_secrets.chat_secret(logins[-1])
    logins.append((await log_in(person.email)).person)
    kept, newest = set(await login_ids(person)), {login.login_id for login in logins[-3:]}
    assert newest <= kept
    assert len(kept - newest) == 1, "the chat secret's"
