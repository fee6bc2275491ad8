"""The search over messages, as a tab has it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from taskchat_app.assistant.threads import message_search
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import Thread
from taskchat_app.domain.tasks.search_words import search_vector
from taskchat_app.ui.conversations.search_state import MessageSearchState
from tests.chatting import write


async def test_results_that_are_read_again_are_as_many_and_without_the_error(
    person: Person, tab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = {"title": "Garden", "search": search_vector("Garden", "", ())}
    common = {**named, "user_id": person.id, "status": {"type": "active"}, "details": {}, "updated_at": now()}
    rows = [
        {**common, "id": f"thr_{person.id}_{number:02}", "created_at": now() - timedelta(minutes=number)}
        for number in range(50)
    ]
    await write(insert(Thread).values(rows))
    search = tab.get_substate([MessageSearchState.get_name()])
    async for _ in search.search("garden"):
        pass
    await search.load_more()
    shown = [row["id"] for row in rows[:40]]
    assert [row.key for row in search.found] == shown

    async def fail(*_: object, **__: object) -> None:
        raise OSError("The database is away.")

    with monkeypatch.context() as patched:
        patched.setattr(message_search, "search_messages", fail)
        await search.renew(person)
    assert search.error
    await search.renew(person)
    assert ([row.key for row in search.found], search.has_more, search.error) == (shown, True, "")
    await search.load_more()
    assert (len(search.found), search.has_more) == (50, False)
