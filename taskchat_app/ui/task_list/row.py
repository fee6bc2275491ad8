"""Renders one row of the task list.

A row is rendered again only if its arguments change, and reads no state: with a state var here, each change of that
state would render thousands of rows again.
"""

from typing import Any, cast

import reflex as rx

from taskchat_app.ui.core.components import DragHandle, RowItem
from taskchat_app.ui.core.editing import date_edit
from taskchat_app.ui.core.elements import button, icon_button
from taskchat_app.ui.i18n import words
from taskchat_app.ui.task_detail.state import DetailState
from taskchat_app.ui.task_detail.steps_section import tick
from taskchat_app.ui.task_list.components import EditInPlace
from taskchat_app.ui.task_list.selection_bar import SelectMark
from taskchat_app.ui.task_list_state.filters_state import FiltersState
from taskchat_app.ui.task_list_state.row_state import RowState
from taskchat_app.ui.task_list_state.rows import OtherDate, StepsButton, TaskRow
from taskchat_app.ui.task_list_state.state import TasksState


@rx.memo
def task_row(row: rx.Var[TaskRow], heading: rx.Var[str]) -> rx.Component:
    """Return the row of a task that is not deleted, with the heading of its group if it is the first."""
    task = cast(TaskRow, row)
    return RowItem.create(
        rx.cond(heading != "", rx.el.h3(heading, class_name="task-group")),
        rx.el.div(
            tick(task),
            rx.el.div(_title(task), _details(task), class_name="task-main"),
            _actions(task),
            SelectMark.create(
                rx.icon("check", size=12),
                number=task.number,
                label=words.SELECT_TASK,
                class_name="select-mark",
                custom_attrs={"data-act": "select"},
            ),
            DragHandle.create(rx.icon("grip-vertical", size=15), number=task.number, class_name="drag-handle"),
            class_name="task",
            custom_attrs={
                "data-number": task.number,
                "data-glows": task.glows,
                "data-done": task.done,
                "data-step": _is_step(task),
            },
        ),
        number=task.number,
        step=_is_step(task),
        class_name="task-item",
    )


@rx.memo
def deleted_row(row: rx.Var[TaskRow]) -> rx.Component:
    task = cast(TaskRow, row)
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                button(
                    task.title,
                    "task-title deleted",
                    DetailState.open(task.number),
                    dir="auto",
                    title=words.TASK_DETAILS,
                ),
                rx.el.div(_number(task), rx.cond(task.parent_title != "", _parent(task)), class_name="task-details"),
                class_name="task-main",
            ),
            button(words.RESTORE, "button outline", RowState.restore(task.number)),
            class_name="task tickless",
            custom_attrs={"data-number": task.number},
        ),
        class_name="task-item",
    )


def _is_step(row: TaskRow) -> rx.Var[bool]:
    return rx.Var.create((row.parent > 0) & (row.parent_title == ""))


def _title(row: TaskRow) -> rx.Component:
    return EditInPlace.create(
        value=row.title,
        label=words.TITLE,
        class_name="task-title",
        field_class="task-edit",
        custom_attrs={"title": words.EDIT, "data-act": "edit", "dir": "auto"},
        on_tap=DetailState.open(row.number),
        editor=f"title {row.number}",
        on_save=lambda title: RowState.rename(row.number, title),
    )


def _details(row: TaskRow) -> rx.Component:
    return rx.el.div(
        _number(row),
        rx.cond(row.parent_title != "", _parent(row)),
        rx.cond(row.steps, _steps(row, cast(StepsButton, row.steps))),
        # Without a date, or if the heading is the whole date, nothing is shown here; _actions has the editor then.
        rx.cond(row.due_rest != "", _due(row), rx.el.span(row.due, class_name="sr-only")),
        rx.cond(row.other, _other_date(row, cast(OtherDate, row.other))),
        rx.cond(row.begins != "", rx.el.span(rx.icon("hourglass", size=12), row.begins)),
        rx.cond(row.repeats != "", rx.el.span(rx.icon("repeat", size=12), row.repeats)),
        rx.cond(row.priority_word != "", _priority(row)),
        rx.foreach(row.tags, _tag),
        rx.cond(
            row.more_tags > 0,
            button(("+", row.more_tags), "task-tag", DetailState.open(row.number), title=words.TASK_DETAILS),
        ),
        class_name="task-details",
    )


