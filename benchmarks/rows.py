"""SQL that fills a database: rows of others, and tasks and messages of one user."""

import psycopg

ROWS_EACH = 100
"""Tasks and messages of each of the other users."""
WORD = "milk"
FOUND = 50
"""How many of one's own tasks and messages have the word; all of those of others do."""
TABLES = ["users", "tasks", "threads", "thread_items", "message_words"]

INDEXES = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
"""Name and definition of the indexes of these tables that belong to no constraint."""
USERS = """
    INSERT INTO users (id, email, password_hash, timezone, last_task_number, last_change_id, created_at)
    SELECT md5('u' || n), 'u' || n || '@example.org', '', 'UTC', %(each)s, 0, now()
    FROM generate_series(%(first)s / %(each)s, (%(end)s - 1) / %(each)s) AS n
"""
TASKS = """
    INSERT INTO tasks (user_id, number, position, title, description, priority, tags, due_at, created_at, updated_at,
        search)
    SELECT md5('u' || n / %(each)s), 1 + n %% %(each)s, 'Q' || 9999999999 - n %% %(each)s, 'Buy milk ' || n, '', 2,
        ARRAY['home'], now() + n %% 1000 * interval '1 hour', now(), now(),
        array_to_tsvector(ARRAY['buy', 'milk', n::text, 'home', '#home'])
    FROM generate_series(%(first)s, %(end)s - 1) AS n
"""
THREADS = """
    INSERT INTO threads (id, user_id, title, stop_requested, search, created_at, updated_at)
    SELECT 'thr_' || md5('u' || n), md5('u' || n), 'Milk', false, array_to_tsvector(ARRAY['milk']), now(), now()
    FROM generate_series(%(first)s / %(each)s, (%(end)s - 1) / %(each)s) AS n
"""
MESSAGES = """
    INSERT INTO thread_items (id, thread_id, user_id, type, body, created_at)
    SELECT 'msg_' || md5('m' || n), 'thr_' || md5('u' || n / %(each)s), md5('u' || n / %(each)s), 'user_message',
        jsonb_build_object('content', 'buy milk ' || n), now()
    FROM generate_series(%(first)s, %(end)s - 1) AS n
"""
WORDS = """
    INSERT INTO message_words (item_id, user_id, search)
    SELECT 'msg_' || md5('m' || n), md5('u' || n / %(each)s), array_to_tsvector(ARRAY['buy', 'milk', n::text])
    FROM generate_series(%(first)s, %(end)s - 1) AS n
"""
OWN_TASKS = """
    INSERT INTO tasks (user_id, number, position, title, description, priority, tags, due_at, created_at, updated_at,
        search)
    SELECT %(user)s, n, 'Q' || 9999999999 - n, words[1] || ' ' || n, '', 1 + n %% 3, ARRAY['home'],
        now() + n %% 1000 * interval '1 hour', now() - n * interval '1 minute', now(),
        array_to_tsvector(words || ARRAY[n::text, 'home', '#home'])
    FROM generate_series(1, %(count)s) AS n, LATERAL (SELECT CASE WHEN n <= %(found)s THEN ARRAY['milk'] ELSE
        ARRAY['call'] END) AS either (words)
"""
OWN_MESSAGES = """
    WITH items AS (
        INSERT INTO thread_items (id, thread_id, user_id, type, body, created_at)
        SELECT 'msg_' || md5(%(user)s || n), %(thread)s::text, %(user)s, 'user_message', jsonb_build_object('type',
            'user_message', 'id', 'msg_' || md5(%(user)s || n), 'thread_id', %(thread)s::text, 'created_at', now(),
            'content', jsonb_build_array(jsonb_build_object('type', 'input_text', 'text', 'Buy milk')), 'attachments',
            '[]'::jsonb, 'inference_options', '{}'::jsonb), now()
        FROM generate_series(1, %(count)s) AS n RETURNING id
    )
    INSERT INTO message_words (item_id, user_id, search)
    SELECT id, %(user)s, array_to_tsvector(ARRAY['buy', 'milk']) FROM items
"""

COPIED_TURNS = """
    INSERT INTO turns (id, user_id, thread_id, status, first_change_id, started_at, ended_at)
    SELECT %(turn)s || '-' || n, user_id, thread_id, status, first_change_id, started_at, ended_at
    FROM turns, generate_series(1, %(count)s) AS n WHERE id = %(turn)s
"""
COPIED_ITEMS = """
    INSERT INTO thread_items (id, thread_id, user_id, turn_id, type, body, created_at)
    SELECT id || '-' || n, thread_id, user_id, %(turn)s || '-' || n, type, body, created_at
    FROM thread_items, generate_series(1, %(count)s) AS n WHERE turn_id = %(turn)s OR id = %(turn)s ORDER BY n, seq
"""


def fill_with_others(database: str, first: int, end: int) -> None:
    """Insert the tasks and messages `first` to `end` - 1 of other users, and analyze."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0; SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off; SET maintenance_work_mem = '256MB'")
        indexes = connection.execute(INDEXES, [TABLES]).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}".encode())
        for statement in (USERS, TASKS, THREADS, MESSAGES, WORDS):
            connection.execute(statement.encode(), {"first": first, "end": end, "each": ROWS_EACH})
        for _, definition in indexes:
            connection.execute(definition.encode())
    analyze(database)


def analyze(database: str) -> None:
    """Do at once what autovacuum does within a minute of so many new rows."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET statement_timeout = 0")
        connection.execute("VACUUM ANALYZE")


def add_own_tasks(database: str, user_id: str, count: int) -> None:
    """Insert `count` open tasks, of which FOUND have WORD."""
    with psycopg.connect(database) as connection:
        connection.execute(OWN_TASKS, {"user": user_id, "count": count, "found": FOUND})
        connection.execute("UPDATE users SET last_task_number = %s WHERE id = %s", [count, user_id])


def add_own_messages(database: str, user_id: str, thread_id: str) -> None:
    """Insert FOUND messages with WORD into the user's thread."""
    with psycopg.connect(database) as connection:
        connection.execute(OWN_MESSAGES, {"user": user_id, "thread": thread_id, "count": FOUND})


def add_copied_turns(database: str, thread_id: str, count: int) -> None:
    """Insert copies of the thread's newest turn and its items."""
    newest = "SELECT id FROM turns WHERE thread_id = %s ORDER BY first_change_id DESC LIMIT 1"
    with psycopg.connect(database) as connection:
        [(turn,)] = connection.execute(newest, [thread_id]).fetchall()
        connection.execute(COPIED_TURNS, {"turn": turn, "count": count})
        connection.execute(COPIED_ITEMS, {"turn": turn, "count": count})
