"""SQLModel classes of all database tables.

Reflex's model registry reads SQLModel's metadata, so `reflex db` finds every class once this module is imported.
Registering the classes one by one would copy each table and warn.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    ForeignKeyConstraint,
    Identity,
    Index,
    SmallInteger,
    Text,
    and_,
    any_,
    cast,
    func,
    or_,
    text,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import column_property, declared_attr
from sqlalchemy.types import TypeDecorator
from sqlmodel import Column, Field, SQLModel, col

from taskchat_app.domain.storage.stored_snapshots import whole_snapshots

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
OPEN = "completed_at IS NULL AND deleted_at IS NULL"
"""The condition of open tasks, for SQL; is_open() for queries."""
WebhookState = Literal["on", "failing", "off"]


class Row(SQLModel):
    """A row of a table, which has the name of the class in the plural: AccessToken is stored in access_tokens."""

    @declared_attr  # pyright: ignore[reportArgumentType]  # typed for columns
    def __tablename__(cls) -> str:  # noqa: N805  # pyright: ignore[reportIncompatibleVariableOverride]  # of the class
        return re.sub("(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower() + "s"


class Lexemes(TypeDecorator[list[str]]):
    """A tsvector column that takes a list of words. A value instead of an expression permits executemany batches."""

    impl = TSVECTOR
    cache_ok = True

    def bind_expression(self, bindparam: Any) -> Any:
        return func.array_to_tsvector(type_coerce(bindparam, ARRAY(Text)))


def _moment(*, null: bool = False) -> Any:
    """Return a column for a timestamp with time zone, in UTC. Only Postgres refuses None: rows are not validated."""
    return Field(default=None, sa_type=DateTime(timezone=True), nullable=null)  # pyright: ignore[reportCallIssue, reportArgumentType]  # SQLModel's stub wants a class, an instance carries the zone


def _owner(primary_key: bool = False, index: bool = False) -> Any:
    """Return a foreign key to the user who owns the row; deleting the user deletes the row.

    `index` where none begins with it: deleting a user would read the whole table.
    """
    return Field(foreign_key="users.id", ondelete="CASCADE", primary_key=primary_key, index=index)


def _own_words(name: str) -> Index:
    """Return the index that finds a user's rows by words, without reading those of others (20261121_0900)."""
    words = text("own_words(user_id, search)")
    return Index(name, words, postgresql_using="gin", postgresql_with={"fastupdate": "off"})


def _partial_index(condition: str, name: str, *columns: str) -> Index:
    """Return the index of the rows that meet the condition."""
    return Index(name, *columns, postgresql_where=text(condition))


