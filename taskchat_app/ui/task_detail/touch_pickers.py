"""Fields of the open task's date, time and repetition that open the system's own pickers; shown on touch screens."""

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import passthrough_event_spec

from taskchat_app.ui.core.components import PAGE, PageComponent
from taskchat_app.ui.task_detail.state import DetailState


class TouchPickers(PageComponent):
    library = f"{PAGE}task_detail/touch_pickers.js"
    value: rx.Var[str] = field(doc="The due date, in ISO form, with the time after a blank")
    repeats: rx.Var[str] = field(doc="The repetition in words; empty without one")
    on_due: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The user picked this date")
    on_repeat: rx.EventHandler[passthrough_event_spec(str)] = field(doc="The user picked this repetition")


def touch_pickers() -> rx.Component:
    task = DetailState.task
    return TouchPickers.create(
        value=task.due_written,
        repeats=task.repeats,
        on_due=lambda phrase: DetailState.keep("due_at", task.number, phrase),
        on_repeat=lambda phrase: DetailState.keep("recurrence", task.number, phrase),
        class_name="touch-pickers",
        key=task.number,
    )
