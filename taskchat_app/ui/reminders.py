# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownLambdaType=false
# Reflex types its components with Var[Unknown].
"""What rang, on the page that the person has before them, and the choice of when a task rings."""

from collections.abc import Callable
from typing import Any

import reflex as rx
from reflex_base.components.component import field
from reflex_base.event import passthrough_event_spec
from reflex_base.vars.object import ObjectVar

from taskchat_app.ui import words
from taskchat_app.ui.browser import PAGE
from taskchat_app.ui.held import Choice
from taskchat_app.ui.live_state import LiveState
from taskchat_app.ui.reminders_state import RemindersState, RungRow
from taskchat_app.ui.tasks_state import TasksState


class Reminders(rx.Component):
    """A status region that asks what this tab is to show, and notifies the system of what is new."""

    library = f"{PAGE}reminders.js"
    tag = "Reminders"
    news: rx.Var[str] = field(doc="Changes when there may be something to show")
    looked: rx.Var[str] = field(doc="Changes with each answer")
    again: rx.Var[float] = field(doc="In how many seconds to ask again; 0 for not at all")
    fresh: rx.Var[list[RungRow]] = field(doc="What is shown for the first time")
    on_look: rx.EventHandler[passthrough_event_spec(bool)] = field(doc="Asks what to show, visible or hidden")
    on_open: rx.EventHandler[passthrough_event_spec(int)] = field(doc="The person clicked on a notification")


class AllowNotifications(rx.Component):
    """A button that lets the browser ask for notifications; nothing once that is decided."""

    library = f"{PAGE}reminders.js"
    tag = "AllowNotifications"
    allow: rx.Var[str] = field(doc="The button's name")
    blocked: rx.Var[str] = field(doc="What it says where they are blocked")


def reminders(on_open: Callable[[Any], list[Any]]) -> rx.Component:
    """`on_open` shows the task of this number."""
    return Reminders.create(
        rx.foreach(RemindersState.rung, lambda row: _rung(row, on_open)),
        news=LiveState.opened + RemindersState.news,
        looked=RemindersState.looked,
        again=RemindersState.again,
        fresh=RemindersState.fresh,
        on_look=RemindersState.look,
        on_open=lambda number: [*on_open(number), RemindersState.see(number)],
        class_name="reminders",
        custom_attrs={"aria-label": words.REMINDERS},
    )


def _rung(row: ObjectVar[RungRow], on_open: Callable[[Any], list[Any]]) -> rx.Component:
    number = row.number
    return rx.el.div(
        rx.el.span(rx.icon("bell-ring", size=16), class_name="reminder-mark", aria_hidden="true"),
        rx.el.div(
            rx.el.div(row.title, class_name="reminder-title"),
            rx.el.div(row.text, class_name="reminder-due"),
        ),
        rx.el.button(
            rx.icon("x", size=14),
            type="button",
            class_name="icon-button small",
            aria_label=words.DISMISS,
            on_click=RemindersState.see(number),
        ),
        rx.el.div(
            _button(words.DONE, "outline", TasksState.tick(number, True), RemindersState.see(number)),
            _button(words.SNOOZE, "quiet", RemindersState.snooze(number)),
            _button(words.OPEN_TASK, "quiet", *on_open(number), RemindersState.see(number)),
            class_name="reminder-buttons",
        ),
        key=number.to_string(),
        class_name="reminder",
        custom_attrs={"role": "group", "aria-label": row.label},
    )


def _button(name: str, kind: str, *events: Any) -> rx.Component:
    return rx.el.button(name, type="button", class_name=f"button {kind}", on_click=[*events])


def reminder_row() -> rx.Component:
    """The open task's reminder: the choice, the moment it means, and leave for notifications."""
    row = RemindersState.row
    choice = Choice.create(
        *(rx.el.option(name, value=before) for before, name in words.REMINDER_CHOICES.items()),
        value=row.before,
        on_change=lambda before: RemindersState.choose(row.number, before),
        class_name="reminder-choice",
        aria_label=words.REMINDER,
    )
    allow = AllowNotifications.create(
        allow=words.ALLOW_NOTIFICATIONS, blocked=words.NOTIFICATIONS_BLOCKED, class_name="reminder-when"
    )
    return rx.el.div(
        rx.cond(row.can_ring, choice),
        rx.el.span(row.says, class_name="reminder-when"),
        rx.cond(row.can_ring, allow),
        class_name="reminder-row",
    )
