"""Accounts: sign-in, expiry, revocation, deletion."""

import asyncio
import base64
import json
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from sqlmodel import col, select, update

from taskchat_app.config import jwt_secret, settings
from taskchat_app.domain.accounts import accounts, tokens
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits.rate_limits import take
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.errors import BadCredentials, BurstLimit, EmailTaken, Invalid
from taskchat_app.domain.storage.models import Login, User
from tests.conftest import PASSWORD, SignedInPerson

pytestmark = pytest.mark.usefixtures("postgres")


@pytest.fixture
def email() -> str:
    return f"{uuid.uuid4().hex}@example.org"


@pytest.fixture
def network() -> str:
    """An address that no other test comes from."""
    return uuid.uuid4().hex


async def registered(email: str, password: str = PASSWORD, timezone: str = "UTC", network: str = "here"):
    return await accounts.register(email, password, timezone, origin_address=network)


async def signed_in(email: str, password: str = PASSWORD, network: str = "here"):
    return await accounts.login(email, password, origin_address=network)


async def change_login(person: Person, **values: Any) -> None:
    async with transaction() as session:
        await session.exec(update(Login).where(col(Login.id) == person.login_id).values(**values))


async def users_called(email: str) -> int:
    async with reading() as session:
        return len((await session.exec(select(User).where(User.email == email))).all())


async def guesses_answered(email: str, attempts: int) -> int:
    """How many of so many wrong passwords at once are answered; the others hit the limit."""
    guesses = (signed_in(email, "not the password") for _ in range(attempts))
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    answered = sum(isinstance(answer, BadCredentials) for answer in answers)
    assert answered + sum(isinstance(answer, BurstLimit) for answer in answers) == attempts
    return answered


class TestRegister:
    async def test_a_new_account_is_signed_in(self, email: str):
        made = await registered(email, timezone="Europe/Berlin")
        found = await accounts.person_of(made.token)
        assert found is not None
        assert found == made.person
        assert (found.email, found.timezone, found.scope) == (email, "Europe/Berlin", "app")
        assert timedelta(days=29, hours=23) < made.expires_at - now() <= timedelta(days=30)

    async def test_the_password_is_stored_as_argon2_only(self, email: str):
        made = await registered(email)
        async with reading() as session:
            user = (await session.exec(select(User).where(User.id == made.person.id))).one()
        assert user.password_hash.startswith("$argon2id$")

    async def test_of_five_registrations_at_once_one_gets_the_address(self, email: str):
        answers = await asyncio.gather(*(registered(email) for _ in range(5)), return_exceptions=True)
        assert sum(isinstance(answer, EmailTaken) for answer in answers) == 4
        assert await users_called(email) == 1

    @pytest.mark.parametrize("variant", [str.upper, str.title, lambda email: f"  {email}\n"])
    async def test_addresses_are_one_whatever_their_case_and_space(self, email: str, variant: Callable[[str], str]):
        await registered(email)
        with pytest.raises(EmailTaken):
            await registered(variant(email))
        assert (await signed_in(variant(email))).person.email == email

    async def test_composed_and_decomposed_letters_are_one_address(self):
        unique = uuid.uuid4().hex
        made = await registered(f"zo\u00eb{unique}@example.org")
        with pytest.raises(EmailTaken):
            await registered(f"ZOE\u0308{unique}@example.org")
        assert (await signed_in(f"zoe\u0308{unique}@example.org")).person.id == made.person.id

    @pytest.mark.parametrize(
        "address",
        [
            *("", " ", "nobody", "a@", "@b.example", "a@b", "a b@example.org", "a@example.org, b@example.org"),
            *("a@exam\x00ple.org", "a\ud800@example.org", f"{'a' * 250}@example.org", "a@" + "b" * 300),
            "Ann <a@b.example>",
        ],
    )
    async def test_a_bad_address_is_refused_and_named(self, address: str):
        with pytest.raises(Invalid) as refused:
            await registered(address)
        assert "email" in refused.value.detail
        assert refused.value.facts["field"] == "email"

    @pytest.mark.parametrize("password", ["", "1234567", "\U0001f511" * 7, "x" * 1025, "1234567\x00", "1234567\udcff"])
    async def test_a_bad_password_is_refused_and_makes_no_account(self, email: str, password: str):
        with pytest.raises(Invalid) as refused:
            await registered(email, password)
        assert refused.value.facts["field"] == "password"
        assert await users_called(email) == 0

    @pytest.mark.parametrize("password", ["12345678", "\U0001f511" * 8, "x" * 1024, "        "])
    async def test_passwords_from_8_to_1024_characters_work(self, email: str, password: str):
        await registered(email, password)
        assert (await signed_in(email, password)).person.email == email

    @pytest.mark.parametrize("timezone", ["", "Mars/Phobos", "../../etc/passwd", "UTC\x00", "utc+1", "\ud800"])
    async def test_an_unknown_timezone_is_refused(self, email: str, timezone: str):
        with pytest.raises(Invalid, match="timezone"):
            await registered(email, timezone=timezone)
        assert await users_called(email) == 0


