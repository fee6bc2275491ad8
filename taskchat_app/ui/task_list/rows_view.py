"""Renders the list's rows, which the page's script builds of patches, its skeleton and empty states."""

from collections.abc import Sequence
from dataclasses import dataclass

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import no_args_event_spec, passthrough_event_spec

from taskchat_app.ui.core.components import PAGE, PageComponent, SortableRows, hook_value
from taskchat_app.ui.i18n import words
from taskchat_app.ui.task_list.row import deleted_row, task_row
from taskchat_app.ui.task_list_state.bulk_state import BulkState
from taskchat_app.ui.task_list_state.list_patches import ListPatch
from taskchat_app.ui.task_list_state.rows import TaskRow
from taskchat_app.ui.task_list_state.state import TasksState


@dataclass(frozen=True)
class ListEntry:
    """A row of the list; `heading` is set in the first row of a group."""

    number: int
    row: TaskRow
    heading: str


class LostPatches(PageComponent):
    """Reports a patch that the browser has missed."""

    library = f"{PAGE}task_list/task_rows.js"
    patches: rx.Var[list[ListPatch]] = field(doc="The newest patches")
    on_lost: rx.EventHandler[no_args_event_spec] = field(doc="A patch was missed; the whole list is needed")


class LoadMore(PageComponent):
    library = f"{PAGE}task_list/load_more.js"
    list: rx.Var[str] = field(doc="Identifies the list")
    length: rx.Var[int] = field(doc="The number of rows")
    on_near: rx.EventHandler[passthrough_event_spec(int)] = field(doc="More is needed; receives the last patch's id")


class PrintedPart(PageComponent):
    library = f"{PAGE}task_list/load_more.js"
    length: rx.Var[int] = field(doc="The number of rows")
    found: rx.Var[int] = field(doc="The number of tasks of the whole list")


def task_list() -> rx.Component:
    return rx.cond(
        TasksState.ready,
        rx.fragment(
            LostPatches.create(patches=TasksState.patches, on_lost=TasksState.resend),
            _rows(),
            rx.cond(TasksState.length == 0, _empty()),
            rx.cond(
                TasksState.has_more,
                rx.fragment(
                    LoadMore.create(
                        words.MORE,
                        list=TasksState.address,
                        length=TasksState.length,
                        class_name="button quiet more",
                        on_near=TasksState.load_more,
                    ),
                    PrintedPart.create(length=TasksState.length, found=TasksState.found, class_name="printed-part"),
                ),
            ),
        ),
        list_skeleton(),
    )


def _rows() -> rx.Component:
    # What the browser has built from all patches so far.
    rows = hook_value("task_list/task_rows.js", "useTaskRows", Sequence[ListEntry], TasksState.patches)
    return SortableRows.create(
        rx.cond(
            TasksState.filters.view == "deleted",
            rx.foreach(rows, lambda entry: rx.fragment(deleted_row(row=entry.row), key=entry.number)),
            rx.foreach(
                rows, lambda entry: rx.fragment(task_row(row=entry.row, heading=entry.heading), key=entry.number)
            ),
        ),
        by_hand=(TasksState.sort == "manual") & (TasksState.filters.view != "deleted"),
        on_move=BulkState.move,
        class_name="task-list",
        custom_attrs={"role": "list", "aria-label": words.TASKS},
    )


def _empty() -> rx.Component:
    by_view = rx.Var.create(words.EMPTY_VIEWS)[TasksState.filters.view]
    filters = TasksState.filter_chips
    only_words = (filters.length() == 1) & (TasksState.filters.q != "")
    by_filter = rx.cond(only_words, words.EMPTY_SEARCH, words.EMPTY_FILTERED)
    return rx.el.p(rx.cond(filters.length() > 0, by_filter, by_view), class_name="tasks-empty")


def list_skeleton() -> rx.Component:
    """Return placeholder rows of the true size, shown until the first rows are loaded."""
    rows = (
        rx.el.div(
            rx.el.div(class_name="skeleton skeleton-tick"),
            rx.el.div(class_name="skeleton skeleton-title", style={"width": width}),
            class_name="task tickless",
        )
        for width in ("60%", "45%", "70%", "52%", "64%", "38%")
    )
    items = (rx.el.div(row, class_name="task-item") for row in rows)
    return rx.el.div(*items, class_name="task-list", aria_hidden="true")
