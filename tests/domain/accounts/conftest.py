"""Fixtures of the tests of accounts."""

import uuid

import pytest


@pytest.fixture
def email() -> str:
    return f"{uuid.uuid4().hex}@example.org"
