"""An account with a task that has a value in every column."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.conftest import SignedInPerson
from tests.fields.stored_task import OTHER_PARENT, ZONE, Account


@pytest.fixture
async def signed_in(new_person: Callable[..., Awaitable[SignedInPerson]]) -> SignedInPerson:
    return await new_person(timezone=ZONE.key)


@pytest.fixture
async def other_signed_in(new_person: Callable[..., Awaitable[SignedInPerson]]) -> SignedInPerson:
    return await new_person(timezone=ZONE.key)


@pytest.fixture
async def account(signed_in: SignedInPerson, api: httpx.AsyncClient) -> Account:
    made = Account(signed_in.person, api)
    for _ in range(OTHER_PARENT):
        await made.add()
    await made.write()
    return made


@pytest.fixture
def other_account(other_signed_in: SignedInPerson, other_api: httpx.AsyncClient) -> Account:
    return Account(other_signed_in.person, other_api)