def is_any(column: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """Return the condition that the column has one of the values. They are one parameter, however many there are."""
    return column == any_(cast(list(values), ARRAY(column.type)))


class User(Row, table=True):
    """A user. `last_task_number` and `last_change_id` change only under a lock on this row.

    An empty `language` is the browser's, an empty `clock` or `date_order` is not known. `due_meanings` are preferred
    meanings (dates/readings.py) with blanks between them.
    """

    id: str = Field(primary_key=True)
    email: str = Field(unique=True)
    password_hash: str
    timezone: str = "UTC"
    language: str = Field(default="", sa_column_kwargs={"server_default": ""})
    week_start: str = Field(default="monday", sa_column_kwargs={"server_default": "monday"})
    clock: str = Field(default="", sa_column_kwargs={"server_default": ""})
    date_order: str = Field(default="", sa_column_kwargs={"server_default": ""})
    due_meanings: str = Field(default="", sa_column_kwargs={"server_default": ""})
    last_task_number: int = 0
    room_until_number: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Up to this task number a new task fits into the list; see tasks/task_rows.py."""
    last_change_id: int = Field(default=0, sa_type=BigInteger)
    stored_bytes: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    """What the account stores, counted at `counted_at`, with what was written since; see limits/account_bytes.py."""
    counted_at: datetime | None = _moment(null=True)
    created_at: datetime = _moment()


class Login(Row, table=True):
    """A login; `id` is the token's `jti`. A chat secret is a login of kind "chat", valid as long as its parent."""

    id: str = Field(primary_key=True)
    user_id: str = _owner()
    kind: str = "login"
    parent_id: str | None = Field(default=None, foreign_key="logins.id", ondelete="CASCADE", index=True)
    created_at: datetime = _moment()
    expires_at: datetime = _moment()
    revoked_at: datetime | None = _moment(null=True)

    __table_args__ = (Index("ix_logins_user_id_expires_at", "user_id", "expires_at"),)


class AccessToken(Row, table=True):
    """A personal token for programs; only its hash is stored. It ends at `expires_at` (None: never) or `revoked_at`."""

    user_id: str = _owner(primary_key=True)
    id: str = Field(primary_key=True)
    name: str
    scopes: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    hash: str
    created_at: datetime = _moment()
    expires_at: datetime | None = _moment(null=True)
    last_used_at: datetime | None = _moment(null=True)
    revoked_at: datetime | None = _moment(null=True)

    __table_args__ = (Index("ix_access_tokens_user_id_hash", "user_id", "hash", unique=True),)


class CalendarFeed(Row, table=True):
    """An address at which calendar programs read a view of the user's tasks, as events or to-dos.

    The secret is stored as it is: the user copies the address again for the next calendar, and it opens only what is in
    the same database.
    """

    user_id: str = _owner(primary_key=True)
    id: str = Field(primary_key=True)
    view: str
    kind: str
    secret: str
    created_at: datetime = _moment()
    last_read_at: datetime | None = _moment(null=True)

    __table_args__ = (Index("ix_calendar_feeds_user_id_secret", "user_id", "secret", unique=True),)


class Webhook(Row, table=True):
    """An address that gets messages about the user's changes after `last_change_id`, signed with `secret`.

    `attempts` counts the failures of the next message, which is tried again at `next_at`. Each delivery sets it too, so
    that the webhook that has waited longest is next. The instance that delivers holds the lease. It is off from
    `disabled_at` on.
    """

    user_id: str = _owner(primary_key=True)
    id: str = Field(primary_key=True)
    url: str
    events: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    secret: str
    created_at: datetime = _moment()
    last_change_id: int = Field(sa_type=BigInteger)
    attempts: int = 0
    next_at: datetime = _moment()
    lease_id: str | None = None
    lease_until: datetime | None = _moment(null=True)
    disabled_at: datetime | None = _moment(null=True)

    @property
    def state(self) -> WebhookState:
        """Return "failing" while the next message is tried again, "off" after the last try."""
        if self.disabled_at:
            return "off"
        return "failing" if self.attempts else "on"

    @property
    def retried_at(self) -> datetime | None:
        return self.next_at if self.state == "failing" else None


class WebhookDelivery(Row, table=True):
    """One try to deliver a message, without its text: it is made of the change again for each try."""

    __tablename__ = "webhook_deliveries"  # pyright: ignore[reportAssignmentType]  # see Row

    user_id: str = _owner(primary_key=True)
    id: str = Field(primary_key=True)
    webhook_id: str
    message_id: str
    event: str
    task_number: int | None = None
    attempt: int
    at: datetime = _moment()
    status: int | None = None
    error: str = ""
    milliseconds: int

    __table_args__ = (
        ForeignKeyConstraint(["user_id", "webhook_id"], ["webhooks.user_id", "webhooks.id"], ondelete="CASCADE"),
        Index("ix_webhook_deliveries_user_id_webhook_id_at", "user_id", "webhook_id", "at"),
        Index("ix_webhook_deliveries_at", "at"),
    )


class PushDevice(Row, table=True):
    """Where reminders are sent: a browser's Web Push subscription, or a topic of an ntfy server (without keys).

    A subscription ends with the revocation of the login that made it, `login_id`; a topic has none. `language` is that
    of the request that made it, for users who follow the browser's.
    """

    user_id: str = _owner(primary_key=True)
    id: str = Field(primary_key=True)
    name: str
    url: str = Field(index=True)
    topic: str = ""
    p256dh: str = ""
    auth: str = ""
    login_id: str | None = None
    language: str
    created_at: datetime = _moment()

    @property
    def kind(self) -> Literal["webpush", "ntfy"]:
        return "ntfy" if self.topic else "webpush"


class ReminderMessage(Row, table=True):
    """A message about a reminder that rang, still to be sent to one device: the next try is at `next_at`."""

    user_id: str = _owner(primary_key=True)
    device_id: str = Field(primary_key=True)
    task_number: int = Field(primary_key=True)
    rang_at: datetime = _moment()
    attempts: int = 0
    next_at: datetime = _moment()

    __table_args__ = (
        ForeignKeyConstraint(
            ["user_id", "device_id"], ["push_devices.user_id", "push_devices.id"], ondelete="CASCADE",
            name="fk_reminder_messages_user_id_push_devices",
        ),
        Index("ix_reminder_messages_next_at", "next_at"),
    )  # fmt: skip


class ServerKey(Row, table=True):
    """A secret that this installation made for itself, shared by its instances."""

    name: str = Field(primary_key=True)
    value: str


class Task(Row, table=True):
    """A task, identified by user and number."""

    user_id: str = _owner(primary_key=True)
    number: int = Field(primary_key=True)
    position: str = Field(sa_column=Column(Text(collation="C"), nullable=False))
    """The place in the manual order, unique among the user's tasks (see tasks/positions.py)."""
    title: str
    description: str = ""
    priority: int = Field(default=2, sa_type=SmallInteger)
    """By PRIORITY_NAMES (tasks/fields.py)."""
    tags: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False, server_default="{}"))
    due_at: datetime | None = _moment(null=True)
    due_day: date | None = None
    """Of a date without a time; `due_at` is then its last second in the user's zone, but `start_at` its first one."""
    due_reading: Any = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    """A dates.local_time.DueReading if the due date was read from words."""
    start_at: datetime | None = _moment(null=True)
    start_day: date | None = None
    recurrence: str | None = None
    recurrence_start: datetime | None = _moment(null=True)
    """The first date of the series, from which it counts; `start_at` is when one task begins."""
    recurrence_start_day: date | None = None
    repeats_number: int | None = None
    """The former task of the series."""
    copy_of_number: int | None = None
    parent_number: int | None = None
    """The task of which this one is a step; a task with steps is no step."""
    remind_before: int | None = Field(default=None, sa_type=SmallInteger)
    """In minutes; -1: never, None: the default. `remind_at` is computed from it and `due_at`, or was put off."""
    remind_at: datetime | None = _moment(null=True)
    rung_until: datetime | None = _moment(null=True)
    """Reminders up to then have rung, or were past when they were set."""
    completed_at: datetime | None = _moment(null=True)
    created_at: datetime = _moment()
    updated_at: datetime = _moment()
    deleted_at: datetime | None = _moment(null=True)
    search: Any = Field(default=None, sa_column=Column(Lexemes, nullable=False))
    """The words of title, description and tags."""

    __table_args__ = (
        Index("ix_tasks_user_id_due_at", "user_id", "due_at", "number"),
        Index("ix_tasks_user_id_created_at", "user_id", "created_at", "number"),
        Index("ix_tasks_user_id_position", "user_id", "position"),
        # Without tasks that have no reminder: else Postgres would read this index for lists before its first ANALYZE.
        _partial_index(f"{OPEN} AND remind_at IS NOT NULL", "ix_tasks_remind_at", "remind_at"),
        _own_words("ix_tasks_own_words"),
        # The counts of a list read only this index.
        _partial_index("deleted_at IS NULL", "ix_tasks_counts", "user_id", "completed_at", "due_at"),
        # Partial: most tasks are no steps, and repeat no other.
        _partial_index("parent_number IS NOT NULL", "ix_tasks_user_id_parent_number", "user_id", "parent_number"),
        _partial_index("repeats_number IS NOT NULL", "ix_tasks_user_id_repeats_number", "user_id", "repeats_number"),
    )