class TestLogin:
    async def test_a_wrong_password_and_an_unknown_address_get_the_same_words(self, email: str):
        await registered(email)
        answers = []
        for address, password in [
            (email, "not the password"),
            (f"x{email}", PASSWORD),
            ("no address at all", PASSWORD),
        ]:
            with pytest.raises(BadCredentials) as refused:
                await signed_in(address, password)
            answers.append((refused.value.code, refused.value.detail, refused.value.facts))
        assert answers[0] == answers[1] == answers[2]

    async def test_an_unknown_address_takes_the_time_of_a_wrong_password(self, email: str):
        await registered(email)

        async def seconds(address: str) -> float:
            # Of work, in all threads: what else the machine does meanwhile is none of it.
            begun = time.process_time()
            with pytest.raises(BadCredentials):
                await signed_in(address, "not the password")
            return time.process_time() - begun

        pairs = [(await seconds(email), await seconds(f"x{email}")) for _ in range(5)]
        known, unknown = map(min, zip(*pairs, strict=True))
        assert 0.5 < unknown / known < 2

    async def test_ten_failures_close_the_account_to_the_right_password_too(self, email: str):
        await registered(email)
        for _ in range(10):
            with pytest.raises(BadCredentials):
                await signed_in(email, "not the password")
        for password in ("not the password", PASSWORD):
            with pytest.raises(BurstLimit) as refused:
                await signed_in(email, password)
            assert timedelta(minutes=14) < refused.value.facts["resets_at"] - now() <= timedelta(minutes=15)

    async def test_of_fifty_guesses_at_once_ten_are_answered(self, signed_in: SignedInPerson):
        assert await guesses_answered(signed_in.person.email, 50) == 10

    async def test_of_fifteen_guesses_at_once_for_an_unknown_address_ten_are_answered(self, email: str):
        assert await guesses_answered(email, 15) == 10

    async def test_right_passwords_at_once_are_all_let_in(self, signed_in: SignedInPerson):
        again = (accounts.login(signed_in.person.email, PASSWORD, origin_address="here") for _ in range(20))
        assert len({made.person.login_id for made in await asyncio.gather(*again)}) == 20

    async def test_the_limit_of_an_address_counts_logins_and_registrations_together(self, email: str, network: str):
        limit = accounts.auth_burst_limit()
        for _ in range(2):
            async with transaction() as session:
                await take(session, limit, network)
        await registered(email, network=network)
        await signed_in(email, network=network)
        async with reading() as session:
            assert (await accounts.used(session, limit, network))[0] == 4

    async def test_a_full_network_is_refused_before_any_password_is_looked_at(
        self, email: str, network: str, monkeypatch: pytest.MonkeyPatch
    ):
        narrow = settings().model_copy(update={"auth_burst_limit": type(settings().auth_burst_limit)("1/hour")})
        monkeypatch.setattr(accounts, "settings", lambda: narrow)
        await registered(email, network=network)
        with pytest.raises(BurstLimit):
            await signed_in(email, network=network)
        with pytest.raises(BurstLimit):
            await registered(f"x{email}", network=network)
        assert await users_called(f"x{email}") == 0
        assert (await signed_in(email, network=f"{network}-other")).person.email == email


Forger = Callable[[SignedInPerson], str]


def forged(**changes: Any) -> Forger:
    """Makes a token like the person's, but for the changes; `key` and `algorithm` are how it is signed."""

    def make(whose: SignedInPerson) -> str:
        key, algorithm = changes.get("key", jwt_secret()), changes.get("algorithm", "HS256")
        claims = jwt.decode(whose.token, options={"verify_signature": False})
        claims |= {name: value for name, value in changes.items() if name in ("sub", "jti", "exp", "aud", "iat")}
        return jwt.encode({name: value for name, value in claims.items() if value is not None}, key, algorithm)

    return make


def unsigned(whose: SignedInPerson) -> str:
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()).rstrip(b"=").decode()
    return f"{header}.{whose.token.split('.')[1]}."


def nested(whose: SignedInPerson) -> str:
    header = base64.urlsafe_b64encode(b'{"alg":' + b"[" * 5000).rstrip(b"=").decode()
    return ".".join([header, *whose.token.split(".")[1:]])


class TestTokens:
    async def test_only_whole_tokens_of_ours_sign_in(self, signed_in: SignedInPerson, other_person: Person):
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
        "make",
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
    async def test_a_forged_token_signs_nobody_in(
        self, make: Callable[[SignedInPerson], str], signed_in: SignedInPerson
    ):
        assert await accounts.person_of(make(signed_in), scopes=("app", "chat")) is None

    async def test_another_algorithm_is_refused_even_with_our_key(self, signed_in: SignedInPerson):
        assert await accounts.person_of(forged(algorithm="HS512")(signed_in)) is None

    async def test_a_login_of_somebody_else_cannot_be_named(self, signed_in: SignedInPerson, other_person: Person):
        token = forged(sub=other_person.id)(signed_in)
        assert await accounts.person_of(token) is None

    async def test_a_login_that_expired_is_over_whatever_its_token_says(self, signed_in: SignedInPerson):
        await change_login(signed_in.person, expires_at=now() - timedelta(seconds=1))
        assert await accounts.person_of(signed_in.token) is None
        assert not await accounts.is_login_valid(signed_in.person)