def _number(row: TaskRow) -> rx.Component:
    return rx.el.span("#", row.number, class_name="task-number")


def _parent(row: TaskRow) -> rx.Component:
    """Return the button that opens the task of a step; steps right below their task have none."""
    return rx.el.button(
        rx.icon("corner-left-up", size=12),
        rx.el.span(words.FIELDS["parent_number"], " ", class_name="sr-only"),
        row.parent_title,
        type="button",
        dir="auto",
        on_click=DetailState.open(row.parent),
    )


def _steps(row: TaskRow, steps: StepsButton) -> rx.Component:
    return button(
        (rx.icon("chevron-right", size=12), steps.text),
        "task-steps",
        TasksState.fold(row.number),
        title=steps.label,
        aria_label=steps.label,
        custom_attrs={"aria-expanded": steps.act == "fold", "data-act": steps.act},
    )


def _date_edit(row: TaskRow, *children: rx.Component | str, **props: Any) -> rx.Component:
    return date_edit(
        *children,
        value=row.due_written,
        value_text=row.due_exactly,
        editor=f"due_at {row.number}",
        on_save=lambda phrase: RowState.date(row.number, phrase),
        **props,
    )


def _due(row: TaskRow) -> rx.Component:
    return _date_edit(
        row,
        rx.icon("calendar", size=12),
        # What the heading says is not shown again.
        rx.cond(
            row.due == row.due_rest,
            row.due,
            rx.fragment(rx.el.span(row.due, class_name="sr-only"), rx.el.span(row.due_rest, aria_hidden="true")),
        ),
        rx.cond(row.overdue, rx.el.span(" ", words.OVERDUE, class_name=rx.cond(row.in_overdue, "sr-only", ""))),
        overlay_label=words.CHANGE_DATE,
        class_name="task-due",
        custom_attrs={"title": row.due_exactly, "data-overdue": row.overdue, "data-act": "date"},
    )


def _other_date(row: TaskRow, other: OtherDate) -> rx.Component:
    return button(
        rx.icon("arrow-left-right", size=12),
        "task-other",
        RowState.take_reading(row.number, other.date),
        title=other.label,
        aria_label=other.label,
        custom_attrs={"data-act": "other-reading"},
    )


def _priority(row: TaskRow) -> rx.Component:
    return _priority_choice(
        row,
        rx.el.span(class_name="priority-mark", custom_attrs={"data-priority": row.priority}),
        row.priority_word,
        class_name="task-priority",
        overlay_label=words.SET_PRIORITY,
    )


def _priority_choice(
    row: TaskRow, *children: rx.Component | str, class_name: str, overlay_label: str = ""
) -> rx.Component:
    return EditInPlace.create(
        *children,
        value=row.priority,
        label=words.PRIORITY,
        options=[[name, words.PRIORITIES[name]] for name in ("high", "medium", "low")],
        overlay_label=overlay_label,
        class_name=class_name,
        field_class="detail-edit",
        custom_attrs={"title": words.SET_PRIORITY},
        on_save=lambda priority: RowState.prioritize(row.number, priority),
    )


def _tag(tag: str) -> rx.Component:
    return button(("#", tag), "task-tag", FiltersState.add_tag(tag), dir="auto", title=words.FILTER_BY_TAG, key=tag)


def _actions(row: TaskRow) -> rx.Component:
    """Return the buttons that cover the row's end while it has the pointer or the focus."""
    set_date = rx.cond(row.due == "", words.SET_DATE, words.CHANGE_DATE)
    return rx.el.div(
        rx.cond(
            row.due_rest == "",
            _date_edit(
                row,
                rx.icon("calendar-plus", size=15),
                clear_label=rx.cond(row.due == "", "", words.NO_DUE_DATE),
                class_name="icon-button small",
                custom_attrs={"title": set_date, "aria-label": set_date, "data-act": "date"},
            ),
        ),
        rx.cond(
            row.priority_word == "", _priority_choice(row, rx.icon("flag", size=15), class_name="icon-button small")
        ),
        _action("open", "panel-right-open", words.TASK_DETAILS, DetailState.open(row.number)),
        _action("delete", "trash-2", words.DELETE, RowState.delete(row.number)),
        class_name="task-actions",
    )


def _action(act: str, icon: str, name: str, on_click: rx.event.EventType[()]) -> rx.Component:
    return icon_button(icon, 15, name, "icon-button small", on_click=on_click, custom_attrs={"data-act": act})
