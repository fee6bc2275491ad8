"""Renders the steps of the open task."""

from typing import Any

import reflex as rx

from taskchat_app.ui.core.components import Checkbox, DragHandle, RowItem, SortableSteps
from taskchat_app.ui.core.elements import button, text_input
from taskchat_app.ui.i18n import words
from taskchat_app.ui.task_detail.state import NEW_STEP, DetailState
from taskchat_app.ui.task_list_state.bulk_state import BulkState
from taskchat_app.ui.task_list_state.rows import TaskRow


def steps_section(problem: rx.Component) -> rx.Component:
    """Return the steps with a line that adds one; nothing for a task that is a step itself."""
    task = DetailState.task
    add = rx.el.form(
        rx.icon("plus", size=16, class_name="add-icon"),
        text_input("step", words.ADD_STEP, words.ADD_STEP, "detail-new-tag", id=NEW_STEP),
        on_submit=DetailState.add_step,
        reset_on_submit=True,
        class_name="detail-step-form",
    )
    steps = SortableSteps.create(
        rx.foreach(task.steps, _step),
        numbers=rx.Var.create(task.step_numbers),
        on_move=BulkState.move,
        custom_attrs={"role": "list", "aria-label": words.STEPS},
    )
    return rx.cond(
        (task.parent == 0) & ~task.deleted,
        rx.el.section(
            rx.el.h3(
                words.STEPS,
                rx.cond(task.steps_done != "", rx.el.span(task.steps_done, class_name="count")),
                class_name="detail-heading",
            ),
            rx.cond(task.steps.length() > 0, steps),
            add,
            problem,
            class_name="detail-steps-section",
            aria_label=words.STEPS,
        ),
    )


def _step(step: TaskRow) -> rx.Component:
    return RowItem.create(
        tick(step),
        button(step.title, "detail-step-title", DetailState.open(step.number), dir="auto", title=words.TASK_DETAILS),
        rx.cond(
            step.due != "",
            rx.el.span(step.due, class_name="detail-step-due", custom_attrs={"data-overdue": step.overdue}),
        ),
        DragHandle.create(rx.icon("grip-vertical", size=15), number=step.number, class_name="drag-handle"),
        number=step.number,
        class_name="detail-step",
        custom_attrs={"data-done": step.done, "data-number": step.number},
        key=step.number,
    )


def tick(task: Any) -> rx.Component:
    """Return the checkbox of the open task, or of a row."""
    return Checkbox.create(
        number=task.number,
        checked=task.done,
        class_name="tick",
        custom_attrs={"aria-label": task.tick},
    )
