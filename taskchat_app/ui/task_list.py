# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownLambdaType=false
# Reflex types its components with Var[Unknown].
"""The pane of tasks: the add line, the views, and the rows."""

import reflex as rx

from taskchat_app.ui import words
from taskchat_app.ui.browser import EditLine, Tick
from taskchat_app.ui.quick_add import Chip
from taskchat_app.ui.task_rows import TaskRow
from taskchat_app.ui.tasks_state import TasksState


def task_pane() -> rx.Component:
    return rx.el.section(
        _head(),
        _add_line(),
        rx.cond(
            TasksState.error != "",
            rx.el.p(TasksState.error, class_name="task-error", role="alert", on_click=TasksState.dismiss_error),
        ),
        rx.el.div(_rows(), class_name="tasks-scroll"),
        class_name="tasks",
        aria_label=words.TASKS,
    )


def _head() -> rx.Component:
    return rx.el.header(
        rx.el.h2(words.TASKS, class_name="tasks-title"),
        rx.el.div(
            _view("open", TasksState.open_count),
            _view("done", TasksState.done_count),
            class_name="views",
        ),
        class_name="tasks-head",
    )


def _view(name: str, count: rx.Var[int]) -> rx.Component:
    return rx.el.button(
        words.VIEW_NAMES[name],
        rx.cond(TasksState.ready, rx.el.span(count, class_name="count")),
        type="button",
        class_name="view",
        on_click=TasksState.choose_view(name),
        disabled=~TasksState.ready,
        custom_attrs={"aria-pressed": rx.cond(TasksState.view == name, "true", "false")},
    )


def _add_line() -> rx.Component:
    return rx.el.form(
        rx.el.div(
            rx.icon("plus", size=16, class_name="add-icon"),
            rx.el.input(
                id="add-task",
                name="task",
                class_name="add-input",
                placeholder=words.ADD_PLACEHOLDER,
                aria_label=words.ADD_TASK,
                auto_complete="off",
                # What is typed or clicked before the page is awake would be lost.
                read_only=~TasksState.ready,
                # Not debounced: a late event would bring back the chips of a sentence that was just added.
                on_change=TasksState.understand,
            ),
            class_name="add-field",
        ),
        rx.cond(
            TasksState.chips.length() > 0,
            rx.el.div(rx.foreach(TasksState.chips, _chip), class_name="chips"),
        ),
        on_submit=TasksState.add,
        reset_on_submit=True,
        class_name="add-line",
    )


def _chip(chip: Chip) -> rx.Component:
    return rx.el.span(
        rx.match(
            chip.kind,
            ("due", rx.icon("calendar", size=12)),
            ("repeat", rx.icon("repeat", size=12)),
            ("tag", rx.el.span("#")),
            rx.el.span(class_name="priority-mark", custom_attrs={"data-priority": chip.kind}),
        ),
        chip.text,
        class_name="chip",
        key=chip.kind + chip.text,
    )


def _rows() -> rx.Component:
    return rx.cond(
        TasksState.ready,
        rx.fragment(
            rx.el.ul(rx.foreach(TasksState.rows, _row), class_name="task-list", role="list", aria_label=words.TASKS),
            rx.cond(
                TasksState.rows.length() == 0,
                rx.el.p(
                    rx.cond(TasksState.view == "done", words.EMPTY_DONE, words.EMPTY_OPEN), class_name="tasks-empty"
                ),
            ),
            rx.cond(
                TasksState.has_more,
                rx.el.button(words.MORE, type="button", class_name="button quiet more", on_click=TasksState.load_more),
            ),
        ),
        rx.el.div(*(_row_skeleton(width) for width in ("60%", "45%", "70%", "52%")), aria_hidden="true"),
    )


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
        rx.el.button(
            rx.icon("trash-2", size=15),
            type="button",
            class_name="icon-button small task-delete",
            aria_label=words.DELETE,
            title=words.DELETE,
            on_click=TasksState.delete(row.number),
        ),
        class_name="task",
        custom_attrs={"data-number": row.number, "data-glows": row.glows, "data-done": row.done},
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
