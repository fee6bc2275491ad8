"""Accounts of the users of a test, and receivers of messages on this machine."""

from collections.abc import Iterator

import pytest

from taskchat_app.config import settings
from taskchat_app.domain.accounts.accounts import Person
from tests.task_account import Account


@pytest.fixture
def me(person: Person) -> Account:
    return Account(person)


@pytest.fixture
def other(other_person: Person) -> Account:
    """Another user, for isolation tests."""
    return Account(other_person)


@pytest.fixture
def private_hooks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Permit addresses in private networks, with ALLOW_PRIVATE_HOOKS."""
    monkeypatch.setenv("ALLOW_PRIVATE_HOOKS", "true")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()