def is_open() -> ColumnElement[bool]:
    """Condition: tasks that are neither deleted nor completed."""
    return and_(col(Task.completed_at).is_(None), col(Task.deleted_at).is_(None))


def has_begun(at: datetime) -> ColumnElement[bool]:
    """Condition: tasks that begin at `at` or before, or have no start."""
    return or_(col(Task.start_at).is_(None), col(Task.start_at) <= at)


class Ring(Row, table=True):
    """A task's reminder that rang and is not dismissed: every open page shows it."""

    user_id: str = _owner(primary_key=True)
    task_number: int = Field(primary_key=True)
    rang_at: datetime = _moment()


class Change(Row, table=True):
    """An entry of the append-only change log; `id` counts per user, without gaps.

    A change of a step that follows from a change of its task, such as its completion, has the number of that task in
    `cause_number`.
    A change made with an access token has its id and name, also after the token's row is deleted. `before` and `after`
    are read-only: the whole snapshots of what is stored. `actor` and `kind` are those of log/changes.py.
    """

    user_id: str = _owner(primary_key=True)
    id: int = Field(primary_key=True, sa_type=BigInteger)
    at: datetime = _moment()
    actor: str
    kind: str
    action: str
    task_number: int | None = None
    cause_number: int | None = None
    if TYPE_CHECKING:  # added below the class
        before: dict[str, Any] | None = None
        after: dict[str, Any] | None = None
    stored_before: dict[str, Any] | None = Field(default=None, sa_column=Column("before", JSONB(none_as_null=True)))
    stored_after: dict[str, Any] | None = Field(default=None, sa_column=Column("after", JSONB(none_as_null=True)))
    base_id: int | None = Field(default=None, sa_type=BigInteger)
    """The entry from which the stored snapshots differ; None or the row's own id: see stored_snapshots.py."""
    thread_id: str | None = None
    item_id: str | None = None
    turn_id: str | None = None
    undoes: int | None = Field(default=None, sa_type=BigInteger)
    token_id: str | None = None
    token_name: str | None = None

    __table_args__ = (
        Index("ix_changes_user_id_task_number", "user_id", "task_number", "id"),
        Index("ix_changes_user_id_turn_id", "user_id", "turn_id", "id"),
        # Partial: most changes are made without a token.
        _partial_index("token_id IS NOT NULL", "ix_changes_user_id_token_id", "user_id", "token_id", "id"),
    )


