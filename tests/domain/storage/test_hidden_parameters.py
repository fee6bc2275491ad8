"""Errors of statements do not hold the values that users sent."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from taskchat_app.config import settings
from taskchat_app.domain.storage import backup
from taskchat_app.domain.storage.database import transaction
from tests.twins import Twins

STATEMENT = text("SELECT 1 / 0, CAST(:value AS text)")
VALUES = {"value": "a diary"}


async def test_an_error_of_a_users_statement_holds_no_value(postgres: Twins):
    with pytest.raises(DBAPIError) as failed:
        async with transaction() as session:
            await (await session.connection()).execute(STATEMENT, VALUES)
    assert "a diary" not in str(failed.value)
    assert "hidden" in str(failed.value)


def test_an_error_of_an_owners_command_holds_no_value(postgres: Twins):
    with pytest.raises(DBAPIError) as failed, backup._connection(settings()) as connection:
        connection.execute(STATEMENT, VALUES)
    assert "a diary" not in str(failed.value)
