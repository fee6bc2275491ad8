"""Notes statements of the application from which a part is missing that a test may not see in their result.

Ten rules, each with the places that it does not hold for:
- a table of users' rows whose keys are not unique among users has a condition on the user, each other statement one:
  another user's rows are hidden by row-level security alone, and may be the same, also with a twin (see tests.twins);
- what returns several rows has an ORDER BY: without one, Postgres mostly returns them as they were stored;
- what reads tasks or conversations says which of the deleted ones: in most tests, none is deleted;
- what reads or changes logins and tokens says whether they are revoked, and parts of conversations, of which they are;
- what is recorded of a conversation names it: tabs that show it read it again;
- what counts or reads a limit names the user, or everybody, as its subject: in most tests, no limit is reached;
- where an INSERT finds its row there already, it sets each column: in most tests, no row is there;
- an UPDATE of one column sets those that go with it: in most tests, they have that value already;
- SQL uses each value that it is given: one that it does not use has lost its condition.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from greenlet import getcurrent
from sqlalchemy import Connection, Engine, TextClause, event
from sqlmodel import SQLModel

import taskchat_app
from taskchat_app.domain.accounts.sign_in_limits import EVERYBODY
from taskchat_app.domain.storage.row_security import EVERY_USER, SETTING

TESTS, PRODUCT = str(Path(__file__).parent), str(Path(taskchat_app.__file__).parent)
CONDITION = re.compile(r"\buser_id (?:=|IN)\s|(?<!user_id) = (?:\w+\.)?user_id\b|\bfalse\b")
"""`false`: nothing can have what is looked for."""
GIVEN_USER = re.compile(r"\b(?:user_id|users\.id) (?:=|IN) ?[(%']|\)s(?:::VARCHAR)? = (?:\w+\.)?user_id\b|\bfalse\b")
BEGUN_BY = re.compile(rf"{re.escape(SETTING)} = '(.+?)'")
BEGUN = re.compile(rf"\ABEGIN.*?{re.escape(SETTING)} = '[^']*'; ", re.DOTALL)
"""What comes before the first statement where both are sent at once: it names the user, too."""
LIMITS = re.compile(r"\blimit_windows\b")
OF_LIMITS = "/limits/rate_limits.py"
OF_ACCOUNT_AND_NETWORK = re.compile(r"""["'](?:failed_login|failed_login_site|signed_in)["']""")
"""Scopes of limits, in the parameters of a statement."""
SUBJECT, CONVERSATION = "the user as the subject of a limit", "the id of a conversation"
BY_KEY = re.compile(r"WHERE (\w+)\.id = %\((?:pk_1|id|\1_id)\)s(?:::\w+)?(?: FOR UPDATE)?\Z")
"""Of a row that was read, or whose user is compared afterwards."""
BY_CONVERSATION = """
    chatkit_server.add_feedback conversations._newest_turn deletion_proposals.accept_or_end leases.end_expired
    remote_turn._read_turn retry.clear_after store.items_after store.remove_items_after
    thread_rows.mark_read turn_status._has_lease undo_command._just_undone
"""
"""Functions that read the rows of a conversation whose user was checked before."""
DELETABLE = re.compile(r"\b(?:FROM|JOIN) (?:tasks|threads)\b")
OF_CONVERSATION = re.compile(r'"kind": "(?:message|thread|turn)"')
"""An entry in the parameters of a statement that records entries (changes.recorded_values)."""
REVOCABLE = re.compile(r"(?<!DELETE )\b(?:FROM|JOIN|UPDATE) (?:logins|access_tokens)\b")
OF_REVOKED = re.compile(r"\brevoked_at (?:IS|[<>=])|\bleast\(\w+\.revoked_at")
OF_DELETED = re.compile(r"\bdeleted_at (?:IS|[<>=])|\bWHERE false\b")
UNORDERED = """
    access_tokens.list_tokens wall_clock.follow_time_zone attached_line_choices.added_in attached_lists._card_before
    attachments.files_for_model conversations._endings conversations.starting_messages
    conversations_import._insert_threads deletion_consent._titles_before families.steps_completed_with
    file_import._renew_open_proposals import_undo.titles_of last_shown_tasks._choices last_shown_tasks._of_the_selected
    leases._end_running_calls page_queries._count_folded_tags page_queries.read_parents receipts.receipts_of_turns
    scheduler._queue_messages series.dates_made_for task_view.count_steps task_view.read_families
    task_mentions.mentions task_rows.gaps_after task_writer.read_known_tasks tasks_import._read_account
    undo_command._just_undone
"""
"""Functions that read several rows whose order means nothing: they become a mapping, a set or a sum."""
WITH_DELETED = """
    account_export._records wall_clock.follow_time_zone conversations_import._insert_threads deletion_proposals.card_of
    preferences.offered_meaning page_queries.read_parents page_queries.read_tasks positions.prefix_of_imported
    queries._numbered task_rows.gaps_after tasks_import._read_account tasks_import.record_import
    text_erasure._rows turn_status._has_lease turn_storage.lock_lease
"""
"""Functions that read deleted tasks and conversations as well."""
OF_ONE_TABLE = f"{WITH_DELETED} page_queries._count_folded_tags"
"""And one that joins tasks to their parents, whatever these are: one condition is enough."""

WITH_REVOKED = """
    access_tokens.revoke_token access_tokens.user_of_token accounts.create_login database._begun
"""
"""Functions that read or change revoked logins and tokens as well, and the end of a test's own transaction."""

PARTS = re.compile(r"\b(?:FROM|JOIN|UPDATE) (?:thread_items|proposals|tool_executions)\b")
OF_PLACE = re.compile(r"\b(?:thread_id|turn_id|item_id|(?:thread_items|proposals)\.id) (?:=|IN) ?(?:ANY )?[(%]")
OF_ALL_CONVERSATIONS = """
    account_bytes.count_bytes account_export._records file_import._renew_open_proposals text_erasure._rows
    conversations_import.import_conversations thread_rows.count_unread thread_rows.threads_after
"""
"""Functions that read what belongs to any conversation of the user."""

UPSERT = re.compile(
    r"INSERT INTO (\w+)(?:(?!INSERT INTO).)*?ON CONFLICT \(([\w, ]+)\) DO UPDATE SET (.*?)"
    r"(?=\bWHERE\b|\bRETURNING\b|INSERT INTO|\Z)",
    re.DOTALL,
)
KEPT = {
    "threads": "title search status details allowed_image_domains read_seq created_at deleted_at",
    "thread_items": "thread_id turn_id seq feedback created_at",
    "turns": "thread_id",
    "limit_windows": "used",
}
"""The columns that such a row keeps, by table, besides its key and its user."""
UPDATED = re.compile(r"\bUPDATE (\w+) SET (.*?)(?=\bWHERE\b|\bFROM\b|\bRETURNING\b|\Z)", re.DOTALL)
WITH_IT = {
    "changes.before": "after",
    "proposals.decision": "decided_at",
    "reminder_messages.next_at": "attempts",
    "tasks.completed_at": "updated_at",
    "threads.lease_turn_id": "lease_until stop_requested",
    "turns.status": "ended_at",
    "users.counted_at": "stored_bytes",
    "webhooks.disabled_at": "attempts",
    "webhooks.lease_id": "lease_until",
    "webhooks.next_at": "attempts",
}
"""The columns that go with one that is set, and then always have another value, or are set by the same statement."""
GIVEN_MORE = "store.put_item turn_storage.begin_turn"
"""Functions that give a statement the values of another one as well."""


@cache
def _table(in_key: bool) -> re.Pattern[str]:
    """Match the tables of users' rows; `in_key`, those whose keys are not unique among users."""
    tables = SQLModel.metadata.tables.values()
    owned = [one.name for one in tables if "user_id" in (one.primary_key.columns if in_key else one.columns)]
    return re.compile(rf"(?:\b(?:FROM|JOIN|UPDATE|USING)|,)\s+({'|'.join(owned)})\b(?!\.|\s*\()")


@cache
def lacks_condition(statement: str) -> bool:
    """Return whether a table has no condition of its own."""
    return len(_table(in_key=True).findall(statement)) > len(CONDITION.findall(statement))


@cache
def lacks_user(statement: str) -> bool:
    """Return whether nothing in the statement compares with a given user."""
    is_of_user = _table(in_key=False).search(statement)
    return bool(is_of_user) and not GIVEN_USER.search(statement) and not BY_KEY.search(statement)


@cache
def lacks_order(statement: str) -> bool:
    return statement.lstrip().startswith(("SELECT", "WITH")) and "ORDER BY" not in statement


@cache
def reads_deleted(statement: str, tables: int | None = None) -> bool:
    """Return whether a read of tasks or conversations lacks a condition, one for each table or for so many of them."""
    read = len(DELETABLE.findall(statement)) if statement.lstrip().startswith("SELECT") else 0
    return min(read, tables or read) > len(OF_DELETED.findall(statement))


@cache
def lacks_place(statement: str) -> bool:
    """Return whether a read or change of the parts of conversations says not of which."""
    return PARTS.search(statement) is not None and not OF_PLACE.search(statement)


@cache
def reads_revoked(statement: str) -> bool:
    """Return the same of logins and tokens, which end when they are revoked."""
    return len(REVOCABLE.findall(statement)) > len(OF_REVOKED.findall(statement))


@cache
def columns_left(statement: str) -> str:
    """Return the columns that an INSERT of a row that is there already leaves as they are, without those of KEPT.

    And those of WITH_IT that an UPDATE leaves.
    """
    updated = [(table, re.findall(r"(?:\A|,)\s*(\w+) ?=", assigned)) for table, assigned in UPDATED.findall(statement)]
    left = [
        f"{table}.{other}"
        for table, columns in updated
        for other in " ".join(WITH_IT.get(f"{table}.{column}", "") for column in columns).split()
        if other not in columns
    ]
    return ", ".join(left) or ", ".join(
        f"{table}.{column.name}"
        for table, key, assigned in UPSERT.findall(statement)
        for column in SQLModel.metadata.tables[table].columns
        if column.name not in re.findall(r"\w+", f"{key} user_id {KEPT.get(table, '')}")
        and not re.search(rf"(?<![\w.]){column.name}(?= =|[,)])", assigned)
    )


def unused_values(statement: str, given: Collection[str]) -> str:
    """Return the names of the values that are given to SQL and not used in it."""
    return ", ".join(sorted({*given}.difference(re.findall(r":(\w+)", statement))))


def lacks_subject(statement: str, parameters: Any, begun: str) -> bool:
    """Return whether a limit is counted or read in a user's transaction, but neither theirs nor everybody's.

    Also in others: one for an account and a network, but not of both.
    """
    if not LIMITS.search(statement):
        return False
    own = BEGUN_BY.search(begun)
    subjects = [value for name, value in parameters.items() if name.startswith("subject")]
    if OF_ACCOUNT_AND_NETWORK.search(str(parameters)):
        return not all(" " in subject for subject in subjects)
    return own is not None and not any(own[1] in subject or subject == EVERYBODY for subject in subjects)


def lacks_conversation(parameters: Any) -> bool:
    """Return whether the statement records entries of a conversation without its id."""
    recorded: dict[str, Any] = parameters if isinstance(parameters, dict) else {}
    return recorded.get("thread_id", "") is None and bool(OF_CONVERSATION.search(recorded.get("entries", "")))


def _sender(*, for_another: bool) -> str:
    """Return the function that sends the statement (by database.execute), as module.function; "" for a test.

    With `for_another`, the one that has a change recorded or a limit counted. The greenlet of SQLAlchemy hides who
    awaits it.
    """
    frame: Any = getattr(getcurrent().parent, "gr_frame", None)
    while frame:
        file, name = frame.f_code.co_filename, frame.f_code.co_name
        is_for_another = for_another and (name == "record" or file.endswith(OF_LIMITS))
        if file.startswith((TESTS, PRODUCT)) and name != "execute" and not is_for_another:
            break
        frame = frame.f_back
    if frame is None or frame.f_code.co_filename.startswith(TESTS):
        return ""
    return f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}"