# Their expressions read the table, which exists once its class does.
for _name, _snapshot in zip(("before", "after"), whole_snapshots(SQLModel.metadata.tables["changes"]), strict=True):
    setattr(Change, _name, column_property(_snapshot))


class Thread(Row, table=True):
    """A conversation. `lease_turn_id` is the turn that is answering it; the lease expires at `lease_until`.

    The user has read items up to `read_seq`; `search` holds the words of the title.
    """

    id: str = Field(primary_key=True)
    user_id: str = _owner()
    title: str | None = None
    status: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, server_default='{"type": "active"}'))
    details: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False, server_default="{}"))
    allowed_image_domains: list[str] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    lease_turn_id: str | None = None
    lease_until: datetime | None = _moment(null=True)
    stop_requested: bool = False
    read_seq: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    search: Any = Field(default=None, sa_column=Column(Lexemes, nullable=False, server_default=""))
    created_at: datetime = _moment()
    updated_at: datetime = _moment()
    deleted_at: datetime | None = _moment(null=True)

    __table_args__ = (
        Index("ix_threads_user_id_updated_at", "user_id", "updated_at", "id"),
        # Partial: every instance searches for expired leases every two seconds, and few threads have a lease.
        _partial_index("lease_turn_id IS NOT NULL", "ix_threads_lease_turn_id", "lease_turn_id"),
    )


class ThreadItem(Row, table=True):
    """A ChatKit item. Items are ordered by `seq`, never by the clock."""

    id: str = Field(primary_key=True)
    thread_id: str = Field(foreign_key="threads.id", ondelete="CASCADE")
    user_id: str = _owner(index=True)
    seq: int = Field(default=None, sa_column=Column(BigInteger, Identity(), nullable=False, unique=True))
    turn_id: str | None = None
    type: str
    body: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    feedback: str | None = None
    created_at: datetime = _moment()

    __table_args__ = (
        Index("ix_thread_items_thread_id_seq", "thread_id", "seq"),
        Index("ix_thread_items_turn_id", "turn_id"),
    )


