"""The list of conversations and the search over messages, as a tab has them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlmodel import col

from taskchat_app.assistant.threads import conversations, message_search, thread_rows
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import Thread
from taskchat_app.domain.tasks.search_words import search_vector
from taskchat_app.ui.conversations import state
from taskchat_app.ui.conversations.search import MessageSearchState
from taskchat_app.ui.conversations.state import ConversationsState
from tests.chatting import write
from tests.conftest import SignedInPerson
from tests.ui.conftest import new_tab


def thread_id(person: Person, number: int) -> str:
    return f"thr_{person.id}_{number:02}"


async def test_news_leave_all_rows_of_a_long_list(person: Person, tab: Any, monkeypatch: pytest.MonkeyPatch):
    """`ROWS_AT_ONCE` is lowered, so that 60 rows are read as many hundreds are."""
    monkeypatch.setattr(state, "ROWS_AT_ONCE", 25)
    begin = now()
    common = {"user_id": person.id, "status": {"type": "active"}, "details": {}, "created_at": begin}
    times = [(number, begin - timedelta(minutes=number)) for number in range(80)]
    rows = [{**common, "id": thread_id(person, number), "updated_at": at} for number, at in times]
    await write(insert(Thread).values(rows))
    shown = tab.get_substate([ConversationsState.get_name()])
    await shown.load(person)
    await shown.load_more()
    assert [row.id for row in shown.rows] == [thread_id(person, number) for number in range(60)]
    await write(update(Thread).where(col(Thread.id) == thread_id(person, 70)).values(updated_at=now()))
    renamed, deleted, change = thread_id(person, 55), thread_id(person, 24), conversations.change_conversations
    await change(person.id, lambda session, by: thread_rows.rename_thread(session, by, renamed, "Shopping"))
    await change(person.id, lambda session, by: thread_rows.delete_thread(session, by, deleted))
    await shown.load(person)
    expected = [thread_id(person, number) for number in (70, *range(24), *range(25, 60))]
    assert [row.id for row in shown.rows] == expected
    assert shown.title_of(thread_id(person, 55)) == "Shopping"
    await shown.load_more()
    assert (len(shown.rows), shown.has_more) == (79, False)


async def test_reread_results_are_as_many_without_the_error(person: Person, tab: Any, monkeypatch: pytest.MonkeyPatch):
    named = {"title": "Garden", "search": search_vector("Garden", "", ())}
    common = {**named, "user_id": person.id, "status": {"type": "active"}, "details": {}, "updated_at": now()}
    times = [(number, now() - timedelta(minutes=number)) for number in range(50)]
    rows = [{**common, "id": thread_id(person, number), "created_at": at} for number, at in times]
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
    search.error = "The conversations cannot be searched."
    async for _ in search.search(""):
        pass
    assert (search.found, search.error) == ([], "")


async def test_delete_leaves_a_conversation_that_the_tab_has_not_opened_yet(person: Person, signed_in: SignedInPerson):
    """It was restored just before: the tab's address names it already."""
    thread = thread_id(person, 1)
    common = {"user_id": person.id, "status": {"type": "active"}, "details": {}, "created_at": now()}
    await write(insert(Thread).values({**common, "id": thread, "updated_at": now()}))
    tab: Any = new_tab(signed_in.token, f"/c/{thread}?view=done")
    shown = tab.get_substate([ConversationsState.get_name()])
    assert "path" in str(await shown.delete(thread))
    assert f"/c/{thread}" in str(await shown.restore(thread))
