"""Accounts: registration, login, expiry, revocation, deletion."""

import asyncio
import base64
import json
import threading
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from sqlmodel import col, select, update

from taskchat_app.config import jwt_secret, settings
from taskchat_app.domain.accounts import (
    accounts,
    chat_secrets,
    message_limits,
    password_links,
    passwords,
    sign_in_limits,
    tokens,
)
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits.rate_limits import take, used
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.errors import BadCredentials, BurstLimit, EmailTaken, Invalid, RegistrationClosed
from taskchat_app.domain.storage.models import Login, User
from taskchat_app.setting_values import Rate
from tests.conftest import CHEAP_HASHER, COSTLY_HASHER, PASSWORD, SignedInPerson

pytestmark = pytest.mark.usefixtures("postgres")


@pytest.fixture
def email() -> str:
    return f"{uuid.uuid4().hex}@example.org"


@pytest.fixture
def network() -> str:
    """A client network that no other test uses."""
    return uuid.uuid4().hex


async def register(email: str, password: str = PASSWORD, timezone: str = "UTC", network: str = "here"):
    return await accounts.register(email, password, timezone, network=network)


async def log_in(email: str, password: str = PASSWORD, network: str = "here"):
    return await accounts.login(email, password, network=network)


async def change_login(person: Person, **values: Any) -> None:
    async with transaction() as session:
        await session.exec(update(Login).where(col(Login.id) == person.login_id).values(**values))


async def count_users(email: str) -> int:
    async with reading() as session:
        return len((await session.exec(select(User).where(User.email == email))).all())


async def count_checked_guesses(email: str, attempts: int) -> int:
    """Try wrong passwords concurrently; return how many were checked (the others are refused by the limit)."""
    guesses = (log_in(email, "not the password") for _ in range(attempts))
    errors = await asyncio.gather(*guesses, return_exceptions=True)
    checked = sum(isinstance(error, BadCredentials) for error in errors)
    assert checked + sum(isinstance(error, BurstLimit) for error in errors) == attempts
    return checked


async def count_logins(person: Person) -> int:
    async with reading() as session:
        valid = select(Login).where(Login.user_id == person.id, col(Login.revoked_at).is_(None))
        return len((await session.exec(valid)).all())


def happen_during_the_next_check(monkeypatch: pytest.MonkeyPatch, event: Callable[[], Awaitable[Any]]) -> None:
    """Let the event happen after the next password is compared with the stored hash."""

    async def is_password(password: str, stored: str | None) -> bool:
        monkeypatch.setattr(sign_in_limits, "is_password", passwords.is_password)
        right = await passwords.is_password(password, stored)
        await event()
        return right

    monkeypatch.setattr(sign_in_limits, "is_password", is_password)


def change_settings(monkeypatch: pytest.MonkeyPatch, module: ModuleType, **changes: Any) -> None:
    changed = settings().model_copy(update=changes)
    monkeypatch.setattr(module, "settings", lambda: changed)


class WatchedHasher:
    """Hashes and verifies, and records the threads in which it did."""

    def __init__(self) -> None:
        self.threads: set[int] = set()

    def hash(self, password: str) -> str:
        self.threads.add(threading.get_ident())
        return CHEAP_HASHER.hash(password)

    def verify(self, password: str, stored: str) -> bool:
        self.threads.add(threading.get_ident())
        return CHEAP_HASHER.verify(password, stored)


