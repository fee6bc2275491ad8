# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# Reflex types its components with Var[Unknown].
"""The pane of tasks: the views, the add line, and what is chosen: the list, the activity, or one task."""

import reflex as rx

from taskchat_app.ui import words
from taskchat_app.ui.activity import activity
from taskchat_app.ui.detail_state import DetailState
from taskchat_app.ui.quick_add import Chip
from taskchat_app.ui.task_detail import task_detail
from taskchat_app.ui.task_list import task_rows
from taskchat_app.ui.tasks_state import ACTIVITY, TasksState


def task_pane() -> rx.Component:
    return rx.el.section(
        _head(),
        rx.cond(
            TasksState.error != "",
            rx.el.p(TasksState.error, class_name="task-error", role="alert", on_click=TasksState.dismiss_error),
        ),
        rx.cond(
            DetailState.is_open,
            task_detail(),
            rx.fragment(
                rx.cond(TasksState.view != ACTIVITY, rx.fragment(_add_line(), _search())),
                rx.el.div(rx.cond(TasksState.view == ACTIVITY, activity(), task_rows()), class_name="tasks-scroll"),
            ),
        ),
        class_name="tasks",
        aria_label=words.TASKS,
    )


def _head() -> rx.Component:
    return rx.el.header(
        rx.el.h2(words.TASKS, class_name="sr-only"),
        rx.el.div(
            _view("open", rx.el.span(TasksState.open_count, class_name="count")),
            _view("done", rx.el.span(TasksState.done_count, class_name="count")),
            _view("deleted"),
            _view(ACTIVITY),
            class_name="views",
        ),
        class_name="tasks-head",
    )


def _view(name: str, count: rx.Component | None = None) -> rx.Component:
    return rx.el.button(
        words.VIEW_NAMES[name],
        rx.cond(TasksState.ready, count) if count else rx.fragment(),
        type="button",
        class_name="view",
        on_click=[DetailState.close, TasksState.choose_view(name)],
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


def _search() -> rx.Component:
    return rx.el.div(
        rx.icon("search", size=14, class_name="add-icon"),
        rx.el.input(
            id="search-tasks",
            type="search",
            class_name="add-input",
            placeholder=words.SEARCH,
            aria_label=words.SEARCH,
            auto_complete="off",
            read_only=~TasksState.ready,
            # Only the last of a quick row of keys matters here.
            on_change=TasksState.search.debounce(200),
        ),
        class_name="search-line",
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
