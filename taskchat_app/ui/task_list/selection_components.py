"""React components for selecting and sorting rows, typed for Python."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import passthrough_event_spec
from reflex_base.utils.imports import ImportVar
from reflex_base.vars.base import Var, VarData
from reflex_base.vars.sequence import ArrayVar

from taskchat_app.ui.core.components import PAGE
from taskchat_app.ui.tasks.patches import ListPatch

DND = ["@dnd-kit/core@6.3.1", "@dnd-kit/sortable@10.0.0"]


def selected_numbers() -> ArrayVar[list[int]]:
    """The numbers of the selected tasks, from the top of the list; only the browser knows them."""
    use = VarData(
        imports={f"{PAGE}task_list/selection.js": [ImportVar("useSelectedNumbers")]},
        hooks={"const selectedNumbers = useSelectedNumbers()": None},
    )
    return Var(_js_expr="selectedNumbers", _var_data=use).to(list[int])


class RowSelection(rx.Component):
    """Takes clicks with Ctrl or Shift, long presses and keys on the rows of the list."""

    library = f"{PAGE}task_list/selection.js"
    tag = "RowSelection"
    patches: rx.Var[list[ListPatch]] = field(doc="The newest patches of the list: rows that vanish are let go")


class SelectMark(rx.Component):
    """The mark that selects a row."""

    library = f"{PAGE}task_list/selection.js"
    tag = "SelectMark"
    number: rx.Var[int] = field(doc="The task's number")
    label: rx.Var[str] = field(doc="The mark's name, with {number} in it")


class SelectButton(rx.Component):
    """A button after which each tap on a row selects it."""

    library = f"{PAGE}task_list/selection.js"
    tag = "SelectButton"


class ClearSelected(rx.Component):
    """A button that selects nothing any more."""

    library = f"{PAGE}task_list/selection.js"
    tag = "ClearSelected"


class SortableRows(rx.Component):
    """The list of rows, which can be dragged and moved by keys while they are in the order by hand."""

    library = f"{PAGE}task_list/manual_order.js"
    tag = "SortableRows"
    lib_dependencies: list[str] = DND
    by_hand: rx.Var[bool] = field(doc="Whether they are")
    handle: rx.Var[str] = field(doc="The name of what a row is dragged by, with {number} in it")
    help: rx.Var[str] = field(doc="How a row is moved by keys")
    moved: rx.Var[str] = field(doc="Where a row stands now, with {position} in it")
    on_move: rx.EventHandler[passthrough_event_spec(int, int, int)] = field(
        doc="The row was put between two others, 0 where there is none"
    )


class RowItem(rx.Component):
    """One row of SortableRows."""

    library = f"{PAGE}task_list/manual_order.js"
    tag = "RowItem"
    number: rx.Var[int] = field(doc="The task's number")


class DragHandle(rx.Component):
    """What a row is dragged by in the order by hand."""

    library = f"{PAGE}task_list/manual_order.js"
    tag = "DragHandle"
    number: rx.Var[int] = field(doc="The task's number")
