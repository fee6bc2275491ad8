"""Every text that is stored has a length, wherever it comes from."""

from uuid import uuid4

import pytest
from sqlalchemy import String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import SQLModel, col, select
from sqlmodel.sql.sqltypes import AutoString

from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.profile_fields import EMAIL_MAX_CHARACTERS
from taskchat_app.domain.reminders.display import BrowserTab
from taskchat_app.domain.reminders.reminders import TAB_MAX_CHARACTERS
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Lexemes, LimitWindow
from taskchat_app.domain.tasks.fields import TAGS_SENT_MAX, BulkEdit, TaskDraft
from taskchat_app.domain.tasks.queries import TaskQuery, list_tasks
from taskchat_app.domain.tasks.tasks import bulk_complete, create_task, edit_tasks
from tests.domain.tasks.test_tasks import add, by

OURS = "ids, names and sentences of our own"
BOUNDS = {
    "users.email": "person_fields.EMAIL_MAX_CHARACTERS",
    "users.password_hash": OURS,
    "users.timezone": "one of person_fields.timezones",
    "users.language": "one of person_fields.LANGUAGES",
    "users.week_start": "one of person_fields.WEEK_STARTS",
    "logins.kind": OURS,
    "tasks.title": "task_fields.TITLE_LONGEST",
    "tasks.description": "task_fields.DESCRIPTION_LONGEST",
    "tasks.tags": "task_fields.TAGS_MOST of TAG_LONGEST",
    "tasks.recurrence": "rrule_parts.LONGEST_RULE",
    "tasks.search": "the words of title, description and tags",
    "rings.shown_by": "reminders.TAB_LONGEST and a login's id",
    "changes.actor": OURS,
    "changes.kind": OURS,
    "changes.action": OURS,
    "changes.before": "a task",
    "changes.after": "a task",
    "threads.title": "threads.TITLE_MAX",
    "threads.status": OURS,
    "threads.details": OURS,
    "threads.search": "the words of the title",
    "thread_items.type": OURS,
    "thread_items.body": "admission.MESSAGE_MAX, selection.TAGS_LONGEST and PARTS_MOST, or an answer",
    "thread_items.feedback": "one of two",
    "message_words.search": "the words of store.SEARCHED_MAX characters",
    "turns.status": OURS,
    "turns.error": OURS,
    "tool_executions.tool": "an answer of the model",
    "tool_executions.signature": "an answer of the model",
    "tool_executions.title": "a sentence with a task's title",
    "tool_executions.arguments": "trail.ARGUMENTS_LONGEST",
    "tool_executions.result": "what a tool tells of tasks",
    "tool_executions.outcome": OURS,
    "proposals.numbers": "task_search.AT_ONCE_MOST",
    "proposals.decision": OURS,
    "idempotency_keys.key": "idempotency.KEY",
    "idempotency_keys.fingerprint": OURS,
    "idempotency_keys.body": "an answer of the API",
    "limit_windows.scope": OURS,
    "limit_windows.subject": "a user's id, a network, or an email",
}
"""What bounds each text, by its column; ids are uuids of our own."""


def test_what_bounds_each_stored_text_is_said_here() -> None:
    kinds = (String, AutoString, ARRAY, JSONB, Lexemes)
    texts = {
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, kinds) and column.name != "id" and not column.name.endswith("_id")
    }
    assert texts == set(BOUNDS)


async def test_an_address_that_nobody_can_have_is_not_kept_as_a_failed_login(person: Person) -> None:
    address = f"{uuid4().hex}{'a' * EMAIL_MAX_CHARACTERS}@example.org"
    for email, password in ((address, "password"), (person.email, "p" * 1_000_000)):
        with pytest.raises(Invalid, match=r"Shorten it|too long"):
            await accounts.login(email, password, origin_address="192.0.2.1")
    async with transaction() as session:
        kept = select(LimitWindow).where(col(LimitWindow.subject).in_([address, person.email]))
        assert (await session.exec(kept)).all() == []


async def test_a_list_of_very_many_tags_is_refused_before_they_are_read(person: Person) -> None:
    await add(person)
    many = ["a"] * (TAGS_SENT_MAX + 1)
    async with transaction() as session:
        with pytest.raises(Invalid, match="Keep 20 or fewer"):
            await create_task(session, by(person), TaskDraft("Call mum", tags=many), zone=person.zone)
        for edit in (BulkEdit(add_tags=many), BulkEdit(remove_tags=many)):
            with pytest.raises(Invalid, match="Keep 20 or fewer"):
                await edit_tasks(session, by(person), [1], edit, zone=person.zone)
        with pytest.raises(Invalid, match="Keep 20 or fewer"):
            await list_tasks(session, person.id, TaskQuery(tags=many))
        with pytest.raises(Invalid, match="Keep 20 or fewer"):
            await bulk_complete(session, by(person), TaskQuery(tags=many))


def test_a_tab_is_named_by_the_beginning_of_a_long_id() -> None:
    assert len(BrowserTab("login", "x" * 1_000_000, visible=True).name) == len("login/") + TAB_MAX_CHARACTERS