class TestEnding:
    async def test_logout_ends_this_login_alone(self, signed_in: SignedInPerson):
        again = await accounts.login(signed_in.person.email, PASSWORD, origin_address="here")
        await accounts.logout(signed_in.person)
        assert await accounts.person_of(signed_in.token) is None
        assert not await accounts.is_login_valid(signed_in.person)
        assert await accounts.person_of(again.token) == again.person

    async def test_logout_all_ends_every_login_of_this_person_alone(
        self, signed_in: SignedInPerson, other_signed_in: SignedInPerson
    ):
        again = await accounts.login(signed_in.person.email, PASSWORD, origin_address="here")
        await accounts.logout_all(signed_in.person)
        assert await accounts.person_of(signed_in.token) is None
        assert await accounts.person_of(again.token) is None
        assert await accounts.person_of(other_signed_in.token) == other_signed_in.person

    async def test_another_password_ends_all_other_logins(self, signed_in: SignedInPerson):
        email = signed_in.person.email
        again = await accounts.login(email, PASSWORD, origin_address="here")
        await accounts.change_password(signed_in.person, PASSWORD, "another password")
        assert await accounts.person_of(signed_in.token) == signed_in.person
        assert await accounts.person_of(again.token) is None
        with pytest.raises(BadCredentials):
            await accounts.login(email, PASSWORD, origin_address="here")
        assert await accounts.login(email, "another password", origin_address="here")

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
        assert await accounts.login(signed_in.person.email, PASSWORD, origin_address="here")

    async def test_a_deleted_account_is_gone_with_its_logins(self, signed_in: SignedInPerson):
        await accounts.chat_secret(signed_in.person)
        await accounts.delete_account(signed_in.person)
        assert await accounts.person_of(signed_in.token) is None
        assert await users_called(signed_in.person.email) == 0
        async with reading() as session:
            assert (await session.exec(select(Login).where(Login.user_id == signed_in.person.id))).all() == []

    async def test_a_login_clears_away_the_person_s_expired_ones(self, signed_in: SignedInPerson):
        await change_login(signed_in.person, expires_at=now() - timedelta(seconds=1))
        again = await accounts.login(signed_in.person.email, PASSWORD, origin_address="here")
        async with reading() as session:
            kept = (await session.exec(select(Login.id).where(Login.user_id == signed_in.person.id))).all()
        assert list(kept) == [again.person.login_id]


class TestChatSecrets:
    async def test_it_opens_the_chat_alone_for_ten_minutes(self, person: Person):
        secret, expires_at = await accounts.chat_secret(person)
        assert timedelta(minutes=9) < expires_at - now() <= timedelta(minutes=10)
        assert await accounts.person_of(secret) is None
        found = await accounts.person_of(secret, scopes=("app", "chat"))
        assert found is not None
        assert (found.id, found.scope, found.login_expires_at) == (person.id, "chat", expires_at)

    async def test_it_ends_with_the_login_that_made_it(self, person: Person):
        secret, _ = await accounts.chat_secret(person)
        found = await accounts.person_of(secret, scopes=("app", "chat"))
        assert found is not None
        await accounts.logout(person)
        assert await accounts.person_of(secret, scopes=("app", "chat")) is None
        assert not await accounts.is_login_valid(found)

    async def test_it_ends_when_its_login_expires(self, person: Person):
        secret, _ = await accounts.chat_secret(person)
        await change_login(person, expires_at=now() - timedelta(seconds=1))
        assert await accounts.person_of(secret, scopes=("app", "chat")) is None

    async def test_it_never_outlives_a_login_that_ends_sooner(self, signed_in: SignedInPerson):
        soon = (now() + timedelta(minutes=2)).replace(microsecond=0)
        await change_login(signed_in.person, expires_at=soon)
        person = await accounts.person_of(signed_in.token)
        assert person is not None
        assert (await accounts.chat_secret(person))[1] == soon

    async def test_a_login_s_row_cannot_be_used_under_the_other_scope(self, signed_in: SignedInPerson):
        as_chat = tokens.sign(signed_in.person.id, signed_in.person.login_id, "chat", signed_in.person.login_expires_at)
        assert await accounts.person_of(as_chat, scopes=("app", "chat")) is None


async def test_the_quota_shows_what_was_used_today(person: Person, other_person: Person):
    async with transaction() as session:
        await take(session, accounts.chat_daily_limit(), person.id)
    quota = await accounts.quota(person)
    assert (quota.limit, quota.used) == (10_000, 1)
    assert quota.resets_at > now()
    assert (await accounts.quota(other_person)).used == 0
