"""The list of conversations, as a tab has it."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlmodel import col

from taskchat_app.assistant.threads import conversations, thread_rows
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.models import Thread
from taskchat_app.ui.conversations import state
from taskchat_app.ui.conversations.state import ConversationsState
from tests.chatting import write


def thread_id(person: Person, number: int) -> str:
    return f"thr_{person.id}_{number:02}"


async def test_news_leave_all_shown_conversations_of_a_long_list(
    person: Person, tab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ROWS_AT_ONCE` is lowered, so that 60 rows are read as many hundreds are."""
    monkeypatch.setattr(state, "ROWS_AT_ONCE", 25)
    begin = now()
    common = {"user_id": person.id, "status": {"type": "active"}, "details": {}, "created_at": begin}
    rows = [
        {**common, "id": thread_id(person, number), "updated_at": begin - timedelta(minutes=number)}
        for number in range(80)
    ]
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
