"""Renders the list's rows, skeleton and empty states."""

import reflex as rx

from taskchat_app.ui.core.components import SortableRows
from taskchat_app.ui.i18n import words
from taskchat_app.ui.task_list.components import LoadMore, LostPatches, PrintedPart, rows_of
from taskchat_app.ui.task_list.row import deleted_row, task_row
from taskchat_app.ui.task_list_state.bulk_state import BulkState
from taskchat_app.ui.task_list_state.state import TasksState


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
    rows = rows_of(TasksState.patches)
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
