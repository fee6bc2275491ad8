"""Accounts: registration, signing in with a password, and the limits of both."""

import asyncio
import secrets
import threading
import uuid
from datetime import timedelta

import pytest
from sqlmodel import select

from taskchat_app.domain.accounts import passwords, sign_in, sign_in_limits
from taskchat_app.domain.limits.rate_limits import take
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.errors import BadCredentials, BurstLimit, EmailTaken, Invalid
from taskchat_app.domain.storage.models import LimitWindow, User
from taskchat_app.setting_values import Rate
from tests.conftest import CHEAP_HASHER, COSTLY_HASHER, PASSWORD, SignedInPerson
from tests.domain.accounts.sign_in import change_settings, count_users, log_in

pytestmark = pytest.mark.usefixtures("postgres")


@pytest.fixture
def network() -> str:
    """A client network that no other test uses."""
    return uuid.uuid4().hex


async def register(email: str, password: str = PASSWORD, timezone: str = "UTC", network: str = "here"):
    return await sign_in.register(email, password, timezone, network=network)


async def fail(email: str, password: str = "not the password", network: str = "here") -> BadCredentials:
    with pytest.raises(BadCredentials) as refused:
        await log_in(email, password, network=network)
    return refused.value


async def count_checked_guesses(email: str, attempts: int) -> int:
    """Try wrong passwords concurrently; return how many were checked (the others are refused by the limit)."""
    guesses = (log_in(email, "not the password") for _ in range(attempts))
    errors = await asyncio.gather(*guesses, return_exceptions=True)
    checked = sum(isinstance(error, BadCredentials) for error in errors)
    assert checked + sum(isinstance(error, BurstLimit) for error in errors) == attempts
    return checked


class WatchedHasher:
    """Hashes and verifies, and records the threads in which it did."""

    def __init__(self) -> None:
        self.threads: set[str] = set()

    def hash(self, password: str) -> str:
        self.threads.add(threading.current_thread().name)
        return CHEAP_HASHER.hash(password)

    def verify(self, password: str, stored: str) -> bool:
        self.threads.add(threading.current_thread().name)
        return CHEAP_HASHER.verify(password, stored)


SPELLINGS = [
    ("zo\u00eb{}@example.org", "ZOE\u0308{}@example.org"),
    ("{}@xn--bcher-kva.example.org", "{}@b\u00fccher.example.org"),
    ("{}@example\u3002org", "{}@example.org"),
    ("{}@\uff45xample.org", "{}@example.org"),
    ("{}@example.org", "  {}@EXAMPLE.Org\n"),
]
"""Two spellings of the same address, for any name."""
INVALID: dict[str, list[str]] = {
    "email": [
        "", " ", "nobody", "a@", "@b.example", "a@b", "a b@example.org", "a@example.org, b@example.org",
        "a@exam\x00ple.org", "a\ud800@example.org", f"{'a' * 250}@example.org", "a@" + "b" * 300, "Ann <a@b.example>",
    ],
    "password": ["", "1234567", "\U0001f511" * 7, "x" * 1025, "1234567\x00", "1234567\udcff"],
    "timezone": ["", "Mars/Phobos", "../../etc/passwd", "UTC\x00", "utc+1", "\ud800"],
}  # fmt: skip


