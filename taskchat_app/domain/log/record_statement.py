"""The statement that records changes: updates the user's counters, inserts the entries and notifies, in one round trip.

An entry is stored as what differs from an earlier one, its base (see stored_snapshots.py): if the base of #7 is
{"title": "Milk", "priority": "low"}, an entry that makes its priority high has `before` {} and `after`
{"priority": "high"}. changes.py says what the parameters are.
"""

from sqlalchemy import text


def _differences(snapshot: str, base: str) -> str:
    """Return SQL for the fields of a snapshot that its base lacks or has with other values; NULL without a snapshot."""
    return f"""CASE WHEN {snapshot} IS NOT NULL THEN COALESCE((
        SELECT jsonb_object_agg(key, value) FROM jsonb_each({snapshot}) WHERE {base} -> key IS DISTINCT FROM value
    ), '{{}}') END"""  # noqa: S608 -- no input is in it


def _has_fields_of(base: str, snapshot: str) -> str:
    """Return SQL for whether the snapshot has each field of the base: differences cannot leave one out."""
    return f"{base} - ARRAY(SELECT jsonb_object_keys({snapshot})) = '{{}}'"


RECORD = text(f"""
    WITH entry AS (  -- the given entries
        SELECT * FROM jsonb_to_recordset(CAST(:entries AS jsonb)) AS given (place int, kind text, action text,
            task_number int, cause_number int, before jsonb, after jsonb, item_id text, undoes bigint)
    ), based AS (  -- with the base of the task's newest entry, unless that has a field that the entry lacks
        SELECT entry.*, found.base_id, found.base_state
        FROM entry LEFT JOIN LATERAL (
            SELECT base.id AS base_id, CASE
                WHEN base.base_id = base.id THEN COALESCE(base.before || base.after, base.before)
                ELSE COALESCE(base.after, base.before)
            END AS base_state  -- the task as the base has it: see stored_snapshots.whole_snapshots
            FROM changes AS base
            WHERE entry.before IS NOT NULL AND base.user_id = :user_id AND base.id = (
                SELECT COALESCE(newest.base_id, newest.id) FROM changes AS newest
                WHERE newest.user_id = :user_id AND newest.task_number = entry.task_number
                    AND newest.kind = entry.kind AND COALESCE(newest.before, newest.after) IS NOT NULL
                ORDER BY newest.id DESC LIMIT 1
            )
            LIMIT 1  -- has Postgres find the base by its id: without statistics it read all changes
        ) AS found ON {_has_fields_of("base_state", "before")}
            AND (after IS NULL OR {_has_fields_of("base_state", "after")})
    ), chosen AS (  -- stored as a difference from that base, else with its `after` as one from its `before`, else whole
        SELECT *, CASE
            WHEN base_id IS NOT NULL AND octet_length(({_differences("before", "base_state")})::text) <= 512 THEN 'base'
            WHEN after IS NOT NULL AND {_has_fields_of("before", "after")} THEN 'before'
        END AS stored_from
        FROM based
    ), shortened AS MATERIALIZED (  -- with the snapshots to store
        SELECT place, kind, action, task_number, cause_number, item_id, undoes, base_id, stored_from,
            CASE stored_from WHEN 'base' THEN {_differences("before", "base_state")} ELSE before END AS before,
            CASE stored_from
                WHEN 'base' THEN {_differences("after", "base_state")}
                WHEN 'before' THEN {_differences("after", "before")}
                ELSE after
            END AS after
        FROM chosen
    ), counter AS (  -- no row if the account is gone, or the token was revoked while the request waited for the lock
        UPDATE users SET last_change_id = last_change_id + :count, stored_bytes = stored_bytes + :entry_bytes
            + COALESCE((  -- the bytes of the entries, and of new tasks as much again
                SELECT sum((COALESCE(pg_column_size(before), 0) + COALESCE(pg_column_size(after), 0))
                    * CASE WHEN action IN ('created', 'imported') THEN 2 ELSE 1 END)
                FROM shortened
            ), 0)
        WHERE id = :user_id AND (CAST(:token_id AS text) IS NULL OR EXISTS (
            SELECT FROM access_tokens WHERE user_id = :user_id AND id = :token_id AND revoked_at IS NULL
        ))
        RETURNING last_change_id, stored_bytes
    ), written AS (
        INSERT INTO changes (user_id, id, at, actor, kind, action, task_number, cause_number, before, after, base_id,
            thread_id, item_id, turn_id, undoes, token_id, token_name)
        SELECT :user_id, last_change_id - :count + place, :at, :actor, kind, action, task_number, cause_number, before,
            after, CASE stored_from WHEN 'base' THEN base_id WHEN 'before' THEN last_change_id - :count + place END,
            :thread_id, item_id, :turn_id, undoes, :token_id, :token_name
        FROM counter, shortened
    )
    SELECT last_change_id, stored_bytes,
        pg_notify(:channel, json_build_object('subject', CAST(:user_id AS text), 'id', last_change_id)::text)
    FROM counter
""")  # noqa: S608 -- no input is in it