class Attachment(Row, table=True):
    """A file for a message: `item_id` is None until it is sent, `uploaded_at` until its content is here."""

    user_id: str = _owner(primary_key=True)
    id: str = Field(primary_key=True)
    item_id: str | None = Field(default=None, foreign_key="thread_items.id", ondelete="CASCADE", index=True)
    name: str
    mime_type: str
    size: int
    created_at: datetime = _moment()
    uploaded_at: datetime | None = _moment(null=True)


class AttachmentContent(Row, table=True):
    """The content of an attachment (picture_and_pdf_conversion.Parts), a table of its own: lists never read it."""

    user_id: str = Field(primary_key=True)
    attachment_id: str = Field(primary_key=True)
    content: bytes
    preview: bytes
    for_model: bytes
    text: str

    __table_args__ = (
        ForeignKeyConstraint(
            ["user_id", "attachment_id"], ["attachments.user_id", "attachments.id"], ondelete="CASCADE",
            name="fk_attachment_contents_user_id_attachments",
        ),
    )  # fmt: skip


class MessageWords(Row, table=True):
    """The words of one message; a table of its own, since messages are read far more often than searched."""

    __tablename__ = "message_words"  # pyright: ignore[reportAssignmentType]  # see Row

    item_id: str = Field(foreign_key="thread_items.id", ondelete="CASCADE", primary_key=True)
    user_id: str = _owner()
    search: Any = Field(default=None, sa_column=Column(Lexemes, nullable=False))

    __table_args__ = (Index("ix_message_words_user_id", "user_id"), _own_words("ix_message_words_own_words"))


class Turn(Row, table=True):
    """One answer of the assistant; `id` is the id of the user's message item that started it.

    Its changes are those with its id from `first_change_id` on: a retry of the turn sets a new `first_change_id`.
    """

    id: str = Field(primary_key=True)
    user_id: str = _owner(index=True)
    thread_id: str = Field(foreign_key="threads.id", ondelete="CASCADE", index=True)
    status: str = "running"
    first_change_id: int = Field(default=0, sa_type=BigInteger)
    error: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    started_at: datetime = _moment()
    ended_at: datetime | None = _moment(null=True)


class ToolExecution(Row, table=True):
    """A tool call with arguments and result, written in the same transaction as its effect.

    `round` counts the model's replies within the turn: calls of one round are parallel calls. `title` tells the user of
    the call, `outcome` "ok", "proposed" or "error", `signature` the thought signature that Gemini gave with it.
    """

    id: int = Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))
    user_id: str = _owner(index=True)
    thread_id: str = Field(foreign_key="threads.id", ondelete="CASCADE")
    turn_id: str
    item_id: str | None = None
    round: int
    call_id: str
    tool: str
    title: str
    arguments: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    result: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    messages: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    """The messages of `title` and of the result (i18n/messages.py); None in rows of earlier versions."""
    outcome: str
    signature: str | None = None
    milliseconds: float
    at: datetime = _moment()

    __table_args__ = (Index("ix_tool_executions_thread_id_turn_id", "thread_id", "turn_id", "id"),)


class Proposal(Row, table=True):
    """Tasks that a turn proposes to delete. The user's `decision` is "confirmed" or "cancelled", else "expired"."""

    __table_args__ = (_partial_index("decision IS NULL", "ix_proposals_expires_at", "expires_at"),)

    id: str = Field(primary_key=True)
    user_id: str = _owner(index=True)
    thread_id: str = Field(foreign_key="threads.id", ondelete="CASCADE", index=True)
    turn_id: str
    item_id: str
    numbers: list[int] = Field(sa_column=Column(ARRAY(BigInteger), nullable=False))
    created_at: datetime = _moment()
    expires_at: datetime = _moment()
    decision: str | None = None
    decided_at: datetime | None = _moment(null=True)


class IdempotencyKey(Row, table=True):
    """The first request with a key, and its response or turn, stored in the same transaction as the change."""

    user_id: str = _owner(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: str
    turn_id: str | None = None
    status: int | None = None
    body: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB(none_as_null=True)))
    created_at: datetime = _moment()


class LimitWindow(Row, table=True):
    """The uses of one limit (`scope`) by one user or address since `starts_at`; counted by one atomic upsert."""

    scope: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    starts_at: datetime = _moment()
    used: int
