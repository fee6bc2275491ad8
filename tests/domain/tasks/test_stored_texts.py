"""Every stored text has a maximum length, and every long one counts for the account's share of the disk."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import LargeBinary, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import SQLModel, col, select
from sqlmodel.sql.sqltypes import AutoString

from taskchat_app.domain.accounts import sign_in
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.profile_fields import EMAIL_MAX_CHARACTERS
from taskchat_app.domain.limits import account_bytes
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.errors import Invalid
from taskchat_app.domain.storage.models import Lexemes, LimitWindow
from taskchat_app.domain.tasks.fields import TAGS_SENT_MAX
from taskchat_app.domain.tasks.queries import TaskQuery
from tests.task_account import Account

INTERNAL = """
    users.password_hash logins.kind access_tokens.hash calendar_feeds.secret webhooks.secret
    webhook_deliveries.event webhook_deliveries.error server_keys.name server_keys.value changes.actor changes.kind
    changes.action threads.status threads.details thread_items.type turns.status turns.error tool_executions.outcome
    proposals.decision idempotency_keys.fingerprint limit_windows.scope
""".split()
"""Columns of texts that taskchat generates: ids, names, sentences."""
BOUNDS = {
    "users.email": "profile_fields.EMAIL_MAX_CHARACTERS",
    "users.timezone": "one of profile_fields.timezones",
    "users.language": "one of profile_fields.LANGUAGES",
    "users.week_start": "one of profile_fields.WEEK_STARTS",
    "users.clock": "one of profile_fields.CLOCKS",
    "users.date_order": "one of profile_fields.DATE_ORDERS",
    "users.due_meanings": "some of readings.RIVALS",
    "access_tokens.name": "access_tokens.NAME_MAX_CHARACTERS",
    "access_tokens.scopes": "some of access_tokens.SCOPES",
    "calendar_feeds.view": "fields.Q_MAX_CHARACTERS",
    "calendar_feeds.kind": "one of calendar_file.KINDS",
    "webhooks.url": "url_check.URL_MAX_CHARACTERS",
    "webhooks.events": "some of events.EVENTS",
    "push_devices.name": "devices.NAME_MAX_CHARACTERS",
    "push_devices.url": "url_check.URL_MAX_CHARACTERS",
    "push_devices.topic": "devices.TOPIC",
    "push_devices.p256dh": "checked as a public key",
    "push_devices.auth": "checked as 16 bytes",
    "push_devices.language": "one of profile_fields.LANGUAGES",
    "tasks.title": "fields.TITLE_MAX_CHARACTERS",
    "tasks.description": "fields.DESCRIPTION_MAX_CHARACTERS",
    "tasks.position": "positions.POSITION_MAX",
    "tasks.tags": "fields.TAGS_MAX of TAG_MAX_CHARACTERS",
    "tasks.due_reading": "readings.WORDS_MAX_CHARACTERS and OTHERS_MAX",
    "tasks.recurrence": "rrule.RULE_MAX_CHARACTERS",
    "tasks.search": "the words of title, description and tags",
    "changes.token_name": "access_tokens.NAME_MAX_CHARACTERS",
    "changes.before": "a task",
    "changes.after": "a task",
    "threads.title": "threads.TITLE_MAX",
    "threads.allowed_image_domains": "names in our code: no request sets it",
    "threads.search": "the words of the title",
    "thread_items.body": "admission.MESSAGE_MAX, selection.TAGS_MAX_CHARACTERS and PARTS_MAX, or an answer",
    "thread_items.feedback": "one of two",
    "attachments.name": "kinds.NAME_MAX_CHARACTERS",
    "attachments.mime_type": "one of kinds.SIGNATURES and TEXTS",
    "attachment_contents.text": "picture_and_pdf_conversion.TEXT_MAX_CHARACTERS",
    "message_words.search": "the words of store.SEARCHED_MAX characters",
    "tool_executions.tool": "an answer of the model",
    "tool_executions.signature": "an answer of the model",
    "tool_executions.title": "a sentence with a task's title",
    "tool_executions.arguments": "response_state.ARGUMENTS_MAX_CHARACTERS",
    "tool_executions.result": "tasks as a tool returns them",
    "tool_executions.messages": "the title and the result's sentence",
    "proposals.numbers": "queries.AT_ONCE_MAX",
    "idempotency_keys.key": "idempotency.KEY",
    "idempotency_keys.body": "an answer of the API",
    "limit_windows.subject": "a user's id, a network, or an email",
}
"""The bound of each other text column; ids are generated UUIDs."""
LONG = {"tasks.title", "tasks.description", "tasks.tags", "attachment_contents.text"}
"""Long texts, besides JSON, bytes and words."""
UNCOUNTED = {"tasks.due_reading", "threads.status", "threads.allowed_image_domains", "threads.details", "turns.error"}
"""Those of them that are short nevertheless."""


def test_every_stored_text_column_has_a_documented_bound():
    kinds = (String, AutoString, ARRAY, JSONB, Lexemes)
    texts = {
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, kinds) and column.name != "id" and not column.name.endswith("_id")
    }
    assert texts == {*INTERNAL, *BOUNDS}


def test_every_long_column_counts_for_the_share_of_the_disk():
    counted = {
        f"{table}.{column}"
        for part in account_bytes.COUNT_BYTES.text.split("UNION ALL")
        for table in re.findall(r"(?:FROM|JOIN) (\w+)", part)
        for column in re.findall(r"pg_column_size\((?:\w+\.)?(\w+)\)", part)
    }
    long = LONG | {
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, JSONB | LargeBinary | Lexemes)
    }
    assert long - counted == UNCOUNTED


async def test_a_login_with_an_overlong_email_or_password_stores_no_limit_window(person: Person):
    address = f"{uuid4().hex}{'a' * EMAIL_MAX_CHARACTERS}@example.org"
    for email, password in ((address, "password"), (person.email, "p" * 1_000_000)):
        with pytest.raises(Invalid, match=r"Shorten it|too long"):
            await sign_in.login(email, password, network="192.0.2.1")
    async with transaction(person.id) as session:
        kept = select(LimitWindow).where(col(LimitWindow.subject).in_([address, person.email]))
        assert (await session.exec(kept)).all() == []


async def test_a_list_of_too_many_tags_is_refused(me: Account):
    await me.add()
    many = ["a"] * (TAGS_SENT_MAX + 1)
    attempts = (
        (me.add(tags=many), 20),
        (me.edit_all([1], add_tags=many), 20),
        (me.edit_all([1], remove_tags=many), 100),
        (me.page(tags=many), 100),
        (me.complete_all(TaskQuery(tags=many)), 100),
    )
    for attempt, most in attempts:
        with pytest.raises(Invalid, match=f"Keep {most} or fewer"):
            await attempt
