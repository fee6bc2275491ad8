"""Links to set a password, made by the server's owner."""

import asyncio
from urllib.parse import parse_qs, urlsplit

import pytest

from taskchat_app.domain.accounts import accounts, password_links
from taskchat_app.domain.accounts.accounts import SignedInLogin
from taskchat_app.domain.accounts.sign_in_limits import SIGNED_IN
from taskchat_app.domain.limits.rate_limits import exhausted
from taskchat_app.domain.storage.database import reading
from taskchat_app.domain.storage.errors import BadCredentials, EmailTaken, Invalid, LinkExpired, NotFound
from tests.conftest import PASSWORD, SignedInPerson
from tests.domain.accounts.sign_in import log_in

pytestmark = pytest.mark.usefixtures("postgres")
NEW = "an entirely new password"


def token_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["token"][0]


async def use(link: str, password: str = NEW) -> SignedInLogin:
    return await password_links.set_password(token_of(link), password, network="here")


async def test_an_added_person_sets_a_password_and_is_signed_in(email: str):
    link = await password_links.add_person(email.upper())
    assert link.startswith("http://localhost:3000/set-password?token=")
    for password in ("", PASSWORD):
        with pytest.raises(BadCredentials):
            await log_in(email, password)
    with pytest.raises(Invalid):
        await use(link, "short")
    login = await use(link)
    async with reading() as session:
        assert await exhausted(session, SIGNED_IN, f"{login.person.id} here"), "others' guesses do not lock it out"
    assert login.person.email == email
    assert await accounts.person_of(login.token) == login.person
    assert (await log_in(email, NEW)).person.id == login.person.id


async def test_an_address_is_added_once_and_reset_later_and_a_link_used_once(signed_in: SignedInPerson, email: str):
    with pytest.raises(EmailTaken):
        await password_links.add_person(signed_in.person.email)
    assert (await log_in(signed_in.person.email)).person.id == signed_in.person.id
    with pytest.raises(NotFound, match=email):
        await password_links.reset_password(email)
    link = await password_links.add_person(email)
    results = await asyncio.gather(*(use(link) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(result, LinkExpired) for result in results) == 4
    assert sum(isinstance(result, SignedInLogin) for result in results) == 1


async def test_a_reset_ends_all_logins_and_the_old_password_and_replaces_an_older_link(signed_in: SignedInPerson):
    older, _ = await password_links.reset_password(signed_in.person.email)
    assert await accounts.person_of(signed_in.token) is None
    with pytest.raises(BadCredentials):
        await log_in(signed_in.person.email)
    newer, _ = await password_links.reset_password(signed_in.person.email)
    with pytest.raises(LinkExpired):
        await use(older)
    assert (await use(newer)).person.id == signed_in.person.id


async def test_a_link_expires_and_is_no_login(signed_in: SignedInPerson, email: str, monkeypatch: pytest.MonkeyPatch):
    link, _ = await password_links.reset_password(signed_in.person.email)
    assert await accounts.person_of(token_of(link), scopes=("app", "chat")) is None
    login = await use(link)
    login_in_a_link = accounts.sign_token(login.person.id, login.person.login_id, "password", login.expires_at)
    for token in (login.token, login_in_a_link):
        with pytest.raises(LinkExpired):
            await password_links.set_password(token, NEW, network="here")
    monkeypatch.setattr(password_links, "LINK_LIFETIME", -password_links.LINK_LIFETIME)
    with pytest.raises(LinkExpired):
        await use(await password_links.add_person(email))
