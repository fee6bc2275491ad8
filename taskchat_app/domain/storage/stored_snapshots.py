"""How the change log stores the snapshots of an entry: whole, or as what differs from a snapshot stored before.

`base_id` says how `before` and `after` of a row are stored:

- None: both whole, as all entries of earlier versions;
- the row's own id: `before` whole, `after` as what differs from it;
- the id of an earlier entry of the same task: both as what differs from that entry's state of the task, which is that
  after the change, or before a deletion.

`changes.RECORD` chooses: once the state before a change differs from its base by more than 512 bytes of JSON, or lacks
a field of it, the entry is a new base.

Readers see whole snapshots (`Change.before`, `Change.after`), whatever fields a snapshot has.
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
    """Return the expressions of the whole snapshots `before` and `after` of the table's rows.

    In SQL, {"title": "Milk", "priority": "low"} || {"priority": "high"} is {"title": "Milk", "priority": "high"}, and
    anything || NULL is NULL, as the `after` of a deletion.
    """
    base, stored = changes.alias(), changes.c  # `base`: the other entry of the table that `base_id` names
    # That one is stored in one of the first two ways: no base has a base.
    base_after = case((base.c.base_id == base.c.id, base.c.before.op("||")(base.c.after)), else_=base.c.after)
    base_state = select(func.coalesce(base_after, base.c.before))  # a deletion has no `after`
    base_state = base_state.where(base.c.user_id == stored.user_id, base.c.id == stored.base_id)
    base_state = base_state.correlate(changes).scalar_subquery()
    is_whole, is_own_base = stored.base_id.is_(None), stored.base_id == stored.id
    before = case((is_whole | is_own_base, stored.before), else_=base_state.op("||")(stored.before))
    after = case(
        (is_whole, stored.after),
        (is_own_base, stored.before.op("||")(stored.after)),
        else_=base_state.op("||")(stored.after),
    )
    return type_coerce(before, JSONB(none_as_null=True)), type_coerce(after, JSONB(none_as_null=True))
