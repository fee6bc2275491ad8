# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownLambdaType=false
# Reflex types its components with Var[Unknown].
"""One task in full, in the place of the list: its fields, its description, its history."""

import reflex as rx

from taskchat_app.ui import words
from taskchat_app.ui.activity import timeline
from taskchat_app.ui.browser import EditLine, Tick
from taskchat_app.ui.detail_state import DetailState
from taskchat_app.ui.message import markdown
from taskchat_app.ui.tasks_state import TasksState


def task_detail() -> rx.Component:
    task = DetailState.task
    return rx.el.article(
        rx.el.header(
            rx.el.button(
                rx.icon("arrow-left", size=16),
                words.BACK,
                type="button",
                class_name="button quiet back",
                on_click=DetailState.close,
            ),
            rx.el.span("#", task.number, class_name="detail-number"),
            rx.cond(
                task.deleted,
                rx.el.button(
                    words.RESTORE, type="button", class_name="button outline", on_click=TasksState.restore(task.number)
                ),
            ),
            class_name="detail-head",
        ),
        rx.el.div(
            _title(),
            rx.cond(task.deleted, rx.el.p(words.IS_DELETED, class_name="detail-deleted")),
            rx.el.dl(
                _field(words.FIELDS["due_at"], task.due),
                _field(words.FIELDS["recurrence"], task.repeats),
                _field(words.FIELDS["priority"], task.priority),
                _field(words.FIELDS["tags"], task.tags),
                _field(words.CREATED, task.created),
                class_name="detail-fields",
            ),
            _description(),
            rx.el.h3(words.HISTORY, class_name="detail-heading"),
            timeline(DetailState.rows, words.HISTORY),
            rx.cond(
                DetailState.has_more,
                rx.el.button(words.MORE, type="button", class_name="button quiet more", on_click=DetailState.load_more),
            ),
            class_name="detail-body",
        ),
        class_name="detail",
        aria_label=words.TASK_DETAILS,
    )


def _title() -> rx.Component:
    task = DetailState.task
    title = rx.cond(
        TasksState.editing == task.number,
        EditLine.create(
            value=task.title,
            class_name="task-edit",
            custom_attrs={"aria-label": words.TITLE},
            on_done=lambda title: TasksState.rename(task.number, title),
        ),
        rx.el.button(
            task.title,
            type="button",
            class_name="task-title",
            title=words.EDIT,
            on_click=TasksState.edit(task.number),
        ),
    )
    return rx.el.div(
        rx.cond(
            task.deleted,
            rx.el.h2(task.title, class_name="task-title"),
            rx.fragment(
                Tick.create(
                    checked=task.done,
                    version=task.version,
                    class_name="tick",
                    custom_attrs={"aria-label": task.tick},
                    on_tick=lambda done: TasksState.tick(task.number, done),
                ),
                rx.el.h2(title, class_name="task-main"),
            ),
        ),
        class_name="detail-title",
    )


def _field(name: str, value: rx.Var[str]) -> rx.Component:
    return rx.fragment(rx.el.dt(name), rx.el.dd(value))


def _description() -> rx.Component:
    task = DetailState.task
    form = rx.el.form(
        rx.el.textarea(
            name="description",
            default_value=task.description,
            auto_focus=True,
            class_name="edit-box",
            aria_label=words.DESCRIPTION,
        ),
        rx.el.div(
            rx.el.button(words.SAVE, type="submit", class_name="button primary"),
            rx.el.button(
                words.DISCARD, type="button", class_name="button outline", on_click=DetailState.drop_description
            ),
            class_name="edit-buttons",
        ),
        on_submit=DetailState.describe,
        class_name="describe-form",
    )
    edit = rx.el.button(
        rx.cond(task.description == "", words.ADD_DESCRIPTION, words.EDIT_DESCRIPTION),
        type="button",
        class_name="undo",
        on_click=DetailState.begin_describing,
    )
    return rx.el.section(
        rx.cond(
            DetailState.describing,
            form,
            rx.fragment(rx.cond(task.description != "", markdown(task.description)), rx.cond(~task.deleted, edit)),
        ),
        class_name="detail-description",
    )