@contextmanager
def without_condition() -> Iterator[list[str]]:
    """Yield a list of such statements of the application, without those of jobs over all users."""
    found: list[str] = []
    began: WeakKeyDictionary[Connection, str] = WeakKeyDictionary()
    """The message that began the transaction of each connection (see row_security.begin_message)."""

    def note(connection: Connection, cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith("BEGIN"):
            began[connection] = statement
        begun = began.get(connection)
        if begun is None or f"'{EVERY_USER}'" in begun:
            return
        rules = (
            ("a condition on the user", lacks_condition(statement), ""),
            ("a user", lacks_user(BEGUN.sub("", statement)), BY_CONVERSATION),
            ("an ORDER BY", cursor.rowcount not in (0, 1) and lacks_order(statement), UNORDERED),
            ("a condition on deleted_at", reads_deleted(statement, tables=1), WITH_DELETED),
            ("a condition on deleted_at for each table", reads_deleted(statement), OF_ONE_TABLE),
            ("a condition on the conversation, turn or item", lacks_place(statement), OF_ALL_CONVERSATIONS),
            ("a condition on revoked_at", reads_revoked(statement), WITH_REVOKED),
            (SUBJECT, lacks_subject(statement, parameters, begun), "database._begun"),
            (CONVERSATION, lacks_conversation(parameters), ""),
            (f"a new value of {columns_left(statement)}", bool(columns_left(statement)), ""),
        )
        for lacking, is_lacking, except_in in rules:
            sender = _sender(for_another=lacking in (SUBJECT, CONVERSATION)) if is_lacking else ""
            if sender and sender not in except_in.split():
                found.append(f"{sender} lacks {lacking}: {statement}")

    def note_unused(_: Connection, statement: Any, many: Any, values: dict[str, Any], options: Any) -> None:
        given = {**values, **dict(*many[:1])}.keys() if isinstance(statement, TextClause) else ()
        unused = unused_values(statement.text, given) if given else ""
        sender = _sender(for_another=False) if unused else ""
        if sender and sender not in GIVEN_MORE.split():
            found.append(f"{sender} lacks a use of {unused}: {statement}")

    event.listen(Engine, "before_execute", note_unused)
    event.listen(Engine, "after_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_execute", note_unused)
        event.remove(Engine, "after_cursor_execute", note)