class TestRegister:
    async def test_a_new_account_is_signed_in(self, email: str):
        login = await register(email, timezone="Europe/Berlin")
        person = await accounts.person_of(login.token)
        assert person is not None
        assert person == login.person
        assert (person.email, person.timezone, person.scope) == (email, "Europe/Berlin", "app")
        assert timedelta(days=29, hours=23) < login.expires_at - now() <= timedelta(days=30)

    async def test_the_password_is_stored_as_argon2_hash(self, email: str, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(passwords, "_hasher", COSTLY_HASHER)
        login = await register(email)
        async with reading() as session:
            user = (await session.exec(select(User).where(User.id == login.person.id))).one()
        assert user.password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")

    async def test_passwords_are_hashed_and_verified_off_the_event_loop(
        self, email: str, monkeypatch: pytest.MonkeyPatch
    ):
        hasher = WatchedHasher()
        monkeypatch.setattr(passwords, "_hasher", lambda: hasher)
        await register(email)
        hashing, hasher.threads = hasher.threads, set()
        await log_in(email)
        assert hashing
        assert hasher.threads
        assert threading.get_ident() not in hashing | hasher.threads

    async def test_of_five_concurrent_registrations_of_an_address_one_succeeds(self, email: str):
        answers = await asyncio.gather(*(register(email) for _ in range(5)), return_exceptions=True)
        assert sum(isinstance(answer, EmailTaken) for answer in answers) == 4
        assert await count_users(email) == 1

    @pytest.mark.parametrize("variant", [str.upper, str.title, lambda email: f"  {email}\n"])
    async def test_case_and_surrounding_space_of_an_address_are_ignored(
        self, email: str, variant: Callable[[str], str]
    ):
        await register(email)
        with pytest.raises(EmailTaken):
            await register(variant(email))
        assert (await log_in(variant(email))).person.email == email

    async def test_composed_and_decomposed_letters_are_the_same_address(self):
        unique = uuid.uuid4().hex
        login = await register(f"zo\u00eb{unique}@example.org")
        with pytest.raises(EmailTaken):
            await register(f"ZOE\u0308{unique}@example.org")
        assert (await log_in(f"zoe\u0308{unique}@example.org")).person.id == login.person.id

    @pytest.mark.parametrize(
        "domains",
        [
            ("xn--bcher-kva.example.org", "b\u00fccher.example.org"),
            ("example\u3002org", "example.org"),
            ("\uff45xample.org", "example.org"),
        ],
    )
    async def test_all_spellings_of_a_domain_are_the_same_address(self, domains: tuple[str, str]):
        name = uuid.uuid4().hex
        for registered, other in (domains, domains[::-1]):
            name = f"x{name}"
            login = await register(f"{name}@{registered}")
            with pytest.raises(EmailTaken):
                await register(f"{name}@{other}")
            for domain in domains:
                assert (await log_in(f"{name}@{domain}")).person.id == login.person.id

    @pytest.mark.parametrize(
        "address",
        [
            *("", " ", "nobody", "a@", "@b.example", "a@b", "a b@example.org", "a@example.org, b@example.org"),
            *("a@exam\x00ple.org", "a\ud800@example.org", f"{'a' * 250}@example.org", "a@" + "b" * 300),
            "Ann <a@b.example>",
        ],
    )
    async def test_an_invalid_address_is_refused(self, address: str):
        with pytest.raises(Invalid) as refused:
            await register(address)
        assert "email" in refused.value.detail
        assert refused.value.facts["field"] == "email"

    @pytest.mark.parametrize("password", ["", "1234567", "\U0001f511" * 7, "x" * 1025, "1234567\x00", "1234567\udcff"])
    async def test_an_invalid_password_is_refused_and_creates_no_account(self, email: str, password: str):
        with pytest.raises(Invalid) as refused:
            await register(email, password)
        assert refused.value.facts["field"] == "password"
        assert await count_users(email) == 0

    @pytest.mark.parametrize("password", ["12345678", "\U0001f511" * 8, "x" * 1024, "        "])
    async def test_passwords_from_8_to_1024_characters_work(self, email: str, password: str):
        await register(email, password)
        assert (await log_in(email, password)).person.email == email

    @pytest.mark.parametrize("timezone", ["", "Mars/Phobos", "../../etc/passwd", "UTC\x00", "utc+1", "\ud800"])
    async def test_an_unknown_timezone_is_refused(self, email: str, timezone: str):
        with pytest.raises(Invalid, match="timezone"):
            await register(email, timezone=timezone)
        assert await count_users(email) == 0

    async def test_a_network_makes_as_many_accounts_as_register_limit_says(
        self, email: str, network: str, monkeypatch: pytest.MonkeyPatch
    ):
        change_settings(monkeypatch, sign_in_limits, register_limit=Rate("2/hour"))
        await register(email, network=network)
        with pytest.raises(EmailTaken):
            await register(email, network=network)
        with pytest.raises(BurstLimit) as refused:
            await register(f"x{email}", network=network)
        assert timedelta(minutes=59) < refused.value.facts["resets_at"] - now() <= timedelta(hours=1)
        assert await count_users(f"x{email}") == 0
        assert (await log_in(email, network=network)).person.email == email
        await register(f"x{email}", network=f"{network}-other")

    async def test_closed_registration_refuses_further_accounts(self, email: str, monkeypatch: pytest.MonkeyPatch):
        await register(email)
        change_settings(monkeypatch, accounts, registration="closed")
        for address in (email, f"x{email}"):
            with pytest.raises(RegistrationClosed):
                await register(address)
        assert await count_users(f"x{email}") == 0


class TestLogin:
    async def test_a_wrong_password_and_an_unknown_address_get_the_same_error(self, email: str):
        await register(email)
        errors = []
        for address, password in [
            (email, "not the password"),
            (f"x{email}", PASSWORD),
            ("no address at all", PASSWORD),
        ]:
            with pytest.raises(BadCredentials) as refused:
                await log_in(address, password)
            errors.append((refused.value.code, refused.value.detail, refused.value.facts))
        assert errors[0] == errors[1] == errors[2]

    async def test_after_ten_failures_the_right_password_is_refused_too(self, email: str):
        await register(email)
        for _ in range(10):
            with pytest.raises(BadCredentials):
                await log_in(email, "not the password")
        for password in ("not the password", PASSWORD):
            with pytest.raises(BurstLimit) as refused:
                await log_in(email, password)
            assert timedelta(minutes=14) < refused.value.facts["resets_at"] - now() <= timedelta(minutes=15)

    async def test_guesses_of_one_network_do_not_lock_out_another(self, email: str):
        await register(email)
        for _ in range(10):
            with pytest.raises(BadCredentials):
                await log_in(email, "not the password", network="guesser")
        with pytest.raises(BurstLimit):
            await log_in(email, network="guesser")
        assert (await log_in(email, network="home")).person.email == email

    async def test_after_a_hundred_failures_from_many_networks_every_network_is_refused(self, email: str):
        await register(email)
        async with transaction() as session:
            for _ in range(99):
                await take(session, sign_in_limits.FAILED_LOGINS_OF_ACCOUNT, email)
        with pytest.raises(BadCredentials):
            await log_in(email, "not the password", network="the hundredth")
        with pytest.raises(BurstLimit):
            await log_in(email, network="home")

    async def test_of_fifty_concurrent_guesses_ten_are_checked(self, signed_in: SignedInPerson):
        assert await count_checked_guesses(signed_in.person.email, 50) == 10

    async def test_of_fifteen_concurrent_guesses_for_an_unknown_address_ten_are_checked(self, email: str):
        assert await count_checked_guesses(email, 15) == 10

    async def test_concurrent_logins_with_the_right_password_all_succeed(self, signed_in: SignedInPerson):
        logins = (log_in(signed_in.person.email) for _ in range(20))
        assert len({login.person.login_id for login in await asyncio.gather(*logins)}) == 20

    async def test_the_limit_of_a_network_counts_logins_and_registrations_together(self, email: str, network: str):
        limit = sign_in_limits.auth_burst_limit()
        for _ in range(2):
            async with transaction() as session:
                await take(session, limit, network)
        await register(email, network=network)
        await log_in(email, network=network)
        async with reading() as session:
            assert (await used(session, limit, network))[0] == 4

    async def test_a_network_over_its_limit_is_refused_even_with_a_right_password(
        self, email: str, network: str, monkeypatch: pytest.MonkeyPatch
    ):
        change_settings(monkeypatch, sign_in_limits, auth_burst_limit=Rate("1/hour"))
        await register(email, network=network)
        with pytest.raises(BurstLimit):
            await log_in(email, network=network)
        with pytest.raises(BurstLimit):
            await register(f"x{email}", network=network)
        assert await count_users(f"x{email}") == 0
        assert (await log_in(email, network=f"{network}-other")).person.email == email


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
    async def test_a_former_secret_verifies_but_signs_nothing(
        self, signed_in: SignedInPerson, monkeypatch: pytest.MonkeyPatch
    ):
        former, new = jwt_secret(), "a new secret that is long enough for HS256"
        monkeypatch.setattr(tokens, "jwt_secret", lambda: new)
        assert await accounts.person_of(signed_in.token) is None
        change_settings(monkeypatch, tokens, jwt_secret_previous=former)
        assert await accounts.person_of(signed_in.token) == signed_in.person
        login = await log_in(signed_in.person.email)
        change_settings(monkeypatch, tokens, jwt_secret_previous=None)
        assert await accounts.person_of(login.token) == login.person

    async def test_malformed_tokens_are_rejected(self, signed_in: SignedInPerson, other_person: Person):
        assert await accounts.person_of(signed_in.token) == signed_in.person
        header, claims, signature = signed_in.token.split(".")
        for token in (
            None,
            "",
            "x",
            "a.b.c",
            f"{header}.{claims}",
            f"{header}.{claims}.{signature[:-4]}AAAA",
            "\ud800",
        ):
            assert await accounts.person_of(token) is None

    @pytest.mark.parametrize(
        "forge",
        [
            unsigned,
            nested,
            forged(key="another key that is long enough for HS256"),
            forged(algorithm="HS512", key=b"x" * 64),
            forged(exp=1),
            forged(exp=None),
            forged(jti=None),
            forged(jti="unknown"),
            forged(sub="somebody else"),
            forged(sub=None),
            forged(aud="elsewhere"),
            forged(aud=None),
            forged(iat=None),
        ],
    )
    async def test_a_forged_token_is_rejected(self, forge: Forger, signed_in: SignedInPerson):
        assert await accounts.person_of(forge(signed_in), scopes=("app", "chat")) is None

    async def test_another_algorithm_is_rejected_even_with_our_key(self, signed_in: SignedInPerson):
        assert await accounts.person_of(forged(algorithm="HS512")(signed_in)) is None

    async def test_a_token_with_another_users_login_is_rejected(self, signed_in: SignedInPerson, other_person: Person):
        token = forged(sub=other_person.id)(signed_in)
        assert await accounts.person_of(token) is None

    async def test_a_login_that_expired_in_the_database_is_rejected(self, signed_in: SignedInPerson):
        await change_login(signed_in.person, expires_at=now() - timedelta(seconds=1))
        assert await accounts.person_of(signed_in.token) is None
        assert not await accounts.is_login_valid(signed_in.person)


class TestRevocation:
    async def test_logout_revokes_only_this_login(self, signed_in: SignedInPerson):
        second = await accounts.login(signed_in.person.email, PASSWORD, network="here")
        await accounts.logout(signed_in.person)
        assert await accounts.person_of(signed_in.token) is None
        assert not await accounts.is_login_valid(signed_in.person)
        assert await accounts.person_of(second.token) == second.person

    async def test_logout_all_revokes_every_login_of_only_this_user(
        self, signed_in: SignedInPerson, other_signed_in: SignedInPerson
    ):
        second = await accounts.login(signed_in.person.email, PASSWORD, network="here")
        await accounts.logout_all(signed_in.person)
        assert await accounts.person_of(signed_in.token) is None
        assert await accounts.person_of(second.token) is None
        assert await accounts.person_of(other_signed_in.token) == other_signed_in.person

    async def test_a_password_change_revokes_all_other_logins(self, signed_in: SignedInPerson):
        email = signed_in.person.email
        second = await accounts.login(email, PASSWORD, network="here")
        await accounts.change_password(signed_in.person, PASSWORD, "another password")
        assert await accounts.person_of(signed_in.token) == signed_in.person
        assert await accounts.person_of(second.token) is None
        with pytest.raises(BadCredentials):
            await accounts.login(email, PASSWORD, network="here")
        assert await accounts.login(email, "another password", network="here")

    async def test_a_wrong_current_password_changes_nothing_and_counts_as_a_failure(self, signed_in: SignedInPerson):
        for _ in range(10):
            with pytest.raises(BadCredentials):
                await accounts.change_password(signed_in.person, "not the password", "another password")
        with pytest.raises(BurstLimit):
            await accounts.change_password(signed_in.person, PASSWORD, "another password")
        assert await accounts.is_login_valid(signed_in.person)

    async def test_a_new_password_that_is_too_short_changes_nothing(self, signed_in: SignedInPerson):
        with pytest.raises(Invalid):
            await accounts.change_password(signed_in.person, PASSWORD, "short")
        assert await accounts.login(signed_in.person.email, PASSWORD, network="here")

    async def test_a_password_that_is_changed_while_it_is_checked_signs_nobody_in(
        self, signed_in: SignedInPerson, monkeypatch: pytest.MonkeyPatch
    ):
        change = partial(accounts.change_password, signed_in.person, PASSWORD, "another password")
        happen_during_the_next_check(monkeypatch, change)
        with pytest.raises(BadCredentials):
            await log_in(signed_in.person.email)
        assert await count_logins(signed_in.person) == 1

    async def test_a_password_that_is_reset_while_it_is_checked_changes_and_deletes_nothing(
        self, signed_in: SignedInPerson, monkeypatch: pytest.MonkeyPatch
    ):
        email = signed_in.person.email
        for use_password in (
            partial(accounts.change_password, signed_in.person, PASSWORD, "another password"),
            partial(accounts.delete_account, signed_in.person, PASSWORD),
        ):
            happen_during_the_next_check(monkeypatch, partial(password_links.reset_password, email))
            with pytest.raises(BadCredentials):
                await use_password()
            link = await password_links.reset_password(email)
            [token] = parse_qs(urlsplit(link).query)["token"]
            await password_links.set_password(token, PASSWORD, network="here")
        assert await log_in(email)

    async def test_deleting_an_account_deletes_its_logins(self, signed_in: SignedInPerson):
        await chat_secrets.chat_secret(signed_in.person)
        await accounts.delete_account(signed_in.person, PASSWORD)
        assert await accounts.person_of(signed_in.token) is None
        assert await count_users(signed_in.person.email) == 0
        async with reading() as session:
            assert (await session.exec(select(Login).where(Login.user_id == signed_in.person.id))).all() == []

    async def test_a_new_login_deletes_the_users_expired_logins(self, signed_in: SignedInPerson):
        await change_login(signed_in.person, expires_at=now() - timedelta(seconds=1))
        second = await accounts.login(signed_in.person.email, PASSWORD, network="here")
        async with reading() as session:
            login_ids = (await session.exec(select(Login.id).where(Login.user_id == signed_in.person.id))).all()
        assert list(login_ids) == [second.person.login_id]


class TestChatSecrets:
    async def test_a_secret_is_valid_for_the_chat_only_and_for_ten_minutes(self, person: Person):
        secret, expires_at = await chat_secrets.chat_secret(person)
        assert timedelta(minutes=9) < expires_at - now() <= timedelta(minutes=10)
        assert await accounts.person_of(secret) is None
        chat_user = await accounts.person_of(secret, scopes=("app", "chat"))
        assert chat_user is not None
        assert (chat_user.id, chat_user.scope, chat_user.login_expires_at) == (person.id, "chat", expires_at)

    async def test_logout_revokes_the_secrets_of_the_login(self, person: Person):
        secret, _ = await chat_secrets.chat_secret(person)
        chat_user = await accounts.person_of(secret, scopes=("app", "chat"))
        assert chat_user is not None
        await accounts.logout(person)
        assert await accounts.person_of(secret, scopes=("app", "chat")) is None
        assert not await accounts.is_login_valid(chat_user)

    async def test_what_an_expired_secret_has_begun_may_go_on_until_its_login_ends(self, signed_in: SignedInPerson):
        secret, _ = await chat_secrets.chat_secret(signed_in.person)
        chat_user = await accounts.person_of(secret, scopes=("chat",))
        assert chat_user is not None
        assert chat_user.streams_until == signed_in.person.login_expires_at
        await change_login(chat_user, expires_at=now() - timedelta(seconds=1))
        await accounts.login(signed_in.person.email, PASSWORD, network="here")  # deletes expired logins
        assert await accounts.person_of(secret, scopes=("chat",)) is None
        assert await accounts.is_login_valid(chat_user)
        await accounts.logout(signed_in.person)
        assert not await accounts.is_login_valid(chat_user)

    async def test_a_password_change_ends_what_a_secret_has_begun(self, person: Person):
        secret, _ = await chat_secrets.chat_secret(person)
        chat_user = await accounts.person_of(secret, scopes=("chat",))
        assert chat_user is not None
        await accounts.change_password(person, PASSWORD, "another password")
        assert not await accounts.is_login_valid(chat_user)

    async def test_a_secret_is_invalid_once_its_login_expired(self, person: Person):
        secret, _ = await chat_secrets.chat_secret(person)
        await change_login(person, expires_at=now() - timedelta(seconds=1))
        assert await accounts.person_of(secret, scopes=("app", "chat")) is None

    async def test_a_secret_expires_no_later_than_its_login(self, signed_in: SignedInPerson):
        soon = (now() + timedelta(minutes=2)).replace(microsecond=0)
        await change_login(signed_in.person, expires_at=soon)
        person = await accounts.person_of(signed_in.token)
        assert person is not None
        assert (await chat_secrets.chat_secret(person))[1] == soon

    async def test_an_app_login_is_rejected_in_a_chat_token(self, signed_in: SignedInPerson):
        as_chat = tokens.sign(signed_in.person.id, signed_in.person.login_id, "chat", signed_in.person.login_expires_at)
        assert await accounts.person_of(as_chat, scopes=("app", "chat")) is None


async def test_the_quota_counts_todays_messages_of_the_user(person: Person, other_person: Person):
    async with transaction() as session:
        await take(session, message_limits.chat_daily_limit(), person.id)
    quota = await message_limits.quota(person)
    assert (quota.limit, quota.used) == (10_000, 1)
    assert quota.resets_at > now()
    assert (await message_limits.quota(other_person)).used == 0
