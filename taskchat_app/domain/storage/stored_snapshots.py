"""How the change log stores the snapshots of an entry: whole, or as what differs from a snapshot stored before.

`base_id` says how `before` and `after` of a row are stored:

- None: both whole, as all entries of earlier versions;
- the row's own id: `before` whole, `after` as what differs from it;
- the id of an earlier entry of the same task: both as what differs from that entry's state of the task.

Readers see whole snapshots (`Change.before`, `Change.after`), whatever fields a snapshot has.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, case, func, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB

DIFFERENCE_MAX = 512
"""Bytes of JSON by which the state before a change may differ from its base; beyond it, the entry is a new base."""
_STATE = """
    CASE WHEN base_id = id THEN COALESCE(before || after, before) ELSE COALESCE(after, before) END"""
"""The task's state in an entry that is a base: after the change, or before its deletion."""


def _difference(snapshot: str, base: str) -> str:
    """Return the SQL of the snapshot's values that the base has not, as JSON; NULL for NULL."""
    return f"""CASE WHEN {snapshot} IS NOT NULL THEN COALESCE((
        SELECT jsonb_object_agg(key, value) FROM jsonb_each({snapshot}) WHERE {base} -> key IS DISTINCT FROM value
    ), '{{}}') END"""  # noqa: S608 -- names of columns


def _has_fields(snapshot: str, base: str) -> str:
    """Return the SQL condition that the snapshot has every field of the base: else the base would add some to it."""
    return f"({snapshot} IS NULL OR {base} - ARRAY(SELECT jsonb_object_keys({snapshot})) = '{{}}')"


def shortening(whole: str) -> str:
    """Return the CTEs that end with `shortened`: the entries of the CTE `whole`, with `before` and `after` as stored.

    Its `base_id` is an earlier entry's, or NULL; `is_own_base` says that it is to be the entry's own. `bytes` are those
    of both. A statement with them takes `:user_id`.
    """
    return f"""
        based AS (
            SELECT {whole}.*, found.base_id, found.state, {_difference("before", "found.state")} AS difference
            FROM {whole} LEFT JOIN LATERAL (
                SELECT base.id AS base_id, {_STATE} AS state FROM changes AS base
                WHERE {whole}.before IS NOT NULL AND base.user_id = :user_id AND base.id = (
                    SELECT COALESCE(newest.base_id, newest.id) FROM changes AS newest
                    WHERE newest.user_id = :user_id AND newest.task_number = {whole}.task_number
                        AND newest.kind = {whole}.kind AND COALESCE(newest.before, newest.after) IS NOT NULL
                    ORDER BY newest.id DESC LIMIT 1
                )
            ) AS found ON {_has_fields("before", "found.state")} AND {_has_fields("after", "found.state")}
        ), chosen AS (
            SELECT *, base_id IS NOT NULL AND octet_length(difference::text) <= {DIFFERENCE_MAX} AS is_based,
                before IS NOT NULL AND after IS NOT NULL AND {_has_fields("after", "before")} AS is_relative
            FROM based
        ), differing AS (
            SELECT place, kind, action, task_number, item_id, undoes,
                CASE WHEN is_based THEN base_id END AS base_id,
                NOT is_based AND is_relative AS is_own_base,
                CASE WHEN is_based THEN difference ELSE before END AS before,
                CASE WHEN is_based THEN {_difference("after", "state")}
                    WHEN is_relative THEN {_difference("after", "before")} ELSE after END AS after
            FROM chosen
        ), shortened AS MATERIALIZED (
            SELECT *, COALESCE(pg_column_size(before), 0) + COALESCE(pg_column_size(after), 0) AS bytes FROM differing
        )"""  # noqa: S608 -- constants


def shortened_snapshots(
    change_id: int, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the columns of an entry, of which `after` is stored as what differs from `before` where it can be."""
    if before is None or after is None or before.keys() - after.keys():
        return {"before": before, "after": after, "base_id": None}
    differences = {name: value for name, value in after.items() if name not in before or before[name] != value}
    return {"before": before, "after": differences, "base_id": change_id}


def whole_snapshots(changes: Table) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Return the expressions of the whole snapshots `before` and `after` of the table's rows."""
    base, stored = changes.alias(), changes.c
    after_base = func.coalesce(base.c.before.op("||")(base.c.after), base.c.before)
    state = case((base.c.base_id == base.c.id, after_base), else_=func.coalesce(base.c.after, base.c.before))
    found = select(state).where(base.c.user_id == stored.user_id, base.c.id == stored.base_id)
    found = found.correlate(changes).scalar_subquery()
    is_whole = stored.base_id.is_(None)
    before = case((is_whole | (stored.base_id == stored.id), stored.before), else_=found.op("||")(stored.before))
    after = case(
        (is_whole, stored.after),
        (stored.base_id == stored.id, stored.before.op("||")(stored.after)),
        else_=found.op("||")(stored.after),
    )
    return type_coerce(before, JSONB(none_as_null=True)), type_coerce(after, JSONB(none_as_null=True))
