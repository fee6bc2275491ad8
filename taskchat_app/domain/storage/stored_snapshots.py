"""How the change log stores the snapshots of an entry: whole, or as what differs from a snapshot stored before.

Readers see whole snapshots (`Change.before`, `Change.after`). `base_id` says how those of a row are stored. An example,
with the snapshots open = {"title": "Milk", "done": false} and done = {"title": "Milk", "done": true}:

| entry | `base_id` | stored `before` -> read | stored `after` -> read |
| --- | --- | --- | --- |
| 4: created | None: both whole | null -> null | open -> open |
| 5: done | 5, itself: `after` as differences from `before` | open -> open | {"done": true} -> done |
| 6: open again | 5: both as differences from its state, done | {} -> done | {"done": false} -> open |
| 7: deleted | 5: the same | {"done": false} -> open | null -> null |

A base is an earlier entry of the same task that is stored as 4 or 5 are; its state is the task after its change, or
before a deletion. `shortened_snapshots` stores in these two ways, for imports. RECORD in log/changes.py stores in all
three, in SQL: an entry is a new base if its `before` differs from the last base by more than 512 bytes of JSON, or if a
snapshot lacks a field of it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, case, func, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB


def shortened_snapshots(
    change_id: int, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the columns of an entry, of which `after` is stored as what differs from `before` where it can be."""
    if before is None or after is None or before.keys() - after.keys():  # differences cannot leave a field out
        return {"before": before, "after": after, "base_id": None}
    differences = {name: value for name, value in after.items() if name not in before or before[name] != value}
    return {"before": before, "after": differences, "base_id": change_id}


def whole_snapshots(changes: Table) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Return the expressions of the whole snapshots `before` and `after` of the table's rows."""
    stored, base_state = changes.c, _base_state(changes)
    is_whole, is_own_base = stored.base_id.is_(None), stored.base_id == stored.id
    before = case((is_whole | is_own_base, stored.before), else_=_changed(base_state, stored.before))
    after = case(
        (is_whole, stored.after),
        (is_own_base, _changed(stored.before, stored.after)),
        else_=_changed(base_state, stored.after),
    )
    return type_coerce(before, JSONB(none_as_null=True)), type_coerce(after, JSONB(none_as_null=True))


def _base_state(changes: Table) -> ColumnElement[Any]:
    """Return the subquery of the task's state that the base of a row stands for."""
    base = changes.alias()
    after = case((base.c.base_id == base.c.id, _changed(base.c.before, base.c.after)), else_=base.c.after)
    state = select(func.coalesce(after, base.c.before))  # a deletion has no `after`
    of_base = (base.c.user_id == changes.c.user_id, base.c.id == changes.c.base_id)
    return state.where(*of_base).correlate(changes).scalar_subquery()


def _changed(snapshot: ColumnElement[Any], differences: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a snapshot with other values of some fields; NULL if these are NULL, as the `after` of a deletion."""
    return snapshot.op("||")(differences)
