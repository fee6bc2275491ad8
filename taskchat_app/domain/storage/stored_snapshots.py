"""How the change log stores the snapshots of an entry: whole, or as what differs from a snapshot stored before.

Readers see whole snapshots (`Change.before`, `Change.after`).
`base_id` says how `before` and `after` of a row are stored:

- None: both whole, as all entries of earlier versions;
- the row's own id: `before` whole, `after` as what differs from it;
- the id of its base, an earlier entry of the same task: both as what differs from the base's state of the task, that
  after the change, or before a deletion. The base itself is stored in one of the first two ways.

`shortened_snapshots` writes the first two ways, for imports, and `changes.RECORD` all three, in SQL: once the state
before a change differs from its base by more than 512 bytes of JSON, or lacks a field of it, the entry is a new base.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, case, func, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB


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
    base_after = case((base.c.base_id == base.c.id, _changed(base.c.before, base.c.after)), else_=base.c.after)
    base_state = select(func.coalesce(base_after, base.c.before))  # a deletion has no `after`
    base_state = base_state.where(base.c.user_id == stored.user_id, base.c.id == stored.base_id)
    base_state = base_state.correlate(changes).scalar_subquery()
    is_whole, is_own_base = stored.base_id.is_(None), stored.base_id == stored.id
    before = case((is_whole | is_own_base, stored.before), else_=_changed(base_state, stored.before))
    after = case(
        (is_whole, stored.after),
        (is_own_base, _changed(stored.before, stored.after)),
        else_=_changed(base_state, stored.after),
    )
    return type_coerce(before, JSONB(none_as_null=True)), type_coerce(after, JSONB(none_as_null=True))


def _changed(snapshot: ColumnElement[Any], differences: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a snapshot with other values of some fields; NULL if these are NULL, as the `after` of a deletion."""
    return snapshot.op("||")(differences)
