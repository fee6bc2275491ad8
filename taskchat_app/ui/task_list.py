# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownLambdaType=false
# Reflex types its components with Var[Unknown].
"""The rows of the task list, of those that are there and of deleted ones."""

import reflex as rx

from taskchat_app.ui import words
from taskchat_app.ui.browser import EditLine, Tick
from taskchat_app.ui.detail_state import DetailState
from taskchat_app.ui.task_rows import TaskRow
from taskchat_app.ui.tasks_state import TasksState


def task_rows() -> rx.Component:
    return rx.cond(
        TasksState.ready,
        rx.fragment(
            rx.el.ul(
                rx.foreach(
                    TasksState.rows,
                    lambda row: rx.cond(TasksState.view == "deleted", _deleted_row(row), _row(row)),
                ),
                class_name="task-list",
                role="list",
                aria_label=words.TASKS,
            ),
            rx.cond(TasksState.rows.length() == 0, _nothing_here()),
            rx.cond(
                TasksState.has_more,
                rx.el.button(words.MORE, type="button", class_name="button quiet more", on_click=TasksState.load_more),
            ),
        ),
        rx.el.div(*(_row_skeleton(width) for width in ("60%", "45%", "70%", "52%")), aria_hidden="true"),
    )


def _nothing_here() -> rx.Component:
    empty = rx.match(
        TasksState.view,
        ("done", rx.el.span(words.EMPTY_DONE)),
        ("deleted", rx.el.span(words.EMPTY_DELETED)),
        rx.el.span(words.EMPTY_OPEN),
    )
    return rx.el.p(rx.cond(TasksState.q != "", words.EMPTY_SEARCH, empty), class_name="tasks-empty")


def _row_skeleton(width: str) -> rx.Component:
    return rx.el.div(
        rx.el.div(class_name="skeleton skeleton-tick"),
        rx.el.div(class_name="skeleton skeleton-title", style={"width": width}),
        class_name="task",
    )


def _row(row: TaskRow) -> rx.Component:
    return rx.el.li(
        Tick.create(
            checked=row.done,
            version=row.version,
            class_name="tick",
            custom_attrs={"aria-label": row.tick},
            on_tick=lambda done: TasksState.tick(row.number, done),
        ),
        rx.el.div(
            rx.cond(TasksState.editing == row.number, _title_edit(row), _title(row)),
            _details(row),
            class_name="task-main",
        ),
        rx.el.div(
            rx.el.button(
                rx.icon("panel-right-open", size=15),
                type="button",
                class_name="icon-button small",
                aria_label=words.TASK_DETAILS,
                title=words.TASK_DETAILS,
                on_click=DetailState.open(row.number),
            ),
            rx.el.button(
                rx.icon("trash-2", size=15),
                type="button",
                class_name="icon-button small",
                aria_label=words.DELETE,
                title=words.DELETE,
                on_click=TasksState.delete(row.number),
            ),
            class_name="task-actions",
        ),
        class_name="task",
        custom_attrs={"data-number": row.number, "data-glows": row.glows, "data-done": row.done},
        key=row.number,
    )


def _deleted_row(row: TaskRow) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.button(
                row.title,
                type="button",
                class_name="task-title deleted",
                title=words.TASK_DETAILS,
                on_click=DetailState.open(row.number),
            ),
            _details(row),
            class_name="task-main",
        ),
        rx.el.button(
            words.RESTORE, type="button", class_name="button outline", on_click=TasksState.restore(row.number)
        ),
        class_name="task",
        custom_attrs={"data-number": row.number},
        key=row.number,
    )


def _title(row: TaskRow) -> rx.Component:
    return rx.el.button(
        row.title,
        type="button",
        class_name="task-title",
        title=words.EDIT,
        on_click=TasksState.edit(row.number),
    )


def _title_edit(row: TaskRow) -> rx.Component:
    return EditLine.create(
        value=row.title,
        class_name="task-edit",
        custom_attrs={"aria-label": words.TITLE},
        on_done=lambda title: TasksState.rename(row.number, title),
    )


def _details(row: TaskRow) -> rx.Component:
    return rx.el.div(
        rx.el.span("#", row.number, class_name="task-number"),
        rx.cond(
            row.due != "",
            rx.el.span(
                rx.icon("calendar", size=12),
                row.due,
                rx.cond(row.overdue, rx.el.span(" ", words.OVERDUE, class_name="overdue-word")),
                class_name="task-due",
                title=row.due_exactly,
                custom_attrs={"data-overdue": row.overdue},
            ),
        ),
        rx.cond(row.repeats != "", rx.el.span(rx.icon("repeat", size=12), row.repeats, class_name="task-repeats")),
        rx.cond(
            row.priority_word != "",
            rx.el.span(
                rx.el.span(class_name="priority-mark", custom_attrs={"data-priority": row.priority}),
                row.priority_word,
                class_name="task-priority",
            ),
        ),
        rx.foreach(row.tags, lambda tag: rx.el.span("#", tag, class_name="task-tag", key=tag)),
        class_name="task-details",
    )