class TestRegister:
    async def test_passwords_are_argon2_hashes_made_two_at_once(self, email: str, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(passwords, "_hasher", COSTLY_HASHER)
        login = await register(email)
        async with reading() as session:
            user = (await session.exec(select(User).where(User.id == login.person.id))).one()
        assert user.password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
        hasher = WatchedHasher()
        monkeypatch.setattr(passwords, "_hasher", lambda: hasher)
        await asyncio.gather(*(register(f"{number}{email}") for number in range(6)))
        hashing, hasher.threads = hasher.threads, set()
        await log_in(f"0{email}")
        assert hashing
        assert hasher.threads
        assert hashing | hasher.threads <= {"passwords_0", "passwords_1"}

    async def test_all_spellings_of_an_address_are_the_same_account(self):
        for spellings in SPELLINGS:
            for registered, other in (spellings, spellings[::-1]):
                name = f"x{uuid.uuid4().hex}"
                login = await register(registered.format(name))
                with pytest.raises(EmailTaken):
                    await register(other.format(name))
                for spelling in spellings:
                    assert (await log_in(spelling.format(name))).person.id == login.person.id

    async def test_an_invalid_field_is_refused_and_creates_no_account(self, email: str):
        for field, values in INVALID.items():
            for value in values:
                with pytest.raises(Invalid, match=field) as refused:
                    await register(**{"email": email} | {field: value})
                assert refused.value.facts["field"] == field, value
        assert await count_users(email) == 0

    async def test_passwords_from_8_to_1024_characters_work(self, email: str):
        for password in ("12345678", "\U0001f511" * 8, "x" * 1024, "        "):
            email = f"x{email}"
            await register(email, password)
            assert (await log_in(email, password)).person.email == email

    async def test_register_limit_is_of_a_network(self, email: str, network: str, monkeypatch: pytest.MonkeyPatch):
        change_settings(monkeypatch, sign_in_limits, register_limit=Rate("2/hour"))
        await register(email, network=network)
        with pytest.raises(EmailTaken):
            await register(email, network=network)
        with pytest.raises(BurstLimit) as refused:
            await register(f"x{email}", network=network)
        assert timedelta(minutes=50) < refused.value.facts["resets_at"] - now() <= timedelta(hours=1)
        assert await count_users(f"x{email}") == 0
        assert (await log_in(email, network=network)).person.email == email
        await register(f"x{email}", network=f"{network}-other")

    async def test_an_ipv6_site_and_provider_make_more_accounts(self, email: str, monkeypatch: pytest.MonkeyPatch):
        change_settings(monkeypatch, sign_in_limits, register_limit=Rate("1/hour"))
        provider = f"2001:{secrets.randbelow(0xFFFF):x}"
        made = 0
        for site in range(5):
            for number in range(5):
                network = f"{provider}:{site:x}:{number:x}::/64"
                try:
                    await register(f"{made}{email}", network=network)
                except BurstLimit:
                    assert number == 4 or site == 4
                else:
                    made += 1
        assert made == 16

    async def test_the_server_makes_so_many_accounts_a_day(self, email: str, monkeypatch: pytest.MonkeyPatch):
        await register(email)
        async with reading() as session:
            made = (await session.exec(select(LimitWindow.used).where(LimitWindow.scope == "registrations"))).one()
        change_settings(monkeypatch, sign_in_limits, registrations_per_day=made + 1)
        await register(f"1{email}", network="one")
        with pytest.raises(EmailTaken):
            await register(email, network="two")
        with pytest.raises(BurstLimit, match="today"):
            await register(f"2{email}", network="three")
        assert await count_users(f"2{email}") == 0


class TestLogin:
    async def test_a_wrong_password_and_an_unknown_address_get_the_same_error(self, email: str):
        await register(email)
        errors = [await fail(email), await fail(f"x{email}", PASSWORD), await fail("no address at all", PASSWORD)]
        assert len({(error.code, error.detail, str(error.facts)) for error in errors}) == 1

    async def test_after_ten_failures_of_a_network_it_is_refused_and_no_other(self, email: str):
        await register(email)
        for _ in range(10):
            await fail(email, network="guesser")
        for password in ("not the password", PASSWORD):
            with pytest.raises(BurstLimit) as refused:
                await log_in(email, password, network="guesser")
            assert timedelta(minutes=10) < refused.value.facts["resets_at"] - now() <= timedelta(minutes=15)
        assert (await log_in(email, network="home")).person.email == email

    async def test_after_a_hundred_failures_only_networks_of_late_logins_are_taken(self, email: str):
        await register(email, network="home")
        async with transaction() as session:
            for _ in range(99):
                await take(session, sign_in_limits.FAILED_LOGINS_OF_ACCOUNT, email)
        await fail(email, network="the hundredth")
        with pytest.raises(BurstLimit):
            await log_in(email, network="elsewhere")
        assert (await log_in(email, network="home")).person.email == email
        for _ in range(10):
            await fail(email, network="home")
        with pytest.raises(BurstLimit):
            await log_in(email, network="home")

    async def test_an_ipv6_site_has_thirty_guesses_and_the_account_is_open_to_others(self, email: str):
        await register(email)
        for number in range(3):
            for _ in range(10):
                await fail(email, network=f"2001:db8:1:{number:x}::/64")
        with pytest.raises(BurstLimit):
            await log_in(email, network="2001:db8:1:ffff::/64")
        assert (await log_in(email, network="2001:db8:2::/64")).person.email == email

    async def test_of_many_concurrent_guesses_ten_are_checked(self, signed_in: SignedInPerson, email: str):
        assert await count_checked_guesses(signed_in.person.email, 50) == 10
        assert await count_checked_guesses(email, 15) == 10, "of an unknown address"

    async def test_concurrent_logins_with_the_right_password_all_succeed(self, signed_in: SignedInPerson):
        logins = (log_in(signed_in.person.email) for _ in range(20))
        assert len({login.person.login_id for login in await asyncio.gather(*logins)}) == 20
