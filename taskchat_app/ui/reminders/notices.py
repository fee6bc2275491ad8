"""Renders rung reminders."""

from collections.abc import Callable
from typing import Any

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import passthrough_event_spec
from reflex_base.vars.object import ObjectVar
from reflex_base.vars.sequence import StringVar

from taskchat_app.ui.core.components import PAGE, PageComponent
from taskchat_app.ui.core.elements import button, icon_button
from taskchat_app.ui.i18n import words
from taskchat_app.ui.reminders.state import RemindersState, RungRow
from taskchat_app.ui.task_list_state.row_state import RowState

SHOWN_MAX = 3


class Reminders(PageComponent):
    library = f"{PAGE}reminders/reminders.js"
    poll_request: rx.Var[str] = field(doc="Changes when there may be new reminders")
    polled: rx.Var[str] = field(doc="Changes with each answer")
    again: rx.Var[float] = field(doc="Seconds until the next request; 0 for none")
    fresh: rx.Var[list[RungRow]] = field(doc="Reminders that have just rung")
    shown: rx.Var[list[RungRow]] = field(doc="All reminders that are shown")
    account: rx.Var[str] = field(doc="The user's id; empty until it is known")
    on_poll: rx.EventHandler[rx.event.no_args_event_spec] = field(doc="Asks what to show")
    on_open: rx.EventHandler[passthrough_event_spec(int)] = field(doc="The user clicked the notification of this task")


def reminders(on_open: Callable[[Any], list[Any]], opened: StringVar[str], account: StringVar[str]) -> rx.Component:
    """Return the newest notices, and how many follow once these are answered.

    `on_open` opens the task with this number, `opened` changes when the page is opened.
    """
    earlier = RemindersState.rung.length() - SHOWN_MAX
    return Reminders.create(
        rx.foreach(RemindersState.rung[:SHOWN_MAX], lambda row: _rung(row, on_open)),
        rx.cond(earlier > 0, rx.el.p(words.EARLIER_REMINDERS, " ", earlier, class_name="reminders-earlier")),
        poll_request=opened + RemindersState.poll_request,
        polled=RemindersState.polled,
        again=RemindersState.again,
        fresh=RemindersState.fresh,
        shown=RemindersState.rung,
        account=account,
        on_poll=RemindersState.poll,
        on_open=lambda number: [*on_open(number), RemindersState.see(number)],
        class_name="reminders",
        custom_attrs={"aria-label": words.REMINDERS},
    )


def _rung(row: ObjectVar[RungRow], on_open: Callable[[Any], list[Any]]) -> rx.Component:
    number = row.number
    return rx.el.div(
        rx.el.span(rx.icon("bell-ring", size=16), class_name="reminder-mark", aria_hidden="true"),
        rx.el.div(
            rx.el.div(row.title, class_name="reminder-title", dir="auto"),
            rx.el.div(row.text, class_name="reminder-due"),
        ),
        icon_button("x", 14, words.DISMISS, "icon-button small", on_click=RemindersState.see(number)),
        rx.el.div(
            button(words.DONE, "button outline", [RowState.tick(number, True), RemindersState.see(number)]),
            button(words.SNOOZE, "button quiet", [RemindersState.snooze(number)]),
            button(words.OPEN_TASK, "button quiet", [*on_open(number), RemindersState.see(number)]),
            class_name="reminder-buttons",
        ),
        key=number.to_string(),
        class_name="reminder",
        custom_attrs={"role": "group", "aria-label": row.label},
    )
