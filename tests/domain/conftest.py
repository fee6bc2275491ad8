"""Accounts of the users of a test."""

import pytest

from taskchat_app.domain.accounts.accounts import Person
from tests.task_account import Account


@pytest.fixture
def me(person: Person) -> Account:
    return Account(person)


@pytest.fixture
def other(other_person: Person) -> Account:
    """Another user, for isolation tests."""
    return Account(other_person)
