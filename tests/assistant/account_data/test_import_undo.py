"""The undo of a large import: what it reads of its conversations."""

from taskchat_app.assistant.account_data.import_undo import titles_of
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now, reading, transaction
from taskchat_app.domain.storage.models import Thread

PARAMETERS_MAX = 65_535
"""Of a query, in the protocol of Postgres."""


async def test_titles_are_read_of_more_conversations_than_a_query_has_parameters(person: Person):
    kept = Thread(
        id=f"{person.id}-kept",
        user_id=person.id,
        title="Kept",
        status={},
        details={},
        search="",
        created_at=now(),
        updated_at=now(),
    )
    async with transaction(person.id) as session:
        session.add(kept)
    absent = [f"{person.id}-{number}" for number in range(PARAMETERS_MAX)]
    async with reading(person.id) as session:
        assert await titles_of(session, person.id, [*absent, f"{person.id}-kept"]) == {f"{person.id}-kept": "Kept"}
