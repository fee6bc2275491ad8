"""React components of lists that are ordered by hand, typed for Python."""

from collections.abc import Sequence

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import passthrough_event_spec

from taskchat_app.ui.core.components import PAGE, PageComponent

LIBRARY = f"{PAGE}task_list/manual_order.js"
DND = ["@dnd-kit/core@6.3.1", "@dnd-kit/sortable@10.0.0"]


class SortableRows(PageComponent):
    """The list of rows, which can be dragged and moved by keys in manual order; steps below their tasks always can."""

    library = LIBRARY
    lib_dependencies: list[str] = DND
    by_hand: rx.Var[bool] = field(doc="Whether the list is in manual order")
    on_move: rx.EventHandler[passthrough_event_spec(int, int, int, bool)] = field(
        doc="The row was moved: its number, those of the rows above and below, 0 for none, and whether it is a step"
    )


class SortableSteps(PageComponent):
    """The steps of the open task, which can be dragged and moved by keys."""

    library = LIBRARY
    lib_dependencies: list[str] = DND
    numbers: rx.Var[Sequence[int]] = field(doc="The numbers of the steps, in order")
    on_move: rx.EventHandler[passthrough_event_spec(int, int, int, bool)] = field(doc="As that of SortableRows")


class RowItem(PageComponent):
    """A row of SortableRows or SortableSteps."""

    library = LIBRARY
    number: rx.Var[int] = field(doc="The task's number")
    step: rx.Var[bool] = field(doc="Whether it is a step below its task")


class DragHandle(PageComponent):
    """The handle that drags a row."""

    library = LIBRARY
    number: rx.Var[int] = field(doc="The task's number")
